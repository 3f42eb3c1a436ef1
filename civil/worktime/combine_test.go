package worktime_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

func day(year, month, day int) civil.Period {
	d := civil.MustDate(year, time.Month(month), day)
	return civil.Days(d, d)
}

func ExampleIntersect() {
	office := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	ana := worktime.MonFri("Europe/Berlin", "07:00-12:00")
	both, err := worktime.Intersect(office, ana)
	text, _ := json.Marshal(both.Week[time.Monday])
	fmt.Println(string(text), err)
	any, err := worktime.Union(office, ana)
	text, _ = json.Marshal(any.Week[time.Monday])
	fmt.Println(string(text), err)
	// Output:
	// ["09:00-12:00"] <nil>
	// ["07:00-17:00"] <nil>
}

func ExampleSpec_CutAtMidnight() {
	night := worktime.Spec{Week: worktime.Week{time.Monday: worktime.Shifts("22:00-06:00")}}
	night.Exceptions = []worktime.Exception{{Days: day(2026, 6, 1), Name: "holiday"}} // a Monday
	cut, err := night.CutAtMidnight()
	text, _ := json.Marshal(cut)
	fmt.Println(string(text), err)
	// Output:
	// {"week":{"mon":["22:00-24:00"],"tue":["00:00-06:00"]},"exceptions":[{"days":"2026-06-01..2026-06-01","name":"holiday"},{"days":"2026-06-02..2026-06-02"}]} <nil>
}

func ExampleSpec_With() {
	office := worktime.MonFri("Europe/Berlin", "09:00-17:00").With(
		worktime.Exception{Days: day(2026, 12, 24), Shifts: worktime.Shifts("09:00-12:00"), Name: "Christmas Eve"},
		worktime.Exception{Days: day(2026, 12, 25), Name: "Christmas"},
	)
	ana := office.With(worktime.Exception{Days: civil.Days(civil.MustDate(2026, 12, 21), civil.MustDate(2026, 12, 24)), Name: "leave"})
	for _, e := range ana.Exceptions {
		fmt.Println(e.Days, e.Name)
	}
	// Output:
	// 2026-12-25..2026-12-25 Christmas
	// 2026-12-21..2026-12-24 leave
}

func ExampleCommon() {
	days := civil.YearOf(civil.MustDate(2026, 1, 1))
	berlin, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-18:00"), days)
	if err != nil {
		fmt.Println(err)
		return
	}
	newYork, err := worktime.Compile(worktime.MonFri("America/New_York", "09:00-17:00"), days)
	if err != nil {
		fmt.Println(err)
		return
	}
	meet, err := worktime.Common(berlin, newYork)
	fmt.Println(err)
	for _, d := range []civil.Date{civil.MustDate(2026, 3, 2), civil.MustDate(2026, 3, 9)} { // New York changes its clocks on 8 March, Berlin on the 29th
		fmt.Println(meet.DayStart(d).Format("2 Jan 15:04"), meet.DayEnd(d).Format("15:04"))
	}
	// Output:
	// <nil>
	// 2 Mar 15:00 18:00
	// 9 Mar 14:00 18:00
}

// Clocks in Berlin go back from 03:00 to 02:00 on Sunday 2026-10-25.
func ExampleRepeated() {
	bar := worktime.Spec{Zone: "Europe/Berlin", Week: worktime.Week{time.Saturday: worktime.Shifts("18:00-02:30")}}
	for _, bar.Repeated = range []worktime.Repeated{worktime.Earlier, worktime.Later} {
		cal, err := worktime.Compile(bar, civil.YearOf(civil.MustDate(2026, 1, 1)))
		if err != nil {
			fmt.Println(err)
			return
		}
		closes := cal.DayEnd(civil.MustDate(2026, 10, 24))
		fmt.Println(bar.Repeated, closes.Format("15:04 MST"), cal.MinutesOn(civil.MustDate(2026, 10, 24)))
	}
	// Output:
	// earlier 02:30 CEST 510
	// later 02:30 CET 570
}

// Every minute of a combination is what the two say, minute by minute.
func TestCombinationsMinuteByMinute(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	worlds := 0
	for i, z := range oddZones {
		// A quarter with a clock change, and Samoa's skipped day.
		first := civil.MustDate(z.first+i%3, 1, 1).AddDays(60)
		if z.zone == "Pacific/Apia" {
			first = civil.MustDate(2011, 11, 1)
		}
		days := civil.Days(first, first.AddDays(90))
		wall := wallClock(t, z.zone, days)
		far := oddZones[(i+3)%len(oddZones)].zone
		farWall := wallClock(t, far, days)
		for range 2 {
			a, b, c := randomSpec(rng, z.zone, days), randomSpec(rng, z.zone, days), randomSpec(rng, far, days)
			b.Repeated = a.Repeated
			oa, ob, oc := newOracle(a, days, wall), newOracle(b, days, wall), newOracle(c, days, farWall)
			horizon := civil.Days(first.AddDays(8), first.AddDays(80)) // some minutes lie outside
			build := func(s worktime.Spec, err error) *worktime.Calendar {
				require.NoError(t, err)
				cal, err := worktime.Compile(s, horizon)
				require.NoError(t, err)
				return cal
			}
			ca, cb, cc := build(a, nil), build(b, nil), build(c, nil)
			cut, err := a.CutAtMidnight()
			require.NoError(t, err)
			for _, v := range append(cut.Versions, worktime.Version{Week: cut.Week}) {
				for _, shifts := range v.Week {
					for _, s := range shifts {
						require.Less(t, s.From, s.To)
					}
				}
			}
			common, err := worktime.Common(ca, cb)
			require.NoError(t, err)
			world, err := worktime.Common(common, cc)
			if err != nil {
				world, oc = common, oa
			} else {
				worlds++
			}
			for _, check := range []struct {
				name string
				cal  *worktime.Calendar
				want func(u int64) bool
			}{
				{"cut", build(cut, nil), oa.at},
				{"intersect", build(worktime.Intersect(a, b)), func(u int64) bool { return oa.at(u) && ob.at(u) }},
				{"union", build(worktime.Union(a, b)), func(u int64) bool { return oa.at(u) || ob.at(u) }},
				{"common", common, func(u int64) bool { return oa.at(u) && ob.at(u) }},
				{"world", world, func(u int64) bool { return oa.at(u) && ob.at(u) && oc.at(u) }},
			} {
				total := int64(0)
				start, end := days.First().AddDays(3).Days()*1440, days.Last().AddDays(-3).Days()*1440
				for u := start; u < end; u++ {
					want := check.want(u)
					got := want
					// Minutes outside the table take longer: every seventh will do.
					if horizon.Contains(civil.FromDays(u/1440)) || u%7 == 0 {
						got = check.cal.BetweenMinutes(u, u+1) == 1
					}
					if got != want {
						t.Fatalf("%s: %s: got %v at %v\na: %+v\nb: %+v", z.zone, check.name, got, time.Unix(u*60, 0).In(check.cal.Location()), a, b)
					}
					if want {
						total++
					}
				}
				require.Equal(t, worktime.Minutes(total), check.cal.BetweenMinutes(start, end))
				mid := start + rng.Int64N(end-start)
				for _, m := range []worktime.Minutes{1, 777, -1, -777} {
					if to := check.cal.AddMinutes(mid, m); to > start && to < end {
						require.Equal(t, m, check.cal.BetweenMinutes(mid, to), check.name)
					}
				}
			}
		}
	}
	require.Positive(t, worlds)
}

// A long stretch of exceptions in one calendar is a week of its own: no number
// of days is too large.
func TestCombinationsOfLongStretches(t *testing.T) {
	a := worktime.MonFri("", "09:00-17:00")
	a.Exceptions = []worktime.Exception{{Days: civil.Days(civil.MustDate(1000, 1, 1), civil.MustDate(2900, 12, 31)), Shifts: worktime.Shifts("20:00-04:00")}}
	b := worktime.MonFri("", "00:00-24:00")
	got, err := worktime.Intersect(a, b)
	require.NoError(t, err)
	assert.Len(t, got.Versions, 2)
	cal := compile(t, got)
	assert.Equal(t, worktime.Minutes(8*60), cal.MinutesOn(civil.MustDate(2026, 6, 1)), "Monday: Sunday's morning half and its own evening")
	assert.Equal(t, worktime.Minutes(0), cal.MinutesOn(civil.MustDate(2026, 6, 6)), "Saturday is not b's")
	assert.Equal(t, worktime.Minutes(4*60), cal.MinutesOn(civil.MustDate(1000, 1, 1)), "a Wednesday after no night")
	assert.Equal(t, worktime.Minutes(8*60), cal.MinutesOn(civil.MustDate(2901, 1, 3)), "a Monday of the week itself")
}

func TestCombineFindings(t *testing.T) {
	good := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	bad := worktime.Spec{Zone: "Europe/Berlin", Week: worktime.Week{time.Monday: worktime.Shifts("nine to five")}}
	london := worktime.MonFri("Europe/London", "09:00-17:00")
	later := good.Clone()
	later.Repeated = worktime.Later
	night := worktime.MonFri("Europe/Berlin", "22:00-23:00")
	full := worktime.Spec{Week: worktime.Week{}}
	for i := range 15 {
		full.Week[1] = append(full.Week[1], worktime.Shift{From: worktime.Clock(480 + i*20), To: worktime.Clock(490 + i*20)})
	}
	full.Week[1] = append(full.Week[1], worktime.Shift{From: 1400, To: 10})
	full.Week[0] = worktime.Shifts("23:00-01:00")
	first := func(_ worktime.Spec, err error) finding.Finding {
		list, ok := err.(finding.List) //nolint:errorlint // the concrete type is the contract
		require.True(t, ok, "%v", err)
		require.Len(t, list, 1)
		return list[0]
	}
	f := first(worktime.Intersect(good, bad))
	assert.Equal(t, "worktime.shift.range", f.Code)
	assert.Equal(t, "b.week.mon[0]", f.Subject)
	assert.Equal(t, "worktime.zone.differs", first(worktime.Intersect(good, london)).Code)
	assert.Equal(t, "worktime.zone.differs", first(worktime.Union(good, later)).Code)
	assert.Equal(t, "worktime.week.empty", first(worktime.Intersect(good, night)).Code)
	assert.Equal(t, "worktime.shift.count", first(full.CutAtMidnight()).Code, "16 shifts and what the night before leaves over")

	day, evening := compile(t, good), compile(t, night)
	_, err := worktime.Common(day, evening)
	assert.True(t, err.(finding.List).Has("worktime.common.none")) //nolint:errorlint,forcetypeassert // the concrete type is the contract
}

func TestWithLeavesTheRest(t *testing.T) {
	spec := worktime.MonFri("", "09:00-17:00")
	shifts := worktime.Shifts("10:00-11:00")
	spec.Exceptions = []worktime.Exception{{Days: civil.Days(civil.MustDate(2026, 5, 1), civil.MustDate(2026, 5, 9)), Shifts: shifts, Name: "short"}}
	got := spec.With(worktime.Exception{Days: civil.Days(civil.MustDate(2026, 5, 4), civil.MustDate(2026, 5, 5))})
	var text []string
	for _, e := range got.Exceptions {
		text = append(text, e.Days.String())
	}
	assert.Equal(t, []string{"2026-05-01..2026-05-03", "2026-05-06..2026-05-09", "2026-05-04..2026-05-05"}, text)
	assert.Len(t, spec.Exceptions, 1)
	got.Exceptions[0].Shifts[0].From = 0
	assert.Equal(t, worktime.Shifts("10:00-11:00"), shifts, "a copy")
	whole := civil.Days(civil.MinDate(), civil.MaxDate())
	assert.Len(t, got.With(worktime.Exception{Days: whole}).Exceptions, 1)
}

func BenchmarkCommon(b *testing.B) {
	days := civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2030, 12, 31))
	var team []*worktime.Calendar
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Europe/London"} {
		cal, err := worktime.Compile(worktime.MonFri(zone, "09:00-12:30", "13:30-18:00"), days)
		require.NoError(b, err)
		team = append(team, cal)
	}
	for b.Loop() {
		if _, err := worktime.Common(team[0], team[1:]...); err != nil {
			b.Fatal(err)
		}
	}
}

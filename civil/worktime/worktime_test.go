package worktime_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

func year2026() civil.Period { return civil.YearOf(civil.MustDate(2026, 1, 1)) }

func compile(t testing.TB, spec worktime.Spec) *worktime.Calendar {
	t.Helper()
	cal, err := worktime.Compile(spec, year2026())
	require.NoError(t, err)
	return cal
}

func berlin(t testing.TB) *worktime.Calendar {
	t.Helper()
	spec := worktime.MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00")
	spec.Exceptions = []worktime.Exception{
		{Days: civil.Days(civil.MustDate(2026, 12, 25), civil.MustDate(2026, 12, 26)), Name: "Christmas"},
		{Days: civil.Days(civil.MustDate(2026, 12, 24), civil.MustDate(2026, 12, 24)), Shifts: worktime.Shifts("09:00-12:00"), Name: "Christmas Eve"},
	}
	return compile(t, spec)
}

func ExampleCompile() {
	week := worktime.MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00")
	week.Exceptions = []worktime.Exception{{Days: civil.Days(civil.MustDate(2026, 5, 1), civil.MustDate(2026, 5, 1)), Name: "Labour Day"}}
	cal, err := worktime.Compile(week, civil.YearOf(civil.MustDate(2026, 1, 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := civil.MustDate(2026, 4, 30).At(16, 0, cal.Location())
	fmt.Println(cal.Add(sent, worktime.Hours(4)).Format("Mon 2 Jan 15:04"))
	fmt.Println(cal.Add(sent, worktime.Days(1)).Format("Mon 2 Jan 15:04"))
	fmt.Println(cal.Add(sent, worktime.ElapsedDays(1)).Format("Mon 2 Jan 15:04"))
	fmt.Println(cal.DayEnd(civil.MustDate(2026, 4, 30)).Format("Mon 2 Jan 15:04"))
	// Output:
	// Mon 4 May 11:00
	// Mon 4 May 16:00
	// Fri 1 May 16:00
	// Thu 30 Apr 18:00
}

func ExampleCalendar_AddDays() {
	cal, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	friday, sunday := civil.MustDate(2026, 5, 8), civil.MustDate(2026, 5, 10)
	fmt.Println(cal.AddDays(friday, 2), cal.DaysBetween(friday, civil.MustDate(2026, 5, 12)))
	fmt.Println(cal.PrevDay(sunday), cal.NextDay(sunday), cal.NextDay(friday))
	monday := civil.MustDate(2026, 5, 11).At(10, 0, cal.Location())
	fmt.Println(cal.Sub(monday, worktime.Hours(2)).Format("Mon 15:04"))
	// Output:
	// 2026-05-12 2
	// 2026-05-08 2026-05-11 2026-05-08
	// Fri 16:00
}

func ExampleSpec() {
	office := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	short := office.Week
	short[time.Friday] = nil
	office.Versions = []worktime.Version{{From: civil.MustDate(2026, 7, 1), Week: short}} // the four-day week
	text, err := json.Marshal(office)
	fmt.Println(string(text), err)
	// Output:
	// {"zone":"Europe/Berlin","week":{"mon":["09:00-17:00"],"tue":["09:00-17:00"],"wed":["09:00-17:00"],"thu":["09:00-17:00"],"fri":["09:00-17:00"]},"versions":[{"from":"2026-07-01","week":{"mon":["09:00-17:00"],"tue":["09:00-17:00"],"wed":["09:00-17:00"],"thu":["09:00-17:00"]}}]} <nil>
}

func ExampleParseLength() {
	for _, text := range []string{"90m", "3d", "24eh"} {
		l, err := worktime.ParseLength(text)
		fmt.Println(l, l.Kind(), l.Amount(), err)
	}
	// Output:
	// 90m work 90 <nil>
	// 3d days 3 <nil>
	// 1ed elapsed 1440 <nil>
}

func ExampleCompile_findings() {
	spec := worktime.MonFri("Europe/Atlantis", "09:00-13:00", "12:00-17:00")
	_, err := worktime.Compile(spec, civil.Period{})
	list := err.(finding.List) //nolint:errorlint,forcetypeassert // Compile promises a List
	for _, f := range list[:2] {
		fmt.Println(f.Code, f.Subject)
	}
	// Output:
	// worktime.zone.unknown zone
	// worktime.shift.overlap week.mon
}

func ExampleReadHolidays() {
	days, err := worktime.ReadHolidays(strings.NewReader("date,name\n2026-05-01,Labour Day\n"), "de.csv")
	fmt.Println(days[0].Days.First(), days[0].Name, err)
	_, err = worktime.ReadHolidays(strings.NewReader("date,name\n01.05.2026,Labour Day\n"), "de.csv")
	fmt.Println(err)
	// Output:
	// 2026-05-01 Labour Day <nil>
	// de.csv: row 2, column date: date "01.05.2026": want YYYY-MM-DD: invalid date
}

func TestBoundaries(t *testing.T) {
	cal := berlin(t)
	at := func(day, hour, minute int) time.Time {
		return civil.MustDate(2026, 12, day).At(hour, minute, cal.Location())
	}
	for _, c := range []struct {
		name   string
		from   time.Time
		length worktime.Length
		want   time.Time
	}{
		// 1 December 2026 is a Tuesday; a full day has 480 minutes.
		{"ends with the day, not at the next start", at(1, 9, 0), worktime.Hours(8), at(1, 18, 0)},
		{"ends with the shift, not after the break", at(1, 9, 0), worktime.Work(210), at(1, 12, 30)},
		{"from the evening", at(1, 20, 0), worktime.Work(1), at(2, 9, 1)},
		{"backward starts with the day", at(1, 18, 0), worktime.Hours(-8), at(1, 9, 0)},
		{"backward over the night", at(2, 9, 0), worktime.Work(-1), at(1, 17, 59)},
		{"backward to a shift's start, not the break", at(1, 18, 0), worktime.Work(-270), at(1, 13, 30)},
		{"nothing", at(1, 20, 0), worktime.Length{}, at(1, 20, 0)},
		{"half day and holidays", at(24, 9, 0), worktime.Work(181), at(28, 9, 1)},
		{"days keep the clock", at(1, 10, 15), worktime.Days(2), at(3, 10, 15)},
		{"days over a weekend", at(4, 10, 15), worktime.Days(1), at(7, 10, 15)},
		{"days from a weekend", at(5, 10, 15), worktime.Days(1), at(7, 10, 15)},
		{"days back from a weekend", at(5, 10, 15), worktime.Days(-1), at(4, 10, 15)},
		{"days clip to the end", at(1, 22, 0), worktime.Days(1), at(2, 18, 0)},
		{"days clip to the start", at(1, 3, 0), worktime.Days(1), at(2, 9, 0)},
		{"days clip to the half day", at(23, 17, 0), worktime.Days(1), at(24, 12, 0)},
		{"a break ends forward", at(1, 13, 0), worktime.Days(1), at(2, 13, 30)},
		{"a break starts backward", at(2, 13, 0), worktime.Days(-1), at(1, 12, 30)},
		{"elapsed", at(4, 17, 0), worktime.Elapsed(90), at(4, 18, 30)},
		{"elapsed days", at(4, 17, 0), worktime.ElapsedDays(-2), at(2, 17, 0)},
	} {
		assert.Equal(t, c.want, cal.Add(c.from, c.length), c.name)
	}
	assert.Equal(t, at(2, 9, 0), cal.Next(at(1, 18, 0)))
	assert.Equal(t, at(1, 18, 0), cal.Prev(at(2, 9, 0)))
	assert.Equal(t, at(1, 12, 30), cal.Prev(at(1, 13, 30)))
	assert.Equal(t, at(1, 11, 0), cal.Prev(at(1, 11, 0)))
	assert.True(t, cal.IsWorking(at(1, 9, 0)))
	assert.False(t, cal.IsWorking(at(1, 12, 30)))
	assert.Equal(t, at(24, 12, 0), cal.DayEnd(civil.MustDate(2026, 12, 24)))
	assert.Equal(t, at(26, 0, 0), cal.DayEnd(civil.MustDate(2026, 12, 25)), "no work: the midnight that ends it")
	assert.Equal(t, at(25, 0, 0), cal.DayStart(civil.MustDate(2026, 12, 25)))
	assert.Equal(t, worktime.Minutes(180), cal.MinutesOn(civil.MustDate(2026, 12, 24)))
	assert.Equal(t, worktime.Minutes(-480), cal.Between(at(1, 23, 0), at(1, 2, 0)))
}

func TestSecondsAreRoundedDown(t *testing.T) {
	cal := berlin(t)
	noon := civil.MustDate(2026, 12, 1).At(12, 0, cal.Location())
	late := noon.Add(42 * time.Second)
	assert.Equal(t, noon.Add(time.Minute), cal.Add(late, worktime.Work(1)))
	assert.Equal(t, late, cal.Add(late, worktime.Work(0)))
	assert.Equal(t, late.Add(time.Minute), cal.Add(late, worktime.Elapsed(1)))
	assert.Equal(t, late, cal.Next(late))
	assert.Equal(t, late, cal.Prev(late))
	assert.Equal(t, worktime.Minutes(0), cal.Between(noon, late))
	assert.Equal(t, civil.MustDate(2026, 12, 1).At(12, 30, cal.Location()), cal.Prev(noon.Add(30*time.Minute+time.Second)))
}

func TestNightShift(t *testing.T) {
	spec := worktime.Spec{Zone: "Europe/Berlin", Week: worktime.Week{time.Monday: worktime.Shifts("22:00-06:00"), time.Tuesday: worktime.Shifts("22:00-06:00")}}
	cal := compile(t, spec)
	monday := civil.MustDate(2026, 6, 1)
	loc := cal.Location()
	assert.Equal(t, monday.AddDays(1).At(6, 0, loc), cal.DayEnd(monday))
	assert.Equal(t, monday.AddDays(2).At(2, 0, loc), cal.Add(monday.AddDays(1).At(2, 0, loc), worktime.Days(1)), "two at night stays two at night")
	assert.Equal(t, monday.AddDays(2).At(6, 0, loc), cal.Add(monday.AddDays(1).At(6, 0, loc), worktime.Days(1)))
	assert.Equal(t, worktime.Minutes(480), cal.MinutesOn(monday))

	// Clocks go forward on Sunday 2026-03-29 and back on 2026-10-25.
	saturday := worktime.Spec{Zone: "Europe/Berlin", Week: worktime.Week{time.Saturday: worktime.Shifts("22:00-06:00")}}
	cal = compile(t, saturday)
	assert.Equal(t, worktime.Minutes(420), cal.MinutesOn(civil.MustDate(2026, 3, 28)))
	assert.Equal(t, worktime.Minutes(540), cal.MinutesOn(civil.MustDate(2026, 10, 24)))
}

// A night shift runs on into a day that an exception changes.
func TestNightShiftIntoChangedDay(t *testing.T) {
	spec := worktime.Spec{Week: worktime.Week{time.Monday: worktime.Shifts("22:00-06:00"), time.Tuesday: worktime.Shifts("22:00-06:00")}}
	tuesday := civil.MustDate(2026, 6, 2)
	spec.Exceptions = []worktime.Exception{{Days: civil.Days(tuesday, tuesday), Shifts: worktime.Shifts("05:00-08:00")}}
	cal := compile(t, spec)
	assert.Equal(t, worktime.Minutes(120), cal.MinutesOn(tuesday), "05:00 to 06:00 is Monday's")
	assert.Equal(t, worktime.Minutes(600), cal.Between(tuesday.AddDays(-1).In(time.UTC), tuesday.AddDays(1).In(time.UTC)))
}

func TestSaturation(t *testing.T) {
	t.Parallel()
	const minAt, maxAt = -719162 * 1440, 2932896*1440 + 1439 // 0001-01-01T00:00Z and 9999-12-31T23:59Z
	require.Equal(t, int64(minAt), civil.MinDate().In(time.UTC).Unix()/60)
	require.Equal(t, int64(maxAt), civil.MaxDate().At(23, 59, time.UTC).Unix()/60)
	for _, zone := range []string{"", "Pacific/Auckland"} {
		cal := compile(t, worktime.MonFri(zone, "00:00-24:00"))
		now := year2026().First().Days() * 1440
		assert.Equal(t, int64(maxAt), cal.AddMinutes(now, math.MaxInt64))
		assert.Equal(t, int64(minAt), cal.AddMinutes(now, math.MinInt64))
		assert.Equal(t, int64(maxAt), cal.AddMinutes(math.MaxInt64, 1))
		assert.Equal(t, int64(minAt), cal.AddMinutes(math.MinInt64, -1))
		assert.Equal(t, int64(maxAt), cal.AddLength(now, worktime.ElapsedDays(math.MaxInt64)))
		assert.Equal(t, int64(minAt), cal.AddLength(now, worktime.ElapsedDays(math.MinInt64)))
		assert.Equal(t, 9999, cal.Add(time.Unix(now*60, 0), worktime.Days(math.MaxInt64)).UTC().Year())
		assert.Equal(t, 1, cal.Add(time.Unix(now*60, 0), worktime.Days(math.MinInt64)).UTC().Year())
		assert.Equal(t, civil.MaxDate(), cal.AddDays(civil.MustDate(2026, 1, 1), math.MaxInt))
		assert.Equal(t, civil.MinDate(), cal.AddDays(civil.MustDate(2026, 1, 1), math.MinInt))
		assert.True(t, cal.AddDays(civil.Date{}, 5).IsZero())
		assert.False(t, cal.WorkingDay(civil.Date{}))
		all := cal.BetweenMinutes(math.MinInt64, math.MaxInt64)
		assert.Equal(t, -all, cal.BetweenMinutes(math.MaxInt64, math.MinInt64))
		assert.InDelta(t, float64(maxAt-minAt)*5/7, float64(all), 3*1440)
		cal.NextMinute(math.MaxInt64)
		cal.PrevMinute(math.MinInt64)
	}
}

// Exceptions may leave the horizon, or all time, without work.
func TestNoWorkAtAll(t *testing.T) {
	spec := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	spec.Exceptions = []worktime.Exception{{Days: year2026(), Name: "closed"}}
	cal := compile(t, spec)
	mid := civil.MustDate(2026, 6, 1).In(cal.Location())
	assert.Equal(t, civil.MustDate(2027, 1, 1).At(9, 0, cal.Location()), cal.Next(mid))
	assert.Equal(t, civil.MustDate(2025, 12, 31).At(17, 0, cal.Location()), cal.Prev(mid))
	assert.Equal(t, civil.MustDate(2027, 1, 1).At(9, 1, cal.Location()), cal.Add(mid, worktime.Work(1)))
	assert.Equal(t, civil.MustDate(2025, 12, 31).At(16, 59, cal.Location()), cal.Add(mid, worktime.Work(-1)))
	assert.Equal(t, civil.MustDate(2027, 1, 1), cal.AddDays(civil.MustDate(2026, 6, 1), 1))

	spec.Exceptions[0].Days = civil.Days(civil.MinDate(), civil.MaxDate())
	cal = compile(t, spec)
	assert.Equal(t, 9999, cal.Add(mid, worktime.Work(1)).UTC().Year())
	assert.Equal(t, worktime.Minutes(0), cal.Between(mid, mid.AddDate(3, 0, 0)))
}

func TestCompileFindings(t *testing.T) {
	day := func(n int) civil.Date { return civil.MustDate(2026, 5, n) }
	good := worktime.MonFri("", "09:00-17:00")
	many := make([]worktime.Shift, 17) // one more than a day may have
	for i := range many {
		many[i] = worktime.Shift{From: worktime.Clock(i * 60), To: worktime.Clock(i*60 + 30)}
	}
	for _, c := range []struct {
		code    string
		change  func(*worktime.Spec)
		horizon civil.Period
	}{
		{"worktime.zone.unknown", func(s *worktime.Spec) { s.Zone = "Local" }, year2026()},
		{"worktime.zone.unknown", func(s *worktime.Spec) { s.Zone = "../../etc/passwd" }, year2026()},
		{"worktime.week.empty", func(s *worktime.Spec) { s.Week = worktime.Week{} }, year2026()},
		{"worktime.zone.repeated", func(s *worktime.Spec) { s.Repeated = 2 }, year2026()},
		{"worktime.version.from", func(s *worktime.Spec) { s.Versions = []worktime.Version{{Week: s.Week}} }, year2026()},
		{"worktime.version.from", func(s *worktime.Spec) { s.Versions = []worktime.Version{{From: day(1)}, {From: day(1)}} }, year2026()},
		{"worktime.version.count", func(s *worktime.Spec) { s.Versions = make([]worktime.Version, 1001) }, year2026()},
		{"worktime.shift.range", func(s *worktime.Spec) {
			s.Versions = []worktime.Version{{From: day(1), Week: worktime.Week{time.Friday: worktime.Shifts("9-17")}}}
		}, year2026()},
		{"worktime.shift.range", func(s *worktime.Spec) { s.Week[0] = worktime.Shifts("9-17") }, year2026()},
		{"worktime.shift.range", func(s *worktime.Spec) { s.Week[0] = []worktime.Shift{{From: 1440, To: 1441}} }, year2026()},
		{"worktime.shift.overlap", func(s *worktime.Spec) { s.Week[0] = worktime.Shifts("09:00-12:00", "11:59-13:00") }, year2026()},
		{"worktime.shift.overlap", func(s *worktime.Spec) { s.Week[0] = worktime.Shifts("22:00-09:01") }, year2026()},
		{"worktime.shift.overlap", func(s *worktime.Spec) {
			s.Week[0], s.Week[6] = worktime.Shifts("05:00-09:00"), worktime.Shifts("22:00-06:00")
		}, year2026()},
		{"worktime.shift.count", func(s *worktime.Spec) { s.Week[0] = many }, year2026()},
		{"worktime.exception.days", func(s *worktime.Spec) { s.Exceptions = []worktime.Exception{{Name: "x"}} }, year2026()},
		{"worktime.exception.overlap", func(s *worktime.Spec) {
			s.Exceptions = []worktime.Exception{{Days: civil.Days(day(1), day(9))}, {Days: civil.Days(day(2), day(2))}, {Days: civil.Days(day(9), day(9)), Shifts: worktime.Shifts("09:00-12:00")}}
		}, year2026()},
		{"worktime.exception.count", func(s *worktime.Spec) { s.Exceptions = make([]worktime.Exception, 20_001) }, year2026()},
		{"worktime.horizon.length", func(*worktime.Spec) {}, civil.Period{}},
		{"worktime.horizon.length", func(*worktime.Spec) {}, civil.Days(civil.MustDate(1900, 1, 1), civil.MustDate(2100, 1, 2))},
	} {
		spec := good
		c.change(&spec)
		cal, err := worktime.Compile(spec, c.horizon)
		assert.Nil(t, cal)
		list, ok := err.(finding.List) //nolint:errorlint // the concrete type is the contract
		require.True(t, ok, c.code)
		assert.Len(t, list, 1, "%v", list)
		assert.True(t, list.Has(c.code), "%s: %v", c.code, list)
	}
}

// A holiday within a vacation says the same thing and is no conflict.
func TestAgreeingExceptions(t *testing.T) {
	spec := worktime.MonFri("", "09:00-17:00")
	day := func(n int) civil.Date { return civil.MustDate(2026, 5, n) }
	spec.Exceptions = []worktime.Exception{
		{Days: civil.Days(day(4), day(6)), Name: "vacation"},
		{Days: civil.Days(day(5), day(5)), Name: "holiday"},
		{Days: civil.Days(day(1), day(4)), Name: "bridge"},
	}
	cal := compile(t, spec)
	assert.Equal(t, day(7), cal.AddDays(day(1), 1))
	assert.Equal(t, 0, cal.WorkingDays(civil.Days(day(1), day(6))))
}

// Compile copies: a Spec changed afterwards changes nothing.
func TestCompileCopies(t *testing.T) {
	spec := worktime.MonFri("", "09:00-17:00")
	cal := compile(t, spec)
	spec.Week[time.Monday][0].To = 600
	assert.Equal(t, worktime.Minutes(480), cal.MinutesOn(civil.MustDate(2025, 6, 2)), "outside the table")
}

func TestStepsDoNotAllocate(t *testing.T) {
	cal := berlin(t)
	in, out := year2026().First().Days()*1440+100_000, year2026().Last().Days()*1440+5000
	for name, f := range map[string]func(){
		"add":     func() { cal.AddMinutes(in, 5000); cal.AddMinutes(in, -5000) },
		"between": func() { cal.BetweenMinutes(in, in+9000) },
		"next":    func() { cal.NextMinute(in); cal.PrevMinute(in) },
		"outside": func() {
			cal.AddMinutes(out, 5000)
			cal.BetweenMinutes(in, out)
			cal.NextMinute(out)
			cal.PrevMinute(out)
		},
		"days":      func() { cal.AddLength(in, worktime.Days(5)) },
		"add times": func() { cal.Add(time.Unix(in*60, 0), worktime.Hours(5)) },
	} {
		assert.Zero(t, testing.AllocsPerRun(100, f), name)
	}
}

func TestSpecJSON(t *testing.T) {
	const text = `{"zone":"Europe/Berlin","repeated":"later","week":{"mon":["09:00-12:30","13:30-18:00"],"sun":["22:00-06:00"]},` +
		`"versions":[{"from":"2026-07-01","week":{"mon":["09:00-17:00"]}}],` +
		`"exceptions":[{"days":"2026-12-24..2026-12-24","shifts":["09:00-12:00"],"name":"Christmas Eve"},{"days":"2026-12-25..2026-12-26"}]}`
	var spec worktime.Spec
	require.NoError(t, json.Unmarshal([]byte(text), &spec))
	assert.Equal(t, worktime.Shifts("22:00-06:00"), spec.Week[time.Sunday])
	out, err := json.Marshal(spec)
	require.NoError(t, err)
	assert.JSONEq(t, text, string(out))

	for _, bad := range []string{
		`{"week":[]}`, `{"week":{"monday":[]}}`, `{"week":{"mon":[],"mon":[]}}`, `{"week":{"mon":"09:00-17:00"}}`,
		`{"week":{"mon":["09:00"]}}`, `{"week":{},"repeated":"first"}`, `{"week":{},"versions":[{"from":"July"}]}`, `{"week":{"mon":["24:00-24:00"]}}`, `{"week":{"mon":["09:00-24:01"]}}`, `{"week":{"mon":["09:60-17:00"]}}`,
	} {
		assert.Error(t, json.Unmarshal([]byte(bad), new(worktime.Spec)), bad)
	}
	_, err = json.Marshal(worktime.Shifts("nine to five"))
	require.ErrorIs(t, err, worktime.ErrClock)
	_, err = json.Marshal(worktime.Spec{Repeated: 2})
	require.ErrorIs(t, err, worktime.ErrRepeated)
	office, err := json.Marshal(worktime.MonFri("", "09:00-10:00"))
	require.NoError(t, err)
	assert.NotContains(t, string(office), "repeated")
}

// From July on Fridays are free, but for one that an exception brings back.
func TestVersions(t *testing.T) {
	spec := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	short := spec.Week
	short[time.Friday] = nil
	spec.Versions = []worktime.Version{{From: civil.MustDate(2027, 1, 1), Week: spec.Week}, {From: civil.MustDate(2026, 7, 1), Week: short}}
	friday := civil.MustDate(2026, 7, 10)
	spec.Exceptions = []worktime.Exception{{Days: civil.Days(friday, friday), Shifts: worktime.Shifts("09:00-12:00")}}
	cal := compile(t, spec)
	for d, want := range map[civil.Date]worktime.Minutes{
		civil.MustDate(2026, 6, 26): 480, civil.MustDate(2026, 6, 30): 480, civil.MustDate(2026, 7, 1): 480,
		civil.MustDate(2026, 7, 3): 0, friday: 180, civil.MustDate(2026, 12, 25): 0, civil.MustDate(2027, 1, 1): 480,
		civil.MustDate(1, 1, 5): 480, civil.MustDate(9999, 12, 31): 480, // Fridays, far outside the horizon
	} {
		assert.Equal(t, want, cal.MinutesOn(d), d)
	}
	night := worktime.Spec{Week: worktime.Week{time.Tuesday: worktime.Shifts("22:00-06:00")}}
	night.Versions = []worktime.Version{{From: civil.MustDate(2026, 7, 1), Week: worktime.Week{time.Wednesday: worktime.Shifts("05:00-09:00")}}}
	assert.Equal(t, worktime.Minutes(180), compile(t, night).MinutesOn(civil.MustDate(2026, 7, 1)), "the last night of the old week ends at six")
}

func TestLengths(t *testing.T) {
	for text, want := range map[string]worktime.Length{
		"90m": worktime.Work(90), "8h": worktime.Hours(8), "3d": worktime.Days(3), "-3d": worktime.Days(-3), "-90m": worktime.Work(-90),
		"1ed": worktime.ElapsedDays(1), "36eh": worktime.Elapsed(2160), "-61em": worktime.Elapsed(-61), "0m": {},
	} {
		got, err := worktime.ParseLength(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, text, got.String())
		assert.Equal(t, want, want.Neg().Neg())
	}
	for _, same := range [][2]string{{"24eh", "1ed"}, {"480m", "8h"}, {"0d", "0m"}, {"0ed", "0h"}} {
		a, err := worktime.ParseLength(same[0])
		require.NoError(t, err)
		b, err := worktime.ParseLength(same[1])
		require.NoError(t, err)
		assert.Equal(t, a, b)
	}
	for _, bad := range []string{"", "m", "8", "8x", "8 h", "+8h", "1.5h", "8hm", "8he", "--8h", "9223372036854775808m", "153722867280912931h", "8dd"} {
		_, err := worktime.ParseLength(bad)
		require.ErrorIs(t, err, worktime.ErrLength, bad)
	}
	assert.Equal(t, worktime.Work(math.MaxInt64), worktime.Hours(math.MaxInt64))
	assert.Equal(t, int64(math.MaxInt64), worktime.Days(math.MinInt64).Neg().Amount())
	assert.Equal(t, worktime.KindDays, worktime.Days(2).Kind())
	assert.True(t, worktime.ElapsedDays(0).IsZero())
	var l worktime.Length
	require.NoError(t, json.Unmarshal([]byte(`"2ed"`), &l))
	assert.Equal(t, worktime.ElapsedDays(2), l)
}

func TestReadHolidays(t *testing.T) {
	got, err := worktime.ReadHolidays(strings.NewReader("\ufeffdate,name\r\n2026-12-25,\"Christmas, first day\"\r\n2026-01-01,\r\n"), "x.csv")
	require.NoError(t, err)
	christmas, newYear := civil.MustDate(2026, 12, 25), civil.MustDate(2026, 1, 1)
	assert.Equal(t, []worktime.Exception{{Days: civil.Days(christmas, christmas), Name: "Christmas, first day"}, {Days: civil.Days(newYear, newYear)}}, got)

	for text, want := range map[string]string{
		"":                                        "x.csv: row 1, column date: file is empty",
		"day,name\n":                              "x.csv: row 1, column date: column is missing",
		"date,name\n2026-02-30,x\n":               "x.csv: row 2, column date: ",
		"date,name\n2026-02-01\n":                 "x.csv: row 2, column 1: wrong number of fields",
		"date,name\n2026-02-01,a,b\n":             "x.csv: row 2, column 1: wrong number of fields",
		"date,name\n2026-02-01,\"a\n":             "x.csv: row ",
		"date,name\n2026-02-01,\xff\n":            "x.csv: row 2, column 2: is not valid UTF-8",
		"date,name\n2026-02-01,a\n2026-02-01,b\n": `x.csv: row 3, column date: "2026-02-01" stands in row 2 already`,
		"date,name\n2026-02-01," + strings.Repeat("a", 201): "x.csv: row 2, column name: is longer than 200 bytes",
	} {
		got, err := worktime.ReadHolidays(strings.NewReader(text), "x.csv")
		require.ErrorIs(t, err, worktime.ErrHolidays)
		require.ErrorContains(t, err, want)
		assert.Nil(t, got)
	}
}

func FuzzClockAndShift(f *testing.F) {
	for _, seed := range []string{"09:00-17:00", "22:00-06:00", "00:00-24:00", "24:00", "9:00", "12:60", "08:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := worktime.ParseClock(text); err == nil {
			require.Equal(t, text, c.String())
		} else {
			require.ErrorIs(t, err, worktime.ErrClock)
		}
		if s, err := worktime.ParseShift(text); err == nil {
			require.Equal(t, text, s.String())
		} else {
			require.ErrorIs(t, err, worktime.ErrClock)
		}
	})
}

func FuzzParseLength(f *testing.F) {
	for _, seed := range []string{"90m", "-8h", "3d", "24eh", "2ed", "0em", "9223372036854775807m", "", "em"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l, err := worktime.ParseLength(s)
		if err != nil {
			require.ErrorIs(t, err, worktime.ErrLength)
			return
		}
		again, err := worktime.ParseLength(l.String())
		require.NoError(t, err)
		require.Equal(t, l, again)
	})
}

func FuzzSpec(f *testing.F) {
	f.Add([]byte(`{"zone":"Europe/Berlin","week":{"mon":["09:00-12:30"],"sun":["22:00-06:00"]},"exceptions":[{"days":"2026-05-01..2026-05-03"}]}`))
	f.Add([]byte(`{"week":{"sat":["00:00-00:00"]}}`))
	f.Add([]byte(`{"zone":"Europe/Berlin","repeated":"later","week":{"sat":["22:00-02:30"]},"versions":[{"from":"2026-03-20","week":{"sun":["02:30-04:00"]}}]}`))
	f.Add([]byte(`{"week":{"mon":["02:30-02:31"]},"zone":"America/Santiago"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var spec worktime.Spec
		if json.Unmarshal(data, &spec) != nil {
			return
		}
		cal, err := worktime.Compile(spec, civil.MonthOf(civil.MustDate(2026, 3, 1)))
		if err != nil {
			_, ok := err.(finding.List) //nolint:errorlint // the concrete type is the contract
			require.True(t, ok)
			return
		}
		at := civil.MustDate(2026, 3, 20).Days() * 1440
		end := cal.AddMinutes(at, 3000)
		if end < civil.MaxDate().Days()*1440 {
			require.Equal(t, worktime.Minutes(3000), cal.BetweenMinutes(at, end))
		}
		text, err := json.Marshal(spec)
		require.NoError(t, err)
		var again worktime.Spec
		require.NoError(t, json.Unmarshal(text, &again))
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.JSONEq(t, string(text), string(twice))
		cut, err := spec.CutAtMidnight()
		if err != nil { // the seventeenth shift of a day
			_, ok := err.(finding.List) //nolint:errorlint // the concrete type is the contract
			require.True(t, ok)
			return
		}
		same, err := worktime.Compile(cut, cal.Horizon())
		require.NoError(t, err)
		for u := at; u < at+14*1440; u += 7 {
			require.Equal(t, cal.BetweenMinutes(u, u+7), same.BetweenMinutes(u, u+7))
		}
	})
}

func FuzzReadHolidays(f *testing.F) {
	f.Add("date,name\n2026-05-01,Labour Day\n")
	f.Add("date,name\n2026-05-01,\"a\"\"b\"\n")
	f.Add("calendar,date,name\nberlin,2026-05-01,Labour Day\n")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := worktime.ReadHolidays(strings.NewReader(s), "f"); err != nil {
			require.ErrorIs(t, err, worktime.ErrHolidays)
		}
		specs := map[string]worktime.Spec{"berlin": {}, "": {}}
		if _, err := worktime.ReadCalendarHolidays(strings.NewReader(s), "f", specs); err != nil {
			require.ErrorIs(t, err, worktime.ErrHolidays)
		}
	})
}

func BenchmarkAddMinutes(b *testing.B) {
	cal := benchCalendar(b)
	at, i := cal.Horizon().First().Days()*1440, int64(0)
	b.ReportAllocs()
	for b.Loop() {
		i = i*6364136223846793005 + 1442695040888963407 // Knuth's LCG: unpredictable places
		cal.AddMinutes(at+int64(uint64(i)>>44), worktime.Minutes(uint64(i)>>20&0xffff))
	}
}

func BenchmarkBetweenMinutes(b *testing.B) {
	cal := benchCalendar(b)
	at, i := cal.Horizon().First().Days()*1440, int64(0)
	b.ReportAllocs()
	for b.Loop() {
		i = i*6364136223846793005 + 1442695040888963407
		cal.BetweenMinutes(at+int64(uint64(i)>>44), at+int64(uint64(i)>>20&0xfffff))
	}
}

func BenchmarkNextMinute(b *testing.B) {
	cal := benchCalendar(b)
	at, i := cal.Horizon().First().Days()*1440, int64(0)
	b.ReportAllocs()
	for b.Loop() {
		i = i*6364136223846793005 + 1442695040888963407
		cal.NextMinute(at + int64(uint64(i)>>44))
	}
}

func BenchmarkAddMinutesOutside(b *testing.B) {
	cal := benchCalendar(b)
	at := cal.Horizon().Last().Days()*1440 + 100*1440
	b.ReportAllocs()
	for b.Loop() {
		cal.AddMinutes(at, 2400)
	}
}

func BenchmarkCompile(b *testing.B) {
	spec := worktime.MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00")
	horizon := civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2030, 12, 31))
	for b.Loop() {
		if _, err := worktime.Compile(spec, horizon); err != nil {
			b.Fatal(err)
		}
	}
}

func benchCalendar(b *testing.B) *worktime.Calendar {
	b.Helper()
	spec := worktime.MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00")
	cal, err := worktime.Compile(spec, civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2030, 12, 31)))
	require.NoError(b, err)
	return cal
}

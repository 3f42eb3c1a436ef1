package worktime_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// oracle holds one flag per minute, set shift by shift.
type oracle struct {
	from int64
	work []bool
}

func (o *oracle) at(u int64) bool { return o.work[u-o.from] }

func shiftsOn(spec worktime.Spec, d civil.Date) []worktime.Shift {
	for _, e := range spec.Exceptions {
		if e.Days.Contains(d) {
			return e.Shifts
		}
	}
	return spec.Week[d.Weekday()]
}

func newOracle(t *testing.T, spec worktime.Spec, p civil.Period) *oracle {
	t.Helper()
	loc, err := time.LoadLocation(spec.Zone)
	require.NoError(t, err)
	first, last := p.First().AddDays(-100), p.Last().AddDays(100) // room for 2,000 sparse minutes
	o := &oracle{from: first.Days() * 1440}
	o.work = make([]bool, (last.Sub(first)+1)*1440)
	for d := range civil.Days(first, last).Each() {
		if civil.DateOf(d.At(12, 0, loc)) != d {
			continue // the zone has no such day
		}
		for _, s := range shiftsOn(spec, d) {
			end := d
			if s.To <= s.From {
				end = d.AddDays(1)
			}
			a := d.At(int(s.From)/60, int(s.From)%60, loc).Unix() / 60
			b := end.At(int(s.To)/60, int(s.To)%60, loc).Unix() / 60
			for u := max(a, o.from); u < min(b, o.from+int64(len(o.work))); u++ {
				o.work[u-o.from] = true
			}
		}
	}
	return o
}

func (o *oracle) add(u, m int64) int64 {
	for ; m > 0; m-- {
		for !o.at(u) {
			u++
		}
		u++
	}
	for ; m < 0; m++ {
		for !o.at(u - 1) {
			u--
		}
		u--
	}
	return u
}

func (o *oracle) between(a, b int64) int64 {
	if a > b {
		return -o.between(b, a)
	}
	n := int64(0)
	for ; a < b; a++ {
		if o.at(a) {
			n++
		}
	}
	return n
}

// randomSpec returns a week with 1 to 3 shifts on most days, some of them at
// night, and a few exceptions.
func randomSpec(rng *rand.Rand, zone string, p civil.Period) worktime.Spec {
	spec := worktime.Spec{Zone: zone}
	day := func(limit int) []worktime.Shift {
		var out []worktime.Shift
		at := rng.IntN(300)
		for range 1 + rng.IntN(3) {
			end := at + 10 + rng.IntN(400)
			if end > limit {
				break
			}
			out = append(out, worktime.Shift{From: worktime.Clock(at), To: worktime.Clock(end)})
			at = end + rng.IntN(200)
		}
		return out
	}
	for d := range spec.Week {
		if d == int(time.Wednesday) || rng.IntN(4) > 0 {
			spec.Week[d] = day(1440)
		}
	}
	spec.Week[time.Saturday] = []worktime.Shift{{From: 1300, To: 100}}
	spec.Week[time.Sunday] = []worktime.Shift{{From: 100, To: 150}, {From: 1435, To: 1440}}
	spec.Week[time.Wednesday] = append(day(1200), worktime.Shift{From: 1380, To: 1440})
	for range 3 {
		d := p.First().AddDays(rng.IntN(p.Len()))
		e := worktime.Exception{Days: civil.Days(d, d.AddDays(rng.IntN(3)))}
		clash := false
		for _, other := range spec.Exceptions {
			clash = clash || other.Days.Overlaps(e.Days)
		}
		if clash {
			continue
		}
		if rng.IntN(2) == 0 {
			e.Shifts = day(1440)
		}
		spec.Exceptions = append(spec.Exceptions, e)
	}
	return spec
}

// Windows of 44 days around clock changes (tz database), a skipped day (Apia)
// and a change at 00:01 (St. John's until 2011).
var windows = []struct {
	zone string
	mid  civil.Date
}{
	{"UTC", civil.MustDate(2026, 3, 1)},
	{"Europe/Berlin", civil.MustDate(2026, 3, 29)},
	{"Europe/Berlin", civil.MustDate(2026, 10, 25)},
	{"America/New_York", civil.MustDate(2026, 3, 8)},
	{"America/New_York", civil.MustDate(2026, 11, 1)},
	{"Asia/Kolkata", civil.MustDate(2026, 6, 1)},
	{"America/Santiago", civil.MustDate(2026, 4, 5)},
	{"America/Santiago", civil.MustDate(2026, 9, 6)},
	{"Australia/Lord_Howe", civil.MustDate(2026, 4, 5)},
	{"Australia/Lord_Howe", civil.MustDate(2026, 10, 4)},
	{"Pacific/Apia", civil.MustDate(2011, 12, 30)},
	{"America/St_Johns", civil.MustDate(2010, 3, 14)},
	{"America/St_Johns", civil.MustDate(2010, 11, 7)},
	{"Europe/Berlin", civil.MustDate(2060, 3, 28)}, // beyond the listed transitions, by rule
}

func TestAgainstMinuteByMinuteOracle(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, w := range windows {
		all := civil.Days(w.mid.AddDays(-22), w.mid.AddDays(22))
		for range 6 {
			spec := randomSpec(rng, w.zone, all)
			o := newOracle(t, spec, all)
			// Most questions leave the horizon or lie outside it.
			first := w.mid.AddDays(rng.IntN(20) - 12)
			cal, err := worktime.Compile(spec, civil.Days(first, first.AddDays(rng.IntN(12))))
			require.NoError(t, err)
			lo, hi := w.mid.AddDays(-12).Days()*1440, w.mid.AddDays(12).Days()*1440
			for range 250 { // 14 windows x 6 calendars x 250 = 21,000
				a, b := lo+rng.Int64N(hi-lo), lo+rng.Int64N(hi-lo)
				m := rng.Int64N(4001) - 2000
				if rng.IntN(4) == 0 {
					m = rng.Int64N(5) - 2
				}
				require.Equal(t, o.add(a, m), cal.AddMinutes(a, worktime.Minutes(m)), "%s: %d + %d, %v, %v", w.zone, a, m, spec, cal.Horizon())
				require.Equal(t, worktime.Minutes(o.between(a, b)), cal.BetweenMinutes(a, b), "%s: %d to %d", w.zone, a, b)
				require.Equal(t, o.at(a), cal.IsWorking(time.Unix(a*60, 0)))
				next, prev := a, a
				for !o.at(next) {
					next++
				}
				for !o.at(prev - 1) {
					prev--
				}
				require.Equal(t, next, cal.NextMinute(a), "%s: next of %d", w.zone, a)
				require.Equal(t, prev, cal.PrevMinute(a), "%s: prev of %d", w.zone, a)
			}
		}
	}
}

// A second oracle that knows nothing of instants: a minute is worked if the
// clock on the wall shows it.
func TestClockChangesHaveTheirRealMinutes(t *testing.T) {
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"} {
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		spec := worktime.Spec{Zone: zone}
		for d := range spec.Week {
			spec.Week[d] = worktime.Shifts("08:00-12:15", "22:00-06:00")
		}
		year := civil.YearOf(civil.MustDate(2026, 1, 1))
		cal, err := worktime.Compile(spec, year)
		require.NoError(t, err)
		start := year.First().AddDays(1).Days() * 1440
		for u := start; u < start+363*1440; u++ {
			now := time.Unix(u*60, 0).In(loc)
			clock := now.Hour()*60 + now.Minute()
			want := clock >= 22*60 || clock < 6*60 || clock >= 8*60 && clock < 12*60+15
			if got := cal.BetweenMinutes(u, u+1) == 1; got != want {
				t.Fatalf("%s: got %v at %v", zone, got, now)
			}
		}
	}
}

// Days outside the horizon answer as a larger horizon would.
func TestExtensionEqualsLargerHorizon(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, zone := range []string{"Europe/Berlin", "America/Santiago", "Asia/Kolkata"} {
		mid := civil.MustDate(2026, 6, 1)
		spec := randomSpec(rng, zone, civil.Days(mid.AddDays(-600), mid.AddDays(600)))
		small, err := worktime.Compile(spec, civil.Days(mid, mid.AddDays(40)))
		require.NoError(t, err)
		large, err := worktime.Compile(spec, civil.Days(mid.AddDays(-2000), mid.AddDays(2000)))
		require.NoError(t, err)
		for range 2000 {
			a := mid.Days()*1440 + rng.Int64N(1800*1440) - 900*1440
			b := mid.Days()*1440 + rng.Int64N(1800*1440) - 900*1440
			m := worktime.Minutes(rng.Int64N(400_000) - 200_000)
			require.Equal(t, large.AddMinutes(a, m), small.AddMinutes(a, m))
			require.Equal(t, large.BetweenMinutes(a, b), small.BetweenMinutes(a, b))
			require.Equal(t, large.NextMinute(a), small.NextMinute(a))
			require.Equal(t, large.PrevMinute(a), small.PrevMinute(a))
			d, n := civil.FromDays(a/1440), rng.IntN(800)-400
			require.Equal(t, large.AddDays(d, n), small.AddDays(d, n))
			require.Equal(t, large.AddLength(a, worktime.Days(int64(n))), small.AddLength(a, worktime.Days(int64(n))))
			require.Equal(t, large.DayEnd(d), small.DayEnd(d))
			require.Equal(t, large.DayStart(d), small.DayStart(d))
			require.Equal(t, large.MinutesOn(d), small.MinutesOn(d))
			p := civil.Days(d, d.AddDays(max(n, 0)))
			require.Equal(t, large.WorkingDays(p), small.WorkingDays(p))
		}
	}
}

// Adding is the inverse of measuring, and days count one by one.
func TestArithmeticProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	first := civil.MustDate(2026, 1, 1)
	spec := randomSpec(rng, "Europe/Berlin", civil.Days(first, first.AddDays(300)))
	cal, err := worktime.Compile(spec, civil.Days(first, first.AddDays(300)))
	require.NoError(t, err)
	for range 3000 {
		a := first.Days()*1440 + rng.Int64N(400*1440) - 50*1440
		m := worktime.Minutes(rng.Int64N(50_000) + 1)
		end, begin := cal.AddMinutes(a, m), cal.AddMinutes(a, -m)
		require.Equal(t, m, cal.BetweenMinutes(a, end))
		require.Equal(t, m-1, cal.BetweenMinutes(a, end-1), "earliest")
		require.Equal(t, m, cal.BetweenMinutes(begin, a))
		require.Equal(t, m-1, cal.BetweenMinutes(begin+1, a), "latest")

		d, n := civil.FromDays(a/1440), rng.IntN(60)
		after := cal.AddDays(d, n)
		require.Equal(t, n, cal.WorkingDays(civil.Days(d.AddDays(1), after)))
		require.Equal(t, n, cal.WorkingDays(civil.Days(cal.AddDays(d, -n), d.AddDays(-1))))
		require.Equal(t, cal.MinutesOn(d) > 0, cal.WorkingDay(d))
	}
}

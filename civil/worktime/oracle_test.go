package worktime_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// oracle knows every minute of a stretch of time by itself: the day to whose
// shifts it belongs, 0 for none. It is made from what the clock on the wall
// shows, minute after minute, and from nothing else.
type oracle struct {
	from   int64   // UTC minute of the first entry
	wall   []int64 // what counts as the wall clock's minute
	owner  []int32
	worked []int32       // owned minutes before
	places []int64       // of the owned minutes
	onDay  map[int64]int // number of minutes that belong to a day
}

func shiftsOn(spec worktime.Spec, d civil.Date) []worktime.Shift {
	for _, e := range spec.Exceptions {
		if e.Days.Contains(d) {
			return e.Shifts
		}
	}
	week, since := spec.Week, civil.MinDate()
	for _, v := range spec.Versions {
		if !d.Before(v.From) && !v.From.Before(since) {
			week, since = v.Week, v.From
		}
	}
	return week[d.Weekday()]
}

// wallClock returns the minute that the clock on the wall shows, for every
// minute from the start of a period to its end in UTC.
func wallClock(t testing.TB, zone string, p civil.Period) []int64 {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	wall := make([]int64, p.Len()*1440)
	offset, until := int64(0), time.Time{}
	for i := range wall {
		u := p.First().Days()*1440 + int64(i)
		if u*60 >= until.Unix() {
			now := time.Unix(u*60, 0).In(loc)
			_, seconds := now.Zone()
			offset = int64(seconds / 60)
			if _, until = now.ZoneBounds(); until.IsZero() {
				until = time.Unix(1<<40, 0)
			}
		}
		wall[i] = u + offset
	}
	return wall
}

func newOracle(spec worktime.Spec, p civil.Period, wall []int64) *oracle {
	first, last := p.First().Days(), p.Last().Days()
	// The work of every wall-clock minute, two days wider on either side.
	plan := make([]int32, (last-first+5)*1440)
	for day := first - 2; day <= last+1; day++ {
		for _, s := range shiftsOn(spec, civil.FromDays(day)) {
			length := (int64(s.To) - int64(s.From) + 1439) % 1440
			for at := (day-first+2)*1440 + int64(s.From); length >= 0; at, length = at+1, length-1 {
				if plan[at] == 0 {
					plan[at] = int32(day)
				}
			}
		}
	}
	n := (last - first + 1) * 1440
	o := &oracle{from: first * 1440, wall: slices.Clone(wall), owner: make([]int32, n), worked: make([]int32, n+1), onDay: map[int64]int{}}
	// A repeated minute counts when it is first shown, or when it is last shown.
	if spec.Repeated == worktime.Earlier {
		for i := 1; i < len(o.wall); i++ {
			o.wall[i] = max(o.wall[i], o.wall[i-1])
		}
	} else {
		for i := len(o.wall) - 2; i >= 0; i-- {
			o.wall[i] = min(o.wall[i], o.wall[i+1])
		}
	}
	for i, wall := range o.wall {
		o.owner[i] = plan[wall-(first-2)*1440]
		o.worked[i+1] = o.worked[i]
		if o.owner[i] != 0 {
			o.worked[i+1]++
			o.onDay[int64(o.owner[i])]++
			o.places = append(o.places, o.from+int64(i))
		}
	}
	return o
}

func (o *oracle) at(u int64) bool { return o.owner[u-o.from] != 0 }

func (o *oracle) add(u, m int64) int64 {
	n := int64(o.worked[u-o.from]) + m
	switch {
	case m > 0:
		return o.places[n-1] + 1
	case m < 0:
		return o.places[n]
	}
	return u
}

func (o *oracle) between(a, b int64) int64 {
	return int64(o.worked[b-o.from] - o.worked[a-o.from])
}

func (o *oracle) next(u int64) int64 {
	for !o.at(u) {
		u++
	}
	return u
}

func (o *oracle) prev(u int64) int64 {
	for !o.at(u - 1) {
		u--
	}
	return u
}

// shown returns the first minute at which the wall clock counts as one or later.
func (o *oracle) shown(wall int64) int64 {
	i, _ := slices.BinarySearch(o.wall, wall)
	return o.from + int64(i)
}

// day returns the minutes that belong to a day, in order.
func (o *oracle) day(day int64) []int64 {
	var out []int64
	for u, end := o.shown(day*1440), o.shown((day+2)*1440); u < end; u++ {
		if int64(o.owner[u-o.from]) == day {
			out = append(out, u)
		}
	}
	return out
}

func (o *oracle) addDays(day int64, n int) int64 {
	step := int64(1)
	if n < 0 {
		step = -1
	}
	for ; n != 0; n -= int(step) {
		for day += step; o.onDay[day] == 0; {
			day += step
		}
	}
	return day
}

// addLength moves by working days and keeps the wall clock. The clock that a
// repeated minute shows is given, for o.wall holds what counts.
func (o *oracle) addLength(u, wall int64, n int) int64 {
	day, late := wall/1440, int64(0)
	clock := wall - day*1440
	if today := o.day(day); len(today) == 0 || u < today[0] {
		if night := o.day(day - 1); len(night) > 0 && night[len(night)-1] >= o.shown(day*1440) && u <= night[len(night)-1]+1 {
			day, late = day-1, 1
		}
	}
	to := o.addDays(day, n)
	work := o.day(to)
	at := o.shown((to+late)*1440 + clock)
	for i, w := range work { // the first minute at or after it, or the end of the one before
		switch {
		case w < at:
			continue
		case w == at || i == 0:
			return w
		case work[i-1]+1 == at || n < 0:
			return work[i-1] + 1
		}
		return w
	}
	return work[len(work)-1] + 1
}

// randomWeek returns up to three shifts a day, on some days to the next morning.
func randomWeek(rng *rand.Rand) worktime.Week {
	var week worktime.Week
	for d := range week {
		if d == int(time.Wednesday) || rng.IntN(4) > 0 {
			week[d] = randomDay(rng, 100, 1300)
		}
		if rng.IntN(3) == 0 {
			week[d] = append(week[d], worktime.Shift{From: worktime.Clock(1300 + rng.IntN(140)), To: worktime.Clock(rng.IntN(100))})
		}
	}
	return week
}

func randomDay(rng *rand.Rand, from, to int) []worktime.Shift {
	var out []worktime.Shift
	at := from + rng.IntN(300)
	for range 1 + rng.IntN(3) {
		end := at + 10 + rng.IntN(400)
		if end > to {
			break
		}
		out = append(out, worktime.Shift{From: worktime.Clock(at), To: worktime.Clock(end)})
		at = end + rng.IntN(200)
	}
	return out
}

// randomSpec returns a week, a few that follow it within the period, and
// exceptions of which some touch each other and some run into the next day.
func randomSpec(rng *rand.Rand, zone string, p civil.Period) worktime.Spec {
	spec := worktime.Spec{Zone: zone, Week: randomWeek(rng), Repeated: worktime.Repeated(rng.IntN(2))}
	for range rng.IntN(3) {
		from := p.First().AddDays(rng.IntN(p.Len()))
		if !slices.ContainsFunc(spec.Versions, func(v worktime.Version) bool { return v.From == from }) {
			spec.Versions = append(spec.Versions, worktime.Version{From: from, Week: randomWeek(rng)})
		}
	}
	for range 2 + p.Len()/60 {
		d := p.First().AddDays(rng.IntN(p.Len()))
		for range 1 + rng.IntN(3) { // neighbours
			e := worktime.Exception{Days: civil.Days(d, d.AddDays(rng.IntN(3))), Name: "x"}
			if rng.IntN(8) == 0 {
				e.Days = civil.Days(d, d.AddDays(rng.IntN(40)))
			}
			switch rng.IntN(3) {
			case 0:
				e.Shifts = randomDay(rng, 0, 1440)
			case 1:
				e.Shifts = append(randomDay(rng, 0, 1200), worktime.Shift{From: 1260, To: worktime.Clock(rng.IntN(500))})
			}
			spec = spec.With(e)
			d = e.Days.Last().AddDays(1)
		}
	}
	return spec
}

// Three years each, with the tz database's oddities: half an hour of summer time
// (Lord Howe), two hours (Troll), changes at 00:01 (St. John's) and at midnight
// (São Paulo, Tehran, Santiago), a quarter of an hour skipped on 1 January 1986
// (Kathmandu), winter time in Ramadan (Casablanca), a skipped day, 30 December
// 2011 (Apia), and years beyond the listed transitions (Berlin 2060).
var oddZones = []struct {
	zone  string
	first int
}{
	{"Europe/Berlin", 2025},
	{"America/New_York", 2025},
	{"Australia/Lord_Howe", 2025},
	{"America/St_Johns", 2009},
	{"Asia/Kathmandu", 1985},
	{"Africa/Casablanca", 2024},
	{"Pacific/Apia", 2010},
	{"America/Sao_Paulo", 2016},
	{"Asia/Tehran", 2020},
	{"Antarctica/Troll", 2024},
	{"America/Santiago", 2025},
	{"Europe/Berlin", 2060},
}

func years(first, n int) civil.Period {
	return civil.Days(civil.MustDate(first, 1, 1), civil.MustDate(first+n-1, 12, 31))
}

// changes returns the minutes, counted from the first, at which a wall clock
// jumps.
func changes(wall []int64) []int64 {
	var out []int64
	for i := 1; i < len(wall); i++ {
		if wall[i] != wall[i-1]+1 {
			out = append(out, int64(i))
		}
	}
	return out
}

func TestAgainstMinuteByMinuteOracle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	questions := 0
	for _, z := range oddZones {
		days := years(z.first, 3)
		loc, err := time.LoadLocation(z.zone)
		require.NoError(t, err)
		wide := civil.Days(days.First().AddDays(-150), days.Last().AddDays(150))
		wall := wallClock(t, z.zone, wide)
		turns := changes(wall[150*1440 : len(wall)-150*1440])
		require.NotEmpty(t, turns, z.zone)
		for round := range 2 {
			spec := randomSpec(rng, z.zone, days)
			o := newOracle(spec, wide, wall)
			horizon := days
			if round%2 == 1 { // most questions leave the horizon or lie outside it
				horizon = civil.Days(days.First().AddDays(400), days.First().AddDays(400+rng.IntN(300)))
			}
			cal, err := worktime.Compile(spec, horizon)
			require.NoError(t, err)
			ask := func(what string, got, want int64, args ...int64) {
				if questions++; got != want {
					t.Fatalf("%s: %s%v: got %d, want %d; %+v, %v", z.zone, what, args, got, want, spec, horizon)
				}
			}
			instant := func() int64 {
				if rng.IntN(2) == 0 {
					return days.First().Days()*1440 + turns[rng.IntN(len(turns))] + rng.Int64N(6*1440) - 3*1440
				}
				return (days.First().Days()+rng.Int64N(int64(days.Len())))*1440 + rng.Int64N(1440)
			}
			for range 480 { // 12 zones x 2 calendars x 480 x 12 = 138,240 questions
				a, b := instant(), instant()
				m := rng.Int64N(4000)
				if rng.IntN(4) == 0 {
					m = rng.Int64N(5)
				}
				ask("add", cal.AddMinutes(a, worktime.Minutes(m)), o.add(a, m), a, m)
				ask("sub", cal.AddMinutes(a, -worktime.Minutes(m)), o.add(a, -m), a, m)
				ask("between", int64(cal.BetweenMinutes(a, b)), o.between(a, b), a, b)
				ask("next", cal.NextMinute(a), o.next(a), a)
				ask("prev", cal.PrevMinute(a), o.prev(a), a)
				ask("working", int64(cal.BetweenMinutes(a, a+1)), o.between(a, a+1), a)
				d, n := civil.FromDays(a/1440), rng.IntN(9)
				work := o.day(d.Days())
				ask("minutes on", int64(cal.MinutesOn(d)), int64(len(work)), a)
				if len(work) > 0 {
					ask("day start", cal.DayStart(d).Unix()/60, work[0], a)
					ask("day end", cal.DayEnd(d).Unix()/60, work[len(work)-1]+1, a)
				} else {
					ask("day start", cal.DayStart(d).Unix()/60, o.shown(d.Days()*1440), a)
					ask("day end", cal.DayEnd(d).Unix()/60, o.shown((d.Days()+1)*1440), a)
				}
				ask("add days", cal.AddDays(d, n).Days(), o.addDays(d.Days(), n), a, int64(n))
				ask("sub days", cal.AddDays(d, -n).Days(), o.addDays(d.Days(), -n), a, int64(n))
				_, offset := time.Unix(a*60, 0).In(loc).Zone()
				n = rng.IntN(11) - 5
				if n != 0 {
					ask("add length", cal.AddLength(a, worktime.Days(int64(n))), o.addLength(a, a+int64(offset/60), n), a, int64(n))
				}
			}
		}
	}
	require.Greater(t, questions, 100_000)
}

// An empty answer would hide a fault of the oracle: here is one that people know.
func TestOracleKnowsTheClockChange(t *testing.T) {
	spec := worktime.Spec{Zone: "Europe/Berlin", Week: worktime.Week{time.Saturday: worktime.Shifts("22:00-02:30")}}
	for _, c := range []struct {
		saturday civil.Date
		repeated worktime.Repeated
		want     int
	}{
		{civil.MustDate(2026, 3, 21), worktime.Earlier, 270},
		{civil.MustDate(2026, 3, 28), worktime.Earlier, 240}, // 02:00 to 03:00 is skipped
		{civil.MustDate(2026, 3, 28), worktime.Later, 240},
		{civil.MustDate(2026, 10, 24), worktime.Earlier, 270}, // 02:00 to 03:00 comes twice
		{civil.MustDate(2026, 10, 24), worktime.Later, 330},
	} {
		spec.Repeated = c.repeated
		days := civil.Days(c.saturday.AddDays(-3), c.saturday.AddDays(5))
		o := newOracle(spec, days, wallClock(t, spec.Zone, days))
		require.Len(t, o.day(c.saturday.Days()), c.want)
		require.Equal(t, worktime.Minutes(c.want), compile(t, spec).MinutesOn(c.saturday))
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
	t.Parallel()
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
		require.Equal(t, n, cal.DaysBetween(d, after))
		require.Equal(t, -n, cal.DaysBetween(d, cal.AddDays(d, -n)))
		next, prev := cal.NextDay(d), cal.PrevDay(d)
		require.True(t, cal.WorkingDay(next) && cal.WorkingDay(prev) && !prev.After(d) && !next.Before(d))
		require.Equal(t, cal.WorkingDay(d), next == d && prev == d)
		at := time.Unix(a*60, 0)
		require.Equal(t, cal.Add(at, worktime.Work(-m)), cal.Sub(at, worktime.Work(m)))
	}
}

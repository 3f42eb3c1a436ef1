package bound_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/internal/bound"
)

var trees = flag.Int("trees", 150, "random trees compared minute by minute")

func minute(t *testing.T, text string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at.Unix() / 60
}

// calendars returns an office with lunch and holidays, a night shift, a calendar
// round the clock, and one in a zone whose clocks change by half an hour.
func calendars(t testing.TB) []*worktime.Calendar {
	t.Helper()
	horizon := civil.Days(civil.MustDate(2026, time.January, 1), civil.MustDate(2028, time.December, 31))
	office := worktime.MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00")
	office.Exceptions = []worktime.Exception{
		{Days: civil.Days(civil.MustDate(2026, time.March, 30), civil.MustDate(2026, time.March, 31)), Name: "Easter"},
		{Days: civil.Days(civil.MustDate(2026, time.October, 26), civil.MustDate(2026, time.October, 26)), Shifts: worktime.Shifts("10:00-11:00")},
	}
	night := worktime.MonFri("America/New_York", "22:00-06:00")
	always := worktime.Spec{Zone: "Europe/Berlin", Repeated: worktime.Later}
	for day := range always.Week {
		always.Week[day] = worktime.Shifts("00:00-24:00")
	}
	short := worktime.MonFri("Australia/Lord_Howe", "01:30-02:15", "02:20-03:00", "23:30-24:00")
	short.Week[time.Sunday] = worktime.Shifts("01:00-04:00")
	var out []*worktime.Calendar
	for _, spec := range []worktime.Spec{office, night, always, short} {
		cal, err := worktime.Compile(spec, horizon)
		require.NoError(t, err)
		out = append(out, cal)
	}
	return out
}

// node is a stage, a sequence, a set of branches, or a loop.
type node struct {
	cal     *worktime.Calendar
	lengths []worktime.Length
	seq     []*node
	par     []*node
	again   int
}

func randomNode(r *rand.Rand, cals []*worktime.Calendar, depth int) *node {
	if depth == 0 || r.IntN(3) == 0 {
		n := &node{cal: cals[r.IntN(len(cals))]}
		for range 1 + r.IntN(2) {
			var l worktime.Length
			switch r.IntN(4) {
			case 0:
				l = worktime.Days(1 + r.Int64N(2))
			case 1:
				l = worktime.Elapsed(r.Int64N(900))
			default:
				l = worktime.Work(worktime.Minutes(r.Int64N(700)))
			}
			n.lengths = append(n.lengths, l)
		}
		return n
	}
	n := &node{}
	var parts []*node
	for range 1 + r.IntN(2) {
		parts = append(parts, randomNode(r, cals, depth-1))
	}
	if r.IntN(2) == 0 {
		n.par = parts
		return n
	}
	n.seq = parts
	if r.IntN(4) == 0 {
		n.again = 1
	}
	return n
}

func (n *node) apply(t *testing.T, f bound.Func) bound.Func {
	t.Helper()
	var err error
	switch {
	case n.par != nil:
		out := n.par[0].apply(t, f)
		for _, m := range n.par[1:] {
			out, err = bound.Max(out, m.apply(t, f))
			require.NoError(t, err)
		}
		return out
	case n.seq != nil:
		for range n.again + 1 {
			for _, m := range n.seq {
				f = m.apply(t, f)
			}
		}
		return f
	}
	f, err = f.Then(n.cal, n.lengths...)
	require.NoError(t, err)
	return f
}

// grid knows for each start minute from a first one on how late the end may be.
type grid []int64

// grid evaluates by the definition: stages one AddLength after the other; in a
// sequence the next part starts at the worst instant that the one before allows.
func (n *node) grid(from, to int64) grid {
	switch {
	case n.par != nil:
		out := n.par[0].grid(from, to)
		for _, m := range n.par[1:] {
			for i, v := range m.grid(from, to) {
				out[i] = max(out[i], v)
			}
		}
		return out
	case n.seq != nil:
		out := make(grid, to-from+1)
		for i := range out {
			out[i] = from + int64(i)
		}
		for range n.again + 1 {
			for _, m := range n.seq {
				out = out.then(m, from)
			}
		}
		return out
	}
	out := make(grid, to-from+1)
	for i := range out {
		v := from + int64(i)
		for _, l := range n.lengths {
			v = n.cal.AddLength(v, l)
		}
		out[i] = v
	}
	return out
}

func (g grid) then(m *node, from int64) grid {
	last := from
	for _, v := range g {
		last = max(last, v)
	}
	next := m.grid(from, last)
	out := make(grid, len(g))
	for i, v := range g {
		worst := int64(math.MinInt64)
		for s := int64(i); s <= v-from; s++ {
			worst = max(worst, next[s])
		}
		out[i] = worst
	}
	return out
}

func TestEqualsMinuteGrid(t *testing.T) {
	t.Parallel()
	cals := calendars(t)
	begins := []int64{
		minute(t, "2026-03-27T12:00:00Z"), // Berlin goes to summer time on the 29th
		minute(t, "2026-10-23T12:00:00Z"), // and back on the 25th
		minute(t, "2026-03-06T12:00:00Z"), // New York on 8 March
		minute(t, "2026-10-30T12:00:00Z"), // and on 1 November
		minute(t, "2026-04-03T06:00:00Z"), // Lord Howe on 5 April
		minute(t, "2026-10-02T06:00:00Z"), // and on 4 October
		minute(t, "2026-06-05T06:00:00Z"), // a week-end
		minute(t, "2028-12-29T06:00:00Z"), // past the horizon
	}
	pieces := 0
	for seed := range *trees {
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		two := []*worktime.Calendar{cals[r.IntN(len(cals))], cals[r.IntN(len(cals))]}
		n := randomNode(r, two, 2)
		from := begins[r.IntN(len(begins))] + r.Int64N(3000)
		to := from + r.Int64N(1500)
		f, err := bound.Identity(bound.Window{From: from, To: to})
		require.NoError(t, err)
		f = n.apply(t, f)
		pieces += f.Pieces()
		start, worst, top := from, int64(0), from
		for i, v := range n.grid(from, to) {
			at := from + int64(i)
			top = max(top, v)
			require.Equal(t, top, f.At(at), "seed %d, minute %d", seed, i)
			if v-at > worst {
				start, worst = at, v-at
			}
		}
		gotStart, gotWorst := f.Worst()
		require.Equal(t, worst, gotWorst, "seed %d", seed)
		require.Equal(t, start, gotStart, "seed %d", seed)
	}
	require.Greater(t, pieces, 2**trees, "the windows are long enough to see something")
}

// One stage of every length over a long window, every minute.
func TestStageEqualsAddLength(t *testing.T) {
	t.Parallel()
	from := minute(t, "2026-02-25T00:00:00Z")
	for i, cal := range calendars(t) {
		for _, l := range []worktime.Length{
			{},
			worktime.Work(1), worktime.Work(95), worktime.Hours(8), worktime.Hours(100),
			worktime.Days(1), worktime.Days(2), worktime.Days(7), worktime.Elapsed(1), worktime.ElapsedDays(3),
		} {
			t.Run(fmt.Sprintf("%d %v", i, l), func(t *testing.T) {
				t.Parallel()
				to := from + 50*24*60 // three clock changes in March and April
				f, err := bound.Identity(bound.Window{From: from, To: to})
				require.NoError(t, err)
				f, err = f.Then(cal, l)
				require.NoError(t, err)
				top := from
				for at := from; at <= to; at++ {
					top = max(top, cal.AddLength(at, l))
					if got := f.At(at); got != top {
						require.Equal(t, top, got, "minute %d", at-from)
					}
				}
			})
		}
	}
}

func TestNoBound(t *testing.T) {
	t.Parallel()
	cal := calendars(t)[0]
	_, err := bound.Identity(bound.Window{From: 1, To: 0})
	require.ErrorIs(t, err, bound.ErrBound)
	_, err = bound.Identity(bound.Window{From: math.MinInt64, To: math.MaxInt64})
	require.ErrorIs(t, err, bound.ErrBound)
	f, err := bound.Identity(bound.Window{From: 0, To: 10})
	require.NoError(t, err)
	for name, l := range map[string]worktime.Length{
		"negative":     worktime.Hours(-1),
		"long work":    worktime.Work(math.MaxInt64),
		"long days":    worktime.Days(math.MaxInt64),
		"long elapsed": worktime.Elapsed(math.MaxInt64),
	} {
		_, err = f.Then(cal, l)
		require.ErrorIs(t, err, bound.ErrBound, name)
	}
	_, err = f.Then(nil, worktime.Hours(1))
	require.ErrorIs(t, err, bound.ErrBound)
	_, err = bound.Func{}.Then(cal, worktime.Hours(1))
	require.ErrorIs(t, err, bound.ErrBound)
	g, err := bound.Identity(bound.Window{From: 0, To: 11})
	require.NoError(t, err)
	_, err = bound.Max(f, g)
	require.ErrorIs(t, err, bound.ErrBound)
	require.EqualValues(t, 7, bound.Func{}.At(7))
	start, minutes := bound.Func{}.Worst()
	require.Zero(t, start)
	require.Zero(t, minutes)
	start, minutes = f.Worst()
	require.Zero(t, start)
	require.Zero(t, minutes)
	require.EqualValues(t, 10, f.At(99))
}

func ExampleFunc_Then() {
	cal, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"), civil.Days(civil.MustDate(2026, time.January, 1), civil.MustDate(2027, time.December, 31)))
	if err != nil {
		fmt.Println(err)
		return
	}
	from := civil.MustDate(2026, time.June, 1).In(cal.Location()).Unix() / 60
	f, err := bound.Identity(bound.Window{From: from, To: from + 7*24*60}) // starts of one week
	if err == nil {
		f, err = f.Then(cal, worktime.Hours(4)) // legal
	}
	if err == nil {
		f, err = f.Then(cal, worktime.Hours(2), worktime.Hours(2)) // finance, with an escalation
	}
	start, minutes := f.Worst()
	fmt.Println(time.Unix(start*60, 0).In(cal.Location()).Format("Mon 15:04"), minutes, err)
	// Output: Fri 09:01 4320 <nil>
}

// BenchmarkStages is a process of 30 stages on three calendars over 400 days.
func BenchmarkStages(b *testing.B) {
	cals := calendars(b)
	for name, l := range map[string]func(i int) worktime.Length{
		"work": func(i int) worktime.Length { return worktime.Hours(int64(4 + i%12)) },
		"days": func(i int) worktime.Length { return worktime.Days(int64(1 + i%4)) },
	} {
		b.Run(name, func(b *testing.B) {
			from := civil.MustDate(2026, time.March, 1).In(time.UTC).Unix() / 60
			pieces, worst := 0, int64(0)
			for b.Loop() {
				f, err := bound.Identity(bound.Window{From: from, To: from + 400*24*60})
				for i := range 30 {
					if err == nil {
						f, err = f.Then(cals[[]int{0, 1, 3}[i%3]], l(i))
					}
				}
				if err != nil {
					b.Fatal(err)
				}
				pieces = f.Pieces()
				_, worst = f.Worst()
			}
			b.ReportMetric(float64(pieces), "pieces")
			b.ReportMetric(float64(worst), "worst-min")
		})
	}
}

package mining_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/mining"
)

// randomLog makes a log and the events it was made of, in the order of cases.
func randomLog(seed uint64, activities int) (*mining.Log, map[string][]mining.Event, []string) {
	r := rand.New(rand.NewPCG(seed, 7))
	b := mining.Builder{Attributes: []string{"size", "case:channel"}}
	byCase := map[string][]mining.Event{}
	var order []string
	start := time.Date(2026, 2, 20, 8, 0, 0, 0, time.UTC)
	for range r.IntN(120) {
		e := mining.Event{
			Case: fmt.Sprint("c", r.IntN(12)), Activity: fmt.Sprint("a", r.IntN(activities)),
			At: start.Add(time.Duration(r.IntN(20)) * 11 * time.Hour).Add(time.Duration(r.IntN(3)) * 1_234 * time.Millisecond),
		}
		if r.IntN(4) > 0 {
			e.Resource, e.HasResource = fmt.Sprint("p", r.IntN(3)), true
		}
		e.Lifecycle = []string{"", "start", "complete", "COMPLETE", "schedule", "suspend", "resume", "ate_abort", "assign", "strange"}[r.IntN(10)]
		if r.IntN(2) == 0 {
			e.Attributes = map[string]string{"size": fmt.Sprint(r.IntN(3)), "dropped": "x"}
		}
		if byCase[e.Case] == nil {
			order = append(order, e.Case)
		}
		byCase[e.Case] = append(byCase[e.Case], e)
		b.Add(e)
	}
	for _, c := range order {
		slices.SortStableFunc(byCase[c], func(a, b mining.Event) int { return a.At.Compare(b.At) })
	}
	return b.Log(), byCase, order
}

// sum is a plain account of times.
func sum(d mining.Durations) string {
	total := int64(0)
	for _, v := range d.All() {
		total += v
	}
	return fmt.Sprint(d.N == len(d.All()), d.Sum == total, d.All())
}

func plain(times []int64) string {
	slices.Sort(times)
	return fmt.Sprint(true, true, append([]int64{}, times...))
}

// Every figure against the obvious way to count it, with maps, on elapsed and on
// working time.
func TestFiguresEqualBruteForce(t *testing.T) {
	t.Parallel()
	cal, err := worktime.Compile(worktime.MonFri("Europe/Amsterdam", "08:00-18:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.NoError(t, err)
	for seed := range uint64(300) {
		activities := 4
		if seed%10 == 0 {
			activities = 1100 // more pairs than a table holds
		}
		l, byCase, order := randomLog(seed, activities)
		clock := func(a, b time.Time) int64 { return b.UnixMilli() - a.UnixMilli() }
		if seed%2 == 1 {
			l = l.WorkingTime(cal)
			clock = func(a, b time.Time) int64 { return slowWork(a.UnixMilli(), b.UnixMilli()) }
		}
		checkFigures(t, l, byCase, order, clock)
	}
}

// slowWork adds up the working hours of each day in Amsterdam.
func slowWork(a, b int64) int64 {
	zone, _ := time.LoadLocation("Europe/Amsterdam")
	total := int64(0)
	for d := time.UnixMilli(a).In(zone); ; d = d.AddDate(0, 0, 1) {
		y, m, day := d.Date()
		from, to := time.Date(y, m, day, 8, 0, 0, 0, zone).UnixMilli(), time.Date(y, m, day, 18, 0, 0, 0, zone).UnixMilli()
		if w := time.Date(y, m, day, 12, 0, 0, 0, zone).Weekday(); w != time.Saturday && w != time.Sunday {
			total += max(0, min(b, to)-max(a, from))
		}
		if from > b {
			return total
		}
	}
}

func checkFigures(t *testing.T, l *mining.Log, byCase map[string][]mining.Event, order []string, clock func(a, b time.Time) int64) {
	t.Helper()
	type pair struct{ a, b string }
	edges, handoffs, into := map[pair][]int64{}, map[pair][]int64{}, map[string][]int64{}
	acts, starts, ends, variants := map[string]int{}, map[string]int{}, map[string]int{}, map[string][]int64{}
	repeat, loops := map[string]*mining.Repeat{}, map[string][]int64{}
	var took []int64
	handovers, unknown, without, reworked := 0, 0, 0, 0
	for i, id := range order {
		events := byCase[id]
		require.Equal(t, id, l.Case(i).ID())
		first, last := events[0], events[len(events)-1]
		starts[first.Activity]++
		ends[last.Activity]++
		took = append(took, clock(first.At, last.At))
		require.Equal(t, took[i], l.Case(i).Duration())
		var word []string
		count, at := map[string]int{}, map[string]int{}
		again := false
		for k, e := range events {
			acts[e.Activity]++
			word = append(word, e.Activity)
			if !e.HasResource {
				without++
			}
			if repeat[e.Activity] == nil {
				repeat[e.Activity] = &mining.Repeat{Activity: e.Activity}
			}
			if count[e.Activity]++; count[e.Activity] > 1 {
				repeat[e.Activity].Extra++
				again = true
				if back := at[e.Activity]; k-back <= 32 {
					key := strings.Join(word[back:], "\x1f")
					loops[key] = append(loops[key], clock(events[back].At, e.At))
				}
			}
			if count[e.Activity] == 2 {
				repeat[e.Activity].Cases++
			}
			at[e.Activity] = k
			if k == 0 {
				continue
			}
			before := events[k-1]
			d := clock(before.At, e.At)
			edges[pair{before.Activity, e.Activity}] = append(edges[pair{before.Activity, e.Activity}], d)
			into[e.Activity] = append(into[e.Activity], d)
			if before.Activity == e.Activity {
				repeat[e.Activity].SelfLoops++
			}
			switch {
			case !before.HasResource || !e.HasResource:
				unknown++
			case before.Resource != e.Resource:
				handovers++
				handoffs[pair{before.Resource, e.Resource}] = append(handoffs[pair{before.Resource, e.Resource}], d)
			}
		}
		if again {
			reworked++
		}
		variants[strings.Join(word, "\x1f")] = append(variants[strings.Join(word, "\x1f")], took[i])
	}
	tallies := func(want map[string]int, got []mining.Tally) {
		require.Len(t, got, len(want))
		require.True(t, slices.IsSortedFunc(got, func(a, b mining.Tally) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
		}))
		for _, g := range got {
			require.Equal(t, want[g.Name], g.Count)
		}
	}
	tallies(acts, l.Activities())
	tallies(starts, l.Starts())
	tallies(ends, l.Ends())
	graph := func(want map[pair][]int64, got []mining.Edge) {
		require.Len(t, got, len(want))
		require.True(t, slices.IsSortedFunc(got, func(a, b mining.Edge) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
		}))
		for _, g := range got {
			require.Equal(t, plain(want[pair{g.From, g.To}]), sum(g.Time))
			require.Equal(t, g.Count, g.Time.N)
		}
	}
	graph(edges, l.DirectlyFollows())
	graph(handoffs, l.Handoffs())
	require.Equal(t, plain(took), sum(l.CaseDurations()))
	waits := l.Waits()
	require.Len(t, waits, len(into))
	for _, w := range waits {
		require.Equal(t, plain(into[w.Activity]), sum(w.Time))
	}
	got := l.Variants()
	require.Len(t, got, len(variants))
	for _, v := range got {
		require.Equal(t, plain(variants[strings.Join(v.Activities, "\x1f")]), sum(v.Time))
	}
	require.True(t, slices.IsSortedFunc(got, func(a, b mining.Variant) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), slices.Compare(a.Activities, b.Activities))
	}))
	rework := l.Rework()
	require.Equal(t, reworked, rework.Cases)
	for _, r := range rework.Activities {
		require.Equal(t, *repeat[r.Activity], r)
		rework.Extra -= r.Extra
		rework.SelfLoops -= r.SelfLoops
	}
	require.Zero(t, rework.Extra)
	require.Zero(t, rework.SelfLoops)
	ways := l.Loops()
	require.Len(t, ways, len(loops))
	for _, w := range ways {
		require.Equal(t, plain(loops[strings.Join(w.Path, "\x1f")]), sum(w.Time))
	}
	events, pairs := l.Unattributed()
	require.Equal(t, [3]int{handovers, without, unknown}, [3]int{l.Handovers(), events, pairs})
	checkMonths(t, l, byCase)
	checkLoads(t, l, byCase)
}

// checkLoads counts what each resource did anew, by name.
func checkLoads(t *testing.T, l *mining.Log, byCase map[string][]mining.Event) {
	t.Helper()
	loads := l.Loads()
	require.True(t, slices.IsSortedFunc(loads, func(a, b mining.Load) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Resource, b.Resource))
	}))
	total := 0
	for _, got := range loads {
		want := mining.Load{Resource: got.Resource, Instances: got.Instances, Working: got.Working}
		activities := map[string]bool{}
		for _, events := range byCase {
			before := want.Events
			for _, e := range events {
				if !e.HasResource || e.Resource != got.Resource {
					continue
				}
				if want.Events == 0 || e.At.Before(want.First) {
					want.First = e.At
				}
				if want.Events == 0 || e.At.After(want.Last) {
					want.Last = e.At
				}
				want.Events++
				activities[e.Activity] = true
			}
			if want.Events > before {
				want.Cases++
			}
		}
		want.Activities = len(activities)
		require.Equal(t, want, got)
		total += got.Events
	}
	without, _ := l.Unattributed()
	require.Equal(t, l.Events(), total+without)
}

// checkMonths counts months and the area under the cases in progress anew.
func checkMonths(t *testing.T, l *mining.Log, byCase map[string][]mining.Event) {
	t.Helper()
	for _, zone := range []*time.Location{nil, time.FixedZone("", 5*3600)} {
		for _, m := range l.Months(zone) {
			in := zone
			if in == nil {
				in = time.UTC
			}
			y, mo := m.Month.Date()
			from, to := time.Date(y, mo, 1, 0, 0, 0, 0, in), time.Date(y, mo+1, 1, 0, 0, 0, 0, in)
			want := mining.Month{Month: m.Month}
			for _, events := range byCase {
				a, b := events[0].At, events[len(events)-1].At
				if a.Before(to) {
					want.Started++
					if !a.Before(from) {
						want.Arrivals++
					}
				}
				if b.Before(to) {
					want.Ended++
					if !b.Before(from) {
						want.Departures++
					}
				}
				if a.Before(to) && !b.Before(to) {
					want.WIP++
				}
			}
			require.Equal(t, want, m)
		}
	}
	law := l.Little()
	require.Equal(t, law.CaseTime, law.Area, "Little's law")
	total := new(big.Int)
	for _, events := range byCase {
		total.Add(total, big.NewInt(events[len(events)-1].At.UnixMilli()-events[0].At.UnixMilli()))
	}
	require.Equal(t, total.Int64(), law.CaseTime)
	first, last := l.Span()
	require.Equal(t, last.UnixMilli()-first.UnixMilli(), law.Window)
}

// A filter keeps what a loop over the events keeps.
func TestFilterEqualsLoop(t *testing.T) {
	t.Parallel()
	from, until := time.Date(2026, 2, 22, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 26, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(80) {
		l, byCase, order := randomLog(seed, 4)
		for name, c := range map[string]struct {
			filter mining.Filter
			event  func(mining.Event) bool
			of     func([]mining.Event) bool
		}{
			"nothing":    {mining.Filter{}, nil, nil},
			"activities": {mining.Filter{Activities: []string{"a1", "a2", "none"}}, func(e mining.Event) bool { return e.Activity == "a1" || e.Activity == "a2" }, nil},
			"resources":  {mining.Filter{Resources: []string{"p1"}}, func(e mining.Event) bool { return e.Resource == "p1" }, nil},
			"lifecycle":  {mining.Filter{Lifecycle: []string{"Complete"}}, func(e mining.Event) bool { return strings.EqualFold(e.Lifecycle, "complete") }, nil},
			"values":     {mining.Filter{Values: map[string][]string{"size": {"0", "2"}}}, func(e mining.Event) bool { return e.Attributes["size"] == "0" || e.Attributes["size"] == "2" }, nil},
			"no values":  {mining.Filter{Values: map[string][]string{"unknown": {"0"}}}, func(mining.Event) bool { return false }, nil},
			"within": {mining.Filter{From: from, Until: until}, nil, func(e []mining.Event) bool {
				return !e[0].At.Before(from) && e[len(e)-1].At.Before(until)
			}},
			"started":  {mining.Filter{From: from, Until: until, When: mining.Started}, nil, func(e []mining.Event) bool { return !e[0].At.Before(from) && e[0].At.Before(until) }},
			"ended":    {mining.Filter{From: from, When: mining.Ended}, nil, func(e []mining.Event) bool { return !e[len(e)-1].At.Before(from) }},
			"touching": {mining.Filter{From: from, Until: until, When: mining.Touching}, nil, func(e []mining.Event) bool { return !e[len(e)-1].At.Before(from) && e[0].At.Before(until) }},
			"path": {mining.Filter{With: []string{"a0", "a1"}, Without: []string{"a3"}}, nil, func(e []mining.Event) bool {
				has := func(a string) bool {
					return slices.ContainsFunc(e, func(e mining.Event) bool { return e.Activity == a })
				}
				return has("a0") && has("a1") && !has("a3")
			}},
			"first, last": {mining.Filter{First: []string{"a0", "a1"}, Last: []string{"a2"}, MinTime: 1, MaxTime: 9e8}, nil, func(e []mining.Event) bool {
				took := e[len(e)-1].At.UnixMilli() - e[0].At.UnixMilli()
				return e[0].Activity <= "a1" && e[len(e)-1].Activity == "a2" && took >= 1 && took <= 9e8
			}},
			"variant": {mining.Filter{Variants: [][]string{{"a1"}, {"a0", "a1"}}}, nil, func(e []mining.Event) bool {
				return len(e) == 1 && e[0].Activity == "a1" || len(e) == 2 && e[0].Activity == "a0" && e[1].Activity == "a1"
			}},
		} {
			b := mining.Builder{Attributes: []string{"size", "case:channel"}}
			for _, id := range order {
				var kept []mining.Event
				for _, e := range byCase[id] {
					if c.event == nil || c.event(e) {
						kept = append(kept, e)
					}
				}
				if len(kept) > 0 && (c.of == nil || c.of(kept)) {
					for _, e := range kept {
						b.Add(e)
					}
				}
			}
			got := l.Filter(c.filter)
			require.Equal(t, dump(b.Log()), dump(got), name)
			// The figures of a filtered log are those of the same log built anew.
			require.Equal(t, fmt.Sprint(b.Log().Activities(), b.Log().Rework(), b.Log().Flow()), fmt.Sprint(got.Activities(), got.Rework(), got.Flow()), name)
		}
	}
}

func TestReorderedAndMerged(t *testing.T) {
	t.Parallel()
	var b mining.Builder
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b.Add(mining.Event{Case: "1", Activity: "late", At: at.Add(time.Hour)})
	b.Add(mining.Event{Case: "2", Activity: "only", At: at})
	b.Add(mining.Event{Case: "1", Activity: "early", At: at})
	l := b.Log()
	require.Equal(t, 1, l.Reordered())
	require.Equal(t, []string{"early", "late"}, l.Case(0).Variant())
	require.Zero(t, l.Filter(mining.Filter{Activities: []string{"late", "only"}}).Reordered())
	require.Equal(t, 1, l.Filter(mining.Filter{With: []string{"late"}}).Reordered())
	b.Add(mining.Event{Case: "3", Activity: "later", At: at})
	require.Equal(t, 2, l.Cases(), "a sealed log does not change")
	require.Equal(t, 3, b.Log().Cases())
}

// Compared with itself nothing differs; compared the other way round the signs
// turn; and the sum of what differs on the edges is what differs in the cases.
func TestCompareProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		a, _, _ := randomLog(seed, 4)
		b, _, _ := randomLog(seed+1000, 4)
		for _, d := range append(mining.Compare(a, a).Edges, mining.Compare(a, a).Activities...) {
			require.Zero(t, d.PerCase)
			require.Equal(t, d.Count[0], d.Count[1])
		}
		there, back := mining.Compare(a, b), mining.Compare(b, a)
		require.Len(t, back.Edges, len(there.Edges))
		sums := [2]int64{}
		for i, d := range there.Edges {
			r := back.Edges[i]
			require.Equal(t, [3]any{d.From, d.To, d.PerCase}, [3]any{r.From, r.To, -r.PerCase})
			require.Equal(t, [2]int{d.Count[1], d.Count[0]}, r.Count)
			sums[0] += d.Time[0].Sum
			sums[1] += d.Time[1].Sum
		}
		require.Equal(t, [2]int64{a.CaseDurations().Sum, b.CaseDurations().Sum}, sums)
		require.Equal(t, [2]int{a.Cases(), b.Cases()}, there.Cases)
	}
}

package rank_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning/rank"
)

func randomRoadmap(r *rand.Rand) rank.Roadmap {
	start := civil.MustDate(2026, time.January, 1)
	var m rank.Roadmap
	day := start
	for range 2 + r.IntN(4) {
		if r.IntN(6) == 0 {
			day = day.AddDays(3) // a gap that is in no period
		}
		last := day.AddDays(8 + r.IntN(6))
		m.Periods = append(m.Periods, civil.Days(day, last))
		day = last.AddDays(1)
	}
	span := day.Sub(start)
	for l := range 1 + r.IntN(2) {
		s := rank.Supply{Limit: rank.LimitKey(fmt.Sprintf("l%d", l))}
		for range m.Periods {
			s.Amounts = append(s.Amounts, 20+r.Int64N(60))
		}
		m.Supplies = append(m.Supplies, s)
	}
	for i := range 1 + r.IntN(6) {
		first := start.AddDays(r.IntN(span) - 2)
		it := rank.Initiative{Key: rank.ItemKey(fmt.Sprintf("i%d", i)), Days: civil.Days(first, first.AddDays(r.IntN(20)))}
		if r.IntN(3) == 0 {
			from := start.AddDays(r.IntN(span))
			it.Window = civil.Days(from, from.AddDays(r.IntN(40)))
		}
		if r.IntN(2) == 0 {
			it.Group = fmt.Sprintf("g%d", r.IntN(2))
		}
		if i > 0 && r.IntN(2) == 0 {
			it.Needs = []rank.ItemKey{rank.ItemKey(fmt.Sprintf("i%d", r.IntN(i)))}
		}
		for _, s := range m.Supplies {
			it.Demands = append(it.Demands, rank.Demand{Limit: s.Limit, Amount: r.Int64N(60)})
		}
		m.Initiatives = append(m.Initiatives, it)
	}
	return m
}

// broken counts what is wrong from the definitions, day by day.
func broken(m rank.Roadmap, loads []rank.PeriodLoad) map[rank.ConflictKind]int {
	out := map[rank.ConflictKind]int{}
	for _, l := range loads {
		if l.Demand > l.Supply {
			out[rank.OverCapacity]++
		}
	}
	for i, it := range m.Initiatives {
		out[rank.OutOfOrder] += 0
		for _, k := range it.Needs {
			o := m.Initiatives[slices.IndexFunc(m.Initiatives, func(x rank.Initiative) bool { return x.Key == k })]
			if !it.Days.First().After(o.Days.Last()) {
				out[rank.OutOfOrder]++
			}
		}
		for _, o := range m.Initiatives[:i] {
			shared := false
			for d := range o.Days.Each() {
				shared = shared || it.Days.Contains(d)
			}
			if shared && it.Group != "" && it.Group == o.Group {
				out[rank.GroupOverlap]++
			}
		}
		outside, runs, in := false, 0, true
		for d := range it.Days.Each() {
			outside = outside || !it.Window.IsEmpty() && !it.Window.Contains(d)
			now := slices.ContainsFunc(m.Periods, func(p civil.Period) bool { return p.Contains(d) })
			if in && !now {
				runs++
			}
			in = now
		}
		if outside {
			out[rank.OutsideWindow]++
		}
		out[rank.OutsideRoadmap] += runs
	}
	return out
}

func TestRoadmapConflictsAgainstDefinition(t *testing.T) {
	t.Parallel()
	moves, seen := 0, map[rank.ConflictKind]int{}
	for seed := range uint64(3000) {
		m := randomRoadmap(rand.New(rand.NewPCG(seed, 7)))
		conflicts, err := m.Conflicts()
		require.NoError(t, err)
		loads := must(m.Loads())
		spreadAddsUp(t, m, loads)
		want := broken(m, loads)
		got := map[rank.ConflictKind]int{}
		for _, c := range conflicts {
			got[c.Kind]++
			seen[c.Kind]++
			require.NotEmpty(t, c.Fix)
			require.NotEmpty(t, c.Finding().Evidence)
			if c.Move.Item != "" {
				moves++
				mends(t, m, c, conflicts)
			}
		}
		for kind, n := range want {
			require.Equal(t, n, got[kind], "seed %d: %s", seed, kind)
		}
	}
	require.Greater(t, moves, 500)
	require.Len(t, seen, 5)
}

func spreadAddsUp(t *testing.T, m rank.Roadmap, loads []rank.PeriodLoad) {
	t.Helper()
	for _, it := range m.Initiatives {
		covered := 0
		for _, p := range m.Periods {
			covered += p.Intersect(it.Days).Len()
		}
		for _, d := range it.Demands {
			sum := int64(0)
			for _, l := range loads {
				for _, x := range l.Items {
					if l.Limit == d.Limit && x.Key == it.Key {
						sum += x.Amount
						// Even: never a whole unit away from the share of the days.
						exact := d.Amount * int64(l.Period.Intersect(it.Days).Len())
						require.Less(t, max(exact-x.Amount*int64(it.Days.Len()), x.Amount*int64(it.Days.Len())-exact), int64(it.Days.Len()))
					}
				}
			}
			if covered == it.Days.Len() {
				require.Equal(t, d.Amount, sum)
			}
		}
	}
}

// mends applies a proposed move: the conflict is gone, and no other has come
// that has to do with the initiative.
func mends(t *testing.T, m rank.Roadmap, c rank.Conflict, before []rank.Conflict) {
	t.Helper()
	m.Initiatives = slices.Clone(m.Initiatives)
	i := slices.IndexFunc(m.Initiatives, func(x rank.Initiative) bool { return x.Key == c.Move.Item })
	require.Equal(t, m.Initiatives[i].Days.Len(), c.Move.To.Len())
	m.Initiatives[i].Days = c.Move.To
	after := must(m.Conflicts())
	require.Less(t, len(after), len(before))
	for _, a := range after {
		require.NotContains(t, a.Items, c.Move.Item, "%s still in %v", c.Move.Item, a)
	}
}

func TestRoadmapRefuses(t *testing.T) {
	t.Parallel()
	q := civil.QuarterOf(civil.MustDate(2026, time.May, 1))
	ok := func() rank.Roadmap {
		return rank.Roadmap{
			Periods: []civil.Period{q}, Supplies: []rank.Supply{{Limit: "eur", Amounts: []int64{5}}},
			Initiatives: []rank.Initiative{{Key: "a", Days: q, Demands: []rank.Demand{{Limit: "eur", Amount: 5}}}},
		}
	}
	base := ok()
	require.Empty(t, must(base.Conflicts()))
	data := must(json.Marshal(base))
	var again rank.Roadmap
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, base, again)
	for code, change := range map[string]func(*rank.Roadmap){
		"rank.key.duplicate":   func(r *rank.Roadmap) { r.Initiatives = append(r.Initiatives, r.Initiatives[0]) },
		"rank.key.invalid":     func(r *rank.Roadmap) { r.Initiatives[0].Key = "" },
		"rank.roadmap.size":    func(r *rank.Roadmap) { r.Periods = make([]civil.Period, 401) },
		"rank.roadmap.periods": func(r *rank.Roadmap) { r.Periods = []civil.Period{q, q} },
		"rank.roadmap.supply":  func(r *rank.Roadmap) { r.Supplies[0].Amounts = nil },
		"rank.roadmap.days":    func(r *rank.Roadmap) { r.Initiatives[0].Days = civil.Period{} },
		"rank.roadmap.demand":  func(r *rank.Roadmap) { r.Initiatives[0].Demands[0].Amount = -1 },
		"rank.roadmap.unknown": func(r *rank.Roadmap) { r.Initiatives[0].Needs = []rank.ItemKey{"z"} },
	} {
		r := ok()
		change(&r)
		_, err := r.Conflicts()
		var list finding.List
		require.ErrorAs(t, err, &list, code)
		assert.True(t, list.Has(code), "%s: %v", code, err)
	}
}

func FuzzRoadmapJSON(f *testing.F) {
	f.Add([]byte(`{"periods":["2026-01-01..2026-03-31"],"supplies":[{"limit":"eur","amounts":[5]}],"initiatives":[{"key":"a","days":"2026-02-01..2026-04-01","group":"g","needs":["b"],"demands":[{"limit":"eur","amount":9}]},{"key":"b","days":"2026-01-01..2026-02-02","window":"2026-01-01..2026-01-31","group":"g"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var r rank.Roadmap
		if json.Unmarshal(data, &r) != nil {
			return
		}
		conflicts, err := r.Conflicts()
		if err == nil {
			for _, c := range conflicts {
				_ = c.Finding()
			}
		}
		out := must(json.Marshal(r))
		var again rank.Roadmap
		require.NoError(t, json.Unmarshal(out, &again))
		require.Equal(t, string(out), string(must(json.Marshal(again))))
	})
}

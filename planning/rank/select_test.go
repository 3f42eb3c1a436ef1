package rank_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning/rank"
)

// randomPortfolio has every feature: several limits, mandatory items, exclusions,
// minima, needs (also in circles), values of both signs.
func randomPortfolio(r *rand.Rand, n int) rank.Portfolio {
	var p rank.Portfolio
	key := func(i int) rank.ItemKey { return rank.ItemKey(fmt.Sprintf("i%d", i)) }
	limits := r.IntN(4)
	total := make([]int64, limits)
	for i := range n {
		c := rank.Candidate{Key: key(i), Value: r.Int64N(30) - 3, Mandatory: r.IntN(12) == 0}
		if r.IntN(4) == 0 { // values that share a divisor, and ties
			c.Value = 5 * r.Int64N(4)
		}
		for l := range limits {
			if r.IntN(5) > 0 {
				a := r.Int64N(20)
				total[l] += a
				c.Uses = append(c.Uses, rank.Use{Limit: rank.LimitKey(fmt.Sprintf("l%d", l)), Amount: a})
			}
		}
		p.Items = append(p.Items, c)
	}
	for l := range limits {
		p.Limits = append(p.Limits, rank.Limit{Key: rank.LimitKey(fmt.Sprintf("l%d", l)), Capacity: total[l] * r.Int64N(110) / 100})
	}
	for g := range r.IntN(4) {
		group := rank.Group{Key: fmt.Sprintf("g%d", g)}
		for i := range n {
			if r.IntN(3) == 0 {
				group.Items = append(group.Items, key(i))
			}
		}
		size := len(group.Items)
		switch r.IntN(3) {
		case 0:
			group.Max = 1
		case 1:
			group.Min = min(size, r.IntN(3))
		default:
			group.Min = min(size, r.IntN(2))
			group.Max = group.Min + r.IntN(3)
		}
		p.Groups = append(p.Groups, group)
	}
	for range r.IntN(4) {
		p.Needs = append(p.Needs, rank.Need{Item: key(r.IntN(n)), Needs: key(r.IntN(n))})
	}
	return p
}

// enumerate tries every choice, from the definitions alone.
func enumerate(p rank.Portfolio) (best int64, feasible bool) {
	n := len(p.Items)
	for set := range 1 << n {
		if ok, v := keeps(p, set); ok && (!feasible || v > best) {
			best, feasible = v, true
		}
	}
	return best, feasible
}

func keeps(p rank.Portfolio, set int) (bool, int64) {
	at := func(k rank.ItemKey) bool {
		i := slices.IndexFunc(p.Items, func(c rank.Candidate) bool { return c.Key == k })
		return set>>i&1 == 1
	}
	value := int64(0)
	var used [8]int64
	for i, c := range p.Items {
		if set>>i&1 == 0 {
			if c.Mandatory {
				return false, 0
			}
			continue
		}
		value += c.Value
		for _, u := range c.Uses {
			used[u.Limit[1]-'0'] += u.Amount
		}
	}
	for l, limit := range p.Limits {
		if used[l] > limit.Capacity {
			return false, 0
		}
	}
	for _, g := range p.Groups {
		count := 0
		for _, k := range g.Items {
			if at(k) {
				count++
			}
		}
		if count < g.Min || g.Max > 0 && count > g.Max {
			return false, 0
		}
	}
	for _, need := range p.Needs {
		if at(need.Item) && !at(need.Needs) {
			return false, 0
		}
	}
	return true, value
}

func setOf(p rank.Portfolio, keys []rank.ItemKey) (set int) {
	for i, c := range p.Items {
		if slices.Contains(keys, c.Key) {
			set |= 1 << i
		}
	}
	return set
}

func TestSelectEqualsEnumeration(t *testing.T) {
	t.Parallel()
	const cases = 12_000
	feasible, groups, needs := 0, 0, 0
	for seed := range uint64(cases) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 1 + r.IntN(10)
		if seed%100 == 0 {
			n = 14
		}
		p := randomPortfolio(r, n)
		want, ok := enumerate(p)
		got, err := rank.Select(p, nil)
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, ok, got.Feasible, "seed %d", seed)
		require.True(t, got.Proven, "seed %d", seed)
		if !ok {
			continue
		}
		feasible++
		groups += len(p.Groups)
		needs += len(p.Needs)
		require.Equal(t, want, got.Value, "seed %d", seed)
		require.Equal(t, want, got.UpperBound, "seed %d", seed)
		set := setOf(p, got.Items)
		valid, value := keeps(p, set)
		require.True(t, valid, "seed %d", seed)
		require.Equal(t, want, value, "seed %d", seed)
		explains(t, p, got, set, seed)
	}
	// The generator must not degenerate.
	require.Greater(t, feasible, cases/3)
	require.Greater(t, groups, cases/3)
	require.Greater(t, needs, cases/3)
}

// explains checks the reasons against the definition: what was left out without
// a blocking reason could be added.
func explains(t *testing.T, p rank.Portfolio, got *rank.Selection, set int, seed uint64) {
	t.Helper()
	require.Len(t, got.Left, len(p.Items)-len(got.Items))
	for _, l := range got.Left {
		blocked := slices.ContainsFunc(l.Reasons, func(b rank.Block) bool { return b.Kind != rank.NoValue })
		ok, _ := keeps(p, set|setOf(p, []rank.ItemKey{l.Key}))
		require.Equal(t, !ok, blocked, "seed %d: %s", seed, l)
		require.NotEmpty(t, l.Reasons, "seed %d: %s", seed, l.Key)
	}
}

func TestSelectAtMostIsABound(t *testing.T) {
	t.Parallel()
	told := 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := randomPortfolio(r, 9)
		got, err := rank.Select(p, nil)
		require.NoError(t, err)
		for _, l := range got.Left {
			q := p
			q.Items = slices.Clone(p.Items)
			i := slices.IndexFunc(q.Items, func(c rank.Candidate) bool { return c.Key == l.Key })
			q.Items[i].Mandatory = true
			if best, ok := enumerate(q); ok {
				require.LessOrEqual(t, best, l.AtMost, "seed %d: %s", seed, l.Key)
			}
			if l.AtMost < got.Value {
				told++
			}
		}
	}
	require.Greater(t, told, 100)
}

func TestSelectBudget(t *testing.T) {
	t.Parallel()
	gaps := 0
	for seed := range uint64(60) {
		p := realPortfolio(rand.New(rand.NewPCG(seed, 3)), 45, 5, true)
		best, err := rank.Select(p, nil)
		require.NoError(t, err)
		require.True(t, best.Proven)
		last := int64(-1)
		for _, nodes := range []int{1, 5, 25, 100_000} {
			got, err := rank.Select(p, &rank.Search{Nodes: nodes})
			require.NoError(t, err)
			require.True(t, got.Feasible)
			require.LessOrEqual(t, got.Value, best.Value)
			require.GreaterOrEqual(t, got.UpperBound, best.Value, "seed %d nodes %d", seed, nodes)
			require.Equal(t, got.UpperBound-got.Value, got.Gap)
			require.Equal(t, got.Gap == 0, got.Proven)
			for _, l := range got.Left {
				require.NotEmpty(t, l.Reasons, "seed %d nodes %d: %s", seed, nodes, l.Key)
			}
			require.GreaterOrEqual(t, got.Value, last)
			last = got.Value
			if got.Gap > 0 {
				gaps++
			}
		}
		require.Equal(t, best.Value, last)
	}
	require.Greater(t, gaps, 20)
}

// realPortfolio is a marketing portfolio: a budget in euro that every candidate
// uses, hours of roles per quarter of which each needs one to three, capacity for
// 40 to 80 percent of all, exclusions and prerequisites. With hard, every item
// uses every limit and is worth about as much as it uses, with capacity for half
// of all: the instances of P. C. Chu and J. E. Beasley, A genetic algorithm for
// the multidimensional knapsack problem, 1998.
func realPortfolio(r *rand.Rand, n, m int, hard bool) rank.Portfolio {
	var p rank.Portfolio
	total := make([]int64, m)
	use := func(c *rank.Candidate, l int, a int64) {
		name := rank.LimitKey(fmt.Sprintf("l%d", l))
		if !slices.ContainsFunc(c.Uses, func(u rank.Use) bool { return u.Limit == name }) {
			c.Uses = append(c.Uses, rank.Use{Limit: name, Amount: a})
			total[l] += a
		}
	}
	for i := range n {
		c := rank.Candidate{Key: rank.ItemKey(fmt.Sprintf("i%03d", i)), Value: 10 + r.Int64N(990)}
		if hard {
			sum := int64(0)
			for l := range m {
				a := 1 + r.Int64N(1000)
				sum += a
				use(&c, l, a)
			}
			c.Value = sum/int64(m) + r.Int64N(500)
		} else {
			use(&c, 0, 1000*(1+r.Int64N(200)))
			for range 1 + r.IntN(3) {
				use(&c, 1+r.IntN(m-1), 4*(1+r.Int64N(60)))
			}
		}
		p.Items = append(p.Items, c)
	}
	for l := range m {
		share := int64(50)
		if !hard {
			share = 40 + r.Int64N(41)
		}
		p.Limits = append(p.Limits, rank.Limit{Key: rank.LimitKey(fmt.Sprintf("l%d", l)), Capacity: total[l] * share / 100})
	}
	if hard {
		return p
	}
	key := func() rank.ItemKey { return p.Items[r.IntN(n)].Key }
	for g := range n / 20 {
		group := rank.Group{Key: fmt.Sprintf("g%d", g), Max: 1}
		for range 3 {
			if k := key(); !slices.Contains(group.Items, k) {
				group.Items = append(group.Items, k)
			}
		}
		p.Groups = append(p.Groups, group)
	}
	for range n / 10 {
		p.Needs = append(p.Needs, rank.Need{Item: key(), Needs: key()})
	}
	p.Items[0].Mandatory = true
	return p
}

func BenchmarkSelect(b *testing.B) {
	for _, s := range []struct {
		n, m int
		hard bool
	}{{50, 4, false}, {100, 8, false}, {200, 12, false}, {50, 5, true}, {100, 5, true}, {100, 10, true}} {
		b.Run(fmt.Sprintf("items=%d/limits=%d/hard=%v", s.n, s.m, s.hard), func(b *testing.B) {
			var seed uint64
			nodes, proven, runs, worst, gap := 0, 0, 0, 0, 0.0
			for b.Loop() {
				seed++
				got, err := rank.Select(realPortfolio(rand.New(rand.NewPCG(seed%20, 9)), s.n, s.m, s.hard), nil)
				require.NoError(b, err)
				nodes += got.Nodes
				worst = max(worst, got.Nodes)
				runs++
				gap = max(gap, 100*float64(got.Gap)/float64(got.Value))
				if got.Proven {
					proven++
				}
			}
			b.ReportMetric(float64(nodes)/float64(runs), "nodes/op")
			b.ReportMetric(gap, "max-gap-%")
			b.ReportMetric(float64(worst), "max-nodes")
			b.ReportMetric(100*float64(proven)/float64(runs), "%proven")
		})
	}
}

func TestSelectRefuses(t *testing.T) {
	t.Parallel()
	item := func(k rank.ItemKey, uses ...rank.Use) rank.Candidate {
		return rank.Candidate{Key: k, Value: 1, Uses: uses}
	}
	for name, c := range map[string]struct {
		p    rank.Portfolio
		code string
	}{
		"empty key":        {rank.Portfolio{Items: []rank.Candidate{item("")}}, "rank.key.invalid"},
		"same key":         {rank.Portfolio{Items: []rank.Candidate{item("a"), item("a")}}, "rank.key.duplicate"},
		"unknown limit":    {rank.Portfolio{Items: []rank.Candidate{item("a", rank.Use{Limit: "x"})}}, "rank.portfolio.unknown"},
		"negative use":     {rank.Portfolio{Items: []rank.Candidate{item("a", rank.Use{"x", -1})}, Limits: []rank.Limit{{"x", 1}}}, "rank.portfolio.range"},
		"use twice":        {rank.Portfolio{Items: []rank.Candidate{item("a", rank.Use{"x", 1}, rank.Use{"x", 1})}, Limits: []rank.Limit{{"x", 1}}}, "rank.portfolio.duplicate"},
		"negative limit":   {rank.Portfolio{Limits: []rank.Limit{{"x", -1}}}, "rank.portfolio.range"},
		"unknown in group": {rank.Portfolio{Groups: []rank.Group{{Key: "g", Items: []rank.ItemKey{"a"}}}}, "rank.portfolio.unknown"},
		"twice in group":   {rank.Portfolio{Items: []rank.Candidate{item("a")}, Groups: []rank.Group{{Key: "g", Items: []rank.ItemKey{"a", "a"}}}}, "rank.portfolio.duplicate"},
		"min above max":    {rank.Portfolio{Items: []rank.Candidate{item("a"), item("b")}, Groups: []rank.Group{{Key: "g", Items: []rank.ItemKey{"a", "b"}, Min: 2, Max: 1}}}, "rank.portfolio.range"},
		"unknown need":     {rank.Portfolio{Items: []rank.Candidate{item("a")}, Needs: []rank.Need{{"a", "b"}}}, "rank.portfolio.unknown"},
		"value too great":  {rank.Portfolio{Items: []rank.Candidate{{Key: "a", Value: 1 << 60}}}, "rank.portfolio.range"},
		"sum too great":    {rank.Portfolio{Items: []rank.Candidate{{Key: "a", Value: 1 << 52}, {Key: "b", Value: 1 << 52}}}, "rank.portfolio.range"},
		"too many":         {rank.Portfolio{Items: make([]rank.Candidate, 2001)}, "rank.portfolio.size"},
	} {
		_, err := rank.Select(c.p, nil)
		var list finding.List
		require.ErrorAs(t, err, &list, name)
		assert.True(t, list.Has(c.code), "%s: %v", name, err)
	}
}

func TestSelectLargeNumbers(t *testing.T) {
	t.Parallel()
	// Budgets in cents near the top of the range: bounds must not overflow.
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := randomPortfolio(r, 10)
		for i := range p.Items {
			p.Items[i].Value = p.Items[i].Value*(1<<44) + r.Int64N(1000)
			for k := range p.Items[i].Uses {
				p.Items[i].Uses[k].Amount *= 1 << 43
			}
		}
		for l := range p.Limits {
			p.Limits[l].Capacity = p.Limits[l].Capacity*(1<<43) + r.Int64N(1000)
		}
		want, ok := enumerate(p)
		got, err := rank.Select(p, nil)
		require.NoError(t, err)
		require.Equal(t, ok, got.Feasible)
		if ok {
			require.Equal(t, want, got.Value, "seed %d", seed)
		}
	}
}

func FuzzPortfolioJSON(f *testing.F) {
	f.Add([]byte(`{"items":[{"key":"a","value":3,"uses":[{"limit":"eur","amount":2}],"mandatory":true},{"key":"b","value":4}],"limits":[{"key":"eur","capacity":5}],"groups":[{"key":"g","items":["a","b"],"max":1}],"needs":[{"item":"a","needs":"b"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p rank.Portfolio
		if json.Unmarshal(data, &p) != nil {
			return
		}
		got, err := rank.Select(p, &rank.Search{Nodes: 50})
		if err == nil && got.Feasible && len(p.Items) <= 10 && len(p.Limits) == 0 {
			if ok, v := keeps(p, setOf(p, got.Items)); !ok || v != got.Value {
				t.Fatalf("not a choice: %v", got)
			}
		}
		out, err := json.Marshal(p)
		require.NoError(t, err)
		var again rank.Portfolio
		require.NoError(t, json.Unmarshal(out, &again))
		twice, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(out), string(twice))
	})
}

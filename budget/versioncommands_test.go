package budget_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// A forecast that moves from March to April does not double.
func ExampleVersion_Commands() {
	c, _ := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "tv"}}})
	book := budget.New(c)
	for i, month := range c.Periods()[2:4] {
		forecast := budget.NewVersion(c, fmt.Sprint("forecast ", i+1))
		_ = forecast.Set("tv", month, eur(900_00))
		commands, _ := forecast.Commands(budget.Forecast, book)
		for _, command := range commands {
			fmt.Println(command)
		}
		book.Apply(now, commands...)
	}
	balance, _ := book.Balance("tv", day(1, 1), budget.Total)
	fmt.Println(balance.Forecast)
	// Output:
	// {tv FY2026-P03 900.00 EUR}
	// {tv FY2026-P03 0.00 EUR}
	// {tv FY2026-P04 900.00 EUR}
	// 900.00 EUR
}

// What the book has and the version has not goes away.
func TestCommandsTakeAway(t *testing.T) {
	t.Parallel()
	c := chart(t, budget.Node{Key: "r"}, budget.Node{Key: "a", Parent: "r"}, budget.Node{Key: "b", Parent: "r"}, budget.Node{Key: "free", Parent: "b"})
	before, after := budget.NewVersion(c, "before"), budget.NewVersion(c, "after")
	require.NoError(t, before.Set("a", p1, eur(100)))
	require.NoError(t, before.Set("r", p1, eur(130)))
	require.NoError(t, after.Set("a", p2, eur(100)))
	require.NoError(t, after.Set("b", p1, eur(20)))
	for _, m := range []budget.Measure{budget.Limit, budget.Plan, budget.Forecast} {
		b := budget.New(c)
		become(t, before, m, b)
		become(t, after, m, b)
		for _, n := range []budget.NodeKey{"r", "a", "b", "free"} {
			for _, p := range c.Periods() {
				bounds, _ := c.Calendar().Bounds(p)
				bal, _ := b.Balance(n, bounds.First(), budget.Period)
				got := map[budget.Measure]money.Money{budget.Limit: bal.Limit, budget.Plan: bal.Plan, budget.Forecast: bal.Forecast}[m]
				require.Equal(t, after.Of(n, p), got, "%v of %s in %v", m, n, p)
				require.Equal(t, m == budget.Limit && n != "free", bal.Limited, "a node without a figure gets no limit")
			}
		}
	}
}

// Limits are cut from the leaves up: a tenth less of everything passes.
func TestCommandsCutChildrenFirst(t *testing.T) {
	t.Parallel()
	c := chart(t, budget.Node{Key: "r"}, budget.Node{Key: "a", Parent: "r"}, budget.Node{Key: "aa", Parent: "a"})
	v := budget.NewVersion(c, "v")
	require.NoError(t, v.Spread("aa", c.Periods(), eur(1_200_00)))
	b := budget.New(c)
	become(t, v, budget.Limit, b)
	require.NoError(t, v.Scale(9, 10))
	become(t, v, budget.Limit, b)
	require.NoError(t, v.Scale(2, 1))
	become(t, v, budget.Limit, b)
}

// Money that is all used can be moved between periods of a node whose control looks
// at the whole, and between siblings as far as it is not used.
func TestCommandsMoveUsedMoney(t *testing.T) {
	t.Parallel()
	c := chart(t, budget.Node{Key: "r"}, budget.Node{Key: "a", Parent: "r"}, budget.Node{Key: "b", Parent: "r"})
	v := budget.NewVersion(c, "v")
	require.NoError(t, v.Set("a", p1, eur(100)))
	require.NoError(t, v.Set("b", p1, eur(50)))
	b := budget.New(c)
	become(t, v, budget.Limit, b)
	do(t, b, budget.Order{Ref: "o", Node: "a", Date: day(1, 2), Amount: eur(100)})
	require.NoError(t, v.Set("a", p1, eur(40)))
	require.NoError(t, v.Set("a", p2, eur(60)))
	become(t, v, budget.Limit, b)
	require.NoError(t, v.Set("b", p1, eur(10)))
	require.NoError(t, v.Set("a", p1, eur(80)))
	become(t, v, budget.Limit, b)
	assert.Equal(t, eur(90), v.Of("r", p1))
	require.NoError(t, v.Set("a", p1, eur(39)))
	require.NoError(t, v.Set("a", p2, eur(60)))
	commands, err := v.Commands(budget.Limit, b)
	require.NoError(t, err)
	_, err = b.ApplyAll(now, commands...)
	require.ErrorIs(t, err, budget.ErrLimit, "99 for what uses 100")
}

// Any limits that fit can become any others that fit, whatever has a limit so far.
func TestCommandsMakeAnyLimits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(22, 1))
	for range 300 {
		nodes := randomNodes(r, 12, 5)
		c, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: civil.Days(day(time.January, 1), day(time.March, 31)), Nodes: nodes})
		require.NoError(t, err)
		b := budget.New(c)
		for range r.IntN(8) { // some have one while those above have none
			b.Apply(now, budget.SetLimit{Node: nodes[r.IntN(len(nodes))].Key, Period: c.Periods()[r.IntN(3)], Amount: eur(r.Int64N(50))})
		}
		for range 4 {
			v := budget.NewVersion(c, "v")
			for range r.IntN(3 * len(nodes)) {
				n, p := nodes[r.IntN(len(nodes))].Key, c.Periods()[r.IntN(3)]
				less := v.Of(n, p).Minor()
				for _, child := range c.Children(n) {
					less -= v.Of(child, p).Minor()
				}
				require.NoError(t, v.Set(n, p, eur(v.Of(n, p).Minor()-less+r.Int64N(50))), "more than its children's")
			}
			become(t, v, budget.Limit, b)
			for _, n := range nodes {
				for _, p := range c.Periods() {
					bounds, _ := c.Calendar().Bounds(p)
					bal, _ := b.Balance(n.Key, bounds.First(), budget.Period)
					require.Equal(t, v.Of(n.Key, p), bal.Limit, "%s in %v", n.Key, p)
				}
			}
		}
	}
}

func TestCommandsOfAnEmptyBook(t *testing.T) {
	t.Parallel()
	c := chart(t, budget.Node{Key: "a", Parent: "r"}, budget.Node{Key: "r"})
	v := budget.NewVersion(c, "v")
	require.NoError(t, v.Set("a", p1, eur(1)))
	require.NoError(t, v.Set("r", p2, eur(2)))
	for _, m := range []budget.Measure{budget.Limit, budget.Plan, budget.Forecast} {
		none, err := v.Commands(m, nil)
		require.NoError(t, err)
		empty, err := v.Commands(m, budget.New(c))
		require.NoError(t, err)
		require.Equal(t, empty, none)
		require.NotEmpty(t, none)
	}
	limits, err := v.Commands(budget.Limit, nil)
	require.NoError(t, err)
	assert.Equal(t, []budget.Command{
		budget.SetLimit{Node: "r", Period: p1, Amount: eur(1)}, budget.SetLimit{Node: "r", Period: p2, Amount: eur(2)}, budget.SetLimit{Node: "a", Period: p1, Amount: eur(1)},
	}, limits)
	_, err = v.Commands(budget.Actual, nil)
	require.ErrorIs(t, err, budget.ErrUnknown)
	_, err = v.Commands(budget.Plan, budget.New(chart(t, budget.Node{Key: "a"})))
	require.ErrorIs(t, err, budget.ErrUnknown)
}

// chain is a chart of one branch.
func chain(t testing.TB, depth int) *budget.Chart {
	nodes := make([]budget.Node, depth)
	for i := range nodes {
		nodes[i].Key = budget.NodeKey(fmt.Sprint(i))
		if i > 0 {
			nodes[i].Parent = nodes[i-1].Key
		}
	}
	slices.Reverse(nodes)
	return chart(t, nodes...)
}

// A chain of 100,000 nodes takes one pass. Each of these took minutes, or the stack,
// when every figure was added up by itself: 16,000 nodes took 12 s.
func TestADeepChain(t *testing.T) {
	t.Parallel()
	const depth = 100_000
	c := chain(t, depth)
	v := budget.NewVersion(c, "v")
	leaf := budget.NodeKey(fmt.Sprint(depth - 1))
	require.NoError(t, v.Spread(leaf, c.Periods(), eur(365)))
	began := time.Now()
	w := v.Copy("w")
	require.NoError(t, w.TopDown("0", p1, 1))
	assert.Equal(t, eur(31), w.Of("1", p1))
	assert.Equal(t, eur(0), w.Of("2", p1))
	differences, err := budget.Compare(v, w)
	require.NoError(t, err)
	assert.Len(t, differences, depth-2)
	for _, m := range []budget.Measure{budget.Limit, budget.Plan} {
		commands, err := v.Commands(m, nil)
		require.NoError(t, err)
		assert.Len(t, commands, map[budget.Measure]int{budget.Limit: 12 * depth, budget.Plan: 12}[m])
	}
	require.NoError(t, w.Scale(2, 1))
	require.NoError(t, w.BottomUp())
	assert.Equal(t, eur(56), w.Of("0", p2))
	assert.Equal(t, eur(0), w.Of("0", p1))
	assert.Less(t, time.Since(began), 20*time.Second, "milliseconds, but for a slow machine under the race detector")
}

// A figure may be as large as a book can hold, whatever the chart, and no sum of
// figures wraps.
func TestLargeFigures(t *testing.T) {
	t.Parallel()
	idr, err := budget.Compile(budget.Structure{Currency: money.IDR, Horizon: year, Nodes: []budget.Node{{Key: "n"}}})
	require.NoError(t, err)
	require.NoError(t, budget.NewVersion(idr, "v").Set("n", p1, money.Minor(3_000_000_000_00, idr.Currency())), "3 bn IDR are 160,000 EUR")
	const most = 1<<62 - 1
	v := budget.NewVersion(chart(t, budget.Node{Key: "a"}, budget.Node{Key: "b", Parent: "a"}, budget.Node{Key: "c", Parent: "b"}, budget.Node{Key: "d", Parent: "b"}), "v")
	require.NoError(t, v.Set("b", p1, eur(most)))
	require.NoError(t, v.Set("b", p1, eur(-most)))
	require.ErrorIs(t, v.Set("b", p1, eur(most+1)), budget.ErrAmount)
	require.ErrorIs(t, v.Set("b", p1, eur(-most-1)), budget.ErrAmount)
	require.ErrorIs(t, v.Set("b", p1, eur(-1<<63)), budget.ErrAmount)
	require.ErrorIs(t, v.Set("c", p1, eur(-1)), budget.ErrAmount, "b would be too large")
	require.NoError(t, v.Set("c", p1, eur(most)))
	assert.Equal(t, eur(0), v.Of("b", p1))
	require.ErrorIs(t, v.Set("b", p1, eur(-1)), budget.ErrAmount, "that of b itself would be too large")
	require.NoError(t, v.Set("b", p1, eur(most)), "nothing of b itself")
	require.NoError(t, v.Set("c", p1, eur(most/2)))
	require.NoError(t, v.Set("d", p1, eur(most/2)))
	require.ErrorIs(t, v.Spread("d", []fiscal.Key{p2, p1}, eur(most), 1, 9), budget.ErrAmount)
	assert.Equal(t, eur(0), v.Of("d", p2), "nothing of it stays")
	require.NoError(t, v.Set("b", p1, eur(1)))
	require.NoError(t, v.BottomUp())
	assert.Equal(t, eur(2*(most/2)), v.Of("b", p1))
	require.ErrorIs(t, v.Scale(3, 1), budget.ErrAmount)
	require.ErrorIs(t, v.Scale(5, 4), budget.ErrAmount, "each of the two fits, their sum does not")
	require.ErrorIs(t, v.Scale(1, 0), budget.ErrAmount)
	assert.Equal(t, eur(most/2), v.Of("c", p1), "nothing has changed")
	require.NoError(t, v.Set("c", p2, eur(most)))
	require.NoError(t, v.Set("b", p2, eur(0)))
	require.NoError(t, v.Set("d", p2, eur(most)))
	require.ErrorIs(t, v.BottomUp(), budget.ErrAmount)
}

// The figures of a version are those of a model that adds everything up each time.
func TestVersionsAddUp(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(35, 2))
	for range 100 {
		nodes := randomNodes(r, 10, 4)
		c := chart(t, nodes...)
		v, own := budget.NewVersion(c, "v"), map[budget.NodeKey]int64{} // in p1
		var total func(n budget.NodeKey) int64
		total = func(n budget.NodeKey) int64 {
			sum := own[n]
			for _, child := range c.Children(n) {
				sum += total(child)
			}
			return sum
		}
		var drop func(n budget.NodeKey)
		drop = func(n budget.NodeKey) {
			for _, child := range c.Children(n) {
				own[child] = 0
				drop(child)
			}
		}
		for range 60 {
			n := nodes[r.IntN(len(nodes))].Key
			switch r.IntN(12) {
			case 0:
				children := c.Children(n)
				if len(children) == 0 {
					continue
				}
				weights := make([]int64, len(children))
				for i := range weights {
					weights[i] = 1 + r.Int64N(5)
				}
				parts, err := eur(total(n)).Allocate(weights...)
				require.NoError(t, err)
				require.NoError(t, v.TopDown(n, p1, weights...))
				drop(n)
				own[n] = 0
				for i, child := range children {
					own[child] = parts[i].Minor()
				}
			case 1:
				require.NoError(t, v.BottomUp())
				for _, n := range nodes {
					if len(c.Children(n.Key)) > 0 {
						own[n.Key] = 0
					}
				}
			case 2:
				require.NoError(t, v.Scale(2, 3))
				for k, x := range own {
					m, err := eur(x).MulRat(2, 3, money.HalfEven)
					require.NoError(t, err)
					own[k] = m.Minor()
				}
			default:
				x := r.Int64N(2_000) - 500
				require.NoError(t, v.Set(n, p1, eur(x)))
				own[n] += x - total(n)
			}
			for _, n := range nodes {
				require.Equal(t, eur(total(n.Key)), v.Of(n.Key, p1))
			}
		}
		commands, err := v.Commands(budget.Plan, nil)
		require.NoError(t, err)
		for _, command := range commands {
			set := command.(budget.SetPlan)
			require.Equal(t, eur(own[set.Node]), set.Amount)
			delete(own, set.Node)
		}
		for k, x := range own {
			require.Zero(t, x, "%s", k)
		}
	}
}

// 10,000 nodes in twelve periods, ten below each.
func BenchmarkVersionCommands(b *testing.B) {
	nodes := make([]budget.Node, 10_000)
	for i := range nodes {
		nodes[i].Key = budget.NodeKey(fmt.Sprint(i))
		if i > 0 {
			nodes[i].Parent = nodes[(i-1)/10].Key
		}
	}
	c := chart(b, nodes...)
	v := budget.NewVersion(c, "v")
	for i := range nodes {
		if len(c.Children(nodes[i].Key)) == 0 {
			require.NoError(b, v.Spread(nodes[i].Key, c.Periods(), eur(1_000)))
		}
	}
	book := budget.New(c)
	become(b, v, budget.Limit, book)
	require.NoError(b, v.Scale(9, 10))
	b.ReportAllocs()
	for b.Loop() {
		if commands, err := v.Commands(budget.Limit, book); err != nil || len(commands) == 0 {
			b.Fatal(err)
		}
	}
}

// randomNodes are at most so many nodes; one in roots of them has no parent.
func randomNodes(r *rand.Rand, most, roots int) []budget.Node {
	nodes := make([]budget.Node, 1+r.IntN(most))
	for i := range nodes {
		nodes[i].Key = budget.NodeKey(fmt.Sprint("n", i))
		if i > 0 && r.IntN(roots) > 0 {
			nodes[i].Parent = nodes[r.IntN(i)].Key
		}
	}
	return nodes
}

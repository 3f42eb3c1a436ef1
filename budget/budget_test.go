package budget_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

var (
	now  = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	year = civil.YearOf(civil.MustDate(2026, 1, 1))
	p1   = fiscal.Key{Year: 2026, Number: 1}
	p2   = fiscal.Key{Year: 2026, Number: 2}
)

func eur(minor int64) money.Money { return money.Minor(minor, money.EUR) }

func day(month time.Month, d int) civil.Date { return civil.MustDate(2026, month, d) }

func chart(t testing.TB, nodes ...budget.Node) *budget.Chart {
	t.Helper()
	c, err := budget.Compile(budget.Structure{Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: year, Nodes: nodes})
	require.NoError(t, err)
	return c
}

func do(t testing.TB, b *budget.Book, c budget.Command) budget.Result {
	t.Helper()
	r := b.Apply(now, c)[0]
	require.NoError(t, r.Err)
	return r
}

func Example() {
	c, err := budget.Compile(budget.Structure{
		Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: year,
		Nodes: []budget.Node{{Key: "emea"}, {Key: "launch", Parent: "emea"}},
	})
	if err != nil {
		panic(err)
	}
	book := budget.New(c)
	results := book.Apply(now,
		budget.SetLimit{Node: "emea", Period: p1, Amount: eur(100_000_00)},
		budget.SetLimit{Node: "launch", Period: p1, Amount: eur(60_000_00)},
		budget.Reserve{Ref: "R1", Node: "launch", Date: day(1, 10), Amount: eur(50_000_00)},
		budget.Reserve{Ref: "R2", Node: "launch", Date: day(1, 11), Amount: eur(50_000_00)},
	)
	fmt.Println(results[2].Err)
	fmt.Println(results[3].Err)
	balance, _ := book.Balance("launch", day(1, 31), budget.Total)
	fmt.Println(balance.Available)
	// Output:
	// <nil>
	// launch: wanted 50000.00 EUR, headroom 10000.00 EUR (total window)
	// 10000.00 EUR
}

// The published step-by-step oracle of the measures: limit 100.00, and after each
// step reserved, open commitment, accrued, actual and available.
func TestOracle(t *testing.T) {
	b := budget.New(chart(t, budget.Node{Key: "n"}))
	steps := []struct {
		name string
		cmd  budget.Command
		want [5]int64
	}{
		{"limit set", budget.SetLimit{Node: "n", Period: p1, Amount: eur(100_00)}, [5]int64{0, 0, 0, 0, 100_00}},
		{"request 30", budget.Reserve{Ref: "R", Node: "n", Date: day(1, 5), Amount: eur(30_00)}, [5]int64{30_00, 0, 0, 0, 70_00}},
		{"approved", budget.Order{Ref: "PO", Request: "R", Node: "n", Date: day(1, 6), Amount: eur(30_00)}, [5]int64{0, 30_00, 0, 0, 70_00}},
		{"10 delivered", budget.Accrue{Ref: "A", Order: "PO", Date: day(1, 31), Amount: eur(10_00)}, [5]int64{0, 20_00, 10_00, 0, 70_00}},
		{"P1 closed", budget.ClosePeriod{Period: p1}, [5]int64{0, 30_00, 0, 0, 70_00}},
		{"invoice 12", budget.Invoice{Ref: "I", Order: "PO", Date: day(2, 10), Service: day(1, 31), Amount: eur(12_00)}, [5]int64{0, 18_00, 0, 12_00, 70_00}},
		{"order closed", budget.CloseOrder{Order: "PO", Date: day(2, 20)}, [5]int64{0, 0, 0, 12_00, 88_00}},
	}
	for _, s := range steps {
		do(t, b, s.cmd)
		bal, ok := b.Balance("n", day(2, 1), budget.Total)
		require.True(t, ok)
		got := [5]int64{bal.Reserved.Minor(), bal.OpenCommitment.Minor(), bal.Accrued.Minor(), bal.Actual.Minor(), bal.Available.Minor()}
		assert.Equal(t, s.want, got, s.name)
		assert.False(t, b.Apply(now, s.cmd)[0].Changed, "%s: again changes nothing", s.name)
	}
	first, err := b.Reconcile("n", p1)
	require.NoError(t, err)
	assert.Equal(t, eur(10_00), first.ByPosting)
	assert.Equal(t, eur(12_00), first.ByService)
	second, err := b.Reconcile("n", p2)
	require.NoError(t, err)
	assert.Equal(t, eur(2_00), second.ByPosting)
	assert.Equal(t, eur(0), second.ByService)
	for _, br := range []budget.Bridge{first, second} {
		var sum money.Sum
		got, err := sum.Add(br.ByService).Sub(br.PostedLater).Add(br.FromOthers).Total()
		require.NoError(t, err)
		assert.Equal(t, br.ByPosting, got)
	}
}

func TestInvoiceBeyondItsOrderIsNewSpendAndAFinding(t *testing.T) {
	b := budget.New(chart(t, budget.Node{Key: "n"}))
	do(t, b, budget.SetLimit{Node: "n", Period: p1, Amount: eur(31_00)})
	do(t, b, budget.Order{Ref: "PO", Node: "n", Date: day(1, 6), Amount: eur(30_00)})
	do(t, b, budget.Accrue{Ref: "A", Order: "PO", Date: day(1, 20), Amount: eur(25_00)})
	r := do(t, b, budget.Invoice{Ref: "I", Order: "PO", Date: day(1, 25), Amount: eur(33_00)})
	assert.True(t, r.Findings.Has("budget.invoice.excess"))
	assert.True(t, r.Findings.Has("budget.limit.exceeded"))
	bal, _ := b.Balance("n", day(1, 1), budget.Total)
	assert.Equal(t, [4]money.Money{eur(0), eur(0), eur(33_00), eur(-2_00)}, [4]money.Money{bal.OpenCommitment, bal.Accrued, bal.Actual, bal.Available}, "the accrual is reversed early, nothing counts twice")
}

func TestControlsLookAtEveryLevel(t *testing.T) {
	b := budget.New(chart(t,
		budget.Node{Key: "company", Controls: []budget.Control{{Percent: 10, Action: budget.Block, Window: budget.Year}, {Action: budget.Notify, Window: budget.Year}}},
		budget.Node{Key: "team", Parent: "company", Controls: []budget.Control{}},
		budget.Node{Key: "line", Parent: "team"},
	))
	do(t, b, budget.SetLimit{Node: "company", Period: p1, Amount: eur(100_00)})
	r := do(t, b, budget.Reserve{Ref: "a", Node: "line", Date: day(1, 5), Amount: eur(105_00)})
	assert.True(t, r.Findings.Has("budget.limit.exceeded"), "above 100 %% someone is told")
	err := b.Apply(now, budget.Reserve{Ref: "b", Node: "line", Date: day(3, 5), Amount: eur(5_01)})[0].Err
	limit, ok := errors.AsType[*budget.LimitError](err)
	require.True(t, ok)
	require.ErrorIs(t, err, budget.ErrLimit)
	assert.Equal(t, budget.NodeKey("company"), limit.Node)
	assert.Equal(t, eur(5_01), limit.Wanted) //nolint:testifylint // the field is what is tested
	assert.Equal(t, eur(5_00), limit.Headroom)
	do(t, b, budget.Reserve{Ref: "b", Node: "line", Date: day(3, 5), Amount: eur(5_00)})
	do(t, b, budget.Record{Key: "fact", Node: "line", Service: day(3, 6), Amount: eur(1_000_00)})
	do(t, b, budget.Release{Request: "b"})
}

func TestWindows(t *testing.T) {
	for w, want := range map[budget.Window]bool{budget.Period: false, budget.YTD: true, budget.Year: true, budget.Total: true} {
		b := budget.New(chart(t, budget.Node{Key: "n", Controls: []budget.Control{{Window: w}}}))
		do(t, b, budget.SetLimit{Node: "n", Period: p1, Amount: eur(100_00)})
		do(t, b, budget.SetLimit{Node: "n", Period: p2, Amount: eur(0)})
		do(t, b, budget.Reserve{Ref: "jan", Node: "n", Date: day(1, 5), Amount: eur(60_00)})
		err := b.Apply(now, budget.Reserve{Ref: "feb", Node: "n", Date: day(2, 5), Amount: eur(40_00)})[0].Err
		assert.Equal(t, want, err == nil, "%v window: %v", w, err)
	}
}

func TestLimitsAreControlledThemselves(t *testing.T) {
	b := budget.New(chart(t, budget.Node{Key: "p"}, budget.Node{Key: "a", Parent: "p"}, budget.Node{Key: "b", Parent: "p"}))
	do(t, b, budget.SetLimit{Node: "p", Period: p1, Amount: eur(100_00)})
	do(t, b, budget.SetLimit{Node: "a", Period: p1, Amount: eur(70_00)})
	err := b.Apply(now, budget.SetLimit{Node: "b", Period: p1, Amount: eur(30_01)})[0].Err
	alloc, ok := errors.AsType[*budget.AllocationError](err)
	require.True(t, ok)
	assert.Equal(t, eur(100_01), alloc.Children)
	do(t, b, budget.SetLimit{Node: "b", Period: p1, Amount: eur(20_00)})
	bal, _ := b.Balance("p", day(1, 1), budget.Total)
	assert.Equal(t, eur(10_00), bal.Unallocated)
	do(t, b, budget.Reserve{Ref: "r", Node: "a", Date: day(1, 2), Amount: eur(50_00)})
	err = b.Apply(now, budget.SetLimit{Node: "a", Period: p1, Amount: eur(49_99)})[0].Err
	limit, ok := errors.AsType[*budget.LimitError](err)
	require.True(t, ok)
	assert.Equal(t, eur(20_00), limit.Headroom)
	require.ErrorIs(t, b.Apply(now, budget.SetLimit{Node: "p", Period: p1, Amount: eur(89_99)})[0].Err, budget.ErrLimit, "children are allocated 90")
}

func TestTransfersHoldAtTheSourceUntilSettled(t *testing.T) {
	b := budget.New(chart(t, budget.Node{Key: "p"}, budget.Node{Key: "a", Parent: "p"}, budget.Node{Key: "b", Parent: "p"}))
	do(t, b, budget.SetLimit{Node: "p", Period: p1, Amount: eur(100_00)})
	do(t, b, budget.SetLimit{Node: "a", Period: p1, Amount: eur(60_00)})
	do(t, b, budget.SetLimit{Node: "b", Period: p1, Amount: eur(40_00)})
	available := func(n budget.NodeKey) money.Money {
		bal, _ := b.Balance(n, day(1, 1), budget.Total)
		return bal.Available
	}
	tr := budget.Transfer{Ref: "T", From: "a", To: "b", Period: p1, Amount: eur(25_00)}
	do(t, b, tr)
	assert.Equal(t, []money.Money{eur(35_00), eur(40_00), eur(100_00)}, []money.Money{available("a"), available("b"), available("p")})
	require.ErrorIs(t, b.Apply(now, budget.Transfer{Ref: "T2", From: "a", To: "b", Period: p1, Amount: eur(35_01)})[0].Err, budget.ErrLimit)
	do(t, b, budget.Settle{Transfer: "T", Approve: true})
	assert.Equal(t, []money.Money{eur(35_00), eur(65_00), eur(100_00)}, []money.Money{available("a"), available("b"), available("p")})
	require.ErrorIs(t, b.Apply(now, budget.Settle{Transfer: "T"})[0].Err, budget.ErrState)
	do(t, b, budget.Transfer{Ref: "T3", From: "b", To: "a", Period: p1, Amount: eur(5_00)})
	do(t, b, budget.Settle{Transfer: "T3"})
	assert.Equal(t, []money.Money{eur(35_00), eur(65_00)}, []money.Money{available("a"), available("b")})
	bal, _ := b.Balance("b", day(1, 1), budget.Total)
	assert.Equal(t, eur(0), bal.PendingOut)
}

func TestRestatedDayOfAClosedPeriodIsReversalAndNewLine(t *testing.T) {
	b := budget.New(chart(t, budget.Node{Key: "n"}))
	do(t, b, budget.Record{Key: "k", Node: "n", Service: day(1, 15), Amount: eur(100_00)})
	do(t, b, budget.ClosePeriod{Period: p1})
	r := do(t, b, budget.Record{Key: "k", Node: "n", Service: day(1, 15), Amount: eur(90_00)})
	require.Len(t, r.Lines(), 2)
	assert.Equal(t, eur(-100_00), r.Lines()[0].Amount)
	assert.Equal(t, eur(90_00), r.Lines()[1].Amount)
	for _, l := range r.Lines() {
		assert.Equal(t, p2, l.Period)
		assert.Equal(t, day(2, 1), l.Posted)
		assert.Equal(t, day(1, 15), l.Service)
	}
	assert.True(t, r.Findings.Has("budget.posting.moved"))
	assert.False(t, b.Apply(now, budget.Record{Key: "k", Node: "n", Service: day(1, 15), Amount: eur(90_00)})[0].Changed)
	br, err := b.Reconcile("n", p1)
	require.NoError(t, err)
	assert.Equal(t, []money.Money{eur(90_00), eur(100_00)}, []money.Money{br.ByService, br.ByPosting})
}

func TestRefusals(t *testing.T) {
	b := budget.New(chart(t, budget.Node{Key: "n"}, budget.Node{Key: "m", Parent: "n"}))
	do(t, b, budget.SetLimit{Node: "n", Period: p1, Amount: eur(1000_00)})
	do(t, b, budget.Reserve{Ref: "r", Node: "n", Date: day(2, 1), Amount: eur(1)})
	do(t, b, budget.Order{Ref: "o", Node: "n", Date: day(2, 1), Amount: eur(5)})
	do(t, b, budget.ClosePeriod{Period: p1})
	for want, cmds := range map[error][]budget.Command{
		budget.ErrUnknown: {
			budget.Reserve{Ref: "x", Node: "zz", Date: day(2, 1), Amount: eur(1)},
			budget.Reserve{Ref: "x", Node: "n", Amount: eur(1)},
			budget.Reserve{Node: "n", Date: day(2, 1), Amount: eur(1)},
			budget.Reserve{Ref: "x", Node: "n", Date: civil.MustDate(2031, 1, 1), Amount: eur(1)},
			budget.Release{Request: "zz"},
			budget.Order{Ref: "x", Request: "zz", Node: "n", Date: day(2, 1), Amount: eur(1)},
			budget.CloseOrder{Order: "zz"},
			budget.Accrue{Ref: "x", Order: "zz", Date: day(2, 1), Amount: eur(1)},
			budget.Invoice{Ref: "x", Order: "zz", Date: day(2, 1), Amount: eur(1)},
			budget.Settle{Transfer: "zz"},
			budget.SetPlan{Node: "n", Period: fiscal.Key{Year: 1999, Number: 1}, Amount: eur(1)},
			nil,
		},
		budget.ErrKeyReused: {budget.Reserve{Ref: "r", Node: "n", Date: day(2, 1), Amount: eur(2)}, budget.Order{Ref: "o", Node: "n", Date: day(2, 2), Amount: eur(5)}},
		budget.ErrState: {
			budget.Reserve{Ref: "x", Node: "n", Date: day(1, 1), Amount: eur(1)},
			budget.ClosePeriod{Period: fiscal.Key{Year: 2026, Number: 5}},
			budget.SetLimit{Node: "n", Period: p1, Amount: eur(1)},
			budget.Transfer{Ref: "t", From: "n", To: "m", Period: p2, Amount: eur(1)},
			budget.Invoice{Ref: "x", Order: "o", Node: "m", Date: day(2, 1), Amount: eur(1)},
		},
		budget.ErrAmount: {
			budget.Reserve{Ref: "x", Node: "n", Date: day(2, 1), Amount: money.Minor(1, money.USD)},
			budget.Reserve{Ref: "x", Node: "n", Date: day(2, 1), Amount: eur(0)},
			budget.SetLimit{Node: "n", Period: p2, Amount: eur(-1)},
			budget.Record{Key: "x", Node: "n", Service: day(2, 1), Amount: eur(1 << 62)},
		},
	} {
		for _, c := range cmds {
			before := b.Len()
			r := b.Apply(now, c)[0]
			require.ErrorIs(t, r.Err, want, "%#v", c)
			assert.False(t, r.Changed)
			assert.Equal(t, before, b.Len())
		}
	}
	_, err := b.ApplyAll(now, budget.Reserve{Ref: "fine", Node: "n", Date: day(2, 1), Amount: eur(1)}, budget.Release{Request: "zz"})
	require.ErrorIs(t, err, budget.ErrUnknown)
	assert.True(t, do(t, b, budget.Reserve{Ref: "fine", Node: "n", Date: day(2, 1), Amount: eur(1)}).Changed, "nothing of the failed batch was kept")
	do(t, b, budget.Record{Key: "huge", Node: "n", Service: day(2, 1), Amount: eur(1<<62 - 2000_00)})
	require.ErrorIs(t, b.Apply(now, budget.Record{Key: "more", Node: "m", Service: day(2, 1), Amount: eur(1 << 61)})[0].Err, money.ErrOverflow)
}

func TestCompileReportsEveryProblem(t *testing.T) {
	_, err := budget.Compile(budget.Structure{Nodes: []budget.Node{
		{Key: "a", Parent: "b"},
		{Key: "b", Parent: "a"},
		{Key: "c", Parent: "zz"},
		{Key: "d"},
		{Key: "d"},
		{Key: ""},
		{Key: "e", Controls: []budget.Control{{Percent: -1}}},
	}})
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	for _, code := range []string{"budget.currency.missing", "budget.horizon.invalid", "budget.parent.unknown", "budget.node.duplicate", "budget.node.missing", "budget.control.invalid"} {
		assert.True(t, list.Has(code), code)
	}
	_, err = budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "a", Parent: "b"}, {Key: "b", Parent: "a"}}})
	require.ErrorContains(t, err, "a -> b -> a")
}

// ledger is the naive model: it knows lines and nothing else.
func ledger(b *budget.Book, node budget.NodeKey, c *budget.Chart, from, to civil.Date) map[budget.Measure]int64 {
	parents := map[budget.NodeKey]budget.NodeKey{}
	for _, n := range c.Nodes() {
		parents[n.Key] = n.Parent
	}
	sums := map[budget.Measure]int64{}
	for l := range b.Lines() {
		if l.Posted.Before(from) || l.Posted.After(to) {
			continue
		}
		for n := l.Node; n != ""; n = parents[n] {
			if n == node && (l.Measure != budget.Limit || l.Node == node) {
				sums[l.Measure] += l.Amount.Minor()
			}
		}
	}
	return sums
}

// Random commands must keep the invariants: balances equal the folded lines at
// every node, no decision passes a blocking limit, and a replayed journal gives
// the same book.
func TestInvariantsUnderRandomCommands(t *testing.T) {
	c := chart(t, budget.Node{Key: "root"}, budget.Node{Key: "a", Parent: "root"}, budget.Node{Key: "b", Parent: "root"}, budget.Node{Key: "a1", Parent: "a"}, budget.Node{Key: "a2", Parent: "a"})
	keys := []budget.NodeKey{"root", "a", "b", "a1", "a2"}
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 42))
		b := budget.New(c)
		overspentByFact := map[budget.NodeKey]bool{}
		for i := range 2_500 {
			node := keys[r.IntN(len(keys))]
			date := day(time.Month(1+r.IntN(4)), 1+r.IntN(28))
			period := fiscal.Key{Year: 2026, Number: int(date.Month())}
			amount := eur(r.Int64N(50_00) + 1)
			id := func(p string) string { return fmt.Sprint(p, r.IntN(i/4+1)) }
			var cmd budget.Command
			switch r.IntN(13) {
			case 0, 1:
				cmd = budget.SetLimit{Node: node, Period: period, Amount: eur(r.Int64N(400_00))}
			case 2:
				cmd = budget.SetForecast{Node: node, Period: period, Amount: amount}
			case 3, 4:
				cmd = budget.Reserve{Ref: fmt.Sprint("r", i), Node: node, Date: date, Amount: amount}
			case 5:
				cmd = budget.Release{Request: id("r")}
			case 6, 7:
				request := id("r")
				if r.IntN(3) == 0 {
					request = ""
				}
				cmd = budget.Order{Ref: fmt.Sprint("o", i), Request: request, Node: node, Date: date, Amount: amount}
			case 8:
				cmd = budget.Accrue{Ref: fmt.Sprint("acc", i), Order: id("o"), Date: date, Amount: amount}
			case 9:
				cmd = budget.Invoice{Ref: fmt.Sprint("i", i), Order: id("o"), Date: date, Amount: amount}
			case 10:
				cmd = budget.Record{Key: id("k"), Node: node, Service: date, Amount: amount}
			case 11:
				cmd = budget.Transfer{Ref: fmt.Sprint("t", i), From: node, To: keys[r.IntN(len(keys))], Period: period, Amount: amount}
				if r.IntN(2) == 0 {
					cmd = budget.Settle{Transfer: id("t"), Approve: r.IntN(2) == 0}
				}
			case 12:
				cmd = budget.CloseOrder{Order: id("o"), Date: date}
				if r.IntN(50) == 0 {
					open, _ := b.FirstOpen()
					cmd = budget.ClosePeriod{Period: open}
				}
			}
			res := b.Apply(now, cmd)[0]
			fact := false
			switch cmd.(type) {
			case budget.Invoice, budget.Record, budget.Accrue, budget.ClosePeriod:
				fact = true
			}
			for _, n := range keys {
				bal, ok := b.Balance(n, date, budget.Total)
				require.True(t, ok)
				if bal.Available.Sign() >= 0 {
					overspentByFact[n] = false
				} else if bal.Limited && res.Changed && fact {
					overspentByFact[n] = true
				}
				if bal.Limited && bal.Available.Sign() < 0 && !overspentByFact[n] {
					if _, isLimit := cmd.(budget.SetLimit); !isLimit || res.Err == nil && bal.Held().Sign() == 0 {
						t.Fatalf("seed %d step %d: %#v left %s at %v", seed, i, cmd, n, bal.Available)
					}
					overspentByFact[n] = true // the first limit of a node may come after its use
				}
			}
		}
		for _, n := range keys {
			bal, _ := b.Balance(n, day(1, 1), budget.Total)
			sums := ledger(b, n, c, year.First(), year.Last())
			got := map[budget.Measure]int64{budget.Limit: bal.Limit.Minor(), budget.Reserved: bal.Reserved.Minor(), budget.OpenCommitment: bal.OpenCommitment.Minor(), budget.Accrued: bal.Accrued.Minor(), budget.Actual: bal.Actual.Minor(), budget.Forecast: bal.Forecast.Minor()}
			for m, v := range got {
				if m == budget.Limit {
					continue // transfers move the limits of ancestors too, which lines name once
				}
				assert.Equal(t, sums[m], v, "seed %d: %v of %s", seed, m, n)
			}
		}
		encoded, err := json.Marshal(b.Journal(0))
		require.NoError(t, err)
		var entries []budget.Entry
		require.NoError(t, json.Unmarshal(encoded, &entries))
		again := budget.New(c)
		require.NoError(t, again.Replay(entries...))
		for _, n := range keys {
			want, _ := b.Balance(n, day(2, 1), budget.YTD)
			got, _ := again.Balance(n, day(2, 1), budget.YTD)
			assert.Equal(t, want, got)
		}
		require.ErrorIs(t, again.Replay(entries[:1]...), budget.ErrUnreplayable, "a second time it changes nothing")
	}
}

func FuzzEntryJSON(f *testing.F) {
	f.Add([]byte(`{"at":"2026-01-01T00:00:00Z","kind":"reserve","body":{"ref":"r","node":"n","date":"2026-01-02","amount":"1.00 EUR"}}`))
	f.Add([]byte(`{"kind":"record","body":{}}`))
	c, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "n"}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e budget.Entry
		if json.Unmarshal(data, &e) != nil {
			return
		}
		b := budget.New(c)
		if err := b.Replay(e); err != nil && !errors.Is(err, budget.ErrUnreplayable) {
			t.Fatal(err)
		}
	})
}

package budget_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

func period(n int) fiscal.Key { return fiscal.Key{Year: 2026, Number: n} }

func limit(node budget.NodeKey, p int, amount int64) budget.SetLimit {
	return budget.SetLimit{Node: node, Period: period(p), Amount: eur(amount)}
}

func order(ref string, month time.Month, amount int64) budget.Order {
	return budget.Order{Ref: ref, Node: "n", Date: day(month, 5), Amount: eur(amount)}
}

// What a decision in one period uses up in a later one of the same year, a year to
// date sees.
func TestYearToDateLooksAhead(t *testing.T) {
	t.Parallel()
	open := func() *budget.Book {
		b := budget.New(chart(t, budget.Node{Key: "n", Controls: []budget.Control{{Window: budget.YTD}}}))
		do(t, b, limit("n", 1, 100_00))
		do(t, b, order("O1", 2, 100_00))
		return b
	}
	for name, c := range map[string]budget.Command{
		"order":         order("O2", 1, 1),
		"cut":           limit("n", 1, 99_99),
		"carry-forward": budget.CarryForward{Ref: "C", Node: "n", From: period(1), To: period(3)},
	} {
		over, ok := open().Apply(now, c)[0].Err.(*budget.LimitError) //nolint:errorlint // the very error
		require.True(t, ok, name)
		assert.Equal(t, []any{period(2), eur(0)}, []any{over.Period, over.Headroom}, name)
		assert.Contains(t, over.Error(), "ytd window of FY2026-P02")
	}
	b := open()
	do(t, b, limit("n", 3, 50_00))
	do(t, b, order("O3", 3, 50_00))
	fact := do(t, b, budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1)})
	assert.True(t, fact.Findings.Has("budget.limit.exceeded"))
	do(t, b, budget.SetLimit{Node: "n", Period: period(1), Amount: eur(200_00)})
	do(t, b, order("O4", 1, 50_00))
}

// A control that looks at orders alone counts an order in full, though it takes the
// place of a reservation.
func TestControlOfSomeKinds(t *testing.T) {
	t.Parallel()
	with := func(on budget.Kinds, a budget.Action) *budget.Book {
		b := budget.New(chart(t, budget.Node{Key: "n", Controls: []budget.Control{{On: on, Action: a}}}))
		do(t, b, limit("n", 1, 100_00))
		return b
	}
	b := with(budget.Orders, budget.Block)
	do(t, b, budget.Reserve{Ref: "R", Node: "n", Date: day(1, 5), Amount: eur(200_00)})
	o := order("O", 1, 200_00)
	o.Request = "R"
	require.ErrorIs(t, b.Apply(now, o)[0].Err, budget.ErrLimit)
	o.Amount = eur(100_00)
	do(t, b, o)

	b = with(budget.Orders|budget.Requests, budget.Notify)
	do(t, b, budget.Reserve{Ref: "R", Node: "n", Date: day(1, 5), Amount: eur(200_00)})
	o.Amount = eur(150_00)
	assert.Empty(t, do(t, b, o).Findings, "it is less than what was looked at before")

	b = with(budget.Facts, budget.Warn)
	do(t, b, order("O", 1, 200_00))
	assert.True(t, do(t, b, budget.Invoice{Ref: "I", Order: "O", Date: day(1, 6), Amount: eur(200_00)}).Findings.Has("budget.limit.exceeded"))
}

func TestFirstLimitBelowTheUse(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t, budget.Node{Key: "n"}))
	do(t, b, order("O", 1, 50_00))
	r := do(t, b, limit("n", 1, 10_00))
	require.True(t, r.Findings.Has("budget.limit.exceeded"), "facts come before limits: it is told, and not refused")
	require.ErrorIs(t, b.Apply(now, limit("n", 1, 9_00))[0].Err, budget.ErrLimit)
	assert.Empty(t, do(t, b, limit("n", 1, 20_00)).Findings)
}

func TestTransfersAreWithinWhatThereIs(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t, budget.Node{Key: "r"}, budget.Node{Key: "a", Parent: "r", Controls: []budget.Control{{Absolute: eur(50_00)}}},
		budget.Node{Key: "a1", Parent: "a"}, budget.Node{Key: "b", Parent: "r"}))
	for _, k := range []budget.NodeKey{"r", "a", "a1"} {
		do(t, b, limit(k, 1, 100_00))
	}
	ask := func(ref string, amount int64) budget.Transfer {
		return budget.Transfer{Ref: ref, From: "a", To: "b", Period: p1, Amount: eur(amount)}
	}
	require.ErrorIs(t, b.Apply(now, ask("T", 1))[0].Err, budget.ErrState, "a target without a limit would be controlled from then on")
	do(t, b, limit("b", 1, 0))
	require.ErrorIs(t, b.Apply(now, ask("T", 100_01))[0].Err, budget.ErrLimit, "the tolerance is no money to give away")
	do(t, b, ask("T", 50_00))
	require.ErrorIs(t, b.Apply(now, budget.Settle{Transfer: "T", Approve: true})[0].Err, budget.ErrLimit, "its child has 100.00")
	do(t, b, limit("a1", 1, 50_00))
	do(t, b, budget.Settle{Transfer: "T", Approve: true})
	do(t, b, ask("T2", 10_00))
	do(t, b, budget.ClosePeriod{Period: p1})
	require.ErrorIs(t, b.Apply(now, budget.Settle{Transfer: "T2", Approve: true})[0].Err, budget.ErrState)
	do(t, b, budget.Settle{Transfer: "T2"})
}

func TestAmendedToItsInvoices(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, order("O", 1, 30_00))
	do(t, b, budget.Invoice{Ref: "I", Order: "O", Date: day(1, 6), Amount: eur(33_00)})
	do(t, b, budget.Amend{Ref: "A", Order: "O", Date: day(1, 7), Amount: eur(35_00)})
	assert.Equal(t, [5]int64{0, 2_00, 0, 33_00, 65_00}, five(t, b, "n"), "3.00 of the 5.00 are what was invoiced beyond it")
	do(t, b, budget.Reverse{Ref: "X", Document: budget.InvoiceDocument, Of: "I", Date: day(1, 8)})
	assert.Equal(t, [5]int64{0, 35_00, 0, 0, 65_00}, five(t, b, "n"))
	do(t, b, budget.ClosePeriod{Period: p1})
	require.ErrorIs(t, b.Apply(now, budget.Amend{Ref: "A2", Order: "O", Date: day(2, 7), Amount: eur(36_00)})[0].Err, budget.ErrState, "it would be committed in a closed period")
	do(t, b, budget.Amend{Ref: "A3", Order: "O", Date: day(2, 7), Amount: eur(34_00)})
}

// Whichever of two invoices is reversed, one of 20 on an order of 30 is left.
func TestReversalsInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, of := range []string{"A", "B"} {
		b := limited(t, 100_00)
		do(t, b, order("O", 1, 30_00))
		for _, ref := range []string{"A", "B"} {
			do(t, b, budget.Invoice{Ref: ref, Order: "O", Date: day(1, 6), Amount: eur(20_00)})
		}
		do(t, b, budget.Reverse{Ref: "X", Document: budget.InvoiceDocument, Of: of, Date: day(1, 8)})
		assert.Equal(t, [5]int64{0, 10_00, 0, 20_00, 70_00}, five(t, b, "n"), of)
	}
}

func TestPartialInvoiceLeavesTheRestAccrued(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, order("O", 1, 30_00))
	do(t, b, budget.Accrue{Ref: "D", Order: "O", Date: day(1, 10), Amount: eur(30_00)})
	do(t, b, budget.Invoice{Ref: "I", Order: "O", Date: day(1, 20), Amount: eur(5_00)})
	assert.Equal(t, [5]int64{0, 0, 25_00, 5_00, 70_00}, five(t, b, "n"))
	do(t, b, budget.Invoice{Ref: "I2", Order: "O", Date: day(1, 21), Amount: eur(5_00)})
	assert.Equal(t, [5]int64{0, 0, 20_00, 10_00, 70_00}, five(t, b, "n"))
	do(t, b, budget.ClosePeriod{Period: p1})
	assert.Equal(t, [5]int64{0, 20_00, 0, 10_00, 70_00}, five(t, b, "n"))
}

func TestClosedCallOffGivesBack(t *testing.T) {
	t.Parallel()
	for _, closeFirst := range []bool{true, false} {
		b := limited(t, 100_00)
		blanket, call := order("B", 1, 100_00), order("C", 1, 30_00)
		blanket.Blanket, call.Under = true, "B"
		do(t, b, blanket)
		do(t, b, call)
		do(t, b, budget.Accrue{Ref: "D", Order: "C", Date: day(1, 10), Amount: eur(10_00)})
		if closeFirst {
			do(t, b, budget.CloseOrder{Order: "C", Date: day(1, 20)})
			do(t, b, budget.ClosePeriod{Period: p1})
		} else {
			do(t, b, budget.ClosePeriod{Period: p1})
			do(t, b, budget.CloseOrder{Order: "C", Date: day(2, 20)})
		}
		o, _ := b.Order("B")
		assert.Equal(t, []any{eur(100_00), eur(0)}, []any{o.Open, o.Consumed}, "closed first: %t", closeFirst)
	}
}

func TestRatesThatChange(t *testing.T) {
	t.Parallel()
	rates := func(b *budget.Book) {
		do(t, b, budget.SetRate{Kind: budget.BudgetRate, Currency: money.USD, On: day(1, 1), Units: "0.9"})
		do(t, b, budget.SetRate{Kind: budget.BudgetRate, Currency: money.USD, On: day(2, 1), Units: "1.1"})
	}
	b := limited(t, 100_00)
	rates(b)
	do(t, b, budget.Invoice{Ref: "I", Node: "n", Date: day(1, 5), Amount: usd(100_00)})
	do(t, b, budget.Invoice{Ref: "C1", Credits: "I", Date: day(2, 5), Amount: usd(-33_33)})
	do(t, b, budget.Invoice{Ref: "C2", Credits: "I", Date: day(2, 6), Amount: usd(-66_67)})
	assert.Equal(t, [5]int64{0, 0, 0, 0, 100_00}, five(t, b, "n"), "credited in full is nothing, at whatever rate")

	b = limited(t, 90_00)
	rates(b)
	o := order("O", 1, 1)
	o.Amount = usd(100_00)
	do(t, b, o)
	r := do(t, b, budget.Invoice{Ref: "I", Order: "O", Date: day(2, 5), Amount: usd(100_00)})
	assert.False(t, r.Findings.Has("budget.limit.exceeded"), "a change of rates takes nobody past a limit")
	assert.Equal(t, [5]int64{0, 0, 0, 90_00, 0}, five(t, b, "n"))
}

// Invoices of three cents count together as one amount does.
func TestManySmallInvoices(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, budget.SetRate{Kind: budget.BudgetRate, Currency: money.USD, On: day(1, 1), Units: "0.9237"})
	o := order("O", 1, 1)
	o.Amount = usd(100_00)
	do(t, b, o)
	for i := range 3333 {
		do(t, b, budget.Invoice{Ref: "I" + string(rune(0x4e00+i)), Order: "O", Date: day(1, 6), Amount: usd(3)})
	}
	do(t, b, budget.Invoice{Ref: "last", Order: "O", Date: day(1, 6), Amount: usd(1)})
	assert.Equal(t, [5]int64{0, 0, 0, 92_37, 7_63}, five(t, b, "n"))
}

func TestReversalHasTheRole(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, budget.Invoice{Ref: "I", Node: "n", Date: day(3, 5), Amount: eur(10_00)})
	do(t, b, budget.SoftClosePeriod{Period: period(3), Role: "controller"})
	r := do(t, b, budget.Reverse{Ref: "X", Document: budget.InvoiceDocument, Of: "I", Date: day(2, 5)})
	assert.Equal(t, period(4), r.Lines()[0].Period)
}

func TestSaidAgainAfterAReversal(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	k := budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(10_00)}
	i := budget.Invoice{Ref: "i", Node: "n", Date: day(1, 5), Amount: eur(10_00)}
	do(t, b, k)
	do(t, b, i)
	do(t, b, budget.Reverse{Ref: "X", Document: budget.RecordDocument, Of: "k", Date: day(1, 6)})
	do(t, b, budget.Reverse{Ref: "Y", Document: budget.InvoiceDocument, Of: "i", Date: day(1, 6)})
	for _, c := range []budget.Command{k, i} {
		r := do(t, b, c)
		assert.False(t, r.Changed)
		assert.True(t, r.Findings.Has("budget.document.reversed"))
	}
}

func TestWhatCannotBeStoredIsRefused(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	for _, c := range []budget.Command{
		budget.Record{Key: "k\xff", Node: "n", Service: day(1, 5), Amount: eur(1)},
		budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1), Memo: "\xff"},
		budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1), Memo: string(make([]byte, 1<<20))},
		budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1), Tags: budget.Tags{Vendor: "\xff"}},
		budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1), Transaction: money.Minor(500, 0)},
		budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1), Transaction: usd(-1 << 63)},
		budget.Invoice{Ref: "i", Node: "n", Date: day(1, 5), Amount: eur(1), Tax: money.Minor(500, 0)},
		budget.Invoice{Ref: "i", Node: "n", Date: day(1, 5), Amount: money.Minor(1, 60000)},
		budget.SetRate{Kind: budget.SpotRate, Currency: 60000, On: day(1, 1), Units: "1"},
	} {
		require.Error(t, b.Apply(now, c)[0].Err, "%+v", c)
	}
	require.Error(t, b.ApplyAs("\xff", now, budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1)})[0].Err)
	do(t, b, budget.SetRate{Kind: budget.BudgetRate, Currency: money.USD, On: day(1, 1), Units: "0.000001"})
	do(t, b, budget.Invoice{Ref: "I", Node: "n", Date: day(1, 5), Amount: usd(1_00)})
	require.ErrorIs(t, b.Apply(now, budget.Invoice{Ref: "C", Credits: "I", Date: day(1, 5), Amount: usd(-1 << 63)})[0].Err, budget.ErrAmount)
}

func TestResultsOfATrialThatWasUndone(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	trial := b.Try()
	r := do(t, b, order("O", 1, 30_00))
	then := b.At(budget.Cut{})
	require.Len(t, r.Lines(), 1)
	trial.Undo()
	assert.Empty(t, r.Lines())
	assert.Empty(t, then.Lines())
	bal, _ := then.Balance("n", day(1, 5), budget.Total)
	assert.Equal(t, eur(70_00), bal.Available, "a what-if keeps its balances")
	other := do(t, b, order("other", 1, 1_00))
	assert.Empty(t, r.Lines())
	assert.Equal(t, "other", other.Lines()[0].Ref)
}

// A month-end report shows limits and plans of the whole year.
func TestAsOfShowsWholeLimits(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t, budget.Node{Key: "n"}))
	do(t, b, limit("n", 1, 100_00))
	do(t, b, limit("n", 2, 100_00))
	do(t, b, order("O", 1, 120_00))
	found, err := b.At(budget.Cut{AsOf: day(1, 31)}).Findings(day(1, 31), budget.Review{})
	require.NoError(t, err)
	assert.False(t, found.Has("budget.spend.over"))
}

// What was released in June stood reserved in January.
func TestReleaseHasItsDay(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, budget.Reserve{Ref: "R", Node: "n", Date: day(1, 10), Amount: eur(30_00)})
	require.ErrorIs(t, b.Apply(now, budget.Release{Request: "R", Date: day(1, 1).AddDays(9000)})[0].Err, budget.ErrUnknown)
	do(t, b, budget.Release{Request: "R", Date: day(6, 1)})
	for on, want := range map[time.Month]int64{1: 30_00, 6: 0} {
		bal, _ := b.At(budget.Cut{AsOf: day(on, 30)}).Balance("n", day(1, 31), budget.Total)
		assert.Equal(t, eur(want), bal.Reserved)
	}
}

func TestReleaseOfAnOrderedRequest(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, budget.Reserve{Ref: "R", Node: "n", Date: day(1, 5), Amount: eur(10_00)})
	o := order("O", 1, 10_00)
	o.Request = "R"
	do(t, b, o)
	require.ErrorIs(t, b.Apply(now, budget.Release{Request: "R"})[0].Err, budget.ErrState)
	require.Error(t, b.Apply(now, budget.CloseOrder{Order: "O", Date: day(1, 5).AddDays(3000)})[0].Err)
	do(t, b, budget.Receive{Ref: "same", Order: "O", Date: day(1, 6), Amount: eur(1)})
	do(t, b, budget.Amend{Ref: "same", Order: "O", Date: day(1, 6), Amount: eur(11_00)})
}

// Readers may be many at once, as long as nobody writes.
func TestConcurrentReaders(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	refs := make([]string, 100)
	for i := range refs {
		refs[i] = fmt.Sprint("O", i)
		do(t, b, order(refs[i], 1, 1))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 10_000 {
				if _, ok := b.Order(refs[i%len(refs)]); !ok {
					t.Errorf("order %s is not known", refs[i%len(refs)])
				}
			}
		})
	}
	wg.Wait()
}

// At the end of a year what is open moves with its limit: the invoice finds both in
// the next, and the old year is not free again.
func TestOrdersCarriedForward(t *testing.T) {
	t.Parallel()
	c, err := budget.Compile(budget.Structure{
		Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: civil.Days(day(1, 1), day(12, 31).AddDays(365)),
		Nodes: []budget.Node{{Key: "company"}, {Key: "n", Parent: "company", Controls: []budget.Control{{Window: budget.Year}}}},
	})
	require.NoError(t, err)
	b := budget.New(c)
	december, january := period(12), fiscal.Key{Year: 2027, Number: 1}
	for _, n := range []budget.NodeKey{"company", "n"} {
		do(t, b, budget.SetLimit{Node: n, Period: december, Amount: eur(100_00)})
		do(t, b, budget.SetLimit{Node: n, Period: january, Amount: eur(100_00)})
	}
	do(t, b, order("O", time.December, 70_00))
	do(t, b, budget.Invoice{Ref: "I1", Order: "O", Date: day(12, 20), Amount: eur(20_00)})
	do(t, b, budget.CarryForward{Ref: "C", Node: "n", From: december, To: january, Orders: true})
	at := func(n budget.NodeKey, on civil.Date) []money.Money {
		bal, _ := b.Balance(n, on, budget.Year)
		return []money.Money{bal.Limit, bal.OpenCommitment, bal.Actual, bal.Available}
	}
	next := day(12, 31).AddDays(20)
	for _, n := range []budget.NodeKey{"n", "company"} {
		assert.Equal(t, []money.Money{eur(20_00), eur(0), eur(20_00), eur(0)}, at(n, day(12, 1)), n)
		assert.Equal(t, []money.Money{eur(180_00), eur(50_00), eur(0), eur(130_00)}, at(n, next), n)
	}
	do(t, b, budget.ClosePeriod{Period: period(1)})
	do(t, b, budget.Invoice{Ref: "I2", Order: "O", Date: next, Amount: eur(50_00)})
	assert.Equal(t, []money.Money{eur(180_00), eur(0), eur(50_00), eur(130_00)}, at("n", next))
	require.ErrorIs(t, b.Apply(now, order("O2", time.December, 1))[0].Err, budget.ErrLimit, "the old year is not free again")
}

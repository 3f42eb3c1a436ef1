package budget_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// five are reserved, open commitment, accrued, actual and available.
func five(t testing.TB, b *budget.Book, n budget.NodeKey) [5]int64 {
	t.Helper()
	bal, ok := b.Balance(n, day(2, 1), budget.Total)
	require.True(t, ok)
	return [5]int64{bal.Reserved.Minor(), bal.OpenCommitment.Minor(), bal.Accrued.Minor(), bal.Actual.Minor(), bal.Available.Minor()}
}

func limited(t testing.TB, amount int64) *budget.Book {
	t.Helper()
	b := budget.New(chart(t, budget.Node{Key: "n"}))
	do(t, b, budget.SetLimit{Node: "n", Period: p1, Amount: eur(amount)})
	return b
}

func ExampleOrder() {
	c, _ := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "print"}}})
	book := budget.New(c)
	book.Apply(now,
		budget.SetLimit{Node: "print", Period: p1, Amount: eur(1_000_00)},
		budget.Order{Ref: "FRAME", Blanket: true, Node: "print", Date: day(1, 5), Amount: eur(600_00)},
		budget.Order{Ref: "PO1", Under: "FRAME", Node: "print", Date: day(1, 7), Amount: eur(250_00)},
		budget.Invoice{Ref: "I1", Order: "PO1", Date: day(1, 20), Amount: eur(200_00)},
		budget.CloseOrder{Order: "PO1", Date: day(1, 31)},
	)
	for o := range book.Orders() {
		fmt.Println(o.Ref, "ordered", o.Ordered, "consumed", o.Consumed, "open", o.Open, "released", o.Released)
	}
	balance, _ := book.Balance("print", day(1, 31), budget.Total)
	fmt.Println(balance.OpenCommitment, balance.Actual, balance.Available)
	// Output:
	// FRAME ordered 600.00 EUR consumed 200.00 EUR open 400.00 EUR released 0.00 EUR
	// PO1 ordered 250.00 EUR consumed 200.00 EUR open 0.00 EUR released 50.00 EUR
	// 400.00 EUR 200.00 EUR 400.00 EUR
}

// Each line is a command, and reserved, open commitment, accrued, actual and
// available after it, worked out by hand; a nil error or the kind of the refusal.
func TestDocumentsStepByStep(t *testing.T) {
	t.Parallel()
	type step struct {
		cmd  budget.Command
		err  error
		want [5]int64
	}
	for name, steps := range map[string][]step{
		"blanket order with releases": {
			{budget.Order{Ref: "B", Blanket: true, Node: "n", Date: day(1, 5), Amount: eur(60_00)}, nil, [5]int64{0, 60_00, 0, 0, 40_00}},
			{budget.Invoice{Ref: "I0", Order: "B", Date: day(1, 6), Amount: eur(1)}, budget.ErrState, [5]int64{0, 60_00, 0, 0, 40_00}},
			{budget.Order{Ref: "C1", Under: "B", Node: "n", Date: day(1, 6), Amount: eur(25_00)}, nil, [5]int64{0, 60_00, 0, 0, 40_00}},
			{budget.Order{Ref: "C2", Under: "B", Node: "n", Date: day(1, 6), Amount: eur(35_01)}, budget.ErrAmount, [5]int64{0, 60_00, 0, 0, 40_00}},
			{budget.Invoice{Ref: "I1", Order: "C1", Date: day(1, 9), Amount: eur(20_00)}, nil, [5]int64{0, 40_00, 0, 20_00, 40_00}},
			{budget.CloseOrder{Order: "C1", Date: day(1, 10)}, nil, [5]int64{0, 40_00, 0, 20_00, 40_00}}, // the rest of 5 goes back to the blanket order
			{budget.Order{Ref: "C3", Under: "B", Node: "n", Date: day(1, 11), Amount: eur(40_00)}, nil, [5]int64{0, 40_00, 0, 20_00, 40_00}},
			{budget.CloseOrder{Order: "B", Date: day(1, 12)}, nil, [5]int64{0, 40_00, 0, 20_00, 40_00}},
			{budget.CloseOrder{Order: "C3", Date: day(1, 12)}, nil, [5]int64{0, 0, 0, 20_00, 80_00}},
		},
		"amendments": {
			{budget.Order{Ref: "O", Node: "n", Date: day(1, 5), Amount: eur(30_00)}, nil, [5]int64{0, 30_00, 0, 0, 70_00}},
			{budget.Amend{Ref: "A1", Order: "O", Date: day(1, 6), Amount: eur(50_00)}, nil, [5]int64{0, 50_00, 0, 0, 50_00}},
			{budget.Amend{Ref: "A2", Order: "O", Date: day(1, 6), Amount: eur(100_01)}, budget.ErrLimit, [5]int64{0, 50_00, 0, 0, 50_00}},
			{budget.Invoice{Ref: "I", Order: "O", Date: day(1, 9), Amount: eur(20_00)}, nil, [5]int64{0, 30_00, 0, 20_00, 50_00}},
			{budget.Amend{Ref: "A3", Order: "O", Date: day(1, 9), Amount: eur(19_99)}, budget.ErrAmount, [5]int64{0, 30_00, 0, 20_00, 50_00}},
			{budget.Amend{Ref: "A4", Order: "O", Date: day(1, 9), Amount: eur(20_00)}, nil, [5]int64{0, 0, 0, 20_00, 80_00}},
		},
		"tax, credit and reversal": {
			{budget.Order{Ref: "O", Node: "n", Date: day(1, 5), Amount: eur(50_00)}, nil, [5]int64{0, 50_00, 0, 0, 50_00}},
			{budget.Invoice{Ref: "I", Order: "O", Date: day(1, 9), Amount: eur(40_00), Tax: eur(2_00), Recoverable: eur(7_60)}, nil, [5]int64{0, 8_00, 0, 42_00, 50_00}},
			{budget.Invoice{Ref: "C", Credits: "I", Date: day(2, 1), Amount: eur(-42_01)}, budget.ErrAmount, [5]int64{0, 8_00, 0, 42_00, 50_00}},
			{budget.Invoice{Ref: "C", Credits: "I", Date: day(2, 1), Amount: eur(-10_00)}, nil, [5]int64{0, 8_00, 0, 32_00, 60_00}},
			{budget.Reverse{Ref: "X", Document: budget.InvoiceDocument, Of: "I", Date: day(2, 2)}, budget.ErrState, [5]int64{0, 8_00, 0, 32_00, 60_00}},
			{budget.Reverse{Ref: "Y", Document: budget.InvoiceDocument, Of: "C", Date: day(2, 2)}, nil, [5]int64{0, 8_00, 0, 42_00, 50_00}},
			{budget.Reverse{Ref: "Z", Document: budget.InvoiceDocument, Of: "I", Date: day(2, 2)}, nil, [5]int64{0, 50_00, 0, 0, 50_00}},
			{budget.Reverse{Ref: "Z2", Document: budget.InvoiceDocument, Of: "I", Date: day(2, 2)}, budget.ErrState, [5]int64{0, 50_00, 0, 0, 50_00}},
		},
		"accrual without an order": {
			{budget.Accrue{Ref: "A", Node: "n", Date: day(1, 31), Amount: eur(5_00)}, nil, [5]int64{0, 0, 5_00, 0, 95_00}},
			{budget.ClosePeriod{Period: p1}, nil, [5]int64{0, 0, 0, 0, 100_00}},
			{budget.Reverse{Ref: "X", Document: budget.AccrualDocument, Of: "A", Date: day(2, 2)}, budget.ErrState, [5]int64{0, 0, 0, 0, 100_00}},
		},
		"spend and its reversal": {
			{budget.Record{Key: "k", Node: "n", Service: day(1, 31), Amount: eur(5_00)}, nil, [5]int64{0, 0, 0, 5_00, 95_00}},
			{budget.Reverse{Ref: "X", Document: budget.RecordDocument, Of: "k", Date: day(2, 2)}, nil, [5]int64{0, 0, 0, 0, 100_00}},
			{budget.Record{Key: "k", Node: "n", Service: day(1, 31), Amount: eur(6_00)}, nil, [5]int64{0, 0, 0, 6_00, 94_00}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := limited(t, 100_00)
			for i, s := range steps {
				r := b.Apply(now, s.cmd)[0]
				require.ErrorIs(t, r.Err, s.err, "step %d", i+1)
				assert.Equal(t, s.want, five(t, b, "n"), "step %d: %#v", i+1, s.cmd)
			}
			for o := range b.Orders() {
				var sum money.Sum
				total, err := sum.Add(o.Consumed).Add(o.Open).Add(o.Released).Total()
				require.NoError(t, err)
				assert.Equal(t, o.Ordered, total, o.Ref)
			}
		})
	}
}

func TestThreeWayMatch(t *testing.T) {
	t.Parallel()
	b := limited(t, 1_000_00)
	do(t, b, budget.Order{Ref: "O", Node: "n", Date: day(1, 5), Amount: eur(100_00), Units: 50, Match: budget.ThreeWay, Tolerance: budget.Tolerance{Percent: 2}})
	do(t, b, budget.Receive{Ref: "G1", Order: "O", Date: day(1, 6), Amount: eur(40_00), Units: 20})
	codes := func(c budget.Command) []string {
		var out []string
		for _, f := range do(t, b, c).Findings {
			out = append(out, f.Code)
			assert.NotEmpty(t, f.Fix)
		}
		return out
	}
	assert.Empty(t, codes(budget.Invoice{Ref: "I1", Order: "O", Date: day(1, 7), Amount: eur(20_40), Units: 10}), "2.04 a piece is within 2 percent of 2.00")
	assert.Equal(t, []string{"budget.match.price"}, codes(budget.Invoice{Ref: "I2", Order: "O", Date: day(1, 7), Amount: eur(10_21), Units: 5}))
	assert.Equal(t, []string{"budget.match.receipt"}, codes(budget.Invoice{Ref: "I3", Order: "O", Date: day(1, 8), Amount: eur(20_00), Units: 10}), "25 invoiced, 20 received")
	do(t, b, budget.Receive{Ref: "G2", Order: "O", Date: day(1, 9), Amount: eur(80_00), Units: 40})
	assert.Equal(t, []string{"budget.invoice.excess", "budget.match.units"}, codes(budget.Invoice{Ref: "I4", Order: "O", Date: day(1, 9), Amount: eur(52_00), Units: 26}))
}

// An amendment and a credit note are part of what an invoice is compared with.
func TestMatchAfterAmendmentAndCredit(t *testing.T) {
	t.Parallel()
	b := limited(t, 1_000_00)
	do(t, b, budget.Order{Ref: "O", Node: "n", Date: day(1, 5), Amount: eur(100_00), Units: 10, Match: budget.TwoWay})
	do(t, b, budget.Amend{Ref: "A", Order: "O", Date: day(1, 6), Amount: eur(200_00), Units: 20})
	assert.Empty(t, do(t, b, budget.Invoice{Ref: "I", Order: "O", Date: day(1, 9), Amount: eur(200_00), Units: 20}).Findings)
	do(t, b, budget.Invoice{Ref: "C", Credits: "I", Date: day(1, 10), Amount: eur(-200_00), Units: 20})
	o, _ := b.Order("O")
	assert.Equal(t, eur(0), o.Invoiced)
	again := do(t, b, budget.Invoice{Ref: "I2", Order: "O", Date: day(1, 11), Amount: eur(200_00), Units: 20})
	assert.False(t, again.Findings.Has("budget.invoice.excess"))
	assert.False(t, again.Findings.Has("budget.match.units"))
	do(t, b, budget.Reverse{Ref: "X", Document: budget.InvoiceDocument, Of: "C", Date: day(1, 12)})
	o, _ = b.Order("O")
	assert.Equal(t, eur(400_00), o.Invoiced)
	require.ErrorIs(t, b.Apply(now, budget.Amend{Ref: "A2", Order: "O", Date: day(1, 12), Amount: eur(400_00), Units: -1})[0].Err, budget.ErrState)
}

func TestPeriodsOfARole(t *testing.T) {
	t.Parallel()
	b := limited(t, 100_00)
	do(t, b, budget.SoftClosePeriod{Period: p1, Role: "controller"})
	state, role, ok := b.PeriodState(p1)
	assert.Equal(t, []any{budget.SoftClosed, "controller", true}, []any{state, role, ok})
	require.ErrorIs(t, b.Apply(now, budget.Reserve{Ref: "r", Node: "n", Date: day(1, 5), Amount: eur(1)})[0].Err, budget.ErrState)
	require.NoError(t, b.ApplyAs("controller", now, budget.Reserve{Ref: "r", Node: "n", Date: day(1, 5), Amount: eur(1)})[0].Err)
	late := do(t, b, budget.Record{Key: "k", Node: "n", Service: day(1, 20), Amount: eur(2)})
	assert.Equal(t, p2, late.Lines()[0].Period)
	in := b.ApplyAs("controller", now, budget.Record{Key: "k2", Node: "n", Service: day(1, 20), Amount: eur(2)})[0]
	assert.Equal(t, p1, in.Lines()[0].Period)
	require.ErrorIs(t, b.Apply(now, budget.ReopenPeriod{Period: p1})[0].Err, budget.ErrState, "the role alone ends it")
	require.NoError(t, b.ApplyAs("controller", now, budget.ReopenPeriod{Period: p1})[0].Err)
	do(t, b, budget.Reserve{Ref: "r2", Node: "n", Date: day(1, 5), Amount: eur(1)})
	do(t, b, budget.ClosePeriod{Period: p1})
	require.ErrorIs(t, b.ApplyAs("controller", now, budget.Reserve{Ref: "r3", Node: "n", Date: day(1, 5), Amount: eur(1)})[0].Err, budget.ErrState)
	require.ErrorIs(t, b.Apply(now, budget.ReopenPeriod{Period: p1})[0].Err, budget.ErrState, "closed is closed")
}

func TestCarryForward(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t, budget.Node{Key: "p"}, budget.Node{Key: "n", Parent: "p"}))
	limit := func(node budget.NodeKey, p fiscal.Key) int64 {
		bounds, _ := b.Chart().Calendar().Bounds(p)
		bal, _ := b.Balance(node, bounds.First(), budget.Period)
		return bal.Limit.Minor()
	}
	for _, n := range []budget.NodeKey{"p", "n"} {
		do(t, b, budget.SetLimit{Node: n, Period: p1, Amount: eur(100)})
		do(t, b, budget.SetLimit{Node: n, Period: p2, Amount: eur(10)})
	}
	do(t, b, budget.Record{Key: "k", Node: "n", Service: day(1, 2), Amount: eur(70)})
	require.ErrorIs(t, b.Apply(now, budget.CarryForward{Ref: "cp", Node: "p", From: p1, To: p2})[0].Err, budget.ErrLimit, "its child has all of it")
	do(t, b, budget.CarryForward{Ref: "c", Node: "n", From: p1, To: p2})
	assert.Equal(t, []int64{70, 40, 70, 40}, []int64{limit("p", p1), limit("p", p2), limit("n", p1), limit("n", p2)})
	do(t, b, budget.Record{Key: "k2", Node: "n", Service: day(1, 3), Amount: eur(5)})
	do(t, b, budget.CarryForward{Ref: "c0", Node: "n", From: p1, To: p2})
	assert.Equal(t, int64(70), limit("n", p1), "what is missing stays behind")
	do(t, b, budget.CarryForward{Ref: "c1", Node: "n", From: p1, To: p2, Overspend: true})
	assert.Equal(t, []int64{75, 35, 75, 35}, []int64{limit("p", p1), limit("p", p2), limit("n", p1), limit("n", p2)})
}

func TestRejectedTransferFindsItsRoomKept(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t, budget.Node{Key: "p"}, budget.Node{Key: "a", Parent: "p"}, budget.Node{Key: "b", Parent: "p"}))
	do(t, b, budget.SetLimit{Node: "p", Period: p1, Amount: eur(100)})
	do(t, b, budget.SetLimit{Node: "a", Period: p1, Amount: eur(60)})
	do(t, b, budget.SetLimit{Node: "b", Period: p1, Amount: eur(40)})
	do(t, b, budget.Transfer{Ref: "t", From: "a", To: "b", Period: p1, Amount: eur(25)})
	require.ErrorIs(t, b.Apply(now, budget.SetLimit{Node: "b", Period: p1, Amount: eur(41)})[0].Err, budget.ErrLimit, "the 25 are asked for, not free")
	do(t, b, budget.Settle{Transfer: "t"})
	assert.Equal(t, int64(60), five(t, b, "a")[4])
}

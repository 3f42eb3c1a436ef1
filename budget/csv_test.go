package budget_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

func TestReadFilesIntoABook(t *testing.T) {
	nodes, limits, err := budget.ReadPlan(strings.NewReader("node,parent,name,period,limit\nall,,All,FY2026-P01,100.00\nads,all,Ads,FY2026-P01,60.00\n"), "budget.csv", money.EUR)
	require.NoError(t, err)
	c := chart(t, nodes...)
	orders, err := budget.ReadOrders(strings.NewReader("order,node,date,amount,vendor,memo\nPO1,ads,2026-01-05,30.00,Print,x\n"), "orders.csv", c)
	require.NoError(t, err)
	invoices, err := budget.ReadInvoices(strings.NewReader("invoice,order,node,date,service,amount\nI1,PO1,,2026-01-09,2026-01-08,12.00\nI2,,all,2026-01-09,2026-01-08,5.00\n"), "invoices.csv", c, orders)
	require.NoError(t, err)
	b := budget.New(c)
	for _, cmds := range [][]budget.Command{limits, orders, invoices} {
		_, err := b.ApplyAll(now, cmds...)
		require.NoError(t, err)
	}
	bal, _ := b.Balance("all", day(1, 1), budget.Total)
	assert.Equal(t, []money.Money{eur(18_00), eur(17_00), eur(65_00)}, []money.Money{bal.OpenCommitment, bal.Actual, bal.Available})
}

func TestReadFilesNameThePlace(t *testing.T) {
	c := chart(t, budget.Node{Key: "ads"})
	for want, read := range map[string]func() error{
		`b.csv: row 2, column parent: "zz" is not a node of the rows before`: func() error {
			_, _, err := budget.ReadPlan(strings.NewReader("node,parent,name,period,limit\nads,zz,,FY2026-P01,1\n"), "b.csv", money.EUR)
			return err
		},
		`b.csv: row 3, column limit: 61.00 EUR is more than "all" has left for its nodes in FY2026-P01`: func() error {
			_, _, err := budget.ReadPlan(strings.NewReader("node,parent,name,period,limit\nall,,,FY2026-P01,60\nads,all,,FY2026-P01,61\n"), "b.csv", money.EUR)
			return err
		},
		`o.csv: row 2, column date: 2031-01-05 is outside the budget's horizon 2026-01-01..2026-12-31`: func() error {
			_, err := budget.ReadOrders(strings.NewReader("order,node,date,amount,vendor,memo\nPO1,ads,2031-01-05,30.00,,\n"), "o.csv", c)
			return err
		},
		`o.csv: row 2, column node: "zz" is not in the budget`: func() error {
			_, err := budget.ReadOrders(strings.NewReader("order,node,date,amount,vendor,memo\nPO1,zz,2026-01-05,30.00,,\n"), "o.csv", c)
			return err
		},
		`i.csv: row 2, column order: "PO9" is not among the orders`: func() error {
			_, err := budget.ReadInvoices(strings.NewReader("invoice,order,node,date,service,amount\nI1,PO9,,2026-01-05,2026-01-05,1.00\n"), "i.csv", c, nil)
			return err
		},
	} {
		err := read()
		require.ErrorIs(t, err, budget.ErrFile)
		require.EqualError(t, err, want)
	}
}

// FuzzReadFiles reads any text as each of the files: what is read must apply to a
// book or be refused with a kind of this package.
func FuzzReadFiles(f *testing.F) {
	for _, text := range []string{
		"node,parent,name,period,limit\nn,,All,FY2026-P01,100.00\n", "order,node,date,amount,vendor,memo\nPO1,n,2026-01-05,30.00,Print,x\n",
		"invoice,order,node,date,service,amount\nI2,,n,2026-01-09,2026-01-08,-5.00\n", "\xef\xbb\xbfnode;parent\n",
	} {
		f.Add(text)
	}
	c, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "n"}}})
	if err != nil {
		f.Fatal(err)
	}
	kinds := []error{budget.ErrLimit, budget.ErrUnknown, budget.ErrKeyReused, budget.ErrState, budget.ErrAmount, money.ErrOverflow}
	f.Fuzz(func(t *testing.T, text string) {
		_, limits, _ := budget.ReadPlan(strings.NewReader(text), "f", money.EUR)
		orders, _ := budget.ReadOrders(strings.NewReader(text), "f", c)
		invoices, _ := budget.ReadInvoices(strings.NewReader(text), "f", c, orders)
		for _, r := range budget.New(c).Apply(now, slices.Concat(limits, orders, invoices)...) {
			if r.Err != nil && !slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(r.Err, kind) }) {
				t.Fatal(r.Err)
			}
		}
	})
}

func TestControlsLookAtKinds(t *testing.T) {
	t.Parallel()
	b := budget.New(chart(t, budget.Node{Key: "n", Controls: []budget.Control{
		{On: budget.Orders}, {Action: budget.Warn, Absolute: eur(10), On: budget.Requests | budget.Facts},
	}}))
	do(t, b, budget.SetLimit{Node: "n", Period: p1, Amount: eur(100)})
	r := do(t, b, budget.Reserve{Ref: "r", Node: "n", Date: day(1, 2), Amount: eur(105)})
	assert.Empty(t, r.Findings, "105 are within 100 and 10")
	require.ErrorIs(t, b.Apply(now, budget.Order{Ref: "o", Node: "n", Date: day(1, 2), Amount: eur(1)})[0].Err, budget.ErrLimit)
	r = do(t, b, budget.Record{Key: "k", Node: "n", Service: day(1, 2), Amount: eur(6)})
	require.Len(t, r.Findings, 1)
	assert.Equal(t, finding.Info, r.Findings[0].Severity)
	text, err := (budget.Requests | budget.Facts).MarshalText()
	require.NoError(t, err)
	assert.Equal(t, "requests,facts", string(text))
	var k budget.Kinds
	require.NoError(t, k.UnmarshalText(text))
	assert.Equal(t, budget.Requests|budget.Facts, k)
	require.Error(t, k.UnmarshalText([]byte("orders,zz")))
}

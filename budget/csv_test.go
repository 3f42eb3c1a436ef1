package budget_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
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
	t.Parallel()
	c := chart(t, budget.Node{Key: "ads"}, budget.Node{Key: "tv"})
	plan := func(rows string) error {
		_, _, err := budget.ReadPlan(strings.NewReader("node,parent,name,period,limit\n"+rows), "b.csv", money.EUR)
		return err
	}
	const orders = "order,node,date,amount,currency,units,match,request,under,blanket\n"
	order := func(text string) error {
		_, err := budget.ReadOrders(strings.NewReader(text), "o.csv", c)
		return err
	}
	known := []budget.Command{budget.Order{Ref: "PO1", Node: "ads"}, budget.Release{}}
	invoice := func(rows string) error {
		_, err := budget.ReadInvoices(strings.NewReader("invoice,order,node,date,service,amount,currency,tax,recoverable,units,credits\n"+rows), "i.csv", c, known)
		return err
	}
	for want, err := range map[string]error{
		`b.csv: row 2, column parent: "zz" is not a node of the file`:                                   plan("ads,zz,,FY2026-P01,1\n"),
		`b.csv: row 3, column limit: 61.00 EUR is more than "all" has left for its nodes in FY2026-P01`: plan("all,,,FY2026-P01,60\nads,all,,FY2026-P01,61\n"),
		`b.csv: row 2, column limit: 70.00 EUR is more than "r" has left for its nodes in FY2026-P02`:   plan("c,r,,FY2026-P02,70\nr,,,FY2026-P02,10\n"),
		`b.csv: row 4, column limit: 6.00 EUR is more than "r" has left for its nodes in FY2026-P02`:    plan("c,r,,FY2026-P02,5\nr,,,FY2026-P02,10\nd,r,,FY2026-P02,6\n"),
		`b.csv: row 3, column limit: 1.00 EUR is more than "r" has left for its nodes in FY2026-P02`:    plan("r,,,FY2026-P01,10\nc,r,,FY2026-P02,1\n"),
		`b.csv: row 4, column parent: "c" stands under "r" in a row before`:                             plan("r,,,FY2026-P01,9\nc,r,,FY2026-P01,1\nc,q,,FY2026-P02,1\nq,,,FY2026-P01,1\n"),
		`b.csv: row 3, column parent: "q" is not a node of the file`:                                    plan("c,,,FY2026-P01,1\nc,q,,FY2026-P02,1\n"),
		`b.csv: row 3, column parent: "a" stands under itself: a -> b -> a`:                             plan("c,a,,FY2026-P01,1\na,b,,FY2026-P01,1\nb,a,,FY2026-P01,1\n"),
		`b.csv: row 2, column limit: -1.00 EUR is negative`:                                             plan("a,,,FY2026-P01,-1\n"),
		`b.csv: row 3, column node: "a, FY2026-P01" stands in row 2 already`:                            plan("a,,,FY2026-P01,1\n" + "a,,,FY2026-P01,1\n"),
		`o.csv: row 1, column amount: column is missing`:                                                order("order,node,date\n"),
		`o.csv: row 2, column date: 2031-01-05 is outside the budget's horizon 2026-01-01..2026-12-31`:  order(orders + "PO1,ads,2031-01-05,30.00,,,,,,\n"),
		`o.csv: row 2, column node: "zz" is not in the budget`:                                          order(orders + "PO1,zz,2026-01-05,30.00,,,,,,\n"),
		`o.csv: row 2, column amount: 0 is not positive`:                                                order(orders + "PO1,ads,2026-01-05,0,,,,,,\n"),
		`o.csv: row 2, column currency: currency "euro": unknown currency`:                              order(orders + "PO1,ads,2026-01-05,1,euro,,,,,\n"),
		`o.csv: row 2, column units: "1.5" is not a number of things`:                                   order(orders + "PO1,ads,2026-01-05,1,,1.5,,,,\n"),
		`o.csv: row 2, column units: "-1" is not a number of things`:                                    order(orders + "PO1,ads,2026-01-05,1,,-1,,,,\n"),
		`o.csv: row 2, column units: "4611686018427387904" is not a number of things`:                   order(orders + "PO1,ads,2026-01-05,1,,4611686018427387904,,,,\n"), // 2^62
		`o.csv: row 2, column match: "2": want one of order, two-way, three-way`:                        order(orders + "PO1,ads,2026-01-05,1,,,2,,,\n"),
		`o.csv: row 2, column under: order "PO1" calls off "BL", so it fulfils no request`:              order(orders + "PO1,ads,2026-01-05,1,,,,R1,BL,\n"),
		`o.csv: row 2, column blanket: order "PO1" calls off "BL", so it is no blanket order`:           order(orders + "PO1,ads,2026-01-05,1,,,,,BL,yes\n"),
		`o.csv: row 2, column blanket: "x": want yes or no`:                                             order(orders + "PO1,ads,2026-01-05,1,,,,,,x\n"),
		`i.csv: row 2, column order: "PO9" is not among the orders`:                                     invoice("I1,PO9,,2026-01-05,2026-01-05,1.00,,,,,\n"),
		`i.csv: row 2, column node: "zzz" is not the node of order "PO1": it is on "ads"`:               invoice("I1,PO1,zzz,2026-01-05,2026-01-05,1.00,,,,,\n"),
		`i.csv: row 2, column node: "tv" is not the node of order "PO1": it is on "ads"`:                invoice("I1,PO1,tv,2026-01-05,2026-01-05,1.00,,,,,\n"),
		`i.csv: row 2, column node: "" is not in the budget`:                                            invoice("I1,,,2026-01-05,2026-01-05,1.00,,,,,\n"),
		`i.csv: row 2, column node: "zz" is not in the budget`:                                          invoice("I1,,zz,2026-01-05,2026-01-05,-1.00,,,,,I0\n"),
		`i.csv: row 2, column credits: a credit note names no order`:                                    invoice("I1,PO1,,2026-01-05,2026-01-05,-1.00,,,,,I0\n"),
		`i.csv: row 2, column currency: currency "US": unknown currency`:                                invoice("I1,PO1,,2026-01-05,2026-01-05,1.00,US,,,,\n"),
		`i.csv: row 2, column units: "x" is not a number of things`:                                     invoice("I1,PO1,,2026-01-05,2026-01-05,1.00,,,,x,\n"),
		`i.csv: row 2, column date: 2027-01-01 is outside the budget's horizon 2026-01-01..2026-12-31`:  invoice("I1,PO1,,2027-01-01,,1.00,,,,,\n"),
	} {
		require.ErrorIs(t, err, budget.ErrFile, want)
		require.EqualError(t, err, want)
	}
	for column, row := range map[string]string{"tax": "I1,PO1,,2026-01-05,,1.00,,x,,,\n", "recoverable": "I1,PO1,,2026-01-05,,1.00,,,x,,\n", "service": "I1,PO1,,2026-01-05,x,1.00,,,,,\n"} {
		require.ErrorContains(t, invoice(row), "i.csv: row 2, column "+column+": ")
	}
}

// Rows may stand in any order, and need not repeat what is said of a node.
func TestReadPlanInAnyOrder(t *testing.T) {
	t.Parallel()
	nodes, limits, err := budget.ReadPlan(strings.NewReader("node,parent,name,period,limit\n"+
		"aa,,,FY2026-P01,5\naa,a,Deep,FY2026-P02,5\na,r,,FY2026-P02,5\nr,,Root,FY2026-P01,9\nr,,,FY2026-P02,9\na,r,A,FY2026-P01,7\n"), "b.csv", money.EUR)
	require.NoError(t, err)
	assert.Equal(t, []budget.Node{{Key: "aa", Parent: "a", Name: "Deep"}, {Key: "a", Parent: "r", Name: "A"}, {Key: "r", Name: "Root"}}, nodes)
	limit := func(n budget.NodeKey, p fiscal.Key, x int64) budget.Command {
		return budget.SetLimit{Node: n, Period: p, Amount: eur(x * 100)}
	}
	assert.Equal(t, []budget.Command{limit("r", p1, 9), limit("a", p1, 7), limit("aa", p1, 5), limit("r", p2, 9), limit("a", p2, 5), limit("aa", p2, 5)}, limits)
	_, err = budget.New(chart(t, nodes...)).ApplyAll(now, limits...)
	require.NoError(t, err)
}

// Whatever order the rows of a budget stand in, the same is read, and it can be set.
func TestReadPlanShuffled(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(38, 39))
	c := chart(t, budget.Node{Key: "r"}, budget.Node{Key: "a", Parent: "r"}, budget.Node{Key: "b", Parent: "r"}, budget.Node{Key: "aa", Parent: "a"}, budget.Node{Key: "s"})
	for range 200 {
		v := budget.NewVersion(c, "v")
		var rows []string
		for range 12 {
			n, p := c.Nodes()[r.IntN(5)], c.Periods()[r.IntN(3)]
			require.NoError(t, v.Set(n.Key, p, money.Minor(v.Of(n.Key, p).Minor()+r.Int64N(100), money.EUR)))
		}
		for _, n := range c.Nodes() {
			for i, p := range c.Periods()[:3] {
				if x := v.Of(n.Key, p); x.Sign() > 0 || i == 0 {
					rows = append(rows, fmt.Sprintf("%s,%s,,%v,%d.%02d\n", n.Key, n.Parent, p, x.Minor()/100, x.Minor()%100))
				}
			}
		}
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		nodes, limits, err := budget.ReadPlan(strings.NewReader("node,parent,name,period,limit\n"+strings.Join(rows, "")), "b.csv", money.EUR)
		require.NoError(t, err)
		b := budget.New(chart(t, nodes...))
		_, err = b.ApplyAll(now, limits...)
		require.NoError(t, err)
		for _, n := range c.Nodes() {
			for _, p := range c.Periods()[:3] {
				bounds, _ := c.Calendar().Bounds(p)
				bal, ok := b.Balance(n.Key, bounds.First(), budget.Period)
				require.True(t, ok)
				require.Equal(t, v.Of(n.Key, p), bal.Limit)
			}
		}
	}
}

// All columns that may be there.
func TestReadDocumentsInFull(t *testing.T) {
	t.Parallel()
	c := chart(t, budget.Node{Key: "tv"})
	orders, err := budget.ReadOrders(strings.NewReader("order,node,date,amount,currency,units,match,request,under,blanket,channel,category,region,cost centre,vendor,memo\n"+
		"BL,tv,2026-01-02,900.00,USD,,,,,yes,,,,,,\n"+
		"PO1,tv,2026-01-03,90.00,USD,9,three-way,,BL,no,video,media,emea,4711,acme,spots\n"+
		"PO2,tv,2026-01-04,5.00,,,,R1,,,,,,,,\n"), "o.csv", c)
	require.NoError(t, err)
	tags := budget.Tags{Channel: "video", Category: "media", Region: "emea", CostCentre: "4711", Vendor: "acme"}
	assert.Equal(t, []budget.Command{
		budget.Order{Ref: "BL", Node: "tv", Date: day(1, 2), Amount: usd(900_00), Blanket: true},
		budget.Order{Ref: "PO1", Under: "BL", Node: "tv", Date: day(1, 3), Amount: usd(90_00), Units: 9, Match: budget.ThreeWay, Tags: tags, Memo: "spots"},
		budget.Order{Ref: "PO2", Request: "R1", Node: "tv", Date: day(1, 4), Amount: eur(5_00)},
	}, orders)
	invoices, err := budget.ReadInvoices(strings.NewReader("invoice,order,node,date,service,amount,currency,tax,recoverable,units,credits,channel,category,region,cost centre,vendor,memo\n"+
		"I1,PO1,tv,2026-01-09,,10.00,USD,1.90,0.50,1,,video,media,emea,4711,acme,first\n"+
		"I2,,,2026-01-10,2025-12-20,-4.00,USD,,,,I1,,,,,,\n"+
		"I3,,tv,2026-01-11,2026-01-10,7,,,,,,,,,,,\n"), "i.csv", c, orders)
	require.NoError(t, err)
	assert.Equal(t, []budget.Command{
		budget.Invoice{Ref: "I1", Order: "PO1", Date: day(1, 9), Amount: usd(10_00), Tax: usd(1_90), Recoverable: usd(50), Units: 1, Tags: tags, Memo: "first"},
		budget.Invoice{Ref: "I2", Credits: "I1", Date: day(1, 10), Service: civil.MustDate(2025, 12, 20), Amount: usd(-4_00)},
		budget.Invoice{Ref: "I3", Node: "tv", Date: day(1, 11), Service: day(1, 10), Amount: eur(7_00)},
	}, invoices)
	b := budget.New(c)
	do(t, b, budget.SetRate{Currency: money.USD, On: day(1, 1), Units: "0.90"})
	do(t, b, budget.SetRate{Kind: budget.SpotRate, Currency: money.USD, On: day(1, 8), Units: "0.90"})
	do(t, b, budget.Reserve{Ref: "R1", Node: "tv", Date: day(1, 2), Amount: eur(6_00)})
	_, err = b.ApplyAll(now, slices.Concat(orders, invoices)...)
	require.NoError(t, err)
	bal, _ := b.Balance("tv", day(1, 1), budget.Total)
	assert.Equal(t, eur(14_11), bal.Actual, "11.90 and -4.00 at 0.90, and 7.00")
}

func ExampleReadOrders() {
	c, _ := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "tv"}}})
	orders, _ := budget.ReadOrders(strings.NewReader("order,node,date,amount,currency,region\nPO1,tv,2026-01-05,30.00,USD,emea\n"), "orders.csv", c)
	o := orders[0].(budget.Order)
	fmt.Println(o.Ref, o.Amount, o.Tags.Region)
	_, err := budget.ReadInvoices(strings.NewReader("invoice,order,node,date,service,amount\nI1,PO2,,2026-01-09,,12.00\n"), "invoices.csv", c, orders)
	fmt.Println(err)
	// Output:
	// PO1 30.00 USD emea
	// invoices.csv: row 2, column order: "PO2" is not among the orders
}

// FuzzReadFiles reads any text as each of the files: what is read must apply to a
// book or be refused with a kind of this package, and a budget that is read must
// compile and fit.
func FuzzReadFiles(f *testing.F) {
	for _, text := range []string{
		"node,parent,name,period,limit\nn,,All,FY2026-P01,100.00\n", "order,node,date,amount,vendor,memo\nPO1,n,2026-01-05,30.00,Print,x\n",
		"invoice,order,node,date,service,amount\nI2,,n,2026-01-09,2026-01-08,-5.00\n", "\xef\xbb\xbfnode;parent\n",
		"node,parent,name,period,limit\na,r,,FY2026-P01,5\nr,,,FY2026-P02,9\nr,,,FY2026-P01,5\na,r,A,FY2026-P02,7\n",
		"order,node,date,amount,currency,units,match,request,under,blanket,region\nPO1,n,2026-01-05,30.00,EUR,3,two-way,,,yes,x\n",
		"invoice,order,node,date,service,amount,currency,tax,recoverable,units,credits\nI2,,n,2026-01-09,,5.00,USD,1,2,3,\n",
	} {
		f.Add(text)
	}
	c, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "n"}}})
	if err != nil {
		f.Fatal(err)
	}
	kinds := []error{budget.ErrLimit, budget.ErrUnknown, budget.ErrKeyReused, budget.ErrState, budget.ErrAmount, budget.ErrRate, money.ErrOverflow}
	f.Fuzz(func(t *testing.T, text string) {
		nodes, limits, err := budget.ReadPlan(strings.NewReader(text), "f", money.EUR)
		if err == nil && len(nodes) > 0 {
			own, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: nodes})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := budget.New(own).ApplyAll(now, limits...); errors.Is(err, budget.ErrLimit) {
				t.Fatal(err)
			}
		}
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

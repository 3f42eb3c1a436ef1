package budgettest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// months is the horizon: a year and a half, so that windows differ.
const months = 18

func period(r *rand.Rand) fiscal.Key {
	m := r.IntN(months)
	if r.IntN(3) > 0 {
		m = r.IntN(4)
	}
	return fiscal.Key{Year: 2026 + m/12, Number: m%12 + 1}
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// structure is a random tree with controls of all kinds.
func structure(r *rand.Rand) budget.Structure {
	s := budget.Structure{
		Currency: money.EUR, Calendar: fiscal.Gregorian(time.January),
		Horizon: civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2027, 6, 30)),
	}
	for i := range 3 + r.IntN(8) {
		n := budget.Node{Key: budget.NodeKey(fmt.Sprint("n", i)), Tags: budget.Tags{Region: pick(r, []string{"", "emea", "apac"})}}
		if i > 0 && r.IntN(8) > 0 {
			n.Parent = budget.NodeKey(fmt.Sprint("n", r.IntN(i)))
		}
		for range r.IntN(3) {
			n.Controls = append(n.Controls, budget.Control{
				Percent: pick(r, []int64{0, 0, 10}), Absolute: money.Minor(pick(r, []int64{0, 0, 500}), money.EUR),
				Action: pick(r, []budget.Action{budget.Block, budget.Block, budget.Notify, budget.Warn}),
				Window: pick(r, []budget.Window{budget.Total, budget.Year, budget.YTD, budget.Period}),
				On:     pick(r, []budget.Kinds{0, 0, 0, budget.Orders | budget.Requests}),
			})
		}
		s.Nodes = append(s.Nodes, n)
	}
	return s
}

// command makes a command, mostly one that fits.
func (s *session) command() budget.Command {
	r := s.Rand
	node := pick(r, s.keys)
	p := period(r)
	date := civil.MustDate(p.Year, time.Month(p.Number), 1+r.IntN(28))
	amount := money.Minor(r.Int64N(50_00)+1, money.EUR)
	if r.IntN(3) == 0 {
		amount = money.Minor(amount.Minor(), money.USD)
	}
	if r.IntN(6) == 0 { // to the edge of the limit, or just over it
		bal, _ := s.book.Balance(node, date, pick(r, []budget.Window{budget.Total, budget.Year, budget.YTD, budget.Period}))
		if edge := bal.Available.Minor() + int64(r.IntN(2)); edge > 0 {
			amount = money.Minor(edge, money.EUR)
		}
	}
	memo := pick(r, []string{"", "", "by phone"})
	tags := budget.Tags{Channel: pick(r, []string{"", "tv", "email"})}
	fresh := func(kind string) string { s.made[kind]++; return fmt.Sprint(kind, s.made[kind]) }
	known := func(kind string) string {
		if there := s.there[kind]; len(there) > 0 && r.IntN(8) > 0 {
			return pick(r, there)
		}
		return fmt.Sprint(kind, 1+r.IntN(s.made[kind]+1))
	}
	switch r.IntN(31) {
	case 0, 1, 2:
		return budget.SetLimit{Node: node, Period: p, Amount: money.Minor(r.Int64N(400_00), money.EUR)}
	case 3:
		return budget.SetPlan{Node: node, Period: p, Amount: money.Minor(amount.Minor(), money.EUR)}
	case 4:
		return budget.SetForecast{Node: node, Period: p, Amount: money.Minor(amount.Minor(), money.EUR)}
	case 5, 6:
		return budget.Reserve{Ref: fresh("r"), Node: node, Date: date, Amount: amount, Tags: tags, Memo: memo}
	case 7:
		return budget.Release{Request: known("r"), Date: pick(r, []civil.Date{{}, date})}
	case 8, 9, 10:
		o := budget.Order{Ref: fresh("o"), Node: node, Date: date, Amount: amount, Tags: tags, Memo: memo, Match: pick(r, []budget.Match{budget.OrderOnly, budget.TwoWay, budget.ThreeWay})}
		switch r.IntN(6) {
		case 0, 1:
			o.Request = known("r")
		case 2:
			o.Blanket = true
		case 3:
			o.Under = known("o")
		}
		return o
	case 11:
		return budget.Amend{Ref: fresh("am"), Order: known("o"), Date: date, Amount: amount}
	case 12:
		return budget.CloseOrder{Order: known("o"), Date: date}
	case 13:
		return budget.Receive{Ref: fresh("gr"), Order: known("o"), Date: date, Amount: amount}
	case 14, 15:
		a := budget.Accrue{Ref: fresh("a"), Order: known("o"), Date: date, Amount: amount}
		if r.IntN(4) == 0 {
			a.Order, a.Node = "", node
		}
		return a
	case 16, 17, 18:
		in := budget.Invoice{Ref: fresh("i"), Order: known("o"), Date: date, Amount: amount, Memo: memo}
		switch r.IntN(5) {
		case 0:
			in.Order, in.Node, in.Tax = "", node, money.Minor(r.Int64N(100), amount.Currency())
		case 1:
			in.Order, in.Credits, in.Amount = "", known("i"), money.Minor(-amount.Minor()/4, amount.Currency())
		case 2:
			in.Service = date.AddDays(-r.IntN(40))
		}
		return in
	case 19, 20:
		return budget.Record{Key: fmt.Sprint("k", r.IntN(40)), Node: node, Service: date, Amount: money.Minor(r.Int64N(4_000)-200, amount.Currency()), Tags: tags, Memo: memo}
	case 21:
		kind := pick(r, []string{"i", "a", "k"})
		return budget.Reverse{Ref: fresh("x"), Document: map[string]budget.Document{"i": budget.InvoiceDocument, "a": budget.AccrualDocument, "k": budget.RecordDocument}[kind], Of: known(kind), Date: date}
	case 22, 27, 28:
		if bal, ok := s.book.Balance(node, date, budget.Period); ok && bal.Limit.Sign() > 0 && r.IntN(4) > 0 {
			amount = money.Minor(1+r.Int64N(bal.Limit.Minor()), money.EUR)
		}
		return budget.Transfer{Ref: fresh("t"), From: node, To: pick(r, s.keys), Period: p, Amount: money.Minor(amount.Minor(), money.EUR)}
	case 23, 29:
		return budget.Settle{Transfer: known("t"), Approve: r.IntN(2) == 0}
	case 24:
		to := period(r)
		return budget.CarryForward{Ref: fresh("c"), Node: node, From: p, To: to, Overspend: r.IntN(2) == 0, Orders: r.IntN(2) == 0}
	}
	early := civil.MustDate(p.Year, time.Month(p.Number), 1+r.IntN(5))
	switch r.IntN(12) {
	case 0:
		if open, ok := s.book.FirstOpen(); ok && r.IntN(3) == 0 {
			return budget.ClosePeriod{Period: open}
		}
		return budget.ClosePeriod{Period: p}
	case 1:
		return budget.SoftClosePeriod{Period: p, Role: "controller"}
	case 2, 3:
		return budget.ReopenPeriod{Period: p}
	case 4, 5, 6, 7:
		return budget.Revalue{Ref: fresh("v"), Order: known("o"), Date: early}
	default:
		if r.IntN(4) > 0 {
			date = early
		}
		return budget.SetRate{Kind: pick(r, []budget.RateKind{budget.BudgetRate, budget.SpotRate}), Currency: money.USD, On: date, Units: fmt.Sprintf("0.%02d", 80+r.IntN(20))}
	}
}

// placed is the document that a command has made; "" if it makes none.
func placed(c budget.Command) (kind, ref string) {
	switch c := c.(type) {
	case budget.Reserve:
		return "r", c.Ref
	case budget.Order:
		return "o", c.Ref
	case budget.Accrue:
		return "a", c.Ref
	case budget.Invoice:
		return "i", c.Ref
	case budget.Record:
		return "k", c.Key
	case budget.Transfer:
		return "t", c.Ref
	default:
		return "", ""
	}
}

package budget

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// loadChart is a chart of five levels, two years and a node with tags.
func loadChart(t testing.TB) *Chart {
	t.Helper()
	nodes := []Node{{Key: "a"}, {Key: "b", Parent: "a", Tags: Tags{Region: "emea"}}, {Key: "c", Parent: "b"}, {Key: "d", Parent: "c"}}
	for i := range 8 {
		nodes = append(nodes, Node{Key: NodeKey(fmt.Sprint("leaf", i)), Parent: nodes[i/2].Key})
	}
	c, err := Compile(Structure{Currency: money.EUR, Horizon: civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2027, 12, 31)), Nodes: nodes})
	require.NoError(t, err)
	return c
}

// someRecord is a Record that a book may take, of a kind that is plain more often
// than not.
func someRecord(r *rand.Rand, c *Chart) Record {
	out := Record{
		Key: fmt.Sprint("ads/", r.IntN(300)), Node: c.nodes[r.IntN(len(c.nodes))].Key,
		Service: civil.MustDate(2026, 1, 1).AddDays(r.IntN(2 * 365)), Amount: money.Minor(r.Int64N(1000)-100, money.EUR),
	}
	switch r.IntN(12) {
	case 0:
		out.Memo = "memo"
	case 1:
		out.Tags.Channel = "tv"
	case 2:
		out.Transaction, out.Rate = money.Minor(7, money.USD), "0.9"
	case 3:
		out.Rate = "0.8"
	case 4:
		out.Amount = money.Minor(r.Int64N(1000), money.USD) // there may be no rate
	}
	return out
}

// someCommand is what may stand between records and depend on them.
func someCommand(r *rand.Rand, b *Book) Command {
	node, ref := b.chart.nodes[r.IntN(len(b.chart.nodes))].Key, fmt.Sprint(r.IntN(40))
	p, on := r.IntN(len(b.chart.periods)-1), civil.MustDate(2026, 1, 1).AddDays(r.IntN(2*365))
	period, amount := b.chart.periods[p], money.Minor(1+r.Int64N(500), money.EUR)
	switch r.IntN(12) {
	case 0:
		return SetLimit{b.chart.nodes[len(b.chart.nodes)-1-r.IntN(2)].Key, period, money.Minor(r.Int64N(3000), money.EUR)}
	case 1: // of what the records before it have left
		return CarryForward{Ref: ref, Node: b.chart.nodes[len(b.chart.nodes)-1-r.IntN(2)].Key, From: period, To: b.chart.periods[p+1], Overspend: true}
	case 2:
		if r.IntN(4) > 0 {
			return ReopenPeriod{period}
		}
		return ClosePeriod{b.chart.periods[min(b.closed, 5)]}
	case 3:
		return SoftClosePeriod{b.chart.periods[p/4], "controller"}
	case 4:
		return Reverse{Ref: ref, Document: RecordDocument, Of: fmt.Sprint("ads/", r.IntN(300)), Date: on}
	case 5:
		return SetRate{Kind: RateKind(r.IntN(2)), Currency: money.USD, On: on, Units: "0.9"}
	case 6:
		return Reserve{Ref: ref, Node: node, Date: on, Amount: amount, Memo: "memo"}
	case 7:
		return Order{Ref: ref, Node: node, Date: on, Amount: amount}
	case 8:
		return Invoice{Ref: ref, Order: fmt.Sprint(r.IntN(40)), Date: on, Amount: amount}
	case 9:
		return Accrue{Ref: ref, Node: node, Date: on, Amount: amount}
	default:
		return SetPlan{node, period, amount}
	}
}

// spoil makes an entry one that cannot be replayed, mostly.
func spoil(r *rand.Rand, e *Entry) {
	c := Record{Key: "new", Node: "a", Service: civil.MustDate(2027, 5, 5), Amount: money.Minor(1, money.EUR)}
	switch r.IntN(9) {
	case 0:
		c.Key = ""
	case 1:
		c.Key = strings.Repeat("k", maxRef+r.IntN(2))
	case 2:
		c.Node = "none"
	case 3:
		c.Service = civil.Date{}
	case 4:
		c.Service = civil.MustDate(2028, 1, 1)
	case 5:
		c.Amount = money.Minor(maxGross-r.Int64N(2), money.EUR)
	case 6:
		c.Amount = money.Minor(maxGross-100, money.EUR) // more than is left
	case 7:
		c.Amount = money.Minor(5, 0)
	default:
		e.At = e.At.AddDate(8000*(1-2*r.IntN(2)), 0, 0)
		return
	}
	e.Command = c
}

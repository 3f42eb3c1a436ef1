package budgettest

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// at is a figure of the model.
type at struct {
	node    budget.NodeKey
	period  fiscal.Key
	measure budget.Measure
}

// model adds up lines, and knows nothing of commands.
type model struct {
	s      *session
	sums   map[at]int64
	seen   int
	posted map[int]budget.Line // by Seq, for reversals
	taken  map[int]bool
}

func newModel(s *session) model {
	return model{s: s, sums: map[at]int64{}, posted: map[int]budget.Line{}, taken: map[int]bool{}}
}

// take adds the lines after the first n. They must be numbered in order, in order
// of time, and a line that reverses must be the exact mirror of one before it.
func (m *model) take(b *budget.Book, n int) error {
	if m.seen != n && b.Len() != m.seen {
		return fmt.Errorf("%d lines known, and %d before the command", m.seen, n)
	}
	for _, l := range b.LinesFrom(n) {
		m.seen++
		if l.Seq != m.seen {
			return fmt.Errorf("line %d is numbered %d", m.seen, l.Seq)
		}
		if l.Measure != budget.Reserved && l.Measure != budget.OpenCommitment && m.s.chart.Calendar().PeriodOf(l.Posted) != l.Period {
			return fmt.Errorf("line %d is posted on %v in %v", l.Seq, l.Posted, l.Period)
		}
		if (l.Measure == budget.Accrued || l.Measure == budget.Actual || l.Measure == budget.FXVariance) && l.Period.Compare(m.s.open) < 0 {
			return fmt.Errorf("line %d is posted in %v, which is closed", l.Seq, l.Period)
		}
		legs := map[money.Currency]int64{}
		for _, leg := range l.Legs() {
			legs[leg.Amount.Currency()] += leg.Amount.Minor()
		}
		for c, sum := range legs {
			if sum != 0 {
				return fmt.Errorf("line %d is out of balance by %v", l.Seq, money.Minor(sum, c))
			}
		}
		if l.Reverses != 0 {
			of := m.posted[l.Reverses]
			if of.Amount.Minor() != -l.Amount.Minor() || of.Node != l.Node || of.Measure != l.Measure || of.Service != l.Service || m.taken[l.Reverses] {
				return fmt.Errorf("line %d is no mirror of %+v", l.Seq, of)
			}
			m.taken[l.Reverses] = true
		}
		m.posted[l.Seq] = l
		for node := l.Node; node != ""; node = m.s.parents[node] {
			m.sums[at{node, l.Period, l.Measure}] += l.Amount.Minor()
			if l.Measure == budget.Limit || l.Measure == budget.PendingOut {
				break
			}
		}
	}
	return nil
}

func (m *model) sum(node budget.NodeKey, measure budget.Measure, on fiscal.Key, w budget.Window) int64 {
	var sum int64
	for _, p := range m.s.chart.Periods() {
		if inside(p, on, w) {
			sum += m.sums[at{node, p, measure}]
		}
	}
	return sum
}

// compare checks the figures of one node against the model: a balance is the fold
// of the lines.
func (s *session) compare(budget.Command) error {
	node := pick(s.Rand, s.keys)
	w := pick(s.Rand, []budget.Window{budget.Total, budget.Year, budget.YTD, budget.Period})
	on := pick(s.Rand, s.chart.Periods())
	days, _ := s.chart.Calendar().Bounds(on)
	bal, ok := s.book.Balance(node, days.Last(), w)
	if !ok {
		return fmt.Errorf("no balance of %s", node)
	}
	for measure, got := range map[budget.Measure]money.Money{
		budget.Limit: bal.Limit, budget.Plan: bal.Plan, budget.Forecast: bal.Forecast, budget.Reserved: bal.Reserved, budget.OpenCommitment: bal.OpenCommitment,
		budget.Accrued: bal.Accrued, budget.Actual: bal.Actual, budget.FXVariance: bal.FXVariance, budget.PendingOut: bal.PendingOut,
	} {
		if want := s.model.sum(node, measure, on, w); got.Minor() != want {
			return fmt.Errorf("%v of %s in the %v of %v is %v, its lines add up to %d", measure, node, w, on, got, want)
		}
	}
	if want := s.capacity(node, on) - s.claims(node, on); w == budget.Period && bal.Unallocated.Minor() != want {
		return fmt.Errorf("%v of %s is unallocated in %v, limits leave %d", bal.Unallocated, node, on, want)
	}
	if bal.Reserved.Minor() < 0 || bal.PendingOut.Minor() < 0 {
		return fmt.Errorf("less than nothing is reserved or pending: %+v", bal)
	}
	return s.orders()
}

// orders checks that an order's money is open, consumed or released, and that the
// open commitments of a node are those of its orders.
func (s *session) orders() error {
	open := map[budget.NodeKey]int64{}
	for o := range s.book.Orders() {
		if o.Open.Minor() < 0 || o.OpenBook.Minor() < 0 || o.Closed && o.Open.Minor() != 0 {
			return fmt.Errorf("order %s has %v open", o.Ref, o.Open)
		}
		if o.Consumed.Minor()+o.Open.Minor()+o.Released.Minor() != o.Ordered.Minor() {
			return fmt.Errorf("order %s: %v consumed, %v open and %v released of %v", o.Ref, o.Consumed, o.Open, o.Released, o.Ordered)
		}
		for n := o.Node; n != ""; n = s.parents[n] {
			open[n] += o.OpenBook.Minor()
		}
	}
	for _, k := range s.keys {
		bal, _ := s.book.Balance(k, s.chart.Horizon().First(), budget.Total)
		if bal.OpenCommitment.Minor() != open[k] {
			return fmt.Errorf("%v is committed at %s, its orders have %d open", bal.OpenCommitment, k, open[k])
		}
	}
	return nil
}

// decided checks that a decision that passed is within every blocking limit that
// it made tighter, and that the limits of children stay within their parent's.
func (s *session) decided(c budget.Command, res budget.Result) error {
	kind := budget.Facts
	switch c.(type) {
	case budget.Reserve:
		kind = budget.Requests
	case budget.Order, budget.Amend:
		kind = budget.Orders
	case budget.Transfer, budget.CarryForward:
		kind = budget.Transfers
	case budget.SetLimit:
		kind = budget.Limits
	}
	if kind == budget.Facts {
		return nil
	}
	if err := s.within(kind, res.Lines()); err != nil {
		return err
	}
	for _, l := range res.Lines() {
		if l.Measure != budget.Limit {
			continue
		}
		parent := s.parents[l.Node]
		for parent != "" && !s.model.limited(s.book, parent) {
			parent = s.parents[parent]
		}
		if l.Amount.Sign() < 0 && s.claims(l.Node, l.Period) > s.capacity(l.Node, l.Period) {
			return errors.New("the limits below " + string(l.Node) + " are more than its own")
		}
		if l.Amount.Sign() > 0 && parent != "" && s.claims(parent, l.Period) > s.capacity(parent, l.Period) {
			return errors.New("the limits below " + string(parent) + " are more than its own")
		}
	}
	return nil
}

// kindOf is what a control that looks at some kinds alone must look at to have seen
// a measure.
var kindOf = map[budget.Measure]budget.Kinds{
	budget.Reserved: budget.Requests, budget.OpenCommitment: budget.Orders, budget.Accrued: budget.Facts, budget.Actual: budget.Facts,
}

// within checks every window that holds a line of a decision: it may not be past its
// limit if it has become tighter, to a control that counts as relief only what it has
// looked at.
func (s *session) within(kind budget.Kinds, lines []budget.Line) error {
	for _, n := range s.chart.Nodes() {
		for _, k := range n.Controls {
			if k.Action != budget.Block || k.On != 0 && k.On&kind == 0 {
				continue
			}
			for _, p := range s.chart.Periods() {
				var more int64
				for _, l := range lines {
					switch {
					case !inside(l.Period, p, k.Window):
					case l.Measure == budget.Limit && l.Node == n.Key:
						more -= l.Amount.Minor()
					case kindOf[l.Measure] != 0 && s.below(l.Node, n.Key) && (l.Amount.Sign() > 0 || k.On == 0 || k.On&kindOf[l.Measure] != 0):
						more += l.Amount.Minor()
					}
				}
				days, _ := s.chart.Calendar().Bounds(p)
				bal, _ := s.book.Balance(n.Key, days.First(), k.Window)
				limit := bal.Limit.Minor()
				if limit > 0 {
					limit += limit * k.Percent / 100
				}
				if bal.Limited && more > 0 && bal.Held().Minor() > limit+k.Absolute.Minor() {
					return fmt.Errorf("%s is past its limit in the %v window of %v: %+v", n.Key, k.Window, p, bal)
				}
			}
		}
	}
	return nil
}

// inside reports whether a period lies in a window around another.
func inside(p, on fiscal.Key, w budget.Window) bool {
	switch w {
	case budget.Year:
		return p.Year == on.Year
	case budget.YTD:
		return p.Year == on.Year && p.Number <= on.Number
	case budget.Period:
		return p == on
	default:
		return true
	}
}

// below reports whether a node is another or lies under it.
func (s *session) below(node, root budget.NodeKey) bool {
	for ; node != ""; node = s.parents[node] {
		if node == root {
			return true
		}
	}
	return false
}

func (m *model) limited(b *budget.Book, node budget.NodeKey) bool {
	bal, _ := b.Balance(node, m.s.chart.Horizon().First(), budget.Total)
	return bal.Limited
}

// capacity is what the limits below a node may add up to.
func (s *session) capacity(node budget.NodeKey, p fiscal.Key) int64 {
	return s.model.sums[at{node, p, budget.Limit}] + s.model.sums[at{node, p, budget.PendingOut}]
}

// claims adds up the limits next below a node.
func (s *session) claims(parent budget.NodeKey, p fiscal.Key) int64 {
	var sum int64
	for _, child := range s.chart.Children(parent) {
		if s.model.limited(s.book, child) {
			sum += s.capacity(child, p)
		} else {
			sum += s.claims(child, p)
		}
	}
	return sum
}

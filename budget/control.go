package budget

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// Kinds is a set of the kinds of commands that a control may look at.
type Kinds uint8

// The kinds. Block refuses all but Facts.
const (
	Requests   Kinds = 1 << iota // Reserve
	Orders                       // Order, Amend
	Transfers                    // Transfer, CarryForward
	Limits                       // SetLimit
	Facts                        // Invoice, Record, Accrue and what follows from them
	everything = 1<<iota - 1
)

var kindsNames = [...]string{"requests", "orders", "transfers", "limits", "facts"}

// String returns the names with commas between them; "" for the empty set.
func (k Kinds) String() string {
	var list []string
	for i, name := range kindsNames {
		if k&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return strings.Join(list, ",")
}

// MarshalText writes what String returns.
func (k Kinds) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what String returns.
func (k *Kinds) UnmarshalText(text []byte) error {
	var set Kinds
	if len(text) > 0 {
		for part := range strings.SplitSeq(string(text), ",") {
			i := slices.Index(kindsNames[:], part)
			if i < 0 {
				return fmt.Errorf("%.40q: want some of %s", text, strings.Join(kindsNames[:], ", "))
			}
			set |= 1 << i
		}
	}
	*k = set
	return nil
}

// touched is by how much a command made a node tighter in a period.
type touched struct {
	node, period int32
	more         int64 // used, or cut from the limit, less what was relieved
	relief       [3]int64
}

// The kinds of what may be relieved, and so of touched.relief.
var reliefKinds = [...]Kinds{Requests, Orders, Facts}

func reliefOf(m Measure) int {
	switch m {
	case Reserved:
		return 0
	case OpenCommitment:
		return 1
	default:
		return 2
	}
}

// seen is more to a control that looks at some kinds alone: it does not count as
// relief what it never looked at. An order is checked in full if the request that it
// takes the place of was not.
func (t *touched) seen(on Kinds) int64 {
	more := t.more
	for i, kind := range reliefKinds {
		if on != 0 && on&kind == 0 {
			more -= t.relief[i]
		}
	}
	return more
}

// gather lists the limited nodes that the command's lines touched, the last of the
// chart first, so that children come before their parents, and periods in order.
func (b *Book) gather() []touched {
	list := b.now.touched[:0]
	lines := b.lines[b.now.first:]
	for i := range lines {
		l := &lines[i]
		switch {
		case l.measure == Limit:
			if b.cells.limited[l.node] {
				list = append(list, touched{node: l.node, period: l.period, more: -l.amount})
			}
		case l.measure.used():
			for n := l.node; n >= 0; n = b.chart.parent[n] {
				if b.cells.limited[n] {
					t := touched{node: n, period: l.period, more: l.amount}
					if l.amount < 0 {
						t.relief[reliefOf(l.measure)] = l.amount
					}
					list = append(list, t)
				}
			}
		}
	}
	b.now.touched = list
	if len(lines) < 2 {
		return list
	}
	slices.SortFunc(list, func(x, y touched) int { return cmp.Or(cmp.Compare(y.node, x.node), cmp.Compare(x.period, y.period)) })
	out := list[:0]
	for _, t := range list {
		if n := len(out); n > 0 && out[n-1].node == t.node && out[n-1].period == t.period {
			out[n-1].more += t.more
			for i, x := range t.relief {
				out[n-1].relief[i] += x
			}
			continue
		}
		out = append(out, t)
	}
	return out
}

// check looks at every control on the way up from the nodes that the lines of the
// command touched, and only where they made things tighter: an improvement is
// never refused. The error names the first blocking control, nearest to the leaf;
// the others leave findings.
func (b *Book) check() error {
	if lines := b.lines[b.now.first:]; len(lines) == 1 && lines[0].measure.used() {
		return b.checkLine(&lines[0])
	}
	list := b.gather()
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to].node == list[from].node {
			to++
		}
		for _, t := range list[from:to] {
			controls := b.chart.controls[t.node]
			for i := range controls {
				if err := b.checkOne(&controls[i], t, list[from:to]); err != nil {
					return err
				}
			}
		}
		from = to
	}
	return nil
}

// checkLine is check for a single line of use, as most commands post.
func (b *Book) checkLine(l *posting) error {
	if l.amount <= 0 {
		return nil
	}
	width, total := b.cells.width, b.cells.total
	for n := l.node; n >= 0; n = b.chart.parent[n] {
		if !b.cells.limited[n] {
			continue
		}
		controls := b.chart.controls[n]
		for i := range controls {
			c := &controls[i]
			if c.Window == Total {
				if f := &b.cells.rows[int(n)*width+total]; f[held] <= f[Limit] && c.Percent == 0 {
					continue // as almost always
				}
			}
			if err := b.checkOne(c, touched{node: n, period: l.period, more: l.amount}, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkOne asks one control about a node around a period; same are all changes of
// the node, nil if there is but the one. A year to date goes through every period
// from the one touched to the end of its year.
func (b *Book) checkOne(control *Control, at touched, same []touched) error {
	limit, used := b.cells.use(at.node, int(at.period), control.Window)
	if control.Percent == 0 && used <= limit && control.Window != YTD {
		return nil // as almost always
	}
	kind := b.now.decision
	if kind == 0 {
		kind = Facts
	}
	if control.On != 0 && control.On&kind == 0 {
		return nil
	}
	if len(same) == 0 {
		same = []touched{at}
	}
	last := int(at.period)
	if control.Window == YTD {
		_, last = b.chart.span(Year, last)
		last--
	}
	for p := int(at.period); ; p++ {
		if allowed := tolerated(limit, control); used > allowed {
			if more := b.more(control, at.node, p, same, used); more > 0 {
				return b.exceeds(control, kind, at.node, p, more, allowed-used+more)
			}
		}
		if p == last {
			return nil
		}
		f := b.cells.at(at.node, p+1)
		limit, used = limit+f[Limit], used+f[held]
	}
}

// more is by how much the changes made a window tighter. To a node that has its first
// limit, all that is used is more than before.
func (b *Book) more(control *Control, node int32, period int, same []touched, used int64) int64 {
	if b.now.firstLimit == node {
		return used
	}
	var more int64
	from, to := b.chart.span(control.Window, period)
	for i := range same {
		if p := int(same[i].period); p >= from && p < to {
			more += same[i].seen(control.On)
		}
	}
	return more
}

// exceeds refuses a decision, or leaves a finding. A first limit is no decision to
// spend: facts often come before it.
func (b *Book) exceeds(control *Control, kind Kinds, node int32, period int, more, headroom int64) error {
	over := &LimitError{Node: b.chart.nodes[node].Key, Period: b.chart.periods[period], Control: *control, Wanted: b.minor(more), Headroom: b.minor(headroom)}
	if kind != Facts && control.Action == Block && b.now.firstLimit != node {
		return over
	}
	severity := finding.Warning
	if control.Action == Warn {
		severity = finding.Info
	}
	f := finding.Finding{
		Code: "budget.limit.exceeded", Severity: severity, Subject: "node/" + string(over.Node),
		Evidence: []string{fmt.Sprintf("%v more used, headroom was %v (%s)", over.Wanted, over.Headroom, over.window())},
		Fix:      "raise the limit, transfer to it, or release what is not needed",
	}
	for _, have := range b.now.findings { // the same window from another of its periods
		if have.Subject == f.Subject && have.Code == f.Code && have.Severity == f.Severity && slices.Equal(have.Evidence, f.Evidence) {
			return nil
		}
	}
	b.now.findings.Add(f)
	return nil
}

// tolerated returns Limit × (100+Percent)/100 + Absolute, rounded down and
// saturating below maxGross.
func tolerated(limit int64, c *Control) int64 {
	extra := uint64(0)
	if limit > 0 && c.Percent > 0 {
		hi, lo := bits.Mul64(uint64(limit), uint64(c.Percent))
		if hi >= 100 {
			return maxGross - 1
		}
		extra, _ = bits.Div64(hi, lo, 100)
	}
	extra = min(extra, maxGross) + uint64(min(c.Absolute.Minor(), maxGross)) //nolint:gosec // not negative, see Compile
	if limit > 0 {
		extra = min(extra, maxGross-1-uint64(limit)) // limit < maxGross, see cells
	}
	return limit + int64(min(extra, maxGross-1)) //nolint:gosec // bounded by the min
}

// asks checks a decision about an amount: its node, its open period, and the
// amount itself, which it converts.
func (b *Book) asks(what, key string, node NodeKey, on civil.Date, amount money.Money, kind Kinds) (n, period int32, c conversion, err error) {
	if n, err = b.node(node); err != nil {
		return 0, 0, c, err
	}
	p, err := b.openOn(on)
	if err != nil {
		return 0, 0, c, err
	}
	if amount.Sign() <= 0 {
		return 0, 0, c, fmt.Errorf("%s %s: %v %w: want a positive one", what, key, amount, ErrAmount)
	}
	b.now.decision = kind
	c, err = b.convert(what, key, amount, on)
	return n, int32(p), c, err //nolint:gosec // few periods
}

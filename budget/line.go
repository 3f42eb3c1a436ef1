package budget

import (
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// Line is one posting. Lines are never changed or removed: a correction is a
// line that reverses and another one. A book's figures are the sums of its lines.
type Line struct {
	Seq         int         `json:"seq"` // 1, 2, 3 …
	At          time.Time   `json:"at"`  // when it was recorded
	Kind        string      `json:"kind"`
	Ref         string      `json:"ref"` // of the document, or the key of the node
	Node        NodeKey     `json:"node"`
	Measure     Measure     `json:"measure"`
	Posted      civil.Date  `json:"posted"`
	Period      fiscal.Key  `json:"period"`  // in which it counts: that of Posted, or of the order or request that it changes
	Service     civil.Date  `json:"service"` // when the money was used
	Amount      money.Money `json:"amount"`
	Transaction money.Money `json:"transaction,omitzero"`
	Rate        string      `json:"rate,omitempty"`
	Reverses    int         `json:"reverses,omitempty"` // Seq of the line it takes back; 0 = none
	Tags        Tags        `json:"tags,omitzero"`
	Memo        string      `json:"memo,omitempty"`
}

// posting is a Line as the book keeps it: 48 bytes without a pointer.
type posting struct {
	amount          int64
	node, entry     int32
	doc             int32 // entry of the document whose reference it bears
	period          int32
	posted, service civil.Date
	tags            int32
	foreign         int32 // index into Book.foreign; 0 = none
	reverses        int32 // Seq
	measure         Measure
}

// foreign is what a line in another currency has beside its amount.
type foreign struct {
	transaction money.Money
	rate        string
}

// post adds a line. It belongs to the command in hand.
func (b *Book) post(l posting) error {
	if len(b.lines) >= math.MaxInt32 || len(b.entries) >= math.MaxInt32 {
		return fmt.Errorf("book has 2^31 lines: %w", ErrState)
	}
	if err := b.cells.admit(l.amount); err != nil {
		return err
	}
	l.entry = int32(len(b.entries)) //nolint:gosec // checked above
	b.cells.add(l.node, int(l.period), l.measure, l.amount)
	b.lines = append(roomy(b.lines), l)
	return nil
}

// mirror adds the lines that take others back, on another day if their own is
// closed.
func (b *Book) mirror(l posting, seq int, posted civil.Date, period int32) error {
	l.amount, l.posted, l.period, l.reverses = -l.amount, posted, period, int32(seq) //nolint:gosec // see post
	if l.foreign != 0 {
		f := b.foreign[l.foreign]
		f.transaction = money.Minor(-f.transaction.Minor(), f.transaction.Currency())
		l.foreign = b.abroad(f)
	}
	return b.post(l)
}

func (b *Book) abroad(f foreign) int32 {
	b.foreign = append(b.foreign, f)
	return int32(len(b.foreign) - 1) //nolint:gosec // at most one per line
}

func (w *written) line(i int) Line {
	l := &w.lines[i]
	e := w.entryAt(l.entry)
	f := &w.foreign[l.foreign]
	return Line{
		Seq: i + 1, At: e.At, Kind: kindName(e.Command), Ref: refOf(w.command(l.doc)), Node: w.chart.nodes[l.node].Key, Measure: l.measure,
		Posted: l.posted, Period: w.chart.periods[l.period], Service: l.service, Amount: w.minor(l.amount),
		Transaction: f.transaction, Rate: f.rate, Reverses: int(l.reverses), Tags: w.tagged[l.tags], Memo: textOf(e.Command),
	}
}

// Lines yields all lines in the order of posting.
func (b *Book) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for i := range b.lines {
			if !yield(b.line(i)) {
				return
			}
		}
	}
}

// LinesFrom returns the lines after the first n, in the order of posting.
func (b *Book) LinesFrom(n int) []Line {
	n = min(max(n, 0), len(b.lines))
	out := make([]Line, 0, len(b.lines)-n)
	for ; n < len(b.lines); n++ {
		out = append(out, b.line(n))
	}
	return out
}

// Len returns the number of lines.
func (b *Book) Len() int { return len(b.lines) }

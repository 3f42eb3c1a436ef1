package budget

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil"
)

// Figures are the balances of a book as it stood, without its lines: what a reader of
// reports opens in place of a million of them. They are safe for concurrent use.
type Figures struct{ cells cells }

// Figures returns the balances as they stand now.
func (b *Book) Figures() *Figures { return b.cells.copied() }

// Figures returns the balances of the view.
func (v *View) Figures() *Figures { return v.cells.copied() }

func (c *cells) copied() *Figures {
	out := newCells(c.chart)
	copy(out.rows, c.rows)
	copy(out.limited, c.limited)
	copy(out.below, c.below)
	return &Figures{out}
}

// Balance is Book.Balance.
func (f *Figures) Balance(key NodeKey, on civil.Date, w Window) (bal Balance, ok bool) {
	return f.cells.balance(key, on, w)
}

const figuresVersion = 1

// MarshalBinary writes the figures for Chart.ReadFigures: what is not zero, about ten
// bytes a node and period.
func (f *Figures) MarshalBinary() ([]byte, error) {
	c := &f.cells
	print := c.chart.fingerprint()
	w := fielder{out: append([]byte{figuresVersion}, print[:]...)}
	for n := range c.chart.nodes {
		w.bool(&c.limited[n])
	}
	periods := len(c.chart.periods)
	gap := uint64(0) // cells of nothing since the last
	for i := range len(c.chart.nodes) * periods {
		row := c.at(int32(i/periods), i%periods) //nolint:gosec // at most MaxCells
		mask := uint64(0)
		for m := range measures {
			if row[m] != 0 {
				mask |= 1 << m
			}
		}
		if mask == 0 {
			gap++
			continue
		}
		w.uint(&gap)
		w.uint(&mask)
		for m := range measures {
			if row[m] != 0 {
				w.int(&row[m])
			}
		}
		gap = 0
	}
	return w.out, nil
}

// ReadFigures reads figures of a book with this chart. Errors match ErrForm, also for
// those of another chart.
func (c *Chart) ReadFigures(data []byte) (*Figures, error) {
	print := c.fingerprint()
	bad := func(why string) (*Figures, error) { return nil, fmt.Errorf("figures: %w: %s", ErrForm, why) }
	if len(data) < 1+len(print) || data[0] != figuresVersion {
		return bad("they are cut off or of a later version")
	}
	if !bytes.Equal(data[1:1+len(print)], print[:]) {
		return bad("they are of another chart")
	}
	r := fielder{reading: true, in: string(data[1+len(print):])}
	out := newCells(c)
	for n := range c.nodes {
		r.bool(&out.limited[n])
	}
	periods, at := len(c.periods), uint64(0)
	for r.in != "" && r.err == nil {
		var gap, mask uint64
		r.uint(&gap)
		r.uint(&mask)
		if at += gap; gap > MaxCells || at >= uint64(len(c.nodes)*periods) || mask == 0 || mask >= 1<<measures {
			return bad("a cell is none")
		}
		n, p := int32(at/uint64(periods)), int(at%uint64(periods)) //nolint:gosec // below MaxCells
		for m := range Measure(measures) {
			if mask&(1<<m) == 0 {
				continue
			}
			var amount int64
			if r.int(&amount); amount == 0 || amount >= maxGross || amount <= -maxGross {
				return bad("an amount is none")
			}
			out.enter(n, p, m, amount)
		}
		at++
	}
	if r.err != nil {
		return bad("they are cut off or damaged")
	}
	for n, up := range slices.Backward(c.parent) { // children before their parents
		for p := 0; p < periods && up >= 0; p++ {
			out.below[int(up)*periods+p] += out.claim(int32(n), p) //nolint:gosec // at most MaxNodes
		}
	}
	return &Figures{out}, nil
}

// fingerprint tells charts apart whose figures do not mean the same.
func (c *Chart) fingerprint() [sha256.Size]byte {
	var f fielder
	currency := c.Currency()
	f.currency(&currency)
	for i := range c.nodes {
		f.node(&c.nodes[i].Key)
		f.node(&c.nodes[i].Parent)
	}
	for i := range c.periods {
		days := c.days.bounds[i]
		first, last := days.First(), days.Last()
		f.date(&first)
		f.date(&last)
	}
	return sha256.Sum256(f.out)
}

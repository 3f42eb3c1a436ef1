package budget

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// stands says whether a Record says the same as that of an entry: see same.
func (b *Book) stands(entry int32, c *Record) bool {
	var was Record
	if s := &b.entries[entry]; s.command == nil {
		b.runs[s.run].record(entry, s.offset, &was)
	} else {
		was, _ = s.command.(Record)
	}
	was.Memo = c.Memo
	return was == *c
}

func (b *Book) record(c *Record) error {
	at := b.records.find(c.Key)
	if at < 0 {
		if err := ref("record", c.Key); err != nil {
			return err
		}
	} else if b.stands(b.records.items[at].entry, c) {
		b.stays("record", c.Key, b.records.items[at].reversed)
		return errUnchanged
	}
	n, err := b.node(c.Node)
	if err != nil {
		return err
	}
	in := conversion{amount: c.Amount.Minor()}
	if c.Amount.Currency() != b.chart.structure.Currency || in.amount >= maxGross || in.amount <= -maxGross {
		if in, err = b.actually("record", c.Key, c.Amount, c.Service); err != nil {
			return err
		}
	} else if c.Transaction != (money.Money{}) || c.Rate != "" {
		in.foreign = foreign{c.Transaction, c.Rate}
	}
	if c.Amount.Currency() == 0 {
		return b.wrong("record", c.Key, c.Amount)
	}
	posted, p, err := b.posting(c.Service, c.Key)
	if err != nil {
		return err
	}
	l := posting{doc: b.entry(), node: n, measure: Actual, posted: posted, period: p, service: c.Service, amount: in.amount, tags: b.tagsOf(c.Tags, n)}
	if at < 0 {
		doc := recorded{entry: b.entry()}
		doc.first, doc.last, err = b.postActual(l, in)
		b.records.add(c.Key, doc)
		return err
	}
	doc := b.records.edit(at)
	if !doc.reversed {
		if err := b.unpost(doc.first, doc.last, c.Service); err != nil {
			return err
		}
	}
	doc.entry, doc.reversed = b.entry(), false
	doc.first, doc.last, err = b.postActual(l, in)
	return err
}

// unpost takes lines back: on their own day, or on the first open day if that
// period is closed by now.
func (b *Book) unpost(first, last int32, fallback civil.Date) error {
	for i := first; i < last; i++ {
		l := b.lines[i]
		posted, p := l.posted, l.period
		if b.open(int(p)) != nil {
			var err error
			if posted, p, err = b.posting(posted, refOf(b.command(l.doc))); err != nil {
				if posted, p, err = b.posting(fallback, refOf(b.command(l.doc))); err != nil {
					return err
				}
			}
		}
		if err := b.mirror(l, int(i)+1, posted, p); err != nil {
			return err
		}
	}
	return nil
}

package budget

import (
	"math"

	"github.com/go-marops/marops/civil"
)

// plainRecord is a Record as nearly all are: in the currency of the book, on a node
// that there is.
type plainRecord struct {
	key     string
	amount  int64
	node    int32
	service civil.Date
	rest    int32 // place in the run of what follows its amount; 0 = that is blank
}

// plain reads a plain Record. Any other, and one that is damaged, it leaves as it
// is. Nodes are those of the words of the run, from 1, as far as they were asked
// for; -1 is none.
func (b *Book) plain(u *unpacker, nodes []int32, c *plainRecord) bool {
	in := u.in
	size, i := uvarint(in, 0)
	if i > len(in) || size > uint64(len(in)-i) { //nolint:gosec // not negative
		return false
	}
	c.key = in[i : i+int(size)] //nolint:gosec // checked
	node, i := uvarint(in, i+len(c.key))
	day, i := uvarint(in, i)
	currency, i := uvarint(in, i)
	minor, i := uvarint(in, i)
	c.amount = unzigzag(minor)
	if i > len(in) || node >= uint64(len(nodes)) || day == 0 || day > lastDay || currency != uint64(b.chart.structure.Currency) {
		return false
	}
	if nodes[node] == 0 {
		nodes[node] = -1
		if n, err := b.node(NodeKey(u.known[node])); err == nil {
			nodes[node] = n + 1
		}
	}
	if nodes[node] < 0 {
		return false
	}
	c.node, c.service = nodes[node]-1, civil.MinDate().AddDays(int(day-1)) //nolint:gosec // checked
	if rest := in[i:]; len(rest) >= 4 && rest[0] == 0 && rest[1] == 0 && int(rest[2]) < min(len(u.known), 0x80) && u.known[rest[2]] == "" && rest[3] == 0 {
		c.rest, u.in = 0, rest[4:]
		return true
	}
	r := fielder{reading: true, in: in[i:], known: u.known}
	c.rest = int32(len(u.whole) - len(r.in)) //nolint:gosec // a run is small
	if r.rest(); r.err != nil {
		return false
	}
	u.in = r.in
	return true
}

// rest reads what follows the amount of a Record.
func (f *fielder) rest() (of foreign, tags Tags) {
	f.money(&of.transaction)
	f.word(&of.rate)
	f.tags(&tags)
	return of, tags
}

// postPlain records what is new and falls into a period that is open to all. With
// the rest it does nothing and returns false.
func (b *Book) postPlain(l *loading, r *run, s *sums) bool {
	c, x := &l.record, &b.records
	p := b.chart.days.on(c.service)
	if p < b.closed || b.soft[p] != "" || c.key == "" || len(c.key) > maxRef || max(len(b.lines), len(b.entries)) >= math.MaxInt32 ||
		x.index.look(x.keys, c.key, l.hash) >= 0 || b.cells.admit(c.amount) != nil {
		return false
	}
	entry, first, period := b.entry(), int32(len(b.lines)), int32(p) //nolint:gosec // see post
	s.add(&b.cells, c.node, period, c.amount)
	line := more(&b.lines)
	line.amount, line.node, line.entry, line.doc, line.period, line.measure = c.amount, c.node, entry, entry, period, Actual
	line.posted, line.service, line.tags = c.service, c.service, b.tags.node[c.node]
	if c.rest != 0 {
		f := fielder{reading: true, in: r.whole[c.rest:], known: r.words}
		of, tags := f.rest()
		if line.tags = b.tagsOf(tags, c.node); of != (foreign{}) {
			line.foreign = b.abroad(of)
		}
	}
	x.put(c.key, l.hash, recorded{entry: entry, first: first, last: first + 1})
	return true
}

// sums holds actual money back, to walk up the tree once for many records of one
// node and period, as those of a run mostly are.
type sums struct {
	places [256]sum
	some   bool // there is something to flush
}

type sum struct {
	amount       int64
	node, period int32
}

func (s *sums) add(c *cells, node, period int32, amount int64) {
	k := &s.places[uint8(node*31+period)] //nolint:gosec // any place will do
	if k.node != node || k.period != period {
		c.add(k.node, int(k.period), Actual, k.amount)
		*k = sum{node: node, period: period}
	}
	k.amount += amount
	s.some = true
}

func (s *sums) flush(c *cells) {
	if !s.some {
		return
	}
	for i := range s.places {
		if k := &s.places[i]; k.amount != 0 {
			c.add(k.node, int(k.period), Actual, k.amount)
			k.amount = 0
		}
	}
	s.some = false
}

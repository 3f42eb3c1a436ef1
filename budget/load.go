package budget

import (
	"errors"
	"fmt"
	"slices"
)

// run is a run of packed entries that a book was loaded from. Its Records, which
// are most of a large book, are read from it when they are asked for: a million of
// them weigh little more than what was stored.
type run struct {
	whole string
	words []string
	memos []string // of entries from first on; nil if none has one
	first int32
}

// command reads the Record of an entry again.
func (r *run) command(entry, offset int32) Command {
	var c Record
	r.record(entry, offset, &c)
	return c
}

func (r *run) record(entry, offset int32, c *Record) {
	f := fielder{reading: true, in: r.whole[offset:], known: r.words}
	if r.memos != nil {
		f.memo = r.memos[entry-r.first]
	}
	c.fields(&f)
}

// Grow makes room for n more facts, for those who know how many are to come.
func (b *Book) Grow(n int) {
	if n = min(max(n, 0), 1<<24); n > 0 {
		b.lines, b.entries = slices.Grow(b.lines, n), slices.Grow(b.entries, n)
		b.records.grow(n)
	}
}

// Load is Replay of a run as it was packed: the fast way to rebuild a book. Like
// Replay it is all or none, and trusts that the store returns what it got: see
// Packed.Trail. Errors match ErrForm or ErrUnreplayable.
func (b *Book) Load(p Packed) (head Hash, err error) {
	u, err := p.open()
	if err != nil {
		return Hash{}, err
	}
	start := b.mark()
	b.now.trusted = true
	var sums sums
	defer func() {
		sums.flush(&b.cells)
		if b.now.trusted = false; err != nil {
			b.rollback(&start)
		}
		b.keep()
	}()
	list, r, err := b.read(u)
	if err != nil {
		return Hash{}, err
	}
	at := int32(len(b.runs)) //nolint:gosec // fewer than entries
	b.runs = append(b.runs, r)
	b.records.index.touch(list)
	for i := range list {
		if err := b.loadOne(&list[i], at, &sums); err != nil {
			return Hash{}, fmt.Errorf("entry %d: %w: %w", i+1, ErrUnreplayable, err)
		}
	}
	return u.last, nil
}

// loading is an entry of a run that is being loaded.
type loading struct {
	seconds int64
	nanos   int32
	offset  int32 // of its fields in the run
	role    string
	code    uint8
	plain   bool        // it is a Record of which the next is all
	record  plainRecord // of one that is not plain, the key alone
	hash    uint32      // of the record's key
	command Command     // nil for a Record
}

// read reads all of a run.
func (b *Book) read(u *unpacker) ([]loading, run, error) {
	r := run{whole: u.whole, words: u.known, first: b.entry()}
	b.loading = slices.Grow(b.loading[:0], u.left)
	list := b.loading[:u.left]
	nodes := make([]int32, len(u.known))
	var c Record
	for i := range list {
		var e Entry
		if ok, err := u.next(&e); !ok {
			return nil, r, err
		}
		if u.memo != "" && r.memos == nil {
			r.memos = make([]string, i, len(list))
		}
		if r.memos != nil {
			r.memos = append(r.memos, u.memo)
		}
		l := &list[i]
		l.seconds, l.nanos, l.role = e.At.Unix(), int32(e.At.Nanosecond()), e.Role //nolint:gosec // below 1e9
		l.code, l.offset = u.code, int32(len(u.whole)-len(u.in))                   //nolint:gosec // a run is small
		l.command = nil
		if l.code != recordCode {
			l.plain, l.command = false, shapes[u.code].read(&u.fielder)
		} else if l.plain = b.plain(u, nodes, &l.record); !l.plain {
			c.fields(&u.fielder)
			l.record.key = c.Key
		}
	}
	if ok, err := u.next(new(Entry)); ok || err != nil {
		return nil, r, badRun()
	}
	return list, r, nil
}

func (b *Book) loadOne(l *loading, at int32, s *sums) error {
	if n := len(b.entries); n > 0 {
		if last := &b.entries[n-1]; l.seconds < last.seconds || l.seconds == last.seconds && l.nanos < last.nanos {
			return errors.New("it is older than the one before it")
		}
	}
	if l.seconds < firstSecond || l.seconds > lastSecond {
		return errors.New("it is outside the years 1 to 9999")
	}
	if !l.plain || !b.postPlain(l, &b.runs[at], s) {
		s.flush(&b.cells)
		if err := b.redo(l, at); err != nil {
			return err
		}
	}
	e := more(&b.entries)
	e.seconds, e.nanos, e.role, e.command, e.run, e.offset = l.seconds, l.nanos, b.role(l.role), l.command, at, l.offset
	return nil
}

// redo carries out an entry as it was the first time.
func (b *Book) redo(l *loading, at int32) error {
	w := &b.now
	w.command, w.role, w.first, w.decision, w.limits, w.firstLimit, w.findings = l.command, l.role, len(b.lines), 0, false, -1, nil
	if l.code != recordCode {
		return b.do(l.command)
	}
	var c Record
	b.runs[at].record(b.entry(), l.offset, &c)
	return b.record(&c)
}

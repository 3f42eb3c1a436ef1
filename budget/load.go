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
	f := fielder{reading: true, in: r.whole[offset:], known: r.words}
	if r.memos != nil {
		f.memo = r.memos[entry-r.first]
	}
	return shapes[recordCode].read(&f)
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
	defer func() {
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
	// The slots of all keys are asked for at once: one after the other, each would
	// wait for memory.
	x := &b.records.index
	for i := range list {
		if list[i].code == recordCode {
			list[i].hash = x.of(list[i].record.Key)
			x.touch(list[i].hash)
		}
	}
	for i := range list {
		if err := b.loadOne(&list[i], at); err != nil {
			return Hash{}, fmt.Errorf("entry %d: %w: %w", i+1, ErrUnreplayable, err)
		}
	}
	return u.last, nil
}

// loading is an entry of a run that is being loaded.
type loading struct {
	entry  Entry // its Command is nil for a Record
	record Record
	code   uint8
	hash   uint32 // of the record's key
	offset int32
}

// read reads all of a run.
func (b *Book) read(u *unpacker) ([]loading, run, error) {
	r := run{whole: u.whole, words: u.known, first: b.entry()}
	list := b.loading[:0]
	for {
		list = append(list, loading{})
		l := &list[len(list)-1]
		ok, err := u.next(&l.entry)
		if err != nil {
			return nil, r, err
		}
		if !ok {
			b.loading = list[:0]
			return list[:len(list)-1], r, nil
		}
		if u.memo != "" && r.memos == nil {
			r.memos = make([]string, len(list)-1, len(list)+u.left)
		}
		if r.memos != nil {
			r.memos = append(r.memos, u.memo)
		}
		l.code, l.offset = u.code, int32(len(u.whole)-len(u.in)) //nolint:gosec // a run is small
		if l.code == recordCode {
			l.record.fields(&u.fielder)
		} else {
			l.entry.Command = shapes[u.code].read(&u.fielder)
		}
		if u.err != nil {
			return nil, r, badRun()
		}
	}
}

func (b *Book) loadOne(l *loading, at int32) error {
	e := &l.entry
	if n := len(b.entries); n > 0 && e.At.Before(b.entries[n-1].time()) {
		return errors.New("it is older than the one before it")
	}
	w := &b.now
	w.command, w.role, w.first, w.decision, w.limits, w.firstLimit, w.findings = e.Command, e.Role, len(b.lines), 0, false, -1, nil
	var err error
	if l.code == recordCode {
		b.records.index.asked, b.records.index.hash = l.record.Key, l.hash
		err = b.record(&l.record)
	} else {
		err = b.do(e.Command)
	}
	if err != nil {
		return err
	}
	b.entries = append(roomy(b.entries), stored{seconds: e.At.Unix(), nanos: int32(e.At.Nanosecond()), role: b.role(e.Role), command: e.Command, run: at, offset: l.offset}) //nolint:gosec // below 1e9
	return nil
}

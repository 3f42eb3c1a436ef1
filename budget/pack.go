package budget

import (
	"fmt"
	"slices"
	"time"
)

// MaxPacked is how many entries Pack takes: what one commit of a store holds.
const MaxPacked = 1000

// Packed is a run of sealed entries as a host stores it: one event with Data, and
// Personal where it can be erased. A plain ad record takes about 37 bytes, one
// with a memo 33 more for its digest.
type Packed struct {
	Data     []byte // words, entries, their digests of texts, and the last hash
	Personal []byte // texts and salts; nil if there are none
}

const packVersion = 1

// Pack stores sealed entries that follow each other, at most MaxPacked. Hashes but
// the last are not kept: Trail computes them. Errors match ErrForm.
func Pack(trail []Sealed) (Packed, error) {
	if len(trail) == 0 || len(trail) > MaxPacked {
		return Packed{}, fmt.Errorf("%d entries: %w: want 1 to %d", len(trail), ErrForm, MaxPacked)
	}
	f := fielder{words: map[string]uint64{}, out: make([]byte, 0, 64*len(trail))}
	personal := fielder{}
	texts := false
	var at time.Time
	for i := range trail {
		s := &trail[i]
		code, ok := codeOf(s.Entry.Command)
		if !ok {
			return Packed{}, fmt.Errorf("entry %d: %w: it has no command", i+1, ErrForm)
		}
		f.head(&s.Entry, &code, &at)
		has := !s.Link.Text.IsZero()
		f.bool(&has)
		if has {
			f.out = append(f.out, s.Link.Text[:]...)
			text := s.Entry.Text()
			personal.text(&text)
			if text != "" {
				texts = true
				personal.out = append(personal.out, s.Link.Salt[:]...)
			}
		}
		shapes[code].write(&f, s.Entry.Command)
	}
	whole := fielder{out: []byte{packVersion}}
	n, words := uint64(len(trail)), uint64(len(f.known))
	whole.uint(&n)
	whole.uint(&words)
	for _, w := range f.known {
		whole.text(&w)
	}
	last := trail[len(trail)-1].Link.Hash
	p := Packed{Data: append(append(whole.out, f.out...), last[:]...)}
	if texts {
		p.Personal = personal.out
	}
	return p, nil
}

// PackAll is Pack for any number of entries: one run for every MaxPacked of them.
func PackAll(trail []Sealed) ([]Packed, error) {
	var out []Packed
	for part := range slices.Chunk(trail, MaxPacked) {
		p, err := Pack(part)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// head is the time, as the step from the entry before, the role and the kind.
func (f *fielder) head(e *Entry, code *uint8, at *time.Time) {
	var step int64
	var long bool // beyond the 292 years of a Duration
	if !f.reading {
		step = int64(e.At.Sub(*at))
		long = at.IsZero() || !at.Add(time.Duration(step)).Equal(e.At)
	}
	f.bool(&long)
	if long {
		f.time(&e.At)
	} else if f.int(&step); f.reading {
		if e.At = *at; step != 0 { // entries of one commit have one time
			e.At = at.Add(time.Duration(step))
		}
	}
	*at = e.At
	f.word(&e.Role)
	f.byte(code)
}

// unpacker reads a run entry by entry.
type unpacker struct {
	fielder
	personal fielder
	whole    string // what the offsets of entries count in
	left     int    // entries
	at       time.Time
	last     Hash
	link     Link
	code     uint8
}

func badRun() error {
	return fmt.Errorf("packed entries: %w: they are cut off, damaged or of a later version", ErrForm)
}

func (p Packed) open() (*unpacker, error) {
	u := &unpacker{}
	if len(p.Data) < 1+len(u.last) || p.Data[0] != packVersion {
		return nil, badRun()
	}
	end := len(p.Data) - len(u.last)
	copy(u.last[:], p.Data[end:])
	u.whole = string(p.Data[1:end])
	u.fielder = fielder{reading: true, in: u.whole}
	u.personal = fielder{reading: true, in: string(p.Personal)}
	var n, words uint64
	u.uint(&n)
	u.uint(&words)
	if n == 0 || n > MaxPacked || words > uint64(len(u.in)) {
		return nil, badRun()
	}
	u.known = make([]string, words)
	for i := range u.known {
		u.text(&u.known[i])
	}
	u.left = int(n) //nolint:gosec // at most MaxPacked
	return u, nil
}

// next reads an entry up to the fields of its command; ok is false at the end.
func (u *unpacker) next(e *Entry) (ok bool, err error) {
	if u.err != nil || u.personal.err != nil {
		return false, badRun()
	}
	if u.left == 0 {
		if u.in != "" || u.personal.in != "" {
			return false, badRun()
		}
		return false, nil
	}
	u.left--
	var has bool
	if in := u.in; len(in) > 3 && in[0] == 0 && in[1] == 0 && int(in[2]) < min(len(u.known), 0x80) { // at the time of the one before, as most
		e.At, e.Role, u.code, u.in = u.at, u.known[in[2]], in[3], in[4:]
	} else {
		u.head(e, &u.code, &u.at)
	}
	u.bool(&has)
	u.memo, u.link = "", Link{}
	if has {
		if len(u.in) < len(u.link.Text) {
			return false, badRun()
		}
		copy(u.link.Text[:], u.in)
		u.in = u.in[len(u.link.Text):]
		if u.personal.in != "" {
			u.personal.text(&u.memo)
			if u.memo != "" && len(u.personal.in) >= len(u.link.Salt) {
				copy(u.link.Salt[:], u.personal.in)
				u.personal.in = u.personal.in[len(u.link.Salt):]
			}
		}
	}
	if u.err != nil || u.personal.err != nil || int(u.code) >= len(shapes) {
		return false, badRun()
	}
	return true, nil
}

// Unpack returns the entries of a run and the hash of its last one, as it was
// stored: for a rebuild, which trusts the store. Texts that were erased are "".
// Errors match ErrForm.
func Unpack(p Packed) (entries []Entry, head Hash, err error) {
	u, err := p.open()
	if err != nil {
		return nil, Hash{}, err
	}
	entries = make([]Entry, 0, u.left)
	for {
		var e Entry
		ok, err := u.next(&e)
		if err != nil {
			return nil, Hash{}, err
		}
		if !ok {
			return entries, u.last, nil
		}
		e.Command = shapes[u.code].read(&u.fielder)
		entries = append(entries, e)
	}
}

// Trail returns the sealed entries of a run that follows one with hash prev, and
// checks them: whether they give the last hash that was stored. Errors match
// ErrForm or ErrBroken.
func (p Packed) Trail(prev Hash) ([]Sealed, error) {
	u, err := p.open()
	if err != nil {
		return nil, err
	}
	trail := make([]Sealed, 0, u.left)
	var f fielder
	for {
		var e Entry
		ok, err := u.next(&e)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		e.Command = shapes[u.code].read(&u.fielder)
		if text := e.Text(); text != "" && u.link.Text != textDigest(u.link.Salt, text) {
			return nil, &BrokenError{len(trail) + 1, "its text was changed"}
		}
		prev = u.link.over(&f, prev, &e)
		u.link.Hash = prev
		trail = append(trail, Sealed{e, u.link})
	}
	if prev != u.last {
		return nil, &BrokenError{len(trail), "one of them was changed, or the one before them"}
	}
	return trail, nil
}

// Package intern gives strings dense numbers.
package intern

import "math/rand/v2"

// Table numbers different strings 0, 1, 2 ... in the order of their first Add.
// It does what a map[string]int32 does, for tables that are filled once and then
// asked: about three times as fast, because a slot holds what is needed to reject
// a wrong string without looking at it. Make it with New.
type Table struct {
	seed  uint64
	slots []slot // a power of two, at most half full
	keys  []string
}

type slot struct {
	hash uint32
	key  int32 // index in keys plus one; 0 is an empty slot
}

// New returns a table with room for n strings.
func New(n int) *Table {
	size := 8
	for size < 2*n {
		size *= 2
	}
	return &Table{rand.Uint64() | 1, make([]slot, size), make([]string, 0, n)}
}

// Add returns the number of a string and whether it is new.
func (t *Table) Add(s string) (n int32, fresh bool) {
	h := hash(t.seed, s)
	at, found := t.find(s, h)
	if found {
		return t.slots[at].key - 1, false
	}
	if 2*(len(t.keys)+1) > len(t.slots) {
		t.grow()
		at, _ = t.find(s, h)
	}
	t.keys = append(t.keys, s)
	t.slots[at] = slot{uint32(h), int32(len(t.keys))} //nolint:gosec // the low half on purpose; tables are far smaller than 2^31
	return int32(len(t.keys) - 1), true               //nolint:gosec // likewise
}

// Of returns the number of a string, if it has one.
func (t *Table) Of(s string) (n int32, ok bool) {
	at, found := t.find(s, hash(t.seed, s))
	return t.slots[at].key - 1, found
}

// Numbers sets out to the numbers of as many strings, -1 for one that has none.
// It is Of for many at once, and quicker in a large table: the memory is asked for
// the slots of a whole block before any of their keys is compared.
func (t *Table) Numbers(out []int32, strings []string) {
	const block = 64
	var hashes [block]uint64
	mask := len(t.slots) - 1
	for len(strings) > 0 {
		n := min(block, len(strings))
		for i, s := range strings[:n] {
			hashes[i] = hash(t.seed, s)
		}
		for i := range n {
			out[i] = t.slots[int(hashes[i]>>32)&mask].key - 1
		}
		for i, s := range strings[:n] {
			if k := out[i]; k >= 0 && t.keys[k] == s {
				continue
			}
			out[i] = -1
			if at, found := t.find(s, hashes[i]); found {
				out[i] = t.slots[at].key - 1
			}
		}
		out, strings = out[n:], strings[n:]
	}
}

// Len returns how many strings have a number.
func (t *Table) Len() int { return len(t.keys) }

// find returns the slot of a string, or the empty one where it would stand.
func (t *Table) find(s string, h uint64) (at int, found bool) {
	mask := len(t.slots) - 1
	low := uint32(h) //nolint:gosec // the low half on purpose
	for at = int(h>>32) & mask; ; at = (at + 1) & mask {
		switch e := t.slots[at]; {
		case e.key == 0:
			return at, false
		case e.hash == low && t.keys[e.key-1] == s:
			return at, true
		}
	}
}

func (t *Table) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	for _, e := range old {
		if e.key == 0 {
			continue
		}
		at, _ := t.find(t.keys[e.key-1], hash(t.seed, t.keys[e.key-1]))
		t.slots[at] = e
	}
}

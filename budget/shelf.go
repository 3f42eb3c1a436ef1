package budget

import (
	"hash/maphash"
	"iter"
	"slices"
)

// shelf holds the documents of one kind by reference, and undoes what a command
// that is refused has done to them.
type shelf[T any] struct {
	index index
	keys  []string
	items []T
	saved queue[kept[T]]
}

// kept is an item before it was changed.
type kept[T any] struct {
	at   int32
	item T
}

func newShelf[T any]() shelf[T] { return shelf[T]{index: index{seed: maphash.MakeSeed()}} }

// find returns the index of a document, or -1.
func (s *shelf[T]) find(key string) int32 { return s.index.find(s.keys, key) }

// add puts a new document on the shelf.
func (s *shelf[T]) add(key string, item T) { s.put(key, s.index.of(key), item) }

// put is add with the hash of the key.
func (s *shelf[T]) put(key string, hash uint32, item T) {
	s.keys = append(roomy(s.keys), key)
	s.items = append(roomy(s.items), item)
	s.index.add(hash, len(s.keys))
}

// grow makes room for n more documents.
func (s *shelf[T]) grow(n int) {
	s.keys, s.items = slices.Grow(s.keys, n), slices.Grow(s.items, n)
	size := max(len(s.index.slots), 16)
	for 2*(len(s.keys)+n) > size {
		size *= 2
	}
	s.index.resize(size, len(s.keys))
}

// roomy doubles a full slice: append alone would copy a long one many times.
func roomy[T any](s []T) []T {
	if len(s) == cap(s) {
		return slices.Grow(s, max(len(s)+1, 16))
	}
	return s
}

// more adds an item, which is zero, and returns it to be filled in where it is: one
// that is put together first and copied then waits for all that was written before.
// Behind the end there are only zeros, see rollback.
func more[T any](s *[]T) *T {
	n := len(*s)
	*s = roomy(*s)[:n+1]
	return &(*s)[n]
}

// edit returns a document to be changed.
func (s *shelf[T]) edit(at int32) *T {
	s.saved.push(kept[T]{at, s.items[at]})
	return &s.items[at]
}

// shelfMark is where a shelf stood.
type shelfMark struct{ items, saved int }

func (s *shelf[T]) mark() shelfMark { return shelfMark{len(s.items), s.saved.end()} }

func (s *shelf[T]) rollback(to shelfMark) {
	for k := range s.saved.back(to.saved) {
		s.items[k.at] = k.item
	}
	for len(s.keys) > to.items {
		s.index.drop(s.keys)
		s.keys = s.keys[:len(s.keys)-1]
	}
	clear(s.items[to.items:])
	s.items = s.items[:to.items]
}

// queue grows at its end; what was put in first is forgotten first. Places in it
// count from the first ever.
type queue[T any] struct {
	list []T
	from int // place of the first that is left
}

func (q *queue[T]) end() int { return q.from + len(q.list) }

func (q *queue[T]) push(x T) { q.list = append(q.list, x) }

// forget drops what is before a place.
func (q *queue[T]) forget(place int) {
	n := place - q.from
	if n <= 0 {
		return
	}
	left := copy(q.list, q.list[n:])
	clear(q.list[left:])
	q.list, q.from = q.list[:left], place
}

// back takes out what is behind a place, the last first.
func (q *queue[T]) back(place int) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		list := q.list[place-q.from:]
		for i := len(list) - 1; i >= 0 && yield(&list[i]); i-- {
		}
		clear(list)
		q.list = q.list[:place-q.from]
	}
}

// index finds keys by their hashes: open addressing with linear probing (Knuth,
// The Art of Computer Programming 3, 6.4, algorithm L). It holds no pointers, so
// that millions of references cost the garbage collector nothing, and 16 to 32
// bytes a key: at most half full, a key that is new is mostly seen to be so at once.
type index struct {
	seed  maphash.Seed
	slots []slot // a power of two
	seen  uint32 // what touch saw, of no meaning
}

type slot struct {
	hash uint32
	next int32 // place of the key, from 1; 0 = free
}

// of is the hash of a key. It is not kept: readers may be many at once.
func (x *index) of(key string) uint32 {
	return uint32(maphash.String(x.seed, key)) //nolint:gosec // its lower half
}

// touch fetches the slots of all keys, for look to have them at hand: one after the
// other, each would wait for memory.
func (x *index) touch(list []loading) {
	for i := range list {
		if l := &list[i]; l.code == recordCode {
			l.hash = x.of(l.record.key)
		}
	}
	n := uint32(len(x.slots)) //nolint:gosec // at most 2^31
	if n == 0 {
		return
	}
	seen := uint32(0)
	for i := range list {
		seen += x.slots[list[i].hash&(n-1)].hash
	}
	x.seen = seen
}

func (x *index) find(keys []string, key string) int32 { return x.look(keys, key, x.of(key)) }

// look is find with the hash of the key.
func (x *index) look(keys []string, key string, h uint32) int32 {
	if len(x.slots) == 0 {
		return -1
	}
	mask := uint32(len(x.slots) - 1) //nolint:gosec // at most 2^31
	for i := h & mask; x.slots[i].next != 0; i = (i + 1) & mask {
		if s := x.slots[i]; s.hash == h && keys[s.next-1] == key {
			return s.next - 1
		}
	}
	return -1
}

// add enters the n-th key, which is the last and not there yet.
func (x *index) add(hash uint32, n int) {
	if 2*n > len(x.slots) {
		x.resize(max(16, 2*len(x.slots)), n-1)
	}
	x.put(slot{hash, int32(n)}) //nolint:gosec // fewer than entries
}

// resize enters the n keys there are anew, in the order of their first entry, which
// drop relies on.
func (x *index) resize(size, n int) {
	if size == len(x.slots) {
		return
	}
	hashes := make([]uint32, n)
	for _, s := range x.slots {
		if s.next != 0 {
			hashes[s.next-1] = s.hash
		}
	}
	x.slots = make([]slot, size)
	for i, h := range hashes {
		x.put(slot{h, int32(i + 1)}) //nolint:gosec // fewer than entries
	}
}

func (x *index) put(s slot) {
	mask := uint32(len(x.slots) - 1) //nolint:gosec // at most 2^31
	i := s.hash & mask
	for x.slots[i].next != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = s
}

// drop takes the last key out. None was entered after it, so that none is found
// by way of its slot.
func (x *index) drop(keys []string) {
	mask := uint32(len(x.slots) - 1) //nolint:gosec // at most 2^31
	i := x.of(keys[len(keys)-1]) & mask
	for x.slots[i].next != int32(len(keys)) { //nolint:gosec // fewer than entries
		i = (i + 1) & mask
	}
	x.slots[i] = slot{}
}

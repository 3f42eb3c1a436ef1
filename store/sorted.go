package store

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/go-marops/marops/ident"
)

// filed is one place in an index of the in-memory store.
type filed struct {
	key []byte
	ref ident.Ref
}

func (f filed) compare(other filed) int {
	return cmp.Or(bytes.Compare(f.key, other.key), f.ref.Compare(other.ref))
}

// sorted is an ordered set in chunks: an insertion moves one chunk, not all
// that comes behind it. No chunk is empty.
type sorted struct{ chunks [][]filed }

// chunkMax is where a chunk is split. A million entries are some thousand
// chunks, whose list is moved once in half a chunk of insertions.
const chunkMax = 512

// at is a place in a sorted set.
type at struct{ chunk, i int }

// seek returns the place of the first element that is not before f, and
// whether it is f.
func (s *sorted) seek(f filed) (at, bool) {
	c, _ := slices.BinarySearchFunc(s.chunks, f, func(chunk []filed, f filed) int { return chunk[len(chunk)-1].compare(f) })
	if c == len(s.chunks) {
		return at{c, 0}, false
	}
	i, found := slices.BinarySearchFunc(s.chunks[c], f, filed.compare)
	return at{c, i}, found
}

// get returns the element at p; ok is false behind the last and before the first.
func (s *sorted) get(p at) (f filed, ok bool) {
	if p.chunk < 0 || p.chunk >= len(s.chunks) {
		return filed{}, false
	}
	return s.chunks[p.chunk][p.i], true
}

func (s *sorted) next(p at) at {
	if p.i+1 < len(s.chunks[p.chunk]) {
		return at{p.chunk, p.i + 1}
	}
	return at{p.chunk + 1, 0}
}

// prev returns the place before p; there may be none.
func (s *sorted) prev(p at) at {
	switch {
	case p.i > 0:
		return at{p.chunk, p.i - 1}
	case p.chunk == 0:
		return at{-1, 0}
	}
	return at{p.chunk - 1, len(s.chunks[p.chunk-1]) - 1}
}

func (s *sorted) insert(f filed) {
	p, found := s.seek(f)
	switch {
	case found:
		return
	case len(s.chunks) == 0:
		s.chunks = [][]filed{{f}}
		return
	case p.chunk == len(s.chunks): // behind all others
		p = at{p.chunk - 1, len(s.chunks[p.chunk-1])}
	}
	chunk := slices.Insert(s.chunks[p.chunk], p.i, f)
	s.chunks[p.chunk] = chunk
	if len(chunk) <= chunkMax {
		return
	}
	half := len(chunk) / 2
	if p.i == chunkMax { // rising keys leave full chunks behind
		half = chunkMax
	}
	s.chunks[p.chunk] = slices.Clip(chunk[:half])
	s.chunks = slices.Insert(s.chunks, p.chunk+1, slices.Clone(chunk[half:]))
}

func (s *sorted) remove(f filed) {
	p, found := s.seek(f)
	if !found {
		return
	}
	if s.chunks[p.chunk] = slices.Delete(s.chunks[p.chunk], p.i, p.i+1); len(s.chunks[p.chunk]) == 0 {
		s.chunks = slices.Delete(s.chunks, p.chunk, p.chunk+1)
	}
}

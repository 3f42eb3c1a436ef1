package store

import (
	"bytes"
	"iter"
	"slices"
)

// A Span is the keys k with From <= k < To, compared as bytes, read in one
// direction. A nil To is unbounded; the zero Span is all keys, ascending. It is
// meant for adapters to engines that keep their keys sorted.
type Span struct {
	From, To []byte
	Reverse  bool
}

// Contains reports whether the key lies in the span.
func (s Span) Contains(key []byte) bool {
	return bytes.Compare(key, s.From) >= 0 && (s.To == nil || bytes.Compare(key, s.To) < 0)
}

// Behind returns the rest of the span when it has been read up to and including
// key. It keeps a copy of key, which may be the engine's own memory.
func (s Span) Behind(key []byte) Span {
	if s.Reverse {
		if s.To != nil && bytes.Compare(key, s.To) >= 0 {
			return s
		}
		return Span{s.From, append([]byte{}, key...), true} // also an empty key is a bound
	}
	next := append(slices.Clip(key), 0) // the key that comes next of all there could be
	if bytes.Compare(next, s.From) <= 0 {
		return s
	}
	return Span{next, s.To, false}
}

// Under returns the span of the same keys, each behind the prefix.
func (s Span) Under(prefix []byte) Span {
	from, to := slices.Concat(prefix, s.From), prefixEnd(prefix)
	if s.To != nil {
		to = append(append([]byte{}, prefix...), s.To...) // never nil
	}
	return Span{from, to, s.Reverse}
}

// Walk yields the keys and values that lie in the span, in its direction, from
// an engine's cursor. seek moves it to the first key not before the one given;
// next and prev step; a nil key is none. Behind a seek that finds none prev is
// the last key. A descending span must have a To.
func (s Span) Walk(seek func(key []byte) (k, v []byte), next, prev func() (k, v []byte)) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		step := next
		k, v := seek(s.From)
		if s.Reverse {
			step = prev
			seek(s.To)
			k, v = prev()
		}
		for k != nil && s.Contains(k) && yield(k, v) {
			k, v = step()
		}
	}
}

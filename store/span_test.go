package store_test

import (
	"bytes"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/store"
)

// shelf is the simplest engine with sorted keys: two slices and a cursor.
type shelf struct {
	keys   []string
	values []string
	at     int
}

func (s *shelf) put(key, value string) {
	i, found := slices.BinarySearch(s.keys, key)
	if !found {
		s.keys, s.values = slices.Insert(s.keys, i, key), slices.Insert(s.values, i, "")
	}
	s.values[i] = value
}

func (s *shelf) pair() (k, v []byte) {
	if s.at < 0 || s.at >= len(s.keys) {
		return nil, nil
	}
	return append([]byte{}, s.keys[s.at]...), []byte(s.values[s.at])
}

func (s *shelf) seek(key []byte) (k, v []byte) {
	s.at, _ = slices.BinarySearch(s.keys, string(key))
	return s.pair()
}

func (s *shelf) step(n int) func() (k, v []byte) {
	return func() (k, v []byte) {
		s.at = min(max(s.at+n, -1), len(s.keys))
		return s.pair()
	}
}

func (s *shelf) walk(span store.Span) iter.Seq2[[]byte, []byte] {
	return span.Walk(s.seek, s.step(1), s.step(-1))
}

// spanKeys are where bounds go wrong: empty, zero bytes, one the beginning of
// another, and the last byte.
var spanKeys = []string{"", "\x00", "\x00\x00", "\x00\xff", "a", "a\x00", "a\x00\x01", "aa", "a\xff", "b", "\xff", "\xff\x00", "\xff\xff"}

func TestSpanWalksWhatItContains(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var s shelf
		for range r.IntN(8) {
			s.put(spanKeys[r.IntN(len(spanKeys))], "")
		}
		span := store.Span{From: []byte(spanKeys[r.IntN(len(spanKeys))]), To: []byte(spanKeys[r.IntN(len(spanKeys))]), Reverse: r.IntN(2) == 1}
		if !span.Reverse && r.IntN(4) == 0 {
			span.To = nil
		}
		var want []string
		for _, k := range s.keys {
			if k >= string(span.From) && (span.To == nil || k < string(span.To)) {
				want = append(want, k)
			}
		}
		if span.Reverse {
			slices.Reverse(want)
		}
		var whole, stepwise []string
		for k := range s.walk(span) {
			whole = append(whole, string(k))
		}
		require.Equal(t, want, whole, "%q in %+v", s.keys, span)
		for rest, more := span, true; more; {
			more = false
			for k := range s.walk(rest) {
				stepwise, rest, more = append(stepwise, string(k)), rest.Behind(k), true
				clear(k) // the engine takes its memory back
				break
			}
		}
		require.Equal(t, want, stepwise, "%q in %+v", s.keys, span)
	}
}

func TestSpanBehindNeverWidens(t *testing.T) {
	t.Parallel()
	for _, reverse := range []bool{false, true} {
		for _, from := range spanKeys {
			for _, to := range spanKeys {
				for _, key := range spanKeys {
					span := store.Span{From: []byte(from), To: []byte(to), Reverse: reverse}
					rest := span.Behind([]byte(key))
					for _, k := range spanKeys {
						ahead := k > key
						if reverse {
							ahead = k < key
						}
						require.Equal(t, ahead && span.Contains([]byte(k)), rest.Contains([]byte(k)), "%q in %+v behind %q", k, span, key)
					}
				}
			}
		}
	}
}

func TestSpanUnder(t *testing.T) {
	t.Parallel()
	for _, prefix := range spanKeys {
		require.True(t, store.Span{Reverse: true}.Under([]byte(prefix)).Reverse)
		for _, key := range spanKeys {
			all := store.Span{}.Under([]byte(prefix))
			require.Equal(t, bytes.HasPrefix([]byte(key), []byte(prefix)), all.Contains([]byte(key)), "%q under %q", key, prefix)
			for _, from := range spanKeys {
				for _, to := range spanKeys {
					span := store.Span{From: []byte(from), To: []byte(to)}
					under := span.Under([]byte(prefix))
					require.Equal(t, span.Contains([]byte(key)), under.Contains([]byte(prefix+key)), "%q in %+v under %q", key, span, prefix)
				}
			}
		}
	}
}

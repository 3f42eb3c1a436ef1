package store_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/store"
)

// ordered lists parts from the smallest to the largest.
var ordered = []store.Part{
	{},
	store.Bool(false), store.Bool(true),
	store.Int(math.MinInt64), store.Int(-256), store.Int(-1), store.Int(0), store.Int(1), store.Int(255), store.Int(256), store.Int(math.MaxInt64),
	store.Text(""), store.Text("\x00"), store.Text("\x00\x00"), store.Text("\x00\x01"), store.Text("\x00\xff"), store.Text("\x01"),
	store.Text("a"), store.Text("a\x00"), store.Text("a\x00\x00"), store.Text("a\x00a"), store.Text("a\x01"), store.Text("aa"), store.Text("b"),
	store.Text("ä"), store.Text("\xff"), store.Text("\xff\xff"),
}

func TestTupleKeepsTheOrderOfParts(t *testing.T) {
	for i, a := range ordered {
		for j, b := range ordered {
			assert.Equal(t, sign(i-j), bytes.Compare(store.Tuple(a), store.Tuple(b)), "parts %d and %d", i, j)
			for k, c := range ordered {
				// The first part decides, whatever follows it.
				if i != j {
					assert.Equal(t, sign(i-j), bytes.Compare(store.Tuple(a, c), store.Tuple(b)), "parts %d,%d and %d", i, k, j)
				}
				assert.Equal(t, sign(j-k), bytes.Compare(store.Tuple(a, b), store.Tuple(a, c)), "parts %d,%d and %d,%d", i, j, i, k)
			}
		}
	}
}

func TestTuplePrefixSelectsWholeParts(t *testing.T) {
	for i, a := range ordered {
		for j, b := range ordered {
			assert.Equal(t, i == j, bytes.HasPrefix(store.Tuple(b, store.Int(1)), store.Tuple(a)), "parts %d and %d", i, j)
		}
	}
	assert.Empty(t, store.Tuple())
}

func sign(n int) int { return min(1, max(-1, n)) }

func FuzzTuple(f *testing.F) {
	f.Add("a", int64(1), "a\x00", int64(-1))
	f.Add("", int64(math.MinInt64), "\x00", int64(math.MaxInt64))
	f.Add("\xff", int64(0), "\xff\x00\x01", int64(0))
	f.Fuzz(func(t *testing.T, s1 string, n1 int64, s2 string, n2 int64) {
		want := strings.Compare(s1, s2)
		if want == 0 && n1 != n2 {
			want = -1
			if n1 > n2 {
				want = 1
			}
		}
		k1, k2 := store.Tuple(store.Text(s1), store.Int(n1)), store.Tuple(store.Text(s2), store.Int(n2))
		if got := bytes.Compare(k1, k2); got != want {
			t.Fatalf("(%q, %d) and (%q, %d) compare %d, their keys %d", s1, n1, s2, n2, want, got)
		}
		if prefix := store.Tuple(store.Text(s1)); bytes.HasPrefix(k2, prefix) != (s1 == s2) {
			t.Fatalf("the key of %q is a prefix of that of %q", s1, s2)
		}
	})
}

func TestQueryRange(t *testing.T) {
	for name, c := range map[string]struct {
		q        store.Query
		from, to string
		open     bool
	}{
		"all":             {q: store.Query{}, open: true},
		"prefix":          {q: store.Query{Prefix: []byte("ab")}, from: "ab", to: "ac"},
		"prefix carries":  {q: store.Query{Prefix: []byte("a\xff")}, from: "a\xff", to: "b"},
		"prefix no end":   {q: store.Query{Prefix: []byte("\xff\xff")}, from: "\xff\xff", open: true},
		"from in prefix":  {q: store.Query{Prefix: []byte("a"), From: []byte("ab")}, from: "ab", to: "b"},
		"from before":     {q: store.Query{Prefix: []byte("b"), From: []byte("a")}, from: "b", to: "c"},
		"to in prefix":    {q: store.Query{Prefix: []byte("a"), To: []byte("ab")}, from: "a", to: "ab"},
		"to behind":       {q: store.Query{Prefix: []byte("a"), To: []byte("z")}, from: "a", to: "b"},
		"empty to":        {q: store.Query{To: []byte{}}},
		"from without to": {q: store.Query{From: []byte("x")}, from: "x", open: true},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := c.q.Range()
			assert.Equal(t, c.from, string(from))
			assert.Equal(t, c.to, string(to))
			assert.Equal(t, c.open, to == nil)
		})
	}
}

func TestQueryRefusesLongKeys(t *testing.T) {
	require.ErrorIs(t, store.Query{Kind: "x", To: make([]byte, store.MaxKey+1)}.Check(), store.ErrTooLarge)
}

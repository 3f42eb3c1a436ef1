package sqlstore

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTextBound(t *testing.T) {
	for b, want := range map[string]string{
		"":                     "",
		"abc":                  "abc",
		"a\x00":                "a\x01",
		"a\x80":                "a\u0080", // a continuation byte alone comes before every rune of two bytes
		"a\xc3":                "a\u00c0", // the first rune of two bytes that begins so
		"a\xc3(":               "a\u00c0",
		"a\xed\xa0":            "a\ue000", // where surrogates would be
		"a\xff":                "b",
		"a\U0010ffff\xff":      "b",
		"\u0fff\xf8":           "\u1000",
		"\ud7ff\xff":           "\ue000",
		strings.Repeat("z", 3): "zzz",
	} {
		got, ok := textBound([]byte(b))
		require.True(t, ok, "%q", b)
		assert.Equal(t, want, got, "%q", b)
	}
	for _, b := range []string{"\xff", "\U0010ffff\xff", "\xf5"} {
		_, ok := textBound([]byte(b))
		assert.False(t, ok, "%q", b)
	}
}

// FuzzTextBound: a text is before the bytes just if it is before their bound.
func FuzzTextBound(f *testing.F) {
	f.Add([]byte("a\xc3"), "a\u00c0")
	f.Add([]byte("\xed\xa0\x80"), "\ud7ff")
	f.Add([]byte("\xff"), "\U0010ffff")
	f.Fuzz(func(t *testing.T, b []byte, id string) {
		if !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
			return
		}
		bound, ok := textBound(b)
		if ok && (!utf8.ValidString(bound) || strings.ContainsRune(bound, 0) || bound < string(b)) {
			t.Fatalf("bound of %q is %q", b, bound)
		}
		if before := !ok || id < bound; before != (id < string(b)) {
			t.Fatalf("%q before %q: %t, by the bound %q: %t", id, b, id < string(b), bound, before)
		}
	})
}

// TestTextBoundOfRandomBytes does some of the fuzzing in every run.
func TestTextBoundOfRandomBytes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b", "\u007f", "\u0080", "ü", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff"}
	raw := []string{"\x00", "\x80", "\xbf", "\xc2", "\xed", "\xed\xa0", "\xf4\x90", "\xff"}
	for range 100_000 {
		var id, b strings.Builder
		for range rng.IntN(4) {
			id.WriteString(pieces[rng.IntN(len(pieces))])
		}
		for range rng.IntN(4) {
			b.WriteString(append(pieces, raw...)[rng.IntN(len(pieces)+len(raw))])
		}
		bound, ok := textBound([]byte(b.String()))
		if before := !ok || id.String() < bound; before != (id.String() < b.String()) {
			t.Fatalf("%q before %q, by the bound %q: %t", id.String(), b.String(), bound, before)
		}
	}
}

package sqlstore

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// textBound returns the smallest text that is not before b, in the order of
// bytes; ok is false if there is none. Ids are text, bounds are bytes: an id is
// before b just if it is before the text, which a database takes as a parameter
// where it does not take b.
func textBound(b []byte) (text string, ok bool) {
	valid := 0
	for valid < len(b) && b[valid] != 0 { // PostgreSQL has no NUL in text
		r, size := utf8.DecodeRune(b[valid:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		valid += size
	}
	text, rest := string(b[:valid]), b[valid:]
	if len(rest) == 0 {
		return text, true
	}
	for {
		// Runes and their encodings have the same order.
		r := rune(1 + sort.Search(utf8.MaxRune, func(i int) bool {
			return bytes.Compare(encode(rune(i+1)), rest) >= 0
		}))
		if r <= utf8.MaxRune {
			return text + string(encode(r)), true
		}
		if text == "" {
			return "", false
		}
		// Nothing that begins with text is late enough.
		last, size := utf8.DecodeLastRuneInString(text)
		text, rest = text[:len(text)-size], encode(last+1)
		if last == utf8.MaxRune {
			rest = []byte{0xff}
		}
	}
}

// encode returns the encoding of a rune, and of a surrogate that of the rune
// after all of them.
func encode(r rune) []byte {
	const first, last = 0xd800, 0xdfff
	if r >= first && r <= last {
		r = last + 1
	}
	return utf8.AppendRune(nil, r)
}

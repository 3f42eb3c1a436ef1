// Package markup makes any string safe to stand in XML and HTML.
package markup

import (
	"strings"
	"unicode/utf8"
)

// Clean returns s without what XML 1.0 (§2.2) cannot carry: invalid UTF-8
// becomes U+FFFD, tabs and line ends become a space, other control characters
// and the non-characters U+FFFE and U+FFFF vanish.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s { // range yields U+FFFD for a broken byte
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case r < ' ' || r >= 0x7F && r < 0xA0 || r == 0xFFFE || r == 0xFFFF:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isClean(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7F {
			return false
		}
	}
	return true
}

// Append appends s, cleaned and escaped for element content and for attribute
// values in double or single quotes.
func Append(b []byte, s string) []byte {
	for _, r := range Clean(s) {
		switch r {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// Escape is Append into a new string.
func Escape(s string) string { return string(Append(nil, s)) }

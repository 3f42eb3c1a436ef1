package mining

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text returns an attribute's value with its references resolved and white space
// as XML has it (Extensible Markup Language 1.0, 5th ed., §3.3.3).
func text(b []byte) (string, error) {
	var out []byte // as long as nothing differs, nil
	done := 0      // of b, in out
	for i := 0; i < len(b); {
		r, n := rune(b[i]), 1
		var put rune
		switch {
		case r == '&':
			if put, n = reference(b[i:]); n == 0 {
				return "", malformed(fmt.Sprintf("reference %s is not known", quote(b[i:min(len(b), i+12)])))
			}
		case r == '\r' && i+1 < len(b) && b[i+1] == '\n':
			put, n = ' ', 2
		case r == '\t' || r == '\n' || r == '\r':
			put = ' '
		case r == '<':
			return "", malformed("value holds a <")
		case r >= utf8.RuneSelf:
			if r, n = utf8.DecodeRune(b[i:]); r == utf8.RuneError && n == 1 {
				return "", malformed("value is not valid UTF-8")
			}
			if xmlRune(r) {
				i += n
				continue
			}
			fallthrough
		case r < ' ':
			return "", malformed(fmt.Sprintf("value holds the character %#02x", r))
		default:
			i++
			continue
		}
		out = utf8.AppendRune(append(out, b[done:i]...), put)
		i += n
		done = i
	}
	if done == 0 {
		return string(b), nil
	}
	return string(append(out, b[done:]...)), nil
}

// reference resolves the reference at the start of b and returns its length; 0
// if it is not one that XML itself knows.
func reference(b []byte) (rune, int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 0 {
		return 0, 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	default:
		digits, isNumber := strings.CutPrefix(name, "#")
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if !isNumber || err != nil || !xmlRune(rune(n)) || n > utf8.MaxRune { //nolint:gosec // checked
			return 0, 0
		}
		return rune(n), end + 1 //nolint:gosec // checked
	}
}

// xmlRune reports whether XML can hold a character.
func xmlRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r < 0xD800 || r > 0xDFFF && r < 0xFFFE || r > 0xFFFF && r <= utf8.MaxRune
}

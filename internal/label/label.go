// Package label makes text from outside safe to stand in a drawing.
package label

import (
	"fmt"
	"strings"
	"unicode"
)

// hidden reports whether a rune is a control, a format mark such as those that
// turn the direction of writing, or a break of lines.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}

// write writes hidden runes by their numbers and all others by put.
func write(text string, put func(*strings.Builder, rune)) string {
	var b strings.Builder
	for _, r := range text {
		if hidden(r) {
			fmt.Fprintf(&b, "U+%04X", r)
		} else {
			put(&b, r)
		}
	}
	return b.String()
}

// Visible writes by their numbers the runes that cannot be seen or that move others.
func Visible(text string) string {
	return write(text, func(b *strings.Builder, r rune) { b.WriteRune(r) })
}

// Mermaid is Visible, and writes as numeric entities what could end or restyle a
// label of Mermaid.
func Mermaid(text string) string {
	return write(text, func(b *strings.Builder, r rune) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" .,:-_/()+=%!?", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(b, "#%d;", r)
		}
	})
}

// DOT returns the lines of a label as a quoted string of Graphviz, Visible each.
func DOT(lines ...string) string {
	quoted := make([]string, len(lines))
	for i, text := range lines {
		quoted[i] = write(text, func(b *strings.Builder, r rune) {
			if r == '"' || r == '\\' {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		})
	}
	return `"` + strings.Join(quoted, `\n`) + `"`
}

package money

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrStyle is the kind of every error about a style that is unknown or cannot be
// read back.
var ErrStyle = errors.New("invalid style")

// Style says how a place writes amounts, for imports and for print. The zero Style
// is the plain one of Amount: a point, no grouping, a leading minus. Nothing is
// looked up at run time: StyleOf has a few by name, and a file of its own kind gets
// a literal, Style{Decimal: ',', Negative: TrailingMinus}.
type Style struct {
	Decimal  rune // the decimal mark; 0 is a point
	Group    rune // between groups of digits; 0 is none
	Lakh     bool // 12,34,567: the last three digits, then pairs
	Sparse   bool // no separator in four digits, 1234 and 12.345; reading takes both
	Negative Negative
}

// Negative is how an amount below zero is written. A leading minus, "-" or U+2212,
// is read under every one.
type Negative uint8

// The ways to write an amount below zero.
const (
	LeadingMinus  Negative = iota // -12.50
	TrailingMinus                 // 12.50-
	Parentheses                   // (12.50), as accountants do
)

var english = Style{Decimal: '.', Group: ','}

// StyleOf returns the style of a locale: en, en-GB, en-IE, en-IN, en-US, cs, da,
// de, de-AT, de-CH, de-DE, es, es-ES, es-MX, fi, fr, fr-FR, it, ja, nb, nl, pl, pt-BR, sv
// or zh. Any other gives an error matching ErrStyle: what a region writes cannot
// be guessed from its language (es is 1.234,50 and es-MX 1,234.50).
//
// The marks are those the Unicode CLDR has for amounts of money there. Reading is
// kinder than writing: every space and every apostrophe counts as the style's own.
func StyleOf(locale string) (Style, error) {
	switch locale {
	case "en", "en-GB", "en-IE", "en-US", "es-MX", "ja", "zh":
		return english, nil
	case "en-IN":
		return Style{Decimal: '.', Group: ',', Lakh: true}, nil
	case "da", "de", "de-AT", "de-DE", "it", "nl", "pt-BR":
		return Style{Decimal: ',', Group: '.'}, nil
	case "de-CH":
		return Style{Decimal: '.', Group: '’'}, nil
	case "es", "es-ES":
		return Style{Decimal: ',', Group: '.', Sparse: true}, nil
	case "fr", "fr-FR":
		return Style{Decimal: ',', Group: '\u202f'}, nil
	case "cs", "fi", "nb", "sv":
		return Style{Decimal: ',', Group: '\u00a0'}, nil
	case "pl":
		return Style{Decimal: ',', Group: '\u00a0', Sparse: true}, nil
	}
	return Style{}, fmt.Errorf("locale %.20q: %w", locale, ErrStyle)
}

// Format returns the number alone in a style, "1.234,50"; ParseLocal reads it
// back.
func (m Money) Format(s Style) string {
	return string(appendScaled(make([]byte, 0, 32), m.minor, m.cur.Digits(), s))
}

// Format returns the number alone in a style, with six decimals.
func (p Price) Format(s Style) string {
	return string(appendScaled(make([]byte, 0, 32), p.micros, 6, s))
}

func appendScaled(b []byte, n int64, digits int, s Style) []byte {
	if n < 0 {
		switch s.Negative {
		case LeadingMinus:
			b = append(b, '-')
		case Parentheses:
			b = append(b, '(')
		case TrailingMinus:
		}
	}
	var buf [24]byte // at most 20 digits
	text := strconv.AppendUint(buf[:0], abs(n), 10)
	if missing := digits + 1 - len(text); missing > 0 {
		text = append(append(buf[:0], "000000"[:missing]...), strconv.FormatUint(abs(n), 10)...)
	}
	whole, fraction := text[:len(text)-digits], text[len(text)-digits:]
	for i, c := range whole {
		if s.Group != 0 && i > 0 && s.opens(len(whole)-i) && (len(whole) > 4 || !s.Sparse) {
			b = utf8.AppendRune(b, s.Group)
		}
		b = append(b, c)
	}
	if digits > 0 {
		b = utf8.AppendRune(b, s.decimal())
		b = append(b, fraction...)
	}
	if n < 0 {
		switch s.Negative {
		case TrailingMinus:
			b = append(b, '-')
		case Parentheses:
			b = append(b, ')')
		case LeadingMinus:
		}
	}
	return b
}

func (s Style) decimal() rune {
	if s.Decimal == 0 {
		return '.'
	}
	return s.Decimal
}

// opens reports whether a group begins where so many digits are left.
func (s Style) opens(left int) bool {
	if s.Lakh && left > 3 {
		return left%2 == 1
	}
	return left%3 == 0
}

// ParseLocal reads an amount as a place writes it, strictly: either no grouping or
// all of it, each separator where the style puts it and no leading zero before
// one, at most as many decimals as the minor unit has. A number that only another
// style would understand, "1,234.50" where a comma is the decimal mark, is refused
// and never guessed. No symbol, no code, no space around. Errors match ErrSyntax,
// ErrOverflow or ErrStyle.
func ParseLocal(text string, c Currency, s Style) (Money, error) {
	n, err := s.parse(text, c.Digits())
	if err != nil {
		return Money{}, err
	}
	return Money{n, c}, nil
}

// ParsePriceLocal reads a number with at most six decimals as a Price, under the
// rules of ParseLocal.
func ParsePriceLocal(text string, c Currency, s Style) (Price, error) {
	n, err := s.parse(text, 6)
	if err != nil {
		return Price{}, err
	}
	return Price{n, c}, nil
}

// parse reads a number in units of 10^-digits.
func (s Style) parse(text string, digits int) (int64, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	if len(text) > 2*maxText {
		return 0, fmt.Errorf("amount %.20q…: longer than %d bytes: %w", text, 2*maxText, ErrSyntax)
	}
	plain, ok := s.plain(text)
	if !ok {
		like := Money{-123_456_789, EUR}.Format(s)
		return 0, fmt.Errorf("amount %q: want the style of %s: %w", text, like, ErrSyntax)
	}
	n, err := parseScaled(plain, digits)
	if err != nil {
		return 0, fmt.Errorf("%q, read as %w", text, err)
	}
	return n, nil
}

// check refuses marks that cannot be told apart.
func (s Style) check() error {
	d, g := kin(s.decimal()), kin(s.Group)
	if d == g || strings.ContainsRune("0123456789-()\u2212 ", d) || g != ' ' && strings.ContainsRune("0123456789-()\u2212", g) || s.Negative > Parentheses {
		return fmt.Errorf("decimal mark %q, grouping %q: cannot be told apart or from digits and signs: %w", s.decimal(), s.Group, ErrStyle)
	}
	return nil
}

// kin returns one rune for all that look the same in print.
func kin(r rune) rune {
	switch r {
	case ' ', '\u00a0', '\u2009', '\u202f':
		return ' '
	case '\'', '’':
		return '\''
	}
	return r
}

// plain returns the text as ParseAmount reads it.
func (s Style) plain(text string) (string, bool) {
	body, negative := s.unsign(text)
	whole, fraction, point := strings.Cut(body, string(s.decimal()))
	if point && !isDigits(fraction) {
		return "", false
	}
	var digits []byte
	var breaks []int // digits before each separator
	var separator rune
	for _, r := range whole {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case s.Group != 0 && kin(r) == kin(s.Group) && (separator == 0 || separator == r):
			separator = r
			breaks = append(breaks, len(digits))
		default:
			return "", false
		}
	}
	if len(digits) == 0 || len(breaks) > 0 && (digits[0] == '0' || !slices.Equal(breaks, s.breaks(len(digits)))) {
		return "", false
	}
	if negative {
		digits = append([]byte{'-'}, digits...)
	}
	if point {
		digits = append(append(digits, '.'), fraction...)
	}
	return string(digits), true
}

// breaks returns how many of n digits stand before each separator.
func (s Style) breaks(n int) (list []int) {
	for i := 1; i < n; i++ {
		if s.opens(n - i) {
			list = append(list, i)
		}
	}
	return list
}

// unsign takes the sign away. One sign is enough: a second stays and is refused.
func (s Style) unsign(text string) (body string, negative bool) {
	for _, minus := range [...]string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(text, minus); ok {
			return rest, true
		}
		if rest, ok := strings.CutSuffix(text, minus); ok && s.Negative == TrailingMinus {
			return rest, true
		}
	}
	if s.Negative == Parentheses && strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") && len(text) > 2 {
		return text[1 : len(text)-1], true
	}
	return text, false
}

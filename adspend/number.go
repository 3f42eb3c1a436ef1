package adspend

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

var (
	errMarks     = errors.New("thousands marks are misplaced")
	errDigits    = errors.New("is not a number")
	errRange     = errors.New("is out of range")
	errDecimal   = errors.New("has more than six decimals")
	errNotWhole  = errors.New("is not a whole number")
	errCounted   = errors.New("is not a whole number; if the export writes 1.234,56, say so by Options.DecimalComma")
	errAmbiguous = errors.New("could be a fraction or thousands; name the decimal mark by Options.DecimalPoint or Options.DecimalComma")
)

// Numbers says how an export writes numbers.
type Numbers struct {
	// Decimal is the decimal mark, "." or ",". Empty is a point, but then a number
	// that could also be meant the other way, such as "1.234", is refused unless
	// other numbers of the file show what is meant.
	Decimal string `json:"decimal,omitempty"`
	// Thousands are the marks that may stand between groups of digits, one kind
	// in one number: "." or ".'". Empty is every usual one but the decimal mark.
	Thousands string `json:"thousands,omitempty"`
	Lakh      bool   `json:"lakh,omitempty"` // 12,34,567: the last three digits, then pairs
	// Affixes are what may stand before or behind a number and is passed over:
	// "€", "EUR".
	Affixes []string `json:"affixes,omitempty"`
	// Round takes amounts of more than six decimals, rounded half to even to the
	// sixth; without it they are refused.
	Round bool `json:"round,omitempty"`
}

// usualMarks stand between groups of digits: also the apostrophes of Switzerland,
// and spaces, plain, no-break (U+00A0), narrow (U+202F) and thin (U+2009).
const usualMarks = ",.'’ \u00a0\u202f\u2009"

// numbers is a compiled Numbers.
type numbers struct {
	point   byte
	marks   string
	lakh    bool
	round   bool
	affixes []string
	named   bool // the decimal mark is stated, not taken for granted
}

func (n Numbers) compile(o *Options) numbers {
	c := numbers{point: '.', lakh: n.Lakh, round: n.Round, affixes: n.Affixes, named: n.Decimal != ""}
	if n.Decimal == "," {
		c.point = ','
	}
	switch {
	case o.DecimalComma:
		c.point, c.named = ',', true
	case o.DecimalPoint:
		c.point, c.named = '.', true
	}
	c.marks = n.Thousands
	if c.marks == "" {
		c.marks = usualMarks
	}
	c.marks = strings.ReplaceAll(c.marks, string(c.point), "") // Options may have named the other one
	return c
}

// proof is what a number says about the decimal mark of its file.
type proof uint8

const (
	silent    proof = iota // "12": nothing
	proves                 // "1,234.5", "0.25": it can only be meant as it is read
	ambiguous              // "1.234", "1,234": read the other way it is a number, too
)

// maxNumber bounds a number's text: 19 digits, their marks, a sign, an affix.
const maxNumber = 64

// parse reads a number, scaled by a power of ten; counted ones are whole. Thousands marks must stand
// at every third digit or not at all, so that "12,34" is refused and not read as
// 1234. A minus is a hyphen or U+2212 in front, or parentheses around.
func (f *numbers) parse(s string, scale int, counted bool) (n int64, says proof, err error) {
	if len(s) > maxNumber {
		return 0, silent, errRange
	}
	s = f.strip(s)
	s, negative := sign(s)
	if negative {
		s = f.strip(s) // "-€5"
	} else if inner, wasSigned := sign(f.strip(s)); wasSigned {
		s, negative = inner, true // "€-5"
	}
	whole, fraction, hasPoint := strings.Cut(s, string(f.point))
	if hasPoint && whole == "" && fraction == "" || !hasPoint && whole == "" {
		return 0, silent, errDigits
	}
	digits, groups, mark, err := f.ungroup(whole)
	if err != nil {
		return 0, silent, err
	}
	switch grouped := mark == ',' || mark == '.'; {
	case hasPoint && (groups > 1 || len(fraction) != 3 || whole == "" || whole[0] == '0' || len(whole) > 3):
		says = proves
	case hasPoint && counted && !f.named:
		return 0, silent, errCounted // "12.000" clicks
	case hasPoint:
		says = ambiguous
	case grouped && (groups > 2 || counted):
		says = proves
	case grouped:
		says = ambiguous
	}
	n, err = f.digits(digits, fraction, scale)
	if err == nil && counted && scale > 0 && n%millionths != 0 {
		err = errCounted
	}
	if negative {
		n = -n
	}
	return n, says, err
}

// strip takes what may stand around a number off.
func (f *numbers) strip(s string) string {
	for _, a := range f.affixes {
		if rest, ok := strings.CutPrefix(s, a); ok {
			return strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutSuffix(s, a); ok {
			return strings.TrimSpace(rest)
		}
	}
	return s
}

func sign(s string) (rest string, negative bool) {
	for _, minus := range [...]string{"-", "\u2212"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return rest, true
		}
	}
	if inner, ok := strings.CutPrefix(s, "("); ok {
		if inner, ok := strings.CutSuffix(inner, ")"); ok {
			return inner, true
		}
	}
	return s, false
}

// ungroup takes the marks between groups of digits out, and counts the groups.
func (f *numbers) ungroup(s string) (digits string, groups int, mark rune, err error) {
	at := strings.IndexAny(s, f.marks)
	if at < 0 {
		return s, 1, 0, nil
	}
	mark, _ = utf8.DecodeRuneInString(s[at:])
	parts := strings.Split(s, string(mark))
	for i, g := range parts {
		want := 3
		if f.lakh && i < len(parts)-1 {
			want = 2
		}
		if i > 0 && len(g) != want || i == 0 && (g == "" || len(g) > want) {
			return "", 0, 0, errMarks
		}
	}
	return strings.Join(parts, ""), len(parts), mark, nil
}

// digits puts whole and fraction together, scaled.
func (f *numbers) digits(whole, fraction string, scale int) (int64, error) {
	fraction = strings.TrimRight(fraction, "0")
	kept := min(len(fraction), scale)
	var n int64
	add := func(d byte) error {
		if n > (math.MaxInt64-int64(d))/10 {
			return errRange
		}
		n = n*10 + int64(d)
		return nil
	}
	for _, part := range [...]string{whole, fraction} {
		for i := range len(part) {
			if part[i]-'0' > 9 {
				return 0, errDigits
			}
		}
	}
	for _, part := range [...]string{whole, fraction[:kept], "000000"[:scale-kept]} {
		for i := range len(part) {
			if err := add(part[i] - '0'); err != nil {
				return 0, err
			}
		}
	}
	rest := fraction[kept:]
	switch {
	case rest == "":
		return n, nil
	case scale == 0:
		return 0, errNotWhole
	case !f.round:
		return 0, errDecimal
	}
	// Its last digit is no zero, so "5" alone is the exact half.
	if rest[0] > '5' || rest[0] == '5' && (len(rest) > 1 || n%2 == 1) {
		if n == math.MaxInt64 {
			return 0, errRange
		}
		n++
	}
	return n, nil
}

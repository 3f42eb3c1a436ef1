package money

import (
	"fmt"
	"strings"
)

// maxText is the longest text of a number that is read; an int64 of minor units
// has 20 characters and a sign, and zeros may follow.
const maxText = 40

// ParseAmount reads a plain decimal number of the currency: an optional minus,
// digits, and at most as many decimals as the minor unit has (more only if they
// are zeros). No grouping, no exponent, no symbol: for text as people write it see
// ParseLocal. Errors match ErrSyntax or ErrOverflow.
func ParseAmount(s string, c Currency) (Money, error) {
	n, err := parseScaled(s, c.Digits())
	if err != nil {
		return Money{}, err
	}
	return Money{n, c}, nil
}

// ParseRounded is ParseAmount for numbers with more decimals than the minor unit
// has, as exports hold them: it rounds once, in the named mode.
func ParseRounded(s string, c Currency, mode Rounding) (Money, error) {
	n, err := parseExact(s, c.Digits(), &mode)
	if err != nil {
		return Money{}, err
	}
	return Money{n, c}, nil
}

// ParsePrice reads a plain decimal number with at most six decimals as a Price,
// under the rules of ParseAmount.
func ParsePrice(s string, c Currency) (Price, error) {
	n, err := parseScaled(s, 6)
	if err != nil {
		return Price{}, err
	}
	return Price{n, c}, nil
}

// Parse reads what String writes: "1234.50 EUR". Errors match ErrSyntax,
// ErrOverflow or ErrCurrency.
func Parse(s string) (Money, error) {
	number, c, err := cutCode(s)
	if err != nil {
		return Money{}, err
	}
	return ParseAmount(number, c)
}

// cutCode separates a number from the currency code behind it.
func cutCode(s string) (number string, c Currency, err error) {
	space := len(s) - len(" EUR")
	if space < 1 || s[space] != ' ' {
		return "", 0, fmt.Errorf(`%.40q: want an amount and a code like "1234.50 EUR": %w`, s, ErrSyntax)
	}
	c, err = ParseCurrency(s[space+1:])
	return s[:space], c, err
}

// parseScaled reads a plain number in units of 10^-digits. What is too short to
// overflow needs one pass; parseExact has the rest and the errors.
func parseScaled(s string, digits int) (int64, error) {
	text := s
	if text != "" && text[0] == '-' {
		text = text[1:]
	}
	if len(text) > 12 { // twelve digits and six more are below 1<<63
		return parseExact(s, digits, nil)
	}
	var n int64
	i := 0
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		n = n*10 + int64(text[i]-'0')
	}
	missing := digits
	if whole := i; i < len(text) && text[i] == '.' && whole > 0 {
		for i++; i < len(text) && text[i]-'0' <= 9; i++ {
			n = n*10 + int64(text[i]-'0')
		}
		missing = digits + whole + 1 - i
	}
	if i < len(text) || i == 0 || text[i-1] == '.' || missing < 0 {
		return parseExact(s, digits, nil)
	}
	n *= pow10[missing]
	if len(text) < len(s) {
		n = -n
	}
	return n, nil
}

// parseExact reads a plain number of any length up to maxText. Decimals beyond the
// digits are rounded in the mode; without one, only zeros may stand there.
func parseExact(s string, digits int, mode *Rounding) (int64, error) {
	if len(s) > maxText {
		return 0, fmt.Errorf("amount %.20q…: longer than %d characters: %w", s, maxText, ErrSyntax)
	}
	text, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(text, ".")
	if !isDigits(whole) || point && !isDigits(fraction) {
		return 0, fmt.Errorf("amount %q: want digits like 1234.50: %w", s, ErrSyntax)
	}
	kept := fraction[:min(len(fraction), digits)]
	rest := strings.TrimRight(fraction[len(kept):], "0")
	if rest != "" && mode == nil {
		return 0, fmt.Errorf("amount %q: more than %d decimals: %w", s, digits, ErrSyntax)
	}
	var n uint64
	for _, part := range [...]string{whole, kept, "000000"[:digits-len(kept)]} {
		for i := range len(part) {
			d := uint64(part[i] - '0')
			if n > (1<<63-d)/10 {
				return 0, fmt.Errorf("amount %q: %w", s, ErrOverflow)
			}
			n = n*10 + d
		}
	}
	if rest != "" {
		// "5" is a half, "4…" less, "50…1" more: quarters decide alike.
		quarters := uint64(2)
		switch {
		case rest[0] < '5':
			quarters = 1
		case rest != "5":
			quarters = 3
		}
		n += mode.up(bit(negative), n, quarters, 4)
	}
	if v, ok := signed(bit(negative), n, false); ok {
		return v, nil
	}
	return 0, fmt.Errorf("amount %q: %w", s, ErrOverflow)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

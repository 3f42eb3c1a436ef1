package rank

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// ErrNumber is the kind of every error about a number that is none, or that is
// too long to be kept.
var ErrNumber = errors.New("invalid number")

// NumberError says which text or decimal was refused. It matches ErrNumber.
type NumberError struct{ Text, Reason string }

// Error returns the text and the reason.
func (e *NumberError) Error() string { return fmt.Sprintf("number %q: %s", e.Text, e.Reason) }

// Is reports whether target is ErrNumber.
func (e *NumberError) Is(target error) bool { return target == ErrNumber }

// maxDigits keeps every Number within an int64.
const maxDigits = 18

// Number is an input: an exact decimal of at most 18 digits, or missing. The
// zero Number is missing, which is not nought. Numbers are comparable: equal
// numbers are ==.
type Number struct {
	coef  int64 // the number times 10^scale
	scale uint8
	known bool
}

// Int returns a whole number. It saturates at 18 digits.
func Int(n int64) Number {
	const most = 1_000_000_000_000_000_000 - 1
	return Number{coef: max(-most, min(most, n)), known: true}
}

// Percent returns n hundredths: Percent(80) is 0.8.
func Percent(n int64) Number { return reduced(Int(n).coef, 2) }

// Decimal converts a decimal. Errors match ErrNumber.
func Decimal(d decimal.Decimal) (Number, error) {
	// The exponent is looked at before anything is expanded.
	if d.Exponent() > maxDigits || d.Exponent() < -4*maxDigits {
		return Number{}, &NumberError{d.Coefficient().String(), fmt.Sprintf("exponent %d is out of range", d.Exponent())}
	}
	return ParseNumber(d.String())
}

// ParseNumber reads digits with an optional sign and decimal point: "8", "-1",
// "0.25"; empty text is a missing number. Errors match ErrNumber.
func ParseNumber(text string) (Number, error) {
	if text == "" {
		return Number{}, nil
	}
	bad := func(reason string) (Number, error) {
		if len(text) > 40 {
			text = text[:40] + "..."
		}
		return Number{}, &NumberError{text, reason}
	}
	if len(text) > 4*maxDigits {
		return bad("too long")
	}
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return bad("want digits with at most one decimal point")
	}
	fraction = strings.TrimRight(fraction, "0")
	all := strings.TrimLeft(whole+fraction, "0")
	if len(all) > maxDigits || len(fraction) > maxDigits {
		return bad("more than 18 digits")
	}
	coef := int64(0)
	if all != "" {
		coef, _ = strconv.ParseInt(all, 10, 64) // 18 digits fit
	}
	if negative {
		coef = -coef
	}
	return reduced(coef, uint8(len(fraction))), nil
}

func reduced(coef int64, scale uint8) Number {
	for scale > 0 && coef%10 == 0 {
		coef, scale = coef/10, scale-1
	}
	return Number{coef, scale, true}
}

// Known reports whether there is a number.
func (n Number) Known() bool { return n.known }

// Sign returns -1, 0 or 1; 0 also for a missing number.
func (n Number) Sign() int {
	switch {
	case n.coef < 0:
		return -1
	case n.coef > 0:
		return 1
	}
	return 0
}

// Rat returns the exact value, nil for a missing number.
func (n Number) Rat() *big.Rat {
	if !n.known {
		return nil
	}
	return new(big.Rat).SetFrac(big.NewInt(n.coef), pow10(n.scale))
}

func pow10(scale uint8) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
}

// String returns the number in digits, "missing" if there is none.
func (n Number) String() string {
	if !n.known {
		return "missing"
	}
	return n.digits()
}

func (n Number) digits() string {
	if n.scale == 0 {
		return strconv.FormatInt(n.coef, 10)
	}
	sign, coef := "", n.coef
	if coef < 0 && coef != math.MinInt64 {
		sign, coef = "-", -coef
	}
	s := fmt.Sprintf("%0*d", int(n.scale)+1, coef)
	return sign + s[:len(s)-int(n.scale)] + "." + s[len(s)-int(n.scale):]
}

// MarshalText writes the digits, nothing for a missing number.
func (n Number) MarshalText() ([]byte, error) {
	if !n.known {
		return nil, nil
	}
	return []byte(n.digits()), nil
}

// UnmarshalText reads what ParseNumber reads.
func (n *Number) UnmarshalText(text []byte) (err error) {
	*n, err = ParseNumber(string(text))
	return err
}

// MarshalJSON writes a JSON number, null for a missing one.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.known {
		return []byte("null"), nil
	}
	return []byte(n.digits()), nil
}

// UnmarshalJSON reads a JSON number without exponent, the same as a string, or
// null.
func (n *Number) UnmarshalJSON(text []byte) error {
	s := string(text)
	if s == "null" {
		*n = Number{}
		return nil
	}
	if unquoted, err := strconv.Unquote(s); err == nil {
		s = unquoted
	}
	return n.UnmarshalText([]byte(s))
}

// Score is an exact result. It is rounded only where it is printed. The zero
// Score is undefined and comes after every other.
type Score struct{ r *big.Rat }

// Defined reports whether there is a score.
func (s Score) Defined() bool { return s.r != nil }

// Rat returns the exact value, nil if it is undefined.
func (s Score) Rat() *big.Rat {
	if s.r == nil {
		return nil
	}
	return new(big.Rat).Set(s.r)
}

// Cmp compares exactly: -1 if s is lower than o, 0 if both are equal, 1 if it is
// higher. An undefined score is lower than every other.
func (s Score) Cmp(o Score) int {
	switch {
	case s.r == nil && o.r == nil:
		return 0
	case s.r == nil:
		return -1
	case o.r == nil:
		return 1
	}
	return s.r.Cmp(o.r)
}

// Fixed returns the score with a number of decimals, rounded half away from
// zero, "undefined" if it is not defined.
func (s Score) Fixed(places int) string {
	if s.r == nil {
		return "undefined"
	}
	return s.r.FloatString(max(0, places))
}

// String returns the score with two decimals, rounded half away from zero.
func (s Score) String() string { return s.Fixed(2) }

// MarshalText writes the exact value as a fraction ("16/5") or a whole number,
// nothing if it is undefined.
func (s Score) MarshalText() ([]byte, error) {
	if s.r == nil {
		return nil, nil
	}
	return []byte(s.r.RatString()), nil
}

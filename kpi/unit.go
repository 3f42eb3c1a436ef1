package kpi

import (
	"slices"
	"strings"

	"github.com/go-marops/marops/money"
)

// Unit is what a number counts: EUR, lead, EUR/lead. The zero Unit is a plain
// number. Units are comparable: equal units are ==.
type Unit struct{ num, den string } // factors in order, joined by factorMark

const factorMark = "·"

// Currency returns the unit of amounts in c.
func Currency(c money.Currency) Unit { return Unit{num: c.Code()} }

// Count returns the unit of whole things named by a lower-case noun in the
// singular: Count("lead"). Counts of different things do not add.
func Count(noun string) Unit { return Unit{num: noun} }

// Minutes is the unit of durations.
func Minutes() Unit { return Unit{num: "min"} }

// Per returns u divided by other: Currency(EUR).Per(Count("lead")) is EUR/lead.
func (u Unit) Per(other Unit) Unit {
	return unitOf(append(u.factors(), other.divisors()...), append(u.divisors(), other.factors()...))
}

// Times returns the product of two units.
func (u Unit) Times(other Unit) Unit {
	return unitOf(append(u.factors(), other.factors()...), append(u.divisors(), other.divisors()...))
}

func (u Unit) factors() []string  { return split(u.num) }
func (u Unit) divisors() []string { return split(u.den) }

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, factorMark)
}

func unitOf(num, den []string) Unit {
	slices.Sort(num)
	slices.Sort(den)
	var n, d []string
	for len(num) > 0 && len(den) > 0 {
		switch strings.Compare(num[0], den[0]) {
		case -1:
			n, num = append(n, num[0]), num[1:]
		case 1:
			d, den = append(d, den[0]), den[1:]
		default:
			num, den = num[1:], den[1:] // cancel
		}
	}
	return Unit{strings.Join(append(n, num...), factorMark), strings.Join(append(d, den...), factorMark)}
}

// String returns "EUR/lead", and "1" for the zero Unit.
func (u Unit) String() string {
	s := u.num
	if s == "" {
		s = "1"
	}
	if u.den != "" {
		s += "/" + u.den
	}
	return s
}

// IsPlain reports whether u is the unit of plain numbers.
func (u Unit) IsPlain() bool { return u == Unit{} }

// IsCount reports whether u counts one kind of thing, as Count gives it.
func (u Unit) IsCount() bool {
	_, isCurrency := u.currency()
	return u.num != "" && u.den == "" && !isCurrency && !strings.Contains(u.num, factorMark) && u != Minutes()
}

// currency returns the currency of the numerator, if that is all it holds.
func (u Unit) currency() (money.Currency, bool) {
	c, err := money.ParseCurrency(u.num)
	return c, err == nil
}

// Money reports whether u is an amount of money, and of which currency.
func (u Unit) Money() (money.Currency, bool) {
	c, ok := u.currency()
	return c, ok && u.den == ""
}

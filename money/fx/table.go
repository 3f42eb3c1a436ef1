package fx

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// The kinds of error of this package.
var (
	ErrNoRate = errors.New("no rate")      // see NoRateError
	ErrSyntax = errors.New("invalid rate") // see finding.CellError
)

// NoRateError names the rate that is missing. It matches ErrNoRate.
type NoRateError struct {
	Currency money.Currency
	On       civil.Date
	MaxGap   int
}

func (e *NoRateError) Error() string {
	return fmt.Sprintf("%v on %v: %v published that day or up to %d days before", e.Currency, e.On, ErrNoRate, e.MaxGap)
}

// Is reports whether target is ErrNoRate.
func (e *NoRateError) Is(target error) bool { return target == ErrNoRate }

// Rate is one published figure: Units of a currency for one unit of the base.
type Rate struct {
	On    civil.Date
	Units decimal.Decimal
}

// DefaultMaxGap covers the longest run of days without an ECB rate since 1999
// (five) with two days to spare.
const DefaultMaxGap = 7

// Table holds the rates of many currencies against one base. It is immutable
// once read and safe for concurrent use.
type Table struct {
	base   money.Currency
	source string
	maxGap int
	rates  map[money.Currency][]Rate // by rising date
}

// New returns a table of the given rates, in any order. Source is named in
// every conversion. It refuses a rate that is not positive, has more than 18
// digits or 12 decimals, or stands twice on one day, with ErrSyntax.
func New(base money.Currency, source string, rates map[money.Currency][]Rate) (*Table, error) {
	t := &Table{base, source, DefaultMaxGap, make(map[money.Currency][]Rate, len(rates))}
	for c, list := range rates {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b Rate) int { return a.On.Compare(b.On) })
		for i, r := range list {
			if err := checkUnits(r.Units); err != nil {
				return nil, fmt.Errorf("rate of %v on %v: %w", c, r.On, err)
			}
			if i > 0 && list[i-1].On == r.On {
				return nil, fmt.Errorf("rate of %v on %v: stands twice: %w", c, r.On, ErrSyntax)
			}
		}
		t.rates[c] = list
	}
	return t, nil
}

func checkUnits(d decimal.Decimal) error {
	if d.Sign() <= 0 || d.Exponent() < -12 || d.Exponent() > 0 || d.Coefficient().BitLen() > 59 { // 10^18 > 2^59
		return fmt.Errorf("want a positive number of at most 17 digits, 12 of them decimals: %w", ErrSyntax)
	}
	return nil
}

// WithMaxGap returns the same table with another age limit in days: 0 accepts
// rates of the very day only.
func (t *Table) WithMaxGap(days int) *Table {
	c := *t
	c.maxGap = days
	return &c
}

// Base returns the currency the rates are quoted against.
func (t *Table) Base() money.Currency { return t.base }

// MaxGap returns the age limit in days.
func (t *Table) MaxGap() int { return t.maxGap }

// Currencies returns the currencies with at least one rate, in order of code.
func (t *Table) Currencies() []money.Currency {
	list := make([]money.Currency, 0, len(t.rates))
	for c := range t.rates {
		list = append(list, c)
	}
	slices.SortFunc(list, cmp.Compare)
	return list
}

// Rates returns the published rates of one currency by rising date.
func (t *Table) Rates(c money.Currency) []Rate { return slices.Clone(t.rates[c]) }

// Rate returns the rate in force on a day, or a NoRateError.
func (t *Table) Rate(c money.Currency, on civil.Date) (Rate, error) {
	if c == t.base {
		return Rate{on, decimal.New(1, 0)}, nil
	}
	list := t.rates[c]
	i, found := slices.BinarySearchFunc(list, on, func(r Rate, d civil.Date) int { return r.On.Compare(d) })
	if !found {
		i--
	}
	if i < 0 || on.Sub(list[i].On) > t.maxGap {
		return Rate{}, &NoRateError{c, on, t.maxGap}
	}
	return list[i], nil
}

// Conversion says how an amount was converted.
type Conversion struct {
	From, To  money.Currency
	On        civil.Date // the day asked for
	Published civil.Date // the older of the rates used
	Numer     decimal.Decimal
	Denom     decimal.Decimal // To per From = Numer / Denom, exactly
	Via       money.Currency  // the base, when neither side is; else 0
	Source    string
}

// String returns one line: "USD→GBP 0.85/1.08 via EUR of 2026-01-09 (ECB)".
func (c Conversion) String() string {
	s := fmt.Sprintf("%v→%v %v", c.From, c.To, c.Numer)
	if !c.Denom.Equal(decimal.New(1, 0)) {
		s += "/" + c.Denom.String()
	}
	if c.Via != 0 {
		s += " via " + c.Via.Code()
	}
	s += " of " + c.Published.String()
	if c.Source != "" {
		s += " (" + c.Source + ")"
	}
	return s
}

// how returns the rates between two currencies on a day.
func (t *Table) how(from, to money.Currency, on civil.Date) (Conversion, error) {
	one := decimal.New(1, 0)
	how := Conversion{From: from, To: to, On: on, Published: on, Numer: one, Denom: one, Source: t.source}
	if from == to {
		return how, nil
	}
	a, err := t.Rate(from, on)
	if err != nil {
		return Conversion{}, err
	}
	b, err := t.Rate(to, on)
	if err != nil {
		return Conversion{}, err
	}
	how.Numer, how.Denom, how.Published = b.Units, a.Units, a.On
	if b.On.Before(a.On) {
		how.Published = b.On
	}
	if from != t.base && to != t.base {
		how.Via = t.base
	}
	return how, nil
}

// Convert returns m in another currency at the rates in force on a day, rounded
// once in the named mode, and how. Errors match ErrNoRate or
// money.ErrOverflow.
func (t *Table) Convert(m money.Money, to money.Currency, on civil.Date, mode money.Rounding) (money.Money, Conversion, error) {
	how, err := t.how(m.Currency(), to, on)
	if err != nil {
		return money.Money{}, Conversion{}, err
	}
	// minor(to) = minor(from) × units(to) × 10^digits(to) / (units(from) × 10^digits(from))
	num := scaled(how.Numer, to.Digits()-int(how.Denom.Exponent()))
	den := scaled(how.Denom, m.Currency().Digits()-int(how.Numer.Exponent()))
	out, ok := money.RoundRat(new(big.Rat).SetFrac(num.Mul(num, big.NewInt(m.Minor())), den), mode)
	if !ok {
		return money.Money{}, Conversion{}, fmt.Errorf("%v in %v: %w", m, to, money.ErrOverflow)
	}
	return money.Minor(out, to), how, nil
}

// ConvertPrice is Convert for millionths.
func (t *Table) ConvertPrice(p money.Price, to money.Currency, on civil.Date, mode money.Rounding) (money.Price, Conversion, error) {
	how, err := t.how(p.Currency(), to, on)
	if err != nil {
		return money.Price{}, Conversion{}, err
	}
	x := new(big.Rat).SetInt64(p.Micros())
	x.Mul(x, how.Numer.Rat()).Quo(x, how.Denom.Rat())
	micros, ok := money.RoundRat(x, mode)
	if !ok {
		return money.Price{}, Conversion{}, fmt.Errorf("%v in %v: %w", p, to, money.ErrOverflow)
	}
	return money.Micros(micros, to), how, nil
}

// scaled returns the coefficient of d times 10^digits.
func scaled(d decimal.Decimal, digits int) *big.Int {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	return p.Mul(p, d.Coefficient())
}

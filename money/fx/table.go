package fx

import (
	"cmp"
	"errors"
	"fmt"
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
	Kind     Kind
	MaxGap   int  // of a spot table
	Reverse  bool // there is one, quoted the other way round, which Table.Direct refuses
}

func (e *NoRateError) Error() string {
	switch {
	case e.Reverse:
		return fmt.Sprintf("%v on %v: %v but the one quoted the other way round", e.Currency, e.On, ErrNoRate)
	case e.Kind != Spot:
		return fmt.Sprintf("%v on %v: %v of kind %v for that day", e.Currency, e.On, ErrNoRate, e.Kind)
	}
	return fmt.Sprintf("%v on %v: %v published that day or up to %d days before", e.Currency, e.On, ErrNoRate, e.MaxGap)
}

// Is reports whether target is ErrNoRate.
func (e *NoRateError) Is(target error) bool { return target == ErrNoRate }

// Kind is what a rate is for.
type Kind uint8

// The kinds of rates.
const (
	Spot    Kind = iota // published for one day, in force until the next
	Average             // the mean over a period, for what flows: revenue, spend
	Budget              // frozen for a period, for plans and control
)

var kindNames = [...]string{"spot", "average", "budget"}

// String returns the name: "spot", "average" or "budget".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind reads what String writes; errors match ErrSyntax.
func ParseKind(s string) (Kind, error) {
	if i := slices.Index(kindNames[:], s); i >= 0 {
		return Kind(i), nil //nolint:gosec // 0..2
	}
	return 0, fmt.Errorf("kind %.20q: want spot, average or budget: %w", s, ErrSyntax)
}

// Rate is one figure: Units of a currency for one unit of the base.
type Rate struct {
	On    civil.Date // of a spot rate: the day it was published for
	Units decimal.Decimal
	Valid civil.Period // of an average or budget rate: the days it is for, On the first
	Count int          // of a computed average: the rates it is the mean of
}

// DefaultMaxGap covers the longest run of days without an ECB rate since 1999
// (five) with two days to spare.
const DefaultMaxGap = 7

// pair is a quotation: units of to for one unit of from.
type pair struct{ from, to money.Currency }

// Table holds the rates of one kind. Most quote many currencies against one base;
// those of ReadCSV may quote any pair. It is immutable once made and safe for
// concurrent use.
type Table struct {
	base   money.Currency
	kind   Kind
	source string
	maxGap int
	direct bool
	rates  map[pair][]Rate // by rising date
}

// New returns a table of spot rates against a base, in any order. Source is named
// in every conversion. It refuses a rate that is not positive, has more than 17
// digits or 12 decimals, or stands twice on one day, with ErrSyntax.
func New(base money.Currency, source string, rates map[money.Currency][]Rate) (*Table, error) {
	return NewKind(Spot, base, source, rates)
}

// NewKind is New for rates of any kind. Average and budget rates have a Valid
// period, and those of one currency must not overlap; On need not be set.
func NewKind(kind Kind, base money.Currency, source string, rates map[money.Currency][]Rate) (*Table, error) {
	pairs := make(map[pair][]Rate, len(rates))
	for c, list := range rates {
		pairs[pair{base, c}] = list
	}
	return build(kind, base, source, pairs)
}

func build(kind Kind, base money.Currency, source string, pairs map[pair][]Rate) (*Table, error) {
	t := &Table{base: base, kind: kind, source: source, maxGap: DefaultMaxGap, rates: make(map[pair][]Rate, len(pairs))}
	for p, list := range pairs {
		if p.from == p.to || p.from.Name() == "" || p.to.Name() == "" {
			return nil, fmt.Errorf("rate of %v in %v: want two currencies: %w", p.from, p.to, ErrSyntax)
		}
		list = slices.Clone(list)
		for i := range list {
			if kind != Spot {
				list[i].On = list[i].Valid.First()
			}
		}
		slices.SortFunc(list, func(a, b Rate) int { return a.On.Compare(b.On) })
		for i, r := range list {
			if err := checkRate(kind, r, list[:i]); err != nil {
				return nil, &rateError{p, r.On, err}
			}
		}
		t.rates[p] = list
	}
	return t, nil
}

// rateError says which rate of a table is wrong.
type rateError struct {
	pair pair
	on   civil.Date
	err  error
}

func (e *rateError) Error() string {
	return fmt.Sprintf("rate of %v in %v on %v: %v", e.pair.from, e.pair.to, e.on, e.err)
}

func (e *rateError) Unwrap() error { return e.err }

// checkRate checks a rate and how it follows those before it.
func checkRate(kind Kind, r Rate, before []Rate) error {
	if err := checkUnits(r.Units); err != nil {
		return err
	}
	if kind == Spot != r.Valid.IsEmpty() {
		return fmt.Errorf("a %v rate with period %q: %w", kind, r.Valid, ErrSyntax)
	}
	if len(before) == 0 {
		return nil
	}
	switch last := before[len(before)-1]; {
	case last.On == r.On:
		return fmt.Errorf("stands twice: %w", ErrSyntax)
	case last.Valid.Overlaps(r.Valid):
		return fmt.Errorf("its period overlaps %v: %w", last.Valid, ErrSyntax)
	}
	return nil
}

func checkUnits(d decimal.Decimal) error {
	if d.Sign() <= 0 || d.Exponent() < -maxDecimals || d.Exponent() > 0 || d.Coefficient().BitLen() > 59 { // 10^18 > 2^59 > 10^17
		return fmt.Errorf("want a positive number of at most %d digits, %d of them decimals: %w", maxDigits, maxDecimals, ErrSyntax)
	}
	return nil
}

const maxDigits, maxDecimals = 17, 12

// WithMaxGap returns the same table with another age limit of spot rates in days:
// 0 accepts rates of the very day only.
func (t *Table) WithMaxGap(days int) *Table {
	c := *t
	c.maxGap = days
	return &c
}

// Direct returns the same table without reciprocals: a rate serves only the
// direction it is quoted in. Without it a pair that is quoted the other way round
// alone is used as an exact fraction, and Conversion.Reciprocal says so.
func (t *Table) Direct() *Table {
	c := *t
	c.direct = true
	return &c
}

// Base returns the currency the rates are quoted against, and through which pairs
// without it are converted.
func (t *Table) Base() money.Currency { return t.base }

// Kind returns the kind of the rates.
func (t *Table) Kind() Kind { return t.kind }

// Source returns where the rates are from.
func (t *Table) Source() string { return t.source }

// MaxGap returns the age limit in days.
func (t *Table) MaxGap() int { return t.maxGap }

// Currencies returns the currencies with at least one rate, in order of code,
// without the base.
func (t *Table) Currencies() []money.Currency {
	var list []money.Currency
	for p := range t.rates {
		list = append(list, p.from, p.to)
	}
	slices.SortFunc(list, cmp.Compare)
	return slices.DeleteFunc(slices.Compact(list), func(c money.Currency) bool { return c == t.base })
}

// Rates returns the rates of one currency, in units for one of the base, by rising
// date.
func (t *Table) Rates(c money.Currency) []Rate { return slices.Clone(t.rates[pair{t.base, c}]) }

// Rate returns the rate in force on a day, in units for one of the base, or a
// NoRateError. It is the rate as quoted: Convert also knows reciprocals and
// redenominations.
func (t *Table) Rate(c money.Currency, on civil.Date) (Rate, error) {
	if c == t.base {
		return Rate{On: on, Units: decimal.New(1, 0)}, nil
	}
	if r, ok := t.quote(pair{t.base, c}, on); ok {
		return r, nil
	}
	return Rate{}, t.missing(c, on)
}

func (t *Table) missing(c money.Currency, on civil.Date) *NoRateError {
	return &NoRateError{Currency: c, On: on, Kind: t.kind, MaxGap: t.maxGap}
}

// quote returns the rate of a pair in force on a day.
func (t *Table) quote(p pair, on civil.Date) (Rate, bool) {
	list := t.rates[p]
	i, found := slices.BinarySearchFunc(list, on, func(r Rate, d civil.Date) int { return r.On.Compare(d) })
	if !found {
		i--
	}
	switch {
	case i < 0:
		return Rate{}, false
	case t.kind == Spot:
		return list[i], on.Sub(list[i].On) <= t.maxGap
	}
	return list[i], list[i].Valid.Contains(on)
}

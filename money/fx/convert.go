package fx

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Conversion says how an amount was converted.
type Conversion struct {
	From, To      money.Currency
	On            civil.Date // the day asked for
	Kind          Kind
	Published     civil.Date      // the older of the spot rates used; On if none was needed
	Valid         civil.Period    // the days that average or budget rates are for
	Numer         decimal.Decimal // To per From = Numer / Denom, exactly
	Denom         decimal.Decimal
	Via           money.Currency   // the base, when neither side is; else 0
	Reciprocal    bool             // a rate was used against the direction it is quoted in
	Redenominated []Redenomination // the changes of currency on the way
	Source        string
}

// String returns one line: "USD→GBP 0.85/1.08 via EUR of 2026-01-09 (ECB)". What
// stands below the line was divided by.
func (c Conversion) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v→%v %v", c.From, c.To, c.Numer)
	if !c.Denom.Equal(one) {
		fmt.Fprintf(&b, "/%v", c.Denom)
	}
	if c.Via != 0 {
		fmt.Fprintf(&b, " via %v", c.Via)
	}
	if c.Valid.IsEmpty() {
		fmt.Fprintf(&b, " of %v", c.Published)
	} else {
		fmt.Fprintf(&b, " %v rate of %v", c.Kind, c.Valid)
	}
	if c.Source != "" {
		fmt.Fprintf(&b, " (%s)", c.Source)
	}
	for _, r := range c.Redenominated {
		fmt.Fprintf(&b, ", %v", r)
	}
	return b.String()
}

var one = decimal.New(1, 0)

// product is a × b; most factors are one.
func product(a, b decimal.Decimal) decimal.Decimal {
	switch {
	case a.Equal(one):
		return b
	case b.Equal(one):
		return a
	}
	return a.Mul(b)
}

// Convert returns m in another currency at the rates in force on a day, rounded
// once in the named mode, and how. Amounts of a currency that was replaced, and of
// one before it existed, are converted at the fixed ratio; see Redenominations.
// Errors match ErrNoRate or money.ErrOverflow.
func (t *Table) Convert(m money.Money, to money.Currency, on civil.Date, mode money.Rounding) (money.Money, Conversion, error) {
	how, err := t.how(m.Currency(), to, on)
	if err != nil {
		return money.Money{}, Conversion{}, err
	}
	out, ok := how.times(m.Minor(), m.Currency().Digits(), to.Digits(), mode)
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
	out, ok := how.times(p.Micros(), 0, 0, mode)
	if !ok {
		return money.Price{}, Conversion{}, fmt.Errorf("%v in %v: %w", p, to, money.ErrOverflow)
	}
	return money.Micros(out, to), how, nil
}

// times converts n units of 10^-from into units of 10^-to.
func (c Conversion) times(n int64, from, to int, mode money.Rounding) (int64, bool) {
	shift := to - from + int(c.Numer.Exponent()) - int(c.Denom.Exponent())
	num, den := scaled(c.Numer, shift), scaled(c.Denom, -shift)
	if num.IsInt64() && den.IsInt64() {
		m, err := money.Minor(n, c.To).MulRat(num.Int64(), den.Int64(), mode)
		return m.Minor(), err == nil
	}
	return money.RoundRat(new(big.Rat).SetFrac(num.Mul(num, big.NewInt(n)), den), mode)
}

// scaled returns the coefficient of d, times 10^digits if there are any.
func scaled(d decimal.Decimal, digits int) *big.Int {
	n := d.Coefficient()
	if digits <= 0 {
		return n
	}
	return n.Mul(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
}

// how returns the rates between two currencies on a day, under the names the two
// had then.
func (t *Table) how(from, to money.Currency, on civil.Date) (Conversion, error) {
	how := Conversion{From: from, To: to, On: on, Kind: t.kind, Published: on, Numer: one, Denom: one, Source: t.source}
	if from == to {
		return how, nil
	}
	var first error
	for _, a := range aliases(from, on) {
		for _, b := range aliases(to, on) {
			how := how
			how.Redenominated = append(append(how.Redenominated, a.steps...), b.steps...)
			if a.now != b.now {
				if err := t.between(&how, a.now, b.now); err != nil {
					if first == nil {
						first = err
					}
					continue
				}
			}
			// from → its alias → the alias of to → to
			how.Numer = product(product(how.Numer, a.numer), b.denom)
			how.Denom = product(product(how.Denom, a.denom), b.numer)
			return how, nil
		}
	}
	return Conversion{}, first
}

// between adds the rates from one currency to another: as quoted, or through the
// base.
func (t *Table) between(how *Conversion, from, to money.Currency) error {
	if t.step(how, from, to) {
		return nil
	}
	if from != t.base && to != t.base {
		how.Via = t.base
	}
	for _, leg := range [...]pair{{from, t.base}, {t.base, to}} {
		if leg.from == leg.to || t.step(how, leg.from, leg.to) {
			continue
		}
		c := leg.from
		if c == t.base {
			c = leg.to
		}
		err := t.missing(c, how.On)
		_, err.Reverse = t.quote(pair{leg.to, leg.from}, how.On)
		return err
	}
	return nil
}

// step adds the rate of one pair, if there is one that may be used.
func (t *Table) step(how *Conversion, from, to money.Currency) bool {
	r, ok := t.quote(pair{from, to}, how.On)
	if ok {
		how.Numer = product(how.Numer, r.Units)
	} else {
		if r, ok = t.quote(pair{to, from}, how.On); !ok || t.direct {
			return false
		}
		how.Denom = product(how.Denom, r.Units)
		how.Reciprocal = true
	}
	switch {
	case t.kind == Spot && r.On.Before(how.Published):
		how.Published = r.On
	case how.Valid.IsEmpty():
		how.Valid = r.Valid
	case !r.Valid.IsEmpty():
		how.Valid = how.Valid.Intersect(r.Valid)
	}
	return true
}

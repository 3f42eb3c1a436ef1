package budget

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// RateKind is what a rate is for.
type RateKind uint8

// The kinds of rates.
const (
	BudgetRate RateKind = iota // frozen, for plans and control
	SpotRate                   // the actual one of a day
)

var rateKindNames = [...]string{"budget", "spot"}

// String returns the lower-case name.
func (k RateKind) String() string { return name(rateKindNames[:], int(k)) }

// MarshalText writes the name.
func (k RateKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name.
func (k *RateKind) UnmarshalText(text []byte) error { return parse(k, rateKindNames[:], text) }

// rate is one rate, as a fraction of minor units of the book per minor unit.
type rate struct {
	on       civil.Date
	num, den int64
	units    string
	source   string
	entry    int32
}

type rateKey struct {
	kind     RateKind
	currency money.Currency
}

// rates holds the rates of each kind and currency by rising date.
type rates map[rateKey][]rate

// at returns the rate in force on a day: a spot rate is at most
// fx.DefaultMaxGap days old.
func (r rates) at(kind RateKind, c money.Currency, on civil.Date) (rate, bool) {
	list := r[rateKey{kind, c}]
	i, exact := slices.BinarySearchFunc(list, on, func(x rate, d civil.Date) int { return x.on.Compare(d) })
	if !exact {
		i--
	}
	if i < 0 || kind == SpotRate && on.Sub(list[i].on) > fx.DefaultMaxGap {
		return rate{}, false
	}
	return list[i], true
}

// The bounds of Units keep every fraction inside 64 bits.
const (
	maxUnits    = 12 // digits behind leading zeros
	maxDecimals = 14 // enough for any currency worth more than a millionth
)

func (b *Book) setRate(c *SetRate) error {
	if c.Currency == 0 || c.Currency == b.chart.Currency() || c.Kind > SpotRate {
		return fmt.Errorf("%v rate of %v: %w: want a currency that is not the book's", c.Kind, c.Currency, ErrAmount)
	}
	if c.On.IsZero() {
		return fmt.Errorf("%v rate of %v: date: %w: it is missing", c.Kind, c.Currency, ErrUnknown)
	}
	digits, count, after, point := int64(0), 0, 0, false
	for i, ch := range []byte(c.Units) {
		switch {
		case ch == '.' && !point && i > 0 && i < len(c.Units)-1:
			point = true
		case ch >= '0' && ch <= '9' && count < maxUnits && after < maxDecimals:
			if digits = digits*10 + int64(ch-'0'); digits > 0 {
				count++
			}
			if point {
				after++
			}
		default:
			digits = -1
		}
		if digits < 0 {
			break
		}
	}
	if digits <= 0 {
		return fmt.Errorf("%v rate of %v: %.40q %w: want a positive number of at most %d digits that count, %d after the point", c.Kind, c.Currency, c.Units, ErrAmount, maxUnits, maxDecimals)
	}
	r := rate{on: c.On, units: c.Units, source: c.Source, entry: b.entry()}
	scale := after + c.Currency.Digits() - b.chart.Currency().Digits()
	num, den := big.NewInt(digits), big.NewInt(1)
	ten := func(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
	if scale >= 0 {
		den = ten(scale)
	} else {
		num.Mul(num, ten(-scale))
	}
	r.num, r.den = num.Int64(), den.Int64() // at most 10^16 and 10^18
	key := rateKey{c.Kind, c.Currency}
	list := b.rates[key]
	i, found := slices.BinarySearchFunc(list, c.On, func(x rate, d civil.Date) int { return x.on.Compare(d) })
	if found && c.Kind == SpotRate { // a wrong one is put right; nothing that was posted changes
		if list[i].units == c.Units && list[i].source == c.Source {
			return errUnchanged
		}
		b.undo.push(func() { b.rates[key] = list })
		b.rates[key] = slices.Clone(list)
		b.rates[key][i] = r
		return nil
	}
	if found {
		return b.again(fmt.Sprintf("%v rate of %v on", c.Kind, c.Currency), c.On.String(), list[i].entry)
	}
	b.undo.push(func() {
		if b.rates[key] = list; list == nil {
			delete(b.rates, key)
		}
	})
	if i == len(list) {
		b.rates[key] = append(list, r)
	} else {
		b.rates[key] = slices.Insert(slices.Clone(list), i, r)
	}
	return nil
}

// conversion is an amount in the book's currency.
type conversion struct {
	amount   int64 // at the budget rate: what counts for control
	variance int64 // by how much the actual rate makes it more
	spot     bool  // whether there was one
	foreign  foreign
}

// convert returns an amount at the budget rate of a day. A missing budget rate
// refuses a decision; a fact takes the spot rate in its place, with a finding, and
// is refused if there is none either.
func (b *Book) convert(what, key string, m money.Money, on civil.Date) (conversion, error) {
	if m.Currency() == b.chart.Currency() || m == (money.Money{}) {
		if m.Minor() >= maxGross || m.Minor() <= -maxGross {
			return conversion{}, fmt.Errorf("%s %s: %v %w: it is too large", what, key, m, ErrAmount)
		}
		return conversion{amount: m.Minor()}, nil
	}
	if len(b.rates) == 0 {
		return conversion{}, fmt.Errorf("%s %s: %v %w: the book is in %v and has no rates", what, key, m, ErrAmount, b.chart.Currency())
	}
	fact := b.now.decision == 0
	r, ok := b.rates.at(BudgetRate, m.Currency(), on)
	kind := BudgetRate
	if !ok && fact {
		if r, ok = b.rates.at(SpotRate, m.Currency(), on); ok {
			kind = SpotRate
			b.now.findings.Warnf("budget.rate.missing", what+"/"+key, "set the budget rate", "%v has no budget rate on %v: the spot rate counts", m.Currency(), on)
		}
	}
	if !ok {
		return conversion{}, fmt.Errorf("%s %s: %v on %v %w", what, key, m.Currency(), on, ErrRate)
	}
	c, err := b.at(r, what, key, m)
	if err != nil {
		return conversion{}, err
	}
	return conversion{amount: c, foreign: foreign{m, r.text(kind, m.Currency(), b.chart.Currency())}}, nil
}

// actually is convert for what was paid: with the difference that the spot rate
// of the day makes. Without one there is none, and a finding.
func (b *Book) actually(what, key string, m money.Money, on civil.Date) (conversion, error) {
	c, err := b.convert(what, key, m, on)
	if err != nil || c.foreign == (foreign{}) {
		return c, err
	}
	r, ok := b.rates.at(SpotRate, m.Currency(), on)
	if !ok {
		b.now.findings.Warnf("budget.rate.missing", what+"/"+key, "set the spot rate, reverse it, and enter it under another reference", "%v has no spot rate on %v: the variance is unknown", m.Currency(), on)
		return c, nil
	}
	actual, err := b.at(r, what, key, m)
	if err != nil {
		return c, err
	}
	c.variance, c.spot = actual-c.amount, true
	c.foreign.rate += "; " + r.text(SpotRate, m.Currency(), b.chart.Currency())
	return c, nil
}

// instead lets another amount count for control; what was paid stays what it was.
func (c *conversion) instead(amount int64) {
	if c.spot {
		c.variance += c.amount - amount
	}
	c.amount = amount
}

// at converts at a rate, rounded half to even.
func (b *Book) at(r rate, what, key string, m money.Money) (int64, error) {
	out, err := m.MulRat(r.num, r.den, money.HalfEven)
	if err != nil || out.Minor() >= maxGross || out.Minor() <= -maxGross {
		return 0, fmt.Errorf("%s %s: %v %w: it is too large", what, key, m, ErrAmount)
	}
	return out.Minor(), nil
}

// text is "USD→EUR 0.9230 budget of 2026-01-01 (ECB)".
func (r rate) text(kind RateKind, from, to money.Currency) string {
	s := fmt.Sprintf("%v→%v %s %v of %v", from, to, r.units, kind, r.on)
	if r.source != "" {
		s += " (" + r.source + ")"
	}
	return s
}

// revalue restates the open part of an order.
func (b *Book) revalue(c *Revalue) error {
	if err := b.act("revaluation", c.Ref); err != nil {
		return err
	}
	at, o, err := b.findOrder(c.Order)
	if err != nil {
		return err
	}
	if o.closed || o.currency == b.chart.Currency() {
		return fmt.Errorf("order %s: %w: it is closed or in the book's currency", c.Order, ErrState)
	}
	posted, _, err := b.posting(c.Date, c.Ref)
	if err != nil {
		return err
	}
	r, ok := b.rates.at(SpotRate, o.currency, c.Date)
	if !ok {
		return fmt.Errorf("revaluation %s: %v on %v %w", c.Ref, o.currency, c.Date, ErrRate)
	}
	now, err := b.at(r, "revaluation", c.Ref, money.Minor(o.openTxn, o.currency))
	if err != nil {
		return err
	}
	b.did("revaluation", c.Ref)
	change := now - o.open
	if change == 0 {
		return nil
	}
	b.orders.edit(at).add(change, 0)
	l := posting{doc: o.entry, node: o.node, measure: OpenCommitment, posted: posted, period: o.period, service: o.date, amount: change, tags: o.tags}
	l.foreign = b.abroad(foreign{rate: r.text(SpotRate, o.currency, b.chart.Currency())})
	return b.post(l)
}

// RatesOf returns the commands that give a book the rates of a table, for every
// currency and day of a period on which the table has one. A table of budget rates
// gives budget rates, others give spot rates. Rates of more digits than SetRate
// takes are rounded.
func RatesOf(t *fx.Table, book money.Currency, days civil.Period) []SetRate {
	kind := SpotRate
	if t.Kind() == fx.Budget {
		kind = BudgetRate
	}
	var out []SetRate
	for _, c := range append(t.Currencies(), t.Base()) {
		if c == book {
			continue
		}
		for _, on := range rateDays(t, c, book, days) {
			_, how, err := t.Convert(money.Minor(1, c), book, on, money.HalfEven)
			if err != nil {
				continue
			}
			places := int32(maxDecimals)
			units := how.Numer.DivRound(how.Denom, places)
			// What a rate may have of digits: those before the point, or less those
			// that are zero behind it.
			magnitude := int32(units.NumDigits()) + units.Exponent() //nolint:gosec // a handful
			if places = min(places, maxUnits-magnitude); places < 0 || units.Sign() <= 0 {
				continue
			}
			out = append(out, SetRate{Kind: kind, Currency: c, On: on, Units: how.Numer.DivRound(how.Denom, places).String(), Source: t.Source()})
		}
	}
	slices.SortFunc(out, func(x, y SetRate) int { return cmp.Or(x.On.Compare(y.On), cmp.Compare(x.Currency, y.Currency)) })
	return out
}

// rateDays returns the days on which either side of a pair was quoted.
func rateDays(t *fx.Table, from, to money.Currency, days civil.Period) []civil.Date {
	var on []civil.Date
	for _, c := range []money.Currency{from, to} {
		for _, r := range t.Rates(c) {
			first := r.On
			if t.Kind() != fx.Spot {
				first = r.Valid.First()
			}
			if days.Contains(first) {
				on = append(on, first)
			}
		}
	}
	slices.SortFunc(on, civil.Date.Compare)
	return slices.Compact(on)
}

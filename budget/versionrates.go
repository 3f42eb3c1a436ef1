package budget

import (
	"fmt"

	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// Freeze gives a version its budget rates: what fx.Table.Freeze returns. From then on
// it takes amounts of other currencies, each at the rate of the first day of its
// period, rounded half to even; they stand in the currency of the book. A version has
// one set of rates, and so have its copies. Errors match ErrLocked, ErrState if it has
// rates, or ErrRate for a table of other rates.
func (v *Version) Freeze(rates *fx.Table) error {
	switch err := v.unlocked(); {
	case err != nil:
		return err
	case v.rates != nil:
		return fmt.Errorf("version %s: %w: its rates are frozen", v.name, ErrState)
	case rates == nil || rates.Kind() != fx.Budget:
		return fmt.Errorf("version %s %w: want a table of budget rates", v.name, ErrRate)
	}
	v.rates = rates
	return nil
}

// Rates returns the commands that give a book the rates of the version, so that it
// controls at what was planned; none if there are none. They come before Commands.
func (v *Version) Rates() []SetRate {
	if v.rates == nil {
		return nil
	}
	return RatesOf(v.rates, v.chart.Currency(), v.chart.Horizon())
}

// own returns an amount in the currency of the book.
func (v *Version) own(amount money.Money, p int) (money.Money, error) {
	if amount.Currency() == v.chart.Currency() || v.rates == nil {
		return amount, nil
	}
	on := v.chart.days.bounds[p].First()
	out, _, err := v.rates.Convert(amount, v.chart.Currency(), on, money.HalfEven)
	if err != nil {
		return out, fmt.Errorf("version %s: %v on %v %w: %w", v.name, amount, on, ErrRate, err)
	}
	return out, nil
}

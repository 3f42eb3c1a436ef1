package fx

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Average returns the average rates of the given periods, months for example, from
// a table of spot rates: the unweighted arithmetic mean of the rates published in
// the period, as the ECB and tax offices average theirs, rounded half to even to
// four decimals more than the finest of them has. A pair without a rate in a period
// has no average there. Periods must not overlap; ErrSyntax says so, and that the
// table is not one of spot rates.
func (t *Table) Average(periods ...civil.Period) (*Table, error) {
	return t.forPeriods(Average, periods, t.mean)
}

// Freeze returns the spot rates in force on a day as budget rates of a period: the
// year's plan at the rates of the day it was made. Errors are those of Average.
func (t *Table) Freeze(on civil.Date, valid civil.Period) (*Table, error) {
	return t.forPeriods(Budget, []civil.Period{valid}, func(p pair, _ civil.Period) (Rate, bool) {
		r, ok := t.quote(p, on)
		return Rate{Units: r.Units}, ok
	})
}

func (t *Table) forPeriods(kind Kind, periods []civil.Period, rate func(pair, civil.Period) (Rate, bool)) (*Table, error) {
	if t.kind != Spot {
		return nil, fmt.Errorf("%v rates out of a table of %v rates: %w", kind, t.kind, ErrSyntax)
	}
	pairs := make(map[pair][]Rate, len(t.rates))
	for p := range t.rates {
		for _, valid := range periods {
			if r, ok := rate(p, valid); ok {
				r.Valid = valid
				pairs[p] = append(pairs[p], r)
			}
		}
	}
	out, err := build(kind, t.base, t.source, pairs)
	if err != nil {
		return nil, err
	}
	out.direct = t.direct
	return out, nil
}

// mean returns the average of one pair over one period.
func (t *Table) mean(p pair, over civil.Period) (Rate, bool) {
	var sum decimal.Decimal
	count, places := 0, int32(0)
	for _, r := range t.rates[p] {
		if over.Contains(r.On) {
			sum = sum.Add(r.Units)
			count++
			places = max(places, -r.Units.Exponent())
		}
	}
	if count == 0 {
		return Rate{}, false
	}
	x := new(big.Rat).Quo(sum.Rat(), new(big.Rat).SetInt64(int64(count)))
	whole := int32(len(new(big.Int).Quo(x.Num(), x.Denom()).String())) //nolint:gosec // at most 17
	places = min(places+4, maxDecimals, maxDigits-whole)
	n, ok := money.RoundRat(x.Mul(x, new(big.Rat).SetInt(scaled(one, int(places)))), money.HalfEven)
	return Rate{Units: decimal.New(n, -places), Count: count}, ok
}

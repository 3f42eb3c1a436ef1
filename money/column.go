package money

import "fmt"

// SumMinor returns the sum of a column of minor units; ok is false if it does
// not fit 64 bits. It does not allocate.
func SumMinor(column []int64) (total int64, ok bool) {
	var sum Sum
	for len(column) > 0 {
		part := column[:min(len(column), 1<<30)]
		column = column[len(part):]
		var a, b, c, d split // four chains of additions, for they do not wait for each other
		for len(part) >= 4 {
			a.add(part[0])
			b.add(part[1])
			c.add(part[2])
			d.add(part[3])
			part = part[4:]
		}
		for _, n := range part {
			a.add(n)
		}
		a.wrapped += b.wrapped + c.wrapped + d.wrapped
		a.upper += b.upper + c.upper + d.upper
		sum.add(a.total())
	}
	m, err := sum.Total()
	return m.minor, err == nil
}

// Minors returns the minor units of amounts that share one currency, as a column
// for SumMinor and for loops of one's own: 8 bytes an amount. Errors match
// ErrMismatch.
func Minors(ms []Money) ([]int64, Currency, error) {
	var of Currency
	column := make([]int64, len(ms))
	for i, m := range ms {
		if m.cur != of {
			c, err := common(of, m.cur)
			if err != nil {
				return nil, 0, fmt.Errorf("amount %d: %w", i, err)
			}
			of = c
		}
		column[i] = m.minor
	}
	return column, of, nil
}

// FromMinors returns a column of minor units as amounts of one currency.
func FromMinors(column []int64, c Currency) []Money {
	ms := make([]Money, len(column))
	for i, n := range column {
		ms[i] = Money{n, c}
	}
	return ms
}

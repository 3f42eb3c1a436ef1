package money

import "fmt"

// SumMinor returns the sum of a column of minor units; ok is false if it does
// not fit 64 bits. It does not allocate.
func SumMinor(column []int64) (total int64, ok bool) {
	var sum Sum
	for len(column) > 0 {
		part := column[:min(len(column), 1<<30)]
		column = column[len(part):]
		// Two chains of additions each, which do not wait for each other.
		var wrapped, upper, wrapped1, upper1 int64
		for len(part) >= 4 {
			a, b, c, d := part[0], part[1], part[2], part[3]
			wrapped += a + c
			upper += a>>32 + c>>32
			wrapped1 += b + d
			upper1 += b>>32 + d>>32
			part = part[4:]
		}
		for _, n := range part {
			wrapped += n
			upper += n >> 32
		}
		sum.add(exact(wrapped+wrapped1, upper+upper1))
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

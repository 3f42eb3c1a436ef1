package chart

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/go-marops/marops/internal/thousands"
)

// Unit says what an int64 amount counts. With {"EUR", 2}, 123450 is 1,234.50 EUR.
// The zero Unit counts plain things.
type Unit struct {
	Name     string // written after the number: "EUR", "h", "%"
	Decimals int    // digits after the point held in the amount, 0 to 9
}

// maxAmount keeps sums of a few amounts inside int64.
const maxAmount = 1_000_000_000_000_000_000

func (u Unit) check(c *checker) {
	if u.Decimals < 0 || u.Decimals > 9 {
		c.failf("unit %q: %d decimals: want 0 to 9", u.Name, u.Decimals)
	}
	if len(u.Name) > 32 {
		c.failf("unit: name of %d bytes: at most 32", len(u.Name))
	}
}

// Format returns the amount with grouped thousands, all its decimals and the
// unit: "−1,234.50 EUR". Decimals outside 0 to 9 count as 0.
func (u Unit) Format(amount int64) string { return u.suffix(u.number(amount, u.Decimals)) }

// signed is Format with a plus sign before positive amounts.
func (u Unit) signed(amount int64) string {
	if amount > 0 {
		return "+" + u.Format(amount)
	}
	return u.Format(amount)
}

func (u Unit) suffix(s string) string {
	switch u.Name {
	case "":
		return s
	case "%":
		return s + "%"
	}
	return s + " " + u.Name
}

func (u Unit) number(amount int64, decimals int) string {
	if decimals < 0 || decimals > 9 {
		decimals = 0
	}
	return thousands.Group(decimalText(amount, decimals))
}

// decimalText writes amount with a point before the last n digits.
func decimalText(amount int64, n int) string {
	s := strconv.FormatUint(magnitude(amount), 10)
	if len(s) <= n {
		s = strings.Repeat("0", n+1-len(s)) + s
	}
	if n > 0 {
		s = s[:len(s)-n] + "." + s[len(s)-n:]
	}
	if amount < 0 {
		s = "\u2212" + s
	}
	return s
}

// compact writes a tick of an axis whose greatest magnitude is top, without the
// unit: "1.5M", "250k", "12.5". It drops zeros at the end of the decimals, so it
// is exact for the round numbers that ticks are.
func (u Unit) compact(amount int64, top uint64) string {
	if amount == 0 {
		return "0"
	}
	n, mark := u.Decimals, ""
	for _, s := range []struct {
		digits int
		mark   string
	}{{9, "bn"}, {6, "M"}, {3, "k"}} {
		from := pow10(u.Decimals + s.digits)
		if s.digits == 3 {
			from *= 10 // 2,500 is easier to read than 2.5k
		}
		if from > 0 && top >= from {
			n, mark = u.Decimals+s.digits, s.mark
			break
		}
	}
	s := decimalText(amount, n)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return thousands.Group(s) + mark
}

// rounded returns the amount to about three digits of top, half away from zero:
// what a label beside a point has room for.
func rounded(amount int64, top uint64) int64 {
	grain := int64(1)
	for top >= 10_000 { // 1,000 to 9,999 grains are left
		top /= 10
		grain *= 10
	}
	half := grain / 2
	if amount < 0 {
		half = -half
	}
	return (amount + half) / grain * grain
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-(v + 1)) + 1
	}
	return uint64(v)
}

// pow10 returns 10^n, 0 when it does not fit.
func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		hi, lo := bits.Mul64(p, 10)
		if hi != 0 {
			return 0
		}
		p = lo
	}
	return p
}

// permille returns used/available in thousandths, rounded half away from zero
// and capped; available must be positive.
func permille(used, available int64) int64 {
	hi, lo := bits.Mul64(magnitude(used), 1000)
	lo, carry := bits.Add64(lo, magnitude(available)/2, 0)
	hi += carry
	if hi >= magnitude(available) {
		return maxPermille
	}
	q, _ := bits.Div64(hi, lo, magnitude(available))
	return int64(min(q, maxPermille))
}

// maxPermille is shown as ">9,999%".
const maxPermille = 99_990

package adspend

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	comma := &Options{DecimalComma: true}
	for _, c := range []struct {
		style   Numbers
		o       *Options
		text    string
		scale   int
		counted bool
		want    int64
		says    proof
		err     error
	}{
		{text: "1234.56", scale: 6, want: 1234_560_000, says: proves},
		{text: "1,234.56", scale: 6, want: 1234_560_000, says: proves},
		{text: "1,234,567", scale: 6, want: 1_234_567_000_000, says: proves},
		{text: "12", scale: 6, want: 12_000_000},
		{text: "144.", scale: 6, want: 144_000_000, says: proves},
		{text: ".5", scale: 6, want: 500_000, says: proves},
		{text: "0.125", scale: 6, want: 125_000, says: proves},
		{text: "1.234", scale: 6, want: 1_234_000, says: ambiguous},
		{text: "1,234", scale: 6, want: 1234_000_000, says: ambiguous},
		{text: "1,234", scale: 6, counted: true, want: 1234_000_000, says: proves},
		{text: "1234.567", scale: 6, want: 1234_567_000, says: proves},
		{text: "12.345", scale: 6, counted: true, err: errCounted},
		{text: "12.000", scale: 6, counted: true, err: errCounted},
		{text: "12.00", scale: 6, counted: true, want: 12_000_000, says: proves},
		{text: "1.5", scale: 6, counted: true, err: errCounted},
		{text: "12.000", scale: 6, counted: true, style: Numbers{Decimal: "."}, want: 12_000_000, says: ambiguous},
		{text: "1 234", scale: 6, want: 1234_000_000},
		{text: "1\u202f234,5", o: comma, scale: 6, want: 1234_500_000, says: proves},
		{text: "1\u00a0234\u00a0567,5", o: comma, scale: 6, want: 1_234_567_500_000, says: proves},
		{text: "1'234.50", scale: 6, want: 1234_500_000, says: proves},
		{text: "1’234.50", scale: 6, want: 1234_500_000, says: proves},
		{text: "1.234,56", o: comma, scale: 6, want: 1234_560_000, says: proves},
		{text: "12,34,567.5", style: Numbers{Lakh: true}, scale: 6, want: 1_234_567_500_000, says: proves},
		{text: "1,234,567.5", style: Numbers{Lakh: true}, scale: 6, err: errMarks},
		{text: "12,34", scale: 6, err: errMarks},
		{text: ",123", scale: 6, err: errMarks},
		{text: "1234,567", scale: 6, err: errMarks},
		{text: "1,234'567", scale: 6, err: errMarks},
		{text: "1,234", style: Numbers{Thousands: "'"}, scale: 6, err: errDigits},
		{text: "-5", scale: 6, want: -5_000_000},
		{text: "\u22125.25", scale: 6, want: -5_250_000, says: proves},
		{text: "(5.25)", scale: 6, want: -5_250_000, says: proves},
		{text: "(5", scale: 6, err: errDigits},
		{text: "--5", scale: 6, err: errDigits},
		{text: "+5", scale: 6, err: errDigits},
		{text: "€5", scale: 6, err: errDigits},
		{text: "€5", style: Numbers{Affixes: []string{"€"}}, scale: 6, want: 5_000_000},
		{text: "5,5 EUR", o: comma, style: Numbers{Affixes: []string{"€", "EUR"}}, scale: 6, want: 5_500_000, says: proves},
		{text: "-€5", style: Numbers{Affixes: []string{"€"}}, scale: 6, want: -5_000_000},
		{text: "€-5", style: Numbers{Affixes: []string{"€"}}, scale: 6, want: -5_000_000},
		{text: "", scale: 6, err: errDigits},
		{text: ".", scale: 6, err: errDigits},
		{text: "-", scale: 6, err: errDigits},
		{text: "1e6", scale: 6, err: errDigits},
		{text: "0x10", scale: 6, err: errDigits},
		{text: "NaN", scale: 6, err: errDigits},
		{text: "１２", scale: 6, err: errDigits},
		{text: "1.2.3", scale: 6, err: errDigits},
		{text: "0.0000001", scale: 6, err: errDecimal},
		{text: "0.5000000", scale: 6, want: 500_000, says: proves},
		{text: "0.0000005", style: Numbers{Round: true}, scale: 6, want: 0, says: proves},
		{text: "0.0000015", style: Numbers{Round: true}, scale: 6, want: 2, says: proves},
		{text: "0.00000050001", style: Numbers{Round: true}, scale: 6, want: 1, says: proves},
		{text: "9223372036854.775807", scale: 6, want: math.MaxInt64, says: proves}, // 2^63-1 millionths
		{text: "9223372036854.775808", scale: 6, err: errRange},
		{text: "9223372036854.7758075", style: Numbers{Round: true}, scale: 6, err: errRange},
		{text: "9223372036854775807", scale: 0, counted: true, want: math.MaxInt64},
		{text: "9223372036854775808", scale: 0, counted: true, err: errRange},
		{text: "36150000", scale: 0, counted: true, want: 36_150_000},
		{text: "36150000.0", scale: 0, counted: true, want: 36_150_000, says: proves},
		{text: "36.5", scale: 0, counted: true, err: errNotWhole},
		{text: strings.Repeat("9", 65), scale: 6, err: errRange},
		{text: "0." + strings.Repeat("0", 63) + "1", scale: 6, err: errRange},
	} {
		o := c.o
		if o == nil {
			o = &Options{}
		}
		f := c.style.compile(o)
		got, says, err := f.parse(c.text, c.scale, c.counted)
		if c.err != nil {
			require.ErrorIs(t, err, c.err, "%q", c.text)
			continue
		}
		require.NoError(t, err, "%q", c.text)
		assert.Equal(t, c.want, got, "%q", c.text)
		assert.Equal(t, c.says, says, "%q", c.text)
	}
}

// write is the inverse of parse: n in a style, by a way of its own.
func write(n int64, scale int, point, mark string, lakh bool) string {
	digits := new(big.Int).Abs(big.NewInt(n)).String()
	for len(digits) <= scale {
		digits = "0" + digits
	}
	whole, fraction := digits[:len(digits)-scale], strings.TrimRight(digits[len(digits)-scale:], "0")
	var out string
	for size := 3; mark != "" && len(whole) > size; {
		out = mark + whole[len(whole)-size:] + out
		whole = whole[:len(whole)-size]
		if lakh {
			size = 2
		}
	}
	if out = whole + out; fraction != "" {
		out += point + fraction
	}
	if n < 0 {
		out = "-" + out
	}
	return out
}

func TestNumbersReadWhatIsWritten(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 2))
	for range 8000 {
		n := rng.Int64() >> rng.IntN(63)
		if rng.IntN(2) == 0 {
			n = -n
		}
		style, mark := Numbers{Decimal: "."}, []string{"", ",", "'", " ", "\u00a0"}[rng.IntN(5)]
		if rng.IntN(2) == 0 {
			style, mark = Numbers{Decimal: ","}, []string{"", ".", "’", "\u202f", "\u2009"}[rng.IntN(5)]
		}
		if style.Lakh = false; mark != "" {
			style.Lakh = rng.IntN(4) == 0
		}
		text := write(n, 6, style.Decimal, mark, style.Lakh)
		f := style.compile(&Options{})
		got, _, err := f.parse(text, 6, false)
		require.NoError(t, err, "%q %+v", text, style)
		require.Equal(t, n, got, "%q %+v", text, style)
	}
}

// What is taken without a named mark and proven reads otherwise, or not at all,
// under the other mark.
func TestProofIsOne(t *testing.T) {
	t.Parallel()
	point, comma := Numbers{}.compile(&Options{}), Numbers{}.compile(&Options{DecimalComma: true})
	rng := rand.New(rand.NewPCG(3, 3))
	proven := 0
	for range 20_000 {
		text := make([]byte, 1+rng.IntN(9))
		for i := range text {
			text[i] = "0123456789,."[rng.IntN(12)]
		}
		n, says, err := point.parse(string(text), 6, false)
		other, _, otherErr := comma.parse(string(text), 6, false)
		switch {
		case err != nil:
		case says == proves && otherErr == nil && strings.ContainsAny(string(text), ",."):
			// Only a number that begins with 0 can be read both ways: "0.125".
			require.True(t, strings.HasPrefix(string(text), "0"), "%q is %d or %d", text, n, other)
			proven++
		case says == proves:
			proven++
		case says == ambiguous:
			require.NoError(t, otherErr, "%q", text)
			require.NotEqual(t, n, other, "%q", text)
		case says == silent && otherErr == nil:
			require.Equal(t, n, other, "%q", text)
		}
	}
	assert.Greater(t, proven, 400)
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"1,234.56", "(5.25)", "\u22125", "1 234", "144.", "12,34,567.8", "9223372036854775807"} {
		f.Add(s, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, how uint8) {
		style := Numbers{Decimal: []string{"", ".", ","}[how%3], Lakh: how&8 != 0, Round: how&16 != 0, Affixes: []string{"€"}}
		c := style.compile(&Options{})
		n, _, err := c.parse(text, 6, how&32 != 0)
		if err != nil || n == math.MinInt64 {
			return
		}
		again, _, err := c.parse(write(n, 6, string(c.point), "", false), 6, false)
		if err != nil || again != n {
			t.Fatalf("%q reads %d, written and read again %d, %v", text, n, again, err)
		}
		if plain, ok := new(big.Rat).SetString(text); ok && !strings.ContainsAny(text, ",eEpPxX/_boBO") && c.point == '.' && !style.Round {
			if plain.Cmp(big.NewRat(n, 1_000_000)) != 0 {
				t.Fatalf("%q reads %d, by math/big %s", text, n, plain)
			}
		}
	})
}

package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
)

func TestMoneyIsSixteenBytes(t *testing.T) { // or twelve, where an int64 is aligned to four
	want := 8 + reflect.TypeFor[struct {
		_ byte
		n int64
	}]().Field(1).Offset
	assert.Equal(t, want, reflect.TypeFor[money.Money]().Size())
	assert.Equal(t, want, reflect.TypeFor[money.Price]().Size())
	assert.LessOrEqual(t, want, uintptr(16))
	assert.True(t, reflect.TypeFor[money.Money]().Comparable())
}

func TestPricesInJSON(t *testing.T) {
	type line struct {
		Click money.Price            `json:"click"`
		By    map[money.Currency]int `json:"by"`
	}
	in := line{money.Micros(-12_345, money.USD), map[money.Currency]int{money.EUR: 1}}
	text, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"click":"-0.012345 USD","by":{"EUR":1}}`, string(text))
	var out line
	require.NoError(t, json.Unmarshal(text, &out))
	assert.Equal(t, in, out)
	for _, bad := range []string{`{"click":0.5}`, `{"click":{"micros":5}}`, `{"click":"0.5"}`, `{"by":{"XQQ":1}}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &out), bad)
	}
}

func TestAmountsWithoutCurrencyHaveNoText(t *testing.T) {
	for _, v := range []json.Marshaler{rawText{money.Minor(5, 0)}, rawText{money.Micros(5, 0)}, rawText{money.Minor(5, 1)}, rawText{money.Currency(60_000)}} {
		_, err := v.MarshalJSON()
		require.ErrorIs(t, err, money.ErrCurrency, "%v", v)
	}
	assert.Empty(t, money.Currency(60_000).Code())
	assert.Equal(t, "5", money.Minor(5, 0).String())
}

type rawText struct {
	of interface{ MarshalText() ([]byte, error) }
}

func (r rawText) MarshalJSON() ([]byte, error) { return r.of.MarshalText() }

func TestSQL(t *testing.T) {
	m, p, c := money.Minor(-1250, money.EUR), money.Micros(7, money.JPY), money.DEM
	for want, value := range map[string]func() (any, error){
		"-12.50 EUR":   func() (any, error) { return m.Value() },
		"0.000007 JPY": func() (any, error) { return p.Value() },
		"DEM":          func() (any, error) { return c.Value() },
	} {
		got, err := value()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	var m2 money.Money
	var p2 money.Price
	var c2 money.Currency
	require.NoError(t, m2.Scan([]byte("-12.50 EUR")))
	require.NoError(t, p2.Scan("0.000007 JPY"))
	require.NoError(t, c2.Scan("DEM"))
	assert.Equal(t, []any{m, p, c}, []any{m2, p2, c2})
	for _, scan := range []func(any) error{m2.Scan, p2.Scan, c2.Scan} {
		require.ErrorIs(t, scan(12.5), money.ErrSyntax)
		require.ErrorIs(t, scan(int64(12)), money.ErrSyntax)
		require.NoError(t, scan(nil))
	}
	assert.Equal(t, []any{money.Money{}, money.Price{}, money.Currency(0)}, []any{m2, p2, c2})
	for _, value := range []func() (any, error){func() (any, error) { return m2.Value() }, func() (any, error) { return p2.Value() }, func() (any, error) { return c2.Value() }} {
		got, err := value()
		require.NoError(t, err)
		assert.Nil(t, got)
	}
}

// allocated returns the bytes a function allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A number of 200,000 digits has 83,000 bytes. Refusing it may copy it once to
// measure it, and nothing may grow with an exponent.
func TestHugeNumbersAreRefusedAtOnce(t *testing.T) {
	digits := strings.Repeat("9", 200_000)
	long, err := decimal.NewFromString(digits)
	require.NoError(t, err)
	fraction := long.Shift(-200_000)
	style, err := money.StyleOf("de")
	require.NoError(t, err)
	m := money.Minor(1, money.EUR)
	for name, f := range map[string]func() error{
		"text":             func() error { _, err := money.ParseAmount(digits, money.EUR); return err },
		"rounded text":     func() error { _, err := money.ParseRounded("0."+digits[:1000], money.EUR, money.Down); return err },
		"local text":       func() error { _, err := money.ParseLocal(digits, money.EUR, style); return err },
		"text and code":    func() error { _, err := money.Parse(digits + " EUR"); return err },
		"exponent":         func() error { _, err := money.ParseAmount("1e100000", money.EUR); return err },
		"unmarshalled":     func() error { return new(money.Money).UnmarshalText([]byte(digits)) },
		"price":            func() error { return new(money.Price).UnmarshalText([]byte(digits)) },
		"code":             func() error { return new(money.Currency).UnmarshalText([]byte(digits)) },
		"decimal":          func() error { _, err := money.FromDecimal(long, money.EUR, money.Down); return err },
		"long fraction":    func() error { _, err := money.FromDecimal(fraction, money.EUR, money.Down); return err },
		"large exponent":   func() error { _, err := money.FromDecimal(decimal.New(1, 100_000), money.EUR, money.Down); return err },
		"small exponent":   func() error { _, err := money.FromDecimal(decimal.New(1, -100_000), money.EUR, money.Down); return err },
		"largest exponent": func() error { _, err := m.MulDecimal(decimal.New(1, math.MaxInt32), money.Down); return err },
		"least exponent":   func() error { _, err := money.RateOf(decimal.New(1, math.MinInt32), money.Down); return err },
		"product":          func() error { _, err := m.MulDecimal(long, money.Down); return err },
		"long product":     func() error { _, err := m.MulDecimal(long.Neg().Shift(-5), money.Down); return err },
		"rate":             func() error { _, err := money.RateOf(long, money.Down); return err },
		"long rate":        func() error { _, err := money.RateOf(long.Neg().Shift(-5), money.Down); return err },
	} {
		var err error
		bytes := allocated(func() { err = f() })
		require.Error(t, err, name)
		assert.Less(t, len(err.Error()), 200, name)
		assert.Less(t, bytes, uint64(1<<20), name)
	}
}

func TestDecimalBounds(t *testing.T) {
	ten40 := new(big.Int).Exp(big.NewInt(10), big.NewInt(40), nil)
	least := decimal.NewFromBigInt(ten40.Sub(ten40, big.NewInt(1)), -40) // 0.99…, 40 digits
	got, err := money.FromDecimal(least, money.EUR, money.HalfUp)
	require.NoError(t, err)
	assert.Equal(t, money.Minor(100, money.EUR), got)
	_, err = money.FromDecimal(decimal.New(1, -41), money.EUR, money.HalfUp)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.FromDecimal(decimal.New(1, 41), money.EUR, money.HalfUp)
	require.EqualError(t, err, "EUR of a decimal of 1 bits and exponent 41: amount out of range")
	edge, err := money.FromDecimal(decimal.New(math.MinInt64, -2), money.EUR, money.Down)
	require.NoError(t, err)
	assert.Equal(t, int64(math.MinInt64), edge.Minor())
	zero, err := money.FromDecimal(decimal.Decimal{}, money.EUR, money.Down)
	require.NoError(t, err)
	assert.Equal(t, money.Minor(0, money.EUR), zero)
}

func TestErrorsSayWhatFailed(t *testing.T) {
	m := money.Minor(math.MaxInt64, money.EUR)
	_, err := m.Add(money.Minor(1, money.EUR))
	require.EqualError(t, err, "92233720368547758.07 EUR + 0.01 EUR: amount out of range")
	_, err = money.Minor(math.MinInt64, money.EUR).Sub(money.Minor(1, money.EUR))
	require.EqualError(t, err, "-92233720368547758.08 EUR - 0.01 EUR: amount out of range")
	_, err = m.Mul(2)
	require.EqualError(t, err, "92233720368547758.07 EUR × 2: amount out of range")
	_, err = m.MulRat(3, 2, money.Down)
	require.EqualError(t, err, "92233720368547758.07 EUR × 3/2: amount out of range")
	_, err = money.Micros(math.MaxInt64, money.EUR).Add(money.Micros(1, money.EUR))
	require.EqualError(t, err, "9223372036854.775807 EUR + 0.000001 EUR: amount out of range")
	_, err = money.Micros(1, money.EUR).Sub(money.Micros(1, money.USD))
	require.EqualError(t, err, "EUR and USD: currencies differ")
	_, err = money.Minor(math.MinInt64, money.EUR).Abs()
	require.ErrorIs(t, err, money.ErrOverflow)
}

func FuzzParsePrice(f *testing.F) {
	f.Add("0.012345 EUR")
	f.Add("-1.5 JPY")
	f.Add("1.0000001 USD")
	f.Fuzz(func(t *testing.T, s string) {
		var p, back money.Price
		if p.UnmarshalText([]byte(s)) != nil {
			return
		}
		text, err := p.MarshalText()
		if err != nil || back.UnmarshalText(text) != nil || back != p {
			t.Fatalf("%q: %v then %v %v", s, p, back, err)
		}
	})
}

func FuzzParseCurrency(f *testing.F) {
	f.Add("EUR")
	f.Add("eur")
	f.Add("ZZZ")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := money.ParseCurrency(s); err == nil && (c.Code() != s || c.Name() == "") {
			t.Fatalf("%q: %v", s, c)
		}
	})
}

// FuzzParseRounded compares the number with rational arithmetic.
func FuzzParseRounded(f *testing.F) {
	f.Add("1.005", uint8(0))
	f.Add("-92233720368547758.085", uint8(1))
	f.Add("0000000000000000000000000000000000000.5", uint8(4))
	f.Fuzz(func(t *testing.T, s string, mode uint8) {
		m, err := money.ParseRounded(s, money.EUR, money.Rounding(mode%7))
		if err != nil {
			return
		}
		x, ok := new(big.Rat).SetString(s)
		if !ok {
			t.Fatalf("%q: %v, but no number", s, m)
		}
		if want, ok := money.RoundRat(x.Mul(x, big.NewRat(100, 1)), money.Rounding(mode%7)); !ok || want != m.Minor() {
			t.Fatalf("%q: %v, want %d", s, m, want)
		}
	})
}

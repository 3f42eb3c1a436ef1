package money_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/money"
)

func Example() {
	net := money.Minor(119_900, money.EUR)
	fee, _ := net.MulRat(3, 100, money.HalfEven)
	var total money.Sum
	fmt.Println(total.Add(net).Add(fee).Total())
	parts, _ := net.Split(3)
	fmt.Println(parts)
	_, err := net.Add(money.Minor(1, money.USD))
	fmt.Println(err)
	// Output:
	// 1234.97 EUR <nil>
	// [399.67 EUR 399.67 EUR 399.66 EUR]
	// EUR and USD: currencies differ
}

func ExamplePrice_Carry() {
	perClick := money.Micros(333_333, money.EUR)
	var carried money.Price
	for range 3 {
		sum, _ := carried.Add(perClick)
		var cents money.Money
		cents, carried = sum.Carry()
		fmt.Println(cents, carried)
	}
	// Output:
	// 0.33 EUR 0.003333 EUR
	// 0.33 EUR 0.006666 EUR
	// 0.33 EUR 0.009999 EUR
}

func TestCurrencyFacts(t *testing.T) {
	digits := map[money.Currency]int{money.EUR: 2, money.JPY: 0, money.KWD: 3, money.CLF: 4, money.HUF: 2, money.XAU: 0}
	for c, want := range digits {
		assert.Equal(t, want, c.Digits(), "%v", c)
	}
	assert.False(t, money.XAU.HasMinorUnit())
	assert.True(t, money.JPY.HasMinorUnit())
	dem, err := money.ParseCurrency("DEM")
	require.NoError(t, err)
	assert.Equal(t, "2002-03", dem.Withdrawn())
	for _, bad := range []string{"", "eur", "EU", "EURO", "QQQ", "E\xffR"} {
		_, err := money.ParseCurrency(bad)
		require.ErrorIs(t, err, money.ErrCurrency, "%q", bad)
	}
	all := money.Currencies()
	for i, c := range all {
		back, err := money.ParseCurrency(c.Code())
		require.NoError(t, err)
		assert.Equal(t, c, back)
		if i > 0 {
			assert.Less(t, all[i-1].Code(), c.Code(), "sorted, no duplicates")
		}
	}
}

func TestArithmeticRefusesOverflowAndMixedCurrencies(t *testing.T) {
	top, bottom := money.Minor(math.MaxInt64, money.EUR), money.Minor(math.MinInt64, money.EUR)
	one := money.Minor(1, money.EUR)
	for name, f := range map[string]func() (money.Money, error){
		"max+1":   func() (money.Money, error) { return top.Add(one) },
		"min-1":   func() (money.Money, error) { return bottom.Sub(one) },
		"-min":    bottom.Neg,
		"0-min":   func() (money.Money, error) { return money.Minor(0, money.EUR).Sub(bottom) },
		"max*2":   func() (money.Money, error) { return top.Mul(2) },
		"1/0":     func() (money.Money, error) { return one.MulRat(1, 0, money.Down) },
		"min/-1":  func() (money.Money, error) { return bottom.MulRat(1, -1, money.Down) },
		"rounded": func() (money.Money, error) { return top.MulRat(math.MaxInt64, math.MaxInt64-1, money.Up) },
	} {
		_, err := f()
		require.ErrorIs(t, err, money.ErrOverflow, name)
	}
	got, err := bottom.Mul(1)
	require.NoError(t, err)
	assert.Equal(t, bottom, got)
	_, err = one.Cmp(money.Minor(1, money.USD))
	require.ErrorIs(t, err, money.ErrMismatch)
	adopted, err := money.Money{}.Add(one)
	require.NoError(t, err)
	assert.Equal(t, one, adopted)
}

func TestAllocateAddsUpIsSymmetricAndFair(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50_000 {
		amount := randomInt(r)
		weights := make([]int64, 1+r.IntN(8))
		var total int64
		for i := range weights {
			weights[i] = int64(r.IntN(5)) * (1 + r.Int64N(1<<40))
			total += weights[i]
		}
		if total == 0 {
			weights[0], total = 1, 1
		}
		parts, err := money.Minor(amount, money.EUR).Allocate(weights...)
		require.NoError(t, err)
		var sum money.Sum
		back, err := sum.AddAll(parts).Total()
		require.NoError(t, err)
		if back.Minor() != amount {
			t.Fatalf("%d over %v: %v adds up to %v", amount, weights, parts, back)
		}
		for i, p := range parts {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), big.NewInt(weights[i])), big.NewInt(total))
			diff := new(big.Rat).Sub(new(big.Rat).SetInt64(p.Minor()), exact)
			if diff.Abs(diff).Cmp(big.NewRat(1, 1)) >= 0 || weights[i] == 0 && p.Minor() != 0 {
				t.Fatalf("%d over %v: part %d is %v", amount, weights, i, p)
			}
		}
		if amount != math.MinInt64 {
			mirrored, err := money.Minor(-amount, money.EUR).Allocate(weights...)
			require.NoError(t, err)
			for i := range parts {
				if parts[i].Minor() != -mirrored[i].Minor() {
					t.Fatalf("%d over %v: %v is not the mirror of %v", amount, weights, parts, mirrored)
				}
			}
		}
	}
	for _, bad := range [][]int64{nil, {0, 0}, {-1, 2}, {math.MaxInt64, 1}} {
		_, err := money.Minor(1, money.EUR).Allocate(bad...)
		require.ErrorIs(t, err, money.ErrWeights, "%v", bad)
	}
}

func ExampleMoney_Phase() {
	year := money.Minor(100_00, money.EUR)
	months, _ := year.Phase(1, 1, 1)
	fmt.Println(months)
	// Output: [33.33 EUR 33.34 EUR 33.33 EUR]
}

func TestPhaseKeepsEveryRunningTotalWithinHalfAUnit(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 50_000 {
		amount := randomInt(r)
		weights := make([]int64, 1+r.IntN(12))
		var total int64
		for i := range weights {
			weights[i] = int64(r.IntN(5)) * (1 + r.Int64N(1<<40))
			total += weights[i]
		}
		if total == 0 {
			weights[0], total = 1, 1
		}
		parts, err := money.Minor(amount, money.EUR).Phase(weights...)
		require.NoError(t, err)
		running, cumulative := new(big.Int), int64(0)
		for i, p := range parts {
			running.Add(running, big.NewInt(p.Minor()))
			cumulative += weights[i]
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), big.NewInt(cumulative)), big.NewInt(total))
			diff := new(big.Rat).Sub(new(big.Rat).SetInt(running), exact)
			if diff.Abs(diff).Cmp(big.NewRat(1, 2)) > 0 || weights[i] == 0 && p.Minor() != 0 {
				t.Fatalf("%d over %v: %v", amount, weights, parts)
			}
		}
		if running.Int64() != amount {
			t.Fatalf("%d over %v adds up to %v", amount, weights, running)
		}
		if amount != math.MinInt64 {
			mirrored, err := money.Minor(-amount, money.EUR).Phase(weights...)
			require.NoError(t, err)
			for i := range parts {
				if parts[i].Minor() != -mirrored[i].Minor() {
					t.Fatalf("%d over %v: %v is not the mirror of %v", amount, weights, parts, mirrored)
				}
			}
		}
	}
	for _, bad := range [][]int64{nil, {0}, {-1}} {
		_, err := money.Minor(1, money.EUR).Phase(bad...)
		require.ErrorIs(t, err, money.ErrWeights)
	}
}

func TestPriceText(t *testing.T) {
	for text, want := range map[string]money.Price{"0.012345 EUR": money.Micros(12345, money.EUR), "-1.500000 USD": money.Micros(-1_500_000, money.USD), "": {}} {
		var p money.Price
		require.NoError(t, p.UnmarshalText([]byte(text)))
		assert.Equal(t, want, p)
		back, err := p.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(back))
	}
	var p money.Price
	require.ErrorIs(t, p.UnmarshalText([]byte("1.0")), money.ErrSyntax)
	require.ErrorIs(t, p.UnmarshalText([]byte("1.0 XXQ")), money.ErrCurrency)
	require.ErrorIs(t, p.UnmarshalText([]byte("1.0000001 EUR")), money.ErrSyntax)
}

func TestSumKeeps128BitsAndTheFirstError(t *testing.T) {
	top := money.Minor(math.MaxInt64, money.EUR)
	var s money.Sum
	back, err := s.Add(top).Add(top).Sub(top).Total()
	require.NoError(t, err)
	assert.Equal(t, top, back)
	var over money.Sum
	_, err = over.Add(top).Add(top).Total()
	require.ErrorIs(t, err, money.ErrOverflow)
	var mixed money.Sum
	_, err = mixed.Add(top).Add(money.Minor(1, money.USD)).Sub(top).Total()
	mismatch := new(money.MismatchError)
	require.ErrorAs(t, err, &mismatch)
	assert.Equal(t, money.USD, mismatch.Right)
}

func TestParseAndString(t *testing.T) {
	for text, want := range map[string]money.Money{
		"1234.50 EUR": money.Minor(123450, money.EUR), "-0.05 EUR": money.Minor(-5, money.EUR), "7 JPY": money.Minor(7, money.JPY),
		"1.2345 CLF": money.Minor(12345, money.CLF), "-92233720368547758.08 USD": money.Minor(math.MinInt64, money.USD),
	} {
		got, err := money.Parse(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, text, got.String())
	}
	got, err := money.ParseAmount("1.5000", money.EUR)
	require.NoError(t, err)
	assert.Equal(t, int64(150), got.Minor())
	assert.Equal(t, "-1,234,567.89 EUR", money.Minor(-123456789, money.EUR).Grouped())
	assert.Equal(t, "999.00 EUR", money.Minor(99900, money.EUR).Grouped())
	for _, bad := range []string{"", "-", ".5", "5.", "1,000.00", "1e5", "+1", "1.005", " 1", "٣", "--1", "92233720368547758.08", "1111111111111111111111111111111111111111111"} {
		_, err := money.ParseAmount(bad, money.EUR)
		require.Error(t, err, "%q", bad)
	}
	_, err = money.Parse("1.00")
	require.ErrorIs(t, err, money.ErrSyntax)
}

func TestFromDecimal(t *testing.T) {
	d := func(s string) decimal.Decimal { v, err := decimal.NewFromString(s); require.NoError(t, err); return v }
	for _, c := range []struct {
		in   string
		mode money.Rounding
		want int64
	}{{"2.675", money.HalfEven, 268}, {"2.665", money.HalfEven, 266}, {"-2.5", money.Down, -250}, {"-0.001", money.Floor, -1}, {"0.001", money.Ceiling, 1}, {"0.005", money.HalfDown, 0}} {
		got, err := money.FromDecimal(d(c.in), money.EUR, c.mode)
		require.NoError(t, err)
		assert.Equal(t, c.want, got.Minor(), "%v %v", c.in, c.mode)
	}
	for _, bomb := range []string{"1e10000", "1e-10000", "92233720368547758.08"} {
		_, err := money.FromDecimal(d(bomb), money.EUR, money.Down)
		require.ErrorIs(t, err, money.ErrOverflow, bomb)
	}
	assert.True(t, money.Minor(1250, money.EUR).Decimal().Equal(d("12.5")))
}

func TestPriceConversions(t *testing.T) {
	p, err := money.PriceOf(money.Minor(150, money.EUR))
	require.NoError(t, err)
	assert.Equal(t, int64(1_500_000), p.Micros())
	assert.Equal(t, money.Minor(2, money.JPY), money.Micros(1_500_000, money.JPY).Round(money.HalfEven))
	assert.Equal(t, "0.012345 EUR", money.Micros(12345, money.EUR).String())
	parsed, err := money.ParsePrice("0.012345", money.EUR)
	require.NoError(t, err)
	assert.Equal(t, money.Micros(12345, money.EUR), parsed)
	_, err = money.PriceOf(money.Minor(math.MaxInt64, money.EUR))
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestJSONRoundTrip(t *testing.T) {
	type line struct {
		Net money.Money    `json:"net"`
		In  money.Currency `json:"in"`
	}
	in := line{money.Minor(9007199254740993, money.USD), money.EUR} // 2^53+1 survives
	b, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"net":"90071992547409.93 USD","in":"EUR"}`, string(b))
	var out line
	require.NoError(t, json.Unmarshal(b, &out))
	assert.Equal(t, in, out)
	require.Error(t, json.Unmarshal([]byte(`{"net":12.5}`), &out))
}

func FuzzParse(f *testing.F) {
	f.Add("1234.50 EUR")
	f.Add("-0.00 JPY")
	f.Add("1e99 USD")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := money.Parse(s)
		if err != nil {
			return
		}
		back, err := money.Parse(m.String())
		if err != nil || back != m {
			t.Fatalf("%q: %v then %v %v", s, m, back, err)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	m := money.Minor(1250, money.EUR)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = m.Add(m)
	}
}

func BenchmarkSumMillion(b *testing.B) {
	column := make([]int64, 1_000_000)
	amounts := make([]money.Money, len(column))
	r := rand.New(rand.NewPCG(7, 8))
	for i := range column {
		column[i] = r.Int64N(100_000_000)
		amounts[i] = money.Minor(column[i], money.EUR)
	}
	b.Run("column", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			money.SumMinor(column)
		}
	})
	b.Run("amounts", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var s money.Sum
			s.AddAll(amounts)
		}
	})
}

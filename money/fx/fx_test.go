package fx_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// Three days in the ECB's layout. The figures are made up.
const sample = "Date,USD,JPY,GBP,\n2026-01-12,1.0834,171.5,N/A,\n2026-01-09,1.08,171,0.85,\n2026-01-02,1.07,170,0.84,\n"

func Example() {
	rates, err := fx.ReadECB(strings.NewReader(sample), "ecb.csv")
	if err != nil {
		panic(err)
	}
	sunday := civil.MustDate(2026, 1, 11)
	usd, how, err := rates.Convert(money.Minor(10_000, money.EUR), money.USD, sunday, money.HalfEven)
	fmt.Println(usd, "|", how, err)
	gbp, how, err := rates.Convert(usd, money.GBP, sunday, money.HalfEven)
	fmt.Println(gbp, "|", how, err)
	_, _, err = rates.Convert(usd, money.JPY, civil.MustDate(2025, 12, 31), money.HalfEven)
	fmt.Println(err)
	// Output:
	// 108.00 USD | EUR→USD 1.08 of 2026-01-09 (ECB) <nil>
	// 85.00 GBP | USD→GBP 0.85/1.08 via EUR of 2026-01-09 (ECB) <nil>
	// USD on 2025-12-31: no rate published that day or up to 7 days before
}

func TestGapLimit(t *testing.T) {
	rates, err := fx.ReadECB(strings.NewReader(sample), "ecb.csv")
	require.NoError(t, err)
	r, err := rates.Rate(money.GBP, civil.MustDate(2026, 1, 16))
	require.NoError(t, err, "seven days old")
	assert.Equal(t, civil.MustDate(2026, 1, 9), r.On)
	_, err = rates.Rate(money.GBP, civil.MustDate(2026, 1, 17))
	missing, ok := errors.AsType[*fx.NoRateError](err)
	require.True(t, ok)
	assert.Equal(t, money.GBP, missing.Currency)
	_, err = rates.WithMaxGap(0).Rate(money.USD, civil.MustDate(2026, 1, 11))
	require.ErrorIs(t, err, fx.ErrNoRate)
	assert.Equal(t, []money.Currency{money.GBP, money.JPY, money.USD}, rates.Currencies())
	assert.Len(t, rates.Rates(money.GBP), 2)
}

func TestConvertEqualsBigRat(t *testing.T) {
	rates, err := fx.ReadECB(strings.NewReader(sample), "ecb.csv")
	require.NoError(t, err)
	on := civil.MustDate(2026, 1, 9)
	for _, minor := range []int64{1, -1, 999, 123_456_789, -5_000_000_000_001} {
		got, _, err := rates.Convert(money.Minor(minor, money.USD), money.JPY, on, money.Floor)
		require.NoError(t, err)
		exact := new(big.Rat).SetFrac64(minor*171*100, 100*108) // units: cents/100 × 171 / 1.08
		floor := new(big.Int).Div(exact.Num(), exact.Denom())
		assert.Equal(t, floor.Int64(), got.Minor(), "%d", minor)
	}
	same, how, err := rates.Convert(money.Minor(5, money.SEK), money.SEK, on, money.Down)
	require.NoError(t, err)
	assert.Equal(t, money.Minor(5, money.SEK), same)
	assert.Equal(t, on, how.Published)
	_, _, err = rates.Convert(money.Minor(1<<62, money.EUR), money.JPY, on, money.Down)
	require.NoError(t, err)
	_, _, err = rates.Convert(money.Minor(1<<62, money.JPY), money.USD, on, money.Down)
	require.NoError(t, err)
	big, err := fx.New(money.EUR, "x", map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: decimal.New(1000, 0)}}})
	require.NoError(t, err)
	_, _, err = big.Convert(money.Minor(1<<62, money.EUR), money.USD, on, money.Down)
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestReadECBNamesThePlace(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "ecb.csv: row 1, column Date: file is empty",
		"Day,USD\n":                              `ecb.csv: row 1, column Date: column is missing; the first is "Day"`,
		"Date\n":                                 "ecb.csv: row 1, column Date: no currency column",
		"Date,USD,USD\n":                         "ecb.csv: row 1, column USD: column stands twice or is the base",
		"Date,XQQ\n":                             `ecb.csv: row 1, column XQQ: currency "XQQ": unknown currency`,
		"Date,USD\n2026-01-02,1e9\n":             `ecb.csv: row 2, column USD: rate "1e9": want digits like 1.0834: invalid rate`,
		"Date,USD\n2026-01-02,0\n":               "ecb.csv: row 2, column USD: want a positive number of at most 17 digits, 12 of them decimals: invalid rate",
		"Date,USD\n2026-02-30,1\n":               "ecb.csv: row 2, column Date: date 2026-02-30: invalid date",
		"Date,USD\n2026-01-02,1\n2026-01-02,1\n": "ecb.csv: row 3, column Date: 2026-01-02 stands in row 2 already",
		"Date,USD\n2026-01-02\n":                 "ecb.csv: row 2, column Date: 1 columns, want 2 as in the header",
		"Date,USD\n2026-01-02,\"1\n":             `ecb.csv: row 2, column Date: extraneous or missing " in quoted-field`,
	} {
		_, err := fx.ReadECB(strings.NewReader(text), "ecb.csv")
		require.ErrorIs(t, err, fx.ErrSyntax, "%q", text)
		assert.EqualError(t, err, want)
	}
}

func FuzzReadECB(f *testing.F) {
	f.Add(sample)
	f.Add("Date,USD\n2026-01-02,.\n")
	f.Add("Date,USD,\n2026-04-13,1.1684,\n\"x")
	f.Fuzz(func(t *testing.T, s string) {
		rates, err := fx.ReadECB(strings.NewReader(s), "x")
		if err != nil {
			return
		}
		for _, c := range rates.Currencies() {
			for _, r := range rates.Rates(c) {
				if got, err := rates.Rate(c, r.On); err != nil || !got.Units.Equal(r.Units) {
					t.Fatalf("%v %v: %v %v", c, r, got, err)
				}
			}
		}
	})
}

func BenchmarkConvert(b *testing.B) {
	rates, err := fx.ReadECB(strings.NewReader(sample), "ecb.csv")
	require.NoError(b, err)
	on := civil.MustDate(2026, 1, 9)
	b.ReportAllocs()
	for b.Loop() {
		_, _, _ = rates.Convert(money.Minor(12_345, money.USD), money.GBP, on, money.HalfEven)
	}
}

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
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func ecb(t *testing.T, text string) *fx.Table {
	t.Helper()
	rates, err := fx.ReadECB(strings.NewReader(text), "ecb.csv")
	require.NoError(t, err)
	return rates
}

func ExampleTable_Average() {
	spot, _ := fx.ReadECB(strings.NewReader(sample), "ecb.csv")
	january := civil.MonthOf(civil.MustDate(2026, 1, 1))
	monthly, _ := spot.Average(january)
	usd, how, err := monthly.Convert(money.Minor(100_00, money.EUR), money.USD, civil.MustDate(2026, 1, 31), money.HalfEven)
	fmt.Println(usd, "|", how, err)
	_, _, err = monthly.Convert(usd, money.EUR, civil.MustDate(2026, 2, 1), money.HalfEven)
	fmt.Println(err)
	// Output:
	// 107.78 USD | EUR→USD 1.0778 average rate of 2026-01-01..2026-01-31 (ECB) <nil>
	// USD on 2026-02-01: no rate of kind average for that day
}

func ExampleTable_Freeze() {
	spot, _ := fx.ReadECB(strings.NewReader(sample), "ecb.csv")
	plan, _ := spot.Freeze(civil.MustDate(2026, 1, 11), civil.YearOf(civil.MustDate(2027, 1, 1)))
	book, _ := fx.NewBook(spot, plan)
	on := civil.MustDate(2027, 6, 15)
	fmt.Println(book.Convert(fx.Budget, money.Minor(100_00, money.EUR), money.USD, on, money.HalfEven))
	_, _, err := book.Convert(fx.Average, money.Minor(100_00, money.EUR), money.USD, on, money.HalfEven)
	fmt.Println(err)
	// Output:
	// 108.00 USD EUR→USD 1.08 budget rate of 2027-01-01..2027-12-31 (ECB) <nil>
	// book: no rate of kind average
}

func ExampleReadCSV() {
	const file = `date,from,to,rate,kind,until
2026-01-09,EUR,USD,1.08,,
2026-01-09,GBP,EUR,1.15,spot,
2026-01-01,EUR,USD,1.10,budget,2026-12-31
`
	book, err := fx.ReadCSV(strings.NewReader(file), "treasury.csv", money.EUR)
	fmt.Println(err)
	on := civil.MustDate(2026, 1, 9)
	_, how, _ := book.Convert(fx.Spot, money.Minor(1, money.GBP), money.USD, on, money.HalfEven)
	fmt.Println(how, how.Reciprocal)
	_, how, _ = book.Convert(fx.Spot, money.Minor(1, money.USD), money.GBP, on, money.HalfEven)
	fmt.Println(how, how.Reciprocal)
	_, err = fx.ReadCSV(strings.NewReader("date,from,to,rate\n2026-01-09,EUR,USD,-1\n"), "treasury.csv", money.EUR)
	fmt.Println(err)
	// Output:
	// <nil>
	// GBP→USD 1.242 via EUR of 2026-01-09 (treasury.csv) false
	// USD→GBP 1/1.242 via EUR of 2026-01-09 (treasury.csv) true
	// treasury.csv: row 2, column rate: rate "-1": want digits like 1.0834: invalid rate
}

func ExampleRedenominations() {
	rates, _ := fx.ReadECB(strings.NewReader("Date,ROL,RON,USD,\n2005-07-01,N/A,3.6088,1.2087,\n2005-06-30,36030,N/A,1.2092,\n"), "ecb.csv")
	for _, day := range []int{30, 31} {
		on := civil.MustDate(2005, 6, 1).AddDays(day - 1)
		lei, how, err := rates.Convert(money.Minor(100_00, money.USD), money.RON, on, money.HalfEven)
		fmt.Println(lei, "|", how, err)
	}
	lei, how, err := rates.Convert(money.Minor(1_000_000_00, money.ROL), money.RON, civil.MustDate(2026, 1, 1), money.HalfEven)
	fmt.Println(lei, "|", how, err)
	// Output:
	// 297.97 RON | USD→RON 36030/12092 via EUR of 2005-06-30 (ECB), 10000 ROL = 1 RON since 2005-07-01 <nil>
	// 298.57 RON | USD→RON 3.6088/1.2087 via EUR of 2005-07-01 (ECB) <nil>
	// 100.00 RON | ROL→RON 1/10000 of 2026-01-01 (ECB), 10000 ROL = 1 RON since 2005-07-01 <nil>
}

func TestRedenominationsOnBothSidesOfTheDay(t *testing.T) {
	rates := ecb(t, "Date,TRL,TRY,HRK,USD\n2023-01-02,N/A,20.0,N/A,1.07\n2022-12-30,N/A,19.9,7.5365,1.06\n2005-01-03,N/A,1.8223,N/A,1.35\n2004-12-31,1836200,N/A,N/A,1.36\n")
	for _, c := range []struct {
		amount money.Money
		to     money.Currency
		on     string
		want   money.Money
		steps  int
	}{
		{money.Minor(1_836_200, money.TRL), money.EUR, "2004-12-31", money.Minor(100, money.EUR), 0},
		{money.Minor(1_836_20, money.TRY), money.EUR, "2004-12-31", money.Minor(1_000_00, money.EUR), 1}, // a new amount before its time
		{money.Minor(1_836_20, money.TRY), money.EUR, "2005-01-01", money.Minor(1_000_00, money.EUR), 1}, // born on a Saturday: the last old rate
		{money.Minor(1_822_300, money.TRL), money.EUR, "2005-01-03", money.Minor(100, money.EUR), 1},     // an old amount, though its rate is 3 days old
		{money.Minor(20_000_000, money.TRL), money.EUR, "2023-01-02", money.Minor(100, money.EUR), 1},    // 18 years late
		{money.Minor(753_65, money.HRK), money.EUR, "2022-12-31", money.Minor(100_00, money.EUR), 0},     // a rate of the market
		{money.Minor(753_45, money.HRK), money.EUR, "2023-01-01", money.Minor(100_00, money.EUR), 1},     // the rate of the law, one day later
		{money.Minor(100_00, money.EUR), money.HRK, "2023-01-02", money.Minor(753_45, money.HRK), 1},
		{money.Minor(753_45, money.HRK), money.USD, "2023-01-02", money.Minor(107_00, money.USD), 1},
		{money.Minor(195_583, money.DEM), money.FRF, "2010-05-01", money.Minor(6_559_57, money.FRF), 2}, // no rate at all
		{money.Minor(5, money.DEM), money.DEM, "2010-05-01", money.Minor(5, money.DEM), 0},
		{money.Minor(1_000_00, money.BYN), money.BYB, "1999-01-01", money.Minor(10_000_000_000, money.BYB), 2}, // two steps: 1,000 × 10,000
	} {
		on, err := civil.Parse(c.on)
		require.NoError(t, err)
		got, how, err := rates.Convert(c.amount, c.to, on, money.HalfEven)
		require.NoError(t, err, "%v in %v on %v", c.amount, c.to, c.on)
		assert.Equal(t, c.want, got, "%v on %v: %v", c.amount, c.on, how)
		assert.Len(t, how.Redenominated, c.steps, "%v on %v: %v", c.amount, c.on, how)
	}
	_, _, err := rates.Convert(money.Minor(1, money.DEM), money.USD, civil.MustDate(1998, 1, 1), money.Down)
	require.EqualError(t, err, "DEM on 1998-01-01: no rate published that day or up to 7 days before")
}

// The euro's rates have six significant digits, as Regulation (EC) No 1103/97,
// article 4, has it; a typing error in one would most likely break that.
func TestTheLawsRatesHaveSixDigits(t *testing.T) {
	joined := 0
	var before civil.Date
	for _, r := range fx.Redenominations() {
		assert.False(t, r.On.Before(before), "%v: by rising date", r)
		before = r.On
		assert.NotEmpty(t, r.Old.Withdrawn(), "%v", r)
		assert.Positive(t, r.Units.Sign(), "%v", r)
		if r.New == money.EUR {
			joined++
			assert.Len(t, strings.TrimLeft(strings.ReplaceAll(r.Units.StringFixed(-r.Units.Exponent()), ".", ""), "0"), 6, "%v", r)
		}
	}
	assert.Equal(t, 21, joined, "the 21 currencies of article 1 of Regulation (EC) No 2866/98 as amended")
}

func TestAverageIsTheMeanRoundedOnce(t *testing.T) {
	on := civil.MustDate(2026, 1, 1)
	var list []fx.Rate
	exact := new(big.Rat)
	for i, s := range []string{"1.1", "1.23", "1.456"} {
		list = append(list, fx.Rate{On: on.AddDays(i), Units: dec(s)})
		exact.Add(exact, dec(s).Rat())
	}
	list = append(list, fx.Rate{On: on.AddDays(40), Units: dec("9")})
	spot, err := fx.New(money.EUR, "x", map[money.Currency][]fx.Rate{money.USD: list, money.JPY: {{On: on.AddDays(40), Units: dec("171")}}})
	require.NoError(t, err)
	february := civil.MonthOf(civil.MustDate(2026, 2, 1))
	monthly, err := spot.Average(civil.MonthOf(on), february)
	require.NoError(t, err)
	r, err := monthly.Rate(money.USD, on.AddDays(30))
	require.NoError(t, err)
	assert.Equal(t, "1.2620000", r.Units.StringFixed(7), "3.786 / 3 at 3+4 decimals")
	assert.Equal(t, exact.Quo(exact, big.NewRat(3, 1)), r.Units.Rat())
	assert.Equal(t, 3, r.Count)
	assert.Equal(t, civil.MonthOf(on), r.Valid)
	assert.Equal(t, fx.Average, monthly.Kind())
	_, err = monthly.Rate(money.JPY, on)
	require.EqualError(t, err, "JPY on 2026-01-01: no rate of kind average for that day")
	_, err = monthly.Average(february)
	require.ErrorIs(t, err, fx.ErrSyntax, "an average of averages")
	_, err = spot.Average(february, civil.YearOf(on))
	require.ErrorIs(t, err, fx.ErrSyntax, "periods that overlap")
	_, err = spot.Average(civil.Period{})
	require.NoError(t, err, "no rate in no day")

	thirds, err := fx.New(money.EUR, "x", map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: dec("1")}, {On: on.AddDays(1), Units: dec("1")}, {On: on.AddDays(2), Units: dec("2")}}})
	require.NoError(t, err)
	monthly, err = thirds.Average(civil.MonthOf(on))
	require.NoError(t, err)
	r, err = monthly.Rate(money.USD, on)
	require.NoError(t, err)
	assert.Equal(t, "1.3333", r.Units.String())
}

func TestDirectRefusesReciprocals(t *testing.T) {
	rates := ecb(t, sample).Direct()
	on := civil.MustDate(2026, 1, 9)
	_, how, err := rates.Convert(money.Minor(1, money.EUR), money.USD, on, money.Down)
	require.NoError(t, err)
	assert.False(t, how.Reciprocal)
	for _, to := range []money.Currency{money.EUR, money.GBP} {
		_, _, err = rates.Convert(money.Minor(1, money.USD), to, on, money.Down)
		require.EqualError(t, err, "USD on 2026-01-09: no rate but the one quoted the other way round")
		require.ErrorIs(t, err, fx.ErrNoRate)
	}
	_, how, err = ecb(t, sample).Convert(money.Minor(1, money.USD), money.EUR, on, money.Down)
	require.NoError(t, err)
	assert.True(t, how.Reciprocal)
	assert.Equal(t, "USD→EUR 1/1.08 of 2026-01-09 (ECB)", how.String())
}

func TestReadCSVNamesThePlace(t *testing.T) {
	const head = "date,from,to,rate,kind,until\n"
	for text, want := range map[string]string{
		"":                                                "r.csv: row 1, column date: file is empty",
		"date,from,to\n":                                  "r.csv: row 1, column rate: column is missing",
		head + "2026-01-09,EUR,EUR,1,,\n":                 "r.csv: row 2, column to: is the same currency as from",
		head + "2026-01-09,EUR,XQQ,1,,\n":                 `r.csv: row 2, column to: currency "XQQ": unknown currency`,
		head + "x,EUR,USD,1,,\n":                          `r.csv: row 2, column date: date "x": want YYYY-MM-DD: invalid date`,
		head + "2026-01-09,EUR,USD,1,x,\n":                `r.csv: row 2, column kind: kind "x": want spot, average or budget: invalid rate`,
		head + "2026-01-09,EUR,USD,1,,2026-01-10\n":       "r.csv: row 2, column until: a spot rate is in force until the next one",
		head + "2026-01-09,EUR,USD,1,budget,2026-01-08\n": "r.csv: row 2, column until: is before date",
		head + "2026-01-09,EUR,USD,1,,\n2026-01-09,EUR,USD,2,spot,\n":                               "r.csv: row 3, column date: rate of EUR in USD on 2026-01-09: stands twice: invalid rate",
		head + "2026-02-01,EUR,USD,1,average,2026-02-28\n2026-01-01,EUR,USD,1,average,2026-02-01\n": "r.csv: row 2, column date: rate of EUR in USD on 2026-02-01: its period overlaps 2026-01-01..2026-02-01: invalid rate",
		head + "2026-01-09,EUR,USD," + strings.Repeat("9", 31) + ",,\n":                             `r.csv: row 2, column rate: rate "99999999999999999999"…: longer than 30 characters: invalid rate`,
	} {
		_, err := fx.ReadCSV(strings.NewReader(text), "r.csv", money.EUR)
		require.ErrorIs(t, err, fx.ErrSyntax, "%q", text)
		_, ok := errors.AsType[*finding.CellError](err)
		assert.True(t, ok, "%q", text)
		assert.EqualError(t, err, want)
	}
}

func TestNewRefusesWhatCannotBe(t *testing.T) {
	on := civil.MustDate(2026, 1, 9)
	day := civil.Days(on, on)
	for name, c := range map[string]struct {
		kind  fx.Kind
		rates map[money.Currency][]fx.Rate
	}{
		"the base against itself": {fx.Spot, map[money.Currency][]fx.Rate{money.EUR: {{On: on, Units: dec("1")}}}},
		"no currency":             {fx.Spot, map[money.Currency][]fx.Rate{0: {{On: on, Units: dec("1")}}}},
		"zero":                    {fx.Spot, map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: dec("0")}}}},
		"18 digits":               {fx.Spot, map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: dec("999999999999999999")}}}},
		"twice":                   {fx.Spot, map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: dec("1")}, {On: on, Units: dec("1")}}}},
		"a spot rate of a period": {fx.Spot, map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: dec("1"), Valid: day}}}},
		"a budget without one":    {fx.Budget, map[money.Currency][]fx.Rate{money.USD: {{On: on, Units: dec("1")}}}},
		"periods that overlap":    {fx.Budget, map[money.Currency][]fx.Rate{money.USD: {{Units: dec("1"), Valid: day}, {Units: dec("1"), Valid: civil.MonthOf(on)}}}},
	} {
		_, err := fx.NewKind(c.kind, money.EUR, "x", c.rates)
		require.ErrorIs(t, err, fx.ErrSyntax, name)
	}
	spot := ecb(t, sample)
	_, err := fx.NewBook(spot, spot)
	require.ErrorIs(t, err, fx.ErrSyntax)
	_, err = new(fx.Book).Table(fx.Kind(9))
	require.ErrorIs(t, err, fx.ErrNoRate)
	_, _, err = new(fx.Book).ConvertPrice(fx.Spot, money.Micros(1, money.EUR), money.USD, on, money.Down)
	require.ErrorIs(t, err, fx.ErrNoRate)
}

func FuzzReadCSV(f *testing.F) {
	f.Add("date,from,to,rate,kind,until\n2026-01-09,EUR,USD,1.08,,\n2026-01-01,GBP,EUR,1.1,budget,2026-12-31\n")
	f.Add("date,from,to,rate\n2026-01-09,EUR,USD,1.08\n\"x")
	f.Fuzz(func(t *testing.T, text string) {
		book, err := fx.ReadCSV(strings.NewReader(text), "x", money.EUR)
		if err != nil {
			return
		}
		spot, err := book.Table(fx.Spot)
		if err != nil {
			return
		}
		for _, c := range spot.Currencies() {
			for _, r := range spot.Rates(c) {
				got, how, err := spot.ConvertPrice(money.Micros(1_000_000, money.EUR), c, r.On, money.Down)
				if err != nil {
					require.ErrorIs(t, err, money.ErrOverflow)
				} else if how.From != money.EUR || got.Currency() != c {
					t.Fatalf("%v: %v by %v", r, got, how)
				}
			}
		}
	})
}

// FuzzConvert: the fraction of the provenance is the conversion.
func FuzzConvert(f *testing.F) {
	f.Add(int64(12_345), 0, 1, uint16(20_000), uint8(0))
	f.Add(int64(-1), 3, 5, uint16(35), uint8(3))
	rates, err := fx.ReadECB(strings.NewReader("Date,USD,JPY,TRL,TRY\n2005-01-03,1.35,140,N/A,1.8223\n2004-12-31,1.36,139.65,1836200,N/A\n"), "x")
	require.NoError(f, err)
	currencies := []money.Currency{money.EUR, money.USD, money.JPY, money.TRL, money.TRY, money.DEM, money.HRK}
	f.Fuzz(func(t *testing.T, minor int64, from, to int, day uint16, mode uint8) {
		a, b := currencies[uint(from)%7], currencies[uint(to)%7] //nolint:gosec // any will do
		rounding := money.Rounding(mode % 7)
		on := civil.MustDate(2004, 12, 20).AddDays(int(day % 40))
		got, how, err := rates.Convert(money.Minor(minor, a), b, on, rounding)
		if err != nil {
			return
		}
		x := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), new(big.Rat).Quo(how.Numer.Rat(), how.Denom.Rat()))
		ten := func(n int) *big.Rat { return decimal.New(1, int32(n)).Rat() } //nolint:gosec // 0..4
		x.Mul(x, ten(b.Digits())).Quo(x, ten(a.Digits()))
		if want, ok := money.RoundRat(x, rounding); !ok || want != got.Minor() || got.Currency() != b {
			t.Fatalf("%d %v by %v: got %v, want %d", minor, a, how, got, want)
		}
		price, how, err := rates.ConvertPrice(money.Micros(minor, a), b, on, rounding)
		if err != nil {
			require.ErrorIs(t, err, money.ErrOverflow)
			return
		}
		x.Mul(new(big.Rat).SetInt64(minor), how.Numer.Rat()).Quo(x, how.Denom.Rat())
		if want, ok := money.RoundRat(x, rounding); !ok || want != price.Micros() || price.Currency() != b {
			t.Fatalf("%d micros of %v by %v: got %v, want %d", minor, a, how, price, want)
		}
	})
}

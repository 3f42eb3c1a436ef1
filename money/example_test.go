package money_test

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/money"
)

func ExampleMoney_MulDecimal() {
	net := money.Minor(19_99, money.EUR)
	vat, _ := net.MulDecimal(decimal.RequireFromString("0.19"), money.HalfUp)
	fmt.Println(vat)
	_, err := net.MulDecimal(decimal.New(1, 100_000), money.HalfUp)
	fmt.Println(err)
	// Output:
	// 3.80 EUR
	// 19.99 EUR × decimal of 1 bits and exponent 100000: amount out of range
}

func ExampleRate() {
	vat := money.NewRate(19, 100, money.HalfUp)
	fmt.Println(vat.Of(money.Minor(19_99, money.EUR)))
	fmt.Println(vat.OfAll(nil, []money.Money{money.Minor(100_00, money.EUR), money.Minor(-33_33, money.EUR)}))
	// Output:
	// 3.80 EUR <nil>
	// [19.00 EUR -6.33 EUR] <nil>
}

func ExampleRateOf() {
	rate, err := money.RateOf(decimal.RequireFromString("1.0834"), money.HalfEven) // as a file had it
	fmt.Println(rate, err)
	usd, err := rate.OfMinor(nil, []int64{100_00, 33_33}) // a column of EUR
	fmt.Println(money.FromMinors(usd, money.USD), err)
	// Output:
	// 10834/10000 <nil>
	// [108.34 USD 36.11 USD] <nil>
}

func ExampleParseRounded() {
	_, err := money.ParseAmount("12.3456789", money.EUR)
	fmt.Println(err)
	fmt.Println(money.ParseRounded("12.3456789", money.EUR, money.HalfEven))
	// Output:
	// amount "12.3456789": more than 2 decimals: invalid amount
	// 12.35 EUR <nil>
}

func ExampleMoney_Allocate() {
	invoice := money.Minor(-100_00, money.EUR)
	parts, _ := invoice.Allocate(1, 1, 1)
	fmt.Println(parts)
	_, err := invoice.Allocate(1, -1)
	fmt.Println(err)
	// Output:
	// [-33.34 EUR -33.33 EUR -33.33 EUR]
	// weight 1 is -1: weights cannot be split
}

func ExampleSum() {
	var spend, refunds money.Sum
	spend.Add(money.Minor(120_00, money.EUR)).Add(money.Minor(80_00, money.EUR))
	refunds.Sub(money.Minor(15_00, money.EUR))
	fmt.Println(spend.Merge(&refunds).Total())
	fmt.Println(spend.Add(money.Minor(1, money.USD)).Total())
	// Output:
	// 185.00 EUR <nil>
	// 0 EUR and USD: currencies differ
}

func ExampleSumMinor() {
	amounts := []money.Money{money.Minor(120_00, money.EUR), money.Minor(-20_50, money.EUR)}
	column, currency, err := money.Minors(amounts)
	total, ok := money.SumMinor(column)
	fmt.Println(money.Minor(total, currency), ok, err)
	fmt.Println(money.FromMinors(column, currency))
	// Output:
	// 99.50 EUR true <nil>
	// [120.00 EUR -20.50 EUR]
}

func ExampleCompare() {
	list := []money.Money{money.Minor(5, money.USD), money.Minor(7, money.EUR), money.Minor(-1, money.EUR)}
	slices.SortFunc(list, money.Compare)
	fmt.Println(list)
	_, err := list[0].Cmp(list[2])
	fmt.Println(err)
	// Output:
	// [-0.01 EUR 0.07 EUR 0.05 USD]
	// EUR and USD: currencies differ
}

func ExampleMoney_Abs() {
	credit := money.Minor(-12_50, money.EUR)
	size, _ := credit.Abs()
	fmt.Println(credit.Sign(), size)
	// Output: -1 12.50 EUR
}

func ExamplePrice_MulRat() {
	perThousand, _ := money.ParsePrice("4.25", money.EUR) // CPM
	cost, _ := perThousand.MulRat(123_457, 1_000, money.HalfEven)
	fmt.Println(cost, "=", cost.Round(money.HalfEven))
	// Output: 524.692250 EUR = 524.69 EUR
}

func ExampleParseCurrency() {
	for _, code := range []string{"KWD", "DEM", "XAU", "EURO"} {
		c, err := money.ParseCurrency(code)
		fmt.Printf("%q %d %q %v\n", c.Name(), c.Digits(), c.Withdrawn(), err)
	}
	// Output:
	// "Kuwaiti Dinar" 3 "" <nil>
	// "Deutsche Mark" 2 "2002-03" <nil>
	// "Gold" 0 "" <nil>
	// "" 0 "" currency "EURO": unknown currency
}

func ExampleMoney_MarshalText() {
	line, _ := json.Marshal(map[string]any{"net": money.Minor(1234_50, money.EUR), "click": money.Micros(12_345, money.EUR)})
	fmt.Println(string(line))
	var m money.Money
	fmt.Println(json.Unmarshal([]byte(`"1234.50 EUR"`), &m), m)
	// Output:
	// {"click":"0.012345 EUR","net":"1234.50 EUR"}
	// <nil> 1234.50 EUR
}

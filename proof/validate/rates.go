package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// ecb reads the whole history of euro reference rates and compares it with the
// text of the file, cell by cell: no value lost, none invented.
func ecb() *set {
	const file = "budget/fx/eurofxref-hist.csv.gz"
	return &set{
		area: "money", name: "ecb", files: []string{file}, control: control{file, "N/A,", "1.5,"},
		run: func(c *check, data fs.FS) error {
			body, err := unzip(data, file)
			if err != nil {
				return err
			}
			rates, err := fx.ReadECB(bytes.NewReader(body), "ecb.csv")
			if err != nil {
				return err
			}
			exact := rates.WithMaxGap(0)
			lines := bufio.NewScanner(bytes.NewReader(body))
			lines.Scan()
			header := strings.Split(strings.TrimSuffix(lines.Text(), ","), ",")
			var values, gaps tally
			days := 0
			for lines.Scan() {
				days++
				cells := strings.Split(lines.Text(), ",")
				day, err := civil.Parse(cells[0])
				if err != nil {
					return err
				}
				for i, code := range header[1:] {
					currency, err := money.ParseCurrency(code)
					if err != nil {
						return err
					}
					name := fmt.Sprint(day, " ", code)
					rate, err := exact.Rate(currency, day)
					if cells[i+1] == "N/A" {
						gaps.compare(name, true, err != nil)
						continue
					}
					// A decimal keeps the digits of the file, zeros at the end too.
					values.compare(name, cells[i+1], rate.Units.StringFixed(-rate.Units.Exponent()))
				}
			}
			c.equal("days", 6983, days)                        // as counted by the maintainers of the file
			c.equal("currencies", 41, len(rates.Currencies())) // likewise
			c.equal("cells without a rate", 68748, gaps.total) // likewise
			c.tally("rates", values)
			c.tally("days without a rate", gaps)
			if err := lines.Err(); err != nil {
				return err
			}
			return successors(c, rates)
		},
	}
}

// successors compares the fixed ratios of fx.Redenominations with the market: a
// currency that joined the euro closed within 0.1 % of the rate of the law, and one
// that was redenominated opened within 2 % of the old one.
func successors(c *check, rates *fx.Table) error {
	var closed, opened tally
	for _, r := range fx.Redenominations() {
		before := rates.Rates(r.Old)
		if len(before) == 0 {
			continue
		}
		last := before[len(before)-1]
		switch {
		case r.New == money.EUR && r.On.Sub(last.On) <= rates.MaxGap():
			gap := r.Units.Sub(last.Units).Abs().Mul(decimal.New(1000, 0))
			closed.compare(r.String(), true, gap.LessThan(r.Units))
		case r.New != money.EUR:
			first := rates.Rates(r.New)[0]
			gap := first.Units.Mul(r.Units).Sub(last.Units).Abs().Mul(decimal.New(50, 0))
			opened.compare(r.String(), true, gap.LessThan(last.Units))
			amount := money.Minor(1_000_000_000, r.Old)
			late, _, err := rates.Convert(amount, money.EUR, first.On, money.HalfEven)
			if err != nil {
				return err
			}
			exact := new(big.Rat).Quo(amount.Decimal().Rat(), r.Units.Rat())
			want, _ := money.RoundRat(exact.Quo(exact, first.Units.Rat()).Mul(exact, big.NewRat(100, 1)), money.HalfEven)
			opened.compare(r.String()+" converted", want, late.Minor())
		}
	}
	c.tally("last rates before the euro", closed)
	c.tally("redenominations", opened)
	return nil
}

func unzip(data fs.FS, file string) ([]byte, error) {
	f, err := data.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// cldr checks that books use the minor units of ISO 4217 where the display digits
// of CLDR differ.
func cldr() *set {
	const file = "budget/currency/iso-vs-cldr-digits.json"
	return &set{
		area: "money", name: "minor units", files: []string{file}, control: control{file, `"iso": "2"`, `"iso": "0"`},
		run: func(c *check, data fs.FS) error {
			var want struct {
				Differ map[string]struct{ ISO, CLDR string }
			}
			if err := readJSON(data, file, &want); err != nil {
				return err
			}
			var digits tally
			for _, code := range slices.Sorted(maps.Keys(want.Differ)) {
				currency, err := money.ParseCurrency(code)
				if err != nil {
					return err
				}
				digits.compare(code, want.Differ[code].ISO, currency.Digits())
			}
			c.tally("where CLDR differs", digits)
			return nil
		},
	}
}

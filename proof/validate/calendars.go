package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// nrf compares the retail calendar with the published 4-5-4 years.
func nrf() *set {
	const file = "budget/calendar/nrf454.json"
	return &set{
		area: "civil", name: "nrf454", files: []string{file}, control: control{file, `"weeks": 53`, `"weeks": 52`},
		run: func(c *check, data fs.FS) error {
			var want struct {
				Years []struct {
					FY           int
					Start, End   civil.Date
					Weeks        int
					PeriodStarts []civil.Date
				}
			}
			if err := readJSON(data, file, &want); err != nil {
				return err
			}
			cal := fiscal.NRF()
			var bounds, weeks, starts tally
			for _, y := range want.Years {
				bounds.compare(fmt.Sprint("FY", y.FY), civil.Days(y.Start, y.End), cal.YearBounds(y.FY))
				weeks.compare(fmt.Sprint("FY", y.FY), y.Weeks, cal.Weeks(y.FY))
				for i, start := range y.PeriodStarts {
					key := fiscal.Key{Year: y.FY, Number: i + 1}
					got, _ := cal.Bounds(key)
					starts.compare(key.String(), start, got.First())
				}
			}
			c.tally("years", bounds)
			c.tally("weeks", weeks)
			c.tally("period starts", starts)
			return nil
		},
	}
}

// iso4217 compares the currency table with the list of the standard.
func iso4217() *set {
	const file = "budget/currency/iso4217-codes-all.csv"
	return &set{
		area: "money", name: "iso4217", files: []string{file}, control: control{file, "Yen,JPY,392,0", "Yen,JPY,392,2"},
		run: func(c *check, data fs.FS) error {
			f, err := data.Open(file)
			if err != nil {
				return err
			}
			defer f.Close()
			rows, err := csv.NewReader(f).ReadAll()
			if err != nil {
				return err
			}
			active := make(map[string]bool)
			for _, r := range rows[1:] {
				if r[2] != "" && r[5] == "" {
					active[r[2]] = true
				}
			}
			var digits, numeric, status tally
			known := make(map[string]bool)
			for _, r := range rows[1:] {
				code := r[2]
				if code == "" || known[code] || active[code] && r[5] != "" {
					continue
				}
				known[code] = true
				cur, err := money.ParseCurrency(code)
				if err != nil {
					status.compare(code, "known", err)
					continue
				}
				status.compare(code, active[code], cur.Withdrawn() == "")
				want, got := "none", "none"
				if n, err := strconv.Atoi(r[4]); err == nil {
					want = strconv.Itoa(n)
				}
				if cur.HasMinorUnit() {
					got = strconv.Itoa(cur.Digits())
				}
				digits.compare(code, want, got)
				if n, err := strconv.Atoi(r[3]); err == nil && active[code] {
					numeric.compare(code, n, cur.Numeric())
				}
			}
			c.equal("active codes", 178, len(active)) // as counted by the maintainers of the list
			c.equal("codes", len(known), len(money.Currencies()))
			c.tally("current or withdrawn", status)
			c.tally("minor units", digits)
			c.tally("numeric codes", numeric)
			return nil
		},
	}
}

func readJSON(data fs.FS, file string, to any) error {
	b, err := fs.ReadFile(data, file)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

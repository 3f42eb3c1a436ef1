package main

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/kpi/forecast"
	"github.com/go-marops/marops/money"
)

// The univariate sets of NIST's Statistical Reference Datasets.
var nistNames = []string{"Lew", "Lottery", "Mavro", "Michelso", "NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4"}

func nist() []*set {
	const expected = "kpi/nist/expected.json"
	var sets []*set
	for _, name := range nistNames {
		file := "kpi/nist/" + name + ".dat"
		sets = append(sets, &set{
			area: "kpi", name: "nist/" + name, files: []string{file, expected},
			// One more observation: every statistic moves with it.
			control: control{file, "---", "---\n7\n"},
			run: func(c *check, data fs.FS) error {
				var want struct {
					Univariate map[string]struct {
						N    int
						Mean string `json:"exact_mean"`
						Std  string `json:"exact_std"`
						Lag1 string `json:"exact_lag1"`
					}
				}
				if err := readJSON(data, expected, &want); err != nil {
					return err
				}
				return univariate(c, data, file, want.Univariate[name].N, want.Univariate[name].Mean, want.Univariate[name].Std, want.Univariate[name].Lag1)
			},
		})
	}
	return sets
}

func univariate(c *check, data fs.FS, file string, n int, mean, std, lag1 string) error {
	const decimals = 10
	csv, scaled, err := observations(data, file, decimals)
	if err != nil {
		return err
	}
	y := func(a kpi.Agg) kpi.Measure { return kpi.Measure{Table: "data", Column: "y", Agg: a} }
	defs := kpi.Definitions{"n": kpi.Measure{Table: "data", Agg: kpi.Rows}, "mean": y(kpi.Mean), "std": y(kpi.StdDev)}
	source := kpi.Files(fstest.MapFS{"y.csv": {Data: csv}}).CSV("data", "y.csv", kpi.Decimal("y", decimals))
	result, err := kpi.Run(context.Background(), defs, kpi.Query{Metrics: []kpi.MetricKey{"n", "mean", "std"}}, source)
	if err != nil {
		return err
	}
	all, _ := result.Row()
	// The exact figures are printed to 21 or more significant digits.
	c.equal("observations", n, all.Value("n").Decimal(0))
	gotMean, _ := all.Value("mean").Rat()
	c.nearRat("mean", mean, gotMean, 1e-20)
	gotStd, _ := all.Value("std").Rat()
	c.nearRat("standard deviation", std, gotStd, 1e-20)
	r, _ := forecast.Autocorrelation(scaled, 1)
	c.nearRat("lag-1 autocorrelation", lag1, r, 1e-20)
	return nil
}

// observations returns the numbers after the last dashed line, as CSV and scaled.
func observations(data fs.FS, file string, decimals int) (csv []byte, scaled []int64, err error) {
	body, err := fs.ReadFile(data, file)
	if err != nil {
		return nil, nil, err
	}
	text := string(body)
	text = text[strings.LastIndex(text, "---")+3:]
	csv = []byte("y\n")
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		number := strings.TrimSpace(lines.Text())
		if number == "" {
			continue
		}
		csv = append(append(csv, number...), '\n')
		x, valid := new(big.Rat).SetString(number)
		if !valid {
			return nil, nil, fmt.Errorf("%s: %q is not a number", file, number)
		}
		x.Mul(x, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
		scaled = append(scaled, x.Num().Int64())
	}
	return csv, scaled, lines.Err()
}

// hillstrom compares the KPI tables of a published e-mail experiment.
func hillstrom() *set {
	const file, expected = "kpi/hillstrom/hillstrom.csv.gz", "kpi/hillstrom/expected.json"
	return &set{
		area: "kpi", name: "hillstrom", files: []string{file, expected}, control: control{expected, `"visits": 3894`, `"visits": 3895`},
		run: func(c *check, data fs.FS) error {
			type figures struct {
				N, Visits, Conversions int
				Spend                  float64
				VisitRate              float64 `json:"visit_rate"`
				CVR                    float64
				PerCustomer            float64 `json:"spend_per_customer"`
				Variance               float64 `json:"spend_var"`
				AOV                    float64
			}
			var want struct {
				Rows      int
				Segments  map[string]figures `json:"by_segment"`
				ByChannel map[string]figures `json:"by_segment_channel"`
			}
			if err := readJSON(data, expected, &want); err != nil {
				return err
			}
			sum := func(column string, u kpi.Unit, a kpi.Agg) kpi.Measure {
				return kpi.Measure{Table: "customers", Column: column, Agg: a, Unit: u}
			}
			usd := kpi.Currency(money.USD)
			defs := kpi.Definitions{
				"customers":   kpi.Measure{Table: "customers", Agg: kpi.Rows, Unit: kpi.Count("customer")},
				"visits":      sum("visit", kpi.Count("visit"), kpi.Sum),
				"conversions": sum("conversion", kpi.Count("order"), kpi.Sum),
				"spend":       sum("spend", usd, kpi.Sum),
				"variance":    sum("spend", usd, kpi.Variance),
				"visit_rate":  kpi.Ratio{Num: "visits", Den: "customers"},
				"cvr":         kpi.Ratio{Num: "conversions", Den: "customers"},
				"per":         kpi.Ratio{Num: "spend", Den: "customers"},
				"aov":         kpi.Ratio{Num: "spend", Den: "conversions"},
			}
			source := kpi.Files(data).CSV("customers", file, kpi.Text("segment"), kpi.Text("channel"), kpi.Integer("visit"), kpi.Integer("conversion"), kpi.Amount("spend", money.USD))
			metrics := []kpi.MetricKey{"customers", "visits", "conversions", "spend", "variance", "visit_rate", "cvr", "per", "aov"}
			bySegment, err := kpi.Run(context.Background(), defs, kpi.Query{Metrics: metrics, By: []string{"segment"}}, source)
			if err != nil {
				return err
			}
			byBoth, err := kpi.Run(context.Background(), defs, kpi.Query{Metrics: metrics[:4], By: []string{"segment", "channel"}}, source)
			if err != nil {
				return err
			}
			c.equal("rows", want.Rows, source.Rows("customers"))
			var exact, rates tally
			counts := func(name string, w figures, row kpi.Row) {
				exact.compare(name, fmt.Sprintf("%d %d %d %.2f", w.N, w.Visits, w.Conversions, w.Spend),
					fmt.Sprintf("%s %s %s %s", row.Value("customers").Decimal(0), row.Value("visits").Decimal(0), row.Value("conversions").Decimal(0), row.Value("spend").Decimal(2)))
			}
			for _, name := range slices.Sorted(maps.Keys(want.Segments)) {
				w := want.Segments[name]
				row, _ := bySegment.Row(name)
				counts(name, w, row)
				for i, f := range [...]float64{w.VisitRate, w.CVR, w.PerCustomer, w.Variance, w.AOV} {
					key := [...]kpi.MetricKey{"visit_rate", "cvr", "per", "variance", "aov"}[i]
					got, _ := row.Value(key).Float()
					rates.compare(name+" "+string(key), fmt.Sprintf("%.9g", f), fmt.Sprintf("%.9g", got))
				}
			}
			for _, name := range slices.Sorted(maps.Keys(want.ByChannel)) {
				segment, channel, _ := strings.Cut(name, "|")
				row, _ := byBoth.Row(segment, channel)
				counts(name, want.ByChannel[name], row)
			}
			c.tally("customers, visits, conversions, spend", exact)
			c.tally("rates, order value, variance", rates)
			return nil
		},
	}
}

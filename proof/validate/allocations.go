package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
)

// nearFloat compares numbers by their relative difference.
func (c *check) nearFloat(figure string, expected, got, tolerance float64) {
	c.add(figure, fmt.Sprint(expected), fmt.Sprint(got), math.Abs(got-expected) <= tolerance*math.Abs(expected))
}

// byColumn reads a CSV file with a header and returns its columns.
func byColumn(data fs.FS, file string) (map[string][]string, error) {
	f, err := data.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make(map[string][]string)
	for i, name := range rows[0] {
		for _, r := range rows[1:] {
			out[name] = append(out[name], r[i])
		}
	}
	return out, nil
}

// numbers reads a column.
func numbers(column []string) ([]float64, error) {
	out := make([]float64, len(column))
	for i, text := range column {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// robyn recomputes the contribution of every medium of a published model.
func robyn() *set {
	const model, weeks = "budget/robyn/model-3-165-9.json", "budget/robyn/simulated-weekly.csv"
	return &set{
		area: "budget", name: "robyn", files: []string{model, weeks}, control: control{model, `"theta": 0.33105499008`, `"theta": 0.33105599008`},
		run: func(c *check, data fs.FS) error {
			var want struct {
				Media map[string]struct{ Coef, Alpha, Gamma, Theta, DecompAgg float64 }
			}
			if err := readJSON(data, model, &want); err != nil {
				return err
			}
			columns, err := byColumn(data, weeks)
			if err != nil {
				return err
			}
			const from, to = 6, 163 // the window of the model, rows 6 to 162
			for _, medium := range slices.Sorted(maps.Keys(want.Media)) {
				w := want.Media[medium]
				spend, err := numbers(columns[medium])
				if err != nil {
					return err
				}
				adstock := allocate.Adstock{Decay: allocate.Geometric, Theta: w.Theta}
				curve, err := allocate.HillOf(w.Coef, w.Alpha, w.Gamma, adstock.Apply(spend)[from:to])
				if err != nil {
					return err
				}
				c.nearFloat("contribution of "+medium, w.DecompAgg, allocate.Contribution(curve, adstock, spend, from, to), 1e-9)
			}
			c.equal("media", 6, len(want.Media))
			return nil
		},
	}
}

// problem is a problem of budget/optimise.
type problem struct {
	ID       string
	Budget   float64
	Channels []struct {
		allocate.Curve
		Name            string
		Lo, Hi, Current float64
	}
	Expected struct{ Optimum float64 }
}

// Bounds of some problems are means, with fractions of a cent. All spend is told in
// units of a millionth, as cents of amounts that are magnified.
const magnified = 1e4

func fine(x float64) money.Money { return money.Minor(int64(math.Round(x*100*magnified)), money.EUR) }

func (p *problem) model() (*allocate.Model, error) {
	plan := allocate.Plan{Currency: money.EUR}
	for _, c := range p.Channels {
		curve := c.Curve
		curve.Half, curve.Scale, curve.Offset = curve.Half*magnified, curve.Scale*magnified, curve.Offset*magnified
		curve.Coef /= math.Pow(magnified, curve.Exp)
		plan.Channels = append(plan.Channels, allocate.Channel{
			Key: allocate.ChannelKey(c.Name), Curve: curve, Min: fine(c.Lo), Max: fine(c.Hi), Current: fine(c.Current),
		})
	}
	return allocate.Compile(plan)
}

// optimum checks one budget of a problem.
func (c *check) optimum(name string, m *allocate.Model, budget, want float64) error {
	a, err := m.Best(context.Background(), fine(budget), nil)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var sum money.Sum
	for _, l := range a.Lines {
		sum.Add(l.Spend)
	}
	total, err := sum.Total()
	if err != nil {
		return err
	}
	c.nearFloat(name+": optimum", want, a.Certificate.Optimum, 1e-9)
	c.add(name+": certified gap", "<= 1e-9", fmt.Sprintf("%.1e", a.Certificate.Gap), a.Certificate.Gap <= 1e-9 && a.Certificate.UpperBound >= a.Certificate.Optimum)
	c.equal(name+": spend adds up", fine(budget), total)
	c.add(name+": at least today's response", fmt.Sprint(a.Today.Response), fmt.Sprint(a.Response), !a.Today.Allowed || a.Response >= a.Today.Response)
	return nil
}

// optima compares allocations with certified optima.
func optima() *set {
	const single, sweep = "budget/optimise/instances.json", "budget/optimise/scurve-sweep.json"
	return &set{
		area: "budget", name: "optimise", files: []string{single, sweep}, control: control{single, `"optimum": 149089.16936476313`, `"optimum": 149089.16966476313`},
		run: func(c *check, data fs.FS) error {
			var problems []problem
			if err := readJSON(data, single, &problems); err != nil {
				return err
			}
			for _, p := range problems {
				m, err := p.model()
				if err != nil {
					return err
				}
				if err := c.optimum(p.ID, m, p.Budget, p.Expected.Optimum); err != nil {
					return err
				}
			}
			var budgets struct {
				Channels json.RawMessage
				Cases    []struct{ Budget, Optimum float64 }
			}
			if err := readJSON(data, sweep, &budgets); err != nil {
				return err
			}
			var p problem
			if err := json.Unmarshal(budgets.Channels, &p.Channels); err != nil {
				return err
			}
			m, err := p.model()
			if err != nil {
				return err
			}
			for _, one := range budgets.Cases {
				if err := c.optimum(fmt.Sprintf("sweep of %g", one.Budget), m, one.Budget, one.Optimum); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// meridian has no published optimum. Its weekly spend is read, spread anew over the
// same weeks and channels with half of its effect carried over, and must be certified
// and no worse than what was done.
func meridian() *set {
	const media, all = "budget/meridian/national-media.csv", "budget/meridian/national-all-channels.csv"
	// Sums of the columns, in decimal.
	spent := map[string][]string{
		media: {"27156895.073", "29394408.566", "27749086.025", "37440308.419"},
		all:   {"40501713.07997820001", "31320298.202364600005", "12079349.3415389999620", "87860358.24888599981", "47730683.47771817008"},
	}
	return &set{
		area: "budget", name: "meridian", files: []string{media, all}, control: control{media, ",231813.16,", ",231813.17,"},
		run: func(c *check, data fs.FS) error {
			for _, file := range []string{media, all} {
				columns, err := byColumn(data, file)
				if err != nil {
					return err
				}
				if err := c.respread(strings.TrimSuffix(file[len("budget/meridian/"):], ".csv"), columns, spent[file]); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// respread allocates the spend of all channels and weeks.
func (c *check) respread(name string, columns map[string][]string, spent []string) error {
	plan := allocate.Plan{Currency: money.USD}
	var total money.Sum
	for i, want := range spent {
		key := fmt.Sprintf("Channel%d", i)
		spend, err := numbers(columns[key+"_spend"])
		if err != nil {
			return err
		}
		sum, top := 0.0, 0.0
		channel := allocate.Channel{Key: allocate.ChannelKey(key), Adstock: allocate.Adstock{Decay: allocate.Geometric, Theta: 0.5}}
		for _, v := range spend {
			sum += v
			top = max(top, v)
			channel.Currents = append(channel.Currents, dollars(v))
			total.Add(dollars(v))
		}
		expected, err := strconv.ParseFloat(want, 64)
		if err != nil {
			return err
		}
		c.nearFloat(name+": spend of "+key, expected, sum, 1e-12)
		mean := sum / float64(len(spend))
		channel.Curve = allocate.Curve{Kind: allocate.Hill, Coef: mean, Half: 2 * mean, Slope: 0.8}
		channel.Max = dollars(1.5 * top)
		plan.Channels = append(plan.Channels, channel)
		plan.Periods = make([]allocate.Period, len(spend))
	}
	m, err := allocate.Compile(plan)
	if err != nil {
		return err
	}
	budget, err := total.Total()
	if err != nil {
		return err
	}
	a, err := m.Best(context.Background(), budget, nil)
	if err != nil {
		return err
	}
	c.equal(name+": spend adds up", budget, a.Total)
	c.add(name+": certified gap", "<= 1e-9", fmt.Sprintf("%.1e", a.Certificate.Gap), a.Certificate.Gap <= 1e-9)
	c.add(name+": at least today's response", fmt.Sprint(a.Today.Response), fmt.Sprint(a.Response), a.Today.Allowed && a.Response >= a.Today.Response)
	return nil
}

func dollars(x float64) money.Money { return money.Minor(int64(math.Round(x*100)), money.USD) }

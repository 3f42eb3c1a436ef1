package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math"
	"path"
	"strings"

	"github.com/go-marops/marops/workflow/mining"
)

const logFolder = "workflow/event-logs"

// eventLogs finds every log that has expected figures: of the whole, of its
// completed events, on business time, of its conformance, and published ones.
func eventLogs(data fs.FS) ([]*set, error) {
	var sets []*set
	for _, pattern := range []string{"/logs/*.xes.gz", "/logs/*.csv", "/logs/*.csv.gz"} {
		files, err := match(data, logFolder+pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			kind := strings.TrimSuffix(strings.TrimPrefix(path.Base(file), stem(file)), ".gz")
			expected := func(of string) (string, bool) {
				name := logFolder + "/expected/" + strings.TrimSuffix(stem(file), "-traces") + of + ".json"
				_, err := fs.Stat(data, name)
				return name, err == nil
			}
			add := func(folder, of, old, altered string, run func(c *check, data fs.FS, file, expected string) error) {
				if want, ok := expected(of); ok {
					sets = append(sets, &set{
						area: "workflow", name: folder + "/" + stem(file) + kind, files: []string{file, want},
						control: control{want, old, altered},
						run:     func(c *check, data fs.FS) error { return run(c, data, file, want) },
					})
				}
			}
			add("log", "", `"sum_ms": `, `"sum_ms": 1`, eventLog)
			if kind == ".xes" {
				add("lifecycle", ".complete", `"sum_ms": `, `"sum_ms": 1`, eventLog)
				add("business-time", ".business", `"sum_ms": `, `"sum_ms": 1`, businessTime)
				add("conformance", ".conformance", `"deviating": `, `"deviating": 1`, conformance)
			}
		}
	}
	published, err := match(data, logFolder+"/expected/*.published.json")
	if err != nil {
		return nil, err
	}
	for _, file := range published {
		if stem(file) == "bpic2020" {
			sets = append(sets, publishedTables(file))
		}
	}
	return sets, nil
}

// readLog reads a log of the folder with some attributes.
func readLog(data fs.FS, file string, attributes ...string) (*mining.Log, error) {
	f, err := data.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	read := mining.Reader{Attributes: attributes}
	if strings.Contains(path.Base(file), ".xes") {
		return read.XES(f, path.Base(file))
	}
	return read.CSV(f, path.Base(file), mining.XESColumns)
}

func digest(data fs.FS, file string) (string, error) {
	body, err := fs.ReadFile(data, file)
	return fmt.Sprintf("%x", sha256.Sum256(body)), err
}

// near compares two float64 to nine digits: both sides compute in it.
func (t *tally) near(what string, expected, got float64) {
	if math.Abs(expected-got) <= 1e-9*math.Abs(expected) {
		got = expected
	}
	t.compare(what, expected, got)
}

// times are the expected figures of a set of durations.
type times struct {
	N      *int
	Count  *int
	Sum    int64   `json:"sum_ms"`
	Min    int64   `json:"min_ms"`
	Max    int64   `json:"max_ms"`
	Mean   float64 `json:"mean_s"`
	Median float64 `json:"median_s"`
	P25    float64 `json:"p25_s"`
	P75    float64 `json:"p75_s"`
	P90    float64 `json:"p90_s"`
	P95    float64 `json:"p95_s"`
}

// durations counts comparisons of durations.
type durations struct{ sums, quantiles tally }

func (d *durations) compare(name string, w times, got mining.Durations) {
	for _, n := range []*int{w.N, w.Count} {
		if n != nil {
			d.sums.compare(name+" count", *n, got.N)
		}
	}
	d.sums.compare(name, fmt.Sprint(w.Sum, w.Min, w.Max), fmt.Sprint(got.Sum, got.Min, got.Max))
	for _, q := range [...]struct {
		name      string
		want, got float64
	}{
		{"mean", w.Mean, got.Mean()},
		{"median", w.Median, got.Median()},
		{"p25", w.P25, got.Quantile(.25)},
		{"p75", w.P75, got.Quantile(.75)},
		{"p90", w.P90, got.Quantile(.9)},
		{"p95", w.P95, got.Quantile(.95)},
	} {
		d.quantiles.near(name+" "+q.name, q.want, q.got/1000)
	}
}

func (d *durations) rows(c *check, of string) {
	c.tally(of+": counts, sums, min, max in ms", d.sums)
	c.tally(of+": means and quantiles", d.quantiles)
}

package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/go-marops/marops/workflow/mining"
)

const logFolder = "workflow/event-logs"

// eventLogs finds every log that has expected figures.
func eventLogs(data fs.FS) ([]*set, error) {
	var sets []*set
	for _, pattern := range []string{"/logs/*.xes.gz", "/logs/*.csv", "/logs/*.csv.gz"} {
		files, err := match(data, logFolder+pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			expected := logFolder + "/expected/" + stem(file) + ".json"
			if _, err := fs.Stat(data, expected); err != nil {
				continue
			}
			kind := strings.TrimSuffix(strings.TrimPrefix(path.Base(file), stem(file)), ".gz")
			sets = append(sets, &set{
				area: "workflow", name: "log/" + stem(file) + kind, files: []string{file, expected},
				control: control{expected, `"sum_ms": `, `"sum_ms": 1`},
				run:     func(c *check, data fs.FS) error { return eventLog(c, data, file, expected) },
			})
		}
	}
	return sets, nil
}

func eventLog(c *check, data fs.FS, file, expected string) error {
	var want struct {
		Cases, Events, Activities, Variants int
		Handovers                           *int
		ActivityCounts                      map[string]int `json:"activity_counts"`
		Starts                              map[string]int `json:"start_activities"`
		Ends                                map[string]int `json:"end_activities"`
		Top                                 []struct {
			Count      int
			Activities []string
		} `json:"top_variants"`
		DFG []struct {
			Src, Dst string
			times
		}
		Durations times `json:"case_duration"`
	}
	if err := readJSON(data, expected, &want); err != nil {
		return err
	}
	f, err := data.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	var log *mining.Log
	if strings.Contains(path.Base(file), ".xes") {
		log, err = mining.ReadXES(f, path.Base(file))
	} else {
		log, err = mining.ReadCSV(f, path.Base(file), mining.XESColumns)
	}
	if err != nil {
		return err
	}
	c.equal("cases", want.Cases, log.Cases())
	c.equal("events", want.Events, log.Events())
	counts := func(figure string, want map[string]int, got []mining.Tally) {
		var t tally
		t.compare("names", len(want), len(got))
		for _, g := range got {
			t.compare(g.Name, want[g.Name], g.Count)
		}
		c.tally(figure, t)
	}
	counts("activities", want.ActivityCounts, log.Activities())
	counts("starts", want.Starts, log.Starts())
	counts("ends", want.Ends, log.Ends())
	variants := log.Variants()
	c.equal("variants", want.Variants, len(variants))
	var top tally
	for i, v := range want.Top {
		top.compare(fmt.Sprint("rank ", i+1), fmt.Sprint(v.Count, v.Activities), fmt.Sprint(variants[i].Count, variants[i].Activities))
	}
	c.tally("top variants", top)
	edges := log.DirectlyFollows()
	var counted, sums, quantiles tally
	counted.compare("edges", len(want.DFG), len(edges))
	for i := range min(len(want.DFG), len(edges)) {
		w, g := want.DFG[i], edges[i]
		name := w.Src + " -> " + w.Dst
		counted.compare(name, fmt.Sprint(w.Src, w.Dst, w.Count), fmt.Sprint(g.From, g.To, g.Count))
		w.compare(name, g.Time, &sums, &quantiles)
	}
	want.Durations.compare("case", log.CaseDurations(), &sums, &quantiles)
	c.tally("directly-follows counts", counted)
	c.tally("sums, min, max in ms", sums)
	c.tally("means and quantiles", quantiles)
	if want.Handovers != nil && strings.Contains(file, ".xes") {
		c.equal("handovers", *want.Handovers, log.Handovers())
	}
	return nil
}

// times are the expected figures of a set of durations.
type times struct {
	Count  int
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

func (w times) compare(name string, got mining.Durations, sums, quantiles *tally) {
	sums.compare(name, fmt.Sprint(w.Sum, w.Min, w.Max), fmt.Sprint(got.Sum, got.Min, got.Max))
	for _, q := range [...]struct {
		name      string
		want, got float64
	}{
		{"mean", w.Mean, got.Mean()},
		{"median", w.Median, got.Quantile(.5)},
		{"p25", w.P25, got.Quantile(.25)},
		{"p75", w.P75, got.Quantile(.75)},
		{"p90", w.P90, got.Quantile(.9)},
		{"p95", w.P95, got.Quantile(.95)},
	} {
		// Nine significant digits of seconds: both sides are float64.
		quantiles.compare(name+" "+q.name, fmt.Sprintf("%.9g", q.want), fmt.Sprintf("%.9g", q.got/1000))
	}
}

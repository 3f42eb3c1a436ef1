package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/go-marops/marops/workflow/mining"
)

// logFigures are the expected figures of a log.
type logFigures struct {
	Source     string
	SHA256     string
	Cases      int
	Events     int
	Merged     int    `json:"duplicate_trace_ids"`
	Reordered  int    `json:"file_order_differs_cases"`
	Lifecycle  string `json:"lifecycle_filter"`
	Dropped    int    `json:"events_dropped"`
	First      int64  `json:"first_event_ms"`
	Last       int64  `json:"last_event_ms"`
	Activities int
	Counts     map[string]int `json:"activity_counts"`
	Starts     map[string]int `json:"start_activities"`
	Ends       map[string]int `json:"end_activities"`
	Variants   int
	Top        []struct {
		Count      int
		Activities []string
	} `json:"top_variants"`
	Covering int `json:"variants_covering_80pct_cases"`
	PerCase  struct {
		Min, Max     int64
		Mean, Median float64
	} `json:"events_per_case"`
	Edges int `json:"dfg_edges"`
	Total int `json:"dfg_total"`
	DFG   []struct {
		Src, Dst string
		times
	}
	Durations times            `json:"case_duration"`
	Before    map[string]times `json:"time_before_activity"`
	Rework    struct {
		Cases     int `json:"cases_with_any_repeat"`
		Extra     int `json:"extra_events"`
		SelfLoops int
		By        []mining.Repeat `json:"per_activity"`
	}
	Resources *int
	Without   int `json:"events_without_resource"`
	Handovers int
	Missing   int `json:"edges_with_missing_resource"`
	Months    []struct {
		Month                string
		Arrivals, Departures int
		Started              int `json:"cum_arrivals"`
		Ended                int `json:"cum_departures"`
		WIP                  int `json:"wip_end"`
	} `json:"monthly_utc"`
	Little struct {
		CaseTime int64   `json:"sum_case_duration_ms"`
		Window   int64   `json:"window_ms"`
		MeanWIP  float64 `json:"mean_wip"`
	} `json:"littles_law"`
}

func eventLog(c *check, data fs.FS, file, expected string) error {
	var want logFigures
	if err := readJSON(data, expected, &want); err != nil {
		return err
	}
	all, err := readLog(data, file)
	if err != nil {
		return err
	}
	log := all
	if want.Lifecycle != "" {
		log = all.Filter(mining.Filter{Lifecycle: []string{want.Lifecycle}})
		c.equal("events dropped", want.Dropped, all.Events()-log.Events())
	}
	if path.Base(file) == want.Source {
		sum, err := digest(data, file)
		if err != nil {
			return err
		}
		c.equal("SHA-256", want.SHA256, sum)
	}
	c.equal("cases", want.Cases, log.Cases())
	c.equal("events", want.Events, log.Events())
	c.equal("merged traces, reordered cases", fmt.Sprint(want.Merged, want.Reordered), fmt.Sprint(all.Merged(), log.Reordered()))
	first, last := log.Span()
	c.equal("first and last event", fmt.Sprint(want.First, want.Last), fmt.Sprint(first.UnixMilli(), last.UnixMilli()))
	names(c, "activities", want.Counts, log.Activities())
	names(c, "starts", want.Starts, log.Starts())
	names(c, "ends", want.Ends, log.Ends())
	c.equal("activities", want.Activities, len(log.Activities()))
	want.variants(c, log)
	want.graph(c, log)
	want.rework(c, log)
	if want.Resources != nil && !strings.Contains(file, "-traces") { // where the twin has empty resources, the log has none
		without, missing := log.Unattributed()
		c.equal("resources", *want.Resources, len(log.Loads()))
		c.equal("events without resource", want.Without, without)
		c.equal("handovers", fmt.Sprint(want.Handovers, want.Missing), fmt.Sprint(log.Handovers(), missing))
		sum := 0
		for _, e := range log.Handoffs() {
			sum += e.Count
		}
		c.equal("hand-offs from person to person", want.Handovers, sum)
	}
	want.flow(c, log)
	return nil
}

func names(c *check, figure string, want map[string]int, got []mining.Tally) {
	var t tally
	t.compare("names", len(want), len(got))
	for _, g := range got {
		t.compare(g.Name, want[g.Name], g.Count)
	}
	c.tally(figure+" by name", t)
}

func (want *logFigures) variants(c *check, log *mining.Log) {
	variants := log.Variants()
	c.equal("variants", want.Variants, len(variants))
	var top tally
	for i, v := range want.Top {
		if i < len(variants) {
			top.compare(fmt.Sprint("rank ", i+1), fmt.Sprint(v.Count, v.Activities), fmt.Sprint(variants[i].Count, variants[i].Activities))
		}
	}
	c.tally("top variants", top)
	covered, n := 0, 0
	for n < len(variants) && 5*covered < 4*log.Cases() {
		covered += variants[n].Count
		n++
	}
	c.equal("variants that cover 80 % of cases", want.Covering, n)
	length := log.CaseLengths()
	var t tally
	t.compare("min, max", fmt.Sprint(want.PerCase.Min, want.PerCase.Max), fmt.Sprint(length.Min, length.Max))
	t.near("mean", want.PerCase.Mean, length.Mean())
	t.near("median", want.PerCase.Median, length.Median())
	c.tally("events per case", t)
}

func (want *logFigures) graph(c *check, log *mining.Log) {
	edges := log.DirectlyFollows()
	total := 0
	for _, e := range edges {
		total += e.Count
	}
	c.equal("edges, steps", fmt.Sprint(want.Edges, want.Total), fmt.Sprint(len(edges), total))
	var counted tally
	var times durations
	counted.compare("edges", len(want.DFG), len(edges))
	for i := range min(len(want.DFG), len(edges)) {
		w, g := want.DFG[i], edges[i]
		name := w.Src + " -> " + w.Dst
		counted.compare(name, fmt.Sprint(w.Src, w.Dst, *w.Count), fmt.Sprint(g.From, g.To, g.Count))
		times.compare(name, w.times, g.Time)
	}
	c.tally("directly-follows counts", counted)
	times.rows(c, "edges")
	var cases durations
	cases.compare("case", want.Durations, log.CaseDurations())
	cases.rows(c, "case durations")
	var before durations
	waits := log.Waits()
	for _, w := range waits {
		before.compare(w.Activity, want.Before[w.Activity], w.Time)
	}
	c.equal("activities waited for", len(want.Before), len(waits))
	before.rows(c, "time before activity")
}

func (want *logFigures) rework(c *check, log *mining.Log) {
	got := log.Rework()
	c.equal("rework", fmt.Sprint(want.Rework.Cases, want.Rework.Extra, want.Rework.SelfLoops), fmt.Sprint(got.Cases, got.Extra, got.SelfLoops))
	c.equal("rework by activity", want.Rework.By, got.Activities)
}

// flow compares what came in, went out and was in progress.
func (want *logFigures) flow(c *check, log *mining.Log) {
	var t tally
	months := log.Months(nil)
	t.compare("months", len(want.Months), len(months))
	for i := range min(len(want.Months), len(months)) {
		w, g := want.Months[i], months[i]
		t.compare(w.Month, fmt.Sprint(w.Month, w.Arrivals, w.Departures, w.Started, w.Ended, w.WIP),
			fmt.Sprint(g.Month.String(), g.Arrivals, g.Departures, g.Started, g.Ended, g.WIP))
	}
	c.tally("months", t)
	little := log.Little()
	c.equal("Little's law", fmt.Sprint(want.Little.CaseTime, want.Little.Window), fmt.Sprint(little.CaseTime, little.Window))
	c.equal("Little's law, area = case time", want.Little.CaseTime, little.Area)
	var mean tally
	mean.near("mean", want.Little.MeanWIP, little.MeanWIP())
	c.tally("mean work in progress", mean)
}

package main

import (
	"fmt"
	"io/fs"
	"strconv"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// businessTime compares durations on a working calendar and the deadline of 16
// working hours of the first cases.
func businessTime(c *check, data fs.FS, file, expected string) error {
	var want struct {
		Calendar  string
		Durations times          `json:"case_business_duration"`
		Over      map[string]int `json:"cases_over_business_hours"`
		Edges     []struct {
			Src, Dst string
			times
		}
		First []struct {
			Case     string
			Start    int64 `json:"start_ms"`
			End      int64 `json:"end_ms"`
			Business int64 `json:"business_ms"`
			Deadline int64 `json:"deadline_16h_ms"`
		} `json:"first_200_cases"`
	}
	if err := readJSON(data, expected, &want); err != nil {
		return err
	}
	log, err := readLog(data, file)
	if err != nil {
		return err
	}
	first, last := log.Span()
	horizon := civil.Days(civil.DateOf(first), civil.DateOf(last))
	cal, err := worktime.Compile(worktime.MonFri("Europe/Amsterdam", "08:00-18:00"), horizon)
	if err != nil {
		return err
	}
	c.equal("calendar", "Mon-Fri 08:00-18:00 Europe/Amsterdam, no holidays", want.Calendar)
	log = log.WorkingTime(cal)
	var cases durations
	took := log.CaseDurations()
	cases.compare("case", want.Durations, took)
	cases.rows(c, "case durations")
	var over tally
	for hours, n := range want.Over {
		h, err := strconv.ParseInt(hours, 10, 64)
		if err != nil {
			return err
		}
		over.compare(hours+" h", n, took.Over(h*3_600_000))
	}
	c.tally("cases over so many hours", over)
	var edges durations
	got := log.DirectlyFollows()
	c.equal("edges", len(want.Edges), len(got))
	for i := range min(len(want.Edges), len(got)) {
		w, g := want.Edges[i], got[i]
		edges.sums.compare("edge", w.Src+" -> "+w.Dst, g.From+" -> "+g.To)
		edges.compare(w.Src+" -> "+w.Dst, w.times, g.Time)
	}
	edges.rows(c, "edges")
	var rows tally
	due := log.Deadlines(cal, worktime.Hours(16))
	for i, w := range want.First {
		if i < len(due) {
			d := due[i]
			rows.compare(w.Case, fmt.Sprint(w.Case, w.Start, w.End, w.Business, w.Deadline),
				fmt.Sprint(d.Case, d.Start.UnixMilli(), d.End.UnixMilli(), log.Case(i).Duration(), d.Due.UnixMilli()))
		}
	}
	c.tally("first cases with their deadline after 16 h", rows)
	return nil
}

package views

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report/chart"
)

// HeatMap returns a row per resource, in the order of the loads, and a column
// per period, in order of time: "9 Feb" for a day or a week by its first day,
// "Feb" for a calendar month, with the year where it changes if there is more
// than one. Cells hold hundredths of an hour, rounded half up, but what is not
// nothing and what exceeds the available time still does so; the note is
// Load.String. Where a resource has no load in a period that others have, the
// cell is missing. Several loads of one resource and period, of several plans
// say, add up against the greatest availability among them. Names are those to
// show; a resource that is not there shows its key.
func HeatMap(loads []planning.Load, names map[planning.ResourceKey]string) chart.HeatMapData {
	type place struct {
		resource planning.ResourceKey
		period   civil.Period
	}
	h := chart.HeatMapData{Unit: chart.Unit{Name: "h", Decimals: 2}}
	var resources []planning.ResourceKey
	var periods []civil.Period
	known := make(map[planning.ResourceKey]struct{})
	cells := make(map[place]planning.Load, len(loads))
	for _, l := range loads {
		if _, ok := known[l.Resource]; !ok {
			known[l.Resource] = struct{}{}
			resources = append(resources, l.Resource)
		}
		periods = append(periods, l.Period)
		at := place{l.Resource, l.Period}
		if before, ok := cells[at]; ok {
			l.Demand = add(l.Demand, before.Demand)
			l.Available = max(l.Available, before.Available)
		}
		cells[at] = l
	}
	slices.SortFunc(periods, civil.Period.Compare)
	periods = slices.Compact(periods)
	// A plan's first moment may fall into an earlier period in another zone: what
	// nobody works in at either end is no part of the picture.
	idle := func(p civil.Period) bool {
		return !slices.ContainsFunc(loads, func(l planning.Load) bool { return l.Period == p && l.Demand > 0 })
	}
	for len(periods) > 1 && idle(periods[0]) {
		periods = periods[1:]
	}
	for len(periods) > 1 && idle(periods[len(periods)-1]) {
		periods = periods[:len(periods)-1]
	}
	h.Columns = columns(periods)
	for _, key := range resources {
		row := chart.HeatRow{Label: nameOf(key, names[key]), Cells: make([]chart.HeatCell, len(periods))}
		for i, p := range periods {
			if l, ok := cells[place{key, p}]; ok {
				row.Cells[i] = cell(l)
			} else {
				row.Cells[i].Missing = true
			}
		}
		h.Rows = append(h.Rows, row)
	}
	return h
}

// add saturates: efforts are not negative.
func add(a, b planning.Effort) planning.Effort {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func cell(l planning.Load) chart.HeatCell {
	c := chart.HeatCell{Used: hundredths(l.Demand), Available: hundredths(l.Deployable()), Note: l.String()}
	if l.Over() { // rounding must not hide it
		c.Used = max(c.Used, c.Available+1)
	}
	return c
}

// hundredths returns an effort in hundredths of an hour: 600 thousandths of a
// minute each.
func hundredths(e planning.Effort) int64 {
	const one = 600
	n := int64(e) / one
	if int64(e)%one >= one/2 {
		n++
	}
	if e > 0 {
		n = max(n, 1)
	}
	return n
}

// columns names periods in order of time.
func columns(periods []civil.Period) []string {
	if len(periods) == 0 {
		return nil
	}
	years := periods[0].First().Year() != periods[len(periods)-1].First().Year()
	names := make([]string, len(periods))
	for i, p := range periods {
		first := p.First()
		if first.IsZero() {
			continue
		}
		name := first.Month().String()[:3]
		if p != civil.MonthOf(first) {
			name = fmt.Sprintf("%d %s", first.Day(), name)
		}
		if years && (i == 0 || periods[i-1].First().Year() != first.Year()) {
			name = fmt.Sprintf("%s %d", name, first.Year())
		}
		names[i] = name
	}
	return names
}

package budget

import (
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
)

// calendar is the horizon in tables: which period a day has, when periods begin,
// and which periods and sums a window covers.
type calendar struct {
	first    civil.Date // of the first period
	periodOf []int16    // by day from first on: periods leave no day out
	bounds   []civil.Period
	year     []int // index of a period's fiscal year
	yearFrom []int // first period of a year
	years    int
}

func newCalendar(c *Chart) calendar {
	var d calendar
	for p, key := range c.periods {
		bounds, _ := c.structure.Calendar.Bounds(key)
		d.bounds = append(d.bounds, bounds)
		if p == 0 || c.periods[p-1].Year != key.Year {
			d.yearFrom = append(d.yearFrom, p)
			d.years++
		}
		d.year = append(d.year, d.years-1)
	}
	d.first = d.bounds[0].First()
	d.periodOf = make([]int16, d.bounds[len(d.bounds)-1].Last().Sub(d.first)+1)
	for p, bounds := range d.bounds {
		from := bounds.First().Sub(d.first)
		for i := range bounds.Len() {
			d.periodOf[from+i] = int16(p) //nolint:gosec // at most 13 × MaxYears
		}
	}
	return d
}

// on returns the period of a day, or -1 outside the horizon.
func (d *calendar) on(day civil.Date) int {
	i := day.Sub(d.first)
	if day.IsZero() || i < 0 || i >= len(d.periodOf) {
		return -1
	}
	return int(d.periodOf[i])
}

// yearEnd returns the period after the last of a year.
func (d *calendar) yearEnd(year int) int {
	if year+1 < d.years {
		return d.yearFrom[year+1]
	}
	return len(d.bounds)
}

// period returns the index of a fiscal period, or -1 outside the horizon.
func (c *Chart) period(key fiscal.Key) int {
	i, ok := slices.BinarySearchFunc(c.periods, key, fiscal.Key.Compare)
	if !ok {
		return -1
	}
	return i
}

// span returns the periods [from, to) of a window around period p.
func (c *Chart) span(w Window, p int) (from, to int) {
	switch w {
	case Period:
		return p, p + 1
	case YTD:
		return c.days.yearFrom[c.days.year[p]], p + 1
	case Year:
		y := c.days.year[p]
		return c.days.yearFrom[y], c.days.yearEnd(y)
	case Total:
	}
	return 0, len(c.periods)
}

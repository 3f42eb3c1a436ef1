package worktime

import (
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Common returns the Calendar of the time at which all of some calendars work,
// in any zones: the hours that a team in Berlin and New York can meet. Zone,
// horizon and days are those of the first; a day's common work is within the
// shifts that start on it there.
//
// The error is a finding.List with the code worktime.common.none if there is no
// such time in the horizon nor in the year after it.
func Common(first *Calendar, others ...*Calendar) (*Calendar, error) {
	p := first.pattern
	p.others = slices.Clone(p.others)
	for _, o := range others {
		theirs := o.pattern
		theirs.others = nil
		p.others = append(append(p.others, &theirs), o.others...)
	}
	c := tabulate(&p, first.horizon)
	if c.total > 0 {
		return c, nil
	}
	w := c.walker()
	for day := c.day1; day < min(c.day1+366, maxDay); day++ {
		if len(w.day(day)) > 0 {
			return c, nil
		}
	}
	var found finding.List
	found.Errorf("worktime.common.none", "common", "let their shifts overlap",
		"no common working time from %s to a year after %s", civil.FromDays(c.day0), civil.FromDays(c.day1-1))
	return nil, found
}

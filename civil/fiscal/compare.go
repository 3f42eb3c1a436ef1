package fiscal

import "github.com/go-marops/marops/civil"

// PriorYear returns the period of the same number a year before; false if the
// calendar lacks either. Bounds gives its days as they were, RestatedBounds
// those that compare week by week.
func (c Calendar) PriorYear(k Key) (Key, bool) {
	prior := Key{k.Year - 1, k.Number}
	_, ok := c.Bounds(k)
	_, before := c.Bounds(prior)
	if !ok || !before {
		return Key{}, false
	}
	return prior, true
}

// RestatedBounds returns the days of a period for comparison with the same
// period of the next year; false if the calendar has no such period. A year of
// 53 weeks is restated as the 52 weeks from its second one, as the NRF does:
// week by week they are 364 days before those of the next year. Any other
// period is as Bounds has it.
func (c Calendar) RestatedBounds(k Key) (civil.Period, bool) {
	if !c.has(k) || c.Weeks(k.Year) != 53 {
		return c.Bounds(k)
	}
	second := c.start(k.Year, 1) + 7
	end := c.start(k.Year+1, 1)
	if k.Number < c.perYear() {
		end = second + c.weekOffset(k.Number+1)
	}
	return days(second+c.weekOffset(k.Number), end)
}

// PriorYearDay returns the day that d is compared with: 364 days before it, on
// the same weekday and in the same week of the prior year, restated if that one
// has 53 weeks. It is the zero Date if there is none: for the zero Date, before
// civil.MinDate, and in week 53, which the prior year lacks.
func (c Calendar) PriorYearDay(d civil.Date) civil.Date {
	const weeks52 = 52 * 7
	if _, week := c.WeekOf(d); week == 53 || d.IsZero() || d.Days()-weeks52 < civil.MinDate().Days() {
		return civil.Date{}
	}
	return d.AddDays(-weeks52)
}

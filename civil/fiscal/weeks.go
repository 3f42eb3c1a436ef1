package fiscal

import (
	"errors"
	"fmt"
	"time"
)

// YearEnd is the rule by which a fiscal year of whole weeks ends.
type YearEnd struct {
	Weekday time.Weekday // the last day of every year and week
	Month   time.Month   // in or near whose end the year ends
	Rule    EndRule      // which of the weekdays around the end of Month
	Named   Naming
	Week53  int // period that holds the extra week of a year of 53; 0 is the last one
}

// EndRule chooses the last day of a year among the weekdays around the end of a
// month.
type EndRule uint8

// The rules of 52- and 53-week years (Wikipedia, "4–4–5 calendar").
const (
	Nearest EndRule = iota // nearest to the month's last day, up to three days after it
	Last                   // the last one in the month
)

// Naming tells which calendar year gives a fiscal year its number. What counts
// is the nominal year, from the first day of a month to the last day of one:
// the actual one begins and ends some days off, now and then beyond New Year.
type Naming uint8

// The ways to name a year of whole weeks.
const (
	ByStart Naming = iota // as the year from February 2026 to January 2027 is 2026
	ByEnd                 // as the year from October 2025 to September 2026 is 2026
)

// Pattern divides a quarter of 13 weeks into three periods.
type Pattern uint8

// The patterns, by the weeks of a quarter's periods.
const (
	P445 Pattern = iota
	P454
	P544
)

// weeksBefore holds the weeks of a quarter before each of its periods.
var weeksBefore = [...][3]int{P445: {0, 4, 8}, P454: {0, 4, 9}, P544: {0, 5, 9}}

// Week52 returns the calendar of 52 or 53 whole weeks a year in twelve periods,
// three a quarter. Errors match ErrCalendar and tell everything that is wrong.
func Week52(end YearEnd, pattern Pattern) (Calendar, error) {
	return end.calendar(Calendar{kind: quarters, pattern: pattern})
}

// Thirteen returns the calendar of 52 or 53 whole weeks a year in thirteen
// periods of four weeks. Errors match ErrCalendar and tell everything that is
// wrong.
func Thirteen(end YearEnd) (Calendar, error) {
	return end.calendar(Calendar{kind: thirteen})
}

// NRF returns the 4-5-4 calendar of the National Retail Federation: the year
// ends on the Saturday nearest 31 January and has 52 or 53 whole weeks, Sunday
// to Saturday, in twelve periods; week 53 belongs to period 12. It is the
// calendar that Week52 returns for this rule and P454.
func NRF() Calendar {
	return Calendar{kind: quarters, pattern: P454, weekday: uint8(time.Saturday), month: uint8(time.January), week53: monthsPerYear}
}

func (e YearEnd) calendar(c Calendar) (Calendar, error) {
	var wrong []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf("calendar: "+format+": %w", append(args, ErrCalendar)...))
		}
	}
	last := c.perYear()
	refuse(e.Weekday < time.Sunday || e.Weekday > time.Saturday, "weekday %d: want 0 to 6", int(e.Weekday))
	refuse(e.Month < time.January || e.Month > time.December, "month %d: want 1 to 12", int(e.Month))
	refuse(e.Rule > Last, "end rule %d: want Nearest or Last", e.Rule)
	refuse(e.Named > ByEnd, "naming %d: want ByStart or ByEnd", e.Named)
	refuse(c.pattern > P544, "pattern %d: want P445, P454 or P544", c.pattern)
	refuse(e.Week53 < 0 || e.Week53 > last, "week 53 in period %d: want 1 to %d, or 0 for the last", e.Week53, last)
	if err := errors.Join(wrong...); err != nil {
		return Calendar{}, err
	}
	c.weekday, c.month, c.rule, c.named = uint8(e.Weekday), uint8(e.Month), e.Rule, e.Named
	c.week53 = uint8(e.Week53)
	if e.Week53 == 0 { // one value for one calendar, so that == tells them apart
		c.week53 = uint8(last)
	}
	return c, nil
}

// weekStart returns the first day of a fiscal year of whole weeks, counted from
// 1970-01-01.
func (c Calendar) weekStart(year int) int64 {
	// The fiscal year before ended a day earlier, in or near the month of this
	// calendar year. Only a year to December has both its nominal ends in one.
	ended := year - 1
	if c.named == ByStart && time.Month(c.month) != time.December {
		ended = year
	}
	// Both rules pick the one weekday of seven days: up to the month's last, or
	// up to three days later.
	day := 0
	if c.rule == Nearest {
		day = 3
	}
	latest := time.Date(ended, time.Month(c.month)+1, day, 0, 0, 0, 0, time.UTC)
	back := (int64(latest.Weekday()) - int64(c.weekday) + 7) % 7
	return latest.Unix()/secondsPerDay - back + 1
}

// weekOffset returns the days of a year of 52 weeks before a period.
func (c Calendar) weekOffset(number int) int64 {
	if c.kind == thirteen {
		return int64(number-1) * 4 * 7
	}
	quarter, period := (number-1)/3, (number-1)%3
	return int64(quarter*13+weeksBefore[c.pattern][period]) * 7
}

// periodStart returns the days of a year of so many weeks before a period.
func (c Calendar) periodStart(weeks, number int) int64 {
	offset := c.weekOffset(number)
	if weeks == 53 && number > int(c.week53) {
		offset += 7
	}
	return offset
}

// weekPeriod returns the period of a day of a year of so many weeks; day counts
// from the start of the year.
func (c Calendar) weekPeriod(weeks int, day int64) int {
	number := c.perYear()
	for number > 1 && day < c.periodStart(weeks, number) {
		number--
	}
	return number
}

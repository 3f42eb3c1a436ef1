package worktime

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
)

// recurrence is an RRULE that gives at most one day a year.
type recurrence struct {
	interval, count int        // count 0: no end
	until           civil.Date // the last day, zero: none
	month           time.Month // with nth
	nth             int        // 1 to 4, or -4 to -1 from the end; 0: the date of DTSTART
	weekday         time.Weekday
}

// in returns the day of a year, false if it has none.
func (r recurrence) in(start civil.Date, year int) (civil.Date, bool) {
	if r.nth == 0 {
		d, err := civil.New(year, start.Month(), start.Day()) // 29 February is not every year's
		return d, err == nil
	}
	first := civil.MustDate(year, r.month, 1)
	if r.nth < 0 {
		first = civil.MustDate(year, r.month, civil.DaysIn(year, r.month)-6).AddDays(7 * (r.nth + 1))
	} else {
		first = first.AddDays(7 * (r.nth - 1))
	}
	return first.AddDays((int(r.weekday) - int(first.Weekday()) + 7) % 7), true
}

// recur gives the occurrences of the event.
func (in *icalReader) recur() error {
	e := &in.event
	r, err := in.recurrence()
	if err != nil {
		return err
	}
	if d, ok := r.in(e.start, e.start.Year()); !ok || d != e.start {
		return in.fail(e.ruleLine, "RRULE", "does not give the day of DTSTART, %s", e.start)
	}
	if in.period.IsEmpty() {
		return nil
	}
	n := 0
	if early := in.period.First().Year() - 1 - e.start.Year(); early > 0 { // the first that may reach into the period
		n = early / r.interval
	}
	for ; r.count == 0 || n < r.count; n++ {
		year := e.start.Year() + n*r.interval
		if year > in.period.Last().Year() {
			break
		}
		d, ok := r.in(e.start, year)
		if !r.until.IsZero() && d.After(r.until) {
			break
		}
		if !ok {
			continue
		}
		if err := in.add(d); err != nil {
			return err
		}
	}
	return nil
}

var icalWeekdays = []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// recurrence reads the event's RRULE.
func (in *icalReader) recurrence() (recurrence, error) {
	e := &in.event
	fail := func(format string, args ...any) error {
		return in.fail(e.ruleLine, "RRULE", format, args...)
	}
	r := recurrence{interval: 1, month: e.start.Month()}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.ToUpper(e.rule), ";") {
		key, value, _ := strings.Cut(part, "=")
		if seen[key] {
			return recurrence{}, fail("%.40q is given twice", key)
		}
		seen[key] = true
		n, err := strconv.Atoi(value)
		number := err == nil && n >= 1 && n <= 9999
		switch key {
		case "FREQ":
			if value != "YEARLY" {
				return recurrence{}, fail("FREQ %.40q is not supported: want YEARLY, or the days as events of their own", value)
			}
		case "INTERVAL":
			r.interval = n
		case "COUNT":
			r.count = n
		case "UNTIL":
			day, _, _ := strings.Cut(value, "T")
			if r.until, err = in.date(e.ruleLine, "RRULE", day); err != nil {
				return recurrence{}, err
			}
			number = true
		case "BYMONTH":
			number = number && n <= 12
			r.month = time.Month(n)
		case "BYMONTHDAY":
			number = number && n == e.start.Day()
		case "BYDAY":
			if len(value) < 3 {
				return recurrence{}, fail("BYDAY %.40q is not supported: want the nth weekday of a month, as 4TH or -1MO", value)
			}
			r.weekday = time.Weekday(slices.Index(icalWeekdays, value[len(value)-2:]))
			r.nth, err = strconv.Atoi(value[:len(value)-2])
			if r.weekday < 0 || err != nil || r.nth == 0 || r.nth < -4 || r.nth > 4 {
				return recurrence{}, fail("BYDAY %.40q is not supported: want the nth weekday of a month, as 4TH or -1MO", value)
			}
			number = true
		case "WKST": // of no consequence for years
			number = true
		default:
			return recurrence{}, fail("%.40q is not supported: write the days as events of their own", key)
		}
		if key != "FREQ" && !number {
			return recurrence{}, fail("%s %.40q is not supported", key, value)
		}
	}
	leap := e.start.Month() == time.February && e.start.Day() == 29 && r.nth == 0
	switch {
	case !seen["FREQ"]:
		return recurrence{}, fail("FREQ is missing")
	case seen["COUNT"] && seen["UNTIL"]:
		return recurrence{}, fail("COUNT stands beside UNTIL")
	case seen["BYDAY"] && (!seen["BYMONTH"] || seen["BYMONTHDAY"]):
		return recurrence{}, fail("BYDAY is only supported with BYMONTH")
	case !seen["BYDAY"] && r.month != e.start.Month():
		return recurrence{}, fail("BYMONTH is not that of DTSTART")
	case leap && (seen["COUNT"] || seen["INTERVAL"]): // which count the years that have the day
		return recurrence{}, fail("29 February with INTERVAL or COUNT is not supported")
	case e.days > 366:
		return recurrence{}, fail("the event lasts longer than a year")
	}
	return r, nil
}

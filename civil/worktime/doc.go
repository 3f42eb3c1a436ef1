// Package worktime computes with working time: shifts, holidays, night work
// and clock changes, exact to the minute.
//
//	week := worktime.MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00")
//	week.Exceptions = []worktime.Exception{{Days: christmas, Name: "Christmas"}}
//	cal, err := worktime.Compile(week, civil.Days(first, last))
//	if err != nil {
//		return err // every problem at once, a finding.List
//	}
//	due := cal.Add(sent, worktime.Hours(16))       // sixteen working hours later
//	review := cal.Add(sent, worktime.Days(3))      // three working days later
//	effort := cal.Between(sent, due)               // 960 working minutes
//	end := cal.DayEnd(civil.MustDate(2026, 12, 1)) // when "due on that day" is over
//
// Working minutes, working days and elapsed time are different things, so a
// Length says which it is. A Calendar is immutable and safe for concurrent use.
//
// # Boundaries
//
// Working time is a set of half-open spans. Adding m > 0 working minutes gives
// the earliest instant at which m minutes have passed: a day's last minute ends
// at 17:00, not at 08:00 of the next morning. Adding m < 0 is the mirror image,
// the latest instant. Adding nothing changes nothing.
//
// # Zones and clock changes
//
// Shifts are wall-clock times in one zone, and a shift across a clock change has
// its real number of minutes. The instants of later clock times are never
// earlier ones:
//
//   - A time that a clock change skips means the change: a shift from 02:30 or to
//     02:30 begins or ends when the clock jumps from 02:00 to 03:00, one from
//     02:10 to 02:50 has no work, and a date that the zone skips has none.
//     (civil.Date.At, which resolves a single moment, moves forward by the length
//     of the gap instead.)
//   - A time that the clock shows twice means the first occurrence, or the second
//     if Spec.Repeated is Later.
//
// Zones come from package time; a program that runs without a zone database
// imports time/tzdata. Instants are whole minutes in UTC: finer ones are rounded
// down, also the offsets of local mean time before the zones.
//
// # Combining
//
// A week may change on a day (Spec.Versions), and exceptions replace single days
// (Spec.Exceptions, Spec.With, ReadHolidays, ReadICalendar and package
// civil/holidays). Intersect and Union combine Specs of one zone, Common
// intersects Calendars of any, Spec.CutAtMidnight does away with night shifts.
//
// # Range
//
// The days given to Compile, 200 years at most, are tabulated and answered in
// some nanoseconds without allocation. Days outside are worked out one by one
// from the same pattern when they are asked for, with the same answers, at some
// tens of nanoseconds per day passed, some microseconds next to a clock change.
// Results saturate at 0001-01-01T00:00Z and 9999-12-31T23:59Z.
package worktime

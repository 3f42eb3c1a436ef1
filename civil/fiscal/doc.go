// Package fiscal divides time into the years, periods and weeks that a company
// plans and reports by.
//
//	cal := fiscal.Gregorian(time.April)              // FY2026 = April 2026 to March 2027
//	key := cal.PeriodOf(civil.MustDate(2026, 6, 15)) // FY2026-P03
//	days, ok := cal.Bounds(key)                      // 2026-06-01..2026-06-30, true
//	sofar := cal.ToDate(civil.MustDate(2026, 6, 15)) // 2026-04-01..2026-06-15
//	before, ok := cal.PriorYear(key)                 // FY2025-P03
//	retail := fiscal.NRF()                           // 4-5-4 weeks, 52 or 53 a year
//	end := fiscal.YearEnd{Weekday: time.Saturday, Month: time.September, Rule: fiscal.Last, Named: fiscal.ByEnd}
//	weeks, err := fiscal.Week52(end, fiscal.P445)    // 4-4-5 weeks, or Thirteen(end)
//	last := retail.PriorYearDay(today)               // same weekday, 364 days before
//
// A Calendar is a small comparable value with a text form ("gregorian:4",
// "nrf", "52w:sat:sep:last:445:end", "13p:sat:jan:nearest:start"); its zero value
// is the calendar year. Days are civil dates: no clock and no zone. A fiscal year
// is named by the calendar year in which it starts, unless a YearEnd says
// otherwise.
//
// Years of whole weeks end on one weekday in or near the end of a month: the
// last one of the month or the one nearest to its end. They have 52 weeks and,
// once in five or six years, a 53rd, which lengthens the last period or the one
// that the YearEnd names. The calendar of the NRF
// (https://nrf.com/resources/4-5-4-calendar) is one of them. A year of 53 weeks
// is restated for comparison with the next: see Calendar.RestatedBounds.
package fiscal

// Package fiscal divides time into the years, periods and weeks that a company
// plans and reports by.
//
//	cal := fiscal.Gregorian(time.April)              // FY2026 = April 2026 to March 2027
//	key := cal.PeriodOf(civil.MustDate(2026, 6, 15)) // FY2026-P03
//	days, ok := cal.Bounds(key)                      // 2026-06-01..2026-06-30, true
//	sofar := cal.ToDate(civil.MustDate(2026, 6, 15)) // 2026-04-01..2026-06-15
//	before, ok := cal.PriorYear(key)                 // FY2025-P03
//	retail := fiscal.NRF()                           // 4-5-4 weeks, 52 or 53 a year
//
// A Calendar is a small comparable value with a text form ("gregorian:4",
// "nrf"); its zero value is the calendar year. Days are civil dates: no clock
// and no zone. A fiscal year is named by the calendar year in which it starts.
//
// The week-based calendar follows the NRF's 4-5-4 calendar
// (https://nrf.com/resources/4-5-4-calendar): whole weeks, Sunday to Saturday,
// in periods of 4, 5 and 4 weeks a quarter; a 53rd week in some years keeps the
// year's end near a fixed date and belongs to the last period.
package fiscal

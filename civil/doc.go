// Package civil holds calendar dates without a clock or a zone: a day in a
// plan, a fiscal period, a deadline.
//
//	launch := civil.MustDate(2026, time.March, 10)
//	fmt.Println(launch.Weekday(), launch.AddDays(-14))      // Tuesday 2026-02-24
//	q1 := civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 3, 31))
//	fmt.Println(q1.Contains(launch), q1.Len())              // true 90
//	for day := range q1.Each() { _ = day }
//
// A [Date] is one comparable int32, so it works as a map key, sorts with
// [Date.Compare], and costs nothing to copy. Its zero value is "no date".
// A [Month] and a [Week] (ISO 8601) are values of the same kind; a [WeekRule] cuts
// weeks in any other way. All have one text form, also in JSON and in a database.
// A [Period] is authored with an inclusive last day, as people say it, and is
// half-open inside, as arithmetic wants it.
//
// The Gregorian calendar is extended backwards (proleptic); the range is the
// years 1 to 9999. Day counts follow the algorithm of E. G. Richards in the
// Explanatory Supplement to the Astronomical Almanac (3rd ed., ch. 15).
package civil

// Package holidays knows the days that the law of a country or region makes free
// of work, computed by rule and ready for a working calendar.
//
//	free, err := holidays.In("DE-BY", days) // civil.Period -> []worktime.Exception
//	if err != nil {
//		return err // a region or a year that the package does not know
//	}
//	office := worktime.MonFri("Europe/Berlin", "09:00-17:00").With(free...)
//
// Regions are ISO 3166 codes; Regions lists them with the law that each set
// rests on and the years for which it holds. A year outside is an error, not a
// guess: holidays are made and abolished, as Denmark's Great Prayer Day after
// 2023 and Poland's Christmas Eve from 2025 show. Later years are as enacted in
// early 2026.
//
// A set holds what is law in the whole region: not the Assumption in those
// communities of Bavaria that are mostly Catholic, not Good Friday in Alsace,
// no customary eves (Sweden, Finland), no closing that a government orders for
// its offices alone, and no day that an employer owes for one on a Sunday
// (Belgium, Ireland). Where the law moves a holiday from a weekend, as in the
// United States and the United Kingdom, the day is the one that it is moved to.
// Everything else is an Exception away.
package holidays

package civil

import "time"

// WeekRule says how weeks are cut and numbered, in the terms of the Unicode CLDR
// (UTS 35, week data) and of java.time's WeekFields. Weeks of ISO 8601 have a
// type of their own, Week; ISOWeeks is the same rule. The zero WeekRule is that of
// the United States: weeks begin on Sunday, and week 1 holds 1 January.
type WeekRule struct {
	First   time.Weekday // the day on which weeks begin
	MinDays int          // of a year's days that its week 1 has at least, 1 to 7; other values are the nearest of them
}

// ISOWeeks returns the rule of ISO 8601: weeks begin on Monday and week 1 has at
// least four days of the year.
func ISOWeeks() WeekRule { return WeekRule{time.Monday, 4} }

// USWeeks returns the zero WeekRule.
func USWeeks() WeekRule { return WeekRule{} }

// start returns the first day of the week of a date, perhaps before MinDate.
func (r WeekRule) start(d Date) int32 {
	return d.n - ((d.n-int32(r.First))%7+7)%7 //nolint:gosec // a weekday
}

// Week returns the seven days of the week of d, fewer at MinDate and MaxDate; the
// empty period for the zero Date.
func (r WeekRule) Week(d Date) Period {
	if d.IsZero() {
		return Period{}
	}
	start := int64(r.start(d))
	return Days(clamp(start), clamp(start+6))
}

// Number returns the week year of d and the week's number in it, from 1; 0, 0
// for the zero Date. A week belongs to one year as a whole: 29 December 2025 is in
// week 1 of 2026 by either rule, where the WEEKNUM of spreadsheets begins a new
// week at New Year.
func (r WeekRule) Number(d Date) (year, week int) {
	if d.IsZero() {
		return 0, 0
	}
	// The day that decides: with MinDays of the week from it to its end.
	pivot := clamp(int64(r.start(d)) + 7 - int64(min(max(r.MinDays, 1), 7)))
	year = pivot.Year()
	return year, int(pivot.n-daysBefore(year)-1)/7 + 1
}

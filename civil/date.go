package civil

import (
	"errors"
	"fmt"
	"time"
)

// ErrDate is the kind of every error about a date that does not exist or text
// that is not a date.
var ErrDate = errors.New("invalid date")

// Date is a day of the Gregorian calendar. The zero Date is "no date": it is
// before every date, prints as "", and arithmetic leaves it as it is.
type Date struct {
	n int32 // days, with 1 = 0001-01-01; 0 = no date
}

// The first and the last Date.
var (
	minDate = Date{1}
	maxDate = Date{daysBefore(10000)}
)

// MinDate returns 0001-01-01.
func MinDate() Date { return minDate }

// MaxDate returns 9999-12-31.
func MaxDate() Date { return maxDate }

// daysBefore returns the number of days before 1 January of the year.
func daysBefore(year int) int32 {
	y := year - 1
	return int32(y*365 + y/4 - y/100 + y/400)
}

// cumulative days before each month of a common year.
var cumulative = [...]int32{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// IsLeap reports whether the year has 366 days.
func IsLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// DaysIn returns the number of days of a month.
func DaysIn(year int, month time.Month) int {
	if month == time.February && IsLeap(year) {
		return 29
	}
	return int(cumulative[month+1] - cumulative[month])
}

// New returns the date, or an error matching ErrDate if there is no such day.
func New(year int, month time.Month, day int) (Date, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December || day < 1 || day > DaysIn(year, month) {
		return Date{}, fmt.Errorf("date %d-%02d-%02d: %w", year, int(month), day, ErrDate)
	}
	n := daysBefore(year) + cumulative[month] + int32(day)
	if month > time.February && IsLeap(year) {
		n++
	}
	return Date{n}, nil
}

// MustDate is New for dates written in source code; it panics on a day that
// does not exist.
func MustDate(year int, month time.Month, day int) Date {
	d, err := New(year, month, day)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf returns the day on which t falls in t's own location.
func DateOf(t time.Time) Date {
	d, err := New(t.Date())
	if err != nil {
		return Date{} // outside years 1..9999
	}
	return d
}

// FromDays is the inverse of Date.Days; it saturates at MinDate and MaxDate.
func FromDays(days int64) Date {
	const unixEpoch = 719163 // 1970-01-01 counted from 0001-01-01 = 1
	return clamp(days + unixEpoch)
}

func clamp(n int64) Date { return Date{int32(min(max(n, int64(minDate.n)), int64(maxDate.n)))} }

// Days returns the number of days since 1970-01-01, negative before.
// It is meant for columns and indexes; the zero Date gives the smallest value.
func (d Date) Days() int64 {
	const unixEpoch = 719163
	return int64(d.n) - unixEpoch
}

// IsZero reports whether d is "no date".
func (d Date) IsZero() bool { return d.n == 0 }

// Date returns the parts, like time.Time's method of that name. The zero Date
// has parts 0, 0, 0.
func (d Date) Date() (year int, month time.Month, day int) {
	if d.n == 0 {
		return 0, 0, 0
	}
	// Richards' algorithm, shifted so that the year starts in March: the leap
	// day is then the last one and months follow (153m+2)/5.
	z := int64(d.n) + 305 // days since 0000-03-01
	era := z / 146097
	doe := z % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = int(doy - (153*mp+2)/5 + 1)
	month = time.Month(mp + 3)
	year = int(yoe + era*400)
	if month > time.December {
		month -= 12
		year++
	}
	return year, month, day
}

// Year returns the calendar year.
func (d Date) Year() int { y, _, _ := d.Date(); return y }

// Month returns the month of the year.
func (d Date) Month() time.Month { _, m, _ := d.Date(); return m }

// Day returns the day of the month.
func (d Date) Day() int { _, _, day := d.Date(); return day }

// Weekday returns the day of the week. The zero Date has weekday Sunday.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.n % 7) }

// ISOWeek returns the ISO 8601 year and week number.
func (d Date) ISOWeek() (year, week int) {
	if d.n == 0 {
		return 0, 0
	}
	thursday := Date{d.n - (d.n+6)%7 + 3}
	year = thursday.Year()
	return year, int(thursday.n-daysBefore(year)-1)/7 + 1
}

// AddDays returns the date n days later, saturating at MinDate and MaxDate.
func (d Date) AddDays(n int) Date {
	if d.n == 0 {
		return d
	}
	return clamp(int64(d.n) + int64(n))
}

// AddMonths returns the same day n months later; a day that the target month
// does not have becomes its last one (31 January + 1 month = 28 February).
// It saturates at MinDate and MaxDate.
func (d Date) AddMonths(n int) Date {
	if d.n == 0 {
		return d
	}
	year, month, day := d.Date()
	total := int64(year)*12 + int64(month-1) + int64(n)
	switch {
	case total < 12:
		return minDate
	case total >= 120000:
		return maxDate
	}
	year, month = int(total/12), time.Month(total%12+1)
	return MustDate(year, month, min(day, DaysIn(year, month)))
}

// Sub returns the number of days from other to d.
func (d Date) Sub(other Date) int { return int(d.n - other.n) }

// Compare returns -1, 0 or 1 as d is before, equal to or after other.
func (d Date) Compare(other Date) int {
	switch {
	case d.n < other.n:
		return -1
	case d.n > other.n:
		return 1
	}
	return 0
}

// Before reports whether d comes before other.
func (d Date) Before(other Date) bool { return d.n < other.n }

// After reports whether d comes after other.
func (d Date) After(other Date) bool { return d.n > other.n }

// In returns the instant at which the day begins in loc: local midnight, or the
// end of the clock change that skips it. A day that the zone skips altogether
// begins, and ends, where the next one begins.
func (d Date) In(loc *time.Location) time.Time {
	t := d.At(0, 0, loc)
	if t.Hour() == 0 && t.Minute() == 0 && t.Day() == d.Day() {
		return t
	}
	start, _ := t.ZoneBounds() // At moved past the change
	return start
}

// At returns the instant of a wall-clock time of the day in loc. A time skipped
// by a clock change moves forward by the length of the gap, a repeated one
// means its first occurrence.
func (d Date) At(hour, minute int, loc *time.Location) time.Time {
	year, month, day := d.Date()
	wall := time.Date(year, month, day, hour, minute, 0, 0, time.UTC).Unix()
	t := time.Date(year, month, day, hour, minute, 0, 0, loc)
	_, offset := t.Zone()
	shown := t.Unix() + int64(offset)
	// time.Date does not promise which offset it takes in a gap or an overlap.
	if shown > wall { // in a gap, and already moved forward
		return t
	}
	if shown < wall { // in a gap, moved backward: take the offset before the change
		return time.Unix(wall-int64(offset), 0).In(loc)
	}
	if start, _ := t.ZoneBounds(); !start.IsZero() {
		_, before := start.Add(-time.Nanosecond).Zone()
		if first := time.Unix(wall-int64(before), 0); first.Before(start) {
			return first.In(loc)
		}
	}
	return t
}

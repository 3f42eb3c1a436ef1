package fiscal

import "time"

// weeksBefore holds the weeks of a 4-5-4 year before each period.
var weeksBefore = [periodsPerYear]int64{0, 4, 9, 13, 17, 22, 26, 30, 35, 39, 43, 48}

// retailStart returns the first day of a period, counted from 1970-01-01.
func retailStart(year, number int) int64 {
	if number > periodsPerYear { // week 53 stays in the last period
		year, number = year+1, 1
	}
	// The Saturday nearest 31 January is one of 28 January to 3 February, so
	// the year starts on the Sunday in 29 January to 4 February.
	const secondsPerDay = 86400
	latest := time.Date(year, time.February, 4, 0, 0, 0, 0, time.UTC)
	return latest.Unix()/secondsPerDay - int64(latest.Weekday()) + 7*weeksBefore[number-1]
}

// retailPeriod returns the period of a day counted from the start of its year.
func retailPeriod(day int64) int {
	number := periodsPerYear
	for number > 1 && day < 7*weeksBefore[number-1] {
		number--
	}
	return number
}

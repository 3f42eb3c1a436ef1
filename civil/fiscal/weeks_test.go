package fiscal_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
)

func ExampleWeek52() {
	cal, err := fiscal.Week52(fiscal.YearEnd{
		Weekday: time.Saturday, Month: time.September, Rule: fiscal.Last,
		Named: fiscal.ByEnd, Week53: 3, // the first quarter is the longer one
	}, fiscal.P544)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cal, cal.Weeks(2023), cal.YearBounds(2023))
	quarter, _ := cal.Bounds(fiscal.Key{Year: 2023, Number: 3})
	fmt.Println(quarter.Last())
	// Output:
	// 52w:sat:sep:last:544:end:53in3 53 2022-09-25..2023-09-30
	// 2022-12-31
}

func ExampleThirteen() {
	cal, err := fiscal.Thirteen(fiscal.YearEnd{Weekday: time.Saturday, Month: time.January, Named: fiscal.ByStart})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := cal.PeriodOf(civil.MustDate(2024, 2, 3))
	days, _ := cal.Bounds(last)
	fmt.Println(cal, last, days, days.Len()/7)
	// Output: 13p:sat:jan:nearest:start FY2023-P13 2023-12-31..2024-02-03 5
}

func ExampleCalendar_RestatedBounds() {
	cal := fiscal.NRF() // its year 2017 has 53 weeks
	february := fiscal.Key{Year: 2017, Number: 1}
	actual, _ := cal.Bounds(february)
	restated, _ := cal.RestatedBounds(february)
	next, _ := cal.Bounds(fiscal.Key{Year: 2018, Number: 1})
	fmt.Println(actual, restated, next)
	fmt.Println(cal.PriorYearDay(next.First()))
	// Output:
	// 2017-01-29..2017-02-25 2017-02-05..2017-03-04 2018-02-04..2018-03-03
	// 2017-02-05
}

func week52(t *testing.T, end fiscal.YearEnd, pattern fiscal.Pattern) fiscal.Calendar {
	t.Helper()
	cal, err := fiscal.Week52(end, pattern)
	require.NoError(t, err)
	return cal
}

func thirteen(t *testing.T, end fiscal.YearEnd) fiscal.Calendar {
	t.Helper()
	cal, err := fiscal.Thirteen(end)
	require.NoError(t, err)
	return cal
}

// weekly holds calendars whose years reach over New Year in all the ways there
// are, at both ends of the range of dates.
func weekly(t *testing.T) []fiscal.Calendar {
	t.Helper()
	return []fiscal.Calendar{
		week52(t, fiscal.YearEnd{Weekday: time.Saturday, Month: time.September, Rule: fiscal.Last, Named: fiscal.ByEnd, Week53: 3}, fiscal.P544),
		week52(t, fiscal.YearEnd{Weekday: time.Sunday, Month: time.December, Rule: fiscal.Nearest, Named: fiscal.ByEnd}, fiscal.P445),
		thirteen(t, fiscal.YearEnd{Weekday: time.Thursday, Month: time.December, Rule: fiscal.Last, Named: fiscal.ByStart, Week53: 1}),
		thirteen(t, fiscal.YearEnd{Weekday: time.Wednesday, Month: time.January, Rule: fiscal.Nearest, Named: fiscal.ByEnd}),
	}
}

func TestNRFIsOneOfTheWeekCalendars(t *testing.T) {
	end := fiscal.YearEnd{Weekday: time.Saturday, Month: time.January, Rule: fiscal.Nearest, Named: fiscal.ByStart}
	assert.Equal(t, fiscal.NRF(), week52(t, end, fiscal.P454))
	end.Week53 = 12
	assert.Equal(t, fiscal.NRF(), week52(t, end, fiscal.P454))
	end.Week53 = 11
	assert.NotEqual(t, fiscal.NRF(), week52(t, end, fiscal.P454))
	got, err := fiscal.ParseCalendar("52w:sat:jan:nearest:454:start")
	require.NoError(t, err)
	assert.Equal(t, fiscal.NRF(), got)
	assert.Equal(t, "nrf", got.String())
}

// The years' last days are those of Wikipedia's article "4–4–5 calendar" and of
// the named companies' annual reports.
func TestYearEnds(t *testing.T) {
	cases := []struct {
		name string
		end  fiscal.YearEnd
		from int // fiscal year of the first day
		last []string
	}{
		{
			"last Saturday of August",
			fiscal.YearEnd{Weekday: time.Saturday, Month: time.August, Rule: fiscal.Last, Named: fiscal.ByEnd},
			2006,
			[]string{"2006-08-26", "2007-08-25", "2008-08-30", "2009-08-29", "2010-08-28", "2011-08-27", "2012-08-25", "2013-08-31", "2014-08-30", "2015-08-29", "2016-08-27", "2017-08-26", "2018-08-25", "2019-08-31"},
		},
		{
			"Saturday nearest the end of August",
			fiscal.YearEnd{Weekday: time.Saturday, Month: time.August, Named: fiscal.ByStart},
			2005,
			[]string{"2006-09-02", "2007-09-01", "2008-08-30", "2009-08-29", "2010-08-28", "2011-09-03", "2012-09-01", "2013-08-31", "2014-08-30", "2015-08-29", "2016-09-03", "2017-09-02", "2018-09-01", "2019-08-31"},
		},
		{
			"Micron",
			fiscal.YearEnd{Weekday: time.Thursday, Month: time.August, Named: fiscal.ByEnd},
			2011,
			[]string{"2011-09-01", "2012-08-30"},
		},
		{ // the years 2009 to 2011 all end in January of the next, 2012 has none
			"Johnson & Johnson",
			fiscal.YearEnd{Weekday: time.Sunday, Month: time.December, Named: fiscal.ByEnd},
			2004,
			[]string{"2005-01-02", "2006-01-01", "2006-12-31", "2007-12-30", "2008-12-28", "2010-01-03", "2011-01-02", "2012-01-01", "2012-12-30"},
		},
		{
			"Williams-Sonoma",
			fiscal.YearEnd{Weekday: time.Sunday, Month: time.January, Named: fiscal.ByStart},
			2023,
			[]string{"2024-01-28", "2025-02-02", "2026-02-01"},
		},
	}
	for _, c := range cases {
		for _, cal := range []fiscal.Calendar{week52(t, c.end, fiscal.P445), thirteen(t, c.end)} {
			for i, want := range c.last {
				assert.Equal(t, want, cal.YearBounds(c.from+i).Last().String(), c.name)
			}
		}
	}
	sonoma := week52(t, cases[4].end, fiscal.P454)
	assert.Equal(t, []int{52, 53, 52}, []int{sonoma.Weeks(2023), sonoma.Weeks(2024), sonoma.Weeks(2025)})
	assert.Equal(t, 52, fiscal.NRF().Weeks(2024), "the Saturday rule has its 53 weeks a year before")
}

// literalEnd finds the last day of a year by going through the days and applying
// the definition as it is worded.
func literalEnd(end fiscal.YearEnd, year int) civil.Date {
	monthEnd := civil.MustDate(year, end.Month, civil.DaysIn(year, end.Month))
	var found civil.Date
	if end.Rule == fiscal.Last {
		for d := range civil.MonthOf(monthEnd).Each() {
			if d.Weekday() == end.Weekday {
				found = d
			}
		}
		return found
	}
	distance := func(d civil.Date) int { return max(d.Sub(monthEnd), monthEnd.Sub(d)) }
	for d := range civil.Days(monthEnd.AddDays(-10), monthEnd.AddDays(10)).Each() {
		if d.Weekday() == end.Weekday && (found.IsZero() || distance(d) < distance(found)) {
			found = d
		}
	}
	return found
}

var (
	quarterWeeks  = [][]int{fiscal.P445: {4, 4, 5}, fiscal.P454: {4, 5, 4}, fiscal.P544: {5, 4, 4}}
	weeksThirteen = []int{4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4}
)

func TestRandomRulesAgainstTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(52, 53))
	for range 60 {
		end := fiscal.YearEnd{Weekday: time.Weekday(r.IntN(7)), Month: time.Month(1 + r.IntN(12)), Rule: fiscal.EndRule(r.IntN(2)), Named: fiscal.Naming(r.IntN(2))}
		weeks, cal := weeksThirteen, fiscal.Calendar{}
		if r.IntN(2) == 0 {
			end.Week53 = r.IntN(14)
			cal = thirteen(t, end)
		} else {
			pattern := fiscal.Pattern(r.IntN(3))
			end.Week53 = r.IntN(13)
			cal = week52(t, end, pattern)
			weeks = slices.Repeat(quarterWeeks[pattern], 4)
		}
		long := 0
		for ending := 1950; ending <= 2100; ending++ {
			year := ending
			if end.Named == fiscal.ByStart { // the first day after the month's end a year before
				year = civil.MustDate(ending-1, end.Month, civil.DaysIn(ending-1, end.Month)).AddDays(1).Year()
			}
			first, last := literalEnd(end, ending-1).AddDays(1), literalEnd(end, ending)
			require.Equal(t, civil.Days(first, last), cal.YearBounds(year), "%v %d", cal, year)
			count := (last.Sub(first) + 1) / 7
			require.Contains(t, []int{52, 53}, count)
			require.Equal(t, count, cal.Weeks(year))
			if count == 53 {
				long++
			}
			require.Len(t, cal.Periods(year), len(weeks))
			from := first
			for i, n := range weeks {
				if count == 53 && (i+1 == end.Week53 || end.Week53 == 0 && i+1 == len(weeks)) {
					n++
				}
				key := fiscal.Key{Year: year, Number: i + 1}
				got, ok := cal.Bounds(key)
				if want := civil.Days(from, from.AddDays(7*n-1)); !ok || got != want {
					t.Fatalf("%v: %v is %v, want %v", cal, key, got, want)
				}
				if in := from.AddDays(r.IntN(7 * n)); cal.PeriodOf(from) != key || cal.PeriodOf(got.Last()) != key || cal.PeriodOf(in) != key {
					t.Fatalf("%v: not all the days of %v know it", cal, key)
				}
				from = got.Last().AddDays(1)
			}
			require.Equal(t, last.AddDays(1), from)
		}
		// 151 years have 52 weeks each and 1.2425 days more on average.
		assert.InDelta(t, 151*1.2425/7, long, 1)
		text, err := json.Marshal(cal)
		require.NoError(t, err)
		var back fiscal.Calendar
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, cal, back)
	}
}

// Week by week, a year of 52 weeks is 364 days after the year before it as
// restated.
func TestRestated(t *testing.T) {
	for _, cal := range append(weekly(t), fiscal.NRF()) {
		for year := 1990; year < 2050; year++ {
			total := 0
			for _, key := range cal.Periods(year) {
				days, ok := cal.Bounds(key)
				require.True(t, ok)
				prior, ok := cal.PriorYear(key)
				require.True(t, ok)
				restated, ok := cal.RestatedBounds(prior)
				require.True(t, ok)
				total += restated.Len()
				if cal.Weeks(year) == 52 {
					require.Equal(t, restated, civil.Days(cal.PriorYearDay(days.First()), cal.PriorYearDay(days.Last())), "%v %v", cal, key)
				}
			}
			require.Equal(t, 364, total)
		}
	}
	cal := fiscal.Gregorian(time.April)
	key := fiscal.Key{Year: 2026, Number: 3}
	restated, ok := cal.RestatedBounds(key)
	require.True(t, ok)
	assert.Equal(t, "2026-06-01..2026-06-30", restated.String())
	for _, k := range []fiscal.Key{{}, {Year: 2017, Number: 13}, {Year: 10000, Number: 1}} {
		_, ok := fiscal.NRF().RestatedBounds(k)
		assert.False(t, ok, k)
	}
}

func TestPriorYearDay(t *testing.T) {
	cal := fiscal.NRF()
	for day, want := range map[string]string{
		"2018-02-04": "2017-02-05", // week 1 after a year of 53: the second week, restated
		"2017-01-29": "2016-01-31", // week 1 of the year of 53
		"2018-01-27": "2017-01-28", // its week 52
		"2018-01-28": "",           // its week 53
		"2018-02-03": "",
		"2019-02-02": "2018-02-03", // week 52 with week 53
		"0001-06-01": "",
	} {
		d, err := civil.Parse(day)
		require.NoError(t, err)
		assert.Equal(t, want, cal.PriorYearDay(d).String(), day)
	}
	assert.Zero(t, cal.PriorYearDay(civil.Date{}))
	var months fiscal.Calendar
	assert.Equal(t, civil.MinDate(), months.PriorYearDay(civil.MinDate().AddDays(364)))
	assert.Zero(t, months.PriorYearDay(civil.MinDate().AddDays(363)))
}

func TestRules(t *testing.T) {
	good := fiscal.YearEnd{Weekday: time.Friday, Month: time.June}
	_, err := fiscal.Week52(fiscal.YearEnd{Weekday: 7, Rule: 2, Named: 2, Week53: 13}, 3)
	require.ErrorIs(t, err, fiscal.ErrCalendar)
	for _, part := range []string{"weekday 7", "month 0", "end rule 2", "naming 2", "pattern 3", "week 53 in period 13"} {
		assert.ErrorContains(t, err, part)
	}
	for _, week := range []int{-1, 14, 256 + 3} {
		end := good
		end.Week53 = week
		cal, err := fiscal.Thirteen(end)
		require.ErrorIs(t, err, fiscal.ErrCalendar)
		assert.Zero(t, cal)
	}
	for text, want := range map[string]fiscal.Calendar{
		"52w:fri:jun:nearest:445:start": week52(t, good, fiscal.P445),
		"52w:fri:jun:nearest:454:start": week52(t, good, fiscal.P454),
		"52w:fri:jun:nearest:544:start": week52(t, good, fiscal.P544),
		"13p:fri:jun:nearest:start":     thirteen(t, good),
		"13p:sun:dec:last:end:53in1":    thirteen(t, fiscal.YearEnd{Month: time.December, Rule: fiscal.Last, Named: fiscal.ByEnd, Week53: 1}),
	} {
		assert.Equal(t, text, want.String())
	}
}

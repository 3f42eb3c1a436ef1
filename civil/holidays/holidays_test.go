package holidays_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/holidays"
	"github.com/go-marops/marops/civil/worktime"
)

func year(y int) civil.Period { return civil.YearOf(civil.MustDate(y, 1, 1)) }

func ExampleIn() {
	free, err := holidays.In("DE-BY", civil.Days(civil.MustDate(2026, 5, 1), civil.MustDate(2026, 6, 30)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range free {
		fmt.Println(e.Days.First(), e.Name)
	}
	office := worktime.MonFri("Europe/Berlin", "09:00-17:00").With(free...)
	cal, err := worktime.Compile(office, year(2026))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cal.AddDays(civil.MustDate(2026, 5, 13), 1)) // over Ascension Day
	// Output:
	// 2026-05-01 Labour Day
	// 2026-05-14 Ascension Day
	// 2026-05-25 Whit Monday
	// 2026-06-04 Corpus Christi
	// 2026-05-15
}

func ExampleRegions() {
	for _, r := range holidays.Regions() {
		if strings.HasPrefix(r.Code, "G") || r.Code == "US" {
			fmt.Println(r.Code, r.Name, r.First, r.Last)
		}
	}
	// Output:
	// GB-ENG England 2012 2035
	// GB-WLS Wales 2012 2035
	// US United States, federal holidays 2000 2035
}

// Lists as published: for the United States by the Office of Personnel
// Management, for England by gov.uk, for Germany by the ministries of the
// interior, for others by the acts that sets.go names.
func TestPublishedLists(t *testing.T) {
	for _, c := range []struct {
		region string
		year   int
		days   string // month-day
	}{
		{"US", 2021, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"}, // Juneteenth was new, on a Saturday
		{"US", 2020, "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25"},
		{"US", 2022, "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26"}, // New Year's Day was observed in 2021
		{"US", 2023, "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"},
		{"US", 2024, "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25"},
		{"US", 2025, "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25"},
		{"US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"},
		{"US", 2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"},
		{"US", 2028, "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"},
		{"US", 2029, "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25"},
		{"US", 2030, "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25"},
		{"GB-ENG", 2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"},
		{"GB-ENG", 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"},
		{"GB-ENG", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"},
		{"GB-ENG", 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"},
		{"GB-ENG", 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"},
		{"GB-ENG", 2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"},
		{"GB-ENG", 2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"},
		{"GB-WLS", 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"},
		{"DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"},
		{"DE", 2017, "01-01 04-14 04-17 05-01 05-25 06-05 10-03 10-31 12-25 12-26"},
		{"DE-BY", 2026, "01-01 01-06 04-03 04-06 05-01 05-14 05-25 06-04 10-03 11-01 12-25 12-26"},
		{"DE-SN", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 10-31 11-18 12-25 12-26"},
		{"DE-BE", 2018, "01-01 03-30 04-02 05-01 05-10 05-21 10-03 12-25 12-26"},
		{"DE-BE", 2025, "01-01 03-08 04-18 04-21 05-01 05-08 05-29 06-09 10-03 12-25 12-26"},
		{"DE-BB", 2026, "01-01 04-03 04-05 04-06 05-01 05-14 05-24 05-25 10-03 10-31 12-25 12-26"},
		{"DE-HH", 2016, "01-01 03-25 03-28 05-01 05-05 05-16 10-03 12-25 12-26"},
		{"DE-HH", 2018, "01-01 03-30 04-02 05-01 05-10 05-21 10-03 10-31 12-25 12-26"},
		{"DE-MV", 2022, "01-01 04-15 04-18 05-01 05-26 06-06 10-03 10-31 12-25 12-26"},
		{"DE-MV", 2023, "01-01 03-08 04-07 04-10 05-01 05-18 05-29 10-03 10-31 12-25 12-26"},
		{"FR", 2024, "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25"},
		{"IT", 2026, "01-01 01-06 04-06 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26"},
		{"NL", 2025, "01-01 04-21 04-26 05-05 05-29 06-09 12-25 12-26"}, // 27 April was a Sunday
		{"BE", 2026, "01-01 04-06 05-01 05-14 05-25 07-21 08-15 11-01 11-11 12-25"},
		{"AT", 2026, "01-01 01-06 04-06 05-01 05-14 05-25 06-04 08-15 10-26 11-01 12-08 12-25 12-26"},
		{"LU", 2026, "01-01 04-06 05-01 05-09 05-14 05-25 06-23 08-15 11-01 12-25 12-26"},
		{"PL", 2018, "01-01 01-06 04-01 04-02 05-01 05-03 05-20 05-31 08-15 11-01 11-11 11-12 12-25 12-26"},
		{"PL", 2025, "01-01 01-06 04-20 04-21 05-01 05-03 06-08 06-19 08-15 11-01 11-11 12-24 12-25 12-26"},
		{"SE", 2026, "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-20 10-31 12-25 12-26"},
		{"FI", 2025, "01-01 01-06 04-18 04-20 04-21 05-01 05-29 06-08 06-21 11-01 12-06 12-25 12-26"},
		{"DK", 2023, "01-01 04-06 04-07 04-09 04-10 05-05 05-18 05-28 05-29 12-25 12-26"}, // the last Great Prayer Day
		{"DK", 2024, "01-01 03-28 03-29 03-31 04-01 05-09 05-19 05-20 12-25 12-26"},
		{"NO", 2026, "01-01 04-02 04-03 04-05 04-06 05-01 05-14 05-17 05-24 05-25 12-25 12-26"},
		{"IE", 2022, "01-01 03-17 03-18 04-18 05-02 06-06 08-01 10-31 12-25 12-26"},
		{"IE", 2023, "01-01 02-06 03-17 04-10 05-01 06-05 08-07 10-30 12-25 12-26"},
		{"IE", 2030, "01-01 02-01 03-17 04-22 05-06 06-03 08-05 10-28 12-25 12-26"}, // 1 February is a Friday
		{"PT", 2026, "01-01 04-03 04-05 04-25 05-01 06-04 06-10 08-15 10-05 11-01 12-01 12-08 12-25"},
	} {
		free, err := holidays.In(c.region, year(c.year))
		require.NoError(t, err)
		var days []string
		for _, e := range free {
			assert.Equal(t, 1, e.Days.Len())
			assert.Empty(t, e.Shifts)
			assert.NotEmpty(t, e.Name)
			days = append(days, e.Days.First().String()[5:])
		}
		assert.Equal(t, c.days, strings.Join(days, " "), "%s %d", c.region, c.year)
	}
}

func TestEaster(t *testing.T) {
	// The earliest, the latest, and dates of this decade (U.S. Naval Observatory).
	for _, want := range []civil.Date{
		civil.MustDate(1818, 3, 22), civil.MustDate(1943, 4, 25), civil.MustDate(2008, 3, 23), civil.MustDate(2024, 3, 31),
		civil.MustDate(2025, 4, 20), civil.MustDate(2026, 4, 5), civil.MustDate(2027, 3, 28), civil.MustDate(2038, 4, 25),
	} {
		assert.Equal(t, want, holidays.Easter(want.Year()))
	}
	for y := 1583; y <= 9999; y++ {
		d := holidays.Easter(y)
		require.Equal(t, time.Sunday, d.Weekday(), d)
		require.False(t, d.Before(civil.MustDate(y, 3, 22)) || d.After(civil.MustDate(y, 4, 25)), d)
	}
	assert.True(t, holidays.Easter(1582).IsZero())
	assert.True(t, holidays.Easter(10000).IsZero())
}

func TestRefuses(t *testing.T) {
	for _, code := range []string{"", "XX", "de", "DE-XX", strings.Repeat("US", 100)} {
		_, err := holidays.In(code, year(2026))
		require.ErrorIs(t, err, holidays.ErrRegion, code)
	}
	_, err := holidays.In("DK", year(2036))
	require.ErrorIs(t, err, holidays.ErrYear)
	require.EqualError(t, err, "holidays of DK in 2036: known from 2010 to 2035: year without known holidays")
	_, err = holidays.In("DK", civil.Days(civil.MustDate(2009, 12, 31), civil.MustDate(2010, 1, 1)))
	require.ErrorIs(t, err, holidays.ErrYear)
	free, err := holidays.In("DK", civil.Period{})
	require.NoError(t, err)
	assert.Empty(t, free)
}

// Norway's Constitution Day is Whit Monday in 2027.
func TestHolidaysThatShareADay(t *testing.T) {
	d := civil.MustDate(2027, 5, 17)
	free, err := holidays.In("NO", civil.Days(d, d))
	require.NoError(t, err)
	require.Len(t, free, 1)
	assert.Equal(t, "Constitution Day / Whit Monday", free[0].Name)
}

// Every set compiles for all its years, a year at a time is the same as all at
// once, and observed days are never on a weekend.
func TestEverySet(t *testing.T) {
	regions := holidays.Regions()
	require.True(t, slices.IsSortedFunc(regions, func(a, b holidays.Region) int { return strings.Compare(a.Code, b.Code) }))
	require.GreaterOrEqual(t, len(regions), 12+17)
	for _, r := range regions {
		assert.NotEmpty(t, r.Source)
		all, err := holidays.In(r.Code, civil.Days(year(r.First).First(), year(r.Last).Last()))
		require.NoError(t, err, r.Code)
		var single []worktime.Exception
		for y := r.First; y <= r.Last; y++ {
			free, err := holidays.In(r.Code, year(y))
			require.NoError(t, err)
			assert.GreaterOrEqual(t, len(free), 7, "%s %d", r.Code, y)
			single = append(single, free...)
		}
		assert.Equal(t, all, single, r.Code)
		for _, e := range all {
			if weekday := e.Days.First().Weekday(); weekday == time.Saturday || weekday == time.Sunday {
				assert.NotContains(t, e.Name, "observed")
				assert.NotContains(t, []string{"US", "GB-ENG", "GB-WLS"}, r.Code)
			}
		}
		cal, err := worktime.Compile(worktime.MonFri("", "09:00-17:00").With(all...), year(2026))
		require.NoError(t, err, r.Code)
		assert.False(t, cal.WorkingDay(civil.MustDate(2026, 12, 25)), r.Code)
	}
}

func FuzzIn(f *testing.F) {
	f.Add("US", int64(19_000), int64(20_000))
	f.Add("DE-BE", int64(0), int64(0))
	f.Fuzz(func(t *testing.T, code string, first, last int64) {
		days := civil.Days(civil.FromDays(first), civil.FromDays(last))
		free, err := holidays.In(code, days)
		if err != nil {
			require.True(t, strings.Contains(err.Error(), "unknown region") || strings.Contains(err.Error(), "known from"))
			return
		}
		before := civil.Date{}
		for _, e := range free {
			require.True(t, days.Covers(e.Days))
			require.True(t, e.Days.First().After(before))
			before = e.Days.First()
		}
	})
}

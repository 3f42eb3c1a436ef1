package fiscal_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
)

func ExampleGregorian() {
	cal := fiscal.Gregorian(time.April)
	day := civil.MustDate(2026, 6, 15)
	key := cal.PeriodOf(day)
	days, _ := cal.Bounds(key)
	before, _ := cal.PriorYear(key)
	fmt.Println(key, days, before)
	fmt.Println(cal.ToDate(day))
	// Output:
	// FY2026-P03 2026-06-01..2026-06-30 FY2025-P03
	// 2026-04-01..2026-06-15
}

func ExampleNRF() {
	cal := fiscal.NRF()
	year, week := cal.WeekOf(civil.MustDate(2024, 2, 3))
	fmt.Println(year, week, cal.Weeks(year), cal.YearBounds(year))
	// Output: 2023 53 53 2023-01-29..2024-02-03
}

// The file holds the calendar of FY1999 to FY2035, confirmed by the NRF and by
// retailers' annual reports where its field "published" says so.
func TestNRFFacts(t *testing.T) {
	data, err := os.ReadFile("testdata/nrf454.json")
	require.NoError(t, err)
	var facts struct {
		Years []struct {
			FY           int
			Start, End   civil.Date
			Weeks        int
			PeriodStarts []civil.Date
		}
	}
	require.NoError(t, json.Unmarshal(data, &facts))
	require.Len(t, facts.Years, 37)
	cal := fiscal.NRF()
	for _, want := range facts.Years {
		assert.Equal(t, civil.Days(want.Start, want.End), cal.YearBounds(want.FY), want.FY)
		assert.Equal(t, want.Weeks, cal.Weeks(want.FY), want.FY)
		require.Len(t, want.PeriodStarts, 12)
		var starts []civil.Date
		for _, k := range cal.Periods(want.FY) {
			p, ok := cal.Bounds(k)
			require.True(t, ok)
			starts = append(starts, p.First())
		}
		assert.Equal(t, want.PeriodStarts, starts, want.FY)
		_, week := cal.WeekOf(want.End)
		assert.Equal(t, want.Weeks, week)
	}
}

func calendars() []fiscal.Calendar {
	return []fiscal.Calendar{{}, fiscal.Gregorian(time.February), fiscal.Gregorian(time.April), fiscal.Gregorian(time.December), fiscal.NRF()}
}

// Walking from the first period to the last covers every day of the years 1 to
// 9999 once, and every day knows its period. Only the days after fiscal year
// 9999, where that one ends before civil.MaxDate, are in none.
func TestEveryDayIsInOnePeriod(t *testing.T) {
	for _, cal := range append(calendars(), weekly(t)...) {
		key, ok := cal.PeriodOf(civil.MinDate()), true
		next := civil.MinDate()
		var last fiscal.Key
		for ; ok; key, ok = cal.Next(key) {
			p, found := cal.Bounds(key)
			if !found || p.First() != next || key.Compare(last) <= 0 {
				t.Fatalf("%v: %v is %v, want it to start on %v", cal, key, p, next)
			}
			if cal.PeriodOf(p.First()) != key || cal.PeriodOf(p.Last()) != key || !cal.YearBounds(key.Year).Covers(p) {
				t.Fatalf("%v: the days %v are not all in %v", cal, p, key)
			}
			next, last = p.Last().AddDays(1), key
		}
		assert.Equal(t, 9999, last.Year)
		p, _ := cal.Bounds(last)
		if p.Last() != civil.MaxDate() {
			require.Equal(t, 10000, cal.YearOf(p.Last().AddDays(1)), cal)
			for _, d := range []civil.Date{p.Last().AddDays(1), civil.MaxDate()} {
				assert.Zero(t, cal.PeriodOf(d))
				assert.True(t, cal.ToDate(d).IsEmpty())
				year, week := cal.WeekOf(d)
				assert.Zero(t, year+week)
			}
		}
	}
	for _, cal := range calendars() {
		assert.Equal(t, civil.MaxDate(), cal.YearBounds(9999).Last())
	}
}

func TestYears(t *testing.T) {
	for _, cal := range calendars() {
		for year := 1990; year < 2050; year++ {
			days := cal.YearBounds(year)
			keys := cal.Periods(year)
			require.Len(t, keys, 12)
			total := 0
			for i, k := range keys {
				assert.Equal(t, fiscal.Key{Year: year, Number: i + 1}, k)
				p, ok := cal.Bounds(k)
				require.True(t, ok)
				total += p.Len()
			}
			assert.Equal(t, days.Len(), total)
			assert.Equal(t, year, days.First().Year(), "named by the year it starts in")
			assert.Equal(t, year, cal.YearOf(days.Last()))
			assert.Equal(t, days, cal.ToDate(days.Last()))
		}
	}
	assert.Equal(t, civil.YearOf(civil.MustDate(2026, 1, 1)), fiscal.Calendar{}.YearBounds(2026))
	assert.Equal(t, fiscal.Gregorian(time.January), fiscal.Gregorian(13))
	assert.Equal(t, fiscal.Gregorian(time.December), fiscal.Gregorian(0))
	assert.Zero(t, fiscal.Gregorian(time.January).Weeks(2026))
}

func TestOutside(t *testing.T) {
	for _, cal := range calendars() {
		assert.Zero(t, cal.PeriodOf(civil.Date{}))
		assert.True(t, cal.ToDate(civil.Date{}).IsEmpty())
		year, week := cal.WeekOf(civil.Date{})
		assert.Zero(t, year+week)
		for _, k := range []fiscal.Key{{}, {Year: 2026}, {Year: 2026, Number: 13}, {Year: 2026, Number: -1}, {Year: -1, Number: 12}, {Year: 10000, Number: 1}, {Number: 1}} {
			_, ok := cal.Bounds(k)
			assert.False(t, ok, "%v %v", cal, k)
			_, ok = cal.Next(k)
			assert.False(t, ok)
			_, ok = cal.PriorYear(k)
			assert.False(t, ok)
		}
		assert.True(t, cal.YearBounds(10000).IsEmpty())
		assert.Empty(t, cal.Periods(-1))
		assert.Zero(t, cal.Weeks(-1))
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]fiscal.Calendar{"gregorian:1": {}, "gregorian:12": fiscal.Gregorian(time.December), "nrf": fiscal.NRF()} {
		out, err := json.Marshal(want)
		require.NoError(t, err)
		assert.JSONEq(t, `"`+text+`"`, string(out))
		var got fiscal.Calendar
		require.NoError(t, json.Unmarshal(out, &got))
		assert.Equal(t, want, got)
	}
	for _, bad := range []string{
		"", "gregorian", "gregorian:0", "gregorian:13", "gregorian:01", "NRF", "52w", "13p", ":::::", "52w:sat:jan:nearest:start", "13p:sat:jan:nearest:454:start",
		"52w:sat:jan:nearest:455:start", "52w:sat:jan:nearest:454:start:", "52w:sat:jan:nearest:454:start:53in12", "52w:sat:jan:nearest:454:start:53in0",
		"52w:sat:jan:nearest:454:start:53in03", "52w:sat:jan:nearest:454:start:53in13", "52w:sat:jan:nearest:454:start:3", "13p:sat:jan:nearest:start:53in13",
		"13p:sat::nearest:start", "13p:SAT:jan:nearest:start", "13p:sat:jan:near:start", "13p:sat:jan:last:", "14p:sat:jan:last:end", "13p:sat:jan:last:end:53in3:",
	} {
		_, err := fiscal.ParseCalendar(bad)
		require.ErrorIs(t, err, fiscal.ErrCalendar, bad)
	}

	out, err := json.Marshal(map[fiscal.Key]int{{Year: 2026, Number: 3}: 1})
	require.NoError(t, err)
	assert.JSONEq(t, `{"FY2026-P03":1}`, string(out))
	for _, bad := range []string{"", "FY2026-P00", "FY2026-P3", "fy2026-P03", "FY2026P003", "FY20x6-P03", "FY2026-P+3"} {
		_, err := fiscal.ParseKey(bad)
		require.ErrorIs(t, err, fiscal.ErrKey, bad)
	}
	_, err = json.Marshal(fiscal.Key{Year: 10000, Number: 1})
	require.ErrorIs(t, err, fiscal.ErrKey)
	k := fiscal.Key{Year: 1, Number: 1}
	require.NoError(t, k.UnmarshalText(nil))
	assert.True(t, k.IsZero())
}

func FuzzParseKey(f *testing.F) {
	f.Add("FY2026-P03")
	f.Add("FY0000-P99")
	f.Fuzz(func(t *testing.T, s string) {
		k, err := fiscal.ParseKey(s)
		if err != nil {
			require.ErrorIs(t, err, fiscal.ErrKey)
			return
		}
		require.Equal(t, s, k.String())
		if _, ok := fiscal.NRF().Bounds(k); ok {
			require.LessOrEqual(t, k.Number, 12)
		}
	})
}

func FuzzParseCalendar(f *testing.F) {
	f.Add("gregorian:4")
	f.Add("nrf")
	f.Add("52w:sat:jan:nearest:454:start")
	f.Add("52w:sun:sep:last:544:end:53in3")
	f.Add("13p:wed:dec:nearest:start")
	f.Add("13p:fri:jun:last:end:53in12")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := fiscal.ParseCalendar(s)
		if err != nil {
			require.ErrorIs(t, err, fiscal.ErrCalendar)
			return
		}
		if s == "52w:sat:jan:nearest:454:start" {
			s = "nrf"
		}
		require.Equal(t, s, c.String())
		require.NotEmpty(t, c.Periods(2026))
	})
}

package civil_test

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
)

func ExampleWeekRule() {
	d := civil.MustDate(2026, time.January, 3) // a Saturday
	fmt.Println(civil.USWeeks().Number(d))
	fmt.Println(civil.USWeeks().Week(d))
	fmt.Println(civil.ISOWeeks().Number(civil.MustDate(2027, time.January, 1)))
	arab := civil.WeekRule{First: time.Saturday, MinDays: 1} // CLDR: Egypt
	fmt.Println(arab.Week(d))
	// Output:
	// 2026 1
	// 2025-12-28..2026-01-03
	// 2026 53
	// 2026-01-03..2026-01-09
}

func ExamplePeriod_Months() {
	p := civil.Days(civil.MustDate(2026, 1, 31), civil.MustDate(2026, 3, 1))
	fmt.Println(slices.Collect(p.Months()))
	fmt.Println(slices.Collect(civil.Days(p.First(), p.First().AddDays(2)).Weeks()))
	fmt.Println(civil.QuarterOf(p.Last()))
	// Output:
	// [2026-01 2026-02 2026-03]
	// [2026-W05 2026-W06]
	// 2026-01-01..2026-03-31
}

// The definition, for every rule: week 1 is the first week with so many days of
// the year, and numbers count on from it.
func TestWeekRules(t *testing.T) {
	for first := time.Sunday; first <= time.Saturday; first++ {
		for least := 1; least <= 7; least++ {
			rule := civil.WeekRule{First: first, MinDays: least}
			weekOne := func(year int) civil.Date {
				start := civil.MustDate(year-1, 12, 20)
				for start.Weekday() != first {
					start = start.AddDays(1)
				}
				for civil.Days(start, start.AddDays(6)).Intersect(civil.YearOf(civil.MustDate(year, 1, 1))).Len() < least {
					start = start.AddDays(7)
				}
				return start
			}
			for year := 2000; year < 2028; year++ {
				one, next := weekOne(year), weekOne(year+1)
				for d := range civil.Days(one, next.AddDays(-1)).Each() {
					gotYear, gotWeek := rule.Number(d)
					require.Equal(t, [2]int{year, d.Sub(one)/7 + 1}, [2]int{gotYear, gotWeek}, "%v: %s", rule, d)
					week := rule.Week(d)
					require.True(t, week.Contains(d) && week.Len() == 7 && week.First().Weekday() == first)
					if isoYear, isoWeek := d.ISOWeek(); rule == civil.ISOWeeks() {
						require.Equal(t, [2]int{isoYear, isoWeek}, [2]int{gotYear, gotWeek})
					}
				}
			}
		}
	}
	saturday := civil.MustDate(2022, 1, 1)
	for _, same := range [][2]int{{0, 1}, {-5, 1}, {8, 7}} {
		a, n := civil.WeekRule{MinDays: same[0]}.Number(saturday)
		b, m := civil.WeekRule{MinDays: same[1]}.Number(saturday)
		assert.Equal(t, [2]int{a, n}, [2]int{b, m})
	}
	assert.Equal(t, civil.USWeeks().Week(civil.MinDate()).Last(), civil.MustDate(1, 1, 6), "cut off at the first day, a Monday")
	year, week := civil.WeekRule{First: time.Sunday, MinDays: 7}.Number(civil.MinDate())
	assert.Equal(t, [2]int{1, 1}, [2]int{year, week})
	assert.True(t, civil.USWeeks().Week(civil.Date{}).IsEmpty())
}

func TestIterationAtTheEnds(t *testing.T) {
	all := civil.Days(civil.MinDate(), civil.MaxDate())
	months, weeks := 0, 0
	for m := range all.Months() {
		months++
		require.False(t, m.IsZero())
	}
	var last civil.Week
	for w := range all.Weeks() {
		weeks++
		last = w
	}
	assert.Equal(t, 9999*12, months)
	assert.Equal(t, 521_723, weeks) // 3,652,059 days, the first a Monday, in sevens
	assert.True(t, last.Period().Contains(civil.MaxDate()))
	for range (civil.Period{}).Months() {
		t.Fatal("no months")
	}
	for range (civil.Period{}).Weeks() {
		t.Fatal("no weeks")
	}
}

func TestColumns(t *testing.T) {
	march, err := civil.NewMonth(2026, time.March)
	require.NoError(t, err)
	for _, c := range []struct {
		value interface {
			driver.Valuer
			fmt.Stringer
		}
		into interface{ Scan(any) error }
		got  func(any) any
		want string
	}{
		{civil.MustDate(2026, 3, 10), new(civil.Date), func(v any) any { return *v.(*civil.Date) }, "2026-03-10"},
		{civil.MonthOf(civil.MustDate(2026, 3, 10)), new(civil.Period), func(v any) any { return *v.(*civil.Period) }, "2026-03-01..2026-03-31"},
		{march, new(civil.Month), func(v any) any { return *v.(*civil.Month) }, "2026-03"},
		{civil.InWeek(civil.MustDate(2026, 3, 10)), new(civil.Week), func(v any) any { return *v.(*civil.Week) }, "2026-W11"},
	} {
		column, err := c.value.Value()
		require.NoError(t, err)
		assert.Equal(t, c.want, column)
		require.NoError(t, c.into.Scan(column))
		assert.Equal(t, c.value, c.got(c.into))
		require.NoError(t, c.into.Scan([]byte(c.want)))
		assert.Equal(t, c.value, c.got(c.into))
		text, err := json.Marshal(c.value)
		require.NoError(t, err)
		assert.Equal(t, `"`+c.want+`"`, string(text))
		require.NoError(t, json.Unmarshal(text, c.into))

		require.Error(t, c.into.Scan(5))
		require.Error(t, c.into.Scan("tomorrow"))
		assert.Equal(t, c.value, c.got(c.into), "left as it was")
		require.NoError(t, c.into.Scan(nil))
		none, err := c.got(c.into).(driver.Valuer).Value()
		require.NoError(t, err)
		assert.Nil(t, none)
	}
}

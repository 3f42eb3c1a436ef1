package civil_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
)

func ExampleDate() {
	launch := civil.MustDate(2026, time.March, 10)
	fmt.Println(launch.Weekday(), launch.AddDays(-14))
	fmt.Println(civil.MustDate(2026, time.January, 31).AddMonths(1))
	// Output:
	// Tuesday 2026-02-24
	// 2026-02-28
}

func ExampleDays() {
	q1 := civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 3, 31))
	fmt.Println(q1, q1.Len(), q1.Contains(civil.MustDate(2026, 3, 31)))
	// Output: 2026-01-01..2026-03-31 90 true
}

// Package time is the oracle for every day of the range.
func TestEveryDayAgreesWithPackageTime(t *testing.T) {
	want := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	count := 0
	for d := range civil.Days(civil.MinDate(), civil.MaxDate()).Each() {
		y, m, day := d.Date()
		wy, wm, wd := want.Date()
		if y != wy || m != wm || day != wd || d.Weekday() != want.Weekday() {
			t.Fatalf("day %d: got %v %v, want %v", count, d, d.Weekday(), want)
		}
		iy, iw := d.ISOWeek()
		if wiy, wiw := want.ISOWeek(); iy != wiy || iw != wiw {
			t.Fatalf("%v: ISO week %d-%d, want %d-%d", d, iy, iw, wiy, wiw)
		}
		if back := civil.MustDate(y, m, day); back != d {
			t.Fatalf("%v: New gives %v", d, back)
		}
		if d.Days() != want.Unix()/86400 && want.Unix()%86400 == 0 {
			t.Fatalf("%v: Days %d", d, d.Days())
		}
		want = want.AddDate(0, 0, 1)
		count++
	}
	assert.Equal(t, 3652059, count) // days of the years 1..9999
}

func TestNewRefusesDaysThatDoNotExist(t *testing.T) {
	for _, bad := range [][3]int{{2026, 2, 29}, {2026, 13, 1}, {2026, 0, 1}, {0, 1, 1}, {10000, 1, 1}, {2026, 4, 31}, {2026, 1, 0}} {
		_, err := civil.New(bad[0], time.Month(bad[1]), bad[2])
		require.ErrorIs(t, err, civil.ErrDate, "%v", bad)
	}
}

func TestZeroDateStaysZero(t *testing.T) {
	var none civil.Date
	assert.True(t, none.AddDays(5).IsZero())
	assert.True(t, none.AddMonths(5).IsZero())
	assert.Empty(t, none.String())
	assert.True(t, none.Before(civil.MinDate()))
	v, err := none.Value()
	require.NoError(t, err)
	assert.Nil(t, v)
}

func TestArithmeticSaturates(t *testing.T) {
	assert.Equal(t, civil.MaxDate(), civil.MaxDate().AddDays(1))
	assert.Equal(t, civil.MinDate(), civil.MinDate().AddDays(-1))
	assert.Equal(t, civil.MaxDate(), civil.MaxDate().AddMonths(1))
	assert.Equal(t, civil.MinDate(), civil.MinDate().AddMonths(-1))
	assert.Equal(t, civil.MaxDate(), civil.FromDays(1<<40))
}

func TestPeriodAlgebra(t *testing.T) {
	d := func(s string) civil.Date { v, err := civil.Parse(s); require.NoError(t, err); return v }
	a := civil.Days(d("2026-01-10"), d("2026-01-20"))
	b := civil.Days(d("2026-01-20"), d("2026-01-31"))
	c := civil.Days(d("2026-01-21"), d("2026-01-31"))
	assert.Equal(t, 1, a.Intersect(b).Len())
	assert.True(t, a.Overlaps(b))
	assert.False(t, a.Overlaps(c))
	assert.True(t, civil.MonthOf(a.First()).Covers(a))
	assert.False(t, a.Covers(civil.MonthOf(a.First())))
	assert.True(t, civil.Days(b.Last(), b.First()).IsEmpty())
	assert.Equal(t, 365, civil.YearOf(a.First()).Len())
	assert.True(t, civil.Period{}.Last().IsZero())
}

// Wall clocks around clock changes: Berlin 2026-03-29 has no 02:30, 2026-10-25
// has 02:30 twice; Santiago 2026-09-06 has no midnight. (IANA tz database.)
func TestInstantsAroundClockChanges(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	santiago, err := time.LoadLocation("America/Santiago")
	require.NoError(t, err)
	utc := func(v time.Time) string { return v.UTC().Format("01-02 15:04") }

	assert.Equal(t, "03-29 01:30", utc(civil.MustDate(2026, 3, 29).At(2, 30, berlin)), "skipped time moves forward")
	assert.Equal(t, "10-25 00:30", utc(civil.MustDate(2026, 10, 25).At(2, 30, berlin)), "repeated time: first occurrence")
	assert.Equal(t, "10-25 02:00", utc(civil.MustDate(2026, 10, 25).At(3, 0, berlin)))
	assert.Equal(t, "07-01 07:00", utc(civil.MustDate(2026, 7, 1).At(9, 0, berlin)))
	assert.Equal(t, "09-06 04:00", utc(civil.MustDate(2026, 9, 6).In(santiago)), "the day starts at 01:00")
	assert.Equal(t, "09-06 04:00", utc(civil.MustDate(2026, 9, 6).At(0, 0, santiago)), "skipped midnight moves forward")

	apia, err := time.LoadLocation("Pacific/Apia") // skipped 2011-12-30, moving across the date line
	require.NoError(t, err)
	assert.Equal(t, "12-30 10:00", utc(civil.MustDate(2011, 12, 30).In(apia)), "a day that is skipped")
	assert.Equal(t, "12-30 10:00", utc(civil.MustDate(2011, 12, 31).In(apia)))
}

func TestJSONAndSQLRoundTrip(t *testing.T) {
	type row struct {
		On   civil.Date   `json:"on"`
		Span civil.Period `json:"span"`
	}
	in := row{civil.MustDate(2026, 3, 10), civil.Days(civil.MustDate(2026, 3, 1), civil.MustDate(2026, 3, 31))}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"on":"2026-03-10","span":"2026-03-01..2026-03-31"}`, string(b))
	var out row
	require.NoError(t, json.Unmarshal(b, &out))
	assert.Equal(t, in, out)

	var d civil.Date
	for _, src := range []any{"2026-03-10", []byte("2026-03-10"), time.Date(2026, 3, 10, 23, 0, 0, 0, time.UTC)} {
		require.NoError(t, d.Scan(src))
		assert.Equal(t, in.On, d)
	}
	require.NoError(t, d.Scan(nil))
	assert.True(t, d.IsZero())
	require.ErrorIs(t, d.Scan(3.5), civil.ErrDate)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-03-10", "0000-00-00", "2026-02-30", "", "2026-3-1", "９999-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := civil.Parse(s); err == nil && d.String() != s {
			t.Fatalf("%q parsed to %v", s, d)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	f.Add("2026-01-01..2026-12-31")
	f.Add("..")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := civil.ParsePeriod(s); err == nil && p.String() != s {
			t.Fatalf("%q parsed to %v", s, p)
		}
	})
}

func BenchmarkDateParts(b *testing.B) {
	d := civil.MustDate(2026, 3, 10)
	for b.Loop() {
		d.Date()
	}
}

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

func ExampleMonth() {
	m := civil.InMonth(civil.MustDate(2026, 1, 31))
	fmt.Println(m, m.Add(1), m.Add(1).Period(), m.Add(-1).Sub(m))
	// Output: 2026-01 2026-02 2026-02-01..2026-02-28 -1
}

func ExampleWeek() {
	w := civil.InWeek(civil.MustDate(2026, 3, 10))
	fmt.Println(w, w.Period(), w.Add(1))
	// Output: 2026-W11 2026-03-09..2026-03-15 2026-W12
}

func TestEveryDayLiesInItsMonthAndWeek(t *testing.T) {
	for d := range civil.Days(civil.MustDate(1990, 1, 1), civil.MustDate(2060, 12, 31)).Each() {
		m, w := civil.InMonth(d), civil.InWeek(d)
		y, n := d.ISOWeek()
		if !m.Period().Contains(d) || !w.Period().Contains(d) || w.Period().Len() != 7 || w.Period().First().Weekday() != time.Monday {
			t.Fatalf("%v: %v %v", d, m, w)
		}
		byNumber, err := civil.NewWeek(y, n)
		if err != nil || byNumber != w {
			t.Fatalf("%v: week %d-%d is %v, %v", d, y, n, byNumber, err)
		}
		if next := w.Add(1); next.Sub(w) != 1 || next.Period().First() != w.Period().Last().AddDays(1) {
			t.Fatalf("%v is not followed by %v", w, next)
		}
	}
}

func TestMonthsAndWeeksThatDoNotExist(t *testing.T) {
	_, err := civil.NewWeek(2025, 53) // 2025 has 52 weeks
	require.ErrorIs(t, err, civil.ErrDate)
	_, err = civil.NewWeek(2026, 53)
	require.NoError(t, err)
	for _, bad := range []string{"2026-13", "2026-1", "2026-00", "26-01", "", "2026-W1"} {
		_, err := civil.ParseMonth(bad)
		require.ErrorIs(t, err, civil.ErrDate, "%q", bad)
	}
	for _, bad := range []string{"2026-W54", "2026-W00", "2026-11", "2025-W53", "", "2026-W1x"} {
		_, err := civil.ParseWeek(bad)
		require.ErrorIs(t, err, civil.ErrDate, "%q", bad)
	}
	assert.Equal(t, "9999-12", civil.InMonth(civil.MaxDate()).Add(5).String())
	assert.Equal(t, "0001-01", civil.InMonth(civil.MinDate()).Add(-5).String())
	assert.True(t, civil.Month{}.Add(3).IsZero())
	assert.True(t, civil.Week{}.Period().IsEmpty())
}

func TestMonthAndWeekJSON(t *testing.T) {
	type row struct {
		M civil.Month `json:"m"`
		W civil.Week  `json:"w"`
		N civil.Month `json:"n"`
	}
	in := row{M: civil.InMonth(civil.MustDate(2026, 3, 10)), W: civil.InWeek(civil.MustDate(2026, 3, 10))}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"m":"2026-03","w":"2026-W11","n":""}`, string(b))
	var out row
	require.NoError(t, json.Unmarshal(b, &out))
	assert.Equal(t, in, out)
}

func FuzzParseWeek(f *testing.F) {
	f.Add("2026-W11")
	f.Add("0001-W01")
	f.Fuzz(func(t *testing.T, s string) {
		if w, err := civil.ParseWeek(s); err == nil && w.String() != s {
			t.Fatalf("%q parsed to %v", s, w)
		}
		if m, err := civil.ParseMonth(s); err == nil && m.String() != s {
			t.Fatalf("%q parsed to %v", s, m)
		}
	})
}

package mspdi_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/mspdi"
)

// A file knows no night shift: the work is cut at midnight, and next to an
// exception or an absence every minute is still there, and no other.
func TestNightShiftsNextToExceptions(t *testing.T) {
	t.Parallel()
	june := func(first, last int) civil.Period {
		return civil.Days(civil.MustDate(2026, time.June, first), civil.MustDate(2026, time.June, last))
	}
	night := worktime.Spec{}
	for day := range night.Week {
		night.Week[day] = worktime.Shifts("14:00-18:00", "22:00-06:00")
	}
	night.Week[time.Sunday] = nil
	night.Exceptions = []worktime.Exception{
		{Days: june(3, 3), Name: "holiday"},
		{Days: june(10, 11), Shifts: worktime.Shifts("05:00-08:00"), Name: "short"},
		{Days: june(14, 14), Shifts: worktime.Shifts("20:00-02:00"), Name: "Sunday work"},
	}
	early := night.Week // from the 22nd on
	early[time.Tuesday], early[time.Friday] = worktime.Shifts("12:00-18:00", "20:00-04:00"), nil
	night.Versions = []worktime.Version{{From: civil.MustDate(2026, time.June, 22), Week: early}}
	night.Exceptions = append(night.Exceptions, worktime.Exception{Days: june(23, 23), Name: "bridge"})
	plan := planning.Plan{
		Start:     civil.MustDate(2026, time.June, 1),
		Calendars: map[string]worktime.Spec{"night": night},
		Resources: []planning.Resource{{Key: "ana", Name: "Ana", Absences: []civil.Period{june(14, 14), june(17, 18), june(11, 11), june(22, 22), june(26, 26)}}},
		Tasks:     []planning.Task{{Key: "watch", Duration: worktime.Hours(30)}},
	}
	model, err := planning.Compile(plan)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, mspdi.Write(&out, "night", model))
	project, err := mspdi.Read(&out)
	require.NoError(t, err)

	off := func(days civil.Period) worktime.Exception { return worktime.Exception{Days: days} }
	for name, want := range map[string]worktime.Spec{
		"night": night,
		"Ana":   night.With(off(june(14, 14)), off(june(17, 18)), off(june(11, 11)), off(june(22, 22)), off(june(26, 26))),
	} {
		wanted, err := worktime.Compile(want, june(1, 30))
		require.NoError(t, err)
		got, err := worktime.Compile(project.Calendars[name], june(1, 30))
		require.NoError(t, err)
		for d := range june(1, 30).Each() {
			from, to := d.In(time.UTC), d.AddDays(1).In(time.UTC)
			assert.Equal(t, wanted.Between(from, to), got.Between(from, to), "%s: %s", name, d)
		}
	}
}

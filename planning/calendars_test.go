package planning_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// Two people in two zones do a task in the hours that both work.
func TestCommonWorkingTimeAcrossZones(t *testing.T) {
	t.Parallel()
	plan := planning.Plan{
		Start: civil.MustDate(2026, time.March, 2), // a Monday, New York is six hours behind
		Calendars: map[string]worktime.Spec{
			"berlin":   worktime.MonFri("Europe/Berlin", "09:00-18:00"),
			"new york": worktime.MonFri("America/New_York", "09:00-17:00"),
		},
		Calendar: "berlin",
		Resources: []planning.Resource{
			{Key: "ana"},
			{Key: "ben", Calendar: "new york", Absences: []civil.Period{civil.Days(civil.MustDate(2026, time.March, 3), civil.MustDate(2026, time.March, 3))}},
		},
		Tasks: []planning.Task{{Key: "workshop", Duration: worktime.Hours(5), Assignments: []planning.Assignment{{Resource: "ana"}, {Resource: "ben"}}}},
	}
	model, err := planning.Compile(plan)
	require.NoError(t, err)
	schedule, err := model.Schedule(t.Context(), planning.Search{Schedules: 1})
	require.NoError(t, err)
	workshop, ok := schedule.Of("workshop")
	require.True(t, ok)
	berlin := model.Calendar("workshop").Location()
	assert.Equal(t, "Mon 15:00", workshop.Start.In(berlin).Format("Mon 15:04"))
	assert.Equal(t, "Wed 17:00", workshop.Finish.In(berlin).Format("Mon 15:04"), "three hours on Monday, none on Tuesday")
}

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

// march returns an instant of March 2026 in Berlin.
func march(t *testing.T, day, hour int) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return time.Date(2026, time.March, day, hour, 0, 0, 0, zone)
}

func dates(t *testing.T, p planning.Plan, key planning.TaskKey) planning.Span {
	t.Helper()
	m, err := planning.Compile(p)
	require.NoError(t, err)
	span, ok := m.CriticalPath().Dates().Of(key)
	require.True(t, ok)
	return span
}

// A started task keeps its start; what remains of it is done from the status date on.
func TestRemainingWork(t *testing.T) {
	t.Parallel()
	p := launch() // eight hours a day, 9 to 18 with a break
	p.Task("brief").Started = march(t, 2, 9)
	assert.Equal(t, planning.Span{Start: march(t, 2, 9), Finish: march(t, 3, 18)}, dates(t, p, "brief"), "as planned if nothing else is known")
	p.Status = march(t, 4, 13)
	p.Task("brief").Remaining = worktime.Hours(10)
	assert.Equal(t, planning.Span{Start: march(t, 2, 9), Finish: march(t, 5, 15)}, dates(t, p, "brief"), "5 hours on Wednesday, 5 on Thursday")
	assert.Equal(t, march(t, 5, 15), dates(t, p, "copy").Start)
	p.Task("brief").Started = time.Time{}
	_, err := planning.Compile(p)
	require.ErrorContains(t, err, "what remains of a started task")
}

// A task rests on its pauses; others do not.
func TestPauses(t *testing.T) {
	t.Parallel()
	p := launch()
	p.Task("copy").Pauses = []civil.Period{civil.Days(civil.MustDate(2026, time.March, 5), civil.MustDate(2026, time.March, 6))}
	assert.Equal(t, planning.Span{Start: march(t, 4, 9), Finish: march(t, 10, 18)}, dates(t, p, "copy"), "Wednesday, Monday, Tuesday")
	assert.Equal(t, march(t, 9, 18), dates(t, p, "design").Finish)
	m, err := planning.Compile(p)
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	require.NoError(t, m.Verify(s))
}

// Duration follows from effort and from everyone who shares it.
func TestEffortDrivenDuration(t *testing.T) {
	t.Parallel()
	p := launch()
	p.Task("copy").Duration, p.Task("copy").Effort = worktime.Length{}, worktime.Hours(24)
	assert.Equal(t, march(t, 6, 18), dates(t, p, "copy").Finish, "one person: three days")
	p.Task("copy").Assignments = []planning.Assignment{{Resource: "ana", Units: 500}, {Resource: "ben", Units: 1000}}
	p.Resource("ben").Absences = nil
	assert.Equal(t, march(t, 5, 18), dates(t, p, "copy").Finish, "one and a half: two days")
	p.Task("copy").Duration = worktime.Days(1)
	_, err := planning.Compile(p)
	require.ErrorContains(t, err, "either a duration or an effort")
}

// A task done as late as possible says what holds it.
func TestAsLateAsPossible(t *testing.T) {
	t.Parallel()
	p := launch()
	p.Task("site").Constraint.Kind = planning.ALAP
	m, err := planning.Compile(p)
	require.NoError(t, err)
	path := m.CriticalPath()
	f, _ := path.Of("site")
	assert.Equal(t, march(t, 4, 9), f.EarlyStart.In(f.EarlyStart.Location()))
	assert.Equal(t, march(t, 12, 18), f.Finish, "right before the launch")
	why, _ := path.Why("site")
	assert.Equal(t, "site is done as late as launch allows", why.String())
}

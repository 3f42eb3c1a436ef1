package planning_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// every asks a plan everything. An error is an answer; a panic, a wrong schedule
// or no end is not.
func every(t *testing.T, p planning.Plan) {
	t.Helper()
	m, err := planning.Compile(p)
	if err != nil {
		require.NotEmpty(t, err.Error())
		return
	}
	path := m.CriticalPath()
	for f := range path.Tasks() {
		_, ok := path.Why(f.Task)
		require.True(t, ok)
		break
	}
	found := path.Conflicts()
	m.Overloads()
	m.LoadIn(path, civil.Days(p.Start, p.Start.AddDays(6)))
	m.DemandBySkill(path, planning.Monthly)
	s, err := m.Schedule(t.Context(), planning.Search{Schedules: 3})
	if err != nil {
		require.ErrorIs(t, err, planning.ErrInfeasible)
		return
	}
	require.False(t, found.Has("planning.date.range"), "a schedule beyond all dates")
	require.NoError(t, m.Verify(s))
	if len(p.Tasks) <= 1000 {
		out, err := m.Simulate(t.Context(), planning.Simulation{Runs: 10, Schedule: s})
		require.NoError(t, err)
		require.Equal(t, 10, out.Runs())
	}
}

// hostile holds plans that nobody writes by hand.
func hostile() map[string]func() planning.Plan {
	blank := func(tasks ...planning.Task) planning.Plan {
		return planning.Plan{
			Start:     civil.MustDate(2026, time.March, 2),
			Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
			Resources: []planning.Resource{{Key: "ana"}}, Tasks: tasks,
		}
	}
	ana := []planning.Assignment{{Resource: "ana"}}
	many := func(n int, one func(i int) planning.Task) planning.Plan {
		p := blank()
		for i := range n {
			p.Tasks = append(p.Tasks, one(i))
		}
		return p
	}
	key := func(i int) planning.TaskKey { return planning.TaskKey(fmt.Sprint("t", i)) }
	return map[string]func() planning.Plan{
		"nothing":     func() planning.Plan { return planning.Plan{} },
		"no tasks":    func() planning.Plan { return blank() },
		"no calendar": func() planning.Plan { p := blank(planning.Task{Key: "a"}); p.Calendars = nil; return p },
		"nobody ever works": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Duration: worktime.Hours(1), Assignments: ana})
			p.Calendars["office"] = worktime.Spec{}
			return p
		},
		"zero capacity": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Duration: worktime.Hours(1), Assignments: ana})
			p.Resources[0].Changes = []planning.Change{{From: civil.MustDate(1, 1, 1), Units: 0}}
			return p
		},
		"less than asked for from now on": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Duration: worktime.Hours(1), Assignments: ana})
			p.Resources[0].Changes = []planning.Change{{From: civil.MustDate(2000, 1, 1), Units: 1}}
			return p
		},
		"absent for ever": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Duration: worktime.Hours(1), Assignments: ana})
			p.Resources[0].Absences = []civil.Period{civil.Days(civil.MustDate(1, 1, 1), civil.MustDate(9999, 12, 31))}
			return p
		},
		"pause for ever": func() planning.Plan {
			return blank(planning.Task{Key: "a", Duration: worktime.Hours(1), Pauses: []civil.Period{civil.Days(civil.MustDate(1, 1, 1), civil.MustDate(9999, 12, 31))}})
		},
		"year 9999": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Duration: worktime.Days(36_525), Assignments: ana}, planning.Task{Key: "b", Duration: worktime.ElapsedDays(36_500)})
			p.Start = civil.MustDate(9999, time.December, 30)
			p.Links = []planning.Link{{From: "a", To: "b", Lag: worktime.ElapsedDays(36_500)}}
			return p
		},
		"finish in the year 1": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Duration: worktime.Days(300), Assignments: ana})
			p.Start, p.Finish = civil.Date{}, civil.MustDate(1, time.January, 3)
			return p
		},
		"nights when clocks change": func() planning.Plan {
			p := blank()
			night := worktime.Spec{Zone: "Europe/Berlin"}
			for day := range night.Week {
				night.Week[day] = worktime.Shifts("22:00-06:00")
			}
			p.Calendars["night"], p.Calendar = night, "night"
			for i := range 40 {
				p.Tasks = append(p.Tasks, planning.Task{Key: key(i), Duration: worktime.Work(worktime.Minutes(90 + i)), Assignments: ana})
				p.Links = append(p.Links, planning.Link{From: key(max(0, i-1)), To: key(i), Lag: worktime.Elapsed(-30)})
			}
			p.Start, p.Links = civil.MustDate(2026, time.March, 27), p.Links[1:]
			return p
		},
		"a chain of a hundred thousand": func() planning.Plan {
			p := many(100_000, func(i int) planning.Task { return planning.Task{Key: key(i), Duration: worktime.Work(7)} })
			for i := 1; i < len(p.Tasks); i++ {
				p.Links = append(p.Links, planning.Link{From: key(i), To: key(i - 1), Type: planning.LinkType(i % 4)})
			}
			return p
		},
		"phases a hundred thousand deep": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Phase: "p0"}, planning.Task{Key: "b"})
			for i := range 100_000 {
				p.Phases = append(p.Phases, planning.Phase{Key: fmt.Sprint("p", i), Parent: fmt.Sprint("p", i+1)})
			}
			p.Phases[len(p.Phases)-1].Parent = ""
			p.Links = []planning.Link{{From: "p99999", To: "b"}}
			return p
		},
		"phases that stand for too many links": func() planning.Plan {
			p := many(10_000, func(i int) planning.Task { return planning.Task{Key: key(i), Phase: []string{"a", "b"}[i%2]} })
			p.Phases, p.Links = []planning.Phase{{Key: "a"}, {Key: "b"}}, []planning.Link{{From: "a", To: "b"}}
			return p
		},
		"numbers at their ends": func() planning.Plan {
			p := blank(planning.Task{Key: "a", Duration: worktime.Work(52_596_000), Priority: math.MinInt, Weight: math.MaxInt, Deadline: time.Unix(0, 0), Assignments: []planning.Assignment{{Resource: "ana", Units: 1_000_000}}})
			p.Resources[0].Units = 1_000_000
			return p
		},
		"needs beyond everyone": func() planning.Plan {
			return blank(planning.Task{Key: "a", Duration: worktime.Hours(1), Needs: []planning.Need{{Skill: "x", Heads: math.MaxInt32, Units: math.MaxInt32}}})
		},
	}
}

func TestHostilePlans(t *testing.T) {
	t.Parallel()
	for name, plan := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			every(t, plan())
		})
	}
}

// A million tasks on one person: all of them at once, in bounded memory.
func TestMillionTasksOnOneResource(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("takes seconds and gigabytes")
	}
	const n = 1_000_000
	p := planning.Plan{
		Start:     civil.MustDate(2026, time.March, 2),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
		Resources: []planning.Resource{{Key: "ana"}}, Tasks: make([]planning.Task, n),
	}
	ana := []planning.Assignment{{Resource: "ana"}}
	for i := range p.Tasks {
		p.Tasks[i] = planning.Task{Key: planning.TaskKey(fmt.Sprint(i)), Duration: worktime.Work(worktime.Minutes(1 + i%50)), Assignments: ana}
	}
	m, err := planning.Compile(p)
	require.NoError(t, err)
	over := m.Overloads()
	require.Len(t, over, 1)
	assert.Len(t, over[0].Tasks, n)
	s, err := m.Schedule(context.Background(), planning.Search{})
	require.NoError(t, err)
	require.NoError(t, m.Verify(s))
	assert.Zero(t, s.Gap(), "one after the other is best")
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	assert.Less(t, mem.Sys, uint64(8<<30))
}

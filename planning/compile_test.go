package planning_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

func ExampleCompile() {
	plan := launch()
	plan.Links = append(plan.Links, planning.Link{From: "legal", To: "copy"}, planning.Link{From: "legal", To: "press"})
	plan.Task("site").Duration = worktime.Days(-1)
	_, err := planning.Compile(plan)
	fmt.Println(err)
	// Output:
	// task/site: duration -1d (fix: give a duration of at most a hundred years)
	// link/legal->press: links[8]: task "press" is not in the plan (fix: add the task or drop the link)
	// task/copy: copy -> legal -> copy (fix: remove one of these links)
}

// Every problem has its code, and all come at once.
func TestCompileFindings(t *testing.T) {
	t.Parallel()
	at := civil.MustDate(2026, time.March, 4).At(9, 0, time.UTC)
	for code, spoil := range map[string]func(p *planning.Plan){
		"planning.start":           func(p *planning.Plan) { p.Start = civil.Date{} },
		"planning.calendar":        func(p *planning.Plan) { p.Tasks[0].Calendar = "moon" },
		"planning.key.invalid":     func(p *planning.Plan) { p.Tasks[0].Key = "\xff" },
		"planning.key.duplicate":   func(p *planning.Plan) { p.Resources[1].Key = "ana" },
		"planning.task.duration":   func(p *planning.Plan) { p.Tasks[0].Duration = worktime.Days(math.MaxInt64) },
		"planning.task.constraint": func(p *planning.Plan) { p.Tasks[0].Constraint.Kind = planning.MSO },
		"planning.task.window": func(p *planning.Plan) {
			p.Tasks[0].Constraint = planning.Constraint{Kind: planning.SNET, At: at}
			p.Tasks[0].Deadline = at
		},
		"planning.task.actual":        func(p *planning.Plan) { p.Tasks[0].Finished = at },
		"planning.task.instant":       func(p *planning.Plan) { p.Tasks[0].Deadline = time.Unix(1<<50, 0) },
		"planning.link.unknown":       func(p *planning.Plan) { p.Links[0].From = "nobody" },
		"planning.link.type":          func(p *planning.Plan) { p.Links[0].Type = 9 },
		"planning.link.lag":           func(p *planning.Plan) { p.Links[0].Lag = worktime.Elapsed(math.MinInt64) },
		"planning.link.cycle":         func(p *planning.Plan) { p.Links[0].From = p.Links[0].To },
		"planning.resource.units":     func(p *planning.Plan) { p.Resources[0].Units = -1 },
		"planning.assignment.unknown": func(p *planning.Plan) { p.Tasks[1].Assignments[0].Resource = "eve" },
		"planning.assignment.duplicate": func(p *planning.Plan) {
			p.Tasks[1].Assignments = append(p.Tasks[1].Assignments, p.Tasks[1].Assignments[0])
		},
		"planning.assignment.units": func(p *planning.Plan) { p.Tasks[1].Assignments[0].Units = 1001 },
		"planning.assignment.calendar": func(p *planning.Plan) {
			p.Calendars["night"] = worktime.MonFri("Europe/Berlin", "22:00-02:00")
			p.Calendar, p.Resources[0].Calendar = "office", "night"
		},
		"planning.task.estimate": func(p *planning.Plan) { p.Tasks[0].Estimate = planning.Estimate{Min: 3, Likely: 2, Max: 4} },
		"planning.task.mode":     func(p *planning.Plan) { p.Tasks[0].Modes = make([]planning.Mode, 251) },
		"planning.task.need":     func(p *planning.Plan) { p.Tasks[0].Needs = []planning.Need{{Skill: "law", Level: 2}} },
		"planning.link.phase": func(p *planning.Plan) {
			p.Phases = []planning.Phase{{Key: "Produce"}}
			p.Links = append(p.Links, planning.Link{From: "Produce", To: "launch", Type: planning.SS})
		},
		"planning.phase": func(p *planning.Plan) {
			p.Phases = []planning.Phase{{Key: "a", Parent: "b"}, {Key: "b", Parent: "a"}}
		},
		"planning.resource.rate": func(p *planning.Plan) {
			p.Resources[0].Rates = []planning.Rate{{Hour: money.Minor(5000, money.EUR)}, {From: p.Start, Hour: money.Minor(5000, money.USD)}}
		},
		"planning.resource.stock": func(p *planning.Plan) {
			p.Resources = append(p.Resources, planning.Resource{Key: "budget", Kind: planning.Stock, Units: 5000})
			for i := range 2 {
				p.Tasks[i].Assignments = append(p.Tasks[i].Assignments, planning.Assignment{Resource: "budget", Units: 3000})
			}
		},
		"planning.size": func(p *planning.Plan) { p.Links = make([]planning.Link, 8_000_001) },
	} {
		p := launch()
		spoil(&p)
		_, err := planning.Compile(p)
		var found finding.List
		require.ErrorAs(t, err, &found, code)
		assert.Equal(t, code, found[0].Code, "%v", err) // what follows from it comes after
	}
}

func TestLongCycleIsShortened(t *testing.T) {
	t.Parallel()
	p := launch()
	p.Tasks, p.Links = nil, nil
	const n = 100_000
	for i := range n {
		p.Tasks = append(p.Tasks, planning.Task{Key: planning.TaskKey(fmt.Sprint(i))})
		p.Links = append(p.Links, planning.Link{From: planning.TaskKey(fmt.Sprint(i)), To: planning.TaskKey(fmt.Sprint((i + 1) % n))})
	}
	_, err := planning.Compile(p)
	var found finding.List
	require.ErrorAs(t, err, &found)
	require.Len(t, found, 1)
	assert.True(t, strings.HasPrefix(found[0].Evidence[0], "0 -> 1 -> 2 ->"), found[0].Evidence[0])
	assert.Less(t, len(found[0].Evidence[0]), 300)
}

func TestPlanJSONRoundTrip(t *testing.T) {
	t.Parallel()
	p := launch()
	p.Tasks[0].Constraint = planning.Constraint{Kind: planning.SNET, At: civil.MustDate(2026, time.March, 3).At(9, 0, time.UTC)}
	p.Links[0].Type = planning.SF
	p.LateDates = planning.Project2016
	p.Finish, p.Status = civil.MustDate(2026, time.May, 1), p.Tasks[0].Constraint.At
	p.Phases = []planning.Phase{{Key: "a", Name: "A", Parent: "b"}}
	p.Tasks[1].Needs = []planning.Need{{Skill: "law", Level: 2, Heads: 1, Units: 500}}
	p.Tasks[1].Modes = []planning.Mode{{Name: "outside", Duration: worktime.Days(1), Assignments: p.Tasks[1].Assignments, Needs: p.Tasks[1].Needs}}
	p.Tasks[2].Estimate = planning.Estimate{Min: 1, Likely: 2, Max: 3, Shape: planning.PERT}
	p.Tasks[2].Pauses, p.Tasks[2].Remaining = p.Resources[1].Absences, worktime.Hours(3)
	p.Tasks[3].Effort, p.Tasks[3].Tentative = worktime.Hours(8), true
	p.Links[1].Percent, p.Links[1].Calendar = 50, "office"
	p.Resources[0] = planning.Resource{
		Key: "ana", Kind: planning.Equipment, Reserved: 100, Changes: []planning.Change{{From: p.Finish, Units: 500}},
		Skills: []planning.Skill{{Key: "law", Level: 3}}, Rates: []planning.Rate{{From: p.Finish, Hour: money.Minor(8000, money.EUR)}},
	}
	text, err := json.Marshal(p)
	require.NoError(t, err)
	var back planning.Plan
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, p, back)
	require.Error(t, json.Unmarshal([]byte(`{"links":[{"type":"XX"}]}`), &back))
}

// A clone shares nothing with its origin.
func TestCloneIsDeep(t *testing.T) {
	t.Parallel()
	p, want := launch(), launch()
	c := p.Clone()
	c.Task("copy").Assignments[0].Units = 1
	c.Resource("ben").Absences[0] = civil.Period{}
	c.Calendars["office"].Week[time.Monday][0] = worktime.Shift{}
	delete(c.Calendars, "office")
	c.Links[0].From = "x"
	assert.Equal(t, want, p)
	assert.Nil(t, c.Task("none"))
	assert.Nil(t, c.Resource("none"))
}

// A negative float is a missed date, and Conflicts names it.
func TestMissedDeadline(t *testing.T) {
	t.Parallel()
	p := launch()
	p.Task("launch").Deadline = civil.MustDate(2026, time.March, 11).At(18, 0, time.UTC)
	m, err := planning.Compile(p)
	require.NoError(t, err)
	path := m.CriticalPath()
	f, _ := path.Of("brief")
	assert.Equal(t, worktime.Minutes(-480), f.Total) // launch is a day of 480 minutes late
	found := path.Conflicts()
	require.Len(t, found, 1)
	assert.Equal(t, "planning.date.missed", found[0].Code)
	assert.Equal(t, "task/launch", found[0].Subject)
}

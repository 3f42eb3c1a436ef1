package psplib

import (
	"fmt"
	"strconv"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// start is the day on which period 0 begins, at 00:00 UTC. Any day would do.
func start() civil.Date { return civil.MustDate(2000, time.January, 1) }

// Period returns the period that begins at an instant of a Plan: the makespan
// for the finish of a schedule, 0 for the start of the plan.
func Period(t time.Time) int64 {
	return (t.Unix() - start().In(time.UTC).Unix()) / 60
}

// Plan returns an Instance with one mode per activity as a plan. A period is a
// minute of the calendar "periods", which works round the clock from 2000-01-01
// on. Tasks have the numbers of the file as keys, "1" to "n", of several
// projects "project:number" with the project's number as phase; resources are
// "R1" to "Rk" with 1,000 thousandths per unit, or as many as make at most
// 1,000,000 of all. Activities of a project with a release start no earlier.
// Due dates are left out: they do not bind.
//
// Nonrenewable resources have no choice to bind: the error matches ErrStock if
// all activities draw more than there is. It matches ErrModes if an activity
// has several modes, and ErrInstance, also for a demand for a resource without
// capacity. A demand above the capacity is for planning.Compile to find.
func (in Instance) Plan() (planning.Plan, error) {
	if err := in.check(); err != nil {
		return planning.Plan{}, err
	}
	if err := in.oneMode(); err != nil {
		return planning.Plan{}, err
	}
	if err := in.overdrawn(); err != nil {
		return planning.Plan{}, err
	}
	const century = 36_500 // days worth tabulating
	days := min(in.Horizon/1440+1, century)
	p := planning.Plan{
		Start: start(), Horizon: civil.Days(start(), start().AddDays(days)),
		Calendar: "periods", Calendars: map[string]worktime.Spec{"periods": roundTheClock()},
	}
	units := make([]int, len(in.Capacity))
	for k, capacity := range in.Capacity {
		const whole, most = 1000, 1_000_000 // thousandths of a unit, and of a resource of a plan
		if capacity == 0 {
			continue // 0 thousandths would mean a whole unit
		}
		units[k] = max(1, min(whole, most/capacity))
		// More than a plan can say is cut: Compile refuses it in any case.
		p.Resources = append(p.Resources, planning.Resource{Key: resource(k), Units: min(capacity, most+1) * units[k]})
	}
	keys := make([]planning.TaskKey, len(in.Activities))
	for i := range keys {
		keys[i] = planning.TaskKey(in.label(i))
	}
	inner := in.inner()
	for k, project := range in.Projects {
		for i := project.First; i < project.First+project.Count; i++ {
			a := &in.Activities[i]
			t := planning.Task{Key: keys[i], Duration: worktime.Work(worktime.Minutes(a.Modes[0].Duration))}
			if len(in.Projects) > 1 {
				t.Phase = strconv.Itoa(k + 1)
			}
			if project.Release > 0 && !inner[i] {
				t.Constraint = planning.Constraint{Kind: planning.SNET, At: start().In(time.UTC).Add(time.Duration(project.Release) * time.Minute)}
			}
			for r, use := range a.Modes[0].Use {
				switch {
				case use > 0 && units[r] == 0:
					return planning.Plan{}, &ActivityError{i, fmt.Sprintf("uses %d of resource %d, of which there is none", use, r+1), ErrInstance}
				case use > 0:
					t.Assignments = append(t.Assignments, planning.Assignment{Resource: resource(r), Units: min(use, 1_000_001) * units[r]})
				}
			}
			p.Tasks = append(p.Tasks, t)
			for _, s := range a.Successors {
				p.Links = append(p.Links, planning.Link{From: keys[i], To: keys[s]})
			}
		}
	}
	return p, nil
}

func resource(k int) planning.ResourceKey { return planning.ResourceKey("R" + strconv.Itoa(k+1)) }

func roundTheClock() worktime.Spec {
	var s worktime.Spec
	for day := range s.Week {
		s.Week[day] = []worktime.Shift{{From: 0, To: 24 * 60}}
	}
	return s
}

// overdrawn reports the first nonrenewable resource of which the only modes
// draw too much.
func (in Instance) overdrawn() error {
	for k, stock := range in.Stock {
		drawn := int64(0)
		for i := range in.Activities {
			if drawn += int64(in.Activities[i].Modes[0].Draw[k]); drawn > int64(stock) {
				return &ActivityError{i, fmt.Sprintf("%d drawn of nonrenewable resource %d up to here, of %d", drawn, k+1, stock), ErrStock}
			}
		}
	}
	return nil
}

// inner reports by activity whether a predecessor of its own project holds it
// already.
func (in Instance) inner() []bool {
	out := make([]bool, len(in.Activities))
	for _, p := range in.Projects {
		for _, a := range in.Activities[p.First : p.First+p.Count] {
			for _, s := range a.Successors {
				out[s] = out[s] || s >= p.First && s < p.First+p.Count
			}
		}
	}
	return out
}

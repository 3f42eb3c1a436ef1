package psplib

import (
	"fmt"
	"slices"
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

// Plan returns an Instance as a plan. A period is a minute of the calendar
// "periods", which works round the clock from 2000-01-01 on. Tasks have the
// numbers of the file as keys, "1" to "n", of several projects "project:number"
// with the project's number as phase; resources are "R1" to "Rk" with 1,000
// thousandths per unit, or as many as make at most 1,000,000 of all, and stocks
// "N1" to "Nl" likewise. The first mode of an activity is the task's, the others
// are its Modes; a mode that asks for more than there is of anything is left out if
// another remains. Activities of a project with a release start no earlier. Due
// dates are left out: they do not bind.
//
// The error matches ErrInstance, also for a demand for a resource without capacity
// by all modes. A demand above the capacity, and more drawn from a stock than there
// is, are for planning.Compile to find.
func (in Instance) Plan() (planning.Plan, error) {
	if err := in.check(); err != nil {
		return planning.Plan{}, err
	}
	const century = 36_500 // days worth tabulating
	days := min(in.Horizon/1440+1, century)
	p := planning.Plan{
		Start: start(), Horizon: civil.Days(start(), start().AddDays(days)),
		Calendar: "periods", Calendars: map[string]worktime.Spec{"periods": roundTheClock()},
	}
	units := append(supply(&p, in.Capacity, "R", planning.Equipment), supply(&p, in.Stock, "N", planning.Stock)...)
	keys := make([]planning.TaskKey, len(in.Activities))
	for i := range keys {
		keys[i] = planning.TaskKey(in.label(i))
	}
	inner := in.inner()
	for k, project := range in.Projects {
		for i := project.First; i < project.First+project.Count; i++ {
			a := &in.Activities[i]
			t := planning.Task{Key: keys[i]}
			if len(in.Projects) > 1 {
				t.Phase = strconv.Itoa(k + 1)
			}
			if project.Release > 0 && !inner[i] {
				t.Constraint = planning.Constraint{Kind: planning.SNET, At: start().In(time.UTC).Add(time.Duration(project.Release) * time.Minute)}
			}
			for n, m := range in.possible(a) {
				assigned, err := in.assign(m, units)
				if err != nil {
					return planning.Plan{}, &ActivityError{i, err.Error(), ErrInstance}
				}
				if d := worktime.Work(worktime.Minutes(m.Duration)); n == 0 {
					t.Duration, t.Assignments = d, assigned
				} else {
					t.Modes = append(t.Modes, planning.Mode{Duration: d, Assignments: assigned})
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

const whole, most = 1000, 1_000_000 // thousandths of a unit, and of a resource of a plan

// supply adds the resources of a kind and returns how many thousandths stand for a
// unit of each.
func supply(p *planning.Plan, has []int, letter string, kind planning.ResourceKind) []int {
	units := make([]int, len(has))
	for k, capacity := range has {
		if capacity == 0 {
			continue // 0 thousandths would mean a whole unit
		}
		units[k] = max(1, min(whole, most/capacity))
		// More than a plan can say is cut: Compile refuses it in any case.
		p.Resources = append(p.Resources, planning.Resource{Key: resource(letter, k), Kind: kind, Units: min(capacity, most+1) * units[k]})
	}
	return units
}

// possible returns the modes of which nothing asks for more than there is; all if
// there are none.
func (in Instance) possible(a *Activity) []Mode {
	over := func(wants, has []int) bool {
		for k, n := range wants {
			if n > has[k] {
				return true
			}
		}
		return false
	}
	out := slices.DeleteFunc(slices.Clone(a.Modes), func(m Mode) bool { return over(m.Use, in.Capacity) || over(m.Draw, in.Stock) })
	if len(out) == 0 {
		return a.Modes
	}
	return out
}

// assign returns what a mode occupies and uses up.
func (in Instance) assign(m Mode, units []int) (out []planning.Assignment, err error) {
	add := func(wants []int, letter string, units []int) {
		for k, n := range wants {
			switch {
			case n > 0 && units[k] == 0:
				err = fmt.Errorf("uses %d of resource %s%d, of which there is none", n, letter, k+1)
			case n > 0:
				out = append(out, planning.Assignment{Resource: resource(letter, k), Units: min(n, most+1) * units[k]})
			}
		}
	}
	add(m.Use, "R", units)
	add(m.Draw, "N", units[len(in.Capacity):])
	return out, err
}

func resource(letter string, k int) planning.ResourceKey {
	return planning.ResourceKey(letter + strconv.Itoa(k+1))
}

func roundTheClock() worktime.Spec {
	var s worktime.Spec
	for day := range s.Week {
		s.Week[day] = []worktime.Shift{{From: 0, To: 24 * 60}}
	}
	return s
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

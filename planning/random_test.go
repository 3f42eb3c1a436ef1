package planning_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// calendars are small, so that minute-by-minute oracles stay fast, and differ
// in days, hours and breaks.
func calendars() map[string]worktime.Spec {
	short := worktime.MonFri("", "09:00-09:10", "09:20-09:30")
	short.Exceptions = []worktime.Exception{{Days: civil.Days(civil.MustDate(2026, time.March, 4), civil.MustDate(2026, time.March, 4))}}
	week := worktime.Spec{}
	for day := range week.Week {
		week.Week[day] = worktime.Shifts("09:05-09:25")
	}
	week.Week[time.Sunday] = nil
	return map[string]worktime.Spec{"short": short, "week": week}
}

// random returns a plan of n tasks with all kinds of links, lags, constraints
// and, if people is set, assignments and started tasks.
func random(r *rand.Rand, n int, people bool) planning.Plan {
	p := planning.Plan{Start: civil.MustDate(2026, time.March, 2), Calendars: calendars(), Calendar: "short"}
	p.LateDates = planning.LateDates(r.IntN(2))
	if r.IntN(2) == 0 { // reaching beyond it must not matter
		p.Horizon = civil.Days(p.Start.AddDays(-20), p.Start.AddDays(20))
	}
	when := func() time.Time {
		return civil.MustDate(2026, time.March, 1+r.IntN(14)).At(9, r.IntN(35), time.UTC)
	}
	for i := range n {
		t := planning.Task{Key: planning.TaskKey(fmt.Sprintf("t%d", i)), Duration: worktime.Work(worktime.Minutes(r.IntN(50)))}
		switch r.IntN(10) {
		case 0:
			t.Duration = worktime.Length{}
		case 1:
			t.Duration = worktime.Elapsed(int64(r.IntN(3000)))
		}
		if r.IntN(3) == 0 {
			t.Calendar = "week"
		}
		if r.IntN(4) == 0 {
			t.Constraint = planning.Constraint{Kind: planning.ConstraintKind(1 + r.IntN(7)), At: when()}
			if t.Constraint.Kind == planning.ALAP {
				t.Constraint.At = time.Time{}
			}
		} else if r.IntN(6) == 0 {
			t.Deadline = when()
		}
		if people {
			for k := range 3 {
				if r.IntN(3) == 0 {
					t.Assignments = append(t.Assignments, planning.Assignment{Resource: planning.ResourceKey(fmt.Sprintf("r%d", k)), Units: 250 * (1 + r.IntN(4))})
				}
			}
			if r.IntN(10) == 0 {
				t.Started = when()
				if r.IntN(2) == 0 {
					t.Finished = t.Started.Add(time.Duration(r.IntN(2000)) * time.Minute)
				}
			}
			if r.IntN(5) == 0 {
				t.Duration = worktime.Days(int64(r.IntN(3)))
			}
			t.Priority = r.IntN(3)
		}
		p.Tasks = append(p.Tasks, t)
	}
	order := r.Perm(n)
	for range r.IntN(2*n + 1) {
		a, b := r.IntN(n), r.IntN(n)
		if a == b {
			continue
		}
		l := planning.Link{From: p.Tasks[order[min(a, b)]].Key, To: p.Tasks[order[max(a, b)]].Key, Type: planning.LinkType(r.IntN(4))}
		switch r.IntN(4) {
		case 0:
			l.Lag = worktime.Work(worktime.Minutes(r.IntN(61) - 30))
		case 1:
			l.Lag = worktime.Elapsed(int64(r.IntN(4000) - 2000))
		}
		if r.IntN(4) == 0 {
			l.Calendar = []string{"short", "week"}[r.IntN(2)]
		}
		if r.IntN(6) == 0 && p.Tasks[order[min(a, b)]].Duration.Kind() != worktime.KindDays {
			l.Lag, l.Percent = worktime.Length{}, r.IntN(300)-150
		}
		if people && r.IntN(4) == 0 {
			l.Percent = 0
			l.Lag = worktime.Days(int64(r.IntN(7) - 3))
		}
		p.Links = append(p.Links, l)
	}
	if people {
		p.Resources = []planning.Resource{
			{Key: "r0", Absences: []civil.Period{civil.Days(civil.MustDate(2026, time.March, 5), civil.MustDate(2026, time.March, 6))}},
			{Key: "r1", Calendar: "week"},
			{Key: "r2", Units: 2000},
		}
	}
	return p
}

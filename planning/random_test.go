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

// enrich gives a plan people with skills that come and go, modes and a stock.
func enrich(r *rand.Rand, p *planning.Plan) {
	if !p.Start.IsZero() && r.IntN(4) == 0 {
		p.Start, p.Finish = civil.Date{}, civil.MustDate(2026, time.April, 24)
	}
	p.Resources = []planning.Resource{
		{Key: "r0", Skills: []planning.Skill{{Key: "art", Level: 2}}, Absences: []civil.Period{days(r)}},
		{Key: "r1", Calendar: "week", Skills: []planning.Skill{{Key: "art", Level: 1}, {Key: "law", Level: 3}}},
		{Key: "r2", Units: 2000, Changes: []planning.Change{{From: days(r).First(), Units: 1000 * r.IntN(3)}, {From: civil.MustDate(2026, time.March, 16), Units: 2000}}},
		{Key: "r3", Skills: []planning.Skill{{Key: "law", Level: 1}, {Key: "art", Level: 3}}},
		{Key: "money", Kind: planning.Stock, Units: 1000 * len(p.Tasks)},
	}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if r.IntN(3) == 0 {
			t.Needs = append(t.Needs, planning.Need{Skill: []string{"art", "law"}[r.IntN(2)], Level: r.IntN(2), Heads: 1 + r.IntN(6)/5, Units: 500})
		}
		if t.Started.IsZero() && r.IntN(3) == 0 {
			t.Modes = append(t.Modes, planning.Mode{Duration: worktime.Work(worktime.Minutes(r.IntN(40))), Needs: t.Needs},
				planning.Mode{Duration: worktime.Work(worktime.Minutes(r.IntN(30))), Assignments: []planning.Assignment{{Resource: "r3"}, {Resource: "money", Units: 1000 * (1 + r.IntN(3))}}})
			t.Assignments = append(t.Assignments, planning.Assignment{Resource: "money", Units: 1000 * r.IntN(2)})
		}
		if r.IntN(8) == 0 {
			t.Pauses = []civil.Period{days(r)}
		}
		t.Weight = r.IntN(3)
	}
}

func days(r *rand.Rand) civil.Period {
	first := civil.MustDate(2026, time.March, 1+r.IntN(12))
	return civil.Days(first, first.AddDays(r.IntN(3)))
}

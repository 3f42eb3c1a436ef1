package planning_test

import (
	"context"
	"fmt"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// launch is a product launch of eight tasks and three people.
func launch() planning.Plan {
	return planning.Plan{
		Start:     civil.MustDate(2026, time.March, 2),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-12:00", "13:00-18:00")},
		Resources: []planning.Resource{
			{Key: "ana", Name: "Ana"},
			{Key: "ben", Name: "Ben", Absences: []civil.Period{civil.Days(civil.MustDate(2026, time.March, 5), civil.MustDate(2026, time.March, 6))}},
		},
		Tasks: []planning.Task{
			{Key: "brief", Phase: "Prepare", Duration: worktime.Days(2)},
			{Key: "copy", Phase: "Produce", Duration: worktime.Days(3), Assignments: []planning.Assignment{{Resource: "ana"}}},
			{Key: "design", Phase: "Produce", Duration: worktime.Days(4), Assignments: []planning.Assignment{{Resource: "ben"}}},
			{Key: "legal", Phase: "Approve", Duration: worktime.Days(3)},
			{Key: "site", Phase: "Produce", Duration: worktime.Days(2), Assignments: []planning.Assignment{{Resource: "ana"}}},
			{Key: "launch", Phase: "Launch"},
		},
		Links: []planning.Link{
			{From: "brief", To: "copy"},
			{From: "brief", To: "design"},
			{From: "copy", To: "legal"},
			{From: "brief", To: "site"},
			{From: "legal", To: "launch", Lag: worktime.Days(1)},
			{From: "design", To: "launch"},
			{From: "site", To: "launch"},
		},
	}
}

const clock = "Mon 2 Jan 15:04"

func ExampleModel_CriticalPath() {
	model, err := planning.Compile(launch())
	if err != nil {
		fmt.Println(err)
		return
	}
	path := model.CriticalPath()
	fmt.Println("finish", path.Finish().Format(clock))
	for f := range path.Tasks() {
		fmt.Printf("%-7s %s - %s  total %-5s free %-5s critical %v\n", f.Task, f.EarlyStart.Format(clock), f.EarlyFinish.Format(clock),
			worktime.Work(f.Total), worktime.Work(f.Free), f.Critical)
	}
	why, _ := path.Why("legal")
	fmt.Println(why)
	// Output:
	// finish Thu 12 Mar 18:00
	// brief   Mon 2 Mar 09:00 - Tue 3 Mar 18:00  total 0m    free 0m    critical true
	// copy    Wed 4 Mar 09:00 - Fri 6 Mar 18:00  total 0m    free 0m    critical true
	// design  Wed 4 Mar 09:00 - Mon 9 Mar 18:00  total 24h   free 24h   critical false
	// legal   Mon 9 Mar 09:00 - Wed 11 Mar 18:00  total 0m    free 0m    critical true
	// site    Wed 4 Mar 09:00 - Thu 5 Mar 18:00  total 40h   free 40h   critical false
	// launch  Thu 12 Mar 18:00 - Thu 12 Mar 18:00  total 0m    free 0m    critical true
	// legal waits for copy to finish before it can start
}

// Legal slips two days: what moves, and why? Two ways out are compared.
func ExampleDiff() {
	compile := func(p planning.Plan) *planning.CriticalPath {
		model, err := planning.Compile(p)
		if err != nil {
			panic(err)
		}
		return model.CriticalPath()
	}
	before := compile(launch())

	slip := launch()
	slip.Task("legal").Duration = worktime.Days(5)
	for _, move := range planning.Diff(before, compile(slip)) {
		fmt.Println(move)
	}

	split := slip.Clone() // legal begins on a first draft, a day before copy is done
	split.Links[2].Lag = worktime.Days(-1)
	buffer := slip.Clone() // launch right after legal
	buffer.Links[4].Lag = worktime.Length{}
	fmt.Println("early legal:", compile(split).Finish().Format(clock))
	fmt.Println("no buffer:  ", compile(buffer).Finish().Format(clock))
	// Output:
	// legal: 2026-03-11 18:00 -> 2026-03-13 18:00 (+16h): legal takes 5d instead of 3d
	// launch: 2026-03-12 18:00 -> 2026-03-16 18:00 (+16h): launch waits for legal to finish plus 1d before it can start; legal takes 5d instead of 3d
	// early legal: Fri 13 Mar 18:00
	// no buffer:   Fri 13 Mar 18:00
}

func ExampleModel_Schedule() {
	model, err := planning.Compile(launch())
	if err != nil {
		fmt.Println(err)
		return
	}
	schedule, err := model.Schedule(context.Background(), planning.Search{Schedules: 20, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("finish", schedule.Finish().Format(clock), "gap", worktime.Work(schedule.Gap()), "valid", model.Verify(schedule) == nil)
	for p := range schedule.Tasks() {
		why, _ := schedule.Why(p.Task)
		fmt.Printf("%-7s %s - %s  %s\n", p.Task, p.Start.Format(clock), p.Finish.Format(clock), why)
	}
	// Output:
	// finish Thu 12 Mar 18:00 gap 0m valid true
	// brief   Mon 2 Mar 09:00 - Tue 3 Mar 18:00  brief starts with the plan
	// copy    Wed 4 Mar 09:00 - Fri 6 Mar 18:00  copy waits for brief to finish before it can start
	// design  Wed 4 Mar 09:00 - Wed 11 Mar 18:00  design waits for brief to finish before it can start
	// legal   Mon 9 Mar 09:00 - Wed 11 Mar 18:00  legal waits for copy to finish before it can start
	// site    Mon 9 Mar 09:00 - Tue 10 Mar 18:00  site waits for ana, who is on copy
	// launch  Thu 12 Mar 18:00 - Thu 12 Mar 18:00  launch waits for legal to finish plus 1d before it can start
}

func ExampleModel_Overloads() {
	plan := launch()
	plan.Task("site").Deadline = civil.MustDate(2026, time.March, 9).At(18, 0, time.UTC)
	plan.Task("copy").Deadline = civil.MustDate(2026, time.March, 9).At(18, 0, time.UTC)
	plan.Task("site").Duration = worktime.Days(4)
	model, err := planning.Compile(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range model.Overloads() {
		fmt.Println(o)
	}
	for _, l := range model.Load(model.CriticalPath(), planning.Weekly) {
		fmt.Println(l.Resource, l.Period.First(), l)
	}
	// Output:
	// Ana, weeks 10-11: forced 56 h, available 32 h, items copy site
	// ana 2026-03-02 48 h of 40 h (120 %)
	// ana 2026-03-09 8 h of 40 h (20 %)
	// ben 2026-03-02 24 h of 24 h (100 %)
	// ben 2026-03-09 8 h of 40 h (20 %)
}

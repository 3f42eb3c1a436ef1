package agile_test

import (
	"fmt"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/agile"
)

func march(day int) civil.Date { return civil.MustDate(2026, time.March, day) }

func office() *worktime.Calendar {
	cal, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"), civil.YearOf(march(1)))
	if err != nil {
		panic(err)
	}
	return cal
}

// launch is the log of a team: a sprint of a week, from Monday 2 March 2026.
func launch() []agile.Event {
	return []agile.Event{
		{On: march(1), Kind: agile.EpicAdded, Item: "spring", Title: "Spring launch"},
		{On: march(1), Kind: agile.Added, Item: "landing", Epic: "spring", Estimate: agile.Est(8)},
		{On: march(1), Kind: agile.Added, Item: "mailing", Epic: "spring", Estimate: agile.Est(5)},
		{On: march(1), Kind: agile.Added, Item: "video", Epic: "spring", Estimate: agile.Est(13)},
		{On: march(1), Kind: agile.Added, Item: "stickers", Epic: "spring"},
		{On: march(1), Kind: agile.SprintOpened, Sprint: "s1", Days: civil.Days(march(2), march(6)), Goal: "Page is live"},
		{On: march(2), Kind: agile.Committed, Sprint: "s1", Items: []agile.ItemKey{"landing", "mailing"}},
		{On: march(2), Kind: agile.Started, Item: "landing"},
		{On: march(3), Kind: agile.Split, Item: "landing", Why: "forms are harder than thought", Into: []agile.Part{{Key: "page", Estimate: agile.Est(5)}, {Key: "forms", Estimate: agile.Est(6)}}},
		{On: march(4), Kind: agile.Done, Item: "page"},
		{On: march(5), Kind: agile.Pulled, Sprint: "s1", Item: "stickers"},
		{On: march(5), Kind: agile.Estimated, Item: "stickers", Estimate: agile.Est(2)},
		{On: march(6), Kind: agile.Done, Item: "mailing"},
		{On: march(6), Kind: agile.Done, Item: "stickers"},
		{On: march(6), Kind: agile.SprintClosed, Sprint: "s1"},
	}
}

func ExampleReplay() {
	backlog, err := agile.Replay(launch())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, it := range backlog.Ranked() {
		fmt.Println(it.Key, it.Estimate, it.State)
	}
	for _, c := range backlog.Trail("forms") {
		fmt.Printf("%s %s: %s -> %s\n", c.On, c.Item, c.From, c.To)
	}
	epic, _ := backlog.Progress("spring")
	percent, _ := epic.Percent()
	fmt.Printf("%s of %s: %d %%\n", epic.Done.Points, epic.Total, percent)
	_, err = backlog.Apply(agile.Event{On: march(9), Kind: agile.Done, Item: "page"})
	fmt.Println(err)
	// Output:
	// forms 6 open
	// video 13 open
	// 2026-03-01 landing: not estimated -> 8
	// 2026-03-03 landing: 8 -> 11
	// 2026-03-03 forms: not estimated -> 6
	// 12 of 5 items, 31 points: 38 %
	// event 16 (done): page: it is done
}

func ExampleBacklog_Review() {
	backlog, _ := agile.Replay(launch())
	review, err := backlog.Review("s1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(review)
	for _, f := range review.Findings {
		fmt.Println(f.Code, f.Evidence[0])
	}
	// Output:
	// s1, 2026-03-02..2026-03-06: committed 13 points, in 11, out 8, done 12 of 18, carried over 1 items
	// agile.sprint.carried 1 items, 6 points carried over: forms
	// agile.sprint.scope committed 13 points; 11 in, 8 out, estimates by 2
}

func ExampleBacklog_Burn() {
	backlog, _ := agile.Replay(launch())
	days, err := backlog.Burn("s1", office(), march(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range days {
		if d.Known {
			fmt.Printf("%10s remaining %2s of %2s, done %2s, ideal %s\n", d.Day, d.Remaining.Points, d.Scope.Points, d.Done.Points, d.Ideal.Points())
		} else {
			fmt.Printf("%10s ideal %s\n", d.Day, d.Ideal.Points())
		}
	}
	// Output:
	//            remaining 13 of 13, done  0, ideal 13
	// 2026-03-02 remaining 13 of 13, done  0, ideal 10.4
	// 2026-03-03 remaining 16 of 16, done  0, ideal 7.8
	// 2026-03-04 remaining 11 of 16, done  5, ideal 5.2
	// 2026-03-05 remaining 13 of 18, done  5, ideal 2.6
	// 2026-03-06 ideal 0
}

func ExampleBacklog_Suggest() {
	backlog, _ := agile.Replay(launch())
	velocity := backlog.Velocity(3)
	had := agile.CapacityOf(civil.Days(march(2), march(6)), []agile.Member{{Person: "ana", Calendar: office(), Focus: 60}, {Person: "ben", Calendar: office(), Focus: 60}})
	next := agile.CapacityOf(civil.Days(march(9), march(13)), []agile.Member{
		{Person: "ana", Calendar: office(), Focus: 60},
		{Person: "ben", Calendar: office(), Focus: 60, Absences: []civil.Period{civil.Days(march(9), march(10))}},
	})
	points := agile.PointsFor(velocity.Mean.Points(), had.Total, next.Total)
	s := backlog.Suggest(points, false)
	fmt.Println(velocity.Mean.Points(), "points with", had.Total, "are", points, "with", next.Total)
	fmt.Println("take", s.Take, s.Points)
	for _, p := range s.Passed {
		fmt.Println("pass", p.Item, "-", p.Reason)
	}
	// Output:
	// 12 points with 48 h are 9.6 with 38.4 h
	// take [forms] 6
	// pass video - it takes 13 points, 3.6 are left
}

func ExampleThroughput_When() {
	pace := agile.Throughput{Counts: []int{2, 5, 3, 0, 4, 3, 6, 1}, Days: 5, Calendar: office()}
	forecast, err := pace.When(20, march(6), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range []int{50, 85, 95} {
		o, _ := forecast.Percentile(p)
		fmt.Printf("%d %%: %d weeks, %s (%s)\n", p, o.N, o.Day, o.Chance)
	}
	many, _ := pace.HowMany(march(6), civil.MustDate(2026, time.April, 3), nil)
	o, _ := many.Percentile(85)
	fmt.Println("by", o.Day, "at least", o.N, "items with", o.Chance)
	// Output:
	// 50 %: 7 weeks, 2026-04-24 (61.7 %)
	// 85 %: 9 weeks, 2026-05-08 (90.8 %)
	// 95 %: 10 weeks, 2026-05-15 (96.2 %)
	// by 2026-04-03 at least 8 items with 88.2 %
}

func ExampleBacklog_EpicTask() {
	backlog, _ := agile.Replay(launch())
	cal := office()
	epic, _ := backlog.EpicTask("spring", worktime.Days(12), cal)
	model, err := planning.Compile(planning.Plan{
		Start:     march(2),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
		Tasks:     []planning.Task{epic, {Key: "go live", Duration: worktime.Days(1)}},
		Links:     []planning.Link{{From: epic.Key, To: "go live"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(model.CriticalPath().Finish().Format("Mon 2 Jan 15:04"))
	// Output:
	// Wed 18 Mar 17:00
}

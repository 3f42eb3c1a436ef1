package journey_test

import (
	"fmt"
	"os"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/journey"
)

func welcome() *journey.Program {
	p, err := journey.Compile(journey.Definition{
		Key: "welcome", GoalOn: []journey.EventKey{"booked a demo"},
		Steps: []journey.Step{
			{Key: "hello", Send: "welcome mail", Next: "pause"},
			{Key: "pause", Wait: &journey.Wait{For: worktime.ElapsedDays(3)}, Next: "nudge"},
			{Key: "nudge", Send: "reminder", Next: "last"},
			{Key: "last", Wait: &journey.Wait{For: worktime.ElapsedDays(7)}, Next: "cold"},
			{Key: "cold", Exit: "no demo"},
		},
	})
	if err != nil {
		panic(err)
	}
	return p
}

func Example() {
	program := welcome()
	env := journey.Env{Now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
	state, events, err := program.Do(journey.State{}, journey.Enter{Lead: "l-17"}, env)
	for err == nil && len(events) > 0 {
		for _, e := range events {
			if e.Kind == journey.Sent {
				fmt.Println(e.At.Format(time.DateOnly), "send", e.Content)
			}
		}
		due, ok := state.Due()
		if !ok {
			break
		}
		env.Now = due
		state, events, err = program.Do(state, journey.Tick{}, env)
	}
	fmt.Println(state.Status, state.Reason, err)
	// Output:
	// 2026-03-02 send welcome mail
	// 2026-03-05 send reminder
	// out no demo <nil>
}

func ExampleProgram_Simulate() {
	first := civil.MustDate(2026, time.March, 2)
	flow, err := welcome().Simulate(journey.Cohort{
		Leads: 1000, Enter: civil.Days(first, first), Until: first.AddDays(30),
		Reactions: []journey.Reaction{{To: "nudge", Event: "booked a demo", Percent: 10, Within: worktime.ElapsedDays(5)}},
	}, 1)
	if err != nil {
		panic(err)
	}
	last := flow.Days[len(flow.Days)-1]
	fmt.Println(last.Entered == last.In+last.Goal+last.Exited, last.Entered, last.In, last.Sent)
	// Output:
	// true 1000 0 2000
}

func ExampleProgram_Mermaid() {
	if err := welcome().Mermaid(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// flowchart TD
	//     s0[/"hello: send welcome mail"/]
	//     s1(["pause: wait 3ed"])
	//     s2[/"nudge: send reminder"/]
	//     s3(["last: wait 7ed"])
	//     s4(("cold: exit no demo"))
	//     s0 --> s1
	//     s1 --> s2
	//     s2 --> s3
	//     s3 --> s4
}

package board_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow/board"
)

func Example() {
	kanban, err := board.Compile(board.Definition{Key: "content", Columns: []board.Column{
		{Key: "ready"},
		{Key: "draft", Kind: board.Active, Limit: 1},
		{Key: "live", Kind: board.Done},
	}})
	if err != nil {
		panic(err)
	}
	env := board.Env{Now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), By: "mia"}
	var state board.State
	var trail []board.Event
	do := func(c board.Command) {
		next, events, err := kanban.Do(state, c, env)
		if err != nil {
			fmt.Println(err)
			return
		}
		state, trail = next, append(trail, events...)
	}
	post, ad := ident.Ref{Kind: "task", ID: "post"}, ident.Ref{Kind: "task", ID: "ad"}
	do(board.Add{Item: post})
	do(board.Add{Item: ad, Class: board.FixedDate, Due: civil.MustDate(2026, time.March, 9)})
	do(board.Pull{To: "draft", Person: "ana"})
	fmt.Println(trail[2].Item, trail[2].Why)
	do(board.Pull{To: "draft"})
	env.Now = env.Now.AddDate(0, 0, 2)
	do(board.Finish{Item: ad})

	history, err := kanban.History(trail)
	if err != nil {
		panic(err)
	}
	from, to := trail[0].At, env.Now.Add(time.Hour)
	fmt.Println(history.Expect(85, from, to, time.UTC))
	for _, day := range history.Flow(civil.Days(civil.DateOf(from), civil.DateOf(to)), time.UTC) {
		fmt.Println(day.Date, day.Arrived, day.Columns, day.Finished)
	}
	// Output:
	// task/ad [1 of 2 in ready by class, due, age, priority before task/post: class fixed_date before standard]
	// column draft: nothing to pull: task/post passed over: column draft 1 of 1: task/ad
	// 85 % finish within 3 days (1 finished)
	// 2026-03-02 2 [1 1] 0
	// 2026-03-03 2 [1 1] 0
	// 2026-03-04 2 [1 0] 1
}

func ExampleBoard_Loads() {
	kanban, err := board.Compile(board.Definition{Key: "content", PerPerson: 2, Columns: []board.Column{
		{Key: "draft", Kind: board.Active, Limit: 3}, {Key: "live", Kind: board.Done},
	}})
	if err != nil {
		panic(err)
	}
	env := board.Env{Now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)}
	state, _, err := kanban.Do(board.State{}, board.Add{Item: ident.Ref{Kind: "task", ID: "post"}, Person: "ana"}, env)
	if err != nil {
		panic(err)
	}
	loads, _ := kanban.Loads(state)
	for _, l := range loads {
		fmt.Println(l)
	}
	// Output:
	// column draft 1 of 3: task/post
	// person ana 1 of 2: task/post
}

func ExampleDefinition() {
	var d board.Definition
	err := json.Unmarshal([]byte(`{
		"key": "content", "expedite": 1, "per_person": 2, "people": {"ana": 3},
		"columns": [
			{"key": "ready", "limit": 8},
			{"key": "draft", "kind": "active", "limit": 3, "lanes": {"emea": 2}},
			{"key": "live", "kind": "done"}],
		"lanes": [{"key": "fast", "expedite": true}, {"key": "emea", "limit": 4}, {"key": "apac"}],
		"classes": ["expedite", "fixed_date", "standard", "intangible"],
		"policy": ["class", "due", "priority", "age"]
	}`), &d)
	if err != nil {
		panic(err)
	}
	kanban, err := board.Compile(d)
	fmt.Println(len(kanban.Definition().Columns), err)
	d.Columns[1].Limit = -1
	_, err = board.Compile(d)
	fmt.Println(err)
	// Output:
	// 3 <nil>
	// column/draft: limit -1 is not within 0 and 1048576 (fix: use 0 for no limit)
}

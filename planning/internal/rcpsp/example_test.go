package rcpsp_test

import (
	"context"
	"fmt"

	"github.com/go-marops/marops/planning/internal/rcpsp"
)

// Two designers, five activities, the last one when all others are done.
func someProject() rcpsp.Project {
	return rcpsp.Project{
		Capacity: []int32{2},
		Activities: []rcpsp.Activity{
			rcpsp.Single(3, 1), rcpsp.Single(2, 2), rcpsp.Single(2, 1), rcpsp.Single(4, 1), rcpsp.Single(0),
		},
		Edges: []rcpsp.Edge{
			rcpsp.FinishStart(0, 1), rcpsp.FinishStart(1, 4), rcpsp.FinishStart(2, 4), rcpsp.FinishStart(3, 4),
		},
	}
}

func Example() {
	m, err := rcpsp.Compile(someProject())
	if err != nil {
		fmt.Println(err)
		return
	}
	r := m.Search(context.Background(), rcpsp.Search{Schedules: 1000, Seed: 1})
	fmt.Println(r.Makespan, "periods, proven:", r.Proven)
	fmt.Println(rcpsp.Verify(someProject(), r.Start, r.Mode))
	// Output:
	// 7 periods, proven: true
	// <nil>
}

func ExampleCompile() {
	p := someProject()
	p.Edges = append(p.Edges, rcpsp.FinishStart(4, 0))
	_, err := rcpsp.Compile(p)
	fmt.Println(err)
	// Output: edges: cycle 0 -> 1 -> 4 -> 0
}

func ExampleModel_LowerBound() {
	m, _ := rcpsp.Compile(someProject())
	b := m.LowerBound(0)
	fmt.Println(b.Value, b.Argument)
	// Output: 7 path
}

func ExampleSimulator() {
	p := someProject()
	m, _ := rcpsp.Compile(p)
	plan := m.Search(context.Background(), rcpsp.Search{Schedules: 100})
	s := m.Simulator(rcpsp.Dispatch)
	order := m.Order(plan.Start)
	fmt.Println(s.Run(order, []int32{3, 2, 2, 4, 0}, nil)) // as planned
	fmt.Println(s.Run(order, []int32{5, 2, 2, 4, 0}, nil)) // the first activity takes longer
	// Output:
	// 7
	// 8
}

package psplib_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/psplib"
)

// Three activities between two dummies share four units.
const patterson = `
5 1
4
0 0  2  2 3
2 3  1  4
3 2  1  5
3 1  1  5
0 0  0
`

func ExampleReadPatterson() {
	instance, err := psplib.ReadPatterson(strings.NewReader(patterson))
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := instance.Plan()
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := planning.Compile(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	best, err := model.Schedule(context.Background(), planning.Search{Schedules: 10, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("critical path", psplib.Period(model.CriticalPath().Finish()), "makespan", psplib.Period(best.Finish()))
	for p := range best.Tasks() {
		fmt.Println(p.Task, psplib.Period(p.Start), psplib.Period(p.Finish))
	}
	// Output:
	// critical path 5 makespan 5
	// 1 0 0
	// 2 0 2
	// 3 2 5
	// 4 2 5
	// 5 5 5
}

func ExampleRead() {
	file, err := os.Open("testdata/m11_1.mm")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	instance, err := psplib.Read(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(instance.Name, len(instance.Activities), instance.Capacity, instance.Stock, instance.SingleMode())
	fmt.Println(instance.Activities[1])
	_, err = psplib.Read(strings.NewReader("projects : 2"))
	fmt.Println(err)
	// Output:
	// cm11_.bas 18 [12 9] [37 53] true
	// {[{2 [0 4] [8 0]}] [4 8]}
	// instance: row 1: projects "2": want a number from 1 to 1
}

// An instance made by hand is written for another engine.
func ExampleWriteDZN() {
	instance := psplib.Instance{
		Projects: []psplib.Project{{Count: 2}},
		Capacity: []int{3},
		Activities: []psplib.Activity{
			{Modes: []psplib.Mode{{Duration: 2, Use: []int{3}}, {Duration: 5, Use: []int{1}}}, Successors: []int{1}},
			{Modes: []psplib.Mode{{Duration: 4, Use: []int{2}}}},
		},
	}
	if err := psplib.WriteDZN(os.Stdout, instance); err != nil {
		fmt.Println(err)
	}
	// Output:
	// n_activities = 2;
	// n_resources = 1;
	// n_stocks = 0;
	// n_modes = 3;
	// n_links = 1;
	// horizon = 9;
	// capacity = [3];
	// stock = [];
	// release = [0, 0];
	// first_mode = [1, 3];
	// last_mode = [2, 3];
	// duration = [2, 5, 4];
	// before = [1];
	// after = [2];
	// use = array2d(1..3, 1..1, [3, 1, 2]);
	// draw = array2d(1..3, 1..0, []);
}

func ExampleWriteMPLIB() {
	instance := psplib.Instance{
		Projects: []psplib.Project{{Count: 1}, {First: 1, Count: 2, Release: 3}},
		Capacity: []int{4, 2},
		Activities: []psplib.Activity{
			{Modes: []psplib.Mode{{Duration: 2, Use: []int{3, 0}}}, Successors: []int{2}},
			{Modes: []psplib.Mode{{Duration: 5, Use: []int{1, 1}}}, Successors: []int{2}},
			{Modes: []psplib.Mode{{Duration: 1, Use: []int{0, 2}}}},
		},
	}
	if err := psplib.WriteMPLIB(os.Stdout, instance); err != nil {
		fmt.Println(err)
	}
	// Output:
	//    2
	//    2
	//      4     2
	//
	//    1    0
	//    1   0
	//
	//    2   3   0   1 2:2
	//
	//    2    3
	//    1   1
	//
	//    5   1   1   1 2:2
	//    1   0   2   0
}

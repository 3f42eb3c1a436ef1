package quorum

import "fmt"

func ExampleProve() {
	p := &Problem{
		People: 4,
		Stages: []Stage{
			{Electors: []int32{0, 1}, Rule: Rule{Kind: Count, N: 1}, ExcludeRequester: true}, // legal
			{Electors: []int32{0, 1, 2}, Rule: Rule{Kind: Count, N: 1}},                      // finance
			{Electors: []int32{1, 2}, Rule: Rule{Kind: Count, N: 1}},                         // brand
		},
		Separate:     []Separation{{A: 0, B: 1}, {A: 1, B: 2}, {A: 0, B: 2}},
		Requesters:   []int32{3},
		AnyRequester: true,
	}
	proof, err := Prove(p, DefaultNodes)
	fmt.Println(proof.Verdict, proof.Margin, err)

	p.Absences = 1
	proof, err = Prove(p, DefaultNodes)
	x := proof.Counter
	fmt.Println(proof.Verdict, err)
	fmt.Printf("absent %v: stages %v need %d different people, only %d exist\n", x.Absent, x.Stages, x.Need, x.Have)
	// Output:
	// satisfiable 0 <nil>
	// refuted <nil>
	// absent [1]: stages [0 1 2] need 3 different people, only 2 exist
}

func ExampleProblem_Completable() {
	p := &Problem{
		People: 2,
		Stages: []Stage{
			{Electors: []int32{0, 1}, Rule: Rule{Kind: Count, N: 1}},
			{Electors: []int32{0}, Rule: Rule{Kind: Count, N: 1}},
		},
		Separate:     []Separation{{A: 0, B: 1}},
		AnyRequester: true,
	}
	for q := range int32(2) { // who votes first in stage 0
		after, err := p.Completable(State{Stages: []int32{0, 1}, Requester: -1, Approved: [][]int32{{q}}}, DefaultNodes)
		fmt.Println(q, after, err)
	}
	// Output:
	// 0 refuted <nil>
	// 1 satisfiable <nil>
}

func ExampleProblem_Holds() {
	p := &Problem{
		People:       5,
		Stages:       []Stage{{Electors: []int32{0, 1, 2}, Rule: Rule{Kind: Count, N: 2}, ExcludeRequester: true}},
		AnyRequester: true,
	}
	proof, err := Prove(p, DefaultNodes)
	fmt.Println(proof.Verdict, proof.Inequalities, err)
	p.Stages[0].Electors = []int32{2, 3, 4} // the staff has changed
	fmt.Println(p.Holds(proof.Inequalities))
	p.Stages[0].Electors = []int32{3, 4}
	fmt.Println(p.Holds(proof.Inequalities))
	// Output:
	// safe [{0 -1 3 0}] <nil>
	// true
	// false
}

package quorum

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// company returns a random problem of realistic size.
type company struct {
	stages, people, roles  int
	smallest, largest      int // people of a role
	absences, authors      int
	separations, kindsUsed int
}

func (c company) problem(seed uint64) *Problem {
	r := rand.New(rand.NewPCG(seed, 11))
	roles := make([][]int32, c.roles)
	for i := range roles {
		for _, q := range r.Perm(c.people)[:c.smallest+r.IntN(c.largest-c.smallest+1)] {
			roles[i] = append(roles[i], int32(q))
		}
		slices.Sort(roles[i])
	}
	p := &Problem{People: c.people, AnyRequester: true, Absences: c.absences, MaxContributors: c.authors}
	for q := range c.people {
		p.Requesters = append(p.Requesters, int32(q))
		if r.IntN(4) == 0 {
			p.Contributors = append(p.Contributors, int32(q))
		}
	}
	for range c.stages {
		s := Stage{Electors: roles[r.IntN(c.roles)], ExcludeRequester: r.IntN(2) == 0, ExcludeContributors: r.IntN(3) == 0}
		s.Rule = Rule{Kind: Count, N: 1 + r.IntN(3)}
		switch Kind(r.IntN(c.kindsUsed)) {
		case Percent:
			s.Rule = Rule{Kind: Percent, Num: 1, Den: 2 + r.Int64N(3)}
		case Weighted:
			s.Rule = Rule{Kind: Weighted}
			sum := int64(0)
			for range s.Electors {
				w := 1 + r.Int64N(4)
				s.Rule.Weights = append(s.Rule.Weights, w)
				sum += w
			}
			s.Rule.Target = 1 + sum/4
		case PerGroup:
			var a, b []int32
			for i, q := range s.Electors {
				if i%2 == 0 {
					a = append(a, q)
				} else {
					b = append(b, q)
				}
			}
			s.Rule = Rule{Kind: PerGroup, Groups: []Group{{a, 1}, {b, 1}}, Single: r.IntN(2) == 0}
		case Count, All:
		}
		p.Stages = append(p.Stages, s)
	}
	for range c.separations {
		a, b := r.IntN(c.stages), r.IntN(c.stages)
		if a != b {
			p.Separate = append(p.Separate, Separation{A: int32(a), B: int32(b)})
		}
	}
	return p
}

var companies = map[string]company{
	"100 stages, none separate":          {100, 2000, 60, 8, 60, 3, 0, 0, 2},
	"6 stages, 200 people, 1 absent":     {6, 200, 20, 4, 20, 1, 0, 6, 5},
	"30 stages, 20 separations":          {30, 2000, 60, 4, 60, 3, 0, 20, 5},
	"30 stages, 40 separations, authors": {30, 2000, 60, 4, 60, 3, 2, 40, 5},
	"30 stages, 60 separations":          {30, 2000, 60, 4, 60, 3, 0, 60, 3},
	"30 stages, larger roles":            {30, 2000, 60, 12, 60, 3, 0, 60, 5},
	"30 stages, small roles":             {30, 2000, 60, 4, 9, 2, 0, 30, 5},
	"12 stages, 25 people":               {12, 25, 12, 6, 12, 2, 0, 30, 2},
	"20 stages, 25 people":               {20, 25, 12, 6, 12, 3, 0, 60, 2},
	"30 stages, 40 people, authors":      {30, 40, 20, 6, 20, 3, 1, 60, 5},
}

// BenchmarkProve reports the median and the longest of 15 problems of each size.
func BenchmarkProve(b *testing.B) {
	for name, c := range companies {
		b.Run(name, func(b *testing.B) {
			var problems []*Problem
			for seed := range uint64(15) {
				problems = append(problems, c.problem(seed))
			}
			var median, longest time.Duration
			var verdicts [4]int
			nodes := 0
			for b.Loop() {
				var took []time.Duration
				verdicts, nodes = [4]int{}, 0
				for _, p := range problems {
					start := time.Now()
					proof, err := Prove(p, DefaultNodes)
					took = append(took, time.Since(start))
					if err != nil {
						b.Fatal(err)
					}
					verdicts[proof.Verdict]++
					nodes = max(nodes, proof.Nodes)
				}
				slices.Sort(took)
				median, longest = took[len(took)/2], took[len(took)-1]
			}
			b.ReportMetric(float64(median.Microseconds())/1000, "median-ms")
			b.ReportMetric(float64(longest.Microseconds())/1000, "max-ms")
			b.ReportMetric(float64(nodes), "max-nodes")
			b.ReportMetric(0, "ns/op")
			for v, n := range verdicts {
				if n > 0 {
					b.ReportMetric(float64(n), fmt.Sprint(Verdict(v)))
				}
			}
		})
	}
}

// BenchmarkCompletable is the guard of one vote in a process of 30 stages.
func BenchmarkCompletable(b *testing.B) {
	p := company{30, 2000, 60, 12, 60, 0, 0, 40, 5}.problem(1)
	st := State{Requester: -1, Approved: make([][]int32, len(p.Stages))}
	for s := range p.Stages {
		st.Stages = append(st.Stages, int32(s))
	}
	st.Approved[3] = p.Stages[3].Electors[:1]
	for b.Loop() {
		if verdict, err := p.Completable(st, DefaultNodes); err != nil || verdict != Satisfiable {
			b.Fatal(verdict, err)
		}
	}
}

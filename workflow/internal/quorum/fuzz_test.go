package quorum

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// problemOf reads any bytes as a small problem, often a malformed one.
func problemOf(data []byte) *Problem {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return int(b)
	}
	people := func() []int32 { return listOf(bitset(next() & 31)) }
	p := &Problem{People: next() % 6, Absences: next() % 3, MaxContributors: next() % 3, AnyRequester: next()%2 == 0}
	p.Requesters, p.Contributors = people(), people()
	for range next() % 4 {
		s := Stage{Electors: people(), ExcludeRequester: next()%2 == 0, ExcludeContributors: next()%2 == 0}
		s.Rule = Rule{Kind: Kind(next() % 6), N: next() % 4, Num: int64(next() % 5), Den: int64(next() % 5), Target: int64(next() % 7), Single: next()%2 == 0, Floor: next() % 3}
		for range len(s.Electors) + next()%8/7 {
			s.Rule.Weights = append(s.Rule.Weights, int64(next()%6-next()%8/7))
		}
		for range next() % 3 {
			s.Rule.Groups = append(s.Rule.Groups, Group{people(), next() % 3})
		}
		p.Stages = append(p.Stages, s)
	}
	for range next() % 4 {
		p.Separate = append(p.Separate, Separation{A: int32(next()%4) - int32(next()%8/7), B: int32(next() % 3)})
	}
	for range next() % 3 {
		p.Scenarios = append(p.Scenarios, listOf(bitset(next()&7)))
	}
	return p
}

func FuzzProve(f *testing.F) {
	f.Add([]byte{5, 1, 1, 0, 3, 7, 2, 31, 0, 1, 0, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		p := problemOf(data)
		if _, err := Prove(p, 1000); err != nil {
			require.ErrorIs(t, err, ErrProblem)
			return
		}
		diff, _ := mismatch(p, faultNone)
		require.Empty(t, diff, "%+v", p)
	})
}

package workflow_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

// subject is a point of the grid.
type subject struct {
	cents           int64
	channel, region string // a region of "" is none
	claim           bool
}

// holds is what conditions mean, spelled out.
func (s subject) holds(c workflow.Cond) bool {
	switch c := c.(type) {
	case workflow.Amount:
		v := c.Value.Minor()
		switch c.Op {
		case workflow.Below:
			return s.cents < v
		case workflow.AtMost:
			return s.cents <= v
		case workflow.Equal:
			return s.cents == v
		case workflow.AtLeast:
			return s.cents >= v
		default:
			return s.cents > v
		}
	case workflow.In:
		value := s.channel
		if c.Attribute == "region" {
			value = s.region
		}
		return slices.Contains(c.Values, value)
	case workflow.Has:
		return s.claim
	case workflow.AllOf:
		for _, part := range c {
			if !s.holds(part) {
				return false
			}
		}
		return true
	case workflow.AnyOf:
		return slices.ContainsFunc(c, s.holds)
	case workflow.Not:
		return !s.holds(c.Cond)
	default:
		panic(fmt.Sprintf("%T", c))
	}
}

// grid holds every amount to the cent, every channel, the regions that are named,
// one that is not and none at all, with and without a claim.
func grid() []subject {
	var all []subject
	for cents := range int64(13) {
		for _, channel := range []string{"email", "radio", "tv"} {
			for _, region := range []string{"", "at", "de", "fr"} {
				all = append(all, subject{cents, channel, region, false}, subject{cents, channel, region, true})
			}
		}
	}
	return all
}

func randomCond(r *rand.Rand, depth int) workflow.Cond {
	parts := func() []workflow.Cond {
		list := []workflow.Cond{randomCond(r, depth-1)}
		for range r.IntN(3) {
			list = append(list, randomCond(r, depth-1))
		}
		return list
	}
	n := r.IntN(8)
	if depth == 0 {
		n = r.IntN(5)
	}
	switch n {
	case 0, 1:
		return workflow.Amount{Op: workflow.Op(1 + r.IntN(5)), Value: eur(r.Int64N(12))}
	case 2:
		return workflow.In{Attribute: "channel", Values: [][]string{{"tv"}, {"email", "radio"}, {"radio"}, {"email", "radio", "tv"}}[r.IntN(4)]}
	case 3:
		return workflow.In{Attribute: "region", Values: [][]string{{"de"}, {"at", "de"}}[r.IntN(2)]}
	case 4:
		return workflow.Has{Facet: "claim"}
	case 5:
		return workflow.AllOf(parts())
	case 6:
		return workflow.AnyOf(parts())
	default:
		return workflow.Not{Cond: randomCond(r, depth-1)}
	}
}

// Gaps, overlaps and dead cases of random choices, nested ones among them, are those
// of trying every subject; and each gap and overlap is told by one that shows it.
func TestRoutingEqualsTheGrid(t *testing.T) {
	t.Parallel()
	all := grid()
	seen := map[string]int{}
	for n := range 4000 {
		r := rand.New(rand.NewPCG(uint64(n), 13))
		stages := 0
		next := func() workflow.Block {
			stages++
			return one(workflow.StageKey(fmt.Sprint("s", stages)), "r")
		}
		choice := func() workflow.Choice {
			first := randomCond(r, 2)
			c := workflow.Choice{Cases: []workflow.Case{{When: first, Then: next()}}}
			for range r.IntN(3) {
				c.Cases = append(c.Cases, workflow.Case{When: randomCond(r, 2), Then: next()})
			}
			if r.IntN(3) == 0 { // what is meant to cover the rest, and often does
				c.Cases = append(c.Cases[:1], workflow.Case{When: workflow.Not{Cond: first}, Then: next()})
			}
			if r.IntN(4) == 0 {
				c.Else = next()
			}
			return c
		}
		outer := choice()
		if r.IntN(2) == 0 {
			outer.Cases[0].Then = choice()
		}
		d := define(outer)
		d.Attributes, d.Facets = map[string][]string{"channel": {"email", "radio", "tv"}}, []workflow.Facet{"claim"}
		p, err := workflow.Compile(d, nil, 0)
		found, _ := errors.AsType[finding.List](err)
		if err == nil {
			found = p.Findings()
		}
		for _, f := range found {
			require.Contains(t, []string{"workflow.choice.gap", "workflow.choice.overlap", "workflow.choice.dead", "workflow.quorum.unproven", "workflow.facet.uncovered"}, f.Code)
		}
		check := func(path string, c workflow.Choice, where func(subject) bool) {
			gap, overlap, live := false, false, make([]bool, len(c.Cases)+1)
			for _, s := range all {
				if where(s) {
					first, count := s.cases(c)
					live[first] = true
					gap, overlap = gap || count == 0 && c.Else == nil, overlap || count > 1
				}
			}
			dead := 0
			for i, reached := range live {
				if !reached && !overlap && (i < len(c.Cases) || c.Else != nil) {
					dead++
				}
			}
			told := func(code string, want bool, shows func(count int) bool) {
				list := of(found, code, path)
				require.Equal(t, want, len(list) > 0, "choices %d: %s at %s", n, code, path)
				if want {
					seen[code]++
					s := witness(t, list[0].Evidence[0])
					_, count := s.cases(c)
					require.True(t, where(s) && shows(count), "choices %d: %v", n, list[0])
				}
			}
			told("workflow.choice.gap", gap, func(count int) bool { return count == 0 })
			told("workflow.choice.overlap", overlap, func(count int) bool { return count > 1 })
			require.Len(t, of(found, "workflow.choice.dead", path), dead, "choices %d at %s", n, path)
			seen["dead"] += dead
		}
		check("flow", outer, func(subject) bool { return true })
		if inner, ok := outer.Cases[0].Then.(workflow.Choice); ok {
			check("flow.choice[0].then", inner, func(s subject) bool { first, _ := s.cases(outer); return first == 0 })
		}
		if err == nil {
			seen["clean"]++
		}
	}
	for _, k := range []string{"workflow.choice.gap", "workflow.choice.overlap", "dead", "clean"} {
		require.Greater(t, seen[k], 300, "%v", seen)
	}
}

// cases returns the first case that holds, the number of cases if none does, and how
// many do.
func (s subject) cases(c workflow.Choice) (first, count int) {
	first = len(c.Cases)
	for i, arm := range c.Cases {
		if s.holds(arm.When) {
			first, count = min(first, i), count+1
		}
	}
	return first, count
}

// of returns the findings of a code about a subject.
func of(all finding.List, code, about string) (list finding.List) {
	for _, f := range all {
		if f.Code == code && f.Subject == about {
			list = append(list, f)
		}
	}
	return list
}

// witness reads the subject that a finding tells; what it does not tell does not
// matter.
func witness(t *testing.T, evidence string) subject {
	t.Helper()
	s := subject{channel: "email"}
	_, told, ok := strings.Cut(evidence, "hold for ")
	if !ok {
		_, told, ok = strings.Cut(evidence, "holds for ")
	}
	require.True(t, ok, evidence)
	told, _, _ = strings.Cut(told, ", the first is")
	for part := range strings.SplitSeq(told, ", ") {
		switch {
		case strings.HasPrefix(part, "amount "):
			_, err := fmt.Sscanf(strings.Replace(strings.TrimSuffix(part, " EUR"), ".", "", 1), "amount %d", &s.cents)
			require.NoError(t, err, part)
		case strings.HasPrefix(part, "channel "):
			s.channel = strings.TrimPrefix(part, "channel ")
		case strings.HasPrefix(part, "region "):
			s.region = strings.TrimPrefix(part, "region ")
		case part == "with claim":
			s.claim = true
		default:
			require.Contains(t, []string{"without claim", "another or no region"}, part)
		}
	}
	return s
}

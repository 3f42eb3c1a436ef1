package workflowtest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
)

var (
	roles    = []workflow.Role{"r0", "r1", "r2", "r3"}
	everyone = []ident.Person{"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "mia", "max"}
	facets   = []workflow.Facet{"copy", "visual", "price"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func some[T any](r *rand.Rand, list []T, most int) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:r.IntN(min(most, len(list))+1)]
}

// Staff returns people in random roles.
func Staff(r *rand.Rand) *workflow.Staff {
	s := &workflow.Staff{Roles: map[workflow.Role][]ident.Person{"marketing": {"mia"}, "managers": {"max"}}}
	for _, role := range roles {
		s.Roles[role] = append(some(r, everyone, 5), pick(r, everyone))
	}
	return s
}

// Definition returns a random definition of up to most stages over the roles of
// Staff.
func Definition(r *rand.Rand, most int) workflow.Definition {
	m := &maker{Rand: r, left: 1 + r.IntN(most)}
	d := workflow.Definition{
		Key: "trial", Facets: facets, Managers: "managers", Contributors: r.IntN(3),
		Attributes: map[string][]string{"channel": {"email", "tv"}},
	}
	if r.IntN(2) == 0 {
		d.Requesters = "marketing"
	}
	flow := workflow.Seq{m.stage()}
	for m.left > 0 {
		flow = append(flow, m.block(3))
	}
	if r.IntN(4) == 0 {
		flow = append(flow, workflow.Gate{Key: "release"})
	}
	d.Flow = flow
	return d
}

type maker struct {
	*rand.Rand
	left, made int
}

func (m *maker) block(depth int) workflow.Block {
	if depth == 0 || m.left <= 1 {
		return m.stage()
	}
	several := func() []workflow.Block {
		list := []workflow.Block{m.block(depth - 1)}
		for m.left > 0 && len(list) < 3 && m.IntN(3) > 0 {
			list = append(list, m.block(depth-1))
		}
		return list
	}
	switch m.IntN(6) {
	case 0:
		return workflow.Seq(several())
	case 1, 2:
		return workflow.Par{Branches: several(), OnReject: workflow.RejectPolicy(m.IntN(2))}
	case 3:
		return workflow.Loop{Body: m.block(depth - 1), Times: 1 + m.IntN(2)}
	case 4:
		when := pick(m.Rand, []workflow.Cond{
			workflow.Amount{Op: workflow.AtLeast, Value: money.Minor(500_00, money.EUR)},
			workflow.In{Attribute: "channel", Values: []string{"tv"}},
			workflow.Has{Facet: "visual"},
		})
		c := workflow.Choice{Cases: []workflow.Case{{When: when, Then: m.block(depth - 1)}}, Else: workflow.Seq{}}
		if m.left > 0 && m.IntN(2) == 0 {
			c.Else = m.block(depth - 1)
		}
		return c
	default:
		return m.stage()
	}
}

func (m *maker) stage() workflow.Stage {
	s := workflow.Stage{
		Key: workflow.StageKey(fmt.Sprintf("s%d", m.made)), Role: pick(m.Rand, roles), Rule: m.rule(true),
		Facets: some(m.Rand, append(slices.Clone(facets), workflow.FacetAmount), 2),
	}
	if m.IntN(2) == 0 {
		s.Exclude = append(s.Exclude, pick(m.Rand, []workflow.Exclusion{workflow.Requester, workflow.Contributors}))
	}
	if m.made > 0 && m.IntN(2) == 0 {
		s.Exclude = append(s.Exclude, workflow.VotersOf(workflow.StageKey(fmt.Sprintf("s%d", m.IntN(m.made)))))
	}
	if m.IntN(2) == 0 {
		s.Remind, s.Due = worktime.Hours(1+m.Int64N(8)), worktime.Hours(9+m.Int64N(20))
		if role := pick(m.Rand, roles); role != s.Role {
			s.Escalate = role
		}
	}
	if m.IntN(4) == 0 {
		s.Expire, s.AtExpiry = worktime.Hours(30+m.Int64N(20)), workflow.Expiry(m.IntN(3))
	}
	m.left--
	m.made++
	return s
}

func (m *maker) rule(veto bool) workflow.Rule {
	numbers := func() map[workflow.Role]int {
		n := map[workflow.Role]int{}
		for _, role := range append(some(m.Rand, roles, 2), pick(m.Rand, roles)) {
			n[role] = 1 + m.IntN(2)
		}
		return n
	}
	switch m.IntN(9) {
	case 0:
		return workflow.All{}
	case 1, 2:
		return workflow.Any{}
	case 3:
		return workflow.N(1 + m.IntN(3))
	case 4:
		return workflow.Share{Num: 1 + m.IntN(3), Den: 4}
	case 5:
		return workflow.Weighted{Target: 1 + m.IntN(3), Weights: numbers()}
	case 6:
		return workflow.PerGroup{Groups: numbers(), Single: m.IntN(2) == 0}
	case 7:
		if veto {
			return workflow.Veto{Rule: m.rule(false), By: pick(m.Rand, append([]workflow.Role{""}, roles...))}
		}
	}
	return workflow.N(1)
}

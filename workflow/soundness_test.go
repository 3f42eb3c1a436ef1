package workflow_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/workflowtest"
	"github.com/stretchr/testify/require"
)

var definitions = flag.Int("definitions", 250, "random definitions whose state space is explored")

// What Compile proves by construction and by counting heads is what exploring every
// state finds: no order of approvals ends before everything is approved, and if the
// proof is refuted, somebody can submit what nobody can approve.
func TestSoundnessEqualsStateSpace(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for n := range *definitions {
		r := rand.New(rand.NewPCG(uint64(n), 11))
		d, staff := workflowtest.Definition(r, 4), workflowtest.Staff(r)
		for role, list := range staff.Roles {
			if len(list) > 3 {
				staff.Roles[role] = list[:3]
			}
		}
		p, err := workflow.Compile(d, staff, 0)
		refuted := false
		if list, ok := errors.AsType[finding.List](err); ok {
			refuted = list.Has("workflow.quorum.short") || list.Has("workflow.quorum.separation")
			require.True(t, refuted, "%d: %v", n, err)
			p, err = workflow.Compile(d, nil, 0)
		}
		require.NoError(t, err)
		x := &explorer{t: t, p: p, staff: staff, opened: map[workflow.StageKey]bool{}}
		stuck := x.all(d)
		if x.states > maxStates {
			seen["too large"]++
			continue
		}
		require.Equal(t, refuted, stuck != "", "definition %d, %v: %s", n, p.Proof().Assurance, stuck)
		if refuted {
			seen["refuted"]++
			continue
		}
		seen[p.Proof().Assurance.String()]++
		if !p.Findings().Has("workflow.choice.dead") {
			for _, st := range keys(d.Flow) {
				require.True(t, x.opened[st], "definition %d: stage %s never opens", n, st)
			}
		}
	}
	require.Greater(t, seen["refuted"]*20, *definitions, "%v", seen)
	require.Greater(t, seen["safe"]*4, *definitions, "%v", seen)
	require.NotZero(t, seen["guarded"], "%v", seen)
	t.Log(seen)
}

const maxStates = 20_000

func keys(b workflow.Block) (list []workflow.StageKey) {
	each := func(blocks []workflow.Block) {
		for _, kid := range blocks {
			list = append(list, keys(kid)...)
		}
	}
	switch b := b.(type) {
	case workflow.Stage:
		return []workflow.StageKey{b.Key}
	case workflow.Seq:
		each(b)
	case workflow.Par:
		each(b.Branches)
	case workflow.Loop:
		each([]workflow.Block{b.Body})
	case workflow.Choice:
		each([]workflow.Block{b.Cases[0].Then, b.Else})
	}
	return list
}

type explorer struct {
	t      *testing.T
	p      *workflow.Process
	staff  *workflow.Staff
	opened map[workflow.StageKey]bool
	states int
}

// all explores every subject, requester and choice of contributors. It returns a
// case in which approvals alone come to an end before the instance is approved:
// if the process is unproven, one in which they never lead there.
func (x *explorer) all(d workflow.Definition) string {
	everyone := []ident.Person{"mia", "max", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "nobody"}
	requesters := everyone
	if d.Requesters != "" {
		requesters = x.staff.Members(d.Requesters)
	}
	excludes := fmt.Sprint(d.Flow)
	groups := [][]ident.Person{nil}
	if strings.Contains(excludes, string(workflow.Contributors)) && d.Contributors > 0 {
		for i := range everyone {
			groups = append(groups, everyone[i:i+1])
			for j := range i {
				if d.Contributors > 1 {
					groups = append(groups, []ident.Person{everyone[j], everyone[i]})
				}
			}
		}
	}
	for subject := range 8 {
		if subject > 0 && !strings.Contains(excludes, "channel in") && !strings.Contains(excludes, "{{") && !hasChoice(d.Flow) {
			break
		}
		for _, q := range requesters {
			for _, group := range groups {
				if x.states > maxStates {
					return ""
				}
				if why := x.explore(submission(subject, q, group)); why != "" {
					return fmt.Sprintf("%s with %v: %s", q, group, why)
				}
			}
		}
	}
	return ""
}

func hasChoice(b workflow.Block) bool {
	switch b := b.(type) {
	case workflow.Seq:
		return slices.ContainsFunc(b, hasChoice)
	case workflow.Par:
		return slices.ContainsFunc(b.Branches, hasChoice)
	case workflow.Loop:
		return hasChoice(b.Body)
	case workflow.Choice:
		return true
	default:
		return false
	}
}

func submission(subject int, q ident.Person, contributors []ident.Person) workflow.Submit {
	s := workflow.Submit{
		Instance: instance, Subject: ident.Ref{Kind: "k", ID: "1"}, Requester: q, Contributors: contributors,
		Facets: map[workflow.Facet]workflow.Digest{"copy": "1"}, Amount: eur(1), Attributes: map[string]string{"channel": "email"},
	}
	if subject&1 == 1 {
		s.Amount = eur(500_00)
	}
	if subject&2 == 2 {
		s.Attributes["channel"] = "tv"
	}
	if subject&4 == 4 {
		s.Facets["visual"] = "1"
	}
	return s
}

// explore follows every order of approvals.
func (x *explorer) explore(s workflow.Submit) string {
	env := workflow.Env{Now: monday(), Staff: x.staff, Calendar: berlin(x.t)}
	first, _, err := x.p.Do(workflow.State{}, s, env)
	require.NoError(x.t, err)
	unproven := x.p.Proof().Assurance == workflow.Unproven
	seen := map[string]bool{}
	dead, approved := "", false
	queue := []workflow.State{first}
	for len(queue) > 0 && x.states <= maxStates {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if at.Status == workflow.StatusApproved {
			approved = true
			if unproven {
				return ""
			}
			continue
		}
		moved := false
		for _, st := range at.Open() {
			x.opened[st.Key] = true
			for _, p := range st.Silent() {
				next, _, err := x.p.Do(at, workflow.Vote{Stage: st.Key, By: p, Version: 1, Verdict: workflow.Approve}, env)
				if err != nil {
					require.ErrorIs(x.t, err, workflow.ErrDenied)
					continue
				}
				moved = true
				if key := x.key(next); !seen[key] {
					seen[key] = true
					x.states++
					queue = append(queue, next)
				}
			}
		}
		if !moved && dead == "" {
			dead = strings.Join(at.Why(), "; ")
		}
	}
	if unproven && !approved && x.states <= maxStates {
		return "nothing leads to an approval"
	}
	if unproven {
		return ""
	}
	return dead
}

func (x *explorer) key(s workflow.State) string {
	var b strings.Builder
	for _, st := range s.Stages {
		fmt.Fprintf(&b, "%d", st.Status)
		for _, v := range st.Ballots {
			b.WriteString(" " + string(v.Seat))
		}
		b.WriteByte(';')
	}
	return b.String()
}

// Whatever people say, an instance that goes on can go on: some vote is taken, or a
// condition can be resolved; and when it is decided, nothing is open any more.
func TestNoDeadEnds(t *testing.T) {
	t.Parallel()
	explored := 0
	for n := range *definitions {
		r := rand.New(rand.NewPCG(uint64(n), 12))
		d, staff := workflowtest.Definition(r, 3), workflowtest.Staff(r)
		for role, list := range staff.Roles {
			if len(list) > 2 {
				staff.Roles[role] = list[:2]
			}
		}
		p, err := workflow.Compile(d, staff, 0)
		if err != nil {
			continue
		}
		env := workflow.Env{Now: monday(), Staff: staff, Calendar: berlin(t)}
		first, _, err := p.Do(workflow.State{}, submission(r.IntN(8), "mia", nil), env)
		require.NoError(t, err)
		seen, queue := map[string]bool{}, []workflow.State{first}
		for len(queue) > 0 && len(seen) < 1500 {
			at := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			if at.Status != workflow.StatusActive {
				require.Empty(t, at.Open(), "definition %d: %v", n, at.Why())
				continue
			}
			moved := false
			visit := func(c workflow.Command) {
				next, _, err := p.Do(at, c, env)
				if err != nil {
					require.ErrorIs(t, err, workflow.ErrDenied)
					return
				}
				moved = true
				key := fmt.Sprint(next.Status, next.Rounds, len(next.Conditions()))
				for _, st := range next.Stages {
					key += fmt.Sprint(st.Status)
					for _, b := range st.Ballots {
						key += string(b.Seat) + b.Verdict.String()
					}
				}
				if !seen[key] {
					seen[key] = true
					queue = append(queue, next)
				}
			}
			for _, c := range at.Conditions() {
				visit(workflow.Resolve{By: "mia", Remark: c.ID})
			}
			for _, st := range at.Open() {
				for _, p := range st.Electors() {
					for _, v := range []workflow.Verdict{workflow.Approve, workflow.ApproveWithChanges, workflow.RequestChanges, workflow.Reject, workflow.NotRelevant} {
						visit(workflow.Vote{Stage: st.Key, By: p, Version: 1, Verdict: v, Comment: "x"})
					}
				}
			}
			require.True(t, moved, "definition %d: %v", n, at.Why())
		}
		explored += len(seen)
	}
	require.Greater(t, explored, 100**definitions)
}

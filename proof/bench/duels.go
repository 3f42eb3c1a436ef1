package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"

	looplab "github.com/looplab/fsm"
	"github.com/qmuntal/stateless"
	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/workflow/fsm"
)

// duels yields the comparisons. Each group is made when it is its turn: a
// million decimals in memory would slow down those before it.
func duels() iter.Seq[duel] {
	return func(yield func(duel) bool) {
		for _, group := range []func() []duel{
			func() []duel { return []duel{fsmStateless(), fsmLooplab(), orderGonum(10_000), orderGonum(100_000)} },
			moneyDuels,
			budgetDuels,
			func() []duel { return []duel{sqliteDuel(1), sqliteDuel(16)} },
		} {
			for _, d := range group() {
				if !yield(d) {
					return
				}
			}
		}
	}
}

// A four-state approval that goes round: the same machine for all three.
type status uint8

const (
	draft status = iota
	review
	approved
	live
)

type trigger uint8

const (
	submit trigger = iota
	approve
	launch
	revise
)

var (
	stateNames   = [...]string{"draft", "review", "approved", "live"}
	triggerNames = [...]string{"submit", "approve", "launch", "revise"}
)

type subject struct{ complete bool }

func machine() *fsm.Machine[status, trigger, *subject] {
	m, err := fsm.Compile(fsm.Chart[status, trigger, *subject]{Transitions: []fsm.Transition[status, trigger, *subject]{
		{From: draft, On: submit, To: review, If: func(s *subject) bool { return s.complete }},
		{From: review, On: approve, To: approved},
		{From: approved, On: launch, To: live},
		{From: live, On: revise, To: draft},
	}})
	if err != nil {
		panic(err) // a constant chart
	}
	return m
}

func ours(n int) (status, error) {
	m, s, subject := machine(), draft, &subject{true}
	var err error
	for i := range n {
		if s, err = m.Fire(s, trigger(i&3), subject); err != nil {
			return s, err
		}
	}
	return s, nil
}

func fsmStateless() duel {
	theirs := func(n int) (string, error) {
		s := &subject{true}
		m := stateless.NewStateMachineWithMode("draft", stateless.FiringImmediate)
		m.Configure("draft").Permit("submit", "review", func(context.Context, ...any) bool { return s.complete })
		m.Configure("review").Permit("approve", "approved")
		m.Configure("approved").Permit("launch", "live")
		m.Configure("live").Permit("revise", "draft")
		for i := range n {
			if err := m.Fire(triggerNames[i&3]); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(m.MustState()), nil
	}
	return fsmDuel("fsm/stateless", "qmuntal/stateless v1.7.2", theirs)
}

func fsmLooplab() duel {
	theirs := func(n int) (string, error) {
		s := &subject{true}
		m := looplab.NewFSM("draft", looplab.Events{
			{Name: "submit", Src: []string{"draft"}, Dst: "review"},
			{Name: "approve", Src: []string{"review"}, Dst: "approved"},
			{Name: "launch", Src: []string{"approved"}, Dst: "live"},
			{Name: "revise", Src: []string{"live"}, Dst: "draft"},
		}, looplab.Callbacks{"before_submit": func(_ context.Context, e *looplab.Event) {
			if !s.complete {
				e.Cancel()
			}
		}})
		for i := range n {
			if err := m.Event(context.Background(), triggerNames[i&3]); err != nil {
				return "", err
			}
		}
		return m.Current(), nil
	}
	return fsmDuel("fsm/looplab", "looplab/fsm v1.0.3", theirs)
}

func fsmDuel(name, peer string, theirs func(int) (string, error)) duel {
	return duel{
		name: name, peer: peer, n: 100_000,
		check: func() error {
			for n := range 9 {
				a, errA := ours(n)
				b, errB := theirs(n)
				if err := errors.Join(errA, errB); err != nil {
					return err
				}
				if stateNames[a] != b {
					return fmt.Errorf("after %d events: %s and %s", n, stateNames[a], b)
				}
			}
			return nil
		},
		ours:   func(n int) { _, _ = ours(n) },
		theirs: func(n int) { _, _ = theirs(n) },
	}
}

// orderGonum goes from named tasks and links to an order: ours checks the plan
// and computes every early and late date on top of that.
func orderGonum(nodes int) duel {
	links := 3 * nodes
	r := rand.New(rand.NewPCG(3, 4))
	plan := planning.Plan{Start: civil.MustDate(2026, 1, 5), Calendars: map[string]worktime.Spec{"": worktime.MonFri("", "09:00-17:00")}}
	place := r.Perm(nodes) // hides the order
	for i := range nodes {
		plan.Tasks = append(plan.Tasks, planning.Task{Key: planning.TaskKey(fmt.Sprint("task-", i)), Duration: worktime.Work(5)})
	}
	for range links {
		a := r.IntN(nodes - 1)
		b := a + 1 + r.IntN(min(nodes-a-1, 50))
		plan.Links = append(plan.Links, planning.Link{From: plan.Tasks[place[a]].Key, To: plan.Tasks[place[b]].Key})
	}
	theirs := func() ([]graph.Node, map[planning.TaskKey]int64, error) {
		g, ids := simple.NewDirectedGraph(), make(map[planning.TaskKey]int64, nodes)
		for i := range plan.Tasks {
			ids[plan.Tasks[i].Key] = int64(i)
			g.AddNode(simple.Node(i))
		}
		for _, l := range plan.Links {
			g.SetEdge(g.NewEdge(simple.Node(ids[l.From]), simple.Node(ids[l.To])))
		}
		order, err := topo.Sort(g)
		return order, ids, err
	}
	return duel{
		name: fmt.Sprintf("graph/order-%d", nodes), peer: "gonum v0.17.0", n: 1,
		check: func() error {
			model, err := planning.Compile(plan)
			if err != nil {
				return err
			}
			order, ids, err := theirs()
			if err != nil {
				return err
			}
			at := make(map[int64]int, nodes)
			for i, n := range order {
				at[n.ID()] = i
			}
			path := model.CriticalPath()
			for _, l := range plan.Links {
				a, _ := path.Of(l.From)
				b, _ := path.Of(l.To)
				if at[ids[l.From]] >= at[ids[l.To]] || b.EarlyStart.Before(a.EarlyFinish) {
					return fmt.Errorf("link %s to %s does not hold", l.From, l.To)
				}
			}
			return nil
		},
		ours: func(int) {
			model, err := planning.Compile(plan)
			if err != nil {
				panic(err) // the check has passed
			}
			model.CriticalPath()
		},
		theirs: func(int) { _, _, _ = theirs() },
	}
}

package mining_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

// launch is a definition with a stage, two parallel ones and one on a route.
func launch() workflow.Definition {
	st := func(key workflow.StageKey, role workflow.Role) workflow.Stage {
		return workflow.Stage{Key: key, Role: role, Rule: workflow.Any{}}
	}
	return workflow.Definition{Key: "launch", Flow: workflow.Seq{
		st("copy", "editors"),
		workflow.Par{Branches: []workflow.Block{st("legal", "lawyers"), st("brand", "editors")}},
		workflow.Choice{Cases: []workflow.Case{{When: workflow.Amount{Op: workflow.AtLeast, Value: money.Minor(5_000_00, money.EUR)}, Then: st("finance", "finance")}}, Else: workflow.Seq{}},
	}}
}

// host carries out commands at hours of 2 March 2026 and keeps the trail.
type host struct {
	process *workflow.Process
	state   workflow.State
	trail   []workflow.Event
	err     error // the first
}

func newHost() *host {
	staff := &workflow.Staff{Roles: map[workflow.Role][]ident.Person{"editors": {"ana", "ben"}, "lawyers": {"leo"}, "finance": {"fred"}}}
	p, err := workflow.Compile(launch(), staff, 0)
	return &host{process: p, err: err}
}

func (h *host) do(hour int, c workflow.Command) {
	if h.err != nil {
		return
	}
	staff := &workflow.Staff{Roles: map[workflow.Role][]ident.Person{"editors": {"ana", "ben"}, "lawyers": {"leo"}, "finance": {"fred"}}}
	next, events, err := h.process.Do(h.state, c, workflow.Env{Now: time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC), Staff: staff})
	if h.err = err; err != nil {
		return
	}
	h.state, h.trail = next, append(h.trail, events...)
}

func (h *host) submit(hour, n int, amount int64) {
	h.state = workflow.State{}
	h.do(hour, workflow.Submit{
		Instance: uuid.MustParse(fmt.Sprintf("0198c0de-0000-7000-8000-%012d", n)), Subject: ident.Ref{Kind: "campaign", ID: fmt.Sprint(n)}, Requester: "mia",
		Facets: map[workflow.Facet]workflow.Digest{"copy": "1"}, Amount: money.Minor(amount, money.EUR), Attributes: map[string]string{"channel": "tv"},
	})
}

func (h *host) vote(hour int, stage workflow.StageKey, by ident.Person, v workflow.Verdict) {
	h.do(hour, workflow.Vote{Stage: stage, By: by, Version: h.state.Version, Verdict: v, Comment: "so"})
}

// trail returns what happened to two instances: one that was revised, one that
// was withdrawn.
func trail() ([]workflow.Event, error) {
	h := newHost()
	h.submit(0, 1, 8_000_00)
	h.vote(2, "copy", "ana", workflow.Approve)
	h.vote(3, "brand", "ben", workflow.Approve)
	h.vote(5, "legal", "leo", workflow.RequestChanges)
	h.do(8, workflow.Revise{By: "mia", Version: 1, Facets: map[workflow.Facet]workflow.Digest{"copy": "2"}})
	h.vote(9, "copy", "ben", workflow.Approve)
	h.vote(10, "legal", "leo", workflow.Approve)
	h.vote(11, "brand", "ana", workflow.Approve)
	h.vote(14, "finance", "fred", workflow.Approve)
	h.submit(1, 2, 10_00)
	h.vote(4, "copy", "ana", workflow.Approve)
	h.do(6, workflow.Withdraw{By: "mia", Reason: "no budget"})
	return h.trail, h.err
}

func ExampleFromTrail() {
	events, err := trail()
	if err != nil {
		fmt.Println(err)
		return
	}
	log, err := mining.FromTrail(events...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range log.Work() {
		if w.Working.Sum > 0 {
			fmt.Println(w.Activity, "was open", w.Working.Sum/3_600_000, "h in", w.Instances, "rounds")
		}
	}
	mapping, err := mining.TrailMapping(launch())
	if err != nil {
		fmt.Println(err)
		return
	}
	replayed, err := log.Conform(launch(), mapping)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range replayed.Cases {
		fmt.Println(r.Case[len(r.Case)-1:], r.Ending)
	}
	// Unordered output:
	// copy was open 6 h in 3 rounds
	// legal was open 4 h in 2 rounds
	// brand was open 3 h in 2 rounds
	// finance was open 3 h in 1 rounds
	// 1 completed
	// 2 withdrawn
}

func TestTrail(t *testing.T) {
	t.Parallel()
	events, err := trail()
	require.NoError(t, err)
	l, err := mining.FromTrail(events...)
	require.NoError(t, err)
	require.Equal(t, 2, l.Cases())
	require.Equal(t, []string{"outcome", "case:definition", "case:subject", "case:amount", "case:channel"}, l.Attributes())
	amount, _ := l.Case(0).Value("case:amount")
	channel, _ := l.Case(0).Value("channel")
	require.Equal(t, "8000.00 EUR tv", amount+" "+channel)
	var second []string
	for e := range l.Case(1).Events() {
		second = append(second, strings.TrimSpace(fmt.Sprint(e.Activity, " ", e.Lifecycle, " ", e.Resource, " ", e.Attributes["outcome"])))
	}
	require.Equal(t, []string{
		"submitted complete mia", "copy start mia", "vote.cast copy approve complete ana", "copy complete ana approved",
		"legal start ana", "brand start ana", "withdrawn complete mia", "legal ate_abort mia", "brand ate_abort mia",
	}, second[:9])
	for _, w := range l.Work() {
		require.Zero(t, w.Unfinished, w.Activity)
	}
	require.Positive(t, l.Handovers())
	decisions := l.Filter(mining.Filter{Lifecycle: []string{"complete"}, Values: map[string][]string{"outcome": {"approved", "changes_requested"}}})
	require.Equal(t, []string{"copy", "brand", "legal", "copy", "legal", "brand", "finance", "concluded"}, withoutConcluded(decisions.Case(0).Variant()))

	var out bytes.Buffer
	require.NoError(t, l.WriteXES(&out))
	again, err := mining.Reader{Attributes: l.Attributes()}.XES(&out, "trail.xes")
	require.NoError(t, err)
	require.Equal(t, dump(l), dump(again))
	_, err = mining.FromTrail(workflow.Event{})
	require.ErrorIs(t, err, mining.ErrLog)
}

// A stage that opens while it is open goes on with other people.
func TestReopenedStageIsOne(t *testing.T) {
	t.Parallel()
	id := uuid.Max
	at := func(h int) time.Time { return time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC) }
	l, err := mining.FromTrail(
		workflow.Event{Instance: id, Seq: 1, At: at(0), Fact: workflow.Opened{Stage: "copy"}},
		workflow.Event{Instance: id, Seq: 2, At: at(2), Fact: workflow.Opened{Stage: "copy"}},
		workflow.Event{Instance: id, Seq: 3, At: at(3), Fact: workflow.Skipped{Stage: "legal"}},
		workflow.Event{Instance: id, Seq: 4, At: at(5), Fact: workflow.Skipped{Stage: "copy"}},
		workflow.Event{Instance: id, Seq: 5, At: at(6), Fact: workflow.Opened{Stage: "copy"}},
		workflow.Event{Instance: id, Seq: 6, At: at(9), Fact: workflow.Decided{Stage: "copy", Status: workflow.StageApproved}},
	)
	require.NoError(t, err)
	var got []string
	for e := range l.Case(0).Events() {
		got = append(got, e.Lifecycle+e.Attributes["outcome"])
	}
	require.Equal(t, []string{"start", "reassign", "ate_abortskipped", "start", "completeapproved"}, got)
	w := l.Work()[0]
	require.Equal(t, [4]int64{1, 1, 0, 3}, [4]int64{int64(w.Instances), int64(w.Aborted), int64(w.Unfinished), w.Working.Sum / hour})
}

// withoutConcluded leaves out that the first round was concluded too.
func withoutConcluded(names []string) []string {
	var out []string
	for i, n := range names {
		if n != "concluded" || i == len(names)-1 {
			out = append(out, n)
		}
	}
	return out
}

// A log of a store's history is that of the events themselves.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := store.NewMemory()
	events, err := trail()
	require.NoError(t, err)
	versions := map[uuid.UUID]uint64{}
	for i, e := range events {
		data, err := json.Marshal(e)
		require.NoError(t, err)
		ref := ident.Ref{Kind: "workflow.approval", ID: e.Instance.String()}
		id := uuid.MustParse(fmt.Sprintf("0198c0de-0000-7000-9000-%012d", i))
		_, err = s.Commit(context.Background(), store.Batch{Tenant: "t", Command: id, Changes: []store.Change{
			{Op: store.Append, Ref: ref, Expect: versions[e.Instance], Events: []store.Event{{ID: id, Type: e.Type(), Actor: "mia", At: e.At, Schema: 1, Data: data}}},
			{Op: store.Put, Ref: ident.Ref{Kind: "other", ID: fmt.Sprint(i)}, Schema: 1, State: []byte("{}"), Events: []store.Event{{ID: uuid.MustParse(fmt.Sprintf("0198c0de-0000-7000-a000-%012d", i)), Type: "other", Actor: "mia", At: e.At, Schema: 1}}},
		}})
		require.NoError(t, err)
		versions[e.Instance]++
	}
	want, err := mining.FromTrail(events...)
	require.NoError(t, err)
	got, err := mining.FromHistory("workflow.approval", s.Tail(context.Background(), "t", store.Cursor{}))
	require.NoError(t, err)
	require.Equal(t, dump(want), dump(got))
	_, err = mining.FromHistory("other", s.Tail(context.Background(), "t", store.Cursor{}))
	require.ErrorIs(t, err, mining.ErrLog)
	broken := errors.New("broken")
	_, err = mining.FromHistory("", iter.Seq2[store.Event, error](func(yield func(store.Event, error) bool) { yield(store.Event{}, broken) }))
	require.ErrorIs(t, err, broken)
}

// Whatever the engine lets happen, its trail follows the definition, and ends as
// the instance stands.
func TestTrailsOfTheEngineConform(t *testing.T) {
	t.Parallel()
	people := []ident.Person{"ana", "ben", "cem"}
	staff := &workflow.Staff{Roles: map[workflow.Role][]ident.Person{"role": people}}
	endings, replayed := map[mining.Ending]int{}, 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 11))
		next := byte('a')
		flow := loops(r, randomFlow(r, &next, 3))
		def := workflow.Definition{Key: "random", Flow: workflow.Seq{flow, stage("z")}}
		p, err := workflow.Compile(def, staff, 0)
		if err != nil {
			continue // arms without an Else, empty routes
		}
		var state workflow.State
		var trail []workflow.Event
		at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		do := func(c workflow.Command) {
			at = at.Add(time.Hour)
			after, events, err := p.Do(state, c, workflow.Env{Now: at, Staff: staff})
			if err == nil {
				state, trail = after, append(trail, events...)
			}
		}
		do(workflow.Submit{Instance: uuid.Max, Subject: ident.Ref{Kind: "k", ID: "1"}, Requester: "mia", Attributes: map[string]string{"x": "0"}, Facets: map[workflow.Facet]workflow.Digest{"copy": "0"}})
		for i := range 2 + r.IntN(40) {
			switch k := r.IntN(30); {
			case k == 0:
				do(workflow.Recall{By: "mia"})
			case k == 1 && i > 10:
				do(workflow.Withdraw{By: "mia"})
			case k < 3:
				do(workflow.Revise{By: "mia", Version: state.Version, Facets: map[workflow.Facet]workflow.Digest{"copy": workflow.Digest(fmt.Sprint(i))}, Attributes: map[string]string{"x": fmt.Sprint(r.IntN(3))}})
			default:
				if open := state.Open(); len(open) > 0 {
					verdict := []workflow.Verdict{workflow.Approve, workflow.Approve, workflow.Approve, workflow.RequestChanges, workflow.RequestChanges, workflow.Reject}[r.IntN(6-r.IntN(2))]
					do(workflow.Vote{Stage: open[r.IntN(len(open))].Key, By: people[r.IntN(3)], Version: state.Version, Verdict: verdict, Comment: "so"})
				}
			}
		}
		m, err := mining.TrailMapping(def)
		require.NoError(t, err)
		l, err := mining.FromTrail(trail...)
		require.NoError(t, err)
		c, err := l.Conform(def, m)
		require.NoError(t, err)
		want := map[workflow.Status]mining.Ending{
			workflow.StatusDraft: mining.EndedRecalled, workflow.StatusActive: mining.EndedOpen, workflow.StatusApproved: mining.EndedCompleted,
			workflow.StatusRejected: mining.EndedRejected, workflow.StatusChangesRequested: mining.EndedChangesRequested, workflow.StatusWithdrawn: mining.EndedWithdrawn,
		}[state.Status]
		require.Equal(t, want, c.Cases[0].Ending, "seed %d: %v\n%s", seed, c.Cases[0], dump(l))
		endings[want]++
		same, err := l.WhatIf(def, def, m, &mining.Assume{Rounds: 1})
		require.NoError(t, err)
		require.Zero(t, same.Faster+same.Slower, "seed %d: %v\n%s", seed, same.Cases, dump(l))
		replayed += len(same.Cases)
	}
	require.Len(t, endings, 6, "%v", endings)
	require.Greater(t, replayed, 60, "of %v", endings)
}

// loops puts some blocks of a flow into loops.
func loops(r *rand.Rand, b workflow.Block) workflow.Block {
	switch b := b.(type) {
	case workflow.Seq:
		for i := range b {
			b[i] = loops(r, b[i])
		}
	case workflow.Par:
		for i := range b.Branches {
			b.Branches[i] = loops(r, b.Branches[i])
		}
	case workflow.Choice:
		for i := range b.Cases {
			b.Cases[i].Then = loops(r, b.Cases[i].Then)
		}
	}
	if r.IntN(4) == 0 {
		return workflow.Loop{Body: b, Times: 1 + r.IntN(2)}
	}
	return b
}

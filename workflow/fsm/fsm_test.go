package fsm_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/workflow/fsm"
)

type status uint8

const (
	draft status = iota
	review
	live
)

func (s status) String() string { return [...]string{"draft", "review", "live"}[s] }

type event uint8

const (
	submit event = iota
	approve
	reject
)

func (e event) String() string { return [...]string{"submit", "approve", "reject"}[e] }

type deal struct {
	text string
	log  []string
}

func chart() fsm.Chart[status, event, *deal] {
	note := func(s string) func(*deal) { return func(d *deal) { d.log = append(d.log, s) } }
	return fsm.Chart[status, event, *deal]{
		Initial: draft,
		Transitions: []fsm.Transition[status, event, *deal]{
			{From: draft, On: submit, To: review, If: func(d *deal) bool { return d.text != "" }, Name: "has text", Do: note("submit")},
			{From: review, On: approve, To: live},
			{From: review, On: reject, To: draft},
			{From: review, On: submit, To: review, Do: note("again")},
		},
		Enter: map[status]func(*deal){review: note("enter review")},
		Exit:  map[status]func(*deal){draft: note("exit draft")},
	}
}

func Example() {
	machine, err := fsm.Compile(chart())
	if err != nil {
		panic(err)
	}
	d := &deal{}
	s, err := machine.Fire(machine.Initial(), submit, d)
	fmt.Println(s, err)
	d.text = "Spring sale"
	s, err = machine.Fire(s, submit, d)
	fmt.Println(s, err, d.log)
	for _, e := range machine.Permitted(s, d) {
		fmt.Println("may", e)
	}
	_ = machine.Mermaid(os.Stdout)
	// Output:
	// draft submit in draft: event is not permitted: no guard holds
	// review <nil> [exit draft submit enter review]
	// may submit
	// may approve
	// may reject
	// stateDiagram-v2
	//     state "draft" as s0
	//     state "review" as s1
	//     state "live" as s2
	//     [*] --> s0
	//     s0 --> s1: submit [has text]
	//     s1 --> s2: approve
	//     s1 --> s0: reject
	//     s1 --> s1: submit
}

func TestRefusedEventRunsNothing(t *testing.T) {
	m, err := fsm.Compile(chart())
	require.NoError(t, err)
	d := &deal{text: "x"}
	for _, c := range []struct {
		s status
		e event
	}{{live, approve}, {draft, approve}, {status(2), event(2)}} {
		s, err := m.Fire(c.s, c.e, d)
		require.ErrorIs(t, err, fsm.ErrRefused)
		refused, ok := errors.AsType[*fsm.RefusedError[status, event]](err)
		require.True(t, ok)
		assert.False(t, refused.Guarded)
		assert.Equal(t, c.s, s)
	}
	assert.Empty(t, d.log)
	s, err := m.Fire(review, submit, d)
	require.NoError(t, err)
	assert.Equal(t, review, s)
	assert.Equal(t, []string{"again"}, d.log, "a transition to the same state neither exits nor enters")
}

func TestCompileReportsEveryProblem(t *testing.T) {
	type n int
	transitions := func(ts ...fsm.Transition[n, n, int]) error {
		_, err := fsm.Compile(fsm.Chart[n, n, int]{Transitions: ts})
		return err
	}
	for code, err := range map[string]error{
		"fsm.chart.empty":       transitions(),
		"fsm.value.negative":    transitions(fsm.Transition[n, n, int]{From: -1}),
		"fsm.chart.size":        transitions(fsm.Transition[n, n, int]{From: 1 << 30}),
		"fsm.transition.dead":   transitions(fsm.Transition[n, n, int]{To: 1}, fsm.Transition[n, n, int]{To: 2}),
		"fsm.state.unreachable": transitions(fsm.Transition[n, n, int]{To: 1}, fsm.Transition[n, n, int]{From: 5, To: 1}),
	} {
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, code)
		assert.True(t, list.Has(code), "%s: %v", code, list)
	}
}

func TestFirstGuardThatHoldsWins(t *testing.T) {
	over := func(limit int) func(int) bool { return func(x int) bool { return x > limit } }
	m, err := fsm.Compile(fsm.Chart[int, int, int]{Transitions: []fsm.Transition[int, int, int]{
		{From: 0, On: 0, To: 3, If: over(100)}, {From: 0, On: 0, To: 2, If: over(10)}, {From: 0, On: 0, To: 1},
	}})
	require.NoError(t, err)
	for amount, want := range map[int]int{500: 3, 50: 2, 5: 1} {
		s, err := m.Fire(0, 0, amount)
		require.NoError(t, err)
		assert.Equal(t, want, s)
	}
}

func TestDrawingsAreStableAndEscaped(t *testing.T) {
	m, err := fsm.Compile(fsm.Chart[hostile, hostile, int]{Transitions: []fsm.Transition[hostile, hostile, int]{{To: 1, Name: `a"b; c`}}})
	require.NoError(t, err)
	var dot, mermaid bytes.Buffer
	require.NoError(t, m.DOT(&dot))
	require.NoError(t, m.Mermaid(&mermaid))
	assert.Contains(t, dot.String(), `s1 [label="x\"]; -- 1"];`)
	assert.Contains(t, dot.String(), `s0 -> s1 [label="x\"]; -- 0 [a\"b; c]"];`)
	assert.Contains(t, mermaid.String(), "s0 --> s1: x#quot;]#59; -- 0 [a#quot;b#59; c]\n")
}

type hostile int

func (h hostile) String() string { return fmt.Sprintf(`x"]; -- %d`, int(h)) }

func TestFireDoesNotAllocate(t *testing.T) {
	m, err := fsm.Compile(chart())
	require.NoError(t, err)
	d := &deal{text: "x"}
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = m.Fire(review, approve, d) }))
}

func BenchmarkFire(b *testing.B) {
	c := chart()
	c.Enter, c.Exit, c.Transitions[0].Do = nil, nil, nil
	m, err := fsm.Compile(c)
	if err != nil {
		b.Fatal(err)
	}
	d := &deal{text: "x"}
	s := draft
	events := [...]event{submit, reject}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		s, _ = m.Fire(s, events[i&1], d)
		i++
	}
}

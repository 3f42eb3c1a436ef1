package fsm_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/workflow/fsm"
)

// box is what guards and actions of random charts look at.
type box struct {
	guards uint8 // a bit for each
	log    []int
}

type (
	node   uint8
	sign   int16
	chart3 = fsm.Chart[node, sign, *box]
)

// drawn makes a chart from bytes, four for a transition.
func drawn(data []byte) (c chart3, guardOf []int) {
	note := func(n int) func(*box) { return func(b *box) { b.log = append(b.log, n) } }
	c.Enter, c.Exit = map[node]func(*box){}, map[node]func(*box){}
	for i := range node(8) {
		c.Enter[i], c.Exit[i] = note(100+int(i)), note(200+int(i))
	}
	for i := 0; len(data) >= 4 && i < 40; i, data = i+1, data[4:] {
		t := fsm.Transition[node, sign, *box]{From: node(data[0] % 6), On: sign(data[1] % 4), To: node(data[2] % 6), Do: note(i), Outer: data[3]&1 == 1}
		guard := -1
		if data[3]&2 == 2 {
			guard = int(data[3] >> 5)
			t.If = func(b *box) bool { return b.guards>>guard&1 == 1 }
		}
		c.Transitions, guardOf = append(c.Transitions, t), append(guardOf, guard)
	}
	return c, guardOf
}

// naive fires an event by reading the chart from its beginning.
func naive(c chart3, guardOf []int, s node, e sign, b *box) (node, bool) {
	for i, t := range c.Transitions {
		if t.From != s || t.On != e || guardOf[i] >= 0 && b.guards>>guardOf[i]&1 == 0 {
			continue
		}
		inside := t.From == t.To && !t.Outer
		if !inside {
			c.Exit[s](b)
		}
		t.Do(b)
		if !inside {
			c.Enter[t.To](b)
		}
		return t.To, true
	}
	return s, false
}

func checkChart(t *testing.T, data []byte) bool {
	t.Helper()
	c, guardOf := drawn(data)
	m, err := fsm.Compile(c)
	if err != nil {
		return false
	}
	for s := range node(8) {
		for e := range sign(6) {
			for _, guards := range []uint8{0, 0xff, 0xa5, 0x3c} {
				want, got := &box{guards: guards}, &box{guards: guards}
				to, ok := naive(c, guardOf, s, e, want)
				require.Equal(t, ok, m.Can(s, e, got))
				require.Equal(t, ok, slices.Contains(m.Permitted(s, got), e))
				require.Empty(t, got.log, "guards alone")
				next, err := m.Fire(s, e, got)
				require.Equal(t, ok, err == nil)
				require.Equal(t, to, next)
				require.Equal(t, want.log, got.log)
			}
		}
	}
	return true
}

func TestRandomCharts(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 6))
	compiled := 0
	for range 3000 {
		data := make([]byte, 4*(1+rng.IntN(8)))
		for i := range data {
			data[i] = byte(rng.UintN(256))
		}
		if checkChart(t, data) {
			compiled++
		}
	}
	require.Greater(t, compiled, 100)
}

func FuzzChart(f *testing.F) {
	f.Add([]byte{0, 0, 1, 2, 1, 1, 0, 0, 0, 0, 2, 0, 2, 3, 2, 1})
	f.Fuzz(func(t *testing.T, data []byte) { checkChart(t, data) })
}

// The findings of random charts against the transitive closure.
func TestEndsAgainstClosure(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	seen := map[string]int{}
	for range 3000 {
		c := fsm.Chart[int, int, int]{Final: []int{rng.IntN(5)}}
		var reach [5][5]bool
		out := [5]int{}
		for i := range 1 + rng.IntN(7) {
			from, to := rng.IntN(5), rng.IntN(5)
			c.Transitions = append(c.Transitions, fsm.Transition[int, int, int]{From: from, On: i, To: to})
			reach[from][to] = true
			out[from]++
		}
		for s := range 5 {
			reach[s][s] = true
		}
		for k := range 5 {
			for i := range 5 {
				for j := range 5 {
					reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
				}
			}
		}
		want := map[string]bool{}
		endless := false
		for s := range 5 {
			switch subject := fmt.Sprint("state/", s); {
			case !reach[0][s] && (out[s] > 0 || s == c.Final[0]):
				want["fsm.state.unreachable "+subject] = true
			case !reach[0][s] || s == c.Final[0]:
			case out[s] == 0:
				want["fsm.state.stuck "+subject] = true
			case !reach[s][c.Final[0]]:
				endless = true
			}
		}
		_, err := fsm.Compile(c)
		list, _ := errors.AsType[finding.List](err)
		got := map[string]bool{}
		for _, f := range list {
			seen[f.Code]++
			if f.Code != "fsm.state.unreachable" {
				checkTrace(t, c, f, func(s int) bool { return reach[s][c.Final[0]] })
			}
			if f.Code == "fsm.state.endless" {
				var s int
				_, scanErr := fmt.Sscanf(f.Subject, "state/%d", &s)
				require.NoError(t, scanErr)
				require.False(t, reach[s][c.Final[0]])
				require.True(t, reach[0][s])
				continue
			}
			got[f.Code+" "+f.Subject] = true
		}
		require.Equal(t, want, got, "%+v", c)
		// Where an endless state can be reached, one is named, unless all its ways
		// begin with one that is stuck, which has no way.
		require.Equal(t, endless, list.Has("fsm.state.endless"), "%+v: %v", c, list)
	}
	for _, code := range []string{"fsm.state.unreachable", "fsm.state.stuck", "fsm.state.endless"} {
		require.Greater(t, seen[code], 100, code)
	}
}

// checkTrace follows the counterexample from the initial state.
func checkTrace(t *testing.T, c fsm.Chart[int, int, int], f finding.Finding, ends func(int) bool) {
	t.Helper()
	words := strings.Fields(f.Evidence[len(f.Evidence)-1])
	require.Equal(t, "0", words[0])
	at := 0
	for i := 1; i < len(words); i += 2 {
		var on, to int
		_, err := fmt.Sscanf(words[i]+" "+words[i+1], "-%d-> %d", &on, &to)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(c.Transitions, func(x fsm.Transition[int, int, int]) bool {
			return x.From == at && x.On == on && x.To == to
		}), "%v", f)
		at = to
	}
	require.Equal(t, fmt.Sprint("state/", at), f.Subject)
	if f.Code == "fsm.state.endless" && len(words) > 1 {
		var before int
		_, err := fmt.Sscan(words[len(words)-3], &before)
		require.NoError(t, err)
		require.True(t, ends(before), "the way goes astray before: %v", f)
	}
}

func leadData() fsm.Data {
	return fsm.Data{
		Initial: "lead", Final: []string{"won", "lost"},
		Transitions: []fsm.DataTransition{
			{From: "lead", On: "qualify", To: "mql", If: "has budget", Do: "notify"},
			{From: "lead", On: "drop", To: "lost"},
			{From: "mql", On: "sign", To: "won"},
			{From: "mql", On: "drop", To: "lost"},
			{From: "mql", On: "touch", To: "mql", Outer: true},
		},
		Enter: map[string]string{"mql": "count"},
	}
}

func TestDataBindsToAMachine(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(leadData())
	require.NoError(t, err)
	var d fsm.Data
	require.NoError(t, json.Unmarshal(text, &d))
	require.Equal(t, leadData(), d)
	note := func(n int) func(*box) { return func(b *box) { b.log = append(b.log, n) } }
	c, err := fsm.Bind(d, map[string]func(*box) bool{"has budget": func(b *box) bool { return b.guards == 1 }},
		map[string]func(*box){"notify": note(1), "count": note(2)})
	require.NoError(t, err)
	m, err := fsm.Compile(c)
	require.NoError(t, err)
	qualify, ok := m.Event("qualify")
	require.True(t, ok)
	touch, ok := m.Event("touch")
	require.True(t, ok)
	won, ok := m.State("won")
	require.True(t, ok)
	require.True(t, m.IsFinal(won))
	require.False(t, m.IsFinal(-1))
	b := &box{}
	_, err = m.Fire(m.Initial(), qualify, b)
	require.EqualError(t, err, "qualify in lead: event is not permitted: no guard holds")
	b.guards = 1
	s, err := m.Fire(m.Initial(), qualify, b)
	require.NoError(t, err)
	require.Equal(t, "mql", m.StateName(s))
	s, err = m.Fire(s, touch, b)
	require.NoError(t, err)
	require.Equal(t, "mql", m.StateName(s))
	require.Equal(t, []int{1, 2, 2}, b.log, "an outer transition enters anew")
	_, ok = m.State("nowhere")
	require.False(t, ok)
	_, ok = m.Event("nothing")
	require.False(t, ok)
	require.Equal(t, "77", m.StateName(77))

	var drawing bytes.Buffer
	require.NoError(t, m.DOT(&drawing))
	require.Contains(t, drawing.String(), `[label="won", peripheries=2];`)

	d.Transitions[0].If, d.Transitions[0].Do, d.Transitions[1].To = "has luck", "shout", ""
	_, err = fsm.Bind[*box](d, nil, nil)
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	for _, code := range []string{"fsm.data.guard", "fsm.data.action", "fsm.data.name"} {
		require.True(t, list.Has(code), "%v", list)
	}
	d = leadData()
	d.Enter["MQL"] = ""
	_, err = fsm.Bind[*box](d, nil, nil)
	require.ErrorContains(t, err, "two states are mql, but for capitals")
	for _, text := range []string{`{"initial":1}`, `{"init":"a"}`, `{"transitions":[{"from":"a","from":"b"}]}`} {
		require.ErrorIs(t, json.Unmarshal([]byte(text), &d), fsm.ErrSyntax)
	}
}

func FuzzData(f *testing.F) {
	text, err := json.Marshal(leadData())
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		var d fsm.Data
		if json.Unmarshal(data, &d) != nil {
			return
		}
		guards, actions := map[string]func(int) bool{}, map[string]func(int){}
		for _, x := range d.Transitions {
			guards[x.If], actions[x.Do] = func(int) bool { return true }, func(int) {}
		}
		for _, m := range []map[string]string{d.Enter, d.Exit} {
			for _, a := range m {
				actions[a] = func(int) {}
			}
		}
		c, err := fsm.Bind(d, guards, actions)
		if err != nil {
			return
		}
		m, err := fsm.Compile(c)
		if err != nil {
			return
		}
		s, ok := m.State(d.Initial)
		require.True(t, ok)
		require.Equal(t, m.Initial(), s)
		for _, e := range m.Permitted(s, 0) {
			_, err := m.Fire(s, e, 0)
			require.NoError(t, err)
		}
		var b bytes.Buffer
		require.NoError(t, m.Mermaid(&b))
		// A header, the states, an arrow to the first, the transitions, the ends.
		lines := strings.Count(b.String(), "\n")
		ends := 0
		for s := range m.States() {
			if m.IsFinal(s) {
				ends++
			}
		}
		require.Equal(t, 2+len(c.StateNames)+len(d.Transitions)+ends, lines, "%s", b.String())
	})
}

func TestFindingsThatLetPass(t *testing.T) {
	t.Parallel()
	yes := func(int) bool { return true }
	m, err := fsm.Compile(fsm.Chart[int, int, int]{
		Final:       []int{1},
		Transitions: []fsm.Transition[int, int, int]{{To: 1, If: yes}},
		Enter:       map[int]func(int){7: func(int) {}}, Exit: map[int]func(int){-1: func(int) {}},
	})
	require.NoError(t, err)
	found := m.Findings()
	require.Len(t, found, 3)
	require.Equal(t, []string{"enter/7", "exit/-1", "state/0"}, []string{found[0].Subject, found[1].Subject, found[2].Subject})
	require.Equal(t, "fsm.state.guarded", found[2].Code)
}

func TestTracesNameTheWay(t *testing.T) {
	t.Parallel()
	d := leadData()
	d.Transitions = append(d.Transitions, fsm.DataTransition{From: "mql", On: "park", To: "parked"}, fsm.DataTransition{From: "parked", On: "touch", To: "parked"})
	c, err := fsm.Bind(d, map[string]func(int) bool{"has budget": func(int) bool { return true }}, map[string]func(int){"notify": func(int) {}, "count": func(int) {}})
	require.NoError(t, err)
	_, err = fsm.Compile(c)
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	require.Equal(t, "fsm.state.endless", list[0].Code)
	require.Equal(t, []string{"no final state can be reached from here", "lead -qualify-> mql -park-> parked"}, list[0].Evidence)
}

func TestSizesOf32Bits(t *testing.T) {
	t.Parallel()
	for _, x := range []fsm.Transition[uint32, uint32, int]{{From: 1 << 31}, {To: 1<<32 - 1}, {On: 1<<32 - 1}, {From: 1<<20 - 1, On: 1<<20 - 1}} {
		_, err := fsm.Compile(fsm.Chart[uint32, uint32, int]{Transitions: []fsm.Transition[uint32, uint32, int]{x}})
		require.ErrorContains(t, err, "at most 1048576")
	}
	// The largest table there may be: the fault is another one.
	for _, x := range []fsm.Transition[uint32, uint32, int]{{From: fsm.MaxTable - 1}, {From: 1023, On: 1023}} {
		_, err := fsm.Compile(fsm.Chart[uint32, uint32, int]{Transitions: []fsm.Transition[uint32, uint32, int]{x}})
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok)
		require.Len(t, list, 1)
		require.Equal(t, "fsm.state.unreachable", list[0].Code)
	}
	for _, c := range []fsm.Chart[int8, int8, int]{
		{Initial: -1, Transitions: make([]fsm.Transition[int8, int8, int], 1)},
		{Final: []int8{-1}, Transitions: make([]fsm.Transition[int8, int8, int], 1)},
	} {
		_, err := fsm.Compile(c)
		require.Error(t, err)
	}
}

func TestNamesAreSafeInDrawings(t *testing.T) {
	t.Parallel()
	m, err := fsm.Compile(fsm.Chart[uint8, uint8, int]{
		Transitions: []fsm.Transition[uint8, uint8, int]{{To: 1}},
		StateNames:  []string{"a\x00\u202e\"", "b\n\u2028\\"}, EventNames: []string{"e\r;\xff"},
	})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, m.DOT(&b))
	require.NoError(t, m.Mermaid(&b))
	for _, want := range []string{
		`s0 [label="aU+0000U+202E\""];`, `s1 [label="bU+000AU+2028\\"];`, `s0 -> s1 [label="eU+000D;U+FFFD"];`,
		`state "aU+0000U+202E#quot;" as s0`, `s0 --> s1: eU+000D#59;U+FFFD`,
	} {
		require.Contains(t, b.String(), want)
	}
}

func TestNamesOfNothingAreNotFound(t *testing.T) {
	t.Parallel()
	m, err := fsm.Compile(fsm.Chart[uint8, uint8, int]{
		Transitions: []fsm.Transition[uint8, uint8, int]{{To: 1}},
		StateNames:  []string{"a", "b", "spare"}, EventNames: []string{"e", "spare"},
	})
	require.NoError(t, err)
	_, ok := m.State("b")
	require.True(t, ok)
	_, ok = m.State("spare")
	require.False(t, ok)
	_, ok = m.Event("e")
	require.True(t, ok)
	_, ok = m.Event("spare")
	require.False(t, ok)
}

func TestPermittedDoesNotAllocate(t *testing.T) {
	m, err := fsm.Compile(chart())
	require.NoError(t, err)
	d, room := &deal{text: "x"}, make([]event, 0, 3)
	require.Zero(t, testing.AllocsPerRun(100, func() { room = m.AppendPermitted(room[:0], review, d) }))
	require.Len(t, room, 3)
}

func ExampleBind() {
	c, err := fsm.Bind[*deal](fsm.Data{
		Initial: "draft", Final: []string{"live"},
		Transitions: []fsm.DataTransition{
			{From: "draft", On: "submit", To: "review"},
			{From: "review", On: "reject", To: "limbo"},
			{From: "review", On: "approve", To: "live"},
		},
	}, nil, nil)
	if err != nil {
		panic(err)
	}
	_, err = fsm.Compile(c)
	fmt.Println(err)
	// Output:
	// state/limbo: nothing leads on, and it is not final; draft -submit-> review -reject-> limbo (fix: declare it final, or add a transition from it)
}

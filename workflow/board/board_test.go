package board_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow/board"
)

func TestARefusalNamesTheLimitAndWhoFillsIt(t *testing.T) {
	t.Parallel()
	p := start(t)
	for _, id := range []string{"a", "b", "c", "d"} {
		p.ok(board.Add{Item: task(id), Lane: "apac"})
	}
	p.ok(board.Move{Item: task("a"), To: "review"}, board.Move{Item: task("b"), To: "review"})
	err := p.do(board.Move{Item: task("c"), To: "review"})
	require.ErrorIs(t, err, board.ErrLimit)
	full, ok := errors.AsType[*board.LimitError](err)
	require.True(t, ok)
	require.Equal(t, board.Load{Scope: board.Scope{Column: "review"}, Limit: 2, Holding: []ident.Ref{task("a"), task("b")}}, full.Load)
	require.EqualError(t, err, "task/c: column review: limit reached: 2 of 2: task/a, task/b")

	for _, c := range []struct {
		fill []board.Command
		do   board.Command
		want string
	}{
		{
			[]board.Command{board.Move{Item: task("a"), To: "draft", Lane: "emea"}, board.Move{Item: task("b"), To: "draft", Lane: "emea"}},
			board.Move{Item: task("c"), To: "draft", Lane: "emea"},
			"task/c: lane emea in column draft: limit reached: 2 of 2: task/a, task/b",
		},
		{
			[]board.Command{board.Assign{Item: task("a"), Person: "ana"}},
			board.Assign{Item: task("b"), Person: "ana"},
			"task/b: person ana: limit reached: 1 of 1: task/a",
		},
		{nil, board.Add{Item: task("e"), Column: "draft", Lane: "apac", Person: "ana"}, "task/e: person ana: limit reached: 1 of 1: task/a"},
		{
			[]board.Command{board.Add{Item: task("x"), Class: board.Expedite, Column: "draft"}},
			board.Add{Item: task("y"), Class: board.Expedite, Column: "review"},
			"task/y: expedite: limit reached: 1 of 1: task/x",
		},
		{
			[]board.Command{board.Move{Item: task("c"), To: "waiting", Lane: "emea"}, board.Move{Item: task("d"), To: "waiting", Lane: "emea"}},
			board.Add{Item: task("f"), Column: "waiting", Lane: "emea"},
			"task/f: lane emea: limit reached: 4 of 4: task/a, task/b, task/c, task/d",
		},
	} {
		p.ok(c.fill...)
		require.EqualError(t, p.do(c.do), c.want)
	}
}

func TestExpediteExceedsAllButItsOwnLimit(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.ok(board.Add{Item: task("a"), Column: "review"}, board.Add{Item: task("b"), Column: "review"},
		board.Add{Item: task("x"), Class: board.Expedite, Column: "review", Person: "ana"})
	loads, err := p.b.Loads(p.state)
	require.NoError(t, err)
	require.Equal(t, "column review 2 of 2: task/a, task/b", loads[slices.IndexFunc(loads, func(l board.Load) bool { return l.Scope.Column == "review" })].String())
	require.Equal(t, "expedite 1 of 1: task/x", loads[len(loads)-1].String())
	card, ok := p.state.Card(task("x"))
	require.True(t, ok)
	require.Equal(t, board.LaneKey("fast"), card.Lane, "the expedite lane is the default for the class")
	require.ErrorIs(t, p.do(board.Move{Item: task("a"), To: "draft", Lane: "fast"}), board.ErrInvalid)
	p.ok(board.Assign{Item: task("a"), Person: "ana"}) // x does not count for ana
}

func TestALoweredLimitHoldsNobodyWithin(t *testing.T) {
	t.Parallel()
	p := start(t)
	for _, id := range []string{"a", "b", "c"} {
		p.ok(board.Add{Item: task(id), Column: "draft", Lane: "apac"})
	}
	d := content()
	d.Columns[2].Limit, d.Columns[2].Lanes = 1, nil
	p.b = compile(t, d)
	p.ok(board.Move{Item: task("a"), To: "draft", Lane: "emea"}, board.Move{Item: task("b"), To: "waiting"})
	require.ErrorIs(t, p.do(board.Move{Item: task("b"), To: "draft"}), board.ErrLimit)
}

func TestPullFollowsThePolicyAndSaysWhy(t *testing.T) {
	t.Parallel()
	p := start(t)
	day := func(d int) civil.Date { return civil.MustDate(2026, time.March, d) }
	p.ok(board.Add{Item: task("old"), Column: "ready", Lane: "apac"})
	p.wait(time.Hour).ok(
		board.Add{Item: task("low"), Column: "ready", Lane: "apac"},
		board.Add{Item: task("high"), Column: "ready", Lane: "apac", Priority: 9},
		board.Add{Item: task("later"), Column: "ready", Lane: "apac", Class: board.FixedDate, Due: day(20)},
		board.Add{Item: task("sooner"), Column: "ready", Lane: "apac", Class: board.FixedDate, Due: day(10)},
		board.Add{Item: task("debt"), Column: "ready", Lane: "apac", Class: board.Intangible, Due: day(3)},
		board.Block{Item: task("sooner"), Reason: "legal"},
	)
	next, err := p.b.Next(p.state, "ready")
	require.NoError(t, err)
	ids := make([]string, len(next))
	for i, c := range next {
		ids[i] = c.Item.ID
	}
	require.Equal(t, []string{"sooner", "later", "old", "high", "low", "debt"}, ids)

	p.ok(board.Pull{To: "draft", Person: "ana"})
	e := p.trail[len(p.trail)-1]
	require.Equal(t, task("later"), e.Item)
	require.Equal(t, ident.Person("ana"), e.Person)
	require.Equal(t, []string{
		"2 of 6 in ready by class, due, age, priority",
		"before task/old: class fixed_date before standard",
		"task/sooner passed over: card task/sooner is blocked: legal",
	}, e.Why)

	err = p.do(board.Pull{To: "draft", Person: "ana"})
	nothing, ok := errors.AsType[*board.NothingError](err)
	require.True(t, ok)
	require.Len(t, nothing.Passed, 5)
	require.Equal(t, "person ana 1 of 1: task/later", nothing.Passed[1].Reason)
	require.EqualError(t, p.do(board.Pull{To: "review"}), "column review: nothing to pull")
	require.ErrorIs(t, p.do(board.Pull{To: "ideas"}), board.ErrInvalid)

	p.ok(board.Pull{To: "draft"})
	require.Equal(t, "before task/high: added 2026-03-02T09:00:00.000Z before 2026-03-02T10:00:00.000Z", p.trail[len(p.trail)-1].Why[1])
	p.ok(board.Pull{To: "draft"})
	require.Equal(t, "before task/low: priority 9 before 0", p.trail[len(p.trail)-1].Why[1])
}

func TestCommandsThatChangeNothingGiveNoEvent(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.ok(board.Add{Item: task("a"), Person: "ana"}, board.Block{Item: task("a"), Reason: "legal"})
	n := len(p.trail)
	p.ok(board.Block{Item: task("a"), Reason: "legal"}, board.Assign{Item: task("a"), Person: "ana"})
	require.Len(t, p.trail, n)
	require.ErrorIs(t, p.do(board.Finish{Item: task("a")}), board.ErrBlocked)
	p.ok(board.Unblock{Item: task("a")}, board.Unblock{Item: task("a")}, board.Move{Item: task("a"), To: "ideas"})
	require.Len(t, p.trail, n+1)
	for c, want := range map[board.Command]error{
		board.Add{Item: task("a")}: board.ErrExists,
		board.Add{}:                board.ErrInvalid,

		board.Add{Item: task("n"), Column: "live"}:                              board.ErrInvalid,
		board.Add{Item: task("n"), Class: board.FixedDate}:                      board.ErrInvalid,
		board.Add{Item: task("n"), Class: 9}:                                    board.ErrInvalid,
		board.Add{Item: task("n"), Title: "\xff"}:                               board.ErrInvalid,
		board.Add{Item: task("n"), Lane: "moon"}:                                board.ErrUnknown,
		board.Move{Item: task("a"), To: "moon"}:                                 board.ErrUnknown,
		board.Move{Item: task("n"), To: "draft"}:                                board.ErrUnknown,
		board.Pull{To: "moon"}:                                                  board.ErrUnknown,
		board.Block{Item: task("a")}:                                            board.ErrInvalid,
		board.Assign{Item: task("a"), Person: ident.Person(make([]byte, 1000))}: board.ErrInvalid,
		nil: board.ErrInvalid,
	} {
		require.ErrorIs(t, p.do(c), want, "%#v", c)
	}
	p.now = p.now.Add(-time.Second)
	require.ErrorIs(t, p.do(board.Finish{Item: task("a")}), board.ErrSequence)
	p.now = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	require.ErrorIs(t, p.do(board.Finish{Item: task("a")}), board.ErrInvalid)
	p.now = time.Time{}
	require.ErrorIs(t, p.do(board.Finish{Item: task("a")}), board.ErrInvalid)
	p.state.Board = "other"
	require.ErrorIs(t, p.do(board.Finish{Item: task("a")}), board.ErrBoard)
}

func TestCompileReportsEveryProblem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code   string
		change func(*board.Definition)
	}{
		{"board.key", func(d *board.Definition) { d.Key = "" }},
		{"board.key", func(d *board.Definition) { d.Columns[0].Key = "review" }},
		{"board.key", func(d *board.Definition) { d.Lanes[0].Key = "a\x00" }},
		{"board.key", func(d *board.Definition) { d.People = map[ident.Person]int{"": 1} }},
		{"board.key", func(d *board.Definition) { d.People["ANA"] = 1 }},
		{"board.key", func(d *board.Definition) { d.Lanes[0].Key = "Emea" }},
		{"board.limit", func(d *board.Definition) { d.PerPerson = board.MaxLimit + 1 }},
		{"board.columns", func(d *board.Definition) { d.Lanes = make([]board.Lane, board.MaxColumns+1) }},
		{"board.text", func(d *board.Definition) { d.Columns[0].Name = "\xff" }},
		{"board.columns", func(d *board.Definition) { d.Columns = nil }},
		{"board.columns", func(d *board.Definition) { d.Columns = d.Columns[:5] }},
		{"board.columns.order", func(d *board.Definition) { d.Columns[0].Kind = board.Done }},
		{"board.kind", func(d *board.Definition) { d.Columns[0].Kind = 7 }},
		{"board.kind", func(d *board.Definition) { d.Classes = []board.Class{board.Standard, board.Standard} }},
		{"board.kind", func(d *board.Definition) { d.Policy = []board.Criterion{9} }},
		{"board.lane.unknown", func(d *board.Definition) { d.Columns[2].Lanes = map[board.LaneKey]int{"moon": 1} }},
		{"board.limit", func(d *board.Definition) { d.Columns[2].Limit = -1 }},
		{"board.limit", func(d *board.Definition) { d.Columns[5].Limit = 1 }},
		{"board.expedite", func(d *board.Definition) { d.Expedite = 0 }},
	} {
		d := content()
		c.change(&d)
		_, err := board.Compile(d)
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, c.code)
		require.True(t, list.Has(c.code), "%s: %v", c.code, list)
	}
	d := content()
	d.Columns[2].Lanes["emea"] = 4 // the column has 3
	require.True(t, compile(t, d).Findings().Has("board.limit.idle"))
	require.Empty(t, compile(t, content()).Findings())
}

func TestTheBoundsOfABoard(t *testing.T) {
	t.Parallel()
	d := board.Definition{Key: "k"}
	for i := range board.MaxColumns - 1 {
		d.Columns = append(d.Columns, board.Column{Key: board.ColumnKey(fmt.Sprint(i)), Kind: board.Active, Limit: 2, Lanes: map[board.LaneKey]int{"l": 2}})
	}
	d.Columns = append(d.Columns, board.Column{Key: "done", Kind: board.Done})
	d.Lanes = []board.Lane{{Key: "l", Limit: 2}}
	p := start(t)
	p.b = compile(t, d)
	require.Empty(t, p.b.Findings(), "a limit as high as the wider one is no mistake")
	require.ErrorIs(t, p.do(board.Add{Item: task("x"), Class: board.Expedite}), board.ErrInvalid, "the board offers no expedite")
	p.ok(board.Add{Item: task("a")}, board.Add{Item: task("b")})
	require.ErrorIs(t, p.do(board.Add{Item: task("c")}), board.ErrLimit)
	d.Columns = append(d.Columns, board.Column{Key: "more", Kind: board.Done})
	_, err := board.Compile(d)
	require.ErrorContains(t, err, "101 columns, at most 100")
}

func TestApplyRefusesWhatCannotHaveHappened(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.ok(board.Add{Item: task("a"), Column: "draft", Lane: "apac"})
	next := func(change func(*board.Event)) board.Event {
		e := board.Event{Seq: 2, At: p.now, Kind: board.Moved, Item: task("a"), From: "draft", Column: "review", Lane: "apac"}
		change(&e)
		return e
	}
	for i, c := range []struct {
		want   error
		change func(*board.Event)
	}{
		{nil, func(*board.Event) {}},
		{board.ErrSequence, func(e *board.Event) { e.Seq = 3 }},
		{board.ErrSequence, func(e *board.Event) { e.At = e.At.Add(-1) }},
		{board.ErrSequence, func(e *board.Event) { e.At = time.Time{} }},
		{board.ErrSequence, func(e *board.Event) { e.From = "ready" }},
		{board.ErrUnknown, func(e *board.Event) { e.Item = task("b") }},
		{board.ErrUnknown, func(e *board.Event) { e.Column = "moon" }},
		{board.ErrUnknown, func(e *board.Event) { e.Column = "live" }},
		{board.ErrUnknown, func(e *board.Event) { e.Lane = "moon" }},
		{board.ErrInvalid, func(e *board.Event) { e.Class = 9 }},
		{board.ErrUnknown, func(e *board.Event) { e.Kind = 99 }},
		{board.ErrExists, func(e *board.Event) { e.Kind = board.Added }},
		{board.ErrInvalid, func(e *board.Event) { *e = board.Event{Seq: 2, At: e.At, Kind: board.Added} }},
		{board.ErrUnknown, func(e *board.Event) { e.Kind, e.Item, e.From, e.Column = board.Added, task("b"), "", "moon" }},
		{board.ErrInvalid, func(e *board.Event) { e.Kind = board.Blocked }},
		{board.ErrInvalid, func(e *board.Event) { e.Kind = board.Finished }},
		{nil, func(e *board.Event) { e.Kind, e.Column = board.Finished, "live" }},
	} {
		before := p.state
		state, err := p.b.Apply(p.state, next(c.change))
		require.Equal(t, before, p.state)
		if c.want == nil {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, c.want, "%d", i)
		require.Equal(t, before, state)
	}
	_, err := p.b.History([]board.Event{{Seq: 1, At: p.now, Kind: board.Moved, Item: task("a")}})
	require.ErrorIs(t, err, board.ErrUnknown)
}

func TestLanesAreChosenByClass(t *testing.T) {
	t.Parallel()
	d := content()
	p := start(t)
	p.ok(board.Add{Item: task("a")}, board.Add{Item: task("x"), Class: board.Expedite})
	require.Equal(t, board.LaneKey("emea"), p.state.Cards[0].Lane)
	require.Equal(t, board.LaneKey("fast"), p.state.Cards[1].Lane)
	d.Lanes = d.Lanes[1:]
	p = start(t)
	p.b = compile(t, d)
	p.ok(board.Add{Item: task("x"), Class: board.Expedite}, board.Add{Item: task("y"), Class: board.Expedite})
	require.Equal(t, board.LaneKey("emea"), p.state.Cards[0].Lane, "without an expedite lane, the first")
	d.Lanes = nil
	d.Columns[2].Lanes = nil
	d.Columns = append(d.Columns, board.Column{Key: "archive", Kind: board.Done})
	p = start(t)
	p.b = compile(t, d)
	p.ok(board.Add{Item: task("x")}, board.Finish{Item: task("x")})
	require.Equal(t, board.ColumnKey("live"), p.trail[1].Column, "the first done column")
}

// within counts anew what each limit is about, from the State alone.
func within(t *testing.T, s board.State) {
	t.Helper()
	progress := map[board.ColumnKey]bool{"draft": true, "waiting": true, "review": true}
	columns, cells, lanes, people := map[board.ColumnKey]int{}, 0, map[board.LaneKey]int{}, map[ident.Person]int{}
	expedite := 0
	for _, c := range s.Cards {
		if c.Class == board.Expedite {
			if progress[c.Column] {
				expedite++
			}
			continue
		}
		columns[c.Column]++
		if c.Column == "draft" && c.Lane == "emea" {
			cells++
		}
		if progress[c.Column] {
			lanes[c.Lane]++
			people[c.Person]++
		}
	}
	require.LessOrEqual(t, columns["ready"], 6)
	require.LessOrEqual(t, columns["draft"], 3)
	require.LessOrEqual(t, columns["review"], 2)
	require.LessOrEqual(t, cells, 2)
	require.LessOrEqual(t, lanes["emea"], 4)
	require.LessOrEqual(t, people["ana"], 1)
	require.LessOrEqual(t, people["ben"], 2)
	require.LessOrEqual(t, people["cem"], 2)
	require.LessOrEqual(t, expedite, 1)
}

// checkPlay plays the commands and holds every step against the limits, the
// trail against the state, and the measures against counting.
func checkPlay(t *testing.T, data []byte) (refused, played int) {
	t.Helper()
	p := start(t)
	p.random(data, func(c board.Command, err error) {
		if errors.Is(err, board.ErrLimit) || errors.Is(err, board.ErrNothing) {
			refused++
		}
		played++
		if err != nil {
			require.NotErrorIs(t, err, board.ErrSequence, "%#v", c)
		}
		within(t, p.state)
	})
	folded, err := p.b.Apply(board.State{}, p.trail...)
	require.NoError(t, err)
	text, err := json.Marshal(p.state)
	require.NoError(t, err)
	var back board.State
	require.NoError(t, json.Unmarshal(text, &back))
	if len(p.trail) > 0 {
		require.Equal(t, p.state, folded)
		require.Equal(t, p.state, back)
	}
	text, err = json.Marshal(p.trail)
	require.NoError(t, err)
	var trail []board.Event
	require.NoError(t, json.Unmarshal(text, &trail))
	require.Len(t, trail, len(p.trail))
	for i := range trail {
		require.Equal(t, p.trail[i], trail[i])
	}
	checkMeasures(t, p)
	return refused, played
}

func TestRandomPlays(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 11))
	refused := 0
	for range 60 {
		data := make([]byte, 3*120)
		for i := range data {
			data[i] = byte(rng.UintN(256))
		}
		r, _ := checkPlay(t, data)
		refused += r
	}
	require.Greater(t, refused, 300, "the limits were put to the test")
}

func FuzzCommands(f *testing.F) {
	f.Add([]byte{0, 1, 3, 0, 2, 3, 4, 0, 3, 6, 1, 0, 9, 2, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		checkPlay(t, data[:min(len(data), 300)])
	})
}

func FuzzDefinition(f *testing.F) {
	text, err := json.Marshal(content())
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"key":"k","columns":[{"key":"a","kind":"active"},{"key":"b","kind":"done"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var d board.Definition
		if json.Unmarshal(data, &d) != nil {
			return
		}
		b, err := board.Compile(d)
		if err != nil {
			return
		}
		text, err := json.Marshal(b.Definition())
		require.NoError(t, err)
		var again board.Definition
		require.NoError(t, json.Unmarshal(text, &again))
		_, err = board.Compile(again)
		require.NoError(t, err)
		_, _, err = b.Do(board.State{}, board.Add{Item: task("a")}, board.Env{Now: monday()})
		require.NoError(t, err)
	})
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"board":"content","seq":1,"at":"2026-03-02T09:00:00Z","cards":[{"item":"task/a","column":"draft","lane":"emea","added":"2026-03-02T09:00:00Z","entered":"2026-03-02T09:00:00Z"}]}`))
	f.Add([]byte(`{"seq":1,"at":"2026-03-02T09:00:00Z","kind":"added","item":"task/a","column":"draft","lane":"emea"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := compile(t, content())
		var s board.State
		if json.Unmarshal(data, &s) == nil {
			for _, c := range []board.Command{board.Pull{To: "draft"}, board.Move{Item: task("a"), To: "review"}, board.Finish{Item: task("a")}} {
				_, _ = b.Decide(s, c, board.Env{Now: monday()})
			}
			_, _ = b.Loads(s)
			_, _ = b.Aging(s, monday(), nil)
		}
		var e board.Event
		if json.Unmarshal(data, &e) == nil {
			_, _ = b.Apply(board.State{}, e)
			_, _ = b.History([]board.Event{e})
		}
	})
}

func TestJSONIsStrict(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"key":"a","kye":1}`, `{"key":"a","key":"b"}`, `{"columns":[{"key":"a","kind":"active!"}]}`, `[]`} {
		var d board.Definition
		require.ErrorIs(t, json.Unmarshal([]byte(text), &d), board.ErrSyntax, text)
	}
	var s board.State
	require.ErrorIs(t, json.Unmarshal([]byte(`{"cards":[{"itm":"a/b"}]}`), &s), board.ErrSyntax)
	var e board.Event
	require.ErrorIs(t, json.Unmarshal([]byte(`{"kind":"exploded"}`), &e), board.ErrSyntax)
}

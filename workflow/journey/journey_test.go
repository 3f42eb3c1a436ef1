package journey_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/workflow/journey"
)

func TestAWholeJourney(t *testing.T) {
	t.Parallel()
	x := start(t)
	require.Equal(t, []string{"entered hello", "sent hellowelcome", "stepped open?", "waiting open? Thu 05 10:00"}, x.ok(journey.Enter{Lead: "l-1"}))
	x.env.Now = x.env.Now.Add(time.Hour)
	require.Empty(t, x.ok(journey.Tick{}), "nothing is due")
	require.Empty(t, x.ok(journey.Observe{Event: "sneezed"}), "nobody asks for it")
	// The wait is over on Thursday 10:00; one working day later it is Friday
	// 10:00, and the next Tuesday or Thursday 10:30 is Tuesday 10 March.
	require.Equal(t, []string{
		"stepped score (the wait is over)", "stepped tuesday (no case holds)", "waiting tuesday Tue 10 10:30",
	}, x.tick())
	// Eight working hours from Tuesday 10:30 end on Wednesday at 10:30.
	require.Equal(t, []string{
		"stepped remind (the wait is over)", "sent remindreminder", "stepped read?", "waiting read? Wed 11 10:30",
	}, x.tick())
	x.env.Attributes["tier"] = "key"
	lines := x.tick()
	require.Equal(t, "stepped test ((opened happened or tier in (key)))", lines[1])
	// At most one send within a day: the reminder went on Tuesday at 10:30, the
	// window of a day is half-open.
	require.Contains(t, lines[3], "sent ")
	x.env.Score = 60
	lines = x.tick()
	require.Equal(t, "reached sales (handed to sales)", lines[len(lines)-1])
	require.Equal(t, journey.AtGoal, x.state.Status)
	_, ok := x.state.Due()
	require.False(t, ok)
}

func TestQuietHoursAndCaps(t *testing.T) {
	t.Parallel()
	x := start(t)
	x.env.Now = monday().Add(10 * time.Hour) // 20:00, when it becomes quiet
	require.Equal(t, "deferred hello Tue 03 08:00 (quiet hours)", x.ok(journey.Enter{Lead: "l"})[1])
	require.Equal(t, "sent hellowelcome", x.tick()[0])

	x = start(t)
	x.env.Now = monday().Add(-30 * time.Hour) // Sunday 04:00: quiet until Monday 08:00
	require.Equal(t, "deferred hello Mon 02 08:00 (quiet hours)", x.ok(journey.Enter{Lead: "l"})[1])

	x = start(t)
	x.env.Sends = []time.Time{monday().Add(-time.Hour)} // one within a day
	require.Equal(t, "deferred hello Tue 03 09:00 (at most 1 within 1ed)", x.ok(journey.Enter{Lead: "l"})[1])
	require.Equal(t, "sent hellowelcome", x.tick()[0])

	x = start(t)
	for _, days := range []int{2, 3, 6} { // three within seven days, the oldest on Tuesday 10:00
		x.env.Sends = append(x.env.Sends, monday().AddDate(0, 0, -days))
	}
	require.Equal(t, "deferred hello Tue 03 10:00 (at most 3 within 7ed)", x.ok(journey.Enter{Lead: "l"})[1])
}

func TestQuietRoundTheClock(t *testing.T) {
	t.Parallel()
	p := compile(t, journey.Definition{
		Key:   "k",
		Quiet: []journey.Quiet{{Days: []journey.Weekday{journey.Monday}, From: 12 * 60, To: 12 * 60}, {Days: []journey.Weekday{journey.Friday}, From: 0, To: 24 * 60}},
		Steps: []journey.Step{{Key: "s", Send: "x", Next: "x"}, {Key: "x", Exit: "x"}},
	})
	for _, c := range []struct{ now, want string }{
		{"2026-03-02T11:59:00Z", ""}, // a Monday
		{"2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z"},
		{"2026-03-03T11:59:59Z", "2026-03-03T12:00:00Z"},
		{"2026-03-03T12:00:00Z", ""},
		{"2026-03-05T23:59:00Z", ""},
		{"2026-03-06T00:00:00Z", "2026-03-07T00:00:00Z"},
		{"2026-03-06T23:59:00Z", "2026-03-07T00:00:00Z"},
		{"2026-03-07T00:00:00Z", ""},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		require.NoError(t, err)
		s, _, err := p.Do(journey.State{}, journey.Enter{Lead: "l"}, journey.Env{Now: now})
		require.NoError(t, err)
		due := ""
		if at, ok := s.Due(); ok {
			due = at.Format(time.RFC3339)
		}
		require.Equal(t, c.want, due, c.now)
	}
}

func TestTheCalendarEnds(t *testing.T) {
	t.Parallel()
	p := compile(t, journey.Definition{Key: "k", Steps: []journey.Step{{Key: "x", Exit: "x"}}})
	for year, want := range map[int]error{0: journey.ErrInvalid, 1: nil, 9900: nil, 9901: journey.ErrInvalid} {
		_, _, err := p.Do(journey.State{}, journey.Enter{Lead: "l"}, journey.Env{Now: time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)})
		require.ErrorIs(t, err, want, "%d", year)
	}
}

// sendableAt checks quiet hours and caps minute by minute.
func sendableAt(env journey.Env, own []time.Time, at time.Time) bool {
	local := at.In(env.Zone)
	if h := local.Hour(); h >= 20 || h < 8 || local.Weekday() == time.Sunday {
		return false
	}
	for _, c := range []struct {
		most int
		days time.Duration
	}{{1, 1}, {3, 7}} {
		n := 0
		for _, s := range slices.Concat(own, env.Sends) {
			if s.After(at.Add(-c.days*24*time.Hour)) && !s.After(at) {
				n++
			}
		}
		if n >= c.most {
			return false
		}
	}
	return true
}

func TestSendsGoAtTheFirstMomentThatIsAllowed(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 2))
	for range 150 {
		x := start(t)
		// Around the clock change of 29 March 2026.
		x.env.Now = time.Date(2026, time.March, 26, 0, rng.IntN(4*24*60), 0, 0, time.UTC)
		for range rng.IntN(6) {
			x.env.Sends = append(x.env.Sends, x.env.Now.Add(-time.Duration(rng.IntN(9*24*60))*time.Minute))
		}
		x.ok(journey.Enter{Lead: "l"})
		want := x.env.Now
		for !sendableAt(x.env, nil, want) {
			want = want.Add(time.Minute)
		}
		if want.Equal(x.env.Now) {
			require.Equal(t, journey.Sent, x.trail[1].Kind)
			continue
		}
		require.Equal(t, journey.Deferred, x.trail[1].Kind)
		require.Equal(t, want, x.trail[1].Until)
	}
}

func TestEventsEndAndTurnTheJourney(t *testing.T) {
	t.Parallel()
	x := start(t)
	x.ok(journey.Enter{Lead: "l"})
	lines := x.ok(journey.Observe{Event: "opened"})
	require.Equal(t, []string{"observed opened", "stepped test (opened)"}, lines[:2])
	require.Contains(t, lines[3], "at most 1 within 1ed")
	step := string(x.state.Step)
	require.Equal(t, []string{"observed booked a demo", "reached " + step + " (booked a demo)"}, x.ok(journey.Observe{Event: "booked a demo"}))
	require.ErrorIs(t, x.do(journey.Leave{}), journey.ErrState)

	x = start(t)
	x.ok(journey.Enter{Lead: "l"})
	require.Equal(t, "exited open? (unsubscribed)", x.ok(journey.Observe{Event: "unsubscribed"})[1])

	x = start(t)
	x.ok(journey.Enter{Lead: "l"})
	x.env.Suppressed = "legal hold"
	require.Equal(t, []string{"exited open? (suppressed: legal hold)"}, x.ok(journey.Tick{}), "at once, due or not")

	x = start(t)
	x.ok(journey.Enter{Lead: "l"})
	require.Equal(t, []string{"exited open? (moved)"}, x.ok(journey.Leave{Reason: "moved"}))
	require.Empty(t, x.ok(journey.Tick{}, journey.Observe{Event: "opened"}))
}

func TestWhoMayEnter(t *testing.T) {
	t.Parallel()
	x := start(t)
	x.env.Score = 90
	require.EqualError(t, x.do(journey.Enter{Lead: "l"}), "lead l may not enter: not (region in (de, at) and not score >= 90)")
	x.env.Score = 89
	x.env.Suppressed = "opted out"
	require.ErrorIs(t, x.do(journey.Enter{Lead: "l"}), journey.ErrSuppressed)
	x.env.Suppressed = ""
	x.ok(journey.Enter{Lead: "l"})
	require.ErrorIs(t, x.do(journey.Enter{Lead: "l"}), journey.ErrState)
	require.ErrorIs(t, x.do(journey.Enter{Lead: "other"}), journey.ErrInvalid)
	x.ok(journey.Leave{})
	x.env.Now = monday().AddDate(0, 0, 30).Add(-time.Nanosecond)
	require.ErrorIs(t, x.do(journey.Enter{Lead: "l"}), journey.ErrEntry)
	x.env.Now = monday().AddDate(0, 0, 30)
	x.ok(journey.Enter{Lead: "l"}, journey.Leave{})
	require.Equal(t, 2, x.state.Entries)
	x.env.Now = monday().AddDate(1, 0, 0)
	require.EqualError(t, x.do(journey.Enter{Lead: "l"}), "lead l may not enter: it was here 2 times")

	d := nurture(t)
	d.Reentry = &journey.Reentry{} // any number of times, at once
	y := start(t)
	y.p = compile(t, d)
	for range 5 {
		y.ok(journey.Enter{Lead: "l"}, journey.Leave{})
	}
	require.Equal(t, 5, y.state.Entries)
	d.Reentry = nil
	y = start(t)
	y.p = compile(t, d)
	y.ok(journey.Enter{Lead: "l"}, journey.Leave{})
	require.EqualError(t, y.do(journey.Enter{Lead: "l"}), "lead l may not enter: it was here once")

	for c, want := range map[journey.Command]error{
		nil: journey.ErrInvalid, journey.Enter{}: journey.ErrInvalid, journey.Observe{}: journey.ErrInvalid,
	} {
		require.ErrorIs(t, x.do(c), want)
	}
	x.env.Calendar = nil
	require.ErrorIs(t, x.do(journey.Tick{}), journey.ErrInvalid)
	x = start(t)
	x.ok(journey.Enter{Lead: "l"})
	x.env.Now = x.env.Now.Add(-1)
	require.ErrorIs(t, x.do(journey.Leave{}), journey.ErrSequence)
	x.state.Definition = journey.Hash{}
	require.ErrorIs(t, x.do(journey.Leave{}), journey.ErrDefinition)
}

func TestSplitsAreFairAndStand(t *testing.T) {
	t.Parallel()
	counts := make([]int, 100)
	for i := range 100_000 {
		at := journey.Percentile("nurture", "test", fmt.Sprint(i))
		require.Equal(t, at, journey.Percentile("nurture", "test", fmt.Sprint(i)))
		counts[at]++
	}
	for at, n := range counts {
		// A thousand leads each; five standard deviations of 31.5 (binomial, n =
		// 100,000, p = 1/100) are 157.
		require.InDelta(t, 1000, n, 157, "%d", at)
	}
	// The arms take the places in their order: the first has 0 to 29.
	p := compile(t, journey.Definition{Key: "nurture", Steps: []journey.Step{
		{Key: "test", Split: []journey.Arm{{Percent: 30, Next: "a"}, {Percent: 1, Next: "b"}, {Percent: 69, Next: "c"}}},
		{Key: "a", Goal: "a"},
		{Key: "b", Goal: "b"},
		{Key: "c", Goal: "c"},
	}})
	for i := range 2000 {
		s, _, err := p.Do(journey.State{}, journey.Enter{Lead: fmt.Sprint(i)}, journey.Env{Now: monday()})
		require.NoError(t, err)
		want := "c"
		if at := journey.Percentile("nurture", "test", fmt.Sprint(i)); at < 30 {
			want = "a"
		} else if at == 30 {
			want = "b"
		}
		require.Equal(t, want, s.Reason)
	}
	// The keys are told apart however they are cut.
	same := 0
	for i := range 1000 {
		if journey.Percentile("a b", "c", fmt.Sprint(i)) == journey.Percentile("a", "b c", fmt.Sprint(i)) {
			same++
		}
	}
	require.Less(t, same, 50) // ten by chance
}

func TestCompileReportsEveryProblem(t *testing.T) {
	t.Parallel()
	step := func(key journey.StepKey) func(*journey.Definition) *journey.Step {
		return func(d *journey.Definition) *journey.Step {
			return &d.Steps[slices.IndexFunc(d.Steps, func(s journey.Step) bool { return s.Key == key })]
		}
	}
	deep := &journey.Cond{Happened: "x"}
	for range 20 {
		deep = &journey.Cond{Not: deep}
	}
	for i, c := range []struct {
		code   string
		change func(*journey.Definition)
	}{
		{"journey.key", func(d *journey.Definition) { d.Key = "" }},
		{"journey.key", func(d *journey.Definition) { d.Steps[0].Key = "cold" }},
		{"journey.key", func(d *journey.Definition) { d.GoalOn[0] = "a\n" }},
		{"journey.text", func(d *journey.Definition) { d.Name = "\xff" }},
		{"journey.text", func(d *journey.Definition) { d.Entry.All[0].In[0] = "\xff" }},
		{"journey.steps", func(d *journey.Definition) { d.Steps = nil }},
		{"journey.step.form", func(d *journey.Definition) { d.Steps[0].Goal = "x" }},
		{"journey.step.form", func(d *journey.Definition) { d.Steps[0].Send = "" }},
		{"journey.step.next", func(d *journey.Definition) { d.Steps[0].Next = "" }},
		{"journey.step.next", func(d *journey.Definition) { step("cold")(d).Next = "hello" }},
		{"journey.step.next", func(d *journey.Definition) { step("test")(d).Split[0].Next = "x" }},
		{"journey.step.next", func(d *journey.Definition) { step("score")(d).Branch[0].Next = "x" }},
		{"journey.step.unreachable", func(d *journey.Definition) { d.Steps = append(d.Steps, journey.Step{Key: "x", Exit: "x"}) }},
		{"journey.step.endless", func(d *journey.Definition) {
			step("think")(d).Next = "again"
			d.Steps = append(d.Steps, journey.Step{Key: "again", Send: "again", Next: "think"})
		}},
		{"journey.loop", func(d *journey.Definition) { step("warm?")(d).Branch[0].Next = "warm?" }},
		{"journey.split", func(d *journey.Definition) { step("test")(d).Split[0].Percent = 31 }},
		{"journey.split", func(d *journey.Definition) {
			step("test")(d).Split = []journey.Arm{{Percent: 101, Next: "case"}, {Percent: -1, Next: "offer"}}
		}},
		{"journey.split", func(d *journey.Definition) {
			step("test")(d).Split = []journey.Arm{{Percent: 100, Next: "case"}, {Percent: 0, Next: "offer"}}
		}},
		{"journey.wait", func(d *journey.Definition) { step("think")(d).Wait.For = worktime.Elapsed(0) }},
		{"journey.wait", func(d *journey.Definition) { step("think")(d).Wait.For = worktime.Elapsed(-1) }},
		{"journey.wait", func(d *journey.Definition) { step("think")(d).Wait.For = worktime.ElapsedDays(5000) }},
		{"journey.wait", func(d *journey.Definition) { step("think")(d).Wait.Then = "cold" }},
		{"journey.wait", func(d *journey.Definition) { step("tuesday")(d).Wait.Until.At = 24 * 60 }},
		{"journey.wait", func(d *journey.Definition) { step("tuesday")(d).Wait.Until.Days[0] = 7 }},
		{"journey.cond", func(d *journey.Definition) { d.Entry = &journey.Cond{} }},
		{"journey.cond", func(d *journey.Definition) { d.Entry = &journey.Cond{Attribute: "x"} }},
		{"journey.cond", func(d *journey.Definition) { d.Entry = &journey.Cond{Happened: "x"} }},
		{"journey.cond", func(d *journey.Definition) { d.Entry = deep }},
		{"journey.reentry", func(d *journey.Definition) { d.Reentry.Gap = worktime.Days(1) }},
		{"journey.reentry", func(d *journey.Definition) { d.Reentry.Max = -1 }},
		{"journey.cap", func(d *journey.Definition) { d.Caps[0].Max = 0 }},
		{"journey.cap", func(d *journey.Definition) { d.Caps[0].Within = worktime.Length{} }},
		{"journey.cap", func(d *journey.Definition) { d.Caps = make([]journey.Cap, 21) }},
		{"journey.cap", func(d *journey.Definition) { d.Quiet = make([]journey.Quiet, 21) }},
		{"journey.quiet", func(d *journey.Definition) { d.Quiet[0].From = -1 }},
		{"journey.quiet", func(d *journey.Definition) { d.Quiet[0].To = 24*60 + 1 }},
		{"journey.quiet", func(d *journey.Definition) { d.Quiet[0].To = d.Quiet[0].From }},
	} {
		d := nurture(t)
		c.change(&d)
		_, err := journey.Compile(d)
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, "%d %s", i, c.code)
		require.True(t, list.Has(c.code), "%d %s: %v", i, c.code, list)
	}
	require.Empty(t, compile(t, nurture(t)).Findings())
	d := nurture(t)
	step("opened?")(&d).Next = "tuesday"
	found := compile(t, d).Findings()
	require.Equal(t, []string{"tuesday -> remind -> read? -> opened? -> tuesday"}, found[0].Evidence)
	require.Equal(t, "journey.loop.waiting", found[0].Code)
}

func TestCanonicalFormAndDrawings(t *testing.T) {
	t.Parallel()
	d := nurture(t)
	text, err := d.Canonical()
	require.NoError(t, err)
	golden.Equal(t, "nurture.canonical.json", text)
	var again journey.Definition
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, d, again)
	p := compile(t, d)
	require.Equal(t, d, p.Definition())
	// sha256sum testdata/nurture.canonical.json; leads on their way are bound to it.
	require.Equal(t, "5902688e85b7d71e20d7b308976e96e6f19a41a50fe8f102b810b35ff8132583", p.Hash().String())
	var b bytes.Buffer
	require.NoError(t, p.Mermaid(&b))
	golden.Equal(t, "nurture.mmd", b.Bytes())
	b.Reset()
	require.NoError(t, p.DOT(&b))
	golden.Equal(t, "nurture.dot", b.Bytes())

	b.Reset()
	p = compile(t, journey.Definition{Key: "k", Steps: []journey.Step{{Key: "a\"];\u202e\\", Exit: "x\x00\n<b>"}}})
	require.NoError(t, p.Mermaid(&b))
	require.NoError(t, p.DOT(&b))
	require.Equal(t, "flowchart TD\n    s0((\"a#34;#93;#59;U+202E#92;: exit xU+0000U+000A#60;b#62;\"))\n"+
		"digraph journey {\n\ts0 [label=\"a\\\"];U+202E\\\\: exit xU+0000U+000A<b>\", shape=circle];\n}\n", b.String())
}

// wander plays random commands and holds the fold and the JSON form against the
// state.
func wander(t *testing.T, data []byte) {
	t.Helper()
	x := start(t)
	events := []journey.EventKey{"opened", "booked a demo", "unsubscribed", "sneezed"}
	for ; len(data) >= 2; data = data[2:] {
		y := int(data[1])
		x.env.Score = int64(y)
		x.env.Suppressed = strings.Repeat("x", y/250)
		switch data[0] % 6 {
		case 0:
			_ = x.do(journey.Enter{Lead: "l"})
		case 1:
			_ = x.do(journey.Observe{Event: events[y%4]})
		case 2:
			if y == 7 {
				_ = x.do(journey.Leave{Reason: "left"})
			}
		default:
			x.env.Now = x.env.Now.Add(time.Duration(y) * time.Hour / 2)
			require.NoError(t, x.do(journey.Tick{}))
		}
		if due, ok := x.state.Due(); ok && x.state.Seq > 0 {
			require.False(t, due.IsZero())
		}
	}
	sends := []time.Time{}
	for _, e := range x.trail {
		if e.Kind == journey.Sent {
			require.True(t, sendableAt(x.env, sends, e.At), "%v after %v", e.At, sends)
			sends = append(sends, e.At)
		}
	}
	checkTrail(t, x.p.Definition(), x.trail)
	folded, err := x.p.Apply(journey.State{}, x.trail...)
	require.NoError(t, err)
	require.Equal(t, x.state, folded)
	text, err := json.Marshal(x.state)
	require.NoError(t, err)
	var back journey.State
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, x.state, back)
	for _, e := range x.trail {
		text, err := json.Marshal(e)
		require.NoError(t, err)
		var back journey.Event
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, e, back)
	}
}

func TestRandomTrips(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 9))
	for range 200 {
		data := make([]byte, 200)
		for i := range data {
			data[i] = byte(rng.UintN(256))
		}
		wander(t, data)
	}
}

func FuzzCommands(f *testing.F) {
	f.Add([]byte{0, 0, 3, 200, 1, 0, 3, 99, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) { wander(t, data[:min(len(data), 300)]) })
}

func FuzzDefinition(f *testing.F) {
	text, err := nurture(f).Canonical()
	require.NoError(f, err)
	f.Add(text)
	cal := berlin(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var d journey.Definition
		if json.Unmarshal(data, &d) != nil {
			return
		}
		p, err := journey.Compile(d)
		if err != nil {
			return
		}
		text, err := p.Definition().Canonical()
		require.NoError(t, err)
		var again journey.Definition
		require.NoError(t, json.Unmarshal(text, &again))
		require.Equal(t, p.Hash(), compile(t, again).Hash())
		env := journey.Env{Now: monday(), Zone: cal.Location(), Calendar: cal}
		s, _, err := p.Do(journey.State{}, journey.Enter{Lead: "l"}, env)
		if err != nil {
			require.ErrorIs(t, err, journey.ErrEntry)
			return
		}
		for range 20 {
			due, ok := s.Due()
			if !ok {
				break
			}
			if env.Now = due; due.Year() > 9900 {
				break
			}
			s, _, err = p.Do(s, journey.Tick{}, env)
			require.NoError(t, err)
		}
	})
}

func FuzzState(f *testing.F) {
	x := start(f)
	x.ok(journey.Enter{Lead: "l"})
	text, err := json.Marshal(x.state)
	require.NoError(f, err)
	f.Add(text)
	text, err = json.Marshal(x.trail[0])
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(_ *testing.T, data []byte) {
		var s journey.State
		if json.Unmarshal(data, &s) == nil {
			for _, c := range []journey.Command{journey.Tick{}, journey.Enter{Lead: "l"}, journey.Observe{Event: "opened"}, journey.Leave{}} {
				_, _ = x.p.Decide(s, c, x.env)
			}
		}
		var e journey.Event
		if json.Unmarshal(data, &e) == nil {
			_, _ = x.p.Apply(journey.State{}, e)
		}
	})
}

func TestJSONIsStrict(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"steps":[{"kee":"a"}]}`, `{"key":"a","key":"b"}`, `{"quiet":[{"days":["monday"]}]}`, `[]`} {
		var d journey.Definition
		require.ErrorIs(t, json.Unmarshal([]byte(text), &d), journey.ErrSyntax, text)
	}
	var s journey.State
	require.ErrorIs(t, json.Unmarshal([]byte(`{"definition":"abc"}`), &s), journey.ErrSyntax)
	var e journey.Event
	require.ErrorIs(t, json.Unmarshal([]byte(`{"kind":"lost"}`), &e), journey.ErrSyntax)
}

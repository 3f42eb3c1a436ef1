package journey_test

import (
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
	"github.com/go-marops/marops/workflow/journey"
)

// The proofs of random journeys against the transitive closure.
func TestProofsAgainstClosure(t *testing.T) {
	t.Parallel()
	const n = 6
	rng := rand.New(rand.NewPCG(1, 7))
	seen := map[string]int{}
	for range 4000 {
		d := journey.Definition{Key: "k"}
		var reach, restless [n][n]bool
		ends := [n]bool{}
		key := func(i int) journey.StepKey { return journey.StepKey(fmt.Sprint(i)) }
		for i := range n {
			a, b := rng.IntN(n), rng.IntN(n)
			s := journey.Step{Key: key(i)}
			kind := rng.IntN(6)
			switch kind {
			case 0:
				s.Send, s.Next = "x", key(a)
			case 1:
				s.Wait, s.Next = &journey.Wait{For: worktime.Elapsed(1), Event: "e", Then: key(b)}, key(a)
			case 2:
				s.Branch, s.Next = []journey.Case{{If: journey.Cond{Happened: "e"}, Next: key(b)}}, key(a)
			case 3:
				s.Split = []journey.Arm{{Percent: 50, Next: key(a)}, {Percent: 50, Next: key(b)}}
			case 4:
				s.Goal, ends[i] = "x", true
			default:
				s.Exit, ends[i] = "x", true
			}
			if kind < 4 {
				reach[i][a] = true
				reach[i][b] = reach[i][b] || kind > 0
				if kind != 1 {
					restless[i] = reach[i]
				}
			}
			d.Steps = append(d.Steps, s)
		}
		closure := func(m *[n][n]bool) {
			for k := range n {
				for i := range n {
					for j := range n {
						m[i][j] = m[i][j] || m[i][k] && m[k][j]
					}
				}
			}
		}
		closure(&reach)
		closure(&restless)
		want := map[string]bool{}
		loop, round := false, false
		for i := range n {
			if i > 0 && !reach[0][i] {
				want["journey.step.unreachable step/"+fmt.Sprint(i)] = true
			}
			canEnd := ends[i]
			for j := range n {
				canEnd = canEnd || reach[i][j] && ends[j]
			}
			if !canEnd {
				want["journey.step.endless step/"+fmt.Sprint(i)] = true
			}
			loop, round = loop || restless[i][i], round || reach[i][i]
		}
		p, err := journey.Compile(d)
		list, _ := errors.AsType[finding.List](err)
		if err == nil {
			list = p.Findings()
		}
		got := map[string]bool{}
		for _, f := range list {
			seen[f.Code]++
			switch f.Code {
			case "journey.loop", "journey.loop.waiting":
				path := strings.Split(f.Evidence[0], " -> ")
				require.Equal(t, path[0], path[len(path)-1])
				for i := range len(path) - 1 {
					from := d.Steps[slices.IndexFunc(d.Steps, func(s journey.Step) bool { return string(s.Key) == path[i] })]
					require.True(t, leads(from, journey.StepKey(path[i+1])), "%v", f)
					require.False(t, f.Code == "journey.loop" && from.Wait != nil, "%v", f)
				}
			default:
				got[f.Code+" "+f.Subject] = true
			}
		}
		require.Equal(t, want, got)
		require.Equal(t, loop, list.Has("journey.loop"))
		require.Equal(t, !loop && round, list.Has("journey.loop.waiting"))
	}
	for _, code := range []string{"journey.step.unreachable", "journey.step.endless", "journey.loop", "journey.loop.waiting"} {
		require.Greater(t, seen[code], 30, code)
	}
}

// leads reports whether a step leads to another.
func leads(s journey.Step, to journey.StepKey) bool {
	return s.Next == to || s.Wait != nil && s.Wait.Event != "" && s.Wait.Then == to ||
		slices.ContainsFunc(s.Branch, func(c journey.Case) bool { return c.Next == to }) ||
		slices.ContainsFunc(s.Split, func(a journey.Arm) bool { return a.Next == to })
}

// checkTrail holds the events of a lead against the definition.
func checkTrail(t *testing.T, d journey.Definition, trail []journey.Event) {
	t.Helper()
	var at journey.Step
	var until time.Time
	heard := journey.EventKey("")
	for i, e := range trail {
		step := slices.IndexFunc(d.Steps, func(s journey.Step) bool { return s.Key == e.Step })
		switch e.Kind {
		case journey.Entered:
			require.Equal(t, d.Steps[0].Key, e.Step)
			at, until = d.Steps[step], time.Time{}
		case journey.Stepped:
			require.True(t, leads(at, e.Step), "from %s: %+v", at.Key, e)
			if at.Wait != nil && heard == "" {
				require.Equal(t, at.Next, e.Step)
				require.False(t, e.At.Before(until), "before its time: %+v", e)
			} else if at.Wait != nil {
				require.Equal(t, at.Wait.Event, heard)
				require.Equal(t, at.Wait.Then, e.Step)
			}
			if at.Send != "" {
				require.Equal(t, journey.Sent, trail[i-1].Kind)
			}
			at, heard = d.Steps[step], ""
		case journey.Waiting:
			require.NotNil(t, at.Wait)
			require.True(t, e.Until.After(e.At))
			until = e.Until
		case journey.Deferred:
			require.NotEmpty(t, at.Send)
			require.True(t, e.Until.After(e.At))
			until = e.Until
		case journey.Sent:
			require.Equal(t, at.Send, e.Content)
			require.False(t, e.At.Before(until) && trail[i-1].Kind == journey.Deferred)
		case journey.Observed:
			heard = ""
			if at.Wait != nil && at.Wait.Event == e.Event {
				heard = e.Event
			}
		case journey.Reached:
			require.True(t, at.Goal == e.Why || slices.Contains(d.GoalOn, journey.EventKey(e.Why)), "%+v", e)
		case journey.Exited:
			require.True(t, at.Exit == e.Why || slices.Contains(d.ExitOn, journey.EventKey(e.Why)) ||
				e.Why == "left" || strings.HasPrefix(e.Why, "suppressed: "), "%+v", e)
		default:
			t.Fatalf("%+v", e)
		}
	}
}

func TestWaitsUntilATimeOfTheWeek(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 9))
	loc := berlin(t).Location()
	for range 120 {
		u := journey.Until{At: worktime.Clock(rng.IntN(24 * 60))}
		for range rng.IntN(3) {
			u.Days = append(u.Days, journey.Weekday(rng.IntN(7)))
		}
		if u.At >= 2*60 && u.At < 3*60 {
			continue // skipped and shown twice on the days of clock changes
		}
		p := compile(t, journey.Definition{Key: "k", Steps: []journey.Step{
			{Key: "w", Wait: &journey.Wait{Until: &u}, Next: "x"}, {Key: "x", Exit: "x"},
		}})
		// Around the clock changes of 29 March and 25 October 2026.
		now := time.Date(2026, []time.Month{3, 10}[rng.IntN(2)], 20+rng.IntN(8), 0, rng.IntN(24*60), 0, 0, time.UTC)
		s, _, err := p.Do(journey.State{}, journey.Enter{Lead: "l"}, journey.Env{Now: now, Zone: loc})
		require.NoError(t, err)
		want := now.Add(time.Minute)
		for {
			local := want.In(loc)
			day := journey.Weekday((local.Weekday() + 6) % 7)
			if local.Hour()*60+local.Minute() == int(u.At) && (len(u.Days) == 0 || slices.Contains(u.Days, day)) {
				break
			}
			want = want.Add(time.Minute)
		}
		require.Equal(t, want, s.Until, "%+v from %v", u, now.In(loc))
	}
}

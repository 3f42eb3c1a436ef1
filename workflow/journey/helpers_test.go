package journey_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/journey"
)

func nurture(t testing.TB) journey.Definition {
	t.Helper()
	text, err := os.ReadFile("testdata/nurture.json")
	require.NoError(t, err)
	var d journey.Definition
	require.NoError(t, json.Unmarshal(text, &d))
	return d
}

func compile(t testing.TB, d journey.Definition) *journey.Program {
	t.Helper()
	p, err := journey.Compile(d)
	require.NoError(t, err)
	return p
}

// monday is 2 March 2026, 10:00 in Berlin.
func monday() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }

// berlin works 09:00 to 17:00 from Monday to Friday.
func berlin(t testing.TB) *worktime.Calendar {
	t.Helper()
	cal, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"),
		civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 12, 31)))
	require.NoError(t, err)
	return cal
}

// trip is one lead on its way.
type trip struct {
	t     testing.TB
	p     *journey.Program
	env   journey.Env
	state journey.State
	trail []journey.Event
}

func start(t testing.TB) *trip {
	t.Helper()
	cal := berlin(t)
	return &trip{t: t, p: compile(t, nurture(t)), env: journey.Env{
		Now: monday(), Zone: cal.Location(), Calendar: cal, Attributes: map[string]string{"region": "de"},
	}}
}

func (x *trip) do(c journey.Command) error {
	x.t.Helper()
	state, events, err := x.p.Do(x.state, c, x.env)
	if err != nil {
		require.Equal(x.t, x.state, state)
		require.Empty(x.t, events)
		return err
	}
	x.state, x.trail = state, append(x.trail, events...)
	return nil
}

// ok does commands and returns what they led to, line by line.
func (x *trip) ok(commands ...journey.Command) []string {
	x.t.Helper()
	from := len(x.trail)
	for _, c := range commands {
		require.NoError(x.t, x.do(c))
	}
	var lines []string
	for _, e := range x.trail[from:] {
		line := fmt.Sprintf("%v %s%s%s", e.Kind, e.Step, e.Content, e.Event)
		if !e.Until.IsZero() {
			line += " " + e.Until.In(x.env.Zone).Format("Mon 02 15:04")
		}
		if e.Why != "" {
			line += " (" + e.Why + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// tick goes to the next due moment.
func (x *trip) tick() []string {
	x.t.Helper()
	due, ok := x.state.Due()
	require.True(x.t, ok)
	x.env.Now = due
	return x.ok(journey.Tick{})
}

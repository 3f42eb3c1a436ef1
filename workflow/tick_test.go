package workflow_test

import (
	"testing"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

// legalOpen runs a launch until legal is asked, on Monday at 10:00 in Berlin.
func legalOpen(t *testing.T) *run {
	t.Helper()
	r := start(t, launch(), launchStaff(), launchSubmit(eur(1)))
	r.approve("visual", "dora")
	r.approve("copy", "eva", "emil")
	require.Equal(t, workflow.StageOpen, r.status("legal"))
	return r
}

// Eight working hours of 09:00 to 17:00 after Monday 10:00 are Tuesday 10:00,
// sixteen are Wednesday 10:00, which is 09:00 UTC in winter.
func TestTickRemindsAndEscalatesOnce(t *testing.T) {
	r := legalOpen(t)
	tuesday, wednesday := monday().AddDate(0, 0, 1), monday().AddDate(0, 0, 2)
	at, ok := r.state.Due()
	require.True(t, ok)
	require.Equal(t, tuesday, at)

	tick := func(at time.Time, want ...string) {
		r.env.Now = at
		r.ok(workflow.Tick{})
		require.Equal(t, want, r.types())
		r.ok(workflow.Tick{})
		require.Empty(t, r.events, "a second Tick does nothing")
	}
	tick(tuesday.Add(-time.Minute))
	tick(tuesday, "stage.reminded")
	at, _ = r.state.Due()
	require.Equal(t, wednesday, at)
	tick(wednesday.Add(-time.Nanosecond))
	tick(wednesday, "stage.no_response", "stage.escalated")
	_, ok = r.state.Due()
	require.False(t, ok)
	require.Equal(t, workflow.StatusActive, r.state.Status, "silence approves nothing")

	st, _ := r.state.Stage("legal")
	require.Equal(t, []ident.Person{"hana"}, st.Escalated, "lea has a seat already")
	r.approve("legal", "hana")
	require.Equal(t, workflow.StatusApproved, r.state.Status)
}

func TestTickLate(t *testing.T) {
	r := legalOpen(t)
	r.env.Now = monday().AddDate(0, 0, 20)
	r.ok(workflow.Tick{})
	require.Equal(t, []string{"stage.no_response", "stage.escalated"}, r.types(), "no reminder after the deadline")
	require.Equal(t, []ident.Person{"lea", "leo"}, r.events[0].Fact.(workflow.NoResponse).Silent)
}

// Berlin's clocks go forward on Sunday 29 March 2026: one working day after
// Friday 15:00 is Monday 15:00, 14:00 UTC before and 13:00 UTC after.
func TestDueAcrossTheClockChange(t *testing.T) {
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}})
	s := one("s", "r")
	s.Due = worktime.Days(1)
	p, err := workflow.Compile(define(s), staff, 0)
	require.NoError(t, err)
	friday := time.Date(2026, time.March, 27, 14, 0, 0, 0, time.UTC)
	env := workflow.Env{Now: friday, Staff: staff, Calendar: berlin(t)}
	submit := workflow.Submit{Instance: instance, Subject: ident.Ref{Kind: "k", ID: "1"}, Requester: "mia"}
	state, _, err := p.Do(workflow.State{}, submit, env)
	require.NoError(t, err)
	at, _ := state.Due()
	require.Equal(t, time.Date(2026, time.March, 30, 13, 0, 0, 0, time.UTC), at)

	env.Calendars = map[workflow.Role]*worktime.Calendar{"r": env.Calendar}
	env.Calendar = nil
	_, _, err = p.Do(workflow.State{}, submit, env)
	require.NoError(t, err, "the role's own calendar serves")
	env.Calendars = nil
	_, _, err = p.Do(workflow.State{}, submit, env)
	require.ErrorIs(t, err, workflow.ErrInvalid, "a deadline needs a calendar")
}

package workflow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

func waits(key workflow.StageKey, role workflow.Role, l worktime.Length) workflow.Stage {
	return workflow.Stage{Key: key, Role: role, Rule: workflow.Any{}, Expire: l, AtExpiry: workflow.ExpiryApproves}
}

// The bound is what instances that nobody votes in take, submitted in every quarter
// of an hour of three weeks around the change of clocks.
func TestLongestIsWhatInstancesTake(t *testing.T) {
	t.Parallel()
	d := define(workflow.Seq{
		waits("a", "r", worktime.Hours(5)),
		workflow.Par{Branches: []workflow.Block{waits("b", "r", worktime.Days(1)), waits("c", "night", worktime.Hours(9))}},
		waits("d", "r", worktime.Elapsed(90)),
	})
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}, "night": {"nil"}})
	p, err := workflow.Compile(d, staff, 0)
	require.NoError(t, err)
	year := civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 12, 31))
	night, err := worktime.Compile(worktime.MonFri("America/New_York", "20:00-24:00"), year)
	require.NoError(t, err)
	env := workflow.Env{Staff: staff, Calendar: berlin(t), Calendars: map[workflow.Role]*worktime.Calendar{"night": night}}
	days := civil.Days(civil.MustDate(2026, 3, 16), civil.MustDate(2026, 4, 5))
	got, err := p.Longest(env, days)
	require.NoError(t, err)

	worst := time.Duration(0)
	var start time.Time
	decided := func(at time.Time) time.Duration {
		env.Now = at
		s, _, err := p.Do(workflow.State{}, workflow.Submit{Instance: instance, Subject: ident.Ref{Kind: "k", ID: "1"}, Requester: "mia"}, env)
		require.NoError(t, err)
		for s.Status == workflow.StatusActive {
			due, ok := s.Due()
			require.True(t, ok)
			env.Now = due
			s, _, err = p.Do(s, workflow.Tick{}, env)
			require.NoError(t, err)
		}
		return env.Now.Sub(at)
	}
	zone := berlin(t).Location()
	for at := days.First().In(zone); at.Before(days.Last().AddDays(1).In(zone)); at = at.Add(15 * time.Minute) {
		if took := decided(at); took > worst {
			worst, start = took, at
		}
	}
	took := got.Decided.Sub(got.Start)
	require.GreaterOrEqual(t, took, worst)
	require.Equal(t, took, decided(got.Start), "it is really taken")
	require.Less(t, took-worst, 15*time.Minute)
	require.WithinDuration(t, start, got.Start, 15*time.Minute)
}

func TestLongest(t *testing.T) {
	t.Parallel()
	staff := staffOf(map[workflow.Role][]ident.Person{"r": {"ana"}})
	env := workflow.Env{Calendar: berlin(t)}
	days := civil.Days(civil.MustDate(2026, 3, 2), civil.MustDate(2026, 3, 8))
	longest := func(flow workflow.Block) (workflow.TimeBound, error) {
		p, err := workflow.Compile(define(flow), staff, 0)
		require.NoError(t, err)
		return p.Longest(env, days)
	}
	back := waits("s", "r", worktime.Hours(8))
	back.AtExpiry = workflow.ExpiryReturns
	b, err := longest(workflow.Loop{Body: back, Times: 2})
	require.NoError(t, err)
	require.Equal(t, "24h", fmt.Sprint(worktime.Work(b.Working)))
	// Three days of eight hours over a weekend: the first start of which that is true.
	require.Equal(t, "2026-03-04 09:01 2026-03-09 09:01", b.Start.Format("2006-01-02 15:04")+b.Decided.Format(" 2006-01-02 15:04"))

	_, err = longest(workflow.Seq{back, one("open", "r"), workflow.Gate{Key: "release"}})
	require.ErrorIs(t, err, workflow.ErrUnbounded)
	require.EqualError(t, err, "open, release: may take for ever")
	p, err := workflow.Compile(define(back), staff, 0)
	require.NoError(t, err)
	_, err = p.Longest(workflow.Env{}, days)
	require.ErrorIs(t, err, workflow.ErrInvalid)
	_, err = p.Longest(env, civil.Period{})
	require.ErrorIs(t, err, workflow.ErrInvalid)
}

package planning_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// What moves launch in each edit, as people read it.
func TestDiffNamesRootCause(t *testing.T) {
	t.Parallel()
	day := func(d, hour int) time.Time { return civil.MustDate(2026, time.March, d).At(hour, 0, time.UTC) }
	late := func(p *planning.Plan) {
		p.Task("legal").Constraint = planning.Constraint{Kind: planning.SNET, At: day(11, 8)}
	}
	for name, c := range map[string]struct {
		before, after func(p *planning.Plan)
		want          string
	}{
		"shorter": {
			after: func(p *planning.Plan) { p.Task("copy").Duration = worktime.Days(2) },
			want:  "launch: 2026-03-12 18:00 -> 2026-03-11 18:00 (-8h): launch waits for legal to finish plus 1d before it can start; legal waits for copy to finish before it can start; copy takes 2d instead of 3d",
		},
		"link removed": {
			after: func(p *planning.Plan) { p.Links = append(p.Links[:4:4], p.Links[5:]...) },
			want:  "launch: 2026-03-12 18:00 -> 2026-03-09 18:00 (-24h): launch no longer waits for legal",
		},
		"link added": {
			before: func(p *planning.Plan) { p.Links = append(p.Links[:4:4], p.Links[5:]...) },
			want:   "launch: 2026-03-09 18:00 -> 2026-03-12 18:00 (+24h): launch newly waits for legal",
		},
		"lag": {
			after: func(p *planning.Plan) { p.Links[4].Lag = worktime.Days(3) },
			want:  "launch: 2026-03-12 18:00 -> 2026-03-16 18:00 (+16h): launch waits for legal to finish plus 3d before it can start",
		},
		"date": {
			after: late,
			want:  "launch: 2026-03-12 18:00 -> 2026-03-16 18:00 (+16h): launch waits for legal to finish plus 1d before it can start; legal has the date SNET 2026-03-11 09:00",
		},
		"date removed": {
			before: late,
			want:   "launch: 2026-03-16 18:00 -> 2026-03-12 18:00 (-16h): launch waits for legal to finish plus 1d before it can start; legal no longer has its date",
		},
		"start": {
			after: func(p *planning.Plan) { p.Start = p.Start.AddDays(1) },
			want:  "launch: 2026-03-12 18:00 -> 2026-03-13 18:00 (+8h): launch waits for legal to finish plus 1d before it can start; legal waits for copy to finish before it can start; copy waits for brief to finish before it can start; brief starts with the plan",
		},
		"new task": {
			after: func(p *planning.Plan) {
				p.Tasks = append(p.Tasks, planning.Task{Key: "press", Duration: worktime.Days(10)})
				p.Links = append(p.Links, planning.Link{From: "press", To: "launch"})
			},
			want: "launch: 2026-03-12 18:00 -> 2026-03-13 18:00 (+8h): launch waits for press to finish before it can start; press is new",
		},
		"nothing": {},
	} {
		compile := func(edit func(p *planning.Plan)) *planning.CriticalPath {
			p := launch()
			if edit != nil {
				edit(&p)
			}
			m, err := planning.Compile(p)
			require.NoError(t, err, name)
			return m.CriticalPath()
		}
		got := ""
		for _, move := range planning.Diff(compile(c.before), compile(c.after)) {
			if move.Task == "launch" {
				got = move.String()
			}
		}
		assert.Equal(t, c.want, got, name)
	}
}

func TestDiffOfAddedAndRemoved(t *testing.T) {
	t.Parallel()
	compile := func(p planning.Plan) *planning.CriticalPath {
		m, err := planning.Compile(p)
		require.NoError(t, err)
		return m.CriticalPath()
	}
	more := launch()
	more.Tasks = append(more.Tasks, planning.Task{Key: "press"})
	moves := planning.Diff(compile(launch()), compile(more))
	require.Len(t, moves, 1)
	assert.Equal(t, "press: finishes 2026-03-02 09:00: press is new", moves[0].String())
	moves = planning.Diff(compile(more), compile(launch()))
	require.Len(t, moves, 1)
	assert.Equal(t, "press: finished 2026-03-02 09:00: press is gone", moves[0].String())
}

func TestPhases(t *testing.T) {
	t.Parallel()
	m, err := planning.Compile(launch())
	require.NoError(t, err)
	phases := m.CriticalPath().Dates().Phases()
	require.Len(t, phases, 4)
	assert.Equal(t, "Produce", phases[1].Name)
	assert.Equal(t, 3, phases[1].Tasks)
	assert.Equal(t, "2026-03-04 2026-03-09", phases[1].Start.Format(time.DateOnly)+" "+phases[1].Finish.Format(time.DateOnly))
}

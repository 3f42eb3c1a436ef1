package planning_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// A preview says what compiling the edited plan would.
func TestPreviewEqualsCompiling(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	tried, circles := 0, 0
	for round := range 400 {
		p := random(r, 3+r.IntN(25), round%2 == 0)
		m, err := planning.Compile(p)
		if err != nil {
			continue
		}
		q, before := p.Clone(), m.CriticalPath()
		var edits []planning.Edit
		for range 1 + r.IntN(2) {
			task := &q.Tasks[r.IntN(len(q.Tasks))]
			edit := planning.Edit{Task: task.Key}
			switch r.IntN(4) {
			case 0:
				c := planning.Constraint{Kind: planning.SNET, At: civil.MustDate(2026, time.March, 1+r.IntN(14)).At(9, 10, time.UTC)}
				edit.Constraint, task.Constraint = &c, c
			case 1:
				l := planning.Link{From: q.Tasks[r.IntN(len(q.Tasks))].Key, To: task.Key, Type: planning.LinkType(r.IntN(4)), Lag: worktime.Work(5)}
				edit.Link = &l
				q.Links = append(q.Links, l)
			case 2:
				if len(q.Links) > 0 {
					l := q.Links[r.IntN(len(q.Links))]
					same := func(o planning.Link) bool { return o.From == l.From && o.To == l.To && o.Type == l.Type }
					q.Links = slices.DeleteFunc(q.Links, same)
					l.Percent, l.Calendar = 0, ""
					edit.Unlink = &l
				}
			default:
				d := worktime.Work(worktime.Minutes(r.IntN(80)))
				edit.Duration, task.Duration = &d, d
			}
			edits = append(edits, edit)
		}
		preview, err := before.Preview(edits...)
		want, compiles := planning.Compile(q)
		if compiles != nil {
			if err != nil {
				circles++
				require.ErrorIs(t, err, planning.ErrEdit)
			}
			continue // or a deadline before a constraint: a preview shows that as a conflict
		}
		require.NoError(t, err)
		tried++
		after := want.CriticalPath()
		require.Equal(t, after.Finish(), preview.Finish(), "round %d", round)
		for key, span := range after.Dates().All() {
			got, _ := preview.Of(key)
			require.Equal(t, span, got, "round %d %s", round, key)
		}
		require.Equal(t, planning.Diff(before, after), slices.Collect(preview.Moves()), "round %d", round)
	}
	require.Greater(t, tried, 150)
	require.Positive(t, circles)
}

// What if legal took a week?
func ExampleCriticalPath_Preview() {
	model, err := planning.Compile(launch())
	if err != nil {
		fmt.Println(err)
		return
	}
	week := worktime.Days(5)
	preview, err := model.CriticalPath().Preview(planning.Edit{Task: "legal", Duration: &week})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("finish", preview.Finish().Format(clock))
	for move := range preview.Moves() {
		fmt.Println(move)
	}
	// Output:
	// finish Mon 16 Mar 18:00
	// legal: 2026-03-11 18:00 -> 2026-03-13 18:00 (+16h): legal takes 5d instead of 3d
	// launch: 2026-03-12 18:00 -> 2026-03-16 18:00 (+16h): launch waits for legal to finish plus 1d before it can start; legal takes 5d instead of 3d
}

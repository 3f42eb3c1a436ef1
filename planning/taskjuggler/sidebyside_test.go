package taskjuggler_test

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/taskjuggler"
)

var (
	peer      = flag.Bool("tj3", false, "run TestSideBySide against TaskJuggler")
	schedules = flag.Int("schedules", 200, "how many schedules TestSideBySide builds for the better of its two answers")
)

// team returns a plan of tasks of one to five days, each of one of 50 people,
// behind one to three of the 100 tasks before it.
func team(tasks int) planning.Plan {
	const people = 50
	r := rand.New(rand.NewPCG(uint64(tasks), 50))
	p := planning.Plan{
		Start:     civil.MustDate(2026, time.March, 2),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("", "09:00-17:00")}, Calendar: "office",
	}
	for i := range people {
		p.Resources = append(p.Resources, planning.Resource{Key: planning.ResourceKey(fmt.Sprint("r", i))})
	}
	for i := range tasks {
		p.Tasks = append(p.Tasks, planning.Task{
			Key: planning.TaskKey(fmt.Sprint(i)), Duration: worktime.Hours(8 * int64(1+r.IntN(5))),
			Assignments: []planning.Assignment{{Resource: p.Resources[r.IntN(people)].Key}},
		})
		near := min(i, 100)
		for _, k := range r.Perm(near)[:min(near, 1+r.IntN(3))] {
			p.Links = append(p.Links, planning.Link{From: p.Tasks[i-near+k].Key, To: p.Tasks[i].Key})
		}
	}
	return p
}

// TestSideBySide reports how long TaskJuggler takes and what it finds, beside
// this library:
//
//	go test ./planning/taskjuggler -run SideBySide -tj3 -v
//
// Neither answer is proof of the other: TaskJuggler may stop a task for another.
func TestSideBySide(t *testing.T) {
	if !*peer {
		t.Skip("wants -tj3")
	}
	for _, n := range []int{100, 1000, 5000} {
		p := team(n)
		m, err := planning.Compile(p)
		require.NoError(t, err)
		cal := m.Calendar(p.Tasks[0].Key)
		begin := p.Start.In(time.UTC)
		length := func(to time.Time) float64 { return float64(cal.Between(begin, to)) / 480 } // working days of 8 hours

		from := time.Now()
		rows := tj3(t, p)
		theirs := time.Since(from)
		last := slices.MaxFunc(rows, func(a, b taskjuggler.Row) int { return a.Finish.Compare(b.Finish) }).Finish
		t.Logf("%5d tasks, %6d links, critical path %6.1f days", n, len(p.Links), length(m.CriticalPath().Finish()))
		t.Logf("%5d tasks: tj3 %8.3f s, %6.1f days", n, theirs.Seconds(), length(last))
		for _, k := range []int{1, *schedules} {
			from := time.Now()
			m, err := planning.Compile(p)
			require.NoError(t, err)
			s, err := m.Schedule(t.Context(), planning.Search{Schedules: k, Seed: 1})
			require.NoError(t, err)
			ours := time.Since(from)
			require.NoError(t, m.Verify(s))
			t.Logf("%5d tasks: here %7.3f s, %6.1f days, bound %6.1f, %d schedules", n, ours.Seconds(), length(s.Finish()), length(s.LowerBound()), s.Schedules())
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	p := team(1000)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, taskjuggler.Write(io.Discard, p))
	}
}

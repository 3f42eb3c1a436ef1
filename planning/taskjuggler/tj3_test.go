package taskjuggler_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/taskjuggler"
)

var plans = flag.Int("plans", 8, "how many random plans to compare with TaskJuggler")

// tj3 schedules a plan with TaskJuggler; the test is skipped where it is not
// installed.
func tj3(t *testing.T, p planning.Plan) []taskjuggler.Row {
	t.Helper()
	program, err := exec.LookPath("tj3")
	if err != nil {
		t.Skip("tj3 is not installed")
	}
	dir := t.TempDir()
	var project bytes.Buffer
	require.NoError(t, taskjuggler.Write(&project, p))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "plan.tjp"), project.Bytes(), 0o600))
	cmd := exec.CommandContext(t.Context(), program, "--silent", "plan.tjp")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", out, project.String())
	report, err := os.Open(filepath.Join(dir, "plan.csv"))
	require.NoError(t, err, string(out))
	defer func() { require.NoError(t, report.Close()) }()
	rows, err := taskjuggler.ReadReport(report, p)
	require.NoError(t, err)
	return rows
}

// agree compares what TaskJuggler finds with a schedule, which without
// contention has every task at its early start, in working time.
func agree(t *testing.T, p planning.Plan, rows []taskjuggler.Row) (equal int) {
	t.Helper()
	m, err := planning.Compile(p)
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	for _, row := range rows {
		want, ok := s.Of(row.Task)
		require.True(t, ok)
		cal := m.Calendar(row.Task)
		same := func(a, b time.Time) bool { return cal.Between(a, b) == 0 }
		if p.Task(row.Task).Duration.Kind() == worktime.KindElapsed {
			same = time.Time.Equal
		}
		if same(want.Start, row.Start) && same(want.Finish, row.Finish) {
			equal++
		} else {
			t.Logf("%s: here %s to %s, there %s to %s", row.Task, want.Start, want.Finish, row.Start, row.Finish)
		}
	}
	return equal
}

var calendars = map[string]worktime.Spec{
	"office": worktime.MonFri("Europe/Berlin", "09:00-12:00", "13:00-18:00").With(
		worktime.Exception{Days: civil.Days(civil.MustDate(2026, time.April, 3), civil.MustDate(2026, time.April, 6)), Name: "Easter"}),
	"shop": {Zone: "Europe/Berlin", Week: worktime.Week{
		time.Monday: worktime.Shifts("10:00-20:00"), time.Wednesday: worktime.Shifts("10:00-20:00"),
		time.Saturday: worktime.Shifts("10:00-14:30"),
	}, Exceptions: []worktime.Exception{{Days: civil.Days(civil.MustDate(2026, time.March, 22), civil.MustDate(2026, time.March, 22)), Shifts: worktime.Shifts("12:00-17:00"), Name: "open Sunday"}}},
	"paris": worktime.MonFri("Europe/Paris", "09:00-17:00"),
	"night": worktime.MonFri("Europe/Berlin", "22:00-06:00"),
	"changing": {Zone: "Europe/Berlin", Week: worktime.MonFri("", "08:00-16:00").Week, Versions: []worktime.Version{
		{From: civil.MustDate(2026, time.March, 16), Week: worktime.MonFri("", "10:00-14:00").Week},
	}},
}

// random returns a plan in which every person has one task at most, so that
// there is no contention.
func random(r *rand.Rand) planning.Plan {
	names := []string{"office", "shop", "paris", "night", "changing"}
	calendar := func() string { return names[r.IntN(len(names))] }
	p := planning.Plan{
		Start: civil.MustDate(2026, time.March, 2), StartClock: worktime.Clock(r.IntN(3) * 570),
		Calendar: calendar(), Calendars: calendars,
		Phases: []planning.Phase{{Key: "phase 0", Parent: "all"}, {Key: "all", Name: "everything"}, {Key: "empty"}},
	}
	for i := range 2 + r.IntN(12) {
		t := randomTask(r, &p, i)
		if r.IntN(2) == 0 {
			t.Calendar = calendar()
		}
		for k := range p.Resources {
			if p.Resources[k].Name == "elsewhere" {
				p.Resources[k].Calendar, p.Resources[k].Name = calendar(), ""
			}
		}
		p.Tasks = append(p.Tasks, t)
		for _, k := range r.Perm(i)[:min(i, r.IntN(3))] {
			l := planning.Link{From: p.Tasks[k].Key, To: t.Key}
			if r.IntN(4) == 0 {
				l.Type = planning.SS
			}
			switch r.IntN(6) {
			case 0:
				l.Lag = worktime.Work(worktime.Minutes(r.IntN(40) * 30))
			case 1:
				l.Lag = worktime.Elapsed(int64(r.IntN(100)) * 30)
			case 2:
				l.Lag = worktime.Days(int64(r.IntN(3)))
			case 3:
				l.Lag, l.Calendar = worktime.Hours(int64(r.IntN(20))), p.Calendar
			}
			p.Links = append(p.Links, l)
		}
	}
	if r.IntN(2) == 0 {
		p.Tasks = append(p.Tasks, planning.Task{Key: "last", Duration: worktime.Hours(5)})
		p.Links = append(p.Links, planning.Link{From: "phase 0", To: "last"})
	}
	return p
}

func randomTask(r *rand.Rand, p *planning.Plan, i int) planning.Task {
	t := planning.Task{Key: planning.TaskKey(fmt.Sprintf("task %d", i)), Priority: r.IntN(3)}
	switch r.IntN(6) {
	case 0:
		t.Duration = worktime.Elapsed(int64(r.IntN(60)) * 30)
	case 1:
		t.Duration = worktime.Days(int64(r.IntN(4)))
	case 2:
	default:
		t.Duration = worktime.Work(worktime.Minutes(r.IntN(80) * 30))
	}
	if r.IntN(3) == 0 {
		t.Phase = fmt.Sprint("phase ", r.IntN(2))
	}
	if t.Duration.Kind() != worktime.KindElapsed && !t.Duration.IsZero() && r.IntN(2) == 0 {
		for range 1 + r.IntN(2) {
			who := planning.Resource{Key: planning.ResourceKey(fmt.Sprint("r", len(p.Resources))), Units: []int{0, 500, 3000}[r.IntN(3)]}
			if r.IntN(3) == 0 {
				who.Name = "elsewhere"
			}
			if r.IntN(2) == 0 {
				first := p.Start.AddDays(r.IntN(30))
				who.Absences = append(who.Absences, civil.Days(first, first.AddDays(r.IntN(5))))
			}
			p.Resources = append(p.Resources, who)
			t.Assignments = append(t.Assignments, planning.Assignment{Resource: who.Key, Units: []int{500, 250}[r.IntN(2)]})
		}
		if r.IntN(3) == 0 && t.Duration.Kind() == worktime.KindWork {
			// 30 minutes for each quarter of a person, so that all are done after 30.
			together := 0
			for _, a := range t.Assignments {
				together += a.Units
			}
			t.Duration, t.Effort = worktime.Length{}, worktime.Work(worktime.Minutes(together*30*(1+r.IntN(30))/1000))
			if together%500 != 0 {
				t.Effort = worktime.Hours(int64(together / 250))
			}
		}
	}
	if r.IntN(4) == 0 {
		t.Constraint = planning.Constraint{
			Kind: []planning.ConstraintKind{planning.SNET, planning.SNLT, planning.FNLT, planning.MSO}[r.IntN(4)],
			At:   p.Start.AddDays(r.IntN(40)).At(r.IntN(24), r.IntN(2)*30, time.UTC),
		}
	}
	if r.IntN(8) == 0 {
		t.Started = p.Start.AddDays(r.IntN(12)-6).At(8, 0, time.UTC)
		if r.IntN(2) == 0 {
			t.Finished = t.Started.Add(time.Duration(r.IntN(100)) * 30 * time.Minute)
		}
	}
	return t
}

// TaskJuggler finds the same dates for every plan without contention that is
// not refused.
func TestTaskJugglerAgrees(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	ran, tasks := 0, 0
	for round := 0; ran < *plans; round++ {
		require.Less(t, round, 100**plans)
		p := random(r)
		if taskjuggler.Write(io.Discard, p) != nil {
			continue
		}
		ran++
		rows := tj3(t, p)
		require.Equal(t, len(p.Tasks), agree(t, p, rows), "round %d", round)
		tasks += len(rows)
	}
	t.Logf("%d tasks in %d plans", tasks, ran)
}

// A plan of links alone has the dates of the critical path; another one has not.
func TestTaskJugglerFindsTheCriticalPath(t *testing.T) {
	t.Parallel()
	p := launch()
	p.Resources = nil
	for i := range p.Tasks {
		p.Tasks[i].Assignments = nil
	}
	rows := tj3(t, p)
	m, err := planning.Compile(p)
	require.NoError(t, err)
	path := m.CriticalPath()
	count := func() (equal int) {
		for _, row := range rows {
			f, ok := path.Of(row.Task)
			require.True(t, ok)
			if cal := m.Calendar(row.Task); cal.Between(f.EarlyStart, row.Start) == 0 && cal.Between(f.EarlyFinish, row.Finish) == 0 {
				equal++
			}
		}
		return equal
	}
	assert.Equal(t, len(p.Tasks), count())
	p.Task("copy").Duration = worktime.Days(4) // the negative control
	m, err = planning.Compile(p)
	require.NoError(t, err)
	path = m.CriticalPath()
	assert.Less(t, count(), len(p.Tasks))
}

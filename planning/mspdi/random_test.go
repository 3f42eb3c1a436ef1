package mspdi_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/mspdi"
)

// day returns a day of 2026, the first of which is 0.
func day(n int) civil.Date { return civil.MustDate(2026, time.January, 1).AddDays(n) }

// at returns a time of a day in March 2026.
func at(r *rand.Rand) time.Time { return day(59+r.IntN(20)).At(8+r.IntN(10), 30*r.IntN(2), time.UTC) }

// calendars differ in days, hours, exceptions and weeks that begin on a day, in the
// form in which they are read.
func calendars(t testing.TB, r *rand.Rand) map[string]worktime.Spec {
	t.Helper()
	out := map[string]worktime.Spec{
		"Standard": worktime.MonFri("", "08:00-12:00", "13:00-17:00"),
		"Late":     worktime.MonFri("", "10:00-14:00", "15:00-24:00"),
		"Always":   {},
	}
	always := out["Always"]
	for d := range always.Week {
		always.Week[d] = worktime.Shifts("00:00-24:00")
	}
	out["Always"] = always
	for _, name := range []string{"Standard", "Late"} {
		spec := out[name]
		for range r.IntN(4) {
			first := day(50 + r.IntN(40))
			e := worktime.Exception{Days: civil.Days(first, first.AddDays(r.IntN(3))), Name: []string{"", "holiday"}[r.IntN(2)]}
			if r.IntN(2) == 0 {
				e.Shifts = worktime.Shifts("09:00-11:00")
			}
			spec = spec.With(e)
		}
		for k := range r.IntN(3) {
			w := spec.Week
			w[time.Monday], w[time.Saturday] = nil, worktime.Shifts(fmt.Sprintf("08:00-%d:00", 10+r.IntN(5)))
			spec.Versions = append(spec.Versions, worktime.Version{From: day(55 + 10*k + r.IntN(9)), Week: w})
		}
		plain, err := spec.CutAtMidnight()
		require.NoError(t, err)
		out[name] = plain
	}
	return out
}

// branch is a task or phase of an outline, with the tasks in it.
type branch struct {
	key         planning.TaskKey
	first, last int // tasks
	phase       bool
	row         int
}

// random returns a plan of all that the format can say, in the form in which it is
// read: keys are numbers, tasks and links stand in the order of the outline.
func random(t testing.TB, r *rand.Rand) planning.Plan {
	t.Helper()
	p := planning.Plan{Calendar: "Standard", Calendars: calendars(t, r), LateDates: planning.LateDates(r.IntN(2))}
	if r.IntN(3) == 0 {
		p.Finish = day(80 + r.IntN(20))
	} else {
		p.Start, p.StartClock = day(59+r.IntN(5)), worktime.Clock(30*r.IntN(30))
	}
	if r.IntN(2) == 0 {
		p.Status = at(r)
	}
	people(r, &p)
	uid, row := 0, 0
	var all []branch
	var grow func(parent string, depth int)
	grow = func(parent string, depth int) {
		for range 1 + r.IntN(3) {
			uid++
			row++
			if depth < 3 && r.IntN(3) == 0 {
				key := "phase-" + strconv.Itoa(uid)
				p.Phases = append(p.Phases, planning.Phase{Key: key, Name: fmt.Sprint("phase ", r.IntN(9)), Parent: parent})
				b := branch{key: planning.TaskKey(key), first: len(p.Tasks), phase: true, row: row}
				if r.IntN(6) > 0 {
					grow(key, depth+1)
				}
				b.last = len(p.Tasks) - 1
				all = append(all, b)
				continue
			}
			all = append(all, branch{planning.TaskKey(strconv.Itoa(uid)), len(p.Tasks), len(p.Tasks), false, row})
			p.Tasks = append(p.Tasks, task(r, &p, strconv.Itoa(uid), parent))
		}
	}
	grow("", 0)
	links(r, &p, all)
	return p
}

func people(r *rand.Rand, p *planning.Plan) {
	for i := range 1 + r.IntN(3) {
		out := planning.Resource{Key: planning.ResourceKey(strconv.Itoa(i + 1)), Name: fmt.Sprint("person ", i), Units: 250 * (1 + r.IntN(8))}
		if r.IntN(3) == 0 {
			out.Kind = planning.Pool
		}
		if r.IntN(2) == 0 {
			out.Calendar = []string{"Late", "Always"}[r.IntN(2)]
		}
		now := out.Units
		for k := range r.IntN(3) {
			if units := 500 * r.IntN(3); units != now {
				out.Changes = append(out.Changes, planning.Change{From: day(58 + 15*k + r.IntN(9)), Units: units})
				now = units
			}
		}
		if r.IntN(5) == 0 { // hired later: nothing from the beginning of all days on
			out.Changes = append([]planning.Change{{From: civil.MustDate(1984, time.January, 1)}}, planning.Change{From: day(57), Units: 1000})
		}
		for k := range r.IntN(3) {
			rate := planning.Rate{Hour: money.Minor(int64(1+r.IntN(20_000)), money.EUR)}
			if k > 0 || r.IntN(2) == 0 {
				rate.From = day(50 + 20*k + r.IntN(15))
			}
			out.Rates = append(out.Rates, rate)
		}
		p.Resources = append(p.Resources, out)
	}
}

func task(r *rand.Rand, p *planning.Plan, key, phase string) planning.Task {
	t := planning.Task{Key: planning.TaskKey(key), Name: []string{"", "copy", "Ünïcode & <more>"}[r.IntN(3)], Phase: phase, Priority: r.IntN(1000)}
	t.Duration = worktime.Work(worktime.Minutes(30 * (1 + r.IntN(80))))
	switch r.IntN(8) {
	case 0:
		t.Duration = worktime.Length{}
	case 1:
		t.Duration = worktime.Elapsed(int64(1 + r.IntN(5000)))
	}
	if r.IntN(3) == 0 {
		t.Calendar = []string{"Standard", "Late", "Always"}[r.IntN(3)]
	}
	switch r.IntN(6) {
	case 0:
		t.Constraint = planning.Constraint{Kind: planning.ConstraintKind(1 + r.IntN(6)), At: at(r)}
	case 1:
		if p.Finish.IsZero() {
			t.Constraint.Kind = planning.ALAP
		}
	case 2:
		t.Deadline = at(r)
	}
	elapsed := t.Duration.Kind() == worktime.KindElapsed
	switch r.IntN(8) {
	case 0:
		t.Started = at(r)
	case 1:
		t.Started = at(r)
		t.Finished = t.Started.Add(time.Duration(r.IntN(9000)) * time.Minute)
	case 2:
		if t.Started = at(r); !p.Status.IsZero() {
			if t.Remaining = worktime.Work(worktime.Minutes(1 + r.IntN(2000))); elapsed {
				t.Remaining = worktime.Elapsed(int64(1 + r.IntN(2000)))
			}
		}
	}
	if !elapsed && r.IntN(3) == 0 {
		first := day(60 + r.IntN(10))
		t.Pauses = trimmed(p, t.Calendar, civil.Days(first, first.AddDays(r.IntN(3))))
	}
	for _, who := range p.Resources {
		if r.IntN(3) == 0 {
			t.Assignments = append(t.Assignments, planning.Assignment{Resource: who.Key, Units: 100 * (1 + r.IntN(2))})
		}
	}
	return t
}

// trimmed returns a pause from its first to its last day of work, if it has any.
func trimmed(p *planning.Plan, calendar string, pause civil.Period) []civil.Period {
	cal, err := worktime.Compile(p.Calendars[cmp.Or(calendar, p.Calendar)], pause)
	if err != nil || cal.WorkingDays(pause) == 0 {
		return nil
	}
	return []civil.Period{civil.Days(cal.NextDay(pause.First()), cal.PrevDay(pause.Last()))}
}

// links adds links between branches that share no task, from the earlier to the
// later, sorted by successor.
func links(r *rand.Rand, p *planning.Plan, all []branch) {
	row := map[planning.TaskKey]int{}
	for _, b := range all {
		row[b.key] = b.row
	}
	for range r.IntN(2*len(all) + 1) {
		a, b := all[r.IntN(len(all))], all[r.IntN(len(all))]
		if a.last >= b.first || a.last < a.first || b.last < b.first {
			continue
		}
		l := planning.Link{From: a.key, To: b.key, Type: planning.LinkType(r.IntN(4))}
		if a.phase {
			l.Type = []planning.LinkType{planning.FS, planning.FF}[r.IntN(2)]
		}
		if b.phase {
			l.Type = planning.FS
			if !a.phase {
				l.Type = []planning.LinkType{planning.FS, planning.SS}[r.IntN(2)]
			}
		}
		switch r.IntN(4) {
		case 0:
			l.Lag = worktime.Work(worktime.Minutes(r.IntN(601) - 300))
		case 1:
			l.Lag = worktime.Elapsed(int64(r.IntN(4000) - 2000))
		case 2:
			if !a.phase {
				l.Percent = r.IntN(300) - 150
			}
		}
		p.Links = append(p.Links, l)
	}
	slices.SortStableFunc(p.Links, func(a, b planning.Link) int { return row[a.To] - row[b.To] })
}

// used drops the calendars that nobody works by, which a file keeps and a Plan of it
// does not.
func used(p planning.Plan) planning.Plan {
	names := []string{p.Calendar}
	for _, t := range p.Tasks {
		names = append(names, t.Calendar)
	}
	for _, r := range p.Resources {
		names = append(names, r.Calendar)
	}
	out := map[string]worktime.Spec{}
	for name, spec := range p.Calendars {
		if slices.Contains(names, name) {
			out[name] = spec
		}
	}
	p.Calendars = out
	return p
}

// shown drops the pauses that the format cannot say, one task after the other.
func shown(t testing.TB, p planning.Plan) (model *planning.Model, file []byte) {
	t.Helper()
	for {
		m, err := planning.Compile(p)
		if err != nil {
			return nil, nil
		}
		var out bytes.Buffer
		err = mspdi.Write(&out, "random", m)
		if err == nil {
			return m, out.Bytes()
		}
		var found finding.List
		require.ErrorAs(t, err, &found)
		for _, f := range found {
			require.Equal(t, "mspdi.task.pause", f.Code)
			p.Task(planning.TaskKey(f.Subject[len("task/"):])).Pauses = nil
		}
	}
}

// same fails at the first line that differs.
func same(t testing.TB, want, got string, seed any) {
	t.Helper()
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from := max(0, i-12)
			require.Fail(t, "differs", "%v: want\n%s\ngot\n%s", seed, strings.Join(a[from:min(len(a), i+6)], "\n"), strings.Join(b[from:min(len(b), i+6)], "\n"))
		}
	}
	require.Len(t, b, len(a), "%v", seed)
}

func text(t testing.TB, p planning.Plan) string {
	t.Helper()
	out, err := json.MarshalIndent(p, "", " ")
	require.NoError(t, err)
	return string(out)
}

// What is written and read is the same plan, written again it is the same file, and
// the dates in it are those of the plan.
func TestRandomPlans(t *testing.T) {
	t.Parallel()
	plans, paused, remaining, late, phased := 0, 0, 0, 0, 0
	for seed := range uint64(400) {
		m, file := shown(t, random(t, rand.New(rand.NewPCG(seed, 7))))
		if m == nil { // a deadline before a constraint, say
			continue
		}
		plans++
		want := used(m.Plan())
		project, err := mspdi.Read(bytes.NewReader(file))
		require.NoError(t, err, "seed %d", seed)
		got := project.Plan()
		same(t, text(t, want), text(t, got), seed)
		again := compile(t, got)
		var out bytes.Buffer
		require.NoError(t, mspdi.Write(&out, "random", again))
		if unused := len(m.Plan().Calendars) - len(want.Calendars); unused == 0 {
			same(t, string(file), out.String(), seed)
		}
		path := m.CriticalPath()
		for _, task := range project.Tasks {
			if task.Summary {
				continue
			}
			f, _ := path.Of(task.Key)
			require.Equal(t, [7]any{
				f.Start.UTC(), f.Finish.UTC(), f.EarlyStart.UTC(), f.LateFinish.UTC(), f.Total, f.Free, f.Critical,
			}, [7]any{
				task.Saved.Start, task.Saved.Finish, task.Saved.EarlyStart, task.Saved.LateFinish, task.Saved.TotalSlack, task.Saved.FreeSlack, task.Saved.Critical,
			}, "seed %d", seed)
			if len(task.Pauses) > 0 {
				paused++
			}
			if !task.Remaining.IsZero() {
				remaining++
			}
		}
		rolled := map[string]planning.Rollup{}
		for _, r := range path.Dates().Phases() {
			rolled[r.Key] = r
		}
		for _, task := range project.Tasks {
			if r, ok := rolled["phase-"+string(task.Key)]; task.Summary && ok {
				phased++
				require.Equal(t, [3]any{r.Start.UTC(), r.Finish.UTC(), r.Level + 1}, [3]any{task.Saved.Start, task.Saved.Finish, task.OutlineLevel}, "seed %d", seed)
			}
		}
		if !got.Finish.IsZero() {
			late++
		}
	}
	t.Log(plans, "plans,", paused, "tasks with pauses,", remaining, "with a remainder,", phased, "phases,", late, "plans from their finish")
	assert.Greater(t, plans, 350) // of 400; a deadline may contradict a constraint
	assert.Greater(t, paused, 20)
	assert.Greater(t, remaining, 50)
	assert.Greater(t, phased, 300)
	assert.Greater(t, late, 100)
}

// Keys that are words, and tasks and phases in any order: the outline of the file has
// every task in its phase, with its dates.
func TestAnyOrder(t *testing.T) {
	t.Parallel()
	moved := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 8))
		p := random(t, r)
		if _, err := planning.Compile(p); err != nil {
			continue
		}
		word := func(key string) string {
			if key == "" {
				return ""
			}
			return "k" + key
		}
		for i := range p.Phases {
			f := &p.Phases[i]
			f.Key, f.Name, f.Parent = word(f.Key), word(f.Key), word(f.Parent)
		}
		for i := range p.Tasks {
			f := &p.Tasks[i]
			f.Key, f.Name, f.Phase, f.Pauses = planning.TaskKey(word(string(f.Key))), word(string(f.Key)), word(f.Phase), nil
		}
		for i := range p.Links {
			l := &p.Links[i]
			l.From, l.To = planning.TaskKey(word(string(l.From))), planning.TaskKey(word(string(l.To)))
		}
		r.Shuffle(len(p.Tasks), func(i, j int) { p.Tasks[i], p.Tasks[j] = p.Tasks[j], p.Tasks[i] })
		r.Shuffle(len(p.Phases), func(i, j int) { p.Phases[i], p.Phases[j] = p.Phases[j], p.Phases[i] })
		m := compile(t, p)
		var out bytes.Buffer
		require.NoError(t, mspdi.Write(&out, "any", m))
		project, err := mspdi.Read(&out)
		require.NoError(t, err)
		got := project.Plan()
		require.Len(t, got.Phases, len(p.Phases))
		require.Len(t, got.Tasks, len(p.Tasks))
		name := map[string]string{} // of phases, by key
		for _, f := range got.Phases {
			name[f.Key] = f.Name
		}
		for _, f := range got.Phases {
			k := slices.IndexFunc(p.Phases, func(g planning.Phase) bool { return g.Key == f.Name })
			require.Equal(t, p.Phases[k].Parent, name[f.Parent], "seed %d", seed)
		}
		want, path := m.CriticalPath(), compile(t, got).CriticalPath()
		for i, f := range got.Tasks {
			a, _ := want.Of(planning.TaskKey(f.Name))
			b, _ := path.Of(f.Key)
			require.Equal(t, [6]any{p.Task(planning.TaskKey(f.Name)).Phase, a.Start, a.Finish, a.LateStart, a.Total, a.Free}, [6]any{name[f.Phase], b.Start, b.Finish, b.LateStart, b.Total, b.Free}, "seed %d", seed)
			if f.Name != p.Tasks[i].Name {
				moved++
			}
		}
	}
	assert.Greater(t, moved, 20)
}

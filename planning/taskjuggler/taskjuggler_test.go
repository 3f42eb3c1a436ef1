package taskjuggler_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/taskjuggler"
)

func days(month time.Month, first, last int) civil.Period {
	return civil.Days(civil.MustDate(2026, month, first), civil.MustDate(2026, month, last))
}

// launch has everything that can be written.
func launch() planning.Plan {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	office := worktime.MonFri("Europe/Berlin", "09:00-12:00", "13:00-18:00")
	office.Exceptions = []worktime.Exception{{Days: days(time.April, 3, 6), Name: "Easter"}}
	shop := worktime.Spec{Zone: "Europe/Berlin", Week: worktime.Week{time.Saturday: worktime.Shifts("10:00-16:00"), time.Wednesday: worktime.Shifts("10:00-20:00")}}
	shop.Exceptions = []worktime.Exception{{Days: days(time.March, 22, 22), Shifts: worktime.Shifts("12:00-17:00"), Name: "open Sunday"}}
	return planning.Plan{
		Start: civil.MustDate(2026, time.March, 2), StartClock: 9*60 + 30,
		Calendars: map[string]worktime.Spec{"office": office, "shop": shop}, Calendar: "office",
		Resources: []planning.Resource{
			{Key: "ana", Name: `Ana "A" Müller`, Absences: []civil.Period{days(time.March, 12, 13)}},
			{Key: "design", Name: "Design", Kind: planning.Pool, Units: 3000},
			{Key: "clerk", Calendar: "shop", Units: 500, Absences: []civil.Period{days(time.March, 25, 25)}},
		},
		Phases: []planning.Phase{{Key: "make", Name: "Make it", Parent: "all"}, {Key: "all"}},
		Tasks: []planning.Task{
			{Key: "kick-off", Started: civil.MustDate(2026, time.February, 27).At(9, 0, berlin), Finished: civil.MustDate(2026, time.March, 3).At(12, 0, berlin), Assignments: []planning.Assignment{{Resource: "ana"}}},
			{Key: "brief", Name: `the "brief" ${x}`, Duration: worktime.Days(2)},
			{Key: "copy", Phase: "make", Duration: worktime.Days(3), Assignments: []planning.Assignment{{Resource: "ana"}}, Priority: 10},
			{Key: "pictures", Phase: "make", Effort: worktime.Hours(80), Assignments: []planning.Assignment{{Resource: "design", Units: 2000}}},
			{Key: "print", Duration: worktime.Elapsed(36 * 60), Deadline: civil.MustDate(2026, time.March, 20).At(18, 0, berlin)},
			{Key: "window", Duration: worktime.Hours(6), Assignments: []planning.Assignment{{Resource: "clerk", Units: 500}}, Calendar: "shop"},
			{Key: "legal", Phase: "all", Duration: worktime.Hours(12), Assignments: []planning.Assignment{{Resource: "ana", Units: 500}}, Constraint: planning.Constraint{Kind: planning.MSO, At: civil.MustDate(2026, time.March, 16).At(9, 0, berlin)}},
			{Key: "launch", Constraint: planning.Constraint{Kind: planning.FNLT, At: civil.MustDate(2026, time.April, 1).At(12, 0, berlin)}},
		},
		Links: []planning.Link{
			{From: "kick-off", To: "brief"},
			{From: "brief", To: "copy", Lag: worktime.Hours(4)},
			{From: "brief", To: "pictures"},
			{From: "copy", To: "pictures", Type: planning.SS, Lag: worktime.Days(1)},
			{From: "make", To: "print", Lag: worktime.Elapsed(120)},
			{From: "copy", To: "legal"},
			{From: "print", To: "launch"},
			{From: "legal", To: "launch"},
		},
	}
}

func text(t testing.TB, p planning.Plan) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, taskjuggler.Write(&out, p))
	return out.String()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	golden.Equal(t, "launch.tjp", []byte(text(t, launch())))
	again := text(t, launch())
	assert.Equal(t, text(t, launch()), again)
	p := launch()
	assert.Equal(t, len(p.Tasks), agree(t, p, tj3(t, p)))
}

func ExampleWrite() {
	plan := planning.Plan{
		Start:     civil.MustDate(2026, time.March, 2),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("", "09:00-17:00")},
		Resources: []planning.Resource{{Key: "ana", Name: "Ana"}},
		Tasks: []planning.Task{
			{Key: "copy", Duration: worktime.Days(3), Assignments: []planning.Assignment{{Resource: "ana"}}},
			{Key: "legal", Duration: worktime.Days(2)},
		},
		Links: []planning.Link{{From: "copy", To: "legal", Lag: worktime.Hours(4)}},
	}
	var project strings.Builder
	if err := taskjuggler.Write(&project, plan); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(project.String())
	plan.Links[0].Type = planning.FF
	fmt.Println(taskjuggler.Write(io.Discard, plan))
	// Output:
	// project plan "plan" 2026-03-02-00:00-+0000 - 2026-04-10-09:00-+0000 {
	//   timingresolution 60 min
	//   timezone "UTC"
	//   now 2026-03-02-00:00-+0000
	//   workinghours mon, tue, wed, thu, fri 9:00 - 17:00
	//   workinghours sat, sun off
	// }
	//
	// flags helper
	//
	// resource r_ana "Ana"
	//
	// task t_copy "copy" {
	//   effort 1440 min
	//   allocate r_ana
	// }
	// task t_legal "legal" {
	//   length 960 min
	//   depends t_copy { gaplength 240 min }
	// }
	//
	// taskreport "plan" {
	//   formats csv
	//   columns id, start, end
	//   timeformat "%Y-%m-%dT%H:%M:%S%z"
	//   sorttasks seqno.up
	//   hidetask helper | ~isleaf()
	//   hideresource 1
	// }
	// link/copy->legal: FF: TaskJuggler's links hold starts (fix: hold the start instead)
}

func ExampleReadReport() {
	plan := planning.Plan{
		Start:     civil.MustDate(2026, time.March, 2),
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("", "09:00-17:00")},
		Tasks:     []planning.Task{{Key: "copy", Duration: worktime.Days(3)}, {Key: "sign-off", Phase: "legal"}},
	}
	rows, err := taskjuggler.ReadReport(strings.NewReader(`"Id";"Start";"End"
"p_legal.t_sign_off";"2026-03-02T01:00:00+0100";"2026-03-02T01:00:00+0100"
"t_copy";"2026-03-02T01:00:00+0100";"2026-03-04T18:00:00+0100"
`), plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range rows {
		fmt.Println(row.Task, row.Start.Format(time.DateTime), row.Finish.Format(time.DateTime))
	}
	// Output:
	// copy 2026-03-02 00:00:00 2026-03-04 17:00:00
	// sign-off 2026-03-02 00:00:00 2026-03-02 00:00:00
}

// Every code that Write documents has a plan that gets it, and no other.
func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spoil         func(*planning.Plan)
		code, subject string
	}{
		{func(p *planning.Plan) { p.Tasks, p.Links, p.Phases = nil, nil, nil }, "taskjuggler.plan.empty", "plan"},
		{func(p *planning.Plan) { p.Finish = civil.MustDate(2026, time.June, 1) }, "taskjuggler.plan.finish", "plan"},
		{func(p *planning.Plan) {
			p.Horizon = civil.Days(p.Start, p.Start.AddMonths(36))
			p.Tasks = append(p.Tasks, planning.Task{Key: "century", Duration: worktime.ElapsedDays(36_000), Constraint: planning.Constraint{Kind: planning.SNET, At: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)}})
		}, "taskjuggler.plan.long", "plan"},
		{func(p *planning.Plan) { p.Task("brief").Duration = worktime.Work(7) }, "taskjuggler.resolution", "task/brief"},
		{func(p *planning.Plan) { p.Links[1].Lag = worktime.Work(11) }, "taskjuggler.resolution", "link/brief->copy"},
		{func(p *planning.Plan) { p.StartClock = 9*60 + 1 }, "taskjuggler.resolution", "plan"},
		{func(p *planning.Plan) {
			p.Task("kick-off").Started = p.Task("kick-off").Started.Add(time.Minute)
		}, "taskjuggler.resolution", "task/kick-off"},
		{func(p *planning.Plan) {
			p.Calendars["shop"].Week[time.Saturday][0].From = 10*60 + 3
		}, "taskjuggler.resolution", "calendar/shop"},
		{func(p *planning.Plan) {
			within := "all"
			for i := range 60 {
				key := fmt.Sprint("phase ", i)
				p.Phases, within = append(p.Phases, planning.Phase{Key: key, Parent: within}), key
			}
			p.Task("brief").Phase = within
		}, "taskjuggler.phase.depth", "phase/phase 9"}, // 50 around the task are phase 59 to phase 10
		{func(p *planning.Plan) {
			shop := p.Calendars["shop"]
			shop.Zone = "America/New_York"
			p.Calendars["shop"] = shop
		}, "taskjuggler.calendar.zone", "calendar/shop"},
		{func(p *planning.Plan) {
			p.Resource("design").Kind = planning.Stock
			p.Resource("design").Units = 10_000
		}, "taskjuggler.resource.stock", "resource/design"},
		{func(p *planning.Plan) {
			p.Resource("design").Changes = []planning.Change{{From: civil.MustDate(2026, time.April, 1), Units: 4000}}
		}, "taskjuggler.resource.changes", "resource/design"},
		{func(p *planning.Plan) { p.Task("legal").Assignments[0].Units = 501 }, "taskjuggler.resource.parts", "resource/ana"},
		{func(p *planning.Plan) {
			p.Task("launch").Assignments = []planning.Assignment{{Resource: "design"}}
		}, "taskjuggler.task.milestone", "task/launch"},
		{func(p *planning.Plan) {
			p.Task("print").Assignments = []planning.Assignment{{Resource: "design"}}
		}, "taskjuggler.task.elapsed", "task/print"},
		{func(p *planning.Plan) {
			p.Task("window").Duration = worktime.Days(1)
		}, "taskjuggler.task.days", "task/window"},
		{func(p *planning.Plan) {
			p.Task("brief").Duration, p.Task("brief").Assignments = worktime.Days(1), []planning.Assignment{{Resource: "clerk", Units: 500}}
		}, "taskjuggler.task.days", "task/brief"},
		{func(p *planning.Plan) {
			p.Resource("design").Skills = []planning.Skill{{Key: "draw"}}
			p.Task("brief").Needs = []planning.Need{{Skill: "draw"}}
		}, "taskjuggler.task.needs", "task/brief"},
		{func(p *planning.Plan) {
			p.Task("brief").Modes = []planning.Mode{{Duration: worktime.Days(5)}}
		}, "taskjuggler.task.modes", "task/brief"},
		{func(p *planning.Plan) {
			p.Task("brief").Pauses = []civil.Period{days(time.March, 5, 5)}
		}, "taskjuggler.task.pauses", "task/brief"},
		{func(p *planning.Plan) {
			p.Task("legal").Constraint.Kind = planning.MFO
		}, "taskjuggler.task.constraint", "task/legal"},
		{func(p *planning.Plan) {
			p.Task("legal").Constraint = planning.Constraint{Kind: planning.ALAP}
		}, "taskjuggler.task.constraint", "task/legal"},
		{func(p *planning.Plan) {
			for i := range 1000 {
				p.Tasks = append(p.Tasks, planning.Task{Key: planning.TaskKey(fmt.Sprint(i)), Priority: i})
			}
		}, "taskjuggler.task.priority", "plan"},
		{func(p *planning.Plan) { p.Links[5].Type = planning.SF }, "taskjuggler.link.type", "link/copy->legal"},
		{func(p *planning.Plan) { p.Links[5].Lag = worktime.Elapsed(-60) }, "taskjuggler.link.lead", "link/copy->legal"},
		{func(p *planning.Plan) { p.Links[5].Percent = 100 }, "taskjuggler.link.lag", "link/copy->legal"},
		{func(p *planning.Plan) {
			p.Links[5].Lag, p.Links[5].Calendar = worktime.Hours(2), "shop"
		}, "taskjuggler.link.lag", "link/copy->legal"},
		{func(p *planning.Plan) {
			p.Links = append(p.Links, planning.Link{From: "brief", To: "copy", Type: planning.SS})
		}, "taskjuggler.link.twice", "link/brief->copy"},
		{func(p *planning.Plan) {
			p.Task("legal").Assignments = nil // whose start people would settle
			p.Links = append(p.Links, planning.Link{From: "legal", To: "window", Type: planning.SS})
		}, "taskjuggler.link.moment", "link/legal->window"},
	} {
		p := launch()
		c.spoil(&p)
		var out bytes.Buffer
		err := taskjuggler.Write(&out, p)
		found, ok := errors.AsType[finding.List](err)
		require.True(t, ok, "%s: %v", c.code, err)
		require.NotEmpty(t, found)
		for _, f := range found {
			assert.Equal(t, c.code, f.Code, f.String())
		}
		assert.Equal(t, c.subject, found[0].Subject, c.code)
		assert.NotEmpty(t, found[0].Fix)
		assert.Empty(t, out.String(), "nothing is half written")
	}
	p := launch()
	for _, zone := range []string{"CET", "EST5EDT"} { // zones of package time that tj3 does not know
		for name, spec := range p.Calendars {
			spec.Zone = zone
			p.Calendars[name] = spec
		}
		err := taskjuggler.Write(io.Discard, p)
		found, ok := errors.AsType[finding.List](err)
		require.True(t, ok, zone)
		assert.True(t, found.Has("taskjuggler.zone"), zone)
	}
	p = launch()
	p.Links = append(p.Links, planning.Link{From: "nobody", To: "copy"})
	found, ok := errors.AsType[finding.List](taskjuggler.Write(io.Discard, p))
	require.True(t, ok)
	assert.True(t, found.Has("planning.link.unknown"))
	broken := errors.New("disk on fire")
	require.ErrorIs(t, taskjuggler.Write(failing{broken}, launch()), broken)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Keys and names may hold anything; identifiers stay apart and TaskJuggler reads
// the file.
func TestAwkwardNames(t *testing.T) {
	t.Parallel()
	p := planning.Plan{Start: civil.MustDate(2026, time.March, 2), Calendars: map[string]worktime.Spec{"a\"}": worktime.MonFri("", "00:00-24:00")}}
	for i, key := range []planning.TaskKey{"a b", "a_b", "a_b_2", "a-b", "ü", "end", "0", "task", `\`, `x"`, `\"`, "${a}", "$(HOME)", "-8<-", "->8-", "#", "/*", "new\nline", "\x01"} {
		p.Tasks = append(p.Tasks, planning.Task{Key: key, Name: string(key), Phase: []string{"", "a b", `p"\`}[i%3], Duration: worktime.Hours(int64(i + 1)), Assignments: []planning.Assignment{{Resource: planning.ResourceKey(key)}}})
		p.Resources = append(p.Resources, planning.Resource{Key: planning.ResourceKey(key), Name: string(key) + "\xff"})
	}
	assert.Contains(t, text(t, p), `task t_a_b_2 "a_b" {`)
	assert.Contains(t, text(t, p), `task t_a_b_2_2 "a_b_2" {`)
	assert.Contains(t, text(t, p), `task t_a_b_3 "a-b" {`)
	assert.Equal(t, len(p.Tasks), agree(t, p, tj3(t, p)))
}

// The finest time of the plan is that of the project, and divides an hour.
func TestResolution(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone     string
		duration worktime.Minutes
		want     string
	}{
		{"UTC", 120, "60 min"},
		{"UTC", 90, "30 min"},
		{"UTC", 40, "20 min"},
		{"UTC", 45, "15 min"},
		{"UTC", 70, "10 min"},
		{"UTC", 35, "5 min"},
		{"Asia/Kolkata", 120, "30 min"},     // 5:30 from UTC
		{"Asia/Kolkata", 40, "10 min"},      // of 30 and 20
		{"Asia/Kathmandu", 120, "15 min"},   // 5:45 from UTC
		{"America/St_Johns", 120, "30 min"}, // 3:30 behind UTC
	} {
		p := planning.Plan{
			Start:     civil.MustDate(2026, time.March, 2),
			Calendars: map[string]worktime.Spec{"office": worktime.MonFri(c.zone, "09:00-17:00")},
			Tasks:     []planning.Task{{Key: "copy", Duration: worktime.Work(c.duration)}},
		}
		assert.Contains(t, text(t, p), "timingresolution "+c.want+"\n", "%s %d", c.zone, c.duration)
	}
	p := launch()
	for name, spec := range p.Calendars {
		spec.Zone = "Asia/Kathmandu"
		p.Calendars[name] = spec
	}
	assert.Equal(t, len(p.Tasks), agree(t, p, tj3(t, p)))
}

func TestPriorities(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		priorities []int
		want       string
	}{
		{[]int{0, 0, 0}, ""},
		{[]int{0, 7, 0}, "500 507 500"},
		{[]int{-499, 499, 0}, "1 999 500"},
		{[]int{500, 0, -3}, "3 2 1"}, // 1000 is for what has started
		{[]int{0, -500, 1_000_000}, "2 1 3"},
	} {
		p := planning.Plan{Start: civil.MustDate(2026, time.March, 2), Calendars: map[string]worktime.Spec{"office": worktime.MonFri("", "09:00-17:00")}}
		for i, n := range c.priorities {
			p.Tasks = append(p.Tasks, planning.Task{Key: planning.TaskKey(fmt.Sprint(i)), Priority: n})
		}
		var got []string
		for line := range strings.Lines(text(t, p)) {
			if n, ok := strings.CutPrefix(strings.TrimSpace(line), "priority "); ok {
				got = append(got, n)
			}
		}
		assert.Equal(t, c.want, strings.Join(got, " "))
	}
}

func TestReadReportRefuses(t *testing.T) {
	t.Parallel()
	p := planning.Plan{Tasks: []planning.Task{{Key: "a"}, {Key: "b"}}}
	const head, a = `"Id";"Start";"End"` + "\n", `"t_a";"2026-03-02T01:00:00+0100";"2026-03-02T01:00:00+0100"` + "\n"
	for _, c := range []struct {
		text   string
		row    int
		column string
		want   string
	}{
		{"", 1, "", `task "a" is missing`},
		{head + a, 3, "", `task "b" is missing`},
		{"Id;Begin;End\n", 1, "1", "want the columns"},
		{head + a + a, 3, "Id", "given twice"},
		{head + strings.Replace(a, "t_a", "t_c", 1), 2, "Id", "not in the plan"},
		{head + strings.Replace(a, "+0100", "", 1), 2, "Start", "want YYYY-MM-DD"},
		{head + strings.Replace(a, `01:00:00+0100"`+"\n", `25:00:00+0100"`+"\n", 1), 2, "End", "25:00"},
		{head + "a;b\n", 2, "", "wrong number of fields"},
		{head + `"a`, 2, "", "quote"},
	} {
		rows, err := taskjuggler.ReadReport(strings.NewReader(c.text), p)
		require.ErrorIs(t, err, taskjuggler.ErrReport, c.text)
		require.ErrorContains(t, err, c.want)
		bad, ok := errors.AsType[*finding.CellError](err)
		require.True(t, ok)
		assert.Equal(t, c.row, bad.Row, c.text)
		assert.Equal(t, c.column, bad.Column, c.text)
		assert.Nil(t, rows)
	}
	broken := errors.New("disk on fire")
	_, err := taskjuggler.ReadReport(failing{broken}, p)
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, taskjuggler.ErrReport)
}

func FuzzReadReport(f *testing.F) {
	f.Add("\"Id\";\"Start\";\"End\"\n\"t_a\";\"2026-03-02T01:00:00+0100\";\"2026-03-02T01:00:00+0100\"\n", "a")
	f.Add("", "\xff")
	f.Fuzz(func(t *testing.T, report, key string) {
		p := planning.Plan{
			Tasks:  []planning.Task{{Key: planning.TaskKey(key), Phase: key}},
			Phases: []planning.Phase{{Key: key, Parent: "around"}, {Key: "around", Parent: key}}, // within itself
		}
		rows, err := taskjuggler.ReadReport(strings.NewReader(report), p)
		if err != nil {
			require.ErrorIs(t, err, taskjuggler.ErrReport)
			return
		}
		require.Len(t, rows, 1)
		require.Equal(t, planning.TaskKey(key), rows[0].Task)
	})
}

package views_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report/chart"
)

func march(d int) civil.Date { return civil.MustDate(2026, time.March, d) }

func marchDays(first, last int) civil.Period { return civil.Days(march(first), march(last)) }

func compile(t *testing.T, p planning.Plan) *planning.Model {
	t.Helper()
	m, err := planning.Compile(p)
	require.NoError(t, err)
	return m
}

// office is a plan from Monday, 2 March 2026, with days from nine to five.
func office() planning.Plan {
	return planning.Plan{
		Start: march(2), Calendar: "office",
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
	}
}

func bars(g chart.GanttData) map[string]chart.GanttTask {
	out := make(map[string]chart.GanttTask)
	for _, t := range g.Tasks {
		out[t.Key] = t
	}
	return out
}

func TestGanttShowsThePlan(t *testing.T) {
	p := office()
	p.Resources = []planning.Resource{{Key: "ana", Name: "Ana"}, {Key: "ben", Name: "Ben"}, {Key: "cleo"}, {Key: "dan"}, {Key: "eve"}}
	who := func(keys ...planning.ResourceKey) (all []planning.Assignment) {
		for _, k := range keys {
			all = append(all, planning.Assignment{Resource: k, Units: 100})
		}
		return all
	}
	p.Tasks = []planning.Task{
		{
			Key: "brief", Name: "Brief", Phase: "Prepare", Duration: worktime.Days(2), Assignments: who("ana"),
			Started: march(2).At(9, 0, berlin(t)), Finished: march(3).At(17, 0, berlin(t)),
		},
		{Key: "copy", Name: "Copy", Phase: "Produce", Duration: worktime.Days(3), Assignments: who("ana", "ben", "cleo")},
		{Key: "proof", Phase: "Produce", Duration: worktime.Days(1), Assignments: who("ana", "ben", "cleo", "dan", "eve")},
		{Key: "live", Name: "Live", Phase: "Launch"},
	}
	p.Links = []planning.Link{{From: "brief", To: "copy"}, {From: "brief", To: "proof", Type: planning.SS}, {From: "copy", To: "live"}, {From: "proof", To: "live", Type: planning.FF}}
	m := compile(t, p)
	best, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	line := views.Timeline{
		Model: m, Dates: best, Baseline: map[planning.TaskKey]civil.Period{"copy": marchDays(3, 5), "gone": marchDays(1, 1)},
		Names: map[planning.ResourceKey]string{"ben": "Benedikt", "cleo": ""}, Marks: []chart.Mark{{On: march(4), Label: "today"}},
	}
	g := views.Gantt(line)
	// 2 March 2026 is a Monday; three working days after Tuesday end on Friday.
	assert.Equal(t, []chart.GanttTask{
		{Key: "brief", Label: "Brief", Lane: "Prepare", Tag: "Ana", Note: "brief has started", Span: marchDays(2, 3), Done: 1000},
		{
			Key: "copy", Label: "Copy", Lane: "Produce", Tag: "Ana, Benedikt, cleo", Note: "copy waits for brief to finish before it can start",
			Span: marchDays(4, 6), Baseline: marchDays(3, 5), Critical: true,
		},
		{Key: "proof", Label: "proof", Lane: "Produce", Tag: "Ana, Benedikt, cleo +2", Note: "proof starts with the plan", Span: marchDays(2, 2)},
		{Key: "live", Label: "Live", Lane: "Launch", Note: "live waits for copy to finish before it can start", Span: marchDays(6, 6), Critical: true, Milestone: true},
	}, g.Tasks)
	assert.Equal(t, []chart.GanttLink{
		{From: "brief", To: "copy"},
		{From: "brief", To: "proof", Kind: chart.StartStart},
		{From: "copy", To: "live", Critical: true},
		{From: "proof", To: "live", Kind: chart.FinishFinish},
	}, g.Links)
	assert.Equal(t, line.Marks, g.Marks)
	assert.Equal(t, g, views.Gantt(line))
	require.NoError(t, chart.Gantt(io.Discard, g, nil))

	g.Marks[0].Label = "changed"
	assert.Equal(t, "today", line.Marks[0].Label)
}

func TestGanttTakesAnyDates(t *testing.T) {
	p := office()
	p.Tasks = []planning.Task{{Key: "a", Duration: worktime.Days(1)}, {Key: "b", Duration: worktime.Days(1)}}
	p.Resources = []planning.Resource{{Key: "ana"}}
	for i := range p.Tasks {
		p.Tasks[i].Assignments = []planning.Assignment{{Resource: "ana"}}
	}
	m := compile(t, p)
	best, err := m.Schedule(t.Context(), planning.Search{})
	require.NoError(t, err)
	less := p.Clone()
	less.Tasks = less.Tasks[:1]
	for name, c := range map[string]struct {
		dates planning.Dated
		b     civil.Period
		note  string
	}{
		"none":          {nil, marchDays(2, 2), "b starts with the plan"},
		"critical path": {m.CriticalPath(), marchDays(2, 2), "b starts with the plan"},
		"schedule":      {best, marchDays(3, 3), "b waits for ana, who is on a"},
		"bare dates":    {best.Dates(), marchDays(3, 3), ""},
		"no such task":  {compile(t, less).CriticalPath(), civil.Period{}, ""},
		"no dates":      {planning.Dates{}, civil.Period{}, ""},
	} {
		g := views.Gantt(views.Timeline{Model: m, Dates: c.dates})
		assert.Equal(t, c.b, bars(g)["b"].Span, name)
		assert.Equal(t, c.note, bars(g)["b"].Note, name)
		require.NoError(t, chart.Gantt(io.Discard, g, nil), name)
	}
	none := views.Gantt(views.Timeline{Marks: []chart.Mark{{On: march(1)}}})
	assert.Equal(t, chart.GanttData{Marks: []chart.Mark{{On: march(1)}}}, none)
	require.NoError(t, chart.Gantt(io.Discard, none, nil))
}

func TestGanttDaysAreThoseOfTheTask(t *testing.T) {
	p := office()
	p.Calendars["late"] = worktime.MonFri("Europe/Berlin", "16:00-24:00")
	p.Calendars["always"] = worktime.Spec{Zone: "Europe/Berlin", Week: everyDay("00:00-24:00")}
	p.Calendars["tokyo"] = worktime.MonFri("Asia/Tokyo", "00:00-08:00")
	snet := func(at time.Time) planning.Constraint { return planning.Constraint{Kind: planning.SNET, At: at} }
	p.Tasks = []planning.Task{
		{Key: "two evenings", Calendar: "late", Duration: worktime.Hours(16)},
		{Key: "after them", Calendar: "late"},
		{Key: "full day", Calendar: "always", Duration: worktime.Hours(24), Constraint: snet(march(3).In(berlin(t)))},
		{Key: "minute past", Calendar: "always", Duration: worktime.Work(24*60 + 1), Constraint: snet(march(3).In(berlin(t)))},
		{Key: "at midnight", Calendar: "office", Constraint: snet(march(10).In(berlin(t)))},
		{Key: "in the open", Calendar: "always", Constraint: snet(march(10).In(berlin(t)))},
		// 08:00 on the 5th in Tokyo is midnight in Berlin and the evening before in UTC.
		{Key: "tokyo", Calendar: "tokyo", Duration: worktime.Hours(8), Constraint: snet(march(4).At(15, 0, time.UTC))},
	}
	p.Links = []planning.Link{{From: "two evenings", To: "after them"}}
	got := bars(views.Gantt(views.Timeline{Model: compile(t, p)}))
	for key, want := range map[string]civil.Period{
		"two evenings": marchDays(2, 3),
		"after them":   marchDays(3, 3),
		"full day":     marchDays(3, 3),
		"minute past":  marchDays(3, 4),
		"at midnight":  marchDays(10, 10),
		"in the open":  marchDays(10, 10),
		"tokyo":        marchDays(5, 5),
	} {
		assert.Equal(t, want, got[key].Span, key)
	}
}

func everyDay(shift string) (w worktime.Week) {
	for day := range w {
		w[day] = worktime.Shifts(shift)
	}
	return w
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	return zone
}

// Of the links between critical tasks, only those without time in between are
// drawn as critical.
func TestGanttLinksBind(t *testing.T) {
	day := func(key planning.TaskKey, days int64) planning.Task {
		return planning.Task{Key: key, Duration: worktime.Days(days)}
	}
	for name, c := range map[string]struct {
		tasks []planning.Task
		links []planning.Link
		want  []bool
	}{
		"a chain and its shortcut": {
			[]planning.Task{day("a", 1), day("b", 2), day("c", 1)},
			[]planning.Link{{From: "a", To: "b"}, {From: "b", To: "c"}, {From: "a", To: "c"}},
			[]bool{true, true, false},
		},
		"two equal ways": {
			[]planning.Task{day("a", 1), day("b", 2), day("b2", 2), day("c", 1)},
			[]planning.Link{{From: "a", To: "b"}, {From: "a", To: "b2"}, {From: "b", To: "c"}, {From: "b2", To: "c"}},
			[]bool{true, true, true, true},
		},
		"one with float": {
			[]planning.Task{day("a", 1), day("b", 2), day("c", 1)},
			[]planning.Link{{From: "a", To: "c"}, {From: "b", To: "c"}},
			[]bool{false, true},
		},
		"lag of days":    {[]planning.Task{day("a", 1), day("b", 1)}, []planning.Link{{From: "a", To: "b", Lag: worktime.Days(5)}}, []bool{true}},
		"lag of hours":   {[]planning.Task{day("a", 1), day("b", 1)}, []planning.Link{{From: "a", To: "b", Lag: worktime.Hours(3)}}, []bool{true}},
		"lag elapsed":    {[]planning.Task{day("a", 2), day("b", 1)}, []planning.Link{{From: "a", To: "b", Lag: worktime.ElapsedDays(2)}}, []bool{true}},
		"lead of days":   {[]planning.Task{day("a", 3), day("b", 4)}, []planning.Link{{From: "a", To: "b", Lag: worktime.Days(-1)}}, []bool{true}},
		"lead of hours":  {[]planning.Task{day("a", 3), day("b", 4)}, []planning.Link{{From: "a", To: "b", Lag: worktime.Hours(-8)}}, []bool{true}},
		"start to start": {[]planning.Task{day("a", 2), day("b", 4)}, []planning.Link{{From: "a", To: "b", Type: planning.SS, Lag: worktime.Days(1)}}, []bool{true}},
		"finish to finish": {
			[]planning.Task{day("a", 4), day("b", 2)}, []planning.Link{{From: "a", To: "b", Type: planning.FF, Lag: worktime.Days(1)}}, []bool{true},
		},
		"start to finish": {
			[]planning.Task{day("a", 1), day("b", 2)}, []planning.Link{{From: "a", To: "b", Type: planning.SF, Lag: worktime.Days(5)}}, []bool{true},
		},
	} {
		p := office()
		p.Tasks, p.Links = c.tasks, c.links
		g := views.Gantt(views.Timeline{Model: compile(t, p)})
		var got []bool
		for i, l := range g.Links {
			got = append(got, l.Critical)
			assert.Equal(t, chart.LinkKind(c.links[i].Type), l.Kind, name) // both count FS, SS, FF, SF
		}
		assert.Equal(t, c.want, got, name)
		require.NoError(t, chart.Gantt(io.Discard, g, nil), name)
	}
}

func hours(n int64) planning.Effort { return planning.EffortOf(worktime.Minutes(60*n), 1000) }

func TestHeatMapOfAModel(t *testing.T) {
	p := office()
	p.Resources = []planning.Resource{{Key: "zoe", Name: "Zoe"}, {Key: "ana", Absences: []civil.Period{marchDays(2, 31)}}}
	p.Tasks = []planning.Task{{Key: "copy", Duration: worktime.Days(6), Assignments: []planning.Assignment{{Resource: "zoe", Units: 500}}}}
	m := compile(t, p)
	for _, c := range []struct {
		by      planning.Bucket
		columns []string
		first   chart.HeatCell
	}{
		{planning.Daily, []string{"2 Mar", "3 Mar", "4 Mar", "5 Mar", "6 Mar", "7 Mar", "8 Mar", "9 Mar"}, chart.HeatCell{Used: 4_00, Available: 8_00, Note: "4 h of 8 h (50 %)"}},
		{planning.Weekly, []string{"2 Mar", "9 Mar"}, chart.HeatCell{Used: 20_00, Available: 40_00, Note: "20 h of 40 h (50 %)"}},
		// 22 working days in March 2026.
		{planning.Monthly, []string{"Mar"}, chart.HeatCell{Used: 24_00, Available: 176_00, Note: "24 h of 176 h (14 %)"}},
	} {
		h := views.HeatMap(m.Load(m.CriticalPath(), c.by), map[planning.ResourceKey]string{"zoe": "Zoe Z."})
		assert.Equal(t, chart.Unit{Name: "h", Decimals: 2}, h.Unit)
		assert.Equal(t, c.columns, h.Columns)
		require.Len(t, h.Rows, 2)
		assert.Equal(t, []string{"Zoe Z.", "ana"}, []string{h.Rows[0].Label, h.Rows[1].Label})
		assert.Equal(t, c.first, h.Rows[0].Cells[0])
		// Absent all month: nothing is asked for, nothing there, and that is known.
		assert.Equal(t, chart.HeatCell{Note: "0 h of 0 h"}, h.Rows[1].Cells[0])
		require.NoError(t, chart.HeatMap(io.Discard, h, nil))
	}
}

func TestHeatMapAlignsPeriods(t *testing.T) {
	month := func(year, m int) civil.Period { return civil.MonthOf(civil.MustDate(year, time.Month(m), 1)) }
	h := views.HeatMap([]planning.Load{
		{Resource: "b", Period: month(2026, 12), Demand: hours(1), Available: hours(2)},
		{Resource: "b", Period: month(2027, 1), Demand: hours(1), Available: hours(2)},
		{Resource: "b", Period: month(2027, 2), Demand: hours(1), Available: hours(2)},
		{Resource: "a", Period: month(2026, 11), Demand: hours(2), Available: hours(2)},
		{Resource: "a", Period: month(2026, 12), Demand: hours(1), Available: hours(2)},
		{Resource: "a", Period: month(2026, 12), Demand: hours(2), Available: hours(1)},
	}, nil)
	assert.Equal(t, []string{"Nov 2026", "Dec", "Jan 2027", "Feb"}, h.Columns)
	require.Len(t, h.Rows, 2)
	half := chart.HeatCell{Used: 1_00, Available: 2_00, Note: "1 h of 2 h (50 %)"}
	assert.Equal(t, chart.HeatRow{Label: "b", Cells: []chart.HeatCell{{Missing: true}, half, half, half}}, h.Rows[0])
	assert.Equal(t, chart.HeatRow{Label: "a", Cells: []chart.HeatCell{
		{Used: 2_00, Available: 2_00, Note: "2 h of 2 h (100 %)"}, {Used: 3_00, Available: 2_00, Note: "3 h of 2 h (150 %)"}, {Missing: true}, {Missing: true},
	}}, h.Rows[1])
	require.NoError(t, chart.HeatMap(io.Discard, h, nil))

	empty := views.HeatMap(nil, nil)
	assert.Empty(t, empty.Rows)
	require.NoError(t, chart.HeatMap(io.Discard, empty, nil))
}

// Rounding to hundredths of an hour (600 thousandths of a minute) hides neither
// work nor overload.
func TestHeatMapRounds(t *testing.T) {
	for _, c := range []struct {
		demand, available planning.Effort
		used, of          int64
	}{
		{0, 0, 0, 0},
		{1, hours(8), 1, 8_00},
		{299 + 600, 300 + 600, 1, 2},
		{hours(8), hours(8), 8_00, 8_00},
		{hours(8) + 1, hours(8), 8_01, 8_00},
		{hours(8) + 299, hours(8) - 300, 8_01, 8_00},
		{hours(8) - 1, hours(8), 8_00, 8_00},
		{1, 0, 1, 0},
	} {
		h := views.HeatMap([]planning.Load{{Resource: "a", Period: marchDays(2, 2), Demand: c.demand, Available: c.available}}, nil)
		got := h.Rows[0].Cells[0]
		assert.Equal(t, []int64{c.used, c.of}, []int64{got.Used, got.Available}, "%d of %d", c.demand, c.available)
		assert.Equal(t, c.demand > c.available, got.Used > got.Available, "%d of %d", c.demand, c.available)
	}
}

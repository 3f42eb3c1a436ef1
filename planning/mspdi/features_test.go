package mspdi_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/mspdi"
)

// document returns a file; the project has no calendar, and so works Monday to
// Friday from 8 to 12 and from 13 to 17.
func document(head, calendars, tasks, resources, assignments string) string {
	if !strings.Contains(head, "<ScheduleFromStart>") {
		head += "<StartDate>2026-03-02T08:00:00</StartDate>"
	}
	return `<Project xmlns="http://schemas.microsoft.com/project">` + head + "<Calendars>" + calendars + "</Calendars><Tasks>" + tasks +
		"</Tasks><Resources>" + resources + "</Resources><Assignments>" + assignments + "</Assignments></Project>"
}

func parse(t *testing.T, doc string) *mspdi.Project {
	t.Helper()
	p, err := mspdi.Read(strings.NewReader(doc))
	require.NoError(t, err)
	return p
}

func codes(found finding.List) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Code)
	}
	return out
}

func march(day, hour int) time.Time { return time.Date(2026, time.March, day, hour, 0, 0, 0, time.UTC) }

func TestFromFinish(t *testing.T) {
	t.Parallel()
	monday := civil.MustDate(2026, time.March, 16)
	for _, c := range []struct {
		finish string
		want   civil.Date
		codes  []string
	}{
		{"2026-03-16T17:00:00", monday, nil},
		{"2026-03-16T20:00:00", monday, nil},
		{"2026-03-16T12:00:00", monday, []string{"mspdi.finish.day"}},
		{"2026-03-16T08:00:00", monday.AddDays(-1), nil}, // the Sunday before
		{"2026-03-17T00:00:00", monday, nil},
		{"2026-03-15T12:00:00", monday.AddDays(-2), nil}, // a Sunday: no work on it either
	} {
		const task = "<Task><UID>1</UID><Duration>PT8H0M0S</Duration><ConstraintType>1</ConstraintType></Task>"
		p := parse(t, document("<ScheduleFromStart>0</ScheduleFromStart><FinishDate>"+c.finish+"</FinishDate>", "", task, "", ""))
		assert.Equal(t, c.codes, codes(p.Findings), c.finish)
		plan := p.Plan()
		assert.Equal(t, c.want, plan.Finish, c.finish)
		assert.True(t, plan.Start.IsZero())
		assert.Equal(t, planning.ASAP, plan.Tasks[0].Constraint.Kind, "late is what such a plan is anyhow")
		f, _ := compile(t, plan).CriticalPath().Of("1")
		assert.Equal(t, map[bool]time.Time{true: march(16, 17), false: march(13, 17)}[c.want == monday], f.Finish, c.finish)
	}
	p := parse(t, document("<ScheduleFromStart>0</ScheduleFromStart><FinishDate>2026-03-16T17:00:00</FinishDate>", "", "<Task><UID>1</UID></Task>", "", ""))
	assert.Equal(t, []string{"mspdi.constraint.asap"}, codes(p.Findings))
}

// outline is a summary with another in it, and links of both.
const outline = `<Task><UID>1</UID><Name>start</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration></Task>
<Task><UID>2</UID><Name>build</Name><OutlineLevel>1</OutlineLevel><Summary>1</Summary>
<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>3</Type><LinkLag>4800</LinkLag><LagFormat>7</LagFormat></PredecessorLink></Task>
<Task><UID>3</UID><OutlineLevel>2</OutlineLevel><Duration>PT8H0M0S</Duration></Task>
<Task><UID>4</UID><Name>inner</Name><OutlineLevel>2</OutlineLevel><Summary>1</Summary></Task>
<Task><UID>5</UID><OutlineLevel>3</OutlineLevel><Duration>PT24H0M0S</Duration></Task>
<Task><UID>6</UID><Name>end</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration>
<PredecessorLink><PredecessorUID>2</PredecessorUID></PredecessorLink></Task>`

func TestSummariesArePhases(t *testing.T) {
	t.Parallel()
	p := parse(t, document("", "", outline, "", ""))
	require.Len(t, p.Tasks, 6, "with the summaries")
	plan := p.Plan()
	assert.Equal(t, []planning.Phase{{Key: "phase-2", Name: "build"}, {Key: "phase-4", Name: "inner", Parent: "phase-2"}}, plan.Phases)
	assert.Equal(t, [4]string{"", "phase-2", "phase-4", ""}, [4]string{plan.Tasks[0].Phase, plan.Tasks[1].Phase, plan.Tasks[2].Phase, plan.Tasks[3].Phase})
	assert.Equal(t, []planning.Link{{From: "1", To: "phase-2", Type: planning.SS, Lag: worktime.Hours(8)}, {From: "phase-2", To: "6"}}, plan.Links)
	path := compile(t, plan).CriticalPath()
	f, _ := path.Of("6")
	assert.Equal(t, march(6, 8), f.EarlyStart, "after the three days of task 5, which begins a day after task 1")

	var out bytes.Buffer
	require.NoError(t, mspdi.Write(&out, "outline", compile(t, plan)))
	again, err := mspdi.Read(&out)
	require.NoError(t, err)
	build := again.Tasks[1]
	assert.Equal(t, [5]any{"build", 1, true, march(3, 8), march(5, 17)}, [5]any{build.Name, build.OutlineLevel, build.Summary, build.Saved.Start, build.Saved.Finish})
}

func TestSummaryLinks(t *testing.T) {
	t.Parallel()
	link := func(inner string) string { return "<PredecessorLink>" + inner + "</PredecessorLink></Task>" }
	replace := func(at, inner string) string { // gives a task a link
		before, after, _ := strings.Cut(outline, at)
		rest := after[strings.Index(after, "</Task>")+len("</Task>"):]
		return before + at + "<OutlineLevel>" + map[string]string{"<UID>3</UID>": "2", "<UID>6</UID>": "1"}[at] + "</OutlineLevel>" + link(inner) + rest
	}
	for inner, want := range map[string]string{
		"<PredecessorUID>2</PredecessorUID><Type>3</Type>":                                    "mspdi.link.summary", // from its start
		"<PredecessorUID>2</PredecessorUID><Type>2</Type>":                                    "mspdi.link.summary",
		"<PredecessorUID>2</PredecessorUID><LinkLag>50</LinkLag><LagFormat>51</LagFormat>":    "mspdi.link.percent",
		"<PredecessorUID>2</PredecessorUID><LinkLag>-4800</LinkLag><LagFormat>7</LagFormat>":  "",
		"<PredecessorUID>4</PredecessorUID><Type>0</Type><LinkLag>9</LinkLag>":                "",
		"<PredecessorUID>99</PredecessorUID>":                                                 "mspdi.link.unknown",
		"<PredecessorUID>5</PredecessorUID><LinkLag>-50</LinkLag><LagFormat>19</LagFormat>":   "",
		"<PredecessorUID>5</PredecessorUID><LinkLag>99999</LinkLag><LagFormat>20</LagFormat>": "mspdi.link.percent",
	} {
		_, err := mspdi.Read(strings.NewReader(document("", "", replace("<UID>6</UID>", inner), "", "")))
		if want == "" {
			require.NoError(t, err, inner)
			continue
		}
		var found finding.List
		require.ErrorAs(t, err, &found, inner)
		assert.Equal(t, []string{want}, codes(found), inner)
	}
	// A summary and what is in it, and its finish held.
	_, err := mspdi.Read(strings.NewReader(document("", "", replace("<UID>3</UID>", "<PredecessorUID>2</PredecessorUID>"), "", "")))
	require.ErrorContains(t, err, "one of the two is in the other")
	_, err = mspdi.Read(strings.NewReader(document("", "", strings.Replace(outline, "<Type>3</Type>", "<Type>0</Type>", 1), "", "")))
	require.ErrorContains(t, err, "no start or finish of its own")
}

// Percent are whole numbers of the predecessor's duration, not tenths of anything.
func TestPercentLags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		duration, format, lag int
		link                  planning.Link
		codes                 []string
	}{
		{7, 19, 50, planning.Link{Percent: 50}, nil},
		{7, 51, -25, planning.Link{Percent: -25}, nil},
		{8, 20, 50, planning.Link{Percent: 50}, nil},
		{8, 52, 150, planning.Link{Percent: 150}, nil},
		{7, 20, 50, planning.Link{Lag: worktime.Elapsed(240)}, []string{"mspdi.link.elapsed"}}, // half of eight hours, by the clock
		{7, 19, 0, planning.Link{}, nil},
		{7, 8, 14_400, planning.Link{Lag: worktime.ElapsedDays(1)}, nil},
		{7, 7, -4800, planning.Link{Lag: worktime.Hours(-8)}, nil},
	} {
		doc := document("", "", fmt.Sprintf(`<Task><UID>1</UID><Duration>PT8H0M0S</Duration><DurationFormat>%d</DurationFormat></Task>
<Task><UID>2</UID><PredecessorLink><PredecessorUID>1</PredecessorUID><LinkLag>%d</LinkLag><LagFormat>%d</LagFormat></PredecessorLink></Task>`, c.duration, c.lag, c.format), "", "")
		p := parse(t, doc)
		c.link.From, c.link.To = "1", "2"
		assert.Equal(t, []planning.Link{c.link}, p.Links, "%+v", c)
		assert.Equal(t, c.codes, codes(p.Findings), "%+v", c)
	}
}

// A task of three days that starts on Monday, 2 March 2026, and what else is known.
func TestProgress(t *testing.T) {
	t.Parallel()
	const status = "<StatusDate>2026-03-05T08:00:00</StatusDate>"
	started := "<ActualStart>2026-03-02T08:00:00</ActualStart>"
	for name, c := range map[string]struct {
		head, inner string
		remaining   worktime.Length
		pauses      []civil.Period
		codes       []string
		finish      time.Time
	}{
		"not started": {inner: "", finish: march(4, 17)},
		"started":     {inner: started, finish: march(4, 17)},
		"progress without a start": {
			inner: "<PercentComplete>10</PercentComplete>", codes: []string{"mspdi.task.progress"}, finish: march(4, 17),
		},
		"goes on where it stopped": {
			head:  status,
			inner: started + "<PercentComplete>33</PercentComplete><RemainingDuration>PT16H0M0S</RemainingDuration><Stop>2026-03-02T17:00:00</Stop><Resume>2026-03-03T08:00:00</Resume>",
			codes: []string{"mspdi.task.progress"}, finish: march(4, 17),
		},
		"rest from the status date on": { // the evening before is the same moment
			head:      status,
			inner:     started + "<RemainingDuration>PT16H0M0S</RemainingDuration><Stop>2026-03-02T17:00:00</Stop><Resume>2026-03-04T17:00:00</Resume>",
			remaining: worktime.Hours(16), finish: march(6, 17),
		},
		"rest told in percent": {
			head:      status,
			inner:     started + "<PercentComplete>25</PercentComplete><Stop>2026-03-02T15:00:00</Stop><Resume>2026-03-05T08:00:00</Resume>",
			remaining: worktime.Hours(18), finish: march(9, 10),
		},
		"whole days between": {
			inner:  started + "<RemainingDuration>PT16H0M0S</RemainingDuration><Stop>2026-03-02T17:00:00</Stop><Resume>2026-03-06T08:00:00</Resume>",
			pauses: []civil.Period{civil.Days(civil.MustDate(2026, time.March, 3), civil.MustDate(2026, time.March, 5))}, finish: march(9, 17),
		},
		"hours between": {
			inner: started + "<RemainingDuration>PT16H0M0S</RemainingDuration><Stop>2026-03-02T17:00:00</Stop><Resume>2026-03-03T10:00:00</Resume>",
			codes: []string{"mspdi.task.split"}, finish: march(4, 17),
		},
		"finished": {inner: started + "<ActualFinish>2026-03-03T12:00:00</ActualFinish><PercentComplete>100</PercentComplete>", finish: march(3, 12)},
	} {
		p := parse(t, document(c.head, "", "<Task><UID>1</UID><Duration>PT24H0M0S</Duration>"+c.inner+"</Task>", "", ""))
		got := p.Tasks[0]
		assert.Equal(t, c.remaining, got.Remaining, name)
		assert.Equal(t, c.pauses, got.Pauses, name)
		assert.Equal(t, c.codes, codes(p.Findings), name)
		f, _ := compile(t, p.Plan()).CriticalPath().Of("1")
		assert.Equal(t, c.finish, f.Finish, name)
	}
}

// Splits are the times in which nobody works who could.
func TestSplits(t *testing.T) {
	t.Parallel()
	rows := func(texts ...string) (out string) { // first to last day of March, hours of work
		for _, s := range texts {
			var from, to, hours int
			_, err := fmt.Sscanf(s, "%d-%d %dh", &from, &to, &hours)
			require.NoError(t, err)
			out += fmt.Sprintf("<TimephasedData><Type>1</Type><Start>2026-03-%02dT08:00:00</Start><Finish>2026-03-%02dT17:00:00</Finish><Unit>2</Unit><Value>PT%dH0M0S</Value></TimephasedData>", from, to, hours)
		}
		return out
	}
	days := func(first, last int) civil.Period {
		return civil.Days(civil.MustDate(2026, time.March, first), civil.MustDate(2026, time.March, last))
	}
	assignment := func(resource int, rows string) string {
		return fmt.Sprintf("<Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>%d</ResourceUID><Units>1</Units>%s</Assignment>", resource, rows)
	}
	for name, c := range map[string]struct {
		duration    string
		assignments string
		want        []civil.Period
		codes       []string
	}{
		"none":                    {"PT40H", assignment(1, rows("2-2 8h", "3-6 32h")), nil, nil},
		"nobody assigned":         {"PT24H", assignment(-65535, rows("2-2 8h", "4-5 16h")), []civil.Period{days(3, 3)}, nil},
		"said to be nothing":      {"PT24H", assignment(1, rows("2-2 8h", "3-4 0h", "5-6 16h")), []civil.Period{days(3, 4)}, nil},
		"two":                     {"PT24H", assignment(1, rows("2-2 8h", "4-4 8h", "10-10 8h")), []civil.Period{days(3, 3), days(5, 9)}, nil},
		"over a weekend":          {"PT16H", assignment(1, rows("5-5 8h", "9-9 8h")), []civil.Period{days(6, 6)}, nil},
		"only a weekend":          {"PT16H", assignment(1, rows("6-6 8h", "9-9 8h")), nil, nil},
		"the other one works":     {"PT24H", assignment(1, rows("2-2 8h", "4-5 16h")) + assignment(2, rows("2-3 16h")), nil, nil},
		"both rest":               {"PT24H", assignment(1, rows("2-2 8h", "4-5 16h")) + assignment(2, rows("2-2 8h", "4-4 8h")), []civil.Period{days(3, 3)}, nil},
		"on leave on that day":    {"PT16H", assignment(3, rows("2-2 8h", "4-4 8h")), nil, nil},
		"leave and a pause":       {"PT16H", assignment(3, rows("2-2 8h", "5-5 8h")), []civil.Period{days(3, 4)}, nil},
		"amounts that are none":   {"PT16H", assignment(1, strings.ReplaceAll(rows("2-2 8h", "4-4 8h"), "PT", "P1D")), nil, []string{"mspdi.task.split"}},
		"a baseline is no work":   {"PT16H", assignment(1, strings.ReplaceAll(rows("2-2 8h", "4-4 8h"), "<Type>1<", "<Type>4<")), nil, nil},
		"half a day":              {"PT16H", assignment(1, strings.Replace(rows("2-2 8h", "3-3 4h"), "03T08", "03T10", 1)), nil, []string{"mspdi.task.split"}},
		"rests for twenty years":  {"PT16H", assignment(1, rows("2-2 8h")+strings.ReplaceAll(rows("3-3 8h"), "2026", "2046")), nil, []string{"mspdi.task.split"}},
		"by the clock, unclear":   {"PT16H", assignment(1, strings.ReplaceAll(rows("2-2 8h", "4-4 8h"), "T08:00:00", "morning")), nil, []string{"mspdi.task.split"}},
		"of a task without a row": {"PT16H", assignment(1, ""), nil, nil},
	} {
		const leave = `<Calendar><UID>1</UID><Name>Standard</Name><WeekDays>` + workday + `</WeekDays></Calendar>
<Calendar><UID>2</UID><Name>Cid</Name><BaseCalendarUID>1</BaseCalendarUID><Exceptions><Exception><TimePeriod><FromDate>2026-03-03T00:00:00</FromDate><ToDate>2026-03-03T23:59:00</ToDate></TimePeriod><Type>1</Type></Exception></Exceptions></Calendar>`
		people := "<Resource><UID>1</UID></Resource><Resource><UID>2</UID></Resource><Resource><UID>3</UID><CalendarUID>2</CalendarUID></Resource>"
		p := parse(t, document("<CalendarUID>1</CalendarUID>", leave, "<Task><UID>1</UID><Duration>"+c.duration+"</Duration></Task>", people, c.assignments))
		assert.Equal(t, c.want, p.Tasks[0].Pauses, name)
		assert.Equal(t, c.codes, codes(p.Findings), name)
	}
}

// workday is Monday to Friday, 8 to 12 and 13 to 17.
const workday = day2 + day3 + day4 + day5 + day6

const (
	hours = `<DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime><WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay>`
	day2  = "<WeekDay><DayType>2</DayType>" + hours
	day3  = "<WeekDay><DayType>3</DayType>" + hours
	day4  = "<WeekDay><DayType>4</DayType>" + hours
	day5  = "<WeekDay><DayType>5</DayType>" + hours
	day6  = "<WeekDay><DayType>6</DayType>" + hours
)

func TestResources(t *testing.T) {
	t.Parallel()
	period := func(from, to, units string) string {
		return "<AvailabilityPeriod><AvailableFrom>" + from + "</AvailableFrom><AvailableTo>" + to + "</AvailableTo><AvailableUnits>" + units + "</AvailableUnits></AvailabilityPeriod>"
	}
	rate := func(from, table, amount string) string {
		return "<Rate><RatesFrom>" + from + "</RatesFrom><RateTable>" + table + "</RateTable><StandardRate>" + amount + "</StandardRate></Rate>"
	}
	const begin, end = "1984-01-01T00:00:00", "2049-12-31T23:59:00"
	july, always := civil.MustDate(2026, time.July, 1), civil.MustDate(1984, time.January, 1)
	eur := func(n int64) money.Money { return money.Minor(n, money.EUR) }
	for name, c := range map[string]struct {
		inner string
		want  planning.Resource
		codes []string
	}{
		"plain":        {"<Type>1</Type><MaxUnits>0.5</MaxUnits>", planning.Resource{Units: 500}, nil},
		"missing":      {"", planning.Resource{Units: 1000}, nil},
		"none at all":  {"<MaxUnits>0</MaxUnits>", planning.Resource{Units: 1000}, []string{"mspdi.resource.units"}},
		"generic":      {"<MaxUnits>3</MaxUnits><IsGeneric>1</IsGeneric>", planning.Resource{Units: 3000, Kind: planning.Pool}, nil},
		"always there": {"<MaxUnits>1</MaxUnits><AvailabilityPeriods>" + period(begin, end, "0.75") + "</AvailabilityPeriods>", planning.Resource{Units: 750}, nil},
		"comes in July": {
			"<AvailabilityPeriods>" + period("2026-07-01T00:00:00", end, "2") + "</AvailabilityPeriods>",
			planning.Resource{Units: 1000, Changes: []planning.Change{{From: always}, {From: july, Units: 2000}}},
			nil,
		},
		"goes in July": {
			"<AvailabilityPeriods>" + period(begin, "2026-06-30T23:59:00", "1") + "</AvailabilityPeriods>",
			planning.Resource{Units: 1000, Changes: []planning.Change{{From: july}}},
			nil,
		},
		"less in July, back in August": {
			"<AvailabilityPeriods>" + period("2026-08-01T00:00:00", end, "1") + period("2026-07-01T00:00:00", "2026-07-31T23:59:00", "0.5") + period(begin, "2026-06-30T23:59:00", "1") + "</AvailabilityPeriods>",
			planning.Resource{Units: 1000, Changes: []planning.Change{{From: july, Units: 500}, {From: july.AddMonths(1), Units: 1000}}},
			nil,
		},
		"away in July": {
			"<AvailabilityPeriods>" + period(begin, "2026-06-30T23:59:00", "1") + period("2026-08-01T00:00:00", end, "1") + "</AvailabilityPeriods>",
			planning.Resource{Units: 1000, Changes: []planning.Change{{From: july}, {From: july.AddMonths(1), Units: 1000}}},
			nil,
		},
		"a rate":        {"<StandardRate>12.5</StandardRate><StandardRateFormat>3</StandardRateFormat>", planning.Resource{Units: 1000, Rates: []planning.Rate{{Hour: eur(1250)}}}, nil},
		"no rate":       {"<StandardRate>0</StandardRate><Rates>" + rate(begin, "0", "0.00") + "</Rates>", planning.Resource{Units: 1000}, nil},
		"rounded":       {"<StandardRate>12.345</StandardRate>", planning.Resource{Units: 1000, Rates: []planning.Rate{{Hour: eur(1234)}}}, []string{"mspdi.resource.rate"}},
		"cost of a use": {"<CostPerUse>300</CostPerUse>", planning.Resource{Units: 1000}, []string{"mspdi.resource.rate"}},
		"a table": {
			"<StandardRate>10</StandardRate><Rates>" + rate("2026-07-01T00:00:00", "0", "30") + rate(begin, "0", "20.00") + rate(begin, "1", "99") + "</Rates>",
			planning.Resource{Units: 1000, Rates: []planning.Rate{{Hour: eur(2000)}, {From: july, Hour: eur(3000)}}},
			nil,
		},
		"from July on": {
			"<Rates>" + rate(begin, "0", "0") + rate("2026-07-01T08:00:00", "0", "30") + "</Rates>",
			planning.Resource{Units: 1000, Rates: []planning.Rate{{From: july, Hour: eur(3000)}}},
			nil,
		},
	} {
		p := parse(t, document("<CurrencyCode>EUR</CurrencyCode>", "", "", "<Resource><UID>1</UID>"+c.inner+"</Resource>", ""))
		c.want.Key = "1"
		assert.Equal(t, []planning.Resource{c.want}, p.Resources, name)
		assert.Equal(t, c.codes, codes(p.Findings), name)
	}
	// What is no work, and money without a currency.
	p := parse(t, document("<CurrencyCode>R$</CurrencyCode>", "", "<Task><UID>1</UID></Task><Task><UID>2</UID><Summary>1</Summary><OutlineLevel>1</OutlineLevel></Task>",
		"<Resource><UID>1</UID><Type>0</Type></Resource><Resource><UID>2</UID><Type>2</Type></Resource><Resource><UID>3</UID><CalendarUID>9</CalendarUID><StandardRate>10</StandardRate></Resource>",
		"<Assignment><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID></Assignment><Assignment><TaskUID>1</TaskUID><ResourceUID>3</ResourceUID><Units>0</Units></Assignment><Assignment><TaskUID>2</TaskUID><ResourceUID>3</ResourceUID></Assignment>"))
	assert.Len(t, p.Resources, 1)
	assert.Empty(t, p.Tasks[0].Assignments)
	assert.Equal(t, []string{"mspdi.resource.kind", "mspdi.resource.kind", "mspdi.calendar.unknown", "mspdi.resource.rate", "mspdi.assignment.units", "mspdi.assignment.summary"}, codes(p.Findings))
	// Days that belong to two periods.
	_, err := mspdi.Read(strings.NewReader(document("", "", "", "<Resource><UID>1</UID><AvailabilityPeriods>"+period(begin, end, "1")+period("2026-07-01T00:00:00", end, "1")+"</AvailabilityPeriods></Resource>", "")))
	require.ErrorContains(t, err, "overlaps another")
}

// Tasks that move otherwise than the plan says are told.
func TestTaskWarnings(t *testing.T) {
	t.Parallel()
	for inner, want := range map[string]string{
		"<Manual>1</Manual>":                  "mspdi.task.manual",
		"<ExternalTask>1</ExternalTask>":      "mspdi.task.external",
		"<IsSubproject>true</IsSubproject>":   "mspdi.task.external",
		"<LevelingDelay>4800</LevelingDelay>": "mspdi.task.delay",
		"<CalendarUID>7</CalendarUID>":        "mspdi.calendar.unknown",
		"<Summary>1</Summary><ConstraintType>4</ConstraintType><ConstraintDate>2026-03-02T08:00:00</ConstraintDate>": "mspdi.summary.constraint",
		"<Summary>1</Summary><Deadline>2026-03-02T08:00:00</Deadline>":                                               "mspdi.summary.constraint",
		"<CalendarUID>-1</CalendarUID><Manual>0</Manual>":                                                            "",
		"<Milestone>1</Milestone><Duration>PT8H</Duration>":                                                          "",
	} {
		p := parse(t, document("", "", "<Task><UID>1</UID>"+inner+"</Task>", "", ""))
		if want == "" {
			assert.Empty(t, p.Findings, inner)
		} else {
			assert.Equal(t, []string{want}, codes(p.Findings), inner)
		}
	}
	p := parse(t, document("", "", "<Task><UID>1</UID><Active>0</Active></Task><Task><UID>2</UID><Active>1</Active><PredecessorLink><PredecessorUID>1</PredecessorUID></PredecessorLink></Task>", "", ""))
	assert.Equal(t, []string{"mspdi.task.inactive"}, codes(p.Findings))
	assert.Len(t, p.Tasks, 1)
	assert.Empty(t, p.Links)
}

// everything says all that the format can, with keys that are words.
func everything() planning.Plan {
	d := func(month time.Month, day int) civil.Date { return civil.MustDate(2026, month, day) }
	office := worktime.MonFri("Europe/Berlin", "09:00-12:00", "13:00-18:00")
	office.Exceptions = []worktime.Exception{{Days: civil.Days(d(4, 3), d(4, 6)), Name: "Easter"}}
	four := office.Week
	four[time.Friday] = nil
	office.Versions = []worktime.Version{{From: d(7, 1), Week: four}}
	night := worktime.MonFri("Europe/Berlin", "22:00-06:00")
	return planning.Plan{
		Start: d(3, 2), StartClock: 9 * 60, Status: d(3, 5).At(13, 0, time.UTC), Calendar: "office",
		Calendars: map[string]worktime.Spec{"office": office, "night": night},
		Resources: []planning.Resource{
			{
				Key: "ana", Name: "Ana", Units: 800, Absences: []civil.Period{civil.Days(d(3, 12), d(3, 13))},
				Changes: []planning.Change{{From: d(6, 1), Units: 400}, {From: d(9, 1), Units: 0}},
				Rates:   []planning.Rate{{Hour: money.Minor(8050, money.EUR)}, {From: d(6, 1), Hour: money.Minor(9000, money.EUR)}},
			},
			{Key: "print", Kind: planning.Equipment, Calendar: "night"},
			{Key: "agency", Kind: planning.Pool, Units: 3000, Rates: []planning.Rate{{From: d(4, 1), Hour: money.Minor(12_000, money.EUR)}}},
		},
		Phases: []planning.Phase{{Key: "make", Name: "Make"}, {Key: "words", Parent: "make"}, {Key: "later", Name: "Later"}},
		Tasks: []planning.Task{
			{Key: "brief", Duration: worktime.Days(2), Started: d(3, 2).At(8, 0, time.UTC), Finished: d(3, 3).At(17, 0, time.UTC)},
			{Key: "copy", Phase: "words", Duration: worktime.Hours(24), Started: d(3, 4).At(8, 0, time.UTC), Remaining: worktime.Hours(20), Assignments: []planning.Assignment{{Resource: "ana", Units: 500}}},
			{Key: "translate", Phase: "words", Duration: worktime.Hours(24), Pauses: []civil.Period{civil.Days(d(3, 10), d(3, 11))}, Assignments: []planning.Assignment{{Resource: "agency", Units: 2000}}},
			{Key: "photos", Phase: "make", Name: "Photos & film", Duration: worktime.Hours(8), Constraint: planning.Constraint{Kind: planning.ALAP}, Deadline: d(3, 27).At(17, 0, time.UTC)},
			{Key: "press", Phase: "make", Duration: worktime.Hours(10), Calendar: "night", Assignments: []planning.Assignment{{Resource: "print"}}, Priority: 700},
			{Key: "dry", Duration: worktime.ElapsedDays(2)},
			{Key: "launch", Constraint: planning.Constraint{Kind: planning.SNET, At: d(4, 1).At(8, 0, time.UTC)}},
		},
		Links: []planning.Link{
			{From: "brief", To: "make"},
			{From: "copy", To: "translate", Percent: -25},
			{From: "translate", To: "press", Type: planning.FF, Lag: worktime.Hours(8)},
			{From: "press", To: "dry", Lag: worktime.Elapsed(-30)},
			{From: "dry", To: "launch", Percent: 50},
			{From: "make", To: "launch", Lag: worktime.Elapsed(90)},
		},
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, mspdi.Write(&out, "launch", compile(t, everything())))
	golden.Equal(t, "launch.xml", out.Bytes())
	// What is read is a plan with the same dates.
	project, err := mspdi.Read(&out)
	require.NoError(t, err)
	want, got := compile(t, everything()).CriticalPath(), compile(t, project.Plan()).CriticalPath()
	var a, b []string
	local := func(at time.Time) string { return at.Format(time.DateTime) }
	for f := range want.Tasks() {
		a = append(a, fmt.Sprint(local(f.Start), local(f.Finish), local(f.LateFinish), f.Total, f.Free))
	}
	keys := map[string]string{} // in the order of the outline, which here is that of the plan
	for f := range got.Tasks() {
		b = append(b, fmt.Sprint(local(f.Start), local(f.Finish), local(f.LateFinish), f.Total, f.Free))
		keys[string(f.Task)] = ""
	}
	assert.Equal(t, a, b)
	assert.Len(t, keys, 7)
}

// What the format cannot say is an error that names it, and no file.
func TestUnsaid(t *testing.T) {
	t.Parallel()
	day := func(n int) civil.Date { return civil.MustDate(2026, time.March, n) }
	for name, c := range map[string]struct {
		change  func(*planning.Plan)
		code    string
		subject string
	}{
		"finish too":           {func(p *planning.Plan) { p.Finish, p.Task("translate").Pauses = day(31), nil }, "mspdi.plan.start", "plan"},
		"effort":               {func(p *planning.Plan) { t := p.Task("photos"); t.Effort, t.Duration = t.Duration, worktime.Length{} }, "mspdi.task.effort", "task/photos"},
		"estimate":             {func(p *planning.Plan) { p.Task("dry").Estimate = planning.Estimate{Min: 1, Likely: 2, Max: 3} }, "mspdi.task.estimate", "task/dry"},
		"mode":                 {func(p *planning.Plan) { p.Task("press").Modes = []planning.Mode{{Duration: worktime.Hours(5)}} }, "mspdi.task.mode", "task/press"},
		"weight":               {func(p *planning.Plan) { p.Task("press").Weight = 2 }, "mspdi.task.weight", "task/press"},
		"tentative":            {func(p *planning.Plan) { p.Task("press").Tentative = true }, "mspdi.task.tentative", "task/press"},
		"remaining":            {func(p *planning.Plan) { p.Task("copy").Remaining = worktime.Elapsed(600) }, "mspdi.task.remaining", "task/copy"},
		"a pause before":       {func(p *planning.Plan) { p.Task("translate").Pauses[0] = civil.Days(day(3), day(4)) }, "mspdi.task.pause", "task/translate"},
		"a pause at the end":   {func(p *planning.Plan) { p.Task("translate").Pauses[0] = civil.Days(day(20), day(24)) }, "mspdi.task.pause", "task/translate"},
		"a pause on a weekend": {func(p *planning.Plan) { p.Task("translate").Pauses[0] = civil.Days(day(14), day(15)) }, "mspdi.task.pause", "task/translate"},
		"a pause of a night":   {func(p *planning.Plan) { p.Task("press").Pauses = []civil.Period{civil.Days(day(18), day(18))} }, "mspdi.task.pause", "task/press"},
		"a pause by the clock": {func(p *planning.Plan) { p.Task("dry").Pauses = []civil.Period{civil.Days(day(20), day(20))} }, "mspdi.task.pause", "task/dry"},
		"a pause on leave": {func(p *planning.Plan) {
			p.Task("copy").Pauses, p.Task("copy").Remaining, p.Task("translate").Pauses = []civil.Period{civil.Days(day(12), day(12))}, worktime.Hours(48), nil
		}, "mspdi.task.pause", "task/copy"},
		"lag in days":         {func(p *planning.Plan) { p.Links[2].Lag = worktime.Days(1) }, "mspdi.link.days", "link/translate->press"},
		"percent of days":     {func(p *planning.Plan) { p.Task("copy").Duration = worktime.Days(4) }, "mspdi.link.days", "link/copy->translate"},
		"percent of a phase":  {func(p *planning.Plan) { p.Links[5].Lag, p.Links[5].Percent = worktime.Length{}, 10 }, "mspdi.link.percent", "link/make->launch"},
		"lag at night":        {func(p *planning.Plan) { p.Links[2].Lag, p.Links[2].Calendar = worktime.Hours(8), "office" }, "mspdi.link.calendar", "link/translate->press"},
		"lag through a pause": {func(p *planning.Plan) { p.Links[1].Calendar = "office" }, "mspdi.link.calendar", "link/copy->translate"},
		"lag into a phase":    {func(p *planning.Plan) { p.Links[0].Calendar = "office" }, "mspdi.link.calendar", "link/brief->make"},
		"stock":               {func(p *planning.Plan) { p.Resource("print").Kind = planning.Stock }, "mspdi.resource.stock", "resource/print"},
		"skill":               {func(p *planning.Plan) { p.Resource("ana").Skills = []planning.Skill{{Key: "copy"}} }, "mspdi.resource.skill", "resource/ana"},
		"reserved":            {func(p *planning.Plan) { p.Resource("ana").Reserved = 100 }, "mspdi.resource.reserved", "resource/ana"},
		"early change":        {func(p *planning.Plan) { p.Resource("ana").Changes[0].From = civil.MustDate(1983, 12, 31) }, "mspdi.resource.change", "resource/ana"},
		"late rate":           {func(p *planning.Plan) { p.Resource("ana").Rates[1].From = civil.MustDate(2050, 1, 1) }, "mspdi.resource.rate", "resource/ana"},
		"another currency":    {func(p *planning.Plan) { p.Resource("agency").Rates[0].Hour = money.Minor(1, money.USD) }, "mspdi.resource.rate", "resource/agency"},
		"late week":           {func(p *planning.Plan) { p.Calendars["office"].Versions[0].From = civil.MustDate(2050, 1, 1) }, "mspdi.calendar.versions", "calendar/office"},
		"six shifts": {func(p *planning.Plan) {
			office := p.Calendars["office"]
			office.Week[time.Monday] = worktime.Shifts("09:00-10:00", "10:15-11:00", "11:15-12:00", "13:00-14:00", "14:15-15:00", "15:15-18:00")
			p.Calendars["office"] = office
		}, "mspdi.calendar.shifts", "calendar/office"},
		"another zone": {func(p *planning.Plan) {
			night := p.Calendars["night"]
			night.Zone = "America/New_York"
			p.Calendars["night"] = night
		}, "mspdi.calendar.zone", "calendar/night"},
	} {
		plan := everything()
		c.change(&plan)
		var out bytes.Buffer
		err := mspdi.Write(&out, "x", compile(t, plan))
		var found finding.List
		require.ErrorAs(t, err, &found, name)
		require.Len(t, found, 1, "%s: %v", name, err)
		assert.Equal(t, [2]string{c.code, c.subject}, [2]string{found[0].Code, found[0].Subject}, name)
		assert.Zero(t, out.Len(), name)
	}
	plan := everything()
	plan.Resource("ana").Skills = []planning.Skill{{Key: "copy"}}
	plan.Task("press").Needs = []planning.Need{{Skill: "copy", Units: 500}}
	err := mspdi.Write(&bytes.Buffer{}, "x", compile(t, plan))
	var found finding.List
	require.ErrorAs(t, err, &found)
	assert.Equal(t, []string{"mspdi.task.need", "mspdi.resource.skill"}, codes(found))
}

// One lag calendar says nothing new: the successor's.
func TestLagInTheSuccessorsCalendar(t *testing.T) {
	t.Parallel()
	plan := everything()
	plan.Links[2].Calendar = "night"
	var with, without bytes.Buffer
	require.NoError(t, mspdi.Write(&with, "x", compile(t, plan)))
	require.NoError(t, mspdi.Write(&without, "x", compile(t, everything())))
	assert.Equal(t, without.String(), with.String())
}

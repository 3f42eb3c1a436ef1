package campaign_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

var command = uuid.MustParse("0198c0de-0000-7000-8000-000000000001")

// small is a template of five items: twelve working days of work before the
// launch, copy (5), art (4, parallel), review (5 after both), fix (2).
func small() campaign.Template {
	due := func(n int) *campaign.RelDate {
		return &campaign.RelDate{Anchor: "launch", Offset: n, Roll: campaign.Before}
	}
	return campaign.Template{
		Key: "small", Name: "Small", Root: "c", Launch: "launch",
		Nodes: []campaign.TemplateNode{
			{Key: "c", Level: campaign.Campaign, Name: "?", Role: "lead", BudgetNode: "c"},
			{Key: "mail", Parent: "c", Level: campaign.Activity, Name: "Mail", Channel: "email", BudgetNode: "c-mail"},
		},
		Items: []campaign.Item{
			{Key: "copy", Node: "mail", Name: "Copy", Role: "writer", Duration: worktime.Days(5)},
			{Key: "art", Node: "mail", Name: "Art", Role: "artist", Duration: worktime.Days(4)},
			{
				Key: "review", Node: "mail", Name: "Review", Role: "lead", Duration: worktime.Days(5), Anchor: due(-3),
				Predecessors: []campaign.Dependency{{Task: "copy"}, {Task: "art"}},
			},
			{Key: "fix", Node: "mail", Name: "Fix", Role: "writer", Duration: worktime.Days(2), Predecessors: []campaign.Dependency{{Task: "review"}}},
			{
				Key: "launch", Node: "c", Name: "Launch", Predecessors: []campaign.Dependency{{Task: "fix"}},
				Anchor: &campaign.RelDate{Anchor: "launch", Bind: campaign.At},
			},
			{
				Key: "report", Node: "c", Name: "Report", Role: "lead", Duration: worktime.Days(1), Predecessors: []campaign.Dependency{{Task: "launch"}},
				Anchor: &campaign.RelDate{Anchor: "launch", Offset: 11, Unit: campaign.CalendarDays, Roll: campaign.After, Bind: campaign.NotBefore},
			},
		},
		Gates: []campaign.TemplateGate{{
			Key: "go", Node: "c", Name: "Go", Anchor: due(-1), After: []planning.TaskKey{"fix"},
			Items: []campaign.Check{{Name: "Imprint", Role: "lead"}, {Name: "Opt-out"}},
		}},
	}
}

func params() campaign.Params {
	return campaign.Params{
		Name:   "Spring",
		Launch: campaign.Moment{Date: civil.MustDate(2026, time.March, 10), Clock: 9 * 60, Zone: "Europe/Berlin"},
		Team: campaign.Team{
			Calendars: map[string]worktime.Spec{"berlin": worktime.MonFri("Europe/Berlin", "09:00-13:00", "14:00-18:00")},
			People:    []campaign.Member{{Person: "ann"}, {Person: "bob"}, {Person: "eve"}},
		},
		Owners:   map[string]ident.Person{"lead": "ann", "writer": "bob", "artist": "eve"},
		Currency: money.EUR,
		Budgets:  map[campaign.NodeKey]money.Money{"c": money.Minor(1_000_00, money.EUR), "mail": money.Minor(400_00, money.EUR)},
	}
}

func instance(t *testing.T, p campaign.Params) campaign.Tree {
	t.Helper()
	b, err := campaign.Compile(small())
	require.NoError(t, err)
	tree, err := b.Instantiate(p, command)
	require.NoError(t, err)
	require.Empty(t, tree.Check())
	return tree
}

func path(t *testing.T, tree campaign.Tree, team campaign.Team) *planning.CriticalPath {
	t.Helper()
	m, err := planning.Compile(tree.Plan(team))
	require.NoError(t, err)
	return m.CriticalPath()
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func berlin(s string) time.Time {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		panic(err)
	}
	return at
}

func TestInstantiateCountsBack(t *testing.T) {
	p := params()
	tree := instance(t, p)
	// Twelve working days before Tuesday 10 March: Friday 20 February.
	assert.Equal(t, day("2026-02-20"), tree.Start)
	assert.Equal(t, "Spring", tree.Nodes[0].Name)
	assert.Equal(t, ident.Person("ann"), tree.Nodes[0].Owner)
	assert.Equal(t, tree.Nodes[0].ID, tree.Nodes[1].Parent)
	assert.Equal(t, ident.Derive(command, 2), tree.Nodes[1].ID)
	// Three working days before 10 March is Thursday 5 March, end of work.
	assert.True(t, tree.Task("review").Due.Equal(berlin("2026-03-05 18:00")), tree.Task("review").Due)
	// Eleven days after 10 March is Saturday the 21st; rolled, Monday the 23rd.
	assert.True(t, tree.Task("report").Constraint.At.Equal(berlin("2026-03-23 09:00")))
	assert.True(t, tree.Gate("go").Due.Equal(berlin("2026-03-09 18:00")))
	assert.Equal(t, civil.Days(day("2026-02-20"), day("2026-03-09")), tree.ByKey("mail").Span)
	assert.Equal(t, civil.Days(day("2026-02-20"), day("2026-03-23")), tree.ByKey("c").Span)

	cp := path(t, tree, p.Team)
	assert.Empty(t, cp.Conflicts())
	f, ok := cp.Of("launch")
	require.True(t, ok)
	assert.True(t, f.EarlyStart.Equal(berlin("2026-03-10 09:00")))
	art, ok := cp.Of("art")
	require.True(t, ok)
	assert.Equal(t, worktime.Minutes(8*60), art.Total, "art may slip by the day that copy takes longer")
}

func TestInstantiateIsDeterministic(t *testing.T) {
	a, err := json.Marshal(instance(t, params()))
	require.NoError(t, err)
	b, err := json.Marshal(instance(t, params()))
	require.NoError(t, err)
	assert.Equal(t, string(a), string(b))
	var back campaign.Tree
	require.NoError(t, json.Unmarshal(a, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	assert.Equal(t, string(a), string(again))
}

func TestTooLateReturnsEarliestFeasibleLaunch(t *testing.T) {
	b, err := campaign.Compile(small())
	require.NoError(t, err)
	p := params()
	p.Start = day("2026-02-25") // twelve working days: 25 Feb to 12 March
	_, err = b.Instantiate(p, command)
	require.ErrorIs(t, err, campaign.ErrInfeasible)
	late, ok := errors.AsType[*campaign.InfeasibleError](err)
	require.True(t, ok)
	assert.True(t, late.Finish.Equal(berlin("2026-03-12 18:00")), late.Finish)
	assert.Equal(t, "2026-03-13 09:00 Europe/Berlin", late.Earliest.String())
	assert.Equal(t, []planning.TaskKey{"copy", "review", "fix"}, late.Critical)

	p.Launch = late.Earliest
	tree, err := b.Instantiate(p, command)
	require.NoError(t, err, "the earliest feasible launch is feasible")
	assert.Equal(t, p.Start, tree.Start)
	p.Launch.Date = p.Launch.Date.AddDays(-1)
	_, err = b.Instantiate(p, command)
	require.ErrorIs(t, err, campaign.ErrInfeasible, "the day before is not")

	// At 19:00 the day on which the work ends is early enough.
	p.Launch.Clock = 19 * 60
	p.Launch.Date = day("2026-03-11")
	_, err = b.Instantiate(p, command)
	late, ok = errors.AsType[*campaign.InfeasibleError](err)
	require.True(t, ok)
	assert.Equal(t, "2026-03-12 19:00 Europe/Berlin", late.Earliest.String())
}

func TestLinksDecideAndConflictsShow(t *testing.T) {
	b, err := campaign.Compile(func() campaign.Template {
		template := small()
		template.Items[2].Anchor.Offset = -10 // review cannot be over ten days before: no time for copy
		return template
	}())
	require.NoError(t, err)
	p := params()
	p.Start = day("2026-02-20")
	tree, err := b.Instantiate(p, command)
	require.NoError(t, err)
	conflicts := path(t, tree, p.Team).Conflicts()
	assert.True(t, conflicts.Has("planning.date.missed"), conflicts)
}

func TestReanchor(t *testing.T) {
	p := params()
	tree := instance(t, p)
	tree.Task("copy").Started = berlin("2026-02-20 09:00")
	tree.Task("review").Started = berlin("2026-02-27 09:00")
	before := tree.Clone()
	launch := p.Launch
	launch.Date = day("2026-03-17")
	moved, err := tree.Reanchor("c", launch, p.Team)
	require.NoError(t, err)
	assert.Equal(t, before, tree, "the tree itself is not touched")
	assert.Equal(t, before.Task("review").Due, moved.Task("review").Due, "started work stays")
	assert.True(t, moved.Task("report").Constraint.At.Equal(berlin("2026-03-30 09:00")))
	assert.True(t, moved.Gate("go").Due.Equal(berlin("2026-03-16 18:00")))
	back, err := moved.Reanchor("c", p.Launch, p.Team)
	require.NoError(t, err)
	assert.Equal(t, before, back, "shifting there and back changes nothing")

	_, err = tree.Reanchor("nowhere", launch, p.Team)
	require.ErrorIs(t, err, campaign.ErrUnknown)
	_, err = tree.Reanchor("c", campaign.Moment{}, p.Team)
	require.ErrorIs(t, err, campaign.ErrMoment)
}

func TestPrefixKeepsInstancesApart(t *testing.T) {
	p := params()
	one := instance(t, p)
	p.Prefix = "us-"
	b, err := campaign.Compile(small())
	require.NoError(t, err)
	two, err := b.Instantiate(p, uuid.MustParse("0198c0de-0000-7000-8000-000000000002"))
	require.NoError(t, err)
	one.Nodes = append(one.Nodes, two.Nodes...)
	one.Tasks = append(one.Tasks, two.Tasks...)
	one.Gates = append(one.Gates, two.Gates...)
	assert.Empty(t, one.Check())
	path(t, one, p.Team)
}

func TestRelDate(t *testing.T) {
	spec := worktime.MonFri("Europe/Berlin", "09:00-17:00")
	spec.Exceptions = []worktime.Exception{{Days: civil.Days(day("2026-04-03"), day("2026-04-06")), Name: "Easter"}}
	cal, err := worktime.Compile(spec, civil.Days(day("2026-01-01"), day("2026-12-31")))
	require.NoError(t, err)
	for _, c := range []struct {
		anchor string
		r      campaign.RelDate
		want   string
	}{
		{"2026-04-08", campaign.RelDate{Offset: -2}, "2026-04-02"},                                                     // Tuesday 7, then Thursday 2: Easter is off
		{"2026-04-08", campaign.RelDate{Offset: -2, Unit: campaign.CalendarDays}, "2026-04-06"},                        // Easter Monday stays
		{"2026-04-08", campaign.RelDate{Offset: -2, Unit: campaign.CalendarDays, Roll: campaign.Before}, "2026-04-02"}, // offset first, then roll
		{"2026-04-08", campaign.RelDate{Offset: -2, Unit: campaign.CalendarDays, Roll: campaign.After}, "2026-04-07"},
		{"2026-04-04", campaign.RelDate{}, "2026-04-04"},
		{"2026-04-04", campaign.RelDate{Roll: campaign.After}, "2026-04-07"},
		{"2026-04-04", campaign.RelDate{Offset: 1}, "2026-04-07"},
	} {
		assert.Equal(t, c.want, c.r.Date(day(c.anchor), cal).String(), "%v %+v", c.anchor, c.r)
	}
}

func TestReadiness(t *testing.T) {
	tree := instance(t, params())
	early := tree.Readiness(berlin("2026-03-01 12:00"))
	assert.False(t, early.Ready)
	assert.Equal(t, finding.Warning, early.Blockers.Worst())
	var codes []string
	for _, f := range early.Blockers {
		codes = append(codes, f.Code)
	}
	assert.Equal(t, []string{"campaign.gate.item", "campaign.gate.item", "campaign.gate.task"}, codes)
	late := tree.Readiness(berlin("2026-03-09 18:00"))
	assert.Equal(t, finding.Error, late.Blockers.Worst())
	assert.True(t, late.Gates[0].Overdue)

	gate := tree.Gate("go")
	gate.Items[0].Done, gate.Items[1].Done = true, true
	tree.Task("fix").Started, tree.Task("fix").Finished = berlin("2026-03-06 09:00"), berlin("2026-03-09 18:00")
	ready := tree.Readiness(berlin("2026-03-09 18:00"))
	assert.True(t, ready.Ready)
	assert.True(t, ready.Gates[0].Open)
	assert.Empty(t, ready.Blockers)
}

func TestHealth(t *testing.T) {
	p := params()
	tree := instance(t, p)
	in := &campaign.Inputs{Dates: path(t, tree, p.Team)}
	green := tree.Health(berlin("2026-02-19 12:00"), in)
	assert.Equal(t, campaign.Green, green.Status)
	assert.Empty(t, green.Reasons)

	// On Monday 23 February nothing has been started.
	amber := tree.Health(berlin("2026-02-23 12:00"), in)
	assert.Equal(t, campaign.Amber, amber.Status)
	assert.True(t, amber.Reasons.Has("campaign.task.unstarted"))
	assert.Equal(t, campaign.Amber, amber.Nodes[0].Status, "the campaign has the worst colour of its activities")
	assert.NotEmpty(t, amber.Nodes[0].Reasons)

	// A slip of three days moves the planned launch.
	slip := tree.Clone()
	slip.Task("copy").Duration = worktime.Days(8)
	red := slip.Health(berlin("2026-02-19 12:00"), &campaign.Inputs{Dates: path(t, slip, p.Team)})
	assert.Equal(t, campaign.Red, red.Status)
	assert.True(t, red.Reasons.Has("campaign.launch.late"))
	assert.True(t, red.Reasons.Has("campaign.task.target"))
	assert.Equal(t, campaign.Red, red.Nodes[0].Status)
	assert.Equal(t, campaign.Amber, red.Nodes[1].Status)

	assert.True(t, tree.Health(berlin("2026-03-06 12:00"), nil).Reasons.Has("campaign.task.overdue"))
	soon := tree.Health(berlin("2026-03-05 12:00"), nil)
	assert.Equal(t, campaign.Amber, soon.Status)
	assert.True(t, soon.Reasons.Has("campaign.gate.blocked"))
}

func TestBudgetJoinAndHealth(t *testing.T) {
	tree := instance(t, params())
	chart, err := budget.Compile(tree.Budget())
	require.NoError(t, err)
	assert.Equal(t, []budget.NodeKey{"c-mail"}, chart.Children("c"))
	book := budget.New(chart)
	now := berlin("2026-02-19 12:00")
	on := day("2026-03-01")
	_, err = book.ApplyAll(now,
		budget.SetLimit{Node: "c", Period: chart.Calendar().PeriodOf(on), Amount: tree.Nodes[0].Budget},
		budget.SetLimit{Node: "c-mail", Period: chart.Calendar().PeriodOf(on), Amount: tree.Nodes[1].Budget},
		budget.Invoice{Ref: "I1", Node: "c-mail", Date: on, Amount: money.Minor(400_00, money.EUR)},
	)
	require.NoError(t, err)
	assert.Equal(t, campaign.Green, tree.Health(now, &campaign.Inputs{Book: book}).Status)
	_, err = book.ApplyAll(now, budget.Invoice{Ref: "I2", Node: "c-mail", Date: on, Amount: money.Minor(1, money.EUR)})
	require.NoError(t, err)
	over := tree.Health(now, &campaign.Inputs{Book: book})
	assert.Equal(t, campaign.Red, over.Status)
	require.Len(t, over.Reasons, 1)
	assert.Equal(t, []string{"used 400.01 EUR of 400.00 EUR"}, over.Reasons[0].Evidence)
}

func TestBudgetOwners(t *testing.T) {
	t.Parallel()
	id := func(n int) uuid.UUID { return ident.Derive(command, n) }
	node := func(n, parent int, owner ident.Person, line budget.NodeKey) campaign.Node {
		out := campaign.Node{ID: id(n), Owner: owner, BudgetNode: line, Span: civil.Days(day("2026-03-01"), day("2026-03-31"))}
		if parent > 0 {
			out.Parent = id(parent)
		}
		return out
	}
	for name, c := range map[string]struct {
		nodes   []campaign.Node
		owners  []ident.Person // of the budget nodes
		unowned []string       // subjects found when the last budget node has a plan
	}{
		"its own":                   {[]campaign.Node{node(1, 0, "ann", "c"), node(2, 1, "bob", "c-mail")}, []ident.Person{"ann", "bob"}, nil},
		"from above in the budget":  {[]campaign.Node{node(1, 0, "ann", "c"), node(2, 1, "", "c-mail")}, []ident.Person{"ann", ""}, nil},
		"from above in the tree":    {[]campaign.Node{node(1, 0, "ann", ""), node(2, 1, "", "c-mail")}, []ident.Person{"ann"}, nil},
		"not beyond another budget": {[]campaign.Node{node(1, 0, "ann", ""), node(2, 1, "bob", "c"), node(3, 2, "", "c-mail")}, []ident.Person{"bob", ""}, nil},
		"the first that shares it":  {[]campaign.Node{node(1, 0, "", "c"), node(2, 0, "bob", "c"), node(3, 0, "eve", "c")}, []ident.Person{"bob"}, nil},
		"nobody":                    {[]campaign.Node{node(1, 0, "", "c"), node(2, 1, "", "c-mail")}, []ident.Person{"", ""}, []string{"node/c-mail"}},
		"somebody beside it":        {[]campaign.Node{node(1, 0, "ann", "c"), node(2, 0, "", "other")}, []ident.Person{"ann", ""}, []string{"node/other"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := campaign.Tree{Currency: money.EUR, Nodes: c.nodes}
			chart, err := budget.Compile(tree.Budget())
			require.NoError(t, err)
			var owners []ident.Person
			for _, n := range chart.Nodes() {
				owners = append(owners, n.Owner)
			}
			assert.Equal(t, c.owners, owners)
			book, nodes := budget.New(chart), chart.Nodes()
			plan := budget.SetPlan{Node: nodes[len(nodes)-1].Key, Period: chart.Periods()[0], Amount: money.Minor(100_00, money.EUR)}
			_, err = book.ApplyAll(berlin("2026-02-19 12:00"), plan)
			require.NoError(t, err)
			found, err := book.At(budget.Cut{}).Findings(day("2026-03-01"), budget.Review{})
			require.NoError(t, err)
			var unowned []string
			for _, f := range found {
				if f.Code == "budget.plan.unowned" {
					unowned = append(unowned, f.Subject)
				}
			}
			assert.Equal(t, c.unowned, unowned)
		})
	}
}

func TestGoal(t *testing.T) {
	tree := instance(t, params())
	goal := campaign.Goal{
		Key: "leads", Name: "Leads", Metric: "leads", Target: decimal.NewFromInt(8), Node: tree.Nodes[0].ID,
		Contribution: []campaign.Contribution{{Node: tree.Nodes[1].ID, Expected: decimal.NewFromInt(3)}, {Node: tree.Nodes[0].ID, Expected: decimal.NewFromInt(5)}},
	}
	defs := kpi.Definitions{"leads": kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("lead")}}
	const leads = "node\nmail\n" + "mail\n" // two of one node
	data := kpi.Files(fsOf("leads.csv", leads)).CSV("leads", "leads.csv", kpi.Text("node"))
	all, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"leads"}}, data)
	require.NoError(t, err)
	row, ok := all.Row()
	require.True(t, ok)
	progress := goal.Progress(row.Value("leads"))
	assert.True(t, progress.Known)
	assert.False(t, progress.Met)
	assert.Equal(t, "25.0 %", progress.Percent())

	by, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"leads"}, By: []string{"node"}}, data)
	require.NoError(t, err)
	parts, err := goal.Contributions(tree, by)
	require.NoError(t, err)
	require.Len(t, parts, 2)
	assert.Equal(t, "66.7 %", parts[0].Percent())
	assert.False(t, parts[1].Known, "a node without rows is missing, not zero")
	_, err = goal.Contributions(tree, all)
	require.ErrorIs(t, err, campaign.ErrGoal)

	goal.Target = decimal.New(1, 999_999)
	assert.False(t, goal.Progress(row.Value("leads")).Known)
}

func TestCheck(t *testing.T) {
	id := func(n int) uuid.UUID { return ident.Derive(command, n) }
	tree := campaign.Tree{
		Currency: money.EUR,
		Nodes: []campaign.Node{
			{ID: id(1), Key: "a", Level: campaign.Programme, Budget: money.Minor(1, money.EUR)},
			{ID: id(2), Key: "a", Parent: id(1), Level: campaign.Portfolio, Budget: money.Minor(2, money.EUR)},
			{ID: id(2), Key: "dup", Parent: id(1), Level: campaign.Activity, Budget: money.Minor(2, money.USD)},
			{ID: id(3), Key: "lost", Parent: id(99), Level: campaign.Activity},
			{ID: id(4), Key: "x", Parent: id(5), Level: campaign.Activity},
			{ID: id(5), Key: "y", Parent: id(4), Level: campaign.Activity},
			{Key: "noid", Level: campaign.Activity},
			{ID: id(6), Key: "bad", Parent: id(1), Level: campaign.Campaign, Launch: campaign.Moment{Zone: "X"}, LaunchTask: "none"},
		},
		Tasks: []campaign.Task{
			{Key: "t", Node: id(1), Duration: worktime.Days(1), Predecessors: []campaign.Dependency{{Task: "u"}}},
			{Key: "u", Node: id(77), Predecessors: []campaign.Dependency{{Task: "t"}, {Task: "ghost"}}, Finished: berlin("2026-01-01 10:00")},
			{Key: "u", Node: id(1), Anchor: &campaign.RelDate{Anchor: "launch"}},
		},
		Gates: []campaign.Gate{{Key: "", Node: id(88), After: []planning.TaskKey{"ghost"}, Anchor: &campaign.RelDate{Anchor: "launch"}}},
		Goals: []campaign.Goal{{Key: "g", Node: id(66), Target: decimal.New(1, 999_999), Contribution: []campaign.Contribution{{Node: id(67)}}}},
	}
	found := tree.Check()
	for _, code := range []string{
		"campaign.node.id", "campaign.node.duplicate", "campaign.node.parent", "campaign.node.cycle", "campaign.node.level", "campaign.node.launch",
		"campaign.task.duplicate", "campaign.task.node", "campaign.task.predecessor", "campaign.task.cycle", "campaign.task.actual", "campaign.task.anchor",
		"campaign.gate.duplicate", "campaign.gate.node", "campaign.gate.task", "campaign.gate.anchor", "campaign.goal.node", "campaign.goal.target",
		"campaign.budget.currency", "campaign.root.level", "campaign.task.unassigned", "campaign.budget.exceeded",
	} {
		assert.True(t, found.Has(code), code)
	}
	tree.Health(berlin("2026-01-02 10:00"), nil) // a broken tree must not hang
}

func TestCompileRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*campaign.Template)
		code   string
	}{
		"root":        {func(x *campaign.Template) { x.Root = "none" }, "campaign.template.root"},
		"launch":      {func(x *campaign.Template) { x.Launch = "none" }, "campaign.template.launch"},
		"long launch": {func(x *campaign.Template) { x.Items[4].Duration = worktime.Days(1) }, "campaign.template.launch"},
		"unbound":     {func(x *campaign.Template) { x.Items[4].Anchor = nil }, "campaign.template.launch"},
		"node":        {func(x *campaign.Template) { x.Nodes[1].Key = "c" }, "campaign.template.node"},
		"parent":      {func(x *campaign.Template) { x.Nodes[1].Parent = "none" }, "campaign.template.node"},
		"level":       {func(x *campaign.Template) { x.Nodes[1].Level = campaign.Portfolio }, "campaign.template.node"},
		"item":        {func(x *campaign.Template) { x.Items[1].Key = "copy" }, "campaign.template.item"},
		"negative":    {func(x *campaign.Template) { x.Items[1].Duration = worktime.Days(-1) }, "campaign.template.item"},
		"predecessor": {func(x *campaign.Template) { x.Items[3].Predecessors[0].Task = "none" }, "campaign.template.predecessor"},
		"cycle":       {func(x *campaign.Template) { x.Items[0].Predecessors = []campaign.Dependency{{Task: "fix"}} }, "campaign.template.cycle"},
		"node cycle":  {func(x *campaign.Template) { x.Nodes[0].Parent = "mail" }, "campaign.template.cycle"},
		"anchor":      {func(x *campaign.Template) { x.Items[2].Anchor.Anchor = "easter" }, "campaign.template.anchor"},
		"offset":      {func(x *campaign.Template) { x.Items[2].Anchor.Offset = 1 << 30 }, "campaign.template.anchor"},
		"not below":   {func(x *campaign.Template) { x.Root = "mail" }, "campaign.template.anchor"},
		"gate bind":   {func(x *campaign.Template) { x.Gates[0].Anchor.Bind = campaign.At }, "campaign.template.anchor"},
		"gate":        {func(x *campaign.Template) { x.Gates[0].After[0] = "none" }, "campaign.template.gate"},
	} {
		t.Run(name, func(t *testing.T) {
			template := small()
			c.change(&template)
			_, err := campaign.Compile(template)
			list, ok := errors.AsType[finding.List](err)
			require.True(t, ok, err)
			assert.True(t, list.Has(c.code), list)
		})
	}
}

func TestParamsAreChecked(t *testing.T) {
	b, err := campaign.Compile(small())
	require.NoError(t, err)
	_, err = b.Instantiate(campaign.Params{
		Owners: map[string]ident.Person{"writter": "bob"}, Budgets: map[campaign.NodeKey]money.Money{"none": {}},
	}, command)
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok, err)
	for _, code := range []string{"campaign.params.name", "campaign.params.launch", "campaign.params.role", "campaign.params.budget"} {
		assert.True(t, list.Has(code), code)
	}
	p := params()
	p.Team.Calendars["berlin"] = worktime.Spec{Zone: "Nowhere"}
	_, err = b.Instantiate(p, command)
	require.ErrorContains(t, err, "Nowhere")
	p = params()
	p.Team.Calendar = "madrid"
	_, err = b.Instantiate(p, command)
	require.ErrorContains(t, err, "madrid")
}

func TestTemplateRoundTrip(t *testing.T) {
	want := small()
	data, err := json.Marshal(want)
	require.NoError(t, err)
	got, err := campaign.ReadTemplate(bytes.NewReader(data), "small.json")
	require.NoError(t, err)
	assert.Equal(t, want, got)
	for _, bad := range []string{
		``, `{`, `[]`, `{} {}`, `{"key":"a","key":"b"}`, `{"colour":"red"}`, `{"nodes":[{"level":"galaxy"}]}`,
		strings.Repeat(`{"a":`, 100), `{"items":[{"anchor":{"bind":"maybe"}}]}`, `{"items":[{"duration":"1e99d"}]}`,
	} {
		_, err := campaign.ReadTemplate(strings.NewReader(bad), "bad.json")
		require.ErrorIs(t, err, campaign.ErrTemplate, bad)
		require.ErrorContains(t, err, "bad.json")
	}
}

func TestMoment(t *testing.T) {
	m, err := campaign.ParseMoment("2026-03-29 02:30 Europe/Berlin")
	require.NoError(t, err)
	at, err := m.Time()
	require.NoError(t, err)
	assert.Equal(t, "03:30 +0200", at.Format("15:04 -0700"), "the skipped hour moves forward")
	assert.Equal(t, "2026-03-29 02:30 Europe/Berlin", m.String())
	for _, bad := range []string{"", "2026-03-10", "2026-03-10 09:00", "2026-03-10 25:00 UTC", "2026-02-30 09:00 UTC", "2026-03-10 09:00 Mars/Base", "2026-03-10 09:00 Local"} {
		_, err := campaign.ParseMoment(bad)
		require.ErrorIs(t, err, campaign.ErrMoment, bad)
	}
}

func FuzzReadTemplate(f *testing.F) {
	data, err := json.Marshal(small())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"items":[{"key":"a","predecessors":[{"task":"a"}]}]}`))
	f.Add([]byte(`{"anchors":["x"],"nodes":[{"key":"a","parent":"a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		template, err := campaign.ReadTemplate(bytes.NewReader(data), "f.json")
		if err != nil {
			return
		}
		b, err := campaign.Compile(template)
		if err != nil {
			return
		}
		again, err := json.Marshal(b.Template())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := campaign.ReadTemplate(bytes.NewReader(again), "f.json"); err != nil {
			t.Fatalf("what was written is not read: %v\n%s", err, again)
		}
	})
}

func FuzzParseMoment(f *testing.F) {
	f.Add("2026-03-10 09:00 Europe/Berlin")
	f.Add("2026-03-10 24:00 UTC")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := campaign.ParseMoment(s)
		if err != nil {
			return
		}
		if again, err := campaign.ParseMoment(m.String()); err != nil || again.String() != m.String() {
			t.Fatalf("%q reads as %q, then as %q: %v", s, m, again, err)
		}
	})
}

func ExampleTree_Health() {
	blueprint, err := campaign.Compile(small())
	if err != nil {
		fmt.Println(err)
		return
	}
	p := params()
	tree, err := blueprint.Instantiate(p, command)
	if err != nil {
		fmt.Println(err)
		return
	}
	tree.Task("copy").Duration = worktime.Days(6) // copy takes a day longer
	model, err := planning.Compile(tree.Plan(p.Team))
	if err != nil {
		fmt.Println(err)
		return
	}
	health := tree.Health(berlin("2026-02-19 12:00"), &campaign.Inputs{Dates: model.CriticalPath()})
	fmt.Println(health.Status)
	for _, reason := range health.Reasons {
		fmt.Println(reason)
	}
	// Output:
	// red
	// node/c: planned 2026-03-10 18:00 CET, launch 2026-03-10 09:00 CET (fix: shorten the critical path or move the launch)
	// task/review: Review is planned to finish 2026-03-06 18:00 CET, due 2026-03-05 18:00 CET (fix: shorten what comes before it or move the target)
}

func ExampleTree_Readiness() {
	blueprint, err := campaign.Compile(small())
	if err != nil {
		fmt.Println(err)
		return
	}
	tree, err := blueprint.Instantiate(params(), command)
	if err != nil {
		fmt.Println(err)
		return
	}
	tree.Gate("go").Items[0].Done = true
	fmt.Println(tree.Readiness(berlin("2026-03-02 12:00")).Blockers.Error())
	// Output:
	// gate/go: Opt-out is open; due 2026-03-09 18:00 CET (fix: tick it)
	// gate/go: Fix (fix bob) is not started; due 2026-03-09 18:00 CET (fix: finish it)
}

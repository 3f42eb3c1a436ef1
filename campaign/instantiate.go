package campaign

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// Params are what a template leaves open.
type Params struct {
	Name    string
	Prefix  string            // put before the keys of nodes, tasks and gates, so that two instances fit in one tree
	Launch  Moment            //
	Start   civil.Date        // when work may begin; zero = the latest day that still meets the launch and all targets it can
	Anchors map[string]Moment // the template's own anchors
	Team    Team
	Owners  map[string]ident.Person // role -> person; a role without one stays unassigned

	Currency money.Currency
	Fiscal   fiscal.Calendar
	Budgets  map[NodeKey]money.Money // by the template's node keys
}

// Instantiate makes a tree of the blueprint. Ids are derived from the command,
// so the same command makes the same tree. Spans of nodes are the early dates of
// their tasks.
//
// The error is a finding.List (codes campaign.params.name, .launch, .anchor,
// .role, .budget, campaign.calendar.*, or those of planning.Compile), or with a
// Start an *InfeasibleError that says which launch would be feasible. Resources
// are not levelled here: that is the schedule's business. Targets that links
// make impossible are no error: see planning.CriticalPath.Conflicts.
func (b *Blueprint) Instantiate(p Params, command uuid.UUID) (Tree, error) {
	if err := b.check(p); err != nil {
		return Tree{}, err
	}
	t := b.grow(p, command)
	if err := t.resolve(p.Launch, p.Team); err != nil {
		return Tree{}, err
	}
	launch := planning.TaskKey(p.Prefix) + b.t.Launch
	if p.Start.IsZero() {
		if err := t.startLate(p); err != nil {
			return Tree{}, err
		}
	}
	path, err := t.path(p.Team)
	if err != nil {
		return Tree{}, err
	}
	if err := t.feasible(p, launch, path); err != nil {
		return Tree{}, err
	}
	t.span(path)
	return t, nil
}

func (b *Blueprint) check(p Params) error {
	var found finding.List
	if p.Name == "" {
		found.Errorf("campaign.params.name", "params", "name the campaign", "the name is empty")
	}
	if _, err := p.Launch.Time(); err != nil {
		found.Errorf("campaign.params.launch", "params", "give it a launch that exists", "%v", err)
	}
	for _, name := range b.t.Anchors {
		if _, err := p.Anchors[name].Time(); err != nil {
			found.Errorf("campaign.params.anchor", "anchor/"+clip(name), "give it a moment that exists", "%v", err)
		}
	}
	for _, role := range slices.Sorted(maps.Keys(p.Owners)) {
		if _, ok := slices.BinarySearch(b.roles, role); !ok {
			found.Errorf("campaign.params.role", "role/"+clip(role), "use one of the template's roles", "the template has no such role")
		}
	}
	for _, key := range slices.Sorted(maps.Keys(p.Budgets)) {
		if _, ok := b.nodes[key]; !ok {
			found.Errorf("campaign.params.budget", "node/"+clip(string(key)), "use one of the template's nodes", "the template has no such node")
		}
	}
	return found.Err()
}

// grow copies the template into a tree without dates.
func (b *Blueprint) grow(p Params, command uuid.UUID) Tree {
	t := Tree{Start: p.Start, Currency: p.Currency, Fiscal: p.Fiscal}
	id := func(key NodeKey) uuid.UUID { return ident.Derive(command, b.nodes[key]+1) }
	for _, n := range b.t.Nodes {
		out := Node{
			ID: id(n.Key), Key: NodeKey(p.Prefix) + n.Key, Level: n.Level, Name: n.Name, Owner: p.Owners[n.Role],
			Channel: n.Channel, Market: n.Market, Budget: p.Budgets[n.Key],
		}
		if n.BudgetNode != "" {
			out.BudgetNode = budget.NodeKey(p.Prefix) + n.BudgetNode
		}
		if n.Parent != "" {
			out.Parent = id(n.Parent)
		}
		if n.Key == b.t.Root {
			out.Name, out.Launch, out.LaunchTask = p.Name, p.Launch, planning.TaskKey(p.Prefix)+b.t.Launch
			out.Anchors = maps.Clone(p.Anchors)
		}
		t.Nodes = append(t.Nodes, out)
	}
	template := b.t.Clone()
	prefix := planning.TaskKey(p.Prefix)
	for _, item := range template.Items {
		for i := range item.Predecessors {
			item.Predecessors[i].Task = prefix + item.Predecessors[i].Task
		}
		t.Tasks = append(t.Tasks, Task{
			Key: prefix + item.Key, Node: id(item.Node), Name: item.Name, Phase: item.Phase,
			Role: item.Role, Assignee: p.Owners[item.Role], Units: item.Units, Calendar: item.Calendar,
			Duration: item.Duration, Predecessors: item.Predecessors, Deliverable: item.Deliverable, Anchor: item.Anchor,
		})
	}
	for _, g := range template.Gates {
		for i := range g.After {
			g.After[i] = prefix + g.After[i]
		}
		t.Gates = append(t.Gates, Gate{Key: GateKey(p.Prefix) + g.Key, Node: id(g.Node), Name: g.Name, Anchor: g.Anchor, After: g.After, Items: g.Items})
	}
	return t
}

func (t Tree) path(team Team) (*planning.CriticalPath, error) {
	model, err := planning.Compile(t.Plan(team))
	if err != nil {
		return nil, err
	}
	return model.CriticalPath(), nil
}

// startLate counts back from the launch: the earliest of all late starts is the
// last day on which work can begin.
func (t *Tree) startLate(p Params) error {
	const early = 2 * 365 // days before the launch: more than any campaign takes
	t.Start = p.Launch.Date.AddDays(-early)
	path, err := t.path(p.Team)
	if err != nil {
		return err
	}
	first := time.Time{}
	for f := range path.Tasks() {
		if first.IsZero() || f.LateStart.Before(first) {
			first = f.LateStart
		}
	}
	if !first.IsZero() {
		t.Start = civil.DateOf(first)
	}
	return nil
}

// feasible compares the launch with the end of the work before it.
func (t Tree) feasible(p Params, launch planning.TaskKey, path *planning.CriticalPath) error {
	at, err := p.Launch.Time()
	if err != nil {
		return err
	}
	f, ok := path.Of(launch)
	if !ok || !f.EarlyFinish.After(at) {
		return nil
	}
	earliest := Moment{civil.DateOf(f.EarlyFinish.In(at.Location())), p.Launch.Clock, p.Launch.Zone}
	calendars, err := p.Team.compile(earliest.Date)
	if err != nil {
		return err
	}
	cal := calendars[p.Team.calendarOf(t.Task(launch))]
	for range 2 { // the same day if its clock time is still to come, else the next
		if when, err := earliest.Time(); err != nil {
			return err
		} else if cal == nil || !when.Before(f.EarlyFinish) && cal.WorkingDay(earliest.Date) {
			break
		}
		earliest.Date = cal.AddDays(earliest.Date, 1)
	}
	out := &InfeasibleError{Launch: p.Launch, Earliest: earliest, Finish: f.EarlyFinish}
	for key := launch; ; {
		why, ok := path.Why(key)
		if !ok || why.Cause != planning.CauseLink || len(out.Critical) > len(t.Tasks) {
			break
		}
		key = why.By
		out.Critical = append(out.Critical, key)
	}
	slices.Reverse(out.Critical)
	return out
}

// span gives every node the days of its tasks and of those below.
func (t *Tree) span(path *planning.CriticalPath) {
	x := t.index()
	for i := range t.Tasks {
		f, ok := path.Of(t.Tasks[i].Key)
		if !ok {
			continue
		}
		first, last := civil.DateOf(f.EarlyStart), civil.DateOf(f.EarlyFinish)
		for k := range x.up(x.at[t.Tasks[i].Node]) {
			n := &t.Nodes[k]
			from, to := first, last
			if !n.Span.IsEmpty() {
				if n.Span.First().Before(from) {
					from = n.Span.First()
				}
				if n.Span.Last().After(to) {
					to = n.Span.Last()
				}
			}
			n.Span = civil.Days(from, to)
		}
	}
}

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/google/uuid"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/asana"
	"github.com/go-marops/marops/campaign/crosswalk"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/workflow"
)

// input is everything the files say, checked, before anything is stored.
type input struct {
	team      campaign.Team
	names     map[planning.ResourceKey]string
	staff     workflow.Staff
	calendar  *worktime.Calendar // of the home office
	tree      campaign.Tree
	planned   map[planning.TaskKey]civil.Period // the dates written in the task list
	process   *workflow.Process
	chart     *budget.Chart
	documents []budget.Command
	reports   []*adspend.Report
	rates     *fx.Table
	links     *crosswalk.Map
	data      *kpi.Data
	goals     []string
	targets   []kpi.Target
}

// offices are the calendars of the two markets, before their holidays.
var offices = map[string]worktime.Spec{
	"berlin":  worktime.MonFri("Europe/Berlin", "09:00-13:00", "14:00-18:00"),
	"newyork": worktime.MonFri("America/New_York", "09:00-13:00", "14:00-18:00"),
}

var horizon = civil.Days(civil.MustDate(2025, 1, 1), civil.MustDate(2027, 12, 31))

// readInputs reads the files in an order in which each can be checked against
// those before it.
func readInputs(files fs.FS, launch campaign.Moment) (*input, error) {
	in := &input{names: make(map[planning.ResourceKey]string)}
	var calendars map[string]worktime.Spec
	var orders, invoices []budget.Command
	registry, err := kpi.Compile(metrics())
	if err != nil {
		return nil, err
	}
	ads := func(read adspend.Reader) func(io.Reader, string) error {
		return func(r io.Reader, name string) error {
			report, err := read(r, name, nil)
			in.reports = append(in.reports, report)
			return err
		}
	}
	for _, step := range []struct {
		file, column string // the column to name if the file is missing
		read         func(io.Reader, string) error
	}{
		{"calendar.csv", "calendar", func(r io.Reader, name string) (err error) {
			calendars, err = worktime.ReadCalendarHolidays(r, name, offices)
			return err
		}},
		{"team.csv", "person", func(r io.Reader, name string) error { return in.readTeam(r, name, calendars) }},
		{"tasks.csv", "Task ID", func(r io.Reader, name string) error { return in.readTasks(r, name, launch) }},
		{"approval.json", "flow", in.readApproval},
		{"budget.csv", "node", in.readBudget},
		{"orders.csv", "order", func(r io.Reader, name string) (err error) {
			orders, err = budget.ReadOrders(r, name, in.chart)
			return err
		}},
		{"invoices.csv", "invoice", func(r io.Reader, name string) (err error) {
			invoices, err = budget.ReadInvoices(r, name, in.chart, orders)
			return err
		}},
		{"fx.csv", "Date", func(r io.Reader, name string) (err error) { in.rates, err = fx.ReadECB(r, name); return err }},
		{"crosswalk.csv", "system", func(r io.Reader, name string) (err error) {
			in.links, err = crosswalk.Read(r, name, func(k campaign.NodeKey) bool { return in.chart.Has(budget.NodeKey(k)) })
			return err
		}},
		{"google.csv", "Day", ads(adspend.Google)},
		{"meta.csv", "Reporting starts", ads(adspend.Meta)},
		{"linkedin.csv", "Start Date (in UTC)", ads(adspend.LinkedIn)},
		{"leads.csv", "lead", func(io.Reader, string) error { return nil }}, // read with the figures
		{"goals.csv", "name", func(r io.Reader, name string) (err error) {
			in.goals, in.targets, err = registry.ReadTargets(r, name)
			return err
		}},
	} {
		f, err := files.Open(step.file)
		if err != nil {
			return nil, fmt.Errorf("%s: row 1, column %s: file is missing", step.file, step.column)
		}
		err = step.read(f, step.file)
		f.Close()
		if err != nil {
			return nil, err
		}
	}
	in.documents = append(append(in.documents, orders...), invoices...)
	return in, in.readFigures(files)
}

func (in *input) readTeam(r io.Reader, name string, calendars map[string]worktime.Spec) error {
	team, roles, err := campaign.ReadTeam(r, name, calendars, "berlin")
	if err != nil {
		return err
	}
	in.team, in.staff.Roles = team, make(map[workflow.Role][]ident.Person)
	for role, people := range roles {
		in.staff.Roles[workflow.Role(role)] = people
	}
	for _, m := range team.People {
		in.names[planning.ResourceKey(m.Person)] = m.Name
	}
	in.calendar, err = worktime.Compile(calendars["berlin"], horizon)
	return err
}

// root is the id of the launch in the tree; further ids are derived from it.
var root = uuid.MustParse("019c0000-0000-7000-8000-000000000001")

func (in *input) readTasks(r io.Reader, name string, launch campaign.Moment) error {
	list, err := asana.Read(r, name)
	if err != nil {
		return err
	}
	node := campaign.Node{ID: root, Key: "launch", Level: campaign.Campaign, Name: "Spring launch 2026", Launch: launch}
	if in.tree, in.planned, err = list.Tree(node, "Launch", "Go or no-go meeting", in.team, horizon); err != nil {
		return err
	}
	if _, err := planning.Compile(in.tree.Plan(in.team)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (in *input) readApproval(r io.Reader, name string) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if strings.TrimSpace(string(body)) == "" {
		return errors.New(name + ": row 1, column flow: file is empty")
	}
	definition, err := workflow.ParseDefinition(body)
	if err == nil {
		in.process, err = workflow.Compile(definition, &in.staff, 0)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (in *input) readBudget(r io.Reader, name string) (err error) {
	s := budget.Structure{Currency: money.EUR, Calendar: fiscal.NRF(), Horizon: civil.Days(civil.MustDate(2026, 1, 4), civil.MustDate(2026, 12, 31))}
	if s.Nodes, in.documents, err = budget.ReadPlan(r, name, s.Currency); err != nil {
		return err
	}
	in.chart, err = budget.Compile(s)
	return err
}

package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/google/uuid"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/asana"
	"github.com/go-marops/marops/campaign/crosswalk"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/workflow"
)

// ErrFolder is the kind of the errors of this package itself; readers of single
// files give their own kinds. All of them are a *finding.CellError where there is
// a place to name.
var ErrFolder = errors.New("invalid folder")

// Options are what the files do not say. All fields but Tasks are required.
type Options struct {
	ID         uuid.UUID // of the launch in the tree
	Name       string
	Launch     campaign.Moment
	LaunchTask string                   // the task that is the launch: a milestone
	GateTask   string                   // the task before which others must be done
	Tasks      []string                 // names of further tasks that must be there
	Calendars  map[string]worktime.Spec // of the offices, without holidays
	Home       string                   // the calendar of whoever names none
	Currency   money.Currency           // of the budget and of reports
	Fiscal     fiscal.Calendar
	Horizon    civil.Period  // of the budget
	Metrics    *kpi.Registry // that goals may name
}

// Contents is everything the files say.
type Contents struct {
	Team      campaign.Team
	Names     map[planning.ResourceKey]string // of people
	Staff     workflow.Staff                  // by the roles of the team
	Calendar  *worktime.Calendar              // of Home
	Tree      campaign.Tree
	Planned   map[planning.TaskKey]civil.Period // the days in the task list
	Process   *workflow.Process
	Chart     *budget.Chart
	Documents []budget.Command // limits, orders, invoices
	Reports   []*adspend.Report
	Rates     *fx.Table
	Links     *crosswalk.Map
	Data      *kpi.Data // the tables "ads" and "leads", both with a column "channel"
	Goals     []string  // names
	Targets   []kpi.Target
}

// reader is a folder being read.
type reader struct {
	Contents
	o                Options
	calendars        map[string]worktime.Spec
	orders, invoices []budget.Command
}

// Read reads a folder. The first thing wrong is the error.
func Read(files fs.FS, o Options) (*Contents, error) {
	r := &reader{o: o, Contents: Contents{Names: make(map[planning.ResourceKey]string)}}
	for _, step := range [...]struct {
		file, column string // the column to name if the file is missing
		read         func(io.Reader, string) error
	}{
		{"calendar.csv", "calendar", r.readCalendars},
		{"team.csv", "person", r.readTeam},
		{"tasks.csv", "Task ID", r.readTasks},
		{"approval.json", "flow", r.readApproval},
		{"budget.csv", "node", r.readBudget},
		{"orders.csv", "order", r.readOrders},
		{"invoices.csv", "invoice", r.readInvoices},
		{"fx.csv", "Date", r.readRates},
		{"crosswalk.csv", "system", r.readLinks},
		{"google.csv", "Day", r.readAds(adspend.Google)},
		{"meta.csv", "Reporting starts", r.readAds(adspend.Meta)},
		{"linkedin.csv", "Start Date (in UTC)", r.readAds(adspend.LinkedIn)},
		{"leads.csv", "lead", func(io.Reader, string) error { return r.readData(files) }},
		{"goals.csv", "name", r.readGoals},
	} {
		f, err := files.Open(step.file)
		if err != nil {
			return nil, &finding.CellError{File: step.file, Row: 1, Column: step.column, Reason: "file is missing", Kind: ErrFolder}
		}
		err = errors.Join(step.read(f, step.file), f.Close())
		if err != nil {
			return nil, err
		}
	}
	r.Documents = append(append(r.Documents, r.orders...), r.invoices...)
	return &r.Contents, nil
}

func (r *reader) readCalendars(in io.Reader, name string) (err error) {
	if r.calendars, err = worktime.ReadCalendarHolidays(in, name, r.o.Calendars); err != nil {
		return err
	}
	r.Calendar, err = worktime.Compile(r.calendars[r.o.Home], r.horizon())
	return err
}

// horizon is a year around that of the budget: work begins before it.
func (r *reader) horizon() civil.Period {
	return civil.Days(r.o.Horizon.First().AddMonths(-12), r.o.Horizon.Last().AddMonths(12))
}

func (r *reader) readTeam(in io.Reader, name string) error {
	team, roles, err := campaign.ReadTeam(in, name, r.calendars, r.o.Home)
	if err != nil {
		return err
	}
	r.Team, r.Staff.Roles = team, make(map[workflow.Role][]ident.Person, len(roles))
	for role, people := range roles {
		r.Staff.Roles[workflow.Role(role)] = people
	}
	for _, m := range team.People {
		r.Names[planning.ResourceKey(m.Person)] = m.Name
	}
	return nil
}

func (r *reader) readTasks(in io.Reader, name string) error {
	list, err := asana.Read(in, name)
	if err != nil {
		return err
	}
	node := campaign.Node{ID: r.o.ID, Key: "launch", Level: campaign.Campaign, Name: r.o.Name, Launch: r.o.Launch}
	if r.Tree, r.Planned, err = list.Tree(node, r.o.LaunchTask, r.o.GateTask, r.Team, r.horizon()); err != nil {
		return err
	}
	for _, want := range r.o.Tasks {
		if !slices.ContainsFunc(r.Tree.Tasks, func(t campaign.Task) bool { return t.Name == want }) {
			return &finding.CellError{File: name, Row: 1, Column: "Name", Reason: fmt.Sprintf("no task is named %q", want), Kind: ErrFolder}
		}
	}
	if _, err := planning.Compile(r.Tree.Plan(r.Team)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// maxDefinition is the largest approval.json that is read.
const maxDefinition = 4 << 20

func (r *reader) readApproval(in io.Reader, name string) error {
	body, err := io.ReadAll(io.LimitReader(in, maxDefinition+1))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(body) == 0 || len(body) > maxDefinition {
		return &finding.CellError{File: name, Row: 1, Column: "flow", Reason: "file is empty or larger than 4 MiB", Kind: ErrFolder}
	}
	definition, err := workflow.ParseDefinition(body)
	if err == nil {
		r.Process, err = workflow.Compile(definition, &r.Staff, 0)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (r *reader) readBudget(in io.Reader, name string) (err error) {
	s := budget.Structure{Currency: r.o.Currency, Calendar: r.o.Fiscal, Horizon: r.o.Horizon}
	if s.Nodes, r.Documents, err = budget.ReadPlan(in, name, s.Currency); err != nil {
		return err
	}
	if r.Chart, err = budget.Compile(s); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (r *reader) readOrders(in io.Reader, name string) (err error) {
	r.orders, err = budget.ReadOrders(in, name, r.Chart)
	return err
}

func (r *reader) readInvoices(in io.Reader, name string) (err error) {
	r.invoices, err = budget.ReadInvoices(in, name, r.Chart, r.orders)
	return err
}

func (r *reader) readRates(in io.Reader, name string) (err error) {
	r.Rates, err = fx.ReadECB(in, name)
	return err
}

func (r *reader) readLinks(in io.Reader, name string) (err error) {
	r.Links, err = crosswalk.Read(in, name, func(k campaign.NodeKey) bool { return r.Chart.Has(budget.NodeKey(k)) })
	return err
}

func (r *reader) readAds(read adspend.Reader) func(io.Reader, string) error {
	return func(in io.Reader, name string) error {
		report, err := read(in, name, nil)
		r.Reports = append(r.Reports, report)
		return err
	}
}

func (r *reader) readGoals(in io.Reader, name string) (err error) {
	r.Goals, r.Targets, err = r.o.Metrics.ReadTargets(in, name)
	return err
}

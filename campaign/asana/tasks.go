package asana

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/planning"
)

// Options are what an export does not say itself. Nil means none.
type Options struct {
	// Calendars are those of people who do not keep the calendar given to Tasks.
	Calendars map[ident.Person]*worktime.Calendar
	// Estimate is the duration of a task without an estimate or dates; zero
	// refuses such a task.
	Estimate worktime.Length
	// HoldStarts keeps a task from starting before its Start Date.
	HoldStarts bool
}

// Tasks returns the rows as tasks of a node, in the order of the file. The key is
// the task id, the assignee the email, else the name. The duration is that of
// the column "Estimated days", else the working days from start to due date.
// Dependencies stand in either of the two columns, by id or by name; they are
// finish-to-start. A due date is a target for the end of that day's work.
//
// A task is finished on its "Actual finish", else on the day of Completed At; it
// has started on its "Actual start", else, if it is finished, on its start date
// or the day it was finished. A subtask without a section is in its parent's.
//
// Errors are *finding.CellError: an unknown or ambiguous dependency or parent, a task
// that waits for itself, a number or date that is none, a missing estimate, a
// finish before the start.
func (e *Export) Tasks(node uuid.UUID, cal *worktime.Calendar, o *Options) ([]campaign.Task, error) {
	if o == nil {
		o = &Options{}
	}
	x := importer{
		e: e, cal: cal, o: o, node: node, ids: make(map[string]int, len(e.Rows)), names: make(map[string][]int, len(e.Rows)),
		estimate: e.custom(ColumnEstimate), role: e.custom(ColumnRole), start: e.custom(ColumnActualStart), finish: e.custom(ColumnActualFinish),
	}
	for i := range e.Rows {
		x.ids[e.Rows[i].ID] = i
		x.names[e.Rows[i].Name] = append(x.names[e.Rows[i].Name], i)
	}
	out := make([]campaign.Task, len(e.Rows))
	for i := range e.Rows {
		task, err := x.task(&e.Rows[i])
		if err != nil {
			return nil, err
		}
		out[i] = task
	}
	for i := range e.Rows {
		if err := x.links(out, i); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type importer struct {
	e                             *Export
	cal                           *worktime.Calendar
	o                             *Options
	node                          uuid.UUID
	ids                           map[string]int
	names                         map[string][]int
	estimate, role, start, finish int // positions in Row.Custom
}

func (x *importer) refuse(r *Row, column, format string, args ...any) error {
	return cellError(x.e.File, r.Line, column, fmt.Sprintf(format, args...))
}

func cell(r *Row, i int) string {
	if i < 0 || i >= len(r.Custom) {
		return ""
	}
	return strings.TrimSpace(r.Custom[i])
}

func (x *importer) task(r *Row) (campaign.Task, error) {
	t := campaign.Task{
		Key: planning.TaskKey(r.ID), Node: x.node, Name: r.Name, Phase: r.Section, Role: cell(r, x.role), Assignee: ident.Person(r.Email),
	}
	if t.Assignee == "" {
		t.Assignee = ident.Person(r.Assignee)
	}
	for tag := range strings.SplitSeq(r.Tags, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			t.Tags = append(t.Tags, tag)
		}
	}
	cal := x.cal
	if own := x.o.Calendars[t.Assignee]; own != nil {
		cal = own
	}
	if !r.Due.IsZero() {
		t.Due = cal.DayEnd(r.Due)
	}
	if x.o.HoldStarts && !r.Start.IsZero() {
		t.Constraint = planning.Constraint{Kind: planning.SNET, At: cal.DayStart(r.Start)}
	}
	var err error
	if t.Duration, err = x.duration(r, cal); err != nil {
		return t, err
	}
	if t.Phase == "" && r.Parent != "" {
		parent, err := x.find(r, colParent, r.Parent)
		if err != nil {
			return t, err
		}
		t.Phase = x.e.Rows[parent].Section
	}
	return t, x.actual(r, &t, cal)
}

func (x *importer) duration(r *Row, cal *worktime.Calendar) (worktime.Length, error) {
	const most = 36_525 // a hundred years
	if text := cell(r, x.estimate); text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil || n > most {
			return worktime.Length{}, x.refuse(r, ColumnEstimate, "%q: want a whole number of working days, 0 to %d", clip(text), most)
		}
		return worktime.Days(int64(n)), nil
	}
	if !r.Start.IsZero() && !r.Due.IsZero() {
		days := civil.Days(r.Start, r.Due)
		if n := days.Len(); n > most {
			return worktime.Length{}, x.refuse(r, colDue, "%d days from the start date, at most %d", n, most)
		}
		if n := cal.WorkingDays(days); n > 0 {
			return worktime.Days(int64(n)), nil
		}
		return worktime.Length{}, x.refuse(r, colDue, "no working day from %s to %s", r.Start, r.Due)
	}
	if x.o.Estimate.IsZero() {
		return worktime.Length{}, x.refuse(r, ColumnEstimate, "no estimate, and no start and due date to take it from")
	}
	return x.o.Estimate, nil
}

func (x *importer) actual(r *Row, t *campaign.Task, cal *worktime.Calendar) error {
	read := func(i int, column string) (civil.Date, error) {
		text := cell(r, i)
		if text == "" {
			return civil.Date{}, nil
		}
		day, err := civil.Parse(text)
		if err != nil {
			return day, x.refuse(r, column, "%v", err)
		}
		return day, nil
	}
	started, err := read(x.start, ColumnActualStart)
	if err != nil {
		return err
	}
	finished, err := read(x.finish, ColumnActualFinish)
	if err != nil {
		return err
	}
	if finished.IsZero() {
		finished = r.Completed
	}
	if !finished.IsZero() && started.IsZero() {
		started = finished
		if !r.Start.IsZero() && r.Start.Before(finished) {
			started = r.Start
		}
	}
	if !finished.IsZero() && finished.Before(started) {
		return x.refuse(r, ColumnActualFinish, "%s is before the actual start %s", finished, started)
	}
	if !started.IsZero() {
		t.Started = cal.DayStart(started)
	}
	if !finished.IsZero() {
		t.Finished = cal.DayEnd(finished)
	}
	return nil
}

// links adds what row i waits for, and row i to what waits for it.
func (x *importer) links(tasks []campaign.Task, i int) error {
	r := &x.e.Rows[i]
	add := func(from, to int, column string) error {
		if from == to {
			return x.refuse(r, column, "the task waits for itself")
		}
		d := campaign.Dependency{Task: tasks[from].Key}
		if !slices.Contains(tasks[to].Predecessors, d) {
			tasks[to].Predecessors = append(tasks[to].Predecessors, d)
		}
		return nil
	}
	before, err := x.list(r, colBlockedBy, r.BlockedBy)
	if err != nil {
		return err
	}
	for _, k := range before {
		if err := add(k, i, colBlockedBy); err != nil {
			return err
		}
	}
	after, err := x.list(r, colBlocking, r.Blocking)
	if err != nil {
		return err
	}
	for _, k := range after {
		if err := add(i, k, colBlocking); err != nil {
			return err
		}
	}
	return nil
}

// list splits a list of names or ids. Names may contain commas: the longest run
// of parts that is a task counts.
func (x *importer) list(r *Row, column, text string) ([]int, error) {
	const longest = 16 // parts of one name
	var out []int
	parts := strings.Split(text, ",")
	for len(parts) > 0 {
		if strings.TrimSpace(parts[0]) == "" {
			parts = parts[1:]
			continue
		}
		n := min(len(parts), longest)
		for ; n > 1; n-- {
			if x.known(strings.TrimSpace(strings.Join(parts[:n], ","))) {
				break
			}
		}
		k, err := x.find(r, column, strings.TrimSpace(strings.Join(parts[:n], ",")))
		if err != nil {
			return nil, err
		}
		out, parts = append(out, k), parts[n:]
	}
	return out, nil
}

func (x *importer) known(name string) bool {
	_, ok := x.ids[name]
	return ok || len(x.names[name]) > 0
}

func (x *importer) find(r *Row, column, name string) (int, error) {
	if i, ok := x.ids[name]; ok {
		return i, nil
	}
	switch list := x.names[name]; len(list) {
	case 0:
		return 0, x.refuse(r, column, "%q is no task of the file", clip(name))
	case 1:
		return list[0], nil
	default:
		return 0, x.refuse(r, column, "%q is ambiguous: rows %d and %d have that name", clip(name), x.e.Rows[list[0]].Line, x.e.Rows[list[1]].Line)
	}
}

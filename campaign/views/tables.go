package views

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

// Figure returns a chart as a figure of a report that is drawn twice: for a desk
// and for a phone. The chart draws the title itself; the caption describes it.
func Figure[T any](id, title, caption string, data T, draw func(io.Writer, T, *chart.Options) error) report.Figure {
	at := func(width int) report.Drawing {
		return func(w io.Writer) error {
			return draw(w, data, &chart.Options{Title: title, Desc: caption, Width: width})
		}
	}
	return report.Figure{ID: id, Caption: caption, Alt: caption, Draw: at(1040), Narrow: at(360)}
}

// Because tells why a move happened, with the names of tasks and resources: what
// binds the task now, and the root cause if that is something else.
func Because(m planning.Move, plan planning.Plan) string {
	if len(m.Because) == 0 {
		return ""
	}
	named := names(plan)
	text := named.Replace(m.Because[0].String())
	if n := len(m.Because); n > 1 {
		text += "; in the end, " + named.Replace(m.Because[n-1].String())
	}
	return text
}

// names replaces the keys of tasks and resources by their names.
func names(plan planning.Plan) *strings.Replacer {
	var pairs []string
	for _, t := range plan.Tasks {
		if t.Name != "" {
			pairs = append(pairs, string(t.Key), fmt.Sprintf("%q", t.Name))
		}
	}
	for _, r := range plan.Resources {
		if r.Name != "" {
			pairs = append(pairs, string(r.Key), r.Name)
		}
	}
	return strings.NewReplacer(pairs...)
}

// Overload tells an overload with the names of its tasks.
func Overload(o planning.Overload, plan planning.Plan) string { return names(plan).Replace(o.String()) }

// Moves returns a table of tasks that move: their finish before and now, in a
// zone, and why.
func Moves(id, title string, moves []planning.Move, plan planning.Plan, zone *time.Location) report.Table {
	t := report.Table{ID: id, Title: title, Columns: []report.Column{
		{Key: "task", Title: "Task"}, {Key: "before", Title: "Finish before"}, {Key: "now", Title: "Finish now"}, {Key: "because", Title: "Because"},
	}}
	at := func(when time.Time) string {
		if when.IsZero() {
			return ""
		}
		return when.In(zone).Format("Mon 2 Jan 15:04")
	}
	for _, m := range moves {
		name := string(m.Task)
		if task := plan.Task(m.Task); task != nil && task.Name != "" {
			name = task.Name
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: name}, {Text: at(m.From.Finish)}, {Text: at(m.To.Finish)}, {Text: Because(m, plan)}})
	}
	return t
}

// Balances returns a table of budget nodes with their limit and its use. What is
// overdrawn is marked.
func Balances(id, title string, balances []budget.Balance) report.Table {
	t := report.Table{ID: id, Title: title, Columns: []report.Column{{Key: "node", Title: "Node"}}}
	for _, name := range []string{"Limit", "Requested", "Ordered", "Accrued", "Spent", "Available"} {
		t.Columns = append(t.Columns, report.Column{Key: strings.ToLower(name), Title: name, Kind: report.Number})
	}
	for _, b := range balances {
		row := []report.Cell{{Text: string(b.Node)}}
		for _, m := range [...]interface {
			Minor() int64
			Grouped() string
		}{b.Limit, b.Reserved, b.OpenCommitment, b.Accrued, b.Actual, b.Available} {
			row = append(row, report.Cell{Text: m.Grouped(), Value: report.Minor(m.Minor(), b.Limit.Currency().Digits())})
		}
		if b.Limited && b.Available.Sign() < 0 {
			row[len(row)-1].Class = report.Bad
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Metrics returns a table of a result: its keys, then its metrics under the
// given titles and their units, in the order of the query. "~" marks what is
// provisional.
func Metrics(id, title string, r *kpi.Result, titles ...string) report.Table {
	t := report.Table{ID: id, Title: title}
	for _, name := range r.Columns() {
		t.Columns = append(t.Columns, report.Column{Key: name, Title: strings.ToUpper(name[:1]) + name[1:]})
	}
	for i, key := range r.Metrics() {
		column := report.Column{Key: string(key), Title: string(key), Kind: report.Number}
		if i < len(titles) {
			column.Title = titles[i]
		}
		for row := range r.Rows() { // the unit is that of every row
			if u := row.Value(key).Unit(); !u.IsPlain() && !u.IsCount() {
				column.Title += fmt.Sprintf(" (%v)", u)
			}
			break
		}
		t.Columns = append(t.Columns, column)
	}
	for row := range r.Rows() {
		var cells []report.Cell
		for _, key := range row.Keys() {
			cells = append(cells, report.Cell{Text: key})
		}
		for _, key := range r.Metrics() {
			v := row.Value(key)
			cell := report.Cell{Text: v.Number()}
			if v.Provisional() && v.State() == kpi.Exact {
				cell.Text += " ~"
			}
			if v.State() != kpi.Exact {
				cell.Class = report.Muted
			}
			cells = append(cells, cell)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

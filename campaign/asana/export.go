package asana

import (
	"errors"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// ErrExport is the kind of every error about the content of an export.
var ErrExport = errors.New("invalid asana export")

// Export is one file.
type Export struct {
	File   string   // the name given to Read, for errors
	Header []string // all columns, in the order of the file
	Rows   []Row    // in the order of the file
}

// Row is one task as the export states it. Lists are comma-separated text,
// because names may contain commas themselves.
type Row struct {
	Line      int // of the file, 1-based; 0 if it was not read from one
	ID        string
	Created   civil.Date
	Completed civil.Date // zero = open
	Modified  civil.Date
	Name      string
	Section   string
	Assignee  string
	Email     string
	Start     civil.Date
	Due       civil.Date // included
	Tags      string
	Notes     string
	Projects  string
	Parent    string   // name or id
	BlockedBy string   // names or ids
	Blocking  string   // names or ids
	Custom    []string // the other columns, in the order of the header
}

// The names of the core columns, and of the custom ones that Tasks understands.
const (
	colID        = "Task ID"
	colName      = "Name"
	colDue       = "Due Date"
	colParent    = "Parent task"
	colBlockedBy = "Blocked By (Dependencies)"
	colBlocking  = "Blocking (Dependencies)"

	ColumnEstimate     = "Estimated days" // whole working days; 0 is a milestone
	ColumnRole         = "Role"
	ColumnActualStart  = "Actual start"
	ColumnActualFinish = "Actual finish"
)

// core lists the columns of every export and where a Row keeps them.
var core = []struct {
	name string
	text func(*Row) *string
	date func(*Row) *civil.Date
}{
	{colID, func(r *Row) *string { return &r.ID }, nil},
	{"Created At", nil, func(r *Row) *civil.Date { return &r.Created }},
	{"Completed At", nil, func(r *Row) *civil.Date { return &r.Completed }},
	{"Last Modified", nil, func(r *Row) *civil.Date { return &r.Modified }},
	{colName, func(r *Row) *string { return &r.Name }, nil},
	{"Section/Column", func(r *Row) *string { return &r.Section }, nil},
	{"Assignee", func(r *Row) *string { return &r.Assignee }, nil},
	{"Assignee Email", func(r *Row) *string { return &r.Email }, nil},
	{"Start Date", nil, func(r *Row) *civil.Date { return &r.Start }},
	{colDue, nil, func(r *Row) *civil.Date { return &r.Due }},
	{"Tags", func(r *Row) *string { return &r.Tags }, nil},
	{"Notes", func(r *Row) *string { return &r.Notes }, nil},
	{"Projects", func(r *Row) *string { return &r.Projects }, nil},
	{colParent, func(r *Row) *string { return &r.Parent }, nil},
	{colBlockedBy, func(r *Row) *string { return &r.BlockedBy }, nil},
	{colBlocking, func(r *Row) *string { return &r.Blocking }, nil},
}

// layout maps each column of a header to a core column, -1 for a custom one.
func layout(file string, header []string) ([]int, error) {
	at := make(map[string]int, len(core))
	for k, c := range core {
		at[c.name] = k
	}
	seen := map[string]bool{}
	out := make([]int, len(header))
	for i, name := range header {
		k, isCore := at[name]
		if !isCore {
			k = -1
		}
		understood := isCore || name == ColumnEstimate || name == ColumnRole || name == ColumnActualStart || name == ColumnActualFinish
		if understood && seen[name] {
			return nil, cellError(file, 1, name, "the column is there twice")
		}
		seen[name] = true
		out[i] = k
	}
	for _, c := range core {
		if !seen[c.name] {
			return nil, cellError(file, 1, c.name, "the column is missing: want an English export of tasks")
		}
	}
	return out, nil
}

// custom returns the position of a custom column in Row.Custom, -1 if there is
// none.
func (e *Export) custom(name string) int {
	if isCore(name) {
		return -1
	}
	n := 0
	for _, h := range e.Header {
		switch {
		case h == name:
			return n
		case !isCore(h):
			n++
		}
	}
	return -1
}

func isCore(name string) bool {
	for _, c := range core {
		if c.name == name {
			return true
		}
	}
	return false
}

// Cell returns the value of a custom column, "" if the export has no such
// column. Of several columns of one name it is the first.
func (e *Export) Cell(r *Row, column string) string {
	if i := e.custom(column); i >= 0 && i < len(r.Custom) {
		return r.Custom[i]
	}
	return ""
}

// clip keeps foreign text in messages short.
func clip(s string) string {
	const most = 60
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

func cellError(file string, row int, column, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: column, Reason: reason, Kind: ErrExport}
}

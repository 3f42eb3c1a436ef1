package mining

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/internal/table"
)

// Columns names the columns of a CSV log.
type Columns struct {
	Case, Activity, Time string
	Resource             string // "" = none
}

// XESColumns are the names that tools use when they write XES as CSV.
var XESColumns = Columns{Case: "case:concept:name", Activity: "concept:name", Time: "time:timestamp", Resource: "org:resource"}

// ReadCSV reads an event log from a comma-separated UTF-8 file with a header,
// plain or gzipped, one event a row. An empty resource is a resource named "".
// Name is used in errors, which match ErrLog or are the reader's own.
func ReadCSV(r io.Reader, name string, c Columns) (*Log, error) {
	in, err := open(r, name)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(table.Guard(in, ','))
	rows.ReuseRecord = true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, rowError(name, 1, "file is empty")
	}
	if err != nil {
		return nil, csvError(name, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	var at [4]int
	for i, column := range [...]string{c.Case, c.Activity, c.Time, c.Resource} {
		at[i] = slices.Index(header, column)
		if at[i] < 0 && (i < 3 || column != "") {
			return nil, rowError(name, 1, fmt.Sprintf("column %s is missing", column))
		}
	}
	var b Builder
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return b.Log(), nil
		}
		if err != nil {
			return nil, csvError(name, err)
		}
		line, _ := rows.FieldPos(0)
		e := Event{Case: strings.Clone(record[at[0]]), Activity: strings.Clone(record[at[1]])}
		if !utf8.ValidString(e.Case) || !utf8.ValidString(e.Activity) {
			return nil, rowError(name, line, "is not valid UTF-8")
		}
		if e.At, err = parseTime(record[at[2]]); err != nil {
			return nil, rowError(name, line, fmt.Sprintf("column %s: %.40q is not a time with an offset", c.Time, record[at[2]]))
		}
		if at[3] >= 0 {
			e.Resource, e.HasResource = strings.Clone(record[at[3]]), true
		}
		b.Add(e)
	}
}

func csvError(name string, err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return rowError(name, e.Line, e.Err.Error())
	}
	return fmt.Errorf("%s: %w", name, err)
}

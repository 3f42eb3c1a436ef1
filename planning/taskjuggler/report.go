package taskjuggler

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// ErrReport is the kind of every error about the content of a report: a
// *finding.CellError with row and column.
var ErrReport = errors.New("invalid TaskJuggler report")

// Row is what tj3 found for a task, in UTC.
type Row struct {
	Task planning.TaskKey
	planning.Span
}

const (
	maxReport  = 256 << 20
	timeLayout = "2006-01-02T15:04:05-0700" // of the report that Write asks for
)

// ReadReport reads plan.csv, which tj3 makes of what Write has written for the
// plan, as one Row per task in the order of the plan. Errors match ErrReport, or
// come from the io.Reader.
func ReadReport(r io.Reader, p planning.Plan) ([]Row, error) {
	full := namesOf(&p).full
	index := make(map[string]int, len(full))
	for i, id := range full {
		index[id] = i
	}
	left := &io.LimitedReader{R: r, N: maxReport + 1}
	in := csv.NewReader(left)
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = ';', 3, true
	bad := func(column, format string, args ...any) error {
		row, _ := in.FieldPos(0)
		return &finding.CellError{File: "report", Row: row, Column: column, Reason: fmt.Sprintf(format, args...), Kind: ErrReport}
	}
	rows := make([]Row, len(full))
	seen := make([]bool, len(full))
	for n := 0; ; n++ {
		record, err := in.Read()
		wrong, syntax := errors.AsType[*csv.ParseError](err)
		switch {
		case left.N == 0:
			return nil, &finding.CellError{File: "report", Row: n + 1, Reason: fmt.Sprintf("more than %d bytes", maxReport), Kind: ErrReport}
		case errors.Is(err, io.EOF):
			if i := slices.Index(seen, false); i >= 0 {
				return nil, &finding.CellError{File: "report", Row: n + 1, Reason: fmt.Sprintf("task %.40q is missing", p.Tasks[i].Key), Kind: ErrReport}
			}
			return rows, nil
		case syntax:
			return nil, &finding.CellError{File: "report", Row: wrong.Line, Reason: wrong.Err.Error(), Kind: ErrReport}
		case err != nil:
			return nil, err
		}
		if n == 0 {
			if !slices.Equal(record, []string{"Id", "Start", "End"}) {
				return nil, bad("1", "%.40q: want the columns Id, Start and End", record[0])
			}
			continue
		}
		i, ok := index[record[0]]
		if !ok || seen[i] {
			return nil, bad("Id", "task %.40q is not in the plan, or given twice", record[0])
		}
		seen[i] = true
		rows[i].Task = p.Tasks[i].Key
		for k, at := range []*time.Time{&rows[i].Start, &rows[i].Finish} {
			t, err := time.Parse(timeLayout, record[1+k])
			if err != nil {
				return nil, bad([2]string{"Start", "End"}[k], "time %.40q: want YYYY-MM-DDThh:mm:ss+hhmm", record[1+k])
			}
			*at = t.UTC()
		}
	}
}

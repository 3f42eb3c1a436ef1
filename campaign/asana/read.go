package asana

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/table"
)

// Limits of an export.
const (
	maxBytes   = 64 << 20
	maxRows    = 200_000
	maxColumns = 1_000
)

// Read reads an export: UTF-8 (a byte order mark is ignored), comma-separated,
// dates as YYYY-MM-DD, at most 64 MiB and 200,000 tasks. Every task needs an id
// of its own and a name. The name of the file appears in errors, which are
// *finding.CellError or the reader's own.
func Read(r io.Reader, name string) (*Export, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	data, err = decode(data, name)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(table.Guard(bytes.NewReader(data), ','))
	in.FieldsPerRecord = -1
	e := &Export{File: name}
	var columns []int
	seen := map[string]int{}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, cellError(name, bad.Line, fmt.Sprint(bad.Column), bad.Err.Error())
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		line, _ := in.FieldPos(0)
		if columns == nil {
			if len(record) > maxColumns {
				return nil, cellError(name, line, colID, fmt.Sprintf("%d columns, at most %d", len(record), maxColumns))
			}
			if columns, err = layout(name, record); err != nil {
				return nil, err
			}
			e.Header = record
			continue
		}
		row, err := e.row(line, record, columns)
		if err != nil {
			return nil, err
		}
		if before, ok := seen[row.ID]; ok {
			return nil, cellError(name, line, colID, fmt.Sprintf("%q is already in row %d", clip(row.ID), before))
		}
		if len(e.Rows) == maxRows {
			return nil, cellError(name, line, colID, fmt.Sprintf("more than %d tasks", maxRows))
		}
		seen[row.ID] = line
		e.Rows = append(e.Rows, row)
	}
	if columns == nil {
		return nil, cellError(name, 1, colID, "the file is empty")
	}
	return e, nil
}

// decode checks size and encoding.
func decode(data []byte, name string) ([]byte, error) {
	if len(data) > maxBytes {
		return nil, cellError(name, 1, colID, "the file is larger than 64 MiB")
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, cellError(name, 1, colID, "the file is UTF-16, want UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, cellError(name, 1, colID, "the file is empty")
	}
	return data, nil
}

func (e *Export) row(line int, record []string, columns []int) (Row, error) {
	if len(record) != len(columns) {
		at := e.Header[min(len(record), len(columns)-1)]
		return Row{}, cellError(e.File, line, at, fmt.Sprintf("want %d fields, got %d", len(columns), len(record)))
	}
	if i := slices.IndexFunc(record, func(s string) bool { return !utf8.ValidString(s) }); i >= 0 {
		return Row{}, cellError(e.File, line, clip(e.Header[i]), "not UTF-8: export the file again")
	}
	r := Row{Line: line}
	for i, value := range record {
		k := columns[i]
		switch {
		case k < 0:
			r.Custom = append(r.Custom, value)
		case core[k].date != nil:
			if value == "" {
				continue
			}
			day, err := civil.Parse(value)
			if err != nil {
				return Row{}, cellError(e.File, line, core[k].name, err.Error())
			}
			*core[k].date(&r) = day
		default:
			*core[k].text(&r) = value
		}
	}
	for _, f := range [...]struct{ column, value string }{{colID, r.ID}, {colName, r.Name}} {
		if strings.TrimSpace(f.value) == "" {
			return Row{}, cellError(e.File, line, f.column, "it is empty")
		}
	}
	if !r.Start.IsZero() && !r.Due.IsZero() && r.Due.Before(r.Start) {
		return Row{}, cellError(e.File, line, colDue, fmt.Sprintf("%s is before the start date %s", r.Due, r.Start))
	}
	return r, nil
}

// Write writes an export with the columns of its header. A header without all
// core columns, or a row with another number of custom fields, is a *finding.CellError,
// and nothing is written.
func Write(w io.Writer, e *Export) error {
	columns, err := layout(e.File, e.Header)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	file := csv.NewWriter(&out)
	if err := file.Write(e.Header); err != nil {
		return err
	}
	record := make([]string, len(columns))
	for n := range e.Rows {
		r := &e.Rows[n]
		custom := 0
		for i, k := range columns {
			switch {
			case k < 0 && custom < len(r.Custom):
				record[i] = r.Custom[custom]
				custom++
			case k < 0:
				return cellError(e.File, n+2, e.Header[i], "the row lacks this custom field")
			case core[k].date != nil:
				record[i] = core[k].date(r).String()
			default:
				record[i] = *core[k].text(r)
			}
		}
		if custom < len(r.Custom) {
			return cellError(e.File, n+2, e.Header[len(e.Header)-1], "the row has more custom fields than the header")
		}
		if err := file.Write(record); err != nil {
			return err
		}
	}
	file.Flush()
	if err := file.Error(); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

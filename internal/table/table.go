// Package table reads small CSV files row by row, strictly: UTF-8, a header,
// named columns, unique keys. Every error names file, row and column.
//
//	rows, err := table.Read(r, "team.csv", []string{"person"}, "person", "name", "percent")
//	for _, row := range rows {
//		m := Member{Person: row.Name("person"), Percent: row.Number("percent", 0, 100)}
//		if row.Err() != nil {
//			return row.Err() // team.csv: row 3, column percent: "x" is not a number from 0 to 100
//		}
//	}
package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// ErrTable is the kind of every error about the content of a file.
var ErrTable = errors.New("invalid table")

// MaxBytes is the largest file that Read takes.
const MaxBytes = 64 << 20

// Row is one line. Its first failure sticks, so that reading a row needs one
// check.
type Row struct {
	file  string
	line  int
	cells map[string]string
	err   error
}

// Read reads a file that must have the named columns, in any order among others.
// The key columns together must be unique; nil is no key. Name is used in
// errors, which are a *finding.CellError or the reader's own.
func Read(r io.Reader, name string, key []string, columns ...string) ([]*Row, error) {
	fail := func(line int, column, format string, args ...any) error {
		return cellError(name, line, column, fmt.Sprintf(format, args...))
	}
	body, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(body) > MaxBytes:
		return nil, fail(1, columns[0], "file is larger than %d MiB", MaxBytes>>20)
	case !utf8.Valid(body):
		line, column := BadByte(body, ',')
		return nil, fail(line, strconv.Itoa(column), "is not valid UTF-8")
	}
	reader := csv.NewReader(Guard(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))), ','))
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fail(1, columns[0], "file is empty")
	}
	for _, column := range columns {
		if err == nil && !slices.Contains(header, column) {
			return nil, fail(1, column, "column is missing")
		}
	}
	for i, column := range header {
		if slices.Contains(header[:i], column) {
			return nil, fail(1, column, "column stands twice")
		}
	}
	var rows []*Row
	seen := make(map[string]int)
	for err == nil {
		var cells []string
		if cells, err = reader.Read(); err != nil {
			break
		}
		row := &Row{file: name, cells: make(map[string]string, len(header))}
		row.line, _ = reader.FieldPos(0)
		for i, column := range header {
			row.cells[column] = cells[i]
		}
		var id []string
		for _, column := range key {
			id = append(id, row.cells[column])
		}
		joined := strings.Join(id, "\x00")
		if first, ok := seen[joined]; ok && len(key) > 0 {
			return nil, fail(row.line, key[0], "%q stands in row %d already", strings.Join(id, ", "), first)
		}
		seen[joined] = row.line
		rows = append(rows, row)
	}
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, fail(parse.Line, strconv.Itoa(parse.Column), "%v", parse.Err)
	}
	if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

// BadByte returns the line and column, both from 1, of the first byte of a
// delimited file that is not UTF-8, and zeros if there is none. It counts
// delimiters as they stand: a bad byte behind a quoted one is told one column too
// far.
func BadByte(b []byte, comma byte) (line, column int) {
	line = 1
	for text := range bytes.Lines(b) {
		if !utf8.Valid(text) {
			good := 0
			for good < len(text) {
				r, size := utf8.DecodeRune(text[good:])
				if r == utf8.RuneError && size <= 1 {
					break
				}
				good += size
			}
			return line, 1 + bytes.Count(text[:good], []byte{comma})
		}
		line++
	}
	return 0, 0
}

// Err returns the row's first failure.
func (r *Row) Err() error { return r.err }

// Fail records a failure of a column, unless there is one already.
func (r *Row) Fail(column, format string, args ...any) {
	if r.err == nil {
		r.err = cellError(r.file, r.line, column, fmt.Sprintf(format, args...))
	}
}

// Text returns a cell as it is.
func (r *Row) Text(column string) string { return r.cells[column] }

// Name returns a cell that must not be empty and, if any are given, be one of
// the known values.
func (r *Row) Name(column string, known ...string) string {
	s := r.cells[column]
	switch {
	case s == "":
		r.Fail(column, "is empty")
	case len(s) > 255:
		r.Fail(column, "is longer than 255 bytes")
	case len(known) > 0 && !slices.Contains(known, s):
		r.Fail(column, "%q is not one of %s", s, strings.Join(known, ", "))
	}
	return s
}

// Number returns a whole number within bounds.
func (r *Row) Number(column string, low, high int) int {
	n, err := strconv.Atoi(r.cells[column])
	if err != nil || n < low || n > high {
		r.Fail(column, "%.40q is not a number from %d to %d", r.cells[column], low, high)
	}
	return n
}

// Date returns a day as YYYY-MM-DD.
func (r *Row) Date(column string) civil.Date {
	d, err := civil.Parse(r.cells[column])
	if err != nil {
		r.Fail(column, "%v", err)
	}
	return d
}

// Period returns a period as first..last, or the empty one.
func (r *Row) Period(column string) civil.Period {
	var p civil.Period
	if err := p.UnmarshalText([]byte(r.cells[column])); err != nil {
		r.Fail(column, "%v", err)
	}
	return p
}

// Amount returns a plain decimal amount of a currency.
func (r *Row) Amount(column string, c money.Currency) money.Money {
	m, err := money.ParseAmount(r.cells[column], c)
	if err != nil {
		r.Fail(column, "%v", err)
	}
	return m
}

func cellError(file string, row int, column, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: column, Reason: reason, Kind: ErrTable}
}

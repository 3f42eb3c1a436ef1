package kpi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// ErrData is the kind of every error about the content of a file or table.
var ErrData = errors.New("invalid data")

// Data holds tables in memory. Reading chains: the first error sticks, later
// reads do nothing, and Err or Scan reports it. A Data that is no longer being
// read into is safe for concurrent use.
type Data struct {
	files  fs.FS
	tables map[string]*table
	base   money.Currency
	rates  *fx.Table
	err    error
}

type table struct {
	rows    int
	names   []string // in order of declaration
	columns map[string]*column
}

type column struct {
	Vector
	codes map[string]int32
	seen  map[string]int // of a unique column: value -> row
}

// Files returns an empty Data that reads from files, for example
// os.DirFS("exports").
func Files(files fs.FS) *Data { return &Data{files: files, tables: make(map[string]*table)} }

// Err returns the first error.
func (d *Data) Err() error { return d.err }

// In makes later Ads reads convert spend to one currency at the rates of each
// row's day, rounded half to even to the millionth.
func (d *Data) In(base money.Currency, rates *fx.Table) *Data {
	d.base, d.rates = base, rates
	return d
}

// Rows returns the number of rows of a table, 0 if there is none.
func (d *Data) Rows(name string) int {
	if t := d.tables[name]; t != nil {
		return t.rows
	}
	return 0
}

// Map adds a text column computed from other text columns, for example a channel
// from platform and campaign. It is called once per different combination.
func (d *Data) Map(name, add string, from []string, f func(values []string) string) *Data {
	if d.err != nil {
		return d
	}
	t := d.tables[name]
	if t == nil {
		return d.fail("table %s: is not there", name)
	}
	if t.columns[add] != nil {
		return d.fail("table %s: column %s is there already", name, add)
	}
	sources := make([]*column, len(from))
	for i, n := range from {
		if sources[i] = t.columns[n]; sources[i] == nil || sources[i].Kind != TextKind {
			return d.fail("table %s: no text column %s", name, n)
		}
	}
	out := &column{codes: make(map[string]int32)}
	known := make(map[string]int32)
	values, key := make([]string, len(from)), make([]byte, 0, 64)
	for row := range t.rows {
		key = key[:0]
		for i, s := range sources {
			values[i] = s.Dict[s.Codes[row]]
			key = append(append(key, values[i]...), 0)
		}
		code, ok := known[string(key)]
		if !ok {
			code = out.intern(f(slices.Clone(values)))
			known[string(key)] = code
		}
		out.Codes = append(out.Codes, code)
	}
	t.names = append(t.names, add)
	t.columns[add] = out
	return d
}

// Scan implements Source; it yields one batch.
func (d *Data) Scan(ctx context.Context, name string, columns []string) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		if err := errors.Join(d.err, ctx.Err()); err != nil {
			yield(Batch{}, err)
			return
		}
		t := d.tables[name]
		if t == nil {
			yield(Batch{}, fmt.Errorf("table %s: is not there, only %v: %w", name, slices.Sorted(maps.Keys(d.tables)), ErrData))
			return
		}
		b := Batch{Len: t.rows, Columns: make([]Vector, len(columns))}
		for i, n := range columns {
			c := t.columns[n]
			if c == nil {
				yield(Batch{}, fmt.Errorf("table %s: no column %s, only %v: %w", name, n, t.names, ErrData))
				return
			}
			b.Columns[i] = c.Vector
		}
		yield(b, nil)
	}
}

func (d *Data) fail(format string, args ...any) *Data {
	d.err = fmt.Errorf(format+": %w", append(args, ErrData)...)
	return d
}

// open returns the table, new or with the same columns as before, so that
// several files can fill it.
func (d *Data) open(name string, cols []Column) (*table, error) {
	if t := d.tables[name]; t != nil {
		for i, c := range cols {
			have := t.columns[c.Name]
			if i >= len(t.names) || have == nil || have.Kind != c.kind || have.Scale != c.scale || have.Currency != c.cur {
				return nil, fmt.Errorf("table %s: column %s differs from the file read before: %w", name, c.Name, ErrData)
			}
		}
		return t, nil
	}
	t := &table{columns: make(map[string]*column, len(cols))}
	for _, c := range cols {
		if t.columns[c.Name] != nil {
			return nil, fmt.Errorf("table %s: column %s is declared twice: %w", name, c.Name, ErrData)
		}
		t.names = append(t.names, c.Name)
		t.columns[c.Name] = &column{Vector: Vector{Kind: c.kind, Scale: c.scale, Currency: c.cur}, codes: make(map[string]int32), seen: make(map[string]int)}
	}
	d.tables[name] = t
	return t, nil
}

func (c *column) intern(s string) int32 {
	code, ok := c.codes[s]
	if !ok {
		code = int32(len(c.Dict)) //nolint:gosec // a file has fewer values than 2^31
		c.Dict = append(c.Dict, s)
		c.codes[s] = code
	}
	return code
}

func (c *column) addText(s string) { c.Codes = append(c.Codes, c.intern(s)) }

func (c *column) addInt(n int64) {
	c.Ints = append(c.Ints, n)
	if c.Null != nil {
		c.Null = append(c.Null, false)
	}
}

func (c *column) addDate(day civil.Date) { c.addInt(day.Days()) }

func (c *column) addNull() {
	if c.Null == nil {
		c.Null = make([]bool, len(c.Ints), len(c.Ints)+64)
	}
	c.Ints = append(c.Ints, 0)
	c.Null = append(c.Null, true)
}

func cellError(file string, row int, column, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: column, Reason: reason, Kind: ErrData}
}

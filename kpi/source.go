package kpi

import (
	"context"
	"iter"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Source gives the rows of a table, column by column. A Source belongs to the
// host's own storage or is a [Data].
type Source interface {
	// Scan yields the table in batches with the named columns in order. An error
	// comes at most once, last. An unknown table or column is an error.
	Scan(ctx context.Context, table string, columns []string) iter.Seq2[Batch, error]
}

// Batch is a run of rows. Every Vector has Len entries.
type Batch struct {
	Len     int
	Columns []Vector
}

// Vector is one column of a Batch: Codes into Dict for text, Ints for dates
// (civil.Date.Days) and scaled numbers.
type Vector struct {
	Kind     Kind
	Scale    int            // of Number: the number is Ints[i] / 10^Scale
	Currency money.Currency // of Number: an amount, or 0
	Ints     []int64
	Codes    []int32
	Dict     []string // sorted or not; codes may differ between batches
	Null     []bool   // nil when no entry is missing
}

// Kind is the type of a column.
type Kind uint8

// The kinds.
const (
	TextKind Kind = iota
	DateKind
	NumberKind
)

// Column declares one column of a file: what it is called in queries, and how
// it is spelt in the header.
type Column struct {
	Name     string
	Header   string // "" = Name
	kind     Kind
	scale    int
	cur      money.Currency
	unique   bool
	required bool
	oneOf    []string
}

// Text declares a column of names or keys.
func Text(name string) Column { return Column{Name: name} }

// Date declares a column of days as YYYY-MM-DD.
func Date(name string) Column { return Column{Name: name, kind: DateKind} }

// Integer declares a column of whole numbers.
func Integer(name string) Column { return Column{Name: name, kind: NumberKind} }

// Decimal declares a column of decimal numbers with at most scale decimals,
// 0 to 15.
func Decimal(name string, scale int) Column {
	return Column{Name: name, kind: NumberKind, scale: min(max(scale, 0), 15)}
}

// Amount declares a column of amounts of one currency, exact to its minor unit.
func Amount(name string, c money.Currency) Column {
	return Column{Name: name, kind: NumberKind, scale: c.Digits(), cur: c}
}

// From names the header cell of the column where it differs from its name.
func (c Column) From(header string) Column { c.Header = header; return c }

// Unique refuses a value that stands in the column already.
func (c Column) Unique() Column { c.unique = true; return c }

// Required refuses an empty cell.
func (c Column) Required() Column { c.required = true; return c }

// OneOf refuses text that is not among the values.
func (c Column) OneOf(values ...string) Column { c.oneOf = values; return c }

func (c Column) header() string {
	if c.Header != "" {
		return c.Header
	}
	return c.Name
}

// dateAt returns entry i of a date vector.
func (v *Vector) dateAt(i int) civil.Date { return civil.FromDays(v.Ints[i]) }

func (v *Vector) null(i int) bool { return v.Null != nil && v.Null[i] }

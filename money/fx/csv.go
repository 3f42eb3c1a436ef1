package fx

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

// ReadCSV reads a company's own rates from a UTF-8 CSV file with the columns
//
//	date   YYYY-MM-DD: the day of a spot rate, the first day of another
//	from   code of a currency
//	to     code of a currency
//	rate   units of to for one unit of from, plain digits: 1.0834
//	kind   spot, average or budget; empty, or no such column, is spot
//	until  the last day of an average or budget rate; empty for spot
//
// in any order among others. Pairs may be quoted in either direction; what neither
// direction gives goes through the base. Name is used in errors and as the source
// of conversions. Errors are a *finding.CellError matching ErrSyntax, or the
// reader's own.
func ReadCSV(r io.Reader, name string, base money.Currency) (*Book, error) {
	rows, err := table.Read(r, name, nil, "date", "from", "to", "rate")
	if err != nil {
		return nil, asSyntax(err)
	}
	type place struct {
		kind Kind
		pair pair
		on   civil.Date
	}
	at := make(map[place]*table.Row)
	kinds := make(map[Kind]map[pair][]Rate)
	for _, row := range rows {
		p, kind, rate := readRate(row)
		if row.Err() != nil {
			return nil, asSyntax(row.Err())
		}
		if kinds[kind] == nil {
			kinds[kind] = make(map[pair][]Rate)
		}
		kinds[kind][p] = append(kinds[kind][p], rate)
		at[place{kind, p, rate.On}] = row
	}
	book := new(Book)
	for kind := range book.tables {
		kind := Kind(kind) //nolint:gosec // 0..2
		if kinds[kind] == nil {
			continue
		}
		book.tables[kind], err = build(kind, base, name, kinds[kind])
		if bad, ok := errors.AsType[*rateError](err); ok && at[place{kind, bad.pair, bad.on}] != nil {
			row := at[place{kind, bad.pair, bad.on}]
			row.Fail("date", "%v", err)
			return nil, asSyntax(row.Err())
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return book, nil
}

func readRate(row *table.Row) (pair, Kind, Rate) {
	p := pair{currency(row, "from"), currency(row, "to")}
	if p.from == p.to {
		row.Fail("to", "is the same currency as from")
	}
	rate := Rate{On: row.Date("date")}
	var err error
	if rate.Units, err = parseUnits(row.Text("rate")); err != nil {
		row.Fail("rate", "%v", err)
	}
	kind := Spot
	if text := row.Text("kind"); text != "" {
		if kind, err = ParseKind(text); err != nil {
			row.Fail("kind", "%v", err)
		}
	}
	switch {
	case kind != Spot:
		if rate.Valid = civil.Days(rate.On, row.Date("until")); rate.Valid.IsEmpty() {
			row.Fail("until", "is before date")
		}
	case row.Text("until") != "":
		row.Fail("until", "a spot rate is in force until the next one")
	}
	return p, kind, rate
}

func currency(row *table.Row, column string) money.Currency {
	c, err := money.ParseCurrency(row.Text(column))
	if err != nil {
		row.Fail(column, "%v", err)
	}
	return c
}

// asSyntax makes an error about a cell one of this package.
func asSyntax(err error) error {
	if cell, ok := errors.AsType[*finding.CellError](err); ok {
		own := *cell
		own.Kind = ErrSyntax
		return &own
	}
	return err
}

package fx

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

// maxFile bounds what ReadECB takes into memory: ten times the full history.
const maxFile = 32 << 20

// ReadECB reads euro reference rates in the layout of the ECB's history file: a
// header "Date,USD,JPY,…", one row per day in any order, "N/A" or nothing where
// there is no rate, and possibly a trailing comma. Name is used in errors.
// Errors are a *finding.CellError, or the reader's own.
func ReadECB(r io.Reader, name string) (*Table, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(body) > maxFile {
		return nil, cellError(name, 1, "Date", fmt.Sprintf("file is larger than %d MiB", maxFile>>20))
	}
	rows := csv.NewReader(table.Guard(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))), ','))
	rows.FieldsPerRecord = -1
	rows.ReuseRecord = true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, cellError(name, 1, "Date", "file is empty")
	}
	if err != nil {
		return nil, cellError(name, 1, "Date", err.Error())
	}
	columns, err := ecbHeader(header, name)
	if err != nil {
		return nil, err
	}
	rates := make(map[money.Currency][]Rate)
	seen := make(map[civil.Date]int)
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, cellError(name, parse.Line, "Date", parse.Err.Error())
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		row, _ := rows.FieldPos(0)
		on, err := civil.Parse(record[0])
		if err != nil {
			return nil, cellError(name, row, "Date", err.Error())
		}
		if first, ok := seen[on]; ok {
			return nil, cellError(name, row, "Date", fmt.Sprintf("%v stands in row %d already", on, first))
		}
		seen[on] = row
		if len(record) < len(columns) || len(record) > len(columns)+1 {
			return nil, cellError(name, row, "Date", fmt.Sprintf("%d columns, want %d as in the header", len(record), len(columns)))
		}
		for i := 1; i < len(columns); i++ {
			text := record[i]
			if text == "" || text == "N/A" {
				continue
			}
			units, err := parseUnits(text)
			if err != nil {
				return nil, cellError(name, row, columns[i].Code(), err.Error())
			}
			rates[columns[i]] = append(rates[columns[i]], Rate{On: on, Units: units})
		}
	}
	return New(money.EUR, "ECB", rates)
}

func ecbHeader(header []string, name string) ([]money.Currency, error) {
	if header[0] != "Date" {
		return nil, cellError(name, 1, "Date", fmt.Sprintf("column is missing; the first is %.40q", header[0]))
	}
	if last := len(header) - 1; last > 0 && header[last] == "" {
		header = header[:last]
	}
	if len(header) < 2 {
		return nil, cellError(name, 1, "Date", "no currency column")
	}
	columns := make([]money.Currency, len(header))
	seen := make(map[money.Currency]bool, len(header))
	for i := 1; i < len(header); i++ {
		c, err := money.ParseCurrency(header[i])
		if err != nil {
			return nil, cellError(name, 1, header[i], err.Error())
		}
		if seen[c] || c == money.EUR {
			return nil, cellError(name, 1, header[i], "column stands twice or is the base")
		}
		seen[c], columns[i] = true, c
	}
	return columns, nil
}

func parseUnits(text string) (decimal.Decimal, error) {
	if len(text) > 30 {
		return decimal.Decimal{}, fmt.Errorf("rate %.20q…: longer than 30 characters: %w", text, ErrSyntax)
	}
	for i := range len(text) { // no sign, no exponent: a rate is plain digits
		if c := text[i]; c != '.' && (c < '0' || c > '9') {
			return decimal.Decimal{}, fmt.Errorf("rate %q: want digits like 1.0834: %w", text, ErrSyntax)
		}
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("rate %q: want digits like 1.0834: %w", text, ErrSyntax)
	}
	return d, checkUnits(d)
}

func cellError(file string, row int, column, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: column, Reason: reason, Kind: ErrSyntax}
}

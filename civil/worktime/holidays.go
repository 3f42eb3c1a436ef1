package worktime

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
)

// ErrHolidays is the kind of every error about a holiday list.
var ErrHolidays = errors.New("invalid holiday list")

const (
	maxHolidayBytes = 1 << 20
	maxHolidayName  = 200 // bytes
)

// ReadHolidays reads a list of days without work: CSV in UTF-8 with the header
// "date,name" (a byte order mark before it is ignored), then one day per row as YYYY-MM-DD, no day twice, at most 20,000
// rows and 1 MiB. The exceptions come in the order of the file. The name, such
// as "germany.csv", appears in errors with row (the line, from 1) and column;
// they match ErrHolidays, and nothing is returned with one.
func ReadHolidays(r io.Reader, name string) ([]Exception, error) {
	limited := &io.LimitedReader{R: r, N: maxHolidayBytes + 1}
	in := csv.NewReader(limited)
	in.FieldsPerRecord = 2
	in.ReuseRecord = true
	refuse := func(column int, format string, args ...any) error {
		row, _ := in.FieldPos(0)
		return fmt.Errorf("%s: row %d, column %d: %s: %w", name, row, column, fmt.Sprintf(format, args...), ErrHolidays)
	}
	seen := map[civil.Date]int{}
	var out []Exception
	for first := true; ; first = false {
		record, err := in.Read()
		if limited.N <= 0 {
			return nil, fmt.Errorf("%s: larger than %d bytes: %w", name, maxHolidayBytes, ErrHolidays)
		}
		if errors.Is(err, io.EOF) {
			if first {
				return nil, fmt.Errorf("%s: row 1, column 1: want the header date,name: %w", name, ErrHolidays)
			}
			return out, nil
		}
		if err != nil {
			if bad, ok := errors.AsType[*csv.ParseError](err); ok {
				if errors.Is(err, csv.ErrFieldCount) {
					return nil, fmt.Errorf("%s: row %d, column 1: want 2 fields, got %d: %w", name, bad.Line, len(record), ErrHolidays)
				}
				return nil, fmt.Errorf("%s: row %d, column %d: %w: %w", name, bad.Line, bad.Column, bad.Err, ErrHolidays)
			}
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if first {
			if strings.TrimPrefix(record[0], "\ufeff") != "date" || record[1] != "name" {
				return nil, refuse(1, "want the header date,name")
			}
			continue
		}
		day, err := civil.Parse(record[0])
		if err != nil {
			return nil, refuse(1, "%v", err)
		}
		row, column := in.FieldPos(1)
		if before, ok := seen[day]; ok {
			return nil, refuse(1, "%s is already in row %d", day, before)
		}
		if len(record[1]) > maxHolidayName || !utf8.ValidString(record[1]) {
			return nil, refuse(column, "want a name in UTF-8 of at most %d bytes", maxHolidayName)
		}
		if len(out) == maxExceptions {
			return nil, refuse(1, "more than %d days", maxExceptions)
		}
		seen[day] = row
		out = append(out, Exception{Days: civil.Days(day, day), Name: record[1]})
	}
}

package worktime

import (
	"io"
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/table"
)

// ErrHolidays is the kind of every error about the content of a holiday list; it
// names file, row and column.
var ErrHolidays = table.ErrTable

// ReadHolidays reads days without work from a UTF-8 CSV file with the columns
// date (YYYY-MM-DD, none twice) and name, in the order of the file. Name is used
// in errors.
func ReadHolidays(r io.Reader, name string) ([]Exception, error) {
	rows, err := table.Read(r, name, []string{"date"}, "date", "name")
	if err != nil {
		return nil, err
	}
	out := make([]Exception, len(rows))
	for i, row := range rows {
		if out[i] = holiday(row); row.Err() != nil {
			return nil, row.Err()
		}
	}
	return out, nil
}

// ReadCalendarHolidays reads the holidays of several calendars from one file with
// the columns calendar, date and name, and returns the given specs with them
// added. A calendar that is not among the specs is an error.
func ReadCalendarHolidays(r io.Reader, name string, specs map[string]Spec) (map[string]Spec, error) {
	rows, err := table.Read(r, name, []string{"calendar", "date"}, "calendar", "date", "name")
	if err != nil {
		return nil, err
	}
	out := maps.Clone(specs)
	for _, row := range rows {
		key, day := row.Text("calendar"), holiday(row)
		spec, ok := out[key]
		if !ok {
			row.Fail("calendar", "%q is not known", key)
		}
		if row.Err() != nil {
			return nil, row.Err()
		}
		spec.Exceptions = append(slices.Clip(spec.Exceptions), day)
		out[key] = spec
	}
	return out, nil
}

func holiday(row *table.Row) Exception {
	day, name := row.Date("date"), row.Text("name")
	if len(name) > 200 {
		row.Fail("name", "is longer than 200 bytes")
	}
	return Exception{Days: civil.Days(day, day), Name: name}
}

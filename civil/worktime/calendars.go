package worktime

import (
	"io"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/table"
)

// ReadCalendarHolidays adds the holidays of several calendars from one CSV file
// with the columns calendar, date and name to a copy of the given specs. Name is
// used in errors, which name file, row and column. A calendar that is not among
// the specs is an error.
func ReadCalendarHolidays(r io.Reader, name string, specs map[string]Spec) (map[string]Spec, error) {
	rows, err := table.Read(r, name, []string{"calendar", "date"}, "calendar", "date", "name")
	if err != nil {
		return nil, err
	}
	out := make(map[string]Spec, len(specs))
	for key, spec := range specs {
		spec.Exceptions = append([]Exception(nil), spec.Exceptions...)
		out[key] = spec
	}
	for _, row := range rows {
		key, day := row.Text("calendar"), row.Date("date")
		spec, ok := out[key]
		if !ok {
			row.Fail("calendar", "%q is not known", key)
		}
		if row.Err() != nil {
			return nil, row.Err()
		}
		spec.Exceptions = append(spec.Exceptions, Exception{Days: civil.Days(day, day), Name: row.Text("name")})
		out[key] = spec
	}
	return out, nil
}

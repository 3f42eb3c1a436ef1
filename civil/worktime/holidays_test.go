package worktime_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil/worktime"
)

func ExampleReadCalendarHolidays() {
	offices := map[string]worktime.Spec{
		"berlin": worktime.MonFri("Europe/Berlin", "09:00-17:00"), "new york": worktime.MonFri("America/New_York", "09:00-17:00"),
	}
	file := strings.NewReader("calendar,date,name\nberlin,2026-05-01,Labour Day\nnew york,2026-07-03,Independence Day\n")
	offices, err := worktime.ReadCalendarHolidays(file, "holidays.csv", offices)
	fmt.Println(offices["berlin"].Exceptions[0].Name, offices["new york"].Exceptions[0].Days, err)
	// Output:
	// Labour Day 2026-07-03..2026-07-03 <nil>
}

func TestReadCalendarHolidays(t *testing.T) {
	specs := map[string]worktime.Spec{"a": worktime.MonFri("", "09:00-17:00"), "b": worktime.MonFri("", "09:00-17:00")}
	out, err := worktime.ReadCalendarHolidays(strings.NewReader("calendar,date,name\na,2026-01-01,New Year\nb,2026-01-19,King\na,2026-05-01,Labour\n"), "c.csv", specs)
	require.NoError(t, err)
	assert.Len(t, out["a"].Exceptions, 2)
	assert.Len(t, out["b"].Exceptions, 1)
	assert.Empty(t, specs["a"].Exceptions, "the given specs stay as they are")
	for want, text := range map[string]string{
		`c.csv: row 2, column calendar: "z" is not known`:                           "calendar,date,name\nz,2026-01-01,x\n",
		`c.csv: row 3, column calendar: "a, 2026-01-01" stands in row 2 already`:    "calendar,date,name\na,2026-01-01,x\na,2026-01-01,y\n",
		`c.csv: row 2, column date: date "1.1.2026": want YYYY-MM-DD: invalid date`: "calendar,date,name\na,1.1.2026,x\n",
	} {
		_, err := worktime.ReadCalendarHolidays(strings.NewReader(text), "c.csv", specs)
		require.EqualError(t, err, want)
	}
}

package worktime_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

func ics(events ...string) string {
	text := "BEGIN:VCALENDAR\nVERSION:2.0\n"
	for _, e := range events {
		text += "BEGIN:VEVENT\n" + e + "\nEND:VEVENT\n"
	}
	return text + "END:VCALENDAR\n"
}

func ExampleReadICalendar() {
	file := strings.NewReader(`BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;VALUE=DATE:20251225
DTEND;VALUE=DATE:20251227
RRULE:FREQ=YEARLY
SUMMARY:Christmas\, both days
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20251127
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH
SUMMARY:Thanksgiving
END:VEVENT
END:VCALENDAR
`)
	free, err := worktime.ReadICalendar(file, "team.ics", civil.YearOf(civil.MustDate(2026, 1, 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range free {
		fmt.Println(e.Days, e.Name)
	}
	// Output:
	// 2026-11-26..2026-11-26 Thanksgiving
	// 2026-12-25..2026-12-26 Christmas, both days
}

func TestReadICalendar(t *testing.T) {
	read := func(text string, first, last int) []string {
		free, err := worktime.ReadICalendar(strings.NewReader(text), "x.ics", civil.Days(civil.MustDate(first, 1, 1), civil.MustDate(last, 12, 31)))
		require.NoError(t, err, text)
		var out []string
		for _, e := range free {
			assert.Empty(t, e.Shifts)
			out = append(out, e.Days.String()+" "+e.Name)
		}
		return out
	}
	for _, c := range []struct {
		event string
		want  string // first days, or ranges
	}{
		{"DTSTART:20260501\nSUMMARY:a", "2026-05-01..2026-05-01 a"},
		{"DTSTART;TZID=\"Europe/Berlin:x\":20260501T000000\nDTEND;TZID=Europe/Berlin:20260502T000000", "2026-05-01..2026-05-01 "},
		{"DTSTART:20260501\nDURATION:P3D\nTRANSP:TRANSPARENT", "2026-05-01..2026-05-03 "},
		{"DTSTART:20260501\nDURATION:P1W", "2026-05-01..2026-05-07 "},
		{"DTSTART:20251230\nDTEND:20260103", "2026-01-01..2026-01-02 "}, // cut to the period
		{"dtstart:20260501\nsummary:Ne\n w Y\n\tear's \\; \\\\ day\\, \\n2", "2026-05-01..2026-05-01 New Year's ; \\ day,  2"},
		{"DTSTART:20260501\nSTATUS:CANCELLED", ""},
		{"DTSTART:20240501\nRRULE:FREQ=YEARLY;COUNT=3", "2026-05-01..2026-05-01 "},
		{"DTSTART:20240501\nRRULE:FREQ=YEARLY;COUNT=2", ""},
		{"DTSTART:20240501\nRRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20260501T235959Z", "2026-05-01..2026-05-01 "},
		{"DTSTART:20240501\nRRULE:FREQ=YEARLY;INTERVAL=3", "2027-05-01..2027-05-01 "},
		{"DTSTART:20240501\nRRULE:FREQ=YEARLY;UNTIL=20260430", ""},
		{"DTSTART:20240501\nRRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1;WKST=SU\nEXDATE;VALUE=DATE:20260501,20250501", "2027-05-01..2027-05-01 "},
		{"DTSTART:20240229\nRRULE:FREQ=YEARLY", ""},
		{"DTSTART:20201231\nDTEND:20210102\nRRULE:FREQ=YEARLY", "2026-01-01..2026-01-01 |2026-12-31..2027-01-01 |2027-12-31..2027-12-31 "},
		{"DTSTART:20200525\nRRULE:FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5\nSUMMARY:Memorial Day", "2026-05-25..2026-05-25 Memorial Day|2027-05-31..2027-05-31 Memorial Day"},
		{"DTSTART:20200120\nRRULE:FREQ=YEARLY;BYDAY=3MO;BYMONTH=1", "2026-01-19..2026-01-19 |2027-01-18..2027-01-18 "},
		{"DTSTART:20260501\nBEGIN:VALARM\nDTSTART:junk\nEND:VALARM", "2026-05-01..2026-05-01 "},
	} {
		if c.want == "2027-05-01..2027-05-01 " || strings.Contains(c.want, "|") {
			assert.Equal(t, c.want, strings.Join(read(ics(c.event), 2026, 2027), "|"), c.event)
			continue
		}
		assert.Equal(t, c.want, strings.Join(read(ics(c.event), 2026, 2026), "|"), c.event)
	}
	text := "\ufeff" + strings.ReplaceAll(ics("DTSTART:20260601\nSUMMARY:b", "DTSTART:20260501\nSUMMARY:a"), "\n", "\r\n")
	assert.Equal(t, []string{"2026-05-01..2026-05-01 a", "2026-06-01..2026-06-01 b"}, read(text, 2026, 2026), "in the order of the days")
	assert.Equal(t, []string{"2028-02-29..2028-02-29 "}, read(ics("DTSTART:20240229\nRRULE:FREQ=YEARLY"), 2025, 2031))
	assert.Empty(t, read("BEGIN:VCALENDAR\nBEGIN:VTODO\nDTSTART:junk\nEND:VTODO\nEND:VCALENDAR", 2026, 2026))
}

func TestReadICalendarRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "x.ics: row 1, column BEGIN: is no iCalendar file: want BEGIN:VCALENDAR",
		"date,name\n2026-01-01,x\n":            `x.ics: row 1: "date,name" is no property: want NAME:value`,
		"BEGIN:VEVENT\n":                       `x.ics: row 1, column BEGIN: "VEVENT" stands outside of VCALENDAR`,
		"VERSION:2.0\n":                        "x.ics: row 1, column VERSION: stands outside of VCALENDAR",
		"BEGIN:VCALENDAR\n":                    "x.ics: row 1, column END: VCALENDAR does not end",
		"BEGIN:VCALENDAR\nEND:VEVENT\n":        `x.ics: row 2, column END: "VEVENT" ends nothing that is open`,
		"BEGIN:VCALENDAR\nX:\xff\n":            "x.ics: row 2: is not valid UTF-8",
		strings.Repeat("BEGIN:VCALENDAR\n", 2): "x.ics: row 2, column BEGIN: VCALENDAR stands within VCALENDAR",
		"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:X\n", 9):                       "x.ics: row 9, column BEGIN: more than 8 components within each other",
		"BEGIN:VCALENDAR\nX:" + strings.Repeat("a", 1<<16) + "\n":                  "x.ics: row 2: is longer than 65536 bytes",
		"BEGIN:VCALENDAR\nX:" + strings.Repeat("\n "+strings.Repeat("a", 999), 70): "x.ics: row 2: is longer than 65536 bytes",
		ics("SUMMARY:x"):                                                  "x.ics: row 3, column DTSTART: is missing",
		ics("DTSTART:20260230"):                                           `x.ics: row 4, column DTSTART: "20260230": want YYYYMMDD`,
		ics("DTSTART:20260501T090000"):                                    `x.ics: row 4, column DTSTART: "20260501T090000" is a time of day: want a date`,
		ics("DTSTART:20260501T000000Z"):                                   `x.ics: row 4, column DTSTART: "20260501T000000Z" is a time of day: want a date`,
		ics("DTSTART:20260501\nDTSTART:20260502"):                         "x.ics: row 5, column DTSTART: is given twice",
		ics("DTSTART:20260501\nDTEND:20260501"):                           "x.ics: row 3, column DTEND: is not after DTSTART",
		ics("DTSTART:20260501\nDTEND:20260502\nDURATION:P1D"):             "x.ics: row 3, column DURATION: stands beside DTEND",
		ics("DTSTART:20260501\nDURATION:PT8H"):                            `x.ics: row 5, column DURATION: "PT8H": want PnD or PnW`,
		ics("DTSTART:20260501\nRDATE:20260502"):                           "x.ics: row 5, column RDATE: is not supported: write the days as events of their own",
		ics("DTSTART:20260501\nSUMMARY:" + strings.Repeat("a", 201)):      "x.ics: row 5, column SUMMARY: is longer than 200 bytes",
		ics("DTSTART:20260501\nRRULE:FREQ=MONTHLY"):                       `x.ics: row 5, column RRULE: FREQ "MONTHLY" is not supported: want YEARLY, or the days as events of their own`,
		ics("DTSTART:20260501\nRRULE:COUNT=2"):                            "x.ics: row 5, column RRULE: FREQ is missing",
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;COUNT=0"):                `x.ics: row 5, column RRULE: COUNT "0" is not supported`,
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;COUNT=2;UNTIL=20270101"): "x.ics: row 5, column RRULE: COUNT stands beside UNTIL",
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYDAY=MO"):               `x.ics: row 5, column RRULE: BYDAY "MO" is not supported: want the nth weekday of a month, as 4TH or -1MO`,
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYDAY=1MO"):              "x.ics: row 5, column RRULE: BYDAY is only supported with BYMONTH",
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYDAY=1MO;BYMONTH=5"):    "x.ics: row 5, column RRULE: does not give the day of DTSTART, 2026-05-01",
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYMONTH=6"):              "x.ics: row 5, column RRULE: BYMONTH is not that of DTSTART",
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;BYYEARDAY=5"):            `x.ics: row 5, column RRULE: "BYYEARDAY" is not supported: write the days as events of their own`,
		ics("DTSTART:20260501\nRRULE:FREQ=YEARLY;FREQ=YEARLY"):            `x.ics: row 5, column RRULE: "FREQ" is given twice`,
		ics("DTSTART:20240229\nRRULE:FREQ=YEARLY;COUNT=2"):                "x.ics: row 5, column RRULE: 29 February with INTERVAL or COUNT is not supported",
		ics("DTSTART:20240101\nDTEND:20260101\nRRULE:FREQ=YEARLY"):        "x.ics: row 6, column RRULE: the event lasts longer than a year",
	} {
		got, err := worktime.ReadICalendar(strings.NewReader(text), "x.ics", year2026())
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, worktime.ErrHolidays)
		bad, ok := errors.AsType[*finding.CellError](err)
		require.True(t, ok)
		assert.Positive(t, bad.Row)
		assert.Nil(t, got)
	}
	many := ics(strings.Repeat("DTSTART:20260501\nEND:VEVENT\nBEGIN:VEVENT\n", 20_001) + "DTSTART:20260501")
	_, err := worktime.ReadICalendar(strings.NewReader(many), "x.ics", year2026())
	require.ErrorContains(t, err, "more than 20000 days in the period")
}

func FuzzReadICalendar(f *testing.F) {
	f.Add(ics("DTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260503\nSUMMARY:a\\, b"), int64(20_000), int64(21_000))
	f.Add(ics("DTSTART:20251127\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20300101\nEXDATE:20271125"), int64(20_000), int64(25_000))
	f.Add(ics("DTSTART:20240229\nDURATION:P2W\nRRULE:FREQ=YEARLY"), int64(0), int64(40_000))
	f.Add("BEGIN:VCALENDAR\r\n X\r\nEND:VCALENDAR", int64(0), int64(-1))
	f.Fuzz(func(t *testing.T, text string, first, last int64) {
		period := civil.Days(civil.FromDays(first), civil.FromDays(last))
		free, err := worktime.ReadICalendar(strings.NewReader(text), "f", period)
		if err != nil {
			require.ErrorIs(t, err, worktime.ErrHolidays)
			return
		}
		before := civil.Period{}
		for _, e := range free {
			require.False(t, e.Days.IsEmpty())
			require.True(t, period.Covers(e.Days))
			require.GreaterOrEqual(t, e.Days.Compare(before), 0)
			before = e.Days
		}
	})
}

package worktime

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/table"
)

// Limits of an iCalendar file.
const (
	maxICalLine  = 64 << 10 // unfolded
	maxICalDepth = 8        // components within each other
)

// ReadICalendar reads days without work from an iCalendar file (RFC 5545), such
// as a holiday calendar to subscribe to. Every event that touches the period
// becomes an Exception, cut to it and named by the SUMMARY, in the order of the
// days. Name is used in errors.
//
// An event lasts from DTSTART to before DTEND or for DURATION in whole days, one
// day by default; one that recurs every year (RRULE FREQ=YEARLY, on the date of DTSTART
// or, as BYMONTH=11;BYDAY=4TH, on the nth weekday of a month; with INTERVAL, COUNT
// or UNTIL) is given in each year of the period, but for those of EXDATE. Events that are free
// time (TRANSP:TRANSPARENT, as holiday calendars often say) count as well, but
// cancelled ones do not; VTODO, VJOURNAL and other components are passed over.
//
// What cannot be a day without work is an error and not a guess: a time of day,
// another recurrence, RDATE or RECURRENCE-ID. Errors match ErrHolidays and are a
// *finding.CellError with the line and, as column, the property.
func ReadICalendar(r io.Reader, name string, period civil.Period) ([]Exception, error) {
	body, err := io.ReadAll(io.LimitReader(r, table.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	in := icalReader{name: name, period: period}
	if len(body) > table.MaxBytes {
		return nil, in.fail(1, "", "file is larger than %d MiB", table.MaxBytes>>20)
	}
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	lines.Buffer(nil, maxICalLine)
	// A line that begins with a space or a tab goes on with the one before.
	var text []byte
	first, line := 0, 0
	flush := func() error {
		if first == 0 || len(text) == 0 {
			return nil
		}
		if !utf8.Valid(text) {
			return in.fail(first, "", "is not valid UTF-8")
		}
		return in.line(first, string(text))
	}
	for lines.Scan() {
		line++
		b := lines.Bytes()
		if len(b) > 0 && (b[0] == ' ' || b[0] == '\t') && first > 0 {
			if text = append(text, b[1:]...); len(text) > maxICalLine {
				return nil, in.fail(first, "", "is longer than %d bytes", maxICalLine)
			}
			continue
		}
		if err := flush(); err != nil {
			return nil, err
		}
		text, first = append(text[:0], b...), line
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, in.fail(line+1, "", "is longer than %d bytes", maxICalLine)
	}
	if err := flush(); err != nil {
		return nil, err
	}
	switch {
	case !in.seen:
		return nil, in.fail(1, "BEGIN", "is no iCalendar file: want BEGIN:VCALENDAR")
	case len(in.open) > 0:
		return nil, in.fail(line, "END", "%s does not end", in.open[len(in.open)-1])
	}
	slices.SortStableFunc(in.out, func(a, b Exception) int { return a.Days.Compare(b.Days) })
	return in.out, nil
}

type icalReader struct {
	name   string
	period civil.Period
	open   []string // components, outermost first
	seen   bool     // a VCALENDAR
	event  icalEvent
	out    []Exception
}

// icalEvent is a VEVENT as far as it has been read. Lines are those of the file.
type icalEvent struct {
	line                    int
	start, end              civil.Date
	days                    int // of DURATION
	summary                 string
	rule                    string
	ruleLine                int
	except                  []civil.Date
	cancelled               bool
	hasStart, hasEnd, hasOf bool // DTSTART, DTEND, DURATION
}

func (in *icalReader) fail(line int, property, format string, args ...any) error {
	return &finding.CellError{File: in.name, Row: line, Column: property, Reason: fmt.Sprintf(format, args...), Kind: ErrHolidays}
}

// line takes one unfolded line: name, parameters, value.
func (in *icalReader) line(n int, text string) error {
	head, value, ok := cutQuoted(text, ':')
	if !ok {
		return in.fail(n, "", "%.40q is no property: want NAME:value", text)
	}
	property, _, _ := cutQuoted(head, ';')
	property = strings.ToUpper(property)
	switch property {
	case "BEGIN":
		return in.begin(n, strings.ToUpper(value))
	case "END":
		return in.end(n, strings.ToUpper(value))
	}
	if len(in.open) == 0 {
		return in.fail(n, property, "stands outside of VCALENDAR")
	}
	if len(in.open) != 2 || in.open[1] != "VEVENT" {
		return nil
	}
	return in.property(n, property, value)
}

func (in *icalReader) begin(n int, component string) error {
	switch {
	case len(in.open) == 0 && component != "VCALENDAR":
		return in.fail(n, "BEGIN", "%.40q stands outside of VCALENDAR", component)
	case len(in.open) > 0 && component == "VCALENDAR":
		return in.fail(n, "BEGIN", "VCALENDAR stands within %s", in.open[len(in.open)-1])
	case len(in.open) == maxICalDepth:
		return in.fail(n, "BEGIN", "more than %d components within each other", maxICalDepth)
	}
	in.seen = true
	in.open = append(in.open, component)
	if len(in.open) == 2 {
		in.event = icalEvent{line: n}
	}
	return nil
}

func (in *icalReader) end(n int, component string) error {
	last := len(in.open) - 1
	if last < 0 || in.open[last] != component {
		return in.fail(n, "END", "%.40q ends nothing that is open", component)
	}
	in.open = in.open[:last]
	if last == 1 && component == "VEVENT" {
		return in.finish()
	}
	return nil
}

// property takes a property of an event; those without a meaning for days are
// passed over.
func (in *icalReader) property(n int, property, value string) error {
	e := &in.event
	var err error
	switch property {
	case "DTSTART":
		if e.hasStart {
			return in.fail(n, property, "is given twice")
		}
		e.hasStart = true
		e.start, err = in.date(n, property, value)
	case "DTEND":
		if e.hasEnd {
			return in.fail(n, property, "is given twice")
		}
		e.hasEnd = true
		e.end, err = in.date(n, property, value)
	case "DURATION":
		if e.hasOf {
			return in.fail(n, property, "is given twice")
		}
		e.hasOf = true
		e.days, err = in.duration(n, value)
	case "SUMMARY":
		if e.summary = unescape(value); len(e.summary) > 200 {
			return in.fail(n, property, "is longer than 200 bytes")
		}
	case "STATUS":
		e.cancelled = strings.EqualFold(value, "CANCELLED")
	case "RRULE":
		if e.rule != "" {
			return in.fail(n, property, "is given twice")
		}
		e.rule, e.ruleLine = value, n
	case "EXDATE":
		for day := range strings.SplitSeq(value, ",") {
			d, err := in.date(n, property, day)
			if err != nil {
				return err
			}
			e.except = append(e.except, d)
		}
	case "RDATE", "RECURRENCE-ID", "EXRULE":
		return in.fail(n, property, "is not supported: write the days as events of their own")
	}
	return err
}

// date reads a DATE, or a DATE-TIME at the midnight of its zone.
func (in *icalReader) date(n int, property, value string) (civil.Date, error) {
	text, clock, timed := strings.Cut(value, "T")
	if timed && clock != "000000" {
		return civil.Date{}, in.fail(n, property, "%.40q is a time of day: want a date", value)
	}
	if len(text) == 8 {
		if d, err := civil.Parse(text[:4] + "-" + text[4:6] + "-" + text[6:]); err == nil {
			return d, nil
		}
	}
	return civil.Date{}, in.fail(n, property, "%.40q: want YYYYMMDD", value)
}

// duration reads whole days or weeks.
func (in *icalReader) duration(n int, value string) (int, error) {
	text := strings.TrimPrefix(value, "P")
	days, isDays := strings.CutSuffix(text, "D")
	weeks, isWeeks := strings.CutSuffix(text, "W")
	unit := 1
	if isWeeks {
		days, unit = weeks, 7
	}
	count, err := strconv.Atoi(days)
	if !strings.HasPrefix(value, "P") || !isDays && !isWeeks || err != nil || count < 1 || count > 10_000 || days[0] == '+' {
		return 0, in.fail(n, "DURATION", "%.40q: want PnD or PnW", value)
	}
	return count * unit, nil
}

// finish turns the event into exceptions.
func (in *icalReader) finish() error {
	e := &in.event
	switch {
	case !e.hasStart:
		return in.fail(e.line, "DTSTART", "is missing")
	case e.hasEnd && e.hasOf:
		return in.fail(e.line, "DURATION", "stands beside DTEND")
	case e.hasEnd && !e.end.After(e.start):
		return in.fail(e.line, "DTEND", "is not after DTSTART")
	case e.hasEnd:
		e.days = e.end.Sub(e.start)
	case !e.hasOf:
		e.days = 1
	}
	if e.cancelled {
		return nil
	}
	slices.SortFunc(e.except, civil.Date.Compare)
	if e.rule == "" {
		return in.add(e.start)
	}
	return in.recur()
}

// add gives an occurrence of the event as far as it is in the period.
func (in *icalReader) add(first civil.Date) error {
	days := civil.Days(first, first.AddDays(in.event.days-1)).Intersect(in.period)
	if days.IsEmpty() {
		return nil
	}
	if _, except := slices.BinarySearchFunc(in.event.except, first, civil.Date.Compare); except {
		return nil
	}
	if len(in.out) == maxExceptions {
		return in.fail(in.event.line, "", "more than %d days in the period", maxExceptions)
	}
	in.out = append(in.out, Exception{Days: days, Name: in.event.summary})
	return nil
}

// cutQuoted cuts at the first separator that is not within double quotes.
func cutQuoted(s string, sep byte) (before, after string, found bool) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// unescape undoes the escapes of a TEXT value (RFC 5545, 3.3.11). A line break
// within a name is a space.
func unescape(s string) string {
	return strings.TrimSpace(strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, " ", `\N`, " ").Replace(s))
}

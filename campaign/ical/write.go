package ical

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
)

// product names the writer, as RFC 5545 §3.7.3 wants it.
const product = "-//go-marops//marops//EN"

// Write writes the calendar. What Check finds is returned as the error, and then
// nothing is written.
func Write(w io.Writer, c Calendar) error {
	if err := c.Check().Err(); err != nil {
		return err
	}
	var out writer
	out.line("BEGIN", "VCALENDAR")
	out.line("VERSION", "2.0")
	out.line("PRODID", product)
	out.line("CALSCALE", "GREGORIAN")
	out.text("X-WR-CALNAME", c.Name)
	out.zones(c)
	for i := range c.Events {
		out.event(&c.Events[i])
	}
	for i := range c.Todos {
		out.todo(&c.Todos[i])
	}
	out.line("END", "VCALENDAR")
	_, err := w.Write(out.Bytes())
	return err
}

type writer struct{ bytes.Buffer }

func (w *writer) event(e *Event) {
	w.line("BEGIN", "VEVENT")
	w.head(e.UID, e.Stamp, e.Sequence)
	if e.Days.IsEmpty() {
		w.time("DTSTART", e.Start)
		if e.End.After(e.Start) {
			w.time("DTEND", e.End)
		}
	} else {
		w.date("DTSTART", e.Days.First())
		w.date("DTEND", e.Days.Last().AddDays(1)) // exclusive, RFC 5545 §3.6.1
	}
	w.text("SUMMARY", e.Summary)
	w.text("DESCRIPTION", e.Description)
	w.text("LOCATION", e.Location)
	w.categories(e.Categories)
	if e.Cancelled {
		w.line("STATUS", "CANCELLED")
	}
	w.line("END", "VEVENT")
}

func (w *writer) todo(t *Todo) {
	w.line("BEGIN", "VTODO")
	w.head(t.UID, t.Stamp, t.Sequence)
	if !t.Start.IsZero() {
		w.time("DTSTART", t.Start)
	}
	switch {
	case !t.DueDay.IsZero():
		w.date("DUE", t.DueDay)
	case !t.Due.IsZero():
		w.time("DUE", t.Due)
	}
	w.text("SUMMARY", t.Summary)
	w.text("DESCRIPTION", t.Description)
	w.categories(t.Categories)
	if t.Completed.IsZero() {
		w.line("STATUS", "NEEDS-ACTION")
	} else {
		w.line("STATUS", "COMPLETED")
		w.line("COMPLETED", utc(t.Completed))
	}
	w.line("END", "VTODO")
}

func (w *writer) head(uid string, stamp time.Time, sequence int) {
	w.text("UID", uid)
	w.line("DTSTAMP", utc(stamp))
	w.line("SEQUENCE", strconv.Itoa(sequence))
}

func (w *writer) date(name string, d civil.Date) {
	w.line(name+";VALUE=DATE", strings.ReplaceAll(d.String(), "-", ""))
}

func (w *writer) time(name string, t time.Time) {
	if zone := tzid(t); zone != "" {
		w.line(name+";TZID="+zone, t.Format("20060102T150405"))
		return
	}
	w.line(name, utc(t))
}

func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// text writes a TEXT property, nothing if it is empty.
func (w *writer) text(name, value string) {
	if value != "" {
		w.line(name, escape(value))
	}
}

func (w *writer) categories(list []string) {
	escaped := make([]string, 0, len(list))
	for _, c := range list {
		if c != "" {
			escaped = append(escaped, escape(c))
		}
	}
	if len(escaped) > 0 {
		w.line("CATEGORIES", strings.Join(escaped, ","))
	}
}

var escaper = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n")

// escape writes TEXT as RFC 5545 §3.3.11.
func escape(s string) string { return escaper.Replace(s) }

// width is the longest line in octets, without its end (RFC 5545 §3.1).
const width = 75

// line writes a content line, folded between runes.
func (w *writer) line(name, value string) {
	rest := name + ":" + value
	for room := width; len(rest) > room; room = width - 1 { // the space that continues a line counts
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.WriteString(rest[:cut])
		w.WriteString("\r\n ")
		rest = rest[cut:]
	}
	w.WriteString(rest)
	w.WriteString("\r\n")
}

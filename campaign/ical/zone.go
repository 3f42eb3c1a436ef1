package ical

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// tzid returns the IANA name of a time's zone; "" for UTC and for zones that have
// no such name, such as fixed offsets and the machine's own.
func tzid(t time.Time) string {
	name := t.Location().String()
	if name == "UTC" || name == "Local" || !strings.Contains(name, "/") {
		return ""
	}
	if loc, err := time.LoadLocation(name); err != nil || loc.String() != name {
		return ""
	}
	return name
}

type span struct {
	loc         *time.Location
	first, last time.Time
}

// zones writes the rules of every zone that a time names, over the time it
// needs them (RFC 5545 §3.6.5: each TZID must have a VTIMEZONE).
func (w *writer) zones(c Calendar) {
	used := map[string]*span{}
	note := func(times ...time.Time) {
		for _, t := range times {
			name := tzid(t)
			if name == "" {
				continue
			}
			s := used[name]
			if s == nil {
				s = &span{t.Location(), t, t}
				used[name] = s
			}
			if t.Before(s.first) {
				s.first = t
			}
			if t.After(s.last) {
				s.last = t
			}
		}
	}
	for i := range c.Events {
		if e := &c.Events[i]; e.Days.IsEmpty() {
			note(e.Start)
			if e.End.After(e.Start) {
				note(e.End)
			}
		}
	}
	for i := range c.Todos {
		if !c.Todos[i].Start.IsZero() {
			note(c.Todos[i].Start)
		}
		if !c.Todos[i].Due.IsZero() && c.Todos[i].DueDay.IsZero() {
			note(c.Todos[i].Due)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		w.zone(name, used[name])
	}
}

// zone writes one observance per change of the clock, without recurrence: the
// rules of past years differ, and calendars disagree about open-ended ones.
func (w *writer) zone(name string, s *span) {
	w.line("BEGIN", "VTIMEZONE")
	w.line("TZID", name)
	for at := s.first; ; {
		start, end := at.ZoneBounds()
		w.observance(s.loc, at, start)
		if end.IsZero() || end.After(s.last) {
			break
		}
		at = end.In(s.loc)
	}
	w.line("END", "VTIMEZONE")
}

func (w *writer) observance(loc *time.Location, at, start time.Time) {
	kind := "STANDARD"
	if at.IsDST() {
		kind = "DAYLIGHT"
	}
	abbreviation, to := at.Zone()
	from := to
	onset := "19700101T000000" // the zone has never had another offset before
	if start.IsZero() || start.Year() < 1 {
		if at.Year() < 1970 {
			onset = "00010101T000000"
		}
	} else {
		_, from = start.Add(-time.Second).In(loc).Zone()
		onset = start.In(time.FixedZone("", from)).Format("20060102T150405") // in the clock that ends
	}
	w.line("BEGIN", kind)
	w.line("DTSTART", onset)
	w.line("TZOFFSETFROM", offset(from))
	w.line("TZOFFSETTO", offset(to))
	w.text("TZNAME", abbreviation)
	w.line("END", kind)
}

// offset writes +HHMM, with seconds where a historic zone has them.
func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	out := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if s := seconds % 60; s != 0 {
		out += fmt.Sprintf("%02d", s)
	}
	return out
}

package ical

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Calendar is what one file holds.
type Calendar struct {
	Name   string
	Events []Event
	Todos  []Todo
}

// Event is something that takes place: all day on Days, or from Start to End.
type Event struct {
	UID         string    // stable over all versions: calendars replace by it
	Stamp       time.Time // when this version was made
	Sequence    int       // of this version, from 0
	Summary     string
	Description string
	Location    string
	Categories  []string
	Cancelled   bool
	Days        civil.Period // all day, both ends included
	Start, End  time.Time    // if Days is empty; an End that is zero or Start is an instant
}

// Todo is something to be done, due at the end of a day or at an instant.
type Todo struct {
	UID         string
	Stamp       time.Time
	Sequence    int
	Summary     string
	Description string
	Categories  []string
	Start       time.Time  // zero = none; only with Due
	Due         time.Time  // if DueDay is zero
	DueDay      civil.Date // the day, itself included
	Completed   time.Time  // zero = open
}

// Check returns what Write would refuse. Codes: ical.uid for one that is empty
// or given twice, ical.stamp for none, ical.sequence for a negative one,
// ical.time for an event or todo without a time, with two, or that ends before
// it starts, ical.year for one outside the years 1 to 9999, ical.text for text
// that is not UTF-8 or holds control characters.
func (c Calendar) Check() finding.List {
	var found finding.List
	seen := map[string]bool{}
	base := func(what, uid string, stamp time.Time, sequence int, texts ...string) string {
		subject := what + "/" + strings.ToValidUTF8(uid[:min(len(uid), 60)], "\uFFFD")
		switch {
		case uid == "":
			found.Errorf("ical.uid", subject, "give it an id", "the UID is empty")
		case seen[uid]:
			found.Errorf("ical.uid", subject, "give each its own id", "the UID is given twice")
		}
		seen[uid] = true
		if stamp.IsZero() {
			found.Errorf("ical.stamp", subject, "say when it was made", "the stamp is empty")
		}
		if sequence < 0 {
			found.Errorf("ical.sequence", subject, "count from 0", "sequence %d", sequence)
		}
		for _, s := range append(texts, uid) {
			if !clean(s) {
				found.Errorf("ical.text", subject, "remove it", "not UTF-8, or a control character")
				break
			}
		}
		return subject
	}
	years := func(subject string, times ...time.Time) {
		for _, t := range times {
			if y := t.UTC().Year(); !t.IsZero() && (y < 1 || y > 9998) {
				found.Errorf("ical.year", subject, "use a year that people will see", "year %d", y)
			}
		}
	}
	if !clean(c.Name) {
		found.Errorf("ical.text", "calendar", "mend its name", "not UTF-8, or a control character")
	}
	for _, e := range c.Events {
		subject := base("event", e.UID, e.Stamp, e.Sequence, append([]string{e.Summary, e.Description, e.Location}, e.Categories...)...)
		years(subject, e.Stamp, e.Start, e.End)
		timed := !e.Start.IsZero() || !e.End.IsZero()
		switch {
		case e.Days.IsEmpty() == !timed:
			found.Errorf("ical.time", subject, "give it days or a start", "it needs exactly one of them")
		case timed && (e.Start.IsZero() || !e.End.IsZero() && e.End.Before(e.Start)):
			found.Errorf("ical.time", subject, "let it end after it starts", "from %v to %v", e.Start, e.End)
		case !timed && e.Days.Last() == civil.MaxDate():
			found.Errorf("ical.year", subject, "use a year that people will see", "year 9999")
		}
	}
	for _, t := range c.Todos {
		subject := base("todo", t.UID, t.Stamp, t.Sequence, append([]string{t.Summary, t.Description}, t.Categories...)...)
		years(subject, t.Stamp, t.Start, t.Due, t.Completed)
		if !t.Due.IsZero() && !t.DueDay.IsZero() {
			found.Errorf("ical.time", subject, "give it one of them", "both a due day and a due time")
		}
		if !t.Start.IsZero() && !t.Start.Before(t.Due) {
			found.Errorf("ical.time", subject, "let it be due after it starts", "from %v, due %v", t.Start, t.Due)
		}
	}
	return found
}

// clean reports whether text can stand in a file once it is escaped.
func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
	})
}

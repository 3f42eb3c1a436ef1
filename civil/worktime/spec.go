package worktime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/strictjson"
)

// Spec is a working calendar as people author it: a week, the weeks that come
// after it, and the days that differ from them. Compile turns it into a
// Calendar.
//
// As JSON it reads
//
//	{"zone": "Europe/Berlin",
//	 "week": {"mon": ["09:00-12:30", "13:30-18:00"], "fri": ["09:00-14:00"]},
//	 "versions": [{"from": "2027-01-01", "week": {"mon": ["09:00-17:00"]}}],
//	 "exceptions": [{"days": "2026-12-24..2026-12-26", "name": "Christmas"}]}
type Spec struct {
	Zone       string      `json:"zone,omitempty"`    // IANA name; "" is UTC
	Repeated   Repeated    `json:"repeated,omitzero"` // when clocks go back
	Week       Week        `json:"week"`
	Versions   []Version   `json:"versions,omitempty"`   // in any order
	Exceptions []Exception `json:"exceptions,omitempty"` // in any order
}

// UnmarshalJSON reads a Spec and nothing else: unknown names and names given
// twice are errors.
func (s *Spec) UnmarshalJSON(data []byte) error {
	type plain Spec // without this method
	var parsed plain
	if err := strictjson.Unmarshal(data, &parsed); err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	*s = Spec(parsed)
	return nil
}

// Version is a week that holds from a day on, until that of the next version
// begins: the four-day week that starts in July. Exceptions go before it.
type Version struct {
	From civil.Date `json:"from"`
	Week Week       `json:"week"`
}

// Exception replaces the week's shifts on some days.
type Exception struct {
	Days   civil.Period `json:"days"`
	Shifts []Shift      `json:"shifts,omitempty"` // none: no work
	Name   string       `json:"name,omitempty"`
}

// Week holds the shifts of each day, indexed by time.Weekday:
//
//	worktime.Week{time.Monday: worktime.Shifts("08:00-12:00", "13:00-17:00")}
//
// Its JSON form is an object with the keys mon to sun, days off left out.
type Week [7][]Shift

func (w Week) isEmpty() bool {
	return !slices.ContainsFunc(w[:], func(shifts []Shift) bool { return len(shifts) > 0 })
}

// MonFri returns the Spec of a week with the same shifts from Monday to Friday:
// MonFri("Europe/Berlin", "09:00-12:30", "13:30-18:00"). Text that is no shift
// is reported by Compile.
func MonFri(zone string, shifts ...string) Spec {
	s := Spec{Zone: zone}
	for day := time.Monday; day <= time.Friday; day++ {
		s.Week[day] = Shifts(shifts...)
	}
	return s
}

var dayKeys = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// MarshalJSON writes the working days, Monday first.
func (w Week) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i := range 7 {
		day := (i + 1) % 7
		if len(w[day]) == 0 {
			continue
		}
		shifts, err := json.Marshal(w[day])
		if err != nil {
			return nil, fmt.Errorf("week: %s: %w", dayKeys[day], err)
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%q:%s", dayKeys[day], shifts)
	}
	return append(out, '}'), nil
}

// errWeek is the kind of errors about the shape of a week's JSON.
var errWeek = errors.New("invalid week")

// UnmarshalJSON reads an object with the keys mon to sun, each at most once.
func (w *Week) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return fmt.Errorf("week: want an object with the keys mon to sun: %w", errWeek)
	}
	var parsed Week
	var seen [7]bool
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return fmt.Errorf("week: %w", err)
		}
		key, _ := token.(string)
		day := slices.Index(dayKeys[:], key)
		if day < 0 {
			return fmt.Errorf("week: key %.20q: want mon, tue, wed, thu, fri, sat or sun: %w", key, errWeek)
		}
		if seen[day] {
			return fmt.Errorf("week: key %q: given twice: %w", key, errWeek)
		}
		seen[day] = true
		if err := dec.Decode(&parsed[day]); err != nil {
			return fmt.Errorf("week: %s: %w", key, err)
		}
	}
	*w = parsed
	return nil
}

package campaign

import (
	"fmt"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// RelDate is a date as an expression: so many days from an anchor, rolled to a
// working day. The offset comes first, then the roll, both in one calendar.
//
//	{"anchor": "launch", "offset": -10, "roll": "before"}   // ten working days before the launch
type RelDate struct {
	Anchor   string `json:"anchor"` // LaunchAnchor, or one of the template's own
	Offset   int    `json:"offset,omitempty"`
	Unit     Unit   `json:"unit,omitzero"`
	Roll     Roll   `json:"roll,omitzero"`
	Calendar string `json:"calendar,omitempty"` // "" = the task's
	Bind     Bind   `json:"bind,omitzero"`
}

// maxOffset bounds offsets to some forty years of working days.
const maxOffset = 10_000

// Date returns the day that the expression means for an anchor on a day.
func (r RelDate) Date(anchor civil.Date, cal *worktime.Calendar) civil.Date {
	day := anchor
	if r.Unit == CalendarDays {
		day = day.AddDays(r.Offset)
	} else {
		day = cal.AddDays(day, r.Offset)
	}
	if cal.WorkingDay(day) {
		return day
	}
	switch r.Roll {
	case Before:
		return cal.AddDays(day, -1)
	case After:
		return cal.AddDays(day, 1)
	case Stay:
	}
	return day
}

// resolve sets the constraint or due time of a task from its expression.
func (r RelDate) resolve(t *Task, anchor Moment, cal *worktime.Calendar) error {
	day := r.Date(anchor.Date, cal)
	t.Constraint, t.Due = planning.Constraint{}, time.Time{}
	switch r.Bind {
	case Due:
		t.Due = cal.DayEnd(day)
	case NotBefore:
		t.Constraint = planning.Constraint{Kind: planning.SNET, At: cal.DayStart(day)}
	case At:
		at, err := Moment{day, anchor.Clock, anchor.Zone}.Time()
		if err != nil {
			return fmt.Errorf("anchor %s: %w", r.Anchor, err)
		}
		t.Constraint = planning.Constraint{Kind: planning.MSO, At: at}
	}
	return nil
}

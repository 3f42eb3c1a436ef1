package campaign

import (
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
)

// Team is the working calendars and the people of a plan.
type Team struct {
	Calendars map[string]worktime.Spec `json:"calendars"`
	Calendar  string                   `json:"calendar,omitempty"` // of whoever names none; "" if there is one only
	People    []Member                 `json:"people,omitempty"`
}

// Member is one person of a Team.
type Member struct {
	Person   ident.Person   `json:"person"`
	Name     string         `json:"name,omitempty"`
	Calendar string         `json:"calendar,omitempty"`
	Units    int            `json:"units,omitempty"` // thousandths of a person; 0 is 1000
	Absences []civil.Period `json:"absences,omitempty"`
}

// home returns the name of the default calendar, "" if there is none.
func (t Team) home() string {
	if t.Calendar == "" && len(t.Calendars) == 1 {
		for name := range t.Calendars {
			return name
		}
	}
	return t.Calendar
}

// calendarOf returns the name of the calendar that a task keeps.
func (t Team) calendarOf(task *Task) string {
	if task.Calendar != "" {
		return task.Calendar
	}
	for i := range t.People {
		if t.People[i].Person == task.Assignee && t.People[i].Calendar != "" {
			return t.People[i].Calendar
		}
	}
	return t.home()
}

// compile returns the calendars over some years around a day.
func (t Team) compile(around civil.Date) (map[string]*worktime.Calendar, error) {
	horizon := civil.Days(around.AddDays(-2*365), around.AddDays(2*365))
	out := make(map[string]*worktime.Calendar, len(t.Calendars))
	var found finding.List
	for _, name := range slices.Sorted(maps.Keys(t.Calendars)) {
		cal, err := worktime.Compile(t.Calendars[name], horizon)
		if err != nil {
			found.Errorf("campaign.calendar.invalid", "calendar/"+clip(name), "mend the calendar", "%v", err)
			continue
		}
		out[name] = cal
	}
	if _, ok := t.Calendars[t.home()]; !ok {
		found.Errorf("campaign.calendar.unknown", "team", "name one of the team's calendars", "calendar %q is not in the team", clip(t.home()))
	}
	return out, found.Err()
}

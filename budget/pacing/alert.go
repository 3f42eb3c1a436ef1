package pacing

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// Alert is a deviation to be told of. It begins when the deviation has been at Enter
// or beyond so many Times in a row, and ends only when it is back inside Leave, so
// that it does not flicker at its limit. Over has positive, under negative numbers.
type Alert struct {
	Name  string  `json:"name"`
	Of    Measure `json:"of"`
	Enter int64   `json:"enter"`           // hundredths of a percent: 1000 is 10 % over, -1000 is 10 % under
	Leave int64   `json:"leave"`           // likewise, nearer to 0 than Enter or the same
	Times int     `json:"times,omitempty"` // looks in a row, each with a later settled day than the one before; 0 is 1
}

// Measure is what an alert watches.
type Measure uint8

// The measures.
const (
	ToDate Measure = iota // Status.DeviationBP
	AtEnd                 // Status.ProjectedBP
)

// String returns "to-date" or "at-end".
func (m Measure) String() string {
	switch m {
	case ToDate:
		return "to-date"
	case AtEnd:
		return "at-end"
	}
	return fmt.Sprintf("measure(%d)", uint8(m))
}

// MarshalText writes the name.
func (m Measure) MarshalText() ([]byte, error) {
	if m > AtEnd {
		return nil, fmt.Errorf("measure %d: unknown: %w", uint8(m), ErrPlan)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads the name.
func (m *Measure) UnmarshalText(text []byte) error {
	for _, v := range [...]Measure{ToDate, AtEnd} {
		if v.String() == string(text) {
			*m = v
			return nil
		}
	}
	return fmt.Errorf("measure %q: want to-date or at-end: %w", text, ErrPlan)
}

// State is what alerts remember from one Status to the next. The zero State
// remembers nothing. It is plain data: keep it wherever the host keeps things.
type State struct {
	Alerts []AlertState `json:"alerts,omitempty"` // in the order of the plan's
}

// AlertState is what one alert remembers.
type AlertState struct {
	Name    string     `json:"name"`
	On      bool       `json:"on,omitempty"`
	Since   civil.Date `json:"since,omitzero"`   // settled day on which it began
	Through civil.Date `json:"through,omitzero"` // settled day up to which it has looked
	Times   int        `json:"times,omitempty"`  // looks in a row at Enter or beyond
}

// Alarm is an alert that is on, or has just ended.
type Alarm struct {
	Alert string     `json:"alert"`
	On    bool       `json:"on"`
	New   bool       `json:"new"` // it began or ended with this Status
	Since civil.Date `json:"since"`
	BP    int64      `json:"bp"` // the deviation now
	Why   string     `json:"why"`
}

const maxBP = 1_000_000

func checkAlerts(alerts []Alert, found *finding.List) {
	seen := make(map[string]bool)
	for i, a := range alerts {
		subject := fmt.Sprintf("alert %d", i+1)
		if a.Name == "" || seen[a.Name] {
			found.Errorf("pacing.alert", subject, "give each a name of its own", "its name %q is empty or not the only one", a.Name)
		}
		seen[a.Name] = true
		if a.Enter == 0 || a.Enter > maxBP || a.Enter < -maxBP || a.Times < 0 || a.Of > AtEnd {
			found.Errorf("pacing.alert", subject, "", "enter %d, times %d, of %v: want a number of hundredths of a percent that is not 0, and no negative times", a.Enter, a.Times, a.Of)
		}
		if a.Enter > 0 && (a.Leave > a.Enter || a.Leave < 0) || a.Enter < 0 && (a.Leave < a.Enter || a.Leave > 0) {
			found.Errorf("pacing.alert", subject, "bring leave between 0 and enter", "it would leave at %s and enters at %s", percent(a.Leave), percent(a.Enter))
		}
	}
}

// beyond reports whether a deviation is at a limit or beyond it, on the side of enter.
func beyond(bp, limit, enter int64) bool {
	if enter > 0 {
		return bp >= limit
	}
	return bp <= limit
}

// alarm moves the alerts on by the settled days that are new, and tells of those that
// are on or have just ended. Asking again about the same days changes nothing.
func (m *Model) alarm(s *Status, state State) {
	for _, a := range m.plan.Alerts {
		st := AlertState{Name: a.Name}
		if k := slices.IndexFunc(state.Alerts, func(o AlertState) bool { return o.Name == a.Name }); k >= 0 {
			st = state.Alerts[k]
		}
		bp, what := s.DeviationBP, "spend to date"
		if a.Of == AtEnd {
			bp, what = s.ProjectedBP, "projected spend"
		}
		was := st.On
		if s.SettledDays > 0 && s.LastSettled.After(st.Through) {
			if beyond(bp, a.Enter, a.Enter) {
				st.Times = min(st.Times, maxList) + 1
			} else {
				st.Times = 0
			}
			st.Through = s.LastSettled
			switch {
			case !st.On && st.Times >= max(1, a.Times):
				st.On, st.Since = true, s.LastSettled
			case st.On && !beyond(bp, a.Leave, a.Enter):
				st.On = false
			}
		}
		s.State.Alerts = append(s.State.Alerts, st)
		if !st.On && !was {
			continue
		}
		alarm := Alarm{Alert: a.Name, On: st.On, New: st.On != was, Since: st.Since, BP: bp}
		if st.On {
			alarm.Why = fmt.Sprintf("%s: %s is %s off the plan, since %v; it began at %s and ends inside %s.", a.Name, what, percent(bp), st.Since, percent(a.Enter), percent(a.Leave))
		} else {
			alarm.Why = fmt.Sprintf("%s ended: %s is %s off the plan, inside %s.", a.Name, what, percent(bp), percent(a.Leave))
		}
		s.Alarms = append(s.Alarms, alarm)
	}
}

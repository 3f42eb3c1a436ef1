package campaign

import "fmt"

// Level is the rank of a Node. Lower values stand higher; a child is never
// above its parent.
type Level uint8

// The levels, from the top.
const (
	Portfolio Level = iota
	Programme
	Campaign
	Activity
)

// Unit is what the offset of a RelDate counts. The zero value is WorkingDays.
type Unit uint8

// The units.
const (
	WorkingDays Unit = iota
	CalendarDays
)

// Roll says where a RelDate goes that falls on a day without work. The zero
// value leaves it.
type Roll uint8

// The rolls.
const (
	Stay   Roll = iota
	Before      // to the last working day before
	After       // to the first working day after
)

// Bind says what a RelDate asks of a task. The zero value is Due.
type Bind uint8

// The binds. Links decide: none of them moves a task before its predecessors.
const (
	Due       Bind = iota // finish by the end of that day's work: a target, moves nothing
	NotBefore             // start no earlier than that day's work
	At                    // start at the anchor's clock time of that day, neither earlier nor later
)

var (
	levelNames = []string{"portfolio", "programme", "campaign", "activity"}
	unitNames  = []string{"working", "calendar"}
	rollNames  = []string{"stay", "before", "after"}
	bindNames  = []string{"due", "notBefore", "at"}
)

func nameOf(names []string, what string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%s(%d)", what, v)
}

func textOf(names []string, what string, v uint8) ([]byte, error) {
	if int(v) < len(names) {
		return []byte(names[v]), nil
	}
	return nil, fmt.Errorf("%s %d: %w", what, v, ErrName)
}

func parseName[T ~uint8](names []string, what string, text []byte, v *T) error {
	for i, name := range names {
		if name == string(text) {
			*v = T(i)
			return nil
		}
	}
	return fmt.Errorf("%s %q: %w", what, clip(string(text)), ErrName)
}

// String returns the name in lower case.
func (l Level) String() string { return nameOf(levelNames, "level", uint8(l)) }

// MarshalText writes the name.
func (l Level) MarshalText() ([]byte, error) { return textOf(levelNames, "level", uint8(l)) }

// UnmarshalText reads the name. Errors match ErrName.
func (l *Level) UnmarshalText(text []byte) error { return parseName(levelNames, "level", text, l) }

// String returns "working" or "calendar".
func (u Unit) String() string { return nameOf(unitNames, "unit", uint8(u)) }

// MarshalText writes the name.
func (u Unit) MarshalText() ([]byte, error) { return textOf(unitNames, "unit", uint8(u)) }

// UnmarshalText reads the name. Errors match ErrName.
func (u *Unit) UnmarshalText(text []byte) error { return parseName(unitNames, "unit", text, u) }

// String returns "stay", "before" or "after".
func (r Roll) String() string { return nameOf(rollNames, "roll", uint8(r)) }

// MarshalText writes the name.
func (r Roll) MarshalText() ([]byte, error) { return textOf(rollNames, "roll", uint8(r)) }

// UnmarshalText reads the name. Errors match ErrName.
func (r *Roll) UnmarshalText(text []byte) error { return parseName(rollNames, "roll", text, r) }

// String returns "due", "notBefore" or "at".
func (b Bind) String() string { return nameOf(bindNames, "bind", uint8(b)) }

// MarshalText writes the name.
func (b Bind) MarshalText() ([]byte, error) { return textOf(bindNames, "bind", uint8(b)) }

// UnmarshalText reads the name. Errors match ErrName.
func (b *Bind) UnmarshalText(text []byte) error { return parseName(bindNames, "bind", text, b) }

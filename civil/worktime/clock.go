package worktime

import (
	"errors"
	"fmt"
	"strings"
)

// ErrClock is the kind of every error about text that is not a time of day or
// a shift.
var ErrClock = errors.New("invalid clock time")

const minutesPerDay = 1440

// Clock is a wall-clock time in minutes since midnight, 0 to 1440: 1440 is the
// midnight that ends the day.
type Clock int16

// ParseClock reads HH:MM, 00:00 to 24:00. Errors match ErrClock.
func ParseClock(s string) (Clock, error) {
	if len(s) != 5 || s[2] != ':' {
		return 0, fmt.Errorf("clock %.20q: want HH:MM: %w", s, ErrClock)
	}
	var n [4]int
	for i, at := range [...]int{0, 1, 3, 4} {
		if s[at] < '0' || s[at] > '9' {
			return 0, fmt.Errorf("clock %.20q: want HH:MM: %w", s, ErrClock)
		}
		n[i] = int(s[at] - '0')
	}
	hour, minute := n[0]*10+n[1], n[2]*10+n[3]
	if minute > 59 || hour*60+minute > minutesPerDay {
		return 0, fmt.Errorf("clock %.20q: want 00:00 to 24:00: %w", s, ErrClock)
	}
	return Clock(hour*60 + minute), nil
}

// String returns HH:MM.
func (c Clock) String() string {
	if c < 0 || c > minutesPerDay {
		return fmt.Sprintf("clock(%d)", int16(c))
	}
	return fmt.Sprintf("%02d:%02d", c/60, c%60)
}

// MarshalText writes HH:MM. A value outside 0 to 1440 is an error matching
// ErrClock.
func (c Clock) MarshalText() ([]byte, error) {
	if c < 0 || c > minutesPerDay {
		return nil, fmt.Errorf("clock %d: want 0 to 1440 minutes: %w", int16(c), ErrClock)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads HH:MM.
func (c *Clock) UnmarshalText(text []byte) error {
	parsed, err := ParseClock(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// Shift is a stretch of work on a day, half-open. A To at or before From is on
// the next day, so {22:00, 06:00} is a night shift and {00:00, 00:00}, like
// {00:00, 24:00}, the whole day. A shift belongs to the day on which it starts.
type Shift struct {
	From, To Clock
}

// ParseShift reads HH:MM-HH:MM. Errors match ErrClock.
func ParseShift(s string) (Shift, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return Shift{}, fmt.Errorf("shift %.20q: want HH:MM-HH:MM: %w", s, ErrClock)
	}
	a, err := ParseClock(from)
	if err != nil {
		return Shift{}, fmt.Errorf("shift %.20q: %w", s, err)
	}
	b, err := ParseClock(to)
	if err != nil {
		return Shift{}, fmt.Errorf("shift %.20q: %w", s, err)
	}
	if a == minutesPerDay {
		return Shift{}, fmt.Errorf("shift %.20q: starts at 24:00; write 00:00 on the next day: %w", s, ErrClock)
	}
	return Shift{a, b}, nil
}

// Shifts returns shifts written in source code: Shifts("08:00-12:00",
// "13:00-17:00"). A text that is no shift becomes an invalid Shift, which
// Compile reports; use ParseShift for text that comes from outside.
func Shifts(text ...string) []Shift {
	out := make([]Shift, len(text))
	for i, s := range text {
		shift, err := ParseShift(s)
		if err != nil {
			shift = Shift{-1, -1}
		}
		out[i] = shift
	}
	return out
}

// String returns HH:MM-HH:MM.
func (s Shift) String() string { return s.From.String() + "-" + s.To.String() }

// MarshalText writes HH:MM-HH:MM. A shift that Compile would refuse is an error
// matching ErrClock.
func (s Shift) MarshalText() ([]byte, error) {
	if !s.valid() {
		return nil, fmt.Errorf("shift %s: out of range: %w", s, ErrClock)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads HH:MM-HH:MM.
func (s *Shift) UnmarshalText(text []byte) error {
	parsed, err := ParseShift(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

func (s Shift) valid() bool {
	return s.From >= 0 && s.From < minutesPerDay && s.To >= 0 && s.To <= minutesPerDay
}

// end returns the minute at which the shift ends, counted from the midnight
// before From.
func (s Shift) end() int64 {
	if s.To <= s.From {
		return int64(s.To) + minutesPerDay
	}
	return int64(s.To)
}

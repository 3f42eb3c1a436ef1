package fiscal

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrCalendar is the kind of every error about text that names no Calendar.
var ErrCalendar = errors.New("invalid fiscal calendar")

// String returns "gregorian:" and the number of the month in which the year
// starts, or "nrf".
func (c Calendar) String() string {
	if c.kind == retail {
		return "nrf"
	}
	return "gregorian:" + strconv.Itoa(int(c.shift)+1)
}

// ParseCalendar reads what String writes. Errors match ErrCalendar.
func ParseCalendar(s string) (Calendar, error) {
	if s == "nrf" {
		return NRF(), nil
	}
	for month := time.January; month <= time.December; month++ {
		if c := Gregorian(month); c.String() == s {
			return c, nil
		}
	}
	return Calendar{}, fmt.Errorf("calendar %.40q: want gregorian:1 to gregorian:12 or nrf: %w", s, ErrCalendar)
}

// MarshalText writes what String returns.
func (c Calendar) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what ParseCalendar reads.
func (c *Calendar) UnmarshalText(text []byte) error {
	parsed, err := ParseCalendar(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

package campaign

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// Moment is a wall-clock time of a day in one zone: the same instant for
// everyone, however the zone's rules change. The zero Moment is "none".
type Moment struct {
	Date  civil.Date
	Clock worktime.Clock
	Zone  string // IANA name; "" is UTC
}

// ParseMoment reads what String writes: "2026-03-10 09:00 Europe/Berlin".
// Errors match ErrMoment.
func ParseMoment(s string) (Moment, error) {
	refuse := func(reason any) (Moment, error) {
		return Moment{}, fmt.Errorf("moment %q: %w: %v", clip(s), ErrMoment, reason)
	}
	parts := strings.Split(s, " ")
	if len(parts) != 3 {
		return refuse("want date, clock and zone")
	}
	day, err := civil.Parse(parts[0])
	if err != nil {
		return refuse(err)
	}
	clock, err := worktime.ParseClock(parts[1])
	if err != nil {
		return refuse(err)
	}
	m := Moment{day, clock, parts[2]}
	if _, err := m.Time(); err != nil {
		return refuse(err)
	}
	return m, nil
}

// Time returns the instant, in the moment's zone. Errors match ErrMoment.
func (m Moment) Time() (time.Time, error) {
	if m.Date.IsZero() {
		return time.Time{}, fmt.Errorf("%w: no date", ErrMoment)
	}
	if m.Clock < 0 || m.Clock > 24*60 {
		return time.Time{}, fmt.Errorf("%w: clock %d is outside 00:00 to 24:00", ErrMoment, m.Clock)
	}
	if m.Zone == "Local" {
		return time.Time{}, fmt.Errorf("%w: zone Local depends on the machine", ErrMoment)
	}
	loc, err := time.LoadLocation(m.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: no zone %q", ErrMoment, clip(m.Zone))
	}
	if m.Clock == 24*60 {
		return m.Date.AddDays(1).In(loc), nil
	}
	return m.Date.At(int(m.Clock)/60, int(m.Clock)%60, loc), nil
}

// IsZero reports whether m is "none".
func (m Moment) IsZero() bool { return m == Moment{} }

// String returns "2026-03-10 09:00 Europe/Berlin"; "" for the zero Moment.
func (m Moment) String() string {
	if m.IsZero() {
		return ""
	}
	zone := m.Zone
	if zone == "" {
		zone = "UTC"
	}
	return m.Date.String() + " " + m.Clock.String() + " " + zone
}

// MarshalText writes what String returns.
func (m Moment) MarshalText() ([]byte, error) {
	if m.IsZero() {
		return nil, nil
	}
	if _, err := m.Time(); err != nil {
		return nil, err
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what ParseMoment reads; empty text is the zero Moment.
func (m *Moment) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Moment{}
		return nil
	}
	parsed, err := ParseMoment(string(text))
	if err == nil {
		*m = parsed
	}
	return err
}

// clip keeps foreign text in messages short and printable.
func clip(s string) string {
	const most = 60
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

package worktime

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrLength is the kind of every error about text that is not a Length.
var ErrLength = errors.New("invalid length")

// Minutes is a number of working minutes.
type Minutes int64

// Kind says what a Length counts.
type Kind uint8

// The kinds of Length.
const (
	KindWork    Kind = iota // working minutes
	KindDays                // working days
	KindElapsed             // minutes by the clock, worked or not
)

// String returns "work", "days" or "elapsed".
func (k Kind) String() string {
	switch k {
	case KindWork:
		return "work"
	case KindDays:
		return "days"
	case KindElapsed:
		return "elapsed"
	default:
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
}

// Length is a signed stretch of time: working minutes, working days or elapsed
// minutes. It is comparable; the zero Length is nothing, and so is nought of
// any kind.
type Length struct {
	amount int64
	kind   Kind
}

func length(amount int64, kind Kind) Length {
	if amount == 0 {
		return Length{}
	}
	return Length{max(amount, -math.MaxInt64), kind} // so that Neg cannot overflow
}

// Work returns a length of working minutes.
func Work(m Minutes) Length { return length(int64(m), KindWork) }

// Hours returns a length of working hours, 60 working minutes each. It
// saturates.
func Hours(n int64) Length { return length(times(n, 60), KindWork) }

// Days returns a length of working days.
func Days(n int64) Length { return length(n, KindDays) }

// Elapsed returns a length of minutes by the clock, nights and weekends
// included.
func Elapsed(minutes int64) Length { return length(minutes, KindElapsed) }

// ElapsedDays returns a length of days of 24 hours by the clock. It saturates.
func ElapsedDays(n int64) Length { return length(times(n, minutesPerDay), KindElapsed) }

// times multiplies, saturating; unit is positive.
func times(n, unit int64) int64 {
	if n > math.MaxInt64/unit {
		return math.MaxInt64
	}
	if n < -math.MaxInt64/unit {
		return -math.MaxInt64
	}
	return n * unit
}

// Kind returns what the length counts; KindWork for the zero Length.
func (l Length) Kind() Kind { return l.kind }

// Amount returns the number of working minutes, working days or elapsed
// minutes, as Kind says.
func (l Length) Amount() int64 { return l.amount }

// Neg returns the length in the other direction.
func (l Length) Neg() Length { return Length{-l.amount, l.kind} }

// IsZero reports whether the length is nothing.
func (l Length) IsZero() bool { return l.amount == 0 }

// String returns the length in the largest unit that divides it: "90m", "8h",
// "3d" for working time, "90em", "36eh", "2ed" for elapsed time, "0m" for
// nothing.
func (l Length) String() string {
	n, unit := l.amount, "m"
	switch {
	case l.kind == KindDays:
		unit = "d"
	case l.kind == KindElapsed && n%minutesPerDay == 0:
		n, unit = n/minutesPerDay, "ed"
	case n != 0 && n%60 == 0:
		n, unit = n/60, "h"
		if l.kind == KindElapsed {
			unit = "eh"
		}
	case l.kind == KindElapsed:
		unit = "em"
	}
	return strconv.FormatInt(n, 10) + unit
}

// ParseLength reads a whole number and a unit: m, h, d are working minutes,
// hours and days; em, eh, ed are elapsed ones ("-90m", "3d", "24eh"). Errors
// match ErrLength.
func ParseLength(s string) (Length, error) {
	digits := strings.TrimRight(s, "emhd")
	unit := s[len(digits):]
	size, kind := int64(1), KindElapsed
	switch unit {
	case "m", "h", "d":
		kind = KindWork
	case "em", "eh", "ed":
	default:
		return Length{}, fmt.Errorf("length %.40q: want a whole number and m, h, d, em, eh or ed: %w", s, ErrLength)
	}
	switch unit {
	case "h", "eh":
		size = 60
	case "d":
		kind = KindDays
	case "ed":
		size = minutesPerDay
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && (n > math.MaxInt64/size || n < -math.MaxInt64/size):
		return Length{}, fmt.Errorf("length %.40q: out of range: %w", s, ErrLength)
	case err != nil || digits[0] == '+':
		return Length{}, fmt.Errorf("length %.40q: want a whole number and m, h, d, em, eh or ed: %w", s, ErrLength)
	}
	return length(n*size, kind), nil
}

// MarshalText writes what String returns.
func (l Length) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what ParseLength reads; empty text is the zero Length.
func (l *Length) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*l = Length{}
		return nil
	}
	parsed, err := ParseLength(string(text))
	if err != nil {
		return err
	}
	*l = parsed
	return nil
}

package mspdi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-marops/marops/civil/worktime"
)

const stamp = "2006-01-02T15:04:05"

// readTime reads a local time without a zone as UTC; empty text is no time.
func readTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(stamp, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("time %.40q: want YYYY-MM-DDThh:mm:ss: %w", s, ErrFormat)
	}
	return t, nil
}

// readDuration reads PTnHnMnS as whole minutes, rounded half up.
func readDuration(s string) (int64, error) {
	bad := fmt.Errorf("duration %.40q: want PTnHnMnS: %w", s, ErrFormat)
	rest, ok := strings.CutPrefix(s, "PT")
	if !ok || rest == "" {
		return 0, bad
	}
	var parts [3]int64
	next := 0
	for rest != "" {
		i := strings.IndexAny(rest, "HMS")
		if i <= 0 {
			return 0, bad
		}
		n, err := strconv.ParseInt(rest[:i], 10, 64)
		k := strings.IndexByte("HMS", rest[i])
		if err != nil || n < 0 || n > 1e9 || k < next || rest[0] == '+' {
			return 0, bad
		}
		parts[k], next, rest = n, k+1, rest[i+1:]
	}
	return parts[0]*60 + parts[1] + (parts[2]+30)/60, nil
}

// formatOf splits a duration format: 3 minutes, 5 hours, 7 days, 9 weeks, 11
// months, each plus 1 if elapsed; 19 and 20 are percent; 21 is the project's
// default; 32 is added to estimates.
func formatOf(f int) (elapsed, percent bool) {
	if f > 32 && f != 53 {
		f -= 32
	}
	return f >= 4 && f <= 12 && f%2 == 0, f == 19 || f == 20
}

func length(minutes int64, elapsed bool) worktime.Length {
	if elapsed {
		return worktime.Elapsed(minutes)
	}
	return worktime.Work(worktime.Minutes(minutes))
}

// tenths turns tenths of a minute into minutes, rounded half away from zero.
func tenths(n int64) int64 {
	if n < 0 {
		return -((-n + 5) / 10)
	}
	return (n + 5) / 10
}

// decimal is a number of units in thousandths: 0.5 is 500.
type decimal int64

var errDecimal = errors.New("want a decimal number of at most nine digits")

// UnmarshalText reads a decimal number, rounded half up at the third decimal.
func (d *decimal) UnmarshalText(text []byte) error {
	whole, frac, _ := strings.Cut(string(text), ".")
	digits := func(s string) bool {
		return len(s) <= 20 && strings.Trim(s, "0123456789") == ""
	}
	if len(whole) > 9 || !digits(whole) || !digits(frac) || whole+frac == "" {
		return fmt.Errorf("number %.40q: %w", text, errDecimal)
	}
	n, err := strconv.ParseInt(whole+(frac + "0000")[:4], 10, 64)
	if err != nil {
		return fmt.Errorf("number %.40q: %w", text, errDecimal)
	}
	*d = decimal((n + 5) / 10)
	return nil
}

// MarshalText writes a decimal number.
func (d decimal) MarshalText() ([]byte, error) {
	s := fmt.Sprintf("%d.%03d", d/1000, d%1000)
	return []byte(strings.TrimSuffix(strings.TrimRight(s, "0"), ".")), nil
}

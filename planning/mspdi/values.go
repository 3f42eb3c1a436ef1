package mspdi

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

const stamp = "2006-01-02T15:04:05"

// The format has no open ends: its first and its last day stand for them.
func noStart() civil.Date { return civil.MustDate(1984, time.January, 1) }
func noEnd() civil.Date   { return civil.MustDate(2049, time.December, 31) }

// morning and night are the first and the last moment of a day.
func morning(d civil.Date) string { return d.String() + "T00:00:00" }
func night(d civil.Date) string   { return d.String() + "T23:59:00" }

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

func writeDuration(minutes int64) string {
	return fmt.Sprintf("PT%dH%dM0S", minutes/60, minutes%60)
}

// formatOf splits a duration format: 3 minutes, 5 hours, 7 days, 9 weeks, 11
// months, 19 percent, each plus 1 if elapsed; 21 is the project's default; 32 is
// added to estimates.
func formatOf(f int) (elapsed, percent bool) {
	if f > 32 && f != 53 {
		f -= 32
	}
	return f >= 4 && f <= 12 && f%2 == 0 || f == 20, f == 19 || f == 20
}

func length(minutes int64, elapsed bool) worktime.Length {
	if elapsed {
		return worktime.Elapsed(minutes)
	}
	return worktime.Work(worktime.Minutes(minutes))
}

// tenths turns tenths of a minute into minutes, rounded half away from zero.
func tenths(n int64) int64 { return over(n, 10) }

// over divides, rounded half away from zero.
func over(n, by int64) int64 {
	if n < 0 {
		return -((-n + by/2) / by)
	}
	return (n + by/2) / by
}

// boolean is true or false, in the words of XML Schema; empty text is false.
type boolean bool

var errBoolean = errors.New("want 0 or 1")

// UnmarshalText reads 0, 1, false or true.
func (b *boolean) UnmarshalText(text []byte) error {
	switch strings.TrimSpace(string(text)) {
	case "1", "true":
		*b = true
	case "0", "false", "":
		*b = false
	default:
		return fmt.Errorf("flag %.40q: %w", text, errBoolean)
	}
	return nil
}

// MarshalText writes 0 or 1.
func (b boolean) MarshalText() ([]byte, error) {
	if b {
		return []byte("1"), nil
	}
	return []byte("0"), nil
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

// units clips thousandths to what an int holds everywhere; more than a thousand
// people are refused by planning.
func (d decimal) units() int { return int(min(d, 1<<30)) }

// minutesOf turns tenths of a working minute into minutes.
func minutesOf(n int64) worktime.Minutes { return worktime.Minutes(tenths(n)) }

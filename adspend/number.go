package adspend

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
)

var (
	errMarks   = errors.New("thousands marks are misplaced")
	errDigits  = errors.New("is not a number")
	errRange   = errors.New("is out of range")
	errDecimal = errors.New("has more than six decimals")
	errUSDate  = errors.New("want M/D/YYYY")
)

// missing are the cells by which platforms say that there is no number.
func missing(s string) bool { return s == "" || s == "--" || s == "-" || s == "—" }

// parseMicros reads a number in millionths. Thousands marks must stand at every
// third digit or not at all, so that "12,34" is refused and not read as 1234.
func parseMicros(s string, decimalComma bool) (int64, error) {
	if len(s) > 40 {
		return 0, errRange
	}
	point, mark := ".", ","
	if decimalComma {
		point, mark = ",", "."
	}
	s = strings.NewReplacer("\u00a0", mark, "\u202f", mark).Replace(s)
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, hasPoint := strings.Cut(digits, point)
	groups := strings.Split(whole, mark)
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && (g == "" || len(g) > 3) {
			return 0, errMarks
		}
	}
	whole = strings.Join(groups, "")
	if whole == "" || hasPoint && fraction == "" {
		return 0, errDigits
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > 6 {
		return 0, errDecimal
	}
	var n int64
	for _, part := range [...]string{whole, fraction, "000000"[len(fraction):]} {
		for i := range len(part) {
			d := part[i] - '0'
			if d > 9 {
				return 0, errDigits
			}
			if n > (1<<63-1-int64(d))/10 {
				return 0, errRange
			}
			n = n*10 + int64(d)
		}
	}
	if negative {
		n = -n
	}
	return n, nil
}

func parseUSDate(s string) (civil.Date, error) {
	month, rest, ok1 := strings.Cut(s, "/")
	day, year, ok2 := strings.Cut(rest, "/")
	if !ok1 || !ok2 || len(year) != 4 {
		return civil.Date{}, errUSDate
	}
	var parts [3]int
	for i, text := range [...]string{year, month, day} {
		if text == "" || len(text) > 4 {
			return civil.Date{}, errUSDate
		}
		for j := range len(text) {
			d := text[j] - '0'
			if d > 9 {
				return civil.Date{}, errUSDate
			}
			parts[i] = parts[i]*10 + int(d)
		}
	}
	d, err := civil.New(parts[0], time.Month(parts[1]), parts[2])
	if err != nil {
		return civil.Date{}, fmt.Errorf("want M/D/YYYY: %w", err)
	}
	return d, nil
}

package adspend

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
)

// clearDates are the layouts that can mean one day only. They are taken where a
// mapping names none.
var clearDates = [...]string{
	"YYYY-MM-DD", "YYYY-MM-DD 00:00:00", "YYYY-MM-DDT00:00:00", "YYYY/MM/DD", "YYYYMMDD", "D.M.YYYY", "MMM D, YYYY", "MMMM D, YYYY", "D MMM YYYY", "D MMMM YYYY",
}

var errLayout = errors.New("needs YYYY, one of M, MM, MMM, MMMM, and D or DD, each once")

// tokens of layouts, longer ones first.
var tokens = [...]string{"YYYY", "MMMM", "MMM", "MM", "M", "DD", "D", "hh", "mm", "ss"}

// layout is a date layout cut into tokens and literal text.
type layout struct {
	text  string
	parts []string
}

func compileLayout(text string) (layout, error) {
	l := layout{text: text}
	var year, month, day int
	for rest := text; rest != ""; {
		at := slices.IndexFunc(tokens[:], func(t string) bool { return strings.HasPrefix(rest, t) })
		part := rest[:1]
		if at >= 0 {
			part = tokens[at]
		}
		switch part[0] {
		case 'Y':
			year++
			if part != "YYYY" {
				return l, errLayout // years of two digits mean two centuries
			}
		case 'M':
			month++
		case 'D':
			day++
		}
		l.parts, rest = append(l.parts, part), rest[len(part):]
	}
	if year != 1 || month != 1 || day != 1 || len(text) > 40 {
		return l, errLayout
	}
	return l, nil
}

// match reads s; shaped is false if it does not look like the layout.
func (l layout) match(s string) (year, month, day int, shaped bool) {
	for _, part := range l.parts {
		var n int
		var ok bool
		switch part {
		case "YYYY":
			year, s, ok = digitsOf(s, 4, 4)
		case "MMMM", "MMM":
			month, s, ok = monthName(s, part == "MMM")
		case "MM":
			month, s, ok = digitsOf(s, 2, 2)
		case "M":
			month, s, ok = digitsOf(s, 1, 2)
		case "DD":
			day, s, ok = digitsOf(s, 2, 2)
		case "D":
			day, s, ok = digitsOf(s, 1, 2)
		case "hh":
			n, s, ok = digitsOf(s, 2, 2)
			ok = ok && n < 24
		case "mm", "ss":
			n, s, ok = digitsOf(s, 2, 2)
			ok = ok && n < 60
		default:
			s, ok = strings.CutPrefix(s, part)
		}
		if !ok {
			return 0, 0, 0, false
		}
	}
	return year, month, day, s == ""
}

func digitsOf(s string, least, most int) (n int, rest string, ok bool) {
	i := 0
	for i < most && i < len(s) && s[i]-'0' <= 9 {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i >= least
}

// monthName reads an English name, whole or its first three letters.
func monthName(s string, short bool) (month int, rest string, ok bool) {
	for m := time.January; m <= time.December; m++ {
		name := m.String()
		if short {
			name = name[:3]
		}
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			return int(m), s[len(name):], true
		}
	}
	return 0, s, false
}

// dates reads days in the layouts of an export.
type dates []layout

func compileDates(texts []string) (dates, error) {
	if len(texts) == 0 {
		texts = clearDates[:]
	}
	out := make(dates, len(texts))
	for i, text := range texts {
		var err error
		if out[i], err = compileLayout(text); err != nil {
			return nil, fmt.Errorf("layout %.60q %w", text, err)
		}
	}
	return out, nil
}

// parse reads a day. Two layouts that fit and mean two days are refused.
func (ds dates) parse(s string) (civil.Date, error) {
	var found civil.Date
	var by string
	var bad error
	for _, l := range ds {
		year, month, day, shaped := l.match(s)
		if !shaped {
			continue
		}
		d, err := civil.New(year, time.Month(month), day)
		switch {
		case err != nil:
			bad = fmt.Errorf("as %s, %w", l.text, err)
			if l.text == "YYYY-MM-DD" {
				bad = err
			}
		case by == "":
			found, by = d, l.text
		case d != found:
			return civil.Date{}, fmt.Errorf("%.40q is %v as %s and %v as %s", s, found, by, d, l.text)
		}
	}
	switch {
	case by != "":
		return found, nil
	case bad != nil:
		return civil.Date{}, bad
	case slashed(s):
		return civil.Date{}, fmt.Errorf("%.40q could have the day or the month first; name the layout, D/M/YYYY or M/D/YYYY", s)
	}
	names := make([]string, len(ds))
	for i, l := range ds {
		names[i] = l.text
	}
	return civil.Date{}, fmt.Errorf("want %s", strings.Join(names, " or "))
}

var slashedLayouts = [...]layout{{parts: []string{"M", "/", "D", "/", "YYYY"}}, {parts: []string{"M", "-", "D", "-", "YYYY"}}}

func slashed(s string) bool {
	return slices.ContainsFunc(slashedLayouts[:], func(l layout) bool { _, _, _, ok := l.match(s); return ok })
}

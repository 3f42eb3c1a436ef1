package fiscal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrCalendar is the kind of every error about a rule or text that makes no
// Calendar.
var ErrCalendar = errors.New("invalid fiscal calendar")

// The words of a calendar's text, by value.
var (
	weekdayWords = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	monthWords   = []string{"", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	ruleWords    = []string{Nearest: "nearest", Last: "last"}
	patternWords = []string{P445: "445", P454: "454", P544: "544"}
	namingWords  = []string{ByStart: "start", ByEnd: "end"}
)

const (
	quartersWord = "52w"
	thirteenWord = "13p"
	week53Word   = "53in"
)

// String returns "gregorian:" and the number of the month in which the year
// starts, "nrf", or the rule of any other calendar of weeks: "52w", weekday,
// month, "nearest" or "last", pattern, "start" or "end", as in
// "52w:sat:sep:last:544:end"; "13p" the same without a pattern. If week 53 is
// not in the last period, ":53in3" tells in which it is.
func (c Calendar) String() string {
	switch {
	case c.kind == gregorian:
		return "gregorian:" + strconv.Itoa(int(c.shift)+1)
	case c == NRF():
		return "nrf"
	}
	return c.rules()
}

// rules returns the text of a calendar of weeks in full.
func (c Calendar) rules() string {
	words := []string{quartersWord, weekdayWords[c.weekday], monthWords[c.month], ruleWords[c.rule], patternWords[c.pattern], namingWords[c.named]}
	if c.kind == thirteen {
		words[0] = thirteenWord
		words = slices.Delete(words, 4, 5)
	}
	if int(c.week53) != c.perYear() {
		words = append(words, week53Word+strconv.Itoa(int(c.week53)))
	}
	return strings.Join(words, ":")
}

// ParseCalendar reads what String writes, and "52w:sat:jan:nearest:454:start"
// for NRF. Errors match ErrCalendar.
func ParseCalendar(s string) (Calendar, error) {
	if s == "nrf" {
		return NRF(), nil
	}
	for month := time.January; month <= time.December; month++ {
		if c := Gregorian(month); c.String() == s {
			return c, nil
		}
	}
	// The comparison refuses a period number written in any other way than String's.
	if c, ok := parseWeeks(s); ok && c.rules() == s {
		return c, nil
	}
	return Calendar{}, fmt.Errorf("calendar %.40q: want gregorian:1 to gregorian:12, nrf, or a rule like 52w:sat:sep:last:445:end or 13p:sat:dec:nearest:start: %w", s, ErrCalendar)
}

// parseWeeks reads the text of a calendar of weeks, numbers in any form.
func parseWeeks(s string) (Calendar, bool) {
	const most = 7 // words, with a pattern and a place of week 53
	words := strings.SplitN(s, ":", most+1)
	var pattern int
	if words[0] == quartersWord && len(words) > 4 {
		pattern = slices.Index(patternWords, words[4])
		words = slices.Delete(words, 4, 5)
	}
	if len(words) < 5 || len(words) > 6 {
		return Calendar{}, false
	}
	rule, named := slices.Index(ruleWords, words[3]), slices.Index(namingWords, words[4])
	if pattern < 0 || rule < 0 || named < 0 {
		return Calendar{}, false
	}
	end := YearEnd{ // which refuses a weekday of -1 and a month of -1 or 0
		Weekday: time.Weekday(slices.Index(weekdayWords, words[1])), Month: time.Month(slices.Index(monthWords, words[2])),
		Rule: EndRule(rule), Named: Naming(named),
	}
	if len(words) == 6 {
		number, found := strings.CutPrefix(words[5], week53Word)
		n, err := strconv.Atoi(number)
		if !found || err != nil {
			return Calendar{}, false
		}
		end.Week53 = n
	}
	var c Calendar
	var err error
	switch words[0] {
	case quartersWord:
		c, err = Week52(end, Pattern(pattern))
	case thirteenWord:
		c, err = Thirteen(end)
	default:
		return Calendar{}, false
	}
	return c, err == nil
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

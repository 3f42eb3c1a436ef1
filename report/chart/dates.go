package chart

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/go-marops/marops/civil"
)

// Mark is a day worth a vertical line: today, a launch, a deadline.
type Mark struct {
	On    civil.Date
	Label string
	Kind  MarkKind
}

// MarkKind says how a Mark is drawn. The zero value is Today.
type MarkKind uint8

// The kinds of marks: Today is a solid line, Aim a dashed one.
const (
	Today MarkKind = iota
	Aim
)

func (k MarkKind) classes() (line, text string) {
	if k == Aim {
		return "aim", "aimt"
	}
	return "today", "todayt"
}

// dateAxis maps days to x. A day is as wide as w/days.
type dateAxis struct {
	first civil.Date
	days  int
	x, w  px
}

// at returns where the day begins.
func (a dateAxis) at(d civil.Date) px {
	return a.x + px(int64(a.w)*int64(d.Sub(a.first))/int64(a.days))
}

// noon returns the middle of the day.
func (a dateAxis) noon(d civil.Date) px { return (a.at(d) + a.at(d.AddDays(1))) / 2 }

func (a dateAxis) last() civil.Date { return a.first.AddDays(a.days) }

// span returns the width of n days.
func (a dateAxis) span(n int) px { return px(int64(a.w) * int64(n) / int64(a.days)) }

// step is the distance of ticks.
type step uint8

const (
	byDay step = iota
	byWeek
	byMonth
	byQuarter
	byYear
	byDecade
)

// days is the usual length of a step.
func (s step) days() int { return [...]int{1, 7, 30, 91, 365, 3652}[s] }

// floor returns the last tick on or before d.
func (s step) floor(d civil.Date) civil.Date {
	switch s {
	case byDay:
		return d
	case byWeek:
		return d.AddDays(-int((d.Weekday() + 6) % 7))
	case byMonth:
		return civil.MustDate(d.Year(), d.Month(), 1)
	case byQuarter:
		return civil.MustDate(d.Year(), (d.Month()-1)/3*3+1, 1)
	case byYear:
		return civil.MustDate(d.Year(), time.January, 1)
	default:
		return civil.MustDate(max(d.Year()/10*10, 1), time.January, 1)
	}
}

// next returns the tick after the tick d.
func (s step) next(d civil.Date) civil.Date {
	switch s {
	case byDay:
		return d.AddDays(1)
	case byWeek:
		return d.AddDays(7)
	case byMonth:
		return d.AddMonths(1)
	case byQuarter:
		return d.AddMonths(3)
	case byYear:
		return d.AddMonths(12)
	default:
		return d.AddMonths((10 - d.Year()%10) * 12)
	}
}

// ticks returns the ticks inside the axis; with the tick before it, if partial.
func (a dateAxis) ticks(s step, partial bool) []civil.Date {
	var out []civil.Date
	d := s.floor(a.first)
	if !partial && d.Before(a.first) {
		d = s.next(d)
	}
	for end := a.last(); d.Before(end); {
		out = append(out, d)
		after := s.next(d)
		if !after.After(d) { // the calendar ends
			break
		}
		d = after
	}
	return out
}

// finest returns the shortest step that is at least room wide.
func (a dateAxis) finest(room px) step {
	for s := range byDecade {
		if a.span(s.days()) >= room {
			return s
		}
	}
	return byDecade
}

// upper returns the step of the header line above s.
func (s step) upper() step {
	switch s {
	case byDay, byWeek:
		return byMonth
	case byMonth, byQuarter:
		return byYear
	default:
		return s
	}
}

// names returns the names of the tick from the longest to the shortest.
func (s step) names(d civil.Date) []string {
	month := d.Month().String()
	switch s {
	case byDay:
		return []string{strconv.Itoa(d.Day())}
	case byWeek:
		_, week := d.ISOWeek()
		return []string{strconv.Itoa(d.Day()) + " · W" + strconv.Itoa(week), strconv.Itoa(d.Day())}
	case byMonth:
		return []string{month + " " + strconv.Itoa(d.Year()), month[:3] + " " + strconv.Itoa(d.Year()), month[:3]}
	case byQuarter:
		return []string{"Q" + strconv.Itoa((int(d.Month())+2)/3)}
	default:
		return []string{strconv.Itoa(d.Year())}
	}
}

// scale draws one line of tick names with baseline at y, each at the start of
// its interval, and leaves out the names that have no room.
func (a dateAxis) scale(c *canvas, s step, y px, class string, bold bool) {
	marks := a.ticks(s, true)
	for i, d := range marks {
		if s == byWeek && d.Before(a.first) {
			continue // its name is a day that is not on the axis
		}
		from, to := max(a.at(d), a.x), a.x+a.w
		if i+1 < len(marks) {
			to = a.at(marks[i+1])
		}
		names := s.names(d)
		if s == byMonth && s.upper() == byYear && !bold {
			names = names[2:] // the year stands above
		}
		for _, name := range names {
			if width(name, sizeSmall, bold)+60 <= to-from {
				c.text(class, from+40, y, start, name, "")
				break
			}
		}
	}
}

// markRow is the height of a line of mark labels.
const markRow px = 150

// placeMarks lays the labels of marks out in lines above a plot, without
// overlap, and returns the lines used; draw draws them above top and their rules
// down to bottom.
func (a dateAxis) placeMarks(marks []Mark) (lines int, draw func(c *canvas, top, bottom px)) {
	type placed struct {
		Mark
		text string
		x    px
		line int
	}
	var out []placed
	var ends []px // right end of the last label in each line
	sorted := slices.Clone(marks)
	slices.SortStableFunc(sorted, func(m, n Mark) int { return cmp.Or(m.On.Compare(n.On), cmp.Compare(m.Label, n.Label)) })
	for _, m := range sorted {
		if m.On.Before(a.first) || !m.On.Before(a.last()) {
			continue
		}
		text, _ := fit(m.Label, sizeSmall, true, a.w)
		half := width(text, sizeSmall, true) / 2
		x := min(max(a.noon(m.On), a.x+half), a.x+a.w-half)
		line := slices.IndexFunc(ends, func(end px) bool { return end+80 <= x-half })
		if line < 0 {
			line = len(ends)
			ends = append(ends, 0)
		}
		ends[line] = x + half
		out = append(out, placed{m, text, x, line})
	}
	return len(ends), func(c *canvas, top, bottom px) {
		for _, m := range out {
			rule, _ := m.Kind.classes()
			c.path(rule, m.Label+" · "+m.On.String(), "M", a.noon(m.On), top-px(m.line)*markRow-10, "V", bottom)
		}
		for _, m := range out {
			_, text := m.Kind.classes()
			c.text(text+" halo", m.x, top-px(m.line)*markRow-45, middle, m.text, m.Label+" · "+m.On.String())
		}
	}
}

// checkMarks reports marks without a date or of an unknown kind.
func checkMarks(c *checker, marks []Mark) {
	c.count("marks", len(marks), 200)
	for i, m := range marks {
		if m.On.IsZero() {
			c.failf("mark %d (%q): no date", i+1, m.Label)
		}
		if m.Kind > Aim {
			c.failf("mark %d (%q): unknown kind %d", i+1, m.Label, m.Kind)
		}
		c.text("mark", m.Label)
	}
}

package mspdi_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning/mspdi"
)

// shift is some working time of a day, none for 0 hours.
func shift(hours int) string {
	if hours == 0 {
		return "<DayWorking>0</DayWorking>"
	}
	return fmt.Sprintf("<DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>00:00:00</FromTime><ToTime>%02d:00:00</ToTime></WorkingTime></WorkingTimes>", hours)
}

func periodOf(p civil.Period) string {
	return "<TimePeriod><FromDate>" + p.First().String() + "T00:00:00</FromDate><ToDate>" + p.Last().String() + "T23:59:00</ToDate></TimePeriod>"
}

// hoursOn returns the hours of a calendar on each of some days.
func hoursOn(t *testing.T, spec worktime.Spec, days civil.Period) []int {
	t.Helper()
	cal, err := worktime.Compile(spec, days)
	require.NoError(t, err)
	var out []int
	for d := range days.Each() {
		out = append(out, int(cal.MinutesOn(d)/60))
	}
	return out
}

// layer is what a calendar says: the last of several exceptions or weeks holds.
type layer struct {
	week       [7]int // -1: nothing
	exceptions []said
	weeks      []saidWeek
}

type said struct {
	days  civil.Period
	hours int
}

type saidWeek struct {
	days civil.Period
	week [7]int
}

func (l *layer) xml(uid, base int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<Calendar><UID>%d</UID><Name>c%d</Name><BaseCalendarUID>%d</BaseCalendarUID><WeekDays>", uid, uid, base)
	week := func(hours [7]int) {
		for d, h := range hours {
			if h >= 0 {
				fmt.Fprintf(&b, "<WeekDay><DayType>%d</DayType>%s</WeekDay>", d+1, shift(h))
			}
		}
	}
	week(l.week)
	b.WriteString("</WeekDays><Exceptions>")
	for _, e := range l.exceptions {
		b.WriteString("<Exception>" + periodOf(e.days) + "<Type>1</Type>" + shift(e.hours) + "</Exception>")
	}
	b.WriteString("</Exceptions><WorkWeeks>")
	for _, w := range l.weeks {
		b.WriteString("<WorkWeek>" + periodOf(w.days) + "<WeekDays>")
		week(w.week)
		b.WriteString("</WeekDays></WorkWeek>")
	}
	b.WriteString("</WorkWeeks></Calendar>")
	return b.String()
}

// on looks a day up in the layers, the topmost first.
func on(d civil.Date, layers ...layer) int {
	slices.Reverse(layers)
	for _, l := range layers {
		for _, e := range slices.Backward(l.exceptions) {
			if e.days.Contains(d) {
				return e.hours
			}
		}
	}
	for _, l := range layers {
		for _, w := range slices.Backward(l.weeks) {
			if w.days.Contains(d) {
				return max(0, w.week[d.Weekday()])
			}
		}
	}
	for _, l := range layers {
		if h := l.week[d.Weekday()]; h >= 0 {
			return h
		}
	}
	return 0
}

// Calendars that derive from each other, with exceptions and weeks over each other,
// against looking up each day.
func TestLayersOfCalendars(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	hours := func(low int) (out [7]int) {
		for d := range out {
			out[d] = low + r.IntN(10)
		}
		return out
	}
	days := func() civil.Period {
		first := day(r.IntN(60))
		return civil.Days(first, first.AddDays(r.IntN(20)))
	}
	for range 300 {
		var layers [3]layer
		for i := range layers {
			l := &layers[i]
			l.week = hours(-1)
			for range r.IntN(6) {
				l.exceptions = append(l.exceptions, said{days(), r.IntN(10)})
			}
			for range r.IntN(4) {
				l.weeks = append(l.weeks, saidWeek{days(), hours(-1)})
			}
		}
		layers[0].week[time.Monday] = 8 // there is work on some day
		layers[2].week[time.Tuesday] = 8
		doc := layers[2].xml(3, 2) + layers[1].xml(2, 1) + layers[0].xml(1, -1)
		p := parse(t, document("<CalendarUID>3</CalendarUID>", doc, "", "", ""))
		year := civil.Days(day(-40), day(120))
		var want []int
		for d := range year.Each() {
			want = append(want, on(d, layers[0], layers[1], layers[2]))
		}
		require.Equal(t, want, hoursOn(t, p.Calendars["c3"], year), doc)
	}
}

// recurring is an exception that recurs.
type recurring struct {
	kind, every, mask, item, position, month, day, most int
	days                                                civil.Period
}

func (e recurring) xml() string {
	entered := 0
	if e.most > 0 {
		entered = 1
	}
	return fmt.Sprintf("<Exception><EnteredByOccurrences>%d</EnteredByOccurrences>%s<Occurrences>%d</Occurrences><Name>x</Name><Type>%d</Type><Period>%d</Period><DaysOfWeek>%d</DaysOfWeek><MonthItem>%d</MonthItem><MonthPosition>%d</MonthPosition><Month>%d</Month><MonthDay>%d</MonthDay><DayWorking>0</DayWorking></Exception>",
		entered, periodOf(e.days), e.most, e.kind, e.every, e.mask, e.item, e.position, e.month, e.day)
}

// matches says whether a day is one, without regard to how many there may be.
func (e recurring) matches(d civil.Date) bool {
	first := e.days.First()
	_, m, number := d.Date()
	months := (d.Year()-first.Year())*12 + int(m) - int(first.Month())
	of := func(d civil.Date) bool {
		w := d.Weekday()
		weekend := w == time.Saturday || w == time.Sunday
		return [10]bool{true, !weekend, weekend, w == 0, w == 1, w == 2, w == 3, w == 4, w == 5, w == 6}[e.item]
	}
	nth := func() bool {
		before, after := 0, 0
		for x := range civil.MonthOf(d).Each() {
			if of(x) && x.Before(d) {
				before++
			}
			if of(x) && x.After(d) {
				after++
			}
		}
		return of(d) && (e.position < 4 && before == e.position || e.position == 4 && after == 0)
	}
	switch e.kind {
	case 1:
		return d.Sub(first)%e.every == 0
	case 2:
		return int(m) == e.month+1 && number == e.day
	case 3:
		return int(m) == e.month+1 && nth()
	case 4:
		return number == e.day && months%e.every == 0
	case 5:
		return nth() && months%e.every == 0
	}
	return e.mask>>d.Weekday()&1 == 1
}

// Exceptions that recur, against asking of every day whether it is one.
func TestRecurringExceptions(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	always := layer{week: [7]int{8, 8, 8, 8, 8, 8, 8}}
	found := [7]int{}
	for range 600 {
		e := recurring{kind: 1 + r.IntN(6), every: 1, mask: 1 + r.IntN(127), item: r.IntN(10), position: r.IntN(5), month: r.IntN(12), day: 1 + r.IntN(28)}
		first := day(r.IntN(300))
		e.days = civil.Days(first, first.AddDays(r.IntN(1200)))
		switch {
		case e.kind == 1:
			e.every = 1 + r.IntN(9)
		case e.kind == 4 && r.IntN(2) == 0: // from the first of them on
			e.every, e.day = 1+r.IntN(4), first.Day()
		}
		if r.IntN(2) == 0 {
			e.most = 1 + r.IntN(5)
		}
		doc := strings.Replace(always.xml(1, -1), "<Exceptions>", "<Exceptions>"+e.xml(), 1)
		p := parse(t, document("<CalendarUID>1</CalendarUID>", doc, "", "", ""))
		if e.kind == 4 && e.day > 28 {
			require.Equal(t, []string{"mspdi.calendar.recurrence"}, codes(p.Findings))
			continue
		}
		require.Empty(t, p.Findings)
		years := civil.Days(day(-10), day(1600))
		var want []int
		n := 0
		for d := range years.Each() {
			off := e.days.Contains(d) && e.matches(d) && (e.most == 0 || n < e.most)
			if off {
				n++
			}
			want = append(want, map[bool]int{false: 8}[off])
		}
		require.Equal(t, want, hoursOn(t, p.Calendars["c1"], years), "%+v", e)
		found[e.kind] += n
	}
	for kind, n := range found[1:] {
		assert.Greater(t, n, 50, "type %d", kind+1)
	}
}

// Examples of Microsoft's documentation of the format, and what is not clear.
func TestRecurrences(t *testing.T) {
	t.Parallel()
	always := layer{week: [7]int{8, 8, 8, 8, 8, 8, 8}}
	span := func(from, to civil.Date) civil.Period { return civil.Days(from, to) }
	thanksgiving := recurring{kind: 3, every: 0, month: 10, item: 7, position: 3, days: span(civil.MustDate(2007, 11, 22), civil.MustDate(2026, 11, 30))}
	newYear := recurring{kind: 2, month: 0, day: 1, days: span(civil.MustDate(2007, 1, 1), civil.MustDate(2026, 1, 1))}
	for _, e := range []recurring{thanksgiving, newYear} {
		doc := strings.Replace(always.xml(1, -1), "<Exceptions>", "<Exceptions>"+e.xml(), 1)
		p := parse(t, document("<CalendarUID>1</CalendarUID>", doc, "", "", ""))
		assert.Len(t, p.Calendars["c1"].Exceptions, 20, "the documentation has 20 occurrences")
	}
	year := span(day(0), day(364))
	for name, e := range map[string]recurring{
		"by day count":          {kind: 7, every: 1, days: year},
		"no type":               {kind: 9, every: 1, days: year},
		"every other week":      {kind: 6, every: 2, mask: 2, days: year},
		"no day of the week":    {kind: 6, every: 1, days: year},
		"the 31st of months":    {kind: 4, every: 1, day: 31, days: year},
		"from another day on":   {kind: 4, every: 2, day: 2, days: year},
		"from another Sunday":   {kind: 5, every: 2, item: 3, days: year},
		"29 February":           {kind: 2, month: 1, day: 29, days: year},
		"a thirteenth month":    {kind: 2, month: 12, day: 1, days: year},
		"a sixth position":      {kind: 3, position: 5, days: year},
		"every other year":      {kind: 2, every: 2, day: 1, days: year},
		"for a thousand years":  {kind: 2, every: 1, day: 1, days: span(day(0), civil.MustDate(3026, 1, 1))},
		"a negative occurrence": {kind: 2, every: 1, day: 1, most: -1, days: year},
	} {
		doc := strings.Replace(always.xml(1, -1), "<Exceptions>", "<Exceptions>"+e.xml(), 1)
		p := parse(t, document("<CalendarUID>1</CalendarUID>", doc, "", "", ""))
		assert.Equal(t, []string{"mspdi.calendar.recurrence"}, codes(p.Findings), name)
		assert.Empty(t, p.Calendars["c1"].Exceptions, name)
	}
	// Every day, for a number of times.
	e := recurring{kind: 1, every: 1, most: 3, days: year}
	p := parse(t, document("<CalendarUID>1</CalendarUID>", strings.Replace(always.xml(1, -1), "<Exceptions>", "<Exceptions>"+e.xml(), 1), "", "", ""))
	assert.Equal(t, span(day(0), day(2)), p.Calendars["c1"].Exceptions[0].Days)
}

func TestWorkWeeks(t *testing.T) {
	t.Parallel()
	full := layer{week: [7]int{0, 8, 8, 8, 8, 8, 0}, weeks: []saidWeek{{civil.Days(day(10), day(20)), [7]int{0, 4, 4, 4, 4, 4, 0}}, {civil.Days(day(21), civil.MustDate(2049, 12, 31)), [7]int{0, 6, 6, 6, 6, 6, 0}}}}
	p := parse(t, document("<CalendarUID>1</CalendarUID>", full.xml(1, -1), "", "", ""))
	assert.Empty(t, p.Findings)
	got := p.Calendars["c1"]
	require.Len(t, got.Versions, 2, "the last has no end")
	assert.Equal(t, [2]civil.Date{day(10), day(21)}, [2]civil.Date{got.Versions[0].From, got.Versions[1].From})
	// A week that says nothing about Sunday, and one that says nothing at all.
	part := layer{week: full.week, weeks: []saidWeek{{civil.Days(day(10), day(20)), [7]int{-1, 4, 4, 4, 4, 4, 0}}, {civil.Days(day(30), day(40)), [7]int{-1, -1, -1, -1, -1, -1, -1}}}}
	p = parse(t, document("<CalendarUID>1</CalendarUID>", part.xml(1, -1), "", "", ""))
	assert.Equal(t, []string{"mspdi.calendar.week"}, codes(p.Findings))
	// A calendar without work is none, and two may have one name.
	empty := layer{week: [7]int{0, 0, 0, 0, 0, 0, 0}}
	same := strings.Replace(full.xml(3, -1), "c3", "c1", 1)
	p = parse(t, document("<CalendarUID>2</CalendarUID>", full.xml(1, -1)+empty.xml(2, -1)+same, "", "", ""))
	assert.Equal(t, []string{"mspdi.calendar.unknown"}, codes(p.Findings))
	assert.Equal(t, "Standard", p.Calendar)
	assert.Contains(t, p.Calendars, "c1 (3)")
	// More of everything than a calendar may have.
	for want, doc := range map[string]string{
		"more than 20000 exceptional days": strings.Replace(full.xml(1, -1), "<Exceptions>", "<Exceptions>"+strings.Repeat("<Exception>"+periodOf(civil.Days(day(0), day(0)))+"</Exception>", 20_001), 1),
		"at most 400":                      strings.Replace(full.xml(1, -1), "<WorkWeeks>", "<WorkWeeks>"+strings.Repeat("<WorkWeek>"+periodOf(civil.Days(day(0), day(0)))+"<WeekDays><WeekDay><DayType>1</DayType></WeekDay></WeekDays></WorkWeek>", 401), 1),
	} {
		_, err := mspdi.Read(strings.NewReader(document("<CalendarUID>1</CalendarUID>", doc, "", "", "")))
		require.ErrorContains(t, err, want)
	}
}

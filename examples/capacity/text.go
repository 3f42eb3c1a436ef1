package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning"
)

// act is what one part of the story says; tables are its pictures.
type act struct {
	title string
	lines []string
}

func (s *story) begin(format string, args ...any) {
	s.acts = append(s.acts, act{title: fmt.Sprintf(format, args...)})
	fmt.Fprintf(s.out, "%d  %s\n", len(s.acts), s.acts[len(s.acts)-1].title)
}

func (s *story) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	a := &s.acts[len(s.acts)-1]
	a.lines = append(a.lines, line)
	fmt.Fprintf(s.out, "   %s\n", line)
}

// show prints a line that the page tells by a picture or a table.
func (s *story) show(format string, args ...any) {
	fmt.Fprintf(s.out, "     %s\n", strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

// hours leaves the unit to the heading.
func hours(e planning.Effort) string { return strings.TrimSuffix(e.String(), " h") }

func day(t time.Time) string { return t.Format("Mon 2 Jan") }

func period(p civil.Period) string {
	return p.First().In(time.UTC).Format("2 Jan") + " – " + p.Last().In(time.UTC).Format("2 Jan")
}

func names(people []planning.ResourceKey) string {
	var out []string
	for _, p := range people {
		out = append(out, string(p))
	}
	return strings.Join(out, ", ")
}

func (k skill) name() string { return fmt.Sprintf("%s %d+", k.Skill, k.Level) }

func week(p civil.Period) string {
	_, n := p.First().ISOWeek()
	return fmt.Sprint(n)
}

// percent is demand of what is deployable; ! is too much, - nobody there.
func percent(l planning.SkillLoad) string {
	if l.Deployable == 0 {
		if l.Demand > 0 {
			return "∞!"
		}
		return "-"
	}
	n := int64(100*l.Demand+l.Deployable/2) / int64(l.Deployable)
	if l.Demand > l.Deployable {
		return fmt.Sprintf("%d!", n)
	}
	return fmt.Sprint(n)
}

package taskjuggler

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
)

// Write writes a plan as a TaskJuggler project, byte for byte the same every
// time, with a report "plan" that tj3 writes to plan.csv, one line per task with
// identifier, start and end; ReadReport reads it. The project lasts half as long
// again as a schedule made here, and four weeks more, to leave room. A plan of
// too fine or too many time slots, in tj3's memory one per person and slot, is
// refused.
//
// The error is the writer's, what planning.Compile finds in the plan, what
// worktime finds in a calendar whose night shifts are cut, or a finding.List of
// what cannot be said, by task, link, resource or calendar:
//
//	taskjuggler.plan.empty         a plan without tasks
//	taskjuggler.plan.finish        a plan that is scheduled from its finish
//	taskjuggler.plan.long          more than 2,000,000 time slots
//	taskjuggler.zone               a time zone that is not Region/City or UTC
//	taskjuggler.resolution         a time or length that is not a multiple of five minutes
//	taskjuggler.phase.depth        more than 50 phases within each other
//	taskjuggler.calendar.zone      a calendar whose clock is not the plan's: tj3 3.7 takes the zone of a shift and ignores it
//	taskjuggler.resource.stock     a stock
//	taskjuggler.resource.changes   units that change over time
//	taskjuggler.resource.parts     a resource of more than 100 parts
//	taskjuggler.task.milestone     a milestone with people
//	taskjuggler.task.elapsed       an elapsed duration with people, for whom TaskJuggler would not wait
//	taskjuggler.task.days          working days in a calendar, or of people, whose days are not alike
//	taskjuggler.task.needs         people by skill
//	taskjuggler.task.modes         other ways to do a task
//	taskjuggler.task.pauses        pauses
//	taskjuggler.task.constraint    FNET, MFO or ALAP: no end holds a task back
//	taskjuggler.task.priority      more than 999 different priorities
//	taskjuggler.link.type          FF or SF
//	taskjuggler.link.lead          a negative lag
//	taskjuggler.link.lag           a lag in percent, or in working time of another calendar than the plan's or of one whose hours change
//	taskjuggler.link.twice         two links between the same tasks
//	taskjuggler.link.moment        a link that would carry on what differs about starts
func Write(w io.Writer, p planning.Plan) error {
	m, err := planning.Compile(p)
	if err != nil {
		return err
	}
	b := builder{p: m.Plan(), m: m, calendars: map[string]*calendar{}, ids: idents{}, starts: map[int]string{}}
	if b.refuse(); len(b.found) > 0 {
		return b.found.Err()
	}
	if b.schedule, err = m.Schedule(context.Background(), planning.Search{}); err != nil {
		return err
	}
	if b.span(); len(b.found) == 0 {
		b.days()
		b.resources()
		b.tasks()
		b.resolve()
	}
	if err := b.found.Err(); err != nil {
		return err
	}
	_, err = io.WriteString(w, b.text())
	return err
}

// builder gathers what is wrong and what to write.
type builder struct {
	p         planning.Plan
	m         *planning.Model
	schedule  *planning.Schedule
	found     finding.List
	ids       idents // of everything but tasks
	home      *calendar
	calendars map[string]*calendar
	own       map[planning.ResourceKey]*calendar // of resources with absences that are no leaves
	people    []person
	holder    map[planning.ResourceKey]int
	names     names
	body      []string       // of tasks
	starts    map[int]string // milestones at the start of tasks
	helpers   strings.Builder

	start, begin, end time.Time // the plan's start, the project's ends
	resolution        int64     // minutes of a slot
}

const (
	maxSlots    = 2_000_000
	maxFindings = 1_000 // as package planning has it
)

func (b *builder) bad(code, subject, fix, evidence string, args ...any) {
	if len(b.found) < maxFindings {
		b.found.Errorf(code, subject, fix, evidence, args...)
	}
}

func (b *builder) name(calendar string) string {
	if calendar == "" {
		return b.p.Calendar
	}
	return calendar
}

// span finds when the project begins and ends: on full hours of UTC, which tj3
// wants before it knows the resolution, with all that has started in it.
func (b *builder) span() {
	zone := zoneOf(b.p.Calendars[b.p.Calendar])
	b.start = b.p.Start.At(int(b.p.StartClock)/60, int(b.p.StartClock)%60, zone)
	b.begin = b.start
	for _, t := range b.p.Tasks {
		if !t.Started.IsZero() && t.Started.Before(b.begin) {
			b.begin = t.Started
		}
	}
	b.begin = b.begin.UTC().Truncate(time.Hour).In(zone)
	last := b.schedule.Finish()
	for t := range b.schedule.Tasks() {
		if t.Finish.After(last) {
			last = t.Finish
		}
	}
	hours := (last.Unix()-b.begin.Unix())/3600 + 1
	b.end = time.Unix(b.begin.Unix()+(hours+hours/2+4*7*24)*3600, 0).In(zone)
	b.resolution = 60
	b.minutes("plan", "the start", b.start.Unix()/60)
	b.room(60)
}

// room refuses a project of too many slots.
func (b *builder) room(resolution int64) {
	if slots := (b.end.Unix() - b.begin.Unix()) / 60 / resolution; slots > maxSlots {
		b.bad("taskjuggler.plan.long", "plan", "split the plan or use coarser times", "%s to %s in slots of %d minutes: at most %d",
			b.begin.Format(time.DateOnly), b.end.Format(time.DateOnly), resolution, maxSlots)
	}
}

// minutes takes times and lengths into account for the resolution.
func (b *builder) minutes(subject, what string, values ...int64) {
	for _, v := range values {
		if v%5 != 0 {
			b.bad("taskjuggler.resolution", subject, "use multiples of five minutes", "%s: %d minutes past a multiple of five", what, ((v%5)+5)%5)
			continue
		}
		for v = max(v, -v); v != 0; { // the greatest common divisor of 60 and multiples of 5 is one that tj3 takes
			b.resolution, v = v, b.resolution%v
		}
	}
}

// resolve settles the resolution with the zone's distance from UTC.
func (b *builder) resolve() {
	for at := b.begin; at.Before(b.end); at = at.AddDate(0, 1, 0) {
		b.minutes("plan", "the zone's distance from UTC", int64(offset(at))/60)
	}
	b.room(b.resolution)
}

// days lays out every calendar that tasks or people use.
func (b *builder) days() {
	b.calendars[b.p.Calendar] = nil
	for _, l := range b.p.Links {
		if l.Calendar != "" {
			b.calendars[l.Calendar] = nil
		}
	}
	for _, t := range b.p.Tasks {
		b.calendars[b.name(t.Calendar)] = nil
	}
	for _, r := range b.p.Resources {
		b.calendars[b.name(r.Calendar)] = nil
	}
	for _, name := range slices.Sorted(maps.Keys(b.calendars)) {
		b.calendars[name] = b.calendarOf(b.ids.of("c_", name), name, "calendar/"+name, b.p.Calendars[name])
	}
	b.home = b.calendars[b.p.Calendar]
}

// stamp writes an instant with its distance from UTC, which no clock change can
// make ambiguous.
func stamp(t time.Time) string { return t.Format("2006-01-02-15:04-") + t.Format("-0700") }

// shifts writes the assignment of a calendar to a task or a person.
func (c *calendar) shifts() string {
	c.used = true
	if len(c.runs) == 1 {
		return "shifts " + c.ids[0]
	}
	return "${" + c.id + "}"
}

func (b *builder) text() string {
	var out strings.Builder
	fmt.Fprintf(&out, "project plan \"plan\" %s - %s {\n", stamp(b.begin), stamp(b.end))
	fmt.Fprintf(&out, "  timingresolution %d min\n  timezone \"%s\"\n  now %s\n", b.resolution, zoneName(b.p.Calendars[b.p.Calendar].Zone), stamp(b.begin))
	hours(&out, "  ", b.home.weeks[0])
	out.WriteString("}\n\nflags helper\n")
	b.writeShifts(&out)
	// Shifts inherit the leaves before them, and would not replace those.
	for _, r := range b.home.leaves() {
		if span, ok := b.interval(r.first, r.end, b.home.zone); ok {
			fmt.Fprintf(&out, "\nleaves holiday %s %s\n", quote(r.name), span)
		}
	}
	for i := range b.people {
		out.WriteString("\n" + b.people[i].text)
	}
	out.WriteString("\n")
	b.writeTasks(&out, b.names.top, "")
	for i, body := range b.body {
		if b.p.Tasks[i].Phase == "" {
			out.WriteString(body)
		}
	}
	out.WriteString(b.helpers.String())
	out.WriteString(`
taskreport "plan" {
  formats csv
  columns id, start, end
  timeformat "%Y-%m-%dT%H:%M:%S%z"
  sorttasks seqno.up
  hidetask helper | ~isleaf()
  hideresource 1
}
`)
	return out.String()
}

// leaves returns the days off of a plain calendar.
func (c *calendar) leaves() []run {
	if !c.plain {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.runs), func(r run) bool { return r.week != off })
}

// writeTasks writes phases with the phases and tasks within.
func (b *builder) writeTasks(out *strings.Builder, phases []int, indent string) {
	for _, k := range phases {
		ph := &b.names.phases[k]
		if !ph.filled {
			continue
		}
		fmt.Fprintf(out, "%stask %s %s {\n", indent, ph.id, quote(ph.name))
		b.writeTasks(out, ph.phases, indent+"  ")
		for _, i := range ph.tasks {
			for line := range strings.Lines(b.body[i]) {
				out.WriteString(indent + "  " + line)
			}
		}
		fmt.Fprintf(out, "%s}\n", indent)
	}
}

// writeShifts writes the weeks of every calendar that is assigned somewhere, and
// a macro for one that changes.
func (b *builder) writeShifts(out *strings.Builder) {
	nobody := false
	all := make([]*calendar, 0, len(b.calendars)+len(b.own))
	for _, name := range slices.Sorted(maps.Keys(b.calendars)) {
		all = append(all, b.calendars[name])
	}
	for _, r := range b.p.Resources {
		if c := b.own[r.Key]; c != nil {
			all = append(all, c)
		}
	}
	var macros strings.Builder
	for _, c := range all {
		if !c.used {
			continue
		}
		for k, week := range c.weeks {
			fmt.Fprintf(out, "\nshift %s %s {\n  replace\n", c.ids[k], quote(c.name))
			hours(out, "  ", week)
			out.WriteString("}\n")
		}
		if len(c.runs) == 1 {
			continue
		}
		var spans []string
		for _, r := range c.runs {
			id := "x_off"
			if r.week != off {
				id = c.ids[r.week]
			} else {
				nobody = true
			}
			if span, ok := b.interval(r.first, r.end, c.zone); ok {
				spans = append(spans, id+" "+span)
			}
		}
		fmt.Fprintf(&macros, "\nmacro %s [shifts %s]\n", c.id, strings.Join(spans, ",\n  "))
	}
	if nobody {
		fmt.Fprintf(out, "\nshift x_off \"off\" {\n  replace\n  workinghours sun - sat off\n}\n")
	}
	out.WriteString(macros.String())
}

// interval writes the days from first up to end as far as they are in the
// project.
func (b *builder) interval(first, end civil.Date, zone *time.Location) (text string, ok bool) {
	from, to := b.clip(first.In(zone)), b.clip(end.In(zone))
	return stamp(from) + " - " + stamp(to), from.Before(to)
}

// clip moves an instant into the project.
func (b *builder) clip(t time.Time) time.Time {
	switch {
	case t.Before(b.begin):
		return b.begin
	case t.After(b.end):
		return b.end
	}
	return t.In(b.begin.Location())
}

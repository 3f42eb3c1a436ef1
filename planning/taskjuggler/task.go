package taskjuggler

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// shape is what a task is in TaskJuggler.
type shape uint8

const (
	shapeMilestone shape = iota
	shapeLength          // working time of the task
	shapeEffort          // working time of the people
	shapeDuration        // elapsed time
	shapeFixed           // has started: both dates are known
)

func shapeOf(t *planning.Task) shape {
	switch {
	case !t.Started.IsZero():
		return shapeFixed
	case t.IsMilestone():
		return shapeMilestone
	case t.Duration.Kind() == worktime.KindElapsed:
		return shapeDuration
	case len(t.Assignments) > 0:
		return shapeEffort
	}
	return shapeLength
}

// duration returns how long a task takes; effort is shared by everyone assigned,
// rounded up to a minute.
func duration(t *planning.Task) worktime.Length {
	if t.Effort.IsZero() {
		return t.Duration
	}
	together := int64(0)
	for _, a := range t.Assignments {
		together += int64(units(a.Units))
	}
	if together == 0 {
		together = 1000
	}
	return worktime.Work(worktime.Minutes((t.Effort.Amount()*1000 + together - 1) / together))
}

// refuse finds what TaskJuggler has no words for whatever the dates.
func (b *builder) refuse() {
	if len(b.p.Tasks) == 0 {
		b.bad("taskjuggler.plan.empty", "plan", "add a task", "the plan has no tasks")
	}
	if !b.p.Finish.IsZero() {
		b.bad("taskjuggler.plan.finish", "plan", "schedule the plan from its start", "finish %s", b.p.Finish)
	}
	if b.names = namesOf(&b.p); b.names.deep != "" {
		b.bad("taskjuggler.phase.depth", "phase/"+b.names.deep, "take out phases", "more than %d phases within each other", maxDepth)
	}
	for _, r := range b.p.Resources {
		subject := "resource/" + string(r.Key)
		if r.Kind == planning.Stock {
			b.bad("taskjuggler.resource.stock", subject, "leave it out", "a stock")
		}
		if len(r.Changes) > 0 {
			b.bad("taskjuggler.resource.changes", subject, "write a resource for each part, with absences", "units change %d times", len(r.Changes))
		}
	}
	for i := range b.p.Tasks {
		t := &b.p.Tasks[i]
		subject := "task/" + string(t.Key)
		if len(t.Needs) > 0 {
			b.bad("taskjuggler.task.needs", subject, "assign people", "%d needs of people by skill", len(t.Needs))
		}
		if len(t.Modes) > 0 {
			b.bad("taskjuggler.task.modes", subject, "choose a mode", "%d more modes", len(t.Modes))
		}
		if shapeOf(t) == shapeFixed {
			continue
		}
		if len(t.Pauses) > 0 {
			b.bad("taskjuggler.task.pauses", subject, "split the task", "%d pauses", len(t.Pauses))
		}
		if k := t.Constraint.Kind; k == planning.FNET || k == planning.MFO || k == planning.ALAP {
			b.bad("taskjuggler.task.constraint", subject, "give the start a date", "%s", k)
		}
	}
}

// tasks writes every task into b.body.
func (b *builder) tasks() {
	b.body = make([]string, len(b.p.Tasks))
	priority := b.priorities()
	in, leads := b.links()
	for i := range b.p.Tasks {
		t := &b.p.Tasks[i]
		var out strings.Builder
		name := t.Name
		if name == "" {
			name = string(t.Key)
		}
		id := b.names.full[i][strings.LastIndexByte(b.names.full[i], '.')+1:]
		fmt.Fprintf(&out, "task %s %s {\n", id, quote(name))
		if shapeOf(t) == shapeFixed {
			b.fixed(&out, t)
		} else {
			b.work(&out, t)
			b.from(&out, t, id, in[i], leads[i])
			b.targets(&out, t)
			if len(priority) > 0 {
				fmt.Fprintf(&out, "  priority %d\n", priority[t.Priority])
			}
		}
		out.WriteString("}\n")
		b.body[i] = out.String()
	}
}

// fixed writes a task that has started: it holds its people in that time,
// before all others, and waits for nobody.
func (b *builder) fixed(out *strings.Builder, t *planning.Task) {
	p, _ := b.schedule.Of(t.Key)
	subject := "task/" + string(t.Key)
	b.minutes(subject, "the actual start", p.Start.Unix()/60)
	b.minutes(subject, "the finish", p.Finish.Unix()/60)
	zone := b.begin.Location()
	if p.Finish.Equal(p.Start) {
		fmt.Fprintf(out, "  milestone\n  start %s\n", stamp(p.Start.In(zone)))
		return
	}
	// The last date decides the direction of scheduling.
	fmt.Fprintf(out, "  end %s\n  start %s\n", stamp(p.Finish.In(zone)), stamp(p.Start.In(zone)))
	if len(t.Assignments) > 0 {
		people, _ := b.allocate(t, false)
		fmt.Fprintf(out, "  %s\n  priority 1000\n", people)
	}
}

// work writes how long a task takes, and of whom.
func (b *builder) work(out *strings.Builder, t *planning.Task) {
	subject := "task/" + string(t.Key)
	cal := b.calendars[b.name(t.Calendar)]
	minutes, ok := cal.length(duration(t))
	for _, a := range t.Assignments {
		ok = ok && (t.Duration.Kind() != worktime.KindDays || b.people[b.holder[a.Resource]].cal == cal)
	}
	if !ok {
		b.bad("taskjuggler.task.days", subject, "give the duration in working hours", "%s where days differ", t.Duration)
		return
	}
	b.minutes(subject, "the duration", minutes)
	home := cal == b.home && cal.plain
	switch shape := shapeOf(t); {
	case shape == shapeMilestone && len(t.Assignments) > 0:
		b.bad("taskjuggler.task.milestone", subject, "give it a duration or drop the people", "a milestone with %d people", len(t.Assignments))
	case shape == shapeMilestone:
		out.WriteString("  milestone\n")
	case shape == shapeDuration && len(t.Assignments) > 0:
		b.bad("taskjuggler.task.elapsed", subject, "give the duration in working time or drop the people", "%s with %d people", t.Duration, len(t.Assignments))
	case shape == shapeDuration:
		fmt.Fprintf(out, "  duration %d min\n", minutes)
	case shape == shapeEffort:
		people, parts := b.allocate(t, true)
		fmt.Fprintf(out, "  effort %d min\n  %s\n", minutes*parts, people)
		within := slices.ContainsFunc(t.Assignments, func(a planning.Assignment) bool { return b.people[b.holder[a.Resource]].cal == cal })
		if !within {
			fmt.Fprintf(out, "  %s\n", cal.shifts())
		}
	default:
		fmt.Fprintf(out, "  length %d min\n", minutes)
		if !home {
			fmt.Fprintf(out, "  %s\n", cal.shifts())
		}
	}
}

// from writes the predecessors and the earliest start. To a start that is
// written tj3 holds those that link to the start at once, before people are
// found who begin later; so one that leads others gets it from a milestone.
func (b *builder) from(out *strings.Builder, t *planning.Task, id string, in []edge, leads bool) {
	start, held := b.start, false
	var depends []string
	for _, e := range in {
		depends = append(depends, e.text)
		// What has started may have done so before the plan.
		held = held || shapeOf(&b.p.Tasks[e.from]) != shapeFixed
	}
	switch c := t.Constraint; c.Kind {
	case planning.SNET, planning.MSO:
		if at := minute(c.At); at.After(start) {
			b.minutes("task/"+string(t.Key), "the constraint", at.Unix()/60)
			start = at
		}
	default:
	}
	zone := b.begin.Location()
	leads = leads && shapeOf(t) == shapeEffort
	switch {
	case held && !start.After(b.start):
	case len(depends) == 0 && !leads && !start.After(b.begin):
	case len(depends) == 0 && !leads:
		fmt.Fprintf(out, "  start %s\n", stamp(start.In(zone)))
	default:
		helper := b.ids.of("h_", id) // h_ and t_ keep them apart
		fmt.Fprintf(&b.helpers, "task %s %s {\n  milestone\n  start %s\n  flags helper\n}\n", helper, quote("from "+string(t.Key)), stamp(start.In(zone)))
		depends = append(depends, helper)
	}
	if len(depends) > 0 {
		fmt.Fprintf(out, "  depends %s\n", strings.Join(depends, ",\n    "))
	}
}

// minute drops seconds, as package planning does.
func minute(t time.Time) time.Time { return time.Unix(floor(t.Unix(), 60)*60, 0) }

func floor(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

// targets writes the latest dates. What lies outside of the project is missed in
// any case, or never.
func (b *builder) targets(out *strings.Builder, t *planning.Task) {
	var start, finish time.Time
	switch t.Constraint.Kind {
	case planning.SNLT, planning.MSO:
		start = t.Constraint.At
	case planning.FNLT:
		finish = t.Constraint.At
	default:
	}
	if !t.Deadline.IsZero() && (finish.IsZero() || t.Deadline.Before(finish)) {
		finish = t.Deadline
	}
	for _, d := range []struct {
		word, what string
		at         time.Time
	}{{"maxstart", "the latest start", start}, {"maxend", "the latest finish", finish}} {
		if d.at.IsZero() || d.at.After(b.end) {
			continue
		}
		at := b.clip(minute(d.at))
		b.minutes("task/"+string(t.Key), d.what, at.Unix()/60)
		fmt.Fprintf(out, "  %s %s\n", d.word, stamp(at))
	}
}

// priorities returns TaskJuggler's priority for each of the plan's: 500 more, or
// if that is not within 1 to 999 their ranks; nothing if all are 0. What has
// started has 1000.
func (b *builder) priorities() map[int]int {
	var all []int
	for _, t := range b.p.Tasks {
		all = append(all, t.Priority)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	out := map[int]int{}
	if len(all) > 999 {
		b.bad("taskjuggler.task.priority", "plan", "round the priorities", "%d different priorities: at most 999", len(all))
		return out
	}
	if len(all) == 1 && all[0] == 0 {
		return out
	}
	near := all[0] > -500 && all[len(all)-1] < 500
	for rank, p := range all {
		out[p] = rank + 1
		if near {
			out[p] = p + 500
		}
	}
	return out
}

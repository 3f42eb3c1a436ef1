package taskjuggler

import (
	"fmt"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

const maxParts = 100

// person is a resource as TaskJuggler has it: one that is there or not, or a
// group of such parts.
type person struct {
	id    string
	parts []string // identifiers; the person's own if there is one
	size  int      // thousandths of a part
	cal   *calendar
	text  string
}

func units(n int) int {
	if n == 0 {
		return 1000
	}
	return n
}

// resources cuts every resource into the largest equal parts of which its units
// and all bookings are made.
func (b *builder) resources() {
	b.holder = map[planning.ResourceKey]int{}
	b.people = make([]person, len(b.p.Resources))
	for i, r := range b.p.Resources {
		b.holder[r.Key] = i
		b.people[i].size = units(r.Units)
	}
	for _, t := range b.p.Tasks {
		for _, a := range t.Assignments {
			p := &b.people[b.holder[a.Resource]]
			for n := units(a.Units); n != 0; {
				p.size, n = n, p.size%n
			}
		}
	}
	b.own = map[planning.ResourceKey]*calendar{}
	for i := range b.p.Resources {
		b.person(&b.p.Resources[i], &b.people[i])
	}
}

func (b *builder) person(r *planning.Resource, p *person) {
	subject := "resource/" + string(r.Key)
	p.id = b.ids.of("r_", string(r.Key))
	p.cal = b.calendars[b.name(r.Calendar)]
	n := units(r.Units) / p.size
	if n > maxParts {
		b.bad("taskjuggler.resource.parts", subject, "round units and bookings so that they share a larger part",
			"%d thousandths in parts of %d: %d parts, at most %d", units(r.Units), p.size, n, maxParts)
		return
	}
	name := r.Name
	if name == "" {
		name = string(r.Key)
	}
	var out strings.Builder
	b.availability(&out, r, p, name)
	p.parts = []string{p.id}
	if n > 1 {
		p.parts = nil
		for k := range n {
			id := b.ids.of(p.id+"_", fmt.Sprint(k+1))
			p.parts = append(p.parts, id)
			fmt.Fprintf(&out, "  resource %s %s\n", id, quote(fmt.Sprintf("%s %d/%d", name, k+1, n)))
		}
	}
	p.text = fmt.Sprintf("resource %s %s", p.id, quote(name))
	if out.Len() > 0 {
		p.text += " {\n" + out.String() + "}"
	}
	p.text += "\n"
}

// availability writes when a person works, if that is not the project's working
// time. Absences are leaves on top of that, or else runs of a calendar of its
// own, in which alone the morning after a night off can be off.
func (b *builder) availability(out *strings.Builder, r *planning.Resource, p *person, name string) {
	var absences []worktime.Exception
	for _, a := range r.Absences {
		if !a.IsEmpty() {
			absences = append(absences, worktime.Exception{Days: a, Name: "absence"})
		}
	}
	home := p.cal == b.home && p.cal.plain
	switch {
	case len(absences) == 0 && home:
	case len(absences) == 0:
		fmt.Fprintf(out, "  %s\n", p.cal.shifts())
	case home && !p.cal.cut:
		for _, a := range absences {
			if span, ok := b.interval(a.Days.First(), a.Days.Last().AddDays(1), p.cal.zone); ok {
				fmt.Fprintf(out, "  leaves annual \"absence\" %s\n", span)
			}
		}
	default:
		own := b.calendarOf(b.ids.of("c_", "of_"+p.id), name, "resource/"+string(r.Key), b.p.Calendars[p.cal.name].With(absences...))
		b.own[r.Key] = own
		fmt.Fprintf(out, "  %s\n", own.shifts())
	}
}

// allocate writes who works on a task: all parts of a person are the person,
// fewer are chosen anew in each slot. With must all are needed at once.
func (b *builder) allocate(t *planning.Task, must bool) (text string, parts int64) {
	type choice struct{ id, others string }
	var list []choice
	for _, a := range t.Assignments {
		p := &b.people[b.holder[a.Resource]]
		if p.parts == nil { // refused
			continue
		}
		n := units(a.Units) / p.size
		parts += int64(n)
		if n == len(p.parts) {
			list = append(list, choice{id: p.id})
			continue
		}
		for range n {
			list = append(list, choice{p.parts[0], "alternative " + strings.Join(p.parts[1:], ", ")})
		}
	}
	var out []string
	for _, c := range list {
		options := strings.Fields(c.others)
		if must && parts > 1 {
			options = append(options, "mandatory")
		}
		if len(options) > 0 {
			c.id += " { " + strings.Join(options, " ") + " }"
		}
		out = append(out, c.id)
	}
	return "allocate " + strings.Join(out, ", "), parts
}

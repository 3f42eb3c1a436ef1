package planning

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
)

// Overload is the proof that a resource, or people who could stand in for each
// other, cannot do what is asked of them: work that must be done between two
// moments, and less time than that. No order of the tasks helps; a date, a
// booking or the staffing must change.
type Overload struct {
	Resource  ResourceKey   // "" if it is about several
	People    []ResourceKey // everyone it is about, in the order of the plan
	Skills    []string      // what tasks ask for, if not for people by name
	Name      string        // the resource's name, its key if it has none; several: the skills, and the names behind them
	From, To  time.Time     // in the zone of the first resource's calendar
	Days      civil.Period  // the days that From and To touch
	Forced    Effort        // work of Tasks, all of which must lie within
	Available Effort        // what People have for these tasks while they may be done: working time less absences, times units, less what is reserved
	Tasks     []TaskKey     // in the order of the plan

	asked bool // the booking of Fits is in Forced
}

// Excess returns Forced less Available.
func (o Overload) Excess() Effort { return o.Forced - o.Available }

// String returns one line: "design, weeks 32-34: forced 214 h, available 160 h,
// items X Y Z". Weeks are those of ISO 8601, with the year where it changes.
func (o Overload) String() string {
	keys := make([]string, len(o.Tasks))
	for i, k := range o.Tasks {
		keys[i] = string(k)
	}
	return fmt.Sprintf("%s, %s: forced %s, available %s, items %s", o.Name, weeks(o.Days), o.Forced, o.Available, strings.Join(keys, " "))
}

func weeks(p civil.Period) string {
	y1, w1 := p.First().ISOWeek()
	y2, w2 := p.Last().ISOWeek()
	switch {
	case y1 != y2:
		return fmt.Sprintf("weeks %d-W%02d to %d-W%02d", y1, w1, y2, w2)
	case w1 != w2:
		return fmt.Sprintf("weeks %d-%d", w1, w2)
	}
	return fmt.Sprintf("week %d", w1)
}

// Overloads returns what no resource can do even if every task uses all of its
// float: each task must lie between its early start and its late finish, and
// may be divided within. By the interval condition (P. Hall, On representatives
// of subsets, 1935; for preemptive work on one machine W. A. Horn, Some simple
// scheduling algorithms, 1974) a resource can do its tasks exactly if no
// interval holds more work than it has time. People whom tasks need by skill are
// looked at together: by the theorem of maximum flow and minimum cut the work can
// be shared out exactly if no set of tasks needs more than everyone who can do
// them has (D. Gale, A theorem on flows in networks, 1957). An empty answer
// therefore proves that it can be done, by each by themselves and with the skills
// there are. Tentative tasks do not count.
//
// Per resource the interval with the greatest excess comes out, then the next one
// that shares no time with it, and so on, at most a thousand; of people who share skills the
// smallest set of tasks that lacks most, split where its parts have no time and
// nobody in common. The answer is in the order of resources, then of time.
func (m *Model) Overloads() []Overload {
	return m.overloads(m.floatWindows(m.CriticalPath().t), &m.books, true)
}

// OverloadsOf returns what no resource can do if every task lies exactly where
// the dates place it. Of the dates of another model there is no answer.
func (m *Model) OverloadsOf(dates Dated) []Overload {
	d := dates.Dates()
	if d.m != m {
		return nil
	}
	w := make([]window, len(d.start))
	for i := range w {
		work := int64(d.working[i].BetweenMinutes(d.start[i], d.end[i]))
		w[i] = window{d.start[i], d.end[i], work, int32(i)}
	}
	return m.overloads(w, d.books, d.books == &m.books)
}

// window is the time within which a task's working minutes must be done.
type window struct {
	from, to int64
	work     int64
	task     int32 // -1: a booking that is asked about
}

// floatWindows gives every task the time from its early start to its late
// finish. A task that is late anyway is asked for no more than at its early
// dates: that is a conflict of dates, not of capacity.
func (m *Model) floatWindows(t *times) []window {
	w := make([]window, len(m.order))
	for i := range w {
		cal := m.cal[i]
		w[i] = window{t.es[i], max(t.ef[i], t.lf[i]), int64(cal.BetweenMinutes(t.es[i], t.ef[i])), int32(i)}
		if m.fixed(int32(i)) {
			w[i].to = t.ef[i]
		}
	}
	return w
}

// overloads asks each resource by itself, and those together that share skills
// which tasks need; open says whether it is still to be decided who fills a need.
func (m *Model) overloads(windows []window, books *rows[booking], open bool) []Overload {
	var groups []group
	if open {
		groups = m.groups
	}
	teams := m.teams(groups)
	var out []Overload
	for k, jobs := range m.jobs(teams, windows, books, open) {
		from := len(out)
		if team := teams[k]; len(team) > 1 {
			out = append(out, m.staffing(groups, team, jobs).overloads()...)
		} else {
			out = append(out, m.intervals(team[0], windowsOf(jobs))...)
		}
		slices.SortStableFunc(out[from:], func(a, b Overload) int { return a.From.Compare(b.From) })
	}
	return out
}

// maxIntervals bounds how many overloads of one resource are told.
const maxIntervals = 1000

// intervals returns the intervals that hold too much of a resource's work: of
// windows that share time the one with the greatest excess, then the same of what
// shares no time with it.
func (m *Model) intervals(r int32, ws []window) (out []Overload) {
	open := clusters(ws)
	for len(open) > 0 && len(out) < maxIntervals {
		cluster := open[len(open)-1]
		open = open[:len(open)-1]
		from, to, found := m.worst(r, cluster, nil)
		if !found {
			continue
		}
		out = append(out, m.overload(r, cluster, from, to))
		var left []window
		for _, w := range cluster {
			if w.to <= from || w.from >= to {
				left = append(left, w)
			}
		}
		open = append(open, clusters(left)...)
	}
	return out
}

func windowsOf(jobs []job) []window {
	out := make([]window, len(jobs))
	for i, j := range jobs {
		out[i] = j.window
	}
	return out
}

func (m *Model) overload(r int32, ws []window, from, to int64) Overload {
	cal := m.resCal[r]
	o := Overload{Resource: m.resource(r), People: []ResourceKey{m.resource(r)}, Name: m.called(r), From: timeAt(from, cal), To: timeAt(to, cal)}
	origin := from
	for _, w := range ws {
		origin = min(origin, w.from)
	}
	o.Days = civil.Days(civil.DateOf(o.From), civil.DateOf(timeAt(max(from, to-1), cal)))
	o.Available = Effort(m.deployable(r, m.offered(r, cal, origin, to)) - m.deployable(r, m.offered(r, cal, origin, from)))
	for _, w := range ws {
		if w.from >= from && w.to <= to {
			o.Forced += Effort(w.work)
			if w.task >= 0 {
				o.Tasks = append(o.Tasks, m.key(w.task))
			}
		}
	}
	return o
}

// called returns what people call a resource.
func (m *Model) called(r int32) string {
	if name := m.plan.Resources[r].Name; name != "" {
		return name
	}
	return string(m.resource(r))
}

// Booking asks whether a resource, or anyone with a skill, could take on more
// work.
type Booking struct {
	Resource ResourceKey
	Skill    string    // instead of Resource
	Level    int       // at least
	From, To time.Time // within which the work must be done
	Effort   Effort
}

// Fits reports whether a booking could be done besides the tasks, each of which
// may use all of its float. If not, the Overload is an interval around the booking
// that proves it, among people with shared skills a set of tasks: Forced counts
// the booking, Tasks leave it no room. Booking more than nothing of an unknown
// resource or skill fits nowhere.
func (m *Model) Fits(b Booking) (Overload, bool) {
	if b.Effort <= 0 {
		return Overload{}, true
	}
	asked := window{instant(b.From), instant(b.To), int64(min(b.Effort, maxEffort)), -1}
	asked.to = max(asked.to, asked.from)
	groups, people := m.groups, []int32(nil)
	if b.Skill != "" {
		people = m.skilled(Skill{b.Skill, b.Level})
		groups = append(slices.Clone(groups), group{b.Skill, b.Level, people})
	} else if r, ok := m.resourceOf(b.Resource); ok {
		people = []int32{r}
	}
	if len(people) == 0 {
		name := b.Skill
		if name == "" {
			name = string(b.Resource)
		}
		return Overload{Resource: b.Resource, Name: name, Forced: b.Effort}, false
	}
	teams, windows := m.teams(groups), m.floatWindows(m.CriticalPath().t)
	for k, jobs := range m.jobs(teams, windows, &m.books, true) {
		team := teams[k]
		if !slices.Contains(team, people[0]) {
			continue
		}
		if len(team) == 1 {
			mine := append([]window{asked}, windowsOf(jobs)...)
			if from, to, over := m.worst(team[0], mine, &asked); over {
				return m.overload(team[0], mine, from, to), false
			}
			return Overload{}, true
		}
		before := m.staffing(groups, team, jobs).lacking
		wanted := job{asked, -1, people[0]}
		if b.Skill != "" {
			wanted.group = int32(len(groups) - 1)
		}
		with := m.staffing(groups, team, append(jobs, wanted))
		if with.lacking == before {
			return Overload{}, true
		}
		for _, o := range with.overloads() {
			if o.asked {
				o.asked = false
				return o, false
			}
		}
	}
	return Overload{}, true
}

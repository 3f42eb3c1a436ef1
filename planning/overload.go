package planning

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/civil"
)

// Overload is the proof that a resource cannot do what is asked of it: work
// that must be done between two moments, and less time than that. No order of
// the tasks helps; a date, a booking or the staffing must change.
type Overload struct {
	Resource  ResourceKey
	Name      string       // the resource's name, its key if it has none
	From, To  time.Time    // in the zone of the resource's calendar
	Days      civil.Period // the days that From and To touch
	Forced    Effort       // work of Tasks, all of which must lie within
	Available Effort       // working time less absences, times units
	Tasks     []TaskKey    // in the order of the plan
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
// interval holds more work than it has time. An empty answer therefore proves
// that each resource by itself can.
//
// Per resource the interval with the greatest excess comes out first, then the
// next one that shares no time with it, and so on; the answer is in the order of
// resources, then of time.
func (m *Model) Overloads() []Overload {
	t := newTimes(len(m.order))
	m.backward(t, m.forward(t, m.cal))
	return m.overloads(m.floatWindows(t))
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
	return m.overloads(w)
}

// window is the time within which a task's working minutes must be done.
type window struct {
	from, to int64
	work     int64
	task     int32
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

func (m *Model) overloads(windows []window) []Overload {
	tasks := m.tasksOf()
	var out []Overload
	for r := range m.capacity {
		var mine []window
		for _, u := range tasks.of(int32(r)) {
			if w := windows[u.task]; w.work > 0 {
				w.work *= u.units
				mine = append(mine, w)
			}
		}
		from := len(out)
		for {
			o, left, found := m.mostViolated(int32(r), mine)
			if !found {
				break
			}
			out, mine = append(out, o), left
		}
		slices.SortFunc(out[from:], func(a, b Overload) int { return a.From.Compare(b.From) })
	}
	return out
}

// mostViolated returns the interval of a resource with the greatest excess as
// an Overload, and the windows that share no time with it.
func (m *Model) mostViolated(r int32, ws []window) (o Overload, left []window, found bool) {
	from, to, found := m.worst(r, ws, nil)
	if !found {
		return o, nil, false
	}
	for _, w := range ws {
		if w.to <= from || w.from >= to {
			left = append(left, w)
		}
	}
	return m.overload(r, ws, from, to), left, true
}

// worst returns the interval with the greatest excess, the shortest and then
// the first of equals; with a window that it must contain, only among those.
// Only intervals from the start of a window to the end of one matter. It takes
// time quadratic in the number of windows.
func (m *Model) worst(r int32, ws []window, must *window) (from, to int64, found bool) {
	if len(ws) == 0 {
		return 0, 0, false
	}
	cal, capacity := m.resCal[r], m.capacity[r]
	byEnd := slices.Clone(ws)
	slices.SortFunc(byEnd, func(a, b window) int { return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(a.task, b.task)) })
	starts := make([]int64, len(ws))
	for i, w := range ws {
		starts[i] = w.from
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	origin := starts[0]
	worked := make([]int64, len(byEnd)) // until the end of each window
	for i, w := range byEnd {
		worked[i] = int64(cal.BetweenMinutes(origin, w.to))
	}
	excess := int64(0)
	for _, a := range starts {
		if must != nil && a > must.from {
			break
		}
		before, forced := int64(cal.BetweenMinutes(origin, a)), int64(0)
		for i, w := range byEnd {
			if w.from < a {
				continue
			}
			forced += w.work
			if must != nil && w.to < must.to {
				continue
			}
			over := forced - (worked[i]-before)*capacity
			if over > excess || over == excess && over > 0 && w.to-a < to-from {
				from, to, excess = a, w.to, over
			}
		}
	}
	return from, to, excess > 0
}

func (m *Model) overload(r int32, ws []window, from, to int64) Overload {
	cal := m.resCal[r]
	o := Overload{Resource: m.resource(r), Name: m.plan.Resources[r].Name, From: timeAt(from, cal), To: timeAt(to, cal)}
	if o.Name == "" {
		o.Name = string(o.Resource)
	}
	o.Days = civil.Days(civil.DateOf(o.From), civil.DateOf(timeAt(max(from, to-1), cal)))
	o.Available = Effort(cal.BetweenMinutes(from, to)) * Effort(m.capacity[r])
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

// Booking asks whether a resource could take on more work.
type Booking struct {
	Resource ResourceKey
	From, To time.Time // within which the work must be done
	Effort   Effort
}

// Fits reports whether a resource could do a booking besides its tasks, each of
// which may use all of its float. If not, the Overload is an interval around
// the booking that proves it: Forced counts the booking, Tasks leave it no
// room. Booking more than nothing of an unknown resource fits nowhere.
func (m *Model) Fits(b Booking) (Overload, bool) {
	if b.Effort <= 0 {
		return Overload{}, true
	}
	r, ok := m.resourceOf(b.Resource)
	if !ok {
		return Overload{Resource: b.Resource, Name: string(b.Resource), Forced: b.Effort}, false
	}
	t := newTimes(len(m.order))
	m.backward(t, m.forward(t, m.cal))
	all := m.floatWindows(t)
	asked := window{instant(b.From), instant(b.To), int64(min(b.Effort, maxEffort)), -1}
	asked.to = max(asked.to, asked.from)
	mine := []window{asked}
	uses := m.tasksOf()
	for _, u := range uses.of(r) {
		if w := all[u.task]; w.work > 0 {
			w.work *= u.units
			mine = append(mine, w)
		}
	}
	from, to, over := m.worst(r, mine, &asked)
	if !over {
		return Overload{}, true
	}
	return m.overload(r, mine, from, to), false
}

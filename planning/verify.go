package planning

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// ErrForeign is the error of a question about dates of another model.
var ErrForeign = errors.New("dates belong to another model")

// Verify checks a schedule against the plan by definition, sharing no code with
// the scheduler: every link holds, every task takes the duration of its mode
// within the working time of all concerned, everyone whom it needs is there and
// has the skill, no resource is booked beyond its units (but by what has started)
// and no stock overdrawn, nothing starts before its date, and started tasks lie
// where they were. Latest dates and deadlines are targets: see Conflicts. The
// error is ErrForeign or a finding.List with these codes:
//
//	planning.verify.link        planning.verify.duration    planning.verify.working
//	planning.verify.capacity    planning.verify.constraint  planning.verify.actual
//	planning.verify.people      planning.verify.stock
func (m *Model) Verify(s *Schedule) error {
	if s == nil || s.m != m {
		return fmt.Errorf("schedule: %w", ErrForeign)
	}
	v := verifier{m: m, s: s, start: s.c.t.es, end: s.c.t.ef, working: map[string]*worktime.Calendar{}}
	for i := range m.plan.Tasks {
		v.people(int32(i))
		v.task(int32(i))
	}
	for k := range m.links {
		v.link(k)
	}
	v.capacity()
	v.stocks()
	return v.found.Err()
}

type verifier struct {
	m          *Model
	s          *Schedule
	start, end []int64
	working    map[string]*worktime.Calendar // of a task and those who do it together
	found      finding.List
	positions  map[TaskKey]int
	parents    map[string]string
}

// mode returns how a task is done: how long it takes, and who is booked or needed.
func (v *verifier) mode(i int32) (worktime.Length, []Assignment, []Need) {
	t := &v.m.plan.Tasks[i]
	if k := v.s.Mode(t.Key); k > 0 {
		return t.Modes[k-1].Duration, t.Modes[k-1].Assignments, t.Modes[k-1].Needs
	}
	return v.m.dur[i], t.Assignments, t.Needs
}

// people checks that those who do a task are those whom it books, and enough
// different others with the skills that it needs.
func (v *verifier) people(i int32) {
	t := &v.m.plan.Tasks[i]
	if !t.Started.IsZero() {
		return // who has begun has begun
	}
	_, assigned, needs := v.mode(i)
	who, seen := v.s.Who(t.Key), map[ResourceKey]bool{}
	next := func() (Assignment, *Resource) {
		if len(who) == 0 || seen[who[0].Resource] {
			return Assignment{}, nil
		}
		a := who[0]
		who, seen[a.Resource] = who[1:], true
		return a, v.resource(a.Resource)
	}
	ok := true
	for _, a := range assigned {
		if r := v.resource(a.Resource); r != nil && r.Kind != Stock {
			got, found := next()
			ok = ok && found != nil && got.Resource == a.Resource && int64(got.Units) == units(a.Units)
		}
	}
	for _, n := range needs {
		for range n.heads() {
			got, r := next()
			ok = ok && r != nil && int64(got.Units) == units(n.Units) &&
				slices.ContainsFunc(r.Skills, func(s Skill) bool { return s.Key == n.Skill && s.Level >= n.Level })
		}
	}
	if !ok || len(who) > 0 {
		v.found.Errorf("planning.verify.people", taskPlace(t.Key, int(i)).String(), "", "%v are not those whom it books and needs", v.s.Who(t.Key))
	}
}

func (v *verifier) resource(key ResourceKey) *Resource {
	if r, ok := v.m.resourceOf(key); ok {
		return &v.m.plan.Resources[r]
	}
	return nil
}

// calendar returns the time at which a task and everyone who does it work.
func (v *verifier) calendar(i int32) *worktime.Calendar {
	cal := v.m.cal[i]
	id := fmt.Appendf(nil, "%p", cal)
	var others []*worktime.Calendar
	for _, a := range v.s.Who(v.m.key(i)) {
		id = append(append(id, 0), a.Resource...)
		if own := v.m.ResourceCalendar(a.Resource); own != cal && !slices.Contains(others, own) {
			others = append(others, own)
		}
	}
	if len(others) == 0 {
		return cal
	}
	if v.working[string(id)] == nil {
		v.working[string(id)], _ = worktime.Common(cal, others...) // nil: no common time, told as not working
	}
	return v.working[string(id)]
}

func (v *verifier) task(i int32) {
	m := v.m
	from, to := v.start[i], v.end[i]
	subject := taskPlace(m.key(i), int(i)).String()
	if t := &m.plan.Tasks[i]; !t.Started.IsZero() {
		if from != instant(t.Started) || !t.Finished.IsZero() && to != instant(t.Finished) {
			v.found.Errorf("planning.verify.actual", subject, "", "not at its actual dates")
		}
		return
	}
	cal := v.calendar(i)
	if cal == nil {
		v.found.Errorf("planning.verify.working", subject, "", "those who do it have no common working time")
		return
	}
	d, _, _ := v.mode(i)
	if !m.plan.Start.IsZero() && (cal.BetweenMinutes(m.start, from) < 0 || from < m.start && d.Kind() == worktime.KindElapsed) {
		v.found.Errorf("planning.verify.constraint", subject, "", "starts before the plan")
	}
	n := d.Amount()
	ok := true
	switch d.Kind() {
	case worktime.KindWork:
		ok = int64(cal.BetweenMinutes(from, to)) == n
	case worktime.KindElapsed:
		ok = to-from == n
	case worktime.KindDays:
		// The nth working day later, at the same time of day, is the same moment.
		ok = cal.BetweenMinutes(to, cal.AddLength(from, d)) == 0
	}
	if !ok {
		v.found.Errorf("planning.verify.duration", subject, "", "%s to %s is not %s", dateText(timeAt(from, cal)), dateText(timeAt(to, cal)), d)
	}
	if n > 0 && d.Kind() != worktime.KindElapsed && (cal.BetweenMinutes(from, from+1) != 1 || cal.BetweenMinutes(to-1, to) != 1) {
		v.found.Errorf("planning.verify.working", subject, "", "%s to %s does not begin and end in working time", dateText(timeAt(from, cal)), dateText(timeAt(to, cal)))
	}
	at, c := m.constraint[i].at, m.constraint[i].kind
	if (c == SNET || c == MSO) && from < at || (c == FNET || c == MFO) && cal.BetweenMinutes(at, to) < 0 {
		v.found.Errorf("planning.verify.constraint", subject, "", "%s %s is not kept", c, dateText(timeAt(at, cal)))
	}
}

func (v *verifier) link(k int) {
	l := v.m.link(k)
	for _, a := range v.meant(l.From) {
		for _, b := range v.meant(l.To) {
			v.pair(&l, a, b)
		}
	}
}

// meant returns the positions of the task or of the tasks in the phase that a link
// names.
func (v *verifier) meant(key TaskKey) []int {
	if v.positions == nil {
		v.positions, v.parents = map[TaskKey]int{}, map[string]string{}
		for i := range v.m.plan.Tasks {
			v.positions[v.m.plan.Tasks[i].Key] = i
		}
		for _, p := range v.m.plan.Phases {
			v.parents[p.Key] = p.Parent
		}
	}
	if i, ok := v.positions[key]; ok {
		return []int{i}
	}
	var out []int
	for i := range v.m.plan.Tasks {
		for up := v.m.plan.Tasks[i].Phase; up != ""; up = v.parents[up] {
			if up == string(key) {
				out = append(out, i)
			}
		}
	}
	return out
}

func (v *verifier) pair(l *Link, a, b int) {
	m := v.m
	if !m.plan.Tasks[b].Started.IsZero() {
		return
	}
	from, to := v.end[a], v.start[b]
	if l.Type == SS || l.Type == SF {
		from = v.start[a]
	}
	if l.Type == FF || l.Type == SF {
		to = v.end[b]
	}
	cal, ok, lag := m.own[b], false, l.Lag
	if l.Calendar != "" {
		cal = m.lagCal[slices.Index(m.lagName, l.Calendar)]
	}
	if l.Percent != 0 {
		lag = part(m.dur[a], l.Percent)
	}
	switch {
	case lag.IsZero():
		ok = to >= from
	case lag.Kind() == worktime.KindElapsed:
		from += lag.Amount()
		ok = to >= from
	case lag.Kind() == worktime.KindWork:
		ok = int64(cal.BetweenMinutes(from, to)) >= lag.Amount()
		if from = cal.AddLength(from, lag); lag.Amount() < 0 {
			from = cal.PrevMinute(from)
		}
	case lag.Amount() > 0:
		from = cal.PrevMinute(cal.AddLength(cal.NextMinute(from), lag))
		ok = cal.BetweenMinutes(from, to) >= 0
	default:
		from = cal.PrevMinute(cal.AddLength(cal.PrevMinute(from), lag))
		ok = cal.BetweenMinutes(from, to) >= 0
	}
	if l.Type == FF || l.Type == SF { // a finish is kept if no work of the task lies between
		ok = ok || v.calendar(int32(b)).BetweenMinutes(from, to) >= 0
	}
	if !ok {
		v.found.Errorf("planning.verify.link", fmt.Sprintf("link/%s->%s", clip(string(m.key(int32(a)))), clip(string(m.key(int32(b))))), "", "%s %s is not kept", l.Type, lag)
	}
}

// part returns so many percent of a length, rounded half away from zero.
func part(l worktime.Length, percent int) worktime.Length {
	n := new(big.Rat).SetFrac64(l.Amount()*int64(percent), 100)
	rounded, _ := new(big.Int).SetString(n.FloatString(0), 10)
	switch l.Kind() {
	case worktime.KindDays:
		return worktime.Days(rounded.Int64())
	case worktime.KindElapsed:
		return worktime.Elapsed(rounded.Int64())
	default:
		return worktime.Work(worktime.Minutes(rounded.Int64()))
	}
}

type event struct {
	at, units int64
	started   bool
	capacity  bool // units are those of the resource from here on
}

func (v *verifier) capacity() {
	m := v.m
	events := map[ResourceKey][]event{}
	for i := range m.plan.Tasks {
		t := &m.plan.Tasks[i]
		for _, a := range v.s.Who(t.Key) {
			if v.start[i] < v.end[i] {
				started := !t.Started.IsZero()
				events[a.Resource] = append(events[a.Resource], event{v.start[i], int64(a.Units), started, false}, event{v.end[i], -int64(a.Units), started, false})
			}
		}
	}
	for _, r := range m.plan.Resources {
		list := events[r.Key]
		for _, ch := range r.Changes {
			list = append(list, event{instant(ch.From.In(m.ResourceCalendar(r.Key).Location())), int64(ch.Units), false, true})
		}
		slices.SortFunc(list, func(x, y event) int {
			first := func(e event) int { // ends, then changes, then begins
				switch {
				case e.capacity:
					return 1
				case e.units < 0:
					return 0
				}
				return 2
			}
			return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(first(x), first(y)))
		})
		used, free, has := int64(0), int64(0), units(r.Units) // used by all, by those that have not started
		for _, e := range list {
			switch {
			case e.capacity:
				has = e.units
			case e.started:
				used += e.units
			default:
				used += e.units
				free += e.units
			}
			if used > has && free > 0 {
				v.found.Errorf("planning.verify.capacity", "resource/"+clip(string(r.Key)), "", "%d of %d thousandths booked at %s", used, has, dateText(timeAt(e.at, m.home)))
				break
			}
		}
	}
}

func (v *verifier) stocks() {
	drawn := map[ResourceKey]int64{}
	for i := range v.m.plan.Tasks {
		_, assigned, _ := v.mode(int32(i))
		for _, a := range assigned {
			drawn[a.Resource] += units(a.Units)
		}
	}
	for _, r := range v.m.plan.Resources {
		if r.Kind == Stock && drawn[r.Key] > units(r.Units) {
			v.found.Errorf("planning.verify.stock", "resource/"+clip(string(r.Key)), "", "%d of %d thousandths used up", drawn[r.Key], units(r.Units))
		}
	}
}

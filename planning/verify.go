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
// the scheduler: every link holds, every task takes its duration within the
// working time of all concerned, no resource is booked beyond its units (but by
// what has started), nothing starts before its date, and started tasks lie
// where they were. Latest dates and deadlines are targets: see Conflicts. The
// error is ErrForeign or a finding.List with these codes:
//
//	planning.verify.link        planning.verify.duration    planning.verify.working
//	planning.verify.capacity    planning.verify.constraint  planning.verify.actual
func (m *Model) Verify(s *Schedule) error {
	if s == nil || s.m != m {
		return fmt.Errorf("schedule: %w", ErrForeign)
	}
	v := verifier{m: m, start: s.t.es, end: s.t.ef}
	for i := range m.plan.Tasks {
		v.task(int32(i))
	}
	for k := range m.plan.Links {
		v.link(k)
	}
	v.capacity()
	return v.found.Err()
}

type verifier struct {
	m          *Model
	start, end []int64
	found      finding.List
	positions  map[TaskKey]int
	parents    map[string]string
}

func (v *verifier) task(i int32) {
	m, cal := v.m, v.m.eff[i]
	from, to := v.start[i], v.end[i]
	subject := taskPlace(m.key(i), int(i)).String()
	if t := &m.plan.Tasks[i]; !t.Started.IsZero() {
		if from != instant(t.Started) || !t.Finished.IsZero() && to != instant(t.Finished) {
			v.found.Errorf("planning.verify.actual", subject, "", "not at its actual dates")
		}
		return
	}
	if cal.BetweenMinutes(m.start, from) < 0 || from < m.start && m.dur[i].Kind() == worktime.KindElapsed {
		v.found.Errorf("planning.verify.constraint", subject, "", "starts before the plan")
	}
	n := m.dur[i].Amount()
	ok := true
	switch m.dur[i].Kind() {
	case worktime.KindWork:
		ok = int64(cal.BetweenMinutes(from, to)) == n
	case worktime.KindElapsed:
		ok = to-from == n
	case worktime.KindDays:
		// The nth working day later, at the same time of day, is the same moment.
		ok = cal.BetweenMinutes(to, cal.AddLength(from, m.dur[i])) == 0
	}
	if !ok {
		v.found.Errorf("planning.verify.duration", subject, "", "%s to %s is not %s", dateText(timeAt(from, cal)), dateText(timeAt(to, cal)), m.dur[i])
	}
	if n > 0 && m.dur[i].Kind() != worktime.KindElapsed && (cal.BetweenMinutes(from, from+1) != 1 || cal.BetweenMinutes(to-1, to) != 1) {
		v.found.Errorf("planning.verify.working", subject, "", "%s to %s does not begin and end in working time", dateText(timeAt(from, cal)), dateText(timeAt(to, cal)))
	}
	at, c := m.constraint[i].at, m.constraint[i].kind
	if (c == SNET || c == MSO) && from < at || (c == FNET || c == MFO) && cal.BetweenMinutes(at, to) < 0 {
		v.found.Errorf("planning.verify.constraint", subject, "", "%s %s is not kept", c, dateText(timeAt(at, cal)))
	}
}

func (v *verifier) link(k int) {
	l := &v.m.plan.Links[k]
	for _, a := range v.meant(l.From) {
		for _, b := range v.meant(l.To) {
			v.pair(k, a, b)
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

func (v *verifier) pair(k, a, b int) {
	m, l := v.m, &v.m.plan.Links[k]
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
	cal, ok, lag := m.cal[b], false, l.Lag
	if l.Calendar != "" {
		cal = m.lagCal[k]
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
		ok = ok || m.eff[b].BetweenMinutes(from, to) >= 0
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
}

func (v *verifier) capacity() {
	m := v.m
	events := map[ResourceKey][]event{}
	for i := range m.plan.Tasks {
		t := &m.plan.Tasks[i]
		for _, a := range t.Assignments {
			if v.start[i] < v.end[i] {
				started := !t.Started.IsZero()
				events[a.Resource] = append(events[a.Resource], event{v.start[i], units(a.Units), started}, event{v.end[i], -units(a.Units), started})
			}
		}
	}
	for _, r := range m.plan.Resources {
		list := events[r.Key]
		slices.SortFunc(list, func(x, y event) int { return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.units, y.units)) })
		used, free := int64(0), int64(0) // by all, by those that have not started
		for _, e := range list {
			used += e.units
			if !e.started {
				free += e.units
			}
			if used > units(r.Units) && free > 0 {
				v.found.Errorf("planning.verify.capacity", "resource/"+clip(string(r.Key)), "", "%d of %d thousandths booked at %s", used, units(r.Units), dateText(timeAt(e.at, m.home)))
				break
			}
		}
	}
}

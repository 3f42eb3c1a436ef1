package planning_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// naive computes early and late dates from the definition alone: it walks
// minute by minute and relaxes until nothing changes.
type naive struct {
	plan           planning.Plan
	zero           int64 // minute 0 of worked, in UTC minutes
	worked         map[string][]int64
	index          map[planning.TaskKey]int
	es, ef, ls, lf []int64
}

func newNaive(t *testing.T, p planning.Plan) *naive {
	t.Helper()
	first := civil.MustDate(2026, time.January, 15)
	o := &naive{plan: p, zero: first.In(time.UTC).Unix() / 60, worked: map[string][]int64{}, index: map[planning.TaskKey]int{}}
	const days = 200
	for name, spec := range p.Calendars {
		w := make([]int64, days*1440+1)
		open := make([]bool, days*1440)
		for d := range days {
			date := first.AddDays(d)
			shifts := spec.Week[date.Weekday()]
			for _, e := range spec.Exceptions {
				if e.Days.Contains(date) {
					shifts = e.Shifts
				}
			}
			for _, s := range shifts {
				for k := int(s.From); k < int(s.To); k++ {
					open[d*1440+k] = true
				}
			}
		}
		for k, on := range open {
			w[k+1] = w[k]
			if on {
				w[k+1]++
			}
		}
		o.worked[name] = w
	}
	n := len(p.Tasks)
	o.es, o.ef, o.ls, o.lf = make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for i, task := range p.Tasks {
		o.index[task.Key] = i
	}
	return o
}

func (o *naive) cal(i int) []int64 {
	if name := o.plan.Tasks[i].Calendar; name != "" {
		return o.worked[name]
	}
	return o.worked[o.plan.Calendar]
}

func (o *naive) minute(t time.Time) int64 { return t.Unix()/60 - o.zero }

// starts reports whether a task may start at a minute: when work goes on, a
// milestone also when it ends.
func (o *naive) starts(i int, at int64) bool {
	w, d := o.cal(i), o.plan.Tasks[i].Duration
	on := w[at+1] > w[at]
	switch {
	case d.IsZero():
		return on || w[at] > w[at-1]
	case d.Kind() == worktime.KindElapsed:
		return true
	}
	return on
}

func (o *naive) finish(i int, start int64) int64 {
	w, d := o.cal(i), o.plan.Tasks[i].Duration
	if d.IsZero() || d.Kind() == worktime.KindElapsed {
		return start + d.Amount()
	}
	at := start
	for w[at]-w[start] < d.Amount() {
		at++
	}
	return at
}

// keeps reports whether a link holds between an end of the predecessor and an
// end of the successor.
func (o *naive) keeps(l planning.Link, from, to int64) bool {
	i := o.index[l.To]
	w, d := o.cal(i), o.plan.Tasks[i].Duration
	working := !d.IsZero() && d.Kind() == worktime.KindWork
	toFinish := l.Type == planning.FF || l.Type == planning.SF
	if l.Lag.Kind() == worktime.KindWork && !l.Lag.IsZero() {
		return w[to]-w[from] >= l.Lag.Amount()
	}
	from += l.Lag.Amount()
	return to >= from || toFinish && working && w[to] >= w[from]
}

func ends(l planning.Link) (fromStart, toFinish bool) {
	return l.Type == planning.SS || l.Type == planning.SF, l.Type == planning.FF || l.Type == planning.SF
}

func (o *naive) early() int64 {
	begin := o.minute(o.plan.Start.In(time.UTC))
	for i := range o.es {
		o.es[i] = begin
	}
	fits := func(i int, s int64) bool {
		if !o.starts(i, s) {
			return false
		}
		t, f := o.plan.Tasks[i], o.finish(i, s)
		at := o.minute(t.Constraint.At)
		switch t.Constraint.Kind {
		case planning.SNET, planning.MSO:
			if s < at {
				return false
			}
		case planning.FNET, planning.MFO:
			working := !t.Duration.IsZero() && t.Duration.Kind() == worktime.KindWork
			if w := o.cal(i); f < at && (!working || w[f] < w[at]) {
				return false
			}
		default:
		}
		for _, l := range o.plan.Links {
			if o.index[l.To] != i {
				continue
			}
			fromStart, toFinish := ends(l)
			from, to := o.ef[o.index[l.From]], s
			if fromStart {
				from = o.es[o.index[l.From]]
			}
			if toFinish {
				to = f
			}
			if !o.keeps(l, from, to) {
				return false
			}
		}
		return true
	}
	for changed := true; changed; {
		changed = false
		for i := range o.es {
			s := o.es[i]
			for !fits(i, s) {
				s++
			}
			if f := o.finish(i, s); s != o.es[i] || f != o.ef[i] {
				o.es[i], o.ef[i], changed = s, f, true
			}
		}
	}
	last := begin
	for _, f := range o.ef {
		last = max(last, f)
	}
	return last
}

func (o *naive) late(last int64) {
	for i := range o.ls {
		o.ls[i], o.lf[i] = last, last
	}
	fits := func(i int, s int64) bool {
		if !o.starts(i, s) {
			return false
		}
		t, f, w := o.plan.Tasks[i], o.finish(i, s), o.cal(i)
		working := !t.Duration.IsZero() && t.Duration.Kind() == worktime.KindWork
		by := func(at int64) bool { return s <= at || working && w[s] <= w[at] }
		at := o.minute(t.Constraint.At)
		switch t.Constraint.Kind {
		case planning.SNLT, planning.MSO:
			if !by(at) {
				return false
			}
		case planning.FNLT, planning.MFO:
			if f > at {
				return false
			}
		default:
		}
		if f > last || !t.Deadline.IsZero() && f > o.minute(t.Deadline) {
			return false
		}
		for _, l := range o.plan.Links {
			if o.index[l.From] != i {
				continue
			}
			fromStart, toFinish := ends(l)
			to := o.ls[o.index[l.To]]
			if toFinish {
				to = o.lf[o.index[l.To]]
			}
			if fromStart && (o.plan.LateDates == planning.Project2016 && l.Lag.Amount() > 0) {
				continue
			}
			if !fromStart {
				if !o.keepsLate(l, f, to) {
					return false
				}
				continue
			}
			bound := to
			for o.keepsLate(l, bound+1, to) && bound < last {
				bound++
			}
			for !o.keepsLate(l, bound, to) {
				bound--
			}
			if !by(bound) {
				return false
			}
		}
		return true
	}
	for changed := true; changed; {
		changed = false
		for i := range o.ls {
			s := o.ls[i]
			for !fits(i, s) {
				s--
			}
			if f := o.finish(i, s); s != o.ls[i] || f != o.lf[i] {
				o.ls[i], o.lf[i], changed = s, f, true
			}
		}
	}
}

// keepsLate is keeps without the leniency for finishes: the late finish of a
// successor is told as the moment its work ends.
func (o *naive) keepsLate(l planning.Link, from, to int64) bool {
	w := o.cal(o.index[l.To])
	if l.Lag.Kind() == worktime.KindWork && !l.Lag.IsZero() {
		return w[to]-w[from] >= l.Lag.Amount()
	}
	return to >= from+l.Lag.Amount()
}

func TestCriticalPathAgainstDefinition(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	for round := range 150 {
		p := random(r, 3+r.IntN(8), false)
		m, err := planning.Compile(p)
		if err != nil { // a constraint and a deadline that contradict each other
			require.ErrorContains(t, err, "planning.task.window")
			continue
		}
		o := newNaive(t, p)
		last := o.early()
		o.late(last)
		cp := m.CriticalPath()
		require.Equal(t, last, o.minute(cp.Finish()), "round %d", round)
		for i, task := range p.Tasks {
			f, ok := cp.Of(task.Key)
			require.True(t, ok)
			require.Equal(t, [2]int64{o.es[i], o.ef[i]}, [2]int64{o.minute(f.EarlyStart), o.minute(f.EarlyFinish)}, "round %d early %s %s", round, task.Key, task.Duration)
			w := o.cal(i)
			ls, lf := o.minute(f.LateStart), o.minute(f.LateFinish)
			if task.Duration.Kind() == worktime.KindElapsed {
				assert.Equal(t, [2]int64{o.ls[i], o.lf[i]}, [2]int64{ls, lf}, "round %d late %s %s", round, task.Key, task.Duration)
			} else {
				assert.Equal(t, [2]int64{w[o.ls[i]], w[o.lf[i]]}, [2]int64{w[ls], w[lf]}, "round %d late %s %s", round, task.Key, task.Duration)
				assert.Equal(t, min(w[o.ls[i]]-w[o.es[i]], w[o.lf[i]]-w[o.ef[i]]), int64(f.Total), "round %d float %s", round, task.Key)
			}
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

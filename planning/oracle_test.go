package planning_test

import (
	"math"
	"math/rand/v2"
	"slices"
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
	begin          int64
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
	o.expand()
	o.begin = o.minute(p.Start.In(time.UTC))
	n := len(p.Tasks)
	o.es, o.ef, o.ls, o.lf = make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for i, task := range p.Tasks {
		o.index[task.Key] = i
	}
	return o
}

// expand writes links of phases out, and percentages as lags.
func (o *naive) expand() {
	within := func(task planning.Task, key planning.TaskKey) bool {
		for name := task.Phase; name != ""; {
			if name == string(key) {
				return true
			}
			up := ""
			for _, p := range o.plan.Phases {
				if p.Key == name {
					up = p.Parent
				}
			}
			name = up
		}
		return task.Key == key
	}
	var links []planning.Link
	for _, l := range o.plan.Links {
		for _, a := range o.plan.Tasks {
			for _, b := range o.plan.Tasks {
				if within(a, l.From) && within(b, l.To) {
					one := l
					one.From, one.To = a.Key, b.Key
					if l.Percent != 0 {
						n := int64(math.Round(float64(a.Duration.Amount()) * float64(l.Percent) / 100))
						if one.Lag = worktime.Work(worktime.Minutes(n)); a.Duration.Kind() == worktime.KindElapsed {
							one.Lag = worktime.Elapsed(n)
						}
					}
					links = append(links, one)
				}
			}
		}
	}
	o.plan.Links = links
}

// lag returns the working minutes in which the lag of a link runs.
func (o *naive) lag(l planning.Link) []int64 {
	if l.Calendar != "" {
		return o.worked[l.Calendar]
	}
	return o.cal(o.index[l.To])
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
	if v := o.lag(l); l.Lag.Kind() == worktime.KindWork && !l.Lag.IsZero() {
		at := from // the first minute that keeps the lag
		for at > 0 && v[at-1] >= v[from]+l.Lag.Amount() {
			at--
		}
		for v[at] < v[from]+l.Lag.Amount() {
			at++
		}
		return to >= at || toFinish && working && w[to] >= w[at]
	}
	from += l.Lag.Amount()
	return to >= from || toFinish && working && w[to] >= w[from]
}

func ends(l planning.Link) (fromStart, toFinish bool) {
	return l.Type == planning.SS || l.Type == planning.SF, l.Type == planning.FF || l.Type == planning.SF
}

func (o *naive) early() int64 {
	begin := o.begin
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
	for changed := true; changed; {
		changed = false
		for i := range o.ls {
			s := o.ls[i]
			for !o.fitsLate(i, s, last, o.ls, o.lf, o.plan.LateDates == planning.Classic, false) {
				s--
			}
			if f := o.finish(i, s); s != o.ls[i] || f != o.lf[i] {
				o.ls[i], o.lf[i], changed = s, f, true
			}
		}
	}
}

// settle pushes every task that is done as late as possible to the last minute that
// its successors allow, until nothing moves.
func (o *naive) settle(last int64, all bool) (start, end []int64) {
	start, end = slices.Clone(o.es), slices.Clone(o.ef)
	for changed := true; changed; {
		changed = false
		for i := range start {
			if !all && o.plan.Tasks[i].Constraint.Kind != planning.ALAP {
				continue
			}
			s := last
			for s > start[i] && !o.fitsLate(i, s, last, start, end, true, true) {
				s--
			}
			if s > start[i] {
				start[i], end[i], changed = s, o.finish(i, s), true
			}
		}
	}
	return start, end
}

func (o *naive) fitsLate(i int, s, last int64, starts, finishes []int64, all, strict bool) bool {
	if !o.starts(i, s) {
		return false
	}
	t, f, w := o.plan.Tasks[i], o.finish(i, s), o.cal(i)
	working := !t.Duration.IsZero() && t.Duration.Kind() == worktime.KindWork
	by := func(at int64) bool { return s <= at || !strict && working && w[s] <= w[at] }
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
		to := starts[o.index[l.To]]
		if toFinish {
			to = finishes[o.index[l.To]]
		}
		if fromStart && !all && l.Lag.Amount() > 0 {
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

// keepsLate is keeps without the leniency for finishes: the late finish of a
// successor is told as the moment its work ends.
func (o *naive) keepsLate(l planning.Link, from, to int64) bool {
	if v := o.lag(l); l.Lag.Kind() == worktime.KindWork && !l.Lag.IsZero() {
		return v[to]-v[from] >= l.Lag.Amount()
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
		start, end := o.settle(last, false)
		cp := m.CriticalPath()
		require.Equal(t, last, o.minute(cp.Finish()), "round %d", round)
		for i, task := range p.Tasks {
			f, ok := cp.Of(task.Key)
			require.True(t, ok)
			require.Equal(t, [2]int64{o.es[i], o.ef[i]}, [2]int64{o.minute(f.EarlyStart), o.minute(f.EarlyFinish)}, "round %d early %s %s", round, task.Key, task.Duration)
			w := o.cal(i)
			if task.Constraint.Kind != planning.ALAP {
				require.Equal(t, [2]time.Time{f.EarlyStart, f.EarlyFinish}, [2]time.Time{f.Start, f.Finish})
			} else if task.Duration.Kind() == worktime.KindElapsed {
				require.Equal(t, [2]int64{start[i], end[i]}, [2]int64{o.minute(f.Start), o.minute(f.Finish)}, "round %d as late as possible %s %s", round, task.Key, task.Duration)
			} else {
				require.Equal(t, [2]int64{w[start[i]], w[end[i]]}, [2]int64{w[o.minute(f.Start)], w[o.minute(f.Finish)]}, "round %d as late as possible %s %s", round, task.Key, task.Duration)
			}
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

func TestPlanScheduledFromItsFinish(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	for round := range 25 {
		p := random(r, 3+r.IntN(6), false)
		p.Start, p.Finish = civil.Date{}, civil.MustDate(2026, time.March, 27)
		m, err := planning.Compile(p)
		if err != nil {
			require.ErrorContains(t, err, "planning.task.window")
			continue
		}
		p.Start = civil.MustDate(2026, time.March, 2) // no matter, it is laid anew
		o := newNaive(t, p)
		until := o.minute(civil.MustDate(2026, time.March, 28).In(time.UTC))
		o.late(until)
		o.begin = slices.Min(o.ls)
		o.early()
		start, end := o.settle(until, true)
		path := m.CriticalPath()
		require.Equal(t, o.minute(path.Start()), o.begin)
		for i, task := range p.Tasks {
			f, _ := path.Of(task.Key)
			w := o.cal(i)
			if task.Duration.Kind() == worktime.KindElapsed {
				require.Equal(t, [2]int64{start[i], end[i]}, [2]int64{o.minute(f.Start), o.minute(f.Finish)}, "round %d %s %s", round, task.Key, task.Duration)
			} else {
				require.Equal(t, [2]int64{w[start[i]], w[end[i]]}, [2]int64{w[o.minute(f.Start)], w[o.minute(f.Finish)]}, "round %d %s %s", round, task.Key, task.Duration)
			}
		}
	}
}

// TestPhases links whole phases and rolls them up.
func TestLinksOfPhases(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 9))
	for round := range 100 {
		p := random(r, 8, false)
		p.Phases = []planning.Phase{{Key: "all"}, {Key: "first", Parent: "all"}, {Key: "second", Parent: "all"}, {Key: "deep", Parent: "second"}}
		p.Links = nil
		for i := range p.Tasks {
			p.Tasks[i].Phase = []string{"first", "second", "deep", ""}[i%4]
		}
		p.Links = append(p.Links, planning.Link{From: "first", To: "second", Lag: worktime.Work(7)}, planning.Link{From: "second", To: "t3", Type: planning.FF},
			planning.Link{From: "t7", To: "all", Type: planning.SS, Percent: 50})
		m, err := planning.Compile(p)
		if err != nil {
			require.ErrorContains(t, err, "planning.task.window")
			continue
		}
		o := newNaive(t, p)
		o.early()
		path := m.CriticalPath()
		span := map[string][2]int64{}
		for i, task := range p.Tasks {
			f, _ := path.Of(task.Key)
			require.Equal(t, [2]int64{o.es[i], o.ef[i]}, [2]int64{o.minute(f.EarlyStart), o.minute(f.EarlyFinish)}, "round %d %s", round, task.Key)
			for name := task.Phase; name != ""; name = map[string]string{"first": "all", "second": "all", "deep": "second"}[name] {
				s, ok := span[name]
				if !ok {
					s = [2]int64{o.minute(f.Start), o.minute(f.Finish)}
				}
				span[name] = [2]int64{min(s[0], o.minute(f.Start)), max(s[1], o.minute(f.Finish))}
			}
		}
		for _, roll := range path.Dates().Phases() {
			want := span[roll.Key]
			require.Equal(t, want, [2]int64{o.minute(roll.Start), o.minute(roll.Finish)}, roll.Key)
			delete(span, roll.Key)
		}
		require.Empty(t, span)
		s, err := m.Schedule(t.Context(), planning.Search{})
		require.NoError(t, err)
		require.NoError(t, m.Verify(s))
	}
}

package mspdi

import (
	"time"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

var constraintTypes = [8]int{
	planning.ASAP: 0, planning.ALAP: 1, planning.MSO: 2, planning.MFO: 3, planning.SNET: 4, planning.SNLT: 5, planning.FNET: 6, planning.FNLT: 7,
}

var linkNumbers = [4]int{planning.FF: 0, planning.FS: 1, planning.SF: 2, planning.SS: 3}

func (w *writer) tasks() {
	keys := make([]planning.TaskKey, len(w.plan.Tasks))
	for i, t := range w.plan.Tasks {
		keys[i] = t.Key
	}
	w.uid = uids(keys)
	phases := w.phases()
	number(phases, w.uid)
	links := w.links(phases)
	for row, e := range w.outline(phases) {
		var out xmlTask
		if e.phase >= 0 {
			out = w.summary(&phases[e.phase])
		} else {
			out = w.task(e.task)
		}
		out.ID, out.OutlineLevel, out.Links = row+1, e.level, links[out.UID]
		w.out.Tasks = append(w.out.Tasks, out)
	}
}

// links returns the links by the UID of the successor.
func (w *writer) links(phases []summary) map[int][]xmlLink {
	uid := make(map[planning.TaskKey]int, len(w.uid)+len(phases))
	for _, p := range phases {
		uid[planning.TaskKey(p.Key)] = p.uid
	}
	for i, t := range w.plan.Tasks { // a task goes before a phase that is not listed
		uid[t.Key] = w.uid[i]
	}
	in := map[int][]xmlLink{}
	for _, l := range w.plan.Links {
		out := xmlLink{PredecessorUID: uid[l.From], Type: new(linkNumbers[l.Type]), LinkLag: l.Lag.Amount() * 10, LagFormat: 5}
		i, task := w.index[l.From]
		switch {
		case l.Percent != 0 && task:
			out.LinkLag, out.LagFormat = int64(l.Percent), 19
			if w.plan.Tasks[i].Duration.Kind() == worktime.KindElapsed {
				out.LagFormat = 20
			}
		case l.Lag.Kind() == worktime.KindElapsed:
			out.LagFormat = 6
		}
		in[uid[l.To]] = append(in[uid[l.To]], out)
	}
	return in
}

// summary writes a phase. Its duration is the plan's working time from its start to
// its finish.
func (w *writer) summary(p *summary) xmlTask {
	f := &p.rollup
	out := xmlTask{
		UID: p.uid, Name: p.Name, Summary: true, DurationFormat: 5,
		Start: w.stamp(f.Start), Finish: w.stamp(f.Finish), Critical: boolean(f.Critical),
		EarlyStart: w.stamp(f.EarlyStart), EarlyFinish: w.stamp(f.EarlyFinish),
		LateStart: w.stamp(f.LateStart), LateFinish: w.stamp(f.LateFinish),
	}
	minutes := int64(0)
	if p.total > 0 {
		out.TotalSlack = new(int64(f.Total) * 10)
		if w.home != nil {
			minutes = int64(w.home.Between(f.Start, f.Finish))
		}
	}
	out.Duration = writeDuration(max(minutes, 0))
	if p.Name == "" && p.Key != phaseKey(p.uid) {
		out.Name = p.Key
	}
	return out
}

func (w *writer) task(i int) xmlTask {
	t, f := &w.plan.Tasks[i], &w.floats[i]
	format := 5
	if t.Duration.Kind() == worktime.KindElapsed {
		format = 6
	}
	from := f.EarlyStart
	if !t.Started.IsZero() {
		from = t.Started
	}
	out := xmlTask{
		UID: w.uid[i], Name: named(t.Name, string(t.Key), w.uid[i]), Priority: new(t.Priority),
		Start: w.stamp(f.Start), Finish: w.stamp(f.Finish),
		Duration: writeDuration(w.minutes(t.Key, t.Duration, from)), DurationFormat: format,
		Milestone: boolean(t.IsMilestone()), Critical: boolean(f.Critical),
		EarlyStart: w.stamp(f.EarlyStart), EarlyFinish: w.stamp(f.EarlyFinish),
		LateStart: w.stamp(f.LateStart), LateFinish: w.stamp(f.LateFinish),
		FreeSlack: new(int64(f.Free) * 10), TotalSlack: new(int64(f.Total) * 10),
		ActualStart: w.stamp(t.Started), ActualFinish: w.stamp(t.Finished),
		ConstraintType: constraintTypes[t.Constraint.Kind], ConstraintDate: w.stamp(t.Constraint.At),
		Deadline: w.stamp(t.Deadline),
	}
	if t.Constraint.Kind == planning.ASAP && !w.plan.Finish.IsZero() {
		out.ConstraintType = constraintTypes[planning.ALAP]
	}
	if t.Calendar != "" {
		out.CalendarUID = new(w.calendar[t.Calendar])
	}
	w.progress(&out, t)
	return out
}

// minutes returns the minutes of a length: of working days those that they have from
// a time on.
func (w *writer) minutes(key planning.TaskKey, l worktime.Length, from time.Time) int64 {
	if l.Kind() != worktime.KindDays {
		return l.Amount()
	}
	cal := w.m.Calendar(key)
	start := cal.Next(from)
	return int64(cal.Between(start, cal.Prev(cal.Add(start, l))))
}

// progress writes what is done of a started task and what remains. The remainder is
// done from the status date on, as Resume says; a task of which no remainder is known
// goes on where it stopped, which is at its start.
func (w *writer) progress(out *xmlTask, t *planning.Task) {
	if t.Started.IsZero() {
		return
	}
	all := w.minutes(t.Key, t.Duration, t.Started)
	done, left := int64(0), all
	switch {
	case !t.Finished.IsZero():
		done, left = all, 0
	case !t.Remaining.IsZero():
		cal, resume := w.m.Calendar(t.Key), w.resume(t)
		left = w.minutes(t.Key, t.Remaining, resume)
		since := int64(cal.Between(t.Started, resume))
		if t.Duration.Kind() == worktime.KindElapsed {
			since = int64(resume.Sub(t.Started) / time.Minute)
		}
		done = max(min(all-left, since), 0)
		out.Stop, out.Resume = w.stamp(cal.Add(t.Started, length(done, t.Duration.Kind() == worktime.KindElapsed))), w.stamp(resume)
	}
	out.ActualDuration, out.RemainingDuration = writeDuration(done), writeDuration(left)
	if done+left > 0 {
		out.PercentComplete = int(done * 100 / (done + left))
	} else if !t.Finished.IsZero() {
		out.PercentComplete = 100
	}
}

// resume returns when the remainder of a started task is taken up.
func (w *writer) resume(t *planning.Task) time.Time {
	from := t.Started
	if w.plan.Status.After(from) {
		from = w.plan.Status
	}
	if t.Duration.Kind() == worktime.KindElapsed {
		return from
	}
	return w.m.Calendar(t.Key).Next(from)
}

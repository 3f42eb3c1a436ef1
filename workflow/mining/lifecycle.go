package mining

import (
	"cmp"
	"slices"
	"strings"
)

// Work is how long an activity waited to be begun and how long it was worked on.
type Work struct {
	Activity   string
	Instances  int // completed
	Waiting    Durations
	Working    Durations
	Unfinished int // begun, scheduled or assigned, and neither completed nor given up in the log
	Aborted    int
}

// phase is what a lifecycle transition does to an instance of an activity.
type phase uint8

const (
	completes phase = iota // also an event without a transition, or with one that is not known
	schedules
	begins
	suspends
	resumes
	aborts
	passes // changes nothing
)

// phases returns what the transitions of the XES standard model do, by code.
func (l *Log) phases() []phase {
	out := make([]phase, len(l.transitions))
	for i, t := range l.transitions {
		switch strings.ToLower(t) {
		case "schedule", "assign":
			out[i] = schedules
		case "start":
			out[i] = begins
		case "suspend":
			out[i] = suspends
		case "resume":
			out[i] = resumes
		case "ate_abort", "pi_abort", "withdraw", "autoskip", "manualskip":
			out[i] = aborts
		case "reassign":
			out[i] = passes
		}
	}
	return out
}

// instance is one doing of an activity within a case.
type instance struct {
	activity, resource int32 // the resource of its last event, else of the one before; -1 = none
	waiting, working   int64
	completed, aborted bool // neither: unfinished

	next      int32 // of its activity's queue, from 1
	since     int64 // scheduled, or worked on from here
	suspended bool
	begun     bool
}

// queue is the instances of one activity that are open, the oldest first.
type queue struct{ head, tail int32 }

// instances pairs the lifecycle events of each case to instances, the oldest
// open one of an activity first, and yields each once. An instance that was
// neither scheduled nor assigned waits from the completion before it in the case,
// or from the case's beginning. A suspended one waits. One that is only completed
// took no working time.
func (l *Log) instances(yield func(*instance)) {
	of := l.phases()
	waiting, running := make([]queue, len(l.activities)), make([]queue, len(l.activities))
	var pool []instance
	push := func(q []queue, k int32) {
		a := pool[k].activity
		pool[k].next = 0
		if q[a].head == 0 {
			q[a].head = k + 1
		} else {
			pool[q[a].tail-1].next = k + 1
		}
		q[a].tail = k + 1
	}
	pop := func(q []queue, a int32) int32 {
		k := q[a].head - 1
		if k >= 0 {
			q[a].head = pool[k].next
		}
		return k
	}
	for c := range l.ids {
		from, to := l.starts[c], l.starts[c+1]
		ready := l.clock[from]
		pool = pool[:0]
		for i := from; i < to; i++ {
			a, now := l.activity[i], l.clock[i]
			p := completes
			if t := l.lifecycle[i]; t >= 0 {
				p = of[t]
			}
			var k int32
			switch p {
			case schedules:
				if waiting[a].head > 0 { // assigned after it was scheduled: the wait goes on
					pool[waiting[a].head-1].resource = cmp.Or(l.resource[i]+1, pool[waiting[a].head-1].resource+1) - 1
					continue
				}
				pool = append(pool, instance{activity: a, resource: l.resource[i], since: now})
				push(waiting, int32(len(pool))-1) //nolint:gosec // bounded by the number of events
				continue
			case begins:
				if k = pop(waiting, a); k < 0 {
					pool = append(pool, instance{activity: a, resource: -1, since: ready})
					k = int32(len(pool)) - 1 //nolint:gosec // as above
				}
				pool[k].waiting, pool[k].since, pool[k].begun = now-pool[k].since, now, true
				push(running, k)
			case suspends, resumes:
				if k = running[a].head - 1; k < 0 || pool[k].suspended == (p == suspends) {
					continue
				}
				in := &pool[k]
				if in.suspended = p == suspends; in.suspended {
					in.working += now - in.since
				} else {
					in.waiting += now - in.since
				}
				in.since = now
			case passes:
				continue
			default:
				if k = pop(running, a); k < 0 {
					k = pop(waiting, a)
				}
				if k < 0 && p == aborts {
					continue // of nothing that was open
				}
				if k < 0 {
					pool = append(pool, instance{activity: a, resource: -1, since: ready})
					k = int32(len(pool)) - 1 //nolint:gosec // as above
				}
				in := &pool[k]
				if in.begun && !in.suspended {
					in.working += now - in.since
				} else {
					in.waiting += now - in.since
				}
				in.completed, in.aborted = p == completes, p == aborts
				ready = now
			}
			if l.resource[i] >= 0 {
				pool[k].resource = l.resource[i]
			}
		}
		for k := range pool {
			yield(&pool[k])
			waiting[pool[k].activity], running[pool[k].activity] = queue{}, queue{}
		}
	}
}

// Work returns for each activity how long it waited and was worked on, most
// waiting in total first. It tells the two apart by the transitions of the
// standard lifecycle (IEEE 1849, lifecycle extension): schedule or assign to start
// is waiting, start to complete is working, less what lies between suspend and
// resume. Where there is no start, all is waiting.
func (l *Log) Work() []Work {
	n := len(l.activities)
	keys, waited, worked := make([]int32, 0, len(l.at)), make([]int64, 0, len(l.at)), make([]int64, 0, len(l.at))
	out := make([]Work, n)
	l.instances(func(in *instance) {
		switch o := &out[in.activity]; {
		case in.completed:
			keys, waited, worked = append(keys, in.activity), append(waited, in.waiting), append(worked, in.working)
		case in.aborted:
			o.Aborted++
		default:
			o.Unfinished++
		}
	})
	starts, waited := spread(keys, waited, n)
	_, worked = spread(keys, worked, n)
	for a := range out {
		out[a].Activity = l.activities[a]
		out[a].Instances = int(starts[a+1] - starts[a])
		out[a].Waiting, out[a].Working = durations(waited[starts[a]:starts[a+1]]), durations(worked[starts[a]:starts[a+1]])
	}
	out = slices.DeleteFunc(out, func(w Work) bool { return w.Instances+w.Aborted+w.Unfinished == 0 })
	slices.SortStableFunc(out, func(a, b Work) int { return cmp.Compare(b.Waiting.Sum, a.Waiting.Sum) })
	return out
}

// Flow is how much of the time of all cases somebody worked on them.
type Flow struct {
	Total   int64 // milliseconds from first to last event, over all cases
	Working int64 // of them, at least one activity was begun, and not suspended
	Waiting int64 // the rest
}

// Flow returns the flow of all cases. What several do at once counts once.
func (l *Log) Flow() Flow {
	var f Flow
	of := l.phases()
	open, held := make([]int32, len(l.activities)), make([]int32, len(l.activities))
	for c := range l.ids {
		from, to := l.starts[c], l.starts[c+1]
		f.Total = plus(f.Total, l.clock[to-1]-l.clock[from])
		running := int32(0)
		for i := from; i < to; i++ {
			if i > from && running > 0 {
				f.Working = plus(f.Working, l.clock[i]-l.clock[i-1])
			}
			a, p := l.activity[i], completes
			if t := l.lifecycle[i]; t >= 0 {
				p = of[t]
			}
			switch {
			case p == begins:
				open[a]++
				running++
			case p == suspends && open[a] > held[a]:
				held[a]++
				running--
			case p == resumes && held[a] > 0:
				held[a]--
				running++
			case (p == completes || p == aborts) && open[a] > 0:
				if open[a]--; held[a] > open[a] {
					held[a]--
				} else {
					running--
				}
			}
		}
		for i := from; i < to; i++ {
			open[l.activity[i]], held[l.activity[i]] = 0, 0
		}
	}
	f.Waiting = f.Total - f.Working
	return f
}

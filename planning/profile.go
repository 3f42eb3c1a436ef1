package planning

import (
	"slices"

	"github.com/go-marops/marops/civil/worktime"
)

// profile is what is booked of one resource over time: a step function. Step k
// reaches from at[k] to at[k+1]; before the first and after the last step
// nothing is booked.
type profile struct {
	at    []int64
	used  []int64
	ends  []int32 // the task that ends at at[k], -1 if none
	begin []int32 // the task that begins there
	full  int64   // until then, from the plan's start on, nothing is left in working time
}

func (p *profile) reset(start int64) {
	p.at, p.used, p.ends, p.begin, p.full = p.at[:0], p.used[:0], p.ends[:0], p.begin[:0], start
}

// fill moves full on, as far as all units are booked or nobody works. A resource
// that is always busy would else be searched from its beginning for every task.
func (p *profile) fill(cal *worktime.Calendar, capacity int64) {
	for p.full < lastDay {
		k, exact := slices.BinarySearch(p.at, cal.NextMinute(p.full))
		if !exact {
			k--
		}
		if k < 0 || k >= len(p.at)-1 || p.used[k] < capacity {
			return
		}
		p.full = p.at[k+1]
	}
}

// last returns the task that ends where the full stretch does, -1 if none.
func (p *profile) last() int32 {
	if k, exact := slices.BinarySearch(p.at, p.full); exact {
		return p.ends[k]
	}
	return -1
}

// conflict returns the end of the last step within [from, to) that has less
// than need units left, and the task that ends there.
func (p *profile) conflict(from, to, need, capacity int64) (until int64, holder int32, found bool) {
	if from >= to {
		return 0, 0, false
	}
	k, _ := slices.BinarySearch(p.at, to)
	for k = min(k-1, len(p.at)-2); k >= 0 && p.at[k+1] > from; k-- {
		if p.used[k]+need > capacity {
			return p.at[k+1], p.ends[k+1], true
		}
	}
	return 0, 0, false
}

// conflictBack is conflict seen from the end: the begin of the first such step.
func (p *profile) conflictBack(from, to, need, capacity int64) (until int64, holder int32, found bool) {
	if from >= to {
		return 0, 0, false
	}
	k, exact := slices.BinarySearch(p.at, from)
	if !exact {
		k--
	}
	for k = max(k, 0); k < len(p.at)-1 && p.at[k] < to; k++ {
		if p.used[k]+need > capacity {
			return p.at[k], p.begin[k], true
		}
	}
	return 0, 0, false
}

// book adds units over [from, to), a task's.
func (p *profile) book(from, to, n int64, task int32) {
	if from >= to {
		return
	}
	i := p.cut(from)
	j := p.cut(to)
	for k := i; k < j; k++ {
		p.used[k] += n
	}
	p.begin[i], p.ends[j] = task, task
}

// free takes units away over [from, to), as book added them.
func (p *profile) free(from, to, n int64) {
	if from >= to {
		return
	}
	i, _ := slices.BinarySearch(p.at, from)
	j, _ := slices.BinarySearch(p.at, to)
	for k := i; k < j; k++ {
		p.used[k] -= n
	}
}

// cut makes a step begin at an instant and returns its index.
func (p *profile) cut(at int64) int {
	k, exact := slices.BinarySearch(p.at, at)
	if exact {
		return k
	}
	used := int64(0)
	if k > 0 {
		used = p.used[k-1]
	}
	p.at = slices.Insert(p.at, k, at)
	p.used = slices.Insert(p.used, k, used)
	p.ends = slices.Insert(p.ends, k, -1)
	p.begin = slices.Insert(p.begin, k, -1)
	return k
}

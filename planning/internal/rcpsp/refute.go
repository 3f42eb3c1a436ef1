package rcpsp

// refuter narrows the windows in which activities may start if the project is to
// end in time, until nothing changes or a window is empty. Its arguments are
// longest paths, pairs that cannot run together, and the energy that intervals
// must hold (P. Baptiste, C. Le Pape and W. Nuijten, Satisfiability tests and
// time-bound adjustments for cumulative scheduling problems, 1999).
type refuter struct {
	*relaxed
	early, late []int32    // windows of starts
	pairs       [][2]int32 // that cannot run together and have no order yet
	users       [][]int32  // by resource
	slope       []int64
	rounds      int // left to spend
	saved       []int32
}

// maxRefuted bounds the makespan for which intervals are looked at.
const maxRefuted = 1 << 11

func newRefuter(r *relaxed) *refuter {
	f := &refuter{relaxed: r, early: make([]int32, r.n), late: make([]int32, r.n), saved: make([]int32, 2*r.n), slope: make([]int64, maxRefuted+2)}
	if r.n <= maxPairs {
		for i := range r.n {
			for j := i + 1; j < r.n; j++ {
				if r.exclusive(i, j) {
					f.pairs = append(f.pairs, [2]int32{int32(i), int32(j)})
				}
			}
		}
	}
	for k := range r.capacity {
		var users []int32
		for i, w := range r.work[k] {
			if w > 0 {
				users = append(users, int32(i))
			}
		}
		f.users = append(f.users, users)
	}
	return f
}

// improve raises a bound until it cannot refute one more makespan, it reaches
// enough, or the rounds are spent.
func (f *refuter) improve(b Bound, enough int32) Bound {
	for b.Value < enough && b.Value <= maxRefuted && f.rounds > 0 {
		if f.possible(b.Value) {
			return b
		}
		b = Bound{b.Value + 1, ByRefutation, -1}
	}
	return b
}

// possible reports whether the makespan is not refuted.
func (f *refuter) possible(end int32) bool {
	for i := range f.n {
		f.early[i], f.late[i] = f.head[i], end-f.tail[i]
		if f.early[i] > f.late[i] {
			return false
		}
	}
	if !f.narrow(end) {
		return false
	}
	for changed := true; changed && f.rounds > 0; {
		var ok bool
		if changed, ok = f.shave(end); !ok {
			return false
		}
	}
	return true
}

// shave tries each end of each window: a part in which the start leads to a
// contradiction is cut off.
func (f *refuter) shave(end int32) (changed, ok bool) {
	for i := range f.n {
		for _, low := range []bool{true, false} {
			width := f.late[i] - f.early[i]
			if width == 0 || f.rounds <= 0 {
				continue
			}
			for part := max(1, (width+1)/2); part > 0; part /= 2 {
				if part > f.late[i]-f.early[i] {
					continue
				}
				copy(f.saved[:f.n], f.early)
				copy(f.saved[f.n:], f.late)
				if low {
					f.late[i] = f.early[i] + part - 1
				} else {
					f.early[i] = f.late[i] - part + 1
				}
				possible := f.narrow(end)
				copy(f.early, f.saved[:f.n])
				copy(f.late, f.saved[f.n:])
				if possible {
					continue
				}
				changed = true
				if low {
					f.early[i] += part
				} else {
					f.late[i] -= part
				}
				if f.early[i] > f.late[i] || !f.narrow(end) {
					return true, false
				}
				break
			}
		}
	}
	return changed, true
}

// narrow applies all arguments until nothing changes. It reports whether every
// window still holds a start; where the rounds are spent it says so too.
func (f *refuter) narrow(end int32) bool {
	for changed := true; changed; {
		if !f.byPaths() {
			return false
		}
		again, ok := f.byPairs()
		if !ok {
			return false
		}
		if again {
			changed = true
			continue
		}
		if f.rounds--; f.rounds < 0 {
			return true
		}
		changed = false
		for k := range f.capacity {
			again, ok := f.byEnergy(k, end)
			if !ok {
				return false
			}
			changed = changed || again
		}
	}
	return true
}

func (f *refuter) byPaths() (ok bool) {
	net := &f.net
	for j := range f.n {
		e := f.early[j]
		for _, a := range net.in[net.head[j]:net.head[j+1]] {
			e = max(e, f.early[a.other]+a.weight)
		}
		f.early[j] = e
	}
	for j := f.n - 1; j >= 0; j-- {
		l := f.late[j]
		for _, a := range net.out[net.tail[j]:net.tail[j+1]] {
			l = min(l, f.late[a.other]-a.weight)
		}
		f.late[j] = l
		if f.early[j] > l {
			return false
		}
	}
	return true
}

func (f *refuter) byPairs() (changed, ok bool) {
	for _, p := range f.pairs {
		i, j := p[0], p[1]
		di, dj := f.net.duration[i], f.net.duration[j]
		first, second := f.early[i]+di <= f.late[j], f.early[j]+dj <= f.late[i]
		switch {
		case first && second:
			continue
		case !first && !second:
			return true, false
		case second:
			i, j, di = j, i, dj
		}
		if e := f.early[i] + di; e > f.early[j] {
			f.early[j], changed = e, true
		}
		if l := f.late[j] - di; l < f.late[i] {
			f.late[i], changed = l, true
		}
	}
	return changed, true
}

// byEnergy looks at all intervals of one resource. What an activity must do
// within grows with the end of the interval by its use, from its latest start, or
// the interval's, until it is what it must do after the interval's start.
func (f *refuter) byEnergy(k int, end int32) (changed, ok bool) {
	use, capacity := f.use[k], f.capacity[k]
	var most int64
	for _, i := range f.users[k] {
		most = max(most, f.work[k][i])
	}
	slope := f.slope[:end+2]
	for from := range end {
		clear(slope[from:])
		var total int64
		for _, i := range f.users[k] {
			part := min(f.net.duration[i], f.early[i]+f.net.duration[i]-from)
			if part <= 0 {
				continue
			}
			begin := max(from, f.late[i])
			if begin+part > end {
				return changed, false
			}
			slope[begin] += use[i]
			slope[begin+part] -= use[i]
			total += use[i]
		}
		if total == 0 {
			continue
		}
		var rate, energy int64
		for to := from + 1; to <= end; to++ {
			rate += slope[to-1]
			energy += rate
			slack := capacity*int64(to-from) - energy
			if slack < 0 {
				return changed, false
			}
			if slack < most && f.adjust(k, from, to, slack) {
				changed = true
			}
		}
	}
	for _, i := range f.users[k] {
		if f.early[i] > f.late[i] {
			return changed, false
		}
	}
	return changed, true
}

// adjust moves the windows of activities that would overfill the interval if they
// started as early, or as late, as they may.
func (f *refuter) adjust(k int, from, to int32, slack int64) (changed bool) {
	use := f.use[k]
	for _, i := range f.users[k] {
		d := f.net.duration[i]
		early, late := f.early[i], f.late[i]
		length := min(d, to-from)
		left := min(length, early+d-from)
		right := min(length, to-late)
		must := max(0, min(left, right))
		if early < to && left > must && use[i]*int64(left-must) > slack {
			if e := to - int32(slack/use[i]) - must; e > early {
				f.early[i], changed = e, true
			}
		}
		if late+d > from && right > must && use[i]*int64(right-must) > slack {
			if l := from + int32(slack/use[i]) + must - d; l < late {
				f.late[i], changed = l, true
			}
		}
	}
	return changed
}

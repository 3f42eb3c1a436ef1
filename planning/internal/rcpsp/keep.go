package rcpsp

// kept is an earlier schedule by our numbers.
type kept struct {
	keys     []int32
	end      int32
	feasible bool // the keys are starts of a schedule
}

// keep turns kept starts into keys. An activity without one goes by its earliest
// start, or with its latest kept predecessor.
func (m *Model) keep(start []int32) *kept {
	k := &kept{keys: make([]int32, m.n)}
	net := &m.base[0]
	early := make([]int32, m.n)
	net.heads(early)
	k.feasible = Verify(m.project, start, m.firstModes()) == nil
	for i, u := range m.user {
		if k.keys[i] = start[u]; k.keys[i] >= 0 {
			k.keys[i] = min(k.keys[i], m.horizon)
			k.feasible = k.feasible && k.keys[i] == start[u]
			k.end = max(k.end, k.keys[i]+net.duration[i])
			continue
		}
		k.keys[i] = early[i]
		for _, a := range net.in[net.head[i]:net.head[i+1]] {
			k.keys[i] = max(k.keys[i], k.keys[a.other])
		}
	}
	k.feasible = k.feasible && k.end <= m.horizon && !m.multi
	return k
}

// repeat decodes the order of an earlier schedule. If that is better as it is, as
// it may be where leads let an activity start before its predecessor, it is taken
// itself.
func (is *island) repeat(first *kept) int32 {
	net := is.nets[0]
	end := is.decoder.serial(net, first.keys, nil)
	if !first.feasible {
		return end
	}
	now := cost{late: is.m.lateness(net, is.decoder.start, end), end: end}
	if was := (cost{late: is.m.lateness(net, first.keys, first.end), end: first.end}); was.less(now) {
		copy(is.decoder.start, first.keys)
		end = first.end
	}
	return end
}

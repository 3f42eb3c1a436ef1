package rcpsp

// rate returns the cost of the schedule in the decoder and its fingerprint, and
// counts it.
func (is *island) rate(dir int, end int32) (cost, uint64) {
	is.passes++
	c := cost{end: end}
	start := is.decoder.start
	factor, mark := is.factor[dir][:len(start)], is.mark[dir][:len(start)]
	var print uint64
	for j, s := range start {
		c.compact += factor[j] * int64(s)
		print += mark[j] * uint64(s)
	}
	if is.modes != nil {
		for i, w := range is.modes.choice {
			print += mark[i] * mark[i] * uint64(w)
		}
	}
	if is.m.hasDue {
		c.late = is.m.lateness(is.nets[dir], start, end)
	}
	if c.late < is.best.late || (c.late == is.best.late && c.end < is.best.end) {
		is.best, is.gained = c, is.passes
		is.keep(dir, end)
	}
	return c, print
}

func (is *island) keep(dir int, end int32) {
	if dir == 1 {
		is.nets[1].mirror(is.at, is.decoder.start, end)
	} else {
		copy(is.at, is.decoder.start)
	}
	if is.modes != nil {
		copy(is.modes.best, is.modes.choice)
	}
	is.finished = is.best.late <= is.floor.late && is.best.end <= is.floor.end
}

// lateness returns the weighted periods of tardiness of a schedule of either
// direction.
func (m *Model) lateness(net *network, start []int32, end int32) (sum int64) {
	for i, due := range m.due {
		if due < 0 {
			continue
		}
		j := net.at(i)
		finish := start[j] + net.duration[j]
		if net.mirrored {
			finish = end - start[j]
		}
		if finish > due {
			sum += m.late[i] * int64(finish-due)
		}
	}
	return sum
}

// decode builds the schedule of is.keys, which come from a schedule of the other
// direction with the given end. Where it is sure to end after most, unplaced may be
// the answer.
func (is *island) decode(dir int, end, most int32) int32 {
	net := is.nets[dir]
	if is.modes != nil {
		return is.decodeModes(dir, end)
	}
	if !is.m.hasDue {
		is.decoder.sort(is.keys, is.random.next()>>63 == 1)
		return is.decoder.list(net, nil, is.tail[dir], most)
	}
	return is.decoder.serial(net, is.keys, is.releases(dir, end))
}

// releases returns earliest starts for the mirrored direction of a project with
// due dates: seen from the end, an activity need not go beyond its due date, which
// would make it late, unless it is so already.
func (is *island) releases(dir int, end int32) []int32 {
	if dir == 0 || !is.m.hasDue {
		return nil
	}
	net := is.nets[dir]
	for i, due := range is.m.due {
		j := net.at(i)
		is.release[j] = 0
		if due >= 0 {
			is.release[j] = max(0, min(is.keys[j], end-due, is.m.horizon))
		}
	}
	return is.release
}

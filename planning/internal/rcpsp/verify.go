package rcpsp

import (
	"cmp"
	"fmt"
	"slices"
)

// Verify reports the first rule of the project that a schedule breaks, nil if
// there is none. It works by definition from the project alone: start and mode
// are by activity; a nil mode is the first mode of each. The error is a
// *ScheduleError.
func Verify(p Project, start []int32, mode []uint8) error {
	n := len(p.Activities)
	if len(start) != n || (mode != nil && len(mode) != n) {
		return &ScheduleError{-1, fmt.Sprintf("%d starts and %d modes for %d activities", len(start), len(mode), n)}
	}
	chosen := make([]Mode, n)
	for i, a := range p.Activities {
		k := 0
		if mode != nil {
			k = int(mode[i])
		}
		if k >= len(a.Modes) {
			return &ScheduleError{int32(i), fmt.Sprintf("mode %d of %d", k, len(a.Modes))}
		}
		chosen[i] = a.Modes[k]
		if start[i] < 0 {
			return &ScheduleError{int32(i), fmt.Sprintf("starts at %d", start[i])}
		}
	}
	for _, e := range p.Edges {
		if e.From < 0 || e.To < 0 || int(e.From) >= n || int(e.To) >= n {
			return &ScheduleError{-1, fmt.Sprintf("edge %d -> %d leads out of the project", e.From, e.To)}
		}
		from, to := int64(start[e.From]), int64(start[e.To])
		if e.FromFinish {
			from += int64(chosen[e.From].Duration)
		}
		if e.ToFinish {
			to += int64(chosen[e.To].Duration)
		}
		if to < from+int64(e.Lag) {
			return &ScheduleError{e.To, fmt.Sprintf("%d periods too early after activity %d", from+int64(e.Lag)-to, e.From)}
		}
	}
	for k, stock := range p.Stock {
		var drawn int64
		for _, m := range chosen {
			drawn += int64(at(m.Draw, k))
		}
		if drawn > int64(stock) {
			return &ScheduleError{-1, fmt.Sprintf("stock %d: %d drawn of %d", k, drawn, stock)}
		}
	}
	return verifyResources(p, start, chosen)
}

func verifyResources(p Project, start []int32, chosen []Mode) error {
	type step struct {
		at, units int64
		activity  int32
	}
	var steps []step
	for k, capacity := range p.Capacity {
		steps = steps[:0]
		for i, m := range chosen {
			units := int64(at(m.Use, k))
			if units == 0 || m.Duration == 0 {
				continue
			}
			s := int64(start[i])
			steps = append(steps, step{s, units, int32(i)}, step{s + int64(m.Duration), -units, int32(i)})
		}
		slices.SortFunc(steps, func(a, b step) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.units, b.units)) })
		var used int64
		for _, s := range steps {
			if used += s.units; used > int64(capacity) {
				return &ScheduleError{s.activity, fmt.Sprintf("resource %d: %d used of %d in period %d", k, used, capacity, s.at)}
			}
		}
	}
	return nil
}

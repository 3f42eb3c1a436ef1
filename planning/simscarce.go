package planning

import (
	"context"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning/internal/rcpsp"
)

// scarceRunner makes runs in which people are scarce, on periods of a minute: at
// each moment what may start does, in the order of the schedule, as far as people
// are free. Nothing is known of durations to come.
func (m *Model) scarceRunner(s *Simulation, path *CriticalPath, net *simnet, l *lowered, drawn []draw) func(ctx context.Context, first, count int) *Outcomes {
	planned := make([]int32, len(l.project.Activities))
	for i := range m.order {
		planned[i] = int32(m.home.BetweenMinutes(l.start, s.Schedule.c.t.es[i]))
	}
	order, sharing := l.model.Order(planned), m.shared(net)
	return func(ctx context.Context, first, count int) *Outcomes {
		out := m.newOutcomes(s, path, count)
		sim, kernel := net.simulator(len(s.Factors)), l.model.Simulator(rcpsp.Dispatch)
		length, start := make([]int32, len(planned)), make([]int32, len(planned))
		for at := 0; at < count && ctx.Err() == nil; at += lanes {
			sim.sample(s.Seed, first+at, s.Factors, drawn)
			for k := range min(lanes, count-at) {
				for p, i := range net.order {
					length[i] = int32(sim.length[p*lanes+k])
				}
				sim.last[k] = int64(kernel.Run(order, length, start))
				for p, i := range net.order {
					sim.times[2*p*lanes+k] = int64(start[i])
					sim.times[(2*p+1)*lanes+k] = int64(start[i] + length[i])
				}
			}
			out.gather(sim, min(lanes, count-at), sharing)
		}
		return out
	}
}

// shared returns for each position the others that occupy somebody whom it
// occupies, too; nil if those are more than a few millions.
func (m *Model) shared(net *simnet) [][]int32 {
	position := make([]int32, len(m.order))
	for p, i := range net.order {
		position[i] = int32(p)
	}
	out := make([][]int32, len(m.order))
	tasks := m.tasksOf(&m.books)
	pairs := 0
	for r := range m.capacity {
		list := tasks.of(int32(r))
		if pairs += len(list) * len(list); pairs > 1<<22 {
			return nil
		}
		for _, a := range list {
			for _, b := range list {
				if a.task != b.task {
					out[position[a.task]] = append(out[position[a.task]], position[b.task])
				}
			}
		}
	}
	for p := range out {
		slices.Sort(out[p])
		out[p] = slices.Compact(out[p])
	}
	return out
}

// calendarRunner makes runs on calendars: a critical path each, or a schedule in
// the order of the given one.
func (m *Model) calendarRunner(s *Simulation, path *CriticalPath, drawn []draw) func(ctx context.Context, first, count int) *Outcomes {
	bound := s.bind(m)
	draws := make([]draw, len(m.order))
	whole := make([]bool, len(m.order)) // days that differ: their number is drawn
	for i := range m.order {
		unit, d := int64(1), m.dur[i]
		if d.Kind() == worktime.KindDays && m.day > 0 && m.cal[i] == m.home {
			unit = m.day
		}
		whole[i] = d.Kind() == worktime.KindDays && unit == 1
		draws[i] = newDraw(m.plan.Tasks[i].Estimate, unit, d.Amount()*unit)
	}
	return func(ctx context.Context, first, count int) *Outcomes {
		out := m.newOutcomes(s, path, count)
		own := *m // with durations of its own
		own.dur, own.axis = slices.Clone(m.dur), false
		t, b := newTimes(len(m.order)), own.newBuilder(nil, nil)
		var order keys
		if s.Schedule != nil {
			copy(b.now.variant, s.Schedule.c.variant)
			order = slices.Clone(s.Schedule.c.t.es)
		}
		factor := make([]int64, len(drawn))
		for run := first; run < first+count && ctx.Err() == nil; run++ {
			state := seedOf(s.Seed, run)
			next := func(d *draw) int64 {
				if d.kind != certain {
					state += golden
					return d.at(unit(mix(state)))
				}
				return int64(d.low)
			}
			for f := range drawn {
				state += golden
				factor[f] = drawn[f].at(unit(mix(state)))
			}
			for p, i := range m.order {
				n := next(&draws[i])
				if bound != nil {
					for _, f := range bound[p] {
						n = scaled(n, factor[f])
					}
				}
				switch d := m.dur[i]; {
				case draws[i].kind == certain && bound == nil:
				case d.Kind() == worktime.KindElapsed:
					own.dur[i] = worktime.Elapsed(n)
				case whole[i]:
					own.dur[i] = worktime.Days(n)
				default:
					own.dur[i] = worktime.Work(worktime.Minutes(n))
				}
			}
			if order != nil {
				b.forward(order)
				out.take(&own, b.now.t, b.now.wait, b.now.worth.last)
			} else {
				out.take(&own, t, nil, own.forward(t, own.cal))
			}
		}
		return out
	}
}

// take takes in a run on calendars: what is critical follows from what binds.
func (o *Outcomes) take(m *Model, t *times, waits []wait, last int64) {
	home := m.home
	o.finishes = append(o.finishes, home.PrevMinute(last))
	late := int64(home.BetweenMinutes(o.path.last, last))
	o.sum.add(late)
	o.squares.addProduct(late, late)
	seen := make([]bool, len(t.ef))
	var stack []int32
	push := func(i int32) {
		if !seen[i] {
			seen[i] = true
			stack = append(stack, i)
		}
	}
	for i, f := range t.ef {
		if f == last {
			push(int32(i))
		}
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		o.critical[i]++
		if waits != nil && waits[i].holder >= 0 {
			push(waits[i].holder)
		} else if by, ok := m.linkHolder(t, i); ok {
			push(by)
		}
	}
	for i := range t.ef {
		if m.plan.Tasks[i].Estimate == (Estimate{}) && len(o.of.Factors) == 0 {
			continue
		}
		x := int64(m.cal[i].BetweenMinutes(t.es[i], t.ef[i]) - m.cal[i].BetweenMinutes(o.path.t.es[i], o.path.t.ef[i]))
		mo := &o.moments[i]
		mo.length.add(x)
		mo.square.addProduct(x, x)
		mo.product.addProduct(x, late)
	}
}

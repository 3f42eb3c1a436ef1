package planning

import (
	"slices"

	"github.com/go-marops/marops/civil/worktime"
)

// A plan whose tasks all work at the same times has its dates on one axis, that of
// the calendar's working minutes: a step of working time is an addition. A place
// between two shifts is two instants, the evening and the next morning; so a point
// is twice the place, one more for the morning, and points are in the order of
// the instants. The passes here do what those in passes.go do, on points.

// onAxis works out whether the plan is of that kind.
func (m *Model) onAxis() {
	m.day = m.regularDay()
	for i := range m.order {
		if m.cal[i] != m.home || !m.fits(m.dur[i]) {
			return
		}
	}
	for k := range m.in.all {
		if a := &m.in.all[k]; m.clocks[a.clock] != m.home || !m.fits(a.lag) {
			return
		}
	}
	m.axis = true
}

// fits reports whether a length is one on the axis.
func (m *Model) fits(l worktime.Length) bool {
	return l.IsZero() || l.Kind() == worktime.KindWork || l.Kind() == worktime.KindDays && m.day > 0
}

// minutes returns a length that fits on the axis.
func (m *Model) minutes(l worktime.Length) int64 {
	if l.Kind() == worktime.KindDays {
		return l.Amount() * m.day
	}
	return l.Amount()
}

// notBefore returns the point of an instant that is a bound from below: in the
// middle of a gap it is the morning.
func (m *Model) notBefore(at int64) int64 {
	if m.home.PrevMinute(at) == at {
		return 2 * m.home.Worked(at)
	}
	return 2*m.home.Worked(at) + 1
}

// notAfter returns the point of an instant that is a bound from above: in the
// middle of a gap it is the evening.
func (m *Model) notAfter(at int64) int64 {
	if m.home.NextMinute(at) == at {
		return 2*m.home.Worked(at) + 1
	}
	return 2 * m.home.Worked(at)
}

// instantOf returns the instant of a point.
func (m *Model) instantOf(point int64) int64 {
	if point&1 == 1 {
		return m.home.Last(point >> 1)
	}
	return m.home.First(point >> 1)
}

// forwardOnAxis is forward for a plan on one axis.
func (m *Model) forwardOnAxis(t *times) int64 {
	start := m.notBefore(m.start)
	lastPoint, last := start, m.start
	for _, i := range m.order {
		dur := m.minutes(m.dur[i])
		if m.fixed(i) {
			m.early(t, m.cal, i)
			last = max(last, t.ef[i])
			t.es[i], t.ef[i] = m.notBefore(t.es[i]), m.notBefore(t.ef[i])
			continue
		}
		t.es[i], t.why[i] = m.earlyPoint(t, i, start, dur)
		if t.ef[i] = t.es[i]; dur > 0 {
			t.ef[i] = (t.es[i]>>1 + dur) << 1
		}
		lastPoint = max(lastPoint, t.ef[i])
	}
	for i := range t.es {
		if m.fixed(int32(i)) {
			m.early(t, m.cal, int32(i))
			continue
		}
		t.es[i], t.ef[i] = m.instantOf(t.es[i]), m.instantOf(t.ef[i])
	}
	if lastPoint > start {
		last = max(last, m.instantOf(lastPoint))
	}
	return last
}

// earlyPoint is earlyStart on the axis.
func (m *Model) earlyPoint(t *times, i int32, raw, dur int64) (start int64, why int32) {
	morning := int64(0) // what makes a point one on which work of some length begins
	if dur > 0 {
		morning = 1
	}
	start, why = raw|morning, byStart
	if at, toFinish, ok := m.constraint[i].earliest(); ok {
		p := m.notBefore(at)
		if toFinish && dur > 0 {
			p = (p>>1-dur)<<1 | 1
		}
		if p > raw {
			raw = p
			if s := p | morning; s > start {
				start, why = s, byConstraint
			}
		}
	}
	for k := m.in.head[i]; k < m.in.head[i+1]; k++ {
		a := &m.in.all[k]
		p := t.ef[a.task]
		if a.typ.fromStart() {
			p = t.es[a.task]
		}
		if !a.lag.IsZero() {
			p = (p>>1 + m.minutes(a.lag)) << 1
		}
		if a.typ.toFinish() && dur > 0 {
			p = (p>>1-dur)<<1 | 1
		}
		if p <= raw {
			continue
		}
		raw = p
		// In the middle of a shift both points of a place are one instant.
		if s := p | morning; s > start && (s>>1 > start>>1 || m.home.First(s>>1) != m.home.Last(s>>1)) {
			start, why = s, k
		}
	}
	return start, why
}

// backwardOnAxis is backward for a plan on one axis.
func (m *Model) backwardOnAxis(t *times, last int64) {
	end := m.notAfter(last)
	for _, i := range slices.Backward(m.order) {
		if m.finished[i] != always {
			t.ls[i], t.lf[i] = m.notAfter(t.es[i]), m.notAfter(t.ef[i])
			continue
		}
		t.ls[i], t.lf[i] = m.latePoint(t, i, end, m.minutes(m.dur[i]))
	}
	for i := range t.ls {
		if m.finished[i] != always {
			t.ls[i], t.lf[i] = t.es[i], t.ef[i]
			continue
		}
		t.ls[i], t.lf[i] = m.instantOf(t.ls[i]), m.instantOf(t.lf[i])
	}
}

// latePoint is latest on the axis.
func (m *Model) latePoint(t *times, i int32, end, dur int64) (late, finish int64) {
	late = never
	if d := m.deadline[i]; d != never {
		end = min(end, m.notAfter(d))
	}
	if at, toFinish, ok := m.constraint[i].latest(); ok {
		if p := m.notAfter(at); toFinish {
			end = min(end, p)
		} else {
			late = p
		}
	}
	rule := m.plan.LateDates
	for k := m.out.head[i]; k < m.out.head[i+1]; k++ {
		a := &m.out.all[k]
		p := t.ls[a.task]
		if a.typ.toFinish() {
			p = t.lf[a.task]
		}
		if !a.lag.IsZero() {
			p = (p>>1-m.minutes(a.lag))<<1 | 1
		}
		if !a.typ.fromStart() {
			end = min(end, p)
		} else if rule != Project2016 || a.lag.Amount() <= 0 {
			late = min(late, p)
		}
	}
	if dur == 0 {
		late = min(late, end)
		return late, late
	}
	end &^= 1
	last := (end>>1-dur)<<1 | 1
	if late >= last {
		return last, end
	}
	late |= 1
	return late, (late>>1 + dur) << 1
}

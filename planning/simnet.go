package planning

import (
	"math"
	"math/bits"

	"github.com/go-marops/marops/civil/worktime"
)

// simnet is a plan whose tasks all work at the same times, in working minutes from
// its start, made for being run through with other durations many times. Several
// runs go through it side by side, so that each link is looked at once for all of
// them.
type simnet struct {
	n       int
	order   []int32 // tasks by position
	head    []int32
	edges   []simedge
	release []int64 // earliest start, or finish, of a position
	atEnd   []bool  // it is the finish
	pinned  []int64 // start of what has started; always if not
	draws   []draw
	usual   []int64   // planned duration of a position
	sinks   []int32   // positions that nothing is sure to end after
	factors [][]int32 // by position

	cal   *worktime.Calendar
	start int64
}

type simedge struct {
	from  int32 // twice the position, one more if it is the finish
	atEnd bool  // it holds the finish
	lag   int64
}

const lanes = 8

// simulator is the memory of one goroutine that runs through a simnet.
type simulator struct {
	net    *simnet
	times  []int64 // starts and finishes by lane
	length []int64 // durations by lane
	random [lanes]uint64
	factor []int64 // by factor and lane, in 2^-20
	last   [lanes]int64
	stack  []int32
	seen   []int32 // by position, the last run in which it was critical
	run    int32
}

// newSimnet returns the plan without its resources, if its tasks all work at the
// same times.
func (m *Model) newSimnet(s *Simulation) (*simnet, bool) {
	n := len(m.order)
	net := &simnet{n: n, order: m.order, head: make([]int32, n+1), release: make([]int64, n), atEnd: make([]bool, n), pinned: make([]int64, n), draws: make([]draw, n), usual: make([]int64, n), cal: m.home, start: m.home.NextMinute(m.start)}
	at := make([]int32, n)
	for p, i := range m.order {
		at[i] = int32(p)
	}
	for p, i := range m.order {
		if m.cal[i] != m.home || !m.fits(m.dur[i]) {
			return nil, false
		}
		net.pinned[p] = always
		t := &m.plan.Tasks[i]
		unit := int64(1)
		if m.dur[i].Kind() == worktime.KindDays {
			unit = m.day
		}
		net.draws[p] = newDraw(t.Estimate, unit, m.minutes(m.dur[i]))
		if m.fixed(i) {
			net.pinned[p] = int64(m.home.BetweenMinutes(net.start, m.started[i]))
			if end := m.actualFinish(i, m.home); m.finished[i] != always || !t.Remaining.IsZero() {
				net.draws[p] = draw{kind: certain, low: float64(m.home.BetweenMinutes(m.started[i], end))}
			}
		}
		if bound, toFinish, ok := m.constraint[i].earliest(); ok {
			net.release[p], net.atEnd[p] = max(0, int64(m.home.BetweenMinutes(net.start, m.home.NextMinute(bound)))), toFinish
		}
		for _, a := range m.in.of(i) {
			if m.clocks[a.clock] != m.home || !m.fits(a.lag) {
				return nil, false
			}
			e := simedge{from: 2 * at[a.task], atEnd: a.typ.toFinish(), lag: m.minutes(a.lag)}
			if !a.typ.fromStart() {
				e.from++
			}
			net.edges = append(net.edges, e)
		}
		net.head[p+1] = int32(len(net.edges))
	}
	path := m.CriticalPath()
	for p, i := range m.order {
		net.usual[p] = int64(m.home.BetweenMinutes(path.t.es[i], path.t.ef[i]))
		ends := true
		for _, a := range m.out.of(i) {
			ends = ends && (a.typ != FS || a.lag.Amount() < 0)
		}
		if ends {
			net.sinks = append(net.sinks, int32(p))
		}
	}
	net.factors = s.bind(m)
	return net, true
}

func (net *simnet) simulator(factors int) *simulator {
	return &simulator{
		net: net, times: make([]int64, 2*lanes*net.n), length: make([]int64, lanes*net.n),
		factor: make([]int64, lanes*factors), seen: make([]int32, net.n),
	}
}

// mix is splitmix64 (G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom
// number generators, 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

const golden = 0x9e3779b97f4a7c15

// seedOf returns the first state of the random numbers of a run: it depends on
// the seed and the run's number alone.
func seedOf(seed uint64, run int) uint64 { return mix(mix(seed+golden) ^ mix(uint64(run)+1)) }

func unit(x uint64) float64 { return float64(x>>11) * 0x1p-53 }

// sample draws the durations of so many runs side by side, the first one given.
func (s *simulator) sample(seed uint64, first int, factors []Factor, drawn []draw) {
	for k := range s.random {
		s.random[k] = seedOf(seed, first+k)
	}
	for f := range factors {
		for k := range s.random {
			s.random[k] += golden
			s.factor[f*lanes+k] = drawn[f].at(unit(mix(s.random[k])))
		}
	}
	for p := range s.net.n {
		d := &s.net.draws[p]
		length := (*[lanes]int64)(s.length[p*lanes:])
		switch d.kind {
		case certain:
			for k := range length {
				length[k] = int64(d.low)
			}
		case triangular: // as draw.at, without a call
			for k := range length {
				s.random[k] += golden
				u := unit(mix(s.random[k]))
				x := d.low + math.Sqrt(float64(u*d.rising))
				if u >= d.split {
					x = d.high - math.Sqrt(float64((1-u)*d.fallen))
				}
				length[k] = int64(min(x, maxAmount) + 0.5)
			}
		default:
			for k := range length {
				s.random[k] += golden
				length[k] = d.at(unit(mix(s.random[k])))
			}
		}
		if s.net.factors == nil {
			continue
		}
		for _, f := range s.net.factors[p] {
			for k := range length {
				length[k] = scaled(length[k], s.factor[int(f)*lanes+k])
			}
		}
	}
}

// scaled returns so many thousandths of a duration, rounded half up.
func scaled(minutes, thousandths int64) int64 {
	hi, lo := bits.Mul64(uint64(minutes), uint64(thousandths))
	lo, carry := bits.Add64(lo, 500, 0)
	q, _ := bits.Div64(min(hi+carry, 999), lo, 1000)
	return int64(min(q, maxAmount))
}

// pass computes early dates of all lanes, and when each run ends.
func (s *simulator) pass() {
	net, times := s.net, s.times
	s.last = [lanes]int64{}
	for p := range net.n {
		length := (*[lanes]int64)(s.length[p*lanes:])
		start, end := (*[lanes]int64)(times[2*p*lanes:]), (*[lanes]int64)(times[(2*p+1)*lanes:])
		if net.pinned[p] != always {
			for k := range start {
				start[k] = net.pinned[p]
				end[k] = net.pinned[p] + length[k]
				s.last[k] = max(s.last[k], end[k])
			}
			continue
		}
		r := net.release[p]
		if net.atEnd[p] {
			for k := range start {
				start[k] = max(0, r-length[k])
			}
		} else {
			for k := range start {
				start[k] = r
			}
		}
		for _, e := range net.edges[net.head[p]:net.head[p+1]] {
			from := (*[lanes]int64)(times[int(e.from)*lanes:])
			if e.atEnd {
				for k := range start {
					start[k] = max(start[k], from[k]+e.lag-length[k])
				}
			} else {
				for k := range start {
					start[k] = max(start[k], from[k]+e.lag)
				}
			}
		}
		for k := range start {
			end[k] = start[k] + length[k]
			s.last[k] = max(s.last[k], end[k])
		}
	}
}

// critical calls hit with every position on a longest path of a lane: back from
// what ends last along the links that bind and, where people are scarce, to what
// ends as somebody becomes free.
func (s *simulator) critical(lane int, sharing [][]int32, hit func(p int32)) {
	net := s.net
	s.run++
	s.stack = s.stack[:0]
	push := func(p int32) {
		if s.seen[p] != s.run {
			s.seen[p] = s.run
			s.stack = append(s.stack, p)
		}
	}
	for _, p := range net.sinks {
		if s.times[(2*int(p)+1)*lanes+lane] == s.last[lane] {
			push(p)
		}
	}
	for len(s.stack) > 0 {
		p := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		hit(p)
		if net.pinned[p] != always {
			continue
		}
		start, end := s.times[2*int(p)*lanes+lane], s.times[(2*int(p)+1)*lanes+lane]
		for _, e := range net.edges[net.head[p]:net.head[p+1]] {
			to := start
			if e.atEnd {
				to = end
			}
			if s.times[int(e.from)*lanes+lane]+e.lag == to {
				push(e.from / 2)
			}
		}
		if sharing == nil {
			continue
		}
		for _, q := range sharing[p] {
			if s.times[(2*int(q)+1)*lanes+lane] == start && s.times[2*int(q)*lanes+lane] < start {
				push(q)
			}
		}
	}
}

package planning

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// network returns a plan of n tasks with three links each, whose order in the plan
// says nothing about their order in time; of all link types if so asked.
func network(n int, types bool) Plan {
	r := rand.New(rand.NewPCG(3, 4))
	p := Plan{Start: civil.MustDate(2026, 1, 5), Calendars: map[string]worktime.Spec{"": worktime.MonFri("", "09:00-17:00")}}
	place := r.Perm(n)
	p.Tasks = make([]Task, n)
	for i := range p.Tasks {
		p.Tasks[i] = Task{Key: TaskKey("task-" + strconv.Itoa(i)), Duration: worktime.Work(worktime.Minutes(5 + r.IntN(50)))}
	}
	p.Links = make([]Link, 0, 3*n)
	for range 3 * n {
		a := r.IntN(n - 1)
		b := a + 1 + r.IntN(min(n-a-1, 50))
		l := Link{From: p.Tasks[place[a]].Key, To: p.Tasks[place[b]].Key}
		if types {
			l.Type, l.Lag = LinkType(r.IntN(4)), worktime.Work(worktime.Minutes(r.IntN(3)*60))
		}
		p.Links = append(p.Links, l)
	}
	return p
}

// plain computes early and late dates over the same arrays without calendars,
// constraints or reasons: the least that a critical path costs.
func (m *Model) plain(es, ef, ls, lf, dur []int64) int64 {
	last := int64(0)
	for _, i := range m.order {
		start := int64(0)
		for k := m.in.head[i]; k < m.in.head[i+1]; k++ {
			a := &m.in.all[k]
			at := ef[a.task]
			if a.typ.fromStart() {
				at = es[a.task]
			}
			at += a.lag.Amount()
			if a.typ.toFinish() {
				at -= dur[i]
			}
			start = max(start, at)
		}
		es[i], ef[i] = start, start+dur[i]
		last = max(last, ef[i])
	}
	for _, i := range slices.Backward(m.order) {
		end := last
		for k := m.out.head[i]; k < m.out.head[i+1]; k++ {
			a := &m.out.all[k]
			to := ls[a.task]
			if a.typ.toFinish() {
				to = lf[a.task]
			}
			to -= a.lag.Amount()
			if a.typ.fromStart() {
				to += dur[i]
			}
			end = min(end, to)
		}
		lf[i], ls[i] = end, end-dur[i]
	}
	return last
}

var sizes = []int{1_000, 10_000, 100_000, 1_000_000}

func BenchmarkPasses(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			m, err := Compile(network(n, true))
			require.NoError(b, err)
			t, u := newTimes(n), newTimes(n)
			dur := make([]int64, n)
			for i := range dur {
				dur[i] = m.dur[i].Amount()
			}
			b.Run("plain", func(b *testing.B) {
				for b.Loop() {
					m.plain(u.es, u.ef, u.ls, u.lf, dur)
				}
			})
			b.Run("ours", func(b *testing.B) {
				for b.Loop() {
					m.backward(t, m.forward(t, m.cal))
				}
			})
			off := *m
			off.axis = false
			b.Run("calendars", func(b *testing.B) {
				for b.Loop() {
					off.backward(t, off.forward(t, off.cal))
				}
			})
		})
	}
}

// withMaps does what Compile does with keys, links and order, and nothing else of
// it, in Go's maps: tasks by key, links by task, an order.
func withMaps(p Plan) []TaskKey {
	tasks := make(map[TaskKey]*Task, len(p.Tasks))
	for i := range p.Tasks {
		tasks[p.Tasks[i].Key] = &p.Tasks[i]
	}
	in, out := make(map[TaskKey][]Link, len(p.Tasks)), make(map[TaskKey][]Link, len(p.Tasks))
	for _, l := range p.Links {
		if tasks[l.From] != nil && tasks[l.To] != nil {
			in[l.To], out[l.From] = append(in[l.To], l), append(out[l.From], l)
		}
	}
	waits := make(map[TaskKey]int, len(p.Tasks))
	var order []TaskKey
	for i := range p.Tasks {
		key := p.Tasks[i].Key
		if waits[key] = len(in[key]); waits[key] == 0 {
			order = append(order, key)
		}
	}
	for k := 0; k < len(order); k++ {
		for _, l := range out[order[k]] {
			if waits[l.To]--; waits[l.To] == 0 {
				order = append(order, l.To)
			}
		}
	}
	return order
}

func BenchmarkCompile(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			p := network(n, true)
			b.Run("ours", func(b *testing.B) {
				for b.Loop() {
					_, err := Compile(p)
					require.NoError(b, err)
				}
			})
			b.Run("maps", func(b *testing.B) {
				for b.Loop() {
					require.Len(b, withMaps(p), n)
				}
			})
		})
	}
}

// BenchmarkPreview makes one task of a plan of ten thousand an hour longer: of the
// last hundred, and anywhere.
func BenchmarkPreview(b *testing.B) {
	m, err := Compile(network(10_000, false))
	require.NoError(b, err)
	path := m.CriticalPath()
	hour := worktime.Hours(1)
	for name, from := range map[string]int{"anywhere": 0, "late": 9_900} {
		b.Run(name, func(b *testing.B) {
			moved, k := 0, 0
			for b.Loop() {
				p, err := path.Preview(Edit{Task: m.key(m.order[from+k%(10_000-from)]), Duration: &hour})
				require.NoError(b, err)
				moved += len(p.moved)
				k += 37
			}
			b.ReportMetric(float64(moved)/float64(b.N), "moved/op")
		})
	}
}

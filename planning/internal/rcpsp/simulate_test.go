package rcpsp

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSimulatorEqualsOracle(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := someProject(r, 1+r.IntN(20), r.IntN(6), 6, 5)
		p.Activities[0].Modes[0].Duration = max(1, p.Activities[0].Modes[0].Duration)
		for k := range p.Activities { // an activity that takes no time in the plan has no needs in a simulation either
			if p.Activities[k].Modes[0].Duration == 0 {
				p.Activities[k].Modes[0].Use = nil
			}
		}
		q, m := inOrder(t, p)
		serial, parallel := m.Simulator(Planned), m.Simulator(Dispatch)
		for range 5 {
			duration, keys := make([]int32, m.n), make([]int32, m.n)
			for i := range q.Activities {
				q.Activities[i].Modes[0].Duration = r.Int32N(12)
				keys[i] = int32(i)
			}
			r.Shuffle(m.n, func(a, b int) { keys[a], keys[b] = keys[b], keys[a] })
			order, start := make([]int32, m.n), make([]int32, m.n)
			for i, u := range m.user {
				duration[u] = q.Activities[i].Modes[0].Duration
				order[keys[i]] = u
			}
			o := newOracle(q, 700) // 20 activities of at most 11 periods and lags of at most 4
			for _, run := range []struct {
				s    *Simulator
				want int32
			}{{serial, o.serial(keys)}, {parallel, o.parallel(keys)}} {
				if run.s == serial {
					o.serial(keys)
				} else {
					o.parallel(keys)
				}
				require.Equal(t, run.want, run.s.Run(order, duration, start), "seed %d", seed)
				for i, u := range m.user {
					require.Equal(t, o.start[i], start[u])
				}
			}
		}
	}
}

func TestSimulatorRefuses(t *testing.T) {
	t.Parallel()
	m, err := Compile(Project{Capacity: []int32{1}, Activities: []Activity{Single(2, 1), Single(3, 1)}})
	require.NoError(t, err)
	s := m.Simulator(Planned)
	require.Equal(t, int32(5), s.Run([]int32{0, 1}, []int32{2, 3}, nil))
	require.Equal(t, int32(3), s.Run([]int32{0, 1}, []int32{-2, 3}, nil)) // a negative duration is none
	require.Equal(t, int32(1_000_000), s.Run([]int32{0, 1}, []int32{999_998, 2}, nil))
	require.Equal(t, int32(-1), s.Run([]int32{0, 1}, []int32{1 << 29, 1 << 29}, nil))
	require.Equal(t, int32(-1), s.Run([]int32{0, 0}, []int32{2, 3}, nil))
	require.Equal(t, int32(-1), s.Run([]int32{0, 2}, []int32{2, 3}, nil))
	require.Equal(t, int32(-1), s.Run([]int32{0}, []int32{2, 3}, nil))
	require.Equal(t, int32(5), s.Run([]int32{1, 0}, []int32{2, 3}, nil))
}

func TestSimulatorDoesNotAllocate(t *testing.T) {
	m, err := Compile(someProject(rand.New(rand.NewPCG(8, 3)), 60, 4, 9, 20))
	require.NoError(t, err)
	duration, start := make([]int32, m.n), make([]int32, m.n)
	for i := range duration {
		duration[i] = int32(i % 9)
	}
	order := m.Order(start)
	for _, f := range []Foresight{Dispatch, Planned} {
		s := m.Simulator(f)
		s.Run(order, duration, start) // grows
		require.Zero(t, testing.AllocsPerRun(50, func() { s.Run(order, duration, start) }))
	}
}

// BenchmarkSimulate runs 10,000 simulations of a project of 120 activities with 4
// resources per iteration.
func BenchmarkSimulate(b *testing.B) {
	in := published(b, "j120")[137]
	m, err := Compile(in.project)
	require.NoError(b, err)
	for _, f := range []Foresight{Dispatch, Planned} {
		b.Run(map[Foresight]string{Dispatch: "dispatch", Planned: "planned"}[f], func(b *testing.B) {
			s := m.Simulator(f)
			order := m.Order(m.Search(b.Context(), Search{Schedules: 500}).Start)
			r := rand.New(rand.NewPCG(1, 1))
			sets := make([][]int32, 64)
			for k := range sets {
				sets[k] = make([]int32, m.n)
				for i, a := range in.project.Activities {
					d := a.Modes[0].Duration
					sets[k][i] = d - d/3 + r.Int32N(d+1)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				for k := range 10_000 {
					s.Run(order, sets[k%64], nil)
				}
			}
		})
	}
}

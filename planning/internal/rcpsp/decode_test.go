package rcpsp

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// someProject returns a random single-mode project with every kind of edge.
func someProject(r *rand.Rand, n, resources int, longest, capacity int32) Project {
	p := Project{}
	for range resources {
		p.Capacity = append(p.Capacity, 1+r.Int32N(capacity))
	}
	for range n {
		use := make([]int32, resources)
		for k := range use {
			if r.IntN(2) == 0 {
				use[k] = r.Int32N(p.Capacity[k] + 1)
			}
		}
		p.Activities = append(p.Activities, Single(r.Int32N(longest+1), use...))
	}
	number := r.Perm(n) // so that numbers do not tell the order
	for range n * 3 / 2 {
		a, b := r.IntN(n), r.IntN(n)
		if a == b {
			continue
		}
		e := Edge{From: int32(number[min(a, b)]), To: int32(number[max(a, b)]), FromFinish: true}
		if r.IntN(3) == 0 {
			e.FromFinish, e.ToFinish, e.Lag = r.IntN(2) == 0, r.IntN(2) == 0, r.Int32N(9)-4
		}
		p.Edges = append(p.Edges, e)
	}
	return p
}

// inOrder returns the project with the activities renumbered as the model does,
// so that ties of keys are broken alike.
func inOrder(t *testing.T, p Project) (Project, *Model) {
	t.Helper()
	m, err := Compile(p)
	require.NoError(t, err)
	out := p.clone()
	for i, u := range m.user {
		out.Activities[i] = p.Activities[u]
	}
	copy(out.Edges, m.edges)
	return out, m
}

func TestSerialEqualsOracle(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		// capacities beyond a lane of 8 and 16 bits, resources beyond a word
		capacity := []int32{3, 12, 200, 100_000}[seed%4]
		p, m := inOrder(t, someProject(r, 1+r.IntN(25), r.IntN(11), 6, capacity))
		var plain, sparse decoder
		plain.init(m, m.horizon)
		require.False(t, plain.profile.sparse)
		sparse.init(m, maxPeriods+1)
		for d := range 2 {
			net, q := &m.base[d], p
			if d == 1 {
				q = mirrored(p)
			}
			o := newOracle(q, int(m.horizon)+8)
			for range 5 {
				keys := make([]int32, m.n)
				for j := range keys {
					keys[j] = r.Int32N(30)
				}
				want := o.serial(keys)
				require.Equal(t, want, plain.serial(net, keys, nil))
				require.Equal(t, o.start, plain.start)
				require.Equal(t, want, sparse.serial(net, keys, nil))
				require.Equal(t, o.start, sparse.start)
				require.NoError(t, Verify(q, plain.start, nil))
			}
		}
	}
}

func TestJustificationNeverLengthens(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := someProject(r, 2+r.IntN(30), 3, 7, 4)
		for k := range p.Edges { // with leads, an order of starts may be none of the edges
			p.Edges[k] = Edge{From: p.Edges[k].From, To: p.Edges[k].To, FromFinish: true, Lag: max(0, p.Edges[k].Lag)}
		}
		m, err := Compile(p)
		require.NoError(t, err)
		var d decoder
		d.init(m, m.horizon)
		keys := make([]int32, m.n)
		for j := range keys {
			keys[j] = r.Int32N(50)
		}
		last := d.serial(&m.base[0], keys, nil)
		for pass := range 6 {
			m.base[pass%2].mirror(keys, d.start, last)
			now := d.serial(&m.base[(pass+1)%2], keys, nil)
			require.LessOrEqual(t, now, last, "seed %d pass %d", seed, pass)
			last = now
		}
	}
}

func TestSerialDoesNotAllocate(t *testing.T) {
	m, err := Compile(someProject(rand.New(rand.NewPCG(7, 3)), 60, 9, 9, 20))
	require.NoError(t, err)
	for _, horizon := range []int32{m.horizon, maxPeriods + 1} {
		var d decoder
		d.init(m, horizon)
		keys := make([]int32, m.n)
		require.Zero(t, testing.AllocsPerRun(50, func() {
			end := d.serial(&m.base[0], keys, nil)
			m.base[0].mirror(keys, d.start, end)
			end = d.serial(&m.base[1], keys, nil)
			m.base[1].mirror(keys, d.start, end)
		}))
	}
}

// BenchmarkJustify bounces schedules of every tenth instance from end to end;
// schedules/s is the figure to compare with BenchmarkOracle.
func BenchmarkJustify(b *testing.B) {
	for _, set := range []string{"j30", "j60", "j120"} {
		b.Run(set, func(b *testing.B) {
			var models []*Model
			var decoders []decoder
			var keys [][]int32
			var ends []int32
			for k, in := range published(b, set) {
				if k%10 != 3 {
					continue
				}
				m, err := Compile(in.project)
				require.NoError(b, err)
				models = append(models, m)
				var d decoder
				d.init(m, m.horizon)
				x := make([]int32, m.n)
				m.base[1].tails(x)
				r := random{uint64(k)}
				for j := range x {
					x[j] += int32(r.below(20))
				}
				ends = append(ends, d.serial(&m.base[0], x, nil))
				keys = append(keys, x)
				decoders = append(decoders, d)
			}
			b.ReportAllocs()
			passes := 0
			for b.Loop() {
				for k, m := range models {
					d, x := &decoders[k], keys[k]
					for range 20 {
						m.base[0].mirror(x, d.start, ends[k])
						ends[k] = d.serial(&m.base[1], x, nil)
						m.base[1].mirror(x, d.start, ends[k])
						ends[k] = d.serial(&m.base[0], x, nil)
					}
					passes += 40
				}
			}
			b.ReportMetric(float64(passes)/b.Elapsed().Seconds(), "schedules/s")
		})
	}
}

// BenchmarkOracle is BenchmarkJustify on the integer profile.
func BenchmarkOracle(b *testing.B) {
	for _, set := range []string{"j30", "j60", "j120"} {
		b.Run(set, func(b *testing.B) {
			var fore, back []*oracle
			for k, in := range published(b, set) {
				if k%10 != 3 {
					continue
				}
				m, err := Compile(in.project)
				require.NoError(b, err)
				fore = append(fore, newOracle(in.project, int(m.horizon)+1))
				back = append(back, newOracle(mirrored(in.project), int(m.horizon)+1))
				fore[len(fore)-1].serial(make([]int32, m.n))
			}
			passes := 0
			b.ReportAllocs()
			keys := make([]int32, 200)
			turn := func(from, to *oracle) {
				n := len(from.start)
				var end int32
				for j, s := range from.start {
					end = max(end, s+from.mode(int32(j)).Duration)
				}
				for j, s := range from.start {
					keys[n-1-j] = end - s - from.mode(int32(j)).Duration
				}
				to.serial(keys)
			}
			for b.Loop() {
				for k := range fore {
					turn(fore[k], back[k])
					turn(back[k], fore[k])
					passes += 2
				}
			}
			b.ReportMetric(float64(passes)/b.Elapsed().Seconds(), "schedules/s")
		})
	}
}

package psplib_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/psplib"
)

func reread(t *testing.T, in psplib.Instance, write func(io.Writer, psplib.Instance) error, read func(io.Reader) (*psplib.Instance, error)) *psplib.Instance {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, write(&out, in))
	again, err := read(&out)
	require.NoError(t, err)
	return again
}

// small is a project of three jobs with a choice, between two dummies.
func small() psplib.Instance {
	return psplib.Instance{
		Name: "small", Seed: 7, Projects: []psplib.Project{{Count: 5, Due: 9, TardinessCost: 2, MPMTime: 5}},
		Capacity: []int{4, 2}, Stock: []int{10}, Horizon: 12,
		Activities: []psplib.Activity{
			{Modes: []psplib.Mode{{0, []int{0, 0}, []int{0}}}, Successors: []int{1, 2}},
			{Modes: []psplib.Mode{{2, []int{3, 0}, []int{6}}, {4, []int{2, 0}, []int{1}}}, Successors: []int{3}},
			{Modes: []psplib.Mode{{3, []int{2, 1}, []int{5}}}, Successors: []int{4}},
			{Modes: []psplib.Mode{{3, []int{1, 2}, []int{2}}, {5, []int{1, 1}, []int{0}}}, Successors: []int{4}},
			{Modes: []psplib.Mode{{0, []int{0, 0}, []int{0}}}},
		},
	}
}

// random returns an instance that every format or, with rich, .mm can hold.
func random(r *rand.Rand, rich bool) psplib.Instance {
	var in psplib.Instance
	numbers := func(n, most int) []int {
		if n == 0 {
			return nil
		}
		out := make([]int, n)
		for i := range out {
			out[i] = r.IntN(most + 1)
		}
		return out
	}
	// Columns of every width, up to ten digits.
	most := []int{9, 99, 12_345, 1_000_000_000}[r.IntN(4)]
	in.Capacity = numbers(r.IntN(5), most)
	modes := 1
	if rich {
		in.Name, in.Seed, modes = "r.bas", r.Int64N(1_000_000_000_000), 4
		in.Stock = numbers(r.IntN(3), most)
	}
	n := 1 + r.IntN(130)
	for i := range n {
		a := psplib.Activity{}
		for range 1 + r.IntN(modes) {
			a.Modes = append(a.Modes, psplib.Mode{Duration: r.IntN(most + 1), Use: numbers(len(in.Capacity), most), Draw: numbers(len(in.Stock), most)})
		}
		for _, s := range r.Perm(n)[:r.IntN(min(n, 12))] {
			if s != i {
				a.Successors = append(a.Successors, s)
			}
		}
		in.Activities = append(in.Activities, a)
	}
	in.Projects = []psplib.Project{{Count: n}}
	sum := 0
	for _, a := range in.Activities {
		longest := 0
		for _, m := range a.Modes {
			longest = max(longest, m.Duration)
		}
		sum = min(sum+longest, 1_000_000_000)
	}
	in.Horizon = sum
	return in
}

// divide splits an instance into projects with releases.
func divide(r *rand.Rand, in psplib.Instance) psplib.Instance {
	in.Projects = nil
	latest := 0
	for first := 0; first < len(in.Activities); {
		p := psplib.Project{First: first, Count: 1 + r.IntN(len(in.Activities)-first), Release: r.IntN(1000), Uses: make([]bool, len(in.Capacity))}
		for k := range p.Uses {
			p.Uses[k] = r.IntN(2) == 0
			for i := first; i < first+p.Count; i++ {
				p.Uses[k] = p.Uses[k] || in.Activities[i].Modes[0].Use[k] > 0
			}
		}
		in.Projects, first, latest = append(in.Projects, p), first+p.Count, max(latest, p.Release)
	}
	in.Horizon = min(in.Horizon+latest, 1_000_000_000)
	return in
}

func TestReadIsTheInverseOfWrite(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		in := random(r, true)
		in.Projects[0].Release, in.Projects[0].Due = r.IntN(100), r.IntN(100_000)
		if len(in.Activities) < 2 {
			in.Projects[0] = psplib.Project{Count: 1} // a project without dummies has no line of its own
		}
		require.Equal(t, &in, reread(t, in, psplib.WriteMM, psplib.Read))
		in = random(r, false)
		require.Equal(t, &in, reread(t, in, psplib.WriteSM, psplib.Read))
		require.Equal(t, &in, reread(t, in, psplib.WritePatterson, psplib.ReadPatterson))
		in = divide(r, in)
		require.Equal(t, &in, reread(t, in, psplib.WriteMPLIB, psplib.ReadMPLIB))
	}
}

func TestReadReadsTheCopiedSamples(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/m11_1.mm")
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	in, err := psplib.Read(file)
	require.NoError(t, err)
	// Read off the file by eye: job 6 lasts 7 periods, uses 4 of R2 and draws 9
	// of N2; jobs 16 and 17 follow it.
	assert.Equal(t, psplib.Activity{Modes: []psplib.Mode{{7, []int{0, 4}, []int{0, 9}}}, Successors: []int{15, 16}}, in.Activities[5])
	assert.Equal(t, psplib.Project{Count: 18, Due: 34, TardinessCost: 13, MPMTime: 34}, in.Projects[0])
	assert.Equal(t, []int{12, 9}, in.Capacity)
	assert.Equal(t, []int{37, 53}, in.Stock)
	assert.Equal(t, "cm11_.bas", in.Name)
	assert.Equal(t, int64(14330), in.Seed)
	assert.Equal(t, 71, in.Horizon)
}

func text(t testing.TB, write func(io.Writer, psplib.Instance) error, in psplib.Instance) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, write(&out, in))
	return out.String()
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good := text(t, psplib.WriteMM, small())
	_, err := psplib.Read(strings.NewReader(good))
	require.NoError(t, err)
	long := strings.Repeat("x", 1<<20)
	for _, c := range []struct {
		old, text string // one place of the file and what stands there instead
		row       int
		want      string
	}{
		{good, "", 1, "end of file: want PRECEDENCE RELATIONS"},
		{good, "************\n", 2, "end of file"},
		{"horizon", "height", 7, "want a line of the header"},
		{"horizon                       :  12", "horizon : -1", 7, `horizon "-1": want a number from 0`},
		{"horizon                       :  12", "horizon : 1000000001", 7, "want a number from 0 to 1000000000"},
		{"horizon                       :  12", "projects : 1", 7, "is given twice"},
		{"projects                      :  1", "projects : 2", 5, "want a number from 1 to 1"},
		{"):  5", "):  100001", 6, "jobs"},
		{"):  5", "):  6", 17, "project information: 3 jobs: want 4"},
		{"2   R", "2   Q", 9, "the letter R"},
		{"2   R", "1001   R", 9, "want a number from 0 to 1000"},
		{"0   D", "1   D", 11, "want a number from 0 to 0"},
		{"  - nonrenewable              :  1   N\n", "", 16, "want the numbers of jobs"},
		{"pronr.", "number", 14, "want pronr."},
		{"    1      3", "    2      3", 15, "project 2: want 1"},
		{"jobnr.    #modes", "jobnr.", 18, "want jobnr."},
		{"   1        1          2           2   3\n", "   1 1\n", 19, "2 fields"},
		{"   1        1          2           2   3\n", "   2        1          2           2   3\n", 19, `job "2"`},
		{"   1        1          2           2   3\n", "   1        1          3           2   3\n", 19, `number of successors "3"`},
		{"   1        1          2           2   3\n", "   1        1          2           2   6\n", 19, "successor 6: want 1 to 5"},
		{"   1        1          2           2   3\n", "   1        1          2           0   3\n", 19, "successor 0: want 1 to 5"},
		{"   1        1          2           2   3\n", "   1        1          2           2   2\n", 19, "successor 2 is given twice"},
		{"   1        1          2           2   3\n", "   1     1001          2           2   3\n", 19, `modes "1001"`},
		{"   1        1          2           2   3\n", "   1        0          2           2   3\n", 19, `modes "0"`},
		{"REQUESTS/DURATIONS:", "REQUESTS:", 25, "want REQUESTS/DURATIONS"},
		{"duration  R 1  R 2  N 1\n", "duration  R 1  R 2\n", 26, "want jobnr. mode duration  R 1  R 2  N 1"},
		{"  1      1     0       0    0    0\n", "  1      1     0       0    0\n", 28, "job 1, mode 1: 5 fields: want 6"},
		{"         2     4       2    0    1\n", "  2      2     4       2    0    1\n", 30, "job 2, mode 2: 6 fields: want 5"},
		{"         2     4       2    0    1\n", "         3     4       2    0    1\n", 30, `mode "3"`},
		{"         2     4       2    0    1\n", "         2     4       2    0   1x\n", 30, `job 2, mode 2 "1x"`},
		{"    4    2   10\n", "    4    2\n", 38, "availabilities: 2 fields: want 3"},
		{"    4    2   10\n", "    4    2   10\n 1\n", 39, "want the end of the file"},
		{"file with basedata            : small", "file with basedata : " + long, 2, "more than 1048576 bytes"},
		{"file with basedata            : small", "file with basedata : " + long[:300], 2, "at most 255 bytes"},
		{"file with basedata            : small", "file with basedata : \xff", 2, "printable text"},
		{"generator: 7", "generator: 1000000000001", 3, "want a number from 0 to 1000000000000"},
	} {
		require.Equal(t, 1, strings.Count(good, c.old), c.old)
		in, err := psplib.Read(strings.NewReader(strings.Replace(good, c.old, c.text, 1)))
		require.ErrorIs(t, err, psplib.ErrFormat, c.want)
		require.ErrorContains(t, err, c.want)
		bad, ok := errors.AsType[*finding.CellError](err)
		require.True(t, ok)
		assert.Equal(t, c.row, bad.Row, c.want)
		assert.Nil(t, in)
	}
	for _, c := range [][2]string{
		{"", "end of file: want number of activities"},
		{"0 1", `number of activities "0"`},
		{"100001 1", "want a number from 1 to 100000"},
		{"1 1001", "want a number from 0 to 1000"},
		{"1 1 x", `capacity "x"`},
		{"1 1 4 2 1", "end of file: want activity 1: number of successors"},
		{"1 1 4\n2 1 1\n2", "successor 2: want 1 to 1"},
		{"2 0 0 2 2 2 0 0", "successor 2 is given twice"},
		{"1 1 4 2 1 0 7", `"7": want the end of the file`},
		{"1 1 4 2 1 0\n\n7", `"7": want the end of the file`},
	} {
		in, err := psplib.ReadPatterson(strings.NewReader(c[0]))
		require.ErrorIs(t, err, psplib.ErrFormat, c[0])
		require.ErrorContains(t, err, c[1], c[0])
		assert.Nil(t, in)
	}
	for _, c := range [][2]string{
		{"", "end of file: want number of projects"},
		{"10001 1", "want a number from 1 to 10000"},
		{"1 1 4 0 0", `number of activities "0"`},
		{"1 1 4 1 0 2", "mark of use 2: want 0 or 1"},
		{"1 1 4 1 0 0 2 1 0", "uses 1 of resource 1, which its project does not use"},
		{"1 1 4 1 0 1 2 1 1 2", `successor "2": want project:activity`},
		{"1 1 4 1 0 1 2 1 1 2:1", "successor 2:1 is not in the file"},
		{"1 1 4 1 0 1 2 1 1 1:2", "successor 1:2 is not in the file"},
		{"1 0 1 0 5 2 1:1 1:1", "successor 1 is given twice"},
		{"1 0 1 0 5 0 9", `"9": want the end of the file`},
	} {
		in, err := psplib.ReadMPLIB(strings.NewReader(c[0]))
		require.ErrorIs(t, err, psplib.ErrFormat, c[0])
		require.ErrorContains(t, err, c[1], c[0])
		assert.Nil(t, in)
	}
}

// A header may announce more than a machine has; only what is there is stored.
func TestAnnouncedSizesCostNothing(t *testing.T) {
	const head = "jobs (incl. supersource/sink ): 100000\n- renewable : 1000 R\n- nonrenewable : 1000 N\nPRECEDENCE RELATIONS:\njobnr. #modes #successors successors\n1 1000 0\n2 1000 0\n"
	allocated := testing.AllocsPerRun(5, func() {
		_, err := psplib.Read(strings.NewReader(head))
		require.ErrorContains(t, err, "end of file: want job 3")
	})
	assert.Less(t, allocated, 200.0)
	endless := io.MultiReader(strings.NewReader("1 1\n"), zeros{})
	_, err := psplib.ReadPatterson(endless)
	require.ErrorContains(t, err, "want the end of the file")
	wide := io.MultiReader(strings.NewReader("100000 1000\n"), zeros{})
	_, err = psplib.ReadPatterson(wide)
	require.ErrorContains(t, err, "more than 4000000 numbers")
}

// zeros is an endless file.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = "0 0 0\n"[i%6]
	}
	return len(p) / 6 * 6, nil
}

func TestReadErrorsOfTheReaderPass(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	_, err := psplib.Read(io.MultiReader(strings.NewReader("projects : 1\n"), failing{broken}))
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, psplib.ErrFormat)
	require.ErrorIs(t, psplib.WriteMM(failing{broken}, small()), broken)
	require.ErrorIs(t, psplib.WriteDZN(failing{broken}, small()), broken)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spoil func(*psplib.Instance)
		want  string
	}{
		{func(in *psplib.Instance) { in.Activities = nil }, "0 activities"},
		{func(in *psplib.Instance) { in.Projects = nil }, "0 projects"},
		{func(in *psplib.Instance) { in.Projects[0].Count = 4 }, "own 4 of 5"},
		{func(in *psplib.Instance) { in.Projects[0].Count = 6 }, "project 1 has 6 activities"},
		{func(in *psplib.Instance) { in.Projects[0].First = 1 }, "from 1"},
		{func(in *psplib.Instance) { in.Projects[0].Uses = []bool{true} }, "marks of use"},
		{func(in *psplib.Instance) { in.Projects[0].Release = -1 }, "project 1: numbers"},
		{func(in *psplib.Instance) { in.Seed = -1 }, "seed"},
		{func(in *psplib.Instance) { in.Name = "two\nlines" }, "name"},
		{func(in *psplib.Instance) { in.Name = " x" }, "name"},
		{func(in *psplib.Instance) { in.Horizon = 1_000_000_001 }, "horizon"},
		{func(in *psplib.Instance) { in.Capacity = make([]int, 1001) }, "1001 renewable"},
		{func(in *psplib.Instance) { in.Activities[1].Modes = nil }, "activity 2: 0 modes"},
		{func(in *psplib.Instance) { in.Activities[1].Modes[1].Use = nil }, "activity 2: mode 2: 0 uses and 1 draws: want 2 and 1"},
		{func(in *psplib.Instance) { in.Activities[1].Modes[1].Duration = -1 }, "activity 2: mode 2: numbers"},
		{func(in *psplib.Instance) { in.Activities[4].Successors = []int{5} }, "activity 5: successor 5"},
	} {
		in := small()
		c.spoil(&in)
		for _, write := range []func(io.Writer, psplib.Instance) error{psplib.WriteSM, psplib.WriteMM, psplib.WritePatterson, psplib.WriteMPLIB, psplib.WriteDZN} {
			err := write(io.Discard, in)
			require.ErrorIs(t, err, psplib.ErrInstance)
			require.ErrorContains(t, err, c.want)
		}
		_, err := in.Plan()
		require.ErrorContains(t, err, c.want)
	}
	err := psplib.WriteSM(io.Discard, small())
	require.ErrorIs(t, err, psplib.ErrModes)
	bad, ok := errors.AsType[*psplib.ActivityError](err)
	require.True(t, ok)
	assert.Equal(t, 1, bad.Activity)
	require.ErrorIs(t, psplib.WritePatterson(io.Discard, small()), psplib.ErrStock)
	require.ErrorIs(t, psplib.WriteMPLIB(io.Discard, small()), psplib.ErrStock)
	several := divide(rand.New(rand.NewPCG(1, 2)), small())
	require.Greater(t, len(several.Projects), 1)
	require.ErrorIs(t, psplib.WriteMM(io.Discard, several), psplib.ErrProjects)
	plain := psplib.Instance{Projects: []psplib.Project{{Count: 1, Release: 3}}, Activities: []psplib.Activity{{Modes: []psplib.Mode{{Duration: 1}}}}}
	require.ErrorIs(t, psplib.WritePatterson(io.Discard, plain), psplib.ErrProjects)
	require.ErrorIs(t, psplib.WriteSM(io.Discard, plain), psplib.ErrProjects, "without dummies there is no line for the release")
	unmarked := psplib.Instance{Projects: []psplib.Project{{Count: 1, Uses: []bool{false}}}, Capacity: []int{3}, Activities: []psplib.Activity{{Modes: []psplib.Mode{{1, []int{2}, nil}}}}}
	require.ErrorContains(t, psplib.WriteMPLIB(io.Discard, unmarked), "uses resource 1, which its project does not")
}

func TestPlan(t *testing.T) {
	t.Parallel()
	in := &psplib.Instance{
		Projects: []psplib.Project{{First: 0, Count: 2}, {First: 2, Count: 2, Release: 5}},
		Capacity: []int{2000, 3, 0}, Horizon: 20,
		Activities: []psplib.Activity{
			{Modes: []psplib.Mode{{4, []int{1500, 1, 0}, nil}}, Successors: []int{1, 3}},
			{Modes: []psplib.Mode{{2, []int{0, 0, 0}, nil}}},
			{Modes: []psplib.Mode{{3, []int{2000, 0, 0}, nil}}},
			{Modes: []psplib.Mode{{1, []int{500, 3, 0}, nil}}},
		},
	}
	plan, err := in.Plan()
	require.NoError(t, err)
	// 2,000 units are as many as 1,000,000 thousandths at 500 each.
	assert.Equal(t, []planning.Resource{{Key: "R1", Kind: planning.Equipment, Units: 1_000_000}, {Key: "R2", Kind: planning.Equipment, Units: 3000}}, plan.Resources)
	assert.Equal(t, []planning.Assignment{{Resource: "R1", Units: 250_000}, {Resource: "R2", Units: 3000}}, plan.Tasks[3].Assignments)
	m := compile(t, in)
	path := m.CriticalPath()
	at := func(key planning.TaskKey) [2]int64 {
		f, ok := path.Of(key)
		require.True(t, ok)
		return [2]int64{psplib.Period(f.EarlyStart), psplib.Period(f.EarlyFinish)}
	}
	assert.Equal(t, [2]int64{0, 4}, at("1:1"))
	assert.Equal(t, [2]int64{4, 6}, at("1:2"))
	assert.Equal(t, [2]int64{5, 8}, at("2:1"))
	assert.Equal(t, [2]int64{5, 6}, at("2:2"), "released at 5 although its predecessor, of the other project, ends at 4")

	in.Activities[1].Modes[0].Use[2] = 1
	_, err = in.Plan()
	require.ErrorIs(t, err, psplib.ErrInstance)
	require.ErrorContains(t, err, "activity 2: uses 1 of resource R3, of which there is none")

	in.Activities[1].Modes[0].Use[2] = 0
	in.Activities[3].Modes[0].Use[1] = 4
	plan, err = in.Plan()
	require.NoError(t, err)
	_, err = planning.Compile(plan)
	found, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	assert.True(t, found.Has("planning.assignment.units"))

	one := psplib.Instance{Projects: []psplib.Project{{Count: 1}}, Stock: []int{5}, Activities: []psplib.Activity{{Modes: []psplib.Mode{{3, nil, []int{5}}}}}}
	_, err = one.Plan()
	require.NoError(t, err)
	one.Stock[0] = 4
	plan, err = one.Plan()
	require.NoError(t, err)
	_, err = planning.Compile(plan)
	found, ok = errors.AsType[finding.List](err)
	require.True(t, ok)
	assert.True(t, found.Has("planning.assignment.units"), found)
	assert.Equal(t, int64(-1), psplib.Period(time.Date(1999, 12, 31, 23, 59, 0, 0, time.UTC)))
}

// optimum tries every mode and every start.
func optimum(in psplib.Instance) int {
	n := len(in.Activities)
	starts, modes := make([]int, n), make([]psplib.Mode, n)
	best := in.Horizon + 1
	feasible := func(i int) bool {
		for k := range in.Capacity {
			for t := starts[i]; t < starts[i]+modes[i].Duration; t++ {
				used := 0
				for j := range i + 1 {
					if starts[j] <= t && t < starts[j]+modes[j].Duration {
						used += modes[j].Use[k]
					}
				}
				if used > in.Capacity[k] {
					return false
				}
			}
		}
		for k := range in.Stock {
			drawn := 0
			for j := range i + 1 {
				drawn += modes[j].Draw[k]
			}
			if drawn > in.Stock[k] {
				return false
			}
		}
		for j := range i {
			for _, s := range in.Activities[j].Successors {
				if s == i && starts[i] < starts[j]+modes[j].Duration {
					return false
				}
			}
		}
		return true
	}
	var try func(i, makespan int)
	try = func(i, makespan int) {
		if makespan >= best {
			return
		}
		if i == n {
			best = makespan
			return
		}
		for _, modes[i] = range in.Activities[i].Modes {
			for starts[i] = 0; starts[i] <= in.Horizon; starts[i]++ {
				if feasible(i) {
					try(i+1, max(makespan, starts[i]+modes[i].Duration))
				}
			}
		}
	}
	try(0, 0)
	return best
}

// The model and the data go together: MiniZinc, where it is installed, finds
// the optimum.
func TestMiniZinc(t *testing.T) {
	t.Parallel()
	// By hand: job 2 done fast draws 6, with the 5 of job 3 more than 10. So it
	// takes 4 periods, and job 4 after it 3.
	assert.Equal(t, 7, optimum(small()))
	solver, err := exec.LookPath("minizinc")
	if err != nil {
		t.Skip("minizinc is not installed")
	}
	dir := t.TempDir()
	model, dzn := filepath.Join(dir, "model.mzn"), filepath.Join(dir, "small.dzn")
	require.NoError(t, os.WriteFile(model, []byte(psplib.MiniZincModel), 0o600))
	released := psplib.Instance{
		Projects: []psplib.Project{{Count: 1}, {First: 1, Count: 1, Release: 4}}, Horizon: 9,
		Activities: []psplib.Activity{{Modes: []psplib.Mode{{Duration: 3}}}, {Modes: []psplib.Mode{{Duration: 2}}}},
	}
	for _, c := range []struct {
		in   psplib.Instance
		want string
	}{{small(), "makespan 7\n"}, {released, "makespan 6\n"}} {
		require.NoError(t, os.WriteFile(dzn, []byte(text(t, psplib.WriteDZN, c.in)), 0o600))
		out, err := exec.CommandContext(t.Context(), solver, "--solver", "gecode", model, dzn).CombinedOutput()
		require.NoError(t, err, string(out))
		assert.Contains(t, string(out), c.want)
		assert.Contains(t, string(out), "==========", "proved optimal")
	}
}

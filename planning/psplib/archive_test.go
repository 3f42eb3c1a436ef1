package psplib_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/psplib"
)

// data returns a file or folder of the reference data on planning.
func data(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("MAROPS_DATA")
	if dir == "" {
		t.Skip("MAROPS_DATA is not set")
	}
	return filepath.Join(dir, "planning", name)
}

// archive calls fn with every file of an archive of instances.
func archive(t testing.TB, set string, fn func(name string, text []byte)) (files int) {
	t.Helper()
	file, err := os.Open(data(t, filepath.Join("instances", set+".tar.gz")))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	zipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	for in := tar.NewReader(zipped); ; {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		if head.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(in)
		require.NoError(t, err)
		files++
		fn(strings.TrimPrefix(head.Name, set+"/"), text)
	}
}

// table reads the columns of a CSV file by the first of them.
func table(t *testing.T, name string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(data(t, filepath.Join("bounds", name)))
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	out := map[string][]string{}
	for _, r := range rows[1:] {
		out[r[0]] = r[1:]
	}
	return out
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// shortest returns the length of the critical path with the shortest modes, from
// the definition: relax until nothing changes.
func shortest(in *psplib.Instance) int {
	end := make([]int, len(in.Activities))
	least := make([]int, len(in.Activities))
	for i, a := range in.Activities {
		least[i] = a.Modes[0].Duration
		for _, m := range a.Modes {
			least[i] = min(least[i], m.Duration)
		}
		end[i] = least[i]
	}
	longest := 0
	for changed := true; changed; {
		changed = false
		for i, a := range in.Activities {
			for _, s := range a.Successors {
				if e := end[i] + least[s]; e > end[s] {
					end[s], changed = e, true
				}
			}
			longest = max(longest, end[i])
		}
	}
	return longest
}

func compile(t *testing.T, in *psplib.Instance) *planning.Model {
	t.Helper()
	plan, err := in.Plan()
	require.NoError(t, err)
	m, err := planning.Compile(plan)
	require.NoError(t, err)
	return m
}

// trimmed returns a text without space at the ends of lines, which one file of
// j30 has less of.
func trimmed(text []byte) string {
	lines := strings.Split(string(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// Every file is read, has the critical path that the tables state and is
// written as it was.
func TestSingleModeArchives(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]struct{ files, jobs int }{
		"j30":  {480, 32}, // counts of the reference data's README; two jobs are dummies
		"j60":  {480, 62},
		"j120": {600, 122},
	} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			bounds := table(t, set+".csv")
			files := archive(t, set, func(name string, text []byte) {
				in, err := psplib.Read(bytes.NewReader(text))
				require.NoError(t, err, name)
				require.Len(t, in.Activities, want.jobs, name)
				require.Len(t, in.Capacity, 4, name)
				require.True(t, in.SingleMode(), name)
				cpm := number(t, bounds[name][2])
				require.Equal(t, int64(cpm), psplib.Period(compile(t, in).CriticalPath().Finish()), name)
				require.Equal(t, cpm, in.Projects[0].MPMTime, name)
				sum := 0
				for _, a := range in.Activities {
					sum += a.Modes[0].Duration
				}
				require.Equal(t, sum, in.Horizon, name)
				var out bytes.Buffer
				require.NoError(t, psplib.WriteSM(&out, *in))
				require.Equal(t, trimmed(text), trimmed(out.Bytes()), name)
			})
			assert.Equal(t, want.files, files)
			assert.Len(t, bounds, want.files)
		})
	}
}

func TestMultiModeArchives(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(data(t, "bounds/multi-mode.csv"))
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	makespan := map[string]int{}
	for _, r := range rows[1:] {
		makespan[r[0]+"/"+r[1]] = number(t, r[2])
	}
	files := map[string]int{}
	archive(t, "multi-mode", func(name string, text []byte) {
		in, err := psplib.Read(bytes.NewReader(text))
		require.NoError(t, err, name)
		files[path.Dir(name)]++
		require.Len(t, in.Stock, 2, name)
		best, ok := makespan[name]
		require.True(t, ok, name)
		require.LessOrEqual(t, shortest(in), best, name)
		require.GreaterOrEqual(t, in.Horizon, best, name)
		plan, err := in.Plan()
		require.NoError(t, err, name)
		require.Len(t, plan.Resources, len(in.Capacity)+len(in.Stock), name)
		var out bytes.Buffer
		require.NoError(t, psplib.WriteMM(&out, *in))
		require.Equal(t, trimmed(text), trimmed(out.Bytes()), name)
	})
	// Counts of the reference data's README, 3,840 in all.
	assert.Equal(t, map[string]int{"j10": 536, "j12": 547, "j14": 551, "j16": 550, "j18": 552, "j20": 554, "j30": 550}, files)
	assert.Len(t, makespan, 3840)
}

func TestMMLIBArchive(t *testing.T) {
	t.Parallel()
	bounds := table(t, "mm50.csv")
	files := archive(t, "mmlib50", func(name string, text []byte) {
		in, err := psplib.Read(bytes.NewReader(text))
		require.NoError(t, err, name)
		require.Len(t, in.Activities, 52, name)
		require.Len(t, in.Activities[1].Modes, 3, name)
		row := bounds[strings.TrimSuffix(name, ".txt")+".mm"]
		require.Len(t, row, 3, name)
		require.Equal(t, number(t, row[2]), shortest(in), name)
		again := reread(t, *in, psplib.WriteMM, psplib.Read)
		require.Equal(t, in, again, name)
	})
	assert.Equal(t, 540, files)
}

// No schedule is shorter than the published optimum.
func TestPattersonArchive(t *testing.T) {
	t.Parallel()
	optimum := table(t, "patterson.csv")
	assert.Len(t, optimum, 110)
	found := 0
	files := archive(t, "patterson", func(name string, text []byte) {
		in, err := psplib.ReadPatterson(bytes.NewReader(text))
		require.NoError(t, err, name)
		want := number(t, optimum[name][0])
		require.LessOrEqual(t, shortest(in), want, name)
		m := compile(t, in)
		s, err := m.Schedule(t.Context(), planning.Search{Schedules: 20, Seed: 1})
		require.NoError(t, err)
		require.NoError(t, m.Verify(s), name)
		got := psplib.Period(s.Finish())
		require.GreaterOrEqual(t, got, int64(want), name)
		if got == int64(want) {
			found++
		}
		again := reread(t, *in, psplib.WritePatterson, psplib.ReadPatterson)
		require.Equal(t, in, again, name)
	})
	assert.Equal(t, 110, files)
	t.Logf("optimum found: %d of %d", found, files)
	assert.Greater(t, found, 30) // a reader that mixed up demands would find next to none
}

func TestMPLIBArchive(t *testing.T) {
	t.Parallel()
	read := 0
	files := archive(t, "mplib1-set3", func(name string, text []byte) {
		in, err := psplib.ReadMPLIB(bytes.NewReader(text))
		require.NoError(t, err, name)
		require.Len(t, in.Projects, 24, name)
		require.Len(t, in.Activities, 24*62, name)
		again := reread(t, *in, psplib.WriteMPLIB, psplib.ReadMPLIB)
		require.Equal(t, in, again, name)
		if read++; read%5 == 0 { // for time's sake
			require.Equal(t, int64(shortest(in)), psplib.Period(compile(t, in).CriticalPath().Finish()), name)
		}
	})
	assert.Equal(t, 226, files)
}

func TestSamples(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ projects, activities, capacity, stock int }{
		"testdata/m11_1.mm":           {1, 18, 2, 2}, // copied with their licence
		"testdata/Jall1_1.mm":         {1, 52, 2, 2},
		"testdata/MPLIB1_Set1_0.rcmp": {6, 372, 4, 0},
		"MPLIB2_Set1_0.rcmp":          {10, 520, 5, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := name
			if !strings.HasPrefix(name, "testdata/") {
				file = data(t, filepath.Join("samples", name))
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			read := psplib.Read
			if strings.Contains(name, "MPLIB") {
				read = psplib.ReadMPLIB
			}
			in, err := read(bytes.NewReader(text))
			require.NoError(t, err)
			assert.Equal(t, want, struct{ projects, activities, capacity, stock int }{
				len(in.Projects), len(in.Activities), len(in.Capacity), len(in.Stock),
			})
		})
	}
}

// The sample of alternative subgraphs is another problem: more follows the
// activities, and is not passed over.
func TestAlternativeSubgraphsAreRefused(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(data(t, "samples/aslib0_0.rcp"))
	require.NoError(t, err)
	_, err = psplib.ReadPatterson(bytes.NewReader(text))
	assert.ErrorContains(t, err, "want the end of the file")
}

package rcpsp

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// instance is a published project with its best known bounds.
type instance struct {
	name        string
	project     Project
	lb, ub, cpm int32
}

// dataFolder returns where the published instances are.
func dataFolder(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("MAROPS_DATA")
	if dir == "" {
		tb.Skip("MAROPS_DATA is not set")
	}
	return filepath.Join(dir, "planning")
}

// archive returns the files of a set in the order of its bounds table, or of
// their names.
func archive(tb testing.TB, path string, each func(name string, text []byte)) {
	tb.Helper()
	f, err := os.Open(path)
	require.NoError(tb, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(tb, err)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(tb, err)
		if h.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(r)
		require.NoError(tb, err)
		each(h.Name, text)
	}
}

// published returns a set of R. Kolisch and A. Sprecher (PSPLIB, 1996), j30, j60
// and j120 with one mode, m10 to m20 and m30 with three, or mm50 of V. Van
// Peteghem and M. Vanhoucke (MMLIB50, 2014). Bounds are those of the tables of 18
// September 2024; of the multi-mode sets of PSPLIB its own results.
func published(tb testing.TB, set string) []instance {
	tb.Helper()
	dir := dataFolder(tb)
	file, folder, bounds := set, set, set
	switch {
	case set == "mm50":
		file, folder = "mmlib50", "mmlib50"
	case set[0] == 'm':
		file, folder, bounds = "multi-mode", "multi-mode/j"+set[1:], "multi-mode"
	}
	projects := map[string]Project{}
	archive(tb, filepath.Join(dir, "instances", file+".tar.gz"), func(name string, text []byte) {
		if ext := filepath.Ext(name); filepath.Dir(name) == folder && (ext == ".sm" || ext == ".mm" || ext == ".txt") {
			projects[strings.TrimSuffix(filepath.Base(name), ext)] = readSM(tb, text)
		}
	})
	var out []instance
	for _, row := range table(tb, filepath.Join(dir, "bounds", bounds+".csv")) {
		if bounds == "multi-mode" {
			if row[0] != "j"+set[1:] {
				continue
			}
			ub, lb := row[2], "0"
			if row[3] == "optimal" {
				lb = ub
			}
			row = []string{row[1], lb, ub, "1"}
		}
		name := strings.TrimSuffix(strings.TrimSuffix(row[0], ".sm"), ".mm")
		p, ok := projects[name]
		require.True(tb, ok, name)
		out = append(out, instance{name, p, number(tb, row[1]), number(tb, row[2]), number(tb, row[3])})
	}
	return out
}

func table(tb testing.TB, path string) [][]string {
	tb.Helper()
	f, err := os.Open(path)
	require.NoError(tb, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(tb, err)
	return rows[1:]
}

func number(tb testing.TB, s string) int32 {
	tb.Helper()
	x, err := strconv.ParseInt(strings.TrimSpace(s), 10, 32)
	require.NoError(tb, err)
	return int32(x)
}

// readSM reads the sections of a PSPLIB file, .sm or .mm.
func readSM(tb testing.TB, text []byte) (p Project) {
	tb.Helper()
	section := ""
	renewable := 0
	job := 0
	for line := range strings.Lines(string(bytes.ReplaceAll(text, []byte("\r"), nil))) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "*"), strings.HasPrefix(line, "-"), line == "":
			continue
		case strings.HasPrefix(line, "PRECEDENCE"), strings.HasPrefix(line, "REQUESTS"), strings.HasPrefix(line, "RESOURCEAVAIL"), strings.HasPrefix(line, "RESOURCE AVAIL"):
			section = line[:8]
			continue
		case strings.HasPrefix(line, "jobs"):
			p.Activities = make([]Activity, number(tb, strings.Fields(strings.SplitN(line, ":", 2)[1])[0]))
		}
		f := strings.Fields(line)
		if section == "RESOURCE" && strings.HasPrefix(line, "R") {
			renewable = 0
			for _, x := range f {
				if x == "R" || (len(x) > 1 && x[0] == 'R') {
					renewable++
				}
			}
			continue
		}
		if line[0] < '0' || line[0] > '9' {
			continue
		}
		v := make([]int32, len(f))
		for k := range f {
			v[k] = number(tb, f[k])
		}
		switch section {
		case "PRECEDEN":
			for _, to := range v[3:] {
				p.Edges = append(p.Edges, FinishStart(v[0]-1, to-1))
			}
			p.Activities[v[0]-1].Modes = make([]Mode, 0, v[1])
		case "REQUESTS":
			if a := p.Activities; job == 0 || len(a[job-1].Modes) == cap(a[job-1].Modes) {
				job = int(v[0])
				v = v[1:]
			}
			a := &p.Activities[job-1]
			a.Due = -1
			a.Modes = append(a.Modes, Mode{Duration: v[1], Use: slices.Clone(v[2:])})
		case "RESOURCE":
			p.Capacity = v[:renewable]
			p.Stock = v[renewable:]
		}
	}
	for i := range p.Activities {
		for k := range p.Activities[i].Modes {
			m := &p.Activities[i].Modes[k]
			m.Use, m.Draw = m.Use[:renewable], m.Use[renewable:]
		}
	}
	return p
}

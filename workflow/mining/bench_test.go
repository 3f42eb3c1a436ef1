package mining_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/workflow/mining"
)

// logFile returns the path of a public log, or skips.
func logFile(tb testing.TB, name string) string {
	tb.Helper()
	dir := os.Getenv("MAROPS_DATA")
	if dir == "" {
		tb.Skip("MAROPS_DATA is not set")
	}
	return filepath.Join(dir, "workflow", "event-logs", "logs", name)
}

// unzipped returns the bytes of a gzipped public log.
func unzipped(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open(logFile(tb, name))
	require.NoError(tb, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(tb, err)
	data, err := io.ReadAll(z)
	require.NoError(tb, err)
	return data
}

func BenchmarkReadXES(b *testing.B) {
	data := unzipped(b, "bpic2012.xes.gz")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		l, err := mining.ReadXES(bytes.NewReader(data), "bpic2012.xes")
		if err != nil || l.Events() != 262_200 { // shared/data/README.md
			b.Fatal(err)
		}
	}
}

// The tokens of encoding/xml alone, without making anything of them.
func BenchmarkRawToken(b *testing.B) {
	data := unzipped(b, "bpic2012.xes.gz")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d := xml.NewDecoder(bytes.NewReader(data))
		for {
			if _, err := d.RawToken(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkMetrics makes every figure of the reference: graph, variants, starts,
// ends, durations, waits, rework, people, months, Little's law.
func BenchmarkMetrics(b *testing.B) {
	l, err := mining.ReadXES(bytes.NewReader(unzipped(b, "bpic2012.xes.gz")), "bpic2012.xes")
	require.NoError(b, err)
	for b.Loop() {
		figures(l)
	}
}

func figures(l *mining.Log) int {
	_ = l.CaseDurations().Median()
	n, _ := l.Unattributed()
	return n + len(l.Activities()) + len(l.Starts()) + len(l.Ends()) + len(l.Variants()) + len(l.DirectlyFollows()) + len(l.Waits()) +
		l.Rework().Cases + l.Handovers() + len(l.Months(nil)) + l.Little().MaxWIP
}

func BenchmarkFigure(b *testing.B) {
	l, err := mining.ReadXES(bytes.NewReader(unzipped(b, "bpic2012.xes.gz")), "bpic2012.xes")
	require.NoError(b, err)
	for _, f := range []struct {
		name string
		make func()
	}{
		{"variants", func() { l.Variants() }},
		{"graph", func() { l.DirectlyFollows() }},
		{"graph-quantiles", func() {
			for _, e := range l.DirectlyFollows() {
				e.Time.Median()
			}
		}},
		{"waits", func() { l.Waits() }},
		{"rework", func() { l.Rework() }},
		{"people", func() { l.Loads() }},
		{"handoffs", func() { l.Handoffs() }},
		{"months", func() { l.Months(nil) }},
		{"little", func() { l.Little() }},
		{"work", func() { l.Work() }},
		{"durations", func() { l.CaseDurations().Median() }},
		{"loops", func() { l.Loops() }},
	} {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				f.make()
			}
		})
	}
}

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/golden"
)

// play runs the example and returns what it prints.
func play(t *testing.T, inDir, outDir string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, inDir, outDir))
	return out.String()
}

func TestTheStory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	golden.Equal(t, "story.golden", []byte(play(t, "", dir)))

	page, err := os.ReadFile(filepath.Join(dir, "capacity.html"))
	require.NoError(t, err)
	golden.Equal(t, "capacity.html.golden", page)
	foreign := strings.ToLower(strings.ReplaceAll(string(page), "http://www.w3.org/2000/svg", ""))
	for _, word := range []string{"http://", "https://", "<script"} {
		assert.NotContains(t, foreign, word, "the page needs nothing else")
	}
}

// With the designer from 3 August on, as the first what-if has it, nothing is too much.
func TestWithoutOverload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range inputs(t) {
		if name == "people.csv" {
			text = strings.Replace(text, "2026-09-01", "2026-08-03", 1)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	text := play(t, dir, dir)
	assert.Contains(t, text, "Nothing: the work can be shared out.")
	assert.NotContains(t, text, "forced")
	page, err := os.ReadFile(filepath.Join(dir, "capacity.html"))
	require.NoError(t, err)
	assert.NotContains(t, string(page), `id="proof"`)
}

func inputs(t *testing.T) map[string]string {
	t.Helper()
	whole := map[string]string{}
	entries, err := fs.ReadDir(embedded, "input")
	require.NoError(t, err)
	for _, e := range entries {
		text, err := embedded.ReadFile("input/" + e.Name())
		require.NoError(t, err)
		whole[e.Name()] = string(text)
	}
	return whole
}

// TestBadInput breaks one cell, or leaves a file out: the error names the place.
func TestBadInput(t *testing.T) {
	t.Parallel()
	whole := inputs(t)
	for _, c := range []struct {
		file, old, bad string
		row            int
		column         string
	}{
		{"people.csv", "copy:1 web:1,50", "copy:1 web:1,half", 5, "percent"},
		{"people.csv", "copy:1 web:1,50", "copy:one web:1,50", 5, "skills"},
		{"people.csv", "2026-09-01", "2026-02-30", 7, "starts"},
		{"people.csv", "2026-07-20..2026-07-24", "2026-07-20", 2, "absent"},
		{"people.csv", "82.00 EUR", "82.00 QQQ", 2, "rate"},
		{"people.csv", "reserved", "meetings", 1, "reserved"},
		{"work.csv", "design,2,48,2026-08-03,2026-08-21,,firm", "design,2,-48,2026-08-03,2026-08-21,,firm", 15, "hours"},
		{"work.csv", ",,tentative", ",,maybe", 20, "status"},
		{"work.csv", "2026-07-13,2026-07-31", "13.07.2026,2026-07-31", 8, "from"},
		{"requests.csv", "design,2,40,2026-09-01", "design,top,40,2026-09-01", 3, "level"},
		{"requests.csv", "2026-09-18", "", 3, "to"},
		{"whatifs.csv", "starts,Fay", "begins,Fay", 2, "change"},
		{"whatifs.csv", "starts,Fay", "starts,Guy", 2, "of"},
		{"whatifs.csv", "hours,animated ads,16", "hours,animated ads,few", 4, "to"},
	} {
		t.Run(c.file+" "+c.column, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range whole {
				if name == c.file {
					require.Contains(t, text, c.old)
					text = strings.Replace(text, c.old, c.bad, 1)
				}
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
			}
			err := run(t.Context(), &bytes.Buffer{}, dir, "")
			var bad *finding.CellError
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, []any{c.file, c.row, c.column}, []any{bad.File, bad.Row, bad.Column})
			assert.ErrorIs(t, err, errFile)
		})
	}
	for name := range whole {
		t.Run("no "+name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for other, text := range whole {
				if other != name {
					require.NoError(t, os.WriteFile(filepath.Join(dir, other), []byte(text), 0o600))
				}
			}
			assert.ErrorContains(t, run(t.Context(), &bytes.Buffer{}, dir, ""), name)
		})
	}
}

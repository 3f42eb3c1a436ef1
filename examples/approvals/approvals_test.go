package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/golden"
)

// play runs the example and returns what it prints.
func play(t *testing.T, inDir, logFile, outDir string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(&out, inDir, logFile, outDir))
	return out.String()
}

func TestTheStory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := play(t, "", "", dir)
	golden.Equal(t, "story.golden", []byte(text))
	assert.LessOrEqual(t, strings.Count(text, "\n"), 50, "fits on one screen")
	for _, name := range []string{"approvals.html", "process.mmd", "process.bpmn"} {
		page, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		golden.Equal(t, name+".golden", page)
	}
	page, err := os.ReadFile(filepath.Join(dir, "approvals.html"))
	require.NoError(t, err)
	for _, word := range []string{"http://", "https://", "<script"} {
		assert.NotContains(t, strings.ToLower(string(page)), word, "the page needs nothing else")
	}
}

// Another log tells where it waits, and nothing of the process.
func TestAnotherLog(t *testing.T) {
	t.Parallel()
	s := &story{out: &bytes.Buffer{}}
	input, err := filesIn("")
	require.NoError(t, err)
	require.NoError(t, s.read(input, ""))
	dir := t.TempDir()
	var xes bytes.Buffer
	require.NoError(t, s.log.WriteXES(&xes))
	path := filepath.Join(dir, "other.xes")
	require.NoError(t, os.WriteFile(path, xes.Bytes(), 0o600))
	text := play(t, "", path, dir)
	whole := play(t, "", "", "")
	assert.True(t, strings.HasPrefix(whole, text), "%s", text)
	_, err = os.Stat(filepath.Join(dir, "process.mmd"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	whole := map[string]string{}
	for _, name := range []string{"reviews.csv", "serial.json", "parallel.json", "mapping.json", "staff.json"} {
		text, err := embedded.ReadFile("input/" + name)
		require.NoError(t, err)
		whole[name] = string(text)
	}
	for _, c := range []struct{ name, file, old, bad, want string }{
		{"no file", "staff.json", "", "", "staff.json"},
		{"no column", "reviews.csv", "case,activity", "case,what", "activity"},
		{"no time", "reviews.csv", "2026-01-13T", "last week ", "reviews.csv"},
		{"unknown field", "parallel.json", `"role": "editors"`, `"rolle": "editors"`, "parallel.json"},
		{"unknown step", "mapping.json", `"approved copy"`, `"applauded copy"`, "mapping.json"},
		{"no such stage", "mapping.json", `"approved copy"`, `"approved layout"`, "layout"},
		{"nobody for the brand", "staff.json", `["bea", "ben", "eva"]`, `["eva"]`, "stage/brand"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range whole {
				if name == c.file {
					if c.old == "" {
						continue
					}
					require.Contains(t, text, c.old)
					text = strings.Replace(text, c.old, c.bad, 1)
				}
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
			}
			require.ErrorContains(t, run(&bytes.Buffer{}, dir, "", ""), c.want)
		})
	}
	require.Error(t, run(&bytes.Buffer{}, "", filepath.Join(t.TempDir(), "none.xes"), ""))
}

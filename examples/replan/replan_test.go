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
func play(t *testing.T, inDir, outDir string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, inDir, outDir))
	return out.String()
}

func TestTheStory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := play(t, "", dir)
	golden.Equal(t, "story.golden", []byte(text))
	assert.LessOrEqual(t, strings.Count(text, "\n"), 40, "fits on one screen")

	page, err := os.ReadFile(filepath.Join(dir, "replan.html"))
	require.NoError(t, err)
	golden.Equal(t, "replan.html.golden", page)
	foreign := strings.ToLower(strings.ReplaceAll(string(page), "http://www.w3.org/2000/svg", ""))
	for _, word := range []string{"http://", "https://", "<script"} {
		assert.NotContains(t, foreign, word, "the page needs nothing else")
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	whole := map[string]string{}
	for _, name := range []string{"plan.json", "news.json"} {
		text, err := embedded.ReadFile("input/" + name)
		require.NoError(t, err)
		whole[name] = string(text)
	}
	for _, c := range []struct{ name, file, old, bad, want string }{
		{"no file", "plan.json", "", "", "plan.json"},
		{"unknown field", "news.json", `"absences"`, `"abscences"`, `news.json: json: unknown field "abscences"`},
		{"no event", "plan.json", `"key": "webinar"`, `"key": "party"`, `plan.json: no task "webinar" with a deadline`},
		{"a link to nowhere", "plan.json", `"to": "rehearsal"`, `"to": "moon"`, `task "moon" is not in the plan`},
		{"an edit of no task", "news.json", `"task": "legal check"`, `"task": "moon"`, `"moon"`},
		{"nobody is ill", "news.json", `"resource": "Ben"`, `"resource": "Bob"`, "resource/Bob"},
		{"nothing to hand over", "news.json", `"task": "ad artwork"`, `"task": "moon"`, "task/moon"},
		{"a circle", "news.json", `"to": "slide deck"}}`, `"to": "brief"}}`, "page copy"},
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
					text = strings.ReplaceAll(text, c.old, c.bad)
				}
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
			}
			assert.ErrorContains(t, run(t.Context(), &bytes.Buffer{}, dir, ""), c.want)
		})
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/proof/durable"
)

func TestMain(m *testing.M) {
	durable.Child()
	os.Exit(m.Run())
}

func TestRoundsAddUpAndAreNoted(t *testing.T) {
	l := loop{"x", "what", 3, func(_ context.Context, _ string, round int) (counts, error) {
		if round == 2 {
			return nil, errors.New("broken")
		}
		return counts{"things": round + 1}, nil
	}}
	var p progress
	for range 2 {
		var err error
		p, err = l.round(t.Context(), p)
		require.NoError(t, err)
	}
	assert.Equal(t, counts{"things": 3}, p.Found)
	kept, err := l.round(t.Context(), p)
	require.ErrorContains(t, err, "broken")
	assert.Equal(t, p, kept)

	path := filepath.Join(t.TempDir(), "long.json")
	require.NoError(t, write(path, map[string]progress{"x": p}))
	state, err := read(path)
	require.NoError(t, err)
	assert.Equal(t, map[string]progress{"x": p}, state)
	assert.Contains(t, l.line(p), "2 of 3 rounds")
}

func TestListRunsNothing(t *testing.T) {
	var out bytes.Buffer
	path := filepath.Join(t.TempDir(), "long.json")
	require.NoError(t, run(t.Context(), []string{"-list", "-resume", path}, &out))
	assert.Contains(t, out.String(), "store/kill/sqlite            0 of 50 rounds")
	assert.NoFileExists(t, path)
}

package mspdi_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/mspdi"
)

// What is read, compiles and can be written is read as the same plan.
func FuzzRead(f *testing.F) {
	for _, file := range append(files(f), "testdata/launch.xml") {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		if len(data) < 20_000 {
			f.Add(data)
		}
	}
	for seed := range uint64(8) {
		if _, file := shown(f, random(f, rand.New(rand.NewPCG(seed, 7)))); file != nil {
			f.Add(file)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		project, err := mspdi.Read(bytes.NewReader(data))
		if err != nil || len(project.Tasks) > 10 || len(project.Resources) > 4 || len(project.Phases) > 4 {
			return
		}
		network, err := project.Network()
		if err == nil {
			round(t, network)
		}
		round(t, project.Plan())
	})
}

func round(t *testing.T, plan planning.Plan) {
	t.Helper()
	first, ok := written(t, plan)
	if !ok {
		return
	}
	project, err := mspdi.Read(bytes.NewReader(first))
	require.NoError(t, err)
	second, ok := written(t, project.Plan())
	require.True(t, ok, "what was written cannot be written again")
	project, err = mspdi.Read(bytes.NewReader(second))
	require.NoError(t, err)
	third, ok := written(t, project.Plan())
	require.True(t, ok)
	same(t, string(second), string(third), "file")
}

// written returns the file of a plan, if it is a plan that a file can say.
func written(t *testing.T, plan planning.Plan) ([]byte, bool) {
	t.Helper()
	m, err := planning.Compile(plan)
	if err != nil {
		return nil, false
	}
	var out bytes.Buffer
	err = mspdi.Write(&out, "x", m)
	if _, ok := errors.AsType[finding.List](err); ok {
		return nil, false
	}
	require.NoError(t, err)
	return out.Bytes(), true
}

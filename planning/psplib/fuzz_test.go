package psplib_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/psplib"
)

type (
	reader = func(io.Reader) (*psplib.Instance, error)
	writer = func(io.Writer, psplib.Instance) error
)

// hold checks what holds for every file that is read: it is written and read
// again as the same instance, also as MiniZinc data, and makes a plan or an
// error.
func hold(t *testing.T, file []byte, read reader, write writer) {
	t.Helper()
	in, err := read(bytes.NewReader(file))
	if err != nil {
		require.Nil(t, in)
		return
	}
	var out bytes.Buffer
	require.NoError(t, write(&out, *in))
	again, err := read(bytes.NewReader(out.Bytes()))
	require.NoError(t, err, out.String())
	require.Equal(t, in, again)
	require.NoError(t, psplib.WriteDZN(io.Discard, *in))
	plan, err := in.Plan()
	if err != nil || len(plan.Tasks) > 20 {
		return
	}
	if m, err := planning.Compile(plan); err == nil {
		require.GreaterOrEqual(t, psplib.Period(m.CriticalPath().Finish()), int64(0))
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("jobs(incl. supersource/sink): 1\n- renewable: 1 R\n- nonrenewable: 0 N\nPRECEDENCE RELATIONS:\njobnr. #modes #successors successors\n1 1 0\nREQUESTS/DURATIONS\njobnr. mode dur R1\n1 1 2 3\nRESOURCE AVAILABILITIES\nR1\n4\n"))
	f.Add([]byte(text(f, psplib.WriteMM, small())))
	f.Fuzz(func(t *testing.T, file []byte) { hold(t, file, psplib.Read, psplib.WriteMM) })
}

func FuzzReadPatterson(f *testing.F) {
	f.Add([]byte("3 1\n4\n0 0 2 2 3\n2 3 1 3\n5 4 0\n"))
	f.Add([]byte("1 0 0 0"))
	f.Fuzz(func(t *testing.T, file []byte) { hold(t, file, psplib.ReadPatterson, psplib.WritePatterson) })
}

func FuzzReadMPLIB(f *testing.F) {
	f.Add([]byte("2 2 4 5 1 0 1 0 3 2 0 1 2:1 1 7 0 1 2 0 6 0"))
	f.Fuzz(func(t *testing.T, file []byte) { hold(t, file, psplib.ReadMPLIB, psplib.WriteMPLIB) })
}

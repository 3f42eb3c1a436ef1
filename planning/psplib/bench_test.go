package psplib_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/planning/psplib"
)

func BenchmarkRead(b *testing.B) {
	in := random(rand.New(rand.NewPCG(3, 4)), true)
	file := []byte(text(b, psplib.WriteMM, in))
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := psplib.Read(bytes.NewReader(file))
		require.NoError(b, err)
	}
}

func BenchmarkWriteMM(b *testing.B) {
	in := random(rand.New(rand.NewPCG(3, 4)), true)
	b.SetBytes(int64(len(text(b, psplib.WriteMM, in))))
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, psplib.WriteMM(io.Discard, in))
	}
}

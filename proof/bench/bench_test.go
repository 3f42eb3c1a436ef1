package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBothSidesGiveTheSameAnswers(t *testing.T) {
	for d := range duels() {
		require.NoError(t, d.check(), d.name)
		d.ours(min(d.n, 10))
		d.theirs(min(d.n, 10))
		if d.done != nil {
			require.NoError(t, d.done(), d.name)
		}
	}
}

func TestIntervalHoldsTheMedian(t *testing.T) {
	var v []float64
	for i := range 15 {
		v = append(v, float64(i))
	}
	low, high := interval(v)
	// The table for n = 15: ranks 4 and 12 (Conover, Practical Nonparametric Statistics, table A3).
	assert.InDelta(t, 3, low, 1e-9)
	assert.InDelta(t, 11, high, 1e-9)
	assert.InDelta(t, 7, median(v), 1e-9)
}

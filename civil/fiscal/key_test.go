package fiscal_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
)

func TestPrevIsTheInverseOfNext(t *testing.T) {
	thirteen, err := fiscal.Thirteen(fiscal.YearEnd{Weekday: time.Saturday, Month: time.December})
	require.NoError(t, err)
	for _, c := range []fiscal.Calendar{{}, fiscal.Gregorian(time.April), fiscal.NRF(), thirteen} {
		k := c.PeriodOf(civil.MinDate())
		_, ok := c.Prev(k)
		assert.False(t, ok, "%s begins with it", c)
		steps := 0
		for next, ok := c.Next(k); ok; next, ok = c.Next(k) {
			prev, has := c.Prev(next)
			require.True(t, has)
			require.Equal(t, k, prev)
			k = next
			steps++
		}
		assert.Greater(t, steps, 9998*12)
	}
	_, ok := fiscal.NRF().Prev(fiscal.Key{Year: 2026, Number: 13})
	assert.False(t, ok)
}

func TestKeyColumn(t *testing.T) {
	k := fiscal.Key{Year: 2026, Number: 3}
	column, err := k.Value()
	require.NoError(t, err)
	assert.Equal(t, "FY2026-P03", column)
	var got fiscal.Key
	require.NoError(t, got.Scan(column))
	assert.Equal(t, k, got)
	require.NoError(t, got.Scan([]byte("FY2025-P12")))
	assert.Equal(t, fiscal.Key{Year: 2025, Number: 12}, got)
	require.ErrorIs(t, got.Scan("2026"), fiscal.ErrKey)
	require.ErrorIs(t, got.Scan(2026), fiscal.ErrKey)
	require.NoError(t, got.Scan(nil))
	none, err := got.Value()
	require.NoError(t, err)
	assert.Nil(t, none)
	_, err = fiscal.Key{Year: -1, Number: 1}.Value()
	require.ErrorIs(t, err, fiscal.ErrKey)
}

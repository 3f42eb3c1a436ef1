package forecast_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-marops/marops/kpi/forecast"
)

func ExampleAutocorrelation() {
	r, ok := forecast.Autocorrelation([]int64{1, 2, 3, 4}, 1)
	fmt.Println(r, ok)
	// Output: 1/4 true
}

func TestAutocorrelationEdges(t *testing.T) {
	for _, c := range []struct {
		series []int64
		lag    int
	}{{nil, 0}, {[]int64{5, 5}, 1}, {[]int64{1, 2}, 2}, {[]int64{1, 2}, -1}} {
		_, ok := forecast.Autocorrelation(c.series, c.lag)
		assert.False(t, ok, "%v lag %d", c.series, c.lag)
	}
	r, ok := forecast.Autocorrelation([]int64{1 << 62, -1 << 62, 1 << 62}, 0)
	assert.True(t, ok)
	assert.Equal(t, big.NewRat(1, 1), r, "lag 0 is 1, whatever the size")
}

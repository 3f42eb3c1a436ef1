// Package forecast holds statistics of series in time.
//
//	r, ok := forecast.Autocorrelation([]int64{1, 2, 3, 4}, 1) // 1/4 true
//
// Series are scaled integers, as metrics are, and results that can be exact are
// rationals.
package forecast

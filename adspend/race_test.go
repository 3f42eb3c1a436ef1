//go:build race

package adspend_test

const raceEnabled = true

//go:build !race

package planning_test

const raceEnabled = false

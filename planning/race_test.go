//go:build race

package planning_test

const raceEnabled = true

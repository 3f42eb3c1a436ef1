//go:build !race

package marops_test

const raceEnabled = false

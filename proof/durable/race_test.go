//go:build race

package durable

// The race detector makes everything some ten times slower, and looks for
// something that shows in a tenth of the work as well.
const share = 10

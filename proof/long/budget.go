package main

import (
	"context"

	"github.com/go-marops/marops/budget/budgettest"
)

// books are a million random commands to books of random charts.
func books() loop {
	const each = 5000
	return loop{
		name: "budget/commands", what: "random commands to random books, folded, chained, rebuilt and checked", rounds: 200,
		run: func(_ context.Context, _ string, round int) (counts, error) {
			found, err := budgettest.Run(uint64(1000+round), each) //nolint:gosec // not negative
			return counts(found), err
		},
	}
}

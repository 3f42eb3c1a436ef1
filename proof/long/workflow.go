package main

import (
	"context"

	"github.com/go-marops/marops/workflow/workflowtest"
)

// approvals are a million random commands to approvals of random definitions.
func approvals() loop {
	const each = 5000
	return loop{
		name: "workflow/commands", what: "random commands to random approvals, folded, chained and checked", rounds: 200,
		run: func(_ context.Context, _ string, round int) (counts, error) {
			found, err := workflowtest.Run(uint64(1000+round), each) //nolint:gosec // not negative
			return counts(found), err
		},
	}
}

// Package marops is marketing operations as a library: campaigns and their
// dependencies, approvals, budgets, capacity and KPIs, over storage of your
// choice and with no server of its own.
//
// Every package stands on its own: planning schedules without campaigns,
// budget controls money without approvals. This package is for those who want
// all of it: a [Workspace] ties the engines together over one store, so that
// what belongs together is committed together.
//
//	ws, err := marops.Open(marops.Config{
//		Store: store.NewMemory(), Now: time.Now, NewID: uuid.NewV7,
//		Staff: staff, Processes: processes, Charts: charts,
//	})
//	state, err := ws.As("acme", "ada").Submit(ctx, "spend", request, &marops.Hold{Book: "2026", Reserve: money})
//	state, err = ws.As("acme", "ivo").Vote(ctx, state.Instance, workflow.Vote{Stage: "finance", Version: 1, Verdict: workflow.Approve})
//
// The engines are pure: values in, values out, no clock and no randomness. The
// Workspace alone holds a clock, a source of ids and a store.
package marops

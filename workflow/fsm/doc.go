// Package fsm is a small typed state machine: states and events are the host's
// own integer types, and a transition costs a table look-up.
//
//	machine, err := fsm.Compile(fsm.Chart[Status, Event, *Deal]{
//		Initial: Draft,
//		Transitions: []fsm.Transition[Status, Event, *Deal]{
//			{From: Draft, On: Submit, To: Review, If: complete},
//			{From: Review, On: Approve, To: Live, Do: notify},
//			{From: Review, On: Reject, To: Draft},
//		},
//	})
//	deal.Status, err = machine.Fire(deal.Status, Submit, deal)
//
// The machine holds no state of its own: it is compiled once, immutable, shared
// by any number of instances, and safe for concurrent use. An instance is just
// its state, one integer in the host's own record.
package fsm

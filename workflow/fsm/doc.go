// Package fsm is a small typed state machine: states and events are the host's
// own integer types, and a transition costs a table look-up.
//
//	machine, err := fsm.Compile(fsm.Chart[Status, Event, *Deal]{
//		Initial: Draft, Final: []Status{Live, Dropped},
//		Transitions: []fsm.Transition[Status, Event, *Deal]{
//			{From: Draft, On: Submit, To: Review, If: complete},
//			{From: Review, On: Approve, To: Live, Do: notify},
//			{From: Review, On: Reject, To: Draft},
//			{From: Review, On: Drop, To: Dropped},
//		},
//	})
//	deal.Status, err = machine.Fire(deal.Status, Submit, deal)
//
// The machine holds no state of its own: it is compiled once, immutable, shared
// by any number of instances, and safe for concurrent use. An instance is just
// its state, one integer in the host's own record.
//
// Compile searches the states: none is out of reach, and from each one that is
// reached a final one can be, else it shows the path that leads astray. A chart
// that people author outside of Go is Data, in names and JSON; Bind gives its
// guards and actions their code.
package fsm

// Package journey is nurture programmes: what a lead gets, when, and when it
// ends. The engine says what to send; the host sends it.
//
//	var def journey.Definition
//	err := json.Unmarshal(text, &def)       // strict: unknown and repeated names are errors
//	program, err := journey.Compile(def)    // every step is reached, every path ends, no loop without a wait
//	env := journey.Env{Now: now, Zone: berlin, Score: 40, Attributes: map[string]string{"region": "de"}}
//	state, events, err := program.Do(journey.State{}, journey.Enter{Lead: "l-17"}, env)
//	for _, e := range events {
//		if e.Kind == journey.Sent { … }     // send e.Content now
//	}
//	at, ok := state.Due()                   // when to call program.Do(state, journey.Tick{}, env)
//	flow, err := program.Simulate(journey.Cohort{Leads: 10_000, Enter: march, Until: june}, 1)
//
// Program.Decide and Program.Apply are pure: no clock, no storage, no chance. A
// split takes its arm from a hash of the lead, so that a lead always takes the
// same one, in every replay.
//
// # Steps
//
// A step is one of: wait, for working or elapsed time, until a time of the week
// in the lead's zone, or for an event; branch, on attributes, the score and what
// has happened since entry; send; split, by whole percents; goal and exit, which
// end the journey. A send waits for the end of quiet hours and for room under
// the frequency caps. Events in GoalOn and ExitOn end the journey from anywhere,
// and so does a lead that has become suppressed, before anything is sent.
package journey

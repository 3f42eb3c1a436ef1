// Package board is Kanban: work in columns and lanes, limits on work in
// progress, and the measures of flow.
//
//	kanban, err := board.Compile(board.Definition{Key: "content", Columns: []board.Column{
//		{Key: "ready"}, {Key: "draft", Kind: board.Active, Limit: 3},
//		{Key: "review", Kind: board.Active, Limit: 2}, {Key: "live", Kind: board.Done}}})
//	env := board.Env{Now: now, By: "mia"}
//	state, events, err := kanban.Do(board.State{}, board.Add{Item: post, Title: "Spring post"}, env)
//	state, events, err = kanban.Do(state, board.Pull{To: "draft", Person: "ana"}, env)
//	fmt.Println(events[0].Why)               // which card is next, and why
//	state, events, err = kanban.Do(state, board.Finish{Item: post}, env)
//	history, err := kanban.History(trail)    // all events so far
//	fmt.Println(history.Expect(85, from, to, berlin)) // 85 % finish within 9 days (42 finished)
//
// Board.Decide and Board.Apply are pure: the host stores events and state. A
// finished or cancelled card leaves the State and lives on in the events; its
// item may be added again, as a new card.
//
// # Work in progress
//
// A card is in progress from the first active column on until it is done. The
// limit of a column, or of a lane within a column, counts the cards that stand
// there; the limits of lanes and people count their cards in progress. A card
// is refused where it would join what is full. What is over its limit already,
// because the limit was lowered, can be moved within and out. Expedite cards
// count towards one limit alone, Definition.Expedite, and nothing else holds
// them up.
//
// # Measures
//
// Lead time runs from adding to finishing, cycle time from the moment a card is
// first in progress; a card that never was has none, which counts as nought.
// Times are whole milliseconds, windows are half-open, and what should add up
// does so to the last card and millisecond: see Day, Little and Efficiency. The
// terms are those of The Kanban Guide (D. Vacanti, J. Coleman, 2020).
package board

// Package rank answers what to do first and what to do at all: scores, the best
// selection under limits, conflicts of a roadmap, and the skills that a team has
// and lacks.
//
//	ranking, err := rank.WSJF(items)              // exact scores, each with its reasons
//	ranking.Apart                                 // what could not be ranked, and which input is missing
//	ranking.Sensitivity()                         // what it would take to swap two neighbours
//
//	choice, err := rank.Select(portfolio, nil)    // the best set within budget, capacity, exclusions, prerequisites
//	choice.Proven                                 // no other set is worth more; else choice.Gap says how much at most
//	choice.Left                                   // why each of the others is not in it
//
//	conflicts, err := roadmap.Conflicts()         // every clash by name, with one fix each
//	coverage, err := matrix.Coverage(needs)       // who can, where one person stands alone, what is short
//	plan, err := matrix.Train(needs, 1)           // who should learn what, with the least to learn
//
// # Exactness
//
// Scores are fractions of whole numbers, compared exactly and rounded only in
// print. A missing input is not nought: the item stands apart. Equal scores share
// a place and keep the order of the input.
//
// Selections are whole numbers. The search walks the linear relaxation in
// floating point, but decides by bounds in integers alone, so a proof is a proof.
// Its work is counted in nodes, never timed: the same input gives the same answer
// on any machine.
package rank

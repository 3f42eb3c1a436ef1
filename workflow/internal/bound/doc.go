// Package bound computes how long a decision can take at the most, from deadlines
// in working time, and at which start it takes that long.
//
//	f, err := bound.Identity(bound.Window{From: from, To: to}) // the starts examined
//	if err == nil {
//		f, err = f.Then(office, worktime.Hours(16), worktime.Days(2)) // a deadline, and one more after escalation
//	}
//	if err == nil {
//		f, err = f.Then(board, worktime.Days(5)) // the next stage
//	}
//	start, minutes := f.Worst()
//
// A Func says for each start by when a part of a process is decided, if every
// stage takes all the time it has. Stages in a row are Then after Then, branches
// and alternatives the Max of what each makes of the same Func, r rounds more of a
// loop r+1 times the same. That is sharp where adding up the worst cases of parts
// is not: these never come together, for one part ends where the next begins.
//
// A stage may also be decided early, and then the next one starts early. Where
// clocks change or night shifts end, an earlier start may have a later deadline,
// so a Func answers for all starts in the window up to an instant: it never falls.
// What takes longest is the same either way.
//
// A Func is exact to the minute, piecewise, with slopes of nought and one. Instants
// are UTC minutes since the Unix epoch.
package bound

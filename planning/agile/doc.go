// Package agile keeps a backlog and its sprints, and forecasts from what was done.
//
//	backlog, err := agile.Replay(events)              // one dated log: added, split, committed, done, ...
//	backlog.Ranked()                                  // what to do next
//	backlog.Trail("checkout")                         // every estimate, back through splits
//	review, err := backlog.Review("sprint 7")         // committed, added, done, carried over
//	days, err := backlog.Burn("sprint 7", cal, today) // burn-down and burn-up by working day
//	velocity := backlog.Velocity(5)                   // mean, median, range
//	pace := backlog.Throughput(lastQuarter, 5, cal)
//	forecast, err := pace.When(40, today, nil)        // exact distribution of the finish
//	day, ok := forecast.Percentile(85)
//
// # The log
//
// Nothing is overwritten: a Backlog is what a log of events comes to, so
// commitments, scope changes and old estimates stay known. Dates come with the
// events; there is no clock. Events of one day count in the order of the log.
//
// # What counts
//
// An item is done when the log says so; there is no partial credit. It counts for
// the sprint that it is in at that moment, with the estimate that it has then. An
// item without estimate counts as an item and is never nought points: sums say
// how many items they do not cover.
package agile

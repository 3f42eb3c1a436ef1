// Package mining tells from an event log how work really ran: which ways it took,
// where it waited, what was done again, who passed it on to whom, whether it kept
// to its definition, and what another definition would have made of it.
//
//	log, err := mining.ReadXES(file, "claims.xes.gz") // or ReadCSV, FromTrail, FromHistory, a Builder
//	if err != nil {
//		return err // claims.xes.gz: row 812, column log/trace[7]/event[3]: …
//	}
//	for _, v := range log.Variants()[:3] {
//		fmt.Println(v.Count, v.Activities)
//	}
//	for _, e := range log.DirectlyFollows() {
//		fmt.Println(e.From, "->", e.To, e.Count, e.Time.Sum, e.Time.Median()) // milliseconds
//	}
//	answer, err := log.WhatIf(serial, parallel, mapping, nil)
//
// # Logs
//
// A [Log] is sealed: cases with their events in order of time, equal times in the
// order of the file. Times are integer milliseconds since 1970 UTC, with the offset
// of the log applied and never dropped, so counts and sums are exact. An event has
// a case, an activity and a time, and may have a resource, a lifecycle transition
// and the attributes that a [Reader] was told to keep. Names with the prefix
// "case:" are attributes of the case.
//
// Logs come as XES (IEEE 1849) or CSV, plain or gzipped, from the trail of package
// workflow, or from a store's history of it. [Log.WriteXES] writes what ReadXES
// reads back equal. [Log.Filter], [Log.Where] and [Log.WhereEvent] return a log of
// less.
//
// # Figures
//
// Counts: [Log.Activities], [Log.Starts], [Log.Ends], [Log.Variants],
// [Log.DirectlyFollows], [Log.Rework], [Log.Loops]. Times: [Log.CaseDurations],
// [Log.Waits], [Log.Between]; a [Durations] has exact sums and, when asked, quantiles.
// People: [Log.Loads], [Log.Handovers], [Log.Handoffs]. Flow: [Log.Months],
// [Log.Little]. With start and complete events, [Log.Work] and [Log.Flow] tell
// waiting from working, and [Log.Bottlenecks] says what both cost. [Compare] ranks
// what changed between two logs.
//
// Every one of them is in working time on [Log.WorkingTime], and [Log.Deadlines]
// holds cases against a limit:
//
//	log = log.WorkingTime(calendar) // a *worktime.Calendar
//	over := log.CaseDurations().Over(48 * 3_600_000)
//
// Lists are ranked, most first, and ties go by name: the same log gives the same
// answer.
//
// # Conformance
//
// A [Mapping] says what the activities of a log mean for an approval; it is data.
// [Log.Conform] replays every case on a workflow.Definition and says how it ended,
// or at which event it left the definition and what would have been allowed:
//
//	{"steps": {"Submitted": "submitted", "Lead: yes": "approved lead", "Lead: no": "changes_requested lead"},
//	 "after": ["Paid"]}
//
// [TrailMapping] is the mapping of logs of package workflow itself.
//
// # What if
//
// [Log.WhatIf] replays the cases that kept to one definition on another one, with
// the times that their stages took: in parallel instead of one after the other,
// without a stage, with a new one, with deadlines enforced. The answer is the change
// of the duration of each case, of the mean and of the median with an interval, and
// the assumptions that it rests on.
package mining

// Package mining tells from an event log how work really ran.
//
//	log, err := mining.ReadXES(file, "receipt.xes.gz")
//	for _, v := range log.Variants()[:3] {
//		fmt.Println(v.Count, v.Activities)
//	}
//	for _, e := range log.DirectlyFollows() {
//		fmt.Println(e.From, "->", e.To, e.Count, e.Time.Sum) // milliseconds
//	}
//
// Times are integer milliseconds since 1970 UTC, with the offset of the log
// applied and never dropped, so sums are exact. Events of a case are in order of
// time, equal times in the order of the file.
//
// Logs come as XES (IEEE 1849) or CSV, plain or gzipped.
package mining

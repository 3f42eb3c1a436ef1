// Package adspend reads what ad platforms export: one row per campaign and day,
// with spend, impressions, clicks and conversions.
//
//	report, err := adspend.Google(file, "google.csv", nil)
//	if err != nil {
//		return err // google.csv: row 412, column Cost: "12,34": thousands marks are misplaced
//	}
//	days, err := report.Days() // devices and ad groups added up
//	for _, d := range days {
//		fmt.Println(d.Key, d.Spend) // google/123/21000000100/2026-03-01 12.340000 EUR
//	}
//
// The readers know the native exports: preambles and rows of totals, UTF-16,
// thousands marks, "--" for missing, a currency in the header. They give rows
// only and post nothing; package budget compares the keys of Days with what it
// has posted, so the same file again changes nothing, and a restated one what it
// restates. Merge joins exports that overlap.
//
// # What is refused
//
// A number or a date that could mean two things is refused, not guessed: "1.234"
// in a file where nothing shows what the point is, 03/04/2026 without a named
// layout. A cell without a value is missing, not zero. A row is never left out in
// silence: what the mapping leaves out is in Report.Skipped, and what cannot be
// read ends the reading or, with Options.KeepGoing, is in Report.Refused. Printed
// totals are checked against the rows, and a difference is a finding.
//
// # Other exports
//
// Everything else goes through a Mapping, which is plain data: headers, unit
// (decimal, minor, micros), where the currency comes from, layouts of dates,
// marks of numbers, which columns are segments, what to leave out.
//
//	mapping, err := adspend.ReadMapping(file, "radio.json")
//	format, err := adspend.Compile(mapping)
//	report, err := format.Read(export, "radio.csv", nil)
//
// The readers are mappings as well. For an export in another language, take the
// one of MappingOf and change its headers.
//
// Google, Meta and LinkedIn were made with exports at hand; Microsoft and TikTok
// from documentation alone, and their reports say so in a finding.
package adspend

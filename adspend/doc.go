// Package adspend reads what ad platforms export: one row per campaign and day,
// with spend, impressions, clicks and conversions.
//
//	report, err := adspend.Google(file, "google.csv", nil)
//	if err != nil {
//		return err // google.csv: row 412, column Cost: "12,34": thousands marks are misplaced
//	}
//	for _, row := range report.Rows {
//		fmt.Println(row.Day, row.Campaign, row.Spend)
//	}
//
// The readers know the native exports: preambles and "Total" rows, UTF-16,
// thousands marks, "--" for missing, a currency in the header. They give rows
// only and post nothing. A number that could mean two things is refused, not
// guessed; a cell without a value is missing, not zero. Printed totals are
// checked against the rows and a difference is a finding.
package adspend

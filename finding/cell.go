package finding

import "fmt"

// CellError says where a file is wrong. Every reader of the library gives it:
//
//	if bad, ok := errors.AsType[*finding.CellError](err); ok {
//		fmt.Println(bad.File, bad.Row, bad.Column)
//	}
//
// It matches the reader's own kind of error, such as kpi.ErrData.
type CellError struct {
	File   string
	Row    int    // 1-based line of the file
	Column string // as the header spells it or should, or its number; "" where there are no columns
	Reason string
	Kind   error // of the reader
}

// Error returns "team.csv: row 3, column percent: reason".
func (e *CellError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("%s: row %d: %s", e.File, e.Row, e.Reason)
	}
	return fmt.Sprintf("%s: row %d, column %s: %s", e.File, e.Row, e.Column, e.Reason)
}

// Unwrap returns Kind.
func (e *CellError) Unwrap() error { return e.Kind }

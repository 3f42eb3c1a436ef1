package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// CSV writes the columns' titles and the rows of a table, without its foot (a
// total among the rows would be counted twice), as RFC 4180 with lines ending in
// a line feed. A cell is its Value where it has one, else its Text. Text that a
// spreadsheet would take for a formula gets an apostrophe in front; numbers stay
// numbers. Errors are findings about the table, or come from w.
func CSV(w io.Writer, t Table) error {
	if err := t.check("table").Err(); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = inert(c.Title)
	}
	if err := out.Write(record); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			record[i] = c.plain()
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	return nil
}

// plain returns the cell of a CSV file.
func (c Cell) plain() string {
	text, bare, err := plainValue(c.Value)
	switch {
	case bare:
		return text
	case c.Value == nil || err != nil: // errors were found by check
		return inert(c.Text)
	default:
		return inert(text)
	}
}

// inert protects a text from being run as a formula (OWASP, "CSV Injection"). It
// keeps line ends and tabs inside the text; a spreadsheet also looks behind
// spaces, so the first other character counts.
func inert(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if s == "" {
		return s
	}
	for _, r := range s {
		switch {
		case strings.ContainsRune("=+-@＝＋－＠\t\r\n", r):
			return "'" + s
		case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			continue // not seen, and so no protection
		}
		break
	}
	return s
}

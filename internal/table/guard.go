package table

import (
	"encoding/csv"
	"errors"
	"io"
)

// The largest row that a Guard lets through. Real exports stay far below;
// beyond it a reader's memory grows many times faster than the file.
const (
	maxRowBytes = 1 << 20
	maxColumns  = 4096
)

var (
	errLongRow = errors.New("row is longer than 1 MiB, or a quote is not closed")
	errColumns = errors.New("row has more than 4096 columns")
)

// Guard returns a reader of the same delimited file that fails with a
// *csv.ParseError at a row of more than 1 MiB or 4096 columns, before a
// csv.Reader takes it into memory.
func Guard(r io.Reader, comma byte) io.Reader { return &guard{r: r, comma: comma, line: 1, start: 1} }

type guard struct {
	r       io.Reader
	comma   byte
	quoted  bool
	line    int // of the file
	start   int // where the row began
	bytes   int // of the row
	columns int // of the row, minus one
	err     error
}

func (g *guard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	if g.err = g.scan(p[:n]); g.err != nil {
		return 0, g.err
	}
	return n, err
}

func (g *guard) scan(b []byte) error {
	for _, c := range b {
		g.bytes++
		switch {
		case c == '"':
			g.quoted = !g.quoted
		case c == '\n':
			g.line++
			if !g.quoted {
				g.start, g.bytes, g.columns = g.line, 0, 0
			}
		case c == g.comma && !g.quoted:
			g.columns++
		}
		if g.bytes > maxRowBytes {
			return &csv.ParseError{StartLine: g.start, Line: g.start, Column: 1, Err: errLongRow}
		}
		if g.columns >= maxColumns {
			return &csv.ParseError{StartLine: g.start, Line: g.start, Column: maxColumns + 1, Err: errColumns}
		}
	}
	return nil
}

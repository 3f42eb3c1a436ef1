package psplib

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/finding"
)

// lines reads a file line by line and counts what it holds.
type lines struct {
	in    *bufio.Scanner
	left  *io.LimitedReader
	row   int
	cells int
}

func newLines(r io.Reader) *lines {
	left := &io.LimitedReader{R: r, N: maxBytes + 1}
	in := bufio.NewScanner(left)
	in.Buffer(nil, maxLine)
	return &lines{in: in, left: left}
}

func (l *lines) bad(format string, args ...any) error {
	return &finding.CellError{File: "instance", Row: max(l.row, 1), Reason: fmt.Sprintf(format, args...), Kind: ErrFormat}
}

// next returns the next line that says something, trimmed; "" is the end.
// Rules of stars or dashes and blank lines say nothing.
func (l *lines) next() (string, error) {
	for l.in.Scan() {
		l.row++
		line := strings.TrimSpace(l.in.Text())
		if strings.Trim(line, "*") != "" && (len(line) < 3 || strings.Trim(line, "-") != "") {
			return line, nil
		}
	}
	switch err := l.in.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		l.row++
		return "", l.bad("line: more than %d bytes", maxLine)
	case err != nil:
		return "", err
	case l.left.N == 0:
		return "", l.bad("file: more than %d bytes", maxBytes)
	}
	return "", nil
}

// want is next where the file must go on.
func (l *lines) want(what string) (string, error) {
	line, err := l.next()
	if err == nil && line == "" {
		l.row++
		err = l.bad("end of file: want %s", what)
	}
	return line, err
}

// end refuses anything more.
func (l *lines) end() error {
	line, err := l.next()
	if err == nil && line != "" {
		err = l.bad("%.40q: want the end of the file", line)
	}
	return err
}

// number reads an unsigned decimal number from low to high.
func (l *lines) number(text, what string, low, high int64) (int64, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || int64(n) < low || int64(n) > high {
		return 0, l.bad("%s %.20q: want a number from %d to %d", what, text, low, high)
	}
	return int64(n), nil
}

// count is number for what fits an int on every machine.
func (l *lines) count(text, what string, low, high int) (int, error) {
	n, err := l.number(text, what, int64(low), int64(high))
	return int(n), err
}

// numbers reads numbers from 0 to maxNumber; it counts them against maxCells.
func (l *lines) numbers(fields []string, what string) ([]int, error) {
	if l.cells += len(fields) + 1; l.cells > maxCells {
		return nil, l.bad("%s: the file has more than %d numbers", what, maxCells)
	}
	if len(fields) == 0 {
		return nil, nil
	}
	out := make([]int, len(fields))
	for i, f := range fields {
		n, err := l.count(f, what, 0, maxNumber)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// successors reads job numbers from 1 to n as indexes, each once.
func (l *lines) successors(fields []string, n int) ([]int, error) {
	out, err := l.numbers(fields, "successor")
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i] < 1 || out[i] > n {
			return nil, l.bad("successor %d: want 1 to %d", out[i], n)
		}
		out[i]--
	}
	if s, ok := twice(out); ok {
		return nil, l.bad("successor %d is given twice", s+1)
	}
	return out, nil
}

// twice returns a number that is in a list more than once.
func twice(list []int) (int, bool) {
	sorted := slices.Sorted(slices.Values(list))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i], true
		}
	}
	return 0, false
}

// tokens reads a file as a stream of words: line breaks mean nothing.
type tokens struct {
	*lines
	fields []string
}

// take returns the next n words.
func (t *tokens) take(n int, what string) ([]string, error) {
	if n <= len(t.fields) { // the common case: on one line
		out := t.fields[:n]
		t.fields = t.fields[n:]
		return out, nil
	}
	out := slices.Clone(t.fields)
	for len(out) < n {
		line, err := t.want(what)
		if err != nil {
			return nil, err
		}
		t.fields = strings.Fields(line)
		k := min(n-len(out), len(t.fields))
		out, t.fields = append(out, t.fields[:k]...), t.fields[k:]
	}
	return out, nil
}

func (t *tokens) one(what string, low, high int) (int, error) {
	field, err := t.take(1, what)
	if err != nil {
		return 0, err
	}
	return t.count(field[0], what, low, high)
}

func (t *tokens) many(n int, what string) ([]int, error) {
	fields, err := t.take(n, what)
	if err != nil {
		return nil, err
	}
	return t.numbers(fields, what)
}

func (t *tokens) finish() error {
	if len(t.fields) > 0 {
		return t.bad("%.40q: want the end of the file", t.fields[0])
	}
	return t.end()
}

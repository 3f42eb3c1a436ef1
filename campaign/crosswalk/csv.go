package crosswalk

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/table"
)

const maxBytes = 64 << 20

var header = []string{"system", "external_id", "node", "channel", "from", "to"}

// ReadCSV reads links: UTF-8, at most 64 MiB, with the header
// "system,external_id,node,channel,from,to" (a byte order mark before it is
// ignored). Days are YYYY-MM-DD, both included; an empty one is open. The name
// appears in errors, which are *finding.CellError or the reader's own. Compile finds
// what is wrong between links.
func ReadCSV(r io.Reader, name string) ([]Link, error) {
	links, _, err := readCSV(r, name)
	return links, err
}

// Read reads links as ReadCSV does and compiles them. It names file, row and
// column also of what is wrong between them: two links of one external id that
// share a day, and a node for which known returns false.
func Read(r io.Reader, name string, known func(campaign.NodeKey) bool) (*Map, error) {
	links, lines, err := readCSV(r, name)
	if err != nil {
		return nil, err
	}
	type id struct{ system, external string }
	before := make(map[id][]int)
	for i, l := range links {
		if !known(l.Node) {
			return nil, cellError(name, lines[i], "node", fmt.Sprintf("%q is not known", l.Node))
		}
		at := id{l.System, l.ExternalID}
		for _, j := range before[at] {
			if l.overlaps(links[j]) {
				return nil, cellError(name, lines[i], "external_id", fmt.Sprintf("%q shares days with row %d", l.ExternalID, lines[j]))
			}
		}
		before[at] = append(before[at], i)
	}
	return Compile(links)
}

// overlaps reports whether two links share a day; an open end is for ever.
func (l Link) overlaps(o Link) bool {
	return (l.To.IsZero() || !l.To.Before(o.From)) && (o.To.IsZero() || !o.To.Before(l.From))
}

// readCSV returns the links and their lines.
func readCSV(r io.Reader, name string) ([]Link, []int, error) {
	limited := &io.LimitedReader{R: r, N: maxBytes + 1}
	in := csv.NewReader(table.Guard(limited, ','))
	in.FieldsPerRecord = -1
	in.ReuseRecord = true
	var out []Link
	var lines []int
	for first := true; ; first = false {
		record, err := in.Read()
		if limited.N <= 0 {
			return nil, nil, cellError(name, 1, header[0], "the file is larger than 64 MiB")
		}
		if errors.Is(err, io.EOF) {
			if first {
				return nil, nil, cellError(name, 1, header[0], "the file is empty")
			}
			return out, lines, nil
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, nil, cellError(name, bad.Line, fmt.Sprint(bad.Column), bad.Err.Error())
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		row, _ := in.FieldPos(0)
		if first {
			record[0] = strings.TrimPrefix(record[0], "\ufeff")
			if err := readHeader(name, record); err != nil {
				return nil, nil, err
			}
			continue
		}
		link, err := readLink(name, row, record)
		if err != nil {
			return nil, nil, err
		}
		if len(out) == maxLinks {
			return nil, nil, cellError(name, row, header[0], fmt.Sprintf("more than %d links", maxLinks))
		}
		out, lines = append(out, link), append(lines, row)
	}
}

func readHeader(name string, record []string) error {
	for i, want := range header {
		if i >= len(record) || record[i] != want {
			got := "nothing"
			if i < len(record) {
				got = fmt.Sprintf("%q", printable(record[i]))
			}
			return cellError(name, 1, want, fmt.Sprintf("want the header %s, got %s in place %d", strings.Join(header, ","), got, i+1))
		}
	}
	if len(record) > len(header) {
		return cellError(name, 1, printable(record[len(header)]), "unknown column")
	}
	return nil
}

func readLink(name string, row int, record []string) (Link, error) {
	if len(record) != len(header) {
		return Link{}, cellError(name, row, header[min(len(record), len(header)-1)], fmt.Sprintf("want %d fields, got %d", len(header), len(record)))
	}
	if i := slices.IndexFunc(record, func(s string) bool { return !utf8.ValidString(s) }); i >= 0 {
		return Link{}, cellError(name, row, header[i], "not UTF-8")
	}
	l := Link{
		System: strings.Clone(record[0]), ExternalID: strings.Clone(record[1]),
		Node: campaign.NodeKey(strings.Clone(record[2])), Channel: strings.Clone(record[3]),
	}
	for i, d := range [...]*civil.Date{&l.From, &l.To} {
		text := record[4+i]
		if text == "" {
			continue
		}
		day, err := civil.Parse(text)
		if err != nil {
			return Link{}, cellError(name, row, header[4+i], err.Error())
		}
		*d = day
	}
	if column, reason := l.problem(); reason != "" {
		return Link{}, cellError(name, row, column, reason)
	}
	return l, nil
}

// WriteCSV writes links as ReadCSV reads them.
func WriteCSV(w io.Writer, links []Link) error {
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	for _, l := range links {
		if err := out.Write([]string{l.System, l.ExternalID, string(l.Node), l.Channel, l.From.String(), l.To.String()}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func cellError(file string, row int, column, reason string) error {
	return &finding.CellError{File: file, Row: row, Column: column, Reason: reason, Kind: ErrFile}
}

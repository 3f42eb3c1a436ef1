package adspend

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-marops/marops/money"
)

// maxPreamble is how many lines may stand before the header, and headerWithin how
// many bytes.
const (
	maxPreamble  = 20
	headerWithin = 64 << 10
)

// known counts the columns of f that a header cell names.
func (f *Format) known(cell string) bool {
	cell = headerText(cell)
	if _, ok := f.columns[cell]; ok {
		return true
	}
	return slices.ContainsFunc(f.money, func(p pattern) bool { _, ok := p.code(cell); return ok })
}

// headerText is a header cell without what surrounds it; a second byte order mark
// comes from files put together.
func headerText(cell string) string { return strings.TrimSpace(strings.TrimLeft(cell, "\ufeff")) }

// required are the headers without which an export cannot be read, as the error
// names them.
func (f *Format) required() []string {
	c := &f.m.Columns
	campaign := c.Campaign
	if len(campaign) == 0 {
		campaign = c.CampaignID
	}
	spend, _, _ := strings.Cut(c.Spend[0], placeholder)
	return []string{c.Day[len(c.Day)-1], campaign[0], strings.TrimRight(spend, " (")}
}

// findHeader skips to the header: the line among the first ones with the most
// known column names. The delimiter is the one that gives them.
func (s *scan) findHeader(in *bufio.Reader) error {
	head, err := in.Peek(headerWithin)
	if err != nil && !errors.Is(err, io.EOF) {
		return s.readError(err)
	}
	if len(bytes.TrimSpace(head)) == 0 && err != nil {
		s.line = 1
		return s.fail(s.f.required()[0], "file is empty")
	}
	candidates := delimiters[:]
	if d := []rune(s.f.m.Delimiter); len(d) > 0 {
		candidates = d
	}
	best, start, offset := 0, 0, 0
	for i := range maxPreamble + 1 {
		text, _, more := bytes.Cut(head[offset:], []byte("\n"))
		for _, c := range candidates {
			known := 0
			for cell := range strings.SplitSeq(string(text), string(c)) {
				if s.f.known(strings.Trim(headerText(cell), `"`)) {
					known++
				}
			}
			if known > best {
				best, start, s.offset, s.comma = known, offset, i, c
			}
		}
		if !more {
			break
		}
		offset += len(text) + 1
	}
	if best < 2 {
		s.line = 1
		return s.fail(s.f.required()[0], "no header with the columns %s in the first %d lines", strings.Join(s.f.required(), ", "), maxPreamble+1)
	}
	_, _ = in.Discard(start) // it was just seen
	return nil
}

func (s *scan) readHeader(record []string) error {
	s.header = make([]string, len(record))
	for i := range s.at {
		s.at[i] = -1
	}
	s.currency = s.o.Currency
	if s.currency == 0 {
		s.currency = s.f.m.Currency
	}
	for i, cell := range record {
		cell = headerText(cell)
		if s.f.known(cell) && slices.Contains(s.header[:i], cell) {
			return s.fail(cell, "column stands twice")
		}
		s.header[i] = cell
		fields := s.f.columns[cell]
		for _, f := range fields {
			if err := s.bind(f, i); err != nil {
				return err
			}
		}
		for _, p := range s.f.money {
			code, ok := p.code(cell)
			if !ok || slices.Contains(fields, fieldSpend) {
				continue
			}
			if err := s.bind(fieldSpend, i); err != nil {
				return err
			}
			if err := s.headerCurrency(cell, code); err != nil {
				return err
			}
		}
	}
	return s.checkHeader()
}

func (s *scan) bind(f field, i int) error {
	switch {
	case f == fieldSegment:
		s.segments = append(s.segments, i)
		return nil
	case f == fieldDay && s.at[f] >= 0:
		names := s.f.m.Columns.Day
		if slices.Index(names, s.header[i]) < slices.Index(names, s.header[s.at[f]]) {
			s.at[f] = i
		}
		return nil
	case s.at[f] >= 0:
		return s.fail(s.header[i], "column %.40q means the same and stands here, too", s.header[s.at[f]])
	}
	s.at[f] = i
	return nil
}

func (s *scan) checkHeader() error {
	required := s.f.required()
	switch {
	case s.at[fieldDay] < 0:
		return s.fail(required[0], "column is missing")
	case s.at[fieldCampaign] < 0 && (len(s.f.m.Columns.Campaign) > 0 || s.at[fieldCampaignID] < 0):
		return s.fail(required[1], "column is missing")
	case s.at[fieldSpend] < 0:
		return s.fail(required[2], "column is missing")
	case s.at[fieldCurrency] < 0 && s.currency == 0:
		return s.fail("Currency", "column is missing and Options name no currency")
	}
	if s.header[s.at[fieldDay]] != required[0] {
		s.at[fieldDayEnd] = -1
	}
	for _, rule := range s.f.m.Skip {
		at := 0
		if rule.Column != "" {
			if at = slices.Index(s.header, rule.Column); at < 0 {
				return s.fail(rule.Column, "column is missing, and rows are left out by it")
			}
		}
		s.skipAt = append(s.skipAt, at)
	}
	return nil
}

func (s *scan) headerCurrency(cell, code string) error {
	c, err := money.ParseCurrency(code)
	if err != nil {
		return s.fail(cell, "%v", err)
	}
	if s.currency != 0 && s.currency != c {
		said := "Options say"
		if s.o.Currency == 0 {
			said = "the mapping says"
		}
		return s.fail(cell, "export is in %v, %s %v", c, said, s.currency)
	}
	s.currency = c
	return nil
}

// readError says where reading broke.
func (s *scan) readError(err error) error {
	if bad, ok := errors.AsType[*badText](err); ok {
		return cellError(s.report.File, bad.line, fmt.Sprint(bad.column(s.comma)), bad.Error())
	}
	return fmt.Errorf("%s: %w", s.report.File, err)
}

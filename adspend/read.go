package adspend

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

// maxPreamble is how many lines may stand before the header.
const maxPreamble = 20

func read(r io.Reader, name string, p *profile, o *Options) (*Report, error) {
	if o == nil {
		o = &Options{}
	}
	body, err := text(r, name)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, cellError(name, 1, p.required[0], "file is empty")
	}
	start, line, comma, err := findHeader(body, name, p)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(table.Guard(bytes.NewReader(body[start:]), byte(comma)))
	rows.Comma = comma
	rows.FieldsPerRecord = -1
	rows.ReuseRecord = true
	s := &scan{file: name, p: p, o: o, offset: line - 1, report: &Report{Platform: p.platform, File: name}, seen: make(map[key]int)}
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, cellError(name, parse.Line+s.offset, fmt.Sprint(parse.Column), parse.Err.Error())
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		at, _ := rows.FieldPos(0)
		s.line = at + s.offset
		if s.header == nil {
			err = s.readHeader(record)
		} else {
			err = s.readRow(record)
		}
		if err != nil {
			return nil, err
		}
	}
	s.checkTotals()
	return s.report, nil
}

// findHeader returns the byte offset and 1-based line of the header: the line
// among the first ones with the most known column names. The delimiter is the
// one that gives them.
func findHeader(body []byte, name string, p *profile) (start, line int, comma rune, err error) {
	best, offset := 0, 0
	for i := range maxPreamble + 1 {
		rest := body[offset:]
		if len(rest) == 0 {
			break
		}
		text, _, more := bytes.Cut(rest, []byte("\n"))
		for _, c := range [...]rune{',', '\t', ';'} {
			known := 0
			for cell := range strings.SplitSeq(string(text), string(c)) {
				if _, ok := p.field(strings.Trim(strings.TrimSpace(cell), `"`)); ok {
					known++
				}
			}
			if known > best {
				best, start, line, comma = known, offset, i+1, c
			}
		}
		if !more {
			break
		}
		offset += len(text) + 1
	}
	if best < 2 {
		return 0, 0, 0, cellError(name, 1, p.required[0], fmt.Sprintf("no header with the columns %s in the first %d lines", strings.Join(p.required, ", "), maxPreamble+1))
	}
	return start, line, comma, nil
}

// field returns the meaning of a header cell.
func (p *profile) field(header string) (field, bool) {
	if p.spendPrefix != "" && strings.HasPrefix(header, p.spendPrefix) {
		return fieldSpend, true
	}
	f, ok := p.columns[header]
	return f, ok
}

// key is what must be unique in an export.
type key struct {
	day               civil.Date
	campaign, segment string
}

type scan struct {
	file     string
	p        *profile
	o        *Options
	offset   int // lines before the header
	line     int
	header   []string
	at       [fieldCount]int // column of each field, -1 if absent
	segments []int
	currency money.Currency // from the header or the options
	seen     map[key]int
	report   *Report
}

func (s *scan) fail(column, format string, args ...any) error {
	return cellError(s.file, s.line, column, fmt.Sprintf(format, args...))
}

func (s *scan) readHeader(record []string) error {
	s.header = make([]string, len(record))
	for i := range s.at {
		s.at[i] = -1
	}
	s.currency = s.o.Currency
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		s.header[i] = cell
		f, ok := s.p.field(cell)
		switch {
		case !ok:
			continue
		case f == fieldSegment:
			s.segments = append(s.segments, i)
			continue
		case s.at[f] >= 0:
			return s.fail(cell, "column stands twice")
		}
		s.at[f] = i
		if f == fieldSpend && s.p.spendPrefix != "" {
			if err := s.headerCurrency(cell); err != nil {
				return err
			}
		}
	}
	for _, name := range s.p.required {
		if !slices.Contains(s.header, name) {
			return s.fail(name, "column is missing")
		}
	}
	switch {
	case s.at[fieldSpend] < 0:
		return s.fail(s.p.spendPrefix, "column is missing")
	case s.at[fieldCurrency] < 0 && s.currency == 0:
		return s.fail("Currency", "column is missing and Options name no currency")
	}
	return nil
}

func (s *scan) headerCurrency(cell string) error {
	code, ok := strings.CutPrefix(cell, s.p.spendPrefix+" (")
	code, closed := strings.CutSuffix(code, ")")
	if !ok || !closed {
		return nil // the plain header: Options must name the currency
	}
	c, err := money.ParseCurrency(code)
	if err != nil {
		return s.fail(cell, "%v", err)
	}
	if s.o.Currency != 0 && s.o.Currency != c {
		return s.fail(cell, "export is in %v, Options say %v", c, s.o.Currency)
	}
	s.currency = c
	return nil
}

// maxName bounds names and ids, which become parts of keys.
const maxName = 255

func (s *scan) cell(record []string, f field) (value, column string) {
	i := s.at[f]
	if i < 0 || i >= len(record) {
		return "", ""
	}
	return strings.TrimSpace(record[i]), s.header[i]
}

func (s *scan) readRow(record []string) error {
	if len(record) == 1 && strings.TrimSpace(record[0]) == "" {
		return nil
	}
	if len(record) > len(s.header) {
		return s.fail(fmt.Sprint(len(s.header)+1), "%d columns, the header has %d", len(record), len(s.header))
	}
	row := Row{Line: s.line}
	row.Account, _ = s.cell(record, fieldAccount)
	row.Campaign, _ = s.cell(record, fieldCampaign)
	row.CampaignID, _ = s.cell(record, fieldCampaignID)
	var parts []string
	for _, i := range s.segments {
		if i < len(record) {
			parts = append(parts, strings.TrimSpace(record[i]))
		}
	}
	row.Segment = strings.Join(parts, " / ")
	for _, f := range [...]field{fieldAccount, fieldCampaign, fieldCampaignID} {
		if value, column := s.cell(record, f); len(value) > maxName {
			return s.fail(column, "%.40q… is longer than %d bytes", value, maxName)
		}
	}
	if err := s.readNumbers(record, &row); err != nil {
		return err
	}
	day, column := s.cell(record, fieldDay)
	on, dayErr := s.p.parseDay(day)
	isDay := dayErr == nil
	unnamed := row.Campaign == "" && row.CampaignID == ""
	// Meta prints its summary first, without a name; others print totals last.
	if isTotal(record[0]) && !isDay || unnamed && len(s.report.Rows)+len(s.report.Totals) == 0 {
		s.report.Totals = append(s.report.Totals, row)
		return nil
	}
	if unnamed {
		return s.fail(s.header[s.at[fieldCampaign]], "campaign is missing")
	}
	if len(record) < len(s.header) {
		return s.fail(s.header[len(record)], "row has %d columns, the header %d", len(record), len(s.header))
	}
	if !isDay {
		return s.fail(column, "%v", dayErr)
	}
	row.Day = on
	if end, column := s.cell(record, fieldDayEnd); s.at[fieldDayEnd] >= 0 && end != day {
		return s.fail(column, "row covers %.40q to %.40q; export the report by day", day, end)
	}
	k := key{row.Day, row.CampaignID, row.Segment}
	if k.campaign == "" {
		k.campaign = row.Campaign
	}
	if first, ok := s.seen[k]; ok {
		return s.fail(column, "%v of campaign %q stands in row %d already", row.Day, k.campaign, first)
	}
	s.seen[k] = s.line
	s.report.Rows = append(s.report.Rows, row)
	return nil
}

// isTotal reports whether the first cell of a row marks a printed total, in the
// languages of the platforms' exports seen so far.
func isTotal(cell string) bool {
	cell = strings.TrimSpace(cell)
	for _, word := range [...]string{"Total", "Gesamt", "Totale", "Totaal", "合計", "总计"} {
		if strings.HasPrefix(cell, word) {
			return true
		}
	}
	return false
}

func (s *scan) readNumbers(record []string, row *Row) error {
	currency := s.currency
	if code, column := s.cell(record, fieldCurrency); !missing(code) {
		c, err := money.ParseCurrency(code)
		if err != nil {
			return s.fail(column, "%v", err)
		}
		currency = c
	}
	spend, column := s.cell(record, fieldSpend)
	if !missing(spend) {
		if currency == 0 {
			return s.fail("Currency", "spend without a currency")
		}
		n, err := parseMicros(spend, s.o.DecimalComma)
		if err != nil {
			return s.fail(column, "%q: %v", spend, err)
		}
		row.Spend, row.HasSpend = money.Micros(n, currency), true
	}
	for _, q := range [...]struct {
		f  field
		to *Quantity
	}{{fieldImpressions, &row.Impressions}, {fieldClicks, &row.Clicks}, {fieldConversions, &row.Conversions}} {
		value, column := s.cell(record, q.f)
		if missing(value) {
			continue
		}
		n, err := parseMicros(value, s.o.DecimalComma)
		if err != nil {
			return s.fail(column, "%q: %v", value, err)
		}
		*q.to = Quantity{n, true}
	}
	return nil
}

// checkTotals compares the rows with the printed totals. Google prints several,
// of which the account's may hold more than the export: one must agree.
func (s *scan) checkTotals() {
	var sum money.Price
	for _, row := range s.report.Rows {
		var err error
		if sum, err = sum.Add(row.Spend); err != nil {
			s.report.Findings.Warnf("adspend.currencies.mixed", s.file, "", "rows are in several currencies: %v", err)
			return
		}
	}
	var differing *Row
	for i, total := range s.report.Totals {
		if !total.HasSpend {
			continue
		}
		if total.Spend == sum {
			return
		}
		differing = &s.report.Totals[i]
	}
	if differing != nil {
		s.report.Findings.Warnf("adspend.total.differs", fmt.Sprintf("%s:%d", s.file, differing.Line), "export the file again, with all rows",
			"printed total %v, rows add up to %v", differing.Spend, sum)
	}
}

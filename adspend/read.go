package adspend

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

// maxRefused is how many rows are kept with their error.
const maxRefused = 1000

// scan is the reading of one export.
type scan struct {
	f        *Format
	o        *Options
	numbers  numbers
	dates    dates
	offset   int // lines before the header
	line     int
	comma    rune
	header   []string
	at       [fieldCount]int // column of each field, -1 if absent
	segments []int
	skipAt   []int          // column of each rule of the mapping
	currency money.Currency // from the header, the mapping or the options
	seen     map[rowKey]int
	names    map[string]string // each once, so that rows share them
	parts    []string          // of a segment
	proven   bool              // a number showed what the decimal mark is
	doubt    error             // the first number that leaves it open
	refused  int
	report   *Report
}

// rowKey is what must be unique in an export.
type rowKey struct {
	day                        civil.Date
	account, campaign, segment string
}

func (f *Format) read(r io.Reader, name string, o *Options) (*Report, error) {
	if o == nil {
		o = &Options{}
	}
	s := &scan{f: f, o: o, seen: make(map[rowKey]int), names: make(map[string]string), report: &Report{Platform: f.m.Platform, File: name}}
	var err error
	if s.numbers, s.dates, err = f.forOptions(o); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	in := bufio.NewReaderSize(newDecoder(r, f.m.Encoding), headerWithin)
	if err := s.findHeader(in); err != nil {
		return nil, err
	}
	rows := csv.NewReader(table.Guard(in, byte(s.comma)))
	rows.Comma = s.comma
	rows.FieldsPerRecord = -1
	rows.ReuseRecord = true
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			err = cellError(name, parse.Line+s.offset, fmt.Sprint(parse.Column), parse.Err.Error())
			if o.KeepGoing && s.header != nil && isStrayQuote(parse) {
				s.refuse(err)
				continue
			}
			return nil, err
		}
		if err != nil {
			return nil, s.readError(err)
		}
		at, _ := rows.FieldPos(0)
		s.line = at + s.offset
		if s.header == nil {
			err = s.readHeader(record)
		} else if err = s.readRow(record); err != nil && o.KeepGoing {
			s.refuse(err)
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	if s.doubt != nil && !s.proven && !s.numbers.named {
		return nil, s.doubt
	}
	s.finish()
	return s.report, nil
}

// isStrayQuote reports whether a quote spoils one line alone: 5" screens. One that
// spoils several leaves open which of them are rows.
func isStrayQuote(err *csv.ParseError) bool {
	return err.StartLine == err.Line && (errors.Is(err.Err, csv.ErrBareQuote) || errors.Is(err.Err, csv.ErrQuote))
}

func (s *scan) fail(column, format string, args ...any) error {
	return cellError(s.report.File, s.line, column, fmt.Sprintf(format, args...))
}

// refuse keeps a row's error in place of the row.
func (s *scan) refuse(err error) {
	if s.refused++; s.refused > maxRefused {
		return
	}
	if cell, ok := errors.AsType[*finding.CellError](err); ok { // fail makes no other
		s.report.Refused = append(s.report.Refused, cell)
	}
}

// finish adds what is known only at the end.
func (s *scan) finish() {
	r := s.report
	if s.refused > 0 {
		r.Findings.Errorf("adspend.rows.refused", r.File, "mend the export or the mapping", "%d rows could not be read, the first: %v", s.refused, r.Refused[0])
	}
	if s.f.m.Unverified {
		r.Findings.Warnf("adspend.reader.unverified", r.File, "compare the sum with what the platform shows", "the reader of %s was made from documentation alone", r.Platform)
	}
	s.checkTotals()
}

func (s *scan) readRow(record []string) error {
	switch {
	case len(record) == 1 && isBlank(record[0]):
		return nil
	case s.skips(record):
		s.report.Skipped = append(s.report.Skipped, s.line)
		return nil
	case len(record) > len(s.header):
		return s.fail(fmt.Sprint(len(s.header)+1), "%d columns, the header has %d", len(record), len(s.header))
	}
	row := Row{Line: s.line}
	if err := s.readNames(record, &row); err != nil {
		return err
	}
	day, column := s.cell(record, fieldDay)
	on, dayErr := s.dates.parse(day)
	isDay := dayErr == nil
	unnamed := row.Campaign == "" && row.CampaignID == ""
	if s.isTotal(record[0], day) && !isDay || unnamed && s.f.m.SummaryFirst && len(record) == len(s.header) && len(s.report.Rows)+len(s.report.Totals)+s.refused == 0 {
		if err := s.readNumbers(record, &row, true); err != nil {
			return err
		}
		s.report.Totals = append(s.report.Totals, row)
		return nil
	}
	if err := s.readNumbers(record, &row, false); err != nil {
		return err
	}
	switch {
	case unnamed:
		return s.fail(s.f.required()[1], "campaign is missing")
	case len(record) < len(s.header):
		return s.fail(s.header[len(record)], "row has %d columns, the header %d", len(record), len(s.header))
	case !isDay:
		return s.fail(column, "%v", dayErr)
	}
	row.Day = on
	if end, column := s.cell(record, fieldDayEnd); s.at[fieldDayEnd] >= 0 && end != day {
		return s.fail(column, "row covers %.40q to %.40q; export the report by day", day, end)
	}
	return s.keep(row, column)
}

// isBlank reports whether a line has nothing but spaces. A line end with one
// carriage return too many leaves one; more of them are no line.
func isBlank(line string) bool {
	line = strings.Trim(line, " \t\u00a0")
	return line == "" || line == "\r"
}

// keep adds a row, unless it stands there already.
func (s *scan) keep(row Row, column string) error {
	if !s.f.m.Repeats {
		_, account, campaign := row.ids()
		k := rowKey{row.Day, account, campaign, row.Segment}
		if first, ok := s.seen[k]; ok {
			return s.fail(column, "%v of campaign %q stands in row %d already", row.Day, campaign, first)
		}
		s.seen[k] = s.line
	}
	s.report.Rows = append(s.report.Rows, row)
	return nil
}

// skips reports whether the mapping leaves a row out.
func (s *scan) skips(record []string) bool {
	for i, rule := range s.f.m.Skip {
		if s.skipAt[i] >= len(record) {
			continue
		}
		cell := strings.TrimSpace(record[s.skipAt[i]])
		if slices.Contains(rule.Is, cell) || slices.ContainsFunc(rule.Starts, func(p string) bool { return strings.HasPrefix(cell, p) }) {
			return true
		}
	}
	return false
}

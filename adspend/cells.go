package adspend

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-marops/marops/money"
)

// maxName bounds names and ids in bytes; they become parts of keys.
const maxName = 255

func (s *scan) cell(record []string, f field) (value, column string) {
	i := s.at[f]
	if i < 0 || i >= len(record) {
		return "", ""
	}
	return strings.TrimSpace(record[i]), s.header[i]
}

// readNames reads what becomes part of keys.
func (s *scan) readNames(record []string, row *Row) error {
	for _, name := range [...]struct {
		f  field
		to *string
	}{{fieldAccount, &row.Account}, {fieldAccountID, &row.AccountID}, {fieldCampaign, &row.Campaign}, {fieldCampaignID, &row.CampaignID}} {
		value, column := s.cell(record, name.f)
		if err := s.checkName(value, column); err != nil {
			return err
		}
		*name.to = s.once(value)
	}
	if s.at[fieldAccountID] < 0 {
		row.AccountID = s.f.m.Account
		if s.o.Account != "" {
			row.AccountID = s.o.Account
		}
	}
	s.parts = s.parts[:0]
	for _, i := range s.segments {
		if i >= len(record) {
			continue
		}
		part := strings.TrimSpace(record[i])
		if err := s.checkName(part, s.header[i]); err != nil {
			return err
		}
		s.parts = append(s.parts, part)
	}
	row.Segment = s.once(strings.Join(s.parts, " / "))
	return nil
}

func (s *scan) checkName(value, column string) error {
	switch {
	case len(value) > maxName:
		return s.fail(column, "%.40q… is longer than %d bytes", value, maxName)
	case strings.ContainsFunc(value, unicode.IsControl):
		return s.fail(column, "%.40q has a control character", value)
	}
	return nil
}

// once returns one copy of equal names: a row's own text holds the whole line.
func (s *scan) once(name string) string {
	if name == "" {
		return ""
	}
	kept, ok := s.names[name]
	if !ok {
		kept = strings.Clone(name)
		s.names[kept] = kept
	}
	return kept
}

// missing reports whether a cell says that there is no number.
func (s *scan) missing(cell string) bool {
	switch cell {
	case "", "-", "--", "—":
		return true
	}
	return slices.Contains(s.f.m.Missing, cell)
}

// readNumbers reads spend and counts. Of a printed total, whose currency may be
// open where rows are in several, the spend is then not known.
func (s *scan) readNumbers(record []string, row *Row, total bool) error {
	currency := s.currency
	if code, column := s.cell(record, fieldCurrency); !s.missing(code) {
		c, err := money.ParseCurrency(code)
		if err != nil {
			return s.fail(column, "%v", err)
		}
		currency = c
	}
	if spend, column := s.cell(record, fieldSpend); !s.missing(spend) && (currency != 0 || !total) {
		if currency == 0 {
			return s.fail("Currency", "spend without a currency")
		}
		n, err := s.amount(spend, column, currency)
		if err != nil {
			return err
		}
		row.Spend, row.HasSpend = money.Micros(n, currency), true
	}
	for _, q := range [...]struct {
		f       field
		counted bool
		to      *Quantity
	}{{fieldImpressions, true, &row.Impressions}, {fieldClicks, true, &row.Clicks}, {fieldConversions, false, &row.Conversions}} {
		value, column := s.cell(record, q.f)
		if s.missing(value) {
			continue
		}
		n, err := s.number(value, column, 6, q.counted)
		if err != nil {
			return err
		}
		*q.to = Quantity{n, true}
	}
	return nil
}

// amount returns spend in millionths of the currency's unit.
func (s *scan) amount(cell, column string, c money.Currency) (int64, error) {
	switch s.f.m.Unit {
	case Micros:
		return s.number(cell, column, 0, true)
	case Minor:
		n, err := s.number(cell, column, 0, true)
		if err != nil {
			return 0, err
		}
		for range 6 - c.Digits() {
			if n > maxMicros/10 || n < -maxMicros/10 {
				return 0, s.fail(column, "%.40q: %v", cell, errRange)
			}
			n *= 10
		}
		return n, nil
	case Decimal:
	}
	return s.number(cell, column, 6, false)
}

// number reads a cell and notes what it says about the decimal mark.
func (s *scan) number(cell, column string, scale int, counted bool) (int64, error) {
	n, says, err := s.numbers.parse(cell, scale, counted)
	if err != nil {
		return 0, s.fail(column, "%.40q: %v", cell, err)
	}
	switch says {
	case proves:
		s.proven = true
	case ambiguous:
		if s.doubt == nil {
			s.doubt = s.fail(column, "%.40q: %v", cell, errAmbiguous)
		}
	case silent:
	}
	return n, nil
}

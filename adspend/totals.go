package adspend

import (
	"fmt"
	"strings"

	"github.com/go-marops/marops/money"
)

// totalWords begin a printed total. Those of English, German, Italian, Dutch,
// Japanese and Chinese were seen in exports; the others are the word that each
// language has for it.
var totalWords = [...]string{
	"total", "grand total", // also French, Spanish, Portuguese, Danish, Romanian
	"gesamt", "insgesamt", "summe", "totale", "totaal", "totalt", "summa", "i alt",
	"yhteensä", "razem", "suma", "łącznie", "celkem", "spolu", "összesen", "ukupno", "skupaj", "toplam",
	"итого", "всего", "разом", "усього", "общо", "σύνολο",
	"合計", "总计", "合计", "總計", "總共", "합계", "총계", "รวม", "tổng", "jumlah",
	"الإجمالي", "المجموع", "סה\"כ", "סך הכל", "कुल",
}

// isTotal reports whether a row without a day is a printed total: its first cell,
// or where the day should be, begins with the word for it. A row whose day is
// merely unreadable is none, whatever its campaign is called.
func (s *scan) isTotal(first, day string) bool {
	return s.totalWord(day) || s.totalWord(first) && !strings.ContainsAny(day, "0123456789")
}

func (s *scan) totalWord(cell string) bool {
	cell = strings.TrimSpace(cell)
	for _, word := range s.f.m.Totals {
		if strings.HasPrefix(cell, word) {
			return true
		}
	}
	const longest = 40 // bytes of any word
	lower := strings.ToLower(cell[:min(len(cell), longest)])
	for _, word := range totalWords {
		if strings.HasPrefix(lower, word) {
			return true
		}
	}
	return false
}

// checkTotals compares the rows with the printed totals. Google prints several,
// of which the account's may hold more than the export: one must agree.
func (s *scan) checkTotals() {
	var sum money.Price
	for i := range s.report.Rows {
		row := &s.report.Rows[i]
		if !row.HasSpend {
			continue
		}
		if sum.Currency() != 0 && sum.Currency() != row.Spend.Currency() {
			s.report.Findings.Warnf("adspend.currencies.mixed", s.report.File, "", "rows are in several currencies: %v and %v", sum.Currency(), row.Spend.Currency())
			return
		}
		var err error
		if sum, err = sum.Add(row.Spend); err != nil {
			s.report.Findings.Warnf("adspend.total.unknown", s.report.File, "", "the rows do not add up: %v", err)
			return
		}
	}
	var differing *Row
	for i, total := range s.report.Totals {
		if !total.HasSpend {
			continue
		}
		if total.Spend == sum || total.Spend.IsZero() && sum.IsZero() {
			return
		}
		differing = &s.report.Totals[i]
	}
	if differing != nil {
		s.report.Findings.Warnf("adspend.total.differs", fmt.Sprintf("%s:%d", s.report.File, differing.Line), "export the file again, with all rows",
			"printed total %v, rows add up to %v", differing.Spend, sum)
	}
}

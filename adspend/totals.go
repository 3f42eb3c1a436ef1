package adspend

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-marops/marops/money"
)

// totalWords begin a printed total. Those of English, German, Italian, Dutch,
// Japanese and Chinese were seen in exports; the others are the word that each
// language has for it.
var totalWords = [...]string{
	"total", "grand total", // also French, Spanish, Portuguese, Danish, Romanian
	"total general", "total général", "total geral",
	"gesamt", "insgesamt", "summe", "totale", "totaal", "totalt", "summa", "i alt",
	"yhteensä", "razem", "suma", "łącznie", "celkem", "spolu", "összesen", "ukupno", "skupaj", "toplam",
	"итого", "всего", "разом", "усього", "общо", "σύνολο",
	"合計", "总计", "合计", "總計", "總共", "합계", "총계", "รวม", "tổng", "jumlah",
	"الإجمالي", "المجموع", "סה\"כ", "סך הכל", "कुल",
}

// isTotal reports whether a row without a day is a printed total: where the day
// should be stands something that begins with the word for it, or the first cell
// is that word. A row whose day is merely unreadable is none, whatever its campaign
// is called, and a campaign called "Total Fitness" is none without a day either.
func (s *scan) isTotal(first, day string) bool {
	if word, _ := s.totalWord(day); word {
		return true
	}
	word, rest := s.totalWord(first)
	return word && isLabel(rest) && !strings.ContainsAny(day, "0123456789")
}

// totalWord reports whether a cell begins with the word for a total, and what
// follows it.
func (s *scan) totalWord(cell string) (ok bool, rest string) {
	cell = strings.TrimSpace(cell)
	for _, word := range s.f.m.Totals {
		if strings.HasPrefix(cell, word) {
			return true, "" // whatever follows
		}
	}
	const longest = 64 // bytes of any word and what shows that it is alone
	lower := strings.ToLower(cell[:min(len(cell), longest)])
	at := 0
	for _, word := range totalWords {
		if strings.HasPrefix(lower, word) {
			at = max(at, len(word))
		}
	}
	return at > 0, lower[at:]
}

// isLabel reports whether what follows the word for a total belongs to it: nothing,
// the rest of a longer word ("Totals", "Gesamtsumme"), a mark ("Total: Campaigns"),
// or TikTok's "Total of 2 results".
func isLabel(rest string) bool {
	at := strings.IndexFunc(rest, unicode.IsSpace)
	if at < 0 {
		return true
	}
	more := strings.TrimSpace(rest[at:])
	before, _ := utf8.DecodeLastRuneInString(rest[:at])
	next, _ := utf8.DecodeRuneInString(more)
	count, counted := strings.CutPrefix(more, "of ")
	return at > 0 && isMark(before) || isMark(next) || counted && strings.IndexAny(count, "0123456789") == 0
}

func isMark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

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

package adspend

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// locale is a way to write an export, chosen at random.
type locale struct {
	m        Mapping
	mark     string // between groups of digits
	day      string // layout of package time
	mark8    bool   // byte order mark
	header   bool   // the currency stands in the header of spend
	preamble int
	total    string
}

func pick[T any](rng *rand.Rand, from ...T) T { return from[rng.IntN(len(from))] }

func randomLocale(rng *rand.Rand) locale {
	l := locale{m: Mapping{
		Platform: "x", Delimiter: pick(rng, "", ",", ";", "\t", "|"), Encoding: pick(rng, UTF8, UTF16LE, UTF16BE, Windows1252), Unit: pick(rng, Decimal, Decimal, Minor, Micros),
		Numbers: Numbers{Decimal: pick(rng, ".", ",")}, Missing: []string{"n/a"},
		Columns: Columns{
			Day: Names{"Tag", "Jour"}, Campaign: Names{"Kampagne, Name"}, CampaignID: Names{"Id"}, Account: Names{"Konto"}, AccountID: Names{"Konto-Nr."},
			Impressions: Names{"Impr."}, Clicks: Names{"Klicks"}, Conversions: Names{"Conv."}, Segments: Names{"Gerät", "Netz"}, Currency: Names{"Währung"}, Spend: Names{"Kosten"},
		},
	}}
	if l.m.Numbers.Decimal == "." {
		l.mark = pick(rng, "", ",", "'", "\u00a0")
	} else {
		l.mark = pick(rng, "", ".", "’", " ")
	}
	l.m.Numbers.Lakh = l.mark != "" && rng.IntN(3) == 0
	dates := pick(rng, [2]string{"", "2006-01-02"}, [2]string{"D/M/YYYY", "2/1/2006"}, [2]string{"MM/DD/YYYY", "01/02/2006"}, [2]string{"", "2.1.2006"}, [2]string{"", "Jan 2, 2006"}, [2]string{"YYYY-MM-DD hh:mm:ss", "2006-01-02 15:04:05"})
	if l.day = dates[1]; dates[0] != "" {
		l.m.Dates = []string{dates[0]}
	}
	l.mark8 = l.m.Encoding != Windows1252 && rng.IntN(2) == 0
	if l.header = rng.IntN(2) == 0; l.header {
		l.m.Columns.Spend, l.m.Columns.Currency = Names{"Kosten [{currency}]"}, nil
	}
	l.preamble, l.total = rng.IntN(5), pick(rng, "", "Total: campaigns", "Gesamt", "Summe")
	if l.m.Encoding != Windows1252 {
		l.total = pick(rng, l.total, "合計", "Итого")
	}
	return l
}

// randomRows have keys of their own, and one currency if the header carries it.
func randomRows(rng *rand.Rand, l *locale) []Row {
	currencies := []money.Currency{money.EUR, money.JPY, money.KWD, money.USD}
	rows := make([]Row, rng.IntN(30))
	only := pick(rng, currencies...)
	for i := range rows {
		c := only
		if !l.header {
			c = pick(rng, currencies...)
		}
		r := Row{
			Day: civil.MustDate(2026, 1, 1).AddDays(i % 7), Account: pick(rng, "", "Käse; & Söhne"), AccountID: "7", Campaign: pick(rng, "A, \"B\"", "x|y", "Gesamtjahr", "Ü"),
			CampaignID: fmt.Sprint(i), Segment: pick(rng, " / ", "Handy / Suche", "Handy / "), HasSpend: rng.IntN(6) > 0,
		}
		if r.HasSpend {
			n := rng.Int64N(1<<40) - 1<<30
			if l.m.Unit == Minor {
				n -= n % scaleOf(c)
			}
			r.Spend = money.Micros(n, c)
		}
		for _, q := range []*Quantity{&r.Impressions, &r.Clicks} {
			if rng.IntN(4) > 0 {
				*q = Count(rng.Int64N(1 << rng.IntN(40)))
			}
		}
		if rng.IntN(3) > 0 {
			r.Conversions = Quantity{rng.Int64N(1 << 40), true}
		}
		rows[i] = r
	}
	return rows
}

// scaleOf is how many millionths a minor unit has.
func scaleOf(c money.Currency) int64 {
	n := int64(millionths)
	for range c.Digits() {
		n /= 10
	}
	return n
}

func (l *locale) export(t *testing.T, rng *rand.Rand, rows []Row) []byte {
	t.Helper()
	number := func(n int64, scale int) string { return write(n, scale, l.m.Numbers.Decimal, l.mark, l.m.Numbers.Lakh) }
	quantity := func(q Quantity) string {
		if !q.Known() {
			return pick(rng, "", "-", "--", "n/a")
		}
		return number(q.Micros(), 6)
	}
	spend := "Kosten"
	if l.header && len(rows) > 0 {
		spend = "Kosten [EUR]"
		for _, r := range rows {
			if r.HasSpend {
				spend = fmt.Sprintf("Kosten [%v]", r.Spend.Currency())
			}
		}
	} else if l.header {
		spend = "Kosten [EUR]"
	}
	header := []string{"Konto", "Konto-Nr.", pick(rng, "Tag", "Jour"), "Kampagne, Name", "Id", "Gerät", "Noch was", "Netz", spend, "Impr.", "Klicks", "Conv."}
	if !l.header {
		header = append(header, "Währung")
	}
	var body bytes.Buffer
	for i := range l.preamble {
		fmt.Fprintf(&body, "line %d \"unbalanced\n", i)
	}
	w := csv.NewWriter(&body)
	if w.Comma = ','; l.m.Delimiter != "" {
		w.Comma = rune(l.m.Delimiter[0])
	}
	w.UseCRLF = rng.IntN(2) == 0
	require.NoError(t, w.Write(header))
	for _, r := range rows {
		device, network, _ := strings.Cut(r.Segment, " / ")
		amount, code := pick(rng, "", "--"), "EUR"
		if r.HasSpend {
			code = r.Spend.Currency().Code()
			switch l.m.Unit {
			case Micros:
				amount = number(r.Spend.Micros(), 0)
			case Minor:
				amount = number(r.Spend.Micros()/scaleOf(r.Spend.Currency()), 0)
			case Decimal:
				amount = number(r.Spend.Micros(), 6)
			}
		}
		record := []string{r.Account, r.AccountID, r.Day.In(time.UTC).Format(l.day), r.Campaign, r.CampaignID, device, "=1+1", network, amount, quantity(r.Impressions), quantity(r.Clicks), quantity(r.Conversions)}
		if !l.header {
			record = append(record, code)
		}
		require.NoError(t, w.Write(record))
	}
	if l.total != "" {
		record := make([]string, len(header))
		record[0] = l.total
		require.NoError(t, w.Write(record))
	}
	w.Flush()
	return encode(body.String(), l.m.Encoding, l.mark8)
}

// Rows written in any locale are read back equal.
func TestRowsComeBackFromAnyLocale(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 5))
	for range 400 {
		l := randomLocale(rng)
		rows := randomRows(rng, &l)
		f, err := Compile(l.m)
		require.NoError(t, err)
		body := l.export(t, rng, rows)
		report, err := f.Read(bytes.NewReader(body), "x", nil)
		require.NoError(t, err, "%+v", l)
		require.Len(t, report.Rows, len(rows), "%+v", l)
		for i := range rows {
			got := report.Rows[i]
			got.Line = 0
			require.Equal(t, rows[i], got, "%+v", l)
		}
		if l.total != "" {
			require.Len(t, report.Totals, 1, "%+v", l)
		}
	}
}

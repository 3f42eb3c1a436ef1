package adspend

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/go-marops/marops/finding"
)

// field is what a column means to us.
type field uint8

const (
	fieldDay field = iota
	fieldDayEnd
	fieldAccount
	fieldAccountID
	fieldCampaign
	fieldCampaignID
	fieldCurrency
	fieldSpend
	fieldImpressions
	fieldClicks
	fieldConversions
	fieldSegment
	fieldCount
)

var fieldNames = [fieldCount]string{"day", "day_end", "account", "account_id", "campaign", "campaign_id", "currency", "spend", "impressions", "clicks", "conversions", "segments"}

// of returns the headers of each field, in the order of the constants.
func (c *Columns) of() [fieldCount]Names {
	return [fieldCount]Names{c.Day, c.DayEnd, c.Account, c.AccountID, c.Campaign, c.CampaignID, c.Currency, c.Spend, c.Impressions, c.Clicks, c.Conversions, c.Segments}
}

// placeholder stands for a currency code in the header of a spend column.
const placeholder = "{currency}"

// delimiters that are looked for; the decoder counts the first three.
var delimiters = [...]rune{',', '\t', ';', '|'}

// Limits of a mapping.
const (
	maxList = 200 // names, layouts, rules
	maxText = 255 // bytes of one
)

// Format is a compiled Mapping. It does not change and may be used by several
// goroutines at once.
type Format struct {
	m       Mapping
	columns map[string][]field
	money   []pattern // spend headers with a currency
	dates   dates
}

// pattern is a spend header around a currency code.
type pattern struct{ before, after string }

// code returns what stands for the currency in a header.
func (p pattern) code(header string) (string, bool) {
	rest, ok := strings.CutPrefix(header, p.before)
	if !ok {
		return "", false
	}
	code, ok := strings.CutSuffix(rest, p.after)
	return code, ok && len(code) == len("EUR")
}

// Compile checks a mapping and returns all that is wrong with it as a
// finding.List, whose subjects are JSON paths. It keeps no part of m.
func Compile(m Mapping) (*Format, error) {
	f := &Format{m: m.clone(), columns: make(map[string][]field)}
	var found finding.List
	bad := func(subject, fix, evidence string, args ...any) {
		found.Errorf("adspend.mapping.invalid", subject, fix, evidence, args...)
	}
	if m.Platform == "" || len(m.Platform) > maxText {
		bad("platform", "name where the export comes from", "platform %.40q is empty or too long", m.Platform)
	}
	f.compileColumns(bad)
	var err error
	if f.dates, err = compileDates(f.m.Dates); err != nil {
		bad("dates", `write, for example, "D/M/YYYY"`, "%v", err)
	}
	if m.Unit > Micros {
		bad("unit", "", "%v is unknown", m.Unit)
	}
	if m.Currency != 0 && m.Currency.Name() == "" {
		bad("currency", "", "%v is unknown", m.Currency)
	}
	f.compileNumbers(bad)
	if strings.ContainsFunc(m.Account, unicode.IsControl) {
		bad("account", "", "%.40q has a control character", m.Account)
	}
	if m.Delimiter != "" && !slices.ContainsFunc(delimiters[:], func(c rune) bool { return string(c) == m.Delimiter }) {
		bad("delimiter", `use ",", "\t", ";" or "|"`, "%.20q is unknown", m.Delimiter)
	}
	switch m.Encoding {
	case UTF8, UTF16LE, UTF16BE, Windows1252:
	default:
		bad("encoding", "use utf-16le, utf-16be, windows-1252 or none", "%.20q is unknown", m.Encoding)
	}
	for i, s := range f.m.Skip {
		if len(s.Is)+len(s.Starts) == 0 || slices.Contains(s.Starts, "") {
			bad(fmt.Sprintf("skip[%d]", i), "name what the cell is or starts with", "the rule fits no row, or all")
		}
	}
	if slices.Contains(f.m.Totals, "") {
		bad("totals", "leave it out", "an empty beginning fits every row")
	}
	f.m.lists(func(path string, list []string) {
		if len(list) > maxList || slices.ContainsFunc(list, func(s string) bool { return len(s) > maxText }) {
			bad(path, "", "more than %d entries, or one longer than %d bytes", maxList, maxText)
		}
	})
	if err := found.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *Format) compileColumns(bad func(subject, fix, evidence string, args ...any)) {
	c := &f.m.Columns
	if len(c.Campaign)+len(c.CampaignID) == 0 {
		bad("columns.campaign", "name the column of the campaign, or of its id", "no column")
	}
	for k, names := range c.of() {
		path := "columns." + fieldNames[k]
		k := field(k)
		if len(names) == 0 && (k == fieldDay || k == fieldSpend) {
			bad(path, "name the column", "no column")
		}
		for i, name := range names {
			switch {
			case name == "" || strings.TrimSpace(name) != name:
				bad(path, "write the header as the export spells it", "%.40q is empty or has spaces around", name)
				continue
			case slices.Contains(names[:i], name):
				bad(path, "leave one out", "%.40q stands twice", name)
				continue
			}
			if before, after, ok := strings.Cut(name, placeholder); ok && k == fieldSpend {
				f.money = append(f.money, pattern{before, after})
				continue
			}
			f.columns[name] = append(f.columns[name], k)
		}
	}
}

func (f *Format) compileNumbers(bad func(subject, fix, evidence string, args ...any)) {
	n := &f.m.Numbers
	if n.Decimal != "" && n.Decimal != "." && n.Decimal != "," {
		bad("numbers.decimal", `use "." or ","`, "%.20q is no decimal mark", n.Decimal)
	}
	for _, r := range n.Thousands {
		if !strings.ContainsRune(usualMarks, r) || n.Decimal == string(r) {
			bad("numbers.thousands", "use other marks", "%q is no thousands mark, or the decimal mark", r)
		}
	}
	for _, a := range n.Affixes {
		if a == "" || strings.ContainsAny(a, "0123456789.,-()") {
			bad("numbers.affixes", "leave it out", "%.20q is empty or could be part of a number", a)
		}
	}
}

// Read reads an export. A nil o means no options; name is used in errors, which
// are a *finding.CellError of the kind ErrExport, match ErrOptions, or are the
// reader's own. It is a Reader.
func (f *Format) Read(r io.Reader, name string, o *Options) (*Report, error) {
	return f.read(r, name, o)
}

// Mapping returns a copy of what was compiled.
func (f *Format) Mapping() Mapping { return f.m.clone() }

// lists calls visit with every list of texts and its JSON path.
func (m *Mapping) lists(visit func(path string, list []string)) {
	for k, names := range m.Columns.of() {
		visit("columns."+fieldNames[k], names)
	}
	visit("dates", m.Dates)
	visit("missing", m.Missing)
	visit("totals", m.Totals)
	visit("numbers.affixes", m.Numbers.Affixes)
	visit("skip", make([]string, len(m.Skip)))
	visit("account", []string{m.Account, m.Numbers.Thousands})
	for i, s := range m.Skip {
		visit(fmt.Sprintf("skip[%d]", i), slices.Concat([]string{s.Column}, s.Is, s.Starts))
	}
}

func (m *Mapping) clone() Mapping {
	out := *m
	c := &out.Columns
	for _, list := range [...]*Names{&c.Day, &c.DayEnd, &c.Account, &c.AccountID, &c.Campaign, &c.CampaignID, &c.Currency, &c.Spend, &c.Impressions, &c.Clicks, &c.Conversions, &c.Segments} {
		*list = slices.Clone(*list)
	}
	for _, list := range [...]*[]string{&out.Dates, &out.Missing, &out.Totals, &out.Numbers.Affixes} {
		*list = slices.Clone(*list)
	}
	out.Skip = slices.Clone(m.Skip)
	for i := range out.Skip {
		out.Skip[i].Is, out.Skip[i].Starts = slices.Clone(out.Skip[i].Is), slices.Clone(out.Skip[i].Starts)
	}
	return out
}

// forOptions returns what Options change of a format.
func (f *Format) forOptions(o *Options) (numbers, dates, error) {
	var bad []error
	if o.DecimalComma && o.DecimalPoint {
		bad = append(bad, fmt.Errorf("%w: the decimal mark is a comma and a point", ErrOptions))
	}
	if o.Currency != 0 && o.Currency.Name() == "" {
		bad = append(bad, fmt.Errorf("%w: currency %v is unknown", ErrOptions, o.Currency))
	}
	if o.Currency != 0 && f.m.Currency != 0 && o.Currency != f.m.Currency {
		bad = append(bad, fmt.Errorf("%w: currency %v is not the mapping's %v", ErrOptions, o.Currency, f.m.Currency))
	}
	if len(o.Account) > maxText || strings.ContainsFunc(o.Account, unicode.IsControl) {
		bad = append(bad, fmt.Errorf("%w: account %.40q is longer than %d bytes or has a control character", ErrOptions, o.Account, maxText))
	}
	ds := f.dates
	if o.Dates != "" {
		var err error
		if ds, err = compileDates([]string{o.Dates}); err != nil {
			bad = append(bad, fmt.Errorf("%w: %w", ErrOptions, err))
		}
	}
	return f.m.Numbers.compile(o), ds, errors.Join(bad...)
}

package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

func drawGantt(width int) report.Drawing {
	day := func(d int) civil.Date { return civil.MustDate(2026, 3, d) }
	plan := chart.GanttData{Tasks: []chart.GanttTask{
		{Label: "Write copy", Span: civil.Days(day(2), day(4)), Critical: true},
		{Label: "Launch", Span: civil.Days(day(6), day(6)), Milestone: true},
	}}
	return func(w io.Writer) error { return chart.Gantt(w, plan, &chart.Options{Width: width}) }
}

// lines is a table with every kind of value.
func lines() report.Table {
	return report.Table{
		ID: "lines", Title: "Budget lines", Note: "Net of tax.",
		Columns: []report.Column{{Title: "Line", Key: "line"}, {Title: "Due", Kind: report.Date}, {Title: "Available", Kind: report.Number}, {Title: "Status", Kind: report.Status, Align: report.Center}},
		Rows: [][]report.Cell{
			{{Text: "Search", Note: "all countries"}, {Text: "2 Mar", Value: civil.MustDate(2026, 3, 2)}, {Text: "1,250.00 EUR", Value: report.Minor(125_000, 2), Link: "#rows"}, {Text: "on track", Class: report.Good}},
			{{Text: "Events | fairs"}, {}, {Text: "−40.05 EUR", Value: report.Minor(-4_005, 2), Class: report.Bad}, {Text: "blocked", Class: report.Bad}},
		},
		Foot: [][]report.Cell{{{Text: "Total"}, {}, {Text: "1,209.95 EUR", Value: report.Minor(120_995, 2)}, {}}},
	}
}

func status() report.Document {
	var found finding.List
	found.Infof("campaign.baseline.missing", "task/qa", "", "no baseline")
	found.Errorf("budget.limit.exceeded", "node/emea", "ask for a transfer", "wanted 50.00 EUR, available 40.00 EUR")
	return report.Document{
		Title: "Spring launch", Subtitle: "Week 10", Lang: "en-GB",
		Facts: []report.Fact{{Label: "As of", Text: "2026-03-02"}},
		Blocks: []report.Block{
			report.KeyFigures{Items: []report.KeyFigure{
				{Label: "Available", Text: "1,209.95 EUR", Value: report.Minor(120_995, 2), Note: "12% of the limit", Class: report.Warn, Link: "#rows"},
				{Label: "Tasks", Text: "2", Value: 2},
			}},
			report.Heading{Level: 2, Text: "Plan"},
			report.Text{{Text: "The launch "}, {Text: "holds", Style: report.Strong}, {Text: "; see "}, {Text: "the plan", Link: "#plan"}, {Text: " and "}, {Text: "node/emea", Style: report.Code}, {Text: ".", Style: report.Emphasis}},
			report.Figure{ID: "gantt", Title: "Tasks", Alt: "Two tasks in March", Caption: "Outlined bars are critical.", Draw: drawGantt(960), Narrow: drawGantt(360)},
			report.Heading{Level: 2, Text: "Plan"},
			lines(),
			report.Table{Title: "Nothing", Columns: []report.Column{{Title: "A"}}},
			report.Details{ID: "rows", Summary: "Rows behind 1,209.95 EUR", Blocks: []report.Block{report.Heading{Level: 3, Text: "Postings"}, report.Say("INV-1041")}},
			report.Heading{Level: 2, Text: "Findings & more"},
			report.Findings{Title: "To decide", List: found},
			report.Findings{},
			report.List{Items: []report.Text{report.Say("one"), report.Say("1. two")}},
			report.List{Ordered: true, Items: []report.Text{report.Say("first")}},
			report.Heading{Level: 3, Text: "Füße", ID: "feet"},
		},
	}
}

var renderers = map[string]func(io.Writer, report.Document) error{"status.html": report.HTML, "status.md": report.Markdown, "status.json": report.JSON}

func render(t testing.TB, f func(io.Writer, report.Document) error, doc report.Document) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f(&b, doc))
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, f := range renderers {
		t.Run(name, func(t *testing.T) {
			out := render(t, f, status())
			golden.Equal(t, name, []byte(out))
			assert.Equal(t, out, render(t, f, status()), "twice the same")
		})
	}
	t.Run("lines.csv", func(t *testing.T) {
		var b bytes.Buffer
		require.NoError(t, report.CSV(&b, lines()))
		golden.Equal(t, "lines.csv", b.Bytes())
	})
}

func TestPageStandsAlone(t *testing.T) {
	page := render(t, report.HTML, status())
	outside := strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, "")
	for _, word := range []string{"http://", "https://", "//www", "<script", "@import", "<link", "<img", "<iframe", "url(", "javascript:"} {
		assert.NotContains(t, outside, word)
	}
	assert.Contains(t, page, `default-src 'none'`)
	assert.Contains(t, page, `<nav class="toc"`, "five headings have a table of contents")
	short := status()
	short.Blocks = short.Blocks[:4]
	short.Blocks[0] = report.Say("no link")
	short.Blocks[2] = report.Say("no link")
	assert.NotContains(t, render(t, report.HTML, short), `<nav class="toc"`, "one heading has none")
}

var (
	anchorRE = regexp.MustCompile(` id="([^"]+)"`)
	hrefRE   = regexp.MustCompile(`href="#([^"]+)"`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	page := render(t, report.HTML, status())
	ids := map[string]int{}
	for _, m := range anchorRE.FindAllStringSubmatch(page, -1) {
		ids[m[1]]++
	}
	for id, n := range ids {
		assert.Equal(t, 1, n, "id %s is unique", id)
	}
	links := hrefRE.FindAllStringSubmatch(page, -1)
	assert.Len(t, links, 5+3, "five in the contents; card, text and cell")
	for _, m := range links {
		assert.Contains(t, ids, m[1])
	}
}

func TestHostileText(t *testing.T) {
	for _, s := range []string{`<script>alert("x")</script>`, `"><img src=x onerror=alert(1)>`, "]]>", "\x00\x1b\x7f", "\xff\xfe", "\u202Eabc שלום", "&lt;", "`*_[a](javascript:b)|", "a\n\n# b"} {
		var found finding.List
		found.Errorf(s, s, s, "%s", s)
		cell := report.Cell{Text: s, Note: s, Class: report.Bad}
		doc := report.Document{Title: s + "t", Subtitle: s, Facts: []report.Fact{{Label: s, Text: s}}, Blocks: []report.Block{
			report.Heading{Level: 2, Text: s},
			report.Text{{Text: s}, {Text: s, Style: report.Code}, {Text: s, Style: report.Strong}},
			report.List{Items: []report.Text{report.Say(s)}},
			report.KeyFigures{Items: []report.KeyFigure{{Label: s, Text: s, Note: s}}},
			report.Table{Title: s, Note: s, Columns: []report.Column{{Title: s}, {Title: s, Kind: report.Status}}, Rows: [][]report.Cell{{cell, cell}}},
			report.Figure{Title: s, Caption: s, Alt: s + "a", Draw: drawGantt(300)},
			report.Findings{Title: s, List: found},
			report.Details{Summary: s},
		}}
		page := render(t, report.HTML, doc)
		assert.NotContains(t, page, "<script")
		assert.NotContains(t, page, "<img")
		assert.NotContains(t, page, "\x00")
		text := render(t, report.Markdown, doc)
		assert.NotContains(t, text, "<script")
		assert.NotContains(t, text, "<img")
		assert.NotContains(t, strings.ReplaceAll(text, `\]`, ""), "](javascript", "every bracket is escaped")
		assert.NotContains(t, text, "\n# b")
		for line := range strings.SplitSeq(text, "\n") {
			if strings.HasPrefix(line, "|") {
				assert.Equal(t, 3, strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"), "two cells: %s", line)
			}
		}
		assert.True(t, json.Valid([]byte(render(t, report.JSON, doc))))
	}
}

func TestCSVInjection(t *testing.T) {
	table := report.Table{Columns: []report.Column{{Title: "=title"}, {Title: "b"}}}
	for _, s := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "a=1", "", "\u00A0@x"} {
		table.Rows = append(table.Rows, []report.Cell{{Text: s}, {Text: "ignored", Value: report.Minor(-100, 2)}})
	}
	var b bytes.Buffer
	require.NoError(t, report.CSV(&b, table))
	rows, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	var first []string
	for _, r := range rows {
		first = append(first, r[0])
	}
	assert.Equal(t, []string{"'=title", "'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "'\n=1", "'  =1", "'＝1", "a=1", "", "'\u00A0@x"}, first)
	assert.Equal(t, "-1.00", rows[1][1], "numbers stay numbers")
}

func TestMinor(t *testing.T) {
	for _, c := range []struct {
		amount   int64
		decimals int
		want     json.Number
	}{
		{0, 2, "0.00"},
		{5, 2, "0.05"},
		{-5, 2, "-0.05"},
		{123_456, 2, "1234.56"},
		{7, 0, "7"},
		{7, -1, "7"},
		{math.MinInt64, 2, "-92233720368547758.08"},
		{math.MaxInt64, 18, "9.223372036854775807"},
	} {
		assert.Equal(t, c.want, report.Minor(c.amount, c.decimals))
	}
}

func svg(s string) report.Drawing {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func TestCheck(t *testing.T) {
	figure := func(s string) report.Block { return report.Figure{Alt: "a", Draw: svg(s)} }
	cell := func(c report.Cell) report.Block {
		return report.Table{Columns: []report.Column{{Title: "a"}}, Rows: [][]report.Cell{{c}}}
	}
	deep := report.Block(report.Say("x"))
	for range 10 {
		deep = report.Details{Blocks: []report.Block{deep}}
	}
	for name, c := range map[string]struct {
		block report.Block
		code  string
		at    string
	}{
		"nil":            {nil, "report.block.unknown", "blocks[0]"},
		"pointer":        {&report.Heading{Level: 2}, "report.block.unknown", "blocks[0]"},
		"level":          {report.Heading{Level: 1, Text: "a"}, "report.heading.level", "blocks[0]"},
		"id":             {report.Heading{Level: 2, ID: `a"b`}, "report.id.invalid", "blocks[0]"},
		"no columns":     {report.Table{}, "report.table.columns", "blocks[0]"},
		"shape":          {report.Table{Columns: []report.Column{{}}, Rows: [][]report.Cell{{}}}, "report.table.shape", "blocks[0].rows[0]"},
		"float":          {cell(report.Cell{Value: 1.5}), "report.value.invalid", "blocks[0].rows[0][0]"},
		"string":         {cell(report.Cell{Value: "x"}), "report.value.invalid", "blocks[0].rows[0][0]"},
		"number":         {cell(report.Cell{Value: json.Number("1;x")}), "report.value.invalid", "blocks[0].rows[0][0]"},
		"javascript":     {cell(report.Cell{Link: "javascript:alert(1)"}), "report.link.unsafe", "blocks[0].rows[0][0]"},
		"tab in scheme":  {cell(report.Cell{Link: "java\tscript:alert(1)"}), "report.link.unsafe", "blocks[0].rows[0][0]"},
		"data":           {report.Text{{Text: "a", Link: "data:text/html,x"}}, "report.link.unsafe", "blocks[0].spans[0]"},
		"other host":     {report.Text{{Text: "a", Link: "//evil.example"}}, "report.link.unsafe", "blocks[0].spans[0]"},
		"backslash host": {report.Text{{Text: "a", Link: `/\evil.example`}}, "report.link.unsafe", "blocks[0].spans[0]"},
		"nowhere":        {report.KeyFigures{Items: []report.KeyFigure{{Link: "#gone"}}}, "report.link.missing", "blocks[0].items[0]"},
		"no alt":         {report.Figure{Draw: svg("<svg/>")}, "report.figure.alt", "blocks[0]"},
		"no drawing":     {report.Figure{Alt: "a"}, "report.figure.draw", "blocks[0]"},
		"failing":        {report.Figure{Alt: "a", Draw: func(io.Writer) error { return errors.New("no ink") }}, "report.figure.draw", "blocks[0]"},
		"not svg":        {figure("<p>x</p>"), "report.figure.draw", "blocks[0]"},
		"broken":         {figure("<svg><g></svg>"), "report.figure.draw", "blocks[0]"},
		"two":            {figure("<svg/><svg/>"), "report.figure.draw", "blocks[0]"},
		"empty":          {figure(""), "report.figure.draw", "blocks[0]"},
		"script":         {figure("<svg><script>1</script></svg>"), "report.figure.draw", "blocks[0]"},
		"foreign":        {figure("<svg><foreignObject/></svg>"), "report.figure.draw", "blocks[0]"},
		"event":          {figure(`<svg onload="x()"/>`), "report.figure.draw", "blocks[0]"},
		"outside":        {figure(`<svg><use href="http://evil.example/a#b"/></svg>`), "report.figure.draw", "blocks[0]"},
		"css url":        {figure(`<svg><style>.a{fill:url( "https://evil.example")}</style></svg>`), "report.figure.draw", "blocks[0]"},
		"css escape":     {figure(`<svg><style>.a{fill:u\72l(x)}</style></svg>`), "report.figure.draw", "blocks[0]"},
		"cdata":          {figure(`<svg><title><![CDATA[ > <b>x ]]></title></svg>`), "report.figure.draw", "blocks[0]"},
		"html in title":  {figure(`<svg><title><g/></title></svg>`), "report.figure.draw", "blocks[0]"},
		"deep":           {deep, "report.size", "blocks[0][0][0][0][0][0][0][0][0]"},
	} {
		doc := report.Document{Title: "t", Blocks: []report.Block{c.block}}
		found := doc.Check()
		require.Len(t, found, 1, "%s: %v", name, found)
		assert.Equal(t, c.code, found[0].Code, name)
		assert.Equal(t, c.at, found[0].Subject, name)
		for _, f := range renderers {
			var b bytes.Buffer
			list, ok := errors.AsType[finding.List](f(&b, doc))
			assert.True(t, ok && list.Has(c.code), name)
			assert.Empty(t, b.String(), "%s: nothing is half written", name)
		}
	}
	both := report.Document{Lang: `e"n`, Blocks: []report.Block{report.Table{ID: "a", Columns: []report.Column{{}}}, report.Details{ID: "a"}}}
	found := both.Check()
	for _, code := range []string{"report.title.missing", "report.lang.invalid", "report.id.duplicate"} {
		assert.True(t, found.Has(code), code)
	}
	assert.Empty(t, status().Check())
	assert.Empty(t, report.Document{Title: "t", Blocks: []report.Block{figure(`<svg viewBox="0 0 9 9"><g fill="url(#a)"/></svg>`), report.Text{{Text: "x", Link: "https://example.org/a?b=c#d"}, {Text: "y", Link: "sub/page.html"}, {Text: "z", Link: "mailto:a@example.org"}}}}.Check())
}

func TestWriterErrors(t *testing.T) {
	for name, f := range renderers {
		require.ErrorIs(t, f(broken{}, status()), errBroken, name)
	}
	require.ErrorIs(t, report.CSV(broken{}, lines()), errBroken)
}

var errBroken = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func FuzzDrawing(f *testing.F) {
	for _, s := range []string{"<svg/>", `<svg><title>a</title><style>.a{fill:url(#b)}</style></svg>`, "<svg><script/></svg>", `<svg xmlns:h="x"><h:g onX="1"/></svg>`, "<svg>&lt;</svg>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		doc := report.Document{Title: "t", Blocks: []report.Block{report.Figure{Alt: "a", Draw: svg(s)}}}
		if err := report.HTML(&b, doc); err != nil {
			return
		}
		lower := strings.ToLower(b.String())
		for _, word := range []string{"<script", "<foreignobject", "<iframe", "<img", "<![cdata["} {
			assert.NotContains(t, lower, word)
		}
	})
}

func FuzzCSV(f *testing.F) {
	f.Add("=1", "a,\"b\"\n")
	f.Add("\xff\t-", " @")
	f.Fuzz(func(t *testing.T, a, b string) {
		var out bytes.Buffer
		require.NoError(t, report.CSV(&out, report.Table{Columns: []report.Column{{Title: "a"}, {Title: "b"}}, Rows: [][]report.Cell{{{Text: a}, {Text: b}}}}))
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 2)
		for _, cell := range rows[1] {
			trimmed := strings.TrimLeft(cell, " \u00A0")
			assert.False(t, trimmed != "" && strings.ContainsRune("=+-@\t", rune(trimmed[0])), "%q", cell)
		}
	})
}

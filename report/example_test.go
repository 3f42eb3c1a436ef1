package report_test

import (
	"fmt"
	"os"

	"github.com/go-marops/marops/report"
)

func ExampleMarkdown() {
	doc := report.Document{Title: "Spring launch", Blocks: []report.Block{
		report.KeyFigures{Items: []report.KeyFigure{{Label: "Available", Text: "1,250.00 EUR", Class: report.Good, Link: "#lines"}}},
		report.Table{
			ID:      "lines",
			Columns: []report.Column{{Title: "Line"}, {Title: "Available", Kind: report.Number}},
			Rows: [][]report.Cell{
				{{Text: "Search"}, {Text: "1,290.05", Value: report.Minor(129_005, 2)}},
				{{Text: "Events"}, {Text: "−40.05", Value: report.Minor(-4_005, 2), Class: report.Bad}},
			},
		},
	}}
	if err := report.Markdown(os.Stdout, doc); err != nil {
		fmt.Println(err)
	}
	// Output:
	// # Spring launch
	//
	// - Available: **[✓ 1,250.00 EUR](#lines)**
	//
	// <a id="lines"></a>
	//
	// | Line | Available |
	// |---|---:|
	// | Search | 1,290.05 |
	// | Events | ✕ −40.05 |
}

// Text that a spreadsheet would run is made inert; numbers stay numbers.
func ExampleCSV() {
	err := report.CSV(os.Stdout, report.Table{
		Columns: []report.Column{{Title: "Vendor"}, {Title: "Amount", Kind: report.Number}},
		Rows: [][]report.Cell{
			{{Text: "=HYPERLINK(1)"}, {Text: "−40.05 EUR", Value: report.Minor(-4_005, 2)}},
		},
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Vendor,Amount
	// '=HYPERLINK(1),-40.05
}

// Every problem of a document is reported at once.
func ExampleDocument_Check() {
	doc := report.Document{Title: "Launch", Blocks: []report.Block{
		report.Text{{Text: "see the rows", Link: "#rows"}},
		report.Table{Columns: []report.Column{{Title: "Line"}}, Rows: [][]report.Cell{{}}},
	}}
	for _, f := range doc.Check() {
		fmt.Println(f.Code, f.Subject)
	}
	// Output:
	// report.table.shape blocks[1].rows[0]
	// report.link.missing blocks[0].spans[0]
}

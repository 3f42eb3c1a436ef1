package chart_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/report/chart"
)

func ExampleGantt() {
	day := func(d int) civil.Date { return civil.MustDate(2026, 3, d) }
	plan := chart.GanttData{
		Tasks: []chart.GanttTask{
			{Key: "copy", Label: "Write copy", Span: civil.Days(day(2), day(4)), Critical: true, Done: 500},
			{Key: "live", Label: "Launch", Span: civil.Days(day(6), day(6)), Milestone: true, Critical: true},
		},
		Links: []chart.GanttLink{{From: "copy", To: "live", Critical: true}},
		Marks: []chart.Mark{{On: day(3), Label: "today"}},
	}
	var svg strings.Builder
	if err := chart.Gantt(&svg, plan, &chart.Options{Title: "Spring launch"}); err != nil {
		fmt.Println(err)
		return
	}
	_, desc, _ := strings.Cut(svg.String(), "<desc")
	_, desc, _ = strings.Cut(desc, ">")
	desc, _, _ = strings.Cut(desc, "<")
	fmt.Println(desc)
	// Output: 2 rows from 2026-03-02 to 2026-03-06; 2 critical; 1 milestone; 1 link.
}

// A waterfall checks what it draws: a total that is not the sum is an error.
func ExampleWaterfall() {
	err := chart.Waterfall(os.Stdout, chart.WaterfallData{
		Unit: chart.Unit{Name: "EUR", Decimals: 2},
		Steps: []chart.WaterfallStep{
			{Label: "Limit", Amount: 10_000_00, Kind: chart.Total},
			{Label: "Actual", Amount: -2_500_50},
			{Label: "Available", Amount: 7_500_00, Kind: chart.Total},
		},
	}, nil)
	fmt.Println(err)
	// Output: waterfall: invalid chart data: step 3 ("Available"): 7,500.00 EUR given, the steps add up to 7,499.50 EUR
}

func ExampleUnit_Format() {
	fmt.Println(chart.Unit{Name: "EUR", Decimals: 2}.Format(-123_450))
	fmt.Println(chart.Unit{Name: "%", Decimals: 1}.Format(125))
	fmt.Println(chart.Unit{}.Format(1_000_000))
	// Output:
	// −1,234.50 EUR
	// 12.5%
	// 1,000,000
}

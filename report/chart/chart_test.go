package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/report/chart"
)

var monday = civil.MustDate(2026, 7, 6)

func days(from, n int) civil.Period {
	return civil.Days(monday.AddDays(from), monday.AddDays(from+n-1))
}

// hostile holds texts that break careless writers.
var hostile = []string{
	`<script>alert("x")</script>`, "a ]]> b", "\x00\x1b\x7f\u0085bell\a", "\xff\xfe broken", "שלום \u202Eabc", "&amp; & &#0;",
	strings.Repeat("very long ", 40), "日本語のラベル", "</title></text></svg>", "\uFFFE\uFFFF", "",
}

func launchPlan() chart.GanttData {
	return chart.GanttData{
		Tasks: []chart.GanttTask{
			{Key: "brief", Label: "Brief", Lane: "Strategy", Tag: "Ana", Span: days(0, 3), Baseline: days(0, 2), Done: 1000, Critical: true},
			{Key: "copy", Label: "Write copy", Lane: "Creative", Tag: "Ben", Span: days(3, 6), Done: 400, Critical: true},
			{Key: "visual", Label: "Key visual", Lane: "Creative", Span: days(4, 3)},
			{Key: "film", Label: "Film", Lane: "Creative"},
			{Key: "sign", Label: "Sign-off", Lane: "Strategy", Span: days(10, 1), Baseline: days(8, 1), Milestone: true, Critical: true},
		},
		Links: []chart.GanttLink{
			{From: "brief", To: "copy", Critical: true},
			{From: "copy", To: "sign", Critical: true},
			{From: "copy", To: "visual", Kind: chart.StartStart},
			{From: "visual", To: "copy", Kind: chart.FinishFinish},
			{From: "visual", To: "brief", Kind: chart.StartFinish},
			{From: "sign", To: "brief"},
			{From: "film", To: "sign"},
		},
		Marks: []chart.Mark{
			{On: monday.AddDays(5), Label: "today"},
			{On: monday.AddDays(6), Label: "launch", Kind: chart.Aim},
			{On: monday.AddDays(400), Label: "far away"},
		},
	}
}

func load() chart.HeatMapData {
	return chart.HeatMapData{
		Columns: []string{"W28", "W29", "W30"},
		Unit:    chart.Unit{Name: "h", Decimals: 1},
		Rows: []chart.HeatRow{
			{Label: "Ana", Cells: []chart.HeatCell{{Used: 200, Available: 400}, {Used: 401, Available: 400}, {}}},
			{Label: "Ben", Cells: []chart.HeatCell{{Missing: true}, {Used: 80, Note: "on leave"}, {Used: 399, Available: 400}}},
			{Label: "Chidi", Cells: []chart.HeatCell{{Available: 400}, {Used: 400, Available: 400}, {Used: 340, Available: 400}}},
		},
	}
}

func budget() chart.WaterfallData {
	return chart.WaterfallData{Unit: chart.Unit{Name: "EUR", Decimals: 2}, Steps: []chart.WaterfallStep{
		{Label: "Limit", Amount: 25_000_000, Kind: chart.Total},
		{Label: "Transfer in", Amount: 1_000_000},
		{Label: "Actual", Amount: -27_774_775, Note: "204 postings"},
		{Label: "Available", Amount: -1_774_775, Kind: chart.Total},
	}}
}

func spend() chart.TrendData {
	points := func(values ...int64) (out []chart.TrendPoint) {
		for i, v := range values {
			out = append(out, chart.TrendPoint{On: monday.AddDays(7 * i), Value: v, Missing: v < 0})
		}
		return out
	}
	d := chart.TrendData{
		Unit:   chart.Unit{Name: "EUR", Decimals: 2},
		Series: []chart.TrendSeries{{Label: "Search", Points: points(900_000, 1_250_000, -1, 1_400_050, 1_600_000, 1_650_000)}, {Label: "Social", Points: points(400_000, 380_000, 500_000)}},
		Levels: []chart.TrendLevel{{Label: "Plan", Value: 1_500_000}},
		Marks:  []chart.Mark{{On: monday.AddDays(22), Label: "today"}},
	}
	for i := 4; i < 6; i++ {
		p := &d.Series[0].Points[i]
		p.Provisional, p.Band = true, &chart.Band{Low: p.Value - 100_000, High: p.Value + 150_000}
	}
	return d
}

// charts draws each kind of chart with ordinary data.
func charts(o *chart.Options) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"gantt":     func(w io.Writer) error { return chart.Gantt(w, launchPlan(), o) },
		"heatmap":   func(w io.Writer) error { return chart.HeatMap(w, load(), o) },
		"waterfall": func(w io.Writer) error { return chart.Waterfall(w, budget(), o) },
		"trend":     func(w io.Writer) error { return chart.Trend(w, spend(), o) },
	}
}

func render(t testing.TB, draw func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, draw(&b))
	return b.String()
}

// wellFormed reads the SVG and returns its texts in order of appearance. Every
// coordinate must be a number, and within the sheet.
func wellFormed(t testing.TB, svg string) []string {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(svg))
	var texts []string
	var width, height float64
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err, "%s", svg)
		switch token := token.(type) {
		case xml.CharData:
			if s := strings.TrimSpace(string(token)); s != "" {
				texts = append(texts, s)
			}
		case xml.StartElement:
			for _, a := range token.Attr {
				switch a.Name.Local {
				case "viewBox":
					_, err := fmt.Sscanf(a.Value, "0 0 %f %f", &width, &height)
					require.NoError(t, err)
				case "x", "y":
					v, err := strconv.ParseFloat(a.Value, 64)
					require.NoError(t, err)
					limit := width
					if a.Name.Local == "y" {
						limit = height
					}
					assert.True(t, v >= 0 && v <= limit, "%s=%s outside of the sheet (%.0f x %.0f)", a.Name.Local, a.Value, width, height)
				case "d":
					for _, word := range []string{"NaN", "Inf", "e", "+"} {
						assert.NotContains(t, a.Value, word)
					}
				}
			}
		}
	}
	return texts
}

func TestGolden(t *testing.T) {
	for name, draw := range charts(&chart.Options{Title: "Spring launch"}) {
		t.Run(name, func(t *testing.T) {
			svg := render(t, draw)
			wellFormed(t, svg)
			golden.Equal(t, name+".svg", []byte(svg))
		})
	}
	for name, draw := range charts(&chart.Options{Width: 360, Desc: "for a phone"}) {
		t.Run(name+" narrow", func(t *testing.T) {
			svg := render(t, draw)
			wellFormed(t, svg)
			golden.Equal(t, name+"-narrow.svg", []byte(svg))
		})
	}
}

func TestSameBytes(t *testing.T) {
	for name, draw := range charts(nil) {
		first := render(t, draw)
		assert.Equal(t, first, render(t, draw), name)
	}
}

func TestAccessible(t *testing.T) {
	for name, draw := range charts(&chart.Options{Title: "Named"}) {
		svg := render(t, draw)
		assert.Contains(t, svg, `role="img"`, name)
		assert.Contains(t, svg, ">Named</title><desc", name)
		assert.Contains(t, svg, "prefers-color-scheme:dark", name)
		assert.Equal(t, 1, strings.Count(svg, "http"), "%s: nothing but the name space", name)
	}
}

func TestEmpty(t *testing.T) {
	for name, draw := range map[string]func(io.Writer) error{
		"gantt": func(w io.Writer) error { return chart.Gantt(w, chart.GanttData{}, nil) },
		"gantt undated": func(w io.Writer) error {
			return chart.Gantt(w, chart.GanttData{Tasks: []chart.GanttTask{{Label: "a"}}}, nil)
		},
		"heat map":         func(w io.Writer) error { return chart.HeatMap(w, chart.HeatMapData{}, nil) },
		"heat map columns": func(w io.Writer) error { return chart.HeatMap(w, chart.HeatMapData{Columns: []string{"a"}}, nil) },
		"waterfall":        func(w io.Writer) error { return chart.Waterfall(w, chart.WaterfallData{}, nil) },
		"trend":            func(w io.Writer) error { return chart.Trend(w, chart.TrendData{}, nil) },
		"trend all missing": func(w io.Writer) error {
			return chart.Trend(w, chart.TrendData{Series: []chart.TrendSeries{{Points: []chart.TrendPoint{{On: monday, Missing: true}}}}}, nil)
		},
	} {
		assert.Contains(t, wellFormed(t, render(t, draw)), "no data", name)
	}
}

func TestHostileText(t *testing.T) {
	for _, s := range hostile {
		for _, width := range []int{280, 960} {
			o := &chart.Options{Title: s, Desc: s, Width: width}
			gantt := chart.GanttData{Tasks: []chart.GanttTask{{Key: s, Label: s, Lane: s, Tag: s, Note: s, Span: days(0, 2)}}, Marks: []chart.Mark{{On: monday, Label: s}}}
			heat := chart.HeatMapData{Columns: []string{s}, Rows: []chart.HeatRow{{Label: s, Cells: []chart.HeatCell{{Used: 2, Available: 1, Note: s}}}}}
			fall := chart.WaterfallData{Unit: chart.Unit{Name: "<&>"}, Steps: []chart.WaterfallStep{{Label: s, Amount: 5, Note: s}}}
			trend := chart.TrendData{Series: []chart.TrendSeries{{Label: s, Points: []chart.TrendPoint{{On: monday, Value: 1}}}}, Levels: []chart.TrendLevel{{Label: s, Value: 2}}, Marks: []chart.Mark{{On: monday, Label: s}}}
			for _, draw := range []func(io.Writer) error{
				func(w io.Writer) error { return chart.Gantt(w, gantt, o) },
				func(w io.Writer) error { return chart.HeatMap(w, heat, o) },
				func(w io.Writer) error { return chart.Waterfall(w, fall, o) },
				func(w io.Writer) error { return chart.Trend(w, trend, o) },
			} {
				svg := render(t, draw)
				wellFormed(t, svg)
				assert.NotContains(t, svg, "<script")
			}
		}
	}
}

func TestHeatMapTellsLoads(t *testing.T) {
	texts := wellFormed(t, render(t, charts(nil)["heatmap"]))
	// 401 of 400 is not 100%, 399 of 400 is not either, and 80 of 0 has no percentage.
	for _, want := range []string{"101", "99", "∞", "?", "–", "100", "Ana · W29: 40.1 h of 40.0 h (101%), over by 0.1 h", "Ben · W28: not known", "Ana · W30: nothing available"} {
		assert.Contains(t, texts, want)
	}
}

func TestTrendBreaksAtMissing(t *testing.T) {
	svg := render(t, charts(nil)["trend"])
	// Search: a solid line, the gap, a dashed line. Social: one line. The legend adds one each, and one for provisional.
	assert.Equal(t, 2+2, strings.Count(svg, `class="line c0"`)+strings.Count(svg, `class="line c0 prov"`)+strings.Count(svg, `class="line prov c0"`))
	assert.Equal(t, 2, strings.Count(svg, `class="line c1"`))
	texts := wellFormed(t, svg)
	assert.Contains(t, texts, "Search · 2026-08-10: 16,500.00 EUR (provisional) · 15,500.00 EUR to 18,000.00 EUR")
}

func TestErrors(t *testing.T) {
	point := func(v int64) chart.TrendPoint { return chart.TrendPoint{On: monday, Value: v} }
	for name, c := range map[string]struct {
		draw func(io.Writer) error
		kind error
		says string
	}{
		"width":  {func(w io.Writer) error { return chart.Gantt(w, chart.GanttData{}, &chart.Options{Width: 10}) }, chart.ErrOptions, "width 10: want 280 to 4000"},
		"height": {func(w io.Writer) error { return chart.Trend(w, chart.TrendData{}, &chart.Options{Height: -1}) }, chart.ErrOptions, "height -1"},
		"rows": {func(w io.Writer) error {
			return chart.Gantt(w, chart.GanttData{Tasks: make([]chart.GanttTask, 5001)}, nil)
		}, chart.ErrData, "5001 tasks: at most 5000"},
		"key twice": {func(w io.Writer) error {
			return chart.Gantt(w, chart.GanttData{Tasks: []chart.GanttTask{{Key: "a"}, {Key: "a"}}}, nil)
		}, chart.ErrData, `task 2 (""): key "a" used twice`},
		"no task": {func(w io.Writer) error {
			return chart.Gantt(w, chart.GanttData{Links: []chart.GanttLink{{From: "x", To: "y"}}}, nil)
		}, chart.ErrData, `link 1: no task "x"`},
		"done": {func(w io.Writer) error {
			return chart.Gantt(w, chart.GanttData{Tasks: []chart.GanttTask{{Label: "a", Done: 1001}}}, nil)
		}, chart.ErrData, "done 1001"},
		"centuries": {func(w io.Writer) error {
			return chart.Gantt(w, chart.GanttData{Tasks: []chart.GanttTask{{Span: civil.Days(civil.MinDate(), civil.MaxDate())}}}, nil)
		}, chart.ErrData, "days: at most 40000"},
		"mark": {func(w io.Writer) error {
			return chart.Gantt(w, chart.GanttData{Marks: []chart.Mark{{Label: "m"}}}, nil)
		}, chart.ErrData, `mark 1 ("m"): no date`},
		"shape": {func(w io.Writer) error {
			return chart.HeatMap(w, chart.HeatMapData{Columns: []string{"a"}, Rows: []chart.HeatRow{{Label: "r"}}}, nil)
		}, chart.ErrData, `row 1 ("r"): 0 cells for 1 columns`},
		"negative": {func(w io.Writer) error {
			return chart.HeatMap(w, chart.HeatMapData{Columns: []string{"a"}, Rows: []chart.HeatRow{{Cells: []chart.HeatCell{{Used: -1}}}}}, nil)
		}, chart.ErrData, "negative"},
		"sum": {func(w io.Writer) error {
			return chart.Waterfall(w, chart.WaterfallData{Steps: []chart.WaterfallStep{{Amount: 5}, {Label: "left", Amount: 4, Kind: chart.Total}}}, nil)
		}, chart.ErrData, `step 2 ("left"): 4 given, the steps add up to 5`},
		"overflow": {func(w io.Writer) error {
			return chart.Waterfall(w, chart.WaterfallData{Steps: []chart.WaterfallStep{{Amount: 1e18}, {Amount: 1e18}}}, nil)
		}, chart.ErrData, "running total"},
		"amount": {func(w io.Writer) error {
			return chart.Trend(w, chart.TrendData{Series: []chart.TrendSeries{{Points: []chart.TrendPoint{point(math.MinInt64)}}}}, nil)
		}, chart.ErrData, "beyond"},
		"order": {func(w io.Writer) error {
			return chart.Trend(w, chart.TrendData{Series: []chart.TrendSeries{{Points: []chart.TrendPoint{point(1), point(2)}}}}, nil)
		}, chart.ErrData, "does not come after"},
		"unit":   {func(w io.Writer) error { return chart.Trend(w, chart.TrendData{Unit: chart.Unit{Decimals: 10}}, nil) }, chart.ErrData, "10 decimals"},
		"writer": {func(io.Writer) error { return chart.Trend(broken{}, chart.TrendData{}, nil) }, errBroken, "disk full"},
	} {
		var b bytes.Buffer
		err := c.draw(&b)
		require.ErrorIs(t, err, c.kind, name)
		require.ErrorContains(t, err, c.says, name)
		assert.Empty(t, b.String(), "%s: nothing is half written", name)
	}
}

var errBroken = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// TestExtremes draws random data of every magnitude; all of it must stay on the
// sheet (see wellFormed).
func TestExtremes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	amount := func() int64 {
		return r.Int64N(2_000_000_000_000_000_000>>r.IntN(60)+1) - 1_000_000_000_000_000_000>>r.IntN(60)
	}
	for range 300 {
		o := &chart.Options{Width: 280 + r.IntN(1200), Height: 160 + r.IntN(500)}
		unit := chart.Unit{Name: "EUR", Decimals: r.IntN(10)}
		trend := chart.TrendData{Unit: unit, Series: make([]chart.TrendSeries, 1+r.IntN(3))}
		for i := range trend.Series {
			on := monday
			for range r.IntN(30) {
				on = on.AddDays(1 + r.IntN(1<<r.IntN(10)))
				v := min(max(amount(), -1e18), 1e18)
				trend.Series[i].Points = append(trend.Series[i].Points, chart.TrendPoint{On: on, Value: v, Missing: r.IntN(5) == 0, Provisional: r.IntN(5) == 0})
			}
		}
		wellFormed(t, render(t, func(w io.Writer) error { return chart.Trend(w, trend, o) }))
		fall := chart.WaterfallData{Unit: unit}
		for range r.IntN(12) {
			fall.Steps = append(fall.Steps, chart.WaterfallStep{Label: "step", Amount: min(max(amount(), -1e18), 1e18) / 16})
		}
		wellFormed(t, render(t, func(w io.Writer) error { return chart.Waterfall(w, fall, o) }))
		var plan chart.GanttData
		for range 1 + r.IntN(30) {
			plan.Tasks = append(plan.Tasks, chart.GanttTask{Label: "task", Tag: "somebody", Span: days(r.IntN(1<<r.IntN(15)), 1+r.IntN(1<<r.IntN(8))), Milestone: r.IntN(6) == 0})
		}
		wellFormed(t, render(t, func(w io.Writer) error { return chart.Gantt(w, plan, o) }))
	}
}

func FuzzGanttText(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, "lane "+s, uint16(960))
	}
	f.Fuzz(func(t *testing.T, label, lane string, width uint16) {
		data := chart.GanttData{Tasks: []chart.GanttTask{
			{Key: "a", Label: label, Lane: lane, Tag: label, Span: days(0, 4)},
			{Key: "b", Label: lane, Note: label, Span: days(4, 1), Milestone: true},
		}, Links: []chart.GanttLink{{From: "a", To: "b"}}, Marks: []chart.Mark{{On: monday, Label: label}}}
		var b bytes.Buffer
		err := chart.Gantt(&b, data, &chart.Options{Title: label, Width: int(width)})
		if errors.Is(err, chart.ErrData) || errors.Is(err, chart.ErrOptions) {
			return // too long, or too wide or narrow
		}
		require.NoError(t, err)
		wellFormed(t, b.String())
	})
}

package views_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/report/chart"
)

func TestWaterfallOfABook(t *testing.T) {
	plan, err := budget.Compile(budget.Structure{
		Currency: money.KWD, Horizon: civil.YearOf(march(1)), Nodes: []budget.Node{{Key: "launch"}, {Key: "free"}},
	})
	require.NoError(t, err)
	book := budget.New(plan)
	kwd := func(n int64) money.Money { return money.Minor(n, money.KWD) }
	p := plan.Calendar().PeriodOf(march(1))
	_, err = book.ApplyAll(march(1).In(time.UTC),
		budget.SetLimit{Node: "launch", Period: p, Amount: kwd(10_000)},
		budget.Reserve{Ref: "R", Node: "launch", Date: march(2), Amount: kwd(1_000)},
		budget.Order{Ref: "O", Node: "launch", Date: march(2), Amount: kwd(4_000)},
		budget.Accrue{Ref: "A", Order: "O", Date: march(3), Amount: kwd(500)},
		budget.Invoice{Ref: "I", Node: "launch", Date: march(4), Amount: kwd(6_000)},
		budget.Invoice{Ref: "C", Node: "free", Date: march(4), Amount: kwd(-30)},
		budget.Order{Ref: "P", Node: "free", Date: march(4), Amount: kwd(70)},
	)
	require.NoError(t, err)
	for node, want := range map[budget.NodeKey][]chart.WaterfallStep{
		"launch": {
			{Label: "Limit", Amount: 10_000, Kind: chart.Total},
			{Label: "Spent", Amount: -6_000},
			{Label: "Accrued", Amount: -500},
			{Label: "Ordered", Amount: -3_500},
			{Label: "Requested", Amount: -1_000},
			{Label: "Available", Amount: -1_000, Kind: chart.Total},
		},
		"free": { // it never had a limit
			{Label: "Spent", Amount: -30},
			{Label: "Ordered", Amount: 70},
			{Label: "Requested"},
			{Label: "Held", Amount: 40, Kind: chart.Total},
		},
	} {
		b, ok := book.Balance(node, march(5), budget.Total)
		require.True(t, ok)
		w := views.Waterfall(b)
		assert.Equal(t, chart.WaterfallData{Unit: chart.Unit{Name: "KWD", Decimals: 3}, Steps: want}, w, node)
		require.NoError(t, chart.Waterfall(io.Discard, w, nil), node)
	}
	asked := views.Waterfall(budget.Balance{Limited: true, Limit: kwd(1), Available: kwd(1), PendingOut: kwd(2_500)})
	assert.Equal(t, "without 2.500 KWD asked to be transferred away", asked.Steps[0].Note)
	require.NoError(t, chart.Waterfall(io.Discard, views.Waterfall(budget.Balance{}), nil))
}

const sales = `day,channel,eur,jpy,leads,score
2026-03-02,search,10.00,1000,3,0.5
2026-03-03,search,0.01,,0,
2026-03-10,search,,,2,
2026-03-25,social,7.00,500,4,1
2026-05-04,search,1.03,1,1,2
`

func result(t *testing.T, csv string, q kpi.Query) *kpi.Result {
	t.Helper()
	sum := func(column string, u kpi.Unit) kpi.Measure {
		return kpi.Measure{Table: "sales", Column: column, Agg: kpi.Sum, Unit: u, Time: "day", Matures: 30}
	}
	data := kpi.Files(fstest.MapFS{"sales.csv": {Data: []byte(csv)}}).CSV("sales", "sales.csv", kpi.Date("day"), kpi.Text("channel"),
		kpi.Amount("eur", money.EUR), kpi.Amount("jpy", money.JPY), kpi.Integer("leads"), kpi.Decimal("score", 1))
	r, err := kpi.Run(t.Context(), kpi.Definitions{
		"eur": sum("eur", kpi.Currency(money.EUR)), "half": kpi.Formula{Text: "eur / 2"},
		"jpy": sum("jpy", kpi.Currency(money.JPY)), "leads": sum("leads", kpi.Count("lead")), "score": sum("score", kpi.Unit{}),
		"cpl": kpi.Ratio{Num: "jpy", Den: "leads"}, "third": kpi.Formula{Text: "leads / 3"},
	}, q, data)
	require.NoError(t, err)
	return r
}

// series writes a line of points: day, amount, "?" if missing, "~" if
// provisional.
func series(s chart.TrendSeries) string {
	var b strings.Builder
	b.WriteString(s.Label + ":")
	for _, p := range s.Points {
		fmt.Fprintf(&b, " %s=", p.On.String()[5:])
		if p.Missing {
			b.WriteString("?")
		} else {
			fmt.Fprint(&b, p.Value)
		}
		if p.Provisional {
			b.WriteString("~")
		}
	}
	return b.String()
}

func TestTrend(t *testing.T) {
	for name, c := range map[string]struct {
		query kpi.Query
		from  civil.Date
		unit  chart.Unit
		want  []string
	}{
		"days": {
			kpi.Query{Metrics: []kpi.MetricKey{"jpy"}, Grain: kpi.Daily, Period: marchDays(2, 10)},
			civil.Date{},
			chart.Unit{Name: "JPY"},
			[]string{"L: 03-02=1000 03-03=? 03-04=? 03-05=? 03-06=? 03-07=? 03-08=? 03-09=? 03-10=?"},
		},
		// 1000 yen over 3 leads, 500 over 4: the yen has no decimals, the week of 16 March has no row.
		"weeks of an amount per thing": {
			kpi.Query{Metrics: []kpi.MetricKey{"cpl"}, Grain: kpi.Weekly, Period: marchDays(1, 31)},
			march(9),
			chart.Unit{Name: "JPY/lead"},
			[]string{"L: 03-02=333 03-09=?~ 03-16=?~ 03-23=125~"},
		},
		"months and a dimension": {
			kpi.Query{Metrics: []kpi.MetricKey{"leads"}, Grain: kpi.Monthly, By: []string{"channel"}},
			civil.Date{},
			chart.Unit{Name: "lead"},
			[]string{"L: search: 03-01=5 04-01=? 05-01=1", "L: social: 03-01=4 04-01=? 05-01=?"},
		},
		"four decimals": {
			kpi.Query{Metrics: []kpi.MetricKey{"third"}, Grain: kpi.Monthly},
			civil.Date{},
			chart.Unit{Name: "lead", Decimals: 4},
			[]string{"L: 03-01=30000 04-01=? 05-01=3333"},
		},
		"plain": {
			kpi.Query{Metrics: []kpi.MetricKey{"score"}, Grain: kpi.Monthly},
			civil.Date{},
			chart.Unit{Decimals: 4},
			[]string{"L: 03-01=15000 04-01=? 05-01=20000"},
		},
		"an amount, half to even": { // 17.01/2 and 1.03/2
			kpi.Query{Metrics: []kpi.MetricKey{"half"}, Grain: kpi.Monthly},
			civil.MustDate(2026, 5, 1),
			chart.Unit{Name: "EUR", Decimals: 2},
			[]string{"L: 03-01=850 04-01=? 05-01=52~"},
		},
		"not mature": { // rows of the last thirty days are young
			kpi.Query{Metrics: []kpi.MetricKey{"leads"}, Grain: kpi.Monthly, AsOf: civil.MustDate(2026, 5, 5)},
			civil.Date{},
			chart.Unit{Name: "lead"},
			[]string{"L: 03-01=9 04-01=? 05-01=1~"},
		},
		"nothing": {
			kpi.Query{Metrics: []kpi.MetricKey{"leads"}, Grain: kpi.Daily, Period: marchDays(1, 1)}, civil.Date{}, chart.Unit{}, nil,
		},
	} {
		r := result(t, sales, c.query)
		data, err := views.Trend(r, c.query.Metrics[0], "L", c.from)
		require.NoError(t, err, name)
		assert.Equal(t, c.unit, data.Unit, name)
		var got []string
		for _, s := range data.Series {
			got = append(got, series(s))
		}
		assert.Equal(t, c.want, got, name)
		require.NoError(t, chart.Trend(io.Discard, data, nil), name)
	}
}

// An infinite and an undefined value are no points, an exact zero is one.
func TestTrendTellsZeroFromMissing(t *testing.T) {
	csv := "day,channel,eur,jpy,leads,score\n2026-03-02,a,,5,0,\n2026-03-03,a,,0,0,\n2026-03-04,a,,0,2,\n"
	data, err := views.Trend(result(t, csv, kpi.Query{Metrics: []kpi.MetricKey{"cpl"}, Grain: kpi.Daily}), "cpl", "", civil.Date{})
	require.NoError(t, err)
	require.Len(t, data.Series, 1)
	assert.Equal(t, "cpl: 03-02=? 03-03=? 03-04=0", series(data.Series[0]))
}

func TestTrendRefuses(t *testing.T) {
	const head = "day,channel,eur,jpy,leads,score\n"
	daily := kpi.Query{Metrics: []kpi.MetricKey{"leads"}, Grain: kpi.Daily, By: []string{"channel"}}
	var crowd strings.Builder
	crowd.WriteString(head)
	for i := range 25 { // package chart draws 24 series
		fmt.Fprintf(&crowd, "2026-03-02,c%d,,,1,\n", i)
	}
	for name, c := range map[string]struct {
		csv    string
		query  kpi.Query
		metric kpi.MetricKey
		want   string
	}{
		"no grain":      {sales, kpi.Query{Metrics: []kpi.MetricKey{"leads"}}, "leads", `trend of "leads": columns [] do not begin with time, give the query a grain: cannot be shown`},
		"no time":       {sales, kpi.Query{Metrics: []kpi.MetricKey{"leads"}, By: []string{"channel"}}, "leads", `columns ["channel"] do not begin with time`},
		"other metric":  {sales, daily, "cpl", `trend of "cpl": not a metric of the query, which has ["leads"]`},
		"many groups":   {crowd.String(), daily, "leads", "more than 24 groups"},
		"many points":   {head + "0001-01-01,a,,,1,\n9999-12-31,b,,,1,\n", daily, "leads", "points, at most 20000 can be drawn"},
		"great numbers": {head + "2026-03-02,a,,,1000000000000000000,\n2026-03-03,a,,,1,\n", kpi.Query{Metrics: []kpi.MetricKey{"third"}, Grain: kpi.Daily}, "third", "2026-03-02: value beyond ±10^18 units"},
	} {
		_, err := views.Trend(result(t, c.csv, c.query), c.metric, "L", civil.Date{})
		require.ErrorIs(t, err, views.ErrView, name)
		require.ErrorContains(t, err, c.want, name)
	}
	_, err := views.Trend(nil, "leads", "L", civil.Date{})
	require.ErrorIs(t, err, views.ErrView)
}

// A text column may be called time as well; it need not hold dates.
func TestTrendOfATextColumnCalledTime(t *testing.T) {
	for _, times := range []string{"noon", "2026-03-02,2026-03", ""} {
		csv := "time,n\n"
		for one := range strings.SplitSeq(times, ",") {
			csv += one + ",1\n"
		}
		data := kpi.Files(fstest.MapFS{"t.csv": {Data: []byte(csv)}}).CSV("t", "t.csv", kpi.Text("time"), kpi.Integer("n"))
		r, err := kpi.Run(t.Context(), kpi.Definitions{"n": kpi.Measure{Table: "t", Column: "n", Agg: kpi.Sum}},
			kpi.Query{Metrics: []kpi.MetricKey{"n"}, By: []string{"time"}}, data)
		require.NoError(t, err)
		_, err = views.Trend(r, "n", "N", civil.Date{})
		require.ErrorIs(t, err, views.ErrView, times)
		require.ErrorContains(t, err, "is not a day or month like the others", times)
	}
}

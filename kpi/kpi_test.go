package kpi_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

var files = fstest.MapFS{
	"spend.csv": {Data: []byte("day,channel,cost\n2026-03-01,search,10.00\n2026-03-02,search,20.50\n2026-03-02,social,5.25\n2026-04-01,print,100.00\n")},
	"leads.csv": {Data: []byte("lead,created,channel\nL1,2026-03-01,search\nL2,2026-03-02,search\nL3,2026-03-02,organic\nL4,2026-03-09,social\n")},
}

var definitions = kpi.Definitions{
	"spend": kpi.Measure{Table: "ads", Column: "cost", Agg: kpi.Sum, Unit: kpi.Currency(money.EUR), Time: "day"},
	"leads": kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("lead"), Time: "created", Matures: 7, Basis: "event"},
	"cpl":   kpi.Ratio{Num: "spend", Den: "leads"},
}

func load() *kpi.Data {
	return kpi.Files(files).
		CSV("ads", "spend.csv", kpi.Date("day"), kpi.Text("channel"), kpi.Amount("cost", money.EUR)).
		CSV("leads", "leads.csv", kpi.Text("lead").Unique(), kpi.Date("created"), kpi.Text("channel"))
}

func Example() {
	result, err := kpi.Run(context.Background(), definitions, kpi.Query{
		Metrics: []kpi.MetricKey{"spend", "leads", "cpl"}, By: []string{"channel"}, AsOf: civil.MustDate(2026, 3, 10),
	}, load())
	if err != nil {
		panic(err)
	}
	for row := range result.Rows() {
		fmt.Println(row.Keys(), row.Value("spend"), "|", row.Value("leads"), "|", row.Value("cpl"))
	}
	search, _ := result.Row("search")
	fmt.Println(search.Why("cpl"))
	// Output:
	// [organic] missing | 1 lead | missing
	// [print] 100.00 EUR | 0 lead | infinite
	// [search] 30.50 EUR | 2 lead | 15.25 EUR/lead
	// [social] 5.25 EUR | 1 lead ~ | 5.25 EUR/lead ~
	// cpl = 15.25 EUR/lead = spend / leads; spend = 30.50 EUR (sum of ads.cost); leads = 2 lead (rows of leads)
}

func ExampleCompile() {
	_, err := kpi.Compile(kpi.Definitions{
		"eur": kpi.Measure{Table: "a", Column: "x", Agg: kpi.Sum, Unit: kpi.Currency(money.EUR)},
		"usd": kpi.Measure{Table: "a", Column: "y", Agg: kpi.Sum, Unit: kpi.Currency(money.USD)},
		"sum": kpi.Formula{Text: "eur + usd"},
		"a":   kpi.Formula{Text: "b * 2"},
		"b":   kpi.Formula{Text: "a / 2"},
	})
	fmt.Println(err)
	// Output:
	// metric/b: a -> b -> a (fix: define one of them from measures)
	// metric/sum: formula of sum, character 5: EUR + USD: units differ (fix: convert one side first)
}

func ExampleResult_Score() {
	result, err := kpi.Run(context.Background(), definitions, kpi.Query{Metrics: []kpi.MetricKey{"cpl"}, By: []string{"channel"}}, load())
	if err != nil {
		panic(err)
	}
	card, err := result.Score(kpi.Target{Metric: "cpl", Direction: kpi.AtMost, Want: decimal.New(15, 0), Tolerance: decimal.New(1, 0)})
	if err != nil {
		panic(err)
	}
	for _, s := range card {
		fmt.Println(s.Keys, s.Status, "-", s.Reason)
	}
	// Output:
	// [organic] unknown - the value is missing, at most 15
	// [print] unknown - the value is infinite, at most 15
	// [search] near - 15.25 EUR/lead, at most 15
	// [social] on target - 5.25 EUR/lead, at most 15
}

func TestUnitsCancel(t *testing.T) {
	eur, lead, deal := kpi.Currency(money.EUR), kpi.Count("lead"), kpi.Count("deal")
	assert.Equal(t, "EUR/lead", eur.Per(lead).String())
	assert.Equal(t, eur, eur.Per(lead).Times(lead))
	assert.Equal(t, kpi.Unit{}, lead.Per(lead))
	assert.Equal(t, eur.Per(deal), eur.Per(lead).Times(lead.Per(deal)))
	assert.Equal(t, "1/lead", kpi.Unit{}.Per(lead).String())
	assert.Equal(t, eur.Times(lead), lead.Times(eur))
	assert.Equal(t, eur.Times(eur), eur.Times(eur).Per(lead).Times(lead))
	c, ok := eur.Money()
	assert.True(t, ok)
	assert.Equal(t, money.EUR, c)
	_, ok = eur.Per(lead).Money()
	assert.False(t, ok)
}

func TestFormulaRefusesEverythingElse(t *testing.T) {
	for _, text := range []string{"", "1 +", "a.b", "f(1)", "a % b", "a == b", `"x"`, "0x10", "1e9", "^a", "a[0]", "func() {}", strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100), strings.Repeat("1+", 3000) + "1"} {
		_, err := kpi.Compile(kpi.Definitions{"m": kpi.Formula{Text: text}})
		list, ok := errors.AsType[finding.List](err)
		require.True(t, ok, "%.30q", text)
		assert.True(t, list.Has("kpi.formula.invalid"), "%.30q", text)
	}
}

func TestFormulaComputesExactly(t *testing.T) {
	defs := kpi.Definitions{"m": kpi.Formula{Text: "-(0.1 + 0.2) * 10 / (4 - 1)"}, "u": kpi.Formula{Text: "(1 - 1) / (2 - 2)"}, "i": kpi.Formula{Text: "1 / (2 - 2)"}, "ui": kpi.Formula{Text: "i - i"}}
	res, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"m", "u", "i", "ui"}}, load())
	require.NoError(t, err)
	row, ok := res.Row()
	require.True(t, ok)
	x, ok := row.Value("m").Rat()
	require.True(t, ok)
	assert.Equal(t, big.NewRat(-1, 1), x)
	assert.Equal(t, kpi.Undefined, row.Value("u").State())
	assert.Equal(t, kpi.Infinite, row.Value("i").State())
	assert.Equal(t, kpi.Undefined, row.Value("ui").State())
	assert.Equal(t, "ui = undefined = i - i; i = infinite = 1 / (2 - 2)", row.Why("ui"))
}

func TestCompileReportsEveryProblem(t *testing.T) {
	_, err := kpi.Compile(kpi.Definitions{
		"1x": kpi.Formula{Text: "1"}, "none": nil, "r": kpi.Ratio{Num: "gone", Den: "none"},
		"m": kpi.Measure{Agg: kpi.Rows, Column: "x", Matures: 3}, "n": kpi.Measure{Table: "t", Agg: 99},
	})
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok)
	for _, code := range []string{"kpi.key.invalid", "kpi.measure.incomplete", "kpi.metric.unknown"} {
		assert.True(t, list.Has(code), code)
	}
	assert.Len(t, list, 8, "%v", list)
}

func TestQueriesThatDoNotFit(t *testing.T) {
	timeless := kpi.Definitions{
		"rows": kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("lead")}, "usd": kpi.Measure{Table: "ads", Column: "cost", Agg: kpi.Sum, Unit: kpi.Currency(money.USD)},
		"text": kpi.Measure{Table: "ads", Column: "channel", Agg: kpi.Sum}, "many": kpi.Measure{Table: "ads", Column: "cost", Agg: kpi.Distinct}, "gone": kpi.Measure{Table: "gone", Agg: kpi.Rows}, "col": kpi.Measure{Table: "ads", Agg: kpi.Sum, Column: "gone"},
	}
	for name, q := range map[string]kpi.Query{
		"no metric": {}, "unknown metric": {Metrics: []kpi.MetricKey{"x"}}, "grain without time": {Metrics: []kpi.MetricKey{"rows"}, Grain: kpi.Daily},
		"twice": {Metrics: []kpi.MetricKey{"rows"}, By: []string{"channel", "channel"}}, "group by date": {Metrics: []kpi.MetricKey{"rows"}, By: []string{"created"}},
		"currency": {Metrics: []kpi.MetricKey{"usd"}}, "text": {Metrics: []kpi.MetricKey{"text"}}, "distinct numbers": {Metrics: []kpi.MetricKey{"many"}}, "bad grain": {Metrics: []kpi.MetricKey{"rows"}, Grain: 99},
		"filter": {Metrics: []kpi.MetricKey{"rows"}, Where: []kpi.Filter{{Column: "created", In: []string{"x"}}}},
	} {
		_, err := kpi.Run(t.Context(), timeless, q, load())
		require.ErrorIs(t, err, kpi.ErrQuery, name)
	}
	for _, m := range []kpi.MetricKey{"gone", "col"} {
		_, err := kpi.Run(t.Context(), timeless, kpi.Query{Metrics: []kpi.MetricKey{m}}, load())
		require.ErrorIs(t, err, kpi.ErrData, m)
	}
}

func TestPeriodGrainAndFilter(t *testing.T) {
	march := civil.MonthOf(civil.MustDate(2026, 3, 1))
	res, err := kpi.Run(t.Context(), definitions, kpi.Query{Metrics: []kpi.MetricKey{"spend"}, Grain: kpi.Monthly, Period: march, Where: []kpi.Filter{{Column: "channel", In: []string{"social"}, Not: true}}}, load())
	require.NoError(t, err)
	assert.Equal(t, 1, res.Len())
	assert.Equal(t, []string{"time"}, res.Columns())
	row, ok := res.Row("2026-03")
	require.True(t, ok)
	m, ok := row.Value("spend").Money(money.HalfEven)
	require.True(t, ok)
	assert.Equal(t, money.Minor(3050, money.EUR), m)
	weekly, err := kpi.Run(t.Context(), definitions, kpi.Query{Metrics: []kpi.MetricKey{"spend"}, Grain: kpi.Weekly}, load())
	require.NoError(t, err)
	_, ok = weekly.Row("2026-02-23") // Monday of the ISO week of Sunday 2026-03-01
	assert.True(t, ok)
}

// The oracle folds rows one by one with maps and big integers.
func TestEngineEqualsRowByRow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var b strings.Builder
		b.WriteString("day,channel,region,cost\n")
		type acc struct {
			sum, square *big.Int
			n           int64
		}
		want := make(map[string]*acc)
		for range r.IntN(200) {
			channel, region := string(rune('a'+r.IntN(4))), string(rune('x'+r.IntN(3)))
			cents := r.Int64N(1_000_000) - 500_000
			day := civil.MustDate(2026, 1, 1).AddDays(r.IntN(60))
			cell := money.Minor(cents, money.EUR).Amount()
			if r.IntN(10) == 0 {
				cell = ""
			}
			fmt.Fprintf(&b, "%v,%s,%s,%s\n", day, channel, region, cell)
			key := fmt.Sprintf("%04d-%02d", day.Year(), int(day.Month())) + channel + region
			if want[key] == nil {
				want[key] = &acc{new(big.Int), new(big.Int), 0}
			}
			if cell != "" {
				c := big.NewInt(cents)
				want[key].sum.Add(want[key].sum, c)
				want[key].square.Add(want[key].square, new(big.Int).Mul(c, c))
				want[key].n++
			}
		}
		data := kpi.Files(fstest.MapFS{"f.csv": {Data: []byte(b.String())}}).CSV("t", "f.csv", kpi.Date("day"), kpi.Text("channel"), kpi.Text("region"), kpi.Amount("cost", money.EUR))
		measure := func(a kpi.Agg) kpi.Measure {
			return kpi.Measure{Table: "t", Column: "cost", Agg: a, Unit: kpi.Currency(money.EUR), Time: "day"}
		}
		defs := kpi.Definitions{"sum": measure(kpi.Sum), "var": measure(kpi.Variance), "mean": measure(kpi.Mean)}
		res, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"sum", "var", "mean"}, By: []string{"channel", "region"}, Grain: kpi.Monthly}, data)
		require.NoError(t, err)
		assert.Equal(t, len(want), res.Len())
		for row := range res.Rows() {
			w := want[strings.Join(row.Keys(), "")]
			require.NotNil(t, w)
			sum, ok := row.Value("sum").Rat()
			require.Equal(t, w.n > 0, ok)
			if !ok {
				continue
			}
			require.Equal(t, new(big.Rat).SetFrac(w.sum, big.NewInt(100)).String(), sum.String())
			mean, _ := row.Value("mean").Rat()
			require.Equal(t, new(big.Rat).SetFrac(w.sum, big.NewInt(100*w.n)).String(), mean.String())
			variance, ok := row.Value("var").Rat()
			require.Equal(t, w.n > 1, ok)
			if ok {
				n := big.NewInt(w.n)
				num := new(big.Int).Sub(new(big.Int).Mul(n, w.square), new(big.Int).Mul(w.sum, w.sum))
				require.Equal(t, new(big.Rat).SetFrac(num, big.NewInt(10_000*w.n*(w.n-1))).String(), variance.String())
			}
		}
	}
}

func TestAggregates(t *testing.T) {
	data := kpi.Files(fstest.MapFS{"f.csv": {Data: []byte("name,v\na,1.5\nb,-2\na,\nc,9223372036854.775\nd,9223372036854.775\n")}}).
		CSV("t", "f.csv", kpi.Text("name"), kpi.Decimal("v", 3))
	defs := kpi.Definitions{}
	for _, a := range []kpi.Agg{kpi.Sum, kpi.Min, kpi.Max, kpi.Mean, kpi.StdDev} {
		defs[kpi.MetricKey(a.String())] = kpi.Measure{Table: "t", Column: "v", Agg: a}
	}
	defs["distinct"] = kpi.Measure{Table: "t", Column: "name", Agg: kpi.Distinct, Unit: kpi.Count("name")}
	defs["rows"] = kpi.Measure{Table: "t", Agg: kpi.Rows, Unit: kpi.Count("row")}
	defs["empty"] = kpi.Measure{Table: "t", Column: "v", Agg: kpi.Sum, Where: []kpi.Filter{{Column: "name", In: []string{"zz"}}}}
	res, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"sum", "min", "max", "mean", "stddev", "distinct", "rows", "empty"}}, data)
	require.NoError(t, err)
	row, _ := res.Row()
	assert.Equal(t, "18446744073709.050", row.Value("sum").Decimal(3), "beyond 64 bits of thousandths")
	assert.Equal(t, "-2", row.Value("min").Decimal(0))
	assert.Equal(t, "9223372036854.775", row.Value("max").Decimal(3))
	assert.Equal(t, "4 name", row.Value("distinct").String())
	assert.Equal(t, "5 row", row.Value("rows").String())
	assert.Equal(t, kpi.Missing, row.Value("empty").State())
	f, ok := row.Value("stddev").Float()
	assert.True(t, ok)
	assert.InEpsilon(t, 5325116328314.5, f, 1e-12) // sqrt((2·(m-m̄)²+…)/3), computed with 50 digits
}

func TestAdsConvertAtTheDaysRate(t *testing.T) {
	const google = "x\ny\nDay,Campaign,Campaign ID,Currency code,Impr.,Clicks,Cost\n2026-03-02,Brand,1,EUR,10,2,3.50\n2026-03-03,Brand,1,EUR,10,--,--\n"
	const meta = "Reporting starts,Reporting ends,Campaign name,Campaign ID,Amount spent (USD),Impressions,Link clicks,Results\n2026-03-02,2026-03-02,Social,7,10.80,5,1,1\n"
	rates, err := fx.New(money.EUR, "test", map[money.Currency][]fx.Rate{money.USD: {{On: civil.MustDate(2026, 3, 2), Units: decimal.New(108, -2)}}})
	require.NoError(t, err)
	fsys := fstest.MapFS{"g.csv": {Data: []byte(google)}, "m.csv": {Data: []byte(meta)}}
	data := kpi.Files(fsys).In(money.EUR, rates).Ads("ads", "g.csv", adspend.Google, nil).Ads("ads", "m.csv", adspend.Meta, nil).
		Map("ads", "channel", []string{"platform", "campaign_id"}, func(v []string) string { return strings.Join(v, "/") })
	require.NoError(t, data.Err())
	assert.Equal(t, 3, data.Rows("ads"))
	defs := kpi.Definitions{
		"spend":  kpi.Measure{Table: "ads", Column: "spend", Agg: kpi.Sum, Unit: kpi.Currency(money.EUR), Time: "day"},
		"clicks": kpi.Measure{Table: "ads", Column: "clicks", Agg: kpi.Sum, Unit: kpi.Count("click"), Time: "day"},
	}
	res, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"spend", "clicks"}, By: []string{"channel"}, Grain: kpi.Daily}, data)
	require.NoError(t, err)
	row, ok := res.Row("2026-03-02", "meta/7")
	require.True(t, ok)
	assert.Equal(t, "10.00 EUR", row.Value("spend").String())
	row, ok = res.Row("2026-03-03", "google/1")
	require.True(t, ok)
	assert.Equal(t, kpi.Missing, row.Value("clicks").State())
	require.ErrorIs(t, kpi.Files(fsys).Ads("ads", "g.csv", adspend.Google, nil).Ads("ads", "m.csv", adspend.Meta, nil).Err(), kpi.ErrData, "two currencies, no rates")
}

func TestBrokenFilesNameThePlace(t *testing.T) {
	for want, body := range map[string]string{
		`leads.csv: row 1, column lead: file is empty`:                                     "",
		`leads.csv: row 1, column created: column is missing`:                              "lead,channel\n",
		`leads.csv: row 1, column lead: column stands twice`:                               "lead,lead,created,channel,v\n",
		`leads.csv: row 3, column lead: "L1" stands in row 2 already`:                      "lead,created,channel,v\nL1,2026-03-01,a,1\nL1,2026-03-02,b,2\n",
		`leads.csv: row 2, column v: "1,5" is not a number`:                                "lead,created,channel,v\nL1,2026-03-01,a,\"1,5\"\n",
		`leads.csv: row 2, column v: "1.555" has more than 2 decimals`:                     "lead,created,channel,v\nL1,2026-03-01,a,1.555\n",
		`leads.csv: row 2, column v: "99999999999999999999" is out of range`:               "lead,created,channel,v\nL1,2026-03-01,a,99999999999999999999\n",
		`leads.csv: row 2, column created: date "1/3/2026": want YYYY-MM-DD: invalid date`: "lead,created,channel,v\nL1,1/3/2026,a,1\n",
		`leads.csv: row 3, column channel: "z" is not one of a, b`:                         "lead,created,channel,v\nL1,2026-03-01,a,1\nL2,2026-03-01,z,1\n",
		`leads.csv: row 2, column 1: is not valid UTF-8`:                                   "lead,created,channel,v\nL\xff,2026-03-01,a,1\n",
		`leads.csv: row 2, column 1: wrong number of fields`:                               "lead,created,channel,v\nL1,2026-03-01,a\n",
		`leads.csv: file does not exist`:                                                   "-",
	} {
		fsys := fstest.MapFS{}
		if body != "-" {
			fsys["in/leads.csv"] = &fstest.MapFile{Data: []byte(body)}
		}
		err := kpi.Files(fsys).CSV("leads", "in/leads.csv", kpi.Text("lead").Unique(), kpi.Date("created"), kpi.Text("channel").OneOf("a", "b"), kpi.Decimal("v", 2)).Err()
		require.EqualError(t, err, want)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,b,c\nx,2026-01-01,1.5\n"))
	f.Add([]byte("c,b,a\n-0.00,,\"q\"\"\"\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		data := kpi.Files(fstest.MapFS{"f.csv": {Data: body}}).CSV("t", "f.csv", kpi.Text("a"), kpi.Date("b"), kpi.Decimal("c", 2))
		if data.Err() != nil {
			return
		}
		defs := kpi.Definitions{"c": kpi.Measure{Table: "t", Column: "c", Agg: kpi.Sum, Time: "b"}}
		if _, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"c"}, By: []string{"a"}, Grain: kpi.Monthly}, data); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzFormula(f *testing.F) {
	f.Add("(a - 2.50) / a")
	f.Add("-a*-a")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := kpi.Compile(kpi.Definitions{"a": kpi.Formula{Text: "3"}, "m": kpi.Formula{Text: text}})
		if err != nil {
			return
		}
		p, err := r.Prepare(kpi.Query{Metrics: []kpi.MetricKey{"m"}})
		if err != nil {
			t.Fatal(err)
		}
		res, err := p.Run(t.Context(), kpi.Files(nil))
		if err != nil {
			t.Fatal(err)
		}
		row, _ := res.Row()
		_ = row.Why("m")
	})
}

func TestReadTargets(t *testing.T) {
	r, err := kpi.Compile(definitions)
	require.NoError(t, err)
	const header = "name,metric,direction,target,tolerance\n"
	names, targets, err := r.ReadTargets(strings.NewReader(header+"Cheap leads,cpl,at most,15.50,1\n"), "goals.csv")
	require.NoError(t, err)
	assert.Equal(t, []string{"Cheap leads"}, names)
	assert.Equal(t, kpi.AtMost, targets[0].Direction)
	assert.True(t, targets[0].Want.Equal(decimal.New(155, -1)))
	for want, text := range map[string]string{
		`goals.csv: row 2, column metric: "zz" is not one of the metrics [cpl leads spend]`: header + "a,zz,at most,1,1\n",
		`goals.csv: row 2, column target: "1e9" is not a plain number`:                      header + "a,cpl,at most,1e9,1\n",
		`goals.csv: row 2, column direction: "up" is not one of at least, at most`:          header + "a,cpl,up,1,1\n",
	} {
		_, _, err := r.ReadTargets(strings.NewReader(text), "goals.csv")
		require.EqualError(t, err, want)
	}
}

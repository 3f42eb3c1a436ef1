package views_test

import (
	"bytes"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/report/chart"
)

func TestMovesNameTasksAndTheRootCause(t *testing.T) {
	plan := planning.Plan{
		Start: civil.MustDate(2026, 3, 2), Calendars: map[string]worktime.Spec{"": worktime.MonFri("", "09:00-17:00")},
		Tasks: []planning.Task{{Key: "t1", Name: "Legal", Duration: worktime.Days(1)}, {Key: "t2", Name: "Build", Duration: worktime.Days(1)}, {Key: "t3", Name: "Test", Duration: worktime.Days(1)}},
		Links: []planning.Link{{From: "t1", To: "t2"}, {From: "t2", To: "t3"}},
	}
	before, err := planning.Compile(plan)
	require.NoError(t, err)
	plan = plan.Clone()
	plan.Task("t1").Duration = worktime.Days(2)
	after, err := planning.Compile(plan)
	require.NoError(t, err)
	table := views.Moves("m", "Moves", planning.Diff(before.CriticalPath(), after.CriticalPath()), plan, time.UTC)
	require.Len(t, table.Rows, 3)
	last := table.Rows[2]
	assert.Equal(t, []string{"Test", "Wed 4 Mar 17:00", "Thu 5 Mar 17:00"}, []string{last[0].Text, last[1].Text, last[2].Text})
	assert.Equal(t, `"Test" waits for "Build" to finish before it can start; in the end, "Legal" takes 2d instead of 1d`, last[3].Text)
	assert.Empty(t, views.Because(planning.Move{}, plan))
}

func TestTablesFitAReport(t *testing.T) {
	data := kpi.Files(fstest.MapFS{"f.csv": {Data: []byte("channel,cost\nsearch,10.50\nsocial,\n")}}).CSV("t", "f.csv", kpi.Text("channel"), kpi.Amount("cost", money.EUR))
	defs := kpi.Definitions{"cost": kpi.Measure{Table: "t", Column: "cost", Agg: kpi.Sum, Unit: kpi.Currency(money.EUR)}}
	result, err := kpi.Run(t.Context(), defs, kpi.Query{Metrics: []kpi.MetricKey{"cost"}, By: []string{"channel"}}, data)
	require.NoError(t, err)
	metrics := views.Metrics("k", "Costs", result, "Cost")
	assert.Equal(t, "10.50", metrics.Rows[0][1].Text)
	assert.Equal(t, "Cost (EUR)", metrics.Columns[1].Title)
	assert.Equal(t, report.Muted, metrics.Rows[1][1].Class)
	minus := budget.Balance{Node: "n", Limited: true, Limit: money.Minor(0, money.EUR), Actual: money.Minor(5, money.EUR), Available: money.Minor(-5, money.EUR)}
	balances := views.Balances("b", "Budget", []budget.Balance{minus})
	assert.Equal(t, report.Bad, balances.Rows[0][6].Class)
	doc := report.Document{Title: "T", Lang: "en", Blocks: []report.Block{metrics, balances, views.Figure("w", "Use", "Use of the limit", views.Waterfall(minus), chart.Waterfall)}}
	var out bytes.Buffer
	require.NoError(t, report.HTML(&out, doc))
	assert.Contains(t, out.String(), "<svg")
}

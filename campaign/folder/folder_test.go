package folder_test

import (
	"errors"
	"maps"
	"testing"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/folder"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
)

func files() fstest.MapFS {
	out := fstest.MapFS{}
	for name, body := range map[string]string{
		"calendar.csv": "calendar,date,name\noffice,2026-01-01,New Year\n",
		"team.csv":     "person,name,role,calendar,percent,absent\nada@example.com,Ada,lead,office,100,\nbo@example.com,Bo,legal,office,50,\n",
		"tasks.csv": "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,Tags,Notes,Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies),Estimated days\n" +
			"1,2026-01-01,,2026-01-01,Write,Copy,Ada,ada@example.com,2026-03-02,2026-03-03,,,,,,Launch,2\n" +
			"2,2026-01-01,,2026-01-01,Launch,Go,Ada,ada@example.com,2026-03-10,2026-03-10,,,,,Write,,0\n",
		"approval.json": `{"key":"page","flow":{"stage":"legal","role":"legal","rule":"any"}}`,
		"budget.csv":    "node,parent,name,period,limit\nall,,All,FY2026-P03,100.00\n",
		"orders.csv":    "order,node,date,amount,vendor,memo\nPO1,all,2026-03-02,10.00,Print,x\n",
		"invoices.csv":  "invoice,order,node,date,service,amount\nI1,PO1,,2026-03-03,2026-03-03,10.00\n",
		"fx.csv":        "Date,USD,\n2026-03-02,1.25,\n",
		"crosswalk.csv": "system,external_id,node,channel,from,to\ngoogle,7,all,Paid Search,,\n",
		"google.csv":    "x\ny\nDay,Campaign,Campaign ID,Currency code,Cost\n2026-03-02,Brand,7,EUR,3.50\n2026-03-02,Other,8,EUR,1.00\n",
		"meta.csv":      "Reporting starts,Reporting ends,Campaign name,Campaign ID,Amount spent (USD)\n2026-03-02,2026-03-02,Social,9,1.25\n",
		"linkedin.csv":  "Start Date (in UTC),Campaign Name,Campaign ID,Currency,Total Spent\n3/2/2026,CMO,5,EUR,2.00\n",
		"leads.csv":     "lead,created,utm_source,utm_medium,utm_campaign,market,stage,won,revenue\nL1,2026-03-02,google,cpc,brand,de,customer,2026-03-09,50.00\n",
		"goals.csv":     "name,metric,direction,target,tolerance\nLeads,leads,at least,5,1\n",
	} {
		out[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return out
}

func options(t *testing.T) folder.Options {
	metrics, err := kpi.Compile(kpi.Definitions{
		"spend": kpi.Measure{Table: "ads", Column: "spend", Agg: kpi.Sum, Unit: kpi.Currency(money.EUR)},
		"leads": kpi.Measure{Table: "leads", Agg: kpi.Rows, Unit: kpi.Count("lead")},
	})
	require.NoError(t, err)
	return folder.Options{
		ID: uuid.MustParse("01990000-0000-7000-8000-000000000001"), Name: "Spring", LaunchTask: "Launch", GateTask: "Launch",
		Launch:    campaign.Moment{Date: civil.MustDate(2026, 3, 10), Clock: 9 * 60, Zone: "Europe/Berlin"},
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")}, Home: "office",
		Currency: money.EUR, Fiscal: fiscal.Gregorian(1), Horizon: civil.YearOf(civil.MustDate(2026, 1, 1)), Metrics: metrics,
	}
}

func TestReadJoinsTheFiles(t *testing.T) {
	c, err := folder.Read(files(), options(t))
	require.NoError(t, err)
	assert.Len(t, c.Tree.Tasks, 2)
	assert.Equal(t, "Ada", c.Names["ada@example.com"])
	assert.Len(t, c.Documents, 3)
	result, err := options(t).Metrics.Prepare(kpi.Query{Metrics: []kpi.MetricKey{"spend", "leads"}, By: []string{"channel"}})
	require.NoError(t, err)
	rows, err := result.Run(t.Context(), c.Data)
	require.NoError(t, err)
	search, ok := rows.Row("Paid Search")
	require.True(t, ok, "ads and leads meet in one channel")
	assert.Equal(t, "3.50 EUR 1 lead", search.Value("spend").String()+" "+search.Value("leads").String())
	lost, _ := rows.Row(folder.Unmatched)
	assert.Equal(t, "4.00 EUR", lost.Value("spend").String(), "1.00 EUR, 1.25 USD at 1.25, and 2.00 EUR")
}

func TestNeededTasksMustBeThere(t *testing.T) {
	o := options(t)
	o.Tasks = []string{"Write", "Proofread"}
	_, err := folder.Read(files(), o)
	require.EqualError(t, err, `tasks.csv: row 1, column Name: no task is named "Proofread"`)
}

func TestEveryMissingFileIsNamed(t *testing.T) {
	for name := range files() {
		broken := files()
		maps.DeleteFunc(broken, func(k string, _ *fstest.MapFile) bool { return k == name })
		_, err := folder.Read(broken, options(t))
		bad, ok := errors.AsType[*finding.CellError](err)
		require.True(t, ok, "%s: %v", name, err)
		assert.Equal(t, name, bad.File)
		require.ErrorIs(t, err, folder.ErrFolder)
	}
}

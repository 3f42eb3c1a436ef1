package mining_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/workflow/mining"
)

// Two claims over the end of summer time: the offsets differ, the second claim's
// events are 1 h 30 min apart although their clocks show 30 minutes.
const sample = `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
	<global scope="event"><string key="concept:name" value="unknown"/></global>
	<trace>
		<string key="concept:name" value="claim 1"/>
		<event><string key="concept:name" value="submit"/><string key="org:resource" value="Ada"/><date key="time:timestamp" value="2025-10-20T09:00:00.000+02:00"/></event>
		<event><string key="concept:name" value="approve"><string key="nested" value="x"/></string><string key="org:resource" value="Bo"/><date key="time:timestamp" value="2025-10-20T09:00:00.500+02:00"/></event>
	</trace>
	<trace>
		<event><string key="concept:name" value="approve"/><date key="time:timestamp" value="2025-10-26T02:30:00+01:00"/></event>
		<event><string key="concept:name" value="submit"/><string key="org:resource" value="Ada"/><date key="time:timestamp" value="2025-10-26T02:00:00+02:00"/></event>
		<string key="concept:name" value="claim 2"/>
	</trace>
</log>`

const sampleCSV = "case,activity,when,who\nclaim 1,submit,2025-10-20 09:00:00+02:00,Ada\nclaim 1,approve,2025-10-20 09:00:00.500000+02:00,Bo\n" +
	"claim 2,approve,2025-10-26 02:30:00+01:00,\nclaim 2,submit,2025-10-26 02:00:00+02:00,Ada\n"

func ExampleReadXES() {
	log, err := mining.ReadXES(strings.NewReader(sample), "claims.xes")
	if err != nil {
		panic(err)
	}
	for _, v := range log.Variants() {
		fmt.Println(v.Count, v.Activities)
	}
	for _, e := range log.DirectlyFollows() {
		fmt.Println(e.From, "->", e.To, e.Count, e.Time.Sum, e.Time.Min, e.Time.Max)
	}
	// Output:
	// 2 [submit approve]
	// submit -> approve 2 5400500 500 5400000
}

func ExampleLog_WriteXES() {
	b := mining.Builder{Attributes: []string{"cost"}}
	b.Add(mining.Event{Case: "spring", Activity: "brief", At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Lifecycle: "complete", Attributes: map[string]string{"cost": "12.50"}})
	var file bytes.Buffer
	if err := b.Log().WriteXES(&file); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(file.String()[strings.Index(file.String(), "\t<trace>"):])
	// Output:
	// 	<trace>
	// 		<string key="concept:name" value="spring"/>
	// 		<event>
	// 			<string key="concept:name" value="brief"/>
	// 			<date key="time:timestamp" value="2026-03-02T09:00:00.000+00:00"/>
	// 			<string key="lifecycle:transition" value="complete"/>
	// 			<string key="cost" value="12.50"/>
	// 		</event>
	// 	</trace>
	// </log>
}

func TestXESAndCSVAgree(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err := z.Write([]byte(sample))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	a, err := mining.ReadXES(&zipped, "claims.xes.gz")
	require.NoError(t, err)
	b, err := mining.ReadCSV(strings.NewReader(sampleCSV), "claims.csv", mining.Columns{Case: "case", Activity: "activity", Time: "when", Resource: "who"})
	require.NoError(t, err)
	for _, l := range []*mining.Log{a, b} {
		assert.Equal(t, 2, l.Cases())
		assert.Equal(t, 4, l.Events())
		assert.Equal(t, []mining.Tally{{Name: "approve", Count: 2}, {Name: "submit", Count: 2}}, l.Activities())
		assert.Equal(t, []mining.Tally{{Name: "submit", Count: 2}}, l.Starts())
		assert.Equal(t, []mining.Tally{{Name: "approve", Count: 2}}, l.Ends())
		assert.Equal(t, int64(5400500), l.CaseDurations().Sum)
		assert.InDelta(t, 2700250, l.CaseDurations().Quantile(0.5), 1e-9)
		assert.InDelta(t, 2700250, l.CaseDurations().Mean(), 1e-9)
	}
	assert.Equal(t, 1, a.Handovers(), "a missing resource hands over to nobody")
	assert.Equal(t, 2, b.Handovers(), "an empty one is a resource")
}

func TestEmptyLogHasNoFigures(t *testing.T) {
	l := new(mining.Builder).Log()
	assert.Empty(t, l.Variants())
	assert.Empty(t, l.DirectlyFollows())
	assert.Zero(t, l.CaseDurations().Quantile(0.5))
	assert.Zero(t, l.CaseDurations().Mean())
}

func TestEqualTimesKeepTheOrderOfTheFile(t *testing.T) {
	var b mining.Builder
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, a := range []string{"z", "a", "m"} {
		b.Add(mining.Event{Case: "1", Activity: a, At: at})
	}
	assert.Equal(t, []string{"z", "a", "m"}, b.Log().Variants()[0].Activities)
}

func TestBrokenLogsNameThePlace(t *testing.T) {
	for want, text := range map[string]string{
		"x: row 1: no <log> element":                                                                                                          "",
		"x: row 1: root element is <html>, want one <log>":                                                                                    "<html/>",
		"x: row 1, column log/trace[1]: trace without concept:name":                                                                           "<log><trace></trace></log>",
		"x: row 2, column log/trace[1]/event[1]: event without concept:name or time:timestamp":                                                "<log><trace>\n<event></event></trace></log>",
		"x: row 1, column log/a/a/a/a/a/…: elements are nested deeper than 64":                                                                "<log>" + strings.Repeat("<a>", 100),
		"x: row 1, column log/trace[1]: unexpected end of the file":                                                                           "<log><trace>",
		`x: row 1, column log/trace[1]/event[1]/date: time:timestamp "soon": want a time with an offset, as in 2026-03-10T09:00:00.000+01:00`: `<log><trace><event><date key="time:timestamp" value="soon"></date></event></trace></log>`,
	} {
		_, err := mining.ReadXES(strings.NewReader(text), "x")
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, mining.ErrLog)
	}
	for want, text := range map[string]string{
		"x: row 1: file is empty":                     "",
		"x: row 1, column \"activity\": is missing":   "case,when,who\n",
		`x: row 3, column when: "soon" is not a time`: "case,activity,when,who\n1,a,2026-01-01T00:00:00Z,b\n1,a,soon,b\n",
		"x: row 2: wrong number of fields":            "case,activity,when,who\n1\n",
		"x: row 2: is not valid UTF-8":                "case,activity,when,who\n\xff,a,2026-01-01T00:00:00Z,b\n",
	} {
		_, err := mining.ReadCSV(strings.NewReader(text), "x", mining.Columns{Case: "case", Activity: "activity", Time: "when", Resource: "who"})
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, mining.ErrLog)
	}
}

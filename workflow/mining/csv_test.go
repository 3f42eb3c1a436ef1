package mining_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/workflow/mining"
)

func ExampleReader_CSV() {
	const export = "ticket;state;since;by;team;value\n7;open;02.03.2026 09:00;ana;north;120\n7;closed;03.03.2026 10:30;;;\n"
	read := mining.Reader{Attributes: []string{"team"}, Zone: time.FixedZone("CET", 3600)}
	log, err := read.CSV(strings.NewReader(export), "tickets.csv", mining.Columns{
		Case: "ticket", Activity: "state", Time: "since", Resource: "by", Layout: "02.01.2006 15:04", Comma: ';',
	})
	if err != nil {
		panic(err)
	}
	for e := range log.Case(0).Events() {
		fmt.Println(e.Activity, e.At, e.Resource, e.Attributes["team"])
	}
	// Output:
	// open 2026-03-02 08:00:00 +0000 UTC ana north
	// closed 2026-03-03 09:30:00 +0000 UTC
}

func TestCSVColumns(t *testing.T) {
	t.Parallel()
	const text = "\ufeffcase:concept:name,concept:name,time:timestamp,lifecycle:transition,case:channel,cost\n" +
		"2,b,2026-03-02 10:00:00+01:00,complete,tv,\n1,a,2026-03-02T08:00:00Z,,web,5\n2,a,2026-03-02T08:00:00Z,start,,7\n"
	c := mining.XESColumns
	c.Resource, c.Lifecycle = "", "lifecycle:transition"
	l, err := mining.Reader{Attributes: []string{"cost", "case:channel", "cost"}}.CSV(strings.NewReader(text), "x.csv", c)
	require.NoError(t, err)
	require.Equal(t, `"2" case:channel="tv"
  "a" 1772438400000 "" false "start" map[cost:7]
  "b" 1772442000000 "" false "complete" map[]
"1" case:channel="web"
  "a" 1772438400000 "" false "" map[cost:5]
`, dump(l))
	require.Equal(t, []mining.Tally{{Name: "5", Count: 1}, {Name: "7", Count: 1}}, l.Values("cost"))
	require.Equal(t, []mining.Tally{{Name: "tv", Count: 1}, {Name: "web", Count: 1}}, l.Values("case:channel"))
	require.Nil(t, l.Values("unknown"))
	for want, read := range map[string]mining.Reader{
		`x.csv: row 1, column "colour": is missing`:            {Attributes: []string{"colour"}},
		`x.csv: row 1, column "case:colour": is missing`:       {Attributes: []string{"case:colour"}},
		"x.csv: row 4: log has more than 2 events":             {MaxEvents: 2},
		"x.csv: invalid event log: log of more than 100 bytes": {MaxBytes: 100},
	} {
		_, err := read.CSV(strings.NewReader(text), "x.csv", c)
		require.EqualError(t, err, want)
		require.ErrorIs(t, err, mining.ErrLog)
	}
	c.Layout = "2006-01-02"
	_, err = mining.ReadCSV(strings.NewReader(text), "x.csv", c)
	at, ok := errors.AsType[*finding.CellError](err)
	require.True(t, ok)
	require.Equal(t, [2]any{2, "time:timestamp"}, [2]any{at.Row, at.Column})
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(sampleCSV))
	f.Add([]byte("case,activity,when,who,case:x,y\n1,a,2026-01-01T00:00:00Z,,\xff,b\n1,a,2025-01-01T00:00:00Z,\"a\nb\",,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []mining.Reader{{MaxBytes: 1 << 20}, {MaxBytes: 1 << 20, Attributes: []string{"case:x", "y"}}} {
			l, err := read.CSV(bytes.NewReader(data), "x", mining.Columns{Case: "case", Activity: "activity", Time: "when", Resource: "who"})
			if err != nil {
				if !strings.HasPrefix(err.Error(), "x: ") {
					t.Fatal(err)
				}
				continue
			}
			if l.Events() < l.Cases() {
				t.Fatal("a case without events")
			}
			var out bytes.Buffer
			if l.WriteXES(&out) != nil {
				continue // a character that XML does not have
			}
			again, err := mining.Reader{Attributes: read.Attributes}.XES(&out, "x")
			if err != nil || dump(again) != dump(l) {
				t.Fatalf("%v: %s\nis not\n%s", err, dump(again), dump(l))
			}
		}
	})
}

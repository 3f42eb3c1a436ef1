package marops_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/asana"
	"github.com/go-marops/marops/campaign/crosswalk"
	"github.com/go-marops/marops/campaign/tracking"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
	"github.com/go-marops/marops/planning/mspdi"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

// Every reader of the core meets inputs made to hurt it: it returns an error
// that a person can read, within a second and 64 MiB for each MiB of input. An
// input that a reader rightly takes is marked as taken.

const (
	mib        = 1 << 20
	peakMemory = 64 << 20 // beyond the input itself
)

type hostileReader struct {
	name string
	read func(io.Reader) error
	head string // what comes first in a file of the kind, for attacks on what follows
}

// text makes a reader of a parser of short texts.
func text[T any](parse func(string) (T, error)) func(io.Reader) error {
	return func(r io.Reader) error {
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		_, err = parse(string(b))
		return err
	}
}

func jsonInto[T any](r io.Reader) error {
	var v T
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, &v)
}

func hostileReaders(t *testing.T) map[string][]hostileReader {
	t.Helper()
	chart, err := budget.Compile(budget.Structure{
		Currency: money.EUR, Calendar: fiscal.Gregorian(time.January),
		Horizon: civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 12, 31)),
		Nodes:   []budget.Node{{Key: "all"}},
	})
	require.NoError(t, err)
	return map[string][]hostileReader{
		"csv": {
			{"fx.ReadECB", func(r io.Reader) error { _, err := fx.ReadECB(r, "x"); return err }, "Date,USD,\n2026-01-02,"},
			{"worktime.ReadHolidays", func(r io.Reader) error { _, err := worktime.ReadHolidays(r, "x"); return err }, "date,name\n"},
			{"crosswalk.ReadCSV", func(r io.Reader) error { _, err := crosswalk.ReadCSV(r, "x"); return err }, ""},
			{"asana.Read", func(r io.Reader) error { _, err := asana.Read(r, "x"); return err }, "Task ID,Name\n"},
			{"campaign.ReadTeam", func(r io.Reader) error { _, _, err := campaign.ReadTeam(r, "x", nil, ""); return err }, "person,name\n"},
			{"budget.ReadPlan", func(r io.Reader) error { _, _, err := budget.ReadPlan(r, "x", money.EUR); return err }, "node,parent\n"},
			{"budget.ReadOrders", func(r io.Reader) error { _, err := budget.ReadOrders(r, "x", chart); return err }, "order,node\n"},
			{"budget.ReadInvoices", func(r io.Reader) error { _, err := budget.ReadInvoices(r, "x", chart, nil); return err }, "invoice,order\n"},
			{"mining.ReadCSV", func(r io.Reader) error { _, err := mining.ReadCSV(r, "x", mining.XESColumns); return err }, "case:concept:name,concept:name,time:timestamp,org:resource\n"},
			{"adspend.Google", func(r io.Reader) error { _, err := adspend.Google(r, "x", nil); return err }, "Campaign,Day,Cost\n"},
			{"adspend.Meta", func(r io.Reader) error { _, err := adspend.Meta(r, "x", nil); return err }, "Campaign name,Day,Amount spent (EUR)\n"},
			{"adspend.Microsoft", func(r io.Reader) error { _, err := adspend.Microsoft(r, "x", nil); return err }, "Campaign name,Gregorian date,Spend\n"},
			{"adspend.TikTok", func(r io.Reader) error { _, err := adspend.TikTok(r, "x", nil); return err }, "Campaign name,Date,Cost\n"},
			{"adspend.LinkedIn", func(r io.Reader) error { _, err := adspend.LinkedIn(r, "x", nil); return err }, "Campaign Name\tStart Date (in UTC)\tTotal Spent\n"},
		},
		"json": {
			{"campaign.ReadTemplate", func(r io.Reader) error { _, err := campaign.ReadTemplate(r, "x"); return err }, `{"key":`},
			{"workflow.ParseDefinition", text(func(s string) (workflow.Definition, error) { return workflow.ParseDefinition([]byte(s)) }), `{"key":`},
			{"workflow.Event", jsonInto[workflow.Event], `{"type":`},
			{"workflow.State", jsonInto[workflow.State], `{"status":`},
			{"budget.Entry", jsonInto[budget.Entry], `{"kind":`},
			{"worktime.Spec", jsonInto[worktime.Spec], `{"zone":`},
			{"worktime.Week", jsonInto[worktime.Week], `{"mon":`},
		},
		"xml": {
			{"mspdi.Read", func(r io.Reader) error { _, err := mspdi.Read(r); return err }, `<Project xmlns="http://schemas.microsoft.com/project">`},
			{"mining.ReadXES", func(r io.Reader) error { _, err := mining.ReadXES(r, "x"); return err }, `<log>`},
		},
		"text": {
			{"civil.Parse", text(civil.Parse), "2026-"},
			{"civil.ParseMonth", text(civil.ParseMonth), "2026-"},
			{"civil.ParseWeek", text(civil.ParseWeek), "2026-W"},
			{"civil.ParsePeriod", text(civil.ParsePeriod), "2026-01-01.."},
			{"fiscal.ParseKey", text(fiscal.ParseKey), "FY"},
			{"fiscal.ParseCalendar", text(fiscal.ParseCalendar), "52w:"},
			{"worktime.ParseClock", text(worktime.ParseClock), "1"},
			{"worktime.ParseShift", text(worktime.ParseShift), "09:00-"},
			{"worktime.ParseLength", text(worktime.ParseLength), "1"},
			{"money.Parse", text(money.Parse), "1"},
			{"money.ParseAmount", text(func(s string) (money.Money, error) { return money.ParseAmount(s, money.EUR) }), "1"},
			{"money.ParseCurrency", text(money.ParseCurrency), "EU"},
			{"ident.ParseRef", text(ident.ParseRef), "campaign/"},
			{"store.ParseCursor", text(store.ParseCursor), "AQ"},
			{"store.Receipt", text(func(s string) (r store.Receipt, err error) { return r, r.UnmarshalBinary([]byte(s)) }), "\x01"},
			{"tracking.ParseUTM", text(tracking.ParseUTM), "https://x.example/?utm_source="},
			{"campaign.ParseMoment", text(campaign.ParseMoment), "2026-03-29T02:30 "},
		},
	}
}

// attacks returns inputs by name: what does harm in any format, and in one.
func attacks(format, head string) map[string]string {
	out := map[string]string{
		"NULs":           strings.Repeat("\x00", mib),
		"invalid UTF-8":  head + strings.Repeat("\xff\xfe", mib/2),
		"one long digit": head + strings.Repeat("9", mib),
		"200,000 digits": head + strings.Repeat("9", 200_000),
		"huge exponent":  head + "1e100000",
		"spaces":         strings.Repeat(" ", mib),
		"minus signs":    head + strings.Repeat("-", mib),
		"quotes":         head + strings.Repeat(`"`, mib),
		"slashes":        head + strings.Repeat("/", mib),
	}
	add := func(name, input string) { out[name] = input }
	switch format {
	case "csv":
		add("open quote", head+`"`+strings.Repeat("a", 8*mib))
		add("one cell", head+strings.Repeat("a", 4*mib))
		add("all commas", strings.Repeat(",", mib))
		add("commas in a row", head+strings.Repeat(",", mib))
		add("all line ends", head+strings.Repeat("\n", mib)+"x")
		add("carriage returns", head+strings.Repeat("\r", mib))
		add("rows of one letter", head+strings.Repeat("a\n", mib/2))
		var columns strings.Builder
		columns.WriteString(strings.SplitN(head, "\n", 2)[0])
		for i := 0; columns.Len() < mib; i++ {
			fmt.Fprintf(&columns, ",c%d", i)
		}
		add("many columns", columns.String()+"\nx")
	case "json":
		add("deep arrays", strings.Repeat("[", mib))
		add("deep objects", strings.Repeat(`{"a":`, mib/5))
		add("deep behind a key", head+strings.Repeat("[", mib)+strings.Repeat("]", mib)+"}")
		add("key twice", head+`"a",`+head[1:]+`"b"}`)
		add("unknown key", `{"no such key":1}`)
		add("rest", `{}{}`)
		add("number beyond 2^53", head+`9007199254740993}`)
		add("string unfinished", head+`"`+strings.Repeat("a", mib))
		add("invalid escape", head+`"`+strings.Repeat(`\u12`, mib/4)+`"}`)
	case "xml":
		add("deep", head+strings.Repeat("<a>", mib/3))
		add("deep closed", head+strings.Repeat("<a>", 100_000)+strings.Repeat("</a>", 100_000))
		add("entities", `<!DOCTYPE x [<!ENTITY a "`+strings.Repeat("a", 1000)+`">]>`+head+strings.Repeat("&a;", 1000))
		add("one attribute", head+`<a b="`+strings.Repeat("c", 4*mib))
		add("one comment", head+`<!--`+strings.Repeat("c", mib))
		add("unfinished", head)
		add("other encoding", `<?xml version="1.0" encoding="EBCDIC"?>`+head)
	}
	return out
}

// taken are inputs that are no error: an id and a campaign's name may hold
// "1e100000".
var taken = map[string]bool{"ident.ParseRef/huge exponent": true, "tracking.ParseUTM/huge exponent": true}

func TestHostileInput(t *testing.T) {
	for format, readers := range hostileReaders(t) {
		for _, r := range readers {
			t.Run(r.name, func(t *testing.T) {
				for name, input := range attacks(format, r.head) {
					err, took, peak := watch(r.read, input)
					if taken[r.name+"/"+name] {
						require.NoError(t, err, name)
					} else if assert.Error(t, err, name) {
						assert.Less(t, len(err.Error()), 1000, "%s: the error is too long to read: %.200s", name, err)
						assert.True(t, utf8.ValidString(err.Error()), "%s: %q", name, err)
					}
					allowed := time.Second * time.Duration(1+len(input)/mib)
					if raceEnabled {
						allowed *= 10
					}
					for range 2 { // a busy machine is slow once, a quadratic reader each time
						if took >= allowed {
							_, took, _ = watch(r.read, input)
						}
					}
					assert.Less(t, took, allowed, name)
					assert.Less(t, peak, uint64(peakMemory), "%s: bytes at the peak", name)
				}
			})
		}
	}
}

// watch runs a reader and returns its error, how long it took, and how far the
// heap grew.
func watch(read func(io.Reader) error, input string) (err error, took time.Duration, peak uint64) { //nolint:staticcheck // the error is what is watched
	const gauge = "/memory/classes/heap/objects:bytes"
	heap := func() uint64 {
		s := []metrics.Sample{{Name: gauge}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	debug.FreeOSMemory()
	base := heap()
	stop, peaked := make(chan struct{}), make(chan uint64)
	go func() {
		highest := base
		for {
			highest = max(highest, heap())
			select {
			case <-stop:
				peaked <- max(highest, heap())
				return
			case <-time.After(200 * time.Microsecond):
			}
		}
	}()
	in := bytes.NewReader([]byte(input))
	start := time.Now()
	err = read(in)
	took = time.Since(start)
	close(stop)
	if highest := <-peaked; highest > base+uint64(len(input)) {
		peak = highest - base - uint64(len(input))
	}
	return err, took, peak
}

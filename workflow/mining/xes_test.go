package mining_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/workflow/mining"
)

// slowXES is the oracle of the reader: the same meaning by encoding/xml.
func slowXES(data []byte, attributes ...string) (*mining.Log, error) {
	b := mining.Builder{Attributes: attributes}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = true
	var path []string
	var id string
	var named, seen bool
	var events []mining.Event
	var e mining.Event
	var active, timed bool
	ofCase := map[string]string{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			name := t.Name.Local
			if len(path) == 0 && (name != "log" || seen) || len(path) >= 64 {
				return nil, errors.New("root or depth")
			}
			seen = true
			path = append(path, name)
			key, value := "", ""
			for _, a := range t.Attr {
				if a.Name.Space == "" && a.Name.Local == "key" {
					key = a.Value
				}
				if a.Name.Space == "" && a.Name.Local == "value" {
					value = a.Value
				}
			}
			where := strings.Join(path[:len(path)-1], "/")
			switch {
			case where == "log" && name == "event":
				return nil, errors.New("event outside of a trace")
			case where == "log" && name == "trace":
				id, named, events, ofCase = "", false, nil, map[string]string{}
			case where == "log/trace" && name == "event":
				e, active, timed = mining.Event{Attributes: map[string]string{}}, false, false
			case where == "log/trace":
				if key == "concept:name" {
					id, named = value, true
				}
				ofCase["case:"+key] = value
			case where == "log/trace/event":
				switch key {
				case "concept:name":
					e.Activity, active = value, true
				case "org:resource":
					e.Resource, e.HasResource = value, true
				case "lifecycle:transition":
					e.Lifecycle = value
				case "time:timestamp":
					if e.At, err = time.Parse(time.RFC3339Nano, value); err != nil {
						return nil, err
					}
					timed = true
				}
				e.Attributes[key] = value
			}
		case xml.EndElement:
			switch strings.Join(path, "/") {
			case "log/trace/event":
				if !active || !timed {
					return nil, errors.New("event")
				}
				events = append(events, e)
			case "log/trace":
				if !named {
					return nil, errors.New("trace")
				}
				for _, e := range events {
					e.Case = id
					maps.Copy(e.Attributes, ofCase)
					b.Add(e)
				}
			}
			path = path[:len(path)-1]
		}
	}
	if !seen {
		return nil, errors.New("no log")
	}
	return b.Log(), nil
}

// dump writes all that a log holds.
func dump(l *mining.Log) string {
	var b strings.Builder
	for c := range l.All() {
		fmt.Fprintf(&b, "%q", c.ID())
		for _, a := range l.Attributes() {
			if v, ok := c.Value(a); ok && strings.HasPrefix(a, "case:") {
				fmt.Fprintf(&b, " %s=%q", a, v)
			}
		}
		for e := range c.Events() {
			fmt.Fprintf(&b, "\n  %q %d %q %v %q %v", e.Activity, e.At.UnixMilli(), e.Resource, e.HasResource, e.Lifecycle, e.Attributes)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// rich has all that XML and XES allow around what counts.
const rich = "\ufeff" + `<?xml version="1.0" encoding='utf-8' standalone="yes"?>
<!-- a comment with <event> and - nearly - an end -->
<?tool says="<trace>"?>
<x:log xmlns:x="http://www.xes-standard.org/" xes.version="1849-2016">
  <x:extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <x:global scope="event"><x:string key="concept:name" value="none"/></x:global>
  <x:classifier name="By state" keys="concept:name 'lifecycle:transition' org:role"/>
  <x:string key="meta" value="1"><x:list key="deep"><x:values><x:trace key="no trace"/></x:values></x:list></x:string>
  <x:trace>
    <x:event  ><![CDATA[ <event> ]]>
      <x:string value='A &amp; B &lt;&#65;&#x42;&gt; "x"' key="concept:name" ></x:string >
      <x:date key="time:timestamp" value="2026-03-29T02:30:00.1239+01:00"><x:string key="concept:name" value="nested"/></x:date>
      <x:string key="org&#58;role" value="Größe"/><x:int key="amount" value="12"/>
      <x:string key="lifecycle:transition" value="start"/>
    </x:event>
    <x:string key="concept:name" value="case
1"/>
    <x:float key="price" value="12.50"/>
    <x:event><x:string key="concept:name" value="first"/><x:string key="concept:name" value="last wins"/>
      <x:date key="time:timestamp" value="2026-03-29T03:30:00Z"/><x:string key="org:resource" value=""/><x:boolean key="amount" value="true"/></x:event>
  </x:trace>
  <x:trace><x:string key="concept:name" value="without events"/></x:trace>
</x:log>
<!-- the end -->
`

func TestRichDocument(t *testing.T) {
	t.Parallel()
	keep := []string{"org:role", "amount", "case:price"}
	l, err := mining.Reader{Attributes: keep}.XES(strings.NewReader(rich), "rich.xes")
	require.NoError(t, err)
	want := `"case 1" case:price="12.50"
  "A & B <AB> \"x\"" 1774747800123 "" false "start" map[amount:12 org:role:Größe]
  "last wins" 1774755000000 "" true "" map[amount:true]
`
	require.Equal(t, want, dump(l))
	oracle, err := slowXES([]byte(strings.Replace(rich, "case\n1", "case 1", 1)), keep...)
	require.NoError(t, err)
	require.Equal(t, dump(oracle), dump(l))
	// In pieces of one byte, and with a window that is moved often.
	pieces, err := mining.Reader{Attributes: keep, MaxValue: 200}.XES(iotest.OneByteReader(strings.NewReader(rich)), "rich.xes")
	require.NoError(t, err)
	require.Equal(t, want, dump(pieces))
}

func TestClassifierNamesActivities(t *testing.T) {
	t.Parallel()
	l, err := mining.Reader{Classifier: "By state"}.XES(strings.NewReader(rich), "rich.xes")
	require.NoError(t, err)
	require.Equal(t, []string{`A & B <AB> "x"+start+Größe`, "last wins++"}, l.Variants()[0].Activities)
	_, err = mining.Reader{Classifier: "By day"}.XES(strings.NewReader(rich), "rich.xes")
	require.EqualError(t, err, `rich.xes: row 9, column x:log/x:trace: classifier "By day" is not declared, there are ["By state"]`)
}

func TestHostileXES(t *testing.T) {
	t.Parallel()
	bomb := func(n int) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte("<log>"))
		_, _ = z.Write(bytes.Repeat([]byte(" "), n))
		_ = z.Close()
		return b.String()
	}
	event := `<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2026-01-01T00:00:00Z"/></event>`
	small := mining.Reader{MaxBytes: 100_000, MaxEvents: 2, MaxValue: 1000}
	for name, c := range map[string]struct{ text, want string }{
		"UTF-16 with a mark": {"\xff\xfe<\x00l\x00", "is UTF-16, want UTF-8"},
		"UTF-16 without":     {"\x00<\x00l", "is UTF-16, want UTF-8"},
		"other encoding":     {`<?xml version="1.0" encoding="ISO-8859-1"?><log/>`, `encoding is "ISO-8859-1", want UTF-8`},
		"document type":      {`<!DOCTYPE log [<!ENTITY a "b">]><log/>`, "document type declarations are not read"},
		"unknown entity":     {`<log><trace><string key="concept:name" value="&a;"/></trace></log>`, `reference "&a;" is not known`},
		"a NUL by number":    {`<log><trace><string key="concept:name" value="&#0;"/></trace></log>`, `reference "&#0;" is not known`},
		"a surrogate":        {`<log><trace><string key="concept:name" value="&#xD800;"/></trace></log>`, `is not known`},
		"a control":          {"<log><trace><string key=\"concept:name\" value=\"\x01\"/></trace></log>", "value holds the character 0x01"},
		"invalid UTF-8":      {"<log><trace><string key=\"concept:name\" value=\"\xff\"/></trace></log>", "value is not valid UTF-8"},
		"a < in a value":     {`<log><trace><string key="concept:name" value="<"/></trace></log>`, "value holds a <"},
		"text before":        {"x<log/>", "text outside of the <log> element"},
		"text after":         {"<log/>x", "text outside of the <log> element"},
		"two roots":          {"<log/><log/>", "root element is <log>, want one <log>"},
		"wrong end":          {"<log></lag>", "</lag> closes nothing that is open"},
		"end too many":       {"<log/></log>", "</log> closes nothing that is open"},
		"no name":            {"<log>< trace/></log>", "< is not followed by a name"},
		"no quotes":          {"<log a=b/>", "tag \"log\" is malformed"},
		"no blank":           {`<log a="b"c="d"/>`, "tag \"log\" is malformed"},
		"half a tag":         {"<log><trace", "unexpected end of the file"},
		"half a comment":     {"<log><!--", "unexpected end of the file"},
		"event alone":        {"<log>" + event + "</log>", "event outside of a trace"},
		"depth":              {"<log>" + strings.Repeat("<a>", 20_000), "elements are nested deeper than 64"},
		"a long value":       {`<log a="` + strings.Repeat("a", 2000) + `"/>`, "tag or comment of more than 1000 bytes"},
		"too many events":    {"<log><trace>" + strings.Repeat(event, 3) + "</trace></log>", "log has more than 2 events"},
		"a large file":       {"<log>" + strings.Repeat(" ", 200_000) + "</log>", "log of more than 100000 bytes"},
		"a bomb":             {bomb(50 << 20), "log of more than 100000 bytes"},
		"a cut gzip":         {bomb(100)[:20], "unexpected EOF"},
		"no day":             {strings.Replace("<log><trace>"+event+"</trace></log>", "01-01T", "02-30T", 1), "want a time with an offset"},
	} {
		_, err := small.XES(strings.NewReader(c.text), "x.xes")
		require.ErrorContains(t, err, c.want, name)
		require.ErrorContains(t, err, "x.xes", name)
		if name != "a cut gzip" {
			require.ErrorIs(t, err, mining.ErrLog, name)
		}
	}
	_, err := mining.ReadXES(iotest.ErrReader(io.ErrClosedPipe), "x.xes")
	require.ErrorIs(t, err, io.ErrClosedPipe)
	// What is exactly as long as allowed is allowed.
	exact := "<log>" + strings.Repeat(" ", 100_000-len("<log></log>")) + "</log>"
	_, err = small.XES(strings.NewReader(exact), "x.xes")
	require.NoError(t, err)
}

func TestTracesOfOneNameAreOneCase(t *testing.T) {
	t.Parallel()
	trace := func(name, activity, channel string) string {
		return `<trace><string key="concept:name" value="` + name + `"/><string key="channel" value="` + channel + `"/><event><string key="concept:name" value="` + activity + `"/><date key="time:timestamp" value="2026-01-01T00:00:00Z"/></event></trace>`
	}
	l, err := mining.Reader{Attributes: []string{"case:channel"}}.XES(strings.NewReader("<log>"+trace("1", "z", "tv")+trace("2", "b", "tv")+trace("1", "a", "web")+"</log>"), "x")
	require.NoError(t, err)
	require.Equal(t, [3]int{2, 1, 0}, [3]int{l.Cases(), l.Merged(), l.Reordered()})
	require.Equal(t, []string{"z", "a"}, l.Case(0).Variant(), "in the order of the file")
	channel, _ := l.Case(0).Value("case:channel")
	require.Equal(t, "web", channel, "the last stands")
}

func TestErrorsSayWhere(t *testing.T) {
	t.Parallel()
	_, err := mining.ReadXES(strings.NewReader("<log>\n<trace>\n</trace>\n<trace>"+`<string key="concept:name" value="1"/>`+"\n<event>\n</event></trace></log>"), "x.xes")
	at, ok := errors.AsType[*finding.CellError](err)
	require.False(t, ok && at.Row != 3, "the first trace has no name")
	_, err = mining.ReadXES(strings.NewReader(strings.Replace("<log>\n<trace>\n</trace>\n<trace>"+`<string key="concept:name" value="1"/>`+"\n<event>\n</event></trace></log>",
		"<trace>\n</trace>", `<trace><string key="concept:name" value="0"/>`+"\n</trace>", 1)), "x.xes")
	at, ok = errors.AsType[*finding.CellError](err)
	require.True(t, ok)
	require.Equal(t, finding.CellError{File: "x.xes", Row: 6, Column: "log/trace[2]/event[1]", Reason: "event without concept:name or time:timestamp", Kind: mining.ErrLog}, *at)
}

func TestTimes(t *testing.T) {
	t.Parallel()
	read := func(s string) (int64, error) {
		l, err := mining.ReadXES(strings.NewReader(`<log><trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/><date key="time:timestamp" value="`+s+`"/></event></trace></log>`), "x")
		if err != nil {
			return 0, err
		}
		first, _ := l.Span()
		return first.UnixMilli(), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.000Z07:00", "2006-01-02 15:04:05.000000-07:00", "2006-01-02T15:04:05.9Z07:00", "2006-01-02T15:04:05.000000000Z07:00"} {
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("", 2*3600), time.FixedZone("", -9*3600-1800)} {
			// Around leap days, the year 1900 without one, the beginning and 1970.
			for _, day := range []time.Time{
				time.Date(2024, 2, 28, 0, 0, 0, 0, zone), time.Date(1900, 2, 28, 0, 0, 0, 0, zone), time.Date(2000, 2, 29, 0, 0, 0, 0, zone),
				time.Date(1, 1, 2, 0, 0, 0, 0, zone), time.Date(1969, 12, 31, 0, 0, 0, 0, zone), time.Date(9999, 12, 27, 0, 0, 0, 0, zone),
			} {
				for i := range 40 {
					at := day.Add(time.Duration(i) * (67*time.Minute + 13*time.Second + 123_456_789*time.Nanosecond))
					text := at.Format(layout)
					want, err := time.Parse("2006-01-02T15:04:05.999999999Z07:00", strings.Replace(text, " ", "T", 1))
					require.NoError(t, err)
					got, err := read(text)
					require.NoError(t, err, text)
					require.Equal(t, want.UnixMilli(), got, text)
				}
			}
		}
	}
	got, err := read("2026-07-01T10:00:00")
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC).UnixMilli(), got, "without an offset it is UTC")
	for _, bad := range []string{"", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "0000-01-01T00:00:00Z", "2026-01-01"} {
		_, err := read(bad)
		require.ErrorIs(t, err, mining.ErrLog, bad)
	}
}

func TestWriteXESIsReadEqual(t *testing.T) {
	t.Parallel()
	keep := []string{"org:role", "amount", "case:price", "case:tab"}
	b := mining.Builder{Attributes: keep}
	at := time.Date(2026, 3, 29, 0, 59, 59, 999_000_000, time.UTC)
	b.Add(mining.Event{Case: `a<b>&"c"`, Activity: "x\ty\n", At: at, Lifecycle: "start", Attributes: map[string]string{"case:tab": "\r\n", "amount": "7"}})
	b.Add(mining.Event{Case: `a<b>&"c"`, Activity: "y", At: at.Add(time.Millisecond), HasResource: true, Attributes: map[string]string{"org:role": "Größe"}})
	b.Add(mining.Event{Case: "", Activity: "", At: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)})
	l := b.Log()
	var one, two, three bytes.Buffer
	require.NoError(t, l.WriteXES(&one))
	require.NoError(t, l.WriteXES(&two))
	require.Equal(t, one.String(), two.String())
	again, err := mining.Reader{Attributes: keep}.XES(&two, "again.xes")
	require.NoError(t, err)
	require.Equal(t, dump(l), dump(again))
	require.NoError(t, again.WriteXES(&three))
	require.Equal(t, one.String(), three.String())

	oracle, err := slowXES(one.Bytes(), keep...)
	require.NoError(t, err, "other readers take it")
	require.Equal(t, dump(l), dump(oracle))

	var bad mining.Builder
	bad.Add(mining.Event{Case: "1", Activity: "a\x00", At: at})
	require.ErrorIs(t, bad.Log().WriteXES(io.Discard), mining.ErrLog)
	require.ErrorIs(t, l.WriteXES(failing{}), io.ErrShortWrite)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// The reader and its oracle agree on the real logs, and so does what is written.
func TestRealLogsReadAndWriteEqual(t *testing.T) {
	t.Parallel()
	for name, keep := range map[string][]string{
		"receipt.xes.gz":         {"org:group", "case:channel", "case:deadline"},
		"roadtraffic100.xes.gz":  {"amount", "expense"},
		"running-example.xes.gz": {"Costs"},
	} {
		data := unzipped(t, name)
		l, err := mining.Reader{Attributes: keep}.XES(bytes.NewReader(data), name)
		require.NoError(t, err)
		oracle, err := slowXES(data, keep...)
		require.NoError(t, err)
		require.Equal(t, dump(oracle), dump(l), name)
		var out bytes.Buffer
		require.NoError(t, l.WriteXES(&out))
		again, err := mining.Reader{Attributes: keep}.XES(&out, name)
		require.NoError(t, err)
		require.Equal(t, dump(l), dump(again), name)
	}
	f, err := os.Open(logFile(t, "receipt.csv.gz"))
	require.NoError(t, err)
	defer f.Close()
	keep := []string{"org:group", "case:channel"}
	columns := mining.XESColumns
	columns.Lifecycle = "lifecycle:transition"
	twin, err := mining.Reader{Attributes: keep}.CSV(f, "receipt.csv.gz", columns)
	require.NoError(t, err)
	l, err := mining.Reader{Attributes: keep}.XES(bytes.NewReader(unzipped(t, "receipt.xes.gz")), "receipt.xes")
	require.NoError(t, err)
	require.Equal(t, dump(l), dump(twin))
}

func FuzzReadXES(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(rich))
	f.Add([]byte("<log><trace><string key='concept:name'/></trace></log>"))
	f.Add([]byte{0x1f, 0x8b, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := mining.Reader{Attributes: []string{"org:role", "case:price"}, MaxBytes: 1 << 20}.XES(bytes.NewReader(data), "x")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "x: ") {
				t.Fatal(err)
			}
			return
		}
		n := 0
		for _, v := range l.Variants() {
			n += v.Count
		}
		if n != l.Cases() {
			t.Fatalf("variants hold %d of %d cases", n, l.Cases())
		}
		if err := l.WriteXES(io.Discard); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		// Both readers agree where both read, but for white space in values.
		if slow, err := slowXES(data, "org:role", "case:price"); err == nil && !bytes.ContainsAny(data, "\t\r\n\x1f") && dump(slow) != dump(l) {
			t.Fatalf("%s\nis not\n%s", dump(l), dump(slow))
		}
	})
}

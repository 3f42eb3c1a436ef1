package ical_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/ical"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/planning"
)

var stamp = time.Date(2026, 2, 1, 8, 30, 0, 0, time.UTC)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func sample(t testing.TB) ical.Calendar {
	berlin, newYork := zone(t, "Europe/Berlin"), zone(t, "America/New_York")
	return ical.Calendar{
		Name: "Aurora; launch, 2026",
		Events: []ical.Event{
			{
				UID: "launch@example.com", Stamp: stamp, Sequence: 2, Summary: "Launch", Location: "Berlin, Haus 1",
				Description: "Line one\nLine two with a \\ and ümläute that make this line quite a bit longer than what one line may hold",
				Categories:  []string{"Launch", "a,b"}, Start: time.Date(2026, 3, 10, 9, 0, 0, 0, berlin), End: time.Date(2026, 3, 10, 10, 0, 0, 0, berlin),
			},
			{UID: "freeze@example.com", Stamp: stamp, Summary: "Freeze", Days: civil.Days(civil.MustDate(2026, 3, 7), civil.MustDate(2026, 3, 9)), Cancelled: true},
			{UID: "us@example.com", Stamp: stamp, Summary: "New York", Start: time.Date(2026, 3, 10, 9, 0, 0, 0, newYork)},
			{UID: "fixed@example.com", Stamp: stamp, Summary: "Offset without a name", Start: time.Date(2026, 3, 10, 9, 0, 0, 0, time.FixedZone("X", 3600))},
		},
		Todos: []ical.Todo{
			{UID: "copy@example.com", Stamp: stamp, Summary: "Copy", DueDay: civil.MustDate(2026, 3, 6)},
			{
				UID: "art@example.com", Stamp: stamp, Summary: "Art", Start: time.Date(2026, 3, 2, 9, 0, 0, 0, berlin),
				Due: time.Date(2026, 4, 3, 18, 0, 0, 0, berlin), Completed: time.Date(2026, 3, 3, 17, 0, 0, 0, berlin),
			},
		},
	}
}

func write(t testing.TB, c ical.Calendar) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, ical.Write(&out, c))
	return out.String()
}

func TestGolden(t *testing.T) {
	golden.Equal(t, "sample.ics", []byte(write(t, sample(t))))
}

func TestFormat(t *testing.T) {
	text := write(t, sample(t))
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		assert.LessOrEqual(t, len(line), 75, line)
		assert.NotContains(t, line, "\n")
		assert.True(t, utf8.ValidString(line), "a fold splits a rune: %q", line)
	}
	plain := strings.ReplaceAll(text, "\r\n ", "")
	for _, want := range []string{
		"X-WR-CALNAME:Aurora\\; launch\\, 2026\r\n",
		"DTSTART;TZID=Europe/Berlin:20260310T090000\r\n",
		"DTSTART;VALUE=DATE:20260307\r\nDTEND;VALUE=DATE:20260310\r\n", // 7 to 9 March, exclusive end
		"DTSTART;TZID=America/New_York:20260310T090000\r\n",
		"DTSTART:20260310T080000Z\r\n",
		"DUE;VALUE=DATE:20260306\r\n",
		"COMPLETED:20260303T160000Z\r\n",
		"Line one\\nLine two with a \\\\ and ümläute",
		"CATEGORIES:Launch,a\\,b\r\n",
		// Berlin goes to summer time on 29 March 2026 at 02:00.
		"BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n",
		// New York did so on 8 March; what came before is not needed.
		"TZID:America/New_York\r\nBEGIN:DAYLIGHT\r\nDTSTART:20260308T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n",
	} {
		assert.Contains(t, plain, want)
	}
}

func TestRefuses(t *testing.T) {
	base := func() ical.Event {
		return ical.Event{UID: "a", Stamp: stamp, Summary: "x", Start: stamp}
	}
	for name, c := range map[string]struct {
		change func(*ical.Event)
		code   string
	}{
		"uid":      {func(e *ical.Event) { e.UID = "" }, "ical.uid"},
		"stamp":    {func(e *ical.Event) { e.Stamp = time.Time{} }, "ical.stamp"},
		"sequence": {func(e *ical.Event) { e.Sequence = -1 }, "ical.sequence"},
		"no time":  {func(e *ical.Event) { e.Start = time.Time{} }, "ical.time"},
		"two":      {func(e *ical.Event) { e.Days = civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 1, 1)) }, "ical.time"},
		"backward": {func(e *ical.Event) { e.End = e.Start.Add(-time.Hour) }, "ical.time"},
		"year":     {func(e *ical.Event) { e.Start = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC) }, "ical.year"},
		"utf-8":    {func(e *ical.Event) { e.Summary = "\xff" }, "ical.text"},
		"control":  {func(e *ical.Event) { e.Location = "a\x00b" }, "ical.text"},
	} {
		t.Run(name, func(t *testing.T) {
			e := base()
			c.change(&e)
			var out bytes.Buffer
			err := ical.Write(&out, ical.Calendar{Events: []ical.Event{e}})
			list, ok := errors.AsType[finding.List](err)
			require.True(t, ok, err)
			assert.True(t, list.Has(c.code), list)
			assert.Zero(t, out.Len(), "nothing is half written")
		})
	}
	twice := ical.Calendar{Events: []ical.Event{base()}, Todos: []ical.Todo{{UID: "a", Stamp: stamp, Start: stamp, Due: stamp}}}
	assert.True(t, twice.Check().Has("ical.uid"))
	assert.True(t, twice.Check().Has("ical.time"))
}

func TestFromTree(t *testing.T) {
	node := uuid.MustParse("0198c0de-0000-7000-8000-000000000001")
	tree := campaign.Tree{
		Start: civil.MustDate(2026, 3, 2),
		Nodes: []campaign.Node{{ID: node, Key: "c", Level: campaign.Campaign, Name: "C"}},
		Tasks: []campaign.Task{
			{Key: "copy", Node: node, Name: "Copy", Phase: "Content", Duration: worktime.Days(2)},
			{Key: "go", Node: node, Name: "Go", Predecessors: []campaign.Dependency{{Task: "copy"}}},
		},
		Gates: []campaign.Gate{{Key: "g", Node: node, Name: "Gate", Due: stamp}, {Key: "h", Node: node, Name: "No date"}},
	}
	team := campaign.Team{Calendars: map[string]worktime.Spec{"b": worktime.MonFri("Europe/Berlin", "09:00-17:00")}}
	m, err := planning.Compile(tree.Plan(team))
	require.NoError(t, err)
	c := ical.FromTree("C", tree, m.CriticalPath(), stamp)
	require.Empty(t, c.Check())
	require.Len(t, c.Events, 2)
	require.Len(t, c.Todos, 1)
	assert.Equal(t, "2026-03-03 17:00", c.Todos[0].Due.Format("2006-01-02 15:04"))
	assert.Equal(t, node.String()+"/task/copy", c.Todos[0].UID)
	assert.Contains(t, write(t, c), "BEGIN:VTODO")
}

func ExampleWrite() {
	var file bytes.Buffer
	err := ical.Write(&file, ical.Calendar{Events: []ical.Event{{
		UID: "freeze@example.com", Stamp: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Summary: "Freeze",
		Days: civil.Days(civil.MustDate(2026, 3, 9), civil.MustDate(2026, 3, 9)),
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(strings.ReplaceAll(file.String(), "\r\n", "\n"))
	// Output:
	// BEGIN:VCALENDAR
	// VERSION:2.0
	// PRODID:-//go-marops//marops//EN
	// CALSCALE:GREGORIAN
	// BEGIN:VEVENT
	// UID:freeze@example.com
	// DTSTAMP:20260201T000000Z
	// SEQUENCE:0
	// DTSTART;VALUE=DATE:20260309
	// DTEND;VALUE=DATE:20260310
	// SUMMARY:Freeze
	// END:VEVENT
	// END:VCALENDAR
}

func FuzzWrite(f *testing.F) {
	f.Add("Launch", "two\nlines, and a \\", int64(1_773_129_600))
	f.Add(strings.Repeat("ü", 80), "\r", int64(0))
	f.Add("a\x00", "\xff", int64(-62_135_596_800))
	berlin := zone(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, summary, description string, seconds int64) {
		var out bytes.Buffer
		err := ical.Write(&out, ical.Calendar{Name: summary, Events: []ical.Event{{
			UID: "u", Stamp: stamp, Summary: summary, Description: description, Start: time.Unix(seconds, 0).In(berlin),
		}}})
		if err != nil {
			if out.Len() > 0 {
				t.Fatal("half written")
			}
			return
		}
		text := out.String()
		if strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") {
			t.Fatalf("bare line ends in %q", text)
		}
		for line := range strings.SplitSeq(text, "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) {
				t.Fatalf("bad line %q", line)
			}
		}
		plain := strings.ReplaceAll(text, "\r\n ", "")
		unescape := strings.NewReplacer("\\\\", "\\", "\\;", ";", "\\,", ",", "\\n", "\n")
		if _, rest, ok := strings.Cut(plain, "\r\nSUMMARY:"); ok {
			line, _, _ := strings.Cut(rest, "\r\n")
			want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(summary)
			if got := unescape.Replace(line); got != want {
				t.Fatalf("summary %q became %q", want, got)
			}
		}
	})
}

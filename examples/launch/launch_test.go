package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

// play runs the example and returns what it prints.
func play(t *testing.T, inDir, outDir string) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, inDir, outDir))
	return out.String()
}

func TestTheStory(t *testing.T) {
	story := play(t, "", "")
	golden.Equal(t, "story.golden", []byte(story))
	assert.Equal(t, story, play(t, "", ""), "the same story each time")
	assert.LessOrEqual(t, strings.Count(story, "\n"), 57, "fits on one page")
	for line := range strings.Lines(story) {
		assert.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), width, line)
	}
}

func TestOutputs(t *testing.T) {
	outDir, again := t.TempDir(), t.TempDir()
	play(t, "", outDir)
	play(t, "", again)
	for _, name := range []string{"launch.html", "launch.json", "launch.ics"} {
		assert.Equal(t, read(t, outDir, name), read(t, again, name), "%s is the same each time", name)
	}

	page := read(t, outDir, "launch.html")
	assert.Less(t, len(page), 1_000_000)
	foreign := strings.ReplaceAll(page, "http://www.w3.org/2000/svg", "")
	for _, word := range []string{"http://", "https://", "<script"} {
		assert.NotContains(t, strings.ToLower(foreign), word)
	}
	assert.True(t, json.Valid([]byte(read(t, outDir, "launch.json"))))

	calendar := read(t, outDir, "launch.ics")
	assert.True(t, strings.HasPrefix(calendar, "BEGIN:VCALENDAR\r\n"), "%.40q", calendar)
	assert.True(t, strings.HasSuffix(calendar, "END:VCALENDAR\r\n"))
	for line := range strings.SplitSeq(strings.TrimSuffix(calendar, "\r\n"), "\r\n") {
		assert.LessOrEqual(t, len(line), 75, "octets of %q (RFC 5545, 3.1)", line)
		assert.False(t, strings.ContainsAny(line, "\r\n"), "%q", line)
	}
	assert.FileExists(t, filepath.Join(outDir, "launch.db"))
}

func TestASecondRunImportsNothingTwice(t *testing.T) {
	const nothing = "nothing is imported twice"
	outDir := t.TempDir()
	once := play(t, "", outDir)
	assert.NotContains(t, once, nothing)
	first := events(t, outDir)
	require.NotEmpty(t, first)
	twice := play(t, "", outDir)
	assert.Contains(t, twice, nothing)
	assert.Equal(t, first, events(t, outDir))
	before, after := strings.Split(once, "\n"), strings.Split(twice, "\n")
	require.Len(t, after, len(before))
	for i := range before {
		if !strings.Contains(after[i], nothing) {
			assert.Equal(t, before[i], after[i], "the same story otherwise")
		}
	}
}

// events returns all that is in the database, in order.
func events(t *testing.T, outDir string) (all []string) {
	t.Helper()
	db, err := sqlitestore.Open(t.Context(), filepath.Join(outDir, "launch.db"), nil)
	require.NoError(t, err)
	for e, err := range db.Tail(t.Context(), tenant, store.Cursor{}) {
		require.NoError(t, err)
		all = append(all, fmt.Sprintf("%v %v %v %s %s %s", e.ID, e.Ref, e.Version, e.Type, e.At, e.Data))
	}
	require.NoError(t, db.Close())
	return all
}

// sheet is a delimited input file: the lines before its header, and its rows.
type sheet struct {
	bom, preamble string
	rows          [][]string // the header first
}

// spec says how to break one CSV file. Rows are lines of the file.
type spec struct {
	name, column string // the column to name if there is no file, or nothing in it
	header       int    // row of the header
	tabs         bool   // and UTF-16
	missing      string // column to leave out
	number, key  cell   // a bad number and an unknown key
	same         string // column to name for a row that stands twice
}

// cell is a value that a cell gets; in the header's row it is the new name.
type cell struct {
	row           int
	column, value string
}

func (s spec) open(t *testing.T) sheet {
	t.Helper()
	body, err := fs.ReadFile(embedded, "input/"+s.name)
	require.NoError(t, err)
	if s.tabs {
		units := make([]uint16, len(body)/2)
		for i := range units {
			units[i] = uint16(body[2*i]) | uint16(body[2*i+1])<<8
		}
		body = []byte(string(utf16.Decode(units)))
	}
	text, marked := strings.CutPrefix(string(body), "\ufeff")
	var out sheet
	if marked {
		out.bom = "\ufeff"
	}
	for range s.header - 1 {
		line, rest, _ := strings.Cut(text, "\n")
		out.preamble, text = out.preamble+line+"\n", rest
	}
	in := csv.NewReader(strings.NewReader(text))
	if s.tabs {
		in.Comma = '\t'
	}
	out.rows, err = in.ReadAll()
	require.NoError(t, err)
	require.Len(t, out.rows, strings.Count(text, "\n"), "one line per row")
	return out
}

// half stands for half a surrogate pair, which no Go string can hold.
const half = '\ue000'

func (s spec) save(t *testing.T, dir string, broken sheet) {
	t.Helper()
	var body bytes.Buffer
	body.WriteString(broken.bom + broken.preamble)
	out := csv.NewWriter(&body)
	if s.tabs {
		out.Comma = '\t'
	}
	require.NoError(t, out.WriteAll(broken.rows))
	text := body.Bytes()
	if s.tabs {
		units := utf16.Encode([]rune(body.String()))
		text = nil
		for _, u := range units {
			if u == half {
				u = 0xd800
			}
			text = append(text, byte(u), byte(u>>8))
		}
	}
	write(t, dir, s.name, text)
}

func (s spec) set(t *testing.T, b *sheet, c cell) {
	t.Helper()
	at := slices.Index(b.rows[0], c.column)
	require.GreaterOrEqual(t, at, 0, c.column)
	b.rows[c.row-s.header][at] = c.value
}

// specs are all CSV files.
var specs = []spec{
	{"calendar.csv", "calendar", 1, false, "date", cell{4, "date", "2026-02-30"}, cell{5, "calendar", "moon"}, "calendar"}, // number: a day that is none
	{"team.csv", "person", 1, false, "percent", cell{4, "percent", "all"}, cell{5, "calendar", "moon"}, "person"},
	{"tasks.csv", "Task ID", 1, false, "Assignee Email", cell{20, "Estimated days", "few"}, cell{20, "Blocked By (Dependencies)", "Fly to the moon"}, "Task ID"},
	{"budget.csv", "node", 1, false, "limit", cell{7, "limit", "1e999999"}, cell{6, "parent", "moon"}, "node"},
	{"orders.csv", "order", 1, false, "amount", cell{3, "amount", "12,34"}, cell{6, "node", "moon"}, "order"},
	{"invoices.csv", "invoice", 1, false, "service", cell{3, "amount", "7250.001"}, cell{4, "order", "PO-9"}, "invoice"},
	{"fx.csv", "Date", 1, false, "Date", cell{5, "USD", "-1.15"}, cell{1, "USD", "QQQ"}, "Date"},                                                                                  // key: a currency that is none, in the header
	{"crosswalk.csv", "system", 1, false, "node", cell{3, "from", "2026-13-01"}, cell{4, "node", "moon"}, "external_id"},                                                          // number: a day that is none
	{"google.csv", "Day", 3, false, "Cost", cell{40, "Cost", "4,8"}, cell{41, "Currency code", "QQQ"}, "Day"},                                                                     // key: a currency that is none
	{"meta.csv", "Reporting starts", 1, false, "Campaign name", cell{40, "Amount spent (EUR)", "4.1.2"}, cell{1, "Amount spent (EUR)", "Amount spent (QQQ)"}, "Reporting starts"}, // key: as before
	{"linkedin.csv", "Start Date (in UTC)", 6, true, "Total Spent", cell{40, "Total Spent", "much"}, cell{41, "Currency", "QQQ"}, "Start Date (in UTC)"},                          // key: as before
	{"goals.csv", "name", 1, false, "tolerance", cell{3, "target", "NaN"}, cell{4, "metric", "luck"}, "name"},
	{"leads.csv", "lead", 1, false, "stage", cell{6, "revenue", "2388.005"}, cell{7, "stage", "fan"}, "lead"},
}

// flaw is one way to break a file, and the row and columns one of which must be named.
type flaw struct {
	name  string
	row   int
	in    []string
	apply func(t *testing.T, dir string)
}

func (s spec) flaws(t *testing.T) []flaw {
	t.Helper()
	edit := func(change func(*testing.T, *sheet)) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			broken := s.open(t)
			change(t, &broken)
			s.save(t, dir, broken)
		}
	}
	set := func(name string, c cell) flaw {
		in := c.column
		if c.row == s.header {
			in = c.value
		}
		return flaw{name, c.row, []string{in}, edit(func(t *testing.T, b *sheet) { t.Helper(); s.set(t, b, c) })}
	}
	const at = 3 // rows below the header
	return []flaw{
		{"missing column", s.header, []string{s.missing}, edit(func(t *testing.T, b *sheet) {
			t.Helper()
			i := slices.Index(b.rows[0], s.missing)
			require.GreaterOrEqual(t, i, 0)
			for r := range b.rows {
				b.rows[r] = slices.Delete(b.rows[r], i, i+1)
			}
		})},
		set("bad number", s.number), set("unknown key", s.key),
		{"wrong encoding", s.header + at, []string{"2", s.open(t).rows[0][1]}, edit(func(_ *testing.T, b *sheet) { // by number or by name
			bad := "\xff\xfe"
			if s.tabs {
				bad = string(half)
			}
			b.rows[at][1] = bad + b.rows[at][1]
		})},
		{"duplicate key", s.header + at + 1, []string{s.same}, edit(func(_ *testing.T, b *sheet) { b.rows = slices.Insert(b.rows, at+1, b.rows[at]) })},
		{"empty file", 1, []string{s.column}, func(t *testing.T, dir string) { t.Helper(); write(t, dir, s.name, nil) }},
		{"missing file", 1, []string{s.column}, func(t *testing.T, dir string) { t.Helper(); require.NoError(t, os.Remove(filepath.Join(dir, s.name))) }},
	}
}

func TestBrokenInput(t *testing.T) {
	outDir := t.TempDir()
	play(t, "", outDir)
	before, stored := snapshot(t, outDir), events(t, outDir)
	refused := func(t *testing.T, dir string) string {
		t.Helper()
		var out bytes.Buffer
		err := run(t.Context(), &out, dir, outDir)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "\n", "one line")
		assert.Empty(t, out.String(), "nothing is told before all is read")
		assert.Equal(t, before, snapshot(t, outDir), "what an earlier run wrote stays as it is")
		return err.Error()
	}
	for _, s := range specs {
		for _, f := range s.flaws(t) {
			t.Run(s.name+"/"+f.name, func(t *testing.T) {
				dir := inputs(t)
				f.apply(t, dir)
				message := refused(t, dir)
				assert.True(t, slices.ContainsFunc(f.in, func(column string) bool {
					return strings.HasPrefix(message, fmt.Sprintf("%s: row %d, column %s: ", s.name, f.row, column))
				}), "want row %d, one of the columns %q, got\n%s", f.row, f.in, message)
			})
		}
	}
	const stage = `"stage": "copy"`
	for _, f := range []struct{ name, old, with, path string }{
		{"missing column", stage + ", ", "", "flow[0]"}, // a key of the first stage
		{"bad number", `"rule": "any"`, `"rule": 1.5`, "flow[0].rule"},
		{"negative number", `"rule": "any"`, `"rule": -1`, "stage/copy"},
		{"unknown key", stage, stage + `, "colour": "red"`, "flow[0].colour"},
		{"unknown role", `"copywriter"`, `"moon"`, "stage/copy"}, // a key of another file
		{"wrong encoding", "Copy desk", "Copy \xff\xfe desk", "UTF-8"},
		{"duplicate key", stage, stage + ", " + stage, "flow[0].stage"},
		{"NUL", `"remind"`, "\x00", "flow[0]"},
		{"empty file", "*", "", "flow"},
		{"missing file", "", "", "flow"},
	} {
		t.Run("approval.json/"+f.name, func(t *testing.T) {
			dir, body := inputs(t), ""
			if f.old != "*" {
				body = strings.Replace(read(t, dir, "approval.json"), f.old, f.with, 1)
			}
			write(t, dir, "approval.json", []byte(body))
			if f.old == "" {
				require.NoError(t, os.Remove(filepath.Join(dir, "approval.json")))
			}
			message := refused(t, dir)
			assert.True(t, strings.HasPrefix(message, "approval.json: "), message)
			assert.Contains(t, message, f.path)
		})
	}
	assert.Equal(t, stored, events(t, outDir), "the database holds what it held")
}

// What one file takes from another is checked when it is gone there.
func TestCrossFileKeys(t *testing.T) {
	for _, c := range []struct {
		file, column, gone string // rows to leave out
		want               string
	}{
		{"budget.csv", "node", "outdoor", "orders.csv: row 6, column node: "},
		{"orders.csv", "order", "PO-1003", "invoices.csv: row 4, column order: "},
		{"tasks.csv", "Name", "Approve brief", "tasks.csv: row 6, column Blocking (Dependencies): "},
		{"budget.csv", "node", "social", "crosswalk.csv: row 18, column node: "},
		{"team.csv", "person", "kim@example.com", "tasks.csv: row 47, column Assignee Email: "},
	} {
		t.Run(c.file+"/"+c.gone, func(t *testing.T) {
			dir := inputs(t)
			s := specs[slices.IndexFunc(specs, func(s spec) bool { return s.name == c.file })]
			less := s.open(t)
			at, rows := slices.Index(less.rows[0], c.column), len(less.rows)
			less.rows = slices.DeleteFunc(less.rows, func(row []string) bool { return row[at] == c.gone })
			require.Less(t, len(less.rows), rows)
			s.save(t, dir, less)
			err := run(t.Context(), &bytes.Buffer{}, dir, "")
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), c.want), "want %s…, got\n%v", c.want, err)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
	for name, text := range map[string]string{ // rows that add a key no file has
		"orders.csv":   "PO-9,moon,2026-02-12,1.00,Lumen Film,Rocket\n",
		"invoices.csv": "INV-9,PO-9,,2026-02-12,2026-02-12,1.00\n",
		"goals.csv":    "More luck,luck,at least,1,0\n",
	} {
		dir := inputs(t)
		body := read(t, dir, name)
		write(t, dir, name, []byte(body+text))
		column := map[string]string{"orders.csv": "node", "invoices.csv": "order", "goals.csv": "metric"}[name]
		want := fmt.Sprintf("%s: row %d, column %s: ", name, strings.Count(body, "\n")+1, column)
		assert.ErrorContains(t, run(t.Context(), &bytes.Buffer{}, dir, ""), want)
	}
}

func TestExitStatus(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "launch")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	dir, outDir := inputs(t), t.TempDir()
	write(t, dir, "team.csv", []byte("person,name\n"))
	stdout, stderr, err := start(t.Context(), binary, "-in", dir, "-out", outDir)
	exit, ok := errors.AsType[*exec.ExitError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, 1, exit.ExitCode())
	assert.Empty(t, stdout)
	assert.True(t, strings.HasPrefix(stderr, "launch: team.csv: row 1, column role: "), stderr)
	assert.Equal(t, len(stderr)-1, strings.Index(stderr, "\n"), "one line: %s", stderr)
	assert.Empty(t, snapshot(t, outDir), "nothing is written")
}

func start(ctx context.Context, binary string, args ...string) (stdout, stderr string, err error) {
	var o, e bytes.Buffer
	command := exec.CommandContext(ctx, binary, args...)
	command.Stdout, command.Stderr = &o, &e
	err = command.Run()
	return o.String(), e.String(), err
}

// inputs returns a directory with a copy of the built-in files.
func inputs(t *testing.T) string {
	t.Helper()
	files, err := fs.Sub(embedded, "input")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, files))
	return dir
}

// snapshot returns the content of all files of a directory.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := make(map[string]string, len(entries))
	for _, e := range entries {
		all[e.Name()] = read(t, dir, e.Name())
	}
	return all
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(body)
}

func write(t *testing.T, dir, name string, body []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), body, 0o600))
}

package asana_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/asana"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/planning"
)

const head = "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,Tags,Notes," +
	"Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies)"

var node = uuid.MustParse("0198c0de-0000-7000-8000-000000000001")

func berlin(t testing.TB) *worktime.Calendar {
	t.Helper()
	cal, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.NoError(t, err)
	return cal
}

func open(t testing.TB) (*asana.Export, []byte) {
	t.Helper()
	data, err := os.ReadFile("testdata/launch.csv")
	require.NoError(t, err)
	e, err := asana.Read(bytes.NewReader(data), "launch.csv")
	require.NoError(t, err)
	return e, data
}

func TestRoundTripIsIdentical(t *testing.T) {
	e, data := open(t)
	var out bytes.Buffer
	require.NoError(t, asana.Write(&out, e))
	assert.Equal(t, string(data), out.String())
}

func TestTasks(t *testing.T) {
	e, _ := open(t)
	require.Len(t, e.Rows, 7)
	newYork, err := worktime.Compile(worktime.MonFri("America/New_York", "09:00-17:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.NoError(t, err)
	tasks, err := e.Tasks(node, berlin(t), &asana.Options{Calendars: map[ident.Person]*worktime.Calendar{"nia@example.com": newYork}})
	require.NoError(t, err)
	require.Len(t, tasks, 7)
	by := map[planning.TaskKey]campaign.Task{}
	for _, task := range tasks {
		by[task.Key] = task
	}
	brief := by["1001"]
	assert.Equal(t, "Plan", brief.Phase)
	assert.Equal(t, "lead", brief.Role)
	assert.Equal(t, ident.Person("ann@example.com"), brief.Assignee)
	assert.Equal(t, worktime.Days(2), brief.Duration)
	assert.Equal(t, campaign.Done, brief.Status())
	assert.Equal(t, "2026-02-03 09:00 CET", brief.Started.Format("2006-01-02 15:04 MST"))
	assert.Equal(t, "2026-02-05 17:00 CET", brief.Finished.Format("2006-01-02 15:04 MST"))

	text := by["1002"]
	assert.Equal(t, []campaign.Dependency{{Task: "1001"}}, text.Predecessors)
	assert.Equal(t, []string{"copy", "web"}, text.Tags)
	assert.Equal(t, "2026-02-13 17:00 CET", text.Due.Format("2006-01-02 15:04 MST"), "a due date includes its day")
	assert.Equal(t, campaign.InProgress, text.Status())

	// By a name with a comma, by id, and once more by the other column.
	assert.Equal(t, []campaign.Dependency{{Task: "1002"}, {Task: "1003"}}, by["1004"].Predecessors)
	assert.Equal(t, []campaign.Dependency{{Task: "1004"}, {Task: "1006"}}, by["1005"].Predecessors)
	assert.True(t, by["1005"].IsMilestone())
	assert.Equal(t, "2026-03-06 17:00 EST", by["1006"].Due.Format("2006-01-02 15:04 MST"), "due in the assignee's calendar")
	// Without an estimate: Monday 2 to Friday 6 March are five working days.
	assert.Equal(t, worktime.Days(5), by["1006"].Duration)
	assert.Equal(t, "Build", by["1007"].Phase, "a subtask is in its parent's section")

	tree := campaign.Tree{Start: civil.MustDate(2026, 2, 2), Nodes: []campaign.Node{{ID: node, Key: "c", Level: campaign.Campaign, Name: "C"}}, Tasks: tasks}
	require.NoError(t, tree.Check().Err())
}

func TestHoldStarts(t *testing.T) {
	e, _ := open(t)
	tasks, err := e.Tasks(node, berlin(t), &asana.Options{HoldStarts: true})
	require.NoError(t, err)
	assert.Equal(t, planning.SNET, tasks[5].Constraint.Kind)
	assert.Equal(t, time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), tasks[5].Constraint.At.UTC())
}

func TestReadNamesTheCell(t *testing.T) {
	row := func(cells string) string { return head + "\n" + cells + "\n" }
	for text, want := range map[string]string{
		"":                                     "f.csv: row 1, column Task ID: the file is empty",
		"\ufeff \n":                            "f.csv: row 1, column Task ID: the file is empty",
		"\xff\xfeT\x00":                        "f.csv: row 1, column Task ID: the file is UTF-16, want UTF-8",
		strings.Replace(head, ",Notes", "", 1): "f.csv: row 1, column Notes: the column is missing",
		head + ",Name":                         "f.csv: row 1, column Name: the column is there twice",
		row("1,,,,A"):                          "f.csv: row 2, column Section/Column: want 16 fields, got 5",
		row("1,,,,A,,,,,10.3.2026,,,,,,"):      "f.csv: row 2, column Due Date: ",
		row("1,,,,A,,,,2026-03-02,2026-03-01,,,,,,"): "f.csv: row 2, column Due Date: 2026-03-01 is before",
		row(",,,,A,,,,,,,,,,,"):                      "f.csv: row 2, column Task ID: it is empty",
		row("1,,,,,,,,,,,,,,,"):                      "f.csv: row 2, column Name: it is empty",
		row("1,,,,A\xe4,,,,,,,,,,,"):                 "f.csv: row 2, column Name: not UTF-8",
		row("1,,,,A,,,,,,,,,,,\n1,,,,B,,,,,,,,,,,"):  `f.csv: row 3, column Task ID: "1" is already in row 2`,
		row("1,,,,\"A,,,,,,,,,,,"):                   "f.csv: row ",
	} {
		_, err := asana.Read(strings.NewReader(text), "f.csv")
		require.ErrorIs(t, err, asana.ErrExport, text)
		assert.ErrorContains(t, err, want)
	}
}

func TestTasksNamesTheCell(t *testing.T) {
	custom := head + ",Estimated days,Actual start,Actual finish\n"
	for text, want := range map[string]string{
		"1,,,,A,,,,,,,,,,ghost,,1,,\n": `f.csv: row 2, column Blocked By (Dependencies): "ghost" is no task of the file`,
		"1,,,,A,,,,,,,,,,,ghost,1,,\n": `f.csv: row 2, column Blocking (Dependencies): "ghost"`,
		"1,,,,A,,,,,,,,,,A,,1,,\n":     "f.csv: row 2, column Blocked By (Dependencies): the task waits for itself",
		"1,,,,A,,,,,,,,,,,,1,,\n2,,,,A,,,,,,,,,,,,1,,\n3,,,,B,,,,,,,,,,A,,1,,\n": `f.csv: row 4, column Blocked By (Dependencies): "A" is ambiguous: rows 2 and 3`,
		"1,,,,A,,,,,,,,,ghost,,,1,,\n":                                           `f.csv: row 2, column Parent task: "ghost"`,
		"1,,,,A,,,,,,,,,,,,2.5,,\n":                                              `f.csv: row 2, column Estimated days: "2.5"`,
		"1,,,,A,,,,,,,,,,,,1e999999,,\n":                                         `f.csv: row 2, column Estimated days: "1e999999"`,
		"1,,,,A,,,,,,,,,,,,-1,,\n":                                               `f.csv: row 2, column Estimated days: "-1"`,
		"1,,,,A,,,,,,,,,,,,,,\n":                                                 "f.csv: row 2, column Estimated days: no estimate",
		"1,,,,A,,,,2026-03-07,2026-03-08,,,,,,,,,\n":                             "f.csv: row 2, column Due Date: no working day",
		"1,,,,A,,,,,,,,,,,,1,yesterday,\n":                                       "f.csv: row 2, column Actual start: ",
		"1,,,,A,,,,,,,,,,,,1,2026-03-02,2026-03-01\n":                            "f.csv: row 2, column Actual finish: 2026-03-01 is before",
	} {
		e, err := asana.Read(strings.NewReader(custom+text), "f.csv")
		require.NoError(t, err, text)
		tasks, err := e.Tasks(node, berlin(t), nil)
		require.ErrorIs(t, err, asana.ErrExport, text)
		assert.ErrorContains(t, err, want)
		assert.Nil(t, tasks)
	}
}

func TestEstimateOption(t *testing.T) {
	e, err := asana.Read(strings.NewReader(head+"\n1,,2026-03-03,,A,,Ann,,,,,,,,,\n"), "f.csv")
	require.NoError(t, err)
	tasks, err := e.Tasks(node, berlin(t), &asana.Options{Estimate: worktime.Days(1)})
	require.NoError(t, err)
	assert.Equal(t, worktime.Days(1), tasks[0].Duration)
	assert.Equal(t, ident.Person("Ann"), tasks[0].Assignee)
	assert.Equal(t, "2026-03-03 09:00", tasks[0].Started.Format("2006-01-02 15:04"), "completed, so it has started")
}

func TestCustomColumnsByPosition(t *testing.T) {
	e, err := asana.Read(strings.NewReader("X,"+head+",Score,Score\nx,1,,,,A,,,,,,,,,,,,7,8\n"), "f.csv")
	require.NoError(t, err)
	assert.Equal(t, []string{"x", "7", "8"}, e.Rows[0].Custom)
	assert.Equal(t, "7", e.Cell(&e.Rows[0], "Score"))
	assert.Empty(t, e.Cell(&e.Rows[0], "Name"), "a core column is no custom one")
	e.Rows[0].Custom = e.Rows[0].Custom[:1]
	var out bytes.Buffer
	require.ErrorIs(t, asana.Write(&out, e), asana.ErrExport)
	assert.Zero(t, out.Len())
}

func ExampleRead() {
	file, err := os.Open("testdata/launch.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = file.Close() }()
	export, err := asana.Read(file, "launch.csv")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range export.Rows[:3] {
		fmt.Printf("%s %q after %q, %s days\n", row.ID, row.Name, row.BlockedBy, export.Cell(&row, asana.ColumnEstimate))
	}
	// Output:
	// 1001 "Write the brief" after "", 2 days
	// 1002 "Copy, headlines" after "Write the brief", 5 days
	// 1003 "Artwork" after "1001", 4 days
}

func FuzzRead(f *testing.F) {
	_, data := open(f)
	f.Add(data)
	f.Add([]byte(head + ",Estimated days\n1,,,,\"A,B\",,,,,,,,,,\"B,A\",,3\n2,,,,B,,,,,,,,,,\"A,B\",,1\n"))
	f.Add([]byte("\ufeff" + head + "\r\n1,,,,A,,,,,2026-03-01,,\"a\nb\",,,,\r\n"))
	cal := berlin(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := asana.Read(bytes.NewReader(data), "f.csv")
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := asana.Write(&out, e); err != nil {
			t.Fatal(err)
		}
		again, err := asana.Read(bytes.NewReader(out.Bytes()), "f.csv")
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		var twice bytes.Buffer
		if err := asana.Write(&twice, again); err != nil || !bytes.Equal(out.Bytes(), twice.Bytes()) {
			t.Fatalf("%q became %q: %v", out.Bytes(), twice.Bytes(), err)
		}
		if tasks, err := e.Tasks(node, cal, &asana.Options{Estimate: worktime.Days(1)}); err == nil && len(tasks) != len(e.Rows) {
			t.Fatalf("%d rows became %d tasks", len(e.Rows), len(tasks))
		}
	})
}

package marops_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/templates"
	"github.com/go-marops/marops/campaign/views"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report/chart"
)

// Example is the code in README.md: a launch counted back from its date.
func Example() {
	team := campaign.Team{Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-13:00", "14:00-18:00")}}
	launch := campaign.Moment{Date: civil.MustDate(2026, 3, 10), Clock: 9 * 60, Zone: "Europe/Berlin"}

	blueprint, err := campaign.Compile(templates.GoToMarket()) // 57 items with roles, durations, links and anchors
	check(err)
	tree, err := blueprint.Instantiate(campaign.Params{Name: "Aurora 2.0", Launch: launch, Team: team}, uuid.Max)
	check(err)
	model, err := planning.Compile(tree.Plan(team))
	check(err)

	path := model.CriticalPath()
	legal, _ := path.Of("legal-review")
	fmt.Println("work begins", tree.Start, "and legal reviews from", legal.EarlyStart.Format("2 Jan"), "to", legal.EarlyFinish.Format("2 Jan"))

	slip := model.Plan()
	slip.Task("legal-review").Duration = worktime.Days(12)
	slipped, err := planning.Compile(slip)
	check(err)
	for _, move := range planning.Diff(path, slipped.CriticalPath()) {
		if move.Task == "launch" {
			fmt.Println(move)
		}
	}
	// Output:
	// work begins 2025-12-29 and legal reviews from 19 Feb to 23 Feb
	// launch: 2026-03-10 09:00 -> 2026-03-20 18:00 (+72h): launch waits for go-no-go to finish plus 1d before it can start; go-no-go waits for page-qa to finish before it can start; page-qa waits for page-final to finish before it can start; page-final waits for final-approval to finish before it can start; final-approval waits for revision to finish before it can start; revision waits for legal-review to finish before it can start; legal-review takes 12d instead of 3d
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// The code of the README is the code of the Example, and its picture is drawn by
// the library.
func TestTheReadmeIsTrue(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	source, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)
	_, block, ok := strings.Cut(string(readme), "```go\n")
	require.True(t, ok)
	block, _, _ = strings.Cut(block, "```")
	lines := 0
	for line := range strings.Lines(block) {
		if line = strings.TrimSpace(line); line != "" {
			assert.Contains(t, string(source), line)
			lines++
		}
	}
	assert.LessOrEqual(t, lines, 20)

	team := campaign.Team{Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-13:00", "14:00-18:00")}}
	blueprint, err := campaign.Compile(templates.GoToMarket())
	require.NoError(t, err)
	launch := campaign.Moment{Date: civil.MustDate(2026, 3, 10), Clock: 9 * 60, Zone: "Europe/Berlin"}
	tree, err := blueprint.Instantiate(campaign.Params{Name: "Aurora 2.0", Launch: launch, Team: team}, uuid.Max)
	require.NoError(t, err)
	model, err := planning.Compile(tree.Plan(team))
	require.NoError(t, err)
	var picture bytes.Buffer
	data := views.Gantt(views.Timeline{Model: model, Marks: []chart.Mark{{On: launch.Date, Label: "launch", Kind: chart.Aim}}})
	require.NoError(t, chart.Gantt(&picture, onlyCritical(data), &chart.Options{Title: "Aurora 2.0: the critical path to the launch", Width: 900}))
	golden.Equal(t, "../docs/plan.svg", picture.Bytes())
}

// onlyCritical leaves out what has time.
func onlyCritical(g chart.GanttData) chart.GanttData {
	kept := make(map[string]bool)
	var out chart.GanttData
	for _, task := range g.Tasks {
		if task.Critical {
			task.Lane, kept[task.Key] = "", true
			out.Tasks = append(out.Tasks, task)
		}
	}
	for _, l := range g.Links {
		if kept[l.From] && kept[l.To] {
			out.Links = append(out.Links, l)
		}
	}
	out.Marks = g.Marks
	return out
}

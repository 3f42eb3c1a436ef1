// Command replan tells how a small plan survives a bad Monday: what the team can
// keep, what the news would do, who would be overloaded, the plan that moves no
// more than it must, and which way out makes the date.
//
//	go run ./examples/replan [-in DIR] [-out DIR]
//
// It embeds the planning engine alone, with package report for the page: with
// -out DIR it writes replan.html. People and plan are made up.
package main

import (
	"bytes"
	"context"
	"embed"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report"
)

//go:embed input
var embedded embed.FS

// event is the task that all is done for.
const event planning.TaskKey = "webinar"

func main() {
	in := flag.String("in", "", "directory with plan.json and news.json; default: the ones built in")
	out := flag.String("out", "", "directory for replan.html")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "replan:", strings.Join(strings.FieldsFunc(err.Error(), unicode.IsControl), "; "))
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, inDir, outDir string) error {
	files, err := fs.Sub(embedded, "input")
	if err != nil {
		return err
	}
	if inDir != "" {
		files = os.DirFS(inDir)
	}
	s := &story{out: w}
	if err := s.read(files); err != nil {
		return err
	}
	for _, act := range []func(context.Context) error{s.thePlan, s.theNews, s.theNewPlan, s.waysOut} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	if outDir == "" {
		return nil
	}
	if err := os.MkdirAll(outDir, 0o750); err != nil {
		return err
	}
	var page bytes.Buffer
	if err := report.HTML(&page, s.page()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(outDir, "replan.html"), page.Bytes(), 0o600)
}

// story is what the acts find out, for the terminal and for the page.
type story struct {
	out    io.Writer
	acts   []act
	plan   planning.Plan
	news   news
	office *worktime.Calendar
	due    time.Time

	before, after option          // the plan, and what the news makes of it
	pinned        *planning.Model // the news, and nobody replans
	moves         []planning.Move
	ways          []option
}

// option is a plan that people can keep.
type option struct {
	name     string
	model    *planning.Model
	schedule *planning.Schedule
	odds     *planning.Outcomes
	moved    int // tasks that lie elsewhere than before the news
}

// solve looks for a schedule, the same one on every machine. After the news it
// shall first of all make the date, then move as little as it can.
func (s *story) solve(ctx context.Context, name string, plan planning.Plan) (option, error) {
	o := option{name: name}
	search := planning.Search{Schedules: 1000, Seed: 1}
	goals := []planning.Goal{planning.MinLateness, planning.MinFinish, planning.MinChange}
	if s.before.schedule != nil {
		search.Keep, search.Goals = s.before.schedule, goals
	}
	var err error
	if o.model, err = planning.Compile(plan); err != nil {
		return o, err
	}
	if o.schedule, err = o.model.Schedule(ctx, search); err != nil {
		return o, err
	}
	if err = o.model.Verify(o.schedule); err != nil { // by definition, sharing no code with the search
		return o, err
	}
	if s.before.schedule != nil {
		o.moved = len(planning.Diff(s.before.schedule, o.schedule))
	}
	// Five thousand times through the plan, each task as long as its luck has it,
	// people as scarce as they are.
	o.odds, err = o.model.Simulate(ctx, planning.Simulation{Runs: 5000, Seed: 1, Schedule: o.schedule})
	return o, err
}

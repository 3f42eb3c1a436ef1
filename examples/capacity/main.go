// Command capacity asks whether a team can do a quarter: what it has, by person
// and by skill, what four campaigns ask for, where that cannot be done (with the
// proof), whether a request still fits, and which of some what-ifs would help.
//
//	go run ./examples/capacity [-in DIR] [-out DIR]
//
// It embeds the planning engine alone, with package report for the page: with
// -out DIR it writes capacity.html. People and campaigns are made up.
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

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/report"
)

//go:embed input
var embedded embed.FS

const (
	zone  = "Europe/Berlin"
	share = 400 // thousandths of a person that a task takes: two days a week, so that one can do two things at a time
)

func main() {
	in := flag.String("in", "", "directory of input files; default: the ones built in")
	out := flag.String("out", "", "directory for capacity.html")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "capacity:", strings.Join(strings.FieldsFunc(err.Error(), unicode.IsControl), "; "))
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
	s := &story{out: w, quarter: civil.QuarterOf(civil.MustDate(2026, 7, 1))}
	if s.zone, err = time.LoadLocation(zone); err != nil {
		return err
	}
	if err := s.read(files); err != nil {
		return err
	}
	for _, act := range []func(context.Context) error{s.whatThereIs, s.whatCannotBe, s.whatFits, s.whatHelps} {
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
	return os.WriteFile(filepath.Join(outDir, "capacity.html"), page.Bytes(), 0o600)
}

// story is what the acts find out, for the terminal and for the page.
type story struct {
	out      io.Writer
	zone     *time.Location
	quarter  civil.Period
	plan     planning.Plan
	requests []request
	whatifs  []*row

	acts    []act
	now     option
	people  []planning.Load // of the quarter
	skills  []skill
	answers []answer
	options []option
}

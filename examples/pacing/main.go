// Command pacing tells in the middle of a month what the advertising of three
// accounts in three currencies has cost, who spends too fast or too slow and why,
// what to spend from here on, where the rest of the money brings most, and how the
// plan became the outlook, to the cent.
//
//	go run ./examples/pacing [-in DIR] [-out DIR]
//
// It embeds packages adspend, fx and budget with pacing and allocate, and package
// report for the page pacing.html that -out asks for. All data are made up.
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
	"unicode"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
	"github.com/go-marops/marops/report"
)

//go:embed input
var embedded embed.FS

func main() {
	in := flag.String("in", "", "directory with plan.json, responses.json, rates.csv and the exports; default: the ones built in")
	out := flag.String("out", "", "directory for pacing.html")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "pacing:", strings.Join(strings.FieldsFunc(err.Error(), unicode.IsControl), "; "))
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, inDir, outDir string) error {
	s, err := tell(ctx, w, inDir)
	if err != nil || outDir == "" {
		return err
	}
	var page bytes.Buffer
	if err := report.HTML(&page, s.page()); err != nil {
		return err
	}
	if err := os.MkdirAll(outDir, 0o750); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(outDir, "pacing.html"), page.Bytes(), 0o600)
}

// tell plays all acts and returns what they find out.
func tell(ctx context.Context, w io.Writer, inDir string) (*story, error) {
	files, err := fs.Sub(embedded, "input")
	if inDir != "" {
		files, err = os.DirFS(inDir), nil
	}
	if err != nil {
		return nil, err
	}
	s := &story{out: w}
	if err := s.read(files); err != nil {
		return nil, err
	}
	for _, act := range []func(context.Context) error{s.theBooks, s.thePace, s.theDays, s.theMove, s.theBridge} {
		if err := act(ctx); err != nil {
			return nil, err
		}
		if s.err != nil {
			return nil, s.err
		}
	}
	return s, nil
}

// story is what the acts find out, for the terminal and for the page.
type story struct {
	out  io.Writer
	acts []act
	err  error // the first of an amount that cannot be converted or added

	plan     plan
	rates    *fx.Book
	earlier  *adspend.Report   // what Google had reported when the month before was closed
	reports  []*adspend.Report // what the platforms report now
	response allocate.Plan

	book    *budget.Book
	ads     *budget.AdRecords
	best    *allocate.Allocation
	steps   []step
	bridges []budget.Bridge // of each month
}

// step is a bar of the bridge.
type step struct {
	label  string
	amount money.Money
	total  bool
}

// act is a headline and what there is to say.
type act struct {
	title string
	lines []string
}

func (s *story) begin(format string, args ...any) {
	s.acts = append(s.acts, act{title: fmt.Sprintf(format, args...)})
	s.print("%d  %s\n", len(s.acts), s.acts[len(s.acts)-1].title)
}

func (s *story) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	last := &s.acts[len(s.acts)-1]
	last.lines = append(last.lines, text)
	s.print("   %s\n", text)
}

// show prints what the page has as a table.
func (s *story) show(format string, args ...any) { s.print("     "+format+"\n", args...) }

// print writes to the terminal; what cannot be written there is still on the page.
func (s *story) print(format string, args ...any) { _, _ = fmt.Fprintf(s.out, format, args...) }

// eur returns an amount in the currency of the book at the budget rate.
func (s *story) eur(m money.Money) money.Money {
	out, _, err := s.rates.Convert(fx.Budget, m, s.plan.Currency, s.plan.Month.First(), money.HalfEven)
	return s.keep(out, err)
}

func (s *story) add(ms ...money.Money) money.Money {
	return s.keep(new(money.Sum).AddAll(ms).Total())
}

func (s *story) sub(a, b money.Money) money.Money { return s.keep(a.Sub(b)) }

func (s *story) keep(m money.Money, err error) money.Money {
	if s.err == nil {
		s.err = err
	}
	return m
}

// Command approvals tells how a team speeds up its reviews and can prove it: where
// its log says that work waits, what reviewing in parallel would change, whether the
// new process can get stuck, and how it runs under a clock that can be wound.
//
//	go run ./examples/approvals [-in DIR] [-log FILE] [-out DIR]
//
// It embeds the workflow engine alone, with package report for the page: with -out
// DIR it writes approvals.html, process.mmd and process.bpmn. -log reads another
// event log (XES or CSV, plain or gzipped) and stops where that says nothing of the
// process. People and log are made up.
package main

import (
	"embed"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

//go:embed input
var embedded embed.FS

func main() {
	in := flag.String("in", "", "directory with reviews.csv, serial.json, parallel.json, mapping.json and staff.json; default: the ones built in")
	log := flag.String("log", "", "an event log to read in place of reviews.csv")
	out := flag.String("out", "", "directory for approvals.html, process.mmd and process.bpmn")
	flag.Parse()
	if err := run(os.Stdout, *in, *log, *out); err != nil {
		fmt.Fprintln(os.Stderr, "approvals:", strings.Join(strings.FieldsFunc(err.Error(), unicode.IsControl), "; "))
		os.Exit(1)
	}
}

func run(w io.Writer, inDir, logFile, outDir string) error {
	files, err := filesIn(inDir)
	if err != nil {
		return err
	}
	s := &story{out: w}
	if err := s.read(files, logFile); err != nil {
		return err
	}
	acts := []func() error{s.theLog, s.theReplay, s.theProof, s.theDay}
	if logFile != "" {
		acts = acts[:1]
	}
	for _, act := range acts {
		if err := act(); err != nil {
			return err
		}
	}
	if outDir == "" {
		return nil
	}
	return s.write(outDir)
}

// filesIn returns the files of a directory, of "" those that are built in.
func filesIn(dir string) (fs.FS, error) {
	if dir != "" {
		return os.DirFS(dir), nil
	}
	return fs.Sub(embedded, "input")
}

// story is what the acts find out, for the terminal and for the page.
type story struct {
	out  io.Writer
	acts []act

	office   *worktime.Calendar
	log      *mining.Log
	mapping  mining.Mapping
	serial   workflow.Definition
	parallel workflow.Definition
	staff    workflow.Staff

	waits   []mining.Bottleneck
	answer  *mining.WhatIf
	process *workflow.Process
	state   workflow.State
	trail   []workflow.Sealed
}

// act is a headline and what there is to say.
type act struct {
	title string
	lines []string
}

func (s *story) act(title string) {
	s.acts = append(s.acts, act{title: title})
	if len(s.acts) > 1 {
		s.print("\n")
	}
	s.print("%s\n", title)
}

func (s *story) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	last := &s.acts[len(s.acts)-1]
	last.lines = append(last.lines, line)
	s.print("  %s\n", line)
}

// print writes to the terminal; what cannot be written there is still on the page.
func (s *story) print(format string, args ...any) { _, _ = fmt.Fprintf(s.out, format, args...) }

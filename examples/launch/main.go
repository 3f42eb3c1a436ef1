// Command launch tells the story of a product launch, from a dozen files to a
// report: can we launch, what a slip moves, which approvals a change voids, what
// the budget allows from the first request to the last invoice, and what it brought
// and cost.
//
//	go run ./examples/launch [-in DIR] [-out DIR]
//
// All data but the exchange rates are made up. With -out DIR it writes
// launch.html, launch.ics, launch.json and launch.db, a SQLite database; run
// again on the same database, it imports nothing twice.
package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/go-marops/marops"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/campaign/folder"
	"github.com/go-marops/marops/campaign/ical"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/kpi"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/report"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
	"github.com/go-marops/marops/workflow"
)

//go:embed input
var embedded embed.FS

const (
	notice   = "all data are synthetic but the exchange rates (European Central Bank)"
	tenant   = ident.Tenant("acme")
	bookName = "launch-2026"
)

func main() {
	in := flag.String("in", "", "directory of input files; default: the ones built in")
	out := flag.String("out", "", "directory for launch.html, launch.ics, launch.json and launch.db")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "launch:", strings.Join(strings.FieldsFunc(err.Error(), unicode.IsControl), "; "))
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, inDir, outDir string) error {
	s, err := open(w, inDir)
	if err != nil {
		return err
	}
	if outDir == "" {
		return s.play(ctx, store.NewMemory())
	}
	if err := os.MkdirAll(outDir, 0o750); err != nil {
		return err
	}
	db, err := sqlitestore.Open(ctx, filepath.Join(outDir, "launch.db"), nil)
	if err != nil {
		return err
	}
	if err := errors.Join(s.play(ctx, db), db.Close()); err != nil {
		return err
	}
	defer progress("writing the report")()
	doc, err := s.page()
	if err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer) error{
		"launch.html": func(w io.Writer) error { return report.HTML(w, doc) },
		"launch.json": func(w io.Writer) error { return report.JSON(w, doc) },
		"launch.ics":  func(w io.Writer) error { return ical.Write(w, ical.FromTree(doc.Title, s.in.Tree, s.schedule, s.now)) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(outDir, name), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// open reads and checks every file, before anything is stored.
func open(w io.Writer, inDir string) (*story, error) {
	files, err := fs.Sub(embedded, "input")
	if err != nil {
		return nil, err
	}
	if inDir != "" {
		files = os.DirFS(inDir)
	}
	s := &story{out: w, asOf: civil.MustDate(2026, 4, 18)}
	moment := campaign.Moment{Date: civil.MustDate(2026, 3, 10), Clock: 9 * 60, Zone: "Europe/Berlin"}
	if s.launch, err = moment.Time(); err != nil {
		return nil, err
	}
	s.now = civil.MustDate(2026, 2, 12).At(9, 0, s.launch.Location())
	s.clock = s.now

	defer progress("reading files")()
	registry, err := kpi.Compile(metrics())
	if err != nil {
		return nil, err
	}
	s.in, err = folder.Read(files, folder.Options{
		ID: root, Name: "Spring launch 2026", Launch: moment, LaunchTask: "Launch", GateTask: "Go or no-go meeting", Tasks: []string{legalReview, pageBuild, nyVariant, goLive},
		Calendars: offices, Home: "berlin", Currency: money.EUR, Fiscal: fiscal.NRF(), Horizon: civil.Days(civil.MustDate(2026, 1, 4), civil.MustDate(2026, 12, 31)), Metrics: registry,
	})
	if err != nil {
		return nil, err
	}
	return s, s.readMoney(files)
}

// play opens a workspace over the store and tells the five acts.
func (s *story) play(ctx context.Context, st store.Store) (err error) {
	if s.ws, err = marops.Open(marops.Config{
		Store: st, Now: func() time.Time { return s.clock }, NewID: uuid.NewV7, Staff: s.in.Staff, Calendar: s.in.Calendar,
		Processes: map[string]*workflow.Process{"launch-page": s.in.Process}, Charts: map[string]*budget.Chart{bookName: s.in.Chart},
	}); err != nil {
		return err
	}
	for _, act := range []func(context.Context) error{s.canWeLaunch, s.legalSlips, s.priceChanges, s.whatMoneyAllows, s.whatItBrought} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.out, "\n%s\n", notice)
	return nil
}

// progress says on stderr what takes longer than a second.
func progress(what string) (done func()) {
	timer := time.AfterFunc(time.Second, func() { fmt.Fprintf(os.Stderr, "launch: %s …\n", what) })
	return func() { timer.Stop() }
}

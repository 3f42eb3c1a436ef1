// Long runs the loops that take longer than a build may: processes killed,
// random operations, power cuts, histories of many writers. It notes how far
// it came in a file and goes on from there, so it may be stopped at any time.
//
//	go run ./proof/long -resume long.json [-only store/kill] [-list]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/proof/durable"
)

// A loop is done in rounds, each with a number of its own as its seed, so that
// a round gives the same whenever it is run.
type loop struct {
	name   string
	what   string
	rounds int
	run    func(ctx context.Context, dir string, round int) (counts, error)
}

// counts are what rounds found, to be added up.
type counts map[string]int

// progress is what the file holds of one loop.
type progress struct {
	Rounds  int
	Found   counts
	Seconds float64
}

func main() {
	durable.Child()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "long:", err)
		os.Exit(1) //nolint:gocritic // nothing is deferred that matters
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("long", flag.ContinueOnError)
	resume := flags.String("resume", "long.json", "the file that notes how far the loops came")
	only := flags.String("only", "", "run only loops whose name begins with this")
	list := flags.Bool("list", false, "print the loops and how far they came, and end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	state, err := read(*resume)
	if err != nil {
		return err
	}
	for _, l := range loops() {
		if !strings.HasPrefix(l.name, *only) {
			continue
		}
		for !*list && state[l.name].Rounds < l.rounds && ctx.Err() == nil {
			next, err := l.round(ctx, state[l.name])
			if err != nil {
				return fmt.Errorf("%s round %d: %w", l.name, state[l.name].Rounds, err)
			}
			state[l.name] = next
			if err := write(*resume, state); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(out, l.line(state[l.name])); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (l loop) round(ctx context.Context, p progress) (next progress, err error) {
	dir, err := os.MkdirTemp("", "long")
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	start := time.Now()
	found, err := l.run(ctx, dir, p.Rounds)
	if err != nil {
		return p, err
	}
	next = progress{p.Rounds + 1, maps.Clone(p.Found), p.Seconds + time.Since(start).Seconds()}
	if next.Found == nil {
		next.Found = counts{}
	}
	for k, n := range found {
		next.Found[k] += n
	}
	return next, nil
}

// line is "store/kill  5000 processes killed: 5000 cycles, …".
func (l loop) line(p progress) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s %d of %d rounds, %.0f s: %s", l.name, p.Rounds, l.rounds, p.Seconds, l.what)
	for _, k := range slices.Sorted(maps.Keys(p.Found)) {
		fmt.Fprintf(&b, "; %d %s", p.Found[k], k)
	}
	return b.String()
}

func read(path string) (map[string]progress, error) {
	state := map[string]progress{}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return state, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	return state, err
}

// write replaces the file in one step, so that a stop leaves the old or the new.
func write(path string, state map[string]progress) error {
	text, err := json.MarshalIndent(state, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

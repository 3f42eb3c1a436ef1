// Command bench measures the library against others, side by side: it first
// checks that both give the same answers, then times them in turn, ours first and theirs first alternately,
// at least 15 pairs, and prints medians, the ratio with its 95 % interval, and
// allocations.
//
//	go run ./proof/bench [-only fsm] [-pairs 15]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
)

// duel is one comparison. Each side runs n operations.
type duel struct {
	name   string // "fsm/stateless"
	peer   string // module and version
	n      int    // operations a run, so that a run takes milliseconds
	warm   int    // operations before every run that are not timed
	check  func() error
	ours   func(n int)
	theirs func(n int)
	done   func() error // undoes what check set up; nil where that is nothing
}

func main() {
	only := flag.String("only", "", "only comparisons whose name begins with this")
	pairs := flag.Int("pairs", 15, "pairs of runs, at least 15")
	flag.Parse()
	if err := run(os.Stdout, *only, max(*pairs, 15)); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, only string, pairs int) error {
	runtime.LockOSThread()
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "comparison\tpeer\tours ns/op\ttheirs ns/op\tratio\t95 % interval\tours allocs\ttheirs allocs\t")
	for d := range duels() {
		if !strings.HasPrefix(d.name, only) {
			continue
		}
		if err := d.check(); err != nil {
			return fmt.Errorf("%s: answers differ: %w", d.name, err)
		}
		r := measure(d, pairs)
		if d.done != nil {
			if err := d.done(); err != nil {
				return fmt.Errorf("%s: %w", d.name, err)
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%.2f\t%.1f\t%.3gx\t%.3g-%.3g\t%.1f\t%.1f\t\n", d.name, d.peer, r.ours, r.theirs, r.ratio, r.low, r.high, r.ourAllocs, r.theirAllocs)
	}
	return table.Flush()
}

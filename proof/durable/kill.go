package durable

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"time"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

// These tell a re-executed program to be the process that is killed, and which.
const (
	killFile = "MAROPS_KILL_FILE"
	killBook = "MAROPS_KILL_BOOK"
)

// Child must be called first in every program that calls Kill or KillBook: the
// program is executed again as the process to be killed, and then Child does not
// return.
func Child() {
	for env, open := range map[string]opener{killFile: halvesOf, killBook: bookOf} {
		if path := os.Getenv(env); path != "" {
			fmt.Fprintln(os.Stderr, commitForever(context.Background(), path, open))
			os.Exit(1)
		}
	}
}

// An opener returns what commits once in a lane, and says how often that was by now.
type opener func(ctx context.Context, s store.Store) (commit [lanes]func(context.Context) (uint64, error), err error)

func halvesOf(ctx context.Context, s store.Store) (commit [lanes]func(context.Context) (uint64, error), err error) {
	for lane := range commit {
		h, err := openHalves(ctx, s, lane)
		if err != nil {
			return commit, err
		}
		commit[lane] = h.commit
	}
	return commit, nil
}

func commitForever(ctx context.Context, path string, open opener) error {
	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	commit, err := open(ctx, s)
	if err != nil {
		return err
	}
	errs := make(chan error)
	for lane := range lanes {
		go func() {
			for {
				n, err := commit[lane](ctx)
				if err == nil {
					_, err = fmt.Println(lane, n)
				}
				if err != nil {
					errs <- err
				}
			}
		}()
	}
	return <-errs
}

// KillReport says what the cycles of Kill found.
type KillReport struct {
	Cycles         int
	Commits        uint64
	Unacknowledged uint64 // committed, though the kill came before the answer
}

// Kill runs a process whose writers commit to the SQLite file, kills it with SIGKILL
// at a random moment and looks at what is left, cycles times. An acknowledged
// commit that is not there, and half of one that is, are errors. The file may
// be one of earlier cycles.
func Kill(ctx context.Context, path string, cycles int, seed uint64) (r KillReport, err error) {
	return kill(ctx, killFile, path, cycles, seed, verify)
}

// KillBook is Kill for a process whose writers post to a budget book.
func KillBook(ctx context.Context, path string, cycles int, seed uint64) (r KillReport, err error) {
	return kill(ctx, killBook, path, cycles, seed, verifyBook)
}

func kill(ctx context.Context, what, path string, cycles int, seed uint64, verify func(context.Context, store.Store) (acks, error)) (r KillReport, err error) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for ; r.Cycles < cycles; r.Cycles++ {
		acked, err := killOnce(ctx, what, path, 1+rng.IntN(40), time.Duration(rng.IntN(3000))*time.Microsecond)
		if err != nil {
			return r, fmt.Errorf("cycle %d: %w", r.Cycles, err)
		}
		found, err := lastCommits(ctx, path, verify)
		if err != nil {
			return r, fmt.Errorf("cycle %d: %w", r.Cycles, err)
		}
		r.Commits = 0
		for lane, n := range found {
			switch {
			case n < acked[lane]:
				return r, fmt.Errorf("cycle %d: %w: %d acknowledged, %d found", r.Cycles, errLost, acked[lane], n)
			case n > acked[lane]+1 && acked[lane] > 0:
				return r, fmt.Errorf("cycle %d: %d acknowledged, %d found: one commit at most was under way", r.Cycles, acked[lane], n)
			case acked[lane] > 0:
				r.Unacknowledged += n - acked[lane]
			}
			r.Commits += n
		}
	}
	return r, nil
}

// killOnce runs a child, waits for so many acknowledgements and a little
// longer, kills it, and returns the last numbers acknowledged; 0 for a lane
// from which nothing was heard.
func killOnce(ctx context.Context, what, path string, acks int, then time.Duration) (last acks, err error) {
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), what+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		return last, err
	}
	if err := child.Start(); err != nil {
		return last, err
	}
	lines := bufio.NewScanner(out)
	for seen := 1; lines.Scan(); seen++ {
		var lane int
		var n uint64
		if _, err := fmt.Sscanf(lines.Text(), "%d %d", &lane, &n); err != nil || lane < 0 || lane >= lanes {
			return last, errors.Join(fmt.Errorf("durable: the child said %q", lines.Text()), child.Process.Kill())
		}
		last[lane] = n
		if seen == acks {
			time.Sleep(then)
			if err := child.Process.Kill(); err != nil { // SIGKILL: no handler, no flush
				return last, err
			}
		}
	}
	err = child.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != -1 {
		return last, fmt.Errorf("durable: the child ended by itself: %w", err)
	}
	return last, lines.Err()
}

func lastCommits(ctx context.Context, path string, verify func(context.Context, store.Store) (acks, error)) (found acks, err error) {
	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return verify(ctx, s)
}

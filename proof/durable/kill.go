package durable

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/go-marops/marops/store/sqlitestore"
)

// killFile tells a re-executed program to be the process that is killed.
const killFile = "MAROPS_KILL_FILE"

// Child must be called first in every program that calls Kill: the program is
// executed again as the process to be killed, and then Child does not return.
func Child() {
	path := os.Getenv(killFile)
	if path == "" {
		return
	}
	fmt.Fprintln(os.Stderr, commitForever(context.Background(), path))
	os.Exit(1)
}

func commitForever(ctx context.Context, path string) error {
	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	h, err := openHalves(ctx, s)
	if err != nil {
		return err
	}
	for {
		n, err := h.commit(ctx)
		if err != nil {
			return err
		}
		if _, err := fmt.Println(n); err != nil {
			return err
		}
	}
}

// KillReport says what the cycles of Kill found.
type KillReport struct {
	Cycles         int
	Commits        uint64
	Unacknowledged uint64 // committed, though the kill came before the answer
}

// Kill runs a process that commits to the SQLite file, kills it with SIGKILL
// at a random moment and looks at what is left, cycles times. An acknowledged
// commit that is not there, and half of one that is, are errors. The file may
// be one of earlier cycles.
func Kill(ctx context.Context, path string, cycles int, seed uint64) (r KillReport, err error) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for ; r.Cycles < cycles; r.Cycles++ {
		acked, err := killOnce(ctx, path, 1+rng.IntN(40), time.Duration(rng.IntN(3000))*time.Microsecond)
		if err != nil {
			return r, fmt.Errorf("cycle %d: %w", r.Cycles, err)
		}
		found, err := lastCommit(ctx, path)
		switch {
		case err != nil:
			return r, fmt.Errorf("cycle %d: %w", r.Cycles, err)
		case found < acked:
			return r, fmt.Errorf("cycle %d: %w: %d acknowledged, %d found", r.Cycles, errLost, acked, found)
		case found > acked+1:
			return r, fmt.Errorf("cycle %d: %d acknowledged, %d found: one commit at most was under way", r.Cycles, acked, found)
		}
		r.Commits, r.Unacknowledged = found, r.Unacknowledged+found-acked
	}
	return r, nil
}

// killOnce runs a child, waits for so many acknowledgements and a little
// longer, kills it, and returns the last number acknowledged.
func killOnce(ctx context.Context, path string, acks int, then time.Duration) (last uint64, err error) {
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), killFile+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := child.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(out)
	for seen := 1; lines.Scan(); seen++ {
		if last, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
			return 0, errors.Join(err, child.Process.Kill())
		}
		if seen == acks {
			time.Sleep(then)
			if err := child.Process.Kill(); err != nil { // SIGKILL: no handler, no flush
				return 0, err
			}
		}
	}
	err = child.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != -1 {
		return 0, fmt.Errorf("durable: the child ended by itself: %w", err)
	}
	return last, lines.Err()
}

func lastCommit(ctx context.Context, path string) (n uint64, err error) {
	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return verifyHalves(ctx, s)
}

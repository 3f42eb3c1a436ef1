package durable

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

// Together lets many commit to a SQLite store at once, so that they share
// transactions, while the n-th call of the file system fails, for every n. One
// in three expects what is not there. Each commit must be there as a whole if
// it was acknowledged, and not at all if it was refused; and the store goes on
// working.
func Together(ctx context.Context, dir string) (FaultReport, error) {
	r := FaultReport{Method: "Commits at once"}
	for n := 1; ; n++ {
		struck, err := togetherOnce(ctx, dir, n, &r)
		if err != nil {
			return r, fmt.Errorf("durable: commits at once with a fault at call %d: %w", n, err)
		}
		if !struck {
			return r, nil
		}
		r.Faults++
	}
}

func togetherOnce(ctx context.Context, dir string, n int, r *FaultReport) (struck bool, err error) {
	const commits = 9
	work, err := os.MkdirTemp(dir, "together")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	path := filepath.Join(work, "store.db")
	// What another opener put there is not in the cache, so that statements read.
	seeded, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return false, err
	}
	if err = errors.Join(prepare(ctx, seeded), seeded.Close()); err != nil {
		return false, err
	}
	d := newDisk()
	s, closer, err := d.open(ctx, path, false)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, closer()) }()
	commit := func(i int, expect uint64) error {
		command := uuid.UUID{byte(i + 1), byte(expect), 14: 1}
		_, err := s.Commit(ctx, store.Batch{Tenant: tenant, Command: command, Changes: []store.Change{{
			Op: store.Put, Ref: ident.Ref{Kind: "one", ID: fmt.Sprint(i)}, Expect: expect, Schema: 1, State: make([]byte, 3000),
			Index:  []store.Entry{{Index: "by", Key: []byte{byte(i)}}},
			Events: []store.Event{{ID: ident.Derive(command, 1), Type: "made", Actor: "ann", At: moment}},
		}}})
		return err
	}
	d.mu.Lock()
	d.fail = d.calls + n
	d.mu.Unlock()
	var errs [commits]error
	var wg sync.WaitGroup
	for i := range commits {
		wg.Go(func() {
			expect := uint64(0)
			if i%3 == 2 {
				expect = 7
			}
			errs[i] = commit(i, expect)
		})
	}
	wg.Wait()
	d.mu.Lock()
	struck = d.calls >= d.fail
	d.fail = 0
	d.mu.Unlock()
	if err := commit(commits, 0); err != nil {
		return struck, fmt.Errorf("the next commit: %w", err)
	}
	return struck, judgeTogether(ctx, path, errs[:], r)
}

func judgeTogether(ctx context.Context, path string, errs []error, r *FaultReport) (err error) {
	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for i, failure := range errs {
		there, err := whole(ctx, s, i)
		conflict := errors.Is(failure, store.ErrConflict)
		unknown := errors.Is(failure, store.ErrUnknownOutcome)
		switch {
		case err != nil:
			return err
		case failure == nil && !there:
			return fmt.Errorf("commit %d was acknowledged and is not there", i)
		case failure != nil && !unknown && there:
			return fmt.Errorf("commit %d was refused with %w and is there", i, failure)
		case i%3 == 2 && there, conflict && i%3 != 2:
			return fmt.Errorf("commit %d has the outcome of another: %w", i, failure)
		case unknown:
			r.Unknown++
		case failure != nil && !conflict:
			r.Refused++
		}
	}
	return nil
}

// whole reports whether a commit is there, or an error if a part of it is.
func whole(ctx context.Context, s store.Store, i int) (bool, error) {
	ref := ident.Ref{Kind: "one", ID: fmt.Sprint(i)}
	got, err := s.Get(ctx, tenant, ref)
	if err != nil {
		return false, err
	}
	events, err := collect(s.History(ctx, tenant, ref, 0))
	if err != nil {
		return false, err
	}
	listed := 0
	for _, err := range s.List(ctx, tenant, store.Query{Index: "by", Prefix: []byte{byte(i)}}) {
		if err != nil {
			return false, err
		}
		listed++
	}
	there := got[0].Exists()
	if there != (len(events) == 1) || there != (listed == 1) {
		return false, fmt.Errorf("commit %d is torn: record %t, %d events, %d entries", i, there, len(events), listed)
	}
	return there, nil
}

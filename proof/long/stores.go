package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/go-marops/marops/proof/durable"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

func loops() []loop {
	return []loop{
		{"store/kill/sqlite", "processes killed while committing, nothing acknowledged lost, nothing torn", 50, kill},
		{"store/model/sqlite", "random operations equal to the in-memory store", 100, onSQLite(model)},
		{"store/linear/sqlite", "histories of 16 writers, linearizable", 100, onSQLite(linear)},
		{"store/tail/sqlite", "tails under 12 writers with the reader cut off, nothing missed", 20, onSQLite(tail)},
		{"store/model/postgres", "random operations equal to the in-memory store", 100, onPostgres(model)},
		{"store/linear/postgres", "histories of 16 writers, linearizable", 100, onPostgres(linear)},
		{"store/tail/postgres", "tails under 12 writers with the reader cut off, nothing missed", 20, onPostgres(tail)},
		{"store/power/sqlite", "power cuts before every call of the file system, nothing acknowledged lost", 50, power},
		approvals(),
		books(),
		{"budget/kill/sqlite", "processes killed while posting to a book, nothing acknowledged lost, chain and figures whole", 20, killBook},
		{"budget/writers/sqlite", "64 writers at four processes on one book, with faults and crashes, linearizable", 20, onSQLite(writers)},
		{"budget/writers/postgres", "64 writers at four processes on one book, with faults and crashes, linearizable", 20, onPostgres(writers)},
	}
}

func kill(ctx context.Context, dir string, round int) (counts, error) {
	r, err := durable.Kill(ctx, filepath.Join(dir, "store.db"), 100, uint64(round))
	return counts{"kills": r.Cycles, "commits": int(r.Commits), "committed but not acknowledged": int(r.Unacknowledged)}, err
}

func killBook(ctx context.Context, dir string, round int) (counts, error) {
	r, err := durable.KillBook(ctx, filepath.Join(dir, "store.db"), 100, uint64(round))
	return counts{"kills": r.Cycles, "commits": int(r.Commits), "committed but not acknowledged": int(r.Unacknowledged)}, err
}

func writers(ctx context.Context, s store.Store, round int) (counts, error) {
	r, err := durable.Book(ctx, []store.Store{s, s, s, s}, 64, 400, uint64(round))
	if err == nil {
		err = r.History.Check()
	}
	return counts{"calls": len(r.History), "lines": r.Lines, "refused": r.Refused, "repeated": r.Again, "crashes": r.Crashes}, err
}

func power(ctx context.Context, dir string, round int) (counts, error) {
	r, err := durable.Power(ctx, dir, 12, false, uint64(round))
	if err == nil && r.Lost > 0 {
		err = fmt.Errorf("%d cuts lost acknowledged commits", r.Lost)
	}
	return counts{"cuts": r.Cuts, "losses": r.Lost}, err
}

// work is a round on a store that was opened for it.
type work func(ctx context.Context, s store.Store, round int) (counts, error)

func onSQLite(work work) func(context.Context, string, int) (counts, error) {
	return func(ctx context.Context, dir string, round int) (counts, error) {
		s, err := sqlitestore.Open(ctx, filepath.Join(dir, "store.db"), nil)
		if err != nil {
			return nil, err
		}
		found, err := work(ctx, s, round)
		return found, errors.Join(err, s.Close())
	}
}

// onPostgres starts a server for each round; run from the root of the project.
func onPostgres(work work) func(context.Context, string, int) (counts, error) {
	return func(ctx context.Context, _ string, round int) (_ counts, err error) {
		p, err := durable.StartPostgres(ctx, "scripts/postgres")
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, p.Stop(context.WithoutCancel(ctx))) }()
		s, err := p.Open(ctx, "durable")
		if err != nil {
			return nil, err
		}
		found, err := work(ctx, s, round)
		return found, errors.Join(err, s.Close())
	}
}

func model(ctx context.Context, s store.Store, round int) (counts, error) {
	const ops = 10_000
	return counts{"operations": ops}, durable.Model(ctx, s, ops, uint64(round))
}

func linear(ctx context.Context, s store.Store, round int) (counts, error) {
	h, err := durable.Record(ctx, s, 16, 5000, uint64(round))
	if err != nil {
		return nil, err
	}
	return counts{"calls": len(h)}, h.Check()
}

func tail(ctx context.Context, s store.Store, round int) (counts, error) {
	r, err := durable.Tail(ctx, s, 12, 100, uint64(round))
	return counts{"events": r.Events, "seen again": r.Repeated, "restarts": r.Restarts}, err
}

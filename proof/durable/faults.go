package durable

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
	"github.com/go-marops/marops/store/sqlstore"
)

// FaultReport counts, for one call of the store, what came of the faults.
type FaultReport struct {
	Method  string
	Faults  int // of the file system, one at each of its calls
	Refused int // reported, and nothing applied
	Unknown int // reported as store.ErrUnknownOutcome
	Shrugs  int // of no consequence: the call succeeded
}

// Faults does every kind of call to a SQLite store while the n-th call of the
// file system fails, for every n. What a failed commit leaves must be all or
// nothing, and nothing unless its outcome was reported as unknown; a read
// returns everything or an error; and the store goes on working.
func Faults(ctx context.Context, dir string) ([]FaultReport, error) {
	var out []FaultReport
	for _, m := range faultyCalls() {
		r := FaultReport{Method: m.name}
		want, _, _, err := m.once(ctx, dir, 0)
		if err != nil {
			return out, fmt.Errorf("durable: %s without a fault: %w", m.name, err)
		}
		for n := 1; ; n++ {
			got, struck, failure, err := m.once(ctx, dir, n)
			if err == nil && struck {
				err = r.judge(want, got, failure)
			}
			if err != nil {
				return out, fmt.Errorf("durable: %s with a fault at call %d: %w", m.name, n, err)
			}
			if !struck {
				break
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// outcome is what a call left and, for a read, returned.
type outcome struct{ before, after, answer string }

func (r *FaultReport) judge(want, got outcome, failure error) error {
	r.Faults++
	switch {
	case failure == nil:
		r.Shrugs++
		if got.after != want.after || got.answer != want.answer {
			return fmt.Errorf("reported success, left\n%s\nand answered\n%s", got.after, got.answer)
		}
	case errors.Is(failure, store.ErrUnknownOutcome):
		r.Unknown++
		if got.after != want.before && got.after != want.after {
			return fmt.Errorf("left a partial state:\n%s", got.after)
		}
	default:
		r.Refused++
		if got.after != want.before {
			return fmt.Errorf("reported %w and left\n%s", failure, got.after)
		}
	}
	return nil
}

// faultyCall is one call of a store that holds what prepare put there.
type faultyCall struct {
	name string
	do   func(context.Context, *sqlstore.Store) (answer string, err error)
}

func faultyCalls() []faultyCall {
	id := func(n byte) uuid.UUID { return uuid.UUID{n, 15: 1} }
	thing := func(s string) ident.Ref { return ident.Ref{Kind: "thing", ID: s} }
	event := func(n byte) store.Event {
		return store.Event{ID: id(n), Type: "x", Actor: "ann", At: moment, Data: make([]byte, 6000), Personal: []byte("p")}
	}
	commit := func(changes ...store.Change) func(context.Context, *sqlstore.Store) (string, error) {
		return func(ctx context.Context, s *sqlstore.Store) (string, error) {
			_, err := s.Commit(ctx, store.Batch{Tenant: tenant, Command: id(100), Changes: changes})
			return "", err
		}
	}
	entry := []store.Entry{{Index: "by", Key: []byte("new")}}
	return []faultyCall{
		{"Commit of a creation", commit(store.Change{Op: store.Put, Ref: thing("new"), Schema: 1, State: make([]byte, 9000), Index: entry, Events: []store.Event{event(101)}})},
		{"Commit of all operations", commit(
			store.Change{Op: store.Put, Ref: thing("a"), Expect: 2, Schema: 1, State: []byte("changed"), Index: entry, Events: []store.Event{event(102), event(103)}},
			store.Change{Op: store.Append, Ref: thing("b"), Expect: 2, Events: []store.Event{event(104)}, ErasePersonal: []uint64{1}},
			store.Change{Op: store.Delete, Ref: thing("c"), Expect: 2},
			store.Change{Op: store.Check, Ref: thing("d"), Expect: 2})},
		{"Get", func(ctx context.Context, s *sqlstore.Store) (string, error) {
			got, err := s.Get(ctx, tenant, thing("a"), thing("b"), thing("none"))
			return fmt.Sprint(got), err
		}},
		{"List", func(ctx context.Context, s *sqlstore.Store) (out string, err error) {
			for r, err := range s.List(ctx, tenant, store.Query{Index: "by"}) {
				if err != nil {
					return "", err
				}
				out += fmt.Sprintln(r)
			}
			return out, nil
		}},
		{"History", func(ctx context.Context, s *sqlstore.Store) (string, error) {
			events, err := collect(s.History(ctx, tenant, thing("a"), 0))
			return fmt.Sprint(events), err
		}},
		{"Tail", func(ctx context.Context, s *sqlstore.Store) (string, error) {
			events, err := collect(s.Tail(ctx, tenant, store.Cursor{}))
			return fmt.Sprint(events), err
		}},
	}
}

func prepare(ctx context.Context, s store.Store) error {
	for i, name := range []string{"a", "b", "c", "d"} {
		for v := range uint64(2) {
			command := uuid.UUID{byte(i + 1), byte(v), 15: 1}
			e := store.Event{ID: ident.Derive(command, 1), Type: "made", Actor: "ann", At: moment, Data: make([]byte, 5000), Personal: []byte("who")}
			c := store.Change{
				Op: store.Put, Ref: ident.Ref{Kind: "thing", ID: name}, Expect: v, Schema: 1, State: make([]byte, 7000),
				Index: []store.Entry{{Index: "by", Key: []byte(name)}}, Events: []store.Event{e},
			}
			if _, err := s.Commit(ctx, store.Batch{Tenant: tenant, Command: command, Changes: []store.Change{c}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// once does the call on a store of its own with a fault at the n-th call of
// the file system, 0 for none. struck says whether it came to that; failure is
// what the call returned.
func (m faultyCall) once(ctx context.Context, dir string, n int) (out outcome, struck bool, failure, err error) {
	work, err := os.MkdirTemp(dir, "fault")
	if err != nil {
		return out, false, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	path := filepath.Join(work, "store.db")
	seeded, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return out, false, nil, err
	}
	if err = errors.Join(prepare(ctx, seeded), seeded.Close()); err != nil {
		return out, false, nil, err
	}
	if out.before, err = dump(ctx, path); err != nil {
		return out, false, nil, err
	}

	d := newDisk()
	s, closer, err := d.open(ctx, path, false)
	if err != nil {
		return out, false, nil, err
	}
	defer func() { err = errors.Join(err, closer()) }()
	d.mu.Lock()
	if n > 0 {
		d.fail = d.calls + n
	}
	d.mu.Unlock()
	out.answer, failure = m.do(ctx, s)
	d.mu.Lock()
	struck = n > 0 && d.calls >= d.fail
	d.fail = 0
	d.mu.Unlock()
	if n == 0 && failure != nil {
		return out, struck, failure, failure
	}
	if out.after, err = dump(ctx, path); err != nil {
		return out, struck, failure, err
	}
	// The store goes on: the fault has left nothing locked or half open.
	_, err = s.Commit(ctx, store.Batch{Tenant: "other", Command: uuid.UUID{1}, Changes: []store.Change{
		{Op: store.Put, Ref: ident.Ref{Kind: "thing", ID: "next"}, Schema: 1},
	}})
	return out, struck, failure, err
}

// dump reads everything in the file with another opener.
func dump(ctx context.Context, path string) (out string, err error) {
	s, err := sqlitestore.Open(ctx, path, &sqlitestore.Options{BusyTimeout: time.Second})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, q := range []store.Query{{Kind: "thing"}, {Index: "by"}} {
		for r, err := range s.List(ctx, tenant, q) {
			if err != nil {
				return "", err
			}
			out += fmt.Sprintln(q.Index, r.Ref, r.Version, r.AsOf, len(r.State), r.Index)
		}
	}
	for e, err := range s.Tail(ctx, tenant, store.Cursor{}) {
		if err != nil {
			return "", err
		}
		out += fmt.Sprintln(e.ID, e.Ref, e.Version, len(e.Data), len(e.Personal))
	}
	return out, nil
}

package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver on both sides

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
	"github.com/go-marops/marops/store/sqlstore"
)

// campaignBatch is the n-th save of a campaign: a state of 1 KiB, an event of
// 300 bytes and two index entries, one of which moves.
func campaignBatch(id string, n uint64) store.Batch {
	var command uuid.UUID
	copy(command[8:], id)
	binary.BigEndian.PutUint64(command[:], n)
	return store.Batch{Tenant: "acme", Command: command, Changes: []store.Change{{
		Op: store.Put, Ref: ident.Ref{Kind: "campaign", ID: id}, Expect: n - 1, Schema: 1, State: campaignState[:],
		Index:  []store.Entry{{Index: "due", Key: dueKey}, {Index: "saved", Key: store.Tuple(store.Int(int64(n)))}},
		Events: []store.Event{{ID: ident.Derive(command, 1), Type: "saved", Actor: "ann", At: time.Unix(1, 0), Data: campaignState[:300]}},
	}}}
}

var (
	campaignState [1024]byte
	dueKey        = store.Tuple(store.Text("ann"), store.Int(20500))
)

// saver saves campaigns, writers of them at once, n times in all.
type saver struct {
	writer []uint64 // saves so far, of each writer's campaign
	save   func(id string, n uint64) error
}

func (s *saver) run(n int) {
	var wg sync.WaitGroup
	for w := range s.writer {
		wg.Go(func() {
			for range n / len(s.writer) {
				s.writer[w]++
				if err := s.save(fmt.Sprintf("c%02d", w), s.writer[w]); err != nil {
					panic(err) // the check has passed
				}
			}
		})
	}
	wg.Wait()
}

// sqliteDuel sets the store on SQLite against a loop that writes the same rows
// with the bare driver: no command looked up, no record read, no batch checked.
func sqliteDuel(writers int) duel {
	ctx := context.Background()
	var dir string
	var s *sqlitestore.Store
	var raw *rawLoop
	ours := &saver{make([]uint64, writers), func(id string, n uint64) error {
		_, err := s.Commit(ctx, campaignBatch(id, n))
		return err
	}}
	theirs := &saver{make([]uint64, writers), func(id string, n uint64) error { return raw.save(ctx, id, n) }}
	return duel{
		name: fmt.Sprintf("store/sqlite-%d", writers), peer: "the same rows by the bare driver, FULL", n: 320,
		check: func() (err error) {
			if dir, err = os.MkdirTemp("", "bench"); err != nil {
				return err
			}
			if s, err = sqlitestore.Open(ctx, filepath.Join(dir, "ours.db"), nil); err != nil {
				return err
			}
			if raw, err = openRaw(ctx, filepath.Join(dir, "theirs.db")); err != nil {
				return err
			}
			ours.run(2 * writers)
			theirs.run(2 * writers)
			return sameRows(ctx, dir)
		},
		ours: ours.run, theirs: theirs.run,
		done: func() error { return errors.Join(s.Close(), raw.db.Close(), os.RemoveAll(dir)) },
	}
}

// rawLoop is what a program would write that needs nothing but these rows.
type rawLoop struct {
	mu    sync.Mutex
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openRaw(ctx context.Context, path string) (*rawLoop, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, sqlstore.Schema(sqlstore.SQLite())); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	conn, err := db.Conn(ctx)
	return &rawLoop{db: db, conn: conn, stmts: map[string]*sql.Stmt{}}, err
}

func (r *rawLoop) exec(ctx context.Context, query string, args ...any) error {
	stmt := r.stmts[query]
	if stmt == nil {
		var err error
		if stmt, err = r.conn.PrepareContext(ctx, query); err != nil {
			return err
		}
		r.stmts[query] = stmt
	}
	_, err := stmt.ExecContext(ctx, args...)
	return err
}

func (r *rawLoop) save(ctx context.Context, id string, n uint64) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := campaignBatch(id, n)
	c := b.Changes[0]
	e := c.Events[0]
	entries := make([]byte, 0, 64) // packed as the store does
	for _, x := range c.Index {
		entries = append(append(append(append(entries, byte(len(x.Index))), x.Index...), byte(len(x.Key))), x.Key...)
	}
	steps := []error{r.exec(ctx, "BEGIN IMMEDIATE")}
	if n == 1 {
		steps = append(steps, r.exec(ctx, "INSERT INTO marops_records (tenant, kind, id, version, last, as_of, schema, state, entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"acme", c.Ref.Kind, id, n, n, n, 1, c.State, entries),
			r.exec(ctx, "INSERT INTO marops_entries (tenant, name, key, kind, id) VALUES (?, ?, ?, ?, ?)", "acme", "due", c.Index[0].Key, c.Ref.Kind, id))
	} else {
		steps = append(steps, r.exec(ctx, "UPDATE marops_records SET version = ?, last = ?, as_of = ?, schema = ?, state = ?, entries = ? WHERE tenant = ? AND kind = ? AND id = ? AND version = ?",
			n, n, n, 1, c.State, entries, "acme", c.Ref.Kind, id, n-1),
			r.exec(ctx, "DELETE FROM marops_entries WHERE tenant = ? AND name = ? AND key = ? AND kind = ? AND id = ?",
				"acme", "saved", store.Tuple(store.Int(int64(n-1))), c.Ref.Kind, id))
	}
	steps = append(steps, r.exec(ctx, "INSERT INTO marops_entries (tenant, name, key, kind, id) VALUES (?, ?, ?, ?, ?)", "acme", "saved", c.Index[1].Key, c.Ref.Kind, id),
		r.finish(ctx, b, e, n))
	return errors.Join(steps...)
}

// finish writes the event of a batch, the n-th of its record, and the command, and
// commits.
func (r *rawLoop) finish(ctx context.Context, b store.Batch, e store.Event, n uint64) error {
	ref := b.Changes[0].Ref
	receipt, err := store.Receipt{Command: b.Command, Versions: []store.RefVersion{{Ref: ref, Version: n}}, Cursor: store.SequenceCursor("acme", n, e.ID)}.MarshalBinary()
	return errors.Join(err,
		r.exec(ctx, "INSERT INTO marops_events (tenant, kind, id, version, event, type, actor, schema, at, data, personal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"acme", ref.Kind, ref.ID, n, e.ID[:], e.Type, string(e.Actor), e.Schema, e.At.UnixNano(), e.Data, []byte{}),
		r.exec(ctx, "INSERT INTO marops_commands (tenant, command, digest, at, receipt) VALUES (?, ?, ?, ?, ?)", "acme", b.Command[:], b.Digest[:], time.Now().UnixNano(), receipt),
		r.exec(ctx, "COMMIT"))
}

// sameRows compares the two files.
func sameRows(ctx context.Context, dir string) error {
	var dumps [2]string
	for i, name := range []string{"ours.db", "theirs.db"} {
		s, err := sqlitestore.Open(ctx, filepath.Join(dir, name), nil)
		if err != nil {
			return err
		}
		for r, err := range s.List(ctx, "acme", store.Query{Index: "saved"}) {
			if err != nil {
				return err
			}
			r.Cursor = store.Cursor{}
			dumps[i] += fmt.Sprintln(r)
			for e, err := range s.History(ctx, "acme", r.Ref, 0) {
				if err != nil {
					return err
				}
				dumps[i] += fmt.Sprintln(e)
			}
		}
		if err := s.Close(); err != nil {
			return err
		}
	}
	if dumps[0] != dumps[1] || dumps[0] == "" {
		return fmt.Errorf("rows differ:\n%s\n%s", dumps[0], dumps[1])
	}
	return nil
}

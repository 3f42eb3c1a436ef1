// Usertx books an order in the application's own table and approves a campaign
// in one transaction of the application: both are there, or neither.
//
//	go run ./examples/usertx
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the application's choice of a driver

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlstore"
)

type campaign struct{ Name, Status string }

var campaigns = store.JSON[campaign]("campaign", 1)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "usertx:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "usertx")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	// The application's database, with a table of its own.
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "app.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "CREATE TABLE orders (campaign TEXT PRIMARY KEY, cents INTEGER NOT NULL CHECK (cents <= 500000))"); err != nil {
		return err
	}
	s, err := sqlstore.Open(ctx, db, sqlstore.SQLite(), nil) // adds its tables, all named marops_…
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()

	for i, cents := range []int{990_000, 420_000} {
		if err := approve(ctx, db, s, uuid.UUID{byte(i + 1)}, cents); err != nil {
			fmt.Fprintf(out, "%7d cents: refused by the orders table\n", cents)
		} else {
			fmt.Fprintf(out, "%7d cents: ordered and approved\n", cents)
		}
		if err := show(ctx, out, db, s); err != nil {
			return err
		}
	}
	return nil
}

// approve writes in both worlds. Whatever fails, the one Rollback undoes all.
func approve(ctx context.Context, db *sql.DB, s *sqlstore.Store, command uuid.UUID, cents int) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	c := store.Command{ID: command, Tenant: "acme", Actor: "ann", At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	_, err = store.Update(ctx, s.Join(tx), c, func(u *store.Unit) error {
		return campaigns.Save(u, "spring", campaign{"Spring sale", "approved"}, store.Event{Type: "campaign.approved"})
	})
	if err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, "INSERT INTO orders VALUES ('spring', ?)", cents); err != nil {
		return err
	}
	return tx.Commit() // durable now
}

func show(ctx context.Context, out io.Writer, db *sql.DB, s store.Store) error {
	var orders int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM orders").Scan(&orders); err != nil {
		return err
	}
	status := "not there"
	err := store.View(ctx, s, "acme", func(u *store.Unit) error {
		c, err := campaigns.Load(u, "spring")
		if err == nil {
			status = c.Status
		}
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	_, err = fmt.Fprintf(out, "               orders: %d, campaign: %s\n", orders, status)
	return err
}

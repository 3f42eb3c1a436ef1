// Package pgstore keeps a [store.Store] in a PostgreSQL database, with the
// driver pgx. A commit is one statement and one round trip.
//
//	s, err := pgstore.Open(ctx, "postgres://app@db/app", nil) // creates or migrates the tables
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	receipt, err := store.Update(ctx, s, command, approve)
//
//	tx, err := pool.Begin(ctx)                                // or in a transaction of your own:
//	receipt, err = store.Update(ctx, s.Join(tx), command, approve)
//	_, err = tx.Exec(ctx, "UPDATE my_table SET …")
//	err = tx.Commit(ctx)                                       // durable now, both or neither
//
// The tables are named marops_… and are those of sqlstore with
// sqlstore.Postgres(); both may work on one database at once, in any number of
// processes. [sqlstore.Schema] returns their definition.
//
// # Commits
//
// The SQL function marops_commit locks the command and every record of the
// batch, absent ones too, in one order that all commits share, then checks,
// then writes. So commits of different records run side by side, and those of
// the same records wait for each other instead of failing. The pool's
// connections must be READ COMMITTED, which is the default. A pool behind a
// transaction pooler such as PgBouncer works if its DefaultQueryExecMode is
// pgx.QueryExecModeExec, and Options.Listen goes around the pooler.
//
// # The tail
//
// A reader that polls for sequence numbers greater than the last it saw loses
// events, as transactions commit in another order than they draw numbers. Tail
// goes by transaction id and ends where the oldest open one that has written
// something begins; it never skips. The price is that a transaction that stays
// open, anywhere on the server, holds the tail back until it ends:
// [Store.TailLag] says how far, since when, and who it is.
//
// Transaction ids belong to a server. Where a dump was restored into another
// one, whose ids are lower, Tail returns an error that says what to do.
package pgstore

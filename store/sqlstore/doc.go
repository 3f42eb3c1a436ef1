// Package sqlstore keeps a [store.Store] in a SQL database through
// database/sql. It brings no driver: the application chooses one. The dialects
// are [SQLite], which package sqlitestore opens in one call, and [Postgres],
// for which package pgstore is the faster adapter on the same tables.
//
//	db, err := sql.Open("sqlite", "file:app.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
//	s, err := sqlstore.Open(ctx, db, sqlstore.SQLite(), nil) // creates or migrates the tables
//	receipt, err := store.Update(ctx, s, command, approve)
//
//	tx, err := db.BeginTx(ctx, nil)                     // or in a transaction of your own:
//	receipt, err = store.Update(ctx, s.Join(tx), command, approve)
//	_, err = tx.ExecContext(ctx, "UPDATE my_table SET …")
//	err = tx.Commit()                                    // durable now, both or neither
//
// The tables are named marops_… and may live beside the application's own.
// [Schema] returns their definition for those who run migrations themselves.
//
// On SQLite, commits take turns on a connection that the store keeps, in BEGIN
// IMMEDIATE; those that wait for a turn share the next transaction, each behind
// a savepoint, so that the disk is waited for once. A deferred transaction would fail with
// SQLITE_BUSY_SNAPSHOT when it turns from reading to writing, which no busy
// timeout helps against, and a pool could hand ROLLBACK to another caller's
// transaction.
//
// On PostgreSQL they run side by side, each on a connection of the pool and
// READ COMMITTED, under locks on the command and the records that they name.
// The order of the events is that of transaction ids, and Tail ends where the
// oldest open transaction of the server begins.
package sqlstore

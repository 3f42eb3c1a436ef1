// Package sqlitestore keeps a [store.Store] in one SQLite file, with the
// driver modernc.org/sqlite, which needs no cgo.
//
//	s, err := sqlitestore.Open(ctx, "campaigns.db", nil)
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	receipt, err := store.Update(ctx, s, command, approve)
//
// The file is in WAL mode with synchronous=FULL: what Commit acknowledged
// survives a crash of the process and a loss of power. Several processes may
// open the same file on one machine; their commits take turns. Do not put it
// on a network file system.
//
// Erased personal data are overwritten (secure_delete), and gone from the disk
// at the next checkpoint, at the latest when the last opener closes the file;
// copies and backups are the host's to deal with.
package sqlitestore

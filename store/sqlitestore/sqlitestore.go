package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlstore"
)

// Options of Open. nil and the zero value take the defaults.
type Options struct {
	// Readers is how many connections read at once; 0 means 4.
	Readers int
	// BusyTimeout is how long a commit waits for another process's; 0 means
	// ten seconds.
	BusyTimeout time.Duration
	// Relaxed sets synchronous=NORMAL: faster commits, of which a loss of
	// power, though not a crash of the process, may undo the last ones.
	Relaxed bool
}

// Store is a store.Store in a SQLite file. It is safe for concurrent use.
type Store struct {
	*sqlstore.Store
	writer, readers *sql.DB
}

// Open opens the file, creating it if it is not there, and brings its tables
// up to date. There is no in-memory form: use store.NewMemory.
func Open(ctx context.Context, path string, o *Options) (*Store, error) {
	if o == nil {
		o = new(Options)
	}
	if path == "" || path == ":memory:" {
		return nil, &store.InvalidError{Subject: "sqlitestore", Reason: fmt.Sprintf("path %q is not a file", path)}
	}
	if o.Readers < 0 || o.BusyTimeout < 0 {
		return nil, &store.InvalidError{Subject: "sqlitestore", Reason: "readers and busy timeout are not negative"}
	}
	busy := o.BusyTimeout
	if busy == 0 {
		busy = 10 * time.Second
	}
	synchronous := "FULL"
	if o.Relaxed {
		synchronous = "NORMAL"
	}
	wait := fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds())
	writer, err := sql.Open("sqlite", dsn(path, wait, "journal_mode(WAL)", "synchronous("+synchronous+")", "secure_delete(1)"))
	if err != nil {
		return nil, fmt.Errorf("sqlitestore: %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	readers, err := sql.Open("sqlite", dsn(path, wait, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqlitestore: %s: %w", path, err), writer.Close())
	}
	n := o.Readers
	if n == 0 {
		n = 4
	}
	readers.SetMaxOpenConns(n)
	readers.SetMaxIdleConns(n) // a closed connection takes its page cache along
	inner, err := sqlstore.Open(ctx, writer, sqlstore.SQLite(), &sqlstore.Options{Readers: readers})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqlitestore: %s: %w", path, err), readers.Close(), writer.Close())
	}
	return &Store{Store: inner, writer: writer, readers: readers}, nil
}

// Close closes the file. Commits that have begun are finished first.
func (s *Store) Close() error {
	return errors.Join(s.Store.Close(), s.readers.Close(), s.writer.Close())
}

// dsn writes the file's URI. The path is escaped, so that no character of it
// is taken for a parameter.
func dsn(path string, pragmas ...string) string {
	segments := strings.Split(filepath.ToSlash(path), "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return "file:" + strings.Join(segments, "/") + "?" + url.Values{"_pragma": pragmas}.Encode()
}

package durable

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	_ "github.com/ncruces/go-sqlite3/driver" // registers the driver "sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/go-marops/marops/store/sqlstore"
)

// disks numbers the file systems, which SQLite knows by name.
var disks atomic.Int64

// open returns the store on a file of the disk, with the settings of
// sqlitestore except, if relaxed, synchronous=NORMAL.
func (d *disk) open(ctx context.Context, path string, relaxed bool) (_ *sqlstore.Store, closer func() error, err error) {
	name := fmt.Sprint("durable-", disks.Add(1))
	vfs.Register(name, d)
	synchronous := "FULL"
	if relaxed {
		synchronous = "NORMAL"
	}
	db, err := sql.Open("sqlite3", "file:"+path+"?vfs="+name+"&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(20)&_pragma=synchronous("+synchronous+")")
	if err != nil {
		vfs.Unregister(name)
		return nil, nil, err
	}
	db.SetMaxOpenConns(2)
	s, err := sqlstore.Open(ctx, db, sqlstore.SQLite(), nil)
	closer = func() error {
		defer vfs.Unregister(name)
		if s == nil {
			return db.Close()
		}
		return errors.Join(s.Close(), db.Close())
	}
	if err != nil {
		return nil, nil, errors.Join(err, closer())
	}
	return s, closer, nil
}

// PowerReport says what the cuts of Power found.
type PowerReport struct {
	Cuts  int
	Lost  int // cuts after which an acknowledged commit was gone
	Calls int // of the file system during one run
}

// Power lets writers commit a number of times each to a SQLite store on a disk that loses its
// power before the n-th call of the file system, for every n, and opens what
// is left on it with sqlitestore. What is torn is an error; acknowledged
// commits that are gone are counted, because with relaxed (synchronous=NORMAL)
// there must be some.
//
// The statements and pragmas are the product's; the engine that runs them is
// SQLite as built by ncruces/go-sqlite3, whose file system is open to Go. So
// it proves the order of writes and syncs of SQLite and of this schema, not
// the system calls of the modernc driver.
func Power(ctx context.Context, dir string, commits int, relaxed bool, seed uint64) (r PowerReport, err error) {
	for cut := 1; ; cut++ {
		acked, calls, image, err := cutOnce(ctx, dir, commits, cut, relaxed, seed)
		if err != nil {
			return r, fmt.Errorf("power cut at call %d: %w", cut, err)
		}
		if image == "" {
			r.Calls = calls
			return r, nil
		}
		found, err := lastCommits(ctx, filepath.Join(image, "store.db"), verify)
		if err != nil {
			return r, fmt.Errorf("power cut at call %d: %w", cut, err)
		}
		r.Cuts++
		for lane, n := range found {
			if n < acked[lane] {
				r.Lost++
				break
			}
		}
		if err := os.RemoveAll(image); err != nil {
			return r, err
		}
	}
}

// cutOnce returns which commits had been acknowledged when the power went,
// and the folder of what was on the disk; "" if the run ended before.
func cutOnce(ctx context.Context, dir string, commits, cut int, relaxed bool, seed uint64) (acked acks, calls int, image string, err error) {
	work, err := os.MkdirTemp(dir, "disk")
	if err != nil {
		return acked, 0, "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	d := newDisk()
	var last [lanes]atomic.Uint64
	var over atomic.Bool // the power is gone
	var failed error
	d.cut = cut
	d.onCut = func() {
		for lane := range acked {
			acked[lane] = last[lane].Load()
		}
		over.Store(true)
		if image, failed = os.MkdirTemp(dir, "image"); failed == nil {
			failed = d.image(image, rand.New(rand.NewPCG(seed, uint64(cut))))
		}
	}
	s, closer, err := d.open(ctx, filepath.Join(work, "store.db"), relaxed)
	if err != nil {
		return acked, 0, "", err
	}
	errs := make([]error, lanes)
	var wg sync.WaitGroup
	for lane := range lanes {
		wg.Go(func() {
			h, err := openHalves(ctx, s, lane)
			for n := uint64(0); err == nil && n < uint64(commits) && !over.Load(); {
				if n, err = h.commit(ctx); err == nil {
					last[lane].Store(n)
				}
			}
			errs[lane] = err
		})
	}
	wg.Wait()
	d.mu.Lock()
	calls = d.calls
	if image == "" {
		d.cut = 0 // what closing does is not part of the run
	}
	d.mu.Unlock()
	return acked, calls, image, errors.Join(errors.Join(errs...), failed, closer())
}

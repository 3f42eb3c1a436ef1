package pgstore

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Wait implements store.Waiter. Notifications wake it; while transactions are
// open that may settle without one, and while no notification can be had, it
// looks for itself, ever less often.
func (s *Store) Wait(ctx context.Context, t ident.Tenant, after store.Cursor) error {
	if moved, err := s.Behind(ctx, t, after); moved || err != nil {
		return err
	}
	s.listener.join()
	defer s.listener.leave()
	for pause := time.Millisecond; ; pause = min(2*pause, s.check) {
		signal, listening := s.listener.signal(t)
		// In this order: who begins to write after the first look notifies us,
		// and who was done before it is seen by the second.
		open, err := s.open(ctx)
		if err != nil {
			return err
		}
		if moved, err := s.Behind(ctx, t, after); moved || err != nil {
			return err
		}
		if listening && !open {
			pause = s.check
		} else {
			pause = min(pause, s.check, 250*time.Millisecond)
		}
		timer := time.NewTimer(pause)
		select {
		case <-signal:
			pause = time.Millisecond // the notification may be ahead of the horizon
		case <-timer.C:
		case <-ctx.Done():
		case <-s.listener.ended:
			timer.Stop()
			return errClosed
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// open reports whether any transaction that has written something is open: one
// that holds the lock on its id. A snapshot would not show the youngest.
func (s *Store) open(ctx context.Context) (open bool, err error) {
	err = s.pool.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted)").Scan(&open)
	if err != nil {
		return false, failed(ctx, "wait", err)
	}
	return open, nil
}

// linger is how long the connection is kept when nobody waits: a reader that
// follows the tail is back in a moment.
const linger = 2 * time.Second

// listener keeps one connection for all who wait, as long as there are any,
// and tells them of notifications.
type listener struct {
	pool   *pgxpool.Pool
	config *pgx.ConnConfig // nil: that of the pool
	ended  chan struct{}   // closed by close

	mu        sync.Mutex
	waiting   int
	leaving   *time.Timer        // ends run when nobody waits for a while
	stop      context.CancelFunc // ends run; nil when it does not
	done      chan struct{}      // closed when run ends
	listening bool
	since     time.Time                      // when it began to
	signals   map[ident.Tenant]chan struct{} // closed by the next notification
}

func newListener(pool *pgxpool.Pool, dsn string) (*listener, error) {
	l := &listener{pool: pool, ended: make(chan struct{}), signals: make(map[ident.Tenant]chan struct{})}
	if dsn == "" {
		return l, nil
	}
	var err error
	l.config, err = pgx.ParseConfig(dsn)
	return l, err
}

func (l *listener) join() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting++
	if l.leaving != nil {
		l.leaving.Stop()
		l.leaving = nil
	}
	if l.stop != nil {
		return
	}
	select {
	case <-l.ended:
		return
	default:
	}
	ctx, stop := context.WithCancel(context.Background())
	l.stop, l.done = stop, make(chan struct{})
	go l.run(ctx, l.done)
}

func (l *listener) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting--; l.waiting > 0 {
		return
	}
	clear(l.signals) // nobody holds one
	l.leaving = time.AfterFunc(linger, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.waiting == 0 && l.stop != nil {
			l.stop()
			l.stop = nil
		}
	})
}

func (l *listener) close() {
	l.mu.Lock()
	select {
	case <-l.ended:
	default:
		close(l.ended)
	}
	stop, done := l.stop, l.done
	l.stop = nil
	l.mu.Unlock()
	if stop != nil {
		stop()
	}
	if done != nil {
		<-done
	}
}

// signal returns what the tenant's next notification closes, and whether all
// that commit know by now that they have to send one.
func (l *listener) signal(t ident.Tenant) (<-chan struct{}, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.signals[t]
	if s == nil {
		s = make(chan struct{})
		l.signals[t] = s
	}
	return s, l.listening && time.Since(l.since) > 2*hearsayAge
}

// notify wakes those who wait for the tenant.
func (l *listener) notify(t ident.Tenant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.signals[t]; s != nil {
		close(s)
		delete(l.signals, t)
	}
}

// set says whether notifications arrive, and wakes all to look once more.
func (l *listener) set(listening bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listening, l.since = listening, time.Now()
	for t, s := range l.signals {
		close(s)
		delete(l.signals, t)
	}
}

// run listens until it is stopped, and connects again when it has to.
func (l *listener) run(ctx context.Context, done chan struct{}) {
	defer close(done)
	for pause := 10 * time.Millisecond; ctx.Err() == nil; pause = min(2*pause, time.Second) {
		conn, err := l.connect(ctx)
		if err == nil {
			pause = 10 * time.Millisecond
			l.set(true)
			for err == nil {
				var n *pgconn.Notification
				if n, err = conn.WaitForNotification(ctx); err == nil {
					l.notify(ident.Tenant(n.Payload))
				}
			}
			l.set(false)
			_ = conn.Close(context.WithoutCancel(ctx))
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// connect listens on a connection of its own and holds the lock that says so;
// see marops_heard in the schema.
func (l *listener) connect(ctx context.Context) (*pgx.Conn, error) {
	config := l.config
	if config == nil {
		of := l.pool.Config()
		config = of.ConnConfig
		if of.BeforeConnect != nil {
			if err := of.BeforeConnect(ctx, config); err != nil {
				return nil, err
			}
		}
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{"LISTEN marops", "SELECT pg_advisory_lock_shared(7881703480435174259)"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			_ = conn.Close(context.WithoutCancel(ctx))
			return nil, err
		}
	}
	return conn, nil
}

package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
)

var errNetwork = errors.New("the network failed")

// network fails at its n-th use, and for good the connection that it was.
type network struct {
	left atomic.Int64 // uses until the failure; none if it was negative before
	hit  atomic.Bool
}

// wire is a connection of a network that may fail.
type wire struct {
	net.Conn
	of   *network
	dead atomic.Bool
}

func (w *wire) fails() bool {
	if w.dead.Load() {
		return true
	}
	if w.of.left.Add(-1) == 0 {
		w.of.hit.Store(true)
		w.dead.Store(true)
		_ = w.Close()
	}
	return w.dead.Load()
}

// Write loses what it was given: the server never sees it.
func (w *wire) Write(b []byte) (int, error) {
	if w.fails() {
		return 0, errNetwork
	}
	return w.Conn.Write(b)
}

// Read loses what has come: the server has done the work.
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if w.fails() {
		return 0, errNetwork
	}
	return n, err
}

// TestNetworkFaults fails the n-th use of the network, for every n, while each
// method of the store runs, and looks through another connection what became
// of it.
func TestNetworkFaults(t *testing.T) {
	var faulty network
	pool := schema(t)
	sound := open(t, pool)
	config := pool.Config()
	config.MaxConns = 2
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &wire{Conn: conn, of: &faulty}, nil
	}
	b := func(n int) store.Batch {
		out := store.Batch{Tenant: acme, Command: id(n)}
		for i := range 3 {
			out.Changes = append(out.Changes, store.Change{
				Op: store.Put, Ref: ident.Ref{Kind: "thing", ID: fmt.Sprint(n, "-", i)}, Schema: 1, State: []byte("state"),
				Index: []store.Entry{{Index: "by", Key: fmt.Append(nil, n)}}, Events: []store.Event{event(id(n), i+1)},
			})
		}
		return out
	}
	// commit checks what the store says of batch n against what is there.
	commit := func(s store.Store, n int) error {
		_, err := s.Commit(t.Context(), b(n))
		faulty.left.Store(0)
		got, getErr := sound.Get(t.Context(), acme, b(n).Changes[0].Ref, b(n).Changes[1].Ref, b(n).Changes[2].Ref)
		require.NoError(t, getErr)
		require.Equal(t, got[0].Version, got[1].Version, "half a commit")
		require.Equal(t, got[0].Version, got[2].Version, "half a commit")
		applied := got[0].Exists()
		switch {
		case err == nil:
			require.True(t, applied, "an acknowledged commit is lost")
		case !errors.Is(err, store.ErrUnknownOutcome):
			require.False(t, applied, "an error that says nothing was applied lies: %v", err)
		}
		again, againErr := s.Commit(t.Context(), b(n))
		require.NoError(t, againErr, "the next commit must work")
		require.Equal(t, applied, again.Replayed)
		require.Len(t, again.Versions, 3)
		return err
	}
	drain := func(err error) error {
		if err != nil && !errors.Is(err, errNetwork) {
			assert.NotErrorIs(t, err, store.ErrCursor)
		}
		return err
	}
	reads := map[string]func(s *pgstore.Store) error{
		"get": func(s *pgstore.Store) error { _, err := s.Get(t.Context(), acme, thing); return drain(err) },
		"list": func(s *pgstore.Store) error {
			for _, err := range s.List(t.Context(), acme, store.Query{Index: "by"}) {
				if err != nil {
					return drain(err)
				}
			}
			return nil
		},
		"tail": func(s *pgstore.Store) error {
			for _, err := range s.Tail(t.Context(), acme, store.Cursor{}) {
				if err != nil {
					return drain(err)
				}
			}
			return nil
		},
		"history": func(s *pgstore.Store) error {
			for _, err := range s.History(t.Context(), acme, b(1).Changes[0].Ref, 0) {
				if err != nil {
					return drain(err)
				}
			}
			return nil
		},
		"prune": func(s *pgstore.Store) error {
			_, err := s.PruneCommands(t.Context(), store.MinRemembered)
			return drain(err)
		},
		"wait": func(s *pgstore.Store) error { return drain(s.Wait(t.Context(), acme, store.Cursor{})) },
		"lag":  func(s *pgstore.Store) error { _, err := s.TailLag(t.Context()); return drain(err) },
	}
	n, unknown, refused := 0, 0, 0
	// fresh gives a store whose network fails at the given use from now on,
	// with connections that are warm, or none yet.
	fresh := func(warm bool, use int64) (*pgstore.Store, func()) {
		faulty.left.Store(0)
		p, err := pgxpool.NewWithConfig(t.Context(), config)
		require.NoError(t, err)
		s, err := pgstore.OpenPool(t.Context(), p, nil)
		require.NoError(t, err)
		if warm {
			n++
			_, err := s.Commit(t.Context(), b(n))
			require.NoError(t, err)
		} else {
			p.Reset()
		}
		faulty.hit.Store(false)
		faulty.left.Store(use)
		return s, func() {
			faulty.left.Store(0)
			require.NoError(t, s.Close())
			p.Close()
		}
	}
	for _, warm := range []bool{false, true} {
		for use := int64(1); ; use++ {
			s, done := fresh(warm, use)
			n++
			switch err := commit(s, n); {
			case errors.Is(err, store.ErrUnknownOutcome):
				unknown++
			case err != nil:
				refused++
			}
			hit := faulty.hit.Load()
			done()
			if !hit {
				break
			}
			require.Less(t, use, int64(200))
		}
		for name, read := range reads {
			for use := int64(1); ; use++ {
				s, done := fresh(warm, use)
				err := read(s)
				hit := faulty.hit.Load()
				faulty.left.Store(0)
				require.Eventually(t, func() bool { return read(s) == nil }, 5*time.Second, time.Millisecond, "%s after a fault", name)
				done()
				if !hit {
					require.NoError(t, err, name)
					break
				}
				require.Less(t, use, int64(200))
			}
		}
	}
	assert.Positive(t, unknown)
	assert.Positive(t, refused)
	t.Logf("%d commits of unknown outcome, %d that were refused", unknown, refused)
}

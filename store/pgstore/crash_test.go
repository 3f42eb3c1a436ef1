package pgstore_test

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
)

var stops = flag.Int("stops", 10, "how often TestImmediateStopLosesNothingAcknowledged stops its server")

// halves are two records that always add up to zero, and name the commit that
// they are of.
func halves(w int) [2]ident.Ref {
	return [2]ident.Ref{{Kind: "half", ID: strconv.Itoa(w) + "-left"}, {Kind: "half", ID: strconv.Itoa(w) + "-right"}}
}

func halfBatch(w int, n uint64) store.Batch {
	command := uuid.UUID{15: byte(w + 1)}
	binary.BigEndian.PutUint64(command[:], n)
	b := store.Batch{Tenant: acme, Command: command}
	for i, ref := range halves(w) {
		amount := []byte(strconv.FormatInt(int64(n*7)*int64(1-2*i), 10))
		b.Changes = append(b.Changes, store.Change{
			Op: store.Put, Ref: ref, Expect: n - 1, Schema: 1, State: amount,
			Index:  []store.Entry{{Index: "amount", Key: amount}},
			Events: []store.Event{{ID: ident.Derive(command, i), Type: "moved", Actor: "ann", At: time.Unix(int64(n), 0), Data: amount}},
		})
	}
	return b
}

// TestImmediateStopLosesNothingAcknowledged stops a server of its own the way
// a crash does, while four writers commit, and starts it again.
func TestImmediateStopLosesNothingAcknowledged(t *testing.T) {
	if dsn == "" {
		t.Skip(errNotInstalled)
	}
	const writers = 4
	dir, err := os.MkdirTemp("", "marops-crash")
	require.NoError(t, err)
	defer func() { require.NoError(t, os.RemoveAll(dir)) }()
	dsn, err := server("start", dir)
	require.NoError(t, err)
	defer func() {
		_, err := server("kill", dir)
		require.NoError(t, err)
	}()
	s, err := pgstore.Open(t.Context(), dsn, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()

	rng := rand.New(rand.NewPCG(1, 2))
	var acked [writers]uint64
	unacknowledged := uint64(0)
	var cursor store.Cursor
	events := uint64(0)
	for cycle := range *stops {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		var all, begun sync.WaitGroup
		before := acked
		for w := range writers {
			begun.Add(1)
			all.Go(func() {
				first := sync.OnceFunc(begun.Done)
				defer first()
				for n := acked[w] + 1; ctx.Err() == nil; {
					_, err := s.Commit(ctx, halfBatch(w, n))
					switch {
					case err == nil:
						acked[w] = n
						first()
						n++
					case acked[w] > before[w]:
						return // the server has stopped
					default: // a connection of before the last stop
					}
				}
			})
		}
		begun.Wait()
		time.Sleep(time.Duration(20+rng.IntN(60)) * time.Millisecond)
		_, err := server("kill", dir)
		require.NoError(t, err)
		all.Wait()
		cancel()
		_, err = server("restart", dir)
		require.NoError(t, err)

		for w := range writers {
			found := verifyHalves(t, s, w)
			require.GreaterOrEqual(t, found, acked[w], "cycle %d: acknowledged commits are lost", cycle)
			require.LessOrEqual(t, found, acked[w]+1, "cycle %d", cycle)
			require.Greater(t, found, before[w], "cycle %d: nothing was committed", cycle)
			unacknowledged += found - acked[w]
			acked[w] = found
		}
		// A reader goes on where it was, and has seen each event once.
		for e, err := range s.Tail(t.Context(), acme, cursor) {
			require.NoError(t, err)
			cursor = e.Cursor
			events++
		}
		require.Equal(t, 2*(acked[0]+acked[1]+acked[2]+acked[3]), events, "events in the tail")
	}
	t.Logf("%d stops, %d commits, %d of them committed but not acknowledged", *stops, events/2, unacknowledged)
}

// verifyHalves returns the number of the writer's last commit.
func verifyHalves(t *testing.T, s *pgstore.Store, w int) uint64 {
	t.Helper()
	refs := halves(w)
	var got []store.Record
	// Connections of before the stop fail once each.
	require.Eventually(t, func() bool {
		var err error
		got, err = s.Get(t.Context(), acme, refs[0], refs[1])
		return err == nil
	}, 10*time.Second, time.Millisecond)
	n := got[0].Version
	require.Equal(t, n, got[1].Version, "one half of a commit is missing")
	sum := int64(0)
	for i, r := range got {
		amount, err := strconv.ParseInt(string(r.State), 10, 64)
		require.NoError(t, err)
		require.Equal(t, int64(n*7)*int64(1-2*i), amount)
		sum += amount
		last := uint64(0)
		for e, err := range s.History(t.Context(), acme, refs[i], n-min(n, 50)) {
			require.NoError(t, err)
			last = e.Version
		}
		require.Equal(t, n, last, "the last event of %s", refs[i])
		listed := 0
		for l, err := range s.List(t.Context(), acme, store.Query{Index: "amount", Prefix: r.State}) {
			require.NoError(t, err)
			if l.Ref == refs[i] {
				listed++
			}
		}
		require.Equal(t, 1, listed, "entries of %s", refs[i])
	}
	assert.Zero(t, sum)
	// What was not acknowledged is told apart by its command.
	_, err := s.Commit(t.Context(), halfBatch(w, n+2))
	require.True(t, errors.Is(err, store.ErrConflict), "%v", err) //nolint:testifylint // the message is the error
	return n
}

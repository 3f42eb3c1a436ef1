package sqlitestore_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

// crashFile tells a re-executed test binary to be the process that is killed.
const crashFile = "MAROPS_CRASH_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		fmt.Fprintln(os.Stderr, commitForever(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// left and right always add up to zero, and both name the commit they are of.
var left, right = ident.Ref{Kind: "half", ID: "left"}, ident.Ref{Kind: "half", ID: "right"}

// commitForever moves amounts between two records and prints the number of
// each commit after it was acknowledged.
func commitForever(path string) error {
	ctx := context.Background()
	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	got, err := s.Get(ctx, acme, left, right)
	if err != nil {
		return err
	}
	versions := [2]uint64{got[0].Version, got[1].Version}
	for n := versions[0] + 1; ; n++ {
		command := uuid.UUID{15: 1}
		binary.BigEndian.PutUint64(command[:], n)
		b := store.Batch{Tenant: acme, Command: command}
		for i, ref := range []ident.Ref{left, right} {
			amount := int64(n * 7)
			if i == 1 {
				amount = -amount
			}
			b.Changes = append(b.Changes, store.Change{
				Op: store.Put, Ref: ref, Expect: versions[i], Schema: 1, State: []byte(strconv.FormatInt(amount, 10)),
				Index: []store.Entry{{Index: "amount", Key: store.Tuple(store.Int(amount))}},
				Events: []store.Event{{
					ID: ident.Derive(command, i), Type: "moved", Actor: "child", At: time.Unix(int64(n), 0),
					Data: []byte(strconv.FormatInt(amount, 10)),
				}},
			})
		}
		receipt, err := s.Commit(ctx, b)
		if err != nil {
			return err
		}
		versions = [2]uint64{receipt.Versions[0].Version, receipt.Versions[1].Version}
		if _, err := fmt.Println(n); err != nil {
			return err
		}
	}
}

func TestKillLosesNothingAcknowledged(t *testing.T) {
	cycles := 100
	if testing.Short() {
		cycles = 5
	}
	path := filepath.Join(t.TempDir(), "store.db")
	rng := rand.New(rand.NewPCG(1, 2))
	var commits, unacknowledged uint64
	for cycle := range cycles {
		acked := killWhileCommitting(t, path, 1+rng.IntN(40), time.Duration(rng.IntN(3000))*time.Microsecond)
		require.Positive(t, acked, "cycle %d: the child never committed", cycle)
		found := verifyHalves(t, path)
		require.GreaterOrEqual(t, found, acked, "cycle %d: acknowledged commits are lost", cycle)
		require.Greater(t, found, commits, "cycle %d: nothing was committed", cycle)
		// One commit at most was under way when the child was killed.
		require.LessOrEqual(t, found, acked+1, "cycle %d", cycle)
		unacknowledged += found - acked
		commits = found
	}
	t.Logf("%d kills, %d commits, %d of them committed but not acknowledged", cycles, commits, unacknowledged)
}

// killWhileCommitting runs a child, waits for so many acknowledgements and a
// little longer, kills it, and returns the last number acknowledged.
func killWhileCommitting(t *testing.T, path string, acks int, then time.Duration) uint64 {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), crashFile+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var last uint64
	seen := 0
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		last, err = strconv.ParseUint(lines.Text(), 10, 64)
		require.NoError(t, err)
		if seen++; seen == acks {
			time.Sleep(then)
			require.NoError(t, child.Process.Kill()) // SIGKILL: no handler, no flush
		}
	}
	require.NoError(t, lines.Err())
	err = child.Wait()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, -1, exit.ExitCode(), "the child ended by itself instead of being killed")
	return last
}

// verifyHalves opens the store after a crash and returns the number of the
// last commit in it.
func verifyHalves(t *testing.T, path string) uint64 {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), path, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	got, err := s.Get(t.Context(), acme, left, right)
	require.NoError(t, err)
	require.Equal(t, got[0].Version, got[1].Version, "one half of a commit is missing")
	n := got[0].Version
	var amounts [2]int64
	for i, r := range got {
		amounts[i], err = strconv.ParseInt(string(r.State), 10, 64)
		require.NoError(t, err)
	}
	require.Equal(t, int64(n*7), amounts[0])
	require.Zero(t, amounts[0]+amounts[1], "the halves do not add up")

	// The trail of the last few commits agrees with the states, in pairs.
	for i, ref := range []ident.Ref{left, right} {
		last := uint64(0)
		for e, err := range s.History(t.Context(), acme, ref, n-min(n, 50)) {
			require.NoError(t, err)
			last = e.Version
			want := int64(e.Version * 7)
			if i == 1 {
				want = -want
			}
			require.Equal(t, strconv.FormatInt(want, 10), string(e.Data))
		}
		require.Equal(t, n, last, "the last event of %s", ref)
	}
	// The index has each half once, where its state is.
	var listed []string
	for r, err := range s.List(t.Context(), acme, store.Query{Index: "amount"}) {
		require.NoError(t, err)
		listed = append(listed, r.Ref.ID)
	}
	assert.Equal(t, []string{"right", "left"}, listed)
	return n
}

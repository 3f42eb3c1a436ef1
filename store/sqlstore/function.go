package sqlstore

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/go-marops/marops/store"
)

const callSQL = "SELECT status, COALESCE(place, 0), COALESCE(expected, 0), COALESCE(actual, 0)," +
	" versions, COALESCE(last_xid, 0), COALESCE(last_seq, 0), COALESCE(heard, false)" +
	" FROM marops_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"

// call is a batch as the arrays of marops_commit, which says what is in them.
type call struct {
	numbers []int64
	names   []string
	blobs   [][]byte
	entries int
	events  int
}

func newCall(b store.Batch) *call {
	a := new(call)
	for i := range b.Changes {
		c := &b.Changes[i]
		stated := uint64(0)
		if len(c.Events) > 0 {
			stated = c.Events[0].Version
		}
		a.numbers = append(a.numbers, int64(c.Op), int64(c.Expect), int64(stated), int64(c.Advance()), int64(c.Schema),
			int64(len(c.Index)), int64(len(c.ErasePersonal)))
		a.names = append(a.names, c.Ref.Kind, c.Ref.ID)
		a.blobs = append(a.blobs, blob(c.State), packEntries(store.SortEntries(c.Index)))
		a.entries += len(c.Index)
		a.events += len(c.Events)
	}
	for i := range b.Changes {
		for _, e := range b.Changes[i].Index {
			a.names = append(a.names, e.Index)
			a.blobs = append(a.blobs, blob(e.Key), packEntries([]store.Entry{e}))
		}
	}
	for i := range b.Changes {
		for j := range b.Changes[i].Events {
			e := &b.Changes[i].Events[j]
			a.numbers = append(a.numbers, int64(i+1), int64(j+1), int64(e.Schema), e.At.UnixNano())
			a.names = append(a.names, e.Type, string(e.Actor))
			a.blobs = append(a.blobs, e.ID[:], blob(e.Data), blob(e.Personal))
		}
	}
	for i := range b.Changes {
		for _, v := range b.Changes[i].ErasePersonal {
			a.numbers = append(a.numbers, int64(v))
		}
	}
	return a
}

// answer is what marops_commit returns.
type answer struct {
	status, place, expected, actual int64
	versions                        []int64
	last                            position
	heard                           bool
}

// PostgresCommit commits a batch that [store.Batch.Check] has passed in one
// round trip: an ordinary one as a plain statement, and any other, or one that
// has to be refused, through the SQL function marops_commit. It is meant for
// adapters whose driver takes Go slices for arrays, such as pgstore. q is a
// connection, so that a call is a transaction of its own. heard says that
// somebody waits for the channel "marops" to be notified with the tenant; an
// ordinary commit finds that out only if told to ask, for it takes time.
func PostgresCommit(ctx context.Context, q Querier, b store.Batch, now time.Time, ask bool) (receipt store.Receipt, heard bool, err error) {
	receipt, heard, done, err := express(ctx, q, b, now, ask)
	if done || err != nil && state(err) != "23505" { // unique_violation: the command is known
		return receipt, heard, err
	}
	return PostgresJoined(ctx, q, b, now)
}

// PostgresJoined is PostgresCommit in a transaction of the caller, which must
// be READ COMMITTED. A refusal leaves it as it was.
func PostgresJoined(ctx context.Context, q Querier, b store.Batch, now time.Time) (receipt store.Receipt, heard bool, err error) {
	receipt = store.Receipt{Command: b.Command, Versions: make([]store.RefVersion, len(b.Changes))}
	for i := range b.Changes {
		receipt.Versions[i].Ref = b.Changes[i].Ref
	}
	text, err := receipt.MarshalBinary() // the database adds the versions and the cursor
	if err != nil {
		return store.Receipt{}, false, err
	}
	a := newCall(b)
	var got answer
	err = q.Query(ctx, callSQL,
		[]any{
			string(b.Tenant), b.Command[:], b.Digest[:], now.UnixNano(), text, len(b.Changes), a.entries, a.events,
			locks(b), a.numbers, a.names, a.blobs,
		},
		func(scan func(...any) error) (bool, error) {
			return true, scan(&got.status, &got.place, &got.expected, &got.actual, &got.versions, &got.last.xid, &got.last.seq, &got.heard)
		})
	if err != nil {
		return store.Receipt{}, false, fmt.Errorf("sqlstore: commit: %w", err)
	}
	if got.status == 1 {
		return recalled(ctx, q, b)
	}
	if got.status != 0 {
		return store.Receipt{}, false, got.refusal(b)
	}
	for i := range receipt.Versions {
		receipt.Versions[i].Version = uint64(got.versions[i])
	}
	if a.events > 0 {
		receipt.Cursor = Postgres().cursor(b.Tenant, got.last, [16]byte(a.blobs[len(a.blobs)-3]))
	}
	return receipt, got.heard, nil
}

func recalled(ctx context.Context, q Querier, b store.Batch) (store.Receipt, bool, error) {
	receipt, known, err := NewReader(Postgres(), q).Recall(ctx, b)
	if err == nil && !known { // pruned in the meantime
		err = fmt.Errorf("%w: command %s was forgotten just now", store.ErrUnknownOutcome, b.Command)
	}
	return receipt, false, err
}

// refusal turns the status into an error.
func (a answer) refusal(b store.Batch) error {
	if a.place < 1 || int(a.place) > len(b.Changes) {
		return fmt.Errorf("sqlstore: commit: status %d of change %d", a.status, a.place)
	}
	ref := b.Changes[a.place-1].Ref
	switch a.status {
	case 2:
		return &store.ConflictError{Ref: ref, Expected: uint64(a.expected), Actual: uint64(a.actual)}
	case 3:
		return &store.LimitError{What: ref.String() + " versions", Got: math.MaxInt64, Limit: math.MaxInt64}
	case 4:
		return &LateError{ref}
	default:
		return fmt.Errorf("sqlstore: commit: unknown status %d", a.status)
	}
}

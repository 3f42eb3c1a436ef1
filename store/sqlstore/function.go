package sqlstore

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/go-marops/marops/store"
)

// The parameters of the SQL function marops_commit, in its order.
const callSQL = "SELECT status, COALESCE(place, 0), COALESCE(expected, 0), COALESCE(actual, 0)," +
	" versions, COALESCE(last_xid, 0), COALESCE(last_seq, 0), COALESCE(heard, false)" +
	" FROM marops_commit(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

var boundCall = Postgres().bind(callSQL)

// call is a batch as the arguments of marops_commit.
type call struct {
	ops, expects, stated, advances, schemas, filings, erasures []int64
	kinds, ids                                                 []string
	states, packs                                              [][]byte

	entryNames            []string
	entryKeys, entryPacks [][]byte

	eventChanges, eventNumbers, eventSchemas, eventTimes []int64
	eventTypes, eventActors                              []string
	eventIDs, eventData, eventPersonal                   [][]byte

	erase []int64
}

func newCall(b store.Batch) *call {
	// Empty, but not nil: a null array has no cardinality.
	a := &call{
		entryNames: []string{}, entryKeys: [][]byte{}, entryPacks: [][]byte{},
		eventChanges: []int64{}, eventNumbers: []int64{}, eventSchemas: []int64{}, eventTimes: []int64{},
		eventTypes: []string{}, eventActors: []string{}, eventIDs: [][]byte{}, eventData: [][]byte{}, eventPersonal: [][]byte{},
		erase: []int64{},
	}
	for i := range b.Changes {
		a.add(int64(i+1), &b.Changes[i])
	}
	return a
}

func (a *call) add(number int64, c *store.Change) {
	stated := uint64(0)
	if len(c.Events) > 0 {
		stated = c.Events[0].Version
	}
	entries := store.SortEntries(c.Index)
	a.ops = append(a.ops, int64(c.Op))
	a.kinds, a.ids = append(a.kinds, c.Ref.Kind), append(a.ids, c.Ref.ID)
	a.expects, a.stated = append(a.expects, int64(c.Expect)), append(a.stated, int64(stated))
	a.advances, a.schemas = append(a.advances, int64(c.Advance())), append(a.schemas, int64(c.Schema))
	a.states, a.packs = append(a.states, blob(c.State)), append(a.packs, packEntries(entries))
	a.filings, a.erasures = append(a.filings, int64(len(entries))), append(a.erasures, int64(len(c.ErasePersonal)))
	for _, e := range entries {
		a.entryNames, a.entryKeys = append(a.entryNames, e.Index), append(a.entryKeys, blob(e.Key))
		a.entryPacks = append(a.entryPacks, packEntries([]store.Entry{e}))
	}
	for i := range c.Events {
		e := &c.Events[i]
		a.eventChanges, a.eventNumbers = append(a.eventChanges, number), append(a.eventNumbers, int64(i+1))
		a.eventSchemas, a.eventTimes = append(a.eventSchemas, int64(e.Schema)), append(a.eventTimes, e.At.UnixNano())
		a.eventTypes, a.eventActors = append(a.eventTypes, e.Type), append(a.eventActors, string(e.Actor))
		a.eventIDs, a.eventData, a.eventPersonal = append(a.eventIDs, e.ID[:]), append(a.eventData, blob(e.Data)), append(a.eventPersonal, blob(e.Personal))
	}
	for _, v := range c.ErasePersonal {
		a.erase = append(a.erase, int64(v))
	}
}

// answer is what marops_commit returns.
type answer struct {
	status, place, expected, actual int64
	versions                        []int64
	last                            position
	heard                           bool
}

// PostgresCommit commits a batch that [store.Batch.Check] has passed through
// the SQL function marops_commit, in one round trip. It is meant for adapters
// whose driver takes Go slices for arrays, such as pgstore; q may be a
// connection, and then the call is a transaction of its own, or a transaction
// that is READ COMMITTED. heard says that somebody waits for
// the channel "marops" to be notified with the tenant.
func PostgresCommit(ctx context.Context, q Querier, b store.Batch, now time.Time) (receipt store.Receipt, heard bool, err error) {
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
	err = q.Query(ctx, boundCall,
		[]any{
			string(b.Tenant), b.Command[:], b.Digest[:], now.UnixNano(), text,
			a.ops, a.kinds, a.ids, a.expects, a.stated, a.advances, a.schemas, a.states, a.packs, a.filings, a.erasures,
			a.entryNames, a.entryKeys, a.entryPacks,
			a.eventChanges, a.eventNumbers, a.eventIDs, a.eventTypes, a.eventActors, a.eventSchemas, a.eventTimes, a.eventData, a.eventPersonal,
			a.erase,
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
	if n := len(a.eventIDs); n > 0 {
		receipt.Cursor = Postgres().cursor(b.Tenant, got.last, [16]byte(a.eventIDs[n-1]))
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

package store

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// MaxRefs is how many records one Get returns at most.
const MaxRefs = 64

// A Store keeps records and their events for many tenants.
//
// The in-memory store ([NewMemory]) is the specification; package storetest
// checks that an adapter behaves like it. All methods are safe for concurrent
// use. What goes in and what comes out is copied: neither side sees the
// other's later changes. A nil and an empty byte slice are the same thing and
// come back as nil.
//
// The iterators hold no lock and no connection while the loop body runs, so
// the body may call the store again. They yield an error at most once, last.
type Store interface {
	// Commit applies the whole batch or nothing. A nil error means durable.
	//
	// In this order: the batch is checked ([Batch.Check]); a command that was
	// applied before returns its first Receipt with Replayed set, or
	// ErrCommandReused if its Digest differs, in both cases without effect;
	// the first change, in batch order, whose expectation does not hold
	// returns a ConflictError; else everything is applied. After
	// ErrUnknownOutcome repeat the same Command.
	Commit(ctx context.Context, b Batch) (Receipt, error)

	// Get returns one Record per ref, in the order asked, from one
	// linearizable snapshot. An absent or deleted record has Version 0 and
	// nothing but its Ref. More than MaxRefs refs are ErrTooLarge.
	Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]Record, error)

	// List yields the records of an index range in key order, records with
	// equal keys in Ref order. A record that does not move while the list is
	// read is yielded exactly once, even if several of its entries match.
	List(ctx context.Context, t ident.Tenant, q Query) iter.Seq2[Record, error]

	// History yields the events of one record with a version greater than
	// after, in version order, also those of deleted records.
	History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[Event, error]

	// Tail yields the tenant's events after the cursor up to the horizon,
	// that is, all those whose order is settled. It never skips an event,
	// keeps the version order of each record and the order inside a batch.
	// Go on later with the Cursor of the last event; the zero Cursor starts
	// at the beginning.
	Tail(ctx context.Context, t ident.Tenant, after Cursor) iter.Seq2[Event, error]
}

// A Record is one stored thing at one version.
type Record struct {
	Ref ident.Ref
	// Version counts the record's history: every event takes one version, and
	// so does every Put or Delete that carries no event. Versions never
	// repeat, also when a deleted record is created again. 0 means absent.
	Version uint64
	// AsOf is the version that State includes: State folds all up to AsOf,
	// events after it were appended since.
	AsOf uint64
	// Schema is the encoding of State, from 1. 0 means that no state was ever
	// put: the record has been appended to only.
	Schema uint16
	State  []byte
	// Index holds the record's entries, sorted by Index, then Key.
	Index []Entry
	// Cursor is the record's place in the List that yielded it; zero from Get.
	Cursor Cursor
}

// Exists reports whether the record is there.
func (r Record) Exists() bool { return r.Version != 0 }

// Clone returns a deep copy.
func (r Record) Clone() Record {
	r.State = cloneBytes(r.State)
	r.Index = cloneEntries(r.Index)
	return r
}

// An Event is one fact in the history of one record.
type Event struct {
	ID uuid.UUID
	// Ref and Version are assigned by the store. In a batch Ref is zero or
	// that of the change; Version is zero, or states the version that the
	// event must get.
	Ref     ident.Ref
	Version uint64
	Type    string
	Actor   ident.Person
	Schema  uint16
	// At is kept to the nanosecond, in UTC, between 1678 and 2262.
	At   time.Time
	Data []byte
	// Personal holds what must be erasable; see Change.ErasePersonal.
	Personal []byte
	// Cursor is the event's place in the tenant's Tail. It is set on events
	// from Tail, and ignored in a batch.
	Cursor Cursor
}

// Clone returns a deep copy.
func (e Event) Clone() Event {
	e.Data = cloneBytes(e.Data)
	e.Personal = cloneBytes(e.Personal)
	return e
}

// A Receipt says what a commit did.
type Receipt struct {
	Command uuid.UUID
	// Versions holds one element per change of the batch, in its order.
	Versions []RefVersion
	// Cursor is the place in the Tail of the batch's last event; zero if it
	// had none.
	Cursor Cursor
	// Replayed says that the command had been applied before: this call had
	// no effect, and the rest of the receipt is that of the first time.
	Replayed bool
}

// RefVersion is the version of one record after a commit. For a deleted record
// it is the version that the deletion took.
type RefVersion struct {
	Ref     ident.Ref
	Version uint64
}

// Version returns the version of ref after the commit, and whether the batch
// named it at all.
func (r Receipt) Version(ref ident.Ref) (uint64, bool) {
	for _, v := range r.Versions {
		if v.Ref == ref {
			return v.Version, true
		}
	}
	return 0, false
}

func cloneBytes(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return slices.Clone(b)
}

func cloneEntries(in []Entry) []Entry {
	if len(in) == 0 {
		return nil
	}
	out := make([]Entry, len(in))
	for i, e := range in {
		out[i] = Entry{Index: e.Index, Key: cloneBytes(e.Key)}
	}
	return out
}

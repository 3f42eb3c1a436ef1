package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// MaxChanges and MaxBytes are the floor that every adapter takes, and the most
// that any accepts, so that a program works on all of them. Larger work writes
// children that nothing refers to yet, and flips the root last.
const (
	MaxChanges = 32
	MaxBytes   = 1 << 20
)

// Op is what a Change does. The zero Op is invalid.
type Op uint8

// The operations.
const (
	// Check changes nothing: the record must be at Expect, 0 for absent.
	Check Op = iota + 1
	// Append adds at least one event and leaves state and index alone. With
	// Expect 0 it creates a record that has no state yet (Schema 0).
	Append
	// Put replaces state and index, and may add events. With Expect 0 it
	// creates the record. AsOf becomes the new version.
	Put
	// Delete removes state and index, and may add events. The record is
	// absent afterwards; its history stays. A record created again takes up
	// the versions behind the deletion.
	Delete
)

// String returns "check", "append", "put" or "delete".
func (o Op) String() string {
	switch o {
	case Check:
		return "check"
	case Append:
		return "append"
	case Put:
		return "put"
	case Delete:
		return "delete"
	default:
		return "op " + strconv.Itoa(int(o))
	}
}

// A Change is what a Batch does to one record.
type Change struct {
	Op  Op
	Ref ident.Ref
	// Expect is the version that the record must have; 0: it must be absent.
	Expect uint64
	// Schema, State and Index belong to Put; Schema is at least 1.
	Schema uint16
	State  []byte
	Index  []Entry
	// Events get the next versions, one each, in order.
	Events []Event
	// ErasePersonal names versions of earlier events, ascending, whose
	// Personal is erased. Versions without an event are ignored. It goes with
	// Append, Put and Delete, so that an erasure is always itself recorded.
	ErasePersonal []uint64
}

// Advance returns how many versions the change takes.
func (c Change) Advance() uint64 {
	n := uint64(len(c.Events))
	if c.Op == Put || c.Op == Delete {
		return max(n, 1)
	}
	return n
}

// A Batch is one atomic commit: each Ref at most once, one tenant.
type Batch struct {
	Tenant ident.Tenant
	// Command identifies the intent; it is applied once per tenant.
	Command uuid.UUID
	// Digest tells two intents with the same Command apart. It must not
	// depend on what was read, or a rerun would look like another intent.
	// Batch.Sum will do where Changes are the intent; all zero is a digest
	// like any other.
	Digest  [32]byte
	Changes []Change
}

// Fixed cost of a change and of an event in Size, on top of their variable
// parts: versions, ids, times and the like.
const (
	changeCost = 64
	eventCost  = 64
)

// Size returns the bytes that count against MaxBytes: the length of all
// strings and byte slices, and 64 for each change and each event.
func (b Batch) Size() int {
	n := 0
	for _, c := range b.Changes {
		n += changeCost + len(c.Ref.Kind) + len(c.Ref.ID) + len(c.State) + 8*len(c.ErasePersonal)
		for _, e := range c.Index {
			n += len(e.Index) + len(e.Key)
		}
		for _, e := range c.Events {
			n += eventCost + len(e.Type) + len(e.Actor) + len(e.Data) + len(e.Personal)
		}
	}
	return n
}

// Replay returns the receipt of an earlier commit under the batch's Command,
// from the Digest and the marshalled receipt that were kept of it, or
// ErrCommandReused. It is meant for adapters.
func (b Batch) Replay(digest, receipt []byte) (Receipt, error) {
	if !bytes.Equal(digest, b.Digest[:]) {
		return Receipt{}, fmt.Errorf("%w: %s", ErrCommandReused, b.Command)
	}
	r := Receipt{Replayed: true}
	return r, r.UnmarshalBinary(receipt)
}

// Sum returns the SHA-256 of the changes in a canonical binary form: a Digest
// for callers whose batch does not depend on what they read.
func (b Batch) Sum() [32]byte {
	out := []byte("marops batch 1\n")
	num := func(n uint64) { out = binary.AppendUvarint(out, n) }
	str := func(s string) { out = appendField(out, []byte(s)) }
	num(uint64(len(b.Changes)))
	for _, c := range b.Changes {
		out = append(out, byte(c.Op))
		str(c.Ref.Kind)
		str(c.Ref.ID)
		num(c.Expect)
		num(uint64(c.Schema))
		out = appendField(out, c.State)
		num(uint64(len(c.Index)))
		for _, e := range SortEntries(c.Index) {
			str(e.Index)
			out = appendField(out, e.Key)
		}
		num(uint64(len(c.Events)))
		for _, e := range c.Events {
			out = append(out, e.ID[:]...)
			num(e.Version)
			str(e.Type)
			str(string(e.Actor))
			num(uint64(e.Schema))
			out = binary.BigEndian.AppendUint64(out, uint64(e.At.UnixNano()))
			out = appendField(out, e.Data)
			out = appendField(out, e.Personal)
		}
		num(uint64(len(c.ErasePersonal)))
		for _, v := range c.ErasePersonal {
			num(v)
		}
	}
	return sha256.Sum256(out)
}

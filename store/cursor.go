package store

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// A Cursor is an opaque place in a List or a Tail. The zero Cursor is the
// beginning. Cursors are comparable, and go through text for URLs and jobs.
//
// A cursor is bound to its tenant, and a List cursor to its query: anywhere
// else it is refused with ErrCursor. It is no secret and no proof of anything.
type Cursor struct{ raw string }

// The layout is version, scope, position, CRC-32 of all that.
const (
	cursorVersion = 1
	scopeSize     = 8
	cursorFixed   = 1 + scopeSize + 4
	maxCursor     = cursorFixed + MaxKey + 2*ident.MaxLength + 16
)

// IsZero reports whether c is the beginning.
func (c Cursor) IsZero() bool { return c.raw == "" }

// String returns the text form, "" for the zero Cursor.
func (c Cursor) String() string { return base64.RawURLEncoding.EncodeToString([]byte(c.raw)) }

// MarshalText returns the text form.
func (c Cursor) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the text form, or returns an error that matches ErrCursor.
func (c *Cursor) UnmarshalText(text []byte) error {
	parsed, err := ParseCursor(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// ParseCursor reads what String wrote. Text that no store can have written
// returns an error that matches ErrCursor.
func ParseCursor(text string) (Cursor, error) {
	if text == "" {
		return Cursor{}, nil
	}
	if len(text) > base64.RawURLEncoding.EncodedLen(maxCursor) {
		return Cursor{}, fmt.Errorf("%w: text is too long", ErrCursor)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Cursor{}, fmt.Errorf("%w: text is not base64", ErrCursor)
	}
	c := Cursor{string(raw)}
	if c.String() != text { // base64 skips line breaks; a cursor has one text
		return Cursor{}, fmt.Errorf("%w: text is not canonical", ErrCursor)
	}
	return c, c.intact()
}

func (c Cursor) intact() error {
	n := len(c.raw)
	switch {
	case n < cursorFixed, n > maxCursor:
		return fmt.Errorf("%w: has %d bytes", ErrCursor, n)
	case c.raw[0] != cursorVersion:
		return fmt.Errorf("%w: has version %d", ErrCursor, c.raw[0])
	case binary.BigEndian.Uint32([]byte(c.raw[n-4:])) != crc32.ChecksumIEEE([]byte(c.raw[:n-4])):
		return fmt.Errorf("%w: is damaged", ErrCursor)
	}
	return nil
}

func makeCursor(scope [scopeSize]byte, position []byte) Cursor {
	raw := make([]byte, 0, cursorFixed+len(position))
	raw = append(raw, cursorVersion)
	raw = append(raw, scope[:]...)
	raw = append(raw, position...)
	raw = binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw))
	return Cursor{string(raw)}
}

func (c Cursor) position(scope [scopeSize]byte) ([]byte, error) {
	if err := c.intact(); err != nil {
		return nil, err
	}
	if c.raw[1:1+scopeSize] != string(scope[:]) {
		return nil, fmt.Errorf("%w: belongs to another tenant or query", ErrCursor)
	}
	return []byte(c.raw[1+scopeSize : len(c.raw)-4]), nil
}

// TailCursor makes a cursor for a position in the tenant's Tail. It is meant
// for adapters, which choose the bytes of the position: at most MaxKey.
func TailCursor(t ident.Tenant, position []byte) Cursor {
	return makeCursor(tailScope(t), position)
}

// TailPosition returns what TailCursor was given for the same tenant, nil for
// the zero Cursor. Any other cursor returns an error that matches ErrCursor.
func (c Cursor) TailPosition(t ident.Tenant) ([]byte, error) {
	if c.IsZero() {
		return nil, nil
	}
	return c.position(tailScope(t))
}

// ListCursors returns what makes the cursor of a record that the tenant's query
// yielded at key. It is meant for adapters.
func ListCursors(t ident.Tenant, q Query) func(key []byte, ref ident.Ref) Cursor {
	scope := listScope(t, q)
	return func(key []byte, ref ident.Ref) Cursor {
		position := make([]byte, 0, len(key)+len(ref.Kind)+len(ref.ID)+6) // and three lengths
		position = appendField(position, key)
		position = appendField(position, []byte(ref.Kind))
		position = appendField(position, []byte(ref.ID))
		return makeCursor(scope, position)
	}
}

// ListPosition returns what ListCursors was given for the same tenant and
// query. Any other cursor, also the zero one, returns an error that matches
// ErrCursor.
func (c Cursor) ListPosition(t ident.Tenant, q Query) (key []byte, ref ident.Ref, err error) {
	position, err := c.position(listScope(t, q))
	if err != nil {
		return nil, ident.Ref{}, err
	}
	r := reader{rest: position}
	key = r.field()
	ref = ident.Ref{Kind: string(r.field()), ID: string(r.field())}
	if r.bad || len(r.rest) != 0 {
		return nil, ident.Ref{}, fmt.Errorf("%w: is damaged", ErrCursor)
	}
	return key, ref, nil
}

func tailScope(t ident.Tenant) [scopeSize]byte {
	return scopeOf([]byte("tail"), []byte(t))
}

func listScope(t ident.Tenant, q Query) [scopeSize]byte {
	from, to := q.Range()
	direction := []byte{0}
	if q.Reverse {
		direction[0] = 1
	}
	if to == nil {
		direction[0] |= 2 // unbounded is not the same as an empty bound
	}
	return scopeOf([]byte("list"), []byte(t), []byte(q.Index), []byte(q.Kind), from, to, direction)
}

func scopeOf(fields ...[]byte) [scopeSize]byte {
	var all []byte
	for _, f := range fields {
		all = appendField(all, f)
	}
	sum := sha256.Sum256(all)
	return [scopeSize]byte(sum[:scopeSize])
}

// SequenceCursor is TailCursor for stores that number their events from 1. The
// event's id goes along as a witness: after a backup is put back, a number is
// given to another event, and a cursor from before must be refused, or its
// reader would miss what came instead. So an adapter looks whether the event
// at the number still is the witness, and returns ErrCursor if not.
func SequenceCursor(t ident.Tenant, n uint64, event uuid.UUID) Cursor {
	return sequenceCursor(tailScope(t), n, event)
}

func sequenceCursor(scope [scopeSize]byte, n uint64, event uuid.UUID) Cursor {
	var position [24]byte
	binary.BigEndian.PutUint64(position[:], n)
	copy(position[8:], event[:])
	return makeCursor(scope, position[:])
}

// Sequence returns what SequenceCursor was given for the same tenant, 0 and no
// event for the zero Cursor. Any other cursor returns an error that matches
// ErrCursor.
func (c Cursor) Sequence(t ident.Tenant) (n uint64, event uuid.UUID, err error) {
	position, err := c.TailPosition(t)
	if err == nil && position != nil && len(position) != 8+len(event) {
		err = fmt.Errorf("%w: is damaged", ErrCursor)
	}
	if err != nil || position == nil {
		return 0, uuid.Nil, err
	}
	return binary.BigEndian.Uint64(position), uuid.UUID(position[8:]), nil
}

// ErrRestored is the ErrCursor of a witness that is not there, for adapters.
var ErrRestored = fmt.Errorf("%w: its event is not in the store, which was put back to an earlier state", ErrCursor)

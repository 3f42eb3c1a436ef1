package store

import (
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

func appendField(b, field []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(field)))
	return append(b, field...)
}

// reader takes apart what appendField and binary.AppendUvarint put together.
// After the first malformed part it yields zeros and stays bad.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) field() []byte {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return nil
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

const receiptVersion = 1

// MarshalBinary writes the receipt without Replayed, for stores that remember
// commands.
func (r Receipt) MarshalBinary() ([]byte, error) {
	b := []byte{receiptVersion}
	b = append(b, r.Command[:]...)
	b = appendField(b, []byte(r.Cursor.raw))
	b = binary.AppendUvarint(b, uint64(len(r.Versions)))
	for _, v := range r.Versions {
		b = appendField(b, []byte(v.Ref.Kind))
		b = appendField(b, []byte(v.Ref.ID))
		b = binary.AppendUvarint(b, v.Version)
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote and leaves Replayed alone, or
// returns an error that matches ErrInvalid.
func (r *Receipt) UnmarshalBinary(b []byte) error {
	bad := &InvalidError{Subject: "receipt", Reason: "is damaged"}
	if len(b) < 17 || b[0] != receiptVersion {
		return bad
	}
	out := Receipt{Command: uuid.UUID(b[1:17])}
	in := reader{rest: b[17:]}
	out.Cursor = Cursor{string(in.field())}
	n := in.number()
	if in.bad || n > MaxChanges {
		return bad
	}
	for range n {
		ref := ident.Ref{Kind: string(in.field()), ID: string(in.field())}
		out.Versions = append(out.Versions, RefVersion{ref, in.number()})
	}
	if in.bad || len(in.rest) != 0 {
		return bad
	}
	if !out.Cursor.IsZero() {
		if err := out.Cursor.intact(); err != nil {
			return &InvalidError{Subject: "receipt", Err: fmt.Errorf("cursor: %w", err)}
		}
	}
	out.Replayed = r.Replayed
	*r = out
	return nil
}

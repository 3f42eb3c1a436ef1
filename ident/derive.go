package ident

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"
)

// Derive returns the n-th id that belongs to a command. The same command and n
// always give the same id, so a repeated command creates the same things.
//
// The result is a UUID of version 8 (RFC 9562 §5.8): the first 48 bits are the
// command's own, so that ids derived from a version 7 command sort by its time;
// the rest is SHA-256 over command and n.
func Derive(command uuid.UUID, n int) uuid.UUID {
	var in [24]byte
	copy(in[:16], command[:])
	binary.BigEndian.PutUint64(in[16:], uint64(int64(n)))
	sum := sha256.Sum256(in[:])
	var id uuid.UUID
	copy(id[:], sum[:16])
	copy(id[:6], command[:6])
	id[6] = id[6]&0x0f | 0x80 // version 8
	id[8] = id[8]&0x3f | 0x80 // RFC 9562 variant
	return id
}

package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// MaxEntries and MaxKey bound a record's index entries: how many, and how many
// bytes a key has.
const (
	MaxEntries = 8
	MaxKey     = 1024
)

// An Entry files a record under a key of a named index. Keys are compared as
// bytes; make them with [Tuple].
type Entry struct {
	Index string
	Key   []byte
}

// Compare orders entries by Index, then Key.
func (e Entry) Compare(other Entry) int {
	return cmp.Or(strings.Compare(e.Index, other.Index), bytes.Compare(e.Key, other.Key))
}

// SortEntries returns a deep copy of the entries, sorted. It is the form in
// which a store returns them.
func SortEntries(entries []Entry) []Entry {
	out := cloneEntries(entries)
	slices.SortFunc(out, Entry.Compare)
	return out
}

// A Part is one component of an index key. The zero Part is Missing: a value
// that is not there, which sorts before every other.
type Part struct {
	tag  byte
	num  int64
	text string
}

const (
	tagMissing = 0x01
	tagFalse   = 0x02
	tagTrue    = 0x03
	tagInt     = 0x04
	tagText    = 0x05
)

// Text is a string, ordered by its bytes.
func Text(s string) Part { return Part{tag: tagText, text: s} }

// Int is a whole number. Dates go in as their day numbers, moments as Unix time.
func Int(n int64) Part { return Part{tag: tagInt, num: n} }

// Bool is a truth value; false sorts before true.
func Bool(b bool) Part {
	if b {
		return Part{tag: tagTrue}
	}
	return Part{tag: tagFalse}
}

// Tuple encodes parts into a key whose byte order is the order of the parts,
// compared one after the other; a shorter tuple sorts before the longer ones
// it begins. Kinds of parts sort as Missing, Bool, Int, Text. Tuple(a) is a
// byte prefix of Tuple(a, b), and of no tuple whose first part is not a, so a
// Query.Prefix selects whole parts.
//
// The encoding follows the tuple layer of FoundationDB (design/tuple.md in its
// repository), with a two-byte terminator, so that a string with a zero byte
// never shares the prefix of a shorter one.
func Tuple(parts ...Part) []byte {
	var key []byte
	for _, p := range parts {
		switch p.tag {
		case tagFalse, tagTrue:
			key = append(key, p.tag)
		case tagInt:
			key = append(key, tagInt)
			// Flipping the sign bit makes two's complement sort as unsigned.
			key = binary.BigEndian.AppendUint64(key, uint64(p.num)^(1<<63))
		case tagText:
			key = append(key, tagText)
			for i := range len(p.text) {
				key = append(key, p.text[i])
				if p.text[i] == 0 {
					key = append(key, 0xff)
				}
			}
			key = append(key, 0x00, 0x01)
		default:
			key = append(key, tagMissing)
		}
	}
	return key
}

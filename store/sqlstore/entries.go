package sqlstore

import (
	"encoding/binary"
	"errors"

	"github.com/go-marops/marops/store"
)

// A record's index entries are kept twice: as rows for listing, and packed in
// the record's row, so that reading it needs no second query. Packed, an entry
// is index and key, each behind its length.

func packEntries(entries []store.Entry) []byte {
	b := blob(nil)
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(len(e.Index)))
		b = append(b, e.Index...)
		b = binary.AppendUvarint(b, uint64(len(e.Key)))
		b = append(b, e.Key...)
	}
	return b
}

var errEntries = errors.New("packed index entries are damaged")

// parseEntries reads what packEntries wrote.
func parseEntries(b []byte) ([]store.Entry, error) {
	var out []store.Entry
	for len(b) > 0 {
		if len(out) == store.MaxEntries {
			return nil, errEntries
		}
		var fields [2][]byte
		for i := range fields {
			n, size := binary.Uvarint(b)
			if size <= 0 || n > uint64(len(b)-size) {
				return nil, errEntries
			}
			end := size + int(n)
			fields[i], b = b[size:end], b[end:]
		}
		e := store.Entry{Index: string(fields[0])}
		if len(fields[1]) > 0 {
			e.Key = append([]byte(nil), fields[1]...)
		}
		out = append(out, e)
	}
	return out, nil
}

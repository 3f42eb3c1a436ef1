package store

import (
	"bytes"

	"github.com/go-marops/marops/ident"
)

// A Query selects a range of one index.
type Query struct {
	// Index names the index. "" lists the records of one Kind by id: the key
	// is then the id's bytes, and Kind must be set.
	Index string
	// Kind keeps only records of this kind; "" keeps all.
	Kind string
	// Prefix keeps keys that begin with it; From and To keep keys with
	// From <= key < To. nil does not restrict. All that is given must hold.
	Prefix   []byte
	From, To []byte
	// After goes on behind the record with this Cursor, which must come from
	// the same tenant and the same query apart from After and Limit.
	After Cursor
	// Limit is the largest number of records yielded; 0 means all.
	Limit int
	// Reverse yields in descending order.
	Reverse bool
}

// Check returns an InvalidError or LimitError unless q is well formed. It does
// not look at After, which depends on the tenant.
func (q Query) Check() error {
	switch {
	case q.Index == "" && q.Kind == "":
		return &InvalidError{Subject: "query", Reason: "needs an index or a kind"}
	case q.Limit < 0:
		return &InvalidError{Subject: "query", Reason: "has a negative limit"}
	}
	if q.Index != "" {
		if err := checkIndexName(q.Index); err != nil {
			return &InvalidError{Subject: "query", Err: err}
		}
	}
	if q.Kind != "" {
		if err := (ident.Ref{Kind: q.Kind, ID: "x"}).Check(); err != nil {
			return &InvalidError{Subject: "query", Err: err}
		}
	}
	for _, key := range [][]byte{q.Prefix, q.From, q.To} {
		if len(key) > MaxKey {
			return &LimitError{What: "query key bytes", Got: int64(len(key)), Limit: MaxKey}
		}
	}
	return nil
}

// Range returns the half-open key range [from, to) that Prefix, From and To
// select together. A nil to is unbounded; the range may be empty.
func (q Query) Range() (from, to []byte) {
	from, to = q.From, q.To
	if bytes.Compare(q.Prefix, from) > 0 {
		from = q.Prefix
	}
	if end := prefixEnd(q.Prefix); end != nil && (to == nil || bytes.Compare(end, to) < 0) {
		to = end
	}
	return from, to
}

// First reports whether e is where a list of q yields a record that has the
// given entries: the first of them in q's range and direction. It is how a
// record with several matching entries is yielded once.
func (q Query) First(e Entry, entries []Entry) bool {
	from, to := q.Range()
	for _, other := range entries {
		if other.Index != q.Index || bytes.Compare(other.Key, from) < 0 || (to != nil && bytes.Compare(other.Key, to) >= 0) {
			continue
		}
		if c := bytes.Compare(other.Key, e.Key); (c < 0 && !q.Reverse) || (c > 0 && q.Reverse) {
			return false
		}
	}
	return true
}

// prefixEnd returns the smallest key greater than all that begin with p, nil
// if there is none.
func prefixEnd(p []byte) []byte {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] != 0xff {
			end := bytes.Clone(p[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}

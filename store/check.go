package store

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// maxIndexName is the longest name of an index, in bytes.
const maxIndexName = 64

// maxVersion is the largest version that fits every engine's integers.
const maxVersion = math.MaxInt64

// The moments that Unix nanoseconds reach in an int64.
var (
	minTime = time.Unix(0, math.MinInt64)
	maxTime = time.Unix(0, math.MaxInt64)
)

// Check returns an InvalidError or a LimitError unless the batch is well
// formed: a tenant, a command, 1 to MaxChanges changes of known Op with each
// Ref once, at most MaxBytes, only the fields that belong to the Op, and
// events that are complete and whose versions, if stated, are dense.
func (b Batch) Check() error {
	if err := b.Tenant.Check(); err != nil {
		return &InvalidError{Subject: "batch", Err: err}
	}
	if b.Command == uuid.Nil {
		return &InvalidError{Subject: "batch", Reason: "has no command"}
	}
	if len(b.Changes) == 0 {
		return &InvalidError{Subject: "batch", Reason: "has no changes"}
	}
	if n := len(b.Changes); n > MaxChanges {
		return &LimitError{What: "changes", Got: int64(n), Limit: MaxChanges}
	}
	if n := b.Size(); n > MaxBytes {
		return &LimitError{What: "batch bytes", Got: int64(n), Limit: MaxBytes}
	}
	for i := range b.Changes {
		if err := b.checkChange(i); err != nil {
			return err
		}
	}
	return b.checkIDs()
}

// Everything below runs at every commit, so words are found only for what is
// wrong.

func (b Batch) checkChange(i int) error {
	c := &b.Changes[i]
	if err := c.Ref.Check(); err != nil {
		return &InvalidError{Subject: fmt.Sprintf("change %d", i), Err: err}
	}
	subject := func() string { return fmt.Sprintf("change %d %s", i, c.Ref) }
	for first := range b.Changes[:i] { // at most MaxChanges
		if b.Changes[first].Ref == c.Ref {
			return &InvalidError{Subject: subject(), Reason: fmt.Sprintf("names the same record as change %d", first)}
		}
	}
	if reason := c.misuse(); reason != "" {
		return &InvalidError{Subject: subject(), Reason: reason}
	}
	if err := checkEntries(subject, c.Index); err != nil {
		return err
	}
	for j := range c.Events {
		if err := c.Events[j].check(c); err != nil {
			return &InvalidError{Subject: fmt.Sprintf("%s event %d", subject(), j), Err: err}
		}
	}
	if reason := c.sparse(); reason != "" {
		return &InvalidError{Subject: subject(), Reason: reason}
	}
	return nil
}

// checkIDs refuses two events with one id. A few are compared with each other,
// which is cheaper than a set.
func (b Batch) checkIDs() error {
	var few [8]uuid.UUID
	var many map[uuid.UUID]struct{}
	n := 0
	for i, c := range b.Changes {
		for j := range c.Events {
			id := c.Events[j].ID
			twice := slices.Contains(few[:min(n, len(few))], id)
			if n >= len(few) {
				if many == nil {
					many = make(map[uuid.UUID]struct{})
				}
				_, seen := many[id]
				twice = twice || seen
				many[id] = struct{}{}
			} else {
				few[n] = id
			}
			if twice {
				return &InvalidError{Subject: fmt.Sprintf("change %d %s event %d", i, c.Ref, j), Reason: "has the id of an earlier event"}
			}
			n++
		}
	}
	return nil
}

// misuse returns why the change's fields do not fit its Op, or "".
func (c *Change) misuse() string {
	switch c.Op {
	case Check:
		if len(c.Events) > 0 || len(c.ErasePersonal) > 0 {
			return "a check carries no events and erases nothing"
		}
	case Append:
		if len(c.Events) == 0 {
			return "an append needs an event"
		}
	case Put:
		if c.Schema == 0 {
			return "a put needs a schema, from 1"
		}
	case Delete:
		if c.Expect == 0 {
			return "a delete needs the version to delete"
		}
	default:
		return "has an unknown " + c.Op.String()
	}
	if c.Op != Put && (c.Schema != 0 || len(c.State) > 0 || len(c.Index) > 0) {
		return "only a put carries schema, state and index"
	}
	if c.Expect > maxVersion {
		return "expects a version beyond the largest"
	}
	for i, v := range c.ErasePersonal {
		if v == 0 || v > maxVersion || (i > 0 && v <= c.ErasePersonal[i-1]) {
			return "versions to erase are not ascending from 1"
		}
	}
	return ""
}

// sparse returns why stated event versions are not dense, or "". A record that
// is created again may start anywhere: only the store knows where.
func (c *Change) sparse() string {
	if len(c.Events) == 0 || c.Events[0].Version == 0 {
		for _, e := range c.Events {
			if e.Version != 0 {
				return "either all events state their version or none"
			}
		}
		return ""
	}
	first := c.Events[0].Version
	if c.Expect != 0 && first != c.Expect+1 {
		return fmt.Sprintf("events start at version %d instead of %d", first, c.Expect+1)
	}
	for i, e := range c.Events {
		if e.Version != first+uint64(i) || e.Version > maxVersion {
			return fmt.Sprintf("event %d states version %d instead of %d", i, e.Version, first+uint64(i))
		}
	}
	return ""
}

func (e *Event) check(c *Change) error {
	switch {
	case e.ID == uuid.Nil:
		return fmt.Errorf("%w: has no id", ErrInvalid)
	case !e.Ref.IsZero() && e.Ref != c.Ref:
		return fmt.Errorf("%w: belongs to %s", ErrInvalid, e.Ref)
	case e.At.Before(minTime) || e.At.After(maxTime):
		return fmt.Errorf("%w: time %s is outside the years 1678 to 2262", ErrInvalid, e.At.UTC().Format(time.RFC3339))
	}
	if err := checkName("type", e.Type, ident.MaxLength); err != nil {
		return err
	}
	return e.Actor.Check()
}

func checkEntries(subject func() string, entries []Entry) error {
	if n := len(entries); n > MaxEntries {
		return &LimitError{What: subject() + " index entries", Got: int64(n), Limit: MaxEntries}
	}
	for i, e := range entries {
		if err := checkIndexName(e.Index); err != nil {
			return &InvalidError{Subject: subject(), Err: err}
		}
		if n := len(e.Key); n > MaxKey {
			return &LimitError{What: subject() + " index key bytes", Got: int64(n), Limit: MaxKey}
		}
		for _, other := range entries[:i] {
			if e.Compare(other) == 0 {
				return &InvalidError{Subject: subject(), Reason: fmt.Sprintf("has index entry %q twice", e.Index)}
			}
		}
	}
	return nil
}

func checkIndexName(name string) error { return checkName("index", name, maxIndexName) }

func checkName(what, s string, limit int) error {
	switch {
	case s == "":
		return fmt.Errorf("%w: %s is empty", ErrInvalid, what)
	case len(s) > limit:
		return fmt.Errorf("%w: %s is longer than %d bytes", ErrInvalid, what, limit)
	case !utf8.ValidString(s):
		return fmt.Errorf("%w: %s %q is not valid UTF-8", ErrInvalid, what, s)
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("%w: %s %q contains a control character", ErrInvalid, what, s)
	}
	return nil
}

// CheckRead returns an InvalidError or LimitError unless a read of these refs
// by this tenant is well formed. It is meant for adapters.
func CheckRead(t ident.Tenant, refs ...ident.Ref) error {
	if err := t.Check(); err != nil {
		return &InvalidError{Subject: "read", Err: err}
	}
	if n := len(refs); n > MaxRefs {
		return &LimitError{What: "refs", Got: int64(n), Limit: MaxRefs}
	}
	for _, ref := range refs {
		if err := ref.Check(); err != nil {
			return &InvalidError{Subject: "read", Err: err}
		}
	}
	return nil
}

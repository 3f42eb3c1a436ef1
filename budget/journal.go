package budget

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Entry is one command that changed a Book, and when. The journal of entries is
// what a host stores; Replay rebuilds the Book from it.
type Entry struct {
	At      time.Time
	Role    string // in which it was given; "" = none
	Command Command
}

// stored is an Entry as the book keeps it.
type stored struct {
	seconds int64 // since the epoch
	nanos   int32
	role    int32
	command Command // nil = a Record of a run that was loaded
	run     int32   // index into Book.runs
	offset  int32   // of its fields in it
}

func (s *stored) time() time.Time { return time.Unix(s.seconds, int64(s.nanos)).UTC() }

func (w *written) entryAt(i int32) Entry {
	s := &w.entries[i]
	return Entry{s.time(), w.roles[s.role], w.command(i)}
}

// command returns the command of an entry.
func (w *written) command(i int32) Command {
	if s := &w.entries[i]; s.command == nil {
		return w.runs[s.run].command(i, s.offset)
	}
	return w.entries[i].command
}

// role returns the number of a role.
func (b *Book) role(role string) int32 {
	if role == "" {
		return 0
	}
	i, ok := b.roleOf[role]
	if !ok {
		i = int32(len(b.roles)) //nolint:gosec // fewer than entries
		b.roles, b.roleOf[role] = append(b.roles, role), i
	}
	return i
}

// Text returns what a person wrote in the command: its memo. It is what may have
// to be erased.
func (e Entry) Text() string { return textOf(e.Command) }

// Journal returns the entries after the first n, in order.
func (b *Book) Journal(n int) []Entry {
	n = min(max(n, 0), len(b.entries))
	out := make([]Entry, 0, len(b.entries)-n)
	for ; n < len(b.entries); n++ {
		out = append(out, b.entryAt(int32(n))) //nolint:gosec // see post
	}
	return out
}

// Entries returns the number of entries.
func (b *Book) Entries() int { return len(b.entries) }

// Replay applies entries that another Book of the same chart has journaled, all
// or none. Controls are not asked again: they decided when the entries were made.
// If one no longer fits, the error matches ErrUnreplayable.
func (b *Book) Replay(entries ...Entry) error {
	start := b.mark()
	b.now.trusted = true
	defer func() { b.now.trusted = false; b.keep() }()
	var r Result
	for i, e := range entries {
		r = Result{}
		if n := len(b.entries); n > 0 && e.At.Before(b.entries[n-1].time()) {
			r.Err = errors.New("it is older than the one before it")
		} else if s := e.At.Unix(); s < firstSecond || s > lastSecond {
			r.Err = errors.New("it is outside the years 1 to 9999")
		} else {
			b.one(e.Role, e.At, e.Command, &r)
		}
		if !r.Changed {
			b.rollback(&start)
			return fmt.Errorf("entry %d: %w: %w", i+1, ErrUnreplayable, cmp.Or(r.Err, errUnchanged))
		}
	}
	return nil
}

type wireEntry struct {
	At   time.Time       `json:"at"`
	Role string          `json:"role,omitempty"`
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

// MarshalJSON writes {"at": …, "kind": "reserve", "body": {…}}.
func (e Entry) MarshalJSON() ([]byte, error) {
	code, ok := codeOf(e.Command)
	if !ok {
		return nil, fmt.Errorf("entry with the command %T: %w", e.Command, ErrUnknown)
	}
	body, err := json.Marshal(e.Command)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wireEntry{e.At, e.Role, shapes[code].kind, body})
}

// UnmarshalJSON reads what MarshalJSON wrote. An unknown kind or field is an
// error.
func (e *Entry) UnmarshalJSON(data []byte) error {
	var w wireEntry
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	for i := range shapes {
		if shapes[i].kind != w.Kind {
			continue
		}
		c, err := shapes[i].json(w.Body)
		if err != nil {
			return fmt.Errorf("entry of kind %s: %w", w.Kind, err)
		}
		*e = Entry{w.At, w.Role, c}
		return nil
	}
	return fmt.Errorf("entry of kind %.40q: %w", w.Kind, ErrUnknown)
}

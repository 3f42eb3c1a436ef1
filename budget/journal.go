package budget

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Entry is one command that changed a Book, and when. The journal of entries is
// what a host stores; Replay rebuilds the Book from it.
type Entry struct {
	At      time.Time
	Command Command
}

// Journal returns the entries after the first n, in order.
func (b *Book) Journal(n int) []Entry {
	return slices.Clone(b.journal[min(max(n, 0), len(b.journal)):])
}

// Entries returns the number of entries.
func (b *Book) Entries() int { return len(b.journal) }

// Replay applies entries that another Book of the same chart has journaled. If
// one no longer fits, the Book is unchanged and the error matches
// ErrUnreplayable.
func (b *Book) Replay(entries ...Entry) error {
	trial := b.clone()
	for i, e := range entries {
		r := trial.apply(e.At, e.Command)
		if r.Err != nil || !r.Changed {
			return fmt.Errorf("entry %d: %w: %w", i+1, ErrUnreplayable, errors.Join(r.Err))
		}
	}
	*b = *trial
	return nil
}

type wireEntry struct {
	At   time.Time       `json:"at"`
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

// MarshalJSON writes {"at": …, "kind": "reserve", "body": {…}}.
func (e Entry) MarshalJSON() ([]byte, error) {
	if e.Command == nil {
		return nil, fmt.Errorf("entry without a command: %w", ErrUnknown)
	}
	body, err := json.Marshal(e.Command)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wireEntry{e.At, e.Command.kind(), body})
}

// UnmarshalJSON reads what MarshalJSON wrote. An unknown kind or field is an
// error.
func (e *Entry) UnmarshalJSON(data []byte) error {
	var w wireEntry
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	e.At = w.At
	var err error
	switch w.Kind {
	case "set-limit":
		e.Command, err = body[SetLimit](w.Body)
	case "set-plan":
		e.Command, err = body[SetPlan](w.Body)
	case "set-forecast":
		e.Command, err = body[SetForecast](w.Body)
	case "reserve":
		e.Command, err = body[Reserve](w.Body)
	case "release":
		e.Command, err = body[Release](w.Body)
	case "order":
		e.Command, err = body[Order](w.Body)
	case "close-order":
		e.Command, err = body[CloseOrder](w.Body)
	case "accrue":
		e.Command, err = body[Accrue](w.Body)
	case "invoice":
		e.Command, err = body[Invoice](w.Body)
	case "record":
		e.Command, err = body[Record](w.Body)
	case "transfer":
		e.Command, err = body[Transfer](w.Body)
	case "settle":
		e.Command, err = body[Settle](w.Body)
	case "close-period":
		e.Command, err = body[ClosePeriod](w.Body)
	default:
		return fmt.Errorf("entry of kind %.40q: %w", w.Kind, ErrUnknown)
	}
	if err != nil {
		return fmt.Errorf("entry of kind %s: %w", w.Kind, err)
	}
	return nil
}

func body[C Command](data []byte) (Command, error) {
	var c C
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return c, nil
}

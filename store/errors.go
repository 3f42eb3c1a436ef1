package store

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/ident"
)

// The kinds of failure a Store reports. Every adapter returns an error that
// matches one of them, the caller's context error, or the engine's own error,
// which then means: nothing was applied.
var (
	// ErrConflict is the kind of every ConflictError.
	ErrConflict = errors.New("store: version conflict")
	// ErrNotFound is the kind of every NotFoundError. A Store itself never
	// returns it: an absent record is a Record of Version 0.
	ErrNotFound = errors.New("store: not found")
	// ErrUnknownOutcome says that the batch may or may not have been applied.
	// Repeating the same Command is always safe and tells which.
	ErrUnknownOutcome = errors.New("store: unknown outcome")
	// ErrCommandReused says that the command was applied before with another Digest.
	ErrCommandReused = errors.New("store: command reused with another digest")
	// ErrTooLarge is the kind of every LimitError.
	ErrTooLarge = errors.New("store: too large")
	// ErrCursor says that a cursor is damaged, belongs to another tenant or
	// query, or lies beyond what the store holds.
	ErrCursor = errors.New("store: unusable cursor")
	// ErrInvalid is the kind of every InvalidError.
	ErrInvalid = errors.New("store: invalid request")
	// ErrNewerSchema is the kind of every SchemaError.
	ErrNewerSchema = errors.New("store: newer schema")
)

// ConflictError says which expectation of a batch did not hold. Versions of
// absent records are 0. It matches ErrConflict.
type ConflictError struct {
	Ref      ident.Ref
	Expected uint64
	Actual   uint64
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("store: %s: expected version %d, found %d", e.Ref, e.Expected, e.Actual)
}

// Is reports whether target is ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// NotFoundError names the record that does not exist. It matches ErrNotFound.
type NotFoundError struct{ Ref ident.Ref }

func (e *NotFoundError) Error() string { return fmt.Sprintf("store: %s: not found", e.Ref) }

// Is reports whether target is ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// LimitError says which floor a request exceeds. It matches ErrTooLarge.
type LimitError struct {
	What  string // "changes", "bytes", "refs", …
	Got   int64
	Limit int64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("store: %s: %d exceeds the limit of %d", e.What, e.Got, e.Limit)
}

// Is reports whether target is ErrTooLarge.
func (e *LimitError) Is(target error) bool { return target == ErrTooLarge }

// InvalidError says which part of a request is malformed and why. It matches
// ErrInvalid, and what Err matches.
type InvalidError struct {
	Subject string // "batch", "change 2 campaign/x", "query", …
	Reason  string
	Err     error // the cause, where there is one
}

func (e *InvalidError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("store: %s: %s", e.Subject, e.Err)
	}
	return fmt.Sprintf("store: %s: %s", e.Subject, e.Reason)
}

// Is reports whether target is ErrInvalid.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// Unwrap returns the cause, or nil.
func (e *InvalidError) Unwrap() error { return e.Err }

// SchemaError says that a state was written by a newer program than this one.
// It matches ErrNewerSchema.
type SchemaError struct {
	Kind  string
	Known uint16 // the newest schema this program reads
	Found uint16
}

func (e *SchemaError) Error() string {
	return fmt.Sprintf("store: %s: state has schema %d, this program knows up to %d", e.Kind, e.Found, e.Known)
}

// Is reports whether target is ErrNewerSchema.
func (e *SchemaError) Is(target error) bool { return target == ErrNewerSchema }

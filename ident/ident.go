package ident

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLength is the longest accepted Tenant, Person, or part of a Ref, in bytes.
const MaxLength = 255

// ErrInvalid is the kind of every error this package returns.
var ErrInvalid = errors.New("invalid identifier")

// InvalidError says which identifier was refused and why. It matches ErrInvalid.
type InvalidError struct {
	What   string // "tenant", "person", "ref kind", "ref id"
	Value  string
	Reason string
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("%s %.40q: %s", e.What, e.Value, e.Reason)
}

// Is reports whether target is ErrInvalid.
func (e *InvalidError) Is(target error) bool { return target == ErrInvalid }

// Tenant separates one customer's records from another's. It is the first
// component of every stored key; the empty Tenant is not a tenant.
type Tenant string

// Check returns an InvalidError unless t is a usable tenant.
func (t Tenant) Check() error { return check("tenant", string(t)) }

// Person is the host's key of a human or a service account.
type Person string

// Check returns an InvalidError unless p is a usable person.
func (p Person) Check() error { return check("person", string(p)) }

// Ref names one thing of one kind inside a tenant: {"campaign", "0198…"}.
// Packages refer to each other's things by Ref, never by pointer.
type Ref struct{ Kind, ID string }

// Check returns an InvalidError unless both parts are usable. The kind must
// not contain a slash, so that String can be parsed back.
func (r Ref) Check() error {
	if err := check("ref kind", r.Kind); err != nil {
		return err
	}
	if strings.Contains(r.Kind, "/") {
		return &InvalidError{"ref kind", r.Kind, "contains a slash"}
	}
	return check("ref id", r.ID)
}

// IsZero reports whether r names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// String returns "kind/id".
func (r Ref) String() string { return r.Kind + "/" + r.ID }

// Compare orders refs by kind, then id, byte by byte.
func (r Ref) Compare(other Ref) int {
	if c := strings.Compare(r.Kind, other.Kind); c != 0 {
		return c
	}
	return strings.Compare(r.ID, other.ID)
}

// ParseRef reads what String wrote. The id may contain slashes.
func ParseRef(s string) (Ref, error) {
	kind, id, ok := strings.Cut(s, "/")
	if !ok {
		return Ref{}, &InvalidError{"ref", s, `is not of the form "kind/id"`}
	}
	r := Ref{kind, id}
	return r, r.Check()
}

// MarshalText writes "kind/id".
func (r Ref) MarshalText() ([]byte, error) {
	if r.IsZero() {
		return nil, nil
	}
	return []byte(r.String()), r.Check()
}

// UnmarshalText reads "kind/id"; empty text is the zero Ref.
func (r *Ref) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Ref{}
		return nil
	}
	parsed, err := ParseRef(string(text))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

func check(what, s string) error {
	switch {
	case s == "":
		return &InvalidError{what, s, "is empty"}
	case len(s) > MaxLength:
		return &InvalidError{what, s[:32] + "…", fmt.Sprintf("is longer than %d bytes", MaxLength)}
	case !utf8.ValidString(s):
		return &InvalidError{what, s, "is not valid UTF-8"}
	case strings.ContainsFunc(s, unicode.IsControl):
		return &InvalidError{what, s, "contains a control character"}
	}
	return nil
}

// Package enum gives enumerated values their names in text and JSON.
package enum

import (
	"fmt"
	"slices"
)

// Name returns the name of a value; "unknown(9)" for one without.
func Name[E ~uint8](names []string, e E) string {
	if int(e) < len(names) {
		return names[e]
	}
	return fmt.Sprintf("unknown(%d)", uint8(e))
}

// Marshal returns the name of a value; for one without, an error that wraps invalid.
func Marshal[E ~uint8](names []string, e E, invalid error) ([]byte, error) {
	if int(e) >= len(names) {
		return nil, fmt.Errorf("%s: %w", Name(names, e), invalid)
	}
	return []byte(names[e]), nil
}

// Unmarshal sets a value by its name; the error of another text wraps invalid.
func Unmarshal[E ~uint8](names []string, text []byte, into *E, invalid error) error {
	at := slices.Index(names, string(text))
	if at < 0 {
		return fmt.Errorf("%.40q: want one of %q: %w", text, names, invalid)
	}
	*into = E(at) //nolint:gosec // a few names
	return nil
}

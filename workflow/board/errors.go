package board

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-marops/marops/ident"
)

// The kinds of error of this package, beside the finding.List of Compile.
var (
	ErrSyntax   = errors.New("invalid document")    // JSON that is not what it should be
	ErrInvalid  = errors.New("is not valid")        // the content of a command, an Env
	ErrUnknown  = errors.New("is not known")        // a column, a lane, a card
	ErrExists   = errors.New("is on the board")     // an item added twice
	ErrBlocked  = errors.New("is blocked")          // a blocked card does not move
	ErrLimit    = errors.New("limit reached")       // see LimitError
	ErrNothing  = errors.New("nothing to pull")     // see NothingError
	ErrSequence = errors.New("is out of sequence")  // an Event that is not the next one, or earlier than the last
	ErrBoard    = errors.New("is of another board") // a State
)

// LimitError says which limit stands in the way of a card, and what fills it.
// It matches ErrLimit.
type LimitError struct {
	Item ident.Ref
	Load Load
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%v: %v: %v: %s", e.Item, e.Load.Scope, ErrLimit, e.Load.text())
}

// Is reports whether target is ErrLimit.
func (e *LimitError) Is(target error) bool { return target == ErrLimit }

// Passed is a card that was passed over in a pull.
type Passed struct {
	Item   ident.Ref
	Reason string
}

func (p Passed) String() string { return p.Item.String() + " passed over: " + p.Reason }

// NothingError says that no card can be pulled, and why not. It matches
// ErrNothing.
type NothingError struct {
	To     ColumnKey
	Passed []Passed // in the order of the policy; none if no card is there
}

func (e *NothingError) Error() string {
	text := fmt.Sprintf("column %s: %v", e.To, ErrNothing)
	reasons := make([]string, len(e.Passed))
	for i, p := range e.Passed {
		reasons[i] = p.String()
	}
	if len(reasons) > 0 {
		text += ": " + strings.Join(reasons, "; ")
	}
	return text
}

// Is reports whether target is ErrNothing.
func (e *NothingError) Is(target error) bool { return target == ErrNothing }

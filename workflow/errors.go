package workflow

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/ident"
)

// The kinds of error of this package, beside the finding.List of Compile.
var (
	ErrSyntax     = errors.New("invalid document")              // see SyntaxError
	ErrDenied     = errors.New("denied")                        // see DeniedError
	ErrSuperseded = errors.New("superseded")                    // see SupersededError
	ErrState      = errors.New("is not in a state for this")    // a decided stage, a withdrawn instance
	ErrUnknown    = errors.New("is not known")                  // a stage, a kind of event
	ErrInvalid    = errors.New("is not valid")                  // the content of a command, a name, an Env
	ErrDefinition = errors.New("belongs to another definition") // a State or Event of another hash
	ErrSequence   = errors.New("is out of sequence")            // an Event that is not the next one
)

// SyntaxError names the place in a JSON document that could not be read. It
// matches ErrSyntax.
type SyntaxError struct {
	Path   string // "flow[1].par[0].due"; "" = the whole document
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Path == "" {
		return "document: " + e.Reason
	}
	return e.Path + ": " + e.Reason
}

// Is reports whether target is ErrSyntax.
func (e *SyntaxError) Is(target error) bool { return target == ErrSyntax }

// DeniedError says whom which rule forbids what. It matches ErrDenied.
type DeniedError struct {
	Rule   string // "requester", "requesters", "contributors", "stage:copy", "eligible", "delegation", "once", "managers", "quorum"
	Reason string // for people
	Person ident.Person
	Stage  StageKey // "" = the whole instance
}

func (e *DeniedError) Error() string {
	at := ""
	if e.Stage != "" {
		at = " in stage " + string(e.Stage)
	}
	return fmt.Sprintf("%s%s: %s (%s)", e.Person, at, e.Reason, e.Rule)
}

// Is reports whether target is ErrDenied.
func (e *DeniedError) Is(target error) bool { return target == ErrDenied }

// SupersededError says that a command was made with another version of the
// subject in mind than the current one. It matches ErrSuperseded.
type SupersededError struct{ Seen, Current int }

func (e *SupersededError) Error() string {
	return fmt.Sprintf("version %d: superseded, current is %d", e.Seen, e.Current)
}

// Is reports whether target is ErrSuperseded.
func (e *SupersededError) Is(target error) bool { return target == ErrSuperseded }

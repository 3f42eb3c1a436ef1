package budget

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// The kinds of error of this package.
var (
	ErrLimit        = errors.New("limit exceeded")                  // see LimitError
	ErrUnknown      = errors.New("is not known")                    // a node, period, request, order or transfer
	ErrKeyReused    = errors.New("stands for something else")       // a Ref or Key with other content
	ErrState        = errors.New("is not in a state for this")      // a settled transfer, a closed order or period
	ErrAmount       = errors.New("is not an amount for this")       // sign, currency or size
	ErrRate         = errors.New("has no rate")                     // a currency without a budget rate
	ErrUnreplayable = errors.New("journal does not fit this chart") // see Replay
)

// LimitError says which node refused a decision and how much it had left. It
// matches ErrLimit.
type LimitError struct {
	Node     NodeKey
	Period   fiscal.Key // in which, or through which, it is exceeded
	Control  Control
	Wanted   money.Money // the increase of use asked for, or the cut of limit
	Headroom money.Money // what the control still allows; negative if it is exceeded already
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: wanted %v, headroom %v (%s)", e.Node, e.Wanted, e.Headroom, e.window())
}

// window is "total window" or "ytd window of FY2026-P02".
func (e *LimitError) window() string {
	if e.Control.Window == Total {
		return "total window"
	}
	return fmt.Sprintf("%v window of %v", e.Control.Window, e.Period)
}

// Is reports whether target is ErrLimit.
func (e *LimitError) Is(target error) bool { return target == ErrLimit }

package allocate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-marops/marops/money"
)

// The kinds of error of a Model.
var (
	ErrInfeasible = errors.New("no allocation keeps the bounds") // see InfeasibleError
	ErrBudget     = errors.New("invalid budget")                 // negative, of another currency, or out of range
	ErrTarget     = errors.New("target out of reach")            // see TargetError
)

// InfeasibleError names the bounds that no allocation keeps. It matches ErrInfeasible.
type InfeasibleError struct {
	Wanted money.Money // what the bounds make necessary; zero if it is not a matter of an amount
	Budget money.Money // what there is
	Bounds []string    // "tv min 50.00 EUR", the largest first
}

// Error returns one line with all bounds.
func (e *InfeasibleError) Error() string {
	what := ErrInfeasible.Error()
	if e.Wanted != (money.Money{}) {
		what = fmt.Sprintf("budget of %s is less than the %s that bounds ask for", e.Budget.Grouped(), e.Wanted.Grouped())
	}
	if len(e.Bounds) == 0 {
		return what
	}
	return what + ": " + strings.Join(e.Bounds, ", ")
}

// Is reports whether target is ErrInfeasible.
func (e *InfeasibleError) Is(target error) bool { return target == ErrInfeasible }

// TargetError tells how far spend can go. It matches ErrTarget.
type TargetError struct {
	Target float64
	Most   float64     // no allocation responds with more
	Spend  money.Money // the most that may be spent
}

// Error returns one line.
func (e *TargetError) Error() string {
	return fmt.Sprintf("target of %.6g: the %s that may be spent bring at most %.6g", e.Target, e.Spend.Grouped(), e.Most)
}

// Is reports whether target is ErrTarget.
func (e *TargetError) Is(target error) bool { return target == ErrTarget }

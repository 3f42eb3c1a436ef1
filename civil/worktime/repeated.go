package worktime

import (
	"errors"
	"fmt"
	"slices"
)

// Repeated says which instant a shift's clock time means when the clocks go back
// and show it twice. At the end of October in Europe, a shift to 02:30 is over
// at the first 02:30 (Earlier) or goes on to the second, an hour later (Later);
// one from 02:30 begins at the first or at the second.
type Repeated uint8

// The choices, in the words of ECMAScript's Temporal.
const (
	Earlier Repeated = iota // before the clocks go back
	Later                   // after they have gone back
)

// ErrRepeated is the kind of every error about text that is no Repeated.
var ErrRepeated = errors.New("invalid choice of a repeated time")

var repeatedWords = []string{Earlier: "earlier", Later: "later"}

// String returns "earlier" or "later".
func (r Repeated) String() string {
	if int(r) < len(repeatedWords) {
		return repeatedWords[r]
	}
	return fmt.Sprintf("repeated(%d)", uint8(r))
}

// MarshalText writes what String returns. A value that is neither Earlier nor
// Later is an error matching ErrRepeated.
func (r Repeated) MarshalText() ([]byte, error) {
	if int(r) >= len(repeatedWords) {
		return nil, fmt.Errorf("repeated %d: want earlier or later: %w", uint8(r), ErrRepeated)
	}
	return []byte(repeatedWords[r]), nil
}

// UnmarshalText reads "earlier" or "later".
func (r *Repeated) UnmarshalText(text []byte) error {
	i := slices.Index(repeatedWords, string(text))
	if i < 0 {
		return fmt.Errorf("repeated %.20q: want earlier or later: %w", text, ErrRepeated)
	}
	*r = Repeated(i)
	return nil
}

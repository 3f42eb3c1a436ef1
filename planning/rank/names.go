package rank

import (
	"errors"
	"fmt"
	"slices"
)

// ErrName is the kind of every error about text that names no direction,
// normalisation or priority.
var ErrName = errors.New("unknown name")

// NameError says which text was refused. It matches ErrName.
type NameError struct {
	Text string
	Want []string
}

// Error returns the text and the names that there are.
func (e *NameError) Error() string { return fmt.Sprintf("name %.40q: want one of %v", e.Text, e.Want) }

// Is reports whether target is ErrName.
func (e *NameError) Is(target error) bool { return target == ErrName }

func nameOf[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("unknown(%d)", uint8(v))
}

func marshalName[T ~uint8](names []string, v T) ([]byte, error) {
	if int(v) >= len(names) {
		return nil, &NameError{nameOf(names, v), names}
	}
	return []byte(names[v]), nil
}

func unmarshalName[T ~uint8](names []string, v *T, text []byte) error {
	if len(text) == 0 {
		*v = 0
		return nil
	}
	i := slices.Index(names, string(text))
	if i < 0 {
		return &NameError{string(text), names}
	}
	*v = T(i)
	return nil
}

// Package strictjson decodes JSON that people write, and refuses what
// encoding/json would pass over: a name given twice in one object, of which
// only the last would count, also in other letters, for it does not tell them
// apart; unknown names; further values; bytes that are not UTF-8; nesting.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// MaxDepth is how deep values may be nested.
const MaxDepth = 32

// Unmarshal decodes one value into a pointer. Errors name the byte, where they
// know it; the value may then be half filled.
func Unmarshal(data []byte, into any) error {
	if err := check(data); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

type level struct {
	object, value bool // value: the next token is one, not a name
	seen          map[string]bool
}

func check(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var stack []level
	for {
		tok, err := dec.Token()
		if err != nil {
			return err
		}
		delim, isDelim := tok.(json.Delim)
		if isDelim && (delim == '}' || delim == ']') {
			stack = stack[:len(stack)-1]
		} else {
			if len(stack) > 0 && stack[len(stack)-1].object {
				top := &stack[len(stack)-1]
				if !top.value {
					name, _ := tok.(string)
					folded := strings.ToLower(name)
					if top.seen[folded] {
						return fmt.Errorf("byte %d: %.40q is given twice", dec.InputOffset(), name)
					}
					top.seen[folded], top.value = true, true
					continue
				}
				top.value = false
			}
			if isDelim {
				if len(stack) == MaxDepth {
					return fmt.Errorf("byte %d: nested deeper than %d", dec.InputOffset(), MaxDepth)
				}
				stack = append(stack, level{object: delim == '{', seen: map[string]bool{}})
			}
		}
		if len(stack) == 0 {
			if _, err := dec.Token(); !errors.Is(err, io.EOF) {
				return fmt.Errorf("byte %d: more than one value", dec.InputOffset())
			}
			return nil
		}
	}
}

package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The caps on documents that this package reads.
const (
	MaxBytes = 1 << 20 // bytes of a JSON document
	MaxDepth = 128     // nesting of a JSON document
)

// MaxNesting is how deep the blocks of a flow may nest. With maxCondNesting it
// keeps the canonical form, three JSON levels a block and two a condition,
// within MaxDepth.
const MaxNesting = 24

const maxCondNesting = 12

// jsonValue is a parsed JSON value that knows its place. Paths are built only
// for errors: a document of long keys must not multiply.
type jsonValue struct {
	parent *jsonValue
	key    string     // in an object
	index  int        // in an array, else -1
	token  json.Token // nil, bool, string, json.Number, or json.Delim '{' or '['
	items  []*jsonValue
}

func (v *jsonValue) path() string {
	var parts []string
	for at := v; at != nil && at.parent != nil; at = at.parent {
		switch {
		case at.index >= 0:
			parts = append(parts, "["+strconv.Itoa(at.index)+"]")
		case at.parent.parent != nil:
			parts = append(parts, fmt.Sprintf(".%.40s", at.key))
		default:
			parts = append(parts, fmt.Sprintf("%.40s", at.key))
		}
	}
	var b strings.Builder
	for i := range parts {
		b.WriteString(parts[len(parts)-1-i])
	}
	return b.String()
}

func (v *jsonValue) errorf(format string, args ...any) error {
	return &SyntaxError{Path: v.path(), Reason: fmt.Sprintf(format, args...)}
}

// parseJSON reads one JSON document within the caps. It refuses duplicate keys,
// invalid UTF-8 and anything after the document.
func parseJSON(data []byte) (*jsonValue, error) {
	if len(data) > MaxBytes {
		return nil, &SyntaxError{Reason: fmt.Sprintf("%d bytes, at most %d are read", len(data), MaxBytes)}
	}
	if !utf8.Valid(data) {
		return nil, &SyntaxError{Reason: "not UTF-8"}
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	root := &jsonValue{index: -1}
	if err := root.read(dec, 1); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, &SyntaxError{Reason: "something follows the document"}
	}
	return root, nil
}

func (v *jsonValue) next(dec *json.Decoder) (json.Token, error) {
	token, err := dec.Token()
	if errors.Is(err, io.EOF) {
		return nil, v.errorf("the document ends too early")
	}
	if err != nil {
		return nil, v.errorf("%v at byte %d", err, dec.InputOffset())
	}
	return token, nil
}

func (v *jsonValue) read(dec *json.Decoder, depth int) error {
	if depth > MaxDepth {
		return v.errorf("nested deeper than %d", MaxDepth)
	}
	var err error
	if v.token, err = v.next(dec); err != nil {
		return err
	}
	delim, ok := v.token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for dec.More() {
		child := &jsonValue{parent: v, index: -1}
		if delim == '{' {
			key, err := v.next(dec)
			if err != nil {
				return err
			}
			child.key, ok = key.(string)
			if !ok {
				return v.errorf("want a key")
			}
			if seen[child.key] {
				return child.errorf("the key stands here twice")
			}
			seen[child.key] = true
		} else {
			child.index = len(v.items)
		}
		if err := child.read(dec, depth+1); err != nil {
			return err
		}
		v.items = append(v.items, child)
	}
	_, err = v.next(dec) // the closing bracket
	return err
}

func (v *jsonValue) isDelim(d json.Delim) bool { return v.token == d }

// object returns the members of an object.
func (v *jsonValue) object() ([]*jsonValue, error) {
	if !v.isDelim('{') {
		return nil, v.errorf("want an object")
	}
	return v.items, nil
}

// array returns the items of an array.
func (v *jsonValue) array() ([]*jsonValue, error) {
	if !v.isDelim('[') {
		return nil, v.errorf("want an array")
	}
	return v.items, nil
}

// text returns a string.
func (v *jsonValue) text() (string, error) {
	s, ok := v.token.(string)
	if !ok {
		return "", v.errorf("want a text")
	}
	return s, nil
}

// texts returns an array of strings as a slice of a string type.
func texts[S ~string](v *jsonValue) ([]S, error) {
	items, err := v.array()
	if err != nil {
		return nil, err
	}
	var list []S
	for _, item := range items {
		s, err := item.text()
		if err != nil {
			return nil, err
		}
		list = append(list, S(s))
	}
	return list, nil
}

// textInto reads a string into a string type.
func textInto[S ~string](v *jsonValue, into *S) error {
	s, err := v.text()
	*into = S(s)
	return err
}

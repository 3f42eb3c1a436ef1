package mining

import (
	"bytes"
	"fmt"
	"strconv"
)

// tag is an element's start or end.
type tag struct {
	name                     []byte // with its prefix
	key, value, keys, called []byte // the attributes key, value, keys and name, as in the file
	closing, empty           bool
	hasKey, hasValue         bool
}

// local returns the name without its prefix.
func (t *tag) local() []byte { return t.name[bytes.IndexByte(t.name, ':')+1:] }

const (
	space = 1 << iota
	nameEnd
)

// class says for each byte whether it is white space, and whether it ends a name.
var class = [256]uint8{' ': space | nameEnd, '\t': space | nameEnd, '\n': space | nameEnd, '\r': space | nameEnd, '/': nameEnd, '>': nameEnd, '=': nameEnd, '<': nameEnd, '"': nameEnd, '\'': nameEnd}

// parse reads a tag at the start of b and returns its length; 0 if b does not
// hold all of it.
func (t *tag) parse(b []byte) (int, error) {
	*t = tag{}
	i := 1
	if b[i] == '/' {
		t.closing = true
		i++
	}
	start := i
	for i < len(b) && class[b[i]]&nameEnd == 0 {
		i++
	}
	if i == len(b) {
		return 0, nil
	}
	t.name = b[start:i]
	if c := b[start]; i == start || c|0x20 < 'a' && c != '_' && c != ':' || c|0x20 > 'z' && c < 0x80 && c != '_' {
		return 0, malformed("markup is malformed: < is not followed by a name")
	}
	if n, ok := t.usual(b[i:]); ok {
		return i + n, nil
	}
	for {
		before := i
		for i < len(b) && class[b[i]]&space != 0 {
			i++
		}
		if i == len(b) {
			return 0, nil
		}
		switch {
		case b[i] == '>':
			return i + 1, nil
		case b[i] == '/' && !t.closing:
			if i+1 == len(b) {
				return 0, nil
			}
			if b[i+1] != '>' {
				return 0, t.broken()
			}
			t.empty = true
			return i + 2, nil
		case t.closing || i == before:
			return 0, t.broken()
		}
		n, err := t.attribute(b[i:])
		if n == 0 {
			return 0, err
		}
		i += n
	}
}

// usual reads the rest of a tag as nearly all of them are written, key="…"
// value="…", and reports whether it is one.
func (t *tag) usual(b []byte) (int, bool) {
	const key, value = ` key="`, ` value="`
	if len(b) < len(key) || string(b[:len(key)]) != key {
		return 0, false
	}
	i := len(key)
	n := bytes.IndexByte(b[i:], '"')
	if n < 0 || len(b) < i+n+1+len(value) || string(b[i+n+1:i+n+1+len(value)]) != value {
		return 0, false
	}
	v := i + n + 1 + len(value)
	m := bytes.IndexByte(b[v:], '"')
	if m < 0 || len(b) < v+m+3 {
		return 0, false
	}
	end := v + m + 1
	switch {
	case b[end] == '/' && b[end+1] == '>' && !t.closing:
		t.empty = true
		end += 2
	case b[end] == '>' && !t.closing:
		end++
	default:
		return 0, false
	}
	t.key, t.value, t.hasKey, t.hasValue = b[i:i+n], b[v:v+m], true, true
	return end, true
}

func (t *tag) broken() error {
	return malformed(fmt.Sprintf("tag %s is malformed", quote(t.name)))
}

// quote shortens what is quoted in an error and makes it readable.
func quote(b []byte) string { return strconv.Quote(string(b[:min(len(b), 40)])) }

// attribute reads name="value" and returns its length; 0 if b does not hold all
// of it.
func (t *tag) attribute(b []byte) (int, error) {
	i := 0
	for i < len(b) && class[b[i]]&nameEnd == 0 {
		i++
	}
	name := b[:i]
	for i < len(b) && class[b[i]]&space != 0 {
		i++
	}
	if i == len(b) {
		return 0, nil
	}
	if b[i] != '=' || len(name) == 0 {
		return 0, t.broken()
	}
	i++
	for i < len(b) && class[b[i]]&space != 0 {
		i++
	}
	if i == len(b) {
		return 0, nil
	}
	if b[i] != '"' && b[i] != '\'' {
		return 0, t.broken()
	}
	n := bytes.IndexByte(b[i+1:], b[i])
	if n < 0 {
		return 0, nil
	}
	value := b[i+1 : i+1+n]
	switch string(name) {
	case "key":
		t.key, t.hasKey = value, true
	case "value":
		t.value, t.hasValue = value, true
	case "keys":
		t.keys = value
	case "name":
		t.called = value
	}
	return i + n + 2, nil
}

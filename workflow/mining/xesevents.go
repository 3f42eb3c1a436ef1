package mining

import (
	"bytes"
	"fmt"
	"strings"
)

// known finds the code of a value by its bytes in the file, so that a value which
// comes again is neither copied nor checked again.
type known struct {
	dict   *dictionary
	codes  map[string]int32
	recent [64]recent // by length and last byte: most values are among a few
}

type recent struct {
	raw  string
	code int32 // plus one
}

func (k *known) of(b []byte) (int32, error) {
	slot := &k.recent[0]
	if n := len(b); n > 0 {
		slot = &k.recent[(uint(b[n-1])^uint(b[n/2])<<2^uint(n)<<4)%64] //nolint:gosec // a length is not negative
	}
	if slot.code > 0 && slot.raw == string(b) {
		return slot.code - 1, nil
	}
	code, ok := k.codes[string(b)]
	raw := ""
	if !ok {
		s, err := text(b)
		if err != nil {
			return 0, err
		}
		code = k.dict.code(s)
		if k.codes == nil {
			k.codes = make(map[string]int32)
		}
		if raw = s; raw != string(b) {
			raw = string(b)
		}
		k.codes[raw] = code
	} else {
		raw = string(b)
	}
	*slot = recent{raw, code + 1}
	return code, nil
}

// child begins what stands directly in the log.
func (x *xes) child() error {
	t := &x.scan.tag
	switch string(t.local()) {
	case "trace":
		if x.Classifier != "" && x.keys == nil {
			return malformed(fmt.Sprintf("classifier %.60q is not declared, there are %.200q", x.Classifier, x.classes))
		}
		x.inTrace, x.first, x.named, x.nth = true, len(x.raw.at), false, 0
		x.traces++
		for i := range x.held {
			x.held[i] = -1
		}
	case "event":
		return malformed("event outside of a trace")
	case "classifier":
		name, err := text(t.called)
		if err != nil {
			return err
		}
		if len(x.classes) < 100 {
			x.classes = append(x.classes, name)
		}
		if x.Classifier == "" || name != x.Classifier || x.keys != nil {
			return nil
		}
		keys, err := text(t.keys)
		if err != nil {
			return err
		}
		if x.keys = classifierKeys(keys); len(x.keys) == 0 || len(x.keys) > 16 {
			return malformed(fmt.Sprintf("classifier %.60q has %d keys, want 1 to 16", name, len(x.keys)))
		}
		x.parts = make([][]byte, len(x.keys))
	}
	return nil
}

// classifierKeys parts a list of keys; a key with blanks in it stands in quotes.
func classifierKeys(s string) []string {
	var keys []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		var key string
		if s[0] == '\'' {
			key, s, _ = strings.Cut(s[1:], "'")
		} else {
			key, s, _ = strings.Cut(s, " ")
		}
		keys = append(keys, key)
	}
	return keys
}

func (x *xes) endEvent() error {
	e := &x.event
	if x.keys != nil {
		label, err := text(bytes.Join(x.parts, []byte{'+'}))
		if err != nil {
			return err
		}
		e.activity = x.raw.activities.code(label)
	}
	if e.activity < 0 || !e.timed {
		return malformed("event without concept:name or time:timestamp")
	}
	if len(x.raw.at) >= x.MaxEvents {
		return malformed(x.tooMany())
	}
	x.raw.add(0, e.activity, e.resource, e.lifecycle, e.at)
	for i, code := range e.values {
		if code >= 0 {
			x.raw.events[i].set(len(x.raw.at)-1, code)
			x.raw.events[i].typed(e.kinds[i])
		}
	}
	return nil
}

func (x *xes) endTrace() error {
	if !x.named {
		return malformed("trace without concept:name")
	}
	if x.first == len(x.raw.at) {
		return nil
	}
	before := len(x.raw.ids.names)
	c := x.raw.open(x.id)
	if int(c) < before {
		x.raw.merged++
	}
	for i := x.first; i < len(x.raw.at); i++ {
		x.raw.caseOf[i] = c
	}
	for i, code := range x.held {
		if code >= 0 {
			x.raw.cases[i].set(int(c), code)
			x.raw.cases[i].typed(x.kinds[i])
		}
	}
	return nil
}

func (x *xes) traceAttribute() error {
	t := &x.scan.tag
	key, err := t.keyText()
	if err != nil {
		return err
	}
	if string(key) == "concept:name" {
		x.id, err = text(t.value)
		x.named = true
		if err != nil {
			return err
		}
	}
	if len(x.ofCase) == 0 {
		return nil
	}
	if i, ok := x.wanted[casePrefix+string(key)]; ok && t.hasValue {
		x.kinds[i] = t.kind()
		x.held[i], err = x.ofCase[i].of(t.value)
	}
	return err
}

// keyText returns the key, with its references resolved.
func (t *tag) keyText() ([]byte, error) {
	if bytes.IndexByte(t.key, '&') < 0 {
		return t.key, nil
	}
	s, err := text(t.key)
	return []byte(s), err
}

func (t *tag) kind() kind {
	switch string(t.local()) {
	case "date":
		return dateKind
	case "int":
		return intKind
	case "float":
		return floatKind
	case "boolean":
		return boolKind
	case "id":
		return idKind
	default:
		return stringKind
	}
}

func (x *xes) eventAttribute() error {
	t, e := &x.scan.tag, &x.event
	if !t.hasKey {
		return nil
	}
	key, err := t.keyText()
	if err != nil {
		return err
	}
	for i, k := range x.keys {
		if k == string(key) {
			x.parts[i] = append(x.parts[i][:0], t.value...)
		}
	}
	switch string(key) {
	case "concept:name":
		if x.keys == nil {
			e.activity, err = x.known[0].of(t.value)
		}
	case "org:resource":
		e.resource, err = x.known[1].of(t.value)
	case "lifecycle:transition":
		e.lifecycle, err = x.known[2].of(t.value)
	case "time:timestamp":
		if e.at, e.timed = parseMillis(t.value, x.Zone); !e.timed {
			return malformed(fmt.Sprintf("time:timestamp %s: want a time with an offset, as in 2026-03-10T09:00:00.000+01:00", quote(t.value)))
		}
	}
	if err != nil || len(x.values) == 0 {
		return err
	}
	if i, ok := x.wanted[string(key)]; ok && t.hasValue && i < len(x.values) && x.raw.events[i].name == string(key) {
		e.kinds[i] = t.kind()
		e.values[i], err = x.values[i].of(t.value)
	}
	return err
}

package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// template is a text with the values of fields in it.
type template struct {
	value Value // a literal
	parts []part
	whole bool // one field as it is, typed
}

type part struct {
	text  string
	field int // -1 = text
}

// parseTemplate reads a template for a parameter.
func parseTemplate(text string, event *eventType, p Param) (template, error) {
	var t template
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			t.parts = append(t.parts, part{plain.String(), -1})
			plain.Reset()
		}
	}
	if !utf8.ValidString(text) {
		return t, fmt.Errorf("%.40q: not UTF-8: it %w", text, ErrInvalid)
	}
	for i := 0; i < len(text); i++ {
		b := text[i]
		if (b == '{' || b == '}') && i+1 < len(text) && text[i+1] == b {
			i++
		} else if b == '{' {
			name, _, closed := strings.Cut(text[i+1:], "}")
			at, known := event.index[FieldKey(name)]
			if !closed || !known {
				return t, fmt.Errorf("%.40q: field %.40q %w", text, name, ErrUnknown)
			}
			flush()
			t.parts = append(t.parts, part{field: at})
			i += len(name) + 1
			continue
		} else if b == '}' {
			return t, fmt.Errorf("%.40q: a brace without its other: it %w", text, ErrInvalid)
		}
		plain.WriteByte(b)
	}
	fields := slices.ContainsFunc(t.parts, func(p part) bool { return p.field >= 0 })
	if !fields {
		var err error
		t.value, err = literal(plain.String(), p.Type, p.Currency)
		return t, err
	}
	flush()
	if len(t.parts) == 1 {
		f := event.Fields[t.parts[0].field]
		if t.whole = f.Type == p.Type && f.Currency == p.Currency; t.whole {
			return t, nil
		}
	}
	if p.Type != TypeText {
		return t, fmt.Errorf("%.40q in place of a %v %w", text, p.Type, ErrInvalid)
	}
	return t, nil
}

// fill returns the value of a template; missing names the first field that is.
func (t *template) fill(event *eventType, f *facts) (v Value, missing FieldKey) {
	if t.value.set {
		return t.value, ""
	}
	for _, p := range t.parts {
		if p.field >= 0 && !f.now[p.field].set {
			return Value{}, event.Fields[p.field].Key
		}
	}
	if t.whole {
		return f.now[t.parts[0].field], ""
	}
	var b strings.Builder
	for _, p := range t.parts {
		if p.field < 0 {
			b.WriteString(p.text)
		} else {
			b.WriteString(f.now[p.field].String())
		}
	}
	return Text(b.String()), ""
}

package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
)

func checkKey(found *finding.List, what, key string) {
	switch {
	case key == "":
		found.Errorf("rules.key", what, "give it a key", "no key")
	case len(key) > ident.MaxLength || !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl) || strings.ContainsAny(key, "{}"):
		found.Errorf("rules.key", what, "use a short text without braces", "%.40q is no key", key)
	}
}

// MaxText is how many bytes a name or value may have.
const MaxText = 64 << 10

func checkText(found *finding.List, what, text string) {
	if len(text) > MaxText || !utf8.ValidString(text) {
		found.Errorf("rules.text", what, "use a shorter text in UTF-8", "%d bytes", len(text))
	}
}

func (s *Set) schema(found *finding.List) {
	s.depth = s.doc.Schema.MaxDepth
	if s.depth == 0 {
		s.depth = defaultDepth
	}
	if s.depth < 0 {
		found.Errorf("rules.schema", "max_depth", "use 0 for the default", "%d", s.depth)
	}
	typed := func(subject string, typ Type, currency money.Currency) {
		_, err := currency.MarshalText()
		if int(typ) >= len(typeNames) || (typ == TypeAmount) != (currency != 0) || err != nil {
			found.Errorf("rules.schema", subject, "give amounts, and nothing else, a currency", "type %v, currency %v", typ, currency)
		}
	}
	for i, e := range s.doc.Schema.Events {
		subject := "event/" + string(e.Key)
		checkKey(found, fmt.Sprintf("events[%d]", i), string(e.Key))
		if s.events[e.Key] != nil {
			found.Errorf("rules.key", subject, "rename one", "two events have this key")
		}
		event := &eventType{EventType: e, index: map[FieldKey]int{}}
		s.events[e.Key] = event
		seen := map[string]bool{} // in small letters: as names in JSON they are told apart by more than case
		for k, f := range e.Fields {
			checkKey(found, fmt.Sprintf("%s.fields[%d]", subject, k), string(f.Key))
			if small := strings.ToLower(string(f.Key)); seen[small] {
				found.Errorf("rules.key", subject, "rename one", "two fields have the key %s, but for capitals", small)
			} else {
				seen[small] = true
			}
			event.index[f.Key] = k
			typed(subject+"."+string(f.Key), f.Type, f.Currency)
			for _, v := range f.Values {
				checkText(found, subject+"."+string(f.Key), v)
			}
			if f.Values != nil && (f.Type != TypeText || len(f.Values) == 0) {
				found.Errorf("rules.schema", subject+"."+string(f.Key), "list the values of a text, or none", "%d values of a %v", len(f.Values), f.Type)
			}
		}
	}
	for i := range s.doc.Schema.Actions {
		a := &s.doc.Schema.Actions[i]
		subject := "action/" + string(a.Key)
		checkKey(found, fmt.Sprintf("actions[%d]", i), string(a.Key))
		if s.actions[a.Key] != nil {
			found.Errorf("rules.key", subject, "rename one", "two actions have this key")
		}
		s.actions[a.Key] = a
		params, seen := map[ParamKey]*Param{}, map[string]bool{}
		for k, p := range a.Params {
			checkKey(found, fmt.Sprintf("%s.params[%d]", subject, k), string(p.Key))
			if small := strings.ToLower(string(p.Key)); seen[small] {
				found.Errorf("rules.key", subject, "rename one", "two parameters have the key %s, but for capitals", small)
			} else {
				seen[small] = true
			}
			params[p.Key] = &a.Params[k]
			typed(subject+"."+string(p.Key), p.Type, p.Currency)
		}
		for _, e := range a.Causes {
			event := s.events[e.Event]
			if event == nil {
				found.Errorf("rules.event.unknown", subject, "add it to the schema", "causes %.40q", e.Event)
				continue
			}
			for _, f := range slices.Sorted(maps.Keys(e.Sets)) {
				at, known := event.index[f]
				p := params[e.Sets[f]]
				if !known || p == nil || event.Fields[at].Type != p.Type || event.Fields[at].Currency != p.Currency {
					found.Errorf("rules.schema", subject, "set a field of the event from a parameter of its type", "sets %.40q from %.40q", f, e.Sets[f])
				}
			}
		}
	}
}

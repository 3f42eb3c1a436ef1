package rules

import (
	"fmt"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/enum"
	"github.com/go-marops/marops/internal/strictjson"
	"github.com/go-marops/marops/money"
)

type (
	// RuleKey names a rule.
	RuleKey string
	// EventKey names a kind of event.
	EventKey string
	// FieldKey names a field of an event.
	FieldKey string
	// ActionKey names a kind of action.
	ActionKey string
	// ParamKey names a parameter of an action.
	ParamKey string
)

// Document is rules and their schema as one JSON value.
type Document struct {
	Schema Schema `json:"schema"`
	Rules  []Rule `json:"rules"`
}

// UnmarshalJSON reads a document and nothing else: unknown and repeated names
// are errors, which match ErrSyntax. What it means is Compile's business.
func (d *Document) UnmarshalJSON(data []byte) error {
	type plain Document // without this method
	var p plain
	if err := strictjson.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("rules: %w: %w", ErrSyntax, err)
	}
	*d = Document(p)
	return nil
}

// Schema says what rules are about.
type Schema struct {
	Events   []EventType  `json:"events"`
	Actions  []ActionType `json:"actions"`
	MaxDepth int          `json:"max_depth,omitempty"` // how many rules may set each other off in a row; 0 = 8
}

// EventType is a kind of event.
type EventType struct {
	Key    EventKey `json:"key"`
	Fields []Field  `json:"fields,omitempty"`
}

// Field is a fact that an event carries.
type Field struct {
	Key      FieldKey       `json:"key"`
	Type     Type           `json:"type"`
	Currency money.Currency `json:"currency,omitzero"` // of an amount
	Values   []string       `json:"values,omitempty"`  // all values that a text may have; nil = any
}

// ActionType is a kind of thing that the host can do.
type ActionType struct {
	Key    ActionKey `json:"key"`
	Params []Param   `json:"params,omitempty"`
	Causes []Effect  `json:"causes,omitempty"` // the events that doing it sets off
}

// Param is a parameter of an action.
type Param struct {
	Key      ParamKey       `json:"key"`
	Type     Type           `json:"type"`
	Currency money.Currency `json:"currency,omitzero"` // of an amount
	Optional bool           `json:"optional,omitempty"`
}

// Effect is an event that an action causes, and the fields of it that are known
// to have the value of a parameter.
type Effect struct {
	Event EventKey              `json:"event"`
	Sets  map[FieldKey]ParamKey `json:"sets,omitempty"`
}

// Rule says what to do on an event.
type Rule struct {
	Key      RuleKey   `json:"key"`
	Name     string    `json:"name,omitempty"` // for people
	On       EventKey  `json:"on"`
	If       *Cond     `json:"if,omitempty"` // nil = always
	Then     []Action  `json:"then"`
	Throttle *Throttle `json:"throttle,omitempty"`
}

// Action is something to do. The parameters are literals of their type or
// templates: "{owner}" is the value of a field, "{lead} wants {budget}" a text;
// "{{" and "}}" are braces.
type Action struct {
	Do   ActionKey           `json:"do"`
	With map[ParamKey]string `json:"with,omitempty"`
}

// Throttle lets a rule fire once for a key.
type Throttle struct {
	Key   string          `json:"key"`            // a template of text: "{lead}"
	Every worktime.Length `json:"every,omitzero"` // elapsed time until it may fire again; zero = never again
}

// Op is what a condition asks of a field. The zero Op is none.
type Op uint8

// The operations.
const (
	Equal   Op = iota + 1 // = Value
	Differs               // != Value: it has another one
	Below                 // < Value
	AtMost                // <= Value
	AtLeast               // >= Value
	Above                 // > Value
	In                    // is one of Values
	Has                   // the set has the item Value
	Present               // it is not missing
	Changed               // it is not what it was; From and To, if given, say from what and to what
)

var opNames = [...]string{"", "=", "!=", "<", "<=", ">=", ">", "in", "has", "present", "changed"}

// String returns the name used in JSON, as in ">=".
func (o Op) String() string { return enum.Name(opNames[:], o) }

// MarshalText writes the name.
func (o Op) MarshalText() ([]byte, error) { return enum.Marshal(opNames[:], o, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (o *Op) UnmarshalText(text []byte) error { return enum.Unmarshal(opNames[:], text, o, ErrInvalid) }

// Cond is a condition. Exactly one of All, Any, Not and Field is given:
//
//	{"all": [{"field": "stage", "op": "changed", "from": "lead", "to": "mql"},
//	         {"field": "budget", "op": ">=", "value": "5000.00 EUR"},
//	         {"not": {"field": "region", "op": "in", "values": ["cn", "ru"]}}]}
type Cond struct {
	All    []Cond   `json:"all,omitempty"`
	Any    []Cond   `json:"any,omitempty"`
	Not    *Cond    `json:"not,omitempty"`
	Field  FieldKey `json:"field,omitempty"`
	Op     Op       `json:"op,omitempty"`
	Value  string   `json:"value,omitempty"`
	Values []string `json:"values,omitempty"`
	From   *string  `json:"from,omitempty"`
	To     *string  `json:"to,omitempty"`
}

// String returns the condition as people read it.
func (c Cond) String() string { return c.text(0) }

func (c *Cond) text(depth int) string {
	if depth > maxNesting {
		return "…"
	}
	list := func(conds []Cond, word string) string {
		parts := make([]string, len(conds))
		for i := range conds {
			parts[i] = conds[i].text(depth + 1)
		}
		return "(" + strings.Join(parts, word) + ")"
	}
	switch {
	case len(c.All) > 0:
		return list(c.All, " and ")
	case len(c.Any) > 0:
		return list(c.Any, " or ")
	case c.Not != nil:
		return "not " + c.Not.text(depth+1)
	}
	text := string(c.Field) + " " + c.Op.String()
	switch c.Op {
	case In:
		text += " (" + strings.Join(c.Values, ", ") + ")"
	case Present:
	case Changed:
		if c.From != nil {
			text += " from " + *c.From
		}
		if c.To != nil {
			text += " to " + *c.To
		}
	default:
		text += " " + c.Value
	}
	return text
}

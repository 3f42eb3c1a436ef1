package workflow

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/google/uuid"
)

// The caps on the content of commands.
const (
	MaxParts   = 1000     // facets, attributes, or contributors
	MaxComment = 64 << 10 // bytes
)

// Env is the world at the moment of a command. What a decision takes from it
// is written into the events, so that replay needs none.
type Env struct {
	Now       time.Time
	Staff     *Staff                      // needed when a stage may open and for votes on behalf
	Calendar  *worktime.Calendar          // needed when a stage with a deadline or reminder opens
	Calendars map[Role]*worktime.Calendar // in place of Calendar for some roles
}

func (e Env) calendar(r Role) *worktime.Calendar {
	if c := e.Calendars[r]; c != nil {
		return c
	}
	return e.Calendar
}

// Command is Submit, Vote, Revise, Recall, Withdraw, Comment, Resolve, Assign,
// Delegate, Escalate, Migrate or Tick.
type Command interface{ actor() ident.Person }

// Submit starts an instance.
type Submit struct {
	Instance     uuid.UUID
	Subject      ident.Ref // what is to be approved
	Requester    ident.Person
	Contributors []ident.Person    // who else made this version; the requester counts anyway
	Facets       map[Facet]Digest  // version 1 of the subject, part by part
	Amount       money.Money       // Money{} = none; a definition that routes by amount needs one
	Attributes   map[string]string // channel, region: for routing
}

// Vote gives a verdict in an open stage. A vote may be changed until the stage
// is decided. Errors match ErrState, ErrUnknown, ErrSuperseded, ErrInvalid or
// ErrDenied.
type Vote struct {
	Stage      StageKey
	By         ident.Person
	OnBehalfOf ident.Person // whose vote it is, by delegation; "" = By's own
	Version    int          // the version of the subject that was looked at
	Verdict    Verdict
	Comment    string // required for ApproveWithChanges and RequestChanges
}

// Revise makes a new version of the subject. Votes that cover what changed
// fall, the stages after them in a Seq start again, the others stand, and the
// route is worked out anew. It is open to the requester and the contributors; By
// and Contributors are contributors from then on.
type Revise struct {
	By           ident.Person
	Version      int // the version that is replaced
	Contributors []ident.Person
	Facets       map[Facet]Digest  // what changed; an empty digest removes the facet
	Amount       money.Money       // Money{} = unchanged
	Attributes   map[string]string // what changed; an empty value removes the attribute
}

// Recall takes an instance back to the draft: nobody can vote until the next
// Revise. Votes stand, clocks start again. It is open to the requester.
type Recall struct {
	By     ident.Person
	Reason string
}

// Withdraw ends an instance without a decision. It is open to the requester.
type Withdraw struct {
	By     ident.Person
	Reason string
}

// Tick lets time pass: reminders, deadlines, escalation, and a second look for
// people where a stage opened without enough of them. It is due at State.Due,
// may come at any time, and does nothing twice. It approves nothing but a stage
// whose definition takes silence for consent, and to whom nobody objected.
type Tick struct{}

func (c Submit) actor() ident.Person   { return c.Requester }
func (c Vote) actor() ident.Person     { return c.By }
func (c Revise) actor() ident.Person   { return c.By }
func (c Recall) actor() ident.Person   { return c.By }
func (c Withdraw) actor() ident.Person { return c.By }
func (Tick) actor() ident.Person       { return "" }

// version is one version of the subject.
type version struct {
	facets     map[Facet]Digest
	attributes map[string]string
	amount     money.Money
}

// facts returns what conditions look at.
func (v version) facts() *facts {
	return &facts{v.amount, v.attributes, func(f Facet) bool { _, ok := v.facets[f]; return ok }}
}

// check refuses a version that the definition cannot route or does not declare.
func (p *Process) check(v version) error {
	if len(v.facets) > MaxParts || len(v.attributes) > MaxParts {
		return fmt.Errorf("subject: more than %d facets or attributes: %w", MaxParts, ErrInvalid)
	}
	for _, f := range sortedKeys(v.facets) {
		_, attribute := v.attributes[string(f)]
		switch reason := badName(string(f)); {
		case reason != "" || f == FacetAmount || attribute:
			return fmt.Errorf("facet %.40q: %s: %w", f, cmp.Or(reason, "the name is taken"), ErrInvalid)
		case len(p.def.Facets) > 0 && !slices.Contains(p.def.Facets, f):
			return fmt.Errorf("facet %.40q: not declared: %w", f, ErrInvalid)
		case badName(string(v.facets[f])) != "":
			return fmt.Errorf("facet %.40q: digest %s: %w", f, badName(string(v.facets[f])), ErrInvalid)
		}
	}
	for _, name := range sortedKeys(v.attributes) {
		value := v.attributes[name]
		if reason := cmp.Or(badName(name), badName(value)); reason != "" || Facet(name) == FacetAmount {
			return fmt.Errorf("attribute %.40q: %s: %w", name, cmp.Or(reason, "the name is taken"), ErrInvalid)
		}
	}
	for _, name := range sortedKeys(p.def.Attributes) {
		if !slices.Contains(p.def.Attributes[name], v.attributes[name]) {
			return fmt.Errorf("attribute %s: %.40q is none of its values: %w", name, v.attributes[name], ErrInvalid)
		}
	}
	if v.amount.Sign() < 0 {
		return fmt.Errorf("amount %v: negative: %w", v.amount, ErrInvalid)
	}
	if p.currency != 0 && v.amount.Currency() != p.currency {
		return fmt.Errorf("amount %v: the definition routes by amounts in %v: %w", v.amount, p.currency, ErrInvalid)
	}
	return nil
}

// revised returns the version with changes applied, and the facets that differ
// in order.
func (v version) revised(c Revise) (version, []Facet) {
	next := version{maps.Clone(v.facets), maps.Clone(v.attributes), v.amount}
	var changed []Facet
	for _, f := range sortedKeys(c.Facets) {
		if digest := c.Facets[f]; digest != v.facets[f] {
			changed = append(changed, f)
			next.facets = put(next.facets, f, digest)
		}
	}
	for _, name := range sortedKeys(c.Attributes) {
		if value := c.Attributes[name]; value != v.attributes[name] {
			changed = append(changed, Facet(name))
			next.attributes = put(next.attributes, name, value)
		}
	}
	if c.Amount != (money.Money{}) && c.Amount != v.amount {
		changed = append(changed, FacetAmount)
		next.amount = c.Amount
	}
	slices.Sort(changed)
	return next, changed
}

// put sets or, for the empty value, removes an entry; empty maps become nil.
func put[K, V ~string](m map[K]V, key K, value V) map[K]V {
	if value == "" {
		delete(m, key)
		return cloneMap(m)
	}
	if m == nil {
		m = map[K]V{}
	}
	m[key] = value
	return m
}

// cloneMap copies a map; an empty one becomes nil, as JSON brings it back.
func cloneMap[K comparable, V any](m map[K]V) map[K]V { return maps.Clone(mapOrNil(m)) }

func checkPeople(list []ident.Person) error {
	if len(list) > MaxParts {
		return fmt.Errorf("contributors: more than %d: %w", MaxParts, ErrInvalid)
	}
	for _, p := range list {
		if err := p.Check(); err != nil {
			return fmt.Errorf("contributor: %w: %w", err, ErrInvalid)
		}
	}
	return nil
}

func checkComment(s string) error {
	if len(s) > MaxComment || !utf8.ValidString(s) {
		return fmt.Errorf("comment: longer than %d bytes, or not UTF-8: %w", MaxComment, ErrInvalid)
	}
	return nil
}

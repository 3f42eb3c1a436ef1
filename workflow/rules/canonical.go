package rules

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Hash is the identity of a Set: SHA-256 over its canonical bytes.
type Hash [sha256.Size]byte

// String returns 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Canonical returns the one JSON form of the Set: no spaces, keys in a fixed
// order, empty fields left out, literals in their one form. The order of rules
// and conditions is that of the author, for it is the order of what Evaluate
// returns.
func (s *Set) Canonical() ([]byte, error) { return encode(s.doc) }

// Hash returns the hash of Canonical.
func (s *Set) Hash() (Hash, error) {
	text, err := s.Canonical()
	return sha256.Sum256(text), err
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func clone(d Document) Document {
	d.Schema.Events = slices.Clone(d.Schema.Events)
	for i := range d.Schema.Events {
		fields := slices.Clone(d.Schema.Events[i].Fields)
		for k := range fields {
			fields[k].Values = slices.Clone(fields[k].Values)
		}
		d.Schema.Events[i].Fields = fields
	}
	d.Schema.Actions = slices.Clone(d.Schema.Actions)
	for i := range d.Schema.Actions {
		a := &d.Schema.Actions[i]
		a.Params, a.Causes = slices.Clone(a.Params), slices.Clone(a.Causes)
		for k := range a.Causes {
			a.Causes[k].Sets = maps.Clone(a.Causes[k].Sets)
		}
	}
	d.Rules = slices.Clone(d.Rules)
	for i := range d.Rules {
		r := &d.Rules[i]
		r.If = cloneCond(r.If, 0)
		r.Then = slices.Clone(r.Then)
		for k := range r.Then {
			r.Then[k].With = maps.Clone(r.Then[k].With)
		}
		if r.Throttle != nil {
			r.Throttle = new(*r.Throttle)
		}
	}
	return d
}

// cloneCond copies a condition down to where it is refused for its depth.
func cloneCond(c *Cond, depth int) *Cond {
	if c == nil || depth > maxNesting+1 {
		return c
	}
	list := func(conds []Cond) []Cond {
		conds = slices.Clone(conds)
		for i := range conds {
			conds[i] = *cloneCond(&conds[i], depth+1)
		}
		return conds
	}
	next := *c
	next.All, next.Any, next.Not = list(c.All), list(c.Any), cloneCond(c.Not, depth+1)
	next.Values = slices.Clone(c.Values)
	if c.From != nil {
		next.From = new(*c.From)
	}
	if c.To != nil {
		next.To = new(*c.To)
	}
	return &next
}

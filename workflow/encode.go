package workflow

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-marops/marops/civil/worktime"
)

// Hash is the identity of a Definition: SHA-256 over its canonical bytes.
type Hash [sha256.Size]byte

// String returns 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether h is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes what String returns.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hexadecimal digits. Errors match ErrInvalid.
func (h *Hash) UnmarshalText(text []byte) error {
	var parsed Hash
	if len(text) != hex.EncodedLen(len(parsed)) {
		return fmt.Errorf("hash %.80q: %w", text, ErrInvalid)
	}
	if _, err := hex.Decode(parsed[:], text); err != nil {
		return fmt.Errorf("hash %.80q: %w", text, ErrInvalid)
	}
	*h = parsed
	return nil
}

// Canonical returns the one JSON form of the definition: no spaces, keys in a
// fixed order, empty fields left out, sets sorted. Definitions that mean the
// same by these rules have the same bytes. Errors match ErrInvalid: a block, rule
// or condition that is missing or out of range, text that is not UTF-8, nesting
// beyond MaxNesting.
func (d Definition) Canonical() ([]byte, error) {
	w := &canonical{}
	w.object(func() {
		w.text("key", string(d.Key))
		w.text("name", d.Name)
		w.text("requesters", string(d.Requesters))
		w.text("managers", string(d.Managers))
		if d.Contributors != int(int32(d.Contributors)) {
			w.fail("definition: %d contributors", d.Contributors)
		}
		w.number("contributors", d.Contributors)
		set(w, "facets", d.Facets)
		if len(d.Attributes) > 0 {
			w.field("attributes")
			w.object(func() {
				for _, name := range slices.Sorted(maps.Keys(d.Attributes)) {
					w.field(name)
					w.strings(sorted(d.Attributes[name]))
				}
			})
		}
		if d.Flow != nil {
			w.field("flow")
			w.block(d.Flow, 1)
		}
	})
	if w.err != nil {
		return nil, w.err
	}
	return w.Bytes(), nil
}

// Hash returns the identity of the definition, with the errors of Canonical.
func (d Definition) Hash() (Hash, error) {
	data, err := d.Canonical()
	if err != nil {
		return Hash{}, err
	}
	return sha256.Sum256(data), nil
}

// MarshalJSON writes the canonical form.
func (d Definition) MarshalJSON() ([]byte, error) { return d.Canonical() }

// canonical writes JSON in which a comma precedes all but the first of a list.
type canonical struct {
	bytes.Buffer
	first bool
	err   error
}

func (w *canonical) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format+": %w", append(args, ErrInvalid)...)
	}
}

func (w *canonical) list(open, end byte, fill func()) {
	w.WriteByte(open)
	w.first = true
	fill()
	w.first = false
	w.WriteByte(end)
}

func (w *canonical) object(fill func()) { w.list('{', '}', fill) }

func (w *canonical) comma() {
	if !w.first {
		w.WriteByte(',')
	}
	w.first = false
}

func (w *canonical) quote(s string) {
	if !utf8.ValidString(s) {
		w.fail("text %.40q is not UTF-8", s)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		w.fail("text %.40q: %v", s, err)
	}
	w.Truncate(w.Len() - 1) // the encoder's line end
}

func (w *canonical) field(name string) {
	w.comma()
	w.quote(name)
	w.WriteByte(':')
}

func (w *canonical) text(name, value string) {
	if value != "" {
		w.field(name)
		w.quote(value)
	}
}

func (w *canonical) number(name string, value int) {
	if value != 0 {
		w.field(name)
		w.WriteString(strconv.Itoa(value))
	}
}

func (w *canonical) length(name string, l worktime.Length) {
	if !l.IsZero() {
		w.text(name, l.String())
	}
}

func (w *canonical) strings(values []string) {
	w.list('[', ']', func() {
		for _, s := range values {
			w.comma()
			w.quote(s)
		}
	})
}

func set[S ~string](w *canonical, name string, values []S) {
	if len(values) > 0 {
		w.field(name)
		w.strings(sorted(values))
	}
}

// sorted returns the values as strings, in order.
func sorted[S ~string](values []S) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	slices.Sort(list)
	return list
}

func (w *canonical) blocks(blocks []Block, depth int) {
	w.list('[', ']', func() {
		for _, b := range blocks {
			w.comma()
			w.block(b, depth+1)
		}
	})
}

func (w *canonical) block(b Block, depth int) {
	if depth > MaxNesting {
		w.fail("flow: nested deeper than %d", MaxNesting)
	}
	if w.err != nil {
		return
	}
	switch b := b.(type) {
	case Seq:
		w.blocks(b, depth)
	case Par:
		w.object(func() {
			w.field("par")
			w.blocks(b.Branches, depth)
			if int(b.OnReject) >= len(policyNames) {
				w.fail("par: %v", b.OnReject)
			}
			if b.OnReject != Cancel {
				w.text("on_reject", b.OnReject.String())
			}
		})
	case Choice:
		w.object(func() { w.choice(b, depth) })
	case Loop:
		w.object(func() {
			w.field("loop")
			w.block(b.Body, depth+1)
			if b.Times < 1 || b.Times > MaxTimes {
				w.fail("loop: %d times", b.Times)
			}
			w.number("times", b.Times)
		})
	case Gate:
		w.object(func() {
			w.field("gate")
			w.quote(string(b.Key))
		})
	case Stage:
		w.object(func() { w.stage(b) })
	default:
		w.fail("flow: a block is missing")
	}
}

func (w *canonical) choice(c Choice, depth int) {
	w.field("choice")
	w.list('[', ']', func() {
		for _, arm := range c.Cases {
			w.comma()
			w.object(func() {
				w.field("when")
				w.cond(arm.When, 1)
				w.field("then")
				w.block(arm.Then, depth+1)
			})
		}
	})
	if c.Else != nil {
		w.field("else")
		w.block(c.Else, depth+1)
	}
}

func (w *canonical) stage(s Stage) {
	w.field("stage")
	w.quote(string(s.Key))
	w.text("name", s.Name)
	w.text("role", string(s.Role))
	w.field("rule")
	w.rule(s.Rule, s.Key)
	set(w, "exclude", s.Exclude)
	set(w, "facets", s.Facets)
	w.length("remind", s.Remind)
	w.length("due", s.Due)
	w.text("escalate", string(s.Escalate))
	w.length("expire", s.Expire)
	if int(s.AtExpiry) >= len(expiryNames) {
		w.fail("stage %.40q: %v", s.Key, s.AtExpiry)
	}
	if s.AtExpiry != ExpiryRejects {
		w.text("at_expiry", s.AtExpiry.String())
	}
	if int(s.Class) >= len(classNames) {
		w.fail("stage %.40q: %v", s.Key, s.Class)
	}
	if s.Class != General {
		w.text("class", s.Class.String())
	}
}

func (w *canonical) rule(r Rule, of StageKey) {
	if ruleFault(r) != "" {
		w.fail("stage %.40q: a rule is missing or out of range", of)
		return
	}
	switch r := r.(type) {
	case N:
		w.WriteString(strconv.Itoa(int(r)))
	case Share:
		w.quote(r.text())
	case Weighted:
		w.object(func() {
			w.numbers("weights", r.Weights)
			w.number("target", r.Target)
		})
	case PerGroup:
		w.object(func() {
			w.numbers("groups", r.Groups)
			if r.Single {
				w.field("single")
				w.WriteString("true")
			}
		})
	case Veto:
		w.object(func() {
			w.field("rule")
			w.rule(r.Rule, of)
			w.field("veto")
			w.quote(string(r.By))
		})
	default: // Any and All
		w.quote(r.String())
	}
}

func (w *canonical) numbers(name string, m map[Role]int) {
	w.field(name)
	w.object(func() {
		for _, role := range sortedKeys(m) {
			w.field(string(role))
			w.WriteString(strconv.Itoa(m[role]))
		}
	})
}

func (w *canonical) conds(name string, parts []Cond, depth int) {
	w.field(name)
	w.list('[', ']', func() {
		for _, part := range parts {
			w.comma()
			w.cond(part, depth+1)
		}
	})
}

func (w *canonical) cond(c Cond, depth int) {
	if depth > maxCondNesting {
		w.fail("condition: nested deeper than %d", maxCondNesting)
	}
	if w.err != nil {
		return
	}
	w.object(func() {
		switch c := c.(type) {
		case Amount:
			if !c.valid() {
				w.fail("condition: amount %v %v", c.Op, c.Value)
			}
			w.text("amount", c.Op.String()+" "+c.Value.String())
		case In:
			w.field("in")
			w.object(func() {
				w.field(c.Attribute)
				w.strings(sorted(c.Values))
			})
		case Has:
			w.field("has")
			w.quote(string(c.Facet))
		case AllOf:
			w.conds("all", c, depth)
		case AnyOf:
			w.conds("any", c, depth)
		case Not:
			w.field("not")
			w.cond(c.Cond, depth+1)
		default:
			w.fail("condition: one is missing")
		}
	})
}

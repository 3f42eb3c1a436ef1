package rules

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/finding"
)

const maxNesting = 12 // of conditions: two JSON levels each, within strictjson.MaxDepth

type nodeKind uint8

const (
	allNode nodeKind = iota
	anyNode
	notNode
	testNode
)

// node is a compiled condition.
type node struct {
	kind nodeKind
	kids []node
	test test
}

// test asks something of one field.
type test struct {
	field    int // of the event type
	op       Op
	value    Value
	values   []Value // of In, in order
	from, to Value   // of Changed; missing = not asked
	text     string
}

// facts are the fields of an event in the order of its type.
type facts struct{ now, before []Value }

func (n *node) holds(f *facts) bool {
	switch n.kind {
	case allNode:
		for i := range n.kids {
			if !n.kids[i].holds(f) {
				return false
			}
		}
		return true
	case anyNode:
		for i := range n.kids {
			if n.kids[i].holds(f) {
				return true
			}
		}
		return false
	case notNode:
		return !n.kids[0].holds(f)
	default:
		return n.test.holds(&f.now[n.test.field], &f.before[n.test.field])
	}
}

func (t *test) holds(now, before *Value) bool {
	if t.op == Changed {
		return !now.equal(before) && (!t.from.set || before.equal(&t.from)) && (!t.to.set || now.equal(&t.to))
	}
	if !now.set {
		return false
	}
	switch t.op {
	case Present:
		return true
	case In:
		_, found := slices.BinarySearchFunc(t.values, now, func(v Value, now *Value) int { return v.compare(now) })
		return found
	case Has:
		return now.has(t.value.text)
	default:
	}
	order := now.compare(&t.value)
	switch t.op {
	case Equal:
		return order == 0
	case Differs:
		return order != 0
	case Below:
		return order < 0
	case AtMost:
		return order <= 0
	case AtLeast:
		return order >= 0
	default: // Above
		return order > 0
	}
}

// Line is a test of a condition and how it came out.
type Line struct {
	Test   string // as people read it: "budget >= 5000.00 EUR"
	Value  string // of the field; "missing"
	Before string // of the field before the event, for changed
	Holds  bool
}

// String returns one line: "budget >= 5000.00 EUR: 6200.00 EUR, yes".
func (l Line) String() string {
	text := l.Test + ": "
	if l.Before != "" {
		text += l.Before + " -> "
	}
	text += l.Value
	if l.Holds {
		return text + ", yes"
	}
	return text + ", no"
}

// explain appends a line for every test of the condition.
func (n *node) explain(f *facts, lines []Line) []Line {
	for i := range n.kids {
		lines = n.kids[i].explain(f, lines)
	}
	if n.kind == testNode {
		now, before := &f.now[n.test.field], &f.before[n.test.field]
		l := Line{Test: n.test.text, Value: now.String(), Holds: n.test.holds(now, before)}
		if n.test.op == Changed {
			l.Before = before.String()
		}
		lines = append(lines, l)
	}
	return lines
}

// condCompiler compiles the condition of one rule.
type condCompiler struct {
	event   *eventType
	found   *finding.List
	subject string
}

func (c *condCompiler) errorf(path, code, fix, evidence string, args ...any) {
	c.found.Errorf(code, c.subject, fix, "%s: %s", path, fmt.Sprintf(evidence, args...))
}

// compile checks a condition, writes its literals in their one form into it and
// returns the node.
func (c *condCompiler) compile(cond *Cond, path string, depth int) node {
	if depth > maxNesting {
		c.errorf(path, "rules.cond.depth", "nest less", "more than %d levels", maxNesting)
		return node{}
	}
	given := 0
	for _, is := range []bool{len(cond.All) > 0, len(cond.Any) > 0, cond.Not != nil, cond.Field != ""} {
		if is {
			given++
		}
	}
	if given != 1 || cond.Field == "" && (cond.Op != 0 || cond.Value != "" || cond.Values != nil || cond.From != nil || cond.To != nil) {
		c.errorf(path, "rules.cond.form", "give exactly one of all, any, not and field", "%d are given", given)
		return node{}
	}
	list := func(kind nodeKind, conds []Cond, name string) node {
		n := node{kind: kind, kids: make([]node, len(conds))}
		seen := map[string]bool{}
		for i := range conds {
			at := fmt.Sprintf("%s.%s[%d]", path, name, i)
			n.kids[i] = c.compile(&conds[i], at, depth+1)
			text := conds[i].String()
			if seen[text] {
				c.found.Warnf("rules.cond.repeated", c.subject, "remove one", "%s: %s stands here twice", at, text)
			}
			seen[text] = true
		}
		return n
	}
	switch {
	case len(cond.All) > 0:
		return list(allNode, cond.All, "all")
	case len(cond.Any) > 0:
		return list(anyNode, cond.Any, "any")
	case cond.Not != nil:
		return node{kind: notNode, kids: []node{c.compile(cond.Not, path+".not", depth+1)}}
	}
	return node{kind: testNode, test: c.test(cond, path)}
}

func (c *condCompiler) test(cond *Cond, path string) test {
	t := test{op: cond.Op}
	at, known := c.event.index[cond.Field]
	if !known {
		c.errorf(path, "rules.field.unknown", "name a field of the event", "event %s has no field %.40q", c.event.Key, cond.Field)
		return t
	}
	field := &c.event.Fields[at]
	t.field = at
	if (cond.Value != "" && (cond.Op > Above && cond.Op != Has)) || (len(cond.Values) > 0) != (cond.Op == In) ||
		(cond.From != nil || cond.To != nil) && cond.Op != Changed {
		c.errorf(path, "rules.cond.form", "compare with value, in with values, changed with from and to", "%v with other operands than its own", cond.Op)
	}
	ordered := cond.Op >= Below && cond.Op <= Above
	bad := cond.Op == 0 || int(cond.Op) >= len(opNames) ||
		ordered && (field.Type == TypeFlag || field.Type == TypeText) ||
		field.Type == TypeSet && cond.Op <= In || field.Type != TypeSet && cond.Op == Has ||
		field.Type == TypeSet && cond.Op == Changed && (cond.From != nil || cond.To != nil)
	if bad {
		c.errorf(path, "rules.cond.type", "use what the type allows", "%v of a %v", cond.Op, field.Type)
		return t
	}
	read := func(text *string) Value {
		typ := field.Type
		if typ == TypeSet {
			typ = TypeText
		}
		v, err := literal(*text, typ, field.Currency)
		switch {
		case err != nil:
			c.errorf(path, "rules.literal", "write the value as its type is written", "%v", err)
		case field.Type == TypeText && field.Values != nil && !slices.Contains(field.Values, *text):
			c.errorf(path, "rules.literal", "use one of the field's values", "%.40q is not among %q", *text, field.Values)
		default:
			*text = v.String()
		}
		return v
	}
	switch cond.Op {
	case Present:
	case In:
		for i := range cond.Values {
			t.values = append(t.values, read(&cond.Values[i]))
		}
		slices.SortFunc(t.values, func(a, b Value) int { return a.compare(&b) })
		t.values = slices.CompactFunc(t.values, func(a, b Value) bool { return a.equal(&b) })
		cond.Values = cond.Values[:0]
		for i := range t.values {
			cond.Values = append(cond.Values, t.values[i].String())
		}
	case Changed:
		if cond.From != nil {
			t.from = read(cond.From)
		}
		if cond.To != nil {
			t.to = read(cond.To)
		}
	default:
		t.value = read(&cond.Value)
	}
	t.text = cond.String()
	return t
}

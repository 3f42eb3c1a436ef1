package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// MaxRules is how many rules a Set may have.
const MaxRules = 100_000

// defaultDepth is how many rules may set each other off where the schema does
// not say.
const defaultDepth = 8

// Set is compiled rules. It is immutable and safe for concurrent use.
type Set struct {
	doc      Document
	events   map[EventKey]*eventType
	actions  map[ActionKey]*ActionType
	rules    []rule
	depth    int
	findings finding.List
}

type eventType struct {
	EventType
	index map[FieldKey]int
	rules index // that wait for it
}

// rule is a compiled Rule.
type rule struct {
	key      RuleKey
	always   bool // no condition
	cond     node
	actions  []action
	throttle *throttle
}

type action struct {
	key  ActionKey
	typ  *ActionType
	args []arg // in the order of the parameters
}

type arg struct {
	key ParamKey
	template
}

type throttle struct {
	key   template
	every worktime.Length
}

// Compile checks rules against a schema and returns the Set, or all problems as
// a finding.List with these codes:
//
//	rules.key             no usable key, or one twice; fields and parameters differ in more than capitals
//	rules.text            a name or value that is not UTF-8 or too long
//	rules.schema          a type, currency, value or parameter of the schema that cannot be
//	rules.size            more than MaxRules
//	rules.event.unknown   a rule or effect on an event that there is not
//	rules.field.unknown   a field that the event does not have
//	rules.action          a rule that does nothing, an unknown action, a parameter unknown or missing
//	rules.literal         text that is no value of its type
//	rules.template        a template that cannot be read, or of another type than its parameter
//	rules.throttle        a negative time, or one that is not elapsed time
//	rules.cond.form       not exactly one of all, any, not and field; operands that do not belong
//	rules.cond.type       an operation that the field's type does not have
//	rules.cond.depth      nested too deep
//	rules.cond.never      a condition that no event fulfils
//	rules.cond.dead       a branch of any that no event fulfils (warning)
//	rules.cond.always     a condition that every event fulfils (warning)
//	rules.cond.repeated   the same condition twice in all or any (warning)
//	rules.duplicate       two rules that are alike but for their keys (warning)
//	rules.loop            rules that can set each other off in a circle, as a path; a
//	                      warning if one of them is throttled
func Compile(list []Rule, schema Schema) (*Set, error) {
	s := &Set{doc: clone(Document{schema, list}), events: map[EventKey]*eventType{}, actions: map[ActionKey]*ActionType{}}
	found := &s.findings
	s.schema(found)
	if len(list) > MaxRules {
		found.Errorf("rules.size", "rules", "use fewer", "%d rules, at most %d", len(list), MaxRules)
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	s.rules = make([]rule, len(s.doc.Rules))
	seen, alike := map[RuleKey]bool{}, map[string]RuleKey{}
	for i := range s.doc.Rules {
		s.rule(i, found)
		r := s.doc.Rules[i]
		subject := "rule/" + string(r.Key)
		if seen[r.Key] {
			found.Errorf("rules.key", subject, "rename one", "two rules have this key")
		}
		seen[r.Key] = true
		r.Key, r.Name = "", ""
		if text, err := encode(r); err == nil {
			if other, twice := alike[string(text)]; twice {
				found.Warnf("rules.duplicate", subject, "remove one", "does what rule/%s does", other)
			} else {
				alike[string(text)] = s.doc.Rules[i].Key
			}
		}
	}
	if found.Err() == nil {
		s.loops(found)
	}
	found.Sort()
	if err := found.Err(); err != nil {
		return nil, err
	}
	return s, nil
}

// Findings returns what Compile noticed and let pass.
func (s *Set) Findings() finding.List { return slices.Clone(s.findings) }

// Document returns a copy of the rules and their schema, literals in their one
// form.
func (s *Set) Document() Document { return clone(s.doc) }

func (s *Set) rule(i int, found *finding.List) {
	r, c := &s.doc.Rules[i], &s.rules[i]
	subject := "rule/" + string(r.Key)
	checkKey(found, fmt.Sprintf("rules[%d]", i), string(r.Key))
	checkText(found, subject, r.Name)
	c.key = r.Key
	event := s.events[r.On]
	if event == nil {
		found.Errorf("rules.event.unknown", subject, "add it to the schema", "on %.40q", r.On)
		return
	}
	before := len(*found)
	if c.always = r.If == nil; !c.always {
		cc := condCompiler{event, found, subject}
		c.cond = cc.compile(r.If, "if", 0)
	}
	if (*found)[before:].Err() == nil {
		if !c.always {
			s.prove(event, &c.cond, subject, found)
		}
		event.rules.file(event, int32(i), c) //nolint:gosec // at most MaxRules
	}
	if len(r.Then) == 0 {
		found.Errorf("rules.action", subject, "say what to do", "it does nothing")
	}
	for k, a := range r.Then {
		c.actions = append(c.actions, s.action(event, a, subject, fmt.Sprintf("then[%d]", k), found))
	}
	if t := r.Throttle; t != nil {
		c.throttle = &throttle{every: t.Every}
		if t.Every.Amount() < 0 || !t.Every.IsZero() && t.Every.Kind() != worktime.KindElapsed {
			found.Errorf("rules.throttle", subject, "use elapsed time", "every %v", t.Every)
		}
		var err error
		if c.throttle.key, err = parseTemplate(t.Key, event, Param{Type: TypeText}); err != nil {
			found.Errorf("rules.template", subject, "write {field} for a field", "throttle.key: %v", err)
		}
	}
}

// prove looks for conditions that cannot hold, or cannot but hold.
func (s *Set) prove(event *eventType, n *node, subject string, found *finding.List) {
	if !n.possible(event, true) {
		found.Errorf("rules.cond.never", subject, "mend the condition or remove the rule", "no event fulfils the condition")
		return
	}
	if !n.possible(event, false) {
		found.Warnf("rules.cond.always", subject, "leave the condition out", "every event fulfils the condition")
	}
	var branches func(n *node)
	branches = func(n *node) {
		for i := range n.kids {
			if n.kind == anyNode && !n.kids[i].possible(event, true) {
				found.Warnf("rules.cond.dead", subject, "remove the branch", "any[%d] never holds", i)
			}
			branches(&n.kids[i])
		}
	}
	branches(n)
}

func (s *Set) action(event *eventType, a Action, subject, path string, found *finding.List) action {
	typ := s.actions[a.Do]
	if typ == nil {
		found.Errorf("rules.action", subject, "add it to the schema", "%s: action %.40q", path, a.Do)
		return action{}
	}
	c := action{key: a.Do, typ: typ}
	for _, p := range typ.Params {
		text, given := a.With[p.Key]
		if !given {
			if !p.Optional {
				found.Errorf("rules.action", subject, "give the parameter", "%s: %s without %s", path, a.Do, p.Key)
			}
			continue
		}
		t, err := parseTemplate(text, event, p)
		if err != nil {
			found.Errorf("rules.template", subject, "write a literal, or {field} for a field of the type", "%s.%s: %v", path, p.Key, err)
		}
		if t.value.set {
			a.With[p.Key] = strings.NewReplacer("{", "{{", "}", "}}").Replace(t.value.String())
		}
		c.args = append(c.args, arg{p.Key, t})
	}
	for _, key := range slices.Sorted(maps.Keys(a.With)) {
		if !slices.ContainsFunc(typ.Params, func(p Param) bool { return p.Key == key }) {
			found.Errorf("rules.action", subject, "remove it", "%s: %s has no parameter %.40q", path, a.Do, key)
		}
	}
	return c
}

package workflow

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow/internal/quorum"
)

// The caps on definitions.
const (
	MaxStages = 256 // stages of a definition
	MaxTimes  = 100 // repeats of a Loop
)

// Process is a compiled Definition. It is immutable and safe for concurrent use.
type Process struct {
	def       Definition
	hash      Hash
	root      node
	stages    []Stage
	index     map[StageKey]int
	choices   []choice
	loops     []loop
	gates     []StageKey
	apart     [][]int // per stage: the stages whose voters may not vote in it, both ways
	currency  money.Currency
	separate  []quorum.Separation // the pairs in apart
	scenarios [][]int32           // sets of stages that are asked together; nil: all of them
	proof     Proof
	record    []quorum.Inequality // of the proof
	found     finding.List
}

type nodeKind uint8

const (
	seqNode nodeKind = iota
	parNode
	choiceNode
	stageNode
	loopNode
	gateNode
)

// node is a block with its stages and choices numbered.
type node struct {
	kind   nodeKind
	kids   []node // of a choice: one per case, then Else if there is one
	cancel bool   // of a par
	at     int    // index of the stage, choice, loop or gate
}

// loop is a Loop, known by its place in the flow.
type loop struct {
	path   string
	times  int
	stages []int // within it
}

// choice is a Choice, known by its place in the flow.
type choice struct {
	path   string
	cases  []Cond
	orElse bool
}

// Compile checks a Definition against the people there are and returns the
// Process, or all problems as a finding.List with these codes:
//
//	workflow.definition.key      no usable key
//	workflow.definition.text     text that is not UTF-8, or a megabyte of it
//	workflow.definition.contributors  a number of them that is none
//	workflow.flow.empty          a block without content, or a route without any stage
//	workflow.flow.depth          blocks or conditions nested too deep, or too many stages
//	workflow.flow.loop           a loop without a bound, or one that nothing can send back
//	workflow.flow.gate           a missing or repeated gate key
//	workflow.stage.key           a missing or repeated stage key
//	workflow.stage.role          a missing role
//	workflow.stage.rule          a missing rule, or one out of range
//	workflow.stage.exclude       an exclusion that names nobody
//	workflow.stage.deadline      negative lengths, a reminder after the deadline, escalation without one
//	workflow.stage.expiry        an expiry before the deadline, or silent consent in a legal or budget stage
//	workflow.stage.class         a class or policy that is none
//	workflow.facet.undeclared    a facet that is not among the declared ones
//	workflow.facet.uncovered     a declared facet that no stage covers (warning)
//	workflow.cond.invalid        a condition that says nothing
//	workflow.cond.currency       amounts of several currencies
//	workflow.cond.value          a value outside the attribute's declared set
//	workflow.choice.gap          a subject for which no case holds, and no Else
//	workflow.choice.overlap      a subject for which two cases hold
//	workflow.choice.dead         a case that never holds (warning)
//	workflow.choice.size         more combinations than are checked
//	workflow.staff.person, workflow.staff.delegation
//	workflow.staff.role          a role that the staff does not know
//	workflow.quorum.short        a stage that cannot be approved, with the people who show it
//	workflow.quorum.separation   separated stages that run out of people, with the people who show it
//	workflow.quorum.undecided    not proven with a bounded effort; treated as refuted
//	workflow.quorum.unproven     no staff given: quorums are not proven (warning)
//	workflow.quorum.guarded      a vote may have to be refused to keep all quorums in reach (info)
//	workflow.quorum.contributors proven without contributors beside the requester (info)
//
// For each possible requester and, with Definition.Contributors, each choice of
// contributors, absences people may be missing at once without putting a quorum out
// of reach: see Proof. Delegations are left out of this proof: they only add voters.
// Process.Findings returns what is no error.
func Compile(d Definition, staff *Staff, absences int) (*Process, error) {
	p := &Process{index: map[StageKey]int{}, def: d}
	c := compiler{p: p, dead: map[int]bool{}}
	c.header(d)
	if !c.measure(d.Flow, 1) {
		c.found.Sort()
		return nil, c.found.Err()
	}
	p.root = c.block(d.Flow, "flow", false)
	if c.found.Err() == nil {
		c.references(d)
		c.deadlines()
		c.routes()
	}
	if c.found.Err() == nil {
		c.quorums(staff, max(0, absences))
	}
	data, err := d.Canonical()
	if err == nil && len(data) > MaxBytes {
		err = fmt.Errorf("%d bytes, at most %d", len(data), MaxBytes)
	}
	if err == nil {
		p.def, p.hash = d.clone(), sha256.Sum256(data)
	} else if c.found.Err() == nil {
		c.found.Errorf("workflow.definition.text", c.subject(d), "mend the text, or shorten it", "%v", err)
	}
	c.found.Sort()
	if err := c.found.Err(); err != nil {
		return nil, err
	}
	p.found, p.proof.Definition = c.found, p.hash
	return p, nil
}

// Hash returns the identity of the definition.
func (p *Process) Hash() Hash { return p.hash }

// Definition returns a copy of the definition, its sets in canonical order.
func (p *Process) Definition() Definition { return p.def.clone() }

// Findings returns what Compile noticed and let pass: warnings and infos.
func (p *Process) Findings() finding.List { return slices.Clone(p.found) }

type compiler struct {
	p      *Process
	found  finding.List
	blocks int          // seen by measure
	work   int          // spent on proving choices
	dead   map[int]bool // stages that no subject comes to
}

// maxBlocks bounds a flow that shares its parts.
const maxBlocks = 1 << 14

func (c *compiler) subject(d Definition) string { return "definition/" + string(d.Key) }

func (c *compiler) header(d Definition) {
	if reason := badName(string(d.Key)); reason != "" {
		c.found.Errorf("workflow.definition.key", c.subject(d), "give it a short key", "key %.40q %s", d.Key, reason)
	}
	if d.Contributors < 0 || d.Contributors > MaxParts {
		c.found.Errorf("workflow.definition.contributors", c.subject(d), "allow 0 (any number) to 1000", "%d contributors", d.Contributors)
	}
	for _, f := range d.Facets {
		if reason := badName(string(f)); reason != "" || f == FacetAmount {
			c.found.Errorf("workflow.facet.undeclared", "facet/"+string(f), "rename it", "facet %.40q %s", f, cmp.Or(reason, "is always there"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Attributes)) {
		values := d.Attributes[name]
		if reason := badName(name); reason != "" || Facet(name) == FacetAmount || slices.Contains(d.Facets, Facet(name)) {
			c.found.Errorf("workflow.cond.value", "attribute/"+name, "rename it", "attribute %.40q %s", name, cmp.Or(reason, "is a facet already"))
		}
		if len(values) == 0 || slices.Contains(values, "") {
			c.found.Errorf("workflow.cond.value", "attribute/"+name, "list its values", "an empty set or an empty value")
		}
	}
}

// badName says why a text cannot name anything, "" if it can.
func badName(s string) string {
	switch {
	case s == "":
		return "is empty"
	case len(s) > maxName:
		return fmt.Sprintf("is longer than %d bytes", maxName)
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }):
		return "has characters that cannot be printed"
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }):
		return "has characters that turn the direction of writing"
	default:
		return ""
	}
}

const maxName = 255

// measure guards all that follows against flows that contain themselves.
func (c *compiler) measure(b Block, depth int) bool {
	if c.blocks++; depth > MaxNesting || c.blocks > maxBlocks {
		c.found.Errorf("workflow.flow.depth", "flow", "flatten it", "blocks nest deeper than %d, or are more than %d", MaxNesting, maxBlocks)
		return false
	}
	deeper := func(b Block) bool { return c.measure(b, depth+1) }
	switch b := b.(type) {
	case Seq:
		return every(b, deeper)
	case Par:
		return every(b.Branches, deeper)
	case Loop:
		return deeper(b.Body)
	case Choice:
		return every(b.Cases, func(arm Case) bool { return c.measureCond(arm.When, 1) && deeper(arm.Then) }) && deeper(b.Else)
	default:
		return true
	}
}

func (c *compiler) measureCond(cond Cond, depth int) bool {
	if depth > maxCondNesting {
		c.found.Errorf("workflow.flow.depth", "flow", "flatten it", "conditions nest deeper than %d", maxCondNesting)
		return false
	}
	deeper := func(part Cond) bool { return c.measureCond(part, depth+1) }
	switch cond := cond.(type) {
	case AllOf:
		return every(cond, deeper)
	case AnyOf:
		return every(cond, deeper)
	case Not:
		return deeper(cond.Cond)
	default:
		return true
	}
}

func every[T any](list []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(list, func(item T) bool { return !holds(item) })
}

func (c *compiler) empty(path string) {
	c.found.Errorf("workflow.flow.empty", path, "put a stage there", "nothing stands here")
}

// block numbers a block; arm says that it may be an empty Seq.
func (c *compiler) block(b Block, path string, arm bool) node {
	switch b := b.(type) {
	case Seq:
		n := node{kind: seqNode}
		if len(b) == 0 && !arm {
			c.empty(path)
		}
		for i, kid := range b {
			n.kids = append(n.kids, c.block(kid, fmt.Sprintf("%s[%d]", path, i), false))
		}
		return n
	case Par:
		n := node{kind: parNode, cancel: b.OnReject == Cancel}
		if len(b.Branches) == 0 {
			c.empty(path)
		}
		if int(b.OnReject) >= len(policyNames) {
			c.found.Errorf("workflow.stage.class", path, "use Cancel or Finish", "%v", b.OnReject)
		}
		for i, kid := range b.Branches {
			n.kids = append(n.kids, c.block(kid, fmt.Sprintf("%s.par[%d]", path, i), false))
		}
		return n
	case Choice:
		return c.choice(b, path)
	case Loop:
		return c.loop(b, path)
	case Gate:
		at := "gate/" + string(b.Key)
		if reason := badName(string(b.Key)); reason != "" || slices.Contains(c.p.gates, b.Key) {
			c.found.Errorf("workflow.flow.gate", path, "give it a short key of its own", "%.40q %s", at, cmp.Or(reason, "is there twice"))
		}
		c.p.gates = append(c.p.gates, b.Key)
		return node{kind: gateNode, at: len(c.p.gates) - 1}
	case Stage:
		return c.stage(b, path)
	default:
		c.empty(path)
		return node{}
	}
}

func (c *compiler) loop(b Loop, path string) node {
	n := node{kind: loopNode, at: len(c.p.loops)}
	c.p.loops = append(c.p.loops, loop{path: path, times: b.Times})
	if b.Times < 1 || b.Times > MaxTimes {
		c.found.Errorf("workflow.flow.loop", path, fmt.Sprintf("let it run 1 to %d times more", MaxTimes), "%d times", b.Times)
	}
	first := len(c.p.stages)
	n.kids = []node{c.block(b.Body, path+".loop", false)}
	for i := first; i < len(c.p.stages); i++ {
		c.p.loops[n.at].stages = append(c.p.loops[n.at].stages, i)
	}
	if len(c.p.loops[n.at].stages) == 0 {
		c.found.Errorf("workflow.flow.loop", path, "put a stage into it", "nothing in it can ask for changes")
	}
	return n
}

func (c *compiler) choice(b Choice, path string) node {
	n := node{kind: choiceNode, at: len(c.p.choices)}
	c.p.choices = append(c.p.choices, choice{path: path, orElse: b.Else != nil})
	if len(b.Cases) == 0 {
		c.empty(path + ".choice")
	}
	for i, arm := range b.Cases {
		at := fmt.Sprintf("%s.choice[%d]", path, i)
		c.cond(arm.When, at+".when")
		c.p.choices[n.at].cases = append(c.p.choices[n.at].cases, cloneCond(arm.When))
		n.kids = append(n.kids, c.block(arm.Then, at+".then", true))
	}
	if b.Else != nil {
		n.kids = append(n.kids, c.block(b.Else, path+".else", true))
	}
	return n
}

func (c *compiler) cond(cond Cond, path string) {
	invalid := func(why string) {
		c.found.Errorf("workflow.cond.invalid", path, "say what must hold", "%s", why)
	}
	switch cond := cond.(type) {
	case Amount:
		if !cond.valid() || cond.Value.Sign() < 0 {
			invalid(fmt.Sprintf("amount %v %v", cond.Op, cond.Value))
			return
		}
		if c.p.currency == 0 {
			c.p.currency = cond.Value.Currency()
		}
		if cond.Value.Currency() != c.p.currency {
			c.found.Errorf("workflow.cond.currency", path, "state all amounts in one currency", "%v and %v", c.p.currency, cond.Value.Currency())
		}
	case In:
		if badName(cond.Attribute) != "" || Facet(cond.Attribute) == FacetAmount || len(cond.Values) == 0 || slices.Contains(cond.Values, "") {
			invalid("an attribute or value is missing")
			return
		}
		if set, declared := c.p.def.Attributes[cond.Attribute]; declared {
			for _, v := range cond.Values {
				if !slices.Contains(set, v) {
					c.found.Errorf("workflow.cond.value", path, "use a declared value", "%s is never %q", cond.Attribute, v)
				}
			}
		}
	case Has:
		if badName(string(cond.Facet)) != "" || cond.Facet == FacetAmount {
			invalid(fmt.Sprintf("has %q", cond.Facet))
			return
		}
		c.declared(cond.Facet, path)
	case AllOf:
		c.conds(cond, path+".all", invalid)
	case AnyOf:
		c.conds(cond, path+".any", invalid)
	case Not:
		c.cond(cond.Cond, path+".not")
	default:
		invalid("no condition")
	}
}

func (c *compiler) conds(parts []Cond, path string, invalid func(string)) {
	if len(parts) == 0 {
		invalid("no conditions in it")
	}
	for i, part := range parts {
		c.cond(part, fmt.Sprintf("%s[%d]", path, i))
	}
}

// clone copies a definition, its sets in canonical order; empty ones become nil, as
// JSON brings them back.
func (d Definition) clone() Definition {
	d.Facets = ordered(d.Facets)
	attributes := make(map[string][]string, len(d.Attributes))
	for name, values := range d.Attributes {
		attributes[name] = ordered(values)
	}
	d.Attributes = cloneMap(attributes)
	d.Flow = cloneBlock(d.Flow)
	return d
}

// ordered returns a sorted copy, nil if empty.
func ordered[S ~string](set []S) []S {
	if len(set) == 0 {
		return nil
	}
	set = slices.Clone(set)
	slices.Sort(set)
	return set
}

func cloneBlock(b Block) Block {
	clones := func(list []Block) []Block {
		out := make([]Block, len(list))
		for i, kid := range list {
			out[i] = cloneBlock(kid)
		}
		return out
	}
	switch b := b.(type) {
	case Seq:
		return Seq(clones(b))
	case Par:
		return Par{clones(b.Branches), b.OnReject}
	case Loop:
		return Loop{cloneBlock(b.Body), b.Times}
	case Choice:
		out := Choice{Cases: make([]Case, len(b.Cases)), Else: cloneBlock(b.Else)}
		for i, arm := range b.Cases {
			out.Cases[i] = Case{cloneCond(arm.When), cloneBlock(arm.Then)}
		}
		return out
	case Stage:
		b.Exclude, b.Facets, b.Rule = ordered(b.Exclude), ordered(b.Facets), cloneRule(b.Rule)
		return b
	default: // Gate, or none
		return b
	}
}

// cloneCond copies what a caller could still change, its sets in canonical order.
func cloneCond(cond Cond) Cond {
	clones := func(parts []Cond) []Cond {
		list := make([]Cond, len(parts))
		for i, part := range parts {
			list[i] = cloneCond(part)
		}
		return list
	}
	switch cond := cond.(type) {
	case In:
		return In{cond.Attribute, ordered(cond.Values)}
	case AllOf:
		return AllOf(clones(cond))
	case AnyOf:
		return AnyOf(clones(cond))
	case Not:
		return Not{cloneCond(cond.Cond)}
	default:
		return cond
	}
}

// declared reports a facet that is not among the declared ones: a misspelt
// facet would never change, and its votes never fall.
func (c *compiler) declared(f Facet, at string) {
	if _, attribute := c.p.def.Attributes[string(f)]; attribute || f == FacetAmount || slices.Contains(c.p.def.Facets, f) {
		return
	}
	if len(c.p.def.Facets) == 0 {
		c.found.Warnf("workflow.facet.undeclared", at, "declare the definition's facets", "facet %q is not checked: a misspelt one never changes", f)
		return
	}
	c.found.Errorf("workflow.facet.undeclared", at, "use a declared facet, or declare it", "facet %q is not declared", f)
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

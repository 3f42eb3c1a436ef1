package workflow

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-marops/marops/money"
)

// The proof of all choices of a definition costs at most maxWork looks at a
// value, and that of one choice at most maxCells combinations.
const (
	maxCells = 200_000
	maxWork  = 20_000_000
)

// guard says which arm of a choice leads here.
type guard struct{ choice, arm int }

// routes proves every choice total and unambiguous where it can be reached.
//
// All conditions compare with a handful of values, so every subject behaves
// like one of a finite set of representatives: for amounts the values named and
// their neighbours one minor unit away, for attributes the values named and one
// that is not, for facets there or not. They are all tried.
func (c *compiler) routes() { c.walkChoices(c.p.root, nil) }

func (c *compiler) walkChoices(n node, on []guard) {
	if n.kind != choiceNode {
		for _, kid := range n.kids {
			c.walkChoices(kid, on)
		}
		return
	}
	live := c.proveChoice(n.at, on)
	for arm, kid := range n.kids {
		if live != nil && !live[arm] {
			c.never(kid)
		}
		if arm == len(c.p.choices[n.at].cases) {
			arm = -1
		}
		c.walkChoices(kid, append(slices.Clip(on), guard{n.at, arm}))
	}
}

// arm returns the case that holds and how many do; -1 if none does.
func (ch choice) arm(f *facts) (first, count int) {
	first = -1
	for i, cond := range ch.cases {
		if cond.holds(f) {
			if count == 0 {
				first = i
			}
			count++
		}
	}
	return first, count
}

// never notes the stages of a block that no subject comes to.
func (c *compiler) never(n node) {
	if n.kind == stageNode {
		c.dead[n.at] = true
	}
	for _, kid := range n.kids {
		c.never(kid)
	}
}

// proveChoice reports what is wrong with a choice where it can be reached, and
// returns which of its arms are ever taken, Else last; nil if that is not known.
func (c *compiler) proveChoice(at int, on []guard) []bool {
	ch := c.p.choices[at]
	var space cells
	for _, cond := range ch.cases {
		space.collect(cond)
	}
	for _, g := range on {
		for _, cond := range c.p.choices[g.choice].cases {
			space.collect(cond)
		}
	}
	space.finish(c.p)
	size := space.size()
	if size <= maxCells {
		c.work += size * space.weight
	}
	if size > maxCells || c.work > maxWork {
		c.found.Errorf("workflow.choice.size", ch.path, "use fewer attributes and cases", "too many combinations to check")
		return nil
	}
	live := make([]bool, len(ch.cases)+1) // the last is Else
	gap, overlap := false, false
	space.each(func(f *facts) {
		for _, g := range on {
			if arm, _ := c.p.choices[g.choice].arm(f); arm != g.arm {
				return
			}
		}
		arm, count := ch.arm(f)
		if arm >= 0 {
			live[arm] = true
		} else {
			live[len(ch.cases)] = true
		}
		if count == 0 && !ch.orElse && !gap {
			gap = true
			c.found.Errorf("workflow.choice.gap", ch.path, "add a case or an Else", "no case holds for %s", space.describe(f))
		}
		if count > 1 && !overlap {
			overlap = true
			c.found.Errorf("workflow.choice.overlap", ch.path, "let one case exclude the other", "%d cases hold for %s, the first is %s", count, space.describe(f), ch.label(arm))
		}
	})
	for arm, reached := range live {
		if !reached && !overlap && (arm < len(ch.cases) || ch.orElse) {
			c.found.Warnf("workflow.choice.dead", ch.path, "remove the case", "%s never holds here", ch.label(arm))
		}
	}
	return live
}

// cells is the product of representative amounts, attribute values and facets.
type cells struct {
	amounts    []money.Money
	attributes []string
	values     [][]string // per attribute; "" = not there, or any other
	facets     []Facet
	weight     int // what it costs to evaluate all conditions once
}

func (s *cells) collect(cond Cond) {
	s.weight++
	switch cond := cond.(type) {
	case Amount:
		s.amounts = append(s.amounts, cond.Value)
	case In:
		i := slices.Index(s.attributes, cond.Attribute)
		if i < 0 {
			i = len(s.attributes)
			s.attributes = append(s.attributes, cond.Attribute)
			s.values = append(s.values, nil)
		}
		s.values[i] = append(s.values[i], cond.Values...)
		s.weight += len(cond.Values)
	case Has:
		if !slices.Contains(s.facets, cond.Facet) {
			s.facets = append(s.facets, cond.Facet)
		}
	case AllOf:
		for _, part := range cond {
			s.collect(part)
		}
	case AnyOf:
		for _, part := range cond {
			s.collect(part)
		}
	case Not:
		s.collect(cond.Cond)
	}
}

// finish turns the values named into representatives of all values.
func (s *cells) finish(p *Process) {
	var minors []int64
	for _, m := range s.amounts {
		n := m.Minor()
		minors = append(minors, max(0, n-1), n)
		if n < math.MaxInt64 {
			minors = append(minors, n+1)
		}
	}
	slices.Sort(minors)
	s.amounts = s.amounts[:0]
	for _, n := range slices.Compact(minors) {
		s.amounts = append(s.amounts, money.Minor(n, p.currency))
	}
	for i, name := range s.attributes {
		named := s.values[i]
		slices.Sort(named)
		named = slices.Compact(named)
		set, declared := p.def.Attributes[name]
		if !declared {
			s.values[i] = append(named, "")
			continue
		}
		s.values[i] = named
		for _, v := range slices.Sorted(slices.Values(set)) {
			if !slices.Contains(named, v) {
				s.values[i] = append(s.values[i], v) // stands for all values not named
				break
			}
		}
	}
}

func (s *cells) size() int {
	n := max(1, len(s.amounts))
	for _, v := range s.values {
		if n *= len(v); n > maxCells {
			return n
		}
	}
	for range s.facets {
		if n *= 2; n > maxCells {
			return n
		}
	}
	return n
}

// each calls visit for every cell, amounts turning fastest.
func (s *cells) each(visit func(*facts)) {
	there := make(map[Facet]bool, len(s.facets))
	f := &facts{attributes: map[string]string{}, has: func(f Facet) bool { return there[f] }}
	amounts := s.amounts
	if len(amounts) == 0 {
		amounts = []money.Money{{}}
	}
	for i := range s.size() {
		rest := i
		turn := func(n int) int { k := rest % n; rest /= n; return k }
		f.amount = amounts[turn(len(amounts))]
		for k, name := range s.attributes {
			f.attributes[name] = s.values[k][turn(len(s.values[k]))]
		}
		for _, facet := range s.facets {
			there[facet] = turn(2) == 1
		}
		visit(f)
	}
}

// describe names a cell in the author's own terms.
func (s *cells) describe(f *facts) string {
	var parts []string
	if len(s.amounts) > 0 {
		parts = append(parts, fmt.Sprintf("amount %v", f.amount))
	}
	for _, name := range s.attributes {
		if v := f.attributes[name]; v != "" {
			parts = append(parts, name+" "+v)
		} else {
			parts = append(parts, "another or no "+name)
		}
	}
	for _, facet := range s.facets {
		if f.has(facet) {
			parts = append(parts, "with "+string(facet))
		} else {
			parts = append(parts, "without "+string(facet))
		}
	}
	return strings.Join(parts, ", ")
}

// scenarios collects the sets of stages that are asked together, one for each way
// through the choices. They matter only where stages are separated, for else each
// stage stands for itself; if there are too many ways, all stages are taken
// together, which asks for more than can happen.
func (c *compiler) scenarios() {
	p := c.p
	if len(c.dead) > 0 { // what nobody comes to needs nobody
		var all []int32
		for i := range p.stages {
			if !c.dead[i] {
				all = append(all, int32(i)) //nolint:gosec // at most MaxStages
			}
		}
		p.scenarios = [][]int32{all}
	}
	if len(p.choices) == 0 || len(p.separate) == 0 {
		return
	}
	var space cells
	for _, ch := range p.choices {
		for _, cond := range ch.cases {
			space.collect(cond)
		}
	}
	space.finish(p)
	size := space.size()
	if size > maxCells || c.work+size*space.weight > maxWork {
		return
	}
	c.work += size * space.weight
	p.scenarios = nil
	known := map[string]bool{}
	var key []byte
	space.each(func(f *facts) {
		key = p.root.stagesFor(p, f, key[:0])
		if !known[string(key)] {
			known[string(key)] = true
			set := make([]int32, len(key)/2)
			for i := range set {
				set[i] = int32(key[2*i])<<8 | int32(key[2*i+1])
			}
			p.scenarios = append(p.scenarios, set)
		}
	})
}

// stagesFor appends the numbers of the stages that a subject passes through, in two
// bytes each.
func (n node) stagesFor(p *Process, f *facts, key []byte) []byte {
	switch n.kind {
	case stageNode:
		return append(key, byte(n.at>>8), byte(n.at))
	case choiceNode:
		arm, _ := p.choices[n.at].arm(f)
		if kid := n.arm(p.choices[n.at], arm); kid != nil {
			return kid.stagesFor(p, f, key)
		}
		return key
	default:
		for _, kid := range n.kids {
			key = kid.stagesFor(p, f, key)
		}
		return key
	}
}

package mining

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
)

// flow is the tree of a definition, with its stages numbered.
type flow struct {
	root   *part
	stages []workflow.Stage
	index  map[workflow.StageKey]int
	arms   int     // of all choices
	times  []uint8 // by loop, how often it may go round
	// sideLoop says that a loop stands in a branch beside others.
	sideLoop bool
}

// maxLoops is how many loops a definition may have to be replayed.
const maxLoops = 16

// part is a block of the flow.
type part struct {
	kind   partKind
	stage  int
	kids   []*part
	conds  []workflow.Cond // of a choice, by kid; nil = else
	arm    int             // of a choice: the number of its first kid among all arms
	finish bool            // of a par: the other branches are heard to their end
	loop   int             // of a loop
}

type partKind uint8

const (
	stagePart partKind = iota
	seqPart
	parPart
	choicePart
	loopPart
)

func flowOf(b workflow.Block) (*flow, error) {
	f := &flow{index: make(map[workflow.StageKey]int)}
	root, err := f.add(b, 0)
	f.root = root
	if err == nil {
		f.sideLoop = root.sideLoop(false)
	}
	return f, err
}

func (p *part) sideLoop(inPar bool) bool {
	if p.kind == loopPart && inPar {
		return true
	}
	return slices.ContainsFunc(p.kids, func(kid *part) bool { return kid.sideLoop(inPar || p.kind == parPart && len(p.kids) > 1) })
}

func (f *flow) add(b workflow.Block, depth int) (*part, error) {
	if depth > 100 {
		return nil, fmt.Errorf("flow: nested deeper than 100: %w", workflow.ErrInvalid)
	}
	list := func(p *part, blocks []workflow.Block) (*part, error) {
		for _, b := range blocks {
			kid, err := f.add(b, depth+1)
			if err != nil {
				return nil, err
			}
			p.kids = append(p.kids, kid)
		}
		return p, nil
	}
	switch b := b.(type) {
	case workflow.Stage:
		if _, twice := f.index[b.Key]; twice || len(f.stages) >= workflow.MaxStages || b.Key == "" {
			return nil, fmt.Errorf("stage %.40q: no key, twice, or one of more than %d: %w", b.Key, workflow.MaxStages, workflow.ErrInvalid)
		}
		f.index[b.Key] = len(f.stages)
		f.stages = append(f.stages, b)
		return &part{kind: stagePart, stage: len(f.stages) - 1}, nil
	case workflow.Seq:
		return list(&part{kind: seqPart}, b)
	case workflow.Par:
		return list(&part{kind: parPart, finish: b.OnReject == workflow.Finish}, b.Branches)
	case workflow.Choice:
		p := &part{kind: choicePart, arm: f.arms}
		var blocks []workflow.Block
		for _, c := range b.Cases {
			p.conds, blocks = append(p.conds, c.When), append(blocks, c.Then)
		}
		if b.Else != nil {
			p.conds, blocks = append(p.conds, nil), append(blocks, b.Else)
		}
		f.arms += len(blocks)
		return list(p, blocks)
	case workflow.Loop:
		if len(f.times) == maxLoops || b.Times < 1 || b.Times > workflow.MaxTimes {
			return nil, fmt.Errorf("loop: %d times, or one of more than %d: %w", b.Times, maxLoops, workflow.ErrInvalid)
		}
		p := &part{kind: loopPart, loop: len(f.times)}
		f.times = append(f.times, uint8(b.Times)) //nolint:gosec // checked
		return list(p, []workflow.Block{b.Body})
	case workflow.Gate: // what is left to be resolved is in no log
		return &part{kind: seqPart}, nil
	default: // a new kind of block gets its case here, and in the switches over partKind
		return nil, fmt.Errorf("flow: a %T cannot be replayed: %w", b, workflow.ErrUnknown)
	}
}

// truth is what is known of a condition.
type truth uint8

const (
	maybe truth = iota
	yes
	no
)

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	default:
		return maybe
	}
}

// facts is what a log tells about the subject of a case.
type facts struct {
	attributes map[string]string // by name in the definition
	amount     money.Money
	hasAmount  bool
}

// decide returns for each arm of each choice whether it is taken, as far as is
// known.
func (f *flow) decide(known *facts) []truth {
	out := make([]truth, f.arms)
	if known == nil {
		return out
	}
	var walk func(p *part)
	walk = func(p *part) {
		none := yes // of the conditions holds
		for i, kid := range p.kids {
			if p.kind == choicePart {
				if p.conds[i] == nil {
					out[p.arm+i] = none
				} else {
					out[p.arm+i] = known.holds(p.conds[i])
					none = both(none, out[p.arm+i].not())
				}
			}
			walk(kid)
		}
	}
	walk(f.root)
	return out
}

func both(a, b truth) truth {
	switch {
	case a == no || b == no:
		return no
	case a == yes && b == yes:
		return yes
	default:
		return maybe
	}
}

func (k *facts) holds(c workflow.Cond) truth {
	known := func(ok bool) truth {
		if ok {
			return yes
		}
		return no
	}
	switch c := c.(type) {
	case workflow.Amount:
		order, err := k.amount.Cmp(c.Value)
		if !k.hasAmount || err != nil {
			return maybe
		}
		switch c.Op {
		case workflow.Below:
			return known(order < 0)
		case workflow.AtMost:
			return known(order <= 0)
		case workflow.Equal:
			return known(order == 0)
		case workflow.AtLeast:
			return known(order >= 0)
		case workflow.Above:
			return known(order > 0)
		default:
			return maybe
		}
	case workflow.In:
		v, ok := k.attributes[c.Attribute]
		if !ok {
			return maybe
		}
		return known(slices.Contains(c.Values, v))
	case workflow.AllOf:
		all := yes
		for _, part := range c {
			all = both(all, k.holds(part))
		}
		return all
	case workflow.AnyOf:
		none := yes
		for _, part := range c {
			none = both(none, k.holds(part).not())
		}
		return none.not()
	case workflow.Not:
		return k.holds(c.Cond).not()
	default: // whether a subject has a facet is in no log
		return maybe
	}
}

package mining

// position is where a case can stand in a definition. Every stage is there once,
// so the stages that were decided say which arms were taken.
type position struct {
	phase   standing
	before  bool // it was submitted already
	decided stageSet
	failed  stageSet        // of decided, those that did not approve
	refused stageSet        // of failed, those that rejected
	after   int16           // steps done after the approval
	rounds  [maxLoops]uint8 // that loops went since the submission or revision
}

// standing is what the state of an instance is called.
type standing uint8

const (
	draft standing = iota
	active
	changes
	refused
	withdrawn
)

// stageSet is a set of stages, MaxStages at most.
type stageSet [4]uint64

func (s *stageSet) has(i int) bool { return s[i>>6]>>(i&63)&1 == 1 }
func (s *stageSet) add(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s *stageSet) remove(i int)   { s[i>>6] &^= 1 << (i & 63) }

// process is what a case is replayed on.
type process struct {
	*flow
	after int // steps after the approval
	arms  []truth
}

// open reports whether an arm may be taken.
func (p *process) open(n *part, kid int) bool { return p.arms[n.arm+kid] != no }

// begun reports whether any stage of a part was decided.
func (p *process) begun(n *part, at *position) bool {
	if n.kind == stagePart {
		return at.decided.has(n.stage)
	}
	for _, kid := range n.kids {
		if p.begun(kid, at) {
			return true
		}
	}
	return false
}

// complete reports whether a part can be left as approved.
func (p *process) complete(n *part, at *position) bool {
	switch n.kind {
	case stagePart:
		return at.decided.has(n.stage) && !at.failed.has(n.stage)
	case choicePart:
		if i := p.taken(n, at); i >= 0 {
			return p.complete(n.kids[i], at)
		}
		for i, kid := range n.kids {
			if p.open(n, i) && p.complete(kid, at) {
				return true
			}
		}
		return false
	default:
		for _, kid := range n.kids {
			if !p.complete(kid, at) {
				return false
			}
		}
		return true
	}
}

// taken returns the arm of a choice that has begun, or -1.
func (p *process) taken(n *part, at *position) int {
	for i, kid := range n.kids {
		if p.begun(kid, at) {
			return i
		}
	}
	return -1
}

// over reports whether a part has ended without approval.
func (p *process) over(n *part, at *position) bool {
	switch n.kind {
	case stagePart:
		return at.failed.has(n.stage)
	case parPart:
		any, all := false, true
		for _, kid := range n.kids {
			ended := p.over(kid, at)
			any = any || ended
			all = all && (ended || p.complete(kid, at))
		}
		return any && (all || !n.finish)
	default:
		for _, kid := range n.kids {
			if p.over(kid, at) {
				return true
			}
		}
		return false
	}
}

// next appends the stages that can be decided now.
func (p *process) next(n *part, at *position, out []int) []int {
	if p.over(n, at) {
		return out
	}
	switch n.kind {
	case stagePart:
		if !at.decided.has(n.stage) {
			out = append(out, n.stage)
		}
	case parPart:
		for _, kid := range n.kids {
			out = p.next(kid, at, out)
		}
	case choicePart:
		if i := p.taken(n, at); i >= 0 {
			return p.next(n.kids[i], at, out)
		}
		for i, kid := range n.kids {
			if p.open(n, i) {
				out = p.next(kid, at, out)
			}
		}
	default:
		from := 0
		for i, kid := range n.kids {
			if p.begun(kid, at) {
				from = i
			}
		}
		for _, kid := range n.kids[from:] {
			out = p.next(kid, at, out)
			if !p.complete(kid, at) {
				break
			}
		}
	}
	return out
}

// action is what an event asks of a position.
type action struct {
	kind  StepKind // 0: a step after the approval
	stage int      // -1 = any
	after int
}

// step appends the positions to which an action leads; none if it is not allowed.
func (p *process) step(at position, a action, out []position) []position {
	settled := at.phase == refused || at.phase == withdrawn
	switch a.kind {
	case 0:
		if at.phase == active && int(at.after) == a.after && p.complete(p.root, &at) {
			at.after++
			out = append(out, at)
		}
	case Ignored:
		out = append(out, at)
	case Saved:
		if at.phase == draft {
			out = append(out, at)
		}
	case Submitted, Resubmitted:
		if at.phase == draft && (a.kind == Submitted || at.before) || at.phase == changes && a.kind == Resubmitted {
			out = append(out, position{phase: active, before: true})
		}
	case Revised:
		if at.before && !settled {
			for i := range at.failed {
				at.decided[i] &^= at.failed[i]
			}
			at.phase, at.failed, at.refused, at.after, at.rounds = active, stageSet{}, stageSet{}, 0, [maxLoops]uint8{}
			out = append(out, at)
		}
	case Approved, Rejected, ChangesRequested:
		if at.phase == active && at.after == 0 {
			out = p.verdict(at, a, out)
		}
	case Reset:
		if at.before && !settled && at.after == 0 {
			out = p.reset(at, a.stage, out)
		}
	case Recalled:
		if at.phase == changes || at.phase == active && at.after == 0 {
			out = append(out, position{phase: draft, before: true})
		}
	case Withdrawn:
		if at.before && !settled && at.after == 0 {
			at.phase = withdrawn
			out = append(out, at)
		}
	default:
	}
	return out
}

func (p *process) verdict(at position, a action, out []position) []position {
	var room [16]int
	for _, s := range p.next(p.root, &at, room[:0]) {
		if a.stage >= 0 && s != a.stage {
			continue
		}
		to := at
		to.decided.add(s)
		if a.kind != Approved {
			to.failed.add(s)
			if a.kind == Rejected {
				to.refused.add(s)
			}
		}
		if to.failed != (stageSet{}) {
			p.goRound(p.root, &to)
		}
		if p.over(p.root, &to) {
			to.phase = changes
			if to.refused != (stageSet{}) {
				to.phase = refused
			}
		}
		out = append(out, to)
	}
	return out
}

// goRound takes the loops whose work was sent back to their start, inner ones
// first.
func (p *process) goRound(n *part, at *position) {
	for _, kid := range n.kids {
		p.goRound(kid, at)
	}
	if n.kind != loopPart || at.rounds[n.loop] >= p.times[n.loop] || !p.over(n, at) || p.rejected(n, at) {
		return
	}
	at.rounds[n.loop]++
	p.clear(n, at)
}

// rejected reports whether a stage of a part rejected.
func (p *process) rejected(n *part, at *position) bool {
	if n.kind == stagePart {
		return at.refused.has(n.stage)
	}
	for _, kid := range n.kids {
		if p.rejected(kid, at) {
			return true
		}
	}
	return false
}

// clear takes the stages of a part back to waiting for their turn.
func (p *process) clear(n *part, at *position) {
	if n.kind == stagePart {
		at.decided.remove(n.stage)
		at.failed.remove(n.stage)
		return
	}
	for _, kid := range n.kids {
		p.clear(kid, at)
	}
}

func (p *process) reset(at position, stage int, out []position) []position {
	for s := range p.stages {
		if stage >= 0 && s != stage {
			continue
		}
		to := at
		to.decided.remove(s)
		to.failed.remove(s)
		to.refused.remove(s)
		out = append(out, to)
	}
	return out
}

// ending says how a case that stands here has ended.
func (p *process) ending(at *position) Ending {
	switch {
	case at.phase == draft && at.before:
		return EndedRecalled
	case at.phase == draft:
		return EndedNotSubmitted
	case at.phase == changes:
		return EndedChangesRequested
	case at.phase == refused:
		return EndedRejected
	case at.phase == withdrawn:
		return EndedWithdrawn
	case !p.complete(p.root, at):
		return EndedOpen
	case int(at.after) < p.after:
		return EndedApproved
	default:
		return EndedCompleted
	}
}

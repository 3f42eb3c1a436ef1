package mining

import "slices"

// history is the time of a case by rounds: from each submission to the verdict
// that ended it.
type history struct {
	c          int // of the log
	start, end int64
	rounds     []round
	known      *facts
}

// round is one way through the flow.
type round struct {
	from, to int64 // submission, last verdict
	verdicts []verdict
	failed   bool     // it ended without approval
	stands   stageSet // approved before
}

// verdict is the decision of a stage in a round.
type verdict struct {
	stage  int // of the first definition
	at     int64
	took   int64 // since the first definition let it begin
	failed bool
}

// history follows a case through the first definition, or says why it is left
// out.
func (r *replayer) history(c int) (history, string) {
	l, p := r.log, r.process(c)
	h := history{c: c, start: l.clock[l.starts[c]], end: l.clock[l.starts[c+1]-1], known: r.facts(c)}
	at := position{}
	var room [2]position
	for i := l.starts[c]; i < l.starts[c+1]; i++ {
		label := r.labels[i]
		if !r.mapped[label] {
			return h, leftDeviates
		}
		a := r.actions[label]
		next := p.step(at, a, room[:0])
		if len(next) == 0 {
			return h, leftDeviates
		}
		if len(next) > 1 {
			return h, leftAmbiguous
		}
		decided := p.complete(p.root, &at)
		switch a.kind {
		case Submitted, Resubmitted:
			h.rounds = append(h.rounds, round{from: l.clock[i], to: l.clock[i]})
		case Revised:
			if at.phase == active && !decided {
				return h, leftUnderWay
			}
			h.rounds = append(h.rounds, round{from: l.clock[i], to: l.clock[i], stands: next[0].decided})
		case Recalled, Withdrawn:
			if at.phase == active && !decided {
				return h, leftUnderWay
			}
		case Reset:
			if n := len(h.rounds); n > 0 && len(h.rounds[n-1].verdicts) > 0 && at.phase == active {
				return h, leftUnderWay
			}
		case Approved, Rejected, ChangesRequested:
			now := &h.rounds[len(h.rounds)-1]
			now.to = l.clock[i]
			now.failed = now.failed || a.kind != Approved
			now.verdicts = append(now.verdicts, verdict{stage: p.meant(&at, a), at: l.clock[i], failed: a.kind != Approved})
			if at.rounds == next[0].rounds {
				break
			}
			if p.sideLoop { // its next round overlaps what others do
				return h, leftUnderWay
			}
			h.rounds = append(h.rounds, round{from: l.clock[i], to: l.clock[i], stands: next[0].decided})
		default:
		}
		at = next[0]
	}
	switch ending := p.ending(&at); {
	case len(h.rounds) == 0:
		return h, leftDraft
	case ending == EndedOpen:
		return h, leftOpen
	}
	for i := range h.rounds {
		begin(p.root, &h.rounds[i], h.rounds[i].from)
	}
	return h, ""
}

// meant returns the stage of a verdict that can be that of one only.
func (p *process) meant(at *position, a action) int {
	for _, s := range p.next(p.root, at, nil) {
		if a.stage < 0 || s == a.stage {
			return s
		}
	}
	return -1
}

// begin notes how long each verdict of a round took if a part could begin at an
// instant, and returns when the part was done.
func begin(n *part, r *round, at int64) int64 {
	switch n.kind {
	case stagePart:
		if i := slices.IndexFunc(r.verdicts, func(v verdict) bool { return v.stage == n.stage }); i >= 0 {
			r.verdicts[i].took = max(0, r.verdicts[i].at-at)
			return r.verdicts[i].at
		}
		return at
	case parPart:
		end := at
		for _, kid := range n.kids {
			end = max(end, begin(kid, r, at))
		}
		return end
	default: // of a choice, one arm at most has verdicts
		for _, kid := range n.kids {
			at = begin(kid, r, at)
		}
		return at
	}
}

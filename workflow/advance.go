package workflow

import "slices"

// peek returns what a block amounts to now: approved, rejected, changes
// requested, or open for anything that goes on.
func (d *decider) peek(n node) StageStatus {
	switch n.kind {
	case stageNode:
		switch st := d.st.Stages[n.at].Status; st {
		case StageApproved, StageRejected, StageChangesRequested:
			return st
		default:
			return StageOpen
		}
	case choiceNode:
		if kid := d.p.taken(d.st, n); kid != nil {
			return d.peek(*kid)
		}
		return StageOpen // not routed: fail closed
	case loopNode:
		st := d.peek(n.kids[0])
		if st == StageChangesRequested && d.goesRound(n) {
			return StageOpen
		}
		return st
	case gateNode:
		if slices.ContainsFunc(d.st.Remarks, Remark.Open) {
			return StageOpen
		}
		return StageApproved
	case seqNode:
		for _, kid := range n.kids {
			if st := d.peek(kid); st != StageApproved {
				return st
			}
		}
		return StageApproved
	default:
		return d.peekPar(n)
	}
}

func (d *decider) peekPar(n node) StageStatus {
	seen := map[StageStatus]bool{}
	for _, kid := range n.kids {
		seen[d.peek(kid)] = true
	}
	failed := seen[StageRejected] || seen[StageChangesRequested]
	switch {
	case seen[StageOpen] && (!n.cancel || !failed):
		return StageOpen
	case seen[StageRejected]:
		return StageRejected
	case seen[StageChangesRequested]:
		return StageChangesRequested
	default:
		return StageApproved
	}
}

// advance opens the stages whose turn has come, and cancels the branches of a
// Par that are no longer heard.
func (d *decider) advance(n node) {
	switch n.kind {
	case stageNode:
		switch d.st.Stages[n.at].Status {
		case StagePending, StageCancelled, StageSkipped:
			d.open(n.at)
		default: // open, or decided
		}
	case choiceNode:
		if kid := d.p.taken(d.st, n); kid != nil {
			d.advance(*kid)
		}
	case loopNode:
		if d.peek(n.kids[0]) == StageChangesRequested && d.goesRound(n) {
			d.goRound(n)
		}
		d.advance(n.kids[0])
	case gateNode:
	case seqNode:
		for _, kid := range n.kids {
			if d.peek(kid) != StageApproved {
				d.advance(kid)
				return
			}
		}
	default:
		if n.cancel && d.peekPar(n) != StageOpen {
			d.cancel(n)
			return
		}
		for _, kid := range n.kids {
			d.advance(kid)
		}
	}
}

// goesRound reports whether a loop may go round once more.
func (d *decider) goesRound(n node) bool {
	l := &d.p.loops[n.at]
	return d.st.round(l.path) < l.times
}

// goRound takes everything in a loop back to the start.
func (d *decider) goRound(n node) {
	l := &d.p.loops[n.at]
	why := "sent back"
	for _, i := range l.stages {
		if st := d.st.Stages[i]; st.Status == StageChangesRequested {
			why = "sent back by " + string(st.Key)
			break
		}
	}
	d.emit(Looped{l.path, d.st.round(l.path) + 1})
	for _, i := range l.stages {
		st := d.st.Stages[i]
		for _, b := range slices.Clone(st.Ballots) {
			d.emit(VoteVoided{Stage: st.Key, Seat: b.Seat, Reason: why})
		}
		if st.Status != StageSkipped && st.Status != StagePending {
			d.emit(Reset{st.Key, why})
		}
	}
}

// cancel ends all stages of a block that still take votes.
func (d *decider) cancel(n node) {
	if n.kind == stageNode && d.st.Stages[n.at].Status.live() {
		d.emit(Cancelled{d.p.stages[n.at].Key})
	}
	for _, kid := range n.kids {
		d.cancel(kid)
	}
}

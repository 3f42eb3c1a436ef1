package mining

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow"
)

// schedule places the verdicts of rounds by the second definition.
type schedule struct {
	*Assume
	log    *Log
	was    *flow
	is     *flow
	stage  []int // of the second definition by that of the first; -1 = dropped
	first  []int // of the first definition by that of the second, or what a new one is like
	fresh  []bool
	pool   [][]int64 // times by stage of the first definition
	random *rand.PCG
}

func newSchedule(r *replayer, after workflow.Definition, o *Assume) (*schedule, error) {
	is, err := flowOf(after.Flow)
	if err != nil {
		return nil, err
	}
	s := &schedule{Assume: o, log: r.log, was: r.flow, is: is, random: rand.NewPCG(o.Seed, 0), pool: make([][]int64, len(r.flow.stages))}
	s.stage, s.first, s.fresh = make([]int, len(s.was.stages)), make([]int, len(is.stages)), make([]bool, len(is.stages))
	for i := range s.stage {
		s.stage[i] = -1
	}
	for i, st := range is.stages {
		from, ok := s.was.index[st.Key]
		if !ok {
			if from, ok = s.was.index[o.Like[st.Key]]; !ok {
				return nil, fmt.Errorf("stage %s: it is new: say in Like which one's times it takes: %w", st.Key, ErrMapping)
			}
			s.first[i], s.fresh[i] = from, true
			continue
		}
		s.first[i], s.stage[from] = from, i
	}
	return s, nil
}

// drop takes away the rounds that only a dropped stage ended, with the time until
// the next submission: they would not have been. It says so if nothing would be
// left.
func (s *schedule) drop(h *history) string {
	ended := func(r round) bool {
		failed := 0
		for _, v := range r.verdicts {
			if v.failed && s.stage[v.stage] >= 0 {
				return false
			}
			if v.failed {
				failed++
			}
		}
		return failed > 0
	}
	if ended(h.rounds[len(h.rounds)-1]) {
		return leftDropped
	}
	for i, r := range h.rounds {
		if ended(r) {
			h.rounds[i].verdicts, h.rounds[i].failed = nil, false
			h.rounds[i].to = h.rounds[i+1].from // no wait before the next one either
		}
	}
	return ""
}

func (s *schedule) observe(h *history) {
	for _, r := range h.rounds {
		for _, v := range r.verdicts {
			s.pool[v.stage] = append(s.pool[v.stage], v.took)
		}
	}
}

// run returns how long a case takes by the second definition.
func (s *schedule) run(h *history) int64 {
	arms := s.is.decide(h.known)
	at := h.rounds[0].from
	for i := range h.rounds {
		r := &h.rounds[i]
		if len(r.verdicts) > 0 {
			at, _ = s.part(s.is.root, r, arms, at, false)
		} // else it fell away, or all that was approved stood
		if i+1 < len(h.rounds) {
			at += h.rounds[i+1].from - r.to
		} else {
			at += h.end - r.to
		}
	}
	return at - h.start
}

// part returns when a part that begins at an instant is done, and whether it ends
// without approval. Choice says that it stands in an arm of one.
func (s *schedule) part(n *part, r *round, arms []truth, at int64, choice bool) (end int64, failed bool) {
	switch n.kind {
	case stagePart:
		return s.verdict(n.stage, r, at, choice)
	case seqPart, loopPart:
		for _, kid := range n.kids {
			if at, failed = s.part(kid, r, arms, at, choice); failed {
				break
			}
		}
		return at, failed
	case parPart:
		end = at
		stopped := int64(0)
		for _, kid := range n.kids {
			e, f := s.part(kid, r, arms, at, choice)
			if f && (!failed || e < stopped) {
				stopped = e
			}
			failed = failed || f
			end = max(end, e)
		}
		if failed && !n.finish {
			return stopped, true
		}
		return end, failed
	default:
		for i, kid := range n.kids {
			if arms[n.arm+i] == no || arms[n.arm+i] != yes && !s.recorded(kid, r) {
				continue
			}
			return s.part(kid, r, arms, at, arms[n.arm+i] != yes)
		}
		return at, false
	}
}

// recorded reports whether a round has a verdict of a stage of a part.
func (s *schedule) recorded(n *part, r *round) bool {
	if n.kind == stagePart {
		return !s.fresh[n.stage] && slices.ContainsFunc(r.verdicts, func(v verdict) bool { return v.stage == s.first[n.stage] })
	}
	return slices.ContainsFunc(n.kids, func(kid *part) bool { return s.recorded(kid, r) })
}

// verdict returns when a stage that begins at an instant decides, and whether it
// does not approve.
func (s *schedule) verdict(stage int, r *round, at int64, choice bool) (end int64, failed bool) {
	took := int64(-1)
	if !s.fresh[stage] {
		for _, v := range r.verdicts {
			if v.stage == s.first[stage] {
				took, failed = v.took, v.failed
			}
		}
	}
	switch {
	case took >= 0 && s.Resample, s.fresh[stage], took < 0 && r.failed && !choice && !r.stands.has(s.first[stage]):
		took = s.draw(s.first[stage])
	case took < 0: // not on the way of this case, or approved before and standing
		return at, false
	}
	end = at + took
	if s.Deadlines != nil {
		for _, limit := range []worktime.Length{s.is.stages[stage].Due, s.is.stages[stage].Expire} {
			if !limit.IsZero() {
				end = min(end, max(at, s.due(at, limit)))
			}
		}
	}
	return end, failed
}

// draw returns one of the times of a stage.
func (s *schedule) draw(stage int) int64 {
	pool := s.pool[stage]
	if len(pool) == 0 {
		return 0
	}
	return pool[below(s.random, uint64(len(pool)))]
}

func (s *schedule) assumptions() []string {
	list := []string{
		"cases, their order and what they are about are those of the log",
		"a stage takes from when it can begin to its verdict as long as it took in the log: who votes is as free as before, also for stages that now run at the same time",
		"every stage gives the verdict that it gave",
		"the time from a verdict to the next submission, before the first one and after the last verdict stays as it was",
	}
	if s.Resample {
		list[1] = "a stage's time is drawn from all its times in the log, for each case and round on its own"
	}
	dropped, added := false, false
	for _, to := range s.stage {
		dropped = dropped || to < 0
	}
	for _, is := range s.fresh {
		added = added || is
	}
	if dropped {
		list = append(list, "a round that a dropped stage alone ended would not have been, nor the wait after it: the next round shows what the other stages say")
	}
	if added {
		list = append(list, "a new stage approves; its time is drawn from those of the stage it is like")
	}
	list = append(list, "a stage that a round did not come to, because another one ended it, approves if it is now asked, in a time drawn from all its times")
	if len(s.is.times) > 0 {
		list = append(list, "a loop of the second definition sends work back where the log does: whoever was asked again is asked again")
	}
	if s.Deadlines != nil {
		list = append(list, "a stage that would miss its deadline decides at its deadline, the same way")
	}
	return list
}

package mining

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow"
)

// Assume says what WhatIf takes for granted. The zero Assume keeps each case's own
// times.
type Assume struct {
	// Like names for each stage that is new the one of the first definition whose
	// times it takes: they are drawn from all of that stage's times in the log.
	Like map[workflow.StageKey]workflow.StageKey
	// Deadlines is the calendar by which the deadlines of the second definition
	// (Stage.Due and Stage.Expire, whichever comes first) are enforced: a stage that
	// would take longer is decided at its deadline, the same way. nil = they change
	// nothing.
	Deadlines *worktime.Calendar
	// Resample draws the time of every stage from all its times in the log instead
	// of keeping that of the case.
	Resample bool
	// Seed is that of all drawing.
	Seed uint64
	// Rounds is how often the cases are drawn anew for the intervals; 0 = 1,000.
	Rounds int
}

// WhatIf is what another definition would have made of the cases of a log. Times
// are milliseconds, working ones in a log of WorkingTime.
type WhatIf struct {
	Cases         []CaseChange // that were replayed, in the order of the log
	LeftOut       []Tally      // why other cases were not, most first
	Before, After Durations    // of the replayed cases
	Mean, Median  Interval     // of the change of case duration; below zero is faster
	Faster        int          // cases
	Slower        int          // cases
	Assumptions   []string     // on which the answer rests
}

// CaseChange is the duration of one case by both definitions.
type CaseChange struct {
	Case          string
	Before, After int64
}

// Interval is an estimate and the interval that holds it with 95 % confidence.
type Interval struct{ Estimate, Low, High int64 }

// maxRounds bounds Assume.Rounds.
const maxRounds = 1_000_000

// The reasons to leave a case out.
const (
	leftDeviates  = "deviates from the first definition"
	leftOpen      = "was not decided by the end of the log"
	leftDraft     = "was never submitted"
	leftUnderWay  = "was changed, taken back or sent round while other stages were under way"
	leftAmbiguous = "does not tell which stage gave a verdict"
	leftDropped   = "ended by a stage that the second definition does not have"
)

// WhatIf replays each case of the log on a second definition, with the times that
// its stages took, and says how that changes the duration of cases. Cases that the
// first definition does not allow, or that are not decided, are left out.
//
// A stage's time in a case runs from when the first definition let it begin to its
// verdict. The second definition says when it begins instead. All else stays: the
// time before a submission, the steps after the approval. The answer lists its
// assumptions, and its intervals are those of the bootstrap over cases: percentiles
// 2.5 and 97.5 of the means and medians of as many cases drawn with replacement
// (B. Efron, Bootstrap Methods: Another Look at the Jackknife, 1979). The same log,
// definitions and Assume give the same answer.
//
// Errors match ErrMapping, ErrLog or workflow.ErrInvalid, or are those of a
// definition that cannot be replayed.
func (l *Log) WhatIf(before, after workflow.Definition, m Mapping, o *Assume) (*WhatIf, error) {
	if o == nil {
		o = &Assume{}
	}
	r, err := l.replayer(before, m)
	if err != nil {
		return nil, err
	}
	s, err := newSchedule(r, after, o)
	if err != nil {
		return nil, err
	}
	out := &WhatIf{}
	left := make(map[string]int)
	var histories []history
	for c := range l.ids {
		h, reason := r.history(c)
		if reason == "" {
			reason = s.drop(&h)
		}
		if reason != "" {
			left[reason]++
			continue
		}
		s.observe(&h)
		histories = append(histories, h)
	}
	for _, reason := range sortedKeys(left) {
		out.LeftOut = append(out.LeftOut, Tally{reason, left[reason]})
	}
	slices.SortStableFunc(out.LeftOut, func(a, b Tally) int { return cmp.Compare(b.Count, a.Count) })
	for i := range histories {
		h := &histories[i]
		took := CaseChange{l.ids[h.c], h.end - h.start, s.run(h)}
		out.Cases = append(out.Cases, took)
		switch {
		case took.After < took.Before:
			out.Faster++
		case took.After > took.Before:
			out.Slower++
		}
	}
	out.Assumptions = s.assumptions()
	return out, out.intervals(o)
}

func (w *WhatIf) intervals(o *Assume) error {
	n := len(w.Cases)
	rounds := cmp.Or(o.Rounds, 1000)
	if rounds < 1 || rounds > maxRounds {
		return fmt.Errorf("rounds: %d, want 1 to %d: %w", rounds, maxRounds, workflow.ErrInvalid)
	}
	if n == 0 {
		return nil
	}
	was, is, change := make([]int64, n), make([]int64, n), make([]int64, n)
	for i, c := range w.Cases {
		was[i], is[i], change[i] = c.Before, c.After, c.After-c.Before
		if most := math.MaxInt64 / int64(n); abs(change[i]) > most || c.Before > most || c.After > most {
			return fmt.Errorf("case %.80q: durations add up beyond 64 bits: %w", c.Case, ErrLog)
		}
	}
	b := newBootstrap(was, is, change)
	w.Mean.Estimate, w.Median.Estimate = b.estimate()
	means, medians := make([]int64, rounds), make([]int64, rounds)
	random := rand.NewPCG(o.Seed, 1)
	for i := range rounds {
		means[i], medians[i] = b.draw(random)
	}
	w.Mean.Low, w.Mean.High = middle95(means)
	w.Median.Low, w.Median.High = middle95(medians)
	w.Before, w.After = durations(was), durations(is)
	return nil
}

package board

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
)

// Times is how long a finished card took. The working times are 0 without a
// calendar.
type Times struct {
	Item      ident.Ref
	Finished  time.Time
	Lead      int64 // milliseconds from adding to finishing
	Cycle     int64 // milliseconds from starting to finishing
	LeadWork  worktime.Minutes
	CycleWork worktime.Minutes
	Active    int64 // of Cycle: in active columns, not blocked
	Queued    int64 // of Cycle: in queues, not blocked
	Blocked   int64 // of Cycle: blocked; Active + Queued + Blocked = Cycle
}

// Times returns the cards finished within [from, to), in the order of their
// end. The calendar may be nil.
func (h *History) Times(from, to time.Time, cal *worktime.Calendar) []Times {
	runs := h.finished(from, to)
	times := make([]Times, len(runs))
	for i, r := range runs {
		t := Times{
			Item: r.Card.Item, Finished: r.Ended,
			Lead: millis(r.Card.Added, r.Ended), Cycle: millis(r.Card.Started, r.Ended),
		}
		if cal != nil {
			t.LeadWork, t.CycleWork = cal.Between(r.Card.Added, r.Ended), cal.Between(r.Card.Started, r.Ended)
		}
		for _, s := range r.Spells {
			since, until := clip(s, r.Card.Started, r.Ended)
			blocked := int64(0)
			for _, b := range r.Blocks {
				blocked += millis(clip(b, since, until))
			}
			t.Blocked += blocked
			if h.b.def.Columns[h.b.columns[s.Column]].Kind == Active {
				t.Active += millis(since, until) - blocked
			} else {
				t.Queued += millis(since, until) - blocked
			}
		}
		times[i] = t
	}
	return times
}

// Percentile returns the smallest of the values that at least percent in a
// hundred of them do not exceed (the nearest rank; R. Hyndman, Y. Fan, Sample
// quantiles in statistical packages, 1996, type 1). ok is false for no values,
// or a percent outside 1 to 100.
func Percentile[T cmp.Ordered](values []T, percent int) (value T, ok bool) {
	if len(values) == 0 || percent < 1 || percent > 100 {
		return value, false
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := (int64(len(sorted))*int64(percent) + 99) / 100
	return sorted[rank-1], true
}

// Quantile is the times that a percentage of the cards did not exceed, each
// measure for itself.
type Quantile struct {
	Percent             int
	Sample              int   // finished cards
	Lead, Cycle         int64 // milliseconds
	LeadWork, CycleWork worktime.Minutes
}

// Quantiles returns the percentiles of lead and cycle time of the cards
// finished within [from, to), by Percentile; none if no card was finished. The
// calendar may be nil.
func (h *History) Quantiles(from, to time.Time, cal *worktime.Calendar, percents ...int) []Quantile {
	times := h.Times(from, to, cal)
	lead, cycle := make([]int64, len(times)), make([]int64, len(times))
	leadWork, cycleWork := make([]worktime.Minutes, len(times)), make([]worktime.Minutes, len(times))
	for i, t := range times {
		lead[i], cycle[i], leadWork[i], cycleWork[i] = t.Lead, t.Cycle, t.LeadWork, t.CycleWork
	}
	var quantiles []Quantile
	for _, p := range percents {
		q := Quantile{Percent: p, Sample: len(times)}
		var ok bool
		if q.Lead, ok = Percentile(lead, p); !ok {
			continue
		}
		q.Cycle, _ = Percentile(cycle, p)
		q.LeadWork, _ = Percentile(leadWork, p)
		q.CycleWork, _ = Percentile(cycleWork, p)
		quantiles = append(quantiles, q)
	}
	return quantiles
}

// Expectation is a service level expectation: a forecast of how long one card
// takes, from what the last ones took.
type Expectation struct {
	Percent int
	Days    int // calendar days, the first and the last included
	Sample  int // finished cards it rests on; 0 = no expectation
}

// String returns "85 % finish within 9 days (42 finished)".
func (e Expectation) String() string {
	if e.Sample == 0 {
		return "no expectation (0 finished)"
	}
	return fmt.Sprintf("%d %% finish within %d days (%d finished)", e.Percent, e.Days, e.Sample)
}

// Expect returns the percentile of the cycle time, in days of loc, of the cards
// finished within [from, to); nil is UTC. A card started and finished on one day took one
// day (D. Vacanti, Actionable Agile Metrics for Predictability, 2015, ch. 2).
func (h *History) Expect(percent int, from, to time.Time, loc *time.Location) Expectation {
	runs := h.finished(from, to)
	days, loc := make([]int, len(runs)), zone(loc)
	for i, r := range runs {
		days[i] = civil.DateOf(r.Ended.In(loc)).Sub(civil.DateOf(r.Card.Started.In(loc))) + 1
	}
	n, ok := Percentile(days, percent)
	if !ok {
		return Expectation{Percent: percent}
	}
	return Expectation{Percent: percent, Days: n, Sample: len(days)}
}

// Efficiency is the flow efficiency: how much of the time in progress was work.
type Efficiency struct {
	Active, Queued, Blocked int64 // milliseconds, together the sum of the cycle times
	Sample                  int   // finished cards
}

// Ratio returns active and total milliseconds: the efficiency as an exact
// fraction. With a total of 0 there is none.
func (e Efficiency) Ratio() (active, total int64) { return e.Active, e.Active + e.Queued + e.Blocked }

// Efficiency sums up the cards finished within [from, to).
func (h *History) Efficiency(from, to time.Time) Efficiency {
	var e Efficiency
	for _, t := range h.Times(from, to, nil) {
		e.Active, e.Queued, e.Blocked, e.Sample = e.Active+t.Active, e.Queued+t.Queued, e.Blocked+t.Blocked, e.Sample+1
	}
	return e
}

// BlockedTime is how long cards were blocked for one reason.
type BlockedTime struct {
	Reason  string
	Cards   int // that were blocked for it
	Millis  int64
	Working worktime.Minutes // 0 without a calendar
}

// BlockedTime returns the blocked time within [from, to) by reason, the longest
// first. Open blocks count up to the end of the window. The calendar may be nil.
func (h *History) BlockedTime(from, to time.Time, cal *worktime.Calendar) []BlockedTime {
	sums := map[string]*BlockedTime{}
	for i := range h.runs {
		counted := map[string]bool{}
		for _, b := range h.runs[i].Blocks {
			since, until := clip(b, from, to)
			if !since.Before(until) {
				continue
			}
			sum := sums[b.Reason]
			if sum == nil {
				sum = &BlockedTime{Reason: b.Reason}
				sums[b.Reason] = sum
			}
			sum.Millis += millis(since, until)
			if cal != nil {
				sum.Working += cal.Between(since, until)
			}
			if !counted[b.Reason] {
				counted[b.Reason] = true
				sum.Cards++
			}
		}
	}
	list := make([]BlockedTime, 0, len(sums))
	for _, reason := range slices.Sorted(maps.Keys(sums)) {
		list = append(list, *sums[reason])
	}
	slices.SortStableFunc(list, func(a, b BlockedTime) int { return cmp.Compare(b.Millis, a.Millis) })
	return list
}

// WeekCount is the throughput of a week of ISO 8601.
type WeekCount struct {
	Week     civil.Week
	Finished int
}

// Throughput returns the cards finished in each week that has a day in the
// period, zeros included, with the whole of the first and last week; a nil loc is UTC.
func (h *History) Throughput(period civil.Period, loc *time.Location) []WeekCount {
	var counts []WeekCount
	for w := range period.Weeks() {
		counts = append(counts, WeekCount{Week: w})
	}
	if len(counts) == 0 {
		return nil
	}
	for i := range h.runs {
		if h.runs[i].Outcome != WasFinished {
			continue
		}
		at := civil.InWeek(civil.DateOf(h.runs[i].Ended.In(zone(loc)))).Sub(counts[0].Week)
		if at >= 0 && at < len(counts) {
			counts[at].Finished++
		}
	}
	return counts
}

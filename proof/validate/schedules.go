package main

import (
	"context"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/psplib"
)

// protocol is how a set is searched: so many schedules, an average over seeds and
// all instances, and what it must not exceed.
type protocol struct {
	schedules int           // counted passes; 0: as many as Model.Schedules says for about
	about     time.Duration // of one core
	seeds     []uint64
	most      string // percent: over the critical path, or over the best known value; "" is reported only
	overPath  bool
	every     [3]int // which of the instances, by share; 0 is none
}

var (
	fresh = []uint64{101, 102, 103, 104} // seeds that nothing was tuned on
	one   = []uint64{101}
)

// protocols are the figures of each set. Published ones: J. H. Patterson's and
// PSPLIB's sets by number of schedules (R. Kolisch and S. Hartmann, Experimental
// investigation of heuristics for resource-constrained project scheduling, 2006);
// OR-Tools CP-SAT 9.11 with 900 s on 8 cores reached 10.587 on j60 and 31.437 on
// j120 (PyJobShop's experiments).
var protocols = map[string][]protocol{
	"j30": {
		{schedules: 1_000, seeds: fresh, most: "0.14", every: [3]int{60, 1, 1}},
		{schedules: 5_000, seeds: fresh, most: "0.04", every: [3]int{0, 1, 1}},
		{about: time.Second, seeds: one, most: "0", every: [3]int{0, 0, 1}},
	},
	"j60": {
		{schedules: 1_000, seeds: fresh, most: "11.30", overPath: true, every: [3]int{60, 1, 1}},
		{schedules: 5_000, seeds: fresh, most: "10.94", overPath: true, every: [3]int{0, 1, 1}},
		{about: time.Second, seeds: one, most: "10.587", overPath: true, every: [3]int{0, 0, 1}},
	},
	"j120": {
		{schedules: 1_000, seeds: fresh, most: "33.45", overPath: true, every: [3]int{150, 1, 1}},
		{schedules: 5_000, seeds: fresh, most: "32.18", overPath: true, every: [3]int{0, 1, 1}},
		{about: time.Second, seeds: one, most: "31.437", overPath: true, every: [3]int{0, 0, 1}},
	},
	"multi-mode":  {{schedules: 5_000, seeds: one, every: [3]int{800, 8, 1}}, {about: time.Second, seeds: one, most: "0.5", every: [3]int{0, 0, 1}}},
	"mmlib50":     {{schedules: 5_000, seeds: one, every: [3]int{180, 9, 1}}, {about: 10 * time.Second, seeds: one, most: "0.3", every: [3]int{0, 0, 1}}},
	"patterson":   {{schedules: 5_000, seeds: one, most: "0", every: [3]int{11, 1, 1}}},
	"mplib1-set3": {{schedules: 1_000, seeds: one, every: [3]int{1000, 38, 1}}},
}

// check compares what is read and what is found with what is published.
func (a *archive) check(c *check) error {
	list := protocols[a.name]
	if list == nil {
		list = []protocol{{schedules: 1_000, seeds: one, every: [3]int{50, 1, 1}}}
	}
	var paths tally
	for k, file := range a.files {
		if a.known[file].path == 0 || c.share == smoke && (a.several || k%60 != 0) {
			continue
		}
		model, err := a.model(file)
		if err != nil {
			return err
		}
		paths.compare(file, a.known[file].path, a.shortest(model))
	}
	if paths.total > 0 && !a.several {
		c.tally("critical paths", paths)
	}
	for _, p := range list {
		if p.every[c.share] == 0 {
			continue
		}
		if err := a.search(c, p); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) model(file string) (*planning.Model, error) {
	in, err := a.instance(file)
	if err != nil {
		return nil, err
	}
	plan, err := in.Plan()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	model, err := planning.Compile(plan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return model, nil
}

func (a *archive) shortest(m *planning.Model) int64 { return psplib.Period(m.CriticalPath().Finish()) }

// search runs a protocol.
func (a *archive) search(c *check, p protocol) error {
	var verified, bounds tally
	excess, seconds := new(big.Rat), 0.0
	count, optimal, best := int64(0), 0, 0
	for k, file := range a.files {
		if k%p.every[c.share] != 0 {
			continue
		}
		known, listed := a.known[file]
		if !listed {
			continue
		}
		for _, seed := range p.seeds {
			key := fmt.Sprintf("%s/%s/%d/%s/%d", a.name, file, p.schedules, p.about, seed)
			sound := true
			r, err := c.notes.once(key, func() (r result, err error) {
				r, sound, err = a.run(file, p, seed)
				return r, err
			})
			if err != nil {
				return err
			}
			verified.compare(file, true, sound)
			bounds.compare(file, true, r.Makespan >= known.lower && (known.upper == 0 || r.Bound <= known.upper))
			base := known.upper
			if p.overPath {
				base = known.path
			}
			excess.Add(excess, big.NewRat(100*(r.Makespan-base), max(1, base)))
			seconds += r.Seconds
			count++
			if known.lower > 0 && r.Makespan <= known.lower {
				optimal++
			}
			if r.Makespan <= known.upper {
				best++
			}
		}
	}
	what := strconv.Itoa(p.schedules) + " schedules"
	if p.schedules == 0 {
		what = fmt.Sprintf("for %s of a core", p.about)
	}
	c.tally(what+": feasible", verified)
	c.tally(what+": no schedule below a known bound, no bound above a known schedule", bounds)
	excess.Quo(excess, big.NewRat(max(1, count), 1))
	over := "best known"
	if p.overPath {
		over = "critical path"
	}
	got := fmt.Sprintf("%s (best known in %.1f %%, optimal %d)", excess.FloatString(3), 100*float64(best)/float64(max(1, count)), optimal)
	if p.schedules == 0 {
		got += fmt.Sprintf(" in %.2f core-s", seconds/float64(max(1, count)))
	}
	figure := fmt.Sprintf("%s: %% over the %s, %d runs", what, over, count)
	limit, bar := new(big.Rat).SetString(p.most)
	if !bar || c.share == smoke || p.every[c.share] > 1 {
		c.add(figure, "-", got, true)
		return nil
	}
	c.add(figure, "<= "+p.most, got, excess.Cmp(limit) <= 0 && (p.schedules > 0 || seconds <= float64(count)*max(1, p.about.Seconds())))
	return nil
}

// run searches one instance, and says whether the schedule passes Verify.
func (a *archive) run(file string, p protocol, seed uint64) (r result, sound bool, err error) {
	model, err := a.model(file)
	if err != nil {
		return r, false, err
	}
	n := p.schedules
	if n == 0 {
		n = model.Schedules(p.about)
	}
	began := coreSeconds()
	s, err := model.Schedule(context.Background(), planning.Search{Schedules: n, Seed: seed})
	if err != nil {
		return r, false, fmt.Errorf("%s: %w", file, err)
	}
	r = result{
		Makespan: psplib.Period(s.Finish()), Bound: psplib.Period(s.LowerBound()), Schedules: s.Schedules(),
		Seconds: coreSeconds() - began, Proven: s.Proven(),
	}
	return r, model.Verify(s) == nil, nil
}

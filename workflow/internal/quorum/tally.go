package quorum

import (
	"slices"
	"sort"
)

// tally is what counting heads can know about a stage.
type tally struct {
	*Stage
	electors  int
	byAsker   int      // electors that a requester can take away, 0 or 1
	byAuthors int      // electors that contributors can take away
	use       int      // the most people in a filling of which nobody can be spared
	burn      int      // the most people who vote until the stage is decided
	left      []int64  // Weighted: left[i] is the weight of all but the i heaviest
	grouped   []int    // PerGroup: electors of each group
	masks     []uint64 // PerGroup: the groups of each elector
}

// counting reports whether the rule asks for a number of approvals alone.
func (t *tally) counting() bool {
	switch t.Rule.Kind {
	case Count, All, Percent:
		return true
	default:
		return false
	}
}

// need returns the approvals that a counting rule, or the floor of another, asks
// of an electorate.
func (v *prover) need(r *Rule, electorate int) int {
	n := r.Floor
	if v.fault == faultFloor {
		n = 0
	}
	switch r.Kind {
	case Count:
		return max(n, r.N)
	case All:
		return max(n, electorate, 1)
	case Percent:
		up := r.Den - 1
		if v.fault == faultCeil {
			up = 0
		}
		return max(n, int((r.Num*int64(electorate)+up)/r.Den), 1)
	default:
		return n
	}
}

func (v *prover) count(s *Stage) tally {
	t := tally{Stage: s, electors: len(s.Electors)}
	if s.ExcludeRequester && v.fault != faultRequester && meet(s.Electors, v.p.Requesters) {
		t.byAsker = 1
	}
	if s.ExcludeContributors && v.fault != faultContributors {
		t.byAuthors = min(v.p.MaxContributors, common(s.Electors, v.p.Contributors))
	}
	floor := v.need(&s.Rule, t.electors)
	switch s.Rule.Kind {
	case Weighted:
		v.weigh(&t)
		t.use = min(max(t.burn, floor), t.electors)
		t.burn = t.use
	case PerGroup:
		t.group()
		t.use, t.burn = 0, floor
		for i, g := range s.Rule.Groups {
			t.use += g.N
			t.burn = max(t.burn, t.electors-t.grouped[i]+g.N) // the group's last vote closes the stage
		}
		t.use = min(max(t.use, floor), t.electors)
		if s.Rule.Single {
			t.burn = t.electors
		}
		t.burn = min(t.burn, t.electors)
	default:
		t.use, t.burn = floor, floor
	}
	return t
}

// weigh sets left, and burn to the number of the lightest electors who reach the
// target only with the last of them: no filling without a spare has more.
func (v *prover) weigh(t *tally) {
	w := slices.Clone(t.Rule.Weights)
	slices.Sort(w)
	t.left = make([]int64, len(w)+1)
	for i, x := range w {
		t.left[len(w)-i-1] = t.left[len(w)-i] + x
	}
	if v.fault == faultFill {
		slices.Reverse(w)
	}
	sum := int64(0)
	for t.burn < len(w) && sum < t.Rule.Target {
		sum += w[t.burn]
		t.burn++
	}
}

func (t *tally) group() {
	t.masks = make([]uint64, t.electors)
	t.grouped = make([]int, len(t.Rule.Groups))
	for g, group := range t.Rule.Groups {
		i := 0
		for _, q := range group.Members {
			for i < t.electors && t.Electors[i] < q {
				i++
			}
			if i < t.electors && t.Electors[i] == q {
				t.masks[i] |= 1 << g
				t.grouped[g]++
			}
		}
	}
}

// survives reports whether the rule can be met after any loss of so many people,
// beside the requester and the contributors whom it excludes.
func (v *prover) survives(t *tally, lost int) bool {
	if v.fault == faultSlack {
		lost--
	}
	barred := t.byAsker + t.byAuthors
	if t.counting() {
		for e := 0; e <= barred; e++ { // fewer electors may need as many, or fewer
			if n := t.electors - e; n-lost < v.need(&t.Rule, n) {
				return false
			}
		}
		return true
	}
	lost += barred
	if t.electors-lost < v.need(&t.Rule, t.electors) {
		return false
	}
	if t.Rule.Kind == Weighted {
		return lost < len(t.left) && t.left[max(lost, 0)] >= t.Rule.Target
	}
	total := 0
	for _, g := range t.Rule.Groups {
		total += g.N
	}
	for i, g := range t.Rule.Groups {
		n := g.N
		if t.Rule.Single && v.fault != faultSingle {
			n = total // then any sharing out among the groups works
		}
		if t.grouped[i]-lost < n {
			return false
		}
	}
	return true
}

// facts returns the numbers of electors that make survives true for a loss, with
// any requester and any contributors; none if numbers do not say it.
func (v *prover) facts(i int32, lost int) []Inequality {
	t := &v.tallies[i]
	barred := v.blanket(t)
	switch t.Rule.Kind {
	case Weighted:
		return nil
	case PerGroup:
		var out []Inequality
		total := 0
		for _, g := range t.Rule.Groups {
			total += g.N
		}
		for g, group := range t.Rule.Groups {
			n := group.N
			if t.Rule.Single {
				n = total
			}
			out = append(out, Inequality{i, int32(g), n + barred + lost, 0})
		}
		if t.Rule.Floor > 0 {
			out = append(out, Inequality{i, -1, t.Rule.Floor + barred + lost, 0})
		}
		return out
	default:
		// What an electorate has above its need never falls as it grows.
		least := barred + sort.Search(t.electors+1, func(n int) bool { return n-lost >= v.need(&t.Rule, n) })
		return []Inequality{{i, -1, least, 0}}
	}
}

// blanket returns the most electors whom exclusions can bar, whoever they are.
func (v *prover) blanket(t *tally) int {
	n := 0
	if t.ExcludeRequester {
		n++
	}
	if t.ExcludeContributors {
		n += v.p.MaxContributors
	}
	return n
}

// most returns the largest electorate of which a stage uses no more people than
// it does now; 0 if it never uses more.
func (v *prover) most(t *tally) int {
	switch r := &t.Rule; r.Kind {
	case All:
		return max(t.use, 1)
	case Percent:
		return int(min(int64(t.use)*r.Den/r.Num, maxPeople))
	default:
		return 0
	}
}

func meet(a, b []int32) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			return true
		}
	}
	return false
}

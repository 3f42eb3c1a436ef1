package workflow

import (
	"slices"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
)

// stage checks a stage by itself and numbers it.
func (c *compiler) stage(s Stage, path string) node {
	n := node{kind: stageNode, at: len(c.p.stages)}
	if n.at >= MaxStages {
		if n.at == MaxStages {
			c.found.Errorf("workflow.flow.depth", path, "split the definition", "more than %d stages", MaxStages)
		}
		c.p.stages = append(c.p.stages, s)
		return n
	}
	at := "stage/" + string(s.Key)
	_, twice := c.p.index[s.Key]
	switch reason := badName(string(s.Key)); {
	case reason != "":
		c.found.Errorf("workflow.stage.key", path, "give it a short key", "key %.40q %s", s.Key, reason)
	case twice:
		c.found.Errorf("workflow.stage.key", at, "rename one", "two stages have this key")
	}
	if fault := ruleFault(s.Rule); fault != "" {
		c.found.Errorf("workflow.stage.rule", at, "use Any, All, N, a Share, Weighted or PerGroup", "%s", fault)
		s.Rule = Any{}
	}
	groups, _ := rolesOf(s.Rule)
	if reason := badName(string(s.Role)); reason != "" && (s.Role != "" || len(groups) == 0) {
		c.found.Errorf("workflow.stage.role", at, "name the role that votes", "role %.40q %s", s.Role, reason)
	}
	if int(s.Class) >= len(classNames) {
		c.found.Errorf("workflow.stage.class", at, "use General, Legal or Budget", "%v", s.Class)
	}
	for _, f := range s.Facets {
		c.declared(f, at)
	}
	s.Exclude, s.Facets, s.Rule = slices.Clone(s.Exclude), slices.Clone(s.Facets), cloneRule(s.Rule)
	c.p.index[s.Key] = n.at
	c.p.stages = append(c.p.stages, s)
	return n
}

// references resolves exclusions between stages and looks for uncovered facets.
func (c *compiler) references(d Definition) {
	c.p.apart = make([][]int, len(c.p.stages))
	for i, s := range c.p.stages {
		for _, e := range s.Exclude {
			if e == Requester || e == Contributors {
				continue
			}
			key, ok := e.stage()
			other, known := c.p.index[key]
			if !ok || !known || other == i {
				c.found.Errorf("workflow.stage.exclude", "stage/"+string(s.Key), `use "requester", "contributors" or "stage:" and another stage`, "%q is nobody", e)
				continue
			}
			c.p.apart[i] = append(c.p.apart[i], other)
			c.p.apart[other] = append(c.p.apart[other], i)
		}
	}
	for i, list := range c.p.apart {
		slices.Sort(list)
		c.p.apart[i] = slices.Compact(list)
	}
	for _, f := range d.Facets {
		if !slices.ContainsFunc(c.p.stages, func(s Stage) bool { return s.covers(f) }) {
			c.found.Warnf("workflow.facet.uncovered", "facet/"+string(f), "let a stage cover it", "no stage covers it: it changes without anyone being asked")
		}
	}
	if c.fewest(c.p.root) == 0 {
		c.found.Errorf("workflow.flow.empty", "flow", "put a stage on every route", "one route has no stage: nobody would be asked")
	}
}

// fewest returns the least number of stages on any route through a node.
func (c *compiler) fewest(n node) int {
	switch n.kind {
	case stageNode:
		return 1
	case gateNode:
		return 0
	case choiceNode:
		least := MaxStages
		for _, kid := range n.kids {
			least = min(least, c.fewest(kid))
		}
		return least
	default:
		sum := 0
		for _, kid := range n.kids {
			sum += c.fewest(kid)
		}
		return sum
	}
}

func (c *compiler) deadlines() {
	for _, s := range c.p.stages {
		at := "stage/" + string(s.Key)
		for _, l := range []worktime.Length{s.Due, s.Remind, s.Expire} {
			if l.Amount() < 0 {
				c.found.Errorf("workflow.stage.deadline", at, "let time run forward", "%v", l)
			}
		}
		if s.Escalate != "" && s.Due.IsZero() {
			c.found.Errorf("workflow.stage.deadline", at, "set Due", "it escalates to %s without a deadline", s.Escalate)
		}
		if s.Escalate != "" && s.Escalate == s.Role {
			c.found.Errorf("workflow.stage.deadline", at, "escalate to another role", "it escalates to %s, who are asked already", s.Escalate)
		}
		c.expiry(s, at)
		if s.Due.IsZero() || s.Remind.IsZero() {
			continue
		}
		switch {
		case s.Due.Kind() != s.Remind.Kind():
			c.found.Warnf("workflow.stage.deadline", at, "count both in the same unit",
				"remind after %v, due after %v: which comes first depends on the day; a reminder that would come late is left out", s.Remind, s.Due)
		case s.Remind.Amount() >= s.Due.Amount():
			c.found.Errorf("workflow.stage.deadline", at, "remind before the deadline", "remind after %v, due after %v", s.Remind, s.Due)
		}
	}
}

// expiry checks that silence is consent only where it may be, and that a stage
// does not expire before it is due.
func (c *compiler) expiry(s Stage, at string) {
	if int(s.AtExpiry) >= len(expiryNames) {
		c.found.Errorf("workflow.stage.expiry", at, "use ExpiryRejects, ExpiryReturns or ExpiryApproves", "%v", s.AtExpiry)
	}
	if s.AtExpiry != ExpiryRejects && s.Expire.IsZero() {
		c.found.Errorf("workflow.stage.expiry", at, "set Expire", "it says what follows on an expiry and never expires")
	}
	if s.AtExpiry == ExpiryApproves && s.Class != General {
		c.found.Errorf("workflow.stage.expiry", at, "let it reject or return", "silence is no consent in a %v stage", s.Class)
	}
	for _, l := range []worktime.Length{s.Remind, s.Due} {
		switch {
		case s.Expire.IsZero() || l.IsZero():
		case s.Expire.Kind() != l.Kind():
			c.found.Warnf("workflow.stage.expiry", at, "count all in the same unit", "%v and %v: which comes first depends on the day", l, s.Expire)
		case l.Amount() >= s.Expire.Amount():
			c.found.Errorf("workflow.stage.expiry", at, "let it expire last", "after %v it expires after %v", l, s.Expire)
		}
	}
}

// label names a case for people.
func (ch choice) label(arm int) string {
	if arm < 0 || arm >= len(ch.cases) {
		return "else"
	}
	return ch.cases[arm].String()
}

// describe joins parts, or says none.
func describe[S ~string](parts []S) string {
	if len(parts) == 0 {
		return "nobody"
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = string(p)
	}
	return strings.Join(texts, ", ")
}

package workflow

import (
	"slices"

	"github.com/go-marops/marops/ident"
)

// quorums proves that every stage can be approved: for each possible requester
// the electorate, less the worst absences, still reaches the number needed.
// With separated stages it uses a sufficient condition: even if every neighbour
// draws all the voters it needs from this electorate, enough are left.
func (c *compiler) quorums(d Definition, staff *Staff, absences int) {
	if staff == nil {
		c.found.Warnf("workflow.quorum.unproven", c.subject(d), "compile with the staff", "no staff given: whether every quorum can be reached is not proven")
		return
	}
	staff.check(&c.found)
	c.role(staff, d.Requesters, c.subject(d))
	for _, s := range c.p.stages {
		c.role(staff, s.Role, "stage/"+string(s.Key))
		c.role(staff, s.Escalate, "stage/"+string(s.Key))
	}
	if c.found.Err() != nil {
		return
	}
	requesters := []ident.Person{""} // anyone: also somebody whom no role knows
	if d.Requesters != "" {
		requesters = staff.Members(d.Requesters)
		if len(requesters) == 0 {
			c.found.Errorf("workflow.staff.role", c.subject(d), "fill the role", "nobody has role %s: nobody may submit", d.Requesters)
		}
	} else {
		for _, s := range c.p.stages {
			requesters = append(requesters, staff.Members(s.Role)...)
		}
		requesters = people(requesters)
	}
	for i := range c.p.stages {
		c.quorum(i, staff, requesters, absences)
	}
}

func (c *compiler) role(staff *Staff, r Role, subject string) {
	if r != "" && !staff.has(r) {
		c.found.Errorf("workflow.staff.role", subject, "add the role to the staff, or name another", "role %s is not known", r)
	}
}

func (c *compiler) quorum(i int, staff *Staff, requesters []ident.Person, absences int) {
	s := c.p.stages[i]
	at := "stage/" + string(s.Key)
	separated := false
	for _, q := range requesters {
		voters := c.electorate(i, staff, q)
		needed := s.Rule.needed(len(voters))
		if len(voters)-absences < needed {
			c.short(at, s, q, voters, absences, needed)
			return // one counterexample per stage is enough
		}
		taken := 0
		for _, other := range c.p.apart[i] {
			rival := c.electorate(other, staff, q)
			shared := 0
			for _, p := range rival {
				if slices.Contains(voters, p) {
					shared++
				}
			}
			taken += min(shared, c.p.stages[other].Rule.needed(len(rival)))
		}
		if taken > 0 && len(voters)-absences-taken < needed && !separated {
			separated = true
			c.found.Warnf("workflow.quorum.separation", at, "add people to the role", "not proven: of %s, separated stages may use up %d and %d may be absent; %d needed",
				describe(voters), taken, absences, needed)
		}
	}
	if s.excludes(Contributors) {
		c.found.Infof("workflow.quorum.contributors", at, "", "proven for the requester as the only contributor")
	}
}

// electorate returns who may vote in a stage if q submits.
func (c *compiler) electorate(i int, staff *Staff, q ident.Person) []ident.Person {
	s := c.p.stages[i]
	voters := staff.Members(s.Role)
	if s.excludes(Requester) || s.excludes(Contributors) {
		voters = slices.DeleteFunc(voters, func(p ident.Person) bool { return p == q })
	}
	return voters
}

func (c *compiler) short(at string, s Stage, q ident.Person, voters []ident.Person, absences, needed int) {
	absent := voters[:min(absences, len(voters))]
	left := voters[len(absent):]
	who := "whoever submits"
	if q != "" {
		who = "if " + string(q) + " submits"
	}
	fix := "add people to role " + string(s.Role)
	if _, all := s.Rule.(All); all && len(voters) > absences {
		fix = "all tolerates no absence: need a number instead"
	}
	c.found.Errorf("workflow.quorum.short", at, fix, "%s, absent: %s; can vote: %s; needed: %d", who, describe(absent), describe(left), needed)
}

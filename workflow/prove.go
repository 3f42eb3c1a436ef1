package workflow

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow/internal/quorum"
)

// Assurance says what is proven of a process's quorums. The zero value is Unproven.
type Assurance uint8

// The assurances.
const (
	Unproven Assurance = iota // compiled without staff
	Guarded                   // there is always a way to get all approvals, but votes in a bad order could spoil it; the process refuses such votes
	Safe                      // no order of votes reaches a dead end
)

var assuranceNames = []string{"unproven", "guarded", "safe"}

// String returns "unproven", "guarded" or "safe".
func (a Assurance) String() string { return nameOf(assuranceNames, uint8(a), "assurance") }

// MarshalText writes the name.
func (a Assurance) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (a *Assurance) UnmarshalText(text []byte) error {
	i, err := parseName("assurance", assuranceNames, string(text))
	*a = Assurance(i)
	return err
}

// Proof is the record of what Compile proved of the quorums, and about whom: for
// every requester and every choice of contributors that the definition allows,
// with that many people absent.
type Proof struct {
	Definition   Hash      `json:"definition"`
	Staff        Hash      `json:"staff"` // of the roles as they were
	Assurance    Assurance `json:"assurance"`
	Absences     int       `json:"absences"`
	Contributors int       `json:"contributors"` // beside the requester, at most
	Margin       int       `json:"margin"`       // the most absences for which it was proven, as far as it was tried
	// HeadCounts are facts that are enough for the same assurance, whoever the
	// people are; none if the proof took a search among these very people.
	HeadCounts []HeadCount `json:"headCounts,omitempty"`
}

// HeadCount is a fact about how many people may be asked in a stage.
type HeadCount struct {
	Stage StageKey `json:"stage"`
	Role  Role     `json:"role,omitempty"` // of a group; "" = all electors
	Least int      `json:"least"`
	Most  int      `json:"most,omitempty"` // 0 = any number
}

// String returns the fact as people read it: "legal >= 3".
func (h HeadCount) String() string {
	of := string(h.Stage)
	if h.Role != "" {
		of += " of " + string(h.Role)
	}
	if h.Most > 0 {
		return fmt.Sprintf("%d <= %s <= %d", h.Least, of, h.Most)
	}
	return fmt.Sprintf("%s >= %d", of, h.Least)
}

// Proof returns what Compile proved of the quorums.
func (p *Process) Proof() Proof {
	out := p.proof
	out.HeadCounts = slices.Clone(out.HeadCounts)
	return out
}

// Holds reports whether the proof holds of changed staff, by counting heads. False
// means that it has to be made again, by Compile, not that it fails.
func (p *Process) Holds(staff *Staff) bool {
	if staff == nil || p.proof.Assurance == Unproven {
		return false
	}
	if staff.digest() == p.proof.Staff {
		return true
	}
	problem, _ := p.problem(staff, p.proof.Absences)
	return problem.Holds(p.record)
}

// digest is the identity of the roles; delegations only add voters.
func (s *Staff) digest() Hash {
	roles := map[Role][]ident.Person{}
	for r := range s.Roles {
		roles[r] = s.Members(r)
	}
	data, err := json.Marshal(roles)
	if err != nil {
		return Hash{} // cannot be: text alone
	}
	return sha256.Sum256(data)
}

// roster numbers people.
type roster struct {
	numbers map[ident.Person]int32
	names   []ident.Person
}

// of returns the numbers of sorted people, who are in the roster, in order.
func (r *roster) of(list []ident.Person) []int32 {
	out := make([]int32, 0, len(list))
	for _, p := range list {
		if n, ok := r.numbers[p]; ok {
			out = append(out, n)
		}
	}
	return out
}

func (r *roster) people(numbers []int32) []ident.Person {
	out := make([]ident.Person, len(numbers))
	for i, n := range numbers {
		out[i] = r.names[n]
	}
	return out
}

func newRoster(list []ident.Person) *roster {
	r := &roster{numbers: make(map[ident.Person]int32, len(list)), names: people(list)}
	for i, p := range r.names {
		r.numbers[p] = int32(i) //nolint:gosec // far fewer than 2^31 people
	}
	return r
}

// problem states the process with its staff as a problem of quorums.
func (p *Process) problem(staff *Staff, absences int) (*quorum.Problem, *roster) {
	asked := make([][]ident.Person, len(p.stages))
	var everybody []ident.Person
	requesters := staff.Members(p.def.Requesters)
	for i := range p.stages {
		asked[i] = staff.asked(p.stages[i])
		everybody = append(everybody, asked[i]...)
	}
	r := newRoster(slices.Concat(everybody, requesters))
	out := &quorum.Problem{
		People: len(r.names), Separate: p.separate, Scenarios: p.scenarios, Absences: absences,
		Requesters: r.of(requesters), MaxContributors: p.def.Contributors,
	}
	if p.def.Requesters == "" {
		out.AnyRequester, out.Requesters = true, r.of(r.names)
	}
	if p.def.Contributors > 0 {
		out.Contributors = r.of(r.names)
	}
	for i := range p.stages {
		s := &p.stages[i]
		q := s.Rule.quota(asked[i], staff)
		out.Stages = append(out.Stages, quorum.Stage{
			Electors: r.of(asked[i]), Rule: q.proven(asked[i], r),
			ExcludeRequester:    s.excludes(Requester) || s.excludes(Contributors), // who contributed first
			ExcludeContributors: s.excludes(Contributors),
		})
	}
	return out, r
}

// proven returns the quota in the prover's terms.
func (q *Quota) proven(electors []ident.Person, r *roster) quorum.Rule {
	switch {
	case q.Share != nil && q.Of != len(electors): // some joined later
		return quorum.Rule{Kind: quorum.Count, N: q.Share.of(q.Of)}
	case q.Share != nil && q.Share.Num == q.Share.Den:
		return quorum.Rule{Kind: quorum.All}
	case q.Share != nil:
		return quorum.Rule{Kind: quorum.Percent, Num: int64(q.Share.Num), Den: int64(q.Share.Den)}
	case q.Target > 0:
		out := quorum.Rule{Kind: quorum.Weighted, Target: int64(q.Target)}
		for _, p := range electors {
			out.Weights = append(out.Weights, int64(q.Weights[p]))
		}
		return out
	case len(q.Groups) > 0:
		out := quorum.Rule{Kind: quorum.PerGroup, Single: q.Single}
		for _, g := range q.Groups {
			out.Groups = append(out.Groups, quorum.Group{Members: r.of(g.Members), N: g.Need})
		}
		return out
	default:
		return quorum.Rule{Kind: quorum.Count, N: max(1, q.Approvals)}
	}
}

// separations returns the pairs of stages whose voters must differ; in a Seq the
// first is decided before the second opens.
func (p *Process) separations() []quorum.Separation {
	var out []quorum.Separation
	for a, list := range p.apart {
		for _, b := range list {
			if a < b {
				out = append(out, quorum.Separation{A: int32(a), B: int32(b), Ordered: p.before(p.root, a, b)}) //nolint:gosec // at most MaxStages
			}
		}
	}
	return out
}

// before reports whether stage a is decided before stage b opens: they part ways in
// a Seq. Stages are numbered in the order of the flow.
func (p *Process) before(n node, a, b int) bool {
	for _, kid := range n.kids {
		switch inA, inB := kid.has(a), kid.has(b); {
		case inA && inB:
			return p.before(kid, a, b)
		case inA:
			return n.kind == seqNode
		}
	}
	return false
}

// has reports whether a stage is within a block.
func (n node) has(stage int) bool {
	if n.kind == stageNode {
		return n.at == stage
	}
	return slices.ContainsFunc(n.kids, func(kid node) bool { return kid.has(stage) })
}

// quorums proves that every stage can be approved, whoever submits and contributes
// and with so many people absent.
func (c *compiler) quorums(staff *Staff, absences int) {
	p := c.p
	p.separate = p.separations()
	c.scenarios()
	p.proof = Proof{Absences: absences, Contributors: p.def.Contributors, Margin: -1}
	if staff == nil {
		c.found.Warnf("workflow.quorum.unproven", c.subject(p.def), "compile with the staff", "no staff given: whether every quorum can be reached is not proven")
		return
	}
	staff.check(&c.found)
	c.roles(staff)
	if c.found.Err() != nil {
		return
	}
	p.proof.Staff = staff.digest()
	problem, r := p.problem(staff, absences)
	if len(problem.Requesters) == 0 && !problem.AnyRequester {
		c.found.Errorf("workflow.staff.role", c.subject(p.def), "fill the role", "nobody has role %s: nobody may submit", p.def.Requesters)
		return
	}
	proof, err := quorum.Prove(problem, quorum.DefaultNodes)
	if err != nil {
		c.found.Errorf("workflow.quorum.undecided", c.subject(p.def), "split the definition", "%v", err)
		return
	}
	p.proof.Margin = proof.Margin
	switch proof.Verdict {
	case quorum.Safe:
		p.proof.Assurance = Safe
	case quorum.Satisfiable:
		p.proof.Assurance = Guarded
		c.found.Infof("workflow.quorum.guarded", c.subject(p.def), "", "votes in a bad order could use up the people of a separated stage: such votes are refused")
	case quorum.Refuted:
		c.refuted(problem, proof.Counter, r)
	default:
		c.found.Errorf("workflow.quorum.undecided", c.subject(p.def), "separate fewer stages, or give their roles more people", "not proven within %d steps", quorum.DefaultNodes)
	}
	p.record = proof.Inequalities
	for _, q := range proof.Inequalities {
		h := HeadCount{Stage: p.stages[q.Stage].Key, Least: q.Least, Most: q.Most}
		if q.Group >= 0 {
			groups, _ := rolesOf(p.stages[q.Stage].Rule)
			h.Role = groups[q.Group]
		}
		p.proof.HeadCounts = append(p.proof.HeadCounts, h)
	}
	if p.def.Contributors == 0 {
		for _, s := range p.stages {
			if s.excludes(Contributors) {
				c.found.Infof("workflow.quorum.contributors", "stage/"+string(s.Key), "limit the definition's contributors", "proven for the requester as the only contributor")
			}
		}
	}
}

// roles reports roles that the staff does not know.
func (c *compiler) roles(staff *Staff) {
	role := func(r Role, subject string) {
		if r != "" && !staff.has(r) {
			c.found.Errorf("workflow.staff.role", subject, "add the role to the staff, or name another", "role %s is not known", r)
		}
	}
	role(c.p.def.Requesters, c.subject(c.p.def))
	role(c.p.def.Managers, c.subject(c.p.def))
	for _, s := range c.p.stages {
		_, named := rolesOf(s.Rule)
		for _, r := range append([]Role{s.Role, s.Escalate}, named...) {
			role(r, "stage/"+string(s.Key))
		}
	}
}

// refuted tells the counterexample, and that of every other stage which fails by
// itself.
func (c *compiler) refuted(problem *quorum.Problem, counter *quorum.Counterexample, r *roster) {
	c.counterexample(problem, counter, r)
	for i := range problem.Stages {
		if c.dead[i] || slices.Contains(counter.Stages, int32(i)) { //nolint:gosec // at most MaxStages
			continue
		}
		alone := *problem
		alone.Stages, alone.Separate, alone.Scenarios = problem.Stages[i:i+1], nil, nil
		if proof, err := quorum.Prove(&alone, quorum.DefaultNodes); err == nil && proof.Counter != nil {
			proof.Counter.Stages[0] = int32(i) //nolint:gosec // likewise
			c.counterexample(problem, proof.Counter, r)
		}
	}
}

func (c *compiler) counterexample(problem *quorum.Problem, x *quorum.Counterexample, r *roster) {
	who := "whoever submits"
	if x.Requester >= 0 {
		who = "if " + string(r.names[x.Requester]) + " submits"
	}
	if len(x.Contributors) > 0 {
		who += ", with " + describe(r.people(x.Contributors)) + " as contributors"
	}
	who += ", absent: " + describe(r.people(x.Absent))
	keys := make([]StageKey, len(x.Stages))
	for i, s := range x.Stages {
		keys[i] = c.p.stages[s].Key
	}
	if len(x.Stages) > 1 {
		evidence := who + ": no votes decide all of " + describe(keys)
		if x.Need > 0 {
			evidence = fmt.Sprintf("%s: %s need %d different people, and there are %d", who, describe(keys), x.Need, x.Have)
		}
		c.found.Errorf("workflow.quorum.separation", "stage/"+string(keys[0]), "add people to a role, or separate fewer stages", "%s", evidence)
		return
	}
	i := x.Stages[0]
	s, rule := c.p.stages[i], &problem.Stages[i]
	left := slices.DeleteFunc(slices.Clone(rule.Electors), func(q int32) bool {
		return rule.ExcludeRequester && q == x.Requester || rule.ExcludeContributors && slices.Contains(x.Contributors, q) || slices.Contains(x.Absent, q)
	})
	fix := "add people to role " + string(s.Role)
	if rule.Rule.Kind == quorum.All && len(rule.Electors) > len(x.Absent) {
		fix = "all tolerates no absence: need a number instead"
	}
	needed := strings.TrimSuffix(s.Rule.String(), " of")
	c.found.Errorf("workflow.quorum.short", "stage/"+string(s.Key), fix, "%s; can vote: %s; needed: %s", who, describe(r.people(left)), needed)
}

package workflow

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/ident"
)

// Assign changes who is asked in an open stage: it adds reviewers, removes them or,
// with as many added as removed, hands their seats over one by one, in the order
// given. The votes of who is removed fall. It is open to the definition's Managers;
// nobody adds themselves.
type Assign struct {
	By     ident.Person
	Stage  StageKey
	Add    []ident.Person
	Remove []ident.Person
	Reason string
}

// Delegate lets somebody cast one's votes in this instance from now until just
// before Until. Who delegated keeps the vote. A delegation that Until has passed
// for, or that another one to the same person replaces, is over.
type Delegate struct {
	By, To ident.Person
	Until  time.Time
}

// Escalate asks a stage's Escalate role at once, before the deadline. It is open to
// the requester and the definition's Managers.
type Escalate struct {
	By     ident.Person
	Stage  StageKey
	Reason string
}

// The facts about who is asked.
type (
	// Assigned replaced a stage's electors and what it needs.
	Assigned struct {
		Stage    StageKey       `json:"stage"`
		Added    []ident.Person `json:"added,omitempty"`
		Removed  []ident.Person `json:"removed,omitempty"`
		Eligible []ident.Person `json:"eligible,omitempty"` // from now on, in order
		Quota    Quota          `json:"quota"`
		Reason   string         `json:"reason,omitempty"`
	}
	// Delegated lets To cast From's votes.
	Delegated struct {
		From  ident.Person `json:"from"`
		To    ident.Person `json:"to"`
		Until time.Time    `json:"until"`
	}
	// Escalated adds electors after a deadline, and what they count for.
	Escalated struct {
		Stage  StageKey       `json:"stage"`
		Role   Role           `json:"role"`
		To     []ident.Person `json:"to,omitempty"`
		Quota  Quota          `json:"quota,omitzero"` // of the stage from now on
		Reason string         `json:"reason,omitempty"`
	}
)

func (Assigned) kind() string  { return "stage.assigned" }
func (Delegated) kind() string { return "delegated" }
func (Escalated) kind() string { return "stage.escalated" }

func (c Assign) actor() ident.Person   { return c.By }
func (c Delegate) actor() ident.Person { return c.By }
func (c Escalate) actor() ident.Person { return c.By }

// manages reports whether somebody may change who is asked.
func (d *decider) manages(p ident.Person) bool {
	return d.p.def.Managers != "" && slices.Contains(d.env.Staff.Members(d.p.def.Managers), p)
}

// openStage returns the index of a stage that takes votes.
func (d *decider) openStage(key StageKey) (int, error) {
	i, known := d.p.index[key]
	if !known {
		return 0, fmt.Errorf("stage %.40q: %w", key, ErrUnknown)
	}
	if d.st.Status != StatusActive {
		return 0, fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	}
	if !d.st.Stages[i].Status.live() {
		return 0, fmt.Errorf("stage %s: %v, it %w", key, d.st.Stages[i].Status, ErrState)
	}
	return i, nil
}

func (d *decider) assign(c Assign) error {
	i, err := d.openStage(c.Stage)
	if err != nil {
		return err
	}
	if !d.manages(c.By) {
		return &DeniedError{Rule: "managers", Person: c.By, Stage: c.Stage, Reason: "does not manage who is asked"}
	}
	if err := checkComment(c.Reason); err != nil {
		return err
	}
	if err := checkPeople(slices.Concat(c.Add, c.Remove)); err != nil {
		return err
	}
	st := d.st.Stages[i]
	electors := st.Electors()
	if len(c.Add)+len(c.Remove) == 0 || len(people(slices.Concat(c.Add, c.Remove))) != len(c.Add)+len(c.Remove) {
		return fmt.Errorf("stage %s: nobody, or somebody twice: %w", c.Stage, ErrInvalid)
	}
	for _, p := range c.Add {
		switch e := d.barred(i, p); {
		case p == c.By:
			return &DeniedError{Rule: "managers", Person: c.By, Stage: c.Stage, Reason: "nobody adds themselves"}
		case e != "":
			return &DeniedError{Rule: string(e), Person: p, Stage: c.Stage, Reason: string(p) + " is excluded: separation of duties"}
		case slices.Contains(electors, p):
			return fmt.Errorf("stage %s: %s is asked already: %w", c.Stage, p, ErrInvalid)
		}
		for _, b := range st.Ballots {
			if b.By == p {
				return &DeniedError{Rule: "once", Person: p, Stage: c.Stage, Reason: "has voted here on behalf of " + string(b.Seat)}
			}
		}
	}
	for _, p := range c.Remove {
		if !slices.Contains(electors, p) {
			return fmt.Errorf("stage %s: %s is not asked: %w", c.Stage, p, ErrInvalid)
		}
	}
	d.reseat(i, c)
	d.settle()
	return nil
}

// reseat works out what a stage needs of its new electors.
func (d *decider) reseat(i int, c Assign) {
	st := d.st.Stages[i]
	quota, eligible := st.Quota, st.Electors()
	handed := len(c.Add) == len(c.Remove)
	if !handed {
		quota = quota.plus(d.p.stages[i].Rule.quota(c.Add, d.env.Staff))
		quota.Of = max(0, quota.Of+len(c.Add)-len(c.Remove))
	}
	for k, p := range c.Remove {
		if handed {
			quota = quota.handed(p, c.Add[k])
		} else {
			quota = quota.without(p)
		}
		if b := st.ballot(p); b >= 0 {
			d.emit(VoteVoided{Stage: c.Stage, Seat: p, Reason: "no longer asked"})
		}
	}
	eligible = slices.DeleteFunc(slices.Concat(eligible, c.Add), func(p ident.Person) bool { return slices.Contains(c.Remove, p) })
	d.emit(Assigned{Stage: c.Stage, Added: orNil(slices.Clone(c.Add)), Removed: orNil(slices.Clone(c.Remove)), Eligible: people(eligible), Quota: quota, Reason: c.Reason})
}

// MaxDelegations is how many delegations an instance keeps.
const MaxDelegations = 1000

func (d *decider) delegate(c Delegate) error {
	switch d.st.Status {
	case StatusRejected, StatusWithdrawn, StatusApproved:
		return fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	default:
	}
	if err := c.To.Check(); err != nil {
		return fmt.Errorf("delegate: %w: %w", err, ErrInvalid)
	}
	until := instant(c.Until)
	if y := until.Year(); c.To == c.By || c.By == "" || y < 1 || y > 9999 || len(d.st.Delegations) >= MaxDelegations {
		return fmt.Errorf("delegation from %.40q to %.40q until %v: one is missing, both are one, or there are %d already: %w", c.By, c.To, c.Until, MaxDelegations, ErrInvalid)
	}
	d.emit(Delegated{c.By, c.To, until})
	return nil
}

func (d *decider) escalate(c Escalate) error {
	i, err := d.openStage(c.Stage)
	if err != nil {
		return err
	}
	if c.By != d.st.Requester && !d.manages(c.By) {
		return &DeniedError{Rule: "managers", Person: c.By, Stage: c.Stage, Reason: "neither submitted nor manages it"}
	}
	if err := checkComment(c.Reason); err != nil {
		return err
	}
	if d.p.stages[i].Escalate == "" {
		return fmt.Errorf("stage %s: it escalates to nobody: %w", c.Stage, ErrInvalid)
	}
	if d.env.Staff == nil {
		return fmt.Errorf("stage %s: the environment has no staff: %w", c.Stage, ErrInvalid)
	}
	d.escalated(i, c.Reason)
	d.settle()
	return nil
}

// escalated asks the people behind a stage, if they are not asked yet.
func (d *decider) escalated(i int, reason string) {
	s, st := d.p.stages[i], d.st.Stages[i]
	if st.Raised {
		return
	}
	to := people(slices.DeleteFunc(d.env.Staff.Members(s.Escalate), func(p ident.Person) bool {
		return slices.Contains(st.Eligible, p) || d.barred(i, p) != "" || slices.ContainsFunc(st.Ballots, func(b Ballot) bool { return b.By == p })
	}))
	if len(to) > 0 {
		d.emit(Escalated{s.Key, s.Escalate, to, st.Quota.plus(s.Rule.quota(to, d.env.Staff)), reason})
	}
}

// MaxHops is how far a vote may be passed on: from Ann to Ben, from Ben to Cem,
// from Cem to Dora.
const MaxHops = 3

// stands reports whether to may cast from's vote in a stage now, by a chain of
// delegations. Whoever separation of duties bars from the stage passes nothing on.
func (d *decider) stands(i int, from, to ident.Person) bool {
	seen, reached := []ident.Person{from}, []ident.Person{from}
	for range MaxHops {
		var next []ident.Person
		for _, p := range reached {
			for _, q := range d.delegates(p) {
				if _, apart := d.separated(i, q); apart || d.barred(i, q) != "" || slices.Contains(seen, q) {
					continue
				}
				if q == to {
					return true
				}
				seen, next = append(seen, q), append(next, q)
			}
		}
		reached = next
	}
	return false
}

// delegates returns to whom somebody's votes are delegated now.
func (d *decider) delegates(p ident.Person) []ident.Person {
	var list []ident.Person
	now := d.env.Now
	add := func(all []Delegation) {
		for _, g := range all {
			if g.From == p && !now.Before(g.Since) && now.Before(g.Until) {
				list = append(list, g.To)
			}
		}
	}
	if d.env.Staff != nil {
		add(d.env.Staff.Delegations)
	}
	add(d.st.Delegations)
	return list
}

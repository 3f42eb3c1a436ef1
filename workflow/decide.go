package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/google/uuid"
)

// Decide returns what a command leads to, without changing anything: the events
// to store and to Apply. No events and no error means that nothing is left to
// do. Errors match ErrDenied, ErrSuperseded, ErrState, ErrUnknown, ErrInvalid
// or ErrDefinition, and then nothing has happened.
func (p *Process) Decide(s State, c Command, env Env) ([]Event, error) {
	_, events, err := p.Do(s, c, env)
	return events, err
}

// Do is Decide and Apply in one.
func (p *Process) Do(s State, c Command, env Env) (State, []Event, error) {
	d := decider{p: p, env: env, st: s}
	if err := d.run(c); err != nil {
		return s, nil, err
	}
	return d.st, d.events, nil
}

// Step is Do for a state that nobody else holds: it is changed in place, unless
// there is an error, and the events are appended to a slice. A vote that decides
// nothing by itself costs no more than the memory of its fact.
func (p *Process) Step(s *State, c Command, env Env, events []Event) ([]Event, error) {
	d := decider{p: p, env: env, st: *s, events: events, inPlace: true}
	if err := d.run(c); err != nil {
		return events, err
	}
	*s = d.st
	return d.events, nil
}

// run carries out a command. State and events are only to be kept without an error.
func (d *decider) run(c Command) error {
	if _, moves := c.(Migrate); !moves {
		if err := d.p.owns(&d.st); err != nil {
			return err
		}
	}
	if c == nil {
		return fmt.Errorf("command: there is none: %w", ErrInvalid)
	}
	now := &d.env.Now
	if y := now.UTC().Year(); now.IsZero() || y < 1 || y > 9999 {
		return fmt.Errorf("now %v: %w", *now, ErrInvalid)
	}
	*now = now.UTC().Round(0) // as JSON brings it back
	d.by = c.actor()
	if err := d.command(c); err != nil {
		return err
	}
	return d.err
}

// decider works on a copy of the state. What it decides it applies at once, so
// that deciding and replaying cannot differ.
type decider struct {
	p       *Process
	env     Env
	st      State
	by      ident.Person
	events  []Event
	err     error // the first; emit does nothing after it
	inPlace bool  // the state may be changed where nothing can fail after it
	owned   bool  // the state is a copy by now
}

func (d *decider) emit(f Fact) {
	if d.err != nil {
		return
	}
	if !d.owned {
		d.st, d.owned = d.st.clone(), true
	}
	e := Event{Instance: d.st.Instance, Seq: d.st.Seq + 1, At: d.env.Now, By: d.by, Fact: f}
	if d.err = d.p.apply(&d.st, e); d.err == nil {
		d.events = append(d.events, e)
	}
}

func (d *decider) command(c Command) error {
	if _, ok := c.(Submit); !ok && d.st.Seq == 0 {
		return fmt.Errorf("instance: not submitted, it %w", ErrState)
	}
	switch c := c.(type) {
	case Submit:
		return d.submit(c)
	case Vote:
		return d.vote(c)
	case Revise:
		return d.revise(c)
	case Recall:
		if err := d.end(c.By, c.Reason, StatusActive, StatusChangesRequested); err != nil {
			return err
		}
		d.emit(Recalled{c.Reason})
	case Withdraw:
		if err := d.end(c.By, c.Reason, StatusDraft, StatusActive, StatusChangesRequested); err != nil {
			return err
		}
		d.emit(Withdrawn{c.Reason})
	case Comment:
		return d.comment(c)
	case Resolve:
		return d.resolve(c)
	case Assign:
		return d.assign(c)
	case Delegate:
		return d.delegate(c)
	case Escalate:
		return d.escalate(c)
	case Migrate:
		return d.migrate(c)
	case Tick:
		d.tick()
	default:
		return fmt.Errorf("command %T: %w", c, ErrUnknown)
	}
	return nil
}

// end checks who and when for Recall and Withdraw.
func (d *decider) end(by ident.Person, reason string, from ...Status) error {
	if by != d.st.Requester {
		return &DeniedError{Rule: "requester", Person: by, Reason: "only the requester takes it back"}
	}
	if !slices.Contains(from, d.st.Status) {
		return fmt.Errorf("instance %v: %v, it %w", d.st.Instance, d.st.Status, ErrState)
	}
	return checkComment(reason)
}

func (d *decider) submit(c Submit) error {
	if d.st.Seq != 0 {
		return fmt.Errorf("instance %v: submitted already, it %w", d.st.Instance, ErrState)
	}
	if c.Instance == uuid.Nil {
		return fmt.Errorf("instance: no id: %w", ErrInvalid)
	}
	if err := c.Subject.Check(); err != nil {
		return fmt.Errorf("subject: %w: %w", err, ErrInvalid)
	}
	contributors := slices.Concat([]ident.Person{c.Requester}, c.Contributors)
	if err := checkPeople(contributors); err != nil {
		return err
	}
	if err := d.mayContribute(c.Requester, c.Requester, contributors); err != nil {
		return err
	}
	v := version{cloneMap(c.Facets), cloneMap(c.Attributes), c.Amount}
	if err := d.p.check(v); err != nil {
		return err
	}
	if role := d.p.def.Requesters; role != "" && !slices.Contains(d.env.Staff.Members(role), c.Requester) {
		return &DeniedError{Rule: "requesters", Person: c.Requester, Reason: "does not have role " + string(role)}
	}
	d.st.Instance = c.Instance
	d.emit(Submitted{
		Definition: d.p.hash, Subject: c.Subject, Requester: c.Requester, Contributors: people(contributors),
		Facets: v.facets, Amount: v.amount, Attributes: v.attributes,
	})
	d.route(d.p.root)
	d.skip(d.p.live(d.st))
	d.settle()
	return nil
}

// mayContribute refuses more contributors than the quorums were proven with.
func (d *decider) mayContribute(by, requester ident.Person, contributors []ident.Person) error {
	most := d.p.def.Contributors
	beside := slices.DeleteFunc(people(contributors), func(p ident.Person) bool { return p == requester })
	if most > 0 && len(beside) > most {
		return &DeniedError{Rule: "contributors", Person: by, Reason: fmt.Sprintf("%d people beside the requester, at most %d have a part", len(beside), most)}
	}
	return nil
}

// route takes a case in every choice that can be reached.
func (d *decider) route(n node) {
	if n.kind != choiceNode {
		for _, kid := range n.kids {
			d.route(kid)
		}
		return
	}
	ch := d.p.choices[n.at]
	arm, _ := ch.arm(d.st.current().facts())
	d.emit(Routed{Choice: ch.path, Case: arm, When: ch.label(arm)})
	if kid := n.arm(ch, arm); kid != nil {
		d.route(*kid)
	}
}

// arm returns the block behind a case.
func (n node) arm(ch choice, arm int) *node {
	if arm < 0 {
		arm = len(ch.cases)
	}
	if arm >= len(n.kids) {
		return nil
	}
	return &n.kids[arm]
}

// taken returns the block that a choice leads to now.
func (p *Process) taken(s State, n node) *node {
	ch := p.choices[n.at]
	arm, ok := s.route(ch.path)
	if !ok {
		return nil
	}
	return n.arm(ch, arm)
}

// live reports for each stage whether it is on the route.
func (p *Process) live(s State) []bool {
	live := make([]bool, len(p.stages))
	var walk func(n node)
	walk = func(n node) {
		switch n.kind {
		case stageNode:
			live[n.at] = true
		case choiceNode:
			if kid := p.taken(s, n); kid != nil {
				walk(*kid)
			}
		default:
			for _, kid := range n.kids {
				walk(kid)
			}
		}
	}
	walk(p.root)
	return live
}

func (d *decider) skip(live []bool) {
	for i, on := range live {
		if !on && d.st.Stages[i].Status != StageSkipped {
			d.emit(Skipped{d.p.stages[i].Key})
		}
	}
}

// settle draws all consequences: decides stages, opens the next ones, and
// concludes the instance. Every round but the last emits something, and a stage
// passes through few statuses, so the bound is never met.
func (d *decider) settle() {
	if d.st.Status != StatusActive {
		return
	}
	for range 8 * (len(d.p.stages) + 1) {
		before := len(d.events)
		for i := range d.p.stages {
			d.evaluate(i)
		}
		d.advance(d.p.root)
		if d.err != nil {
			return
		}
		if len(d.events) == before {
			d.conclude()
			return
		}
	}
	d.err = fmt.Errorf("instance %v: does not settle, it %w", d.st.Instance, ErrState)
}

func (d *decider) conclude() {
	if d.st.Status != StatusActive {
		return
	}
	switch d.peek(d.p.root) {
	case StageApproved:
		d.emit(Concluded{StatusApproved})
	case StageRejected:
		d.emit(Concluded{StatusRejected})
	case StageChangesRequested:
		d.emit(Concluded{StatusChangesRequested})
	default: // goes on
	}
}

// evaluate decides a stage by its votes.
func (d *decider) evaluate(i int) {
	st := d.st.Stages[i]
	if !st.Status.live() {
		return
	}
	seats := d.seats(i, nil)
	switch out := st.Quota.outcome(seats); out {
	case st.Status: // as before
	case StageStuck:
		d.emit(Stuck{st.Key, d.stuck(i, seats)})
	case StageOpen:
		d.emit(Resumed{st.Key})
	default:
		d.emit(Decided{st.Key, out, reason(&st.Quota, seats)})
	}
}

// seats returns the electors of a stage as its quota sees them, in memory of the
// caller's if that is enough: whom separation of duties bars cannot vote for now.
func (d *decider) seats(i int, buf []seat) []seat {
	list := d.st.Stages[i].seats(buf)
	if len(d.p.apart[i]) > 0 {
		for k, p := range d.st.Stages[i].Electors() {
			_, barred := d.separated(i, p)
			list[k].open = !barred
		}
	}
	return list
}

// separated returns a stage that p has approved and whose approvers may not vote in
// stage i.
func (d *decider) separated(i int, p ident.Person) (StageKey, bool) {
	for _, other := range d.p.apart[i] {
		if st := d.st.Stages[other]; st.approvedIn(p) {
			return st.Key, true
		}
	}
	return "", false
}

// reason says how the votes stand, in one line.
func reason(q *Quota, seats []seat) string {
	var said [len(votedNames)]int
	for i := range seats {
		switch s := &seats[i]; {
		case s.verdict != 0:
			said[s.verdict]++
		case s.open:
			said[0]++
		default:
			said[len(said)-1]++
		}
	}
	var parts []string
	for _, k := range []Verdict{RequestChanges, Reject, Abstain, NotRelevant, 0, Verdict(len(said) - 1)} {
		if said[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", said[k], votedNames[k]))
		}
	}
	text := q.progress(seats)
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	return text
}

// votedNames are the verdicts as people are counted by them; the last are barred.
var votedNames = [...]string{"silent", "", "", "changes requested", "rejected", "abstained", "not relevant", "barred"}

func (d *decider) stuck(i int, seats []seat) finding.Finding {
	s := d.p.stages[i]
	f := finding.Finding{
		Code: "workflow.quorum.unreachable", Severity: finding.Error, Subject: "stage/" + string(s.Key),
		Evidence: []string{reason(&d.st.Stages[i].Quota, seats)}, Fix: "change an abstention, or revise the subject",
	}
	if st := d.st.Stages[i]; st.short() {
		f.Code = "workflow.quorum.short"
		f.Evidence = []string{fmt.Sprintf("%s may vote, %v needed", describe(st.Electors()), s.Rule)}
		f.Fix = "add people to role " + string(s.Role)
	}
	return f
}

// open asks the people of a stage, and drops votes of those no longer asked.
func (d *decider) open(i int) {
	s := d.p.stages[i]
	electors, err := d.electorate(i)
	if err != nil {
		d.err = err
		return
	}
	for _, b := range slices.Clone(d.st.Stages[i].Ballots) {
		if !slices.Contains(electors, b.Seat) {
			d.emit(VoteVoided{Stage: s.Key, Seat: b.Seat, Reason: "no longer eligible"})
		}
	}
	o := Opened{Stage: s.Key, Version: d.st.Version, Eligible: electors, Quota: s.Rule.quota(electors, d.env.Staff)}
	if cal := d.env.calendar(s.Role); cal != nil {
		if !s.Due.IsZero() {
			o.Due = instant(cal.Add(d.env.Now, s.Due))
		}
		if !s.Remind.IsZero() {
			o.Remind = instant(cal.Add(d.env.Now, s.Remind))
		}
		if !s.Expire.IsZero() {
			o.Expire = instant(cal.Add(d.env.Now, s.Expire))
		}
		if !o.Expire.IsZero() && !o.Due.Before(o.Expire) {
			o.Due = time.Time{} // nor is a deadline that comes with the expiry
		}
		for _, end := range []time.Time{o.Due, o.Expire} {
			if !end.IsZero() && !o.Remind.Before(end) {
				o.Remind = time.Time{} // a reminder that comes with the deadline is none
			}
		}
	} else if !s.Due.IsZero() || !s.Remind.IsZero() || !s.Expire.IsZero() {
		d.err = fmt.Errorf("stage %s: it has a deadline, and the environment no calendar: %w", s.Key, ErrInvalid)
		return
	}
	d.emit(o)
}

// instant is a time as JSON brings it back.
func instant(t time.Time) time.Time { return t.UTC().Round(0) }

// electorate returns who may vote in a stage now.
func (d *decider) electorate(i int) ([]ident.Person, error) {
	s := d.p.stages[i]
	if d.env.Staff == nil {
		return nil, fmt.Errorf("stage %s: the environment has no staff: %w", s.Key, ErrInvalid)
	}
	return people(slices.DeleteFunc(d.env.Staff.asked(s), func(p ident.Person) bool { return d.barred(i, p) != "" })), nil
}

// barred returns the exclusion that keeps a person out of a stage for good.
func (d *decider) barred(i int, p ident.Person) Exclusion {
	s := d.p.stages[i]
	switch {
	case s.excludes(Requester) && p == d.st.Requester:
		return Requester
	case s.excludes(Contributors) && slices.Contains(d.st.Contributors, p):
		return Contributors
	default:
		return ""
	}
}

package marops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/workflow"
)

// Hold reserves money of a book while an approval is pending. The approval turns
// it into an order of the approved amount; anything else releases it.
type Hold struct {
	Book    string         `json:"book"`
	Reserve budget.Reserve `json:"reserve"`
}

// approval is how an instance of a process is stored: its state to read, and its
// events beside it as the trail.
type approval struct {
	Process string         `json:"process"`
	State   workflow.State `json:"state"`
	Head    workflow.Hash  `json:"head"` // of the trail's hash chain
	Hold    *Hold          `json:"hold,omitempty"`
}

// dueIndex lists approvals by the moment of their next Tick.
const dueIndex = "due"

var approvals = func() store.Repo[approval] {
	r := store.JSON[approval]("workflow.approval", 1)
	r.Index = func(a approval) []store.Entry {
		at, ok := a.State.Due()
		if !ok {
			return nil
		}
		return []store.Entry{{Index: dueIndex, Key: store.Tuple(store.Int(at.UnixMilli()))}}
	}
	return r
}()

// Submit starts an approval by a process of the Config, as the desk's person,
// and reserves the money of hold in the same commit: if the reservation is
// refused (budget.ErrLimit), nothing is submitted. Without an Instance the id is
// derived from the command, or new. It returns the state reached.
func (d *Desk) Submit(ctx context.Context, process string, s workflow.Submit, hold *Hold) (workflow.State, error) {
	p := d.ws.config.Processes[process]
	if p == nil {
		return workflow.State{}, fmt.Errorf("process %q: %w", process, ErrUnknown)
	}
	s.Requester = d.who
	switch {
	case s.Instance != uuid.Nil:
	case d.command != uuid.Nil:
		s.Instance = ident.Derive(d.command, 1)
	default:
		id, err := d.ws.config.NewID()
		if err != nil {
			return workflow.State{}, fmt.Errorf("workspace: new id: %w", err)
		}
		s.Instance = id
	}
	id := s.Instance.String()
	intent, err := json.Marshal([]any{process, s, hold})
	if err != nil {
		return workflow.State{}, err
	}
	err = d.update(ctx, "submit", approvals.Ref(id), intent, func(u work) error {
		if _, err := approvals.Load(u.Unit, id); err == nil {
			return fmt.Errorf("approval %s: %w: it was submitted before", id, workflow.ErrState)
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		a := approval{Process: process, Hold: hold}
		if hold != nil {
			if err := u.postOne(hold.Book, hold.Reserve); err != nil {
				return err
			}
		}
		return d.ws.do(u, p, &a, s)
	})
	if err != nil {
		return workflow.State{}, err
	}
	return d.Approval(ctx, s.Instance)
}

// Vote casts the desk's person's vote. If it decides the approval, what hangs on
// the decision is committed with it.
func (d *Desk) Vote(ctx context.Context, instance uuid.UUID, v workflow.Vote) (workflow.State, error) {
	v.By = d.who
	return d.act(ctx, "vote", instance, v)
}

// Revise makes a new version of what is to be approved.
func (d *Desk) Revise(ctx context.Context, instance uuid.UUID, r workflow.Revise) (workflow.State, error) {
	r.By = d.who
	return d.act(ctx, "revise", instance, r)
}

// Withdraw ends an approval without a decision and releases its money.
func (d *Desk) Withdraw(ctx context.Context, instance uuid.UUID, reason string) (workflow.State, error) {
	return d.act(ctx, "withdraw", instance, workflow.Withdraw{By: d.who, Reason: reason})
}

// Recall takes an approval back to the draft.
func (d *Desk) Recall(ctx context.Context, instance uuid.UUID, reason string) (workflow.State, error) {
	return d.act(ctx, "recall", instance, workflow.Recall{By: d.who, Reason: reason})
}

// Comment makes a remark.
func (d *Desk) Comment(ctx context.Context, instance uuid.UUID, c workflow.Comment) (workflow.State, error) {
	c.By = d.who
	return d.act(ctx, "comment", instance, c)
}

// Resolve settles a remark or a condition, by its ID.
func (d *Desk) Resolve(ctx context.Context, instance uuid.UUID, remark uint64) (workflow.State, error) {
	return d.act(ctx, "resolve", instance, workflow.Resolve{By: d.who, Remark: remark})
}

// Assign changes who is asked.
func (d *Desk) Assign(ctx context.Context, instance uuid.UUID, a workflow.Assign) (workflow.State, error) {
	a.By = d.who
	return d.act(ctx, "assign", instance, a)
}

// Delegate lets somebody else cast the desk's person's votes until an instant.
func (d *Desk) Delegate(ctx context.Context, instance uuid.UUID, to ident.Person, until time.Time) (workflow.State, error) {
	return d.act(ctx, "delegate", instance, workflow.Delegate{By: d.who, To: to, Until: until})
}

// Escalate asks those behind a stage before its deadline.
func (d *Desk) Escalate(ctx context.Context, instance uuid.UUID, stage workflow.StageKey, reason string) (workflow.State, error) {
	return d.act(ctx, "escalate", instance, workflow.Escalate{By: d.who, Stage: stage, Reason: reason})
}

// Migrate moves an approval to the process of the Config that has another name, or to
// what its own name means now.
func (d *Desk) Migrate(ctx context.Context, instance uuid.UUID, process string, m workflow.Migrate) (workflow.State, error) {
	p := d.ws.config.Processes[process]
	if p == nil {
		return workflow.State{}, fmt.Errorf("process %q: %w", process, ErrUnknown)
	}
	m.By = d.who
	intent, err := json.Marshal([]any{process, m})
	if err != nil {
		return workflow.State{}, err
	}
	id := instance.String()
	err = d.update(ctx, "migrate", approvals.Ref(id), intent, func(u work) error {
		a, err := approvals.Load(u.Unit, id)
		if err != nil {
			return err
		}
		a.Process = process
		return d.ws.do(u, p, &a, m)
	})
	if err != nil {
		return workflow.State{}, err
	}
	return d.Approval(ctx, instance)
}

func (d *Desk) act(ctx context.Context, action string, instance uuid.UUID, c workflow.Command) (workflow.State, error) {
	intent, err := json.Marshal(c)
	if err != nil {
		return workflow.State{}, err
	}
	id := instance.String()
	err = d.update(ctx, action, approvals.Ref(id), intent, func(u work) error {
		return d.ws.step(u, id, c)
	})
	if err != nil {
		return workflow.State{}, err
	}
	return d.Approval(ctx, instance)
}

// step carries out one command on a stored approval.
func (w *Workspace) step(u work, id string, c workflow.Command) error {
	a, err := approvals.Load(u.Unit, id)
	if err != nil {
		return err
	}
	p := w.config.Processes[a.Process]
	if p == nil {
		return fmt.Errorf("process %q of approval %s: %w", a.Process, id, ErrUnknown)
	}
	return w.do(u, p, &a, c)
}

// do decides, applies, and buffers the new state, its events and what follows
// from a decision.
func (w *Workspace) do(u work, p *workflow.Process, a *approval, c workflow.Command) error {
	before := a.State.Status
	state, events, err := p.Do(a.State, c, workflow.Env{Now: u.now, Staff: &w.config.Staff, Calendar: w.config.Calendar})
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return nil
	}
	a.State = state
	stored := make([]store.Event, len(events))
	for i, e := range events {
		if stored[i], err = w.seal(a, e); err != nil {
			return err
		}
	}
	if a.Hold != nil && state.Status != before {
		if err := u.settle(a); err != nil {
			return err
		}
	}
	return approvals.Save(u.Unit, state.Instance.String(), *a, stored...)
}

// seal adds an event to the chain of an approval. What somebody wrote in it, and the
// salt of its digest, are kept apart, so that they can be erased.
func (w *Workspace) seal(a *approval, e workflow.Event) (store.Event, error) {
	var salt workflow.Salt
	if e.Text() != "" {
		id, err := w.config.NewID()
		if err != nil {
			return store.Event{}, fmt.Errorf("workspace: new salt: %w", err)
		}
		salt = workflow.Salt(id)
	}
	sealed := workflow.Sealed{Event: e, Link: workflow.Seal(a.Head, e, salt)}
	a.Head = sealed.Link.Hash
	out := store.Event{Type: e.Type(), Schema: 1}
	rest, private := sealed.Split()
	var err error
	if out.Data, err = json.Marshal(rest); err == nil && private.Text != "" {
		out.Personal, err = json.Marshal(private)
	}
	return out, err
}

// settle carries the outcome of an approval over to the money it holds.
func (u work) settle(a *approval) error {
	r := a.Hold.Reserve
	switch a.State.Status {
	case workflow.StatusApproved:
		amount := r.Amount
		if a.State.Amount.Sign() > 0 {
			amount = a.State.Amount
		}
		return u.postOne(a.Hold.Book, budget.Order{Ref: r.Ref, Request: r.Ref, Node: r.Node, Date: r.Date, Amount: amount, Memo: r.Memo})
	case workflow.StatusRejected, workflow.StatusWithdrawn:
		return u.postOne(a.Hold.Book, budget.Release{Request: r.Ref})
	case workflow.StatusDraft, workflow.StatusActive, workflow.StatusChangesRequested:
	}
	return nil
}

func (u work) postOne(book string, c budget.Command) error {
	return u.books.post(u.Unit, book, func(b *budget.Book) error { return b.Apply(u.now, c)[0].Err })
}

// Approval returns the state of an approval; store.ErrNotFound if there is none.
func (d *Desk) Approval(ctx context.Context, instance uuid.UUID) (workflow.State, error) {
	var a approval
	err := store.View(ctx, d.store, d.tenant, func(u *store.Unit) (err error) {
		a, err = approvals.Load(u, instance.String())
		return err
	})
	return a.State, err
}

// Trail yields everything that happened to an approval, in order, with its place in
// the hash chain: what workflow.Verify checks.
func (d *Desk) Trail(ctx context.Context, instance uuid.UUID) iter.Seq2[workflow.Sealed, error] {
	return func(yield func(workflow.Sealed, error) bool) {
		for stored, err := range d.store.History(ctx, d.tenant, approvals.Ref(instance.String()), 0) {
			var s workflow.Sealed
			if err == nil {
				s, err = unseal(stored)
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}

func unseal(stored store.Event) (workflow.Sealed, error) {
	var s workflow.Sealed
	if err := json.Unmarshal(stored.Data, &s); err != nil {
		return s, err
	}
	if len(stored.Personal) == 0 {
		return s, nil
	}
	var private workflow.Private
	if err := json.Unmarshal(stored.Personal, &private); err != nil {
		return s, err
	}
	return s.Join(private), nil
}

// VerifyTrail checks that nothing was changed in, left out of or taken off the trail
// of an approval. Errors match workflow.ErrBroken and name the first event that is
// not as it was, or are those of the store.
func (d *Desk) VerifyTrail(ctx context.Context, instance uuid.UUID) error {
	var a approval
	err := store.View(ctx, d.store, d.tenant, func(u *store.Unit) (err error) {
		a, err = approvals.Load(u, instance.String())
		return err
	})
	if err != nil {
		return err
	}
	var trail []workflow.Sealed
	for s, err := range d.Trail(ctx, instance) {
		if err != nil {
			return err
		}
		if trail = append(trail, s); s.Event.Seq == a.State.Seq {
			break // what came after the head was read
		}
	}
	return workflow.Verify(trail, a.Head)
}

// Clock is the actor of what only time has caused.
const Clock ident.Person = "marops.clock"

// maxTicks bounds how many approvals one Tick looks at; the rest is due still.
const maxTicks = 1000

// Tick lets time pass for the approvals of a tenant that are due: reminders,
// deadlines, escalation. It returns how many moved. Ticking more often, or from
// several places, is harmless.
func (w *Workspace) Tick(ctx context.Context, t ident.Tenant) (moved int, err error) {
	now := w.config.Now()
	var due []string
	q := store.Query{Index: dueIndex, To: store.Tuple(store.Int(now.UnixMilli() + 1)), Limit: maxTicks}
	for found, err := range approvals.List(ctx, w.config.Store, t, q) {
		if err != nil {
			return 0, err
		}
		due = append(due, found.ID)
	}
	desk := w.As(t, Clock)
	for _, id := range due {
		changed := false
		err := desk.update(ctx, "tick", approvals.Ref(id), nil, func(u work) error {
			before, err := approvals.Load(u.Unit, id)
			if err != nil {
				return err
			}
			if err := w.step(u, id, workflow.Tick{}); err != nil {
				return err
			}
			after, err := approvals.Load(u.Unit, id)
			changed = after.State.Seq != before.State.Seq
			return err
		})
		if err != nil {
			return moved, err
		}
		if changed {
			moved++
		}
	}
	return moved, nil
}

package workflowtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
)

// Counts are what a run came across.
type Counts map[string]int

// Run gives so many commands to instances of random definitions. The error says
// what did not hold, and how to come there again.
func Run(seed uint64, commands int) (Counts, error) {
	r := rand.New(rand.NewPCG(seed, 5)) //nolint:gosec // repeatable on purpose
	calendar, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"), civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2027, 12, 31)))
	if err != nil {
		return nil, err
	}
	counts := Counts{}
	for n := 0; n < commands; {
		in, err := begin(r, calendar, counts)
		if err != nil {
			return counts, fmt.Errorf("seed %d: %w", seed, err)
		}
		for range 20 + r.IntN(80) {
			n++
			if err := in.step(); err != nil {
				return counts, fmt.Errorf("seed %d, instance %d, event %d: %w", seed, counts["instances"], in.state.Seq, err)
			}
			if ended := in.state.Status; (ended == workflow.StatusRejected || ended == workflow.StatusWithdrawn) && r.IntN(4) == 0 {
				break
			}
		}
		if err := in.finish(); err != nil {
			return counts, fmt.Errorf("seed %d, instance %d: %w", seed, counts["instances"], err)
		}
	}
	counts["commands"] += commands
	return counts, nil
}

// content is a version of the subject.
type content struct {
	facets     map[workflow.Facet]workflow.Digest
	attributes map[string]string
	amount     money.Money
}

// instance is one approval and what is known of it beside its state.
type instance struct {
	*rand.Rand
	processes []*workflow.Process // its definition and, if it moves, the next
	p         *workflow.Process
	env       workflow.Env
	state     workflow.State
	trail     []workflow.Sealed
	head      workflow.Hash
	versions  []content
	counts    Counts
}

func begin(r *rand.Rand, calendar *worktime.Calendar, counts Counts) (*instance, error) {
	for {
		d, staff := Definition(r, 6), Staff(r)
		p, err := workflow.Compile(d, staff, 0)
		if err != nil {
			counts["definitions refused"]++
			if p, err = workflow.Compile(d, nil, 0); err != nil {
				continue
			}
		} else {
			counts["definitions "+p.Proof().Assurance.String()]++
		}
		d.Name = "the next version"
		next, err := workflow.Compile(d, nil, 0)
		if err != nil {
			return nil, fmt.Errorf("the same definition by another name: %w", err)
		}
		counts["instances"]++
		in := &instance{Rand: r, processes: []*workflow.Process{p, next}, p: p, counts: counts}
		in.env = workflow.Env{Now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Staff: staff, Calendar: calendar}
		for range r.IntN(4) {
			in.env.Staff.Delegations = append(in.env.Staff.Delegations, workflow.Delegation{
				From: pick(r, everyone), To: pick(r, everyone), Since: in.env.Now, Until: in.env.Now.AddDate(0, 0, 1+r.IntN(20)),
			})
		}
		return in, in.do(workflow.Submit{
			Instance: uuid.UUID{1, byte(r.IntN(256)), 7}, Subject: ident.Ref{Kind: "campaign", ID: "spring"}, Requester: "mia",
			Facets: map[workflow.Facet]workflow.Digest{"copy": "1", "price": "1"}, Amount: money.Minor(r.Int64N(1000_00), money.EUR),
			Attributes: map[string]string{"channel": pick(r, []string{"email", "tv"})},
		})
	}
}

var known = []error{
	workflow.ErrDenied, workflow.ErrSuperseded, workflow.ErrState, workflow.ErrUnknown, workflow.ErrInvalid, workflow.ErrDefinition,
}

func (in *instance) step() error {
	in.env.Now = in.env.Now.Add(time.Duration(in.Int64N(int64(8 * time.Hour))))
	if in.IntN(200) == 0 {
		was := in.p
		in.p = in.processes[1]
		err := in.do(workflow.Migrate{By: "max"})
		if in.state.Definition != in.p.Hash() {
			in.p = was // it was refused
		}
		return err
	}
	c := in.command()
	if err := in.do(c); err != nil {
		return fmt.Errorf("%T %+v: %w", c, c, err)
	}
	if _, tick := c.(workflow.Tick); tick {
		_, events, err := in.p.Do(in.state, c, in.env)
		if err != nil || len(events) > 0 {
			return fmt.Errorf("a second tick at %v: %d events, %w", in.env.Now, len(events), err)
		}
	}
	return nil
}

// do carries out a command and checks what must hold after it.
func (in *instance) do(c workflow.Command) error {
	before := in.state
	kept, err := json.Marshal(before)
	if err != nil {
		return err
	}
	after, events, err := in.p.Do(before, c, in.env)
	if err != nil {
		if !slices.ContainsFunc(known, func(kind error) bool { return errors.Is(err, kind) }) {
			return fmt.Errorf("an error of no kind: %w", err)
		}
		if len(events) > 0 || !reflect.DeepEqual(before, after) {
			return fmt.Errorf("refused with %d events: %w", len(events), err)
		}
		in.counts["refused"]++
		return nil
	}
	folded, err := in.p.Apply(before, events...)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(folded, after) {
		return fmt.Errorf("decided %+v, but its events fold to %+v", after, folded)
	}
	if again, err := json.Marshal(before); err != nil || string(again) != string(kept) {
		return fmt.Errorf("the state before has changed: %w", err)
	}
	if before.Status == workflow.StatusRejected || before.Status == workflow.StatusWithdrawn {
		if len(events) > 0 {
			return fmt.Errorf("%v, and then %s", before.Status, events[0].Type())
		}
	}
	if before.Seq == 0 || in.IntN(2) == 0 {
		in.state = after
	} else { // the same in place
		stepped, err := in.p.Step(&in.state, c, in.env, nil)
		if err != nil || !reflect.DeepEqual(in.state, after) || !slices.EqualFunc(stepped, events, func(a, b workflow.Event) bool { return reflect.DeepEqual(a, b) }) {
			return fmt.Errorf("in place it is another state or other events: %w", err)
		}
	}
	if pack, err := in.p.Pack(nil, in.state); err != nil {
		return err
	} else if back, err := in.p.Unpack(pack); err != nil || !reflect.DeepEqual(in.state, back) {
		return fmt.Errorf("packed and unpacked it is another state: %w", err)
	}
	for _, e := range events {
		in.counts[e.Type()]++
		l := workflow.Seal(in.head, e, workflow.Salt{byte(e.Seq), 1})
		in.trail, in.head = append(in.trail, workflow.Sealed{Event: e, Link: l}), l.Hash
		switch f := e.Fact.(type) {
		case workflow.Submitted:
			in.versions = append(in.versions, content{f.Facets, f.Attributes, f.Amount})
		case workflow.Revised:
			in.versions = append(in.versions, content{f.Facets, f.Attributes, f.Amount})
		}
	}
	return in.invariants()
}

// finish replays the trail and checks its chain.
func (in *instance) finish() error {
	in.counts["ended "+in.state.Status.String()]++
	events := make([]workflow.Event, len(in.trail))
	for i, s := range in.trail {
		events[i] = s.Event
	}
	state, err := workflow.Replay(events, time.Time{}, in.processes...)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(state, in.state) {
		return errors.New("the trail leads to another state")
	}
	if err := workflow.Verify(in.trail, in.head); err != nil {
		return err
	}
	at := in.IntN(len(in.trail))
	in.trail[at], _ = in.trail[at].Split()
	return workflow.Verify(in.trail, in.head)
}

package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// probe is one case at work: a store, and what it did wrong.
type probe struct {
	ctx      context.Context
	s        store.Store
	open     func() store.Store // another store, empty
	t        ident.Tenant
	messages []string
	base     uuid.UUID
	ids      atomic.Int64
}

// stop unwinds a case after a failure that leaves nothing to test.
type stop struct{}

func newProbe(open func() store.Store, name string) *probe {
	sum := sha256.Sum256([]byte(name))
	return &probe{ctx: context.Background(), s: open(), open: open, t: "acme", base: uuid.UUID(sum[:16])}
}

func (p *probe) guard(run func(*probe)) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil, stop:
		default:
			p.messages = append(p.messages, fmt.Sprintf("panic: %v", r))
		}
	}()
	run(p)
}

// fail records what went wrong and ends the case.
func (p *probe) fail(format string, args ...any) {
	p.messages = append(p.messages, fmt.Sprintf(format, args...))
	panic(stop{})
}

func (p *probe) noError(err error, doing string) {
	if err != nil {
		p.fail("%s: unexpected error: %v", doing, err)
	}
}

// isError fails unless err matches target.
func (p *probe) isError(err, target error, doing string) {
	if !errors.Is(err, target) {
		p.fail("%s: got error %v, want one that matches %q", doing, err, target)
	}
}

func (p *probe) equal(got, want any, what string) {
	if !reflect.DeepEqual(got, want) {
		p.fail("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// id returns a new id, the same in every run of the case.
func (p *probe) id() uuid.UUID { return ident.Derive(p.base, int(p.ids.Add(1))) }

// event time with all nine digits, so that lost precision shows.
var moment = time.Date(2026, time.March, 29, 1, 30, 0, 123456789, time.UTC)

func (p *probe) event(kind string) store.Event {
	return store.Event{
		ID: p.id(), Type: kind, Actor: "ann", Schema: 3, At: moment,
		Data: []byte("data of " + kind), Personal: []byte("who did " + kind),
	}
}

func (p *probe) events(n int) []store.Event {
	out := make([]store.Event, n)
	for i := range out {
		out[i] = p.event(fmt.Sprintf("e%d", i))
	}
	return out
}

func ref(id string) ident.Ref { return ident.Ref{Kind: "thing", ID: id} }

func put(id string, expect uint64, state string, events ...store.Event) store.Change {
	return store.Change{Op: store.Put, Ref: ref(id), Expect: expect, Schema: 1, State: []byte(state), Events: events}
}

func appendTo(id string, expect uint64, events ...store.Event) store.Change {
	return store.Change{Op: store.Append, Ref: ref(id), Expect: expect, Events: events}
}

func check(id string, expect uint64) store.Change {
	return store.Change{Op: store.Check, Ref: ref(id), Expect: expect}
}

func remove(id string, expect uint64, events ...store.Event) store.Change {
	return store.Change{Op: store.Delete, Ref: ref(id), Expect: expect, Events: events}
}

// filed adds index entries to a put.
func filed(c store.Change, entries ...store.Entry) store.Change {
	c.Index = entries
	return c
}

func (p *probe) batch(changes ...store.Change) store.Batch {
	return store.Batch{Tenant: p.t, Command: p.id(), Changes: changes}
}

// commit sends the changes under a command of their own.
func (p *probe) commit(changes ...store.Change) (store.Receipt, error) {
	return p.s.Commit(p.ctx, p.batch(changes...))
}

// must is commit where an error ends the case.
func (p *probe) must(changes ...store.Change) store.Receipt {
	r, err := p.commit(changes...)
	p.noError(err, "commit")
	return r
}

// refused fails unless the changes are refused with an error like target.
func (p *probe) refused(target error, changes ...store.Change) error {
	_, err := p.commit(changes...)
	p.isError(err, target, "commit")
	return err
}

func (p *probe) get(id string) store.Record {
	records, err := p.s.Get(p.ctx, p.t, ref(id))
	p.noError(err, "get "+id)
	if len(records) != 1 {
		p.fail("get of one ref returned %d records", len(records))
	}
	return records[0]
}

// state fails unless the record is at the version with the state.
func (p *probe) state(id string, version uint64, state string) {
	r := p.get(id)
	if r.Version != version || string(r.State) != state {
		p.fail("record %s: got version %d state %q, want version %d state %q", id, r.Version, r.State, version, state)
	}
}

func (p *probe) absent(id string) {
	p.equal(p.get(id), store.Record{Ref: ref(id)}, "absent record "+id)
}

func (p *probe) history(id string, after uint64) []store.Event {
	var out []store.Event
	for e, err := range p.s.History(p.ctx, p.t, ref(id), after) {
		p.noError(err, "history of "+id)
		out = append(out, e)
	}
	return out
}

func (p *probe) tail(after store.Cursor) []store.Event {
	var out []store.Event
	for e, err := range p.s.Tail(p.ctx, p.t, after) {
		p.noError(err, "tail")
		out = append(out, e)
	}
	return out
}

func (p *probe) list(q store.Query) []store.Record {
	var out []store.Record
	for r, err := range p.s.List(p.ctx, p.t, q) {
		p.noError(err, "list")
		out = append(out, r)
	}
	return out
}

// ids of records, in order.
func names(records []store.Record) []string {
	out := make([]string, len(records))
	for i, r := range records {
		out[i] = r.Ref.ID
	}
	return out
}

func types(events []store.Event) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = e.Type
	}
	return out
}

func versions(events []store.Event) []uint64 {
	out := make([]uint64, len(events))
	for i, e := range events {
		out[i] = e.Version
	}
	return out
}

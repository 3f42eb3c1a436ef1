package durable

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

var moment = time.Date(2026, time.March, 29, 1, 30, 0, 123456789, time.UTC)

// Model does ops random operations on the store and on an in-memory one, which
// is the specification, and returns an error at the first answer that differs.
// The store must be empty. Cursors are each store's own; what lies behind them
// must be equal.
func Model(ctx context.Context, s store.Store, ops int, seed uint64) error {
	m := pair{
		ctx: ctx, spec: store.NewMemory(), s: s, rng: rand.New(rand.NewPCG(seed, 7)),
		tails: map[ident.Tenant][2]store.Cursor{},
	}
	for n := range ops {
		var err error
		switch k := m.rng.IntN(20); {
		case k < 9:
			err = m.commit(m.batch())
		case k < 11:
			err = m.repeat()
		case k < 14:
			err = m.get()
		case k < 17:
			err = m.list()
		case k < 18:
			err = m.history()
		default:
			err = m.tail()
		}
		if err != nil {
			return fmt.Errorf("durable: model: operation %d of seed %d: %w", n, seed, err)
		}
	}
	return nil
}

type pair struct {
	ctx   context.Context
	spec  *store.Memory
	s     store.Store
	rng   *rand.Rand
	sent  []store.Batch
	tails map[ident.Tenant][2]store.Cursor
}

func (m *pair) tenant() ident.Tenant { return ident.Tenant([]string{"a", "b"}[m.rng.IntN(2)]) }

func (m *pair) ref() ident.Ref {
	return ident.Ref{Kind: []string{"x", "xy"}[m.rng.IntN(2)], ID: strconv.Itoa(m.rng.IntN(6))}
}

func (m *pair) key() []byte {
	return [][]byte{{}, {0}, {0, 1}, {1}, {1, 0xff}, {0xff}, {0xff, 0xff}, []byte("k")}[m.rng.IntN(8)]
}

func (m *pair) bytes() []byte {
	b := make([]byte, []int{0, 1, 5, 300}[m.rng.IntN(4)])
	for i := range b {
		b[i] = byte(m.rng.Uint32())
	}
	return b
}

// batch returns changes most of which expect what is there.
func (m *pair) batch() store.Batch {
	b := store.Batch{Tenant: m.tenant(), Command: newID(m.rng)}
	var taken []ident.Ref
	for range 1 + m.rng.IntN(3) {
		ref := m.ref()
		if slices.Contains(taken, ref) {
			continue
		}
		taken = append(taken, ref)
		records, err := m.spec.Get(m.ctx, b.Tenant, ref)
		if err != nil {
			panic(err) // of the specification
		}
		c := store.Change{Op: store.Op(1 + m.rng.IntN(4)), Ref: ref, Expect: records[0].Version}
		if m.rng.IntN(12) == 0 {
			c.Expect = uint64(m.rng.IntN(5))
		}
		if c.Op == store.Delete && c.Expect == 0 || c.Op == store.Check && m.rng.IntN(3) > 0 {
			c.Op = store.Put
		}
		if c.Op == store.Put {
			c.Schema, c.State = uint16(1+m.rng.IntN(3)), m.bytes()
			for range m.rng.IntN(4) {
				e := store.Entry{Index: []string{"i", "j"}[m.rng.IntN(2)], Key: m.key()}
				if !slices.ContainsFunc(c.Index, func(o store.Entry) bool { return o.Compare(e) == 0 }) {
					c.Index = append(c.Index, e)
				}
			}
		}
		if c.Op != store.Check {
			n := m.rng.IntN(3)
			if c.Op == store.Append {
				n++
			}
			for range n {
				c.Events = append(c.Events, store.Event{
					ID: newID(m.rng), Type: "t", Actor: "p", Schema: uint16(m.rng.IntN(3)), At: moment, Data: m.bytes(), Personal: m.bytes(),
				})
			}
			if m.rng.IntN(6) == 0 {
				c.ErasePersonal = []uint64{1 + uint64(m.rng.IntN(4)), 9}
			}
		}
		b.Changes = append(b.Changes, c)
	}
	return b
}

// same compares two errors by what a caller can tell of them.
func same(a, b error) bool {
	if (a == nil) != (b == nil) {
		return false
	}
	for _, kind := range []error{store.ErrConflict, store.ErrCommandReused, store.ErrTooLarge, store.ErrCursor, store.ErrInvalid, store.ErrUnknownOutcome} {
		if errors.Is(a, kind) != errors.Is(b, kind) {
			return false
		}
	}
	x, _ := errors.AsType[*store.ConflictError](a)
	y, _ := errors.AsType[*store.ConflictError](b)
	return reflect.DeepEqual(x, y)
}

func (m *pair) commit(b store.Batch) error {
	want, wantErr := m.spec.Commit(m.ctx, b)
	got, gotErr := m.s.Commit(m.ctx, b)
	want.Cursor, got.Cursor = store.Cursor{}, store.Cursor{}
	if !same(wantErr, gotErr) || wantErr == nil && !reflect.DeepEqual(want, got) {
		return fmt.Errorf("commit: got %+v, %w, want %+v, %w", got, gotErr, want, wantErr)
	}
	m.sent = append(m.sent, b)
	return nil
}

// repeat sends an old command, now and then with another digest.
func (m *pair) repeat() error {
	if len(m.sent) == 0 {
		return nil
	}
	b := m.sent[m.rng.IntN(len(m.sent))]
	if m.rng.IntN(3) == 0 {
		b.Digest[0] = 1
	}
	return m.commit(b)
}

func (m *pair) get() error {
	t, refs := m.tenant(), make([]ident.Ref, m.rng.IntN(5))
	for i := range refs {
		refs[i] = m.ref()
	}
	want, wantErr := m.spec.Get(m.ctx, t, refs...)
	got, gotErr := m.s.Get(m.ctx, t, refs...)
	return differ("get", want, wantErr, got, gotErr)
}

func differ[T any](what string, want T, wantErr error, got T, gotErr error) error {
	if !same(wantErr, gotErr) || !reflect.DeepEqual(want, got) {
		return fmt.Errorf("%s: got %+v, %w, want %+v, %w", what, got, gotErr, want, wantErr)
	}
	return nil
}

// list reads a random query to its end in pages, each from the cursor of the last.
func (m *pair) list() error {
	t := m.tenant()
	q := store.Query{Index: []string{"", "i", "j"}[m.rng.IntN(3)], Kind: []string{"", "x", "xy"}[m.rng.IntN(3)], Reverse: m.rng.IntN(2) == 0}
	if m.rng.IntN(3) == 0 {
		q.From = m.key()
	}
	if m.rng.IntN(3) == 0 {
		q.To = m.key()
	}
	if m.rng.IntN(3) == 0 {
		q.Prefix = m.key()
	}
	q.Limit = m.rng.IntN(4)
	read := func(s store.Store) (all []store.Record, err error) {
		q := q
		for {
			n := 0
			for r, err := range s.List(m.ctx, t, q) {
				if err != nil {
					return all, err
				}
				q.After, r.Cursor = r.Cursor, store.Cursor{}
				all = append(all, r)
				n++
			}
			if q.Limit == 0 || n < q.Limit {
				return all, nil
			}
		}
	}
	want, wantErr := read(m.spec)
	got, gotErr := read(m.s)
	return differ(fmt.Sprintf("list %+v", q), want, wantErr, got, gotErr)
}

func (m *pair) history() error {
	t, ref, after := m.tenant(), m.ref(), uint64(m.rng.IntN(6))
	want, wantErr := collect(m.spec.History(m.ctx, t, ref, after))
	got, gotErr := collect(m.s.History(m.ctx, t, ref, after))
	return differ("history of "+ref.String(), want, wantErr, got, gotErr)
}

func collect(seq iter.Seq2[store.Event, error]) (all []store.Event, err error) {
	for e, err := range seq {
		if err != nil {
			return all, err
		}
		all = append(all, e)
	}
	return all, nil
}

// tail goes on where the last look at the tenant's tail ended, or in front.
func (m *pair) tail() error {
	t := m.tenant()
	after := m.tails[t]
	if m.rng.IntN(50) == 0 {
		after = [2]store.Cursor{}
	}
	var events [2][]store.Event
	for i, s := range []store.Store{m.spec, m.s} {
		for try := 0; ; try++ {
			all, err := collect(s.Tail(m.ctx, t, after[i]))
			if err != nil {
				return err
			}
			// A horizon may lag behind the last commit, for others' sake.
			if i == 1 && len(all) < len(events[0]) && store.CapabilitiesOf(s).Lagging && try < 1000 {
				time.Sleep(time.Millisecond)
				continue
			}
			for k := range all {
				after[i], all[k].Cursor = all[k].Cursor, store.Cursor{}
			}
			events[i] = all
			break
		}
	}
	m.tails[t] = after
	return differ("tail", events[0], nil, events[1], nil)
}

package storetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// full returns a put whose batch of one has exactly n bytes.
func (p *probe) full(id string, expect uint64, n int) store.Change {
	c := put(id, expect, "")
	c.State = make([]byte, n-p.batch(c).Size())
	return c
}

func limitCases() []testCase {
	const g = "limits"
	return []testCase{
		{g, "32-changes", "every store takes 32 changes", func(p *probe) {
			changes := make([]store.Change, store.MaxChanges)
			for i := range changes {
				changes[i] = put(fmt.Sprint(i), 0, "s", p.event("x"))
			}
			r := p.must(changes...)
			p.equal(len(r.Versions), store.MaxChanges, "versions in the receipt")
			p.equal(len(p.tail(store.Cursor{})), store.MaxChanges, "events")
		}},
		{g, "33-changes", "more than 32 changes are ErrTooLarge, and nothing is applied", func(p *probe) {
			changes := make([]store.Change, store.MaxChanges+1)
			for i := range changes {
				changes[i] = put(fmt.Sprint(i), 0, "s")
			}
			p.refused(store.ErrTooLarge, changes...)
			p.absent("0")
		}},
		{g, "1-MiB", "every store takes a batch of 1 MiB", func(p *probe) {
			c := p.full("a", 0, store.MaxBytes)
			for i := range c.State {
				c.State[i] = byte(i * 31)
			}
			p.must(c)
			p.state("a", 1, string(c.State))
		}},
		{g, "over-1-MiB", "a batch of one byte more is ErrTooLarge, and nothing is applied", func(p *probe) {
			p.refused(store.ErrTooLarge, p.full("a", 0, store.MaxBytes+1))
			p.absent("a")
			e := p.event("x")
			e.Data = make([]byte, store.MaxBytes)
			p.refused(store.ErrTooLarge, appendTo("a", 0, e))
			p.absent("a")
		}},
		{g, "many-events", "a thousand events fit into one batch", func(p *probe) {
			p.must(appendTo("a", 0, p.events(1000)...))
			p.equal(len(p.history("a", 0)), 1000, "events")
		}},
		{g, "64-refs", "Get takes 64 refs and no more", func(p *probe) {
			refs := make([]ident.Ref, store.MaxRefs)
			for i := range refs {
				refs[i] = ref(fmt.Sprint(i))
			}
			p.must(put("63", 0, "last"))
			got, err := p.s.Get(p.ctx, p.t, refs...)
			p.noError(err, "get")
			p.equal(string(got[63].State), "last", "last record")
			_, err = p.s.Get(p.ctx, p.t, append(refs, ref("x"))...)
			p.isError(err, store.ErrTooLarge, "get of 65")
		}},
		{g, "8-entries", "a record has at most 8 index entries", func(p *probe) {
			var entries []store.Entry
			for i := range store.MaxEntries {
				entries = append(entries, store.Entry{Index: "by", Key: []byte{byte(i)}})
			}
			p.must(filed(put("a", 0, ""), entries...))
			p.equal(p.get("a").Index, entries, "entries")
			p.refused(store.ErrTooLarge, filed(put("a", 1, ""), append(entries, store.Entry{Index: "more"})...))
		}},
		{g, "key-size", "an index key has at most 1024 bytes", func(p *probe) {
			p.must(filed(put("a", 0, ""), store.Entry{Index: "by", Key: make([]byte, store.MaxKey)}))
			p.refused(store.ErrTooLarge, filed(put("a", 1, ""), store.Entry{Index: "by", Key: make([]byte, store.MaxKey+1)}))
		}},
	}
}

func invalidCases() []testCase {
	const g = "invalid"
	// broken is a put with an event that a case then spoils.
	broken := func(p *probe, spoil func(*store.Batch)) {
		b := p.batch(put("a", 0, "s", p.event("x"), p.event("y")))
		spoil(&b)
		_, err := p.s.Commit(p.ctx, b)
		p.isError(err, store.ErrInvalid, "commit")
		p.absent("a")
		p.equal(len(p.tail(store.Cursor{})), 0, "events")
	}
	return []testCase{
		{g, "ref-twice", "a batch names each record once", func(p *probe) {
			p.refused(store.ErrInvalid, put("a", 0, "1"), put("a", 1, "2"))
			p.refused(store.ErrInvalid, check("a", 0), put("a", 0, "2"))
			p.absent("a")
		}},
		{g, "no-command", "a batch needs a command", func(p *probe) {
			broken(p, func(b *store.Batch) { b.Command = uuid.Nil })
		}},
		{g, "no-changes", "a batch needs a change", func(p *probe) {
			broken(p, func(b *store.Batch) { b.Changes = nil })
		}},
		{g, "unknown-op", "an unknown operation is refused", func(p *probe) {
			for _, op := range []store.Op{0, 5, 255} {
				broken(p, func(b *store.Batch) { b.Changes[0].Op = op })
			}
		}},
		{g, "bad-ref", "a ref that ident refuses is refused", func(p *probe) {
			for _, r := range []ident.Ref{{}, {Kind: "thing"}, {ID: "a"}, {Kind: "a/b", ID: "c"}, {Kind: "thing", ID: "\xff"}, {Kind: "thing", ID: "a\x00"}} {
				broken(p, func(b *store.Batch) { b.Changes[0].Ref = r })
				_, err := p.s.Get(p.ctx, p.t, r)
				p.isError(err, store.ErrInvalid, "get")
				for _, err := range p.s.History(p.ctx, p.t, r, 0) {
					p.isError(err, store.ErrInvalid, "history")
				}
			}
		}},
		{g, "bad-event", "an event needs an id, a type, an actor, a time and no other ref", func(p *probe) {
			for _, spoil := range []func(*store.Event){
				func(e *store.Event) { e.ID = uuid.Nil },
				func(e *store.Event) { e.Type = "" },
				func(e *store.Event) { e.Type = "\xff" },
				func(e *store.Event) { e.Actor = "" },
				func(e *store.Event) { e.At = time.Time{} },
				func(e *store.Event) { e.At = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC) },
				func(e *store.Event) { e.Ref = ref("b") },
			} {
				broken(p, func(b *store.Batch) { spoil(&b.Changes[0].Events[1]) })
			}
		}},
		{g, "event-id-twice", "two events of a batch do not share an id", func(p *probe) {
			broken(p, func(b *store.Batch) { b.Changes[0].Events[1].ID = b.Changes[0].Events[0].ID })
		}},
		{g, "sparse-versions", "stated versions of events are dense", func(p *probe) {
			for _, v := range [][2]uint64{{1, 3}, {1, 1}, {2, 1}, {0, 1}, {1, 0}} {
				broken(p, func(b *store.Batch) {
					b.Changes[0].Events[0].Version, b.Changes[0].Events[1].Version = v[0], v[1]
				})
			}
			p.must(put("b", 0, "one"))
			e := p.event("x")
			e.Version = 3
			p.refused(store.ErrInvalid, appendTo("b", 1, e))
		}},
		{g, "fields-of-another-op", "only a put carries state and index, and a check carries nothing", func(p *probe) {
			p.must(put("b", 0, "one"))
			state, index, schema, events, erase := check("b", 1), appendTo("b", 1, p.event("x")), remove("b", 1), check("b", 1), check("b", 1)
			state.State, index.Index, schema.Schema = []byte("x"), []store.Entry{{Index: "by"}}, 1
			events.Events, erase.ErasePersonal = []store.Event{p.event("x")}, []uint64{1}
			for _, c := range []store.Change{state, index, schema, events, erase} {
				p.refused(store.ErrInvalid, c)
			}
			p.state("b", 1, "one")
		}},
		{g, "put-without-schema", "a put names its schema, from 1", func(p *probe) {
			broken(p, func(b *store.Batch) { b.Changes[0].Schema = 0 })
		}},
		{g, "bad-entries", "index names are checked, and an entry stands once", func(p *probe) {
			for _, entries := range [][]store.Entry{
				{{}},
				{{Index: "\xff"}},
				{{Index: "a\n"}},
				{{Index: strings.Repeat("x", 65)}},
				{{Index: "by", Key: []byte("k")}, {Index: "by", Key: []byte("k")}},
			} {
				broken(p, func(b *store.Batch) { b.Changes[0].Index = entries })
			}
		}},
		{g, "erase-order", "versions to erase are ascending from 1", func(p *probe) {
			for _, v := range [][]uint64{{0}, {2, 1}, {1, 1}} {
				broken(p, func(b *store.Batch) { b.Changes[0].ErasePersonal = v })
			}
		}},
		{g, "huge-version", "an expectation beyond the largest version is refused", func(p *probe) {
			broken(p, func(b *store.Batch) { b.Changes[0].Expect = 1<<64 - 1 })
		}},
		{g, "bad-query", "a query without index and kind, or with a negative limit, is refused", func(p *probe) {
			for _, q := range []store.Query{{}, {Kind: "a/b"}, {Index: "\xff"}, {Kind: "thing", Limit: -1}} {
				n := 0
				for _, err := range p.s.List(p.ctx, p.t, q) {
					n++
					p.isError(err, store.ErrInvalid, fmt.Sprintf("list %+v", q))
				}
				p.equal(n, 1, "number of items yielded")
			}
		}},
	}
}

func cancelCases() []testCase {
	const g = "cancel"
	return []testCase{
		{g, "before-commit", "a commit whose context is over has no effect", func(p *probe) {
			ctx, cancel := context.WithCancel(p.ctx)
			cancel()
			b := p.batch(put("a", 0, "one"))
			_, err := p.s.Commit(ctx, b)
			p.isError(err, context.Canceled, "commit")
			p.absent("a")
			r, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit again")
			p.equal(r.Replayed, false, "replayed")
		}},
		{g, "before-reads", "reads whose context is over return its error", func(p *probe) {
			p.must(put("a", 0, "one", p.event("x")))
			ctx, cancel := context.WithCancel(p.ctx)
			cancel()
			_, err := p.s.Get(ctx, p.t, ref("a"))
			p.isError(err, context.Canceled, "get")
			for _, err := range p.s.List(ctx, p.t, store.Query{Kind: "thing"}) {
				p.isError(err, context.Canceled, "list")
			}
			for _, err := range p.s.History(ctx, p.t, ref("a"), 0) {
				p.isError(err, context.Canceled, "history")
			}
			for _, err := range p.s.Tail(ctx, p.t, store.Cursor{}) {
				p.isError(err, context.Canceled, "tail")
			}
		}},
		{g, "inside-a-loop", "a loop ends with the context's error, once and last", func(p *probe) {
			p.must(appendTo("a", 0, p.events(300)...))
			ctx, cancel := context.WithCancel(p.ctx)
			defer cancel()
			n, failed := 0, 0
			for _, err := range p.s.Tail(ctx, p.t, store.Cursor{}) {
				if err != nil {
					p.isError(err, context.Canceled, "tail")
					failed++
					continue
				}
				if n++; n == 10 {
					cancel()
				}
			}
			p.equal([]int{n, failed}, []int{10, 1}, "events and errors")
			p.must(appendTo("a", 300, p.event("x")))
		}},
	}
}

package storetest

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// allBytes has every byte once.
func allBytes() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

func valueCases() []testCase {
	const g = "values"
	return []testCase{
		{g, "binary-state", "a state may hold any bytes", func(p *probe) {
			for i, s := range []string{allBytes(), "\x00", "\xff\xfe", "'; DROP TABLE x; --", strings.Repeat("\x00", 100_000)} {
				p.must(put("a", uint64(i), s))
				p.state("a", uint64(i)+1, s)
			}
		}},
		{g, "empty-state", "an empty state is a state: the record exists and State is nil", func(p *probe) {
			for i, state := range [][]byte{nil, {}} {
				c := put("a", uint64(i), "")
				c.State = state
				p.must(c)
				p.equal(p.get("a"), store.Record{Ref: ref("a"), Version: uint64(i) + 1, AsOf: uint64(i) + 1, Schema: 1}, "record")
			}
		}},
		{g, "binary-event", "event data may hold any bytes, or none", func(p *probe) {
			full, empty := p.event("full"), p.event("empty")
			full.Data, full.Personal = []byte(allBytes()), []byte(allBytes())
			empty.Data, empty.Personal, empty.Schema = []byte{}, nil, 0
			p.must(appendTo("a", 0, full, empty))
			got := p.history("a", 0)
			p.equal([]string{string(got[0].Data), string(got[0].Personal)}, []string{allBytes(), allBytes()}, "full event")
			empty.Ref, empty.Version, empty.Data = ref("a"), 2, nil
			p.equal(got[1], empty, "empty event")
		}},
		{g, "binary-keys", "index keys may hold any bytes", func(p *probe) {
			for i, key := range []string{"", "\x00", "\x00\x00", "\x00\xff", "\xff", allBytes()} {
				id := fmt.Sprint(i)
				p.must(filed(put(id, 0, ""), store.Entry{Index: "by", Key: []byte(key)}))
				p.equal(string(p.get(id).Index[0].Key), key, "key")
			}
		}},
		{g, "hostile-names", "ids are taken as they are: quotes, wildcards, slashes, other scripts", func(p *probe) {
			ids := []string{"'", `"`, "%", "_", "a/b", "..", " ", " a", "a ", "日本語", "e\u0301", "\u00e9", "NULL", "0", "00", "1e5", "0x10", strings.Repeat("x", ident.MaxLength)}
			for _, id := range ids {
				p.must(put(id, 0, "of "+id, p.event("x")))
			}
			for _, id := range ids {
				p.state(id, 1, "of "+id)
				p.equal(len(p.history(id, 0)), 1, "events of "+id)
			}
		}},
		{g, "long-names", "the longest names pass everywhere", func(p *probe) {
			long := strings.Repeat("ü", ident.MaxLength/2)
			p.t = ident.Tenant(long)
			e := p.event(long)
			e.Actor = ident.Person(long)
			r := ident.Ref{Kind: long, ID: long}
			key := []byte(strings.Repeat("\xff", store.MaxKey))
			c := store.Change{Op: store.Put, Ref: r, Schema: 1, Events: []store.Event{e}, Index: []store.Entry{{Index: strings.Repeat("i", 64), Key: key}}}
			receipt := p.must(c)
			got := p.list(store.Query{Index: strings.Repeat("i", 64), Prefix: key})
			p.equal(len(got), 1, "records found")
			cursor, err := store.ParseCursor(got[0].Cursor.String())
			p.noError(err, "parse the cursor")
			p.equal(cursor, got[0].Cursor, "cursor")
			p.equal(len(p.tail(receipt.Cursor)), 0, "events behind the last")
		}},
		{g, "times", "the time of an event keeps its nanoseconds and comes back in UTC", func(p *probe) {
			times := []time.Time{
				moment, moment.In(time.FixedZone("east", 5*3600)), time.Unix(0, 0), time.Unix(0, -1),
				time.Unix(0, math.MaxInt64), time.Unix(0, math.MinInt64), time.Now(),
			}
			for i, at := range times {
				e := p.event("x")
				e.At = at
				p.must(appendTo("a", uint64(i), e))
				p.equal(p.history("a", uint64(i))[0].At, at.Round(0).UTC(), "time")
			}
		}},
		{g, "event-id", "the id of an event is kept, whatever its version", func(p *probe) {
			for i, id := range []uuid.UUID{uuid.Max, {15: 1}, uuid.MustParse("0198c0de-0000-7000-8000-000000000001")} {
				e := p.event("x")
				e.ID = id
				p.must(appendTo("a", uint64(i), e))
				p.equal(p.history("a", uint64(i))[0].ID, id, "event id")
			}
		}},
	}
}

func aliasCases() []testCase {
	const g = "aliasing"
	return []testCase{
		{g, "batch-is-copied", "what the caller changes after a commit does not reach the store", func(p *probe) {
			c := filed(put("a", 0, "state", p.event("x")), store.Entry{Index: "by", Key: []byte("key")})
			p.must(c)
			clear(c.State)
			clear(c.Index[0].Key)
			clear(c.Events[0].Data)
			clear(c.Events[0].Personal)
			c.Events[0].Type = "changed"
			p.state("a", 1, "state")
			p.equal(string(p.get("a").Index[0].Key), "key", "key")
			p.equal(names(p.list(store.Query{Index: "by", Prefix: []byte("key")})), []string{"a"}, "list")
			e := p.history("a", 0)[0]
			p.equal([]string{e.Type, string(e.Data), string(e.Personal)}, []string{"x", "data of x", "who did x"}, "event")
		}},
		{g, "records-are-copied", "what the caller does to a record from Get or List does not reach the store", func(p *probe) {
			p.must(filed(put("a", 0, "state"), store.Entry{Index: "by", Key: []byte("key")}))
			for _, r := range append(p.list(store.Query{Index: "by"}), p.get("a")) {
				clear(r.State)
				clear(r.Index[0].Key)
				r.Index[0].Index = "changed"
			}
			p.state("a", 1, "state")
			p.equal(p.get("a").Index, []store.Entry{{Index: "by", Key: []byte("key")}}, "entries")
		}},
		{g, "events-are-copied", "what the caller does to an event does not reach the store", func(p *probe) {
			p.must(appendTo("a", 0, p.event("x")))
			for _, e := range append(p.history("a", 0), p.tail(store.Cursor{})...) {
				clear(e.Data)
				clear(e.Personal)
			}
			e := p.history("a", 0)[0]
			p.equal([]string{string(e.Data), string(e.Personal)}, []string{"data of x", "who did x"}, "event")
		}},
		{g, "receipts-are-copied", "what the caller does to a receipt does not reach the store", func(p *probe) {
			b := p.batch(put("a", 0, "state"))
			for range 3 {
				r, err := p.s.Commit(p.ctx, b)
				p.noError(err, "commit")
				p.equal(r.Versions, []store.RefVersion{{Ref: ref("a"), Version: 1}}, "versions")
				clear(r.Versions)
			}
		}},
		{g, "batch-is-left-alone", "a commit does not change the caller's batch", func(p *probe) {
			b := p.batch(filed(put("a", 0, "s", p.event("x")), store.Entry{Index: "z"}, store.Entry{Index: "a"}))
			_, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			c := b.Changes[0]
			p.equal([]string{c.Index[0].Index, c.Index[1].Index}, []string{"z", "a"}, "order of entries")
			p.equal(c.Events[0].Version, uint64(0), "version of the caller's event")
		}},
	}
}

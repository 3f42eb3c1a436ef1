package storetest

import (
	"fmt"
	"slices"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// shelf fills index "by" with n records whose keys are their numbers, filed in
// an order that is not that of the keys.
func (p *probe) shelf(n int) []string {
	want := make([]string, n)
	for i := range n {
		want[i] = fmt.Sprintf("r%03d", i)
	}
	var changes []store.Change
	for i := range n {
		// 7 has no common factor with the sizes used, so every place is hit once.
		j := i * 7 % n
		changes = append(changes, filed(put(want[j], 0, "s"), store.Entry{Index: "by", Key: store.Tuple(store.Int(int64(j)))}))
		if len(changes) == 30 || i == n-1 {
			p.must(changes...)
			changes = nil
		}
	}
	return want
}

func listCases() []testCase {
	const g = "list"
	return []testCase{
		{g, "key-order", "a list is in key order, over many pages", func(p *probe) {
			want := p.shelf(300)
			p.equal(names(p.list(store.Query{Index: "by"})), want, "list")
		}},
		{g, "reverse", "a reversed list is the list backwards", func(p *probe) {
			want := p.shelf(300)
			slices.Reverse(want)
			p.equal(names(p.list(store.Query{Index: "by", Reverse: true})), want, "list")
		}},
		{g, "by-id", "without an index the records of a kind are listed by id", func(p *probe) {
			want := p.shelf(100)
			other := put("x", 0, "")
			other.Ref.Kind = "other"
			p.must(other)
			p.equal(names(p.list(store.Query{Kind: "thing"})), want, "list")
			p.equal(names(p.list(store.Query{Kind: "thing", Prefix: []byte("r09")})), want[90:], "list with a prefix")
			p.equal(names(p.list(store.Query{Kind: "thing", From: []byte("r010"), To: []byte("r012")})), want[10:12], "list of a range")
		}},
		{g, "bounds-are-bytes", "bounds on ids may be any bytes, also such as no id can hold", func(p *probe) {
			for _, id := range []string{"a", "az", "b", "\u007e", "\u00fc", "\uffff"} {
				p.must(put(id, 0, ""))
			}
			for _, c := range []struct {
				q    store.Query
				want []string
			}{
				{store.Query{From: []byte("a\x00")}, []string{"az", "b", "\u007e", "\u00fc", "\uffff"}},
				{store.Query{To: []byte("a\xff")}, []string{"a", "az"}},
				{store.Query{From: []byte("\x80")}, []string{"\u00fc", "\uffff"}},
				{store.Query{From: []byte("\xff")}, []string{}},
				{store.Query{To: []byte{0xff}}, []string{"a", "az", "b", "\u007e", "\u00fc", "\uffff"}},
				{store.Query{Prefix: []byte{0xc3}}, []string{"\u00fc"}},
				{store.Query{Prefix: []byte{0xef, 0xbf}, Reverse: true}, []string{"\uffff"}},
				{store.Query{To: []byte{}}, []string{}},
			} {
				c.q.Kind = "thing"
				p.equal(names(p.list(c.q)), c.want, fmt.Sprintf("list of prefix %q from %q to %q", c.q.Prefix, c.q.From, c.q.To))
			}
		}},
		{g, "byte-order", "keys and ids are ordered by their bytes, not by a language", func(p *probe) {
			ids := []string{"Z", "a", "A", "ä", "é", "z", "10", "9", "_", "𝄞", "\uffff"}
			for _, id := range ids {
				p.must(filed(put(id, 0, ""), store.Entry{Index: "by", Key: []byte(id)}))
			}
			slices.Sort(ids)
			p.equal(names(p.list(store.Query{Kind: "thing"})), ids, "by id")
			p.equal(names(p.list(store.Query{Index: "by"})), ids, "by key")
		}},
		{g, "range-is-half-open", "a range has its first key and not its last", func(p *probe) {
			want := p.shelf(20)
			key := func(n int64) []byte { return store.Tuple(store.Int(n)) }
			p.equal(names(p.list(store.Query{Index: "by", From: key(5), To: key(9)})), want[5:9], "range")
			p.equal(names(p.list(store.Query{Index: "by", From: key(15)})), want[15:], "from")
			p.equal(names(p.list(store.Query{Index: "by", To: key(3)})), want[:3], "to")
			p.equal(names(p.list(store.Query{Index: "by", From: key(9), To: key(5)})), []string{}, "empty range")
		}},
		{g, "prefix-selects-parts", "a tuple prefix selects whole parts", func(p *probe) {
			for _, owner := range []string{"an", "ann", "ann\x00", "anna"} {
				p.must(filed(put("of "+fmt.Sprintf("%q", owner), 0, ""), store.Entry{Index: "by", Key: store.Tuple(store.Text(owner), store.Int(1))}))
			}
			p.equal(names(p.list(store.Query{Index: "by", Prefix: store.Tuple(store.Text("ann"))})), []string{`of "ann"`}, "list")
		}},
		{g, "prefix-of-ff", "a prefix of 0xff bytes has no end and works", func(p *probe) {
			for id, key := range map[string]string{"a": "\xfe", "b": "\xff", "c": "\xff\xff", "d": "\xff\xff\x01"} {
				p.must(filed(put(id, 0, ""), store.Entry{Index: "by", Key: []byte(key)}))
			}
			p.equal(names(p.list(store.Query{Index: "by", Prefix: []byte("\xff\xff")})), []string{"c", "d"}, "list")
		}},
		{g, "limit", "a list ends at its limit", func(p *probe) {
			want := p.shelf(150)
			for _, n := range []int{1, 2, 64, 65, 149, 150} {
				p.equal(names(p.list(store.Query{Index: "by", Limit: n})), want[:n], "list with a limit")
			}
		}},
		{g, "pages", "pages of any size, both ways, put together are the list", func(p *probe) {
			want := p.shelf(40)
			for _, reverse := range []bool{false, true} {
				for _, size := range []int{1, 7, 40, 41} {
					q := store.Query{Index: "by", Limit: size, Reverse: reverse}
					got := []string{}
					for {
						page := p.list(q)
						got = append(got, names(page)...)
						if len(page) < size {
							break
						}
						q.After = page[len(page)-1].Cursor
					}
					p.equal(got, want, fmt.Sprintf("pages of %d, reverse %t", size, reverse))
				}
				slices.Reverse(want)
			}
		}},
		{g, "pages-under-writes", "a record that does not move is listed exactly once, whatever others do", func(p *probe) {
			want := p.shelf(30)
			q := store.Query{Index: "by", Limit: 1}
			var got []string
			for i := 0; ; i++ {
				page := p.list(q)
				if len(page) == 0 {
					break
				}
				q.After = page[0].Cursor
				if page[0].Ref.ID[0] == 'r' {
					got = append(got, page[0].Ref.ID)
				}
				// New neighbours before and behind the place of the cursor, and one that leaves again.
				p.must(filed(put(fmt.Sprintf("n%d", i), 0, ""), store.Entry{Index: "by", Key: store.Tuple(store.Int(int64(i * 3 % 29)))}))
				if i > 0 {
					p.must(remove(fmt.Sprintf("n%d", i-1), 1))
				}
			}
			p.equal(got, want, "records that did not move")
		}},
		{g, "equal-keys", "records with equal keys are all listed, in ref order, also by pages", func(p *probe) {
			want := []string{"a", "b", "c", "d", "e"}
			for _, id := range []string{"d", "b", "e", "a", "c"} {
				p.must(filed(put(id, 0, ""), store.Entry{Index: "by", Key: []byte("same")}))
			}
			q, got := store.Query{Index: "by", Limit: 2}, []string{}
			for range 3 {
				page := p.list(q)
				got = append(got, names(page)...)
				q.After = page[len(page)-1].Cursor
			}
			p.equal(got, want, "pages")
		}},
		{g, "several-entries-once", "a record with several matching entries is listed once, at the first", func(p *probe) {
			p.must(filed(put("a", 0, ""), store.Entry{Index: "by", Key: []byte("1")}, store.Entry{Index: "by", Key: []byte("5")}))
			p.must(filed(put("b", 0, ""), store.Entry{Index: "by", Key: []byte("3")}))
			p.equal(names(p.list(store.Query{Index: "by"})), []string{"a", "b"}, "list")
			p.equal(names(p.list(store.Query{Index: "by", Reverse: true})), []string{"a", "b"}, "reversed list")
			p.equal(names(p.list(store.Query{Index: "by", From: []byte("2")})), []string{"b", "a"}, "list of a range")
		}},
		{g, "kind-filter", "a query with index and kind yields that kind only", func(p *probe) {
			for i, kind := range []string{"thing", "other", "thing"} {
				c := filed(put(fmt.Sprint(i), 0, ""), store.Entry{Index: "by", Key: []byte{byte(i)}})
				c.Ref.Kind = kind
				p.must(c)
			}
			p.equal(names(p.list(store.Query{Index: "by", Kind: "thing"})), []string{"0", "2"}, "things")
			p.equal(names(p.list(store.Query{Index: "by"})), []string{"0", "1", "2"}, "all kinds")
		}},
		{g, "whole-records", "a list yields the records that Get returns", func(p *probe) {
			p.must(filed(put("a", 0, "state", p.events(2)...), store.Entry{Index: "by", Key: []byte("k")}, store.Entry{Index: "also", Key: []byte("l")}))
			got := p.list(store.Query{Index: "by"})
			p.equal(len(got), 1, "number of records")
			got[0].Cursor = store.Cursor{}
			p.equal(got[0], p.get("a"), "record")
		}},
		{g, "empty-key", "an entry may have an empty key, which sorts first", func(p *probe) {
			p.must(filed(put("b", 0, ""), store.Entry{Index: "by", Key: []byte{0}}))
			p.must(filed(put("a", 0, ""), store.Entry{Index: "by"}))
			p.equal(names(p.list(store.Query{Index: "by"})), []string{"a", "b"}, "list")
		}},
		{g, "cursor-of-another-query", "a cursor goes with its own query only", func(p *probe) {
			p.shelf(5)
			c := p.list(store.Query{Index: "by"})[1].Cursor
			for _, q := range []store.Query{
				{Index: "by", Reverse: true, After: c},
				{Index: "other", After: c},
				{Kind: "thing", After: c},
				{Index: "by", Kind: "thing", After: c},
				{Index: "by", From: []byte("x"), After: c},
				{Index: "by", To: []byte("x"), After: c},
			} {
				for _, err := range p.s.List(p.ctx, p.t, q) {
					p.isError(err, store.ErrCursor, fmt.Sprintf("list %+v", q))
				}
			}
		}},
		{g, "commit-inside", "the body of a loop over a list may commit", func(p *probe) {
			p.shelf(100)
			n := 0
			for r, err := range p.s.List(p.ctx, p.t, store.Query{Index: "by"}) {
				p.noError(err, "list")
				if n%20 == 0 {
					p.must(appendTo(r.Ref.ID, 1, p.event("seen")))
				}
				n++
			}
			p.equal(n, 100, "records seen")
		}},
		{g, "early-break", "a loop over a list may end early, and the store goes on", func(p *probe) {
			p.shelf(100)
			for range 20 {
				for _, err := range p.s.List(p.ctx, p.t, store.Query{Index: "by"}) {
					p.noError(err, "list")
					break
				}
			}
			p.must(put("x", 0, ""))
		}},
	}
}

func tenantCases() []testCase {
	const g = "tenants"
	// as runs the rest of a case for another tenant.
	as := func(p *probe, t ident.Tenant, run func()) {
		mine := p.t
		p.t = t
		run()
		p.t = mine
	}
	return []testCase{
		{g, "get-is-apart", "a tenant never reads another's record", func(p *probe) {
			for i := range 60 {
				id := fmt.Sprint(i)
				p.must(put(id, 0, "acme's"))
				as(p, "other", func() { p.absent(id) })
			}
		}},
		{g, "same-ref-twice", "two tenants may have the same ref, each with its own state and version", func(p *probe) {
			p.must(put("a", 0, "acme's"))
			p.must(put("a", 1, "acme's second"))
			as(p, "other", func() {
				p.must(put("a", 0, "other's"))
				p.state("a", 1, "other's")
			})
			p.state("a", 2, "acme's second")
		}},
		{g, "list-is-apart", "a tenant never lists another's records", func(p *probe) {
			p.must(filed(put("a", 0, ""), store.Entry{Index: "by", Key: []byte("k")}))
			as(p, "other", func() {
				p.equal(names(p.list(store.Query{Index: "by"})), []string{}, "by index")
				p.equal(names(p.list(store.Query{Kind: "thing"})), []string{}, "by kind")
			})
		}},
		{g, "history-is-apart", "a tenant never reads another's history", func(p *probe) {
			p.must(appendTo("a", 0, p.event("acme's")))
			as(p, "other", func() {
				p.equal(len(p.history("a", 0)), 0, "events")
				p.must(appendTo("a", 0, p.event("other's")))
				p.equal(types(p.history("a", 0)), []string{"other's"}, "history")
			})
		}},
		{g, "tail-is-apart", "a tenant's tail has its own events only, each of them", func(p *probe) {
			for i := range uint64(20) {
				p.must(appendTo("a", i, p.event("acme's")))
				as(p, "other", func() { p.must(appendTo("a", i, p.event("other's"))) })
			}
			for _, e := range p.tail(store.Cursor{}) {
				p.equal(e.Type, "acme's", "event in the tail")
			}
			p.equal(len(p.tail(store.Cursor{})), 20, "number of events")
		}},
		{g, "cursors-are-apart", "a tenant cannot use another's cursor", func(p *probe) {
			p.must(put("a", 0, "", p.event("x")))
			tail, list := p.tail(store.Cursor{})[0].Cursor, p.list(store.Query{Kind: "thing"})[0].Cursor
			as(p, "other", func() {
				p.must(put("a", 0, "", p.event("x")))
				p.tailRefused(tail)
				for _, err := range p.s.List(p.ctx, p.t, store.Query{Kind: "thing", After: list}) {
					p.isError(err, store.ErrCursor, "list")
				}
			})
		}},
		{g, "delete-is-apart", "a tenant cannot delete another's record", func(p *probe) {
			p.must(put("a", 0, "acme's"))
			as(p, "other", func() { p.refused(store.ErrConflict, remove("a", 1)) })
			p.state("a", 1, "acme's")
		}},
		{g, "similar-names", "tenants whose names differ in case, blank or accent are different", func(p *probe) {
			tenants := []ident.Tenant{"acme", "Acme", "acme ", "acmé", "acme2", "acm"}
			for _, t := range tenants {
				as(p, t, func() { p.must(put("a", 0, string(t))) })
			}
			for _, t := range tenants {
				as(p, t, func() { p.state("a", 1, string(t)) })
			}
		}},
		{g, "no-tenant", "there is no empty tenant, on any method", func(p *probe) {
			as(p, "", func() {
				p.refused(store.ErrInvalid, put("a", 0, ""))
				_, err := p.s.Get(p.ctx, p.t, ref("a"))
				p.isError(err, store.ErrInvalid, "get")
				for _, err := range p.s.List(p.ctx, p.t, store.Query{Kind: "thing"}) {
					p.isError(err, store.ErrInvalid, "list")
				}
				for _, err := range p.s.History(p.ctx, p.t, ref("a"), 0) {
					p.isError(err, store.ErrInvalid, "history")
				}
				for _, err := range p.s.Tail(p.ctx, p.t, store.Cursor{}) {
					p.isError(err, store.ErrInvalid, "tail")
				}
			})
		}},
	}
}

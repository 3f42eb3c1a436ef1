package storetest

import (
	"github.com/go-marops/marops/store"
)

func createCases() []testCase {
	const g = "create"
	return []testCase{
		{g, "put-starts-at-version-1", "a created record has version 1", func(p *probe) {
			r := p.must(put("a", 0, "one"))
			p.equal(r.Versions, []store.RefVersion{{Ref: ref("a"), Version: 1}}, "receipt")
			p.state("a", 1, "one")
		}},
		{g, "absent-has-version-0", "an absent record has Version 0 and its Ref only", func(p *probe) {
			p.absent("a")
			p.must(put("b", 0, "one"))
			p.absent("a")
		}},
		{g, "twice-conflicts", "Expect 0 means that the record must not exist", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.refused(store.ErrConflict, put("a", 0, "two"))
			p.state("a", 1, "one")
		}},
		{g, "append-creates", "an append with Expect 0 creates a record without a state", func(p *probe) {
			p.must(appendTo("a", 0, p.events(2)...))
			p.equal(p.get("a"), store.Record{Ref: ref("a"), Version: 2}, "appended record")
		}},
		{g, "several-at-once", "one batch may create several records", func(p *probe) {
			p.must(put("a", 0, "A"), put("b", 0, "B"), appendTo("c", 0, p.event("x")))
			p.state("a", 1, "A")
			p.state("b", 1, "B")
			p.state("c", 1, "")
		}},
		{g, "update-of-absent-conflicts", "a record that is absent is not at version 1", func(p *probe) {
			p.refused(store.ErrConflict, put("a", 1, "one"))
			p.absent("a")
			p.refused(store.ErrConflict, appendTo("a", 1, p.event("x")))
			p.absent("a")
		}},
	}
}

func putCases() []testCase {
	const g = "put"
	return []testCase{
		{g, "replaces-state", "a put replaces the whole state and takes one version", func(p *probe) {
			p.must(put("a", 0, "a long first state"))
			p.must(put("a", 1, "short"))
			p.state("a", 2, "short")
		}},
		{g, "keeps-schema", "the schema of a state is kept with it", func(p *probe) {
			for i, schema := range []uint16{1, 2, 65535} {
				c := put("a", uint64(i), "s")
				c.Schema = schema
				p.must(c)
				p.equal(p.get("a").Schema, schema, "schema")
			}
		}},
		{g, "as-of-is-version", "a put state includes everything up to its version", func(p *probe) {
			p.must(put("a", 0, "one", p.events(3)...))
			r := p.get("a")
			p.equal([]uint64{r.Version, r.AsOf}, []uint64{3, 3}, "version and as-of")
		}},
		{g, "events-take-versions", "a put with n events takes n versions", func(p *probe) {
			p.must(put("a", 0, "one"))
			r := p.must(put("a", 1, "two", p.events(3)...))
			p.equal(r.Versions[0].Version, uint64(4), "version after three events")
			p.equal(versions(p.history("a", 0)), []uint64{2, 3, 4}, "event versions")
		}},
		{g, "index-is-replaced", "a put replaces the index entries", func(p *probe) {
			old, now := store.Entry{Index: "by", Key: []byte("old")}, store.Entry{Index: "by", Key: []byte("new")}
			p.must(filed(put("a", 0, "one"), old))
			p.must(filed(put("a", 1, "two"), now))
			p.equal(p.get("a").Index, []store.Entry{now}, "entries")
			p.equal(names(p.list(store.Query{Index: "by", Prefix: []byte("old")})), []string{}, "records under the old key")
			p.equal(names(p.list(store.Query{Index: "by", Prefix: []byte("new")})), []string{"a"}, "records under the new key")
		}},
		{g, "index-is-removed", "a put without entries takes the record out of its indexes", func(p *probe) {
			p.must(filed(put("a", 0, "one"), store.Entry{Index: "by", Key: []byte("k")}))
			p.must(put("a", 1, "two"))
			p.equal(names(p.list(store.Query{Index: "by"})), []string{}, "records in the index")
		}},
		{g, "entries-come-back-sorted", "Record.Index is sorted by index, then key", func(p *probe) {
			p.must(filed(put("a", 0, "one"),
				store.Entry{Index: "z", Key: []byte("1")}, store.Entry{Index: "b", Key: []byte("2")}, store.Entry{Index: "b", Key: []byte("1")}))
			p.equal(p.get("a").Index, []store.Entry{
				{Index: "b", Key: []byte("1")}, {Index: "b", Key: []byte("2")}, {Index: "z", Key: []byte("1")},
			}, "entries")
		}},
		{g, "many-times", "versions count puts one by one", func(p *probe) {
			for i := range uint64(50) {
				p.must(put("a", i, "s"))
			}
			p.state("a", 50, "s")
		}},
	}
}

func appendCases() []testCase {
	const g = "append"
	return []testCase{
		{g, "advances-by-events", "an append of n events takes n versions", func(p *probe) {
			p.must(appendTo("a", 0, p.events(3)...))
			r := p.must(appendTo("a", 3, p.events(2)...))
			p.equal(r.Versions[0].Version, uint64(5), "version")
			p.equal(versions(p.history("a", 0)), []uint64{1, 2, 3, 4, 5}, "event versions")
		}},
		{g, "keeps-state-and-as-of", "an append leaves state, schema, index and AsOf alone", func(p *probe) {
			p.must(filed(put("a", 0, "one"), store.Entry{Index: "by", Key: []byte("k")}))
			before := p.get("a")
			p.must(appendTo("a", 1, p.events(2)...))
			want := before
			want.Version = 3
			p.equal(p.get("a"), want, "record after append")
			p.equal(names(p.list(store.Query{Index: "by"})), []string{"a"}, "records in the index")
		}},
		{g, "then-put-folds", "a put after appends has AsOf at its own version", func(p *probe) {
			p.must(appendTo("a", 0, p.events(2)...))
			p.must(put("a", 2, "folded"))
			r := p.get("a")
			p.equal([]uint64{r.Version, r.AsOf}, []uint64{3, 3}, "version and as-of")
			p.must(appendTo("a", 3, p.event("x")))
			r = p.get("a")
			p.equal([]uint64{r.Version, r.AsOf}, []uint64{4, 3}, "version and as-of")
		}},
		{g, "stated-versions-hold", "an event that states its version gets it", func(p *probe) {
			events := p.events(2)
			events[0].Version, events[1].Version = 1, 2
			p.must(appendTo("a", 0, events...))
			p.equal(versions(p.history("a", 0)), []uint64{1, 2}, "event versions")
		}},
		{g, "needs-an-event", "an append without events is invalid", func(p *probe) {
			p.refused(store.ErrInvalid, appendTo("a", 0))
		}},
	}
}

func deleteCases() []testCase {
	const g = "delete"
	return []testCase{
		{g, "makes-absent", "a deleted record is absent", func(p *probe) {
			p.must(filed(put("a", 0, "one"), store.Entry{Index: "by", Key: []byte("k")}))
			r := p.must(remove("a", 1))
			p.equal(r.Versions[0].Version, uint64(2), "version that the deletion takes")
			p.absent("a")
			p.equal(names(p.list(store.Query{Index: "by"})), []string{}, "records in the index")
			p.equal(names(p.list(store.Query{Kind: "thing"})), []string{}, "records of the kind")
		}},
		{g, "keeps-history", "the history of a deleted record stays", func(p *probe) {
			p.must(put("a", 0, "one", p.event("made")))
			p.must(remove("a", 1, p.event("gone")))
			p.equal(types(p.history("a", 0)), []string{"made", "gone"}, "history")
		}},
		{g, "recreate-goes-on", "a record created again goes on behind the deletion's version", func(p *probe) {
			p.must(put("a", 0, "one", p.event("made")))
			p.must(remove("a", 1))
			r := p.must(put("a", 0, "again", p.event("remade")))
			p.equal(r.Versions[0].Version, uint64(3), "version after the deletion took 2")
			p.state("a", 3, "again")
			p.equal(versions(p.history("a", 0)), []uint64{1, 3}, "event versions")
		}},
		{g, "recreate-by-append-forgets", "a record appended to after deletion folds nothing of its earlier life", func(p *probe) {
			p.must(filed(put("a", 0, "one"), store.Entry{Index: "by", Key: []byte("k")}))
			p.must(remove("a", 1))
			p.must(appendTo("a", 0, p.event("x")))
			p.equal(p.get("a"), store.Record{Ref: ref("a"), Version: 3, AsOf: 2}, "record")
		}},
		{g, "old-version-conflicts", "a version from before a deletion never matches again", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.must(remove("a", 1))
			p.must(put("a", 0, "again"))
			p.refused(store.ErrConflict, put("a", 1, "late"))
			p.state("a", 3, "again")
		}},
		{g, "stated-version-finds-earlier-life", "an event that states a version already taken conflicts", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.must(remove("a", 1))
			e := p.event("x")
			e.Version = 1
			p.refused(store.ErrConflict, put("a", 0, "again", e))
			e.Version = 3
			p.must(put("a", 0, "again", e))
			p.state("a", 3, "again")
		}},
		{g, "absent-conflicts", "what is not there cannot be deleted", func(p *probe) {
			p.refused(store.ErrConflict, remove("a", 1))
			p.refused(store.ErrInvalid, remove("a", 0))
		}},
		{g, "twice-conflicts", "a record can be deleted once", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.must(remove("a", 1))
			p.refused(store.ErrConflict, remove("a", 1))
			p.refused(store.ErrConflict, remove("a", 2))
		}},
	}
}

func checkCases() []testCase {
	const g = "check"
	return []testCase{
		{g, "changes-nothing", "a check that holds changes nothing", func(p *probe) {
			p.must(put("a", 0, "one"))
			before := p.get("a")
			r := p.must(check("a", 1), put("b", 0, "B"))
			p.equal(r.Versions, []store.RefVersion{{Ref: ref("a"), Version: 1}, {Ref: ref("b"), Version: 1}}, "receipt")
			p.equal(p.get("a"), before, "checked record")
		}},
		{g, "of-absent", "a check with Expect 0 holds while the record is absent", func(p *probe) {
			p.must(check("a", 0), put("b", 0, "B"))
			p.absent("a")
			p.must(put("a", 0, "one"))
			p.refused(store.ErrConflict, check("a", 0), put("b", 1, "B2"))
			p.state("b", 1, "B")
		}},
		{g, "stops-write-skew", "two commits that each check what the other writes cannot both pass", func(p *probe) {
			p.must(put("a", 0, "on call"), put("b", 0, "on call"))
			p.must(check("b", 1), put("a", 1, "off"))
			p.refused(store.ErrConflict, check("a", 1), put("b", 1, "off"))
			p.state("b", 1, "on call")
		}},
		{g, "alone", "a batch of checks alone is a commit", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.must(check("a", 1), check("b", 0))
			p.refused(store.ErrConflict, check("a", 1), check("b", 1))
		}},
		{g, "of-deleted", "a deleted record counts as absent", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.must(remove("a", 1))
			p.must(check("a", 0))
			p.refused(store.ErrConflict, check("a", 2))
		}},
	}
}

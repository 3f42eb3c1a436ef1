package storetest

import (
	"testing"

	"github.com/go-marops/marops/store"
)

// RunReopen checks that a durable store keeps everything across a close.
// reopen closes the store it gets and opens the same data again.
func RunReopen(t *testing.T, open func(t *testing.T) store.Store, reopen func(t *testing.T, s store.Store) store.Store) {
	t.Helper()
	for _, c := range reopenCases() {
		t.Run(c.name, func(t *testing.T) {
			p := newProbe(func() store.Store { return open(t) }, "reopen/"+c.name)
			p.guard(func(p *probe) { c.run(p, func() { p.s = reopen(t, p.s) }) })
			for _, m := range p.messages {
				t.Error(Failure{Group: "reopen", Name: c.name, Rule: c.rule, Message: m})
			}
		})
	}
}

// reopenCase is a case that closes and opens its store in between.
type reopenCase struct {
	name, rule string
	run        func(p *probe, reopen func())
}

func reopenCases() []reopenCase {
	return []reopenCase{
		{"keeps-records", "records, versions and indexes survive", func(p *probe, reopen func()) {
			p.must(filed(put("a", 0, "one"), store.Entry{Index: "by", Key: []byte("k")}))
			p.must(put("gone", 0, "x"))
			p.must(remove("gone", 1))
			before := p.get("a")
			reopen()
			p.equal(p.get("a"), before, "record")
			p.absent("gone")
			p.equal(names(p.list(store.Query{Index: "by"})), []string{"a"}, "list")
			r := p.must(put("gone", 0, "again"))
			p.equal(r.Versions[0].Version, uint64(3), "version behind the deletion")
		}},
		{"keeps-events", "history, tail and cursors survive", func(p *probe, reopen func()) {
			p.must(appendTo("a", 0, p.events(5)...))
			history, tail := p.history("a", 0), p.tail(store.Cursor{})
			reopen()
			p.equal(p.history("a", 0), history, "history")
			p.equal(p.tail(tail[2].Cursor), tail[3:], "tail")
			p.must(appendTo("a", 5, p.event("later")))
			p.equal(types(p.tail(tail[4].Cursor)), []string{"later"}, "tail behind the old end")
		}},
		{"keeps-commands", "commands are remembered", func(p *probe, reopen func()) {
			b := p.batch(put("a", 0, "one", p.event("x")))
			first, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			reopen()
			again, err := p.s.Commit(p.ctx, b)
			p.noError(err, "repeated commit")
			first.Replayed = true
			p.equal(again, first, "receipt")
			b.Digest[0] = 1
			_, err = p.s.Commit(p.ctx, b)
			p.isError(err, store.ErrCommandReused, "commit with another digest")
		}},
		{"many-times", "a store may be closed and opened again and again", func(p *probe, reopen func()) {
			for i := range uint64(5) {
				p.must(put("a", i, "s", p.event("x")))
				reopen()
			}
			p.state("a", 5, "s")
			p.equal(len(p.tail(store.Cursor{})), 5, "events")
		}},
	}
}

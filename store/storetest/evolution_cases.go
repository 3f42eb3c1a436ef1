package storetest

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/go-marops/marops/store"
)

// A brief as three versions of a program write it: a text; a text in a field;
// two fields. The newest one adds up what was paid since.
type brief struct {
	Title string `json:"title"`
	Words int    `json:"words"`
}

func briefs() store.Repo[brief] {
	r := store.JSON[brief]("brief", 3)
	r.Apply = func(b brief, e store.Event) (brief, error) {
		if e.Type == "cut" {
			b.Words -= len(e.Data)
		}
		return b, nil
	}
	return r.
		Upcast(2, func(state []byte) ([]byte, error) {
			return bytes.Replace(state, []byte("}"), []byte(`,"words":10}`), 1), nil
		}).
		Upcast(1, func(state []byte) ([]byte, error) {
			return json.Marshal(map[string]string{"title": string(state)})
		}).
		UpcastEvent("cut", 1, func(data []byte) ([]byte, error) { return data[:len(data)/2], nil })
}

func evolutionCases() []testCase {
	const g = "evolution"
	// old is a put as an older program wrote it.
	old := func(id string, schema uint16, state string) store.Change {
		c := put(id, 0, state)
		c.Ref.Kind, c.Schema = "brief", schema
		return c
	}
	load := func(p *probe, id string) (b brief, err error) {
		return b, store.View(p.ctx, p.s, p.t, func(u *store.Unit) (err error) {
			b, err = briefs().Load(u, id)
			return err
		})
	}
	return []testCase{
		{g, "upcast", "states of every older schema are read as if they were new, step by step", func(p *probe) {
			p.must(old("one", 1, "spring"), old("two", 2, `{"title":"spring"}`), old("three", 3, `{"title":"spring","words":10}`))
			for _, id := range []string{"one", "two", "three"} {
				got, err := load(p, id)
				p.noError(err, "load "+id)
				p.equal(got, brief{"spring", 10}, "brief "+id)
			}
			n := 0
			for found, err := range briefs().List(p.ctx, p.s, p.t, store.Query{}) {
				p.noError(err, "list")
				p.equal(found.Value, brief{"spring", 10}, "listed brief "+found.ID)
				n++
			}
			p.equal(n, 3, "briefs listed")
		}},
		{g, "upcast-events", "events of an older schema are folded as if they were new", func(p *probe) {
			p.must(old("a", 3, `{"title":"spring","words":10}`))
			c := appendTo("a", 1, p.event("cut"), p.event("cut"), p.event("noise"))
			c.Ref.Kind = "brief"
			c.Events[0].Schema, c.Events[0].Data = 1, []byte("xxxx") // means 2
			c.Events[1].Schema, c.Events[1].Data = 2, []byte("xxx")
			p.must(c)
			got, err := load(p, "a")
			p.noError(err, "load")
			p.equal(got, brief{"spring", 5}, "brief")
		}},
		{g, "newer-is-refused", "a state of a newer schema is refused, and left alone by a failed unit", func(p *probe) {
			p.must(old("a", 4, "from the future"))
			_, err := load(p, "a")
			p.isError(err, store.ErrNewerSchema, "load")
			_, err = store.Update(p.ctx, p.s, p.command(), func(u *store.Unit) error {
				b, err := briefs().Load(u, "a")
				if err != nil {
					return err
				}
				return briefs().Save(u, "a", b)
			})
			p.isError(err, store.ErrNewerSchema, "update")
			records, err := p.s.Get(p.ctx, p.t, briefs().Ref("a"))
			p.noError(err, "get")
			p.equal(string(records[0].State), "from the future", "state")
		}},
		{g, "erase", "a unit erases all that is personal in a record's past and records that it did", func(p *probe) {
			p.must(put("a", 0, "s", p.events(3)...))
			p.update(func(u *store.Unit) error {
				return u.Erase(ref("a"), store.Event{Type: "erased", Personal: []byte("by whom")})
			})
			var personal []string
			for _, e := range p.history("a", 0) {
				personal = append(personal, string(e.Personal))
			}
			p.equal(personal, []string{"", "", "", "by whom"}, "personal")
			p.equal(string(p.get("a").State), "s", "state")
		}},
		{g, "erase-deleted", "the past of a deleted record is erased, too", func(p *probe) {
			p.must(put("a", 0, "s", p.event("x")))
			p.must(remove("a", 1, p.event("gone")))
			p.update(func(u *store.Unit) error { return u.Erase(ref("a"), store.Event{Type: "erased"}) })
			for _, e := range p.history("a", 0) {
				p.equal(string(e.Personal), "", "personal of "+e.Type)
			}
		}},
		{g, "prune", "commands of the last seven days are not forgotten", func(p *probe) {
			pruner, ok := p.s.(store.Pruner)
			if !ok {
				return
			}
			b := p.batch(put("a", 0, "one", p.event("x")))
			_, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			n, err := pruner.PruneCommands(p.ctx, store.MinRemembered)
			p.noError(err, "prune")
			p.equal(n, int64(0), "commands forgotten")
			r, err := p.s.Commit(p.ctx, b)
			p.noError(err, "repeated commit")
			p.equal(r.Replayed, true, "replayed")
			for _, age := range []time.Duration{-1, 0, store.MinRemembered - 1} {
				_, err = pruner.PruneCommands(p.ctx, age)
				p.isError(err, store.ErrInvalid, "prune of what is younger")
			}
		}},
		{g, "capabilities", "what a store states is what it has, and Waits and Prunes are seen", func(p *probe) {
			p.must(put("a", 0, "s", p.event("x")))
			c := store.CapabilitiesOf(p.s)
			_, waits := p.s.(store.Waiter)
			_, prunes := p.s.(store.Pruner)
			p.equal([]bool{c.Waits, c.Prunes}, []bool{waits, prunes}, "optional interfaces")
			if !c.Lagging {
				p.equal(len(p.tail(store.Cursor{})), 1, "events in the tail right after a commit")
			}
			if c.Joined && c.Durable {
				p.fail("a store inside a transaction is not durable by itself")
			}
		}},
	}
}

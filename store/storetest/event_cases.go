package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

func historyCases() []testCase {
	const g = "history"
	return []testCase{
		{g, "keeps-every-field", "an event comes back as it was given, with Ref and Version", func(p *probe) {
			e := p.event("made")
			p.must(put("a", 0, "one", e))
			e.Ref, e.Version = ref("a"), 1
			p.equal(p.history("a", 0), []store.Event{e}, "history")
		}},
		{g, "in-version-order", "history is in version order, also over many pages", func(p *probe) {
			for i := range uint64(15) {
				p.must(appendTo("a", i*20, p.events(20)...))
			}
			got := versions(p.history("a", 0))
			if len(got) != 300 {
				p.fail("history has %d events, want 300", len(got))
			}
			for i, v := range got {
				p.equal(v, uint64(i+1), "version at its place")
			}
		}},
		{g, "after", "history yields versions greater than after", func(p *probe) {
			p.must(appendTo("a", 0, p.events(5)...))
			p.equal(versions(p.history("a", 3)), []uint64{4, 5}, "after 3")
			p.equal(len(p.history("a", 5)), 0, "events after 5")
			p.equal(len(p.history("a", 1<<63)), 0, "events after 1<<63")
			p.equal(len(p.history("a", 1<<64-1)), 0, "events after the largest number")
		}},
		{g, "of-one-record", "history yields the events of its record only", func(p *probe) {
			other := ident.Ref{Kind: "other", ID: "a"}
			p.must(appendTo("a", 0, p.event("a")), appendTo("ab", 0, p.event("ab")),
				store.Change{Op: store.Append, Ref: other, Events: []store.Event{p.event("other")}})
			p.equal(types(p.history("a", 0)), []string{"a"}, "history")
		}},
		{g, "of-absent", "an absent record has an empty history", func(p *probe) {
			p.equal(len(p.history("a", 0)), 0, "events")
		}},
		{g, "eventless-put-leaves-no-event", "a put without events takes a version that history does not show", func(p *probe) {
			p.must(put("a", 0, "1", p.event("x")))
			p.must(put("a", 1, "2"))
			p.must(put("a", 2, "3", p.event("y")))
			p.equal(versions(p.history("a", 0)), []uint64{1, 3}, "event versions")
		}},
		{g, "loops-twice", "each loop over the same iterator begins anew", func(p *probe) {
			p.must(filed(appendThenPut(p), store.Entry{Index: "by", Key: []byte("k")}))
			events, tail := p.s.History(p.ctx, p.t, ref("a"), 1), p.s.Tail(p.ctx, p.t, store.Cursor{})
			list := p.s.List(p.ctx, p.t, store.Query{Index: "by", Limit: 1})
			for range 2 {
				n := [3]int{}
				for _, err := range events {
					p.noError(err, "history")
					n[0]++
				}
				for _, err := range tail {
					p.noError(err, "tail")
					n[1]++
				}
				for _, err := range list {
					p.noError(err, "list")
					n[2]++
				}
				p.equal(n, [3]int{2, 3, 1}, "events behind version 1, events in the tail, records")
			}
		}},
		{g, "early-break", "a loop over history may end early, and the store goes on", func(p *probe) {
			p.must(appendTo("a", 0, p.events(200)...))
			for range 20 {
				for _, err := range p.s.History(p.ctx, p.t, ref("a"), 0) {
					p.noError(err, "history")
					break
				}
			}
			p.must(appendTo("a", 200, p.event("x")))
		}},
		{g, "commit-inside", "the body of a loop over history may commit", func(p *probe) {
			p.must(appendTo("a", 0, p.events(100)...))
			n := uint64(0)
			for _, err := range p.s.History(p.ctx, p.t, ref("a"), 0) {
				p.noError(err, "history")
				if n < 5 {
					p.must(put("b", n, "b"))
				}
				n++
			}
			p.equal(n, uint64(100), "events seen")
		}},
	}
}

func eraseCases() []testCase {
	const g = "erase"
	return []testCase{
		{g, "named-versions-only", "ErasePersonal erases Personal of the named versions and nothing else", func(p *probe) {
			events := p.events(3)
			p.must(appendTo("a", 0, events...))
			c := appendTo("a", 3, p.event("erased"))
			c.ErasePersonal = []uint64{1, 3}
			p.must(c)
			for _, seen := range [][]store.Event{p.history("a", 0), p.tail(store.Cursor{})} {
				var personal []string
				for _, e := range seen {
					personal = append(personal, string(e.Personal))
				}
				p.equal(personal, []string{"", "who did e1", "", "who did erased"}, "personal")
				p.equal(string(seen[0].Data), "data of e0", "data of an erased event")
			}
		}},
		{g, "every-time", "an erasure reaches what it names, every time", func(p *probe) {
			p.must(appendTo("a", 0, p.events(40)...))
			for i := range uint64(40) {
				c := appendTo("a", 40+i, p.event("erased"))
				c.ErasePersonal = []uint64{i + 1}
				p.must(c)
				p.equal(len(p.history("a", i)[0].Personal), 0, "bytes of personal data left")
			}
		}},
		{g, "ignores-what-is-not-there", "versions without an event are ignored", func(p *probe) {
			p.must(put("a", 0, "one"))
			c := put("a", 1, "two", p.event("x"))
			c.ErasePersonal = []uint64{1, 2, 99}
			p.must(c)
			p.equal(string(p.history("a", 0)[0].Personal), "who did x", "personal of the batch's own event")
		}},
		{g, "of-deleted-record", "the history of a deleted record can be erased with the deletion", func(p *probe) {
			p.must(put("a", 0, "one", p.event("x")))
			c := remove("a", 1, p.event("gone"))
			c.ErasePersonal = []uint64{1}
			p.must(c)
			p.equal(len(p.history("a", 0)[0].Personal), 0, "bytes of personal data left")
		}},
	}
}

func tailCases() []testCase {
	const g = "tail"
	return []testCase{
		{g, "empty", "an empty store has an empty tail", func(p *probe) {
			p.equal(len(p.tail(store.Cursor{})), 0, "events")
			p.must(put("a", 0, "one"))
			p.equal(len(p.tail(store.Cursor{})), 0, "events after a put without any")
		}},
		{g, "keeps-every-field", "an event comes back as it was given, with Ref, Version and Cursor", func(p *probe) {
			e := p.event("made")
			r := p.must(put("a", 0, "one", e))
			e.Ref, e.Version, e.Cursor = ref("a"), 1, r.Cursor
			p.equal(p.tail(store.Cursor{}), []store.Event{e}, "tail")
		}},
		{g, "never-skips", "tail yields every event once, over many commits and records", func(p *probe) {
			want := 0
			for i := range 40 {
				id := fmt.Sprint("r", i%7)
				p.must(appendTo(id, p.get(id).Version, p.events(1+i%9)...))
				want += 1 + i%9
			}
			next := map[ident.Ref]uint64{}
			got := p.tail(store.Cursor{})
			for _, e := range got {
				next[e.Ref]++
				p.equal(e.Version, next[e.Ref], "next version of "+e.Ref.String())
			}
			p.equal(len(got), want, "number of events")
		}},
		{g, "batch-order", "events of one batch come in the order of its changes", func(p *probe) {
			p.must(appendTo("z", 0, p.event("1"), p.event("2")), appendTo("a", 0, p.event("3")), put("m", 0, "", p.event("4")))
			p.equal(types(p.tail(store.Cursor{})), []string{"1", "2", "3", "4"}, "tail")
		}},
		{g, "resumes-anywhere", "going on behind any event's cursor yields exactly the rest", func(p *probe) {
			for i := range uint64(4) {
				p.must(appendTo("a", i*20, p.events(20)...))
			}
			all := p.tail(store.Cursor{})
			p.equal(len(all), 80, "number of events")
			for i := 0; i < len(all); i += 7 {
				p.equal(p.tail(all[i].Cursor), all[i+1:], "tail behind an event")
			}
		}},
		{g, "cursor-through-text", "a cursor survives its text form", func(p *probe) {
			p.must(appendTo("a", 0, p.events(3)...))
			all := p.tail(store.Cursor{})
			c, err := store.ParseCursor(all[1].Cursor.String())
			p.noError(err, "parse")
			p.equal(c, all[1].Cursor, "cursor")
			p.equal(p.tail(c), all[2:], "tail")
		}},
		{g, "sees-later-events", "a tail read to its end goes on with what comes later", func(p *probe) {
			p.must(appendTo("a", 0, p.event("x")))
			end := p.tail(store.Cursor{})[0].Cursor
			p.equal(len(p.tail(end)), 0, "events behind the end")
			p.must(appendTo("b", 0, p.event("y")))
			p.equal(types(p.tail(end)), []string{"y"}, "events behind the old end")
		}},
		{g, "keeps-deleted", "the events of deleted records stay in the tail", func(p *probe) {
			p.must(put("a", 0, "one", p.event("made")))
			p.must(remove("a", 1, p.event("gone")))
			p.equal(types(p.tail(store.Cursor{})), []string{"made", "gone"}, "tail")
		}},
		{g, "foreign-cursor", "a list's cursor is refused with ErrCursor", func(p *probe) {
			p.must(put("a", 0, "one", p.event("x")))
			p.tailRefused(p.list(store.Query{Kind: "thing"})[0].Cursor)
		}},
		{g, "cursor-from-the-future", "a cursor beyond the last event is refused: the store was put back", func(p *probe) {
			p.must(appendTo("a", 0, p.events(2)...))
			p.tailRefused(store.SequenceCursor(p.t, 1<<40, p.id()))
		}},
		{g, "cursor-of-another-past", "a cursor whose event is not in the store is refused: a backup was put back, and others came instead", func(p *probe) {
			p.must(appendTo("a", 0, p.event("common")))
			p.must(appendTo("a", 1, p.events(3)...))
			lost := p.tail(store.Cursor{})
			p.s = p.open()
			p.must(appendTo("a", 0, p.event("common")))
			p.must(appendTo("a", 1, p.events(9)...))
			for _, e := range lost[1:] {
				p.tailRefused(e.Cursor)
			}
			kept := p.tail(store.Cursor{})
			p.equal(p.tail(kept[3].Cursor), kept[4:], "tail behind a cursor of this store")
		}},
		{g, "follow", "Follow yields what is there and what comes, and ends with its context", func(p *probe) {
			p.must(appendTo("a", 0, p.events(2)...))
			// Only a store that loses the last event gets as far as the timeout.
			ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
			defer cancel()
			var seen []uint64
			err := together(2, func(i int) error {
				if i == 0 {
					for n := range uint64(5) {
						if _, err := p.commit(appendTo("a", 2+n, p.event([]string{"more", "last"}[n/4]))); err != nil {
							return err
						}
						time.Sleep(time.Millisecond) // so that the follower has to wait
					}
					return nil
				}
				for e, err := range store.Follow(ctx, p.s, p.t, store.Cursor{}, 2*time.Millisecond) {
					switch {
					case errors.Is(err, context.Canceled):
						return nil
					case err != nil:
						return err
					}
					if seen = append(seen, e.Version); e.Type == "last" {
						cancel()
					}
				}
				return errors.New("ended without its context's error")
			})
			p.noError(err, "writer and follower")
			p.equal(seen, []uint64{1, 2, 3, 4, 5, 6, 7}, "versions seen")
		}},
		{g, "wait", "Wait returns when an event comes, at once if it is there, and with its context", func(p *probe) {
			w, ok := p.s.(store.Waiter)
			if !ok {
				return
			}
			ctx, cancel := context.WithTimeout(p.ctx, 20*time.Millisecond)
			defer cancel()
			p.must(appendTo("a", 0, p.event("x")))
			p.noError(w.Wait(ctx, p.t, store.Cursor{}), "wait for what is there")
			end := p.tail(store.Cursor{})[0].Cursor
			for {
				err := w.Wait(ctx, p.t, end)
				if err != nil {
					p.isError(err, context.DeadlineExceeded, "wait for nothing")
					break
				}
			}
			err := together(2, func(i int) error {
				if i == 0 {
					_, err := p.commit(appendTo("a", 1, p.event("y")))
					return err
				}
				for len(p.tail(end)) == 0 {
					if err := w.Wait(p.ctx, p.t, end); err != nil {
						return err
					}
				}
				return nil
			})
			p.noError(err, "writer and waiter")
		}},
		{g, "early-break", "a loop over tail may end early, and the store goes on", func(p *probe) {
			p.must(appendTo("a", 0, p.events(200)...))
			for range 20 {
				for _, err := range p.s.Tail(p.ctx, p.t, store.Cursor{}) {
					p.noError(err, "tail")
					break
				}
			}
			p.must(appendTo("a", 200, p.event("x")))
		}},
		{g, "commit-inside", "the body of a loop over tail may commit", func(p *probe) {
			p.must(appendTo("a", 0, p.events(100)...))
			n := uint64(0)
			for _, err := range p.s.Tail(p.ctx, p.t, store.Cursor{}) {
				p.noError(err, "tail")
				if n < 5 {
					p.must(put("b", n, "b"))
				}
				n++
			}
			p.equal(n, uint64(100), "events seen")
		}},
	}
}

func (p *probe) tailRefused(c store.Cursor) {
	n := 0
	for _, err := range p.s.Tail(p.ctx, p.t, c) {
		n++
		p.isError(err, store.ErrCursor, "tail behind an unusable cursor")
	}
	p.equal(n, 1, "number of items yielded")
}

// appendThenPut appends two events to record a and returns a put of it with a third.
func appendThenPut(p *probe) store.Change {
	p.must(appendTo("a", 0, p.events(2)...))
	return put("a", 2, "s", p.event("put"))
}

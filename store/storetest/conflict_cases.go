package storetest

import (
	"errors"
	"fmt"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

func conflictCases() []testCase {
	const g = "conflict"
	return []testCase{
		{g, "carries-data", "a ConflictError names ref, expected and actual version", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.must(put("a", 1, "two"))
			err := p.refused(store.ErrConflict, put("a", 1, "late"))
			conflict, ok := errors.AsType[*store.ConflictError](err)
			if !ok {
				p.fail("error %v holds no *store.ConflictError", err)
			}
			p.equal(*conflict, store.ConflictError{Ref: ref("a"), Expected: 1, Actual: 2}, "conflict")
		}},
		{g, "absent-is-0", "in a ConflictError an absent or deleted record has version 0", func(p *probe) {
			p.must(put("gone", 0, "one"))
			p.must(remove("gone", 1))
			for _, id := range []string{"never", "gone"} {
				conflict, ok := errors.AsType[*store.ConflictError](p.refused(store.ErrConflict, put(id, 7, "x")))
				if !ok {
					p.fail("error holds no *store.ConflictError")
				}
				p.equal(*conflict, store.ConflictError{Ref: ref(id), Expected: 7}, "conflict")
			}
		}},
		{g, "first-in-batch-order", "of several conflicts the first in batch order is reported", func(p *probe) {
			p.must(put("a", 0, "A"), put("z", 0, "Z"))
			conflict, ok := errors.AsType[*store.ConflictError](p.refused(store.ErrConflict, put("m", 0, "M"), put("z", 5, "x"), put("a", 6, "x")))
			if !ok {
				p.fail("error holds no *store.ConflictError")
			}
			p.equal(conflict.Ref, ref("z"), "record reported")
		}},
		{g, "no-lost-update", "of two writers that read the same version one is refused, every time", func(p *probe) {
			p.must(put("a", 0, "0"))
			for i := range uint64(60) {
				p.must(put("a", i+1, fmt.Sprint("first ", i)))
				p.refused(store.ErrConflict, put("a", i+1, fmt.Sprint("second ", i)))
				p.state("a", i+2, fmt.Sprint("first ", i))
			}
		}},
		{g, "no-lost-append", "an append at an old version is refused", func(p *probe) {
			p.must(appendTo("a", 0, p.event("x")))
			p.must(appendTo("a", 1, p.event("y")))
			p.refused(store.ErrConflict, appendTo("a", 1, p.event("z")))
			p.equal(types(p.history("a", 0)), []string{"x", "y"}, "history")
		}},
		{g, "ahead-conflicts", "a version that is not reached yet does not match", func(p *probe) {
			p.must(put("a", 0, "one"))
			p.refused(store.ErrConflict, put("a", 2, "early"))
			p.refused(store.ErrConflict, check("a", 1<<62))
		}},
		{g, "leaves-command-free", "a command that conflicted was not applied and may come again", func(p *probe) {
			p.must(put("a", 0, "one"))
			b := p.batch(put("a", 0, "again"))
			_, err := p.s.Commit(p.ctx, b)
			p.isError(err, store.ErrConflict, "commit")
			b.Changes = []store.Change{put("a", 1, "again")}
			r, err := p.s.Commit(p.ctx, b)
			p.noError(err, "second commit")
			p.equal(r.Replayed, false, "replayed")
			p.state("a", 2, "again")
		}},
		{g, "kinds-are-apart", "the same id in another kind is another record", func(p *probe) {
			other := put("a", 0, "other")
			other.Ref = ident.Ref{Kind: "other", ID: "a"}
			p.must(put("a", 0, "one"))
			p.must(other)
			p.state("a", 1, "one")
		}},
	}
}

func rollbackCases() []testCase {
	const g = "rollback"
	return []testCase{
		{g, "all-or-nothing", "when one expectation fails nothing of the batch is applied, every time", func(p *probe) {
			p.must(put("a", 0, "A"), put("b", 0, "B"), put("c", 0, "C"))
			for range 60 {
				p.refused(store.ErrConflict, put("a", 1, "A2", p.event("x")), put("b", 1, "B2"), put("c", 9, "C2"))
				p.state("a", 1, "A")
				p.state("b", 1, "B")
				p.state("c", 1, "C")
			}
		}},
		{g, "no-events-left", "a refused batch leaves no event in history or tail", func(p *probe) {
			p.must(put("a", 0, "A", p.event("made")))
			p.refused(store.ErrConflict, put("a", 1, "A2", p.event("ghost")), put("b", 3, "B", p.event("ghost")))
			p.equal(types(p.history("a", 0)), []string{"made"}, "history")
			p.equal(types(p.tail(store.Cursor{})), []string{"made"}, "tail")
		}},
		{g, "no-creation-left", "a refused batch leaves no record", func(p *probe) {
			p.refused(store.ErrConflict, put("a", 0, "A"), appendTo("b", 0, p.event("x")), check("c", 1))
			p.absent("a")
			p.absent("b")
			p.equal(names(p.list(store.Query{Kind: "thing"})), []string{}, "records")
		}},
		{g, "no-deletion-left", "a refused batch deletes nothing", func(p *probe) {
			p.must(put("a", 0, "A"))
			p.refused(store.ErrConflict, remove("a", 1), check("b", 1))
			p.state("a", 1, "A")
		}},
		{g, "no-entries-left", "a refused batch leaves the indexes as they were", func(p *probe) {
			p.must(filed(put("a", 0, "A"), store.Entry{Index: "by", Key: []byte("old")}))
			p.refused(store.ErrConflict, filed(put("a", 1, "A2"), store.Entry{Index: "by", Key: []byte("new")}), check("b", 1))
			p.equal(names(p.list(store.Query{Index: "by", Prefix: []byte("new")})), []string{}, "records under the new key")
			p.equal(names(p.list(store.Query{Index: "by", Prefix: []byte("old")})), []string{"a"}, "records under the old key")
		}},
		{g, "no-erasure-left", "a refused batch erases nothing", func(p *probe) {
			p.must(appendTo("a", 0, p.event("x")))
			c := appendTo("a", 1, p.event("erased"))
			c.ErasePersonal = []uint64{1}
			p.refused(store.ErrConflict, c, check("b", 1))
			p.equal(string(p.history("a", 0)[0].Personal), "who did x", "personal")
		}},
		{g, "versions-stay-dense", "a refused batch uses up no version", func(p *probe) {
			p.must(appendTo("a", 0, p.event("x")))
			p.refused(store.ErrConflict, appendTo("a", 1, p.events(5)...), check("b", 1))
			p.must(appendTo("a", 1, p.event("y")))
			p.equal(versions(p.history("a", 0)), []uint64{1, 2}, "event versions")
		}},
		{g, "store-goes-on", "after a refused batch the store takes the next", func(p *probe) {
			for i := range uint64(10) {
				p.refused(store.ErrConflict, put("x", 99, "no"))
				p.must(put("a", i, "yes"))
			}
			p.state("a", 10, "yes")
		}},
	}
}

func replayCases() []testCase {
	const g = "replay"
	return []testCase{
		{g, "no-second-effect", "a repeated command has no effect and returns the first receipt", func(p *probe) {
			b := p.batch(put("a", 0, "one", p.event("made")), put("b", 0, "B"))
			first, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			p.equal(first.Replayed, false, "first replayed")
			p.must(put("a", 1, "two"))
			again, err := p.s.Commit(p.ctx, b)
			p.noError(err, "repeated commit")
			first.Replayed = true
			p.equal(again, first, "receipt of the repetition")
			p.state("a", 2, "two")
			p.equal(types(p.tail(store.Cursor{})), []string{"made"}, "tail")
		}},
		{g, "every-time", "no command is forgotten, however many there are", func(p *probe) {
			batches := make([]store.Batch, 60)
			for i := range batches {
				batches[i] = p.batch(appendTo(fmt.Sprint(i), 0, p.event("x")))
				_, err := p.s.Commit(p.ctx, batches[i])
				p.noError(err, "commit")
			}
			for _, b := range batches {
				r, err := p.s.Commit(p.ctx, b)
				p.noError(err, "repeated commit")
				p.equal(r.Replayed, true, "replayed")
			}
			p.equal(len(p.tail(store.Cursor{})), len(batches), "events")
		}},
		{g, "other-bytes-same-intent", "command and digest identify the intent, not the batch's bytes", func(p *probe) {
			b := p.batch(put("a", 0, "one"))
			b.Digest[0] = 1
			_, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			b.Changes = []store.Change{put("a", 1, "recomputed"), put("b", 0, "B")}
			r, err := p.s.Commit(p.ctx, b)
			p.noError(err, "repeated commit")
			p.equal(r.Replayed, true, "replayed")
			p.equal(r.Versions, []store.RefVersion{{Ref: ref("a"), Version: 1}}, "versions")
			p.state("a", 1, "one")
			p.absent("b")
		}},
		{g, "other-digest-refused", "the same command with another digest is ErrCommandReused", func(p *probe) {
			b := p.batch(put("a", 0, "one"))
			_, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			b.Changes = []store.Change{put("a", 1, "two")}
			for _, d := range []byte{1, 255} {
				b.Digest[31] = d
				_, err = p.s.Commit(p.ctx, b)
				p.isError(err, store.ErrCommandReused, "commit with another digest")
			}
			p.state("a", 1, "one")
		}},
		{g, "comes-before-conflict", "a repeated command is recognised though its expectations no longer hold", func(p *probe) {
			b := p.batch(put("a", 0, "one"))
			for i := range 3 {
				r, err := p.s.Commit(p.ctx, b)
				p.noError(err, "commit")
				p.equal(r.Replayed, i > 0, "replayed")
			}
		}},
		{g, "checks-are-remembered", "a batch of checks is remembered like any other", func(p *probe) {
			b := p.batch(check("a", 0))
			_, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			p.must(put("a", 0, "one"))
			r, err := p.s.Commit(p.ctx, b)
			p.noError(err, "repeated commit")
			p.equal(r.Replayed, true, "replayed")
		}},
		{g, "per-tenant", "two tenants may use the same command id", func(p *probe) {
			b := p.batch(put("a", 0, "one"))
			_, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			b.Tenant, b.Digest[0] = "other", 9
			r, err := p.s.Commit(p.ctx, b)
			p.noError(err, "the other tenant's commit")
			p.equal(r.Replayed, false, "replayed")
		}},
		{g, "receipt-cursor-resumes", "the cursor of a receipt, also a replayed one, is behind the batch's last event", func(p *probe) {
			b := p.batch(put("a", 0, "one", p.events(2)...))
			_, err := p.s.Commit(p.ctx, b)
			p.noError(err, "commit")
			r, err := p.s.Commit(p.ctx, b)
			p.noError(err, "repeated commit")
			p.must(appendTo("a", 2, p.event("later")))
			p.equal(types(p.tail(r.Cursor)), []string{"later"}, "tail")
		}},
		{g, "deletion-receipt", "the receipt of a deletion names the version that it took", func(p *probe) {
			p.must(put("a", 0, "one"))
			b := p.batch(remove("a", 1, p.events(2)...))
			for range 2 {
				r, err := p.s.Commit(p.ctx, b)
				p.noError(err, "commit")
				v, ok := r.Version(ref("a"))
				p.equal([]any{v, ok}, []any{uint64(3), true}, "version")
			}
		}},
	}
}

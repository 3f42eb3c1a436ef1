package store_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// file keeps the record at its places.
func (s *shelf) file(r store.Record) {
	for _, p := range r.Places() {
		value, _ := json.Marshal(store.Filed{Place: p, Record: r})
		s.put("place"+string(p.SortKey()), string(value))
	}
}

// list is a List as an adapter to a sorted engine has it.
func (s *shelf) list(t ident.Tenant, q store.Query) (out []store.Record, err error) {
	span, err := q.Span(t)
	if err != nil {
		return nil, err
	}
	yield := q.Select(t, func(r store.Record, failed error) bool {
		out, err = append(out, r), failed
		return failed == nil
	})
	for _, v := range s.walk(span.Under([]byte("place"))) {
		var f store.Filed
		failed := json.Unmarshal(v, &f)
		if !yield(f, failed) {
			break
		}
	}
	return out, err
}

func TestSpanListsLikeMemory(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	// Indexes have the names of kinds, and such as kinds may be given inside, so
	// that one list could be mistaken for another.
	kinds, names := []string{"a", "b", "ab"}, []string{"a", "b", "/a", "a\u00ff"}
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	for range 60 {
		m := store.NewMemory()
		s := shelf{keys: []string{"last", "place", "record"}, values: []string{"", "", ""}}
		for n := range byte(12) {
			ref := ident.Ref{Kind: pick(kinds), ID: fmt.Sprint(pick(names), n)}
			var index []store.Entry
			for _, e := range r.Perm(len(names) * len(spanKeys))[:r.IntN(store.MaxEntries+1)] {
				index = append(index, store.Entry{Index: names[e%len(names)], Key: []byte(spanKeys[e/len(names)])})
			}
			_, err := m.Commit(t.Context(), store.Batch{Tenant: "acme", Command: uuid.UUID{n + 1}, Changes: []store.Change{
				{Op: store.Put, Ref: ref, Schema: 1, State: []byte{n}, Index: index},
			}})
			require.NoError(t, err)
			got, err := m.Get(t.Context(), "acme", ref)
			require.NoError(t, err)
			s.file(got[0])
		}
		for range 40 {
			q := store.Query{Index: pick(append(names, "")), Kind: pick(kinds), Reverse: r.IntN(2) == 0}
			if q.Index != "" && r.IntN(2) == 0 {
				q.Kind = ""
			}
			for _, bound := range []*[]byte{&q.Prefix, &q.From, &q.To} {
				if r.IntN(4) == 0 {
					*bound = []byte(pick(spanKeys))
				}
			}
			all := sameList(t, m, &s, q)
			q.Limit = r.IntN(3)
			for _, rec := range all {
				q.After = rec.Cursor
				sameList(t, m, &s, q)
			}
		}
	}
}

func sameList(t *testing.T, m *store.Memory, s *shelf, q store.Query) []store.Record {
	t.Helper()
	var want []store.Record
	for rec, err := range m.List(t.Context(), "acme", q) {
		require.NoError(t, err)
		want = append(want, rec)
	}
	got, err := s.list("acme", q)
	require.NoError(t, err)
	require.Len(t, got, len(want), "%+v", q)
	for i := range want {
		require.Equal(t, want[i].Ref, got[i].Ref, "%+v", q)
		require.Equal(t, want[i].Cursor, got[i].Cursor, "%+v", q)
	}
	return want
}

func TestSpanChecksWhatListMust(t *testing.T) {
	t.Parallel()
	q := store.Query{Index: "due"}
	cursor := store.ListCursors("acme", q)([]byte("k"), ident.Ref{Kind: "task", ID: "x"})
	for name, c := range map[string]struct {
		tenant ident.Tenant
		q      store.Query
		want   error
	}{
		"good":           {"acme", store.Query{Index: "due", After: cursor}, nil},
		"no tenant":      {"", q, store.ErrInvalid},
		"no list":        {"acme", store.Query{}, store.ErrInvalid},
		"long key":       {"acme", store.Query{Index: "due", To: make([]byte, store.MaxKey+1)}, store.ErrTooLarge},
		"other tenant":   {"emca", store.Query{Index: "due", After: cursor}, store.ErrCursor},
		"other list":     {"acme", store.Query{Index: "start", After: cursor}, store.ErrCursor},
		"other order":    {"acme", store.Query{Index: "due", Reverse: true, After: cursor}, store.ErrCursor},
		"place in tails": {"acme", store.Query{Index: "due", After: store.SequenceCursor("acme", 1, uuid.UUID{1})}, store.ErrCursor},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.q.Span(c.tenant)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestSelectHandsErrorsOn(t *testing.T) {
	t.Parallel()
	var got error
	yield := store.Query{Kind: "task"}.Select("acme", func(r store.Record, err error) bool {
		assert.Zero(t, r)
		got = err
		return false
	})
	assert.False(t, yield(store.Filed{}, context.Canceled))
	assert.Equal(t, context.Canceled, got)
}

func TestPlacesOfWhatIsGone(t *testing.T) {
	t.Parallel()
	assert.Empty(t, store.Record{Ref: ident.Ref{Kind: "task", ID: "x"}}.Places())
}

func FuzzPlaceSortKey(f *testing.F) {
	f.Add("", "x", "task", "x", "task", "x", "task", "x") // an index with the name of a kind
	f.Add("due", "", "task", "x", "due", "\x00", "task", "x")
	f.Add("due", "k", "a", "b", "due", "k", "a\x00", "")
	f.Fuzz(func(t *testing.T, i1, k1, kind1, id1, i2, k2, kind2, id2 string) {
		p := store.Place{Entry: store.Entry{Index: i1, Key: []byte(k1)}, Ref: ident.Ref{Kind: kind1, ID: id1}}
		o := store.Place{Entry: store.Entry{Index: i2, Key: []byte(k2)}, Ref: ident.Ref{Kind: kind2, ID: id2}}
		want := cmp.Compare(i1, i2)
		if want == 0 && i1 == "" {
			want = cmp.Compare(kind1, kind2)
		}
		want = cmp.Or(want, cmp.Compare(k1, k2), cmp.Compare(kind1, kind2), cmp.Compare(id1, id2))
		if got := bytes.Compare(p.SortKey(), o.SortKey()); got != want {
			t.Fatalf("%+v and %+v compare %d, their keys %d", p, o, want, got)
		}
		if want != 0 && bytes.HasPrefix(p.SortKey(), o.SortKey()) {
			t.Fatalf("the key of %+v begins with that of %+v", p, o)
		}
	})
}

// A list in an engine that keeps keys sorted, here a slice.
func ExampleQuery_Select() {
	type pair struct {
		key   []byte
		filed store.Filed
	}
	var engine []pair
	for id, owner := range map[string]string{"brief": "bob", "copy": "ann", "media": "ann"} {
		r := store.Record{
			Ref: ident.Ref{Kind: "task", ID: id}, Version: 1,
			Index: []store.Entry{{Index: "owner", Key: store.Tuple(store.Text(owner))}},
		}
		for _, p := range r.Places() {
			engine = append(engine, pair{p.SortKey(), store.Filed{Place: p, Record: r}})
		}
	}
	slices.SortFunc(engine, func(a, b pair) int { return bytes.Compare(a.key, b.key) })

	for _, q := range []store.Query{{Index: "owner", Prefix: store.Tuple(store.Text("ann"))}, {Kind: "task", Limit: 2}} {
		span, err := q.Span("acme")
		fmt.Println(q.Index, err)
		yield := q.Select("acme", func(r store.Record, err error) bool {
			fmt.Println(" ", r.Ref, err)
			return true
		})
		for _, p := range engine {
			if span.Contains(p.key) && !yield(p.filed, nil) {
				break
			}
		}
	}
	// Output:
	// owner <nil>
	//   task/copy <nil>
	//   task/media <nil>
	//  <nil>
	//   task/brief <nil>
	//   task/copy <nil>
}

package store_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

func TestCursorIsBoundToTenantAndQuery(t *testing.T) {
	tail := store.SequenceCursor("acme", 7, uuid.UUID{3})
	n, event, err := tail.Sequence("acme")
	require.NoError(t, err)
	assert.Equal(t, uint64(7), n)
	assert.Equal(t, uuid.UUID{3}, event)
	_, _, err = tail.Sequence("other")
	require.ErrorIs(t, err, store.ErrCursor)

	q := store.Query{Index: "by", Prefix: []byte("a"), Limit: 3}
	list := store.ListCursors("acme", q)([]byte("ab"), ident.Ref{Kind: "k", ID: "i"})
	q.Limit, q.After = 9, tail // neither is part of the question
	key, ref, err := list.ListPosition("acme", q)
	require.NoError(t, err)
	assert.Equal(t, "ab", string(key))
	assert.Equal(t, ident.Ref{Kind: "k", ID: "i"}, ref)
	_, _, err = list.ListPosition("other", q)
	require.ErrorIs(t, err, store.ErrCursor)
	_, _, err = list.Sequence("acme")
	require.ErrorIs(t, err, store.ErrCursor)
	_, _, err = tail.ListPosition("acme", q)
	require.ErrorIs(t, err, store.ErrCursor)
	_, _, err = store.Cursor{}.ListPosition("acme", q)
	require.ErrorIs(t, err, store.ErrCursor)
	_, _, err = store.TailCursor("acme", []byte("odd")).Sequence("acme")
	require.ErrorIs(t, err, store.ErrCursor)
}

func TestCursorInJSON(t *testing.T) {
	type page struct{ Next store.Cursor }
	for _, want := range []page{{}, {store.SequenceCursor("acme", 1, uuid.UUID{1})}} {
		text, err := json.Marshal(want)
		require.NoError(t, err)
		var got page
		require.NoError(t, json.Unmarshal(text, &got))
		assert.Equal(t, want, got)
		assert.Equal(t, want.Next.IsZero(), strings.Contains(string(text), `""`))
	}
	var got page
	require.ErrorIs(t, json.Unmarshal([]byte(`{"Next":"AAAA"}`), &got), store.ErrCursor)
}

func TestDamagedCursorsAreRefused(t *testing.T) {
	text := store.SequenceCursor("acme", 300, uuid.UUID{1}).String()
	for i := range text {
		for _, c := range "Aw_\n" {
			damaged := text[:i] + string(c) + text[i+1:]
			if damaged == text {
				continue
			}
			_, err := store.ParseCursor(damaged)
			require.ErrorIs(t, err, store.ErrCursor, damaged)
		}
		if i > 0 {
			_, err := store.ParseCursor(text[:i])
			require.ErrorIs(t, err, store.ErrCursor)
		}
	}
	_, err := store.ParseCursor(strings.Repeat("A", 1<<20))
	require.ErrorIs(t, err, store.ErrCursor)
	_, err = store.ParseCursor(text[:4] + "\n" + text[4:])
	require.ErrorIs(t, err, store.ErrCursor)
}

func FuzzParseCursor(f *testing.F) {
	f.Add("")
	f.Add(store.SequenceCursor("acme", 1, uuid.UUID{1}).String())
	q := store.Query{Kind: "k"}
	f.Add(store.ListCursors("acme", q)([]byte("i"), ident.Ref{Kind: "k", ID: "i"}).String())
	f.Fuzz(func(t *testing.T, text string) {
		c, err := store.ParseCursor(text)
		if err != nil {
			return
		}
		if c.String() != text {
			t.Fatalf("%q became %q", text, c)
		}
		// Neither may panic, whatever the bytes.
		_, _, _ = c.Sequence("acme")
		_, _, _ = c.ListPosition("acme", q)
	})
}

func FuzzReceipt(f *testing.F) {
	whole, err := store.Receipt{
		Command: uuid.UUID{1}, Cursor: store.SequenceCursor("acme", 1, uuid.UUID{1}),
		Versions: []store.RefVersion{{Ref: ident.Ref{Kind: "k", ID: "i"}, Version: 300}},
	}.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:20])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r, again store.Receipt
		if r.UnmarshalBinary(b) != nil {
			return
		}
		text, err := r.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.UnmarshalBinary(text); err != nil {
			t.Fatal(err)
		}
		assert.Equal(t, r, again)
	})
}

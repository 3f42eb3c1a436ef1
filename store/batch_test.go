package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

func sample() store.Batch {
	return store.Batch{Tenant: "acme", Command: uuid.UUID{1}, Changes: []store.Change{{
		Op: store.Put, Ref: ident.Ref{Kind: "k", ID: "i"}, Expect: 3, Schema: 2, State: []byte("state"),
		Index:         []store.Entry{{Index: "b", Key: []byte("1")}, {Index: "a", Key: []byte("2")}},
		Events:        []store.Event{{ID: uuid.UUID{2}, Type: "t", Actor: "ann", Schema: 1, At: time.Unix(1, 2), Data: []byte("d"), Personal: []byte("p")}},
		ErasePersonal: []uint64{1, 2},
	}}}
}

func TestSumDependsOnEveryFieldOfTheChanges(t *testing.T) {
	base := sample().Sum()
	assert.Equal(t, base, sample().Sum())
	for name, alter := range map[string]func(*store.Change){
		"op":       func(c *store.Change) { c.Op = store.Append },
		"kind":     func(c *store.Change) { c.Ref.Kind = "K" },
		"id":       func(c *store.Change) { c.Ref.ID = "I" },
		"moved":    func(c *store.Change) { c.Ref = ident.Ref{Kind: "ki", ID: ""} },
		"expect":   func(c *store.Change) { c.Expect++ },
		"schema":   func(c *store.Change) { c.Schema++ },
		"state":    func(c *store.Change) { c.State[0] ^= 1 },
		"index":    func(c *store.Change) { c.Index[0].Index = "c" },
		"key":      func(c *store.Change) { c.Index[0].Key = nil },
		"entries":  func(c *store.Change) { c.Index = c.Index[:1] },
		"event id": func(c *store.Change) { c.Events[0].ID[0]++ },
		"version":  func(c *store.Change) { c.Events[0].Version = 4 },
		"type":     func(c *store.Change) { c.Events[0].Type = "u" },
		"actor":    func(c *store.Change) { c.Events[0].Actor = "bob" },
		"e schema": func(c *store.Change) { c.Events[0].Schema++ },
		"at":       func(c *store.Change) { c.Events[0].At = time.Unix(1, 3) },
		"data":     func(c *store.Change) { c.Events[0].Data = nil },
		"personal": func(c *store.Change) { c.Events[0].Personal = nil },
		"events":   func(c *store.Change) { c.Events = nil },
		"erase":    func(c *store.Change) { c.ErasePersonal = []uint64{1} },
	} {
		b := sample()
		alter(&b.Changes[0])
		assert.NotEqual(t, base, b.Sum(), name)
	}
	b := sample()
	b.Changes[0].Index[0], b.Changes[0].Index[1] = b.Changes[0].Index[1], b.Changes[0].Index[0]
	assert.Equal(t, base, b.Sum(), "the order of entries has no meaning")
}

func TestSizeCountsEveryByte(t *testing.T) {
	// 64 for the change, 64 for the event; k, i, state, two entries of 2, two
	// versions of 8; t, ann, d, p.
	assert.Equal(t, 64+64+2+5+4+16+6, sample().Size())
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		alter func(*store.Batch)
		text  string
	}{
		"tenant":  {func(b *store.Batch) { b.Tenant = "" }, `store: batch: tenant "": is empty`},
		"command": {func(b *store.Batch) { b.Command = uuid.Nil }, "store: batch: has no command"},
		"twice":   {func(b *store.Batch) { b.Changes = append(b.Changes, b.Changes[0]) }, "store: change 1 k/i: names the same record as change 0"},
		"op":      {func(b *store.Batch) { b.Changes[0].Op = 9 }, "store: change 0 k/i: has an unknown op 9"},
		"event":   {func(b *store.Batch) { b.Changes[0].Events[0].Type = "" }, "store: change 0 k/i event 0:"},
		"many":    {func(b *store.Batch) { b.Changes = make([]store.Change, 33) }, "store: changes: 33 exceeds the limit of 32"},
		"large":   {func(b *store.Batch) { b.Changes[0].State = make([]byte, 1<<20) }, "store: batch bytes: 1048732 exceeds the limit of 1048576"},
		"dense":   {func(b *store.Batch) { b.Changes[0].Events[0].Version = 9 }, "store: change 0 k/i: events start at version 9 instead of 4"},
	} {
		t.Run(name, func(t *testing.T) {
			b := sample()
			c.alter(&b)
			err := b.Check()
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), c.text), err.Error())
		})
	}
	require.NoError(t, sample().Check())
	b := sample()
	b.Tenant = ""
	require.ErrorIs(t, b.Check(), ident.ErrInvalid, "the cause stays reachable")
}

func TestOpNames(t *testing.T) {
	assert.Equal(t, []string{"op 0", "check", "append", "put", "delete", "op 5"},
		[]string{store.Op(0).String(), store.Check.String(), store.Append.String(), store.Put.String(), store.Delete.String(), store.Op(5).String()})
}

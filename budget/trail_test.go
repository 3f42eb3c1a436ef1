package budget_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

func ExampleSealAll() {
	c, _ := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: civil.YearOf(civil.MustDate(2026, 1, 1)), Nodes: []budget.Node{{Key: "tv"}}})
	book := budget.New(c)
	book.Apply(now, budget.Record{Key: "spot", Node: "tv", Service: civil.MustDate(2026, 1, 5), Amount: money.Minor(100_00, money.EUR), Memo: "for Ms Miller"})
	trail := budget.SealAll(budget.Hash{}, book.Journal(0), func() budget.Salt { return budget.Salt{1, 2, 3} })
	head := trail[0].Link.Hash
	trail[0], _ = trail[0].Split() // the name is erased
	fmt.Println(budget.Verify(budget.Hash{}, trail, head))
	trail[0].Entry.Role = "controller"
	fmt.Println(budget.Verify(budget.Hash{}, trail, head))
	// Output:
	// <nil>
	// entry 1: it was changed, or the one before it
}

// A host stores what each call added as one event, and rebuilds the book from them.
func ExampleBook_Load() {
	c, _ := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: civil.YearOf(civil.MustDate(2026, 1, 1)), Nodes: []budget.Node{{Key: "tv"}}})
	var head budget.Hash
	var stored []budget.Packed
	book := budget.New(c)
	for i := range 3 {
		before := book.Entries()
		book.Apply(now, budget.Record{Key: fmt.Sprint("spot ", i), Node: "tv", Service: civil.MustDate(2026, 1, 5), Amount: money.Minor(100_00, money.EUR)})
		sealed := budget.SealAll(head, book.Journal(before), nil)
		run, err := budget.Pack(sealed)
		if err != nil {
			panic(err)
		}
		stored, head = append(stored, run), sealed[len(sealed)-1].Link.Hash
	}
	again := budget.New(c)
	var last budget.Hash
	for _, run := range stored {
		if last, _ = again.Load(run); last.IsZero() {
			panic("it is not a run")
		}
	}
	balance, _ := again.Balance("tv", civil.MustDate(2026, 1, 5), budget.Total)
	fmt.Println(balance.Actual, last == head)
	// Output: 300.00 EUR true
}

// every is one command of each kind, all fields set.
func every() []budget.Command {
	m, d, tags := eur(5_00), day(1, 5), budget.Tags{Channel: "tv", Category: "media", Region: "emea", CostCentre: "1", Vendor: "acme"}
	return []budget.Command{
		budget.SetLimit{Node: "n", Period: p1, Amount: m},
		budget.SetPlan{Node: "n", Period: p1, Amount: m},
		budget.SetForecast{Node: "n", Period: p1, Amount: m},
		budget.SetRate{Kind: budget.SpotRate, Currency: money.USD, On: d, Units: "0.9", Source: "ECB"},
		budget.Reserve{Ref: "r", Node: "n", Date: d, Amount: m, Tags: tags, Memo: "memo"},
		budget.Release{Request: "r"},
		budget.Order{Ref: "o", Request: "r", Under: "u", Blanket: true, Node: "n", Date: d, Amount: m, Units: 3, Match: budget.ThreeWay, Tolerance: budget.Tolerance{Percent: 1, Absolute: m}, Tags: tags, Memo: "memo"},
		budget.Amend{Ref: "a", Order: "o", Date: d, Amount: m, Memo: "memo"},
		budget.CloseOrder{Order: "o", Date: d},
		budget.Receive{Ref: "g", Order: "o", Date: d, Amount: m, Units: 4},
		budget.Accrue{Ref: "x", Order: "o", Node: "n", Date: d, Amount: m, Memo: "memo"},
		budget.Invoice{Ref: "i", Order: "o", Credits: "j", Node: "n", Date: d, Service: d, Amount: m, Tax: m, Recoverable: m, Units: 5, Tags: tags, Memo: "memo"},
		budget.Record{Key: "k", Node: "n", Service: d, Amount: m, Transaction: usd(3), Rate: "0.9", Tags: tags, Memo: "memo"},
		budget.Reverse{Ref: "v", Document: budget.AccrualDocument, Of: "x", Date: d, Memo: "memo"},
		budget.Transfer{Ref: "t", From: "n", To: "m", Period: p1, Amount: m, Memo: "memo"},
		budget.Settle{Transfer: "t", Approve: true},
		budget.CarryForward{Ref: "c", Node: "n", From: p1, To: p2, Overspend: true},
		budget.Revalue{Ref: "w", Order: "o", Date: d},
		budget.SoftClosePeriod{Period: p1, Role: "controller"},
		budget.ReopenPeriod{Period: p1},
		budget.ClosePeriod{Period: p1},
	}
}

// Every field of every kind survives JSON and packing, and every one is covered by
// the hash: the same with one field more or less has another.
func TestEveryCommandIsStoredWhole(t *testing.T) {
	t.Parallel()
	kinds := map[string]bool{}
	for _, c := range every() {
		e := budget.Entry{At: now, Role: "controller", Command: c}
		text, err := json.Marshal(e)
		require.NoError(t, err)
		var back budget.Entry
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, e, back)
		var kind struct{ Kind string }
		require.NoError(t, json.Unmarshal(text, &kind))
		kinds[kind.Kind] = true
		sealed := budget.SealAll(budget.Hash{9}, []budget.Entry{e, e}, func() budget.Salt { return budget.Salt{7} })
		p, err := budget.Pack(sealed)
		require.NoError(t, err)
		trail, err := p.Trail(budget.Hash{9})
		require.NoError(t, err)
		assert.Equal(t, sealed, trail)
		var fields map[string]json.RawMessage
		raw, err := json.Marshal(c)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, &fields))
		for name := range fields {
			lacks := map[string]json.RawMessage{}
			for k, v := range fields {
				if k != name {
					lacks[k] = v
				}
			}
			body, err := json.Marshal(lacks)
			require.NoError(t, err)
			other := budget.Entry{}
			require.NoError(t, json.Unmarshal(fmt.Appendf(nil, `{"at":%q,"role":"controller","kind":%q,"body":%s}`, now.Format(time.RFC3339), kind.Kind, body), &other))
			if other.Command != c { // a zero enumeration is there without its field
				assert.NotEqual(t, sealed[0].Link.Hash, budget.Seal(budget.Hash{9}, other, budget.Salt{7}).Hash, "%s of %s", name, kind.Kind)
			}
		}
	}
	assert.Len(t, kinds, 21, "one of each kind")
}

func TestChangedTrails(t *testing.T) {
	t.Parallel()
	entries := []budget.Entry{
		{At: now, Command: budget.Reserve{Ref: "a", Node: "n", Date: day(1, 2), Amount: eur(1), Memo: "x"}},
		{At: now, Command: budget.Release{Request: "a"}},
		{At: now.Add(1), Command: budget.ClosePeriod{Period: p1}},
	}
	fresh := func() []budget.Sealed {
		return budget.SealAll(budget.Hash{}, entries, func() budget.Salt { return budget.Salt{1} })
	}
	head := fresh()[2].Link.Hash
	for name, change := range map[string]func([]budget.Sealed) []budget.Sealed{
		"last missing":  func(s []budget.Sealed) []budget.Sealed { return s[:2] },
		"first missing": func(s []budget.Sealed) []budget.Sealed { return s[1:] },
		"swapped":       func(s []budget.Sealed) []budget.Sealed { s[0], s[1] = s[1], s[0]; return s },
		"other text": func(s []budget.Sealed) []budget.Sealed {
			s[0] = s[0].Join(budget.Private{Text: "y", Salt: budget.Salt{1}})
			return s
		},
		"no command": func(s []budget.Sealed) []budget.Sealed { s[1].Entry.Command = nil; return s },
		"a second":   func(s []budget.Sealed) []budget.Sealed { s[1].Entry.At = now.Add(time.Second); return s },
	} {
		err := budget.Verify(budget.Hash{}, change(fresh()), head)
		require.ErrorIs(t, err, budget.ErrBroken, name)
		_, ok := errors.AsType[*budget.BrokenError](err)
		assert.True(t, ok)
	}
	require.NoError(t, budget.Verify(budget.Hash{}, fresh(), head))
	_, err := budget.Pack(nil)
	require.ErrorIs(t, err, budget.ErrForm)
}

// A memo says nothing: erased, its command is still the same.
func TestErasedMemoKeepsIdempotency(t *testing.T) {
	t.Parallel()
	b := limited(t, 100)
	c := budget.Record{Key: "k", Node: "n", Service: day(1, 5), Amount: eur(1), Memo: "for Ms Miller"}
	do(t, b, c)
	sealed := budget.SealAll(budget.Hash{}, b.Journal(0), func() budget.Salt { return budget.Salt{1} })
	p, err := budget.Pack(sealed)
	require.NoError(t, err)
	assert.False(t, bytes.Contains(p.Data, []byte("Miller")))
	p.Personal = nil
	entries, _, err := budget.Unpack(p)
	require.NoError(t, err)
	again := budget.New(b.Chart())
	require.NoError(t, again.Replay(entries...))
	assert.False(t, do(t, again, c).Changed)
}

// Times that no form can hold are not recorded, and a clock that goes back stands.
func TestClock(t *testing.T) {
	t.Parallel()
	b := limited(t, 100)
	b.Apply(now.Add(time.Hour), budget.Reserve{Ref: "a", Node: "n", Date: day(1, 2), Amount: eur(1)})
	b.Apply(now, budget.Reserve{Ref: "b", Node: "n", Date: day(1, 2), Amount: eur(1)})
	b.Apply(time.Date(20_000, 1, 1, 0, 0, 0, 0, time.UTC), budget.Reserve{Ref: "c", Node: "n", Date: day(1, 2), Amount: eur(1)})
	entries := b.Journal(2)
	assert.Equal(t, now.Add(time.Hour), entries[0].At)
	assert.Equal(t, 9999, entries[1].At.Year())
	p, err := budget.Pack(budget.SealAll(budget.Hash{}, b.Journal(0), nil))
	require.NoError(t, err)
	_, err = budget.New(b.Chart()).Load(p)
	require.NoError(t, err)
	_, err = b.Load(p)
	require.ErrorIs(t, err, budget.ErrUnreplayable)
	assert.Equal(t, 4, b.Entries())
	require.ErrorIs(t, budget.New(b.Chart()).Replay(budget.Entry{At: time.Date(20_000, 1, 1, 0, 0, 0, 0, time.UTC), Command: budget.ClosePeriod{Period: p1}}), budget.ErrUnreplayable)
	p.Data = append([]byte{9}, p.Data[1:]...)
	_, err = b.Load(p)
	require.ErrorIs(t, err, budget.ErrForm)
}

func FuzzUnpack(f *testing.F) {
	var entries []budget.Entry
	for _, c := range every() {
		entries = append(entries, budget.Entry{At: now, Role: "r", Command: c})
	}
	p, err := budget.Pack(budget.SealAll(budget.Hash{}, entries, func() budget.Salt { return budget.Salt{1} }))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.Data, p.Personal)
	f.Add(p.Data[:40], []byte(nil))
	good := []budget.Entry{{At: now, Command: budget.Record{Key: "k", Node: "n", Service: day(1, 2), Amount: eur(3), Memo: "m"}}, {At: now, Command: budget.Record{Key: "l", Node: "m", Service: day(1, 2), Amount: eur(4)}}}
	p, err = budget.Pack(budget.SealAll(budget.Hash{}, good, func() budget.Salt { return budget.Salt{1} }))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(p.Data, p.Personal)
	c, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "n"}, {Key: "m"}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data, personal []byte) {
		entries, _, err := budget.Unpack(budget.Packed{Data: data, Personal: personal})
		if err != nil {
			if !errors.Is(err, budget.ErrForm) {
				t.Fatal(err)
			}
			return
		}
		sealed := budget.SealAll(budget.Hash{}, entries, func() budget.Salt { return budget.Salt{1} })
		again, err := budget.Pack(sealed)
		if err != nil {
			t.Fatal(err)
		}
		back, err := again.Trail(budget.Hash{})
		if err != nil || len(back) != len(entries) {
			t.Fatal(err)
		}
		for i := range back {
			if !back[i].Entry.At.Equal(entries[i].At) || back[i].Entry.Command != entries[i].Command {
				t.Fatalf("%+v became %+v", entries[i], back[i].Entry)
			}
			_ = budget.New(c).Replay(entries[i])
		}
		b := budget.New(c)
		if _, err := b.Load(budget.Packed{Data: data, Personal: personal}); err != nil {
			if !errors.Is(err, budget.ErrUnreplayable) || b.Entries() != 0 || b.Len() != 0 {
				t.Fatal(err)
			}
			return
		}
		for i, e := range b.Journal(0) {
			if e.Command != entries[i].Command {
				t.Fatalf("%+v was loaded as %+v", entries[i], e)
			}
		}
		for l := range b.Lines() {
			_ = l.Legs()
		}
	})
}

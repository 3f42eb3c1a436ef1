package budget

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// replay is Load the simple way.
func replay(b *Book, p Packed) error {
	entries, _, err := Unpack(p)
	if err != nil {
		return err
	}
	return b.Replay(entries...)
}

// whole is all that a book holds and tells, by name.
func whole(b *Book) map[string]any {
	return map[string]any{
		"cells": b.cells.rows, "limited": b.cells.limited, "gross": b.cells.gross, "closed": b.closed, "soft": b.soft, "foreign": b.foreign,
		"journal": b.Journal(0), "lines": b.LinesFrom(0), "order states": slices.Collect(b.Orders()),
		"requests": shelved(b.requests), "orders": shelved(b.orders), "accruals": shelved(b.accruals), "invoices": shelved(b.invoices),
		"records": shelved(b.records), "transfers": shelved(b.transfers), "acts": shelved(b.acts),
	}
}

func shelved[T any](s shelf[T]) []any {
	out := make([]any, len(s.keys))
	for i, key := range s.keys {
		out[i] = fmt.Sprint(key, s.find(key), s.items[i])
	}
	return out
}

func equalBooks(t testing.TB, want, got *Book, note string) {
	t.Helper()
	other := whole(got)
	for name, x := range whole(want) {
		if !reflect.DeepEqual(x, other[name]) {
			t.Fatalf("%s: %s: %.2000v\nwant %.2000v", note, name, other[name], x)
		}
	}
}

// equalErrors says whether Load and the simple way refuse the same, at the same entry.
func equalErrors(t testing.TB, want, got error, note string) {
	t.Helper()
	for _, kind := range []error{ErrForm, ErrUnreplayable, ErrUnknown, ErrState, ErrAmount, ErrRate, ErrKeyReused, money.ErrOverflow} {
		require.Equal(t, errors.Is(want, kind), errors.Is(got, kind), "%s: %v, want %v", note, got, want)
	}
	if want != nil {
		first := func(err error) string { s, _, _ := strings.Cut(err.Error(), ":"); return s }
		require.Equal(t, first(want), first(got), note)
	}
}

// Load comes to what Unpack and Replay come to: with runs of all kinds of entries,
// spoilt and damaged ones, and on trial.
func TestLoadIsReplay(t *testing.T) {
	t.Parallel()
	c := loadChart(t)
	counts := map[string]int{}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		source, want, got := New(c), New(c), New(c)
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for round := range 8 {
			note := fmt.Sprintf("seed %d, round %d", seed, round)
			before := source.Entries()
			start := source.Try()
			for range 1 + r.IntN(120) {
				var cmd Command = someRecord(r, c)
				if r.IntN(12) == 0 {
					cmd = someCommand(r, source)
				}
				if r.IntN(10) == 0 {
					now = now.Add(time.Duration(r.Int64N(int64(time.Hour))))
				}
				source.ApplyAs([]string{"", "controller"}[r.IntN(8)/7], now, cmd)
			}
			entries := source.Journal(before)
			if len(entries) == 0 {
				start.Keep()
				continue
			}
			spoilt := r.IntN(4) == 0
			if spoilt {
				spoil(r, &entries[r.IntN(len(entries))])
			}
			p, err := Pack(SealAll(Hash{}, entries, func() Salt { return Salt{7} }))
			require.NoError(t, err)
			if r.IntN(4) == 0 {
				p.Personal = nil
			}
			if r.IntN(4) == 0 {
				spoilt = true
				p.Data = slices.Clone(p.Data)
				switch at := r.IntN(len(p.Data)); r.IntN(3) {
				case 0:
					p.Data[at] ^= 1 << r.IntN(8)
				case 1:
					p.Data[at] = 0
				default:
					p.Data = slices.Delete(p.Data, at, at+1)
				}
			}
			if r.IntN(2) == 0 {
				got.Grow(r.IntN(200))
			}
			errWant := replay(want, p)
			trial := got.Try()
			_, errGot := got.Load(p)
			equalErrors(t, errWant, errGot, note)
			equalBooks(t, want, got, note)
			if r.IntN(3) == 0 { // it is taken back and comes to the same again
				trial.Undo()
				_, errGot = got.Load(p)
				equalErrors(t, errWant, errGot, note)
				equalBooks(t, want, got, note)
			}
			trial.Keep()
			counts[fmt.Sprint(spoilt, " ", errWant == nil)]++
			if spoilt { // the three go on from the same entries
				start.Undo()
				source = New(c)
				require.NoError(t, source.Replay(want.Journal(0)...))
				continue
			}
			require.NoError(t, errWant, note)
			start.Keep()
			require.Equal(t, source.cells.rows, got.cells.rows, note) // memos may be erased
		}
		more := make([]Command, 200)
		for i := range more {
			more[i] = someRecord(r, c)
		}
		for i, res := range want.Apply(now.AddDate(1, 0, 0), more...) {
			again := got.Apply(now.AddDate(1, 0, 0), more[i])[0]
			require.Equal(t, res.Changed, again.Changed)
			equalErrors(t, res.Err, again.Err, "after all")
		}
	}
	require.Greater(t, counts["false true"], 500, "runs as they are: %v", counts)
	require.Greater(t, counts["true false"], 200, "runs that are refused: %v", counts)
	require.Positive(t, counts[fmt.Sprint(true, true)], "damage that is none or shows in the hash alone: %v", counts)
}

// What no book journals is refused as Replay refuses it, and nothing of its run
// stays.
func TestLoadRefusesTimes(t *testing.T) {
	t.Parallel()
	c := loadChart(t)
	at := time.Date(9999, 12, 31, 23, 59, 59, 1, time.UTC)
	for name, second := range map[string]time.Time{
		"in time":       at,
		"older":         at.Add(-time.Second),
		"a bit older":   at.Add(-1),
		"after 9999":    at.Add(time.Second),
		"before year 1": {}, // a step back of more than a Duration
	} {
		entries := []Entry{{At: at, Command: plainOf("1")}, {At: second, Command: plainOf("2")}}
		p, err := Pack(SealAll(Hash{}, entries, nil))
		require.NoError(t, err)
		want, got := New(c), New(c)
		err = replay(want, p)
		_, loaded := got.Load(p)
		require.Equal(t, name == "in time", err == nil)
		equalErrors(t, err, loaded, name)
		equalBooks(t, want, got, name)
	}
}

// What reads figures inside a run sees the records before it.
func TestLoadCarriesWhatIsLeft(t *testing.T) {
	t.Parallel()
	b := New(loadChart(t))
	p := b.chart.periods
	entries := []Entry{}
	for i, c := range []Command{SetLimit{"d", p[2], money.Minor(10, money.EUR)}, plainOf("1"), CarryForward{Ref: "c", Node: "d", From: p[2], To: p[3]}, plainOf("2")} {
		entries = append(entries, Entry{At: time.Unix(int64(i), 0).UTC(), Command: c})
	}
	packed, err := Pack(SealAll(Hash{}, entries, nil))
	require.NoError(t, err)
	_, err = b.Load(packed)
	require.NoError(t, err)
	bal, _ := b.Balance("d", civil.MustDate(2026, 4, 1), Period)
	require.Equal(t, b.minor(7), bal.Limit, "10 less the 3 of one record")
}

func plainOf(key string) Record {
	return Record{Key: key, Node: "d", Service: civil.MustDate(2026, 3, 3), Amount: money.Minor(3, money.EUR)}
}

func FuzzLoad(f *testing.F) {
	c := loadChart(f)
	r := rand.New(rand.NewPCG(3, 3))
	b := New(c)
	for range 300 {
		b.Apply(time.Unix(int64(b.Len()/10), 0), someRecord(r, c), someCommand(r, b))
	}
	for part := range slices.Chunk(b.Journal(0), 40) {
		p, err := Pack(SealAll(Hash{}, part, func() Salt { return Salt{7} }))
		require.NoError(f, err)
		f.Add(p.Data, p.Personal)
	}
	f.Fuzz(func(t *testing.T, data, personal []byte) {
		p := Packed{Data: data, Personal: personal}
		want, got := New(c), New(c)
		err := replay(want, p)
		_, loaded := got.Load(p)
		equalErrors(t, err, loaded, "")
		equalBooks(t, want, got, "")
	})
}

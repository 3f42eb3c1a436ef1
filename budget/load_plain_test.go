package budget

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
)

func TestLastDay(t *testing.T) {
	t.Parallel()
	require.Equal(t, lastDay, civil.MaxDate().Sub(civil.MinDate())+1)
	b := New(loadChart(t))
	for day, ok := range map[uint64]bool{0: false, 1: true, lastDay: true, lastDay + 1: false} {
		var w fielder
		key, amount, none := "k", b.minor(1), uint64(0)
		w.text(&key)
		w.uint(&none) // the node
		w.uint(&day)
		w.money(&amount)
		w.out = append(w.out, 0, 0, 1, 0)
		u := unpacker{fielder: fielder{reading: true, in: string(w.out), known: []string{"a", ""}}, whole: string(w.out)}
		require.Equal(t, ok, b.plain(&u, make([]int32, 2), &plainRecord{}), day)
	}
}

// The standard library reads the same numbers.
func FuzzUvarint(f *testing.F) {
	for _, x := range []uint64{0, 1, 0x7f, 0x80, 1 << 35, math.MaxInt64, math.MaxUint64} {
		f.Add(binary.AppendUvarint([]byte{7}, x), uint8(1))
	}
	f.Add([]byte{0x80}, uint8(0))
	f.Add([]byte{0x80, 0}, uint8(0))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2}, uint8(0))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81, 0}, uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, from uint8) {
		i := min(int(from), len(data)+1) // behind the text: there was none before, either
		n, next := uvarint(string(data), i)
		want, size := binary.Uvarint(data[min(i, len(data)):])
		if size <= 0 {
			require.Equal(t, len(data)+1, next)
			return
		}
		require.Equal(t, i+size, next)
		require.Equal(t, want, n)
	})
}

// The short way to read a head comes to the same as the long one.
func TestHeads(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 4))
	at := time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)
	whole := 0
	for range 50_000 {
		in := append([]byte{0, 0}, make([]byte, r.IntN(6))...)
		for i := range in {
			if in[i] = uint8(r.UintN(3)) * min(uint8(i), 1); r.IntN(12) == 0 {
				in[i] = uint8(r.UintN(256))
			}
		}
		u := unpacker{fielder: fielder{reading: true, in: string(in), known: make([]string, 300)}, left: 1, at: at}
		long, then := u.fielder, at
		var e, want Entry
		var code uint8
		long.head(&want, &code, &then)
		var has bool
		long.bool(&has)
		ok, err := u.next(&e)
		if long.err != nil || int(code) >= len(shapes) || has {
			if !has {
				require.Error(t, err)
			}
			continue
		}
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, want, e)
		require.Equal(t, code, u.code)
		require.Equal(t, long.in, u.in)
		require.Equal(t, then, u.at)
		whole++
	}
	require.Greater(t, whole, 5_000)
}

// A plain Record is read as any Record is, or left to be read so.
func TestPlainRecords(t *testing.T) {
	t.Parallel()
	b := New(loadChart(t))
	r := rand.New(rand.NewPCG(2, 4))
	plain := 0
	for range 30_000 {
		c := someRecord(r, b.chart)
		if r.IntN(10) == 0 {
			e := Entry{}
			if spoil(r, &e); e.Command != nil {
				c = e.Command.(Record) //nolint:forcetypeassert // spoil makes no other
			}
		}
		w := fielder{words: map[string]uint64{}}
		c.Memo = ""
		c.fields(&w)
		if r.IntN(3) == 0 {
			w.out[r.IntN(len(w.out))] ^= 1 << r.IntN(8)
		}
		if r.IntN(10) == 0 {
			w.out = w.out[:r.IntN(len(w.out))]
		}
		whole := "\x00" + string(w.out) + string(w.out) // an entry is never the first of a run: there are counts
		u := unpacker{fielder: fielder{reading: true, in: whole[1:], known: w.known}, whole: whole}
		long := u.fielder
		var want Record
		want.fields(&long)
		var got plainRecord
		if !b.plain(&u, make([]int32, len(w.known)), &got) {
			require.Equal(t, whole[1:], u.in)
			continue
		}
		plain++
		require.NoError(t, long.err)
		require.Equal(t, long.in, u.in)
		require.Equal(t, want.Key, got.key)
		require.Equal(t, want.Node, b.chart.nodes[got.node].Key)
		require.Equal(t, want.Service, got.service)
		require.Equal(t, want.Amount, b.minor(got.amount))
		if of := (foreign{want.Transaction, want.Rate}); got.rest == 0 {
			require.Equal(t, foreign{}, of)
			require.Equal(t, Tags{}, want.Tags)
		} else {
			f := fielder{reading: true, in: whole[got.rest:], known: w.known}
			gotOf, tags := f.rest()
			require.Equal(t, of, gotOf)
			require.Equal(t, want.Tags, tags)
		}
	}
	require.Greater(t, plain, 10_000)
}

// A number of two bytes is not taken for one of a single byte and what follows it.
func TestPlainRecordsOfManyWords(t *testing.T) {
	t.Parallel()
	b := New(loadChart(t))
	known := make([]string, 200) // the word 0x85 is one of them, and blank
	known[0], known[5] = "a", "0.9"
	// Key, node, day, currency and amount, no transaction, the rate 5 in two bytes, no tags.
	in := "\x01k\x00\x01" + string(binary.AppendUvarint(nil, uint64(b.chart.Currency()))) + "\x02" + "\x00\x00" + "\x85\x00" + "\x00"
	u := unpacker{fielder: fielder{reading: true, in: in, known: known}, whole: in}
	var c plainRecord
	require.True(t, b.plain(&u, make([]int32, len(known)), &c))
	require.Empty(t, u.in)
	f := fielder{reading: true, in: in[c.rest:], known: known}
	of, _ := f.rest()
	require.Equal(t, "0.9", of.rate)
}

// What is held back comes to the same as what is added at once, if many cells
// share a place, too.
func TestSums(t *testing.T) {
	t.Parallel()
	b := New(loadChart(t))
	r := rand.New(rand.NewPCG(3, 4))
	want, got := newCells(b.chart), newCells(b.chart)
	var s sums
	shared := 0
	for range 20_000 {
		node, period, amount := int32(r.IntN(len(b.chart.nodes))), int32(r.IntN(len(b.chart.periods))), r.Int64N(200)-100
		if k := s.places[uint8(node*31+period)]; k.amount != 0 && (k.node != node || k.period != period) {
			shared++
		}
		want.add(node, int(period), Actual, amount)
		if s.add(&got, node, period, amount); r.IntN(50) == 0 {
			s.flush(&got)
			require.Equal(t, want.rows, got.rows)
		}
	}
	s.flush(&got)
	require.Equal(t, want.rows, got.rows)
	require.Greater(t, shared, 100)
}

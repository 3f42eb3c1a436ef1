package budget

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// five levels: a chain, each with a limit that is never reached.
func chain(t testing.TB) *Book {
	t.Helper()
	s := Structure{Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: civil.YearOf(civil.MustDate(2026, 1, 1))}
	parent := NodeKey("")
	for _, k := range []NodeKey{"company", "team", "programme", "campaign", "line"} {
		s.Nodes = append(s.Nodes, Node{Key: k, Parent: parent})
		parent = k
	}
	c, err := Compile(s)
	require.NoError(t, err)
	b := New(c)
	for _, n := range s.Nodes {
		require.NoError(t, b.Apply(time.Time{}, SetLimit{n.Key, c.Periods()[0], money.Minor(1<<58, money.EUR)})[0].Err)
	}
	return b
}

// BenchmarkLedger posts lines without ids: five levels are checked and added to,
// and the line is kept.
func BenchmarkLedger(b *testing.B) {
	book := chain(b)
	day := civil.MustDate(2026, 1, 5)
	n := 0
	for b.Loop() {
		if n++; n&(1<<20-1) == 0 {
			book.lines = book.lines[:0] // memory, not speed, is the limit of a loop
		}
		book.now.first, book.now.decision = len(book.lines), Requests
		if err := book.post(posting{node: 4, measure: Reserved, posted: day, service: day, amount: 123}); err != nil {
			b.Fatal(err)
		}
		if err := book.check(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLedgerShopspring is the same ledger on decimals: the figures of five
// levels in a period, a year and in all, of which the last is checked.
func BenchmarkLedgerShopspring(b *testing.B) {
	type row struct{ limit, reserved, held decimal.Decimal }
	type line struct {
		node            int32
		posted, service civil.Date
		measure         Measure
		amount          decimal.Decimal
	}
	var rows [5][2]row
	parent := [5]int{-1, 0, 1, 2, 3}
	for i := range rows {
		rows[i][1].limit = decimal.New(1<<58, -2)
	}
	var lines []line
	day := civil.MustDate(2026, 1, 5)
	amount := decimal.New(123, -2)
	n := 0
	for b.Loop() {
		if n++; n&(1<<20-1) == 0 {
			lines = lines[:0]
		}
		for at := 4; at >= 0; at = parent[at] {
			for i := range rows[at] {
				r := &rows[at][i]
				r.reserved = r.reserved.Add(amount)
				r.held = r.held.Add(amount)
			}
		}
		for at := 4; at >= 0; at = parent[at] {
			if r := &rows[at][1]; r.held.GreaterThan(r.limit) {
				b.Fatal("over")
			}
		}
		lines = append(lines, line{4, day, day, Reserved, amount})
	}
}

// What a line, its entry and its key take in memory is stated in the doc of
// Book: a million of them, live and loaded.
func TestMemoryPerRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("measures a hundred thousand records")
	}
	const n = 100_000
	day := civil.MustDate(2026, 1, 5)
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc) //nolint:gosec // a heap
	}
	before := heap()
	b := chain(t)
	b.Grow(n)
	for i := range n {
		b.Apply(time.Time{}, Record{Key: "ads/google/7/" + strconv.Itoa(i), Node: "line", Service: day, Amount: money.Minor(5, money.EUR)})
	}
	live := (heap() - before) / n
	runs, err := PackAll(SealAll(Hash{}, b.Journal(0), nil))
	require.NoError(t, err)
	chart := b.chart
	runtime.KeepAlive(b)
	b = nil
	before = heap()
	again := New(chart)
	again.Grow(n)
	for _, p := range runs {
		_, err := again.Load(p)
		require.NoError(t, err)
	}
	loaded := (heap() - before) / n
	require.Equal(t, n+5, again.Len())
	runtime.KeepAlive(runs)
	t.Logf("%d bytes a record live, %d loaded", live, loaded)
	require.Less(t, live, int64(480))
	require.Less(t, loaded, int64(240))
}

// Every kind has the code that its place says: stored entries depend on it.
func TestCodesOfKinds(t *testing.T) {
	t.Parallel()
	want := []Command{
		SetLimit{},
		SetPlan{},
		SetForecast{},
		SetRate{},
		Reserve{},
		Release{},
		Order{},
		Amend{},
		CloseOrder{},
		Receive{},
		Accrue{},
		Invoice{},
		Record{},
		Reverse{},
		Transfer{},
		Settle{},
		CarryForward{},
		Revalue{},
		SoftClosePeriod{},
		ReopenPeriod{},
		ClosePeriod{},
	}
	require.Len(t, shapes, len(want))
	for i, c := range want {
		code, ok := codeOf(c)
		require.True(t, ok)
		require.Equal(t, i, int(code))
		f := fielder{}
		shapes[code].write(&f, c) // panics if the shape is that of another
		require.Equal(t, c, shapes[code].read(&fielder{reading: true, in: string(f.out)}))
	}
	_, ok := codeOf((*Reserve)(nil))
	require.False(t, ok)
}

// The index is a map: random keys in and, the last first, out again.
func TestIndexIsAMap(t *testing.T) {
	t.Parallel()
	s := newShelf[int]()
	want := map[string]int32{}
	for i := range 5_000 {
		key := strconv.Itoa(i * 7919 % 3001)
		if at, ok := want[key]; ok {
			require.Equal(t, at, s.find(key))
		} else {
			require.Equal(t, int32(-1), s.find(key))
			want[key] = int32(len(s.items))
			s.add(key, i)
		}
		if i%997 == 0 {
			s.grow(i)
		}
		if i%50 == 49 {
			to := s.mark()
			to.items -= min(20, len(s.items))
			for _, key := range s.keys[to.items:] {
				delete(want, key)
			}
			s.rollback(to)
		}
	}
	for key, at := range want {
		require.Equal(t, at, s.find(key))
	}
}

package budget_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
)

// tall is a tree of five levels with a limit on each, 64 leaves.
func tall(b testing.TB) (*budget.Book, []budget.NodeKey) {
	b.Helper()
	nodes := []budget.Node{{Key: "company"}}
	var leaves []budget.NodeKey
	level := []budget.NodeKey{"company"}
	for range 3 {
		var next []budget.NodeKey
		for _, p := range level {
			for i := range 4 {
				k := budget.NodeKey(fmt.Sprint(p, "/", i))
				nodes = append(nodes, budget.Node{Key: k, Parent: p})
				next = append(next, k)
			}
		}
		level = next
	}
	for _, p := range level {
		k := p + "/line"
		nodes = append(nodes, budget.Node{Key: k, Parent: p})
		leaves = append(leaves, k)
	}
	book := budget.New(chart(b, nodes...))
	for _, n := range nodes {
		limit := int64(1) << (50 - 2*strings.Count(string(n.Key), "/")) // children claim all their parent has
		require.NoError(b, book.Apply(now, budget.SetLimit{Node: n.Key, Period: p1, Amount: eur(limit)})[0].Err)
	}
	return book, leaves
}

const posts = 1_000_000

func records(leaves []budget.NodeKey, n int) []budget.Command { return recordsFrom(leaves, 0, n) }

// recordsFrom are those from number to number.
func recordsFrom(leaves []budget.NodeKey, from, to int) []budget.Command {
	out := make([]budget.Command, to-from)
	for at := range out {
		i := from + at
		out[at] = budget.Record{Key: fmt.Sprint("ads/google/7/", i), Node: leaves[i%len(leaves)], Service: civil.MustDate(2026, 1, 1+i%28), Amount: eur(int64(i % 50))}
	}
	return out
}

// BenchmarkRecord posts facts that are checked at five levels and idempotent by
// their key, a million of them into an empty book.
func BenchmarkRecord(b *testing.B) {
	commands := records(second(tall(b)), posts)
	var spent time.Duration
	rounds := 0
	for b.Loop() {
		book, _ := tall(b)
		start := time.Now()
		for at := 0; at < len(commands); at += 1000 {
			book.Apply(now, commands[at:at+1000]...)
		}
		spent += time.Since(start)
		rounds++
		if book.Len() < posts {
			b.Fatal(book.Len())
		}
	}
	b.ReportMetric(float64(rounds)*posts/spent.Seconds()/1e6, "Mposts/s")
}

func second[A, B any](_ A, b B) B { return b }

// BenchmarkReserve is BenchmarkRecord for decisions.
func BenchmarkReserve(b *testing.B) {
	leaves := second(tall(b))
	commands := make([]budget.Command, posts)
	for i := range commands {
		commands[i] = budget.Reserve{Ref: fmt.Sprint("R", i), Node: leaves[i%len(leaves)], Date: civil.MustDate(2026, 1, 1+i%28), Amount: eur(1)}
	}
	var spent time.Duration
	rounds := 0
	for b.Loop() {
		book, _ := tall(b)
		start := time.Now()
		for at := 0; at < len(commands); at += 1000 {
			book.Apply(now, commands[at:at+1000]...)
		}
		spent += time.Since(start)
		rounds++
	}
	b.ReportMetric(float64(rounds)*posts/spent.Seconds()/1e6, "Mposts/s")
}

// BenchmarkRebuild reads a million packed entries and applies them.
func BenchmarkRebuild(b *testing.B) {
	book, leaves := tall(b)
	commands := records(leaves, posts)
	for at := 0; at < posts; at += 1000 {
		book.Apply(now.Add(time.Duration(at)*time.Millisecond), commands[at:at+1000]...)
	}
	runs, err := budget.PackAll(budget.SealAll(budget.Hash{}, book.Journal(0), nil))
	require.NoError(b, err)
	bytes := 0
	for _, p := range runs {
		bytes += len(p.Data) + len(p.Personal)
	}
	c := book.Chart()
	for b.Loop() {
		rebuild(b, budget.New(c), runs, book.Entries())
	}
	b.ReportMetric(float64(bytes)/posts, "B/entry")
}

// BenchmarkGrowth says what a book of so many records costs: to post the next 1,000,
// to rebuild it, to hold it as it came to be and as it is loaded, and to ask it.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { growth(b, n) })
	}
}

func growth(b *testing.B, n int) {
	book, leaves := tall(b)
	limits, before := book.Entries(), heap()
	for at := 0; at < n; at += 1000 {
		book.Apply(now.Add(time.Duration(at)*time.Millisecond), recordsFrom(leaves, at, at+1000)...)
	}
	live := heap() - before
	runs, err := budget.PackAll(budget.SealAll(budget.Hash{}, book.Journal(0), nil))
	require.NoError(b, err)
	again := budget.New(book.Chart())
	before = heap()
	rebuild(b, again, runs, limits+n)
	loaded := heap() - before
	half := budget.Cut{Known: now.Add(time.Duration(n/2) * time.Millisecond)}
	day, next := civil.MustDate(2026, 1, 15), recordsFrom(leaves, n, n+1000)
	var post, load, ask, at time.Duration
	rounds := 0
	for b.Loop() {
		rounds++
		trial := book.Try()
		start := time.Now()
		book.Apply(now.Add(time.Hour), next...)
		post += time.Since(start)
		trial.Undo()
		start = time.Now()
		rebuild(b, budget.New(book.Chart()), runs, limits+n)
		load += time.Since(start)
		start = time.Now()
		for i := range 1000 {
			if _, ok := book.Balance(leaves[i%len(leaves)], day, budget.Total); !ok {
				b.Fatal(i)
			}
		}
		ask += time.Since(start)
		start = time.Now()
		if v := book.At(half); v == nil {
			b.Fatal("no view")
		}
		at += time.Since(start)
	}
	b.ReportMetric(float64(post.Nanoseconds())/float64(rounds)/1000, "ns/post")
	b.ReportMetric(float64(load.Nanoseconds())/float64(rounds)/float64(limits+n), "ns/loaded")
	b.ReportMetric(float64(ask.Nanoseconds())/float64(rounds)/1000, "ns/balance")
	b.ReportMetric(float64(at.Microseconds())/float64(rounds)/1000, "ms/At")
	b.ReportMetric(float64(live)/float64(n), "B/record")
	b.ReportMetric(float64(loaded)/float64(n), "B/loaded")
	runtime.KeepAlive(again)
}

// rebuild loads runs into a book.
func rebuild(b *testing.B, book *budget.Book, runs []budget.Packed, entries int) {
	book.Grow(entries)
	for _, p := range runs {
		if _, err := book.Load(p); err != nil {
			b.Fatal(err)
		}
	}
	if book.Entries() != entries {
		b.Fatal(book.Entries())
	}
}

// heap is what is alive, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

package budget_test

import (
	"fmt"
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

func records(leaves []budget.NodeKey, n int) []budget.Command {
	out := make([]budget.Command, n)
	for i := range out {
		out[i] = budget.Record{Key: fmt.Sprint("ads/google/7/", i), Node: leaves[i%len(leaves)], Service: civil.MustDate(2026, 1, 1+i%28), Amount: eur(int64(i % 50))}
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
		again := budget.New(c)
		again.Grow(book.Entries())
		for _, p := range runs {
			if _, err := again.Load(p); err != nil {
				b.Fatal(err)
			}
		}
		if again.Len() != book.Len() {
			b.Fatal(again.Len())
		}
	}
	b.ReportMetric(float64(bytes)/posts, "B/entry")
}

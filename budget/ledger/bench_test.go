package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
)

// BenchmarkPost posts a thousand facts a call to a book in memory: deciding, sealing
// and packing, without a disk.
func BenchmarkPost(b *testing.B) {
	const each, calls = 1000, 200
	chart, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: civil.YearOf(civil.MustDate(2026, 1, 1)), Nodes: []budget.Node{
		{Key: "company"}, {Key: "team", Parent: "company"}, {Key: "programme", Parent: "team"}, {Key: "campaign", Parent: "programme"}, {Key: "line", Parent: "campaign"},
	}})
	require.NoError(b, err)
	commands := make([]budget.Command, each*calls)
	for i := range commands {
		commands[i] = budget.Record{Key: fmt.Sprint("ads/google/7/", i), Node: "line", Service: civil.MustDate(2026, 1, 5), Amount: money.Minor(int64(i%50), money.EUR)}
	}
	var spent time.Duration
	rounds := 0
	for b.Loop() {
		l, err := ledger.Open(b.Context(), store.NewMemory(), ledger.Config{Tenant: "acme", Name: "2026", Chart: chart, NewID: uuid.NewV7})
		require.NoError(b, err)
		start := time.Now()
		for at := 0; at < len(commands); at += each {
			if _, err := l.Post(b.Context(), ledger.Call{Actor: "ann", At: time.Unix(1, 0), Commands: commands[at : at+each]}); err != nil {
				b.Fatal(err)
			}
		}
		spent += time.Since(start)
		rounds++
	}
	b.ReportMetric(float64(spent.Nanoseconds())/float64(rounds*len(commands)), "ns/posting")
}

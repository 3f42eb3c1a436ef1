package ledger_test

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
)

// Two web servers post to the same book. Each decides in memory, and neither
// overspends.
func Example() {
	ctx := context.Background()
	chart, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: civil.YearOf(civil.MustDate(2026, 1, 1)), Nodes: []budget.Node{{Key: "launch"}}})
	if err != nil {
		panic(err)
	}
	s := store.NewMemory() // or sqlitestore.Open, pgstore.Open
	config := ledger.Config{Tenant: "acme", Name: "2026", Chart: chart, NewID: uuid.NewV7}
	berlin, err := ledger.Open(ctx, s, config)
	if err != nil {
		panic(err)
	}
	newYork, err := ledger.Open(ctx, s, config)
	if err != nil {
		panic(err)
	}

	now := time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)
	day := civil.MustDate(2026, 1, 12)
	post := func(l *ledger.Ledger, who string, commands ...budget.Command) {
		results, err := l.Post(ctx, ledger.Call{Actor: "ivo", At: now, Commands: commands})
		if err != nil {
			panic(err)
		}
		for _, r := range results {
			fmt.Printf("%-9s %T: changed %t, %v\n", who, r.Command, r.Changed, r.Err)
		}
	}
	post(berlin, "berlin", budget.SetLimit{Node: "launch", Period: fiscal.Key{Year: 2026, Number: 1}, Amount: money.Minor(10_000_00, money.EUR)})
	post(newYork, "new york", budget.Reserve{Ref: "R1", Node: "launch", Date: day, Amount: money.Minor(8_000_00, money.EUR)})
	post(berlin, "berlin", budget.Reserve{Ref: "R2", Node: "launch", Date: day, Amount: money.Minor(3_000_00, money.EUR)})

	err = berlin.View(ctx, func(b *budget.Book) error {
		launch, _ := b.Balance("launch", day, budget.Year)
		fmt.Println("available", launch.Available)
		return nil
	})
	if err != nil {
		panic(err)
	}
	if _, err := ledger.Verify(ctx, s, "acme", "2026", budget.Hash{}); err != nil {
		panic(err)
	}
	// Output:
	// berlin    budget.SetLimit: changed true, <nil>
	// new york  budget.Reserve: changed true, <nil>
	// berlin    budget.Reserve: changed false, launch: wanted 3000.00 EUR, headroom 2000.00 EUR (total window)
	// available 2000.00 EUR
}

package pgstore_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/pgstore"
)

func Example() {
	ctx := context.Background()
	s, err := pgstore.Open(ctx, os.Getenv("MAROPS_POSTGRES"), nil)
	if err != nil {
		panic(err)
	}
	defer func() { _ = s.Close() }()

	names := store.JSON[string]("campaign", 1)
	command := store.Command{ID: uuid.New(), Tenant: "example", Actor: "ann", At: time.Now()}
	id := command.ID.String()
	receipt, err := store.Update(ctx, s, command, func(u *store.Unit) error {
		return names.Save(u, id, "Spring launch", store.Event{Type: "campaign.created", Schema: 1})
	})
	if err != nil {
		panic(err)
	}
	// Others may still have transactions open; the event comes when they are over.
	for e, err := range store.Follow(ctx, s, "example", store.Cursor{}, time.Second) {
		if err != nil {
			panic(err)
		}
		if e.Cursor == receipt.Cursor {
			fmt.Println(e.Type, e.Version)
			break
		}
	}
	lag, err := s.TailLag(ctx)
	fmt.Println(lag.Transactions >= 0, err)
	// Output:
	// campaign.created 1
	// true <nil>
}

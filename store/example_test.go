package store_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/store"
)

func ExampleUpdate() {
	type Campaign struct{ Name, Status string }
	campaigns := store.JSON[Campaign]("campaign", 1)
	ctx, s := context.Background(), store.NewMemory()

	create := store.Command{
		ID: uuid.MustParse("0198c0de-0000-7000-8000-000000000001"), Tenant: "acme", Actor: "ann",
		At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
	for range 2 { // the second time has no effect
		receipt, err := store.Update(ctx, s, create, func(u *store.Unit) error {
			return campaigns.Save(u, "spring", Campaign{"Spring launch", "draft"}, store.Event{Type: "campaign.created", Schema: 1})
		})
		fmt.Println(receipt.Versions, receipt.Replayed, err)
	}
	for e, err := range s.History(ctx, "acme", campaigns.Ref("spring"), 0) {
		fmt.Println(e.Version, e.Type, e.Actor, err)
	}
	// Output:
	// [{campaign/spring 1}] false <nil>
	// [{campaign/spring 1}] true <nil>
	// 1 campaign.created ann <nil>
}

func ExampleTuple() {
	type Task struct {
		Owner string
		Due   int64 // day number
	}
	tasks := store.JSON[Task]("task", 1)
	tasks.Index = func(t Task) []store.Entry {
		return []store.Entry{{Index: "owner,due", Key: store.Tuple(store.Text(t.Owner), store.Int(t.Due))}}
	}
	ctx, s := context.Background(), store.NewMemory()
	_, err := store.Update(ctx, s, store.Command{ID: uuid.UUID{1}, Tenant: "acme"}, func(u *store.Unit) error {
		return errors.Join(
			tasks.Save(u, "copy", Task{"ann", 20520}), tasks.Save(u, "brief", Task{"ann", 20510}), tasks.Save(u, "media", Task{"bob", 20515}))
	})
	fmt.Println(err)
	for f, err := range tasks.List(ctx, s, "acme", store.Query{Index: "owner,due", Prefix: store.Tuple(store.Text("ann"))}) {
		fmt.Println(f.ID, f.Value.Due, err)
	}
	// Output:
	// <nil>
	// brief 20510 <nil>
	// copy 20520 <nil>
}

func ExampleConflictError() {
	ctx, s := context.Background(), store.NewMemory()
	ref := store.JSON[int]("counter", 1).Ref("a")
	_, err := s.Commit(ctx, store.Batch{Tenant: "acme", Command: uuid.UUID{1}, Changes: []store.Change{
		{Op: store.Put, Ref: ref, Expect: 4, Schema: 1, State: []byte("5")},
	}})
	conflict, _ := errors.AsType[*store.ConflictError](err)
	fmt.Println(errors.Is(err, store.ErrConflict), conflict.Expected, conflict.Actual)
	// Output: true 4 0
}

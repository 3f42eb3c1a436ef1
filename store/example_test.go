package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
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

func ExampleTimers() {
	ctx, s := context.Background(), store.NewMemory()
	reminders := store.Timers{Kind: "reminder"}
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	_, err := store.Update(ctx, s, store.Command{ID: uuid.UUID{1}, Tenant: "acme", Actor: "ann", At: monday}, func(u *store.Unit) error {
		return errors.Join(
			reminders.Set(u, "brief", monday.AddDate(0, 0, 1), nil),
			reminders.Set(u, "budget", monday.AddDate(0, 0, 9), nil))
	})
	if err != nil {
		panic(err)
	}
	// Two days later, in any of the workers:
	now := monday.AddDate(0, 0, 2)
	for timer, err := range reminders.Due(ctx, s, "acme", now) {
		if err != nil {
			panic(err)
		}
		c := store.Command{ID: uuid.UUID{2}, Tenant: "acme", Actor: "clock", At: now}
		_, err = reminders.Fire(ctx, s, c, timer, func(u *store.Unit) error {
			fmt.Println("remind of", timer.ID)
			return reminders.Set(u, timer.ID, now.AddDate(0, 0, 7), nil) // and again in a week
		})
		if err != nil {
			panic(err)
		}
	}
	for timer, err := range reminders.Due(ctx, s, "acme", now.AddDate(0, 0, 30)) {
		if err != nil {
			panic(err)
		}
		fmt.Println(timer.Due.Format(time.DateOnly), timer.ID)
	}
	// Output:
	// remind of brief
	// 2026-03-11 brief
	// 2026-03-11 budget
}

func ExampleFollow() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := store.NewMemory()
	go func() {
		for n := range byte(3) {
			c := store.Command{ID: uuid.UUID{n + 1}, Tenant: "acme", Actor: "ann", At: time.Unix(1, 0)}
			_, err := store.Update(ctx, s, c, func(u *store.Unit) error {
				return u.Append(ident.Ref{Kind: "campaign", ID: "spring"}, store.Event{Type: fmt.Sprint("step ", n+1)})
			})
			if err != nil {
				panic(err)
			}
		}
	}()
	for e, err := range store.Follow(ctx, s, "acme", store.Cursor{}, time.Second) {
		if err != nil {
			break // the context has ended
		}
		fmt.Println(e.Version, e.Type)
		if e.Version == 3 {
			cancel()
		}
	}
	// Output:
	// 1 step 1
	// 2 step 2
	// 3 step 3
}

func ExampleRepo_Upcast() {
	type campaign struct{ Name, Owner string }
	// Schema 1 called the owner "who".
	campaigns := store.JSON[campaign]("campaign", 2).Upcast(1, func(state []byte) ([]byte, error) {
		return bytes.Replace(state, []byte(`"who"`), []byte(`"owner"`), 1), nil
	})
	old := store.Record{Ref: campaigns.Ref("spring"), Version: 1, Schema: 1, State: []byte(`{"name":"Spring","who":"ann"}`)}
	fmt.Println(campaigns.Value(old))
	// Output: {Spring ann} <nil>
}

package sqlitestore_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

func Example() {
	dir, err := os.MkdirTemp("", "marops")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx, path := context.Background(), filepath.Join(dir, "campaigns.db")

	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		panic(err)
	}
	names := store.JSON[string]("campaign", 1)
	command := store.Command{ID: uuid.MustParse("0198c0de-0000-7000-8000-000000000001"), Tenant: "acme", Actor: "ann", At: time.Unix(0, 0)}
	_, err = store.Update(ctx, s, command, func(u *store.Unit) error {
		return names.Save(u, "spring", "Spring launch", store.Event{Type: "campaign.created", Schema: 1})
	})
	fmt.Println(err, s.Close())

	s, err = sqlitestore.Open(ctx, path, nil)
	if err != nil {
		panic(err)
	}
	defer func() { _ = s.Close() }()
	err = store.View(ctx, s, "acme", func(u *store.Unit) error {
		name, err := names.Load(u, "spring")
		fmt.Println(name)
		return err
	})
	fmt.Println(err)
	// Output:
	// <nil> <nil>
	// Spring launch
	// <nil>
}

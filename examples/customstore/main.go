// Customstore is an adapter of one's own: a store.Store on bbolt in one file,
// store.go, which passes the conformance suite in store_test.go. This program
// keeps a campaign in it, changes it twice and prints what the file remembers.
//
//	go run ./examples/customstore
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/store"
)

type campaign struct{ Name, Status string }

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "customstore:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "customstore")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := Open(filepath.Join(dir, "campaigns.bolt"), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()

	campaigns := store.JSON[campaign]("campaign", 1)
	for i, status := range []string{"draft", "approved"} {
		command := store.Command{ID: uuid.UUID{byte(i + 1)}, Tenant: "acme", Actor: "ann", At: time.Date(2026, 3, 2+i, 9, 0, 0, 0, time.UTC)}
		for range 2 { // sent twice, applied once
			receipt, err := store.Update(ctx, s, command, func(u *store.Unit) error {
				return campaigns.Save(u, "spring", campaign{"Spring sale", status}, store.Event{Type: "campaign." + status})
			})
			if err != nil {
				return err
			}
			v, _ := receipt.Version(campaigns.Ref("spring"))
			fmt.Fprintf(out, "%-8s version %d, repeated: %t\n", status, v, receipt.Replayed)
		}
	}
	for e, err := range s.Tail(ctx, "acme", store.Cursor{}) {
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s  %s  %s by %s\n", e.At.Format(time.DateOnly), e.Ref, e.Type, e.Actor)
	}
	return nil
}

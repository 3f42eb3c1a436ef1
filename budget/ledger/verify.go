package ledger

import (
	"context"
	"fmt"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// Verify checks the hash chain of a stored book: that it is whole from its first
// entry on, that none was changed, and that it ends with head, unless that is zero.
// It returns the hash that it does end with, to be kept elsewhere: without it,
// entries missing at the end do not show. Errors match budget.ErrBroken or
// budget.ErrForm, or are the store's.
func Verify(ctx context.Context, s store.Store, t ident.Tenant, name string, head budget.Hash) (budget.Hash, error) {
	var prev budget.Hash
	for e, err := range s.History(ctx, t, ident.Ref{Kind: Kind, ID: name}, 0) {
		if err != nil {
			return prev, err
		}
		if e.Type != eventType {
			continue
		}
		trail, err := budget.Packed{Data: e.Data, Personal: e.Personal}.Trail(prev)
		if err != nil {
			return prev, fmt.Errorf("book %s: event %d: %w", name, e.Version, err)
		}
		prev = trail[len(trail)-1].Link.Hash
	}
	if !head.IsZero() && prev != head {
		return prev, fmt.Errorf("book %s: it ends with %v: %w", name, prev, budget.ErrBroken)
	}
	return prev, nil
}

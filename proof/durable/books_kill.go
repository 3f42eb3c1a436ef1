package durable

import (
	"context"
	"fmt"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/store"
)

// bookOf returns writers of one book: each records n cents under a key of its lane,
// and then n+1 under another.
func bookOf(ctx context.Context, s store.Store) (commit [lanes]func(context.Context) (uint64, error), err error) {
	last, err := verifyBook(ctx, s)
	if err != nil {
		return commit, err
	}
	c, err := bookConfig()
	if err != nil {
		return commit, err
	}
	l, err := ledger.Open(ctx, s, c)
	if err != nil {
		return commit, err
	}
	for lane := range commit {
		commit[lane] = func(ctx context.Context) (uint64, error) {
			n := last[lane] + 1
			record := budget.Record{Key: fmt.Sprint(lane, "/", n), Node: bookNodes[firstLine+lane], Service: bookDay, Amount: eur(int64(n)), Memo: "seen"} //nolint:gosec // small
			results, err := l.Post(ctx, ledger.Call{Actor: "ivo", At: moment, Commands: []budget.Command{record}})
			if err == nil {
				err = results[0].Err
			}
			last[lane] = n
			return n, err
		}
	}
	return commit, nil
}

// verifyBook returns the last n of each lane, or an error if the chain is broken, one
// before it is missing, or the figures are not those of the lines.
func verifyBook(ctx context.Context, s store.Store) (found acks, err error) {
	c, err := bookConfig()
	if err != nil {
		return found, err
	}
	if _, err := ledger.Verify(ctx, s, c.Tenant, c.Name, budget.Hash{}); err != nil {
		return found, err
	}
	b, err := ledger.Load(ctx, s, c)
	if err != nil {
		return found, err
	}
	for l := range b.Lines() {
		lane := nodeOf(l.Node) - firstLine
		found[lane]++
		if want := fmt.Sprint(lane, "/", found[lane]); l.Ref != want || l.Amount != eur(int64(found[lane])) { //nolint:gosec // small
			return found, fmt.Errorf("durable: line %d is %s over %v, want %s", l.Seq, l.Ref, l.Amount, want)
		}
	}
	for lane, n := range found {
		bal, _ := b.Balance(bookNodes[firstLine+lane], bookDay, budget.Total)
		if want := int64(n * (n + 1) / 2); bal.Actual != eur(want) { //nolint:gosec // small
			return found, fmt.Errorf("durable: %s spent %v, its %d lines add up to %v", bookNodes[firstLine+lane], bal.Actual, n, eur(want))
		}
	}
	return found, nil
}

// Package ledger keeps a budget.Book in a store.Store, for many writers at once.
//
//	l, err := ledger.Open(ctx, s, ledger.Config{Tenant: "acme", Name: "2026", Chart: chart, NewID: uuid.NewV7})
//	results, err := l.Post(ctx, ledger.Call{Actor: "ivo", At: now, Commands: []budget.Command{
//		budget.Reserve{Ref: "R1", Node: "launch", Date: day, Amount: amount},
//	}})
//	err = l.View(ctx, func(b *budget.Book) error {
//		available, _ := b.Balance("launch", day, budget.Year)
//		...
//	})
//
// A Ledger holds the book in memory. Post decides there, and answers when what came
// of it is durable: calls that come together share a commit, and while one group is
// being committed the next one is decided on trial. Every answer, also a refusal, is
// that of one moment between call and return, whatever other processes do with the
// same book: commits expect the version that was decided on, and what another has
// written meanwhile is read and decided upon anew.
//
// # What is stored
//
// The record of a book has no state; its events are the journal, packed, each with
// at most a thousand sealed entries of one call: see budget.Pack. That is 37 bytes a
// posting, less than any state of the book would take. What people wrote stands in
// the erasable part of the events: see Ledger.Erase. Verify checks the hash chain.
//
// Figures, the balances without the lines, are records of their own, written when
// the host asks for it: a reader of reports opens them in place of a million lines.
package ledger

// Package budget plans money and controls its use.
//
//	chart, err := budget.Compile(budget.Structure{
//		Currency: money.EUR, Calendar: fiscal.NRF(), Horizon: year2026,
//		Nodes: []budget.Node{{Key: "emea"}, {Key: "launch", Parent: "emea"}},
//	})
//	book := budget.New(chart)
//	book.Apply(now, budget.SetLimit{Node: "launch", Period: p1, Amount: money.Minor(10_000_00, money.EUR)})
//	results := book.Apply(now, budget.Reserve{Ref: "R1", Node: "launch", Date: day, Amount: money.Minor(50_000_00, money.EUR)})
//	fmt.Println(results[0].Err) // launch: wanted 50000.00 EUR, headroom 10000.00 EUR (total window)
//
// A [Chart] is the compiled tree of budget nodes; a [Book] holds what happened
// to their money. The Book is a pure state machine with one writer: it reads no
// clock and does no I/O, and replaying its [Book.Journal] gives the same Book. A
// command is carried out whole or not at all, [Book.ApplyAll] so many of them.
//
// # Measures
//
// Reserved, OpenCommitment, Accrued and Actual are disjoint: a euro sits in
// exactly one. A request reserves; its approval turns the reservation into an
// order's open commitment; an accrual or an invoice relieves the order; closing
// a period reverses its accruals exactly and restores the commitment.
//
//	Available = Limit - Reserved - OpenCommitment - Accrued - Actual
//
// Requests, orders, transfers and limit cuts are decisions, and a [Control]
// checks them at every level of the tree in the same step that posts them.
// Invoices and spend are facts: they always post, and what they exceed is a
// finding. What does not match an order is a finding, too: see [Match].
//
// # Time
//
// A line says when the money was used, when it was posted and when that was
// recorded. Facts of a closed period post in the first open one;
// [Book.Reconcile] bridges the two views. [Book.At] gives the book as it stood on
// a day, as far as it was known at a moment; a [View] also splits a balance by
// [Tags], compares with last year, explains variances and reviews the book.
//
// # Other currencies
//
// Amounts of another currency count at the frozen budget rate; what the actual
// rate makes of an invoice is a line of its own, FXVariance. Totals add up what
// was posted and never translate again, but for an explicit [Revalue].
//
// # Plans
//
// A [Version] is a plan or scenario beside any book: spread over periods, handed
// down the tree or added up from below, compared, locked, and turned into the
// commands that make it the book's limits, plan or forecast.
//
// # Storage
//
// [SealAll] chains the entries of a commit by their hashes, [Pack] makes one
// event of at most a thousand of them, [Packed.Trail] verifies it and [Book.Load]
// reads it back. What people wrote is kept apart and may be erased. [Book.Try] takes
// back what a store refuses. Package ledger does all of this, for many writers.
package budget

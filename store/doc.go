// Package store is the one storage port of marops: records with versions, the
// events that made them, and atomic batches over several of them.
//
//	campaigns := store.JSON[Campaign]("campaign", 1)
//	receipt, err := store.Update(ctx, s, command, func(u *store.Unit) error {
//		c, err := campaigns.Load(u, id)
//		if err != nil {
//			return err
//		}
//		c.Status = "approved"
//		return campaigns.Save(u, id, c, store.Event{Type: "campaign.approved", Schema: 1})
//	})
//	// receipt.Replayed: the command had been applied before
//
// # Two layers
//
// [Store] is what an adapter implements: five methods, bytes in, bytes out,
// every expectation given up front in a [Batch]. [Repo], [Update] and [View]
// are what programs use: typed values, optimistic concurrency (Kung and
// Robinson, On Optimistic Methods for Concurrency Control, 1981) and one batch
// per unit of work.
//
// # Versions
//
// A record's history is numbered from 1 without gaps. Every event takes one
// number, and so does every Put or Delete without events; a record that is
// deleted and created again goes on counting. So a version never means two
// things, and equal versions mean equal content.
//
// # Adapters
//
// [NewMemory] is the in-memory store and the specification of the others;
// sqlstore speaks database/sql; sqlitestore opens a SQLite file; storetest is
// the conformance suite for all, also for your own.
package store

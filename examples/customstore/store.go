package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"

	bolt "go.etcd.io/bbolt"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// BoltStore is a store.Store in one bucket of a bbolt file, which has one
// writer at a time and sorted keys. A key begins with table and tenant:
//
//	record   kind, id              store.Head
//	place    sort key              store.Place, where lists find the record
//	event    kind, id, version     store.Event
//	tail     sequence              key of the event
//	command  id                    digest and receipt
type BoltStore struct{ *bolt.DB }

var bucket = []byte("marops")

// Open opens or creates the file.
func Open(path string, o *bolt.Options) (BoltStore, error) {
	db, err := bolt.Open(path, 0o600, o)
	if err != nil {
		return BoltStore{}, err
	}
	return BoltStore{db}, db.Update(func(tx *bolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
}

func key(table string, t ident.Tenant, parts ...store.Part) []byte {
	return append(store.Tuple(store.Text(table), store.Text(string(t))), store.Tuple(parts...)...)
}

func refKey(table string, t ident.Tenant, ref ident.Ref, more ...store.Part) []byte {
	return append(key(table, t, store.Text(ref.Kind), store.Text(ref.ID)), store.Tuple(more...)...)
}

func number(n uint64) store.Part { return store.Int(int64(min(n, math.MaxInt64))) }

// load leaves into alone if there is nothing under the key.
func load(kv *bolt.Bucket, k []byte, into any) error {
	if data := kv.Get(k); data != nil {
		return json.Unmarshal(data, into)
	}
	return nil
}

func save(kv *bolt.Bucket, k []byte, v any) error {
	data, err := json.Marshal(v)
	return errors.Join(err, kv.Put(k, data))
}

// Commit implements store.Store.
func (s BoltStore) Commit(ctx context.Context, b store.Batch) (receipt store.Receipt, err error) {
	if err := errors.Join(ctx.Err(), b.Check()); err != nil {
		return receipt, err
	}
	var refused error
	err = s.Update(func(tx *bolt.Tx) error {
		receipt, refused = apply(tx.Bucket(bucket), b)
		return refused
	})
	if err != nil && refused == nil { // bbolt's own commit failed, perhaps behind the write
		err = fmt.Errorf("%w: %w", store.ErrUnknownOutcome, err)
	}
	return receipt, err
}

func apply(kv *bolt.Bucket, b store.Batch) (receipt store.Receipt, err error) {
	command := key("command", b.Tenant, store.Text(string(b.Command[:])))
	if known := kv.Get(command); known != nil {
		return b.Replay(known[:len(b.Digest)], known[len(b.Digest):])
	}
	receipt.Command = b.Command
	for _, c := range b.Changes {
		var before store.Head
		err = errors.Join(err, load(kv, refKey("record", b.Tenant, c.Ref), &before))
		after, events, conflict := c.Apply(before) // what the change means, or why it cannot be
		if conflict != nil {
			return store.Receipt{}, conflict
		}
		receipt.Versions = append(receipt.Versions, store.RefVersion{Ref: c.Ref, Version: after.Taken(c.Op)})
		if c.Op == store.Check {
			continue
		}
		for _, v := range c.ErasePersonal {
			var e store.Event
			k := refKey("event", b.Tenant, c.Ref, number(v))
			if err = errors.Join(err, load(kv, k, &e)); e.Version == v {
				e.Personal = nil
				err = errors.Join(err, save(kv, k, e))
			}
		}
		for _, p := range before.Places() {
			err = errors.Join(err, kv.Delete(append(key("place", b.Tenant), p.SortKey()...)))
		}
		for _, p := range after.Places() {
			err = errors.Join(err, save(kv, append(key("place", b.Tenant), p.SortKey()...), p))
		}
		err = errors.Join(err, save(kv, refKey("record", b.Tenant, c.Ref), after))
		for _, e := range events {
			n, failed := kv.NextSequence()
			e.Cursor = store.SequenceCursor(b.Tenant, n, e.ID)
			k := refKey("event", b.Tenant, c.Ref, number(e.Version))
			err = errors.Join(err, failed, save(kv, k, e), kv.Put(key("tail", b.Tenant, number(n)), k))
			receipt.Cursor = e.Cursor
		}
	}
	text, failed := receipt.MarshalBinary()
	return receipt, errors.Join(err, failed, kv.Put(command, append(b.Digest[:], text...)))
}

// Get implements store.Store.
func (s BoltStore) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	if err := errors.Join(ctx.Err(), store.CheckRead(t, refs...)); err != nil {
		return nil, err
	}
	records := make([]store.Record, len(refs))
	return records, s.View(func(tx *bolt.Tx) (err error) {
		for i, ref := range refs {
			records[i].Ref = ref
			err = errors.Join(err, load(tx.Bucket(bucket), refKey("record", t, ref), &records[i]))
		}
		return err
	})
}

// scan yields the items that read makes of the values in the span, or err if
// there is one. It goes page by page, so that no transaction is open while the
// body of the loop runs.
func scan[T any](ctx context.Context, s BoltStore, yield func(T, error) bool, span store.Span, err error, read read[T]) {
	store.Pages(ctx, yield, func() (items []T, _ error) {
		err = s.View(func(tx *bolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			for k, v := range span.Walk(c.Seek, c.Next, c.Prev) {
				if err != nil || len(items) == 64 {
					break
				}
				var item T
				err = read(c.Bucket(), v, &item)
				items, span = append(items, item), span.Behind(k)
			}
			return err
		})
		return items, err
	})
}

type read[T any] func(kv *bolt.Bucket, value []byte, item *T) error

// List implements store.Store.
func (s BoltStore) List(ctx context.Context, t ident.Tenant, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		span, err := q.Span(t)
		scan(ctx, s, q.Select(t, yield), span.Under(key("place", t)), err, func(kv *bolt.Bucket, v []byte, f *store.Filed) error {
			err := json.Unmarshal(v, &f.Place)
			return errors.Join(err, load(kv, refKey("record", t, f.Place.Ref), &f.Record))
		})
	}
}

// History implements store.Store.
func (s BoltStore) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		span := store.Span{}.Under(refKey("event", t, ref)).Behind(refKey("event", t, ref, number(after)))
		scan(ctx, s, yield, span, store.CheckRead(t, ref), func(_ *bolt.Bucket, v []byte, e *store.Event) error {
			err := json.Unmarshal(v, e)
			e.Cursor = store.Cursor{}
			return err
		})
	}
}

// Tail implements store.Store.
func (s BoltStore) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		n, _, err := after.Sequence(t)
		var known store.Event
		err = errors.Join(store.CheckRead(t), err, s.View(func(tx *bolt.Tx) error {
			kv := tx.Bucket(bucket)
			return load(kv, kv.Get(key("tail", t, number(n))), &known)
		}))
		if err == nil && known.Cursor != after {
			err = store.ErrRestored // the event that the cursor stood behind is gone
		}
		span := store.Span{}.Under(key("tail", t)).Behind(key("tail", t, number(n)))
		scan(ctx, s, yield, span, err, func(kv *bolt.Bucket, k []byte, e *store.Event) error { return load(kv, k, e) })
	}
}

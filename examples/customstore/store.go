package main

import (
	"bytes"
	"cmp"
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
// writer at a time and sorted keys. A key is a tuple of table, tenant and
//
//	record   kind, id              store.Head
//	entry    index, key, kind, id  place; a kind by id is index "/kind"
//	event    kind, id, version     store.Event
//	tail     sequence              key of the event
//	command  id                    digest and receipt
type BoltStore struct{ *bolt.DB }

type place struct {
	Key []byte
	Ref ident.Ref
}

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

func key(table string, t ident.Tenant, texts ...string) []byte {
	parts := []store.Part{store.Text(table), store.Text(string(t))}
	for _, s := range texts {
		parts = append(parts, store.Text(s))
	}
	return store.Tuple(parts...)
}

func number(k []byte, n uint64) []byte { return append(k, store.Tuple(store.Int(int64(n)))...) }

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
	command := key("command", b.Tenant, string(b.Command[:]))
	if known := kv.Get(command); known != nil {
		return b.Replay(known[:len(b.Digest)], known[len(b.Digest):])
	}
	receipt.Command = b.Command
	for _, c := range b.Changes {
		before := store.Head{Record: store.Record{Ref: c.Ref}}
		record := key("record", b.Tenant, c.Ref.Kind, c.Ref.ID)
		err = errors.Join(err, load(kv, record, &before))
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
			k := number(key("event", b.Tenant, c.Ref.Kind, c.Ref.ID), v)
			if err = errors.Join(err, load(kv, k, &e)); e.Version == v {
				e.Personal = nil
				err = errors.Join(err, save(kv, k, e))
			}
		}
		for k := range entries(b.Tenant, before) {
			err = errors.Join(err, kv.Delete(k))
		}
		for k, p := range entries(b.Tenant, after) {
			err = errors.Join(err, save(kv, k, p))
		}
		err = errors.Join(err, save(kv, record, after))
		for _, e := range events {
			n, seqErr := kv.NextSequence()
			e.Cursor = store.SequenceCursor(b.Tenant, n, e.ID)
			k := number(key("event", b.Tenant, c.Ref.Kind, c.Ref.ID), e.Version)
			err = errors.Join(err, seqErr, save(kv, k, e), kv.Put(number(key("tail", b.Tenant), n), k))
			receipt.Cursor = e.Cursor
		}
	}
	text, failed := receipt.MarshalBinary()
	return receipt, errors.Join(err, failed, kv.Put(command, append(b.Digest[:], text...)))
}

// entries yields where a record is filed.
func entries(t ident.Tenant, h store.Head) iter.Seq2[[]byte, place] {
	return func(yield func([]byte, place) bool) {
		for _, e := range append(h.Index, store.Entry{Index: "/" + h.Ref.Kind, Key: []byte(h.Ref.ID)}) {
			if !h.Exists() || !yield(key("entry", t, e.Index, string(e.Key), h.Ref.Kind, h.Ref.ID), place{e.Key, h.Ref}) {
				return
			}
		}
	}
}

// Get implements store.Store.
func (s BoltStore) Get(ctx context.Context, t ident.Tenant, refs ...ident.Ref) ([]store.Record, error) {
	if err := errors.Join(ctx.Err(), store.CheckRead(t, refs...)); err != nil {
		return nil, err
	}
	heads := make([]store.Record, len(refs))
	return heads, s.View(func(tx *bolt.Tx) (err error) {
		for i, ref := range refs {
			heads[i].Ref = ref
			h := store.Head{Record: heads[i]}
			err = errors.Join(err, load(tx.Bucket(bucket), key("record", t, ref.Kind, ref.ID), &h))
			heads[i] = h.Record
		}
		return err
	})
}

// scan yields what read makes of the pairs with low <= key < high, page by
// page, so that no transaction is open while the body of the loop runs.
func scan[T any](ctx context.Context, s BoltStore, low, high []byte, reverse bool, yield func(T, error) bool, read func(*bolt.Bucket, []byte) (T, bool, error)) {
	store.Pages(ctx, yield, func() (items []T, err error) {
		return items, s.View(func(tx *bolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			k, v := c.Seek(low)
			if reverse {
				c.Seek(high) // behind every key, as tables follow one another
				k, v = c.Prev()
			}
			for k != nil && bytes.Compare(k, low) >= 0 && bytes.Compare(k, high) < 0 && len(items) < 64 {
				item, ok, err := read(c.Bucket(), v)
				if err != nil {
					return err
				}
				if ok {
					items = append(items, item)
				}
				if reverse {
					high = bytes.Clone(k)
					k, v = c.Prev()
				} else {
					low = append(bytes.Clone(k), 0)
					k, v = c.Next()
				}
			}
			return nil
		})
	})
}

// List implements store.Store.
func (s BoltStore) List(ctx context.Context, t ident.Tenant, q store.Query) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		index := cmp.Or(q.Index, "/"+q.Kind)
		from, to := q.Range()
		low, high := key("entry", t, index, string(from)), append(key("entry", t, index), 0xff)
		if to != nil {
			high = key("entry", t, index, string(to))
		}
		err := errors.Join(store.CheckRead(t), q.Check())
		if err == nil && !q.After.IsZero() {
			k, ref, failed := q.After.ListPosition(t, q)
			after := key("entry", t, index, string(k), ref.Kind, ref.ID)
			if err = failed; q.Reverse {
				high = after
			} else {
				low = append(bytes.Clone(after), 0)
			}
		}
		if err != nil {
			yield(store.Record{}, err)
			return
		}
		cursor := store.ListCursors(t, q)
		scan(ctx, s, low, high, q.Reverse, q.Limited(yield), func(kv *bolt.Bucket, v []byte) (store.Record, bool, error) {
			var p place
			err := json.Unmarshal(v, &p)
			var h store.Head
			err = errors.Join(err, load(kv, key("record", t, p.Ref.Kind, p.Ref.ID), &h))
			h.Cursor = cursor(p.Key, p.Ref)
			return h.Record, (q.Kind == "" || q.Kind == p.Ref.Kind) && q.First(store.Entry{Index: q.Index, Key: p.Key}, h.Index), err
		})
	}
}

// History implements store.Store.
func (s BoltStore) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		if err := store.CheckRead(t, ref); err != nil {
			yield(store.Event{}, err)
			return
		}
		k := key("event", t, ref.Kind, ref.ID)
		low := number(bytes.Clone(k), min(after, math.MaxInt64-1)+1)
		scan(ctx, s, low, append(k, 0xff), false, yield, func(_ *bolt.Bucket, v []byte) (e store.Event, ok bool, err error) {
			err = json.Unmarshal(v, &e)
			e.Cursor = store.Cursor{}
			return e, true, err
		})
	}
}

// Tail implements store.Store.
func (s BoltStore) Tail(ctx context.Context, t ident.Tenant, after store.Cursor) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		event := func(kv *bolt.Bucket, k []byte) (e store.Event, ok bool, err error) { return e, true, load(kv, k, &e) }
		n, _, err := after.Sequence(t)
		if err == nil && n > 0 { // the event must still be the one that the cursor knew
			err = s.View(func(tx *bolt.Tx) error {
				kv := tx.Bucket(bucket)
				if e, _, err := event(kv, kv.Get(number(key("tail", t), n))); err != nil || e.Cursor != after {
					return errors.Join(store.ErrRestored, err)
				}
				return nil
			})
		}
		if err := errors.Join(store.CheckRead(t), err); err != nil {
			yield(store.Event{}, err)
			return
		}
		scan(ctx, s, number(key("tail", t), n+1), append(key("tail", t), 0xff), false, yield, event)
	}
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/go-marops/marops/ident"
)

// A Repo reads and writes values of type S as records of one kind. It is a
// plain value, holds no connection, and may be a package variable. Kind,
// Schema, Encode and Decode are required; [JSON] fills them in.
type Repo[S any] struct {
	Kind string
	// Schema is the encoding that Encode writes, from 1.
	Schema uint16
	Encode func(S) ([]byte, error)
	// Decode reads a state of any schema up to Schema.
	Decode func(schema uint16, state []byte) (S, error)
	// Index returns the entries under which a value is found, at most
	// MaxEntries; nil for none.
	Index func(S) []Entry
	// Apply folds an appended event into a value. If it is nil, appended
	// events are a trail only and do not change the value.
	Apply func(S, Event) (S, error)

	upcasts map[upcast]func([]byte) ([]byte, error)
}

// JSON returns a Repo that stores values as JSON. A state of a newer schema is
// refused with a SchemaError; one of an older schema is decoded as it is, so
// raise the schema when a field changes its meaning, and add an Upcast then.
func JSON[S any](kind string, schema uint16) Repo[S] {
	return Repo[S]{
		Kind:   kind,
		Schema: schema,
		Encode: func(s S) ([]byte, error) { return json.Marshal(s) },
		Decode: func(_ uint16, state []byte) (S, error) {
			var s S
			return s, json.Unmarshal(state, &s)
		},
	}
}

// Ref names the record with the id.
func (r Repo[S]) Ref(id string) ident.Ref { return ident.Ref{Kind: r.Kind, ID: id} }

// Load returns the value with the id as the unit would leave it, or a
// NotFoundError. A state newer than the Repo's Schema is a SchemaError.
func (r Repo[S]) Load(u *Unit, id string) (S, error) {
	var zero S
	ref := r.Ref(id)
	records, err := u.Get(ref)
	if err != nil {
		return zero, err
	}
	if !records[0].Exists() {
		return zero, &NotFoundError{ref}
	}
	s, err := r.Value(records[0])
	if err != nil || r.Apply == nil {
		return s, err
	}
	return r.fold(u, ref, s)
}

// fold applies what was appended after the state was put: first what is
// stored, then what the unit buffers.
func (r Repo[S]) fold(u *Unit, ref ident.Ref, s S) (S, error) {
	var zero S
	e := u.reads[ref]
	if e.write != nil && e.write.Op == Put {
		return s, nil
	}
	for event, err := range u.History(ref, e.base.AsOf) {
		if err != nil {
			return zero, err
		}
		event.Schema, event.Data, err = r.upcast(ref, upcast{event.Type, event.Schema}, event.Data)
		if err != nil {
			return zero, err
		}
		if s, err = r.Apply(s, event); err != nil {
			return zero, fmt.Errorf("store: %s: event %s: %w", ref, event.Type, err)
		}
	}
	return s, nil
}

// Save buffers the value under the id, and events. Whether it exists is not
// asked: Load first where that matters.
func (r Repo[S]) Save(u *Unit, id string, s S, events ...Event) error {
	state, err := r.Encode(s)
	if err != nil {
		return fmt.Errorf("store: %s: encode: %w", r.Ref(id), err)
	}
	var index []Entry
	if r.Index != nil {
		index = r.Index(s)
	}
	return u.Put(r.Ref(id), r.Schema, state, index, events...)
}

// Append buffers events for the value with the id, creating it if absent,
// without writing the whole state.
func (r Repo[S]) Append(u *Unit, id string, events ...Event) error {
	ref := r.Ref(id)
	if err := u.fetch([]ident.Ref{ref}); err != nil {
		return err
	}
	// A state put in this very batch claims to include all its events.
	if e := u.reads[ref]; r.Apply != nil && e.write != nil && e.write.Op == Put {
		s, err := r.Load(u, id)
		if err != nil {
			return err
		}
		completed := make([]Event, len(events))
		for i, event := range events {
			completed[i] = u.complete(event, ref)
			if s, err = r.Apply(s, completed[i]); err != nil {
				return fmt.Errorf("store: %s: new event %s: %w", ref, event.Type, err)
			}
		}
		return r.Save(u, id, s, completed...)
	}
	return u.Append(ref, events...)
}

// Delete buffers the removal of the value with the id, and events. It returns
// a NotFoundError if there is none.
func (r Repo[S]) Delete(u *Unit, id string, events ...Event) error {
	return u.Delete(r.Ref(id), events...)
}

// Value decodes the state of a record, such as one from Store.List. It does
// not fold events appended after Record.AsOf. A record without a state is the
// zero S.
func (r Repo[S]) Value(rec Record) (S, error) {
	var zero S
	switch {
	case rec.Ref.Kind != r.Kind:
		return zero, &InvalidError{Subject: rec.Ref.String(), Reason: "is not a " + r.Kind}
	case rec.Schema > r.Schema:
		return zero, &SchemaError{Kind: r.Kind, Known: r.Schema, Found: rec.Schema}
	case rec.Schema == 0:
		return zero, nil
	}
	schema, state, err := r.upcast(rec.Ref, upcast{From: rec.Schema}, rec.State)
	if err != nil {
		return zero, err
	}
	s, err := r.Decode(schema, state)
	if err != nil {
		return zero, fmt.Errorf("store: %s: decode: %w", rec.Ref, err)
	}
	return s, nil
}

// List yields what the query finds; q.Kind is set to the Repo's. It reads the
// store directly and does not see a unit's writes. Like Value it does not fold
// events.
func (r Repo[S]) List(ctx context.Context, s Store, t ident.Tenant, q Query) iter.Seq2[Found[S], error] {
	q.Kind = r.Kind
	return func(yield func(Found[S], error) bool) {
		for rec, err := range s.List(ctx, t, q) {
			if err != nil {
				yield(Found[S]{}, err)
				return
			}
			value, err := r.Value(rec)
			if err != nil {
				yield(Found[S]{}, err)
				return
			}
			if !yield(Found[S]{ID: rec.Ref.ID, Value: value, Cursor: rec.Cursor}, nil) {
				return
			}
		}
	}
}

// Found is one value of a Repo.List, and where it stands in it.
type Found[S any] struct {
	ID     string
	Value  S
	Cursor Cursor
}

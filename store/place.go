package store

import "github.com/go-marops/marops/ident"

// A Place is where a list finds a record. Beside its entries a record has one
// in the list of its kind, of Index "" and with the id's bytes as Key.
type Place struct {
	Entry
	Ref ident.Ref
}

// Places returns where lists find the record: at its entries, and by its id.
// They are none if it does not exist. The keys of entries are shared with r.
func (r Record) Places() []Place {
	if !r.Exists() {
		return nil
	}
	places := []Place{{Entry{Key: []byte(r.Ref.ID)}, r.Ref}}
	for _, e := range r.Index {
		places = append(places, Place{e, r.Ref})
	}
	return places
}

// SortKey returns bytes that sort as the lists of a tenant do: the places of
// one list together, by Key, then Ref. No two places have the same, and none
// begins with that of another.
func (p Place) SortKey() []byte {
	return append(listPrefix(p.Index, p.Ref.Kind), Tuple(Text(string(p.Key)), Text(p.Ref.Kind), Text(p.Ref.ID))...)
}

// listPrefix is what the sort keys of a list begin with. The kind belongs to it
// where records are listed by id.
func listPrefix(index, kind string) []byte {
	if index == "" {
		return Tuple(Text(""), Text(kind))
	}
	return Tuple(Text(index))
}

// Span returns the sort keys of the places among which the tenant's list finds
// what q asks for, behind q.After. What else lies in the span is left out by
// Query.Select. Span checks all that a List must: the error is an InvalidError or LimitError if
// tenant or query are malformed, and matches ErrCursor if q.After is of another
// list.
func (q Query) Span(t ident.Tenant) (Span, error) {
	if err := firstOf(CheckRead(t), q.Check()); err != nil {
		return Span{}, err
	}
	from, to := q.Range()
	s := Span{From: Tuple(Text(string(from))), Reverse: q.Reverse}
	if to != nil {
		s.To = Tuple(Text(string(to)))
	}
	s = s.Under(listPrefix(q.Index, q.Kind))
	if q.After.IsZero() {
		return s, nil
	}
	key, ref, err := q.After.ListPosition(t, q)
	if err != nil {
		return Span{}, err
	}
	return s.Behind(Place{Entry{q.Index, key}, ref}.SortKey()), nil
}

// A Filed is a record at one of its places.
type Filed struct {
	Place  Place
	Record Record
}

// Select returns a yield for all that is filed in q's span, in its order. It
// hands on the records that the tenant's list yields, with their cursors: those
// of q.Kind, each at the first of its places there, up to q.Limit. It is meant
// for adapters, as the last step of a List.
func (q Query) Select(t ident.Tenant, yield func(Record, error) bool) func(Filed, error) bool {
	cursor, limited := ListCursors(t, q), q.Limited(yield)
	return func(f Filed, err error) bool {
		if err != nil {
			return limited(Record{}, err)
		}
		if (q.Kind != "" && f.Place.Ref.Kind != q.Kind) || !q.First(f.Place.Entry, f.Record.Index) {
			return true
		}
		f.Record.Cursor = cursor(f.Place.Key, f.Place.Ref)
		return limited(f.Record, nil)
	}
}

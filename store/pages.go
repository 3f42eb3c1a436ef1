package store

import "context"

// Pages yields the items of page after page until one is empty; an error, also
// that of ctx, comes last. It is meant for adapters: next reads a page and lets
// go of locks and rows before it returns, so that the body of the loop may call
// the store again.
func Pages[T any](ctx context.Context, yield func(T, error) bool, next func() ([]T, error)) {
	var none T
	for {
		err := ctx.Err()
		var items []T
		if err == nil {
			items, err = next()
		}
		if err != nil {
			yield(none, err)
			return
		}
		if len(items) == 0 {
			return
		}
		for _, item := range items {
			if err := ctx.Err(); err != nil {
				yield(none, err)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// Limited returns a yield that ends the loop behind q.Limit records. It is
// meant for adapters.
func (q Query) Limited(yield func(Record, error) bool) func(Record, error) bool {
	left := q.Limit
	return func(r Record, err error) bool {
		left--
		return yield(r, err) && left != 0
	}
}

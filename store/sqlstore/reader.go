package sqlstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// A Querier runs a query and calls each with a function that scans the current
// row, until each returns false or an error. The rows are closed when Query
// returns. It is all that reading needs of a driver.
type Querier interface {
	Query(ctx context.Context, query string, args []any, each func(scan func(dest ...any) error) (more bool, err error)) error
}

// A Reader is the reading half of a store.Store. It is meant for adapters with
// a driver API of their own, such as pgstore; Store and Joined have one each.
type Reader struct {
	dialect Dialect
	q       Querier
}

// NewReader returns a Reader of the tables that q sees.
func NewReader(d Dialect, q Querier) *Reader { return &Reader{d, q} }

func (r *Reader) rows(ctx context.Context, query string, args []any, each func(scanner) (bool, error)) error {
	return r.q.Query(ctx, r.dialect.bind(query), args, func(scan func(...any) error) (bool, error) { return each(scan) })
}

// scanner reads the current row.
type scanner func(dest ...any) error

// one scans the only row, and leaves dest alone if there is none.
func (r *Reader) one(ctx context.Context, query string, args []any, dest ...any) error {
	return r.rows(ctx, query, args, func(scan scanner) (bool, error) { return false, scan(dest...) })
}

// Recall looks whether a command was applied before. If so it returns its
// first receipt with Replayed set, or an error that matches
// store.ErrCommandReused.
func (r *Reader) Recall(ctx context.Context, b store.Batch) (receipt store.Receipt, known bool, err error) {
	var digest, text, event []byte
	var versions string
	var place position
	err = r.one(ctx, "SELECT "+r.dialect.recall+" FROM marops_commands WHERE tenant = ? AND command = ?",
		[]any{string(b.Tenant), b.Command[:]}, &digest, &text, &versions, &place.xid, &place.seq, &event)
	known = digest != nil
	switch {
	case err != nil:
	case !known:
		return store.Receipt{}, false, nil
	default:
		if receipt, err = b.Replay(digest, text); err == nil {
			err = r.restore(&receipt, b.Tenant, versions, place, event)
		}
	}
	if err != nil {
		return store.Receipt{}, known, fmt.Errorf("sqlstore: command %s: %w", b.Command, err)
	}
	return receipt, true, nil
}

// restore completes a remembered receipt: its versions and place stand beside
// it if the database itself wrote them.
func (r *Reader) restore(receipt *store.Receipt, t ident.Tenant, versions string, place position, event []byte) error {
	if versions == "" {
		return nil
	}
	numbers := strings.Split(versions, ",")
	if len(numbers) != len(receipt.Versions) {
		return fmt.Errorf("receipt has %d versions of %d records", len(numbers), len(receipt.Versions))
	}
	for i, n := range numbers {
		v, err := strconv.ParseUint(n, 10, 64)
		if err != nil {
			return err
		}
		receipt.Versions[i].Version = v
	}
	if len(event) > 0 {
		id, err := uuid.FromBytes(event)
		if err != nil {
			return err
		}
		receipt.Cursor = r.dialect.cursor(t, place, id)
	}
	return nil
}

// Behind reports whether Tail would yield an event behind the cursor.
func (r *Reader) Behind(ctx context.Context, t ident.Tenant, after store.Cursor) (bool, error) {
	if err := store.CheckRead(t); err != nil {
		return false, err
	}
	place, witness, err := r.dialect.position(t, after)
	if err == nil {
		err = r.sound(ctx, t, place, witness)
	}
	if err != nil {
		return false, err
	}
	found := 0
	condition, args := r.dialect.after(place)
	err = r.one(ctx, "SELECT 1 FROM marops_events WHERE tenant = ? AND "+condition+" LIMIT 1", append([]any{string(t)}, args...), &found)
	if err != nil {
		return false, readError(ctx, "tail", err)
	}
	return found != 0, nil
}

package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// FiguresKind is the kind of the records that snapshots are kept in: one with the name
// of the book, and those of its parts, if one commit cannot hold it.
const FiguresKind = "budget.figures"

// maxPart is how much of a snapshot one record holds.
const maxPart = store.MaxBytes / 2

// Snapshot is the figures of a book as they stood.
type Snapshot struct {
	*budget.Figures
	At      time.Time
	Version uint64      // of the book: how many events its record had
	Head    budget.Hash // of its last entry
}

// Snapshot stores the figures of the book as they stand, in place of those before. It
// costs nothing when posting; a host takes one as often as its reports want.
func (l *Ledger) Snapshot(ctx context.Context, who ident.Person, at time.Time) error {
	var s Snapshot
	err := l.View(ctx, func(b *budget.Book) error {
		s = Snapshot{Figures: b.Figures(), At: at, Version: l.at.version, Head: l.at.head}
		return nil
	})
	if err != nil {
		return err
	}
	data, err := s.MarshalBinary()
	if err != nil {
		return err
	}
	w := figuresWriter{ledger: l, who: who, at: at}
	return w.write(ctx, s, data)
}

type figuresWriter struct {
	ledger *Ledger
	who    ident.Person
	at     time.Time
}

// root is the record that says which parts belong together.
func (c *Config) root() ident.Ref { return ident.Ref{Kind: FiguresKind, ID: c.Name} }

func (c *Config) part(version uint64, n int) ident.Ref {
	return ident.Ref{Kind: FiguresKind, ID: fmt.Sprintf("%s/%d/%d", c.Name, version, n)}
}

// write stores the parts, which nothing refers to yet, then the root, and then drops
// the parts of the snapshot before.
func (w *figuresWriter) write(ctx context.Context, s Snapshot, data []byte) error {
	c := &w.ledger.config
	parts := slices.Collect(slices.Chunk(data, maxPart))
	for n, part := range parts {
		ref := c.part(s.Version, n)
		if err := w.update(ctx, func(u *store.Unit) error { return u.Put(ref, schema, part, nil) }); err != nil {
			return err
		}
	}
	var before snapshotRoot
	err := w.update(ctx, func(u *store.Unit) error {
		records, err := u.Get(c.root())
		if err != nil {
			return err
		}
		before = snapshotRoot{}
		if err := before.read(records[0]); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if before.version > s.Version {
			return nil // somebody was faster
		}
		root := snapshotRoot{s.At, s.Version, s.Head, len(parts), sha256.Sum256(data)}
		return u.Put(c.root(), schema, root.bytes(), nil, store.Event{Type: "book.figures"})
	})
	if err != nil || before.version >= s.Version {
		return err
	}
	for n := range before.parts {
		ref := c.part(before.version, n)
		err := w.update(ctx, func(u *store.Unit) error {
			if err := u.Delete(ref); !errors.Is(err, store.ErrNotFound) {
				return err
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *figuresWriter) update(ctx context.Context, fn func(*store.Unit) error) error {
	id, err := w.ledger.config.NewID()
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, w.ledger.store, store.Command{ID: id, Tenant: w.ledger.config.Tenant, Actor: w.who, At: w.at}, fn)
	return err
}

// ReadSnapshot returns the last snapshot of a book. Errors match store.ErrNotFound if
// there is none, or budget.ErrForm, also for that of another chart.
func ReadSnapshot(ctx context.Context, s store.Store, c Config) (Snapshot, error) {
	if err := c.check(); err != nil {
		return Snapshot{}, err
	}
	for try := 1; ; try++ {
		out, err := readSnapshot(ctx, s, &c)
		// The next one may have taken its place between root and parts.
		if !errors.Is(err, errPart) || try == maxRuns {
			return out, err
		}
	}
}

var errPart = fmt.Errorf("%w: a part is missing", budget.ErrForm)

func readSnapshot(ctx context.Context, s store.Store, c *Config) (Snapshot, error) {
	records, err := s.Get(ctx, c.Tenant, c.root())
	if err != nil {
		return Snapshot{}, err
	}
	var root snapshotRoot
	if err := root.read(records[0]); err != nil {
		return Snapshot{}, err
	}
	var data []byte
	for n := range root.parts {
		records, err := s.Get(ctx, c.Tenant, c.part(root.version, n))
		if err != nil {
			return Snapshot{}, err
		}
		if !records[0].Exists() {
			return Snapshot{}, errPart
		}
		data = append(data, records[0].State...)
	}
	if sha256.Sum256(data) != root.digest {
		return Snapshot{}, fmt.Errorf("figures of book %s: %w: they are not what was stored", c.Name, budget.ErrForm)
	}
	figures, err := c.Chart.ReadFigures(data)
	return Snapshot{figures, root.at, root.version, root.head}, err
}

// snapshotRoot is the state of the root record.
type snapshotRoot struct {
	at      time.Time
	version uint64
	head    budget.Hash
	parts   int
	digest  [sha256.Size]byte // of all parts
}

const rootSize = 8 + 8 + sha256.Size + 4 + sha256.Size

func (r *snapshotRoot) bytes() []byte {
	out := binary.BigEndian.AppendUint64(nil, uint64(r.at.UnixNano())) //nolint:gosec // read back as it is
	out = append(binary.BigEndian.AppendUint64(out, r.version), r.head[:]...)
	return append(binary.BigEndian.AppendUint32(out, uint32(r.parts)), r.digest[:]...) //nolint:gosec // few
}

// read reads a root record; store.ErrNotFound if there is none.
func (r *snapshotRoot) read(from store.Record) error {
	switch {
	case !from.Exists():
		return &store.NotFoundError{Ref: from.Ref}
	case from.Schema > schema:
		return &store.SchemaError{Kind: FiguresKind, Known: schema, Found: from.Schema}
	case len(from.State) != rootSize:
		return fmt.Errorf("%v: %w", from.Ref, budget.ErrForm)
	}
	b := from.State
	r.at = time.Unix(0, int64(binary.BigEndian.Uint64(b))).UTC() //nolint:gosec // as bytes wrote it
	r.version = binary.BigEndian.Uint64(b[8:])
	copy(r.head[:], b[16:])
	r.parts = int(binary.BigEndian.Uint32(b[16+sha256.Size:]))
	copy(r.digest[:], b[20+sha256.Size:])
	return nil
}

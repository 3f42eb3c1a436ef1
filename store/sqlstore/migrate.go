package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-marops/marops/store"
)

// migrate brings the tables up to date inside a transaction. Steps
// applied before must be those known here, byte for byte.
func (d Dialect) migrate(ctx context.Context, x *tx) error {
	steps, err := d.steps()
	if err != nil {
		return err
	}
	if d.guard != "" {
		if err := x.exec(ctx, d.guard); err != nil {
			return fmt.Errorf("sqlstore: migrations: %w", err)
		}
	}
	applied, err := x.appliedSteps(ctx)
	if err != nil {
		return fmt.Errorf("sqlstore: migrations: %w", err)
	}
	if len(applied) > len(steps) {
		return &store.SchemaError{Kind: "sqlstore tables", Known: uint16(len(steps)), Found: uint16(len(applied))}
	}
	for i, checksum := range applied {
		if checksum != steps[i].checksum {
			return fmt.Errorf("sqlstore: migration %s: was applied with other text (checksum %.12s, now %.12s)", steps[i].name, checksum, steps[i].checksum)
		}
	}
	if len(applied) == 0 {
		// Made with Schema by a migration tool: the last table is there.
		there, err := x.hasTable(ctx, "marops_commands")
		if err != nil {
			return fmt.Errorf("sqlstore: migrations: %w", err)
		}
		if there {
			return x.note(ctx, steps)
		}
	}
	for _, m := range steps[len(applied):] {
		for _, statement := range m.statements() {
			if err := x.exec(ctx, statement); err != nil {
				return fmt.Errorf("sqlstore: migration %s: %w", m.name, err)
			}
		}
	}
	return x.note(ctx, steps[len(applied):])
}

func (x *tx) note(ctx context.Context, steps []migration) error {
	for _, m := range steps {
		if err := x.exec(ctx, "INSERT INTO marops_migrations (number, name, checksum) VALUES (?, ?, ?)", m.number, m.name, m.checksum); err != nil {
			return fmt.Errorf("sqlstore: migration %s: %w", m.name, err)
		}
	}
	return nil
}

// appliedSteps returns the checksums in order of number, which must be dense.
// The table is made only if it is missing: the application's user may not be
// allowed to make any.
func (x *tx) appliedSteps(ctx context.Context) ([]string, error) {
	there, err := x.hasTable(ctx, "marops_migrations")
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, x.exec(ctx, x.dialect.migrations)
	}
	var out []string
	err = x.rows(ctx, "SELECT number, checksum FROM marops_migrations ORDER BY number", nil, func(scan scanner) (bool, error) {
		var number int
		var checksum string
		if err := scan(&number, &checksum); err != nil {
			return false, err
		}
		out = append(out, checksum)
		if number != len(out) {
			return false, fmt.Errorf("number %d is missing", len(out))
		}
		return true, nil
	})
	return out, err
}

func (x *tx) hasTable(ctx context.Context, name string) (bool, error) {
	found := 0
	err := x.one(ctx, x.dialect.hasTable, []any{name}, &found)
	return found != 0, err
}

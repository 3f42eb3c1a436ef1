package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-marops/marops/store"
)

// migrate brings the tables up to date inside the transaction of r. Steps
// applied before must be those known here, byte for byte.
func (d Dialect) migrate(ctx context.Context, r *runner) error {
	steps, err := d.migrations()
	if err != nil {
		return err
	}
	const table = "CREATE TABLE IF NOT EXISTS marops_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT"
	if err := r.exec(ctx, table); err != nil {
		return fmt.Errorf("sqlstore: migrations: %w", err)
	}
	applied, err := appliedSteps(ctx, r)
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
		there, err := hasTable(ctx, r, "marops_commands")
		if err != nil {
			return fmt.Errorf("sqlstore: migrations: %w", err)
		}
		if there {
			return note(ctx, r, steps)
		}
	}
	for _, m := range steps[len(applied):] {
		for _, statement := range m.statements() {
			if err := r.exec(ctx, statement); err != nil {
				return fmt.Errorf("sqlstore: migration %s: %w", m.name, err)
			}
		}
	}
	return note(ctx, r, steps[len(applied):])
}

func note(ctx context.Context, r *runner, steps []migration) error {
	for _, m := range steps {
		if err := r.exec(ctx, "INSERT INTO marops_migrations (number, name, checksum) VALUES (?, ?, ?)", m.number, m.name, m.checksum); err != nil {
			return fmt.Errorf("sqlstore: migration %s: %w", m.name, err)
		}
	}
	return nil
}

// appliedSteps returns the checksums in order of number, which must be dense.
func appliedSteps(ctx context.Context, r *runner) ([]string, error) {
	var out []string
	err := r.rows(ctx, "SELECT number, checksum FROM marops_migrations ORDER BY number", nil, func(scan scanner) (bool, error) {
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

func hasTable(ctx context.Context, r *runner, name string) (bool, error) {
	found := false
	err := r.rows(ctx, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", []any{name}, func(scanner) (bool, error) {
		found = true
		return false, nil
	})
	return found, err
}

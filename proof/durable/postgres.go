package durable

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/go-marops/marops/store/pgstore"
)

// ErrNoPostgres says that PostgreSQL is not installed.
var ErrNoPostgres = errors.New("durable: PostgreSQL is not installed: scripts/postgres install")

// Postgres is a server of one's own: transactions of others on the same one
// would hold back its tails.
type Postgres struct{ script, dir, dsn string }

// StartPostgres starts a server with scripts/postgres, whose path it gets.
func StartPostgres(ctx context.Context, script string) (*Postgres, error) {
	dir, err := os.MkdirTemp("", "durable-postgres")
	if err != nil {
		return nil, err
	}
	p := &Postgres{script: script, dir: dir}
	if p.dsn, err = p.run(ctx, "start"); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p, nil
}

// Stop ends the server and removes its files.
func (p *Postgres) Stop(ctx context.Context) error {
	_, err := p.run(ctx, "kill")
	return errors.Join(err, os.RemoveAll(p.dir))
}

func (p *Postgres) run(ctx context.Context, command string) (string, error) {
	var problem strings.Builder
	c := exec.CommandContext(ctx, p.script, command, p.dir)
	c.Stderr = &problem
	out, err := c.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 3 {
		return "", ErrNoPostgres
	}
	if err != nil {
		return "", fmt.Errorf("durable: %s %s: %w: %s", p.script, command, err, problem.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// Open returns an empty store, in a schema that must not be there yet.
func (p *Postgres) Open(ctx context.Context, schema string) (*pgstore.Store, error) {
	conn, err := pgx.Connect(ctx, p.dsn)
	if err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, "CREATE SCHEMA "+pgx.Identifier{schema}.Sanitize())
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return nil, err
	}
	return pgstore.Open(ctx, p.dsn+"&pool_max_conns=20&search_path="+url.QueryEscape(schema), nil)
}

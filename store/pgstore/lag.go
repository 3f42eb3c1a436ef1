package pgstore

import (
	"context"
	"time"
)

// Lag says how far the horizon of Tail lies behind the last commit, and what
// holds it there: the oldest transaction of the whole server that has written
// something and is not over, whatever it has to do with the store.
type Lag struct {
	// Transactions is how many transactions have begun to write since the
	// oldest that is open, itself included, as far as any of them is over; 0 if
	// none is open.
	Transactions int64
	// Since is when the oldest began; zero if none is open, or the database's
	// user may not see it (the role pg_monitor may).
	Since time.Time
	// PID and Application name its session, as far as may be seen.
	PID         int32
	Application string
	// Prepared is its name if it was prepared for two-phase commit; such a
	// transaction stays open also without a session.
	Prepared string
}

// TailLag returns the lag of every Tail on this server at this moment.
func (s *Store) TailLag(ctx context.Context) (Lag, error) {
	// Whoever has a transaction id holds a lock on it, which everybody may see.
	const query = "SELECT CASE WHEN l IS NULL THEN 0 ELSE greatest(pg_snapshot_xmax(s)::text::bigint - pg_snapshot_xmin(s)::text::bigint, 1) END," +
		" COALESCE(a.xact_start, p.prepared), COALESCE(l.pid, 0), COALESCE(a.application_name, ''), COALESCE(p.gid, '')" +
		" FROM pg_current_snapshot() s" +
		" LEFT JOIN pg_locks l ON l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted AND l.transactionid = pg_snapshot_xmin(s)::xid" +
		" LEFT JOIN pg_stat_activity a ON a.pid = l.pid" +
		" LEFT JOIN pg_prepared_xacts p ON p.transaction = l.transactionid"
	var lag Lag
	var since *time.Time
	err := s.pool.QueryRow(ctx, query).Scan(&lag.Transactions, &since, &lag.PID, &lag.Application, &lag.Prepared)
	if err != nil {
		return Lag{}, failed(ctx, "lag", err)
	}
	if since != nil {
		lag.Since = since.UTC()
	}
	return lag, nil
}

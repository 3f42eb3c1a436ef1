package pgstore

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// hearsay is what the last commit to ask was told about somebody waiting. To
// ask costs a commit several per cent, so a few milliseconds' commits rely on
// one answer; who begins to wait looks once more when they must have asked
// again.
type hearsay struct {
	asked atomic.Int64 // Unix nanoseconds
	heard atomic.Bool
}

const hearsayAge = 20 * time.Millisecond

func (h *hearsay) stale(now time.Time) bool { return now.UnixNano()-h.asked.Load() > int64(hearsayAge) }

// update takes the answer of a commit that began at start, and says whether to
// notify. A commit that did not ask and then had to wait for others asks now.
func (h *hearsay) update(ctx context.Context, conn *pgxpool.Conn, start time.Time, asked, heard bool) bool {
	switch {
	case asked || heard:
		h.heard.Store(heard)
		h.asked.Store(start.UnixNano())
	case time.Since(start) > hearsayAge:
		// Whoever waits finds out by itself if this fails, only later.
		_ = conn.QueryRow(ctx, "SELECT marops_heard()").Scan(&heard)
	default:
		heard = h.heard.Load()
	}
	return heard
}

package sqlitestore_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadsUseIndexes asks SQLite how it would read what the store reads.
func TestReadsUseIndexes(t *testing.T) {
	db := rawDB(t, filepath.Join(t.TempDir(), "app.db"))
	openRaw(t, db)
	for name, query := range map[string]string{
		"get": "SELECT state FROM marops_records r WHERE r.tenant = 't' AND r.version > 0 AND (r.kind, r.id) IN (VALUES ('k', 'a'), ('k', 'b'))",
		"list": "SELECT e.key, r.state FROM marops_entries e JOIN marops_records r ON r.tenant = e.tenant AND r.kind = e.kind AND r.id = e.id" +
			" WHERE e.tenant = 't' AND e.name = 'n' AND e.key < x'ff' AND (e.key, e.kind, e.id) > (x'01', 'k', 'a')" +
			" ORDER BY e.key, e.kind, e.id LIMIT 64",
		"list backwards": "SELECT e.key, r.state FROM marops_entries e JOIN marops_records r ON r.tenant = e.tenant AND r.kind = e.kind AND r.id = e.id" +
			" WHERE e.tenant = 't' AND e.name = 'n' AND e.key >= x'00' AND (e.key, e.kind, e.id) < (x'01', 'k', 'a')" +
			" ORDER BY e.key DESC, e.kind DESC, e.id DESC LIMIT 64",
		"list by id": "SELECT state FROM marops_records r WHERE r.tenant = 't' AND r.kind = 'k' AND r.version > 0 AND r.id > 'a' ORDER BY r.id LIMIT 64",
		"history":    "SELECT data FROM marops_events WHERE tenant = 't' AND kind = 'k' AND id = 'a' AND version > 3 ORDER BY version LIMIT 64",
		"tail":       "SELECT data FROM marops_events WHERE tenant = 't' AND seq > 3 ORDER BY seq LIMIT 64",
		"horizon":    "SELECT COALESCE(MAX(seq), 0) FROM marops_events WHERE tenant = 't'",
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
			require.NoError(t, err)
			defer func() { require.NoError(t, rows.Close()) }()
			var plan []string
			for rows.Next() {
				var a, b, c int
				var step string
				require.NoError(t, rows.Scan(&a, &b, &c, &step))
				plan = append(plan, step)
			}
			require.NoError(t, rows.Err())
			all := strings.Join(plan, "; ")
			t.Log(all)
			require.Contains(t, all, "SEARCH")
			require.NotContains(t, all, "TEMP B-TREE") // no sorting
			require.NotRegexp(t, `SCAN (r|e|marops_\w+)\b`, all)
		})
	}
}

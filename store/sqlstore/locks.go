package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// locks returns the advisory locks of a commit in the order in which they are
// taken, as marops_lock in the schema wants them. All that commit to one
// database must agree on them. Two names with one hash wait for each other
// without need, once in 2^62.
func locks(b store.Batch) []int64 {
	out := make([]int64, 0, len(b.Changes)+1)
	out = append(out, lockOf("command", b.Tenant, string(b.Command[:])))
	for i := range b.Changes {
		c := &b.Changes[i]
		lock := lockOf("record", b.Tenant, c.Ref.Kind, c.Ref.ID)
		if c.Op == store.Check {
			lock |= 1
		}
		out = append(out, lock)
	}
	slices.Sort(out)
	return out
}

// lockOf hashes what is locked to an even number. Names have no control
// characters.
func lockOf(what string, t ident.Tenant, names ...string) int64 {
	b := make([]byte, 0, 128)
	b = append(b, "marops "...)
	b = append(b, what...)
	b = append(append(b, 0), t...)
	for _, name := range names {
		b = append(append(b, 0), name...)
	}
	sum := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(sum[:])) &^ 1
}

// lockPostgres has the database take the locks. The array goes as text, which
// all drivers know.
func lockPostgres(ctx context.Context, x *tx, b store.Batch) (early uint64, err error) {
	var text strings.Builder
	for i, l := range locks(b) {
		text.WriteByte("{,"[min(i, 1)])
		text.WriteString(strconv.FormatInt(l, 10))
	}
	text.WriteByte('}')
	err = x.returning(ctx, []any{&early}, "SELECT COALESCE(marops_lock(CAST(? AS text)::bigint[])::text::bigint, 0)", text.String())
	return early, err
}

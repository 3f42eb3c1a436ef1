package durable

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

// lanes is how many writers commit at once, each to halves of its own.
const lanes = 3

// acks are the last commits acknowledged, or found, in each lane.
type acks [lanes]uint64

// halves moves an amount between two records, commit by commit: after n
// commits, left holds 7n and right -7n, each with an event and an index entry.
type halves struct {
	s        store.Store
	lane     int
	versions [2]uint64
}

// refs returns left and right, which always add up to zero.
func refs(lane int) []ident.Ref {
	return []ident.Ref{{Kind: "half", ID: fmt.Sprint("left-", lane)}, {Kind: "half", ID: fmt.Sprint("right-", lane)}}
}

func amountIndex(lane int) string { return fmt.Sprint("amount-", lane) }

func openHalves(ctx context.Context, s store.Store, lane int) (*halves, error) {
	got, err := s.Get(ctx, tenant, refs(lane)...)
	if err != nil {
		return nil, err
	}
	return &halves{s, lane, [2]uint64{got[0].Version, got[1].Version}}, nil
}

// commit moves once more and returns the number of the commit.
func (h *halves) commit(ctx context.Context) (uint64, error) {
	n := h.versions[0] + 1
	command := uuid.UUID{15: byte(h.lane + 1)}
	binary.BigEndian.PutUint64(command[:], n)
	b := store.Batch{Tenant: tenant, Command: command}
	for i, ref := range refs(h.lane) {
		amount := int64(n * 7)
		if i == 1 {
			amount = -amount
		}
		text := strconv.FormatInt(amount, 10)
		b.Changes = append(b.Changes, store.Change{
			Op: store.Put, Ref: ref, Expect: h.versions[i], Schema: 1, State: []byte(text),
			Index: []store.Entry{{Index: amountIndex(h.lane), Key: store.Tuple(store.Int(amount))}},
			Events: []store.Event{{
				ID: ident.Derive(command, i), Type: "moved", Actor: "child", At: time.Unix(int64(n), 0), Data: []byte(text),
			}},
		})
	}
	receipt, err := h.s.Commit(ctx, b)
	if err != nil {
		return 0, err
	}
	h.versions = [2]uint64{receipt.Versions[0].Version, receipt.Versions[1].Version}
	return n, nil
}

// verify returns the number of the last commit of each lane, or an error if
// anything of it is torn: versions, states, events or entries.
func verify(ctx context.Context, s store.Store) (found acks, err error) {
	for lane := range found {
		if found[lane], err = verifyHalves(ctx, s, lane); err != nil {
			return found, err
		}
	}
	return found, nil
}

func verifyHalves(ctx context.Context, s store.Store, lane int) (uint64, error) {
	got, err := s.Get(ctx, tenant, refs(lane)...)
	if err != nil {
		return 0, err
	}
	n := got[0].Version
	if got[1].Version != n {
		return 0, fmt.Errorf("durable: one half of a commit is missing: versions %d and %d", n, got[1].Version)
	}
	if n == 0 {
		return 0, nil
	}
	for i, r := range got {
		want := int64(n * 7)
		if i == 1 {
			want = -want
		}
		if string(r.State) != strconv.FormatInt(want, 10) {
			return 0, fmt.Errorf("durable: %s of commit %d holds %q", r.Ref, n, r.State)
		}
		// The trail of the last few commits agrees with the state.
		last := n - min(n, 50)
		for e, err := range s.History(ctx, tenant, r.Ref, last) {
			if err != nil {
				return 0, err
			}
			last++
			if text := strconv.FormatInt(want/int64(n)*int64(last), 10); e.Version != last || string(e.Data) != text {
				return 0, fmt.Errorf("durable: %s: event %d holds %q, want %d with %q", r.Ref, e.Version, e.Data, last, text)
			}
		}
		if last != n {
			return 0, fmt.Errorf("durable: %s: the trail ends at %d of %d", r.Ref, last, n)
		}
	}
	var listed []ident.Ref
	for r, err := range s.List(ctx, tenant, store.Query{Index: amountIndex(lane)}) {
		if err != nil {
			return 0, err
		}
		listed = append(listed, r.Ref)
	}
	if want := refs(lane); !slices.Equal(listed, []ident.Ref{want[1], want[0]}) {
		return 0, fmt.Errorf("durable: the index lists %v", listed)
	}
	return n, nil
}

var errLost = errors.New("durable: acknowledged commits are lost")

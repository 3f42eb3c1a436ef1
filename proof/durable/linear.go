package durable

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/store"
)

const tenant = ident.Tenant("acme")

// register is what one record is to the linearizability checker.
type register struct {
	version uint64
	value   string
}

// A call reads the record, or puts value if it is at version expect.
type call struct {
	ref    int
	write  bool
	expect uint64
	value  string
}

// An answer is what was read, or whether the put was applied; if not, the
// version that stood in its way.
type answer struct {
	register
	applied bool
}

func model() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			parts := map[int][]porcupine.Operation{}
			for _, op := range history {
				ref := op.Input.(call).ref //nolint:forcetypeassert // ours
				parts[ref] = append(parts[ref], op)
			}
			out := make([][]porcupine.Operation, 0, len(parts))
			for i := range parts {
				out = append(out, parts[i])
			}
			return out
		},
		Init: func() any { return register{} },
		Step: func(state, input, output any) (bool, any) {
			s, in, out := state.(register), input.(call), output.(answer) //nolint:forcetypeassert // ours
			switch {
			case !in.write:
				return out.register == s, s
			case in.expect != s.version:
				return !out.applied && out.version == s.version, s
			default:
				next := register{s.version + 1, in.value}
				return out.applied && out.version == next.version, next
			}
		},
		Equal: func(a, b any) bool { return a == b },
	}
}

// History is what clients saw of a store.
type History []porcupine.Operation

// Record lets clients read and write a few records of the store at once, ops
// operations each, and returns what each call asked and got, and when. The
// records must be absent before.
func Record(ctx context.Context, s store.Store, clients, ops int, seed uint64) (History, error) {
	const refs = 16
	histories := make([]History, clients)
	errs := make([]error, clients)
	start := time.Now()
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			var known [refs]uint64 // versions as this client knows them
			for n := range ops {
				c := call{ref: rng.IntN(refs), write: rng.IntN(2) == 0}
				c.expect, c.value = known[c.ref], strconv.Itoa(i*ops+n)
				op := porcupine.Operation{ClientId: i, Input: c, Call: int64(time.Since(start))}
				got, err := c.send(ctx, s, rng)
				op.Return, op.Output = int64(time.Since(start)), got
				if errs[i] = err; err != nil {
					return
				}
				known[c.ref] = got.version
				histories[i] = append(histories[i], op)
			}
		})
	}
	wg.Wait()
	var all History
	for _, h := range histories {
		all = append(all, h...)
	}
	return all, errors.Join(errs...)
}

func (c call) send(ctx context.Context, s store.Store, rng *rand.Rand) (answer, error) {
	ref := ident.Ref{Kind: "register", ID: strconv.Itoa(c.ref)}
	if !c.write {
		got, err := s.Get(ctx, tenant, ref)
		if err != nil {
			return answer{}, err
		}
		return answer{register: register{got[0].Version, string(got[0].State)}}, nil
	}
	b := store.Batch{Tenant: tenant, Command: newID(rng), Changes: []store.Change{
		{Op: store.Put, Ref: ref, Expect: c.expect, Schema: 1, State: []byte(c.value)},
	}}
	for {
		r, err := s.Commit(ctx, b)
		conflict, ok := errors.AsType[*store.ConflictError](err)
		switch {
		case errors.Is(err, store.ErrUnknownOutcome):
			continue // the same command again: the call goes on
		case ok:
			return answer{register: register{version: conflict.Actual}}, nil
		case err != nil:
			return answer{}, err
		}
		return answer{register: register{version: r.Versions[0].Version}, applied: true}, nil
	}
}

// Check returns an error unless there is an order of the calls, each within
// its own time, in which a single register per record gives the same answers
// (Herlihy and Wing, Linearizability, 1990; checked with porcupine).
func (h History) Check() error {
	return verdict(porcupine.CheckOperationsTimeout(model(), h, 2*time.Minute), len(h))
}

func verdict(r porcupine.CheckResult, calls int) error {
	switch r {
	case porcupine.Ok:
		return nil
	case porcupine.Illegal:
		return fmt.Errorf("durable: history of %d calls is proven not to be linearizable", calls)
	default:
		return fmt.Errorf("durable: history of %d calls is not proven to be linearizable", calls)
	}
}

// newID returns an id of version 8 with random bits.
func newID(rng *rand.Rand) uuid.UUID {
	var id uuid.UUID
	for i := range id {
		id[i] = byte(rng.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return id
}

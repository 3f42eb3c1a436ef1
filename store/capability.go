package store

import (
	"context"
	"time"

	"github.com/go-marops/marops/ident"
)

// Capabilities say what a Store offers beyond the five methods, which are the
// same everywhere. Ask with [CapabilitiesOf].
type Capabilities struct {
	// Durable: what Commit acknowledged survives the end of the process and a
	// loss of power.
	Durable bool
	// Shared: several processes may use the same data at once.
	Shared bool
	// Joined: commits become durable, and visible to others, only with a
	// transaction of the caller.
	Joined bool
	// Lagging: the horizon of Tail may lie behind the last commit.
	Lagging bool
	// Waits and Prunes: the store is a Waiter, a Pruner.
	Waits, Prunes bool
}

// Capable is a Store that states its Capabilities. Waits and Prunes need not
// be stated: CapabilitiesOf sees them.
type Capable interface {
	Store
	Capabilities() Capabilities
}

// CapabilitiesOf returns what s offers. A store that states nothing is taken
// to offer nothing but the optional interfaces that it has.
func CapabilitiesOf(s Store) Capabilities {
	var out Capabilities
	if c, ok := s.(Capable); ok {
		out = c.Capabilities()
	}
	_, out.Waits = s.(Waiter)
	_, out.Prunes = s.(Pruner)
	return out
}

// Waiter is a Store that knows when a tail moves. [Follow] makes use of it.
type Waiter interface {
	Store
	// Wait returns nil once the tenant may have an event behind the cursor; at
	// once if it has one already, and early if it likes. Else it returns when
	// ctx ends, with its error.
	Wait(ctx context.Context, t ident.Tenant, after Cursor) error
}

// MinRemembered is how long every store remembers a command at least.
const MinRemembered = 7 * 24 * time.Hour

// Pruner is a Store that can forget old commands. One that is not a Pruner
// remembers them for ever.
type Pruner interface {
	Store
	// PruneCommands forgets the commands of all tenants that were applied
	// longer ago than age, and returns how many. A forgotten command that
	// comes again is a new one. An age under MinRemembered is an InvalidError.
	PruneCommands(ctx context.Context, age time.Duration) (int64, error)
}

// CheckPrune returns an InvalidError if age is under MinRemembered. It is
// meant for adapters.
func CheckPrune(age time.Duration) error {
	if age < MinRemembered {
		return &InvalidError{Subject: "prune", Reason: "commands are remembered for at least " + MinRemembered.String()}
	}
	return nil
}

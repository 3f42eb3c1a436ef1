package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/ident"
)

// Bounds of Update: how often it runs the function, and how often it sends the
// same batch after ErrUnknownOutcome.
const (
	maxRuns  = 16
	maxSends = 5
)

// A Command is one intent of one person: the key under which Update applies it
// once.
type Command struct {
	ID     uuid.UUID
	Tenant ident.Tenant
	// Actor and At go into the events that do not name their own.
	Actor ident.Person
	At    time.Time
	// Digest identifies the caller's intent, such as a hash of the request,
	// so that the same ID with another intent is refused. All zero trusts the
	// ID alone. It must not depend on stored state.
	Digest [32]byte
}

// Update runs fn on a Unit and commits what it wrote in one batch, together
// with a check of everything it read: either nothing that fn saw has changed
// and all it wrote is applied, or nothing is.
//
// On a conflict fn runs again on fresh state, at most 16 times before the
// ConflictError is returned; so fn must have no effect but through the Unit.
// On ErrUnknownOutcome the same batch is sent again, at most 5 times in all.
// An error of fn is returned as it is and nothing is applied; if the reads
// behind it turn out to be of different moments, fn runs again instead.
//
// A command that was applied before is not applied again: Update returns its
// first Receipt with Replayed set, whatever fn made of the newer state. fn may
// have run, without effect. If the ID was used with another Digest, the error
// matches ErrCommandReused. Replayed is also set when a repeated send finds
// that an earlier one did arrive.
//
// A unit that writes nothing commits nothing and is not remembered: the
// Receipt has no Versions. Use [View] for what only reads.
func Update(ctx context.Context, s Store, c Command, fn func(*Unit) error) (Receipt, error) {
	if err := firstOf(c.Tenant.Check(), checkCommand(c.ID)); err != nil {
		return Receipt{}, &InvalidError{Subject: "command", Err: err}
	}
	for run := 1; ; run++ {
		u := newUnit(ctx, s, c)
		again, err := u.run(fn)
		if err != nil && isContext(err) {
			return Receipt{}, err
		}
		if again && run < maxRuns {
			if err := pause(ctx, run); err != nil {
				return Receipt{}, err
			}
			continue
		}
		batch, writes := u.batch()
		if err != nil || !writes {
			return u.refused(err)
		}
		receipt, err := Send(ctx, s, batch)
		if !errors.Is(err, ErrConflict) || run >= maxRuns {
			return receipt, err
		}
		if err := pause(ctx, run); err != nil {
			return Receipt{}, err
		}
	}
}

// View runs fn on a Unit that refuses to write. When it returns nil, all that
// fn read through the Unit was true at one moment; if that fails, fn runs
// again, at most 16 times before an error that matches ErrConflict.
func View(ctx context.Context, s Store, t ident.Tenant, fn func(*Unit) error) error {
	if err := t.Check(); err != nil {
		return &InvalidError{Subject: "view", Err: err}
	}
	for run := 1; ; run++ {
		u := newUnit(ctx, s, Command{Tenant: t})
		u.readOnly = true
		again, err := u.run(fn)
		if !again || (err != nil && isContext(err)) {
			return err
		}
		if run >= maxRuns {
			return errMoving
		}
		if err := pause(ctx, run); err != nil {
			return err
		}
	}
}

// errMoving ends a View of records that never stood still.
var errMoving = &movingError{}

type movingError struct{}

func (*movingError) Error() string        { return "store: view: records changed during every attempt" }
func (*movingError) Is(target error) bool { return target == ErrConflict }

// run calls fn once. again says that its reads do not belong together, so
// that neither its error nor its result means anything.
func (u *Unit) run(fn func(*Unit) error) (again bool, err error) {
	defer func() { u.closed = true }()
	err = fn(u)
	if _, writes := u.batch(); err == nil && writes {
		return false, nil // the commit itself checks the reads
	}
	moved, readErr := u.moved()
	if readErr != nil {
		return false, firstOf(err, readErr)
	}
	return moved, err
}

// refused answers for a unit with nothing to commit. Its command may have been
// applied before, in which case fn has judged the state that came of it. The
// store is asked with a batch that can only be replayed or conflict.
func (u *Unit) refused(err error) (Receipt, error) {
	probe := Batch{Tenant: u.command.Tenant, Command: u.command.ID, Digest: u.command.Digest, Changes: []Change{
		{Op: Check, Ref: ident.Ref{Kind: "marops.command", ID: u.command.ID.String()}, Expect: maxVersion},
	}}
	receipt, probeErr := Send(u.ctx, u.store, probe)
	switch {
	case probeErr == nil:
		return receipt, nil
	case errors.Is(probeErr, ErrCommandReused):
		return Receipt{}, probeErr
	case err != nil:
		return Receipt{}, err
	case errors.Is(probeErr, ErrConflict):
		return Receipt{Command: u.command.ID}, nil
	default:
		return Receipt{}, probeErr
	}
}

// Send commits a batch, and repeats it while the outcome is unknown, at most 5 times
// in all.
func Send(ctx context.Context, s Store, b Batch) (Receipt, error) {
	for n := 1; ; n++ {
		receipt, err := s.Commit(ctx, b)
		if !errors.Is(err, ErrUnknownOutcome) || n >= maxSends {
			return receipt, err
		}
		if pause(ctx, n) != nil {
			return Receipt{}, err // the outcome is still unknown; say so
		}
	}
}

// pause waits a little longer each time, so that many writers of one record
// do not keep overtaking the same one: 0, 1, 2, 4 … 64 ms.
func pause(ctx context.Context, n int) error {
	if n <= 1 {
		return ctx.Err()
	}
	return sleep(ctx, time.Millisecond<<min(n-2, 6))
}

func checkCommand(id uuid.UUID) error {
	if id == uuid.Nil {
		return errors.New("has no id")
	}
	return nil
}

// firstOf returns the first error that is not nil.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

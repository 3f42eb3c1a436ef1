package store

import (
	"fmt"
	"maps"

	"github.com/go-marops/marops/ident"
)

// upcast names a step from one schema to the next. The Type is "" for states.
type upcast struct {
	Type string
	From uint16
}

// Upcast returns the Repo with a step that turns a state of schema from into
// one of schema from+1. Steps are applied on reading, one after the other, up
// to the Repo's Schema or the first schema without a step, and Decode gets
// what comes of it. They must be pure: a state is read again and again before
// it is ever saved.
//
//	var campaigns = store.JSON[Campaign]("campaign", 3).
//		Upcast(1, splitName).
//		Upcast(2, amountsInMinorUnits)
func (r Repo[S]) Upcast(from uint16, step func(state []byte) ([]byte, error)) Repo[S] {
	return r.withUpcast(upcast{From: from}, step)
}

// UpcastEvent is Upcast for the Data of events of one type, before Apply sees
// them. Apply gets them with the Schema that they were brought to.
func (r Repo[S]) UpcastEvent(eventType string, from uint16, step func(data []byte) ([]byte, error)) Repo[S] {
	return r.withUpcast(upcast{eventType, from}, step)
}

func (r Repo[S]) withUpcast(at upcast, step func([]byte) ([]byte, error)) Repo[S] {
	steps := maps.Clone(r.upcasts) // other copies of the Repo keep theirs
	if steps == nil {
		steps = make(map[upcast]func([]byte) ([]byte, error))
	}
	steps[at] = step
	r.upcasts = steps
	return r
}

// upcast brings data of a schema as far as there are steps.
func (r Repo[S]) upcast(ref ident.Ref, at upcast, data []byte) (uint16, []byte, error) {
	for {
		step := r.upcasts[at]
		if step == nil {
			return at.From, data, nil
		}
		var err error
		if data, err = step(data); err != nil {
			return 0, nil, fmt.Errorf("store: %s: upcast from schema %d: %w", ref, at.From, err)
		}
		at.From++
	}
}

package marops

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/store"
)

var trees = store.JSON[campaign.Tree]("campaign.tree", 1)

// SaveTree stores a campaign tree under a name and reports whether that changed
// anything. A tree with errors is refused with its findings.
func (d *Desk) SaveTree(ctx context.Context, name string, t campaign.Tree) (changed bool, err error) {
	if err := t.Check().Err(); err != nil {
		return false, err
	}
	body, err := json.Marshal(t)
	if err != nil {
		return false, err
	}
	err = d.update(ctx, "save", trees.Ref(name), body, func(u work) error {
		before, err := trees.Load(u.Unit, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		have, encodeErr := json.Marshal(before)
		if changed = err != nil || encodeErr != nil || !bytes.Equal(have, body); !changed {
			return nil
		}
		return trees.Save(u.Unit, name, t, store.Event{Type: "tree.saved"})
	})
	return changed, err
}

// Tree returns the tree stored under a name; store.ErrNotFound if there is none.
func (d *Desk) Tree(ctx context.Context, name string) (campaign.Tree, error) {
	var t campaign.Tree
	err := store.View(ctx, d.store, d.tenant, func(u *store.Unit) (err error) {
		t, err = trees.Load(u, name)
		return err
	})
	return t, err
}

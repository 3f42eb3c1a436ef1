package campaign

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/go-marops/marops/civil/worktime"
)

// anchor returns the moment that a name means for what hangs below a node: that
// of the nearest node that has it; the zero Moment if none does.
func (t Tree) anchor(x index, node uuid.UUID, name string) Moment {
	i, ok := x.at[node]
	if !ok {
		return Moment{}
	}
	for k := range x.up(i) {
		n := &t.Nodes[k]
		if name == LaunchAnchor && !n.Launch.IsZero() {
			return n.Launch
		}
		if m, ok := n.Anchors[name]; ok && name != LaunchAnchor {
			return m
		}
	}
	return Moment{}
}

// Reanchor returns the tree with another launch of a node. The anchored dates of
// tasks that have not started, and of gates, move with it; what has started
// stays. Errors match ErrUnknown or ErrMoment, or are the findings of a calendar.
func (t Tree) Reanchor(node NodeKey, launch Moment, team Team) (Tree, error) {
	out := t.Clone()
	n := out.ByKey(node)
	if n == nil {
		return Tree{}, fmt.Errorf("node %s: %w", clip(string(node)), ErrUnknown)
	}
	if _, err := launch.Time(); err != nil {
		return Tree{}, fmt.Errorf("launch: %w", err)
	}
	n.Launch = launch
	if err := out.resolve(launch, team); err != nil {
		return Tree{}, err
	}
	return out, nil
}

// resolve computes all anchored dates anew, but for what has started.
func (t *Tree) resolve(around Moment, team Team) error {
	calendars, err := team.compile(around.Date)
	if err != nil {
		return err
	}
	x := t.index()
	look := func(what string, node uuid.UUID, r *RelDate, name string) (Moment, *worktime.Calendar, error) {
		if r.Calendar != "" {
			name = r.Calendar
		}
		at := t.anchor(x, node, r.Anchor)
		if at.IsZero() {
			return at, nil, fmt.Errorf("%s: anchor %q: %w", what, clip(r.Anchor), ErrUnknown)
		}
		cal := calendars[name]
		if cal == nil {
			return at, nil, fmt.Errorf("%s: calendar %q: %w", what, clip(name), ErrUnknown)
		}
		return at, cal, nil
	}
	for i := range t.Tasks {
		task := &t.Tasks[i]
		if task.Anchor == nil || task.Status() != NotStarted {
			continue
		}
		what := "task " + clip(string(task.Key))
		at, cal, err := look(what, task.Node, task.Anchor, team.calendarOf(task))
		if err != nil {
			return err
		}
		if err := task.Anchor.resolve(task, at, cal); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	for i := range t.Gates {
		gate := &t.Gates[i]
		if gate.Anchor == nil {
			continue
		}
		at, cal, err := look("gate "+clip(string(gate.Key)), gate.Node, gate.Anchor, team.home())
		if err != nil {
			return err
		}
		gate.resolve(at.Date, cal)
	}
	return nil
}

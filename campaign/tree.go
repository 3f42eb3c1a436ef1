package campaign

import (
	"iter"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// Tree is a forest of nodes and what hangs below them: tasks, gates and goals.
// It is plain data with a JSON form; Check says what is wrong with it.
type Tree struct {
	Start    civil.Date      `json:"start"`             // when work may begin
	Currency money.Currency  `json:"currency,omitzero"` // of the budget
	Fiscal   fiscal.Calendar `json:"fiscal"`            // of the budget; the zero value is the calendar year
	Nodes    []Node          `json:"nodes"`
	Tasks    []Task          `json:"tasks,omitempty"`
	Gates    []Gate          `json:"gates,omitempty"`
	Goals    []Goal          `json:"goals,omitempty"`
}

// Node returns the node with an id for editing, nil if there is none.
func (t *Tree) Node(id uuid.UUID) *Node {
	i := slices.IndexFunc(t.Nodes, func(n Node) bool { return n.ID == id })
	if i < 0 {
		return nil
	}
	return &t.Nodes[i]
}

// ByKey returns the first node with a key for editing, nil if there is none.
func (t *Tree) ByKey(key NodeKey) *Node {
	i := slices.IndexFunc(t.Nodes, func(n Node) bool { return n.Key == key })
	if i < 0 {
		return nil
	}
	return &t.Nodes[i]
}

// Task returns the first task with a key for editing, nil if there is none.
func (t *Tree) Task(key planning.TaskKey) *Task {
	i := slices.IndexFunc(t.Tasks, func(task Task) bool { return task.Key == key })
	if i < 0 {
		return nil
	}
	return &t.Tasks[i]
}

// Gate returns the first gate with a key for editing, nil if there is none.
func (t *Tree) Gate(key GateKey) *Gate {
	i := slices.IndexFunc(t.Gates, func(g Gate) bool { return g.Key == key })
	if i < 0 {
		return nil
	}
	return &t.Gates[i]
}

// Milestones yields the tasks without a duration, in authored order.
func (t Tree) Milestones() iter.Seq[Task] {
	return func(yield func(Task) bool) {
		for _, task := range t.Tasks {
			if task.IsMilestone() && !yield(task) {
				return
			}
		}
	}
}

// Clone returns a deep copy, for a what-if.
func (t Tree) Clone() Tree {
	t.Nodes = slices.Clone(t.Nodes)
	for i := range t.Nodes {
		t.Nodes[i].Anchors = maps.Clone(t.Nodes[i].Anchors)
	}
	t.Tasks = slices.Clone(t.Tasks)
	for i := range t.Tasks {
		task := &t.Tasks[i]
		task.Predecessors = slices.Clone(task.Predecessors)
		task.Tags = slices.Clone(task.Tags)
		if task.Anchor != nil {
			task.Anchor = new(*task.Anchor)
		}
	}
	t.Gates = slices.Clone(t.Gates)
	for i := range t.Gates {
		gate := &t.Gates[i]
		gate.Items, gate.After = slices.Clone(gate.Items), slices.Clone(gate.After)
		if gate.Anchor != nil {
			gate.Anchor = new(*gate.Anchor)
		}
	}
	t.Goals = slices.Clone(t.Goals)
	for i := range t.Goals {
		t.Goals[i].Contribution = slices.Clone(t.Goals[i].Contribution)
	}
	return t
}

// index finds nodes by id without walking the list.
type index struct {
	at     map[uuid.UUID]int
	parent []int // -1 for roots and for nodes whose parent is not there
}

func (t Tree) index() index {
	x := index{make(map[uuid.UUID]int, len(t.Nodes)), make([]int, len(t.Nodes))}
	for i, n := range t.Nodes {
		if _, ok := x.at[n.ID]; !ok {
			x.at[n.ID] = i
		}
	}
	for i, n := range t.Nodes {
		x.parent[i] = -1
		if p, ok := x.at[n.Parent]; ok && n.Parent != uuid.Nil {
			x.parent[i] = p
		}
	}
	return x
}

// up yields a node and its ancestors by position. It stops in a cycle.
func (x index) up(i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for steps := 0; i >= 0 && steps <= len(x.parent); steps++ {
			if !yield(i) {
				return
			}
			i = x.parent[i]
		}
	}
}

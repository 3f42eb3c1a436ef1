package campaign

import (
	"fmt"
	"io"
	"slices"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/strictjson"
	"github.com/go-marops/marops/planning"
)

// Template is a campaign to be: nodes, items and gates with roles instead of
// people and expressions instead of dates. It is plain data with a JSON form;
// Compile checks it.
type Template struct {
	Key     string           `json:"key"`
	Name    string           `json:"name"`
	Root    NodeKey          `json:"root"`              // the node that is launched
	Launch  planning.TaskKey `json:"launch"`            // the item that is the launch: a milestone
	Anchors []string         `json:"anchors,omitempty"` // names of anchors beside the launch
	Nodes   []TemplateNode   `json:"nodes"`
	Items   []Item           `json:"items"`
	Gates   []TemplateGate   `json:"gates,omitempty"`
}

// TemplateNode becomes a Node.
type TemplateNode struct {
	Key        NodeKey        `json:"key"`
	Parent     NodeKey        `json:"parent,omitempty"`
	Level      Level          `json:"level"`
	Name       string         `json:"name"`           // of the root, it is replaced by Params.Name
	Role       string         `json:"role,omitempty"` // of the owner
	Channel    string         `json:"channel,omitempty"`
	Market     string         `json:"market,omitempty"`
	BudgetNode budget.NodeKey `json:"budgetNode,omitempty"`
}

// Item becomes a Task.
type Item struct {
	Key          planning.TaskKey `json:"key"`
	Node         NodeKey          `json:"node"`
	Name         string           `json:"name"`
	Phase        string           `json:"phase,omitempty"`
	Role         string           `json:"role,omitempty"`
	Units        int              `json:"units,omitempty"` // thousandths of who does it; 0 is all
	Calendar     string           `json:"calendar,omitempty"`
	Duration     worktime.Length  `json:"duration"` // nothing is a milestone
	Predecessors []Dependency     `json:"predecessors,omitempty"`
	Anchor       *RelDate         `json:"anchor,omitempty"`
	Deliverable  string           `json:"deliverable,omitempty"`
}

// TemplateGate becomes a Gate.
type TemplateGate struct {
	Key    GateKey            `json:"key"`
	Node   NodeKey            `json:"node"`
	Name   string             `json:"name"`
	Anchor *RelDate           `json:"anchor,omitempty"` // when it is due; its Bind must be Due
	After  []planning.TaskKey `json:"after,omitempty"`
	Items  []Check            `json:"items,omitempty"`
}

// Clone returns a deep copy.
func (t Template) Clone() Template {
	t.Anchors, t.Nodes = slices.Clone(t.Anchors), slices.Clone(t.Nodes)
	t.Items = slices.Clone(t.Items)
	for i := range t.Items {
		t.Items[i].Predecessors = slices.Clone(t.Items[i].Predecessors)
		if t.Items[i].Anchor != nil {
			t.Items[i].Anchor = new(*t.Items[i].Anchor)
		}
	}
	t.Gates = slices.Clone(t.Gates)
	for i := range t.Gates {
		t.Gates[i].After, t.Gates[i].Items = slices.Clone(t.Gates[i].After), slices.Clone(t.Gates[i].Items)
		if t.Gates[i].Anchor != nil {
			t.Gates[i].Anchor = new(*t.Gates[i].Anchor)
		}
	}
	return t
}

const maxTemplateBytes = 4 << 20

// ReadTemplate reads the JSON form of a Template, at most 4 MiB. A field that a
// Template does not have and a name given twice are errors; the name of the
// file appears in them, and they match ErrTemplate. Compile checks the rest.
func ReadTemplate(r io.Reader, name string) (Template, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxTemplateBytes+1))
	if err != nil {
		return Template{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxTemplateBytes {
		return Template{}, fmt.Errorf("%s: %w: larger than %d bytes", name, ErrTemplate, maxTemplateBytes)
	}
	var t Template
	if err := strictjson.Unmarshal(data, &t); err != nil {
		return Template{}, fmt.Errorf("%s: %w: %w", name, ErrTemplate, err)
	}
	return t, nil
}

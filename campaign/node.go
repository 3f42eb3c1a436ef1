package campaign

import (
	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// NodeKey names a node within a tree, for crosswalks, exports and people.
type NodeKey string

// LaunchAnchor is the anchor that every node with a Launch has.
const LaunchAnchor = "launch"

// Node is a portfolio, programme, campaign or activity. A node without a parent
// is a root.
type Node struct {
	ID         uuid.UUID      `json:"id"`
	Key        NodeKey        `json:"key,omitempty"`
	Parent     uuid.UUID      `json:"parent,omitzero"`
	Level      Level          `json:"level"`
	Name       string         `json:"name"`
	Owner      ident.Person   `json:"owner,omitempty"`
	Channel    string         `json:"channel,omitempty"` // "paid-search"
	Market     string         `json:"market,omitempty"`  // "US"
	Span       civil.Period   `json:"span,omitzero"`
	Budget     money.Money    `json:"budget,omitzero"`
	BudgetNode budget.NodeKey `json:"budgetNode,omitempty"` // where its money is controlled; "" = where its parent's is

	// Launch anchors the dates of the node's tasks and of those below that have
	// no nearer launch; LaunchTask is the milestone that it is.
	Launch     Moment            `json:"launch,omitzero"`
	LaunchTask planning.TaskKey  `json:"launchTask,omitempty"`
	Anchors    map[string]Moment `json:"anchors,omitempty"` // further anchors by name
}

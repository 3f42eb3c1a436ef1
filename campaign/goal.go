package campaign

import (
	"fmt"
	"math/big"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/kpi"
)

// GoalKey names a goal within a tree.
type GoalKey string

// Goal joins a business goal to a metric and to the nodes that work for it.
type Goal struct {
	Key          GoalKey         `json:"key"`
	Name         string          `json:"name"`
	Metric       kpi.MetricKey   `json:"metric"`
	Direction    kpi.Direction   `json:"direction,omitempty"` // 0 at least, 1 at most
	Target       decimal.Decimal `json:"target"`              // in the metric's unit
	Node         uuid.UUID       `json:"node"`                // whose goal it is
	Contribution []Contribution  `json:"contribution,omitempty"`
}

// Contribution is what a node is expected to bring to a goal.
type Contribution struct {
	Node     uuid.UUID       `json:"node"`
	Expected decimal.Decimal `json:"expected"` // in the metric's unit
}

// Progress is how a goal, or a node's contribution to it, stands.
type Progress struct {
	Node   uuid.UUID
	Target decimal.Decimal
	Value  kpi.Value
	Known  bool     // there is a number to compare
	Met    bool     // on the good side of the target
	Share  *big.Rat // value ÷ target, exact; nil unless Known and the target is not zero
}

// Percent returns the share of the target with one decimal, "" if there is none.
func (p Progress) Percent() string {
	if p.Share == nil {
		return ""
	}
	return new(big.Rat).Mul(p.Share, big.NewRat(100, 1)).FloatString(1) + " %"
}

// Progress compares a value of the metric with the target. A value that is not
// a number, or a target beyond 40 digits, is not Known.
func (g Goal) Progress(v kpi.Value) Progress { return g.progress(g.Node, g.Target, v) }

func (g Goal) progress(node uuid.UUID, want decimal.Decimal, v kpi.Value) Progress {
	p := Progress{Node: node, Target: want, Value: v}
	have, ok := v.Rat()
	if !ok || !bounded(want) {
		return p
	}
	p.Known = true
	target := want.Rat()
	if g.Direction == kpi.AtMost {
		p.Met = have.Cmp(target) <= 0
	} else {
		p.Met = have.Cmp(target) >= 0
	}
	if target.Sign() != 0 {
		p.Share = new(big.Rat).Quo(have, target)
	}
	return p
}

// Contributions compares each node's expected contribution with a result of the
// goal's metric by one column that holds node keys. A node without a row has a
// missing value. Errors match ErrGoal.
func (g Goal) Contributions(t Tree, r *kpi.Result) ([]Progress, error) {
	if columns := r.Columns(); len(columns) != 1 {
		return nil, fmt.Errorf("goal %s: result by %q: %w: want one column of node keys", g.Key, columns, ErrGoal)
	}
	out := make([]Progress, 0, len(g.Contribution))
	for _, c := range g.Contribution {
		n := t.Node(c.Node)
		if n == nil {
			return nil, fmt.Errorf("goal %s: node %v: %w: it is not in the tree", g.Key, c.Node, ErrGoal)
		}
		var v kpi.Value
		if row, ok := r.Row(string(n.Key)); ok {
			v = row.Value(g.Metric)
		}
		out = append(out, g.progress(c.Node, c.Expected, v))
	}
	return out, nil
}

// bounded keeps decimals such as 1e999999 away from arithmetic.
func bounded(d decimal.Decimal) bool {
	const most = 40
	return d.Exponent() <= most && d.Exponent() >= -most && d.Coefficient().BitLen() <= 160
}

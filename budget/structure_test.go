package budget_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// problems compiles nodes and returns the findings.
func problems(t *testing.T, nodes ...budget.Node) finding.List {
	t.Helper()
	_, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: nodes})
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok, "%v", err)
	return list
}

// An empty list of controls refuses nothing, whether it was stored or not; none at
// all is the default.
func TestAnEmptyListOfControlsIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		node   budget.Node
		text   string
		refuse bool
	}{
		{budget.Node{Key: "a", Controls: []budget.Control{}}, `{"key":"a","controls":[]}`, false},
		{budget.Node{Key: "a"}, `{"key":"a"}`, true},
	} {
		text, err := json.Marshal(c.node)
		require.NoError(t, err)
		assert.Equal(t, c.text, string(text))
		var back budget.Node
		require.NoError(t, json.Unmarshal(text, &back))
		for _, n := range []budget.Node{c.node, back, chart(t, back).Nodes()[0]} {
			b := budget.New(chart(t, n))
			do(t, b, budget.SetLimit{Node: "a", Period: p1, Amount: eur(1)})
			err := b.Apply(now, budget.Order{Ref: "o", Node: "a", Date: day(1, 2), Amount: eur(2)})[0].Err
			if c.refuse {
				require.ErrorIs(t, err, budget.ErrLimit)
			} else {
				require.NoError(t, err)
			}
		}
	}
}

// What is no UTF-8 cannot be stored as JSON and come back the same.
func TestNodesAreUTF8(t *testing.T) {
	t.Parallel()
	for what, n := range map[string]budget.Node{
		"key": {Key: "a\xff"}, "name": {Key: "a", Name: "\xff"}, "owner": {Key: "a", Owner: "\xff"},
		"channel": {Key: "a", Tags: budget.Tags{Channel: "\xff"}}, "category": {Key: "a", Tags: budget.Tags{Category: "\xff"}},
		"region": {Key: "a", Tags: budget.Tags{Region: "\xff"}}, "cost centre": {Key: "a", Tags: budget.Tags{CostCentre: "\xff"}},
		"vendor": {Key: "a", Tags: budget.Tags{Vendor: "\xff"}},
	} {
		list := problems(t, budget.Node{Key: "fine", Name: "Größe"}, n)
		require.Len(t, list, 1, what)
		assert.Equal(t, "budget.node.invalid", list[0].Code)
		assert.Equal(t, "nodes[1]", list[0].Subject)
		assert.Contains(t, list[0].Evidence[0], what)
	}
}

func TestTheCurrencyMustBeOne(t *testing.T) {
	t.Parallel()
	_, err := budget.Compile(budget.Structure{Currency: 60_000, Horizon: year, Nodes: []budget.Node{{Key: "a"}}}) // beyond ZZZ, 26³
	list, ok := errors.AsType[finding.List](err)
	require.True(t, ok, "%v", err)
	assert.True(t, list.Has("budget.currency.missing"))
}

// A cycle is told once, and without those that only hang on it.
func TestCyclesNameTheCycle(t *testing.T) {
	t.Parallel()
	list := problems(t,
		budget.Node{Key: "root"}, budget.Node{Key: "x", Parent: "y"}, budget.Node{Key: "z", Parent: "y"}, budget.Node{Key: "y", Parent: "z"},
		budget.Node{Key: "self", Parent: "self"}, budget.Node{Key: "lost", Parent: "zz"}, budget.Node{Key: "below", Parent: "lost"},
	)
	var got []string
	for _, f := range list {
		got = append(got, f.Code+" "+f.Subject+": "+f.Evidence[0])
	}
	assert.Equal(t, []string{
		`budget.parent.unknown node/lost: parent "zz" is not a node`,
		`budget.parent.cycle node/z: z -> y -> z`,
		`budget.parent.cycle node/self: self -> self`,
	}, got)
	ring := make([]budget.Node, 1_000)
	for i := range ring {
		ring[i] = budget.Node{Key: budget.NodeKey(fmt.Sprint("n", i)), Parent: budget.NodeKey(fmt.Sprint("n", (i+1)%len(ring)))}
	}
	list = problems(t, ring...)
	require.Len(t, list, 1)
	assert.Contains(t, list[0].Evidence[0], "n0 -> n1 -> ")
	assert.Contains(t, list[0].Evidence[0], " -> n0")
	assert.Less(t, strings.Count(list[0].Evidence[0], "->"), 30, "a long cycle is shortened")
}

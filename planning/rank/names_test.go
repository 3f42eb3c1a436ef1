package rank_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/planning/rank"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]interface{ String() string }{
		"lower": rank.Lower, "max-share": rank.MaxShare, "must": rank.Must, "unknown(9)": rank.Priority(9),
		"missing": rank.Missing, "undefined": rank.Undefined, "invalid": rank.Invalid, "State(9)": rank.State(9),
		"limit": rank.LimitFull, "group": rank.GroupFull, "needs": rank.NeedsOther, "window": rank.OutsideWindow,
		"it adds no value":            rank.Block{Kind: rank.NoValue},
		"it needs crm":                rank.Block{Kind: rank.NeedsOther, Name: "crm"},
		"group fairs has its maximum": rank.Block{Kind: rank.GroupFull, Name: "fairs"},
	} {
		assert.Equal(t, want, got.String())
	}
	var s rank.Score
	assert.Equal(t, "undefined", s.String())
	assert.Nil(t, s.Rat())
	one := scoreOf(rank.Int(1))
	assert.Equal(t, []int{0, -1, 1, 0}, []int{s.Cmp(s), s.Cmp(one), one.Cmp(s), one.Cmp(one)})
	text, err := s.MarshalText()
	require.NoError(t, err)
	assert.Empty(t, text)
	assert.Equal(t, `number "x": no`, (&rank.NumberError{Text: "x", Reason: "no"}).Error())
	assert.Equal(t, `name "x": want one of [a b]`, (&rank.NameError{Text: "x", Want: []string{"a", "b"}}).Error())
}

func roundTrip[T any](t *testing.T, text string) {
	t.Helper()
	var v, again T
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	out := must(json.Marshal(v))
	assert.JSONEq(t, text, string(out))
	require.NoError(t, json.Unmarshal(out, &again))
	assert.Equal(t, v, again)
}

func TestAuthoredValuesRoundTripJSON(t *testing.T) {
	t.Parallel()
	roundTrip[rank.WSJFItem](t, `{"key":"a","businessValue":8,"timeCriticality":null,"riskReduction":0.5,"jobSize":3}`)
	roundTrip[rank.ICEItem](t, `{"key":"a","impact":8,"confidence":5,"ease":-1}`)
	roundTrip[rank.WeightedItem](t, `{"key":"a","values":{"cost":1200.55,"reach":null}}`)
	roundTrip[rank.MoSCoWItem](t, `{"key":"a","priority":"should","effort":8}`)
	roundTrip[rank.SkillNeed](t, `{"skill":"sql","level":2,"heads":1,"work":60000}`)
	roundTrip[rank.Portfolio](t, `{"items":[{"key":"a","value":3,"uses":[{"limit":"eur","amount":2}],"mandatory":true}],"limits":[{"key":"eur","capacity":5}],"groups":[{"key":"g","items":["a"],"min":1}],"needs":[{"item":"a","needs":"a"}]}`)
}

// The path of the search is the same on every machine: products are rounded
// before they are added. The counts were read on amd64 and hold on 386.
func TestSelectWalksTheSamePathEverywhere(t *testing.T) {
	t.Parallel()
	for seed, want := range map[uint64]struct {
		value int64
		nodes int
	}{1: {19671, 993}, 2: {19471, 561}} {
		got := must(rank.Select(realPortfolio(rand.New(rand.NewPCG(seed, 11)), 45, 6, true), nil))
		assert.Equal(t, want.value, got.Value)
		assert.Equal(t, want.nodes, got.Nodes)
		assert.Equal(t, got, must(rank.Select(realPortfolio(rand.New(rand.NewPCG(seed, 11)), 45, 6, true), nil)))
	}
}

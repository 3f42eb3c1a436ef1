package rank_test

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning/rank"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"8": "8", "-1": "-1", "0.250": "0.25", "0": "0", "-0": "0", "007": "7", "1.": "!", ".5": "!", "1e3": "!", "": "missing", "--1": "!",
		"999999999999999999": "999999999999999999", "1000000000000000000": "!", "0.000000000000000001": "0.000000000000000001", "-0.05": "-0.05",
		"1 ": "!", "+1": "!", "12345678.0000000000000000000000000": "12345678", strings.Repeat("9", 100): "!",
	} {
		n, err := rank.ParseNumber(text)
		if want == "!" {
			require.ErrorIs(t, err, rank.ErrNumber, text)
			continue
		}
		require.NoError(t, err, text)
		assert.Equal(t, want, n.String(), text)
	}
	got := must(rank.ParseNumber("0.80"))
	assert.Equal(t, rank.Percent(80), got)
	assert.NotEqual(t, rank.Number{}, rank.Int(0), "missing is not nought")
	assert.Equal(t, must(rank.ParseNumber("2.5")), must(rank.Decimal(decimal.RequireFromString("2.50"))))
	for _, d := range []decimal.Decimal{decimal.New(1, 1_000_000_000), decimal.New(1, -1_000_000_000), decimal.New(12345678901234567, 5)} {
		_, err := rank.Decimal(d)
		require.ErrorIs(t, err, rank.ErrNumber)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1", "-0.5", "", "1e9", "999999999999999999.9", "0.000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := rank.ParseNumber(text)
		if err != nil {
			require.ErrorIs(t, err, rank.ErrNumber)
			return
		}
		written, err := n.MarshalText()
		require.NoError(t, err)
		again, err := rank.ParseNumber(string(written))
		require.NoError(t, err)
		require.Equal(t, n, again)
		if n.Known() {
			want, ok := new(big.Rat).SetString(text)
			require.True(t, ok)
			require.Zero(t, want.Cmp(n.Rat()))
		}
		data, err := json.Marshal(n)
		require.NoError(t, err)
		var back rank.Number
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, n, back)
	})
}

func TestInputsRoundTripJSON(t *testing.T) {
	t.Parallel()
	text := `[{"key":"a","reach":100,"impact":0.25,"confidence":0.8,"effort":null}]`
	var items []rank.RICEItem
	require.NoError(t, json.Unmarshal([]byte(text), &items))
	assert.False(t, items[0].Effort.Known())
	out, err := json.Marshal(items)
	require.NoError(t, err)
	assert.JSONEq(t, text, string(out))
	require.Error(t, json.Unmarshal([]byte(`[{"reach":true}]`), &items))
	var c rank.Criterion
	require.NoError(t, json.Unmarshal([]byte(`{"key":"cost","weight":"1.5","better":"lower"}`), &c))
	assert.Equal(t, rank.Criterion{Key: "cost", Weight: must(rank.ParseNumber("1.5")), Better: rank.Lower}, c)
	require.ErrorIs(t, json.Unmarshal([]byte(`{"better":"sideways"}`), &c), rank.ErrName)
	_, err = json.Marshal(rank.Criterion{Better: 9})
	require.ErrorIs(t, err, rank.ErrName)
}

func TestStatesOfItemsWithoutScore(t *testing.T) {
	t.Parallel()
	one := rank.Int(1)
	r, err := rank.RICE([]rank.RICEItem{
		{Key: "missing", Reach: one, Effort: one},
		{Key: "free", Reach: one, Impact: one, Confidence: one, Effort: rank.Int(0)},
		{Key: "sure", Reach: one, Impact: one, Confidence: rank.Percent(101), Effort: one},
		{Key: "negative", Reach: rank.Int(-1), Impact: one, Confidence: one, Effort: one},
		{Key: "nought", Reach: rank.Int(0), Impact: one, Confidence: one, Effort: one},
	})
	require.NoError(t, err)
	require.Equal(t, []rank.ItemKey{"nought"}, r.Keys(), "nought is a value")
	var states []rank.State
	for _, a := range r.Apart {
		states = append(states, a.State)
	}
	assert.Equal(t, []rank.State{rank.Missing, rank.Undefined, rank.Invalid, rank.Invalid}, states)
	assert.Equal(t, []string{"impact", "confidence"}, r.Apart[0].Missing)
	for _, code := range []string{"rank.input.missing", "rank.input.undefined", "rank.input.invalid"} {
		assert.True(t, r.Findings().Has(code), code)
	}
	_, err = rank.ICE([]rank.ICEItem{{Key: "a"}, {Key: "a"}, {}})
	var list finding.List
	require.ErrorAs(t, err, &list)
	assert.True(t, list.Has("rank.key.duplicate") && list.Has("rank.key.invalid"))
}

func TestTiesShareAPlaceInOrderOfInput(t *testing.T) {
	t.Parallel()
	ice := func(k rank.ItemKey, n int64) rank.ICEItem {
		return rank.ICEItem{Key: k, Impact: rank.Int(n), Confidence: rank.Int(6 / n), Ease: rank.Int(1)}
	}
	r, err := rank.ICE([]rank.ICEItem{{Key: "low", Impact: rank.Int(1), Confidence: rank.Int(1), Ease: rank.Int(1)}, ice("z", 2), ice("a", 3), ice("m", 1)})
	require.NoError(t, err)
	assert.Equal(t, []rank.ItemKey{"z", "a", "m", "low"}, r.Keys())
	assert.Equal(t, 1, r.Ranked[2].Place)
	assert.Equal(t, 4, r.Ranked[3].Place)
}

// A third is not a decimal: floats or rounded quotients would order these by
// chance.
func TestScoresAreExact(t *testing.T) {
	t.Parallel()
	wsjf := func(k rank.ItemKey, value, size string) rank.WSJFItem {
		return rank.WSJFItem{Key: k, BusinessValue: must(rank.ParseNumber(value)), TimeCriticality: rank.Int(0), RiskReduction: rank.Int(0), JobSize: must(rank.ParseNumber(size))}
	}
	r, err := rank.WSJF([]rank.WSJFItem{
		wsjf("a third", "1", "3"),
		wsjf("nearly", "0.33333333333333333", "1"),
		wsjf("just above", "0.33333333333333334", "1"),
		wsjf("a third too", "100000000000", "300000000000"),
	})
	require.NoError(t, err)
	assert.Equal(t, []rank.ItemKey{"just above", "a third", "a third too", "nearly"}, r.Keys())
	assert.Equal(t, r.Ranked[1].Place, r.Ranked[2].Place)
}

func TestNormalisations(t *testing.T) {
	t.Parallel()
	items := []rank.WeightedItem{
		{Key: "a", Values: map[string]rank.Number{"x": rank.Int(2), "y": rank.Int(10)}},
		{Key: "b", Values: map[string]rank.Number{"x": rank.Int(6), "y": rank.Int(40)}},
		{Key: "c", Values: map[string]rank.Number{"x": rank.Int(8), "y": rank.Int(20)}},
		{Key: "d", Values: map[string]rank.Number{"x": rank.Int(99)}}, // takes no part in the scale
	}
	criteria := []rank.Criterion{{Key: "x", Weight: rank.Int(3)}, {Key: "y", Weight: rank.Int(1), Better: rank.Lower}}
	for how, want := range map[rank.Normalisation]map[rank.ItemKey]string{
		// x: 0, 2/3, 1; y: 1, 0, 2/3 -> (3x + y) / 4
		rank.MinMax: {"a": "1/4", "b": "1/2", "c": "11/12"},
		// x: 1/4, 3/4, 1; y: 1, 1/4, 1/2
		rank.MaxShare: {"a": "7/16", "b": "5/8", "c": "7/8"},
		// (3x - y) / 4
		rank.Raw: {"a": "-1", "b": "-11/2", "c": "1"},
	} {
		r, err := rank.Weighted(criteria, items, how)
		require.NoError(t, err)
		require.Len(t, r.Ranked, 3)
		require.Len(t, r.Apart, 1)
		for _, e := range r.Ranked {
			text, err := e.Score.MarshalText()
			require.NoError(t, err)
			assert.Equal(t, want[e.Key], string(text), "%s %s", how, e.Key)
			sum := new(big.Rat)
			for _, p := range e.Parts {
				sum.Add(sum, p.Gives.Rat())
			}
			assert.Zero(t, sum.Cmp(e.Score.Rat()), "parts add up")
		}
	}
}

func TestWeightedRefuses(t *testing.T) {
	t.Parallel()
	for code, c := range map[string][]rank.Criterion{
		"rank.weight.invalid": {{Key: "x"}},
		"rank.key.duplicate":  {{Key: "x", Weight: rank.Int(1)}, {Key: "x", Weight: rank.Int(1)}},
		"rank.choice.unknown": {{Key: "x", Weight: rank.Int(1), Better: 7}},
	} {
		_, err := rank.Weighted(c, nil, rank.MinMax)
		var list finding.List
		require.ErrorAs(t, err, &list, code)
		assert.True(t, list.Has(code), code)
	}
	_, err := rank.Weighted([]rank.Criterion{{Key: "x", Weight: rank.Int(0)}}, nil, rank.MinMax)
	require.ErrorContains(t, err, "no weight is above 0")
	_, err = rank.Weighted([]rank.Criterion{{Key: "x", Weight: rank.Int(1)}}, []rank.WeightedItem{{Key: "a", Values: map[string]rank.Number{"z": rank.Int(1)}}}, rank.MinMax)
	require.ErrorContains(t, err, `value for "z"`)
}

// near returns a decimal 1e-9 to one side of an exact value.
func near(s rank.Score, side int64) rank.Number {
	x := new(big.Rat).Add(s.Rat(), big.NewRat(side, 1_000_000_000))
	return must(rank.ParseNumber(x.FloatString(10)))
}

// Setting an input a little short of what Sensitivity says keeps the order of
// the pair, a little beyond swaps it.
func TestSensitivityOfInputs(t *testing.T) {
	t.Parallel()
	checked := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 5))
		items := make([]rank.RICEItem, 4)
		for i := range items {
			items[i] = rank.RICEItem{
				Key: rank.ItemKey('a' + rune(i)), Reach: rank.Int(1 + r.Int64N(50)), Impact: rank.Percent(25 * (1 + r.Int64N(12))),
				Confidence: rank.Percent(10 * (1 + r.Int64N(10))), Effort: rank.Int(1 + r.Int64N(9)),
			}
		}
		before := must(rank.RICE(items))
		for _, f := range before.Sensitivity() {
			told := map[string]bool{}
			for _, c := range f.Changes {
				told[string(c.Item)+c.Name] = true
				dir := int64(c.To.Cmp(scoreOf(c.From)))
				if dir == 0 {
					continue
				}
				require.Equal(t, f.Above, first(t, items, f, c.Item, c.Name, near(c.To, -dir)), "seed %d %s", seed, c)
				if n := near(c.To, dir); c.Name != "confidence" || n.Rat().Cmp(big.NewRat(1, 1)) <= 0 {
					require.Equal(t, f.Below, first(t, items, f, c.Item, c.Name, n), "seed %d %s", seed, c)
					checked++
				}
			}
			// What is not named cannot swap them, not even at the ends of its range.
			for _, k := range []rank.ItemKey{f.Above, f.Below} {
				for _, name := range []string{"reach", "impact", "confidence", "effort"} {
					if told[string(k)+name] || f.Gap.Rat().Sign() == 0 {
						continue
					}
					high := rank.Int(1_000_000)
					if name == "confidence" {
						high = rank.Int(1)
					}
					for _, n := range []rank.Number{must(rank.ParseNumber("0.000001")), high} {
						require.Equal(t, f.Above, first(t, items, f, k, name, n), "seed %d %s %s", seed, k, name)
					}
				}
			}
		}
	}
	require.Greater(t, checked, 2000)
}

func scoreOf(n rank.Number) rank.Score {
	r := must(rank.ICE([]rank.ICEItem{{Key: "x", Impact: n, Confidence: rank.Int(1), Ease: rank.Int(1)}}))
	return r.Ranked[0].Score
}

// first ranks again with one input changed and says which of the pair leads.
func first(t *testing.T, items []rank.RICEItem, f rank.Flip, key rank.ItemKey, name string, n rank.Number) rank.ItemKey {
	t.Helper()
	items = slices.Clone(items)
	i := slices.IndexFunc(items, func(it rank.RICEItem) bool { return it.Key == key })
	switch name {
	case "reach":
		items[i].Reach = n
	case "impact":
		items[i].Impact = n
	case "confidence":
		items[i].Confidence = n
	case "effort":
		items[i].Effort = n
	default:
		t.Fatal(name)
	}
	return leader(must(rank.RICE(items)), f)
}

func leader(r *rank.Ranking, f rank.Flip) rank.ItemKey {
	keys := r.Keys()
	if slices.Index(keys, f.Above) < slices.Index(keys, f.Below) {
		return f.Above
	}
	return f.Below
}

func TestSensitivityOfWeights(t *testing.T) {
	t.Parallel()
	checked := 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 6))
		how := rank.Normalisation(r.IntN(3))
		criteria := []rank.Criterion{{Key: "x", Weight: rank.Int(1 + r.Int64N(9))}, {Key: "y", Weight: rank.Int(r.Int64N(9)), Better: rank.Lower}, {Key: "z", Weight: rank.Int(1 + r.Int64N(9))}}
		var items []rank.WeightedItem
		for i := range 4 {
			items = append(items, rank.WeightedItem{Key: rank.ItemKey('a' + rune(i)), Values: map[string]rank.Number{
				"x": rank.Int(1 + r.Int64N(20)), "y": rank.Int(1 + r.Int64N(20)), "z": rank.Int(1 + r.Int64N(20)),
			}})
		}
		for _, f := range must(rank.Weighted(criteria, items, how)).Sensitivity() {
			for _, c := range f.Changes {
				dir := int64(c.To.Cmp(scoreOf(c.From)))
				if c.Item != "" || dir == 0 {
					continue
				}
				for _, side := range []int64{-1, 1} {
					changed := slices.Clone(criteria)
					k := slices.IndexFunc(changed, func(x rank.Criterion) bool { return x.Key == c.Name })
					changed[k].Weight = near(c.To, side*dir)
					want := f.Above
					if side == 1 {
						want = f.Below
					}
					require.Equal(t, want, leader(must(rank.Weighted(changed, items, how)), f), "seed %d %s", seed, c)
					checked++
				}
			}
		}
	}
	require.Greater(t, checked, 500)
}

func TestStability(t *testing.T) {
	t.Parallel()
	criteria := []rank.Criterion{{Key: "x", Weight: rank.Int(1)}, {Key: "y", Weight: rank.Int(1)}}
	items := []rank.WeightedItem{
		{Key: "both", Values: map[string]rank.Number{"x": rank.Int(10), "y": rank.Int(10)}},
		{Key: "x", Values: map[string]rank.Number{"x": rank.Int(9), "y": rank.Int(0)}},
		{Key: "y", Values: map[string]rank.Number{"x": rank.Int(0), "y": rank.Int(9)}},
	}
	r := must(rank.Weighted(criteria, items, rank.Raw))
	s := r.Stability(2, 20, 1000, 7)
	require.Len(t, s, 3)
	assert.Equal(t, 1000, s[0].Times, "dominant")
	assert.Equal(t, 2000, s[0].Times+s[1].Times+s[2].Times)
	// By symmetry the two others are second about as often; 1,000 samples stay
	// within 5 standard deviations (15.8) of 500.
	assert.InDelta(t, 500, s[1].Times, 80)
	assert.Equal(t, s, r.Stability(2, 20, 1000, 7))
	assert.Equal(t, 1000, r.Stability(1, 0, 1000, 1)[0].Times)
	assert.Nil(t, must(rank.ICE(nil)).Stability(1, 10, 10, 1))
	assert.Nil(t, r.Stability(0, 10, 10, 1))
}

func TestMoSCoWShares(t *testing.T) {
	t.Parallel()
	b, err := rank.MoSCoW([]rank.MoSCoWItem{
		{Key: "m", Priority: rank.Must, Effort: rank.Int(6)},
		{Key: "s", Priority: rank.Should, Effort: rank.Int(2)},
		{Key: "c", Priority: rank.Could, Effort: rank.Int(2)},
		{Key: "c?", Priority: rank.Could},
		{Key: "w", Priority: rank.Wont},
		{Key: "new"},
	}, nil)
	require.NoError(t, err)
	assert.Equal(t, "0.60", b.Of(rank.Must).Share.String())
	assert.Equal(t, []rank.ItemKey{"c?"}, b.Of(rank.Could).Unknown)
	assert.False(t, b.Findings.Has("rank.moscow.must"), "that share is allowed")
	assert.False(t, b.Findings.Has("rank.moscow.could"))
	assert.True(t, b.Findings.Has("rank.input.missing"))
	assert.True(t, b.Findings.Has("rank.moscow.unset"))
	assert.False(t, b.Of(rank.Wont).Share.Defined())
	b, err = rank.MoSCoW([]rank.MoSCoWItem{{Key: "m", Priority: rank.Must}}, nil)
	require.NoError(t, err)
	assert.False(t, b.Of(rank.Must).Share.Defined(), "no effort is known")
	_, err = rank.MoSCoW([]rank.MoSCoWItem{{Key: "m", Priority: 9}}, nil)
	require.Error(t, err)
}

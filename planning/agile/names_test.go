package agile_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning/agile"
)

func TestNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "split", agile.SplitUp.String())
	assert.Equal(t, "unknown", agile.State(99).String())
	assert.Equal(t, []string{"in", "out", "estimate", "unknown"},
		[]string{agile.IntoScope.String(), agile.OutOfScope.String(), agile.Reestimated.String(), agile.ScopeKind(9).String()})
	assert.Equal(t, "EventKind(0)", agile.EventKind(0).String())
	_, err := json.Marshal(agile.Event{})
	require.ErrorIs(t, err, agile.ErrEvent)
	var e agile.Event
	require.ErrorIs(t, json.Unmarshal([]byte(`{"kind":"vanished"}`), &e), agile.ErrEvent)
	assert.Equal(t, "not estimated", agile.Estimate{}.String())
	assert.Equal(t, "2 items, 0.5 points (1 not estimated)", agile.Tally{Items: 2, Points: 5, Unestimated: 1}.String())
	assert.Equal(t, "undefined", agile.Ratio{}.String())
	assert.Equal(t, "6.7", agile.Ratio{Num: 20, Den: 3}.String())
	assert.Equal(t, agile.Points(-1), agile.Ratio{Num: -1, Den: 3}.Points(), "rounded down")
	for _, c := range []struct {
		err  error
		text string
	}{
		{&agile.PointsError{Text: "x"}, `points "x": want 0 to 1,000,000 with at most one decimal`},
		{&agile.ForecastError{Reason: "no history"}, "forecast: no history"},
		{&agile.SprintError{Sprint: "s1", Reason: "there is none"}, `sprint "s1": there is none`},
		{&agile.EventError{Index: 2, Kind: agile.Done, Item: "a", Reason: "it is done"}, "event 3 (done): a: it is done"},
	} {
		assert.Equal(t, c.text, c.err.Error())
	}
}

func TestQuestionsAboutNothing(t *testing.T) {
	t.Parallel()
	b := must(agile.Replay(nil))
	_, ok := b.Item("x")
	assert.False(t, ok)
	_, ok = b.Sprint("x")
	assert.False(t, ok)
	_, ok = b.Progress("x")
	assert.False(t, ok)
	assert.Nil(t, b.Trail("x"))
	_, err := b.Review("x")
	require.ErrorIs(t, err, agile.ErrSprint)
	_, ok = agile.Progress{}.Percent()
	assert.False(t, ok, "nothing is a percentage of nothing")
	assert.False(t, agile.Progress{}.Complete())
	assert.Equal(t, "0.0 %", agile.Chance{}.String())
	assert.False(t, agile.Chance{}.AtLeast(1))
	assert.Zero(t, agile.Chance{}.Rat().Sign())
}

func TestThroughputOfABacklog(t *testing.T) {
	t.Parallel()
	b := must(agile.Replay(launch()))
	s, ok := b.Sprint("s1")
	require.True(t, ok)
	assert.Equal(t, []agile.ItemKey{"page", "mailing", "stickers"}, s.Done)
	assert.Equal(t, []agile.ItemKey{"forms"}, s.Carried)
	assert.Equal(t, "Page is live", s.Goal)
	// One item on Wednesday, two on Friday.
	assert.Equal(t, []int{0, 0, 1, 0, 2}, b.Throughput(civil.Days(march(2), march(8)), 1, office()).Counts)
}

// An epic in an epic, and parts of parts, roll up.
func TestProgressRollsUp(t *testing.T) {
	t.Parallel()
	b := must(agile.Replay([]agile.Event{
		{On: march(1), Kind: agile.EpicAdded, Item: "year"},
		{On: march(1), Kind: agile.EpicAdded, Item: "spring", Epic: "year"},
		{On: march(1), Kind: agile.Added, Item: "site", Epic: "spring", Estimate: agile.Est(9)},
		{On: march(1), Kind: agile.Added, Item: "other", Estimate: agile.Est(9)},
		{On: march(2), Kind: agile.Split, Item: "site", Into: []agile.Part{{Key: "a", Estimate: agile.Est(2)}, {Key: "b"}}},
		{On: march(3), Kind: agile.Split, Item: "a", Into: []agile.Part{{Key: "a1", Estimate: agile.Est(1)}, {Key: "a2", Estimate: agile.Est(2)}}},
		{On: march(4), Kind: agile.Done, Item: "a1"},
	}))
	for _, key := range []agile.ItemKey{"year", "spring", "site"} {
		p, ok := b.Progress(key)
		require.True(t, ok)
		assert.Equal(t, agile.Progress{Done: agile.Tally{Items: 1, Points: agile.Pts(1)}, Total: agile.Tally{Items: 3, Points: agile.Pts(3), Unestimated: 1}}, p, key)
		percent, ok := p.Percent()
		assert.True(t, ok)
		assert.Equal(t, int64(33), percent)
	}
	p, _ := b.Progress("a")
	assert.Equal(t, 2, p.Total.Items)
	// The trail of a2 goes back through a to site: its points were 9, then
	// unknown (b has none), of a 2, then 3.
	var trail []string
	for _, c := range b.Trail("a2") {
		trail = append(trail, string(c.Item)+":"+c.To.String())
	}
	assert.Equal(t, []string{"site:9", "site:not estimated", "a:2", "a:3", "a2:2"}, trail)
}

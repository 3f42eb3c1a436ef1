package agile_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/agile"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestEventsThatCannotHaveHappened(t *testing.T) {
	t.Parallel()
	b := must(agile.Replay(launch()))
	on := march(9)
	for name, e := range map[string]agile.Event{
		"no date":            {Kind: agile.Done, Item: "forms"},
		"earlier":            {On: march(1), Kind: agile.Done, Item: "forms"},
		"no kind":            {On: on},
		"unknown kind":       {On: on, Kind: 99},
		"no key":             {On: on, Kind: agile.Added},
		"key taken":          {On: on, Kind: agile.Added, Item: "page"},
		"no such epic":       {On: on, Kind: agile.Added, Item: "x", Epic: "autumn"},
		"item as epic":       {On: on, Kind: agile.Added, Item: "x", Epic: "forms"},
		"before nothing":     {On: on, Kind: agile.Added, Item: "x", Before: "y"},
		"before done":        {On: on, Kind: agile.Added, Item: "x", Before: "page"},
		"epic with points":   {On: on, Kind: agile.EpicAdded, Item: "x", Estimate: agile.Est(1)},
		"negative":           {On: on, Kind: agile.Added, Item: "x", Estimate: agile.EstOf(-1)},
		"too many points":    {On: on, Kind: agile.Estimated, Item: "forms", Estimate: agile.Est(2_000_000)},
		"no item":            {On: on, Kind: agile.Started, Item: "x"},
		"epic done":          {On: on, Kind: agile.Done, Item: "spring"},
		"done twice":         {On: on, Kind: agile.Done, Item: "page"},
		"split work":         {On: on, Kind: agile.Started, Item: "landing"},
		"reopen open":        {On: on, Kind: agile.Reopened, Item: "forms"},
		"before itself":      {On: on, Kind: agile.Moved, Item: "forms", Before: "forms"},
		"split into nothing": {On: on, Kind: agile.Split, Item: "forms"},
		"split into same":    {On: on, Kind: agile.Split, Item: "forms", Into: []agile.Part{{Key: "a"}, {Key: "a"}}},
		"split into old":     {On: on, Kind: agile.Split, Item: "forms", Into: []agile.Part{{Key: "page"}}},
		"sprint twice":       {On: on, Kind: agile.SprintOpened, Sprint: "s1", Days: civil.Days(on, on)},
		"sprint without day": {On: on, Kind: agile.SprintOpened, Sprint: "s2"},
		"no sprint":          {On: on, Kind: agile.Pulled, Sprint: "s2", Item: "forms"},
		"closed":             {On: on, Kind: agile.Pulled, Sprint: "s1", Item: "forms"},
		"closed twice":       {On: on, Kind: agile.SprintClosed, Sprint: "s1"},
	} {
		_, err := b.Apply(e)
		require.ErrorIs(t, err, agile.ErrEvent, name)
		var where *agile.EventError
		require.ErrorAs(t, err, &where, name)
		assert.Equal(t, 15, where.Index, name)
	}
	open := agile.Event{On: on, Kind: agile.SprintOpened, Sprint: "s2", Days: civil.Days(march(9), march(13))}
	for name, e := range map[string]agile.Event{
		"late commitment": {On: march(10), Kind: agile.Committed, Sprint: "s2", Items: []agile.ItemKey{"forms"}},
		"done item":       {On: on, Kind: agile.Committed, Sprint: "s2", Items: []agile.ItemKey{"page"}},
		"twice":           {On: on, Kind: agile.Committed, Sprint: "s2", Items: []agile.ItemKey{"forms", "forms"}},
		"not in it":       {On: on, Kind: agile.Removed, Sprint: "s2", Item: "forms"},
	} {
		_, err := b.Apply(open, e)
		require.ErrorIs(t, err, agile.ErrEvent, name)
	}
	b2 := must(b.Apply(open, agile.Event{On: on, Kind: agile.Committed, Sprint: "s2", Items: []agile.ItemKey{"forms"}}))
	_, err := b2.Apply(agile.Event{On: on, Kind: agile.SprintOpened, Sprint: "s3", Days: civil.Days(on, on)}, agile.Event{On: on, Kind: agile.Pulled, Sprint: "s3", Item: "forms"})
	require.ErrorContains(t, err, "forms is in sprint s2")
}

func TestApplyLeavesTheOldOneAlone(t *testing.T) {
	t.Parallel()
	b := must(agile.Replay(launch()))
	before := b.Ranked()
	after := must(b.Apply(agile.Event{On: march(9), Kind: agile.Moved, Item: "video", Before: "forms"}, agile.Event{On: march(9), Kind: agile.Dropped, Item: "forms"}))
	assert.Equal(t, before, b.Ranked())
	assert.Equal(t, agile.ItemKey("video"), after.Ranked()[0].Key)
	assert.Len(t, after.Ranked(), 1)
	events := b.Events()
	events[6].Items[0] = "x"
	assert.Equal(t, launch(), b.Events())
}

func TestReopenedItems(t *testing.T) {
	t.Parallel()
	log := launch()
	b := must(agile.Replay(log[:len(log)-1])) // the sprint is open
	back := must(b.Apply(agile.Event{On: march(6), Kind: agile.Reopened, Item: "page"}))
	r := must(back.Review("s1"))
	assert.Equal(t, agile.Pts(7), r.Done.Points)
	assert.Equal(t, agile.ItemKey("page"), back.Ranked()[0].Key)
	assert.Equal(t, agile.Pts(11), r.Carried.Points, "page and forms")
	// A closed sprint keeps what it had.
	b = must(agile.Replay(log))
	back = must(b.Apply(agile.Event{On: march(9), Kind: agile.Reopened, Item: "page"}))
	assert.Equal(t, agile.Pts(12), must(back.Review("s1")).Done.Points)
	it, _ := back.Item("page")
	assert.Empty(t, it.Sprint)
	assert.Equal(t, agile.Active, it.State)
}

// randomLog makes a log by trying events and keeping those that can be.
func randomLog(r *rand.Rand, n int) *agile.Backlog {
	b := must(agile.Replay(nil))
	day := march(1)
	keys, sprints := []agile.ItemKey{}, []agile.SprintKey{}
	for i := range n {
		day = day.AddDays(r.IntN(2))
		e := agile.Event{On: day, Kind: agile.EventKind(1 + r.IntN(14)), Estimate: agile.Estimate{}}
		if r.IntN(3) == 0 { // random items are seldom in a sprint
			e.Kind = []agile.EventKind{agile.Added, agile.Pulled, agile.Done}[r.IntN(3)]
		}
		if len(keys) > 0 {
			e.Item = keys[r.IntN(len(keys))]
		}
		if len(sprints) > 0 {
			e.Sprint = sprints[max(0, len(sprints)-1-r.IntN(2))]
		}
		est := agile.Estimate{}
		if r.IntN(4) > 0 {
			est = agile.EstOf(agile.Points(r.IntN(80)))
		}
		fresh := agile.ItemKey(fmt.Sprintf("i%d", i))
		switch e.Kind {
		case agile.Added:
			e.Item, e.Estimate = fresh, est
			if len(keys) > 0 && r.IntN(2) == 0 {
				e.Epic = keys[r.IntN(len(keys))]
			}
		case agile.EpicAdded:
			e.Item = fresh
		case agile.Estimated:
			e.Estimate = est
		case agile.Split:
			e.Into = []agile.Part{{Key: fresh + "a", Estimate: est}, {Key: fresh + "b", Estimate: agile.Est(1)}}
		case agile.SprintOpened:
			if r.IntN(3) > 0 {
				continue
			}
			e.Sprint, e.Days, e.Item = agile.SprintKey(fresh), civil.Days(day.AddDays(1), day.AddDays(10)), ""
		case agile.Committed:
			if len(keys) > 0 {
				e.Items, e.Item = []agile.ItemKey{keys[r.IntN(len(keys))]}, ""
			}
		case agile.SprintClosed:
			if r.IntN(4) > 0 {
				continue
			}
		default:
		}
		next, err := b.Apply(e)
		if err != nil {
			continue
		}
		b = next
		switch e.Kind {
		case agile.Added, agile.EpicAdded:
			keys = append(keys, fresh)
		case agile.Split:
			keys = append(keys, fresh+"a", fresh+"b")
		case agile.SprintOpened:
			sprints = append(sprints, agile.SprintKey(fresh))
		default:
		}
	}
	return b
}

func tally(b *agile.Backlog, items []agile.ItemKey) (t agile.Tally) {
	for _, k := range items {
		it, _ := b.Item(k)
		t.Items++
		if p, ok := it.Estimate.Points(); ok {
			t.Points += p
		} else {
			t.Unestimated++
		}
	}
	return t
}

// Whatever happens: ranks hold exactly what is open or active, sprints add up,
// the trail ends with the estimate, the log replays to the same backlog.
func TestBacklogInvariants(t *testing.T) {
	t.Parallel()
	kinds, done, carried := map[agile.EventKind]int{}, 0, 0
	for seed := range uint64(250) {
		b := randomLog(rand.New(rand.NewPCG(seed, 2)), 160)
		live := map[agile.ItemKey]bool{}
		for _, it := range b.Items() {
			if !it.IsEpic && (it.State == agile.Open || it.State == agile.Active) {
				live[it.Key] = true
			}
			if it.IsEpic {
				continue
			}
			trail := b.Trail(it.Key)
			if it.State != agile.SplitUp {
				require.Equal(t, it.Estimate, trail[len(trail)-1].To)
			}
			if it.From != "" {
				parent, _ := b.Item(it.From)
				require.Equal(t, agile.SplitUp, parent.State)
				require.Contains(t, parent.Parts, it.Key)
				require.Equal(t, parent.Epic, it.Epic)
			}
		}
		for _, it := range b.Ranked() {
			require.True(t, live[it.Key])
			delete(live, it.Key)
		}
		require.Empty(t, live)
		for _, e := range b.Events() {
			kinds[e.Kind]++
		}
		for _, s := range b.Sprints() {
			r := must(b.Review(s.Key))
			require.Equal(t, r.Scope.Points, r.Committed.Points+r.In.Points-r.Out.Points+r.Estimates, "seed %d %s", seed, s.Key)
			require.Equal(t, r.Scope.Items, r.Committed.Items+r.In.Items-r.Out.Items)
			require.Equal(t, r.Scope, add(r.Done, r.Carried), "seed %d %s", seed, s.Key)
			if s.Closed.IsZero() { // nothing has changed since
				require.Equal(t, tally(b, s.Items), r.Scope, "seed %d %s", seed, s.Key)
				require.Equal(t, tally(b, s.Done), r.Done)
			} else {
				carried += len(s.Carried)
			}
			done += r.Done.Items
			burn := must(b.Burn(s.Key, nil, civil.Date{}))
			last := burn[len(burn)-1]
			require.Equal(t, r.Scope, last.Scope, "seed %d %s", seed, s.Key)
			require.Equal(t, r.Done, last.Done)
			require.Equal(t, add(last.Done, last.Remaining), last.Scope)
			require.Equal(t, agile.Points(0), last.Ideal.Points())
		}
		again := must(agile.Replay(b.Events()))
		require.Equal(t, b.Ranked(), again.Ranked())
		data := must(json.Marshal(b.Events()))
		var events []agile.Event
		require.NoError(t, json.Unmarshal(data, &events))
		require.Equal(t, b.Items(), must(agile.Replay(events)).Items())
	}
	require.Len(t, kinds, 14)
	require.Greater(t, done, 100)
	require.Greater(t, carried, 50)
}

func add(a, b agile.Tally) agile.Tally {
	return agile.Tally{Items: a.Items + b.Items, Points: a.Points + b.Points, Unestimated: a.Unestimated + b.Unestimated}
}

func FuzzReplay(f *testing.F) {
	f.Add(must(json.Marshal(launch())))
	f.Add([]byte(`[{"on":"2026-03-01","kind":"added","item":"a","estimate":0.5},{"on":"2026-03-01","kind":"done","item":"a"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var events []agile.Event
		if json.Unmarshal(data, &events) != nil {
			return
		}
		b, err := agile.Replay(events)
		if err != nil {
			require.ErrorIs(t, err, agile.ErrEvent)
			return
		}
		for _, s := range b.Sprints() {
			_ = must(b.Review(s.Key)).String()
			if s.Days.Len() < 100 {
				must(b.Burn(s.Key, nil, civil.Date{}))
			}
		}
		out := must(json.Marshal(b.Events()))
		var again []agile.Event
		require.NoError(t, json.Unmarshal(out, &again))
		require.Equal(t, string(out), string(must(json.Marshal(again))))
	})
}

func TestPoints(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]agile.Points{"5": 50, "0.5": 5, "0": 0, "1000000": 10_000_000} {
		p, err := agile.ParsePoints(text)
		require.NoError(t, err)
		assert.Equal(t, want, p)
		assert.Equal(t, text, p.String())
	}
	assert.Equal(t, "-0.5", agile.Points(-5).String())
	for _, text := range []string{"", "-1", "1.25", "1.", ".5", "1e3", "1000001", "x", "99999999999999999999"} {
		_, err := agile.ParsePoints(text)
		require.ErrorIs(t, err, agile.ErrPoints, text)
	}
	var e agile.Estimate
	require.NoError(t, json.Unmarshal([]byte("null"), &e))
	assert.False(t, e.Known())
	assert.Equal(t, "null", string(must(json.Marshal(e))))
	assert.NotEqual(t, agile.Est(0), e, "not estimated is not nought")
}

func TestVelocity(t *testing.T) {
	t.Parallel()
	var log []agile.Event
	day := march(1)
	// Sprints of 5, 8, 2 and 8 points done, one item carried over in the second.
	for i, n := range []int{5, 8, 2, 8} {
		s := agile.SprintKey(fmt.Sprintf("s%d", i))
		item := agile.ItemKey(fmt.Sprintf("i%d", i))
		log = append(log,
			agile.Event{On: day, Kind: agile.Added, Item: item, Estimate: agile.Est(n)},
			agile.Event{On: day, Kind: agile.SprintOpened, Sprint: s, Days: civil.Days(day, day.AddDays(4))},
			agile.Event{On: day, Kind: agile.Committed, Sprint: s, Items: []agile.ItemKey{item}},
			agile.Event{On: day.AddDays(4), Kind: agile.Done, Item: item})
		if i == 1 {
			log = slices.Insert(log, len(log)-1, agile.Event{On: day, Kind: agile.Added, Item: "late", Estimate: agile.Est(3)}, agile.Event{On: day, Kind: agile.Pulled, Sprint: s, Item: "late"})
		}
		log = append(log, agile.Event{On: day.AddDays(4), Kind: agile.SprintClosed, Sprint: s})
		day = day.AddDays(7)
	}
	b := must(agile.Replay(log))
	v := b.Velocity(3)
	require.Len(t, v.Sprints, 3)
	assert.Equal(t, agile.Ratio{Num: 180, Den: 3}, v.Mean) // 8 + 2 + 8 in tenths
	assert.Equal(t, agile.Pts(8), v.Median.Points())
	assert.Equal(t, agile.Pts(2), v.Low)
	assert.Equal(t, agile.Pts(8), v.High)
	assert.Equal(t, 1, v.Sprints[0].Carried)
	assert.Equal(t, agile.EstOf(65), agile.EstOf(b.Velocity(0).Median.Points()), "of 2, 5, 8, 8 it is 6.5")
	assert.False(t, must(agile.Replay(nil)).Velocity(3).Mean.Defined())
}

func TestBurnCountsDaysWithoutWork(t *testing.T) {
	t.Parallel()
	sat := march(7)
	b := must(agile.Replay([]agile.Event{
		{On: march(5), Kind: agile.Added, Item: "a", Estimate: agile.Est(4)},
		{On: march(5), Kind: agile.Added, Item: "b", Estimate: agile.Est(2)},
		{On: march(5), Kind: agile.SprintOpened, Sprint: "s", Days: civil.Days(march(5), march(10))},
		{On: march(5), Kind: agile.Committed, Sprint: "s", Items: []agile.ItemKey{"a", "b"}},
		{On: sat, Kind: agile.Done, Item: "a"},
		{On: march(12), Kind: agile.Done, Item: "b"}, // late, but before it was closed
		{On: march(12), Kind: agile.SprintClosed, Sprint: "s"},
	}))
	rows := must(b.Burn("s", office(), civil.Date{}))
	var left []string
	for _, r := range rows {
		left = append(left, fmt.Sprintf("%s:%s", r.Day, r.Remaining.Points))
	}
	// Thursday, Friday, Monday (with Saturday's), Tuesday (with what came after).
	assert.Equal(t, []string{":6", "2026-03-05:6", "2026-03-06:6", "2026-03-09:2", "2026-03-10:0"}, left)
	rows = must(b.Burn("s", office(), march(10)))
	assert.Equal(t, agile.Pts(2), rows[4].Remaining.Points, "not done yet on that day")
	_, err := b.Burn("x", nil, civil.Date{})
	require.ErrorIs(t, err, agile.ErrSprint)
	_, err = must(b.Apply(agile.Event{On: march(12), Kind: agile.SprintOpened, Sprint: "w", Days: civil.Days(march(14), march(15))})).Burn("w", office(), civil.Date{})
	require.ErrorContains(t, err, "no working day")
}

func TestPointsFor(t *testing.T) {
	t.Parallel()
	h := func(n int64) planning.Effort { return planning.Effort(n * 60_000) }
	assert.Equal(t, agile.Pts(24), agile.PointsFor(agile.Pts(30), h(300), h(240)))
	assert.Equal(t, agile.Points(33), agile.PointsFor(agile.Pts(10), h(3), h(1)), "rounded down")
	assert.Equal(t, agile.Points(1<<50), agile.PointsFor(1<<50, 1<<60, 1<<60), "no overflow between")
	assert.Equal(t, agile.Points(1<<63-1), agile.PointsFor(1<<50, 1, 1<<60))
	assert.Zero(t, agile.PointsFor(agile.Pts(1), 0, h(1)))
}

func TestCapacity(t *testing.T) {
	t.Parallel()
	c := agile.CapacityOf(civil.Days(march(2), march(8)), []agile.Member{
		{Person: "a", Calendar: office(), Focus: 70, Units: 500},
		{Person: "b", Calendar: office(), Focus: 100, Absences: []civil.Period{civil.Days(march(6), march(8))}},
		{Person: "c", Focus: 100},
		{Person: "d", Calendar: office()},
	})
	// A week has 5 days of 8 h; half of it at 70 percent is 14 h.
	assert.Equal(t, planning.EffortOf(14*60, 1000), c.Members[0].Effort)
	assert.Equal(t, worktime.Minutes(8*60), c.Members[1].Absent)
	assert.Equal(t, planning.EffortOf(32*60, 1000), c.Members[1].Effort)
	assert.Zero(t, c.Members[2].Effort+c.Members[3].Effort, "no calendar, no focus")
	assert.Equal(t, planning.EffortOf(46*60, 1000), c.Total)
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	b := must(agile.Replay(launch()))
	s := b.Suggest(agile.Pts(13), false)
	assert.Equal(t, []agile.ItemKey{"forms"}, s.Take)
	b = must(b.Apply(agile.Event{On: march(9), Kind: agile.Added, Item: "faq", Estimate: agile.Est(1)}, agile.Event{On: march(9), Kind: agile.Added, Item: "idea", Before: "forms"}))
	assert.Equal(t, []agile.ItemKey{"forms", "faq"}, b.Suggest(agile.Pts(13), false).Take)
	s = b.Suggest(agile.Pts(13), true)
	assert.Equal(t, []agile.ItemKey{"forms"}, s.Take)
	assert.Equal(t, []agile.Passed{{Item: "idea", Reason: "it has no estimate"}, {Item: "video", Reason: "it takes 13 points, 7 are left"}}, s.Passed)
}

func TestTasksOfSprintsAndCards(t *testing.T) {
	t.Parallel()
	cal := office()
	at := func(day, hour int) time.Time { return march(day).At(hour, 0, cal.Location()) }
	log := launch()
	closed, open := must(agile.Replay(log)), must(agile.Replay(log[:len(log)-1]))
	task := must(closed.SprintTask("s1", cal, march(9)))
	assert.Equal(t, worktime.Days(5), task.Duration)
	assert.True(t, task.Started.Equal(at(2, 9)))
	assert.True(t, task.Finished.Equal(at(6, 17)))
	task = must(open.SprintTask("s1", cal, march(1)))
	assert.True(t, task.Started.IsZero() && task.Finished.IsZero())
	_, err := open.SprintTask("s1", nil, march(1))
	require.ErrorIs(t, err, agile.ErrSprint)
	_, ok := open.EpicTask("nothing", worktime.Days(1), cal)
	assert.False(t, ok)
	all := must(closed.Apply(agile.Event{On: march(10), Kind: agile.Done, Item: "forms"}, agile.Event{On: march(11), Kind: agile.Dropped, Item: "video"}))
	epic, ok := all.EpicTask("spring", worktime.Days(5), cal)
	require.True(t, ok)
	assert.True(t, epic.Finished.Equal(at(10, 17)), "the last of what was not dropped")
	p, _ := all.Progress("spring")
	assert.True(t, p.Complete())
	cards := agile.CardTasks([]agile.Card{
		{Key: "a", Started: march(3), Done: march(4)}, {Key: "b", Started: march(5)}, {Key: "c"}, {Key: "d", Done: march(6)},
	}, worktime.Days(2), cal)
	assert.True(t, cards[0].Started.Equal(at(3, 9)) && cards[0].Finished.Equal(at(4, 17)))
	assert.True(t, cards[1].Started.Equal(at(5, 9)) && cards[1].Finished.IsZero())
	assert.True(t, cards[2].Started.IsZero())
	assert.True(t, cards[3].Started.Equal(at(6, 9)), "done without a start began that day")
	// A plan takes them beside tasks of its own.
	plan := planning.Plan{
		Start: march(2), Calendars: map[string]worktime.Spec{"office": worktime.MonFri("Europe/Berlin", "09:00-17:00")},
		Tasks: append(cards, epic, must(closed.SprintTask("s1", cal, march(9))), planning.Task{Key: "go"}),
		Links: []planning.Link{{From: epic.Key, To: "go"}},
	}
	_, err = planning.Compile(plan)
	require.NoError(t, err)
}

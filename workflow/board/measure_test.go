package board_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/board"
)

// checkMeasures holds the measures of a play against the states that its events
// fold to.
func checkMeasures(t *testing.T, p *play) {
	t.Helper()
	h := p.history()
	loc, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	last := civil.DateOf(p.now.In(loc))
	days := civil.Days(civil.DateOf(monday().In(loc)).AddDays(-1), last)
	if days.Len() > 12 {
		days = civil.Days(last.AddDays(-11), last)
	}
	flow := h.Flow(days, loc)
	require.Len(t, flow, days.Len())
	var s board.State
	at, arrived, finished, cancelled := 0, 0, 0, 0
	for _, d := range flow {
		for ; at < len(p.trail) && p.trail[at].At.Before(d.Date.AddDays(1).In(loc)); at++ {
			switch p.trail[at].Kind {
			case board.Added:
				arrived++
			case board.Finished:
				finished++
			case board.Cancelled:
				cancelled++
			default:
			}
			s, err = p.b.Apply(s, p.trail[at])
			require.NoError(t, err)
		}
		want := board.Day{Date: d.Date, Arrived: arrived, Finished: finished, Cancelled: cancelled, Columns: make([]int, 5)}
		columns := []board.ColumnKey{"ideas", "ready", "draft", "waiting", "review"}
		for _, c := range s.Cards {
			want.Columns[slices.Index(columns, c.Column)]++
		}
		require.Equal(t, want, d)
		sum := d.Finished + d.Cancelled
		for _, n := range d.Columns {
			sum += n
		}
		require.Equal(t, d.Arrived, sum)
	}

	all := p.now.Sub(monday())
	for _, w := range [][2]time.Time{
		{monday(), p.now}, {monday().Add(all / 3), monday().Add(2 * all / 3)}, {monday().Add(all / 2), p.now.Add(time.Hour)}, {p.now, monday()},
	} {
		l := h.Little(w[0], w[1])
		require.Equal(t, l.Area, l.Cycle-l.Before+l.Open+l.Cancelled)
		require.Equal(t, l.Open+l.Cancelled-l.Before, l.Residual())
		times := h.Times(w[0], w[1], nil)
		require.Len(t, times, l.Finished)
		cycle := int64(0)
		for _, x := range times {
			require.Equal(t, x.Cycle, x.Active+x.Queued+x.Blocked)
			require.LessOrEqual(t, x.Cycle, x.Lead)
			cycle += x.Cycle
		}
		require.Equal(t, l.Cycle, cycle)
		efficiency := h.Efficiency(w[0], w[1])
		_, total := efficiency.Ratio()
		require.Equal(t, cycle, total)
		require.Equal(t, l.Finished, efficiency.Sample)
		checkBlocked(t, h, w[0], w[1])
	}
	count := 0
	for _, w := range h.Throughput(civil.Days(civil.DateOf(monday()), last), loc) {
		count += w.Finished
	}
	require.Len(t, h.Times(monday(), p.now.Add(1), nil), count)
}

// checkBlocked adds up the blocked time card by card.
func checkBlocked(t *testing.T, h *board.History, from, to time.Time) {
	t.Helper()
	want, cards := map[string]int64{}, map[string]map[int]bool{"legal": {}, "assets": {}}
	for i, r := range h.Runs() {
		for _, b := range r.Blocks {
			since, until := b.From, b.To
			if until.IsZero() || until.After(to) {
				until = to
			}
			if since.Before(from) {
				since = from
			}
			if until.After(since) {
				want[b.Reason] += until.UnixMilli() - since.UnixMilli()
				cards[b.Reason][i] = true
			}
		}
	}
	got := h.BlockedTime(from, to, nil)
	require.Len(t, got, len(want))
	for i, b := range got {
		require.Equal(t, want[b.Reason], b.Millis)
		require.Len(t, cards[b.Reason], b.Cards)
		require.True(t, i == 0 || got[i-1].Millis >= b.Millis)
	}
}

func TestTimesOfOneCard(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.ok(board.Add{Item: task("a")})                                         // Monday 10:00 in Berlin
	p.wait(24 * time.Hour).ok(board.Move{Item: task("a"), To: "draft"})      // Tuesday 10:00
	p.wait(2 * time.Hour).ok(board.Block{Item: task("a"), Reason: "legal"})  // Tuesday 12:00
	p.wait(3 * time.Hour).ok(board.Block{Item: task("a"), Reason: "assets"}) // Tuesday 15:00
	p.wait(time.Hour).ok(board.Unblock{Item: task("a")})                     // Tuesday 16:00
	p.wait(18 * time.Hour).ok(board.Move{Item: task("a"), To: "waiting"})    // Wednesday 10:00
	p.wait(time.Hour).ok(board.Finish{Item: task("a")})                      // Wednesday 11:00
	h := p.history()
	hour := int64(time.Hour / time.Millisecond)
	want := board.Times{
		Item: task("a"), Finished: p.now, Lead: 49 * hour, Cycle: 25 * hour,
		LeadWork:  (7 + 8 + 2) * 60, // Mon 10-17, Tue 9-17, Wed 9-11
		CycleWork: (7 + 2) * 60,     // Tue 10-17, Wed 9-11
		Active:    20 * hour, Queued: hour, Blocked: 4 * hour,
	}
	require.Equal(t, []board.Times{want}, h.Times(monday(), p.now.Add(1), berlin(t)))
	require.Equal(t, []board.BlockedTime{
		{Reason: "legal", Cards: 1, Millis: 3 * hour, Working: 180},
		{Reason: "assets", Cards: 1, Millis: hour, Working: 60},
	}, h.BlockedTime(monday(), p.now, berlin(t)))
	loc := berlin(t).Location()
	require.Equal(t, "85 % finish within 2 days (1 finished)", h.Expect(85, monday(), p.now.Add(1), loc).String())
	require.Equal(t, "no expectation (0 finished)", h.Expect(85, monday(), p.now, nil).String(), "the window is half-open")
	require.Equal(t, []board.Quantile{{Percent: 50, Sample: 1, Lead: 49 * hour, Cycle: 25 * hour, LeadWork: 1020, CycleWork: 540}},
		h.Quantiles(monday(), p.now.Add(1), berlin(t), 50, 0))
	require.Empty(t, h.Of(func(r board.Run) bool { return r.Card.Lane == "apac" }).Runs())
	require.Equal(t, board.WasFinished, h.Runs()[0].Outcome)
	// A window that cuts the card in two: Tuesday 22:00 to the end, 13 hours.
	l := h.Little(p.now.Add(-13*time.Hour), p.now.Add(1))
	require.Equal(t, board.Little{Length: 13 * hour, Area: 13 * hour, Finished: 1, Cycle: 25 * hour, Before: 12 * hour}, l)
}

func TestThroughputCountsTheWeeksOfThePeriod(t *testing.T) {
	t.Parallel()
	p := start(t) // week 10
	for _, days := range []int{0, 7, 7, 21} {
		p.now = monday().AddDate(0, 0, days)
		p.ok(board.Add{Item: task("a")}, board.Finish{Item: task("a")})
	}
	counts := p.history().Throughput(civil.Days(civil.MustDate(2026, 3, 11), civil.MustDate(2026, 3, 16)), nil)
	require.Len(t, counts, 2) // weeks 11 and 12
	require.Equal(t, "2026-W11", counts[0].Week.String())
	require.Equal(t, []int{2, 0}, []int{counts[0].Finished, counts[1].Finished})
}

func TestPercentileIsTheNearestRank(t *testing.T) {
	t.Parallel()
	values := []int{15, 20, 35, 40, 50} // the example of Wikipedia, "Percentile", nearest-rank method
	for percent, want := range map[int]int{5: 15, 30: 20, 40: 20, 50: 35, 100: 50} {
		got, ok := board.Percentile(values, percent)
		require.True(t, ok)
		require.Equal(t, want, got, "%d", percent)
	}
	for _, percent := range []int{0, 101, -5} {
		_, ok := board.Percentile(values, percent)
		require.False(t, ok)
	}
	_, ok := board.Percentile([]int(nil), 50)
	require.False(t, ok)
}

func TestAging(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.ok(board.Add{Item: task("idle")}, board.Add{Item: task("a"), Column: "draft"})
	p.wait(time.Hour).ok(board.Add{Item: task("b"), Column: "draft"})
	p.wait(time.Hour).ok(board.Move{Item: task("a"), To: "waiting"})
	ages, err := p.b.Aging(p.state, p.now.Add(24*time.Hour), berlin(t))
	require.NoError(t, err)
	require.Len(t, ages, 2)
	require.Equal(t, task("a"), ages[0].Card.Item)
	require.Equal(t, (26 * time.Hour).Milliseconds(), ages[0].Millis)
	require.Equal(t, (24 * time.Hour).Milliseconds(), ages[0].Column)
	require.Equal(t, worktime.Minutes((7+3)*60), ages[0].Working) // Mon 10-17, Tue 9-12
}

func TestMidnightBelongsToTheNextDay(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.now = time.Date(2026, time.March, 2, 23, 0, 0, 0, time.UTC) // midnight in Berlin
	p.ok(board.Add{Item: task("a")})
	loc := berlin(t).Location()
	days := civil.Days(civil.MustDate(2026, 3, 2), civil.MustDate(2026, 3, 3))
	flow := p.history().Flow(days, loc)
	require.Equal(t, []int{0, 1}, []int{flow[0].Arrived, flow[1].Arrived})
	require.Equal(t, 1, p.history().Flow(days, nil)[0].Arrived, "in UTC it is the day before")
	require.Empty(t, p.history().Flow(civil.Period{}, loc))
	require.Empty(t, p.history().Throughput(civil.Period{}, loc))
}

func TestItemsComeBackAsNewCards(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.ok(board.Add{Item: task("a"), Column: "draft"}, board.Cancel{Item: task("a"), Reason: "no budget"})
	p.wait(time.Hour).ok(board.Add{Item: task("a")}, board.Finish{Item: task("a")})
	runs := p.history().Runs()
	require.Len(t, runs, 2)
	require.Equal(t, board.WasCancelled, runs[0].Outcome)
	require.Equal(t, p.now, runs[1].Card.Added)
	require.Zero(t, p.history().Times(monday(), p.now.Add(1), nil)[0].Cycle)
}

func BenchmarkHistory(b *testing.B) {
	p := &play{t: b, b: compile(b, content()), now: monday()}
	for i := range 10_000 {
		item := task(string(rune('a' + i%5)))
		p.now = p.now.Add(time.Minute)
		p.ok(board.Add{Item: item, Column: "draft", Lane: "apac"}, board.Finish{Item: item})
	}
	b.ReportAllocs()
	for b.Loop() {
		h, err := p.b.History(p.trail)
		if err != nil || h.Little(monday(), p.now).Finished == 0 {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	p := &play{t: b, b: compile(b, content()), now: monday()}
	for i := range 500 {
		p.ok(board.Add{Item: task(string(rune(0x100 + i)))})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.b.Decide(p.state, board.Move{Item: task(string(rune(0x100 + 250))), To: "draft"}, board.Env{Now: p.now}); err != nil {
			b.Fatal(err)
		}
	}
}

package mining_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow/mining"
)

// hours makes a log of lines "case activity transition hour [resource]".
func hours(lines string) *mining.Log {
	var b mining.Builder
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for line := range strings.Lines(lines) {
		var e mining.Event
		var at float64
		n, _ := fmt.Sscan(line, &e.Case, &e.Activity, &e.Lifecycle, &at, &e.Resource)
		e.At, e.HasResource = monday.Add(time.Duration(at*float64(time.Hour))), n == 5
		b.Add(e)
	}
	return b.Log()
}

const hour = int64(3_600_000)

func ExampleLog_Work() {
	log := hours(`1 review schedule 8
		1 review start 10 ana
		1 review suspend 11 ana
		1 review resume 14 ana
		1 review complete 15 ana
		1 legal complete 20 leo`)
	for _, w := range log.Work() {
		fmt.Println(w.Activity, "waited", w.Waiting.Sum/3_600_000, "h, worked on", w.Working.Sum/3_600_000, "h")
	}
	f := log.Flow()
	fmt.Println(f.Working/3_600_000, "of", f.Total/3_600_000, "h is work")
	// Output:
	// legal waited 5 h, worked on 0 h
	// review waited 5 h, worked on 2 h
	// 2 of 12 h is work
}

func TestWorkPairsTheOldestInstance(t *testing.T) {
	t.Parallel()
	l := hours(`1 a start 0
		1 a start 2
		1 a complete 5
		1 b start 6
		1 a complete 10
		1 b ate_abort 11
		1 c start 12
		2 c schedule 0
		2 c assign 1
		2 c complete 4
		2 d withdraw 5
		2 d resume 5
		2 d reassign 6`)
	got := map[string]string{}
	for _, w := range l.Work() {
		got[w.Activity] = fmt.Sprint(w.Instances, w.Aborted, w.Unfinished, w.Waiting.Sum/hour, w.Working.Sum/hour)
	}
	// a: 0-5 and 2-10, the second waited from the start of the case; b: begun after
	// the completion at 5; c of case 2: scheduled at 0, and the assignment goes on.
	require.Equal(t, map[string]string{"a": "2 0 0 2 13", "b": "0 1 0 0 0", "c": "1 0 1 4 0"}, got)
	f := l.Flow()
	require.Equal(t, [3]int64{18, 11, 7}, [3]int64{f.Total / hour, f.Working / hour, f.Waiting / hour})
	require.Equal(t, mining.Load{Resource: "x", Events: 2, Cases: 1, Activities: 1, Instances: 1, Working: 3 * hour}, func() mining.Load {
		got := hours("1 a start 1 x\n1 a complete 4 x").Loads()[0]
		got.First, got.Last = time.Time{}, time.Time{}
		return got
	}())
}

// Of each case, waiting plus working of what is completed one after the other is
// the case's duration, whatever the times.
func TestSerialWorkAddsUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		_, byCase, order := randomLog(seed, 3)
		var b mining.Builder
		for _, id := range order {
			for k, e := range byCase[id] {
				e.Activity, e.Lifecycle = fmt.Sprint("step ", k/2), []string{"start", "complete"}[k%2]
				if k < len(byCase[id])/2*2 {
					b.Add(e)
				}
			}
		}
		l := b.Log()
		total := int64(0)
		for _, w := range l.Work() {
			total += w.Waiting.Sum + w.Working.Sum
			require.Zero(t, w.Unfinished+w.Aborted)
		}
		require.Equal(t, l.CaseDurations().Sum, total)
		worked := int64(0)
		for _, w := range l.Work() {
			worked += w.Working.Sum
		}
		require.Equal(t, worked, l.Flow().Working)
	}
}

func ExampleLog_Bottlenecks() {
	log := hours(`1 brief start 0 ana
		1 brief complete 2 ana
		1 legal start 32 leo
		1 legal complete 33 leo
		1 print start 35 pia
		1 print complete 59 pia`)
	ranked, err := log.Bottlenecks(&mining.Rates{
		Waiting:    money.Minor(10_00, money.EUR), // an hour in which a campaign waits
		Working:    money.Minor(60_00, money.EUR),
		Activities: map[string]money.Money{"legal": money.Minor(200_00, money.EUR)},
		Resources:  map[string]money.Money{"pia": money.Minor(5_00, money.EUR)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, b := range ranked {
		fmt.Println(b.Activity, "waiting", b.WaitingCost, "working", b.WorkingCost)
	}
	// Output:
	// legal waiting 300.00 EUR working 200.00 EUR
	// print waiting 20.00 EUR working 120.00 EUR
	// brief waiting 0.00 EUR working 120.00 EUR
}

func TestCostsAreRoundedOnce(t *testing.T) {
	t.Parallel()
	// Three cases of 20 minutes at 0.01 EUR an hour are one cent, not nothing.
	l := hours("1 a start 0\n1 a complete 0.33333333334\n2 a start 0\n2 a complete 0.33333333334\n3 a start 0\n3 a complete 0.33333333334")
	got, err := l.Bottlenecks(&mining.Rates{Working: money.Minor(1, money.EUR)})
	require.NoError(t, err)
	require.Equal(t, money.Minor(1, money.EUR), got[0].Cost)
	for minutes, cents := range map[float64]int64{30: 0, 31: 1, 90: 2, 150: 2} { // halves to the even cent
		got, err := hours(fmt.Sprint("1 a start 0\n1 a complete ", minutes/60+1e-12)).Bottlenecks(&mining.Rates{Working: money.Minor(1, money.EUR)})
		require.NoError(t, err)
		require.Equal(t, cents, got[0].Cost.Minor(), minutes)
	}
	_, err = l.Bottlenecks(&mining.Rates{Working: money.Minor(1, money.EUR), Waiting: money.Minor(1, money.USD)})
	require.ErrorIs(t, err, money.ErrMismatch)
	_, err = hours("1 a start 0\n1 a complete 2").Bottlenecks(&mining.Rates{Working: money.Minor(1<<63-1, money.EUR)})
	require.ErrorIs(t, err, money.ErrOverflow)
	plain, err := hours("1 a complete 0\n1 b complete 1\n1 c complete 5").Bottlenecks(nil)
	require.NoError(t, err)
	require.Equal(t, "c", plain[0].Activity)
}

func ExampleLog_WorkingTime() {
	log := hours("1 submitted complete 9\n1 approved complete 106") // Monday 09:00 to Friday 10:00
	cal, err := worktime.Compile(worktime.MonFri("UTC", "09:00-17:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("elapsed", log.CaseDurations().Sum/3_600_000, "h, working", log.WorkingTime(cal).CaseDurations().Sum/3_600_000, "h")
	for _, d := range log.Deadlines(cal, worktime.Days(2)) {
		fmt.Println(d.Case, "due", d.Due.Format("Mon 15:04"), "met", d.Met)
	}
	// Output:
	// elapsed 97 h, working 33 h
	// 1 due Wed 09:00 met false
}

func TestDeadlinesToTheMillisecond(t *testing.T) {
	t.Parallel()
	cal, err := worktime.Compile(worktime.MonFri("Europe/Amsterdam", "08:00-18:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.NoError(t, err)
	zone := cal.Location()
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04:05.000", s, zone)
		require.NoError(t, err)
		return v
	}
	for _, c := range []struct {
		from  string
		limit worktime.Length
		due   string
	}{
		{"2026-03-27 17:59:59.500", worktime.Hours(10), "2026-03-30 17:59:59.500"}, // over the clock change of 29 March
		{"2026-03-27 08:00:00.500", worktime.Hours(10), "2026-03-30 08:00:00.500"}, // the day is over half a second too early
		{"2026-03-27 18:00:00.000", worktime.Hours(10), "2026-03-30 18:00:00.000"}, // earliest: the end of the day
		{"2026-03-28 12:00:00.250", worktime.Hours(1), "2026-03-30 09:00:00.000"},  // on Saturday nothing runs
		{"2026-03-27 10:00:00.250", worktime.Days(1), "2026-03-30 10:00:00.250"},
		{"2026-03-27 20:00:00.250", worktime.Days(1), "2026-03-30 18:00:00.000"},
		{"2026-03-27 10:00:00.250", worktime.Elapsed(60), "2026-03-27 11:00:00.250"},
	} {
		var b mining.Builder
		b.Add(mining.Event{Case: "1", Activity: "a", At: at(c.from)})
		b.Add(mining.Event{Case: "1", Activity: "b", At: at(c.due)})
		d := b.Log().Deadlines(cal, c.limit)[0]
		require.Equal(t, at(c.due).UTC(), d.Due, c.from)
		require.True(t, d.Met)
		b.Add(mining.Event{Case: "1", Activity: "c", At: at(c.due).Add(25 * time.Hour)})
		d = b.Log().Deadlines(cal, c.limit)[0]
		require.False(t, d.Met)
		require.Equal(t, 25*hour, d.Late)
	}
}

func TestLoopsOfThirtyTwoSteps(t *testing.T) {
	t.Parallel()
	for steps, want := range map[int]int{31: 1, 32: 1, 33: 0} {
		lines := "1 a complete 0\n"
		for i := 1; i < steps; i++ {
			lines += fmt.Sprintf("1 b%d complete %d\n", i, i)
		}
		require.Len(t, hours(lines+fmt.Sprintf("1 a complete %d", steps)).Loops(), want, steps)
	}
}

func TestCasesThatMeetAreInProgressTogether(t *testing.T) {
	t.Parallel()
	law := hours("1 a complete 0\n1 b complete 10\n2 a complete 10\n2 b complete 20\n3 a complete 10").Little()
	require.Equal(t, mining.Little{Cases: 3, Window: 20 * hour, CaseTime: 20 * hour, Area: 20 * hour, MaxWIP: 3}, law)
}

func ExampleCompare() {
	before := hours("1 brief complete 0\n1 legal complete 10\n2 brief complete 0\n2 legal complete 20")
	after := hours("3 brief complete 0\n3 legal complete 4\n3 print complete 5")
	c := mining.Compare(before, after)
	for _, d := range c.Edges {
		fmt.Println(d.From, "->", d.To, d.Count, "median h", d.Time[0].Median()/3.6e6, d.Time[1].Median()/3.6e6, "a case", d.PerCase/3_600_000, "h")
	}
	// Output:
	// brief -> legal [2 1] median h 15 4 a case -11 h
	// legal -> print [0 1] median h 0 1 a case 1 h
}

func ExampleLog_Filter() {
	log := hours("1 brief start 0\n1 brief complete 1\n1 legal complete 3\n2 brief complete 50")
	done := log.Filter(mining.Filter{Lifecycle: []string{"complete"}, Until: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)})
	fmt.Println(done.Cases(), done.Events(), done.Variants()[0].Activities)
	// Output: 1 2 [brief legal]
}

func ExampleLog_Handoffs() {
	log := hours("1 brief complete 0 ana\n1 copy complete 5 ben\n1 check complete 6 ana\n1 fix complete 7 ben")
	for _, h := range log.Handoffs() {
		fmt.Println(h.From, "->", h.To, h.Count, "after h", h.Time.Sum/3_600_000)
	}
	r := log.Rework()
	fmt.Println(r.Cases, len(log.Loops()), log.Loads()[0].Resource, log.Loads()[0].Events)
	// Output:
	// ana -> ben 2 after h 6
	// ben -> ana 1 after h 1
	// 0 0 ana 2
}

func ExampleLog_Months() {
	log := hours("1 a complete 0\n1 b complete 800\n2 a complete 10\n2 b complete 20")
	for _, m := range log.Months(nil) {
		fmt.Println(m.Month, "in", m.Arrivals, "out", m.Departures, "left", m.WIP)
	}
	law := log.Little()
	fmt.Println(law.CaseTime == law.Area, law.MaxWIP)
	// Output:
	// 2026-03 in 2 out 1 left 1
	// 2026-04 in 0 out 1 left 0
	// true 2
}

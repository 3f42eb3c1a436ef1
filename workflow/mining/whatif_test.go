package mining_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

// timed makes a log of lines "activity@hour activity@hour …", one case a line.
func timed(lines ...string) *mining.Log {
	var b mining.Builder
	for i, line := range lines {
		for word := range strings.FieldsSeq(line) {
			name, at, _ := strings.Cut(word, "@")
			var h int
			_, _ = fmt.Sscan(at, &h)
			b.Add(mining.Event{Case: fmt.Sprint(i), Activity: name, At: time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC)})
		}
	}
	return b.Log()
}

func serial(keys ...workflow.StageKey) workflow.Definition {
	var seq workflow.Seq
	for _, k := range keys {
		seq = append(seq, stage(k))
	}
	return workflow.Definition{Flow: seq}
}

func parallel(p workflow.RejectPolicy, keys ...workflow.StageKey) workflow.Definition {
	par := workflow.Par{OnReject: p}
	for _, k := range keys {
		par.Branches = append(par.Branches, stage(k))
	}
	return workflow.Definition{Flow: par}
}

// Legal and brand look at the same time instead of one after the other.
func ExampleLog_WhatIf() {
	log := timed(
		"submit@0 +legal@30 +brand@40",
		"submit@0 +legal@10 +brand@34",
		"submit@0 ~legal@5 again@8 +legal@9 +brand@20",
	)
	answer, err := log.WhatIf(serial("legal", "brand"), parallel(workflow.Cancel, "legal", "brand"), mining.Mapping{Steps: letters("legal", "brand")}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range answer.Cases {
		fmt.Println(c.Case, c.Before/3_600_000, "h ->", c.After/3_600_000, "h")
	}
	fmt.Println("mean", answer.Mean.Estimate/60_000, "min, between", answer.Mean.Low/60_000, "and", answer.Mean.High/60_000)
	// Output:
	// 0 40 h -> 30 h
	// 1 34 h -> 24 h
	// 2 20 h -> 19 h
	// mean -420 min, between -600 and -60
}

func TestWhatIfByHand(t *testing.T) {
	t.Parallel()
	cal, err := worktime.Compile(worktime.MonFri("UTC", "00:00-24:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.NoError(t, err)
	due := func(d workflow.Definition, at int, l worktime.Length) workflow.Definition {
		seq := d.Flow.(workflow.Seq)
		st := seq[at].(workflow.Stage)
		st.Due = l
		seq[at] = st
		return d
	}
	mapping := func(keys ...workflow.StageKey) mining.Mapping {
		return mining.Mapping{Steps: letters(keys...), After: []string{"pay"}, Others: true}
	}
	m := mapping("a", "b")
	for name, c := range map[string]struct {
		line          string
		before, after workflow.Definition
		o             *mining.Assume
		want          int64 // hours
	}{
		"the same":          {"draft@0 submit@2 ~a@3 again@9 +a@11 x@12 +b@20 pay@30 y@31", serial("a", "b"), serial("a", "b"), nil, 31},
		"parallel":          {"draft@0 submit@2 +a@11 +b@20 pay@30", serial("a", "b"), parallel(workflow.Cancel, "a", "b"), nil, 2 + 9 + 10},
		"serial instead":    {"submit@0 +a@11 +b@20 pay@30", parallel(workflow.Cancel, "a", "b"), serial("a", "b"), nil, 31 + 10},
		"other order":       {"submit@0 +a@11 +b@20 pay@30", serial("a", "b"), serial("b", "a"), nil, 30},
		"dropped":           {"submit@0 +a@11 +b@20 pay@30", serial("a", "b"), serial("b"), nil, 19},
		"dropped round":     {"submit@0 ~a@5 again@9 +a@11 +b@20 pay@30", serial("a", "b"), serial("b"), nil, 9 + 10},
		"other one's round": {"submit@0 +a@5 ~b@6 again@9 +a@11 +b@20 pay@30", serial("a", "b"), serial("b"), nil, 1 + 3 + 9 + 10},
		"all waits":         {"submit@0 +a@5 +b@9 +c@10 pay@11", serial("a", "b", "c"), workflow.Definition{Flow: workflow.Seq{workflow.Par{Branches: []workflow.Block{stage("a"), stage("b")}}, stage("c")}}, nil, 5 + 1 + 1},
		"changes cancel":    {"submit@0 +a@5 ~b@9 recall@10", serial("a", "b"), parallel(workflow.Cancel, "a", "b"), nil, 4 + 1},
		"changes finish":    {"submit@0 +a@5 ~b@9 recall@10", serial("a", "b"), parallel(workflow.Finish, "a", "b"), nil, 5 + 1},
		"not reached":       {"submit@0 ~a@3 again@4 +a@6 +b@13 pay@13", serial("a", "b"), serial("b", "a"), nil, 7 + 3 + 1 + 7 + 2},
		"deadline":          {"submit@0 +a@50 +b@60 pay@61", serial("a", "b"), due(serial("a", "b"), 0, worktime.Days(1)), &mining.Assume{Deadlines: cal}, 24 + 10 + 1},
		"deadline not kept": {"submit@0 +a@50 +b@60 pay@61", serial("a", "b"), due(serial("a", "b"), 0, worktime.Days(1)), nil, 61},
		"deadline met":      {"submit@0 +a@20 +b@60 pay@61", serial("a", "b"), due(serial("a", "b"), 0, worktime.Days(1)), &mining.Assume{Deadlines: cal}, 61},
		"new":               {"submit@0 +a@20 pay@21", serial("a"), serial("a", "n"), &mining.Assume{Like: map[workflow.StageKey]workflow.StageKey{"n": "a"}}, 41},
		"new at the side":   {"submit@0 +a@20 pay@21", serial("a"), parallel(workflow.Cancel, "a", "n"), &mining.Assume{Like: map[workflow.StageKey]workflow.StageKey{"n": "a"}}, 21},
		"a loop":            {"submit@0 +a@2 ~b@5 +a@9 +b@10 pay@11", workflow.Definition{Flow: workflow.Seq{workflow.Loop{Times: 1, Body: serial("a", "b").Flow}, workflow.Seq{}}}, parallel(workflow.Cancel, "a", "b"), nil, 3 + 4 + 1},
		"a loop behind":     {"submit@0 +a@2 ~b@5 ~b@9 again@10 +a@11 +b@12 pay@13", workflow.Definition{Flow: workflow.Seq{stage("a"), workflow.Loop{Times: 1, Body: stage("b")}}}, parallel(workflow.Cancel, "a", "b"), nil, 3 + 4 + 1 + 1 + 1},
		"first of two":      {"submit@0 ~b@3 ~a@9 recall@10", parallel(workflow.Finish, "a", "b"), parallel(workflow.Cancel, "a", "b"), nil, 3 + 1},
		"second of two":     {"submit@0 ~a@3 ~b@9 recall@10", parallel(workflow.Finish, "a", "b"), parallel(workflow.Cancel, "a", "b"), nil, 3 + 1},
		"a stands":          {"submit@0 +a@5 ~b@6 revise@7 ~b@9 recall@10", serial("a", "b"), serial("a", "b"), nil, 10},
		"drawn":             {"submit@0 +a@20 pay@21", serial("a"), serial("a"), &mining.Assume{Resample: true}, 21},
	} {
		keys := []workflow.StageKey{"a", "b", "c"}
		if seq, ok := c.before.Flow.(workflow.Seq); ok {
			keys = keys[:len(seq)]
		} else {
			keys = keys[:2]
		}
		got, err := timed(c.line).WhatIf(c.before, c.after, mapping(keys...), c.o)
		require.NoError(t, err, name)
		require.Len(t, got.Cases, 1, "%s: %v", name, got.LeftOut)
		require.Equal(t, c.want, got.Cases[0].After/hour, name)
		require.Equal(t, got.Cases[0].After-got.Cases[0].Before, got.Mean.Estimate, name)
		require.Equal(t, got.Mean, got.Median, name)
		require.NotEmpty(t, got.Assumptions)
	}
	for line, want := range map[string]string{
		"submit@0 +b@1":                        "deviates from the first definition",
		"submit@0 +a@1":                        "was not decided by the end of the log",
		"draft@0":                              "was never submitted",
		"submit@0 +a@1 revise@2 +b@3":          "was changed, taken back or sent round while other stages were under way",
		"submit@0 recall@1 submit@2 +a@3 +b@4": "was changed, taken back or sent round while other stages were under way",
		"submit@0 ~a@1":                        "ended by a stage that the second definition does not have",
	} {
		got, err := timed(line).WhatIf(serial("a", "b"), serial("b"), m, nil)
		require.NoError(t, err)
		require.Empty(t, got.Cases, line)
		require.Equal(t, []mining.Tally{{Name: want, Count: 1}}, got.LeftOut, line)
	}
	_, err = timed("submit@0 +a@1").WhatIf(serial("a"), serial("a", "n"), mapping("a"), nil)
	require.ErrorIs(t, err, mining.ErrMapping)
	_, err = timed("submit@0 +a@1").WhatIf(serial("a"), serial("a"), mapping("a"), &mining.Assume{Rounds: -1})
	require.ErrorContains(t, err, "rounds: -1")
	// Working time: a weekend between two verdicts is none.
	week, err := worktime.Compile(worktime.MonFri("UTC", "09:00-17:00"), civil.YearOf(civil.MustDate(2026, 1, 1)))
	require.NoError(t, err)
	late := due(serial("a", "b"), 1, worktime.Hours(4))
	got, err := timed("submit@9 +a@105 +b@177 pay@178").WorkingTime(week).WhatIf(serial("a", "b"), late, m, &mining.Assume{Deadlines: week}) // Mon 9:00, Fri 9:00, Mon 9:00
	require.NoError(t, err)
	require.Equal(t, [2]int64{41, 32 + 4 + 1}, [2]int64{got.Cases[0].Before / hour, got.Cases[0].After / hour})
}

// randomTimed makes cases that follow a serial definition, with rounds.
func randomTimed(r *rand.Rand, n int) *mining.Log {
	lines := make([]string, n)
	for i := range lines {
		at := r.IntN(50)
		lines[i] = fmt.Sprintf("submit@%d", at)
		for r.IntN(3) == 0 {
			at += r.IntN(30)
			lines[i] += fmt.Sprintf(" +a@%d", at)
			at += r.IntN(30)
			lines[i] += fmt.Sprintf(" ~b@%d", at)
			at += r.IntN(30)
			lines[i] += fmt.Sprintf(" again@%d", at)
		}
		for _, k := range "abc" {
			at += r.IntN(60)
			lines[i] += fmt.Sprintf(" +%c@%d", k, at)
		}
	}
	return timed(lines...)
}

// The same definition changes nothing, whatever the policy; parallel review never
// takes longer than serial, dropping a stage neither; and a deadline that nobody
// missed is none.
func TestWhatIfProperties(t *testing.T) {
	t.Parallel()
	m := mining.Mapping{Steps: letters("a", "b", "c")}
	for seed := range uint64(60) {
		l := randomTimed(rand.New(rand.NewPCG(seed, 1)), 12)
		same, err := l.WhatIf(serial("a", "b", "c"), serial("a", "b", "c"), m, &mining.Assume{Rounds: 100})
		require.NoError(t, err)
		require.Empty(t, same.LeftOut)
		require.Zero(t, same.Faster+same.Slower)
		require.Zero(t, same.Mean)
		require.Zero(t, same.Median)
		require.Equal(t, l.CaseDurations().All(), same.After.All())
		for _, other := range []workflow.Definition{parallel(workflow.Cancel, "a", "b", "c"), serial("a", "c"), serial("a", "b")} {
			fast, err := l.WhatIf(serial("a", "b", "c"), other, m, &mining.Assume{Rounds: 100, Seed: seed})
			require.NoError(t, err)
			require.Zero(t, fast.Slower)
			require.LessOrEqual(t, fast.Mean.Low, fast.Mean.Estimate)
			require.LessOrEqual(t, fast.Mean.Estimate, fast.Mean.High)
			again, err := l.WhatIf(serial("a", "b", "c"), other, m, &mining.Assume{Rounds: 100, Seed: seed})
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(fast.Cases, fast.Mean, fast.Median), fmt.Sprint(again.Cases, again.Mean, again.Median))
		}
	}
}

// The intervals are those of drawing cases and sorting them, of another generator:
// they come out alike.
func TestIntervalsAreThoseOfTheBootstrap(t *testing.T) {
	t.Parallel()
	m := mining.Mapping{Steps: letters("a", "b", "c")}
	l := randomTimed(rand.New(rand.NewPCG(1, 1)), 200)
	got, err := l.WhatIf(serial("a", "b", "c"), parallel(workflow.Cancel, "a", "b", "c"), m, &mining.Assume{Rounds: 4000, Seed: 9})
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(77, 5))
	var means, medians []int64
	for range 4000 {
		var was, is []int64
		total := int64(0)
		for range got.Cases {
			c := got.Cases[r.IntN(len(got.Cases))]
			was, is, total = append(was, c.Before), append(is, c.After), total+c.After-c.Before
		}
		means = append(means, total/int64(len(is)))
		medians = append(medians, middle(is)-middle(was))
	}
	for _, c := range []struct {
		name      string
		of        []int64
		low, high int64
	}{{"mean", means, got.Mean.Low, got.Mean.High}, {"median", medians, got.Median.Low, got.Median.High}} {
		low, high := nth(c.of, 100), nth(c.of, 3899)
		wide := float64(high - low)
		require.InDelta(t, low, c.low, wide/8, c.name) // two runs of 4,000 differ by some per cent of the width
		require.InDelta(t, high, c.high, wide/8, c.name)
	}
}

func middle(v []int64) int64 {
	n := len(v)
	a, b := nth(v, (n-1)/2), nth(v, n/2)
	return a + (b-a)/2
}

// nth returns the i-th smallest by counting.
func nth(c []int64, i int) int64 {
	low, high := c[0], c[0]
	for _, v := range c {
		low, high = min(low, v), max(high, v)
	}
	for low < high {
		mid := low + (high-low)/2
		n := 0
		for _, v := range c {
			if v <= mid {
				n++
			}
		}
		if n > i {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

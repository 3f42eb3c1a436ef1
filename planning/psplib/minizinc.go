package psplib

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// MiniZincModel is the text of a MiniZinc model that goes with the data of
// WriteDZN: a plain model with cumulative constraints (A. Aggoun and N.
// Beldiceanu, Extending CHIP in order to solve complex scheduling and placement
// problems, 1993) for any solver. With the two in files,
//
//	minizinc --solver gecode model.mzn instance.dzn
//
// prints the makespan and, per activity, start and mode counted from 1.
const MiniZincModel = `% Multi-mode resource-constrained project scheduling, several projects.
include "cumulative.mzn";

int: n_activities;
int: n_resources;  % renewable
int: n_stocks;     % nonrenewable
int: n_modes;      % of all activities
int: n_links;
int: horizon;

set of int: ACTIVITY = 1..n_activities;
set of int: RESOURCE = 1..n_resources;
set of int: STOCK = 1..n_stocks;
set of int: MODE = 1..n_modes;

array[RESOURCE] of int: capacity;   % units in each period
array[STOCK] of int: stock;         % units for all time
array[ACTIVITY] of int: release;    % earliest start
array[ACTIVITY] of int: first_mode; % an activity has the modes
array[ACTIVITY] of int: last_mode;  % first_mode..last_mode
array[MODE] of int: duration;
array[MODE, RESOURCE] of int: use;  % in each period
array[MODE, STOCK] of int: draw;    % once
array[1..n_links] of int: before;   % after[l] starts when before[l]
array[1..n_links] of int: after;    % has ended, or later

array[ACTIVITY] of var 0..horizon: start;
array[ACTIVITY] of var MODE: mode;
var 0..horizon: makespan;

array[ACTIVITY] of var int: length = [duration[mode[a]] | a in ACTIVITY];

constraint forall(a in ACTIVITY)
  (mode[a] >= first_mode[a] /\ mode[a] <= last_mode[a] /\ start[a] >= release[a] /\ start[a] + length[a] <= makespan);
constraint forall(l in 1..n_links)
  (start[after[l]] >= start[before[l]] + length[before[l]]);
constraint forall(r in RESOURCE)
  (cumulative(start, length, [use[mode[a], r] | a in ACTIVITY], capacity[r]));
constraint forall(a in ACTIVITY, r in RESOURCE) % what cumulative finds late
  (length[a] = 0 \/ use[mode[a], r] <= capacity[r]);
constraint forall(s in STOCK)
  (sum(a in ACTIVITY)(draw[mode[a], s]) <= stock[s]);

solve :: seq_search([int_search(mode, first_fail, indomain_min), int_search(start, smallest, indomain_min), int_search([makespan], input_order, indomain_min)])
  minimize makespan;

output ["makespan ", show(makespan), "\n"] ++
  ["activity " ++ show(a) ++ " start " ++ show(start[a]) ++ " mode " ++ show(mode[a] - first_mode[a] + 1) ++ "\n" | a in ACTIVITY];
`

// WriteDZN writes an Instance as MiniZinc data for MiniZincModel, which lists
// the parameters: n_activities, n_resources, n_stocks, n_modes, n_links,
// horizon, capacity, stock, release, first_mode, last_mode, duration, use, draw,
// before and after. Activities, modes and resources count from 1. An Instance
// whose Horizon is below its longest schedule is written with the latter's, so
// that the model stays solvable. Errors are the writer's or match ErrInstance.
func WriteDZN(w io.Writer, in Instance) error {
	if err := in.check(); err != nil {
		return err
	}
	var release, first, last, duration, use, draw, before, after []int
	for _, p := range in.Projects {
		for i := p.First; i < p.First+p.Count; i++ {
			a := &in.Activities[i]
			release, first = append(release, p.Release), append(first, len(duration)+1)
			for _, m := range a.Modes {
				duration, use, draw = append(duration, m.Duration), append(use, m.Use...), append(draw, m.Draw...)
			}
			last = append(last, len(duration))
			for _, s := range a.Successors {
				before, after = append(before, i+1), append(after, s+1)
			}
		}
	}
	out := bufio.NewWriter(w)
	for _, v := range []struct {
		name  string
		value int
	}{
		{"n_activities", len(in.Activities)},
		{"n_resources", len(in.Capacity)},
		{"n_stocks", len(in.Stock)},
		{"n_modes", len(duration)},
		{"n_links", len(before)},
		{"horizon", max(in.Horizon, in.longest())},
	} {
		_, _ = fmt.Fprintf(out, "%s = %d;\n", v.name, v.value) // sticky: Flush reports it
	}
	for _, v := range []struct {
		name   string
		values []int
	}{
		{"capacity", in.Capacity},
		{"stock", in.Stock},
		{"release", release},
		{"first_mode", first},
		{"last_mode", last},
		{"duration", duration},
		{"before", before},
		{"after", after},
	} {
		_, _ = fmt.Fprintf(out, "%s = ", v.name)
		writeArray(out, v.values)
		out.WriteString(";\n")
	}
	for _, v := range []struct {
		name   string
		width  int
		values []int
	}{
		{"use", len(in.Capacity), use},
		{"draw", len(in.Stock), draw},
	} {
		_, _ = fmt.Fprintf(out, "%s = array2d(1..%d, 1..%d, ", v.name, len(duration), v.width)
		writeArray(out, v.values)
		out.WriteString(");\n")
	}
	return out.Flush()
}

// writeArray writes numbers in lines of twenty.
func writeArray(out *bufio.Writer, numbers []int) {
	out.WriteString("[")
	for i, n := range numbers {
		switch {
		case i == 0:
		case i%20 == 0:
			out.WriteString(",\n  ")
		default:
			out.WriteString(", ")
		}
		out.WriteString(strconv.Itoa(n))
	}
	out.WriteString("]")
}

package rcpsp

import "slices"

// Project is what is to be scheduled. Activities are known by their position.
type Project struct {
	Capacity   []int32 // renewable units per period, by resource
	Stock      []int32 // non-renewable units for the whole project, by stock; may be empty
	Activities []Activity
	Edges      []Edge
}

// Activity is work that is not interrupted. It is done in one of its modes.
type Activity struct {
	Modes  []Mode // at least one, at most 255
	Due    int32  // period by which it should be finished; negative: none
	Weight int32  // what one period of tardiness costs; 0 counts as 1
}

// Mode is one way to do an activity.
type Mode struct {
	Duration int32
	Use      []int32 // units per period, by resource; missing entries are 0
	Draw     []int32 // units in total, by stock; missing entries are 0
}

// Edge is a minimal lag between an end of one activity and an end of another.
// The zero ends are starts. Edges must not form a cycle, whatever their lags.
type Edge struct {
	From, To             int32
	FromFinish, ToFinish bool
	Lag                  int32 // periods; may be negative
}

// Single returns an activity of one mode without a due date.
func Single(duration int32, use ...int32) Activity {
	return Activity{Modes: []Mode{{Duration: duration, Use: use}}, Due: -1}
}

// FinishStart returns the usual edge: to starts when from is finished.
func FinishStart(from, to int32) Edge {
	return Edge{From: from, To: to, FromFinish: true}
}

// weight returns the edge as a minimal distance from start to start.
func (e Edge) weight(from, to int32) int32 {
	w := e.Lag
	if e.FromFinish {
		w += from
	}
	if e.ToFinish {
		w -= to
	}
	return w
}

func (p Project) clone() Project {
	p.Capacity = slices.Clone(p.Capacity)
	p.Stock = slices.Clone(p.Stock)
	p.Edges = slices.Clone(p.Edges)
	p.Activities = slices.Clone(p.Activities)
	for i := range p.Activities {
		a := &p.Activities[i]
		a.Modes = slices.Clone(a.Modes)
		for k := range a.Modes {
			a.Modes[k].Use = slices.Clone(a.Modes[k].Use)
			a.Modes[k].Draw = slices.Clone(a.Modes[k].Draw)
		}
	}
	return p
}

func at(units []int32, k int) int32 {
	if k < len(units) {
		return units[k]
	}
	return 0
}

package psplib

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// The kinds of errors.
var (
	ErrFormat   = errors.New("invalid instance file")         // of every error about the content of a file: a *finding.CellError
	ErrInstance = errors.New("invalid instance")              // an Instance that contradicts itself
	ErrModes    = errors.New("several modes")                 // an activity with modes to choose from, where there can be one only
	ErrStock    = errors.New("nonrenewable resources")        // more drawn than there is, or stock where there can be none
	ErrProjects = errors.New("several projects or a release") // where there can be one project only, which starts at 0
)

// Instance is a project scheduling problem: place every activity, in one of its
// modes, so that successors start after it, no period uses more than the
// Capacity and all modes together draw no more than the Stock. The makespan is
// to be short.
type Instance struct {
	Name       string     // "file with basedata" of a .sm or .mm file
	Seed       int64      // of the generator that made it, as the file says
	Projects   []Project  // at least one; they own the activities in their order
	Capacity   []int      // renewable resources: units in each period
	Stock      []int      // nonrenewable resources: units for all time
	Activities []Activity // of all projects
	Horizon    int        // as the file says, or else releases and longest modes added up, at most 1,000,000,000; no schedule need be longer
}

// Project is a run of activities. Due, TardinessCost and MPMTime are what a .sm
// or .mm file says beside the problem; the makespan does not depend on them.
type Project struct {
	First, Count  int    // Activities[First : First+Count]
	Release       int    // its activities start no earlier
	Due           int    // due date
	TardinessCost int    // per period
	MPMTime       int    // length of the critical path
	Uses          []bool // by renewable resource, in .rcmp files; nil: not said
}

// Activity is a piece of work that is not interrupted.
type Activity struct {
	Modes      []Mode // at least one
	Successors []int  // that start no earlier than it ends; indexes into Instance.Activities
}

// Mode is one way to do an activity.
type Mode struct {
	Duration int
	Use      []int // by renewable resource, in each period
	Draw     []int // by nonrenewable resource, once
}

// Limits of an Instance and of a file.
const (
	maxNumber     = 1_000_000_000
	maxSeed       = 1_000_000_000_000
	maxActivities = 100_000
	maxProjects   = 10_000
	maxResources  = 1_000 // of each kind
	maxModes      = 1_000 // of an activity
	maxCells      = 4_000_000
	maxName       = 255
	maxBytes      = 64 << 20
	maxLine       = 1 << 20
)

// ActivityError says what is wrong with an activity of an Instance.
type ActivityError struct {
	Activity int // index
	Reason   string
	Kind     error // ErrInstance, ErrModes or ErrStock
}

// Error returns "activity 3: reason: kind", counting from 1.
func (e *ActivityError) Error() string {
	return fmt.Sprintf("activity %d: %s: %v", e.Activity+1, e.Reason, e.Kind)
}

// Unwrap returns Kind.
func (e *ActivityError) Unwrap() error { return e.Kind }

// SingleMode reports whether no activity has a choice of modes.
func (in Instance) SingleMode() bool {
	for i := range in.Activities {
		if len(in.Activities[i].Modes) > 1 {
			return false
		}
	}
	return true
}

// label returns the name of an activity in files: its number, of several
// projects "project:number".
func (in Instance) label(i int) string {
	if len(in.Projects) == 1 {
		return strconv.Itoa(i + 1)
	}
	k := in.projectOf(i)
	return fmt.Sprintf("%d:%d", k+1, i-in.Projects[k].First+1)
}

// projectOf returns the index of the project that owns an activity.
func (in Instance) projectOf(i int) int {
	return sort.Search(len(in.Projects), func(k int) bool { return in.Projects[k].First > i }) - 1
}

// longest returns releases and longest modes added up: a schedule of one
// activity after the other needs no more.
func (in Instance) longest() int {
	sum := int64(0)
	for _, p := range in.Projects {
		sum = max(sum, int64(p.Release))
	}
	for i := range in.Activities {
		most := 0
		for _, m := range in.Activities[i].Modes {
			most = max(most, m.Duration)
		}
		sum += int64(most)
	}
	return int(min(sum, maxNumber))
}

// check refuses what no file can say and no answer can be given to. It leaves
// cycles to planning.Compile.
func (in Instance) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("instance: %s: %w", fmt.Sprintf(format, args...), ErrInstance)
	}
	switch {
	case len(in.Activities) == 0 || len(in.Activities) > maxActivities:
		return bad("%d activities: want 1 to %d", len(in.Activities), maxActivities)
	case len(in.Projects) == 0 || len(in.Projects) > maxProjects:
		return bad("%d projects: want 1 to %d", len(in.Projects), maxProjects)
	case max(len(in.Capacity), len(in.Stock)) > maxResources:
		return bad("%d renewable and %d nonrenewable resources: want at most %d of each", len(in.Capacity), len(in.Stock), maxResources)
	case in.Seed < 0 || in.Seed > maxSeed:
		return bad("seed %d: want 0 to %d", in.Seed, int64(maxSeed))
	case !validName(in.Name):
		return bad("name %.40q: want at most %d bytes of printable text without space around it", in.Name, maxName)
	case !inRange(in.Horizon) || !inRange(in.Capacity...) || !inRange(in.Stock...):
		return bad("horizon, capacity or stock: want 0 to %d", maxNumber)
	}
	next := 0
	for k, p := range in.Projects {
		switch {
		case p.First != next || p.Count < 1 || p.Count > len(in.Activities)-next:
			return bad("project %d has %d activities from %d: want one or more from %d of %d", k+1, p.Count, p.First, next, len(in.Activities))
		case !inRange(p.Release, p.Due, p.TardinessCost, p.MPMTime):
			return bad("project %d: numbers: want 0 to %d", k+1, maxNumber)
		case p.Uses != nil && len(p.Uses) != len(in.Capacity):
			return bad("project %d: %d marks of use: want %d", k+1, len(p.Uses), len(in.Capacity))
		}
		next += p.Count
	}
	if next != len(in.Activities) {
		return bad("projects own %d of %d activities", next, len(in.Activities))
	}
	return in.checkActivities()
}

func (in Instance) checkActivities() error {
	cells := 0
	for i := range in.Activities {
		a := &in.Activities[i]
		bad := func(format string, args ...any) error {
			return &ActivityError{i, fmt.Sprintf(format, args...), ErrInstance}
		}
		if len(a.Modes) < 1 || len(a.Modes) > maxModes {
			return bad("%d modes: want 1 to %d", len(a.Modes), maxModes)
		}
		for k, m := range a.Modes {
			if len(m.Use) != len(in.Capacity) || len(m.Draw) != len(in.Stock) {
				return bad("mode %d: %d uses and %d draws: want %d and %d", k+1, len(m.Use), len(m.Draw), len(in.Capacity), len(in.Stock))
			}
			if !inRange(m.Duration) || !inRange(m.Use...) || !inRange(m.Draw...) {
				return bad("mode %d: numbers: want 0 to %d", k+1, maxNumber)
			}
			cells += 1 + len(m.Use) + len(m.Draw)
		}
		for _, s := range a.Successors {
			if s < 0 || s >= len(in.Activities) {
				return bad("successor %d: want 0 to %d", s, len(in.Activities)-1)
			}
		}
		if cells += len(a.Successors); cells > maxCells {
			return bad("more than %d numbers", maxCells)
		}
	}
	return nil
}

func inRange(numbers ...int) bool {
	for _, n := range numbers {
		if n < 0 || n > maxNumber {
			return false
		}
	}
	return true
}

func validName(s string) bool {
	if len(s) > maxName || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return s == "" || s[0] != ' ' && s[len(s)-1] != ' '
}

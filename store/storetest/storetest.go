package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/go-marops/marops/store"
)

// A Failure is one case that a store did not pass.
type Failure struct {
	Group, Name string
	Rule        string // what the store promises
	Message     string // what was seen instead
}

func (f Failure) String() string {
	return fmt.Sprintf("%s/%s: %s\nrule: %s", f.Group, f.Name, f.Message, f.Rule)
}

// testCase is one named promise and the way to put it to the test.
type testCase struct {
	group, name, rule string
	run               func(*probe)
}

// allCases returns the suite, group by group.
func allCases() []testCase {
	return slices.Concat(
		createCases(), putCases(), appendCases(), deleteCases(), checkCases(),
		conflictCases(), rollbackCases(), replayCases(), historyCases(), eraseCases(), tailCases(),
		listCases(), tenantCases(), valueCases(), aliasCases(), limitCases(), invalidCases(),
		cancelCases(), readCases(), concurrentCases(), linearCases(), updateCases(),
		evolutionCases(), timerCases(), faultCases(),
	)
}

// Groups returns the names of the groups, in the order in which Run takes them.
func Groups() []string {
	var groups []string
	for _, c := range allCases() {
		if !slices.Contains(groups, c.group) {
			groups = append(groups, c.group)
		}
	}
	return groups
}

// Cases returns the names of all cases, each as "group/name".
func Cases() []string {
	var names []string
	for _, c := range allCases() {
		names = append(names, c.group+"/"+c.name)
	}
	return names
}

// Run puts every case to the test as a subtest "group/name". open returns an
// empty store, apart from all others that it returned; it is called at least
// once per case and registers its own clean-up.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, group := range Groups() {
		t.Run(group, func(t *testing.T) {
			for _, c := range allCases() {
				if c.group != group {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					for _, f := range c.failures(func() store.Store { return open(t) }) {
						t.Error(f)
					}
				})
			}
		})
	}
}

// Check runs the cases of the named groups, of all groups if none is named,
// and returns what failed, in the order of the suite. open is called once per
// case and returns an empty store.
func Check(open func() store.Store, groups ...string) []Failure {
	var failed []Failure
	for _, c := range allCases() {
		if len(groups) == 0 || slices.Contains(groups, c.group) {
			failed = append(failed, c.failures(open)...)
		}
	}
	return failed
}

// failures runs one case on a store of its own.
func (c testCase) failures(open func() store.Store) []Failure {
	p := newProbe(open, c.group+"/"+c.name)
	p.guard(c.run)
	out := make([]Failure, len(p.messages))
	for i, m := range p.messages {
		out[i] = Failure{Group: c.group, Name: c.name, Rule: c.rule, Message: m}
	}
	return out
}

package planning

import (
	"errors"
	"fmt"
	"slices"
)

// ErrName is the kind of every error about text that names no link type,
// constraint, late-date rule or cause.
var ErrName = errors.New("unknown name")

func parseName(what string, names []string, text []byte) (int, error) {
	if i := slices.Index(names, string(text)); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("%s %.40q: want one of %q: %w", what, text, names, ErrName)
}

func nameOf(names []string, i uint8, what string) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", what, i)
}

// LinkType says which end of the predecessor holds which end of the successor.
// The zero value is FS.
type LinkType uint8

// The link types.
const (
	FS LinkType = iota // the successor starts after the predecessor finishes
	SS                 // the successor starts after the predecessor starts
	FF                 // the successor finishes after the predecessor finishes
	SF                 // the successor finishes after the predecessor starts
)

var linkNames = []string{"FS", "SS", "FF", "SF"}

// String returns "FS", "SS", "FF" or "SF".
func (t LinkType) String() string { return nameOf(linkNames, uint8(t), "link") }

// MarshalText writes the name.
func (t LinkType) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the name. Errors match ErrName.
func (t *LinkType) UnmarshalText(text []byte) error {
	i, err := parseName("link type", linkNames, text)
	*t = LinkType(i)
	return err
}

// fromStart reports whether the link leaves the predecessor's start.
func (t LinkType) fromStart() bool { return t == SS || t == SF }

// toFinish reports whether the link holds the successor's finish.
func (t LinkType) toFinish() bool { return t == FF || t == SF }

// ConstraintKind says what a task's date means. The zero value is ASAP.
type ConstraintKind uint8

// The constraints. Links decide: a date that they make impossible does not move
// a task before its predecessors, it shows as negative float and in Conflicts.
const (
	ASAP ConstraintKind = iota // as soon as possible: no date
	SNET                       // start no earlier than
	SNLT                       // start no later than
	FNET                       // finish no earlier than
	FNLT                       // finish no later than
	MSO                        // must start on: SNET and SNLT
	MFO                        // must finish on: FNET and FNLT
	ALAP                       // as late as possible without moving another task or the finish: no date
)

var constraintNames = []string{"ASAP", "SNET", "SNLT", "FNET", "FNLT", "MSO", "MFO", "ALAP"}

// String returns the abbreviation.
func (k ConstraintKind) String() string { return nameOf(constraintNames, uint8(k), "constraint") }

// MarshalText writes the abbreviation.
func (k ConstraintKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the abbreviation. Errors match ErrName.
func (k *ConstraintKind) UnmarshalText(text []byte) error {
	i, err := parseName("constraint", constraintNames, text)
	*k = ConstraintKind(i)
	return err
}

// LateDates is the rule by which late dates follow from links. The zero value
// is Classic.
type LateDates uint8

// The late-date rules. They differ in links that leave the predecessor's start
// (SS, SF) with a positive lag: by the classic rule such a link bounds the
// predecessor's late dates, in Microsoft Project from 2016 on it does not, and
// the predecessor may finish as late as the project.
const (
	Classic LateDates = iota
	Project2016
)

var lateDatesNames = []string{"classic", "project2016"}

// String returns "classic" or "project2016".
func (l LateDates) String() string { return nameOf(lateDatesNames, uint8(l), "rule") }

// MarshalText writes the name.
func (l LateDates) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name; empty text is Classic. Errors match ErrName.
func (l *LateDates) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*l = Classic
		return nil
	}
	i, err := parseName("late-date rule", lateDatesNames, text)
	*l = LateDates(i)
	return err
}

// ResourceKind says what a resource is. The zero value is Person.
type ResourceKind uint8

// The kinds of resource.
const (
	Person    ResourceKind = iota
	Pool                   // several people who stand in for each other
	Equipment              // a room, a machine, a licence
	Stock                  // used up: assignments take from it for good
)

var kindNames = []string{"person", "pool", "equipment", "stock"}

// String returns the name in lower case.
func (k ResourceKind) String() string { return nameOf(kindNames, uint8(k), "kind") }

// MarshalText writes the name.
func (k ResourceKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name. Errors match ErrName.
func (k *ResourceKind) UnmarshalText(text []byte) error {
	i, err := parseName("kind of resource", kindNames, text)
	*k = ResourceKind(i)
	return err
}

// Shape is the distribution of an Estimate. The zero value is Triangular.
type Shape uint8

// The shapes.
const (
	Triangular Shape = iota
	PERT             // beta with a weight of four on Likely
	Lognormal        // median Likely, 90th percentile Max
)

var shapeNames = []string{"triangular", "pert", "lognormal"}

// String returns the name in lower case.
func (s Shape) String() string { return nameOf(shapeNames, uint8(s), "shape") }

// MarshalText writes the name.
func (s Shape) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name. Errors match ErrName.
func (s *Shape) UnmarshalText(text []byte) error {
	i, err := parseName("shape", shapeNames, text)
	*s = Shape(i)
	return err
}

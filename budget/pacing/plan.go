package pacing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
)

// Plan says how a budget should be spent over some days. Compile turns it into a
// Model. It is plain data with a JSON form. An amount that is the zero Money is not
// said; a Cap of 0 EUR forbids all further spend.
type Plan struct {
	Name     string         `json:"name,omitempty"`
	Budget   money.Money    `json:"budget"`
	Days     civil.Period   `json:"days"`
	Zone     string         `json:"zone,omitempty"` // in which days begin and end, such as that of the ad account; "" is UTC
	Curve    Curve          `json:"curve,omitzero"`
	Calendar *worktime.Spec `json:"calendar,omitempty"` // of the Working curve
	Floor    money.Money    `json:"floor"`              // least spend of a day that is still to come
	Cap      money.Money    `json:"cap"`                // most spend of a day
	Caps     []Cap          `json:"caps,omitempty"`     // other caps on some days; the last that holds a day counts
	LateDays int            `json:"lateDays,omitempty"` // so many full days before today are provisional: platforms restate them
	Alerts   []Alert        `json:"alerts,omitempty"`
}

// Cap is the most that may be spent on each of some days.
type Cap struct {
	Days civil.Period `json:"days"`
	Cap  money.Money  `json:"cap"`
}

// Shape is how a budget is spread over days. The zero Shape is Even.
type Shape uint8

// The shapes.
const (
	Even     Shape = iota // alike on all days
	Working               // alike on working days, nothing on others
	Weekdays              // by weights of the days of the week
	Custom                // by a weight for each day
)

var shapes = [...]string{Even: "even", Working: "working", Weekdays: "weekdays", Custom: "custom"}

// ErrPlan is the kind of error of text that is not a plan.
var ErrPlan = errors.New("invalid pacing plan")

// String returns "even", "working", "weekdays" or "custom".
func (s Shape) String() string {
	if int(s) < len(shapes) {
		return shapes[s]
	}
	return fmt.Sprintf("shape(%d)", uint8(s))
}

// MarshalText writes the name.
func (s Shape) MarshalText() ([]byte, error) {
	if int(s) >= len(shapes) {
		return nil, fmt.Errorf("shape %d: unknown: %w", uint8(s), ErrPlan)
	}
	return []byte(shapes[s]), nil
}

// UnmarshalText reads the name.
func (s *Shape) UnmarshalText(text []byte) error {
	i := slices.Index(shapes[:], string(text))
	if i < 0 {
		return fmt.Errorf("shape %q: want even, working, weekdays or custom: %w", text, ErrPlan)
	}
	*s = Shape(i)
	return nil
}

// Curve is a shape, times a season.
type Curve struct {
	Shape   Shape    `json:"shape"`
	Week    []int64  `json:"week,omitempty"`    // Weekdays: seven weights, Sunday first; up to a million each
	Weights []int64  `json:"weights,omitempty"` // Custom: one a day; up to a million each
	Seasons []Season `json:"seasons,omitempty"` // the last that holds a day counts; days in none have a weight of 100
}

// Season makes some days weigh more or less: 100 is as they are.
type Season struct {
	Days   civil.Period `json:"days"`
	Weight int64        `json:"weight"` // up to ten thousand
}

// SeasonsOf returns a season for each period of a fiscal calendar that some days
// touch, with the weights in turn, again from the first when they are used up.
func SeasonsOf(calendar fiscal.Calendar, days civil.Period, weights ...int64) []Season {
	var out []Season
	if len(weights) == 0 {
		return nil
	}
	for d := days.First(); days.Contains(d); {
		bounds, ok := calendar.Bounds(calendar.PeriodOf(d))
		if !ok || !bounds.Contains(d) {
			break
		}
		out = append(out, Season{bounds.Intersect(days), weights[len(out)%len(weights)]})
		d = bounds.Last().AddDays(1)
	}
	return out
}

// Clone returns a copy that shares nothing with p but the calendar, which is not
// changed.
func (p Plan) Clone() Plan {
	p.Curve.Week, p.Curve.Weights, p.Curve.Seasons = slices.Clone(p.Curve.Week), slices.Clone(p.Curve.Weights), slices.Clone(p.Curve.Seasons)
	p.Caps, p.Alerts = slices.Clone(p.Caps), slices.Clone(p.Alerts)
	return p
}

// ReadPlan reads a plan from JSON; a field it does not know is an error. Errors
// match ErrPlan. What the plan says is checked by Compile.
func ReadPlan(r io.Reader) (Plan, error) {
	var p Plan
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Plan{}, fmt.Errorf("%w: %w", ErrPlan, err)
	}
	return p, nil
}

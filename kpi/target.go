package kpi

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/go-marops/marops/internal/thousands"
	"github.com/shopspring/decimal"
)

// Direction says which side of a target is good.
type Direction uint8

// The directions.
const (
	AtLeast Direction = iota
	AtMost
)

// Target is a goal for a metric. A value on the good side of Want is on target;
// one within Tolerance of it is near; anything else is off.
type Target struct {
	Metric    MetricKey
	Direction Direction
	Want      decimal.Decimal // in the metric's unit
	Tolerance decimal.Decimal // in the metric's unit, not negative
}

// Status is how a value stands to its target.
type Status uint8

// The statuses.
const (
	Unknown Status = iota // there is no number
	OnTarget
	Near
	Off
)

var statusNames = [...]string{"unknown", "on target", "near", "off"}

// String returns the name in lower case.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return "unknown"
}

// Score is one line of a Scorecard.
type Score struct {
	Keys   []string
	Target Target
	Value  Value
	Status Status
	Reason string // for people: "23.10 EUR/lead, at most 25.00"
}

// Scorecard holds the scores of all rows, in order of rows, then of targets.
type Scorecard []Score

// maxTargetExponent bounds targets before they become rationals.
const maxTargetExponent = 40

// Score compares every row with the targets. An error matches ErrQuery: a metric
// that the query does not have, a negative tolerance, an absurd exponent.
func (r *Result) Score(targets ...Target) (Scorecard, error) {
	for _, t := range targets {
		if r.prepared.registry.metrics[t.Metric] == nil {
			return nil, fmt.Errorf("target for metric %q, which is not defined: %w", t.Metric, ErrQuery)
		}
		for _, d := range [...]decimal.Decimal{t.Want, t.Tolerance} {
			if d.Exponent() > maxTargetExponent || d.Exponent() < -maxTargetExponent {
				return nil, fmt.Errorf("target for metric %s has an exponent beyond ±%d: %w", t.Metric, maxTargetExponent, ErrQuery)
			}
		}
		if t.Tolerance.Sign() < 0 {
			return nil, fmt.Errorf("target for metric %s has a negative tolerance: %w", t.Metric, ErrQuery)
		}
	}
	var card Scorecard
	for row := range r.Rows() {
		for _, t := range targets {
			card = append(card, score(row, t))
		}
	}
	return card, nil
}

func score(row Row, t Target) Score {
	v := row.Value(t.Metric)
	s := Score{Keys: row.Keys(), Target: t, Value: v}
	words := "at least"
	if t.Direction == AtMost {
		words = "at most"
	}
	s.Reason = fmt.Sprintf("%v, %s %s", v, words, thousands.Group(t.Want.String()))
	x, ok := v.Rat()
	if !ok {
		s.Reason = strings.Replace(s.Reason, v.String(), "the value is "+v.String(), 1)
		return s
	}
	short := new(big.Rat).Sub(t.Want.Rat(), x) // how far on the bad side
	if t.Direction == AtMost {
		short.Neg(short)
	}
	switch {
	case short.Sign() <= 0:
		s.Status = OnTarget
	case short.Cmp(t.Tolerance.Rat()) <= 0:
		s.Status = Near
	default:
		s.Status = Off
	}
	return s
}

package allocate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/go-marops/marops/money"
)

// ChannelKey names a channel within a plan.
type ChannelKey string

// GroupKey names a group of channels within a plan.
type GroupKey string

// Plan says what money can be spent on, and within which bounds. Compile turns it
// into a Model. It is plain data with a JSON form. In all amounts the zero Money
// means "not said", in JSON the empty text, while 0 of a currency means nothing: a
// Max of 0 EUR forbids.
type Plan struct {
	Currency money.Currency `json:"currency"`
	Channels []Channel      `json:"channels"`
	Groups   []Group        `json:"groups,omitempty"`  // nested or apart; over all periods together
	Periods  []Period       `json:"periods,omitempty"` // none: one period without bounds of its own
}

// Channel is something to spend money on.
type Channel struct {
	Key       ChannelKey    `json:"key"`
	Name      string        `json:"name,omitempty"`
	Curve     Curve         `json:"curve"`
	Adstock   Adstock       `json:"adstock,omitzero"`
	Past      []money.Money `json:"past,omitempty"`     // spend of the periods before the first, latest last: what is still felt of it
	Min       money.Money   `json:"min,omitzero"`       // in each period
	Max       money.Money   `json:"max"`                // in each period
	Fixed     money.Money   `json:"fixed"`              // in each period exactly this, instead of Min and Max
	MinIfUsed money.Money   `json:"minIfUsed,omitzero"` // in each period nothing, or at least this
	Step      money.Money   `json:"step,omitzero"`      // in each period a multiple of this
	Current   money.Money   `json:"current,omitzero"`   // today's spend in each period
	Currents  []money.Money `json:"currents,omitempty"` // today's spend by period, instead of Current
}

// Group bounds what some channels get together, over all periods.
type Group struct {
	Key      GroupKey     `json:"key"`
	Channels []ChannelKey `json:"channels"`
	Min      money.Money  `json:"min,omitzero"`
	Max      money.Money  `json:"max"`
}

// Period bounds what all channels get together in one period.
type Period struct {
	Name string      `json:"name,omitempty"`
	Min  money.Money `json:"min,omitzero"`
	Max  money.Money `json:"max"`
}

// Clone returns a copy that shares nothing with p.
func (p Plan) Clone() Plan {
	p.Channels = slices.Clone(p.Channels)
	for i := range p.Channels {
		c := &p.Channels[i]
		c.Past, c.Currents, c.Curve.Points = slices.Clone(c.Past), slices.Clone(c.Currents), slices.Clone(c.Curve.Points)
	}
	p.Groups = slices.Clone(p.Groups)
	for i := range p.Groups {
		p.Groups[i].Channels = slices.Clone(p.Groups[i].Channels)
	}
	p.Periods = slices.Clone(p.Periods)
	return p
}

// ErrPlan is the kind of error of text that is not a plan.
var ErrPlan = errors.New("invalid allocation plan")

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

// periods returns how many periods there are, at least 1.
func (p *Plan) periods() int { return max(1, len(p.Periods)) }

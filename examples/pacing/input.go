package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/budget/pacing"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/money/fx"
)

// plan is the content of plan.json.
type plan struct {
	Now      time.Time      `json:"now"`
	Currency money.Currency `json:"currency"`
	Month    civil.Period   `json:"month"`
	Cut      struct {       // what if a channel had that much less
		Channel string `json:"channel"`
		Percent int64  `json:"percent"`
	} `json:"cut"`
	Channels []*channel `json:"channels"`
}

// channel is some campaigns of a platform with one budget, and what is found out of
// it. Its name is that of the pacing plan.
type channel struct {
	Platform  adspend.Platform `json:"platform"`
	Campaigns []string         `json:"campaigns"` // ids
	Pacing    pacing.Plan      `json:"pacing"`
	Orders    []struct {
		Days  civil.Period `json:"days"` // on which it will be spent
		Order budget.Order `json:"order"`
	} `json:"orders"`

	name    string
	model   *pacing.Model
	data    pacing.Data
	status  *pacing.Status
	booked  money.Money // spent in the month, in the currency of the book
	verdict string
}

func (s *story) read(files fs.FS) (err error) {
	for _, f := range []struct {
		name string
		read func(io.Reader, string) error
	}{
		{"plan.json", func(r io.Reader, _ string) error {
			in := json.NewDecoder(r)
			in.DisallowUnknownFields()
			if err := in.Decode(&s.plan); err != nil {
				return fmt.Errorf("plan.json: %w", err)
			}
			return nil
		}},
		{"rates.csv", func(r io.Reader, name string) error { s.rates, err = fx.ReadCSV(r, name, s.plan.Currency); return err }},
		{"responses.json", func(r io.Reader, name string) error {
			if s.response, err = allocate.ReadPlan(r); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		}},
		{"google-12-june.csv", func(r io.Reader, name string) error { s.earlier, err = adspend.Google(r, name, nil); return err }},
		{"google.csv", s.export(adspend.Google)},
		{"meta.csv", s.export(adspend.Meta)},
		{"linkedin.csv", s.export(adspend.LinkedIn)},
	} {
		text, err := fs.ReadFile(files, f.name)
		if err != nil {
			return err
		}
		if err := f.read(bytes.NewReader(text), f.name); err != nil {
			return err
		}
	}
	if m := s.plan.Month; m.IsEmpty() || m != civil.MonthOf(m.First()) || len(s.plan.Channels) == 0 || slices.Contains(s.plan.Channels, nil) {
		return fmt.Errorf("plan.json: %d channels, month %q: want a whole month and its channels", len(s.plan.Channels), m)
	}
	for _, c := range s.plan.Channels {
		if c.name = c.Pacing.Name; c.Pacing.Days != s.plan.Month {
			return fmt.Errorf("plan.json: channel %s: days %v: want those of the month, %v", c.name, c.Pacing.Days, s.plan.Month)
		}
		if c.model, err = pacing.Compile(c.Pacing); err != nil {
			return fmt.Errorf("plan.json: channel %s: %w", c.name, err)
		}
		for _, report := range s.reports {
			for _, row := range report.Rows {
				if c.has(report.Platform, row) && row.HasSpend && s.plan.Month.Contains(row.Day) {
					c.data.Spend = append(c.data.Spend, pacing.Spend{Day: row.Day, Amount: row.Spend.Round(money.HalfEven)})
				}
			}
		}
		if c.data.Spend, err = pacing.SumByDay(c.data.Spend); err != nil {
			return fmt.Errorf("channel %s: %w", c.name, err)
		}
	}
	return nil
}

func (s *story) export(read adspend.Reader) func(io.Reader, string) error {
	return func(r io.Reader, name string) error {
		report, err := read(r, name, nil)
		s.reports = append(s.reports, report)
		return err
	}
}

func (c *channel) has(p adspend.Platform, row adspend.Row) bool {
	return c.Platform == p && slices.Contains(c.Campaigns, row.CampaignID)
}

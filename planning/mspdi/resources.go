package mspdi

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

func (c *reader) resources() {
	c.resource = map[int]int{}
	for i := range c.in.Resources {
		r := &c.in.Resources[i]
		if r.IsNull || r.UID <= 0 { // UID 0 is "unassigned"
			continue
		}
		key := strconv.Itoa(r.UID)
		subject := "resource/" + key
		if _, twice := c.resource[r.UID]; twice {
			c.bad("mspdi.uid", subject, "give every resource its own UID", "UID %d is given twice", r.UID)
			continue
		}
		if r.Type != nil && *r.Type != 1 || r.IsCostResource {
			c.resource[r.UID] = -1
			c.warn("mspdi.resource.kind", subject, "plan what has to be there as a stock", "%.40q is no work: it is left out with its assignments", r.Name)
			continue
		}
		c.resource[r.UID] = len(c.p.Resources)
		out := planning.Resource{Key: planning.ResourceKey(key), Name: r.Name, Units: 1000, Calendar: c.named(r.CalendarUID, subject)}
		if r.IsGeneric {
			out.Kind = planning.Pool
		}
		switch {
		case r.MaxUnits != nil && *r.MaxUnits > 0:
			out.Units = r.MaxUnits.units()
		case r.MaxUnits != nil && len(r.Availability) == 0:
			c.warn("mspdi.resource.units", subject, "say from when to when there is none", "no units at all are read as one person")
		}
		c.availability(&out, r.Availability, subject)
		c.rates(&out, r, subject)
		c.p.Resources = append(c.p.Resources, out)
	}
}

// availability reads periods of units as changes: nobody is there between them.
func (c *reader) availability(out *planning.Resource, periods []xmlUnits, subject string) {
	type span struct {
		from, to civil.Date // zero: open
		units    int
	}
	spans := make([]span, 0, len(periods))
	for _, p := range periods {
		s := span{units: p.AvailableUnits.units()}
		if from := c.time(subject, p.AvailableFrom); !from.IsZero() && civil.DateOf(from).After(noStart()) {
			s.from = civil.DateOf(from)
		}
		if to := c.time(subject, p.AvailableTo); !to.IsZero() && civil.DateOf(to).Before(noEnd()) {
			s.to = civil.DateOf(to)
		}
		spans = append(spans, s)
	}
	if len(spans) == 0 {
		return
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	now, next := -1, noStart()
	if first := spans[0]; first.from.IsZero() && first.units > 0 {
		out.Units, now = first.units, first.units
	}
	change := func(from civil.Date, units int) {
		if units != now {
			out.Changes = append(out.Changes, planning.Change{From: from, Units: units})
			now = units
		}
	}
	for i, s := range spans {
		if i > 0 && (spans[i-1].to.IsZero() || s.from.Before(spans[i-1].to) || s.from == spans[i-1].from) {
			c.bad("mspdi.value", subject, "give each day to one period", "availability from %s overlaps another", s.from)
			return
		}
		if s.from.IsZero() {
			s.from = next
		}
		if s.from.After(next) {
			change(next, 0)
		}
		change(s.from, s.units)
		next = s.to.AddDays(1)
	}
	if last := spans[len(spans)-1]; !last.to.IsZero() {
		change(next, 0)
	}
}

// rates reads cost rate table A, or the one rate of the resource.
func (c *reader) rates(out *planning.Resource, r *xmlResource, subject string) {
	rows := slices.DeleteFunc(slices.Clone(r.Rates), func(row xmlRate) bool { return row.RateTable != 0 })
	if len(rows) == 0 {
		rows = []xmlRate{{StandardRate: r.StandardRate, OvertimeRate: r.OvertimeRate, CostPerUse: r.CostPerUse}}
	}
	more, currency := false, true
	for _, row := range rows {
		more = more || isAmount(row.OvertimeRate) || isAmount(row.CostPerUse)
		currency = currency && (c.currency != 0 || !isAmount(row.StandardRate))
	}
	if more {
		c.warn("mspdi.resource.rate", subject, "plan with the rate of an hour alone", "rates for overtime and for each use are left out")
	}
	if !currency {
		c.warn("mspdi.resource.rate", subject, "give the project a currency code of ISO 4217", "a rate of %.40s without currency (code %.40q) is left out", rows[0].StandardRate, c.in.CurrencyCode)
		return
	}
	if c.currency == 0 {
		return
	}
	for _, row := range rows {
		rate := planning.Rate{Hour: c.rate(row.StandardRate, subject)}
		if from := c.time(subject, row.RatesFrom); !from.IsZero() && civil.DateOf(from).After(noStart()) {
			rate.From = civil.DateOf(from)
		}
		out.Rates = append(out.Rates, rate)
	}
	slices.SortStableFunc(out.Rates, func(a, b planning.Rate) int { return a.From.Compare(b.From) })
	for len(out.Rates) > 0 && out.Rates[0].Hour.Minor() == 0 { // as before any rate
		out.Rates = out.Rates[1:]
	}
	if len(out.Rates) == 0 {
		out.Rates = nil
	}
}

// isAmount reports whether text is an amount and not nothing.
func isAmount(s string) bool { return strings.Trim(s, "0.-") != "" }

func (c *reader) rate(s, subject string) money.Money {
	if s == "" {
		s = "0"
	}
	m, err := money.ParseAmount(s, c.currency)
	if errors.Is(err, money.ErrSyntax) { // perhaps more decimals than the currency has
		if m, err = money.ParseRounded(s, c.currency, money.HalfEven); err == nil {
			c.warn("mspdi.resource.rate", subject, "give the rate in whole minor units", "%.40s an hour is read as %s", s, m)
		}
	}
	if err != nil {
		c.bad("mspdi.value", subject, "mend the value", "%v", fmt.Errorf("rate %.40q: %w", s, err))
	}
	return m
}

package kpi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
)

// ErrQuery is the kind of every error about a query.
var ErrQuery = errors.New("invalid query")

// Query asks for metrics by groups.
type Query struct {
	Metrics []MetricKey
	By      []string     // text columns that every table behind the metrics has
	Grain   Grain        // also group by time; needs Measure.Time everywhere
	Period  civil.Period // only rows of these days; empty = all
	AsOf    civil.Date   // the day of the question, for Matures; zero = everything is settled
	Where   []Filter     // in addition to each measure's own
}

// Grain is a step of time.
type Grain uint8

// The grains. A group's first key is its first day.
const (
	Whole Grain = iota
	Daily
	Weekly // ISO weeks, from Monday
	Monthly
)

// start returns the first day of the step that holds d.
func (g Grain) start(d civil.Date) civil.Date {
	switch g {
	case Weekly:
		return d.AddDays(-int(d.Weekday()+6) % 7)
	case Monthly:
		return d.AddDays(1 - d.Day())
	case Whole, Daily:
	}
	return d
}

// Prepared is a checked query. It is immutable and safe for concurrent use.
type Prepared struct {
	registry *Registry
	query    Query
	scans    []tableScan // one per table, in order of name
}

// tableScan is what one pass over a table computes.
type tableScan struct {
	table    string
	columns  []string // what to ask the source for
	measures []*compiled
}

// Prepare checks a query against the definitions. Errors match ErrQuery.
func (r *Registry) Prepare(q Query) (*Prepared, error) {
	if len(q.Metrics) == 0 {
		return nil, fmt.Errorf("query without metrics: %w", ErrQuery)
	}
	if q.Grain > Monthly {
		return nil, fmt.Errorf("grain %d: %w", q.Grain, ErrQuery)
	}
	for i, name := range q.By {
		if name == "" || slices.Contains(q.By[:i], name) {
			return nil, fmt.Errorf("dimension %q is empty or stands twice: %w", name, ErrQuery)
		}
	}
	q.Metrics, q.By, q.Where = slices.Clone(q.Metrics), slices.Clone(q.By), slices.Clone(q.Where)
	p := &Prepared{registry: r, query: q}
	var measures []*compiled
	var collect func(MetricKey) error
	collect = func(key MetricKey) error {
		c := r.metrics[key]
		if c == nil {
			return fmt.Errorf("metric %q is not defined: %w", key, ErrQuery)
		}
		if c.measure != nil && !slices.Contains(measures, c) {
			if c.measure.Time == "" && (q.Grain != Whole || !q.Period.IsEmpty()) {
				return fmt.Errorf("metric %s has no time column, the query asks for one: %w", key, ErrQuery)
			}
			measures = append(measures, c)
		}
		for _, used := range c.uses {
			if err := collect(used); err != nil {
				return err
			}
		}
		return nil
	}
	for _, key := range q.Metrics {
		if err := collect(key); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(measures, func(a, b *compiled) int {
		return strings.Compare(a.measure.Table+"\x00"+string(a.key), b.measure.Table+"\x00"+string(b.key))
	})
	for _, m := range measures {
		if n := len(p.scans); n == 0 || p.scans[n-1].table != m.measure.Table {
			p.scans = append(p.scans, tableScan{table: m.measure.Table, columns: slices.Clone(q.By)})
		}
		s := &p.scans[len(p.scans)-1]
		s.measures = append(s.measures, m)
		need := []string{m.measure.Column, m.measure.Time}
		for _, f := range slices.Concat(m.measure.Where, q.Where) {
			need = append(need, f.Column)
		}
		for _, name := range need {
			if name != "" && !slices.Contains(s.columns, name) {
				s.columns = append(s.columns, name)
			}
		}
	}
	return p, nil
}

// Run compiles, prepares and runs in one call, for scripts.
func Run(ctx context.Context, defs Definitions, q Query, source Source) (*Result, error) {
	r, err := Compile(defs)
	if err != nil {
		return nil, err
	}
	p, err := r.Prepare(q)
	if err != nil {
		return nil, err
	}
	return p.Run(ctx, source)
}

// timeKey formats a group's first day.
func timeKey(day civil.Date, g Grain) string {
	if g == Monthly {
		return fmt.Sprintf("%04d-%02d", day.Year(), int(day.Month()))
	}
	return day.String()
}

package kpi

import (
	"fmt"
	"iter"
	"math/big"
	"slices"
	"strings"
)

// Result is the answer to a query. It is immutable.
type Result struct {
	prepared *Prepared
	rows     []*rowData
	index    map[string]*rowData
}

type rowData struct {
	keys   []string
	values map[MetricKey]Value // of the measures, then of everything asked for
}

// Row is one group of a Result.
type Row struct {
	res  *Result
	data *rowData
}

func newResult(p *Prepared) *Result { return &Result{prepared: p, index: make(map[string]*rowData)} }

func (r *Result) at(keys []string) *rowData {
	joined := strings.Join(keys, "\x00")
	row := r.index[joined]
	if row == nil {
		row = &rowData{keys: keys, values: make(map[MetricKey]Value)}
		r.index[joined] = row
		r.rows = append(r.rows, row)
	}
	return row
}

// finish joins the measures of all tables on their keys, computes what is built
// on them, and sorts.
func (r *Result) finish() {
	p := r.prepared
	if len(p.query.By) == 0 && p.query.Grain == Whole {
		r.at(nil) // an ungrouped query has one row, even over nothing
	}
	for _, row := range r.rows {
		for _, scan := range p.scans {
			for _, m := range scan.measures {
				if _, ok := row.values[m.key]; !ok {
					row.values[m.key] = (&state{}).value(m, 0)
				}
			}
		}
		for _, key := range p.query.Metrics {
			p.registry.evaluate(key, row.values)
		}
	}
	slices.SortFunc(r.rows, func(a, b *rowData) int { return slices.Compare(a.keys, b.keys) })
}

func (r *Registry) evaluate(key MetricKey, values map[MetricKey]Value) Value {
	if v, ok := values[key]; ok {
		return v
	}
	c := r.metrics[key]
	v := r.eval(c.expr, values)
	v.unit = c.unit
	values[key] = v
	return v
}

func (r *Registry) eval(e *expr, values map[MetricKey]Value) Value {
	switch {
	case e.number != nil:
		return number(new(big.Rat).Set(e.number), Unit{})
	case e.metric != "":
		return r.evaluate(e.metric, values)
	}
	return combine(e.op, r.eval(e.left, values), r.eval(e.right, values), Unit{})
}

// Columns returns the names of a row's keys: "time" first if the query has a
// grain, then its dimensions.
func (r *Result) Columns() []string {
	var names []string
	if r.prepared.query.Grain != Whole {
		names = append(names, "time")
	}
	return append(names, r.prepared.query.By...)
}

// Metrics returns the metrics of the query, in its order.
func (r *Result) Metrics() []MetricKey { return slices.Clone(r.prepared.query.Metrics) }

// Len returns the number of rows.
func (r *Result) Len() int { return len(r.rows) }

// Rows yields the groups in order of their keys.
func (r *Result) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, row := range r.rows {
			if !yield(Row{r, row}) {
				return
			}
		}
	}
}

// Row returns the group with the given keys.
func (r *Result) Row(keys ...string) (Row, bool) {
	row := r.index[strings.Join(keys, "\x00")]
	return Row{r, row}, row != nil
}

// Keys returns the values of the columns named by Result.Columns.
func (row Row) Keys() []string { return slices.Clone(row.data.keys) }

// Value returns a metric of the query, or one that it is built on. A metric that
// is neither is Missing.
func (row Row) Value(key MetricKey) Value { return row.data.values[key] }

// Why returns how a value came about: the parts of a formula with their own
// values, down to the measures.
func (row Row) Why(key MetricKey) string {
	c := row.res.prepared.registry.metrics[key]
	if c == nil {
		return ""
	}
	v := row.Value(key)
	if c.measure != nil {
		s := fmt.Sprintf("%s = %v (%v", key, v, c.measure.Agg)
		if c.measure.Column != "" {
			s += " of " + c.measure.Table + "." + c.measure.Column
		} else {
			s += " of " + c.measure.Table
		}
		return s + ")"
	}
	parts := []string{fmt.Sprintf("%s = %v = %s", key, v, c.expr.text(0))}
	for _, used := range c.uses {
		parts = append(parts, row.Why(used))
	}
	return strings.Join(parts, "; ")
}

// text prints a formula with the parentheses it needs.
func (e *expr) text(outer int) string {
	switch {
	case e.number != nil:
		return new(big.Rat).Set(e.number).RatString()
	case e.metric != "":
		return string(e.metric)
	}
	level := 1
	if e.op == '*' || e.op == '/' {
		level = 2
	}
	s := e.left.text(level) + " " + string(e.op) + " " + e.right.text(level+1)
	if level < outer {
		return "(" + s + ")"
	}
	return s
}

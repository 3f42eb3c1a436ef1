package kpi

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/finding"
)

// Registry is a checked set of definitions. It is immutable and safe for
// concurrent use.
type Registry struct {
	metrics map[MetricKey]*compiled
}

type compiled struct {
	key     MetricKey
	unit    Unit
	measure *Measure // nil for a derived metric
	expr    *expr    // of a derived metric; a Ratio is one division
	uses    []MetricKey
}

// Compile checks all definitions and returns them ready for queries, or every
// problem as a finding.List. Codes: kpi.key.invalid, kpi.metric.unknown,
// kpi.measure.incomplete, kpi.formula.invalid, kpi.formula.cycle,
// kpi.unit.mismatch.
func Compile(defs Definitions) (*Registry, error) {
	r := &Registry{make(map[MetricKey]*compiled, len(defs))}
	var found finding.List
	for _, key := range slices.Sorted(maps.Keys(defs)) {
		if !validKey(string(key)) {
			found.Errorf("kpi.key.invalid", "metric/"+string(key), "use letters, digits and underscores, a letter first", "%q cannot stand in a formula", key)
			continue
		}
		c := &compiled{key: key}
		r.metrics[key] = c
		switch m := defs[key].(type) {
		case Measure:
			m.Where = slices.Clone(m.Where)
			for i := range m.Where {
				m.Where[i].In = slices.Clone(m.Where[i].In)
			}
			c.measure, c.unit = &m, m.Unit
			if m.Agg == Variance {
				c.unit = m.Unit.Times(m.Unit)
			}
			checkMeasure(&found, key, &m)
		case Ratio:
			c.expr = &expr{op: '/', left: &expr{metric: m.Num, column: 1}, right: &expr{metric: m.Den, column: 1}, column: 1}
		case Formula:
			e, err := parseFormula(key, m.Text)
			if err != nil {
				found.Errorf("kpi.formula.invalid", "metric/"+string(key), "", "%v", err)
				delete(r.metrics, key)
				continue
			}
			c.expr = e
		default:
			found.Errorf("kpi.measure.incomplete", "metric/"+string(key), "give it a Measure, a Ratio or a Formula", "no definition")
			delete(r.metrics, key)
		}
	}
	r.resolve(defs, &found)
	if err := found.Err(); err != nil {
		return nil, err
	}
	return r, nil
}

// validKey reports whether s is an identifier of ASCII letters, digits and
// underscores.
func validKey(s string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	return s != "" && len(s) <= 100 && strings.IndexByte(letters, s[0]) >= 0 && strings.Trim(s, letters+"0123456789") == ""
}

func checkMeasure(found *finding.List, key MetricKey, m *Measure) {
	subject := "metric/" + string(key)
	if m.Table == "" {
		found.Errorf("kpi.measure.incomplete", subject, "name the table", "no table")
	}
	if m.Agg > Distinct {
		found.Errorf("kpi.measure.incomplete", subject, "use one of the aggregates", "aggregate %d is unknown", m.Agg)
	}
	if (m.Column == "") != (m.Agg == Rows) {
		found.Errorf("kpi.measure.incomplete", subject, "Rows takes no column, every other aggregate takes one", "%v of column %q", m.Agg, m.Column)
	}
	if m.Matures < 0 || m.Matures > 0 && m.Time == "" {
		found.Errorf("kpi.measure.incomplete", subject, "set Time to the date column", "matures after %d days, by no date", m.Matures)
	}
}

// resolve finds what each derived metric uses, in an order without cycles, and
// infers units bottom up.
func (r *Registry) resolve(defs Definitions, found *finding.List) {
	const (
		unseen = iota
		active
		done
	)
	state := make(map[MetricKey]int)
	var path []MetricKey
	var visit func(MetricKey)
	visit = func(key MetricKey) {
		c := r.metrics[key]
		state[key] = active
		path = append(path, key)
		ok := true
		c.expr.each(func(e *expr) {
			if e.metric == "" {
				return
			}
			if !slices.Contains(c.uses, e.metric) {
				c.uses = append(c.uses, e.metric)
			}
			switch next := r.metrics[e.metric]; {
			case next == nil:
				ok = false
				if _, defined := defs[e.metric]; !defined { // a broken one has its own finding
					found.Errorf("kpi.metric.unknown", "metric/"+string(key), "define it, or mend the name", "uses %q, which is not defined", e.metric)
				}
			case state[e.metric] == active:
				ok = false
				at := slices.Index(path, e.metric)
				var names []string
				for _, k := range path[at:] {
					names = append(names, string(k))
				}
				found.Errorf("kpi.formula.cycle", "metric/"+string(key), "define one of them from measures", "%s -> %s", strings.Join(names, " -> "), e.metric)
			case state[e.metric] == unseen:
				visit(e.metric)
			}
		})
		if ok && c.expr != nil {
			unit, err := r.infer(key, c.expr)
			if mismatch, is := errors.AsType[*UnitError](err); is {
				found.Errorf("kpi.unit.mismatch", "metric/"+string(key), "convert one side first", "%v", mismatch)
			}
			c.unit = unit
		}
		path = path[:len(path)-1]
		state[key] = done
	}
	for _, key := range slices.Sorted(maps.Keys(r.metrics)) {
		if state[key] == unseen {
			visit(key)
		}
	}
}

// each calls f for every node; a nil expr has none.
func (e *expr) each(f func(*expr)) {
	if e == nil {
		return
	}
	f(e)
	e.left.each(f)
	e.right.each(f)
}

func (r *Registry) infer(key MetricKey, e *expr) (Unit, error) {
	switch {
	case e.number != nil:
		return Unit{}, nil
	case e.metric != "":
		return r.metrics[e.metric].unit, nil
	}
	left, err := r.infer(key, e.left)
	if err != nil {
		return Unit{}, err
	}
	right, err := r.infer(key, e.right)
	if err != nil {
		return Unit{}, err
	}
	switch e.op {
	case '*':
		return left.Times(right), nil
	case '/':
		return left.Per(right), nil
	}
	if left != right {
		return Unit{}, &UnitError{key, e.column, string(e.op), left, right}
	}
	return left, nil
}

// Metrics returns the keys in order.
func (r *Registry) Metrics() []MetricKey { return slices.Sorted(maps.Keys(r.metrics)) }

// Unit returns the unit of a metric; ok is false if there is no such metric.
func (r *Registry) Unit(key MetricKey) (unit Unit, ok bool) {
	c, ok := r.metrics[key]
	if !ok {
		return Unit{}, false
	}
	return c.unit, true
}

package kpi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// groups maps the joined keys of a group to its states, one per measure.
type groups struct {
	index map[string]int
	keys  [][]string
	cells [][]state // [group][measure]
}

func (g *groups) at(keys []string, measures int) int {
	joined := strings.Join(keys, "\x00")
	i, ok := g.index[joined]
	if !ok {
		i = len(g.keys)
		g.index[joined] = i
		g.keys = append(g.keys, slices.Clone(keys))
		g.cells = append(g.cells, make([]state, measures))
	}
	return i
}

// Run answers the query from a source. The error is the source's own, or
// matches ErrQuery where the source's columns do not fit the definitions.
func (p *Prepared) Run(ctx context.Context, source Source) (*Result, error) {
	res := newResult(p)
	for _, scan := range p.scans {
		g := &groups{index: make(map[string]int)}
		scales := make([]int, len(scan.measures))
		for batch, err := range source.Scan(ctx, scan.table, scan.columns) {
			if err != nil {
				return nil, err
			}
			if err := p.fold(&scan, &batch, g, scales); err != nil {
				return nil, err
			}
		}
		for i, keys := range g.keys {
			row := res.at(keys)
			for j, m := range scan.measures {
				row.values[m.key] = g.cells[i][j].value(m, scales[j])
			}
		}
	}
	res.finish()
	return res, nil
}

func (p *Prepared) fold(scan *tableScan, b *Batch, g *groups, scales []int) error {
	column := func(name string) *Vector { return &b.Columns[slices.Index(scan.columns, name)] }
	for _, name := range p.query.By {
		if column(name).Kind != TextKind {
			return fmt.Errorf("table %s: column %s is not text and cannot group: %w", scan.table, name, ErrQuery)
		}
	}
	for j, m := range scan.measures {
		if err := p.foldMeasure(scan, b, m, j, column, g, scales); err != nil {
			return err
		}
	}
	return nil
}

func (p *Prepared) foldMeasure(scan *tableScan, b *Batch, m *compiled, j int, column func(string) *Vector, g *groups, scales []int) error {
	def := m.measure
	keep, err := filter(scan.table, b.Len, slices.Concat(def.Where, p.query.Where), column)
	if err != nil {
		return err
	}
	var day *Vector
	if def.Time != "" {
		if day = column(def.Time); day.Kind != DateKind {
			return fmt.Errorf("table %s: column %s is not a date: %w", scan.table, def.Time, ErrQuery)
		}
	}
	var values *Vector
	if def.Agg != Rows {
		values = column(def.Column)
		if err := fits(scan.table, def, values); err != nil {
			return err
		}
		scales[j] = values.Scale
	}
	ids := p.groupIDs(b.Len, keep, day, column, g, len(scan.measures))
	var settled civil.Date
	if def.Matures > 0 && !p.query.AsOf.IsZero() {
		settled = p.query.AsOf.AddDays(-def.Matures)
	}
	for i, id := range ids {
		if id < 0 {
			continue
		}
		s := &g.cells[id][j]
		s.rows++
		if !settled.IsZero() && day.dateAt(i).After(settled) {
			s.provisional = true
		}
		if values == nil || values.null(i) {
			continue
		}
		switch def.Agg {
		case Distinct:
			s.n++
			if s.distinct == nil {
				s.distinct = make(map[string]struct{})
			}
			if values.Kind == TextKind {
				s.distinct[values.Dict[values.Codes[i]]] = struct{}{}
			} else {
				s.distinct[values.dateAt(i).String()] = struct{}{}
			}
		case Variance, StdDev:
			s.addSquare(values.Ints[i])
			s.add(values.Ints[i])
		case Rows, Sum, Min, Max, Mean:
			s.add(values.Ints[i])
		}
	}
	return nil
}

// fits checks that a column can be aggregated as the measure says.
func fits(table string, def *Measure, v *Vector) error {
	if def.Agg == Distinct {
		if v.Kind == NumberKind {
			return fmt.Errorf("table %s: column %s holds numbers, not names to count: %w", table, def.Column, ErrQuery)
		}
		return nil
	}
	if v.Kind != NumberKind {
		return fmt.Errorf("table %s: column %s does not hold numbers: %w", table, def.Column, ErrQuery)
	}
	want, isMoney := def.Unit.Money()
	if isMoney && v.Currency != want || !isMoney && v.Currency != 0 {
		have := "no currency"
		if v.Currency != money.Currency(0) {
			have = v.Currency.Code()
		}
		return fmt.Errorf("table %s: column %s is in %s, the measure in %v: %w", table, def.Column, have, def.Unit, ErrQuery)
	}
	return nil
}

// filter returns one byte per row, or nil if every row is kept.
func filter(table string, rows int, filters []Filter, column func(string) *Vector) ([]bool, error) {
	if len(filters) == 0 {
		return nil, nil
	}
	keep := make([]bool, rows)
	for i := range keep {
		keep[i] = true
	}
	for _, f := range filters {
		v := column(f.Column)
		if v.Kind != TextKind {
			return nil, fmt.Errorf("table %s: column %s is not text and cannot be filtered: %w", table, f.Column, ErrQuery)
		}
		pass := make([]bool, len(v.Dict)) // decide once per different value
		for code, text := range v.Dict {
			pass[code] = slices.Contains(f.In, text) != f.Not
		}
		for i, code := range v.Codes {
			keep[i] = keep[i] && pass[code]
		}
	}
	return keep, nil
}

// groupIDs returns each row's group, -1 for a row that is left out. Rows are
// mapped through small integers; the text of a key is touched once per group.
func (p *Prepared) groupIDs(rows int, keep []bool, day *Vector, column func(string) *Vector, g *groups, measures int) []int {
	ids := make([]int, rows)
	by := make([]*Vector, len(p.query.By))
	for i, name := range p.query.By {
		by[i] = column(name)
	}
	timed := p.query.Grain != Whole
	known := make(map[string]int)
	packed := make([]byte, 0, 4*len(by)+8)
	keys := make([]string, 0, len(by)+1)
	for i := range rows {
		ids[i] = -1
		if keep != nil && !keep[i] {
			continue
		}
		var start civil.Date
		if day != nil && (timed || !p.query.Period.IsEmpty()) {
			if day.null(i) {
				continue // a row without a date is in no period
			}
			on := day.dateAt(i)
			if !p.query.Period.IsEmpty() && !p.query.Period.Contains(on) {
				continue
			}
			start = p.query.Grain.start(on)
		}
		packed = packed[:0]
		for _, v := range by {
			c := v.Codes[i]
			packed = append(packed, byte(c), byte(c>>8), byte(c>>16), byte(c>>24))
		}
		if timed {
			packed = start.Append(packed)
		}
		id, ok := known[string(packed)]
		if !ok {
			keys = keys[:0]
			if timed {
				keys = append(keys, timeKey(start, p.query.Grain))
			}
			for _, v := range by {
				keys = append(keys, v.Dict[v.Codes[i]])
			}
			id = g.at(keys, measures)
			known[string(packed)] = id
		}
		ids[i] = id
	}
	return ids
}

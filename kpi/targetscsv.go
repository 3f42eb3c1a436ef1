package kpi

import (
	"io"
	"slices"

	"github.com/shopspring/decimal"

	rowtable "github.com/go-marops/marops/internal/table"
)

// ReadTargets reads targets from a CSV file with the columns name, metric,
// direction ("at least" or "at most"), target and tolerance. Metrics must be
// defined in the registry. The names are returned beside the targets. Errors
// name file, row and column.
func (r *Registry) ReadTargets(from io.Reader, file string) (names []string, targets []Target, err error) {
	rows, err := rowtable.Read(from, file, []string{"name"}, "name", "metric", "direction", "target", "tolerance")
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		t := Target{Metric: MetricKey(row.Text("metric")), Want: decimalCell(row, "target"), Tolerance: decimalCell(row, "tolerance")}
		if r.metrics[t.Metric] == nil {
			row.Fail("metric", "%q is not one of the metrics %v", t.Metric, r.Metrics())
		}
		if t.Tolerance.Sign() < 0 {
			row.Fail("tolerance", "%v is negative", t.Tolerance)
		}
		if row.Name("direction", "at least", "at most") == "at most" {
			t.Direction = AtMost
		}
		if names, targets = append(names, row.Name("name")), append(targets, t); row.Err() != nil {
			return nil, nil, row.Err()
		}
	}
	return slices.Clip(names), targets, nil
}

// decimalCell reads a plain decimal number of at most 20 characters.
func decimalCell(row *rowtable.Row, column string) decimal.Decimal {
	s := row.Text(column)
	d, err := decimal.NewFromString(s)
	if err != nil || len(s) > 20 || d.Exponent() > 0 {
		row.Fail(column, "%.40q is not a plain number", s)
		return decimal.Decimal{}
	}
	return d
}

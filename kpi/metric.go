package kpi

// MetricKey names a metric: letters, digits and underscores, starting with a
// letter, so that it can stand in a formula.
type MetricKey string

// Definitions are the metrics of an application. They are plain data; Compile
// checks them.
type Definitions map[MetricKey]Metric

// Metric is a Measure, a Ratio or a Formula.
type Metric interface{ metric() }

// Agg is how a Measure folds rows.
type Agg uint8

// The aggregates. A missing cell takes no part in any of them.
const (
	Rows     Agg = iota // number of rows; 0 if there are none; takes no column
	Sum                 // sum of the column; missing if no row has a value
	Min                 // smallest value
	Max                 // largest value
	Mean                // sum over number of values, exact
	Variance            // sample variance, divisor n-1, exact; undefined for one value
	StdDev              // square root of Variance, to 40 significant digits
	Distinct            // number of different values of a text or date column
)

var aggNames = [...]string{"rows", "sum", "min", "max", "mean", "variance", "stddev", "distinct"}

// String returns the lower-case name.
func (a Agg) String() string {
	if int(a) < len(aggNames) {
		return aggNames[a]
	}
	return "unknown"
}

// Measure aggregates one column of one table.
type Measure struct {
	Table  string
	Column string // "" with Rows
	Agg    Agg
	Unit   Unit     // of the result; for Variance, of the column
	Where  []Filter // all must hold
	Time   string   // the date column that places a row in time; "" = the measure has no time
	// Matures is the number of days after which a row's value is settled: a
	// conversion window, a billing delay. A younger row makes its group
	// provisional.
	Matures int
	// Basis says what the dates mean, for people: "event", "cohort of contact".
	Basis string
}

// Ratio divides two metrics. Both are aggregated first and divided last.
type Ratio struct{ Num, Den MetricKey }

// Formula combines metrics with + - * / and parentheses, as in
// "(revenue - cost) / cost". Numbers are exact decimals.
type Formula struct{ Text string }

func (Measure) metric() {}
func (Ratio) metric()   {}
func (Formula) metric() {}

// Filter keeps rows whose text column holds one of the values, or with Not,
// none of them.
type Filter struct {
	Column string
	In     []string
	Not    bool
}

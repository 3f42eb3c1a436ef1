package main

import (
	"fmt"
	"io/fs"
	"math/big"
)

// The verdicts of a row.
const (
	ok          = "ok"
	miss        = "miss"
	absent      = "absent"      // the data are not in the directory
	unsupported = "unsupported" // the data are there, the engine is not built yet
)

// row is one figure.
type row struct {
	Area     string `json:"area"`
	Set      string `json:"set"`
	Figure   string `json:"figure"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Verdict  string `json:"verdict"`
}

// set is one body of data with known answers.
type set struct {
	area, name string
	files      []string // what it reads; all must be there
	run        func(*check, fs.FS) error
	control    control
}

// control is one alteration of the data that must turn an ok into a miss: the
// first Old in File becomes New.
type control struct{ file, old, new string }

// share is how much of what takes long is done.
type share int

const (
	smoke share = iota // a few of each, to see that it works
	fast               // what fits into continuous integration
	long               // everything
)

// scope is how much to do, and where to note what was done.
type scope struct {
	share
	notes *notes
}

// check collects the rows of one set.
type check struct {
	scope
	set  *set
	rows []row
}

func (c *check) add(figure, expected, got string, same bool) {
	verdict := miss
	if same {
		verdict = ok
	}
	c.rows = append(c.rows, row{c.set.area, c.set.name, figure, expected, got, verdict})
}

// equal compares anything printed alike.
func (c *check) equal(figure string, expected, got any) {
	e, g := fmt.Sprint(expected), fmt.Sprint(got)
	c.add(figure, e, g, e == g)
}

// nearRat compares an exact number with a decimal that was printed to a limited
// number of digits.
func (c *check) nearRat(figure, expected string, got *big.Rat, tolerance float64) {
	want, valid := new(big.Rat).SetString(expected)
	if !valid || got == nil {
		c.add(figure, expected, fmt.Sprint(got), false)
		return
	}
	diff := new(big.Rat).Sub(want, got)
	bound := new(big.Rat).Abs(want)
	bound.Mul(bound, new(big.Rat).SetFloat64(tolerance))
	c.add(figure, expected, got.FloatString(22), diff.Abs(diff).Cmp(bound) <= 0)
}

// tally counts comparisons of one kind, so that a table of a thousand figures is
// one row that names the first difference.
type tally struct {
	total, same int
	first       string
}

func (t *tally) compare(what string, expected, got any) {
	t.total++
	if e, g := fmt.Sprint(expected), fmt.Sprint(got); e == g {
		t.same++
	} else if t.first == "" {
		t.first = fmt.Sprintf(" (%s: want %s, got %s)", what, e, g)
	}
}

func (c *check) tally(figure string, t tally) {
	c.add(figure, fmt.Sprintf("%d equal", t.total), fmt.Sprintf("%d equal%s", t.same, t.first), t.total > 0 && t.same == t.total)
}

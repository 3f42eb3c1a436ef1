package agile

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// ErrPoints is the kind of every error about text that is no number of points.
var ErrPoints = errors.New("invalid points")

// PointsError says which text was refused. It matches ErrPoints.
type PointsError struct{ Text string }

// Error returns the text and what is wanted.
func (e *PointsError) Error() string {
	return fmt.Sprintf("points %.40q: want 0 to 1,000,000 with at most one decimal", e.Text)
}

// Is reports whether target is ErrPoints.
func (e *PointsError) Is(target error) bool { return target == ErrPoints }

// Points is an amount of story points, in tenths: 5 is half a point.
type Points int64

const maxPoints Points = 10_000_000 // of one item

// Pts returns whole points.
func Pts(n int) Points { return 10 * Points(n) }

// String returns the points with at most one decimal: "5", "0.5".
func (p Points) String() string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	s := sign + strconv.FormatInt(int64(p/10), 10)
	if p%10 != 0 {
		s += "." + strconv.FormatInt(int64(p%10), 10)
	}
	return s
}

// ParsePoints reads digits with at most one decimal. Errors match ErrPoints.
func ParsePoints(s string) (Points, error) {
	whole, tenth, point := strings.Cut(s, ".")
	if point && len(tenth) != 1 || whole == "" || len(whole) > 8 || strings.Trim(whole+tenth, "0123456789") != "" {
		return 0, &PointsError{s}
	}
	if !point {
		tenth = "0"
	}
	n, err := strconv.ParseInt(whole+tenth, 10, 64)
	if err != nil || Points(n) > maxPoints {
		return 0, &PointsError{s}
	}
	return Points(n), nil
}

// Estimate is points, or not estimated, which is not nought. The zero Estimate is
// not estimated.
type Estimate struct {
	points Points
	known  bool
}

// Est returns an estimate in whole points.
func Est(n int) Estimate { return Estimate{Pts(n), true} }

// EstOf returns an estimate.
func EstOf(p Points) Estimate { return Estimate{p, true} }

// Points returns the points and whether there is an estimate.
func (e Estimate) Points() (Points, bool) { return e.points, e.known }

// Known reports whether there is an estimate.
func (e Estimate) Known() bool { return e.known }

// String returns the points, "not estimated" if there are none.
func (e Estimate) String() string {
	if !e.known {
		return "not estimated"
	}
	return e.points.String()
}

// MarshalJSON writes a number, null if there is no estimate.
func (e Estimate) MarshalJSON() ([]byte, error) {
	if !e.known {
		return []byte("null"), nil
	}
	return []byte(e.points.String()), nil
}

// UnmarshalJSON reads a number with at most one decimal, or null.
func (e *Estimate) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*e = Estimate{}
		return nil
	}
	p, err := ParsePoints(string(data))
	if err != nil {
		return err
	}
	*e = EstOf(p)
	return nil
}

// Tally is a sum over items.
type Tally struct {
	Items       int
	Points      Points // of the items that are estimated
	Unestimated int    // items that Points leaves out
}

func (t Tally) plus(e Estimate, sign int) Tally {
	t.Items += sign
	if e.known {
		t.Points += Points(sign) * e.points
	} else {
		t.Unestimated += sign
	}
	return t
}

func (t Tally) add(o Tally) Tally {
	return Tally{t.Items + o.Items, t.Points + o.Points, t.Unestimated + o.Unestimated}
}

// String returns "5 items, 21 points (1 not estimated)".
func (t Tally) String() string {
	s := fmt.Sprintf("%d items, %s points", t.Items, t.Points)
	if t.Unestimated != 0 {
		s += fmt.Sprintf(" (%d not estimated)", t.Unestimated)
	}
	return s
}

// Ratio is an exact quotient. The zero Ratio is undefined.
type Ratio struct{ Num, Den int64 }

// Defined reports whether there is a quotient.
func (r Ratio) Defined() bool { return r.Den != 0 }

// String returns the quotient with one decimal, rounded half away from zero,
// "undefined" if there is none.
func (r Ratio) String() string {
	if r.Den == 0 {
		return "undefined"
	}
	return big.NewRat(r.Num, r.Den).FloatString(1)
}

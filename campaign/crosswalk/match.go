package crosswalk

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Match counts how much of what other systems report leads to a node. It has one
// writer.
type Match struct {
	m              *Map
	matched, total money.Price
	rows, missed   int
	unmatched      map[key]*unmatched
	err            error // the first one sticks
}

type unmatched struct {
	Unmatched
	sum money.Price
}

// NewMatch returns an empty count over the map's links.
func (m *Map) NewMatch() *Match {
	return &Match{m: m, unmatched: make(map[key]*unmatched)}
}

// Add looks up one row and counts its spend, exact to the millionth. All spend
// must be of one currency; Share reports it if it is not.
func (a *Match) Add(system, externalID string, on civil.Date, spend money.Price) (Target, bool) {
	target, ok := a.m.Lookup(system, externalID, on)
	a.rows++
	a.add(&a.total, spend)
	if ok {
		a.add(&a.matched, spend)
		return target, true
	}
	a.missed++
	k := key{system, externalID}
	u := a.unmatched[k]
	if u == nil {
		u = &unmatched{Unmatched: Unmatched{System: system, ExternalID: externalID, First: on, Last: on}}
		a.unmatched[k] = u
	}
	u.Rows++
	a.add(&u.sum, spend)
	if on.Before(u.First) {
		u.First = on
	}
	if on.After(u.Last) {
		u.Last = on
	}
	return Target{}, false
}

func (a *Match) add(sum *money.Price, spend money.Price) {
	next, err := sum.Add(spend)
	if err != nil {
		a.err = cmp.Or(a.err, err)
		return
	}
	*sum = next
}

// Share is the part of the money that matched. Both amounts are rounded once,
// half to even.
type Share struct {
	Matched, Total money.Money
	Rows, Missed   int // rows in all, rows without a link
}

// Rat returns Matched ÷ Total exactly; ok is false if there is no total: a share
// of nothing is undefined, not nought.
func (s Share) Rat() (x *big.Rat, ok bool) {
	if s.Total.IsZero() {
		return nil, false
	}
	return big.NewRat(s.Matched.Minor(), s.Total.Minor()), true
}

// String returns "59,335.16 EUR of 62,282.44 EUR (95.2 %)".
func (s Share) String() string {
	text := s.Matched.Grouped() + " of " + s.Total.Grouped()
	if percent := s.Percent(); percent != "" {
		text += " (" + percent + ")"
	}
	return text
}

// Percent returns the share with one decimal, rounded down, so that only a whole
// match reads "100.0 %"; "" if it is undefined.
func (s Share) Percent() string {
	x, ok := s.Rat()
	if !ok {
		return ""
	}
	permille := new(big.Rat).Mul(x, big.NewRat(1000, 1))
	whole := new(big.Int).Div(permille.Num(), permille.Denom()) // Euclidean: down, for a positive divisor
	return new(big.Rat).SetFrac(whole, big.NewInt(10)).FloatString(1) + " %"
}

// Share returns what matched so far. An error matches money.ErrMismatch or
// money.ErrOverflow.
func (a *Match) Share() (Share, error) {
	if a.err != nil {
		return Share{}, a.err
	}
	total := a.total.Round(money.HalfEven)
	matched := a.matched.Round(money.HalfEven)
	if a.rows == a.missed {
		matched = money.Minor(0, total.Currency())
	}
	return Share{matched, total, a.rows, a.missed}, nil
}

// Unmatched is an external id that leads nowhere on the days of its rows.
type Unmatched struct {
	System     string
	ExternalID string
	Rows       int
	First      civil.Date
	Last       civil.Date
	Amount     money.Money
}

// Unmatched returns what did not match, largest amount first, then by system and
// id. An error matches money.ErrMismatch or money.ErrOverflow.
func (a *Match) Unmatched() ([]Unmatched, error) {
	if a.err != nil {
		return nil, a.err
	}
	out := make([]Unmatched, 0, len(a.unmatched))
	for _, u := range a.unmatched {
		row := u.Unmatched
		row.Amount = u.sum.Round(money.HalfEven)
		out = append(out, row)
	}
	slices.SortFunc(out, func(x, y Unmatched) int {
		return cmp.Or(
			cmp.Compare(y.Amount.Minor(), x.Amount.Minor()),
			cmp.Compare(x.System, y.System), cmp.Compare(x.ExternalID, y.ExternalID),
		)
	})
	return out, nil
}

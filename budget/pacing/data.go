package pacing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Data are what has been spent and promised. Days without a row are missing, which is
// not the same as nothing: give a row of 0.
type Data struct {
	Spend       []Spend      `json:"spend"`
	Commitments []Commitment `json:"commitments,omitempty"`
}

// Spend is a day's spend, or a part of it: rows of one day add up. Credits are
// negative.
type Spend struct {
	Day         civil.Date  `json:"day"`
	Amount      money.Money `json:"amount"`
	Provisional bool        `json:"provisional,omitempty"` // may still change, whatever Plan.LateDays says
}

// Commitment is money that is promised and not yet spent: the open rest of an order,
// spent in equal parts on days of its own that are still to come; today if none is.
type Commitment struct {
	Name string       `json:"name,omitempty"`
	Days civil.Period `json:"days"`
	Open money.Money  `json:"open"`
}

// ErrData is the kind of error of data that do not fit the plan.
var ErrData = errors.New("invalid spend data")

// ledger is data by day of the plan.
type ledger struct {
	spent       []int64
	told        []bool  // there is a row
	provisional []bool  // by its rows
	committed   []int64 // open, by day
	outside     int64   // spent on days that are not the plan's
	elsewhere   int64   // committed for after the last day
}

func (m *Model) minor(what string, a money.Money, lowest int64) (int64, error) {
	if a.Currency() != m.cur && a != (money.Money{}) {
		return 0, fmt.Errorf("%s of %v: want %s: %w", what, a, m.cur.Code(), ErrData)
	}
	if n := a.Minor(); n < lowest || n > maxAmount {
		return 0, fmt.Errorf("%s of %v: out of range: %w", what, a, ErrData)
	}
	return a.Minor(), nil
}

// read sorts data into days; today is the 0-based day of the plan, perhaps outside.
func (m *Model) read(data Data, today int) (*ledger, error) {
	l := &ledger{spent: make([]int64, m.days), told: make([]bool, m.days), provisional: make([]bool, m.days), committed: make([]int64, m.days)}
	total := int64(0)
	for k, s := range data.Spend {
		n, err := m.minor(fmt.Sprintf("spend %d on %v", k+1, s.Day), s.Amount, -maxAmount)
		if err != nil {
			return nil, err
		}
		if s.Day.IsZero() {
			return nil, fmt.Errorf("spend %d of %v: no day: %w", k+1, s.Amount, ErrData)
		}
		if total += max(n, -n); total > maxAmount {
			return nil, fmt.Errorf("spend 1 to %d adds up beyond %v: %w", k+1, m.money(maxAmount), ErrData)
		}
		if !m.plan.Days.Contains(s.Day) {
			l.outside += n
			continue
		}
		i := m.index(s.Day)
		if i > today && n != 0 {
			return nil, fmt.Errorf("spend %d of %v on %v: the day is still to come: %w", k+1, s.Amount, s.Day, ErrData)
		}
		l.spent[i] += n
		l.told[i] = true
		l.provisional[i] = l.provisional[i] || s.Provisional
	}
	return l, m.commit(l, data.Commitments, today)
}

// commit lays commitments on the days that are left of theirs, or on the last day.
func (m *Model) commit(l *ledger, commitments []Commitment, today int) error {
	total := int64(0)
	for k, c := range commitments {
		n, err := m.minor(fmt.Sprintf("commitment %d %s", k+1, c.Name), c.Open, 0)
		if err != nil {
			return err
		}
		if total += n; total > maxAmount {
			return fmt.Errorf("commitments 1 to %d add up beyond %v: %w", k+1, m.money(maxAmount), ErrData)
		}
		first, last := max(m.index(c.Days.First()), today, 0), min(m.index(c.Days.Last()), m.days-1)
		if c.Days.IsEmpty() || m.index(c.Days.Last()) < max(today, 0) { // overdue: as soon as it can be
			first = max(today, 0)
			last = first
		}
		if first >= m.days {
			l.elsewhere += n
			continue
		}
		parts, err := m.money(n).Split(last - first + 1)
		if err != nil {
			return fmt.Errorf("commitment %d %s: %w: %w", k+1, c.Name, err, ErrData)
		}
		for i, p := range parts {
			l.committed[first+i] += p.Minor()
		}
	}
	return nil
}

// SumByDay adds rows of one day, such as those of devices or campaigns, up into one,
// in order of days; a day is provisional if any of its rows is. Errors match ErrData.
func SumByDay(rows []Spend) ([]Spend, error) {
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b Spend) int { return cmp.Compare(a.Day.Days(), b.Day.Days()) })
	n := 0
	for i, r := range out {
		if i == 0 || r.Day != out[n-1].Day {
			out[n] = r
			n++
			continue
		}
		sum, err := out[n-1].Amount.Add(r.Amount)
		if err != nil {
			return nil, fmt.Errorf("spend on %v: %w: %w", r.Day, err, ErrData)
		}
		out[n-1].Amount, out[n-1].Provisional = sum, out[n-1].Provisional || r.Provisional
	}
	return out[:n], nil
}

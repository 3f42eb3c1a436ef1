package pacing

import (
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Status is where a budget stands at a moment. All amounts are exact to the minor
// unit; what is provisional is told apart, and no deviation and no alert rests on it.
type Status struct {
	Now    time.Time   `json:"now"` // in the plan's zone
	Today  civil.Date  `json:"today"`
	Budget money.Money `json:"budget"`

	Spent       money.Money  `json:"spent"`       // on all days of the plan: Settled + Provisional
	Settled     money.Money  `json:"settled"`     // on days whose data are final
	Provisional money.Money  `json:"provisional"` // today, and on days that are late or said to be
	Outside     money.Money  `json:"outside"`     // on days that are not the plan's; in no other number
	Committed   money.Money  `json:"committed"`   // open commitments
	Available   money.Money  `json:"available"`   // Budget - Spent - Committed
	Missing     []civil.Date `json:"missing"`     // days before the late ones that have no data

	PlannedToNow   money.Money `json:"plannedToNow"`   // today by the minute
	PlannedSettled money.Money `json:"plannedSettled"` // of the days whose data are final
	Deviation      money.Money `json:"deviation"`      // Settled - PlannedSettled
	DeviationBP    int64       `json:"deviationBP"`    // of PlannedSettled, in hundredths of a percent, toward zero
	LastSettled    civil.Date  `json:"lastSettled"`    // none if no day is
	SettledDays    int         `json:"settledDays"`

	Projected   money.Money `json:"projected"`   // spend at the end at the pace of the settled days
	ProjectedBP int64       `json:"projectedBP"` // Projected - Budget, of Budget, in hundredths of a percent
	RunsOut     civil.Date  `json:"runsOut"`     // the day on which the projection passes the budget; none if it does not

	Suggested []Suggestion `json:"suggested"` // for the rest of today and the days after it
	Unplaced  money.Money  `json:"unplaced"`  // what caps leave no place for
	Lacking   money.Money  `json:"lacking"`   // what floors ask for beyond what is available

	Alarms []Alarm  `json:"alarms"`
	State  State    `json:"state"` // to be given to the next Status
	Words  []string `json:"words"` // all of it, in words
}

// Suggestion is what to spend on a day that is left, besides what is committed.
type Suggestion struct {
	Day       civil.Date  `json:"day"`
	Amount    money.Money `json:"amount"`
	Committed money.Money `json:"committed"`
	Planned   money.Money `json:"planned"` // by the plan; of today the part that is left
	Held      Held        `json:"held"`
}

// Held says which bound holds a suggestion.
type Held uint8

// What holds a suggestion.
const (
	Free    Held = iota // it follows the plan's curve
	ByCap               // held down by the cap of the day
	ByFloor             // held up by the floor
)

// String returns "free", "cap" or "floor".
func (h Held) String() string {
	switch h {
	case ByCap:
		return "cap"
	case ByFloor:
		return "floor"
	default:
		return "free"
	}
}

// MarshalText writes the name.
func (h Held) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// Status tells where the budget stands at a moment, from the data known then. State
// is that of the Status before, or the zero State; it moves alerts only.
//
// The pace is Settled / PlannedSettled. The projection takes settled days as they
// are, provisional and missing ones at the pace but never below what is reported, and
// days to come at the pace or, where that is more, as committed. Without a settled
// plan to compare with, the pace is that of the plan.
//
// Errors match ErrData.
func (m *Model) Status(now time.Time, data Data, state State) (*Status, error) {
	day, passed, length := m.clock(now)
	today := m.index(day)
	l, err := m.read(data, today)
	if err != nil {
		return nil, err
	}
	s := &Status{Now: now.In(m.loc), Today: day, Budget: m.plan.Budget, PlannedToNow: m.PlannedTo(now), Outside: m.money(l.outside)}
	p := progress{m: m, l: l, s: s, today: today, passed: passed, length: length}
	p.count()
	p.project()
	p.suggest()
	m.alarm(s, state)
	m.tell(s)
	return s, nil
}

// progress computes a Status.
type progress struct {
	m              *Model
	l              *ledger
	s              *Status
	today          int // 0-based day of the plan, perhaps outside
	passed, length int64
	settled        int64
	plannedSettled int64
	spent          int64
	committed      int64
}

// final reports whether the data of a day can be relied on.
func (p *progress) final(i int) bool {
	return i < p.today-p.m.plan.LateDays && p.l.told[i] && !p.l.provisional[i]
}

// count adds up what there is.
func (p *progress) count() {
	m, s := p.m, p.s
	for i := range m.days {
		p.spent += p.l.spent[i]
		p.committed += p.l.committed[i]
		switch {
		case p.final(i):
			p.settled += p.l.spent[i]
			p.plannedSettled += m.planned[i]
			s.SettledDays++
			s.LastSettled = m.day(i)
		case i < p.today-m.plan.LateDays && !p.l.told[i]:
			s.Missing = append(s.Missing, m.day(i))
		}
	}
	p.committed += p.l.elsewhere
	s.Spent, s.Settled, s.Provisional = m.money(p.spent), m.money(p.settled), m.money(p.spent-p.settled)
	s.Committed = m.money(p.committed)
	s.Available = m.money(m.plan.Budget.Minor() - p.spent - p.committed)
	s.PlannedSettled = m.money(p.plannedSettled)
	s.Deviation = m.money(p.settled - p.plannedSettled)
	s.DeviationBP = basis(p.settled-p.plannedSettled, p.plannedSettled)
}

// basis returns part of whole in hundredths of a percent, toward zero; 0 of nothing.
func basis(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(part), big.NewInt(10_000))
	if n.Quo(n, big.NewInt(whole)); n.IsInt64() {
		return n.Int64()
	}
	return 0
}

// paced returns an amount at the pace, rounded half up, never negative.
func (p *progress) paced(amount int64) int64 {
	if p.plannedSettled <= 0 {
		return amount
	}
	n := new(big.Int).Mul(big.NewInt(amount), big.NewInt(2*max(p.settled, 0)))
	n.Add(n, big.NewInt(p.plannedSettled)).Quo(n, big.NewInt(2*p.plannedSettled))
	if !n.IsInt64() || n.Int64() > 1<<62 {
		return 1 << 62
	}
	return n.Int64()
}

// project runs the pace to the end.
func (p *progress) project() {
	m, s := p.m, p.s
	budget := m.plan.Budget.Minor()
	// By cumulative planned amounts, so that rounding does not add up.
	var done, open, sum int64 // done: as it is; open: planned at the pace
	for i := range m.days {
		switch {
		case p.final(i):
			done += p.l.spent[i]
		default:
			floor := p.l.spent[i] + p.l.committed[i]
			if at := p.paced(m.planned[i]); floor > at {
				done += floor
			} else {
				open += m.planned[i]
			}
		}
		sum = done + p.paced(open)
		if s.RunsOut.IsZero() && sum > budget {
			s.RunsOut = m.day(i)
		}
	}
	sum += p.l.elsewhere
	s.Projected = m.money(sum)
	s.ProjectedBP = basis(sum-budget, budget)
}

// suggest spreads what is available over what is left of today and the days after it.
func (p *progress) suggest() {
	m, s := p.m, p.s
	first := max(p.today, 0)
	if first >= m.days {
		if left := s.Available.Minor(); left > 0 {
			s.Unplaced = s.Available
		} else {
			s.Lacking = m.money(-left)
		}
		return
	}
	slots := make([]slot, m.days-first)
	for k := range slots {
		i := first + k
		sl := &slots[k]
		left, whole := int64(1440), int64(1440) // minutes, of a day as it is planned
		if i == p.today {
			left, whole = p.length-p.passed, p.length
		}
		sl.weight = share(m.weights[i]*1440, left, whole)
		sl.max = m.caps[i]
		if m.caps[i] != math.MaxInt64 {
			sl.max = max(0, m.caps[i]-p.l.committed[i]-max(0, p.l.spent[i]))
		}
		if m.weights[i] > 0 && left > 0 {
			sl.min = min(sl.max, max(0, m.floor-p.l.committed[i]-max(0, p.l.spent[i])))
		}
		if sl.weight == 0 && left > 0 && m.weights[i] > 0 {
			sl.weight = 1
		}
	}
	available, low := s.Available.Minor(), int64(0)
	for _, sl := range slots {
		low += sl.min
	}
	rest := available - low
	if rest < 0 { // not even the floors: what there is, divided as they are
		for k := range slots {
			slots[k].max, slots[k].min = slots[k].min, 0
		}
		divide(max(available, 0), m.cur, slots)
	} else {
		rest = divide(available, m.cur, slots)
	}
	s.Unplaced, s.Lacking = m.money(max(rest, 0)), m.money(max(-rest, 0))
	for k, sl := range slots {
		i := first + k
		g := Suggestion{Day: m.day(i), Amount: m.money(sl.amount), Committed: m.money(p.l.committed[i]), Planned: m.money(m.planned[i])}
		if i == p.today {
			g.Planned = m.money(m.planned[i] - share(m.planned[i], p.passed, p.length))
		}
		switch {
		case sl.weight > 0 && sl.amount == sl.max && rest >= 0:
			g.Held = ByCap
		case sl.min > 0 && sl.amount == sl.min:
			g.Held = ByFloor
		}
		s.Suggested = append(s.Suggested, g)
	}
}

// tell puts a Status in words.
func (m *Model) tell(s *Status) {
	say := func(format string, args ...any) { s.Words = append(s.Words, fmt.Sprintf(format, args...)) }
	say("%s of %s are spent, %s are committed, %s are available.", s.Spent.Grouped(), s.Budget.Grouped(), s.Committed.Grouped(), s.Available.Grouped())
	if s.SettledDays > 0 {
		say("On %d days with final data, up to %v, %s were spent where %s were planned: %s (%s).",
			s.SettledDays, s.LastSettled, s.Settled.Grouped(), s.PlannedSettled.Grouped(), signed(s.Deviation), percent(s.DeviationBP))
	} else {
		say("No day has final data yet; the projection follows the plan.")
	}
	if !s.Provisional.IsZero() {
		say("%s of today and of late days are provisional and raise no alarm.", s.Provisional.Grouped())
	}
	if n := len(s.Missing); n > 0 {
		say("%d days have no data, the first is %v; they count at the pace of the others.", n, s.Missing[0])
	}
	if !s.Outside.IsZero() {
		say("%s were spent on days outside of %v and count nowhere here.", s.Outside.Grouped(), m.plan.Days)
	}
	if s.RunsOut.IsZero() {
		say("At this pace %s will be spent by %v, %s of the budget.", s.Projected.Grouped(), m.plan.Days.Last(), percent(s.ProjectedBP))
	} else {
		say("At this pace the budget runs out on %v; %s would be spent by %v, %s of the budget.", s.RunsOut, s.Projected.Grouped(), m.plan.Days.Last(), percent(s.ProjectedBP))
	}
	if len(s.Suggested) > 0 {
		g := s.Suggested[0]
		say("For the rest of %v the suggestion is %s, on average %s a day until %v.", g.Day, g.Amount.Grouped(), m.average(s.Suggested).Grouped(), m.plan.Days.Last())
	}
	if s.Unplaced.Sign() > 0 {
		say("%s find no place under the daily caps in the days that are left.", s.Unplaced.Grouped())
	}
	if s.Lacking.Sign() > 0 {
		say("%s are lacking for what is spent, committed or asked for by the floor.", s.Lacking.Grouped())
	}
	for _, a := range s.Alarms {
		say("%s", a.Why)
	}
}

// average returns the mean suggestion of a day, rounded down.
func (m *Model) average(list []Suggestion) money.Money {
	sum := int64(0)
	for _, g := range list {
		sum += g.Amount.Minor()
	}
	return m.money(sum / int64(len(list)))
}

func signed(a money.Money) string {
	if a.Sign() > 0 {
		return "+" + a.Grouped()
	}
	return a.Grouped()
}

// percent returns "+12.34 %".
func percent(bp int64) string {
	sign := "+"
	if bp < 0 {
		sign = "-"
		bp = -bp
	}
	return fmt.Sprintf("%s%d.%02d %%", sign, bp/100, bp%100)
}

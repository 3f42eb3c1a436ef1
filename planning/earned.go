package planning

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
)

// TimeEntry is work that somebody has done, or money that a task has cost.
type TimeEntry struct {
	Task     TaskKey
	Resource ResourceKey
	Day      civil.Date
	Work     worktime.Minutes // at the resource's rate of that day
	Cost     money.Money      // instead of Work or on top of it: an invoice, a fee
}

// Progress is what is known about the work on a day.
type Progress struct {
	On       civil.Date      // everything counts up to the end of this day, in the zone of the plan's calendar
	Complete map[TaskKey]int // thousandths of a task that are done; of a task that is not in it: all if it is finished, what does not remain of its duration if it has started, otherwise nothing
	Entries  []TimeEntry
}

// Earned is the standing of a project by earned value (Project Management
// Institute, The Standard for Earned Value Management, 2019), and by earned
// schedule (W. Lipke, Schedule is different, 2003). Amounts are rounded half to
// even where they are divided.
type Earned struct {
	BAC money.Money // budget at completion: what all tasks of the baseline cost
	PV  money.Money // planned value: what was to be done by now
	EV  money.Money // earned value: what of the budget is done
	AC  money.Money // actual cost
	SV  money.Money // schedule variance: EV - PV
	CV  money.Money // cost variance: EV - AC

	SPI  Quotient // schedule performance: EV / PV
	CPI  Quotient // cost performance: EV / AC
	TCPI Quotient // to-complete performance: (BAC - EV) / (BAC - AC)

	EAC     money.Money // estimate at completion if costs go on as so far: BAC / CPI; BAC if there is no CPI
	EACPlan money.Money // if what is left costs what was planned: AC + BAC - EV
	VAC     money.Money // variance at completion: BAC - EAC
	ETC     money.Money // estimate to complete: EAC - AC

	ES    time.Time        // earned schedule: when what is done was to be done
	Early worktime.Minutes // from now to ES in the working time of the plan's calendar; negative is late
	SPIt  Quotient         // schedule performance in time: working time to ES / working time to now

	Tasks []EarnedTask // those of the baseline, in its order
}

// EarnedTask is the standing of a task.
type EarnedTask struct {
	Task            TaskKey
	Complete        int // thousandths
	Budget          money.Money
	Planned, Earned money.Money
	Actual          money.Money
}

// Quotient is an exact ratio; without a denominator there is none.
type Quotient struct{ Num, Den int64 }

// Defined reports whether there is a ratio.
func (q Quotient) Defined() bool { return q.Den != 0 }

// String returns the ratio to two decimals, rounded half away from zero, or "n/a".
func (q Quotient) String() string {
	if q.Den == 0 {
		return "n/a"
	}
	sign := ""
	if (q.Num < 0) != (q.Den < 0) && q.Num != 0 {
		sign = "-"
	}
	n, d := uint64(abs(q.Num)), uint64(abs(q.Den))
	hi, lo := bits.Mul64(n, 200)
	lo, carry := bits.Add64(lo, d, 0)
	hi += carry
	if hi >= 2*d {
		return sign + "huge"
	}
	h, _ := bits.Div64(hi, lo, 2*d)
	return fmt.Sprintf("%s%d.%02d", sign, h/100, h%100)
}

// ErrProgress is the kind of every error about progress that cannot be measured.
var ErrProgress = errors.New("invalid progress")

// EarnedValue measures progress against a baseline: the dates, the people and the
// rates of an earlier plan. The current plan tells which tasks have started and
// finished, and at what rates entries count. Entries of tasks that are not in the
// baseline cost and earn nothing. Errors match ErrProgress, ErrForeign, money.ErrMismatch or
// money.ErrOverflow.
func (m *Model) EarnedValue(baseline Dated, p Progress) (*Earned, error) {
	base := baseline.Dates()
	if base.m == nil {
		return nil, fmt.Errorf("baseline: %w", ErrForeign)
	}
	if p.On.IsZero() {
		return nil, fmt.Errorf("progress: no day: %w", ErrProgress)
	}
	v := valuation{now: m, base: base, at: instant(p.On.AddDays(1).In(base.m.home.Location()))}
	if err := v.check(p); err != nil {
		return nil, err
	}
	spent, err := v.spent(p)
	if err != nil {
		return nil, err
	}
	var e Earned
	var bac, pv, ev, ac money.Sum
	ac.Add(spent[""])
	for i := range int32(len(base.start)) {
		t := EarnedTask{Task: base.m.key(i), Complete: v.complete(p, i)}
		t.Budget, t.Planned, t.Actual = v.cost(i, never), v.cost(i, v.at), spent[base.m.key(i)]
		if t.Earned, err = t.Budget.MulRat(int64(t.Complete), whole, money.HalfEven); err != nil {
			return nil, err
		}
		bac.Add(t.Budget)
		pv.Add(t.Planned)
		ev.Add(t.Earned)
		ac.Add(t.Actual)
		e.Tasks = append(e.Tasks, t)
	}
	for _, s := range []struct {
		to *money.Money
		of *money.Sum
	}{{&e.BAC, &bac}, {&e.PV, &pv}, {&e.EV, &ev}, {&e.AC, &ac}} {
		if *s.to, err = s.of.Total(); err != nil {
			return nil, err
		}
	}
	if err := e.derive(); err != nil {
		return nil, err
	}
	v.earnedSchedule(&e)
	return &e, nil
}

// derive works out what follows from the four values.
func (e *Earned) derive() error {
	var first error
	sub := func(a, b money.Money) money.Money {
		d, err := a.Sub(b)
		first = errors.Join(first, err)
		return d
	}
	e.SV, e.CV = sub(e.EV, e.PV), sub(e.EV, e.AC)
	e.SPI, e.CPI = Quotient{e.EV.Minor(), e.PV.Minor()}, Quotient{e.EV.Minor(), e.AC.Minor()}
	left := sub(e.BAC, e.EV)
	e.TCPI = Quotient{left.Minor(), sub(e.BAC, e.AC).Minor()}
	e.EAC = e.BAC
	if e.EV.Sign() > 0 && e.AC.Sign() > 0 {
		eac, err := e.BAC.MulRat(e.AC.Minor(), e.EV.Minor(), money.HalfEven)
		e.EAC, first = eac, errors.Join(first, err)
	}
	plan, err := e.AC.Add(left)
	e.EACPlan, first = plan, errors.Join(first, err)
	e.VAC, e.ETC = sub(e.BAC, e.EAC), sub(e.EAC, e.AC)
	return first
}

// valuation prices a baseline.
type valuation struct {
	now      *Model
	base     Dates
	at       int64 // the end of the day
	currency money.Currency
}

func (v *valuation) check(p Progress) error {
	for _, m := range []*Model{v.base.m, v.now} {
		for i := range m.plan.Resources {
			for _, r := range m.plan.Resources[i].Rates {
				if c := r.Hour.Currency(); v.currency != 0 && c != v.currency {
					return fmt.Errorf("rates in %s and %s: %w", v.currency, c, money.ErrMismatch)
				}
				v.currency = r.Hour.Currency()
			}
		}
	}
	for key, n := range p.Complete {
		if _, ok := v.base.m.task(key); !ok || n < 0 || n > whole {
			return fmt.Errorf("task %.40q: %d of 1000 done: want a task of the baseline and 0 to 1000: %w", key, n, ErrProgress)
		}
	}
	return nil
}

// complete returns the thousandths of a task that are done.
func (v *valuation) complete(p Progress, i int32) int {
	key := v.base.m.key(i)
	if n, told := p.Complete[key]; told {
		return n
	}
	k, ok := v.now.task(key)
	switch {
	case !ok || !v.now.fixed(k) || v.now.started[k] >= v.at:
		return 0
	case v.now.finished[k] != always && v.now.finished[k] <= v.at:
		return whole
	}
	left := v.now.plan.Tasks[k].Remaining
	if left.IsZero() || left.Kind() != v.now.dur[k].Kind() {
		return 0
	}
	done := v.now.dur[k].Amount() - left.Amount()
	return int(max(0, done) * whole / v.now.dur[k].Amount())
}

// spent returns what each task has cost by now; under "" what is not in the baseline.
func (v *valuation) spent(p Progress) (map[TaskKey]money.Money, error) {
	out := map[TaskKey]money.Money{}
	for n, e := range p.Entries {
		if e.Day.After(p.On) {
			continue
		}
		if e.Work < 0 || e.Work > maxAmount {
			return nil, fmt.Errorf("entries[%d]: %d minutes: %w", n, e.Work, ErrProgress)
		}
		cost := e.Cost
		if e.Work > 0 {
			r, ok := v.now.resourceOf(e.Resource)
			if !ok {
				return nil, fmt.Errorf("entries[%d]: resource %.40q is not in the plan: %w", n, e.Resource, ErrProgress)
			}
			at := instant(e.Day.In(v.now.resCal[r].Location()))
			work, err := money.Minor(v.now.rateAt(r, at), v.currency).MulRat(int64(e.Work), 60, money.HalfEven)
			if err == nil {
				cost, err = work.Add(cost)
			}
			if err != nil {
				return nil, fmt.Errorf("entries[%d]: %w", n, err)
			}
		}
		key := e.Task
		if _, ok := v.base.m.task(key); !ok {
			if _, ok := v.now.task(key); !ok {
				return nil, fmt.Errorf("entries[%d]: task %.40q is in neither plan: %w", n, key, ErrProgress)
			}
			key = ""
		}
		sum, err := out[key].Add(cost)
		if err != nil {
			return nil, fmt.Errorf("entries[%d]: %w", n, err)
		}
		out[key] = sum
	}
	return out, nil
}

// cost returns what a task of the baseline costs up to an instant: working time,
// times units, times the rate of each day, rounded half up at the end, so that the
// cost over any stretch is the difference of two.
func (v *valuation) cost(i int32, until int64) money.Money {
	m, total := v.base.m, wide{}
	from, to := v.base.start[i], min(v.base.end[i], until)
	for _, b := range v.base.books.of(i) {
		rates := m.rates[b.resource]
		for k, r := range rates {
			if a, z := max(from, r.from), min(to, stepEnd(rates, k)); a < z {
				hi, lo := bits.Mul64(uint64(v.base.working[i].BetweenMinutes(a, z))*uint64(b.units), uint64(max(0, r.units)))
				total.plus(wide{hi, lo})
			}
		}
	}
	total.plus(wide{0, 30 * whole})
	if total.hi >= 60*whole {
		return money.Minor(1<<62, v.currency) // what adds up overflows, and says so
	}
	q, _ := bits.Div64(total.hi, total.lo, 60*whole)
	return money.Minor(int64(min(q, 1<<62)), v.currency)
}

// planned returns the planned value at an instant, in minor units.
func (v *valuation) planned(at int64) (sum int64) {
	for i := range int32(len(v.base.start)) {
		sum += v.cost(i, at).Minor()
	}
	return sum
}

// earnedSchedule finds the first moment by which as much was planned as is earned.
func (v *valuation) earnedSchedule(e *Earned) {
	home := v.base.m.home
	first, last := v.base.extent()
	low, high := first, last
	for want := e.EV.Minor(); low < high; {
		if mid := low + (high-low)/2; v.planned(mid) >= want {
			high = mid
		} else {
			low = mid + 1
		}
	}
	e.ES = timeAt(home.PrevMinute(low), home)
	if low == first {
		e.ES = timeAt(home.NextMinute(low), home)
	}
	e.Early = home.BetweenMinutes(v.at, low)
	e.SPIt = Quotient{int64(home.BetweenMinutes(first, low)), int64(home.BetweenMinutes(first, v.at))}
}

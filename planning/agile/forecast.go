package agile

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/go-marops/marops/civil"
)

// ErrForecast is the kind of every error about a forecast that cannot be made.
var ErrForecast = errors.New("no forecast")

// ForecastError says why there is no forecast. It matches ErrForecast.
type ForecastError struct {
	Reason   string
	TooLarge bool // to compute exactly: ask again with a Sampling
}

// Error returns the reason.
func (e *ForecastError) Error() string { return "forecast: " + e.Reason }

// Is reports whether target is ErrForecast.
func (e *ForecastError) Is(target error) bool { return target == ErrForecast }

// Sampling asks for a forecast by drawing instead of the exact distribution.
type Sampling struct {
	Runs int // 0 is 10,000; at most 10,000,000
	Seed uint64
}

// Chance is an exact probability; of a sampled forecast, the share of the runs.
type Chance struct{ num, den *big.Int }

// Rat returns the probability.
func (c Chance) Rat() *big.Rat {
	if c.den == nil {
		return new(big.Rat)
	}
	return new(big.Rat).SetFrac(c.num, c.den)
}

// AtLeast reports whether the probability is at least p percent.
func (c Chance) AtLeast(p int) bool {
	if c.den == nil {
		return p <= 0
	}
	left := new(big.Int).Mul(c.num, big.NewInt(100))
	return left.Cmp(new(big.Int).Mul(c.den, big.NewInt(int64(p)))) >= 0
}

// String returns the percentage with one decimal, rounded half up: "85.3 %".
func (c Chance) String() string {
	if c.den == nil {
		return "0.0 %"
	}
	n := new(big.Int).Mul(c.num, big.NewInt(2000))
	n.Add(n, c.den)
	n.Quo(n, new(big.Int).Mul(c.den, big.NewInt(2)))
	return fmt.Sprintf("%d.%d %%", n.Int64()/10, n.Int64()%10)
}

// Outlook is a row of a forecast. Of When, N is a number of stretches, Day their
// last day, and Chance that of being done by then. Of HowMany, N is a number of
// items, and Chance that of getting at least as many done by Day.
type Outlook struct {
	N      int
	Day    civil.Date
	Chance Chance
}

// Forecast is a distribution, ready for a chart.
type Forecast struct {
	Exact bool
	Rows  []Outlook // by N
	many  bool
}

// Percentile returns the answer that holds with at least p percent, 1 to 99: of
// When the earliest day, of HowMany the greatest number. It is false for other p.
func (f *Forecast) Percentile(p int) (Outlook, bool) {
	if p < 1 || p > 99 {
		return Outlook{}, false
	}
	best, ok := Outlook{}, false
	for _, r := range f.Rows {
		if r.Chance.AtLeast(p) {
			best, ok = r, true
			if !f.many {
				break
			}
		}
	}
	return best, ok
}

// Bounds of a forecast.
const (
	maxItems     = 100_000
	maxStretches = 10_000
	maxHistory   = 10_000
	maxCount     = 1_000_000
	exactWork    = 60_000_000 // words of arithmetic
	exactBits    = 1 << 23    // of a whole distribution
	tail         = 1000       // When ends once the chance of taking longer is at most 1 in so many
)

// after returns the last day of n stretches after a day.
func (t Throughput) after(from civil.Date, n int) civil.Date {
	if days := int64(n) * int64(t.Days); days < 1<<30 {
		if t.Calendar == nil {
			return from.AddDays(int(days))
		}
		return t.Calendar.AddDays(from, int(days))
	}
	return civil.MaxDate()
}

// When forecasts the day on which n more items are done, if work on them goes on
// from the day after from. Without a Sampling the distribution is exact: that of a
// sum of draws is a convolution, counted in whole numbers. It ends once taking
// longer has a chance of at most 1 in 1,000. Errors match ErrForecast; one that
// is TooLarge may be asked again with a Sampling.
func (t Throughput) When(n int, from civil.Date, how *Sampling) (*Forecast, error) {
	s, err := t.shape()
	switch {
	case err != nil:
		return nil, err
	case n < 1 || n > maxItems:
		return nil, &ForecastError{Reason: fmt.Sprintf("%d items, not 1 to %d", n, maxItems)}
	case s.most == 0:
		return nil, &ForecastError{Reason: "nothing was done in the whole history"}
	}
	f := &Forecast{Exact: how == nil}
	var chances []Chance
	if how == nil {
		chances, err = s.exactWhen(n)
	} else {
		chances, err = s.sampledWhen(n, how)
	}
	if err != nil {
		return nil, err
	}
	for k, c := range chances {
		f.Rows = append(f.Rows, Outlook{N: k + 1, Day: t.after(from, k+1), Chance: c})
	}
	return f, nil
}

// HowMany forecasts how many items are done by a day, if work goes on from the
// day after from. Only whole stretches count. It is otherwise as When.
func (t Throughput) HowMany(from, by civil.Date, how *Sampling) (*Forecast, error) {
	s, err := t.shape()
	if err != nil {
		return nil, err
	}
	days := by.Sub(from)
	if t.Calendar != nil && days > 0 && days < 100*maxSprint {
		days = t.Calendar.DaysBetween(from, by)
	}
	n := max(0, days) / t.Days
	if n > maxStretches {
		return nil, &ForecastError{Reason: fmt.Sprintf("more than %d stretches", maxStretches)}
	}
	f := &Forecast{Exact: how == nil, many: true}
	var chances []Chance
	if how == nil {
		chances, err = s.exactMany(n)
	} else {
		chances, err = s.sampledMany(n, how)
	}
	if err != nil {
		return nil, err
	}
	for k, c := range chances {
		f.Rows = append(f.Rows, Outlook{N: k, Day: by, Chance: c})
	}
	return f, nil
}

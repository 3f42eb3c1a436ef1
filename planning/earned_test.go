package planning_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/planning"
)

// paid is the launch with people who cost 80 and 60 EUR an hour.
func paid() planning.Plan {
	p := launch()
	p.Resource("ana").Rates = []planning.Rate{{Hour: money.Minor(80_00, money.EUR)}}
	p.Resource("ben").Rates = []planning.Rate{{Hour: money.Minor(60_00, money.EUR)}, {From: civil.MustDate(2026, time.March, 9), Hour: money.Minor(66_00, money.EUR)}}
	return p
}

func eur(units int64) money.Money { return money.Minor(units*100, money.EUR) }

// How does the launch stand on the evening of 6 March?
func ExampleModel_EarnedValue() {
	baseline, err := planning.Compile(paid())
	if err != nil {
		fmt.Println(err)
		return
	}
	zone := time.FixedZone("CET", 3600)
	now := paid() // copy is done a day early, design has begun late
	now.Task("copy").Started, now.Task("copy").Finished = time.Date(2026, 3, 4, 9, 0, 0, 0, zone), time.Date(2026, 3, 5, 18, 0, 0, 0, zone)
	model, err := planning.Compile(now)
	if err != nil {
		fmt.Println(err)
		return
	}
	earned, err := model.EarnedValue(baseline.CriticalPath(), planning.Progress{
		On:       civil.MustDate(2026, time.March, 6),
		Complete: map[planning.TaskKey]int{"design": 250},
		Entries: []planning.TimeEntry{
			{Task: "copy", Resource: "ana", Day: civil.MustDate(2026, time.March, 4), Work: 8 * 60},
			{Task: "copy", Resource: "ana", Day: civil.MustDate(2026, time.March, 5), Work: 8 * 60},
			{Task: "design", Resource: "ben", Day: civil.MustDate(2026, time.March, 6), Work: 10 * 60, Cost: eur(150)},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("planned", earned.PV, "earned", earned.EV, "spent", earned.AC, "of", earned.BAC)
	fmt.Println("SPI", earned.SPI, "CPI", earned.CPI, "at completion", earned.EAC, "still to do at", earned.TCPI)
	fmt.Println("as far as was planned for", earned.ES.Format(clock), "by", worktime.Work(earned.Early), "SPI(t)", earned.SPIt)
	// Output:
	// planned 4640.00 EUR earned 2412.00 EUR spent 2030.00 EUR of 5168.00 EUR
	// SPI 0.52 CPI 1.19 at completion 4349.52 EUR still to do at 0.88
	// as far as was planned for Thu 5 Mar 11:58 by -782m SPI(t) 0.67
}

// The values by hand: ana 24 + 16 hours at 80 EUR, ben 24 hours at 60 and 8 at 66.
func TestEarnedValueByHand(t *testing.T) {
	t.Parallel()
	m, err := planning.Compile(paid())
	require.NoError(t, err)
	path := m.CriticalPath()
	at := func(day int, p planning.Progress) *planning.Earned {
		p.On = civil.MustDate(2026, time.March, day)
		e, err := m.EarnedValue(path, p)
		require.NoError(t, err)
		return e
	}
	e := at(1, planning.Progress{})
	assert.Equal(t, eur(24*80+16*80+24*60+8*66), e.BAC)
	assert.Equal(t, eur(0), e.PV)
	assert.False(t, e.SPI.Defined())
	assert.Equal(t, e.BAC, e.EAC)
	e = at(4, planning.Progress{Complete: map[planning.TaskKey]int{"copy": 1000}})
	assert.Equal(t, eur(8*(80+80+60)), e.PV, "everyone a day")
	assert.Equal(t, eur(24*80), e.EV)
	assert.Equal(t, "1.09", e.SPI.String()) // 1920 of 1760
	// 1920 EUR were planned for a moment on the second day at 220 EUR an hour.
	assert.Equal(t, march(t, 5, 9).Add(44*time.Minute), e.ES.In(march(t, 5, 9).Location()))
	assert.Equal(t, worktime.Minutes(44), e.Early)
	e = at(30, planning.Progress{Complete: map[planning.TaskKey]int{"copy": 1000, "design": 1000, "site": 1000}, Entries: []planning.TimeEntry{{Task: "site", Day: civil.MustDate(2026, time.March, 30), Cost: e.BAC}}})
	assert.Equal(t, e.BAC, e.PV)
	assert.Equal(t, e.BAC, e.EV)
	assert.Equal(t, "1.00", e.CPI.String())
	assert.Equal(t, e.BAC, e.EAC)
	assert.False(t, e.TCPI.Defined())
	total := money.Sum{}
	for _, task := range e.Tasks {
		total.Add(task.Budget)
	}
	sum, err := total.Total()
	require.NoError(t, err)
	assert.Equal(t, e.BAC, sum)

	day := civil.MustDate(2026, time.March, 6)
	for name, bad := range map[string]planning.Progress{
		"no day":   {},
		"unknown":  {On: day, Complete: map[planning.TaskKey]int{"press": 1}},
		"too much": {On: day, Complete: map[planning.TaskKey]int{"copy": 1001}},
		"nobody":   {On: day, Entries: []planning.TimeEntry{{Task: "copy", Resource: "eve", Day: day, Work: 1}}},
		"nothing":  {On: day, Entries: []planning.TimeEntry{{Task: "press", Day: day}}},
	} {
		_, err := m.EarnedValue(path, bad)
		require.ErrorIs(t, err, planning.ErrProgress, name)
	}
	_, err = m.EarnedValue(path, planning.Progress{On: day, Entries: []planning.TimeEntry{{Task: "copy", Day: day, Cost: money.Minor(1, money.USD)}}})
	require.ErrorIs(t, err, money.ErrMismatch)
	_, err = m.EarnedValue(planning.Dates{}, planning.Progress{On: day})
	require.ErrorIs(t, err, planning.ErrForeign)
}

// Value planned over any days adds up to the budget, to the cent.
func TestPlannedValueGrows(t *testing.T) {
	t.Parallel()
	p := paid()
	p.Resource("ana").Rates[0].Hour = money.Minor(77_77, money.EUR)
	p.Task("copy").Assignments[0].Units = 333
	m, err := planning.Compile(p)
	require.NoError(t, err)
	before := money.Minor(0, money.EUR)
	for day := range 14 {
		e, err := m.EarnedValue(m.CriticalPath(), planning.Progress{On: p.Start.AddDays(day)})
		require.NoError(t, err)
		more, err := e.PV.Sub(before)
		require.NoError(t, err)
		require.GreaterOrEqual(t, more.Sign(), 0)
		if before = e.PV; day == 13 {
			require.Equal(t, e.BAC, e.PV)
		}
	}
}

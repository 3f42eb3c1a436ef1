package planning_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// skilled returns a plan of a few tasks that must be done within days of their
// own, by people by name or by skill.
func skilled(r *rand.Rand) planning.Plan {
	p := planning.Plan{Start: civil.MustDate(2026, time.March, 2), Calendars: calendars(), Calendar: "short"}
	p.Horizon = civil.Days(p.Start, p.Start.AddDays(30)) // most plans of ten thousand are spent on calendars
	day := func(n int) civil.Date { return p.Start.AddDays(n) }
	for i := range 2 + r.IntN(3) {
		who := planning.Resource{Key: planning.ResourceKey(fmt.Sprintf("r%d", i)), Units: 500 * (1 + r.IntN(2)), Reserved: 500 * r.IntN(2), Calendar: []string{"short", "week"}[r.IntN(2)]}
		for _, s := range []string{"art", "copy", "law"} {
			if r.IntN(2) == 0 {
				who.Skills = append(who.Skills, planning.Skill{Key: s, Level: r.IntN(3)})
			}
		}
		if r.IntN(3) == 0 {
			who.Absences = []civil.Period{civil.Days(day(1), day(1))}
		}
		if r.IntN(3) == 0 {
			who.Changes = []planning.Change{{From: day(2), Units: 500 * r.IntN(4)}}
		}
		p.Resources = append(p.Resources, who)
	}
	for i := range 2 + r.IntN(4) {
		first := r.IntN(5)
		t := planning.Task{Key: planning.TaskKey(fmt.Sprintf("t%d", i)), Duration: worktime.Work(worktime.Minutes(10 + r.IntN(40))), Calendar: "week"}
		t.Constraint = planning.Constraint{Kind: planning.SNET, At: day(first).In(time.UTC)}
		t.Deadline = day(first + 3 + r.IntN(2)).In(time.UTC)
		for range r.IntN(3) {
			t.Needs = append(t.Needs, planning.Need{Skill: []string{"art", "copy", "law"}[r.IntN(3)], Level: r.IntN(3), Units: 500 * (1 + r.IntN(2))})
		}
		if r.IntN(3) == 0 {
			t.Assignments = []planning.Assignment{{Resource: p.Resources[r.IntN(len(p.Resources))].Key, Units: 500}}
		}
		t.Tentative = r.IntN(8) == 0
		p.Tasks = append(p.Tasks, t)
	}
	p.Tasks = append(p.Tasks, planning.Task{Key: "end", Constraint: planning.Constraint{Kind: planning.SNET, At: day(20).In(time.UTC)}})
	return p
}

// asked is one job of the brute force: thousandths of minutes, and who may do it.
type asked struct {
	from, to time.Time
	work     int64
	who      map[int]bool
}

// shortfall returns the most that any set of jobs lacks, minute by minute.
func shortfall(m *planning.Model, p planning.Plan) int64 {
	var jobs []asked
	path := m.CriticalPath()
	for _, t := range p.Tasks {
		f, _ := path.Of(t.Key)
		if t.Tentative {
			continue
		}
		add := func(units int, who map[int]bool) {
			jobs = append(jobs, asked{f.EarlyStart, f.LateFinish, t.Duration.Amount() * int64(units), who})
		}
		for _, a := range t.Assignments {
			for k, r := range p.Resources {
				if r.Key == a.Resource {
					add(a.Units, map[int]bool{k: true})
				}
			}
		}
		for _, n := range t.Needs {
			who := map[int]bool{}
			for k, r := range p.Resources {
				for _, s := range r.Skills {
					if s.Key == n.Skill && s.Level >= n.Level {
						who[k] = true
					}
				}
			}
			add(n.Units, who)
		}
	}
	// What each person has before each minute, in thousandths. Nobody works but
	// from nine to half past.
	const days, nine, half = 25, 9 * 60, 30
	begin := p.Start.In(time.UTC)
	has := make([][]int64, len(p.Resources))
	for k, r := range p.Resources {
		cal := m.ResourceCalendar(r.Key)
		has[k] = make([]int64, days*half+1)
		for i := range days * half {
			at := begin.AddDate(0, 0, i/half).Add(time.Duration(nine+i%half) * time.Minute)
			units := r.Units
			for _, c := range r.Changes {
				if !civil.DateOf(at).Before(c.From) {
					units = c.Units
				}
			}
			if has[k][i+1] = has[k][i]; cal.IsWorking(at) {
				has[k][i+1] += int64(units * (1000 - r.Reserved) / 1000)
			}
		}
	}
	place := func(at time.Time) int {
		minute := int(at.Sub(begin).Minutes())
		return minute/1440*half + min(max(minute%1440-nine, 0), half)
	}
	most := int64(0)
	taken := make([]bool, days*half)
	for set := 1; set < 1<<len(jobs); set++ {
		lacks := int64(0)
		for j, job := range jobs {
			if set>>j&1 == 1 {
				lacks += job.work
			}
		}
		for k := range p.Resources {
			clear(taken)
			for j, job := range jobs {
				if set>>j&1 == 0 || !job.who[k] {
					continue
				}
				for i := place(job.from); i < place(job.to); i++ {
					if !taken[i] {
						taken[i] = true
						lacks -= has[k][i+1] - has[k][i]
					}
				}
			}
		}
		most = max(most, lacks)
	}
	return most
}

// Certificates equal the brute force, and the interval condition agrees with the
// flow wherever both apply.
func TestStaffingAgainstBruteForce(t *testing.T) {
	t.Parallel()
	rounds := 10_000
	if raceEnabled {
		rounds = 1_000 // the race detector looks at the same code each time
	}
	r := rand.New(rand.NewPCG(11, 12))
	over, several, alone := 0, 0, 0
	for round := range rounds {
		p := skilled(r)
		m, err := planning.Compile(p)
		if err != nil {
			require.Regexp(t, "the plan has|past the deadline", err.Error()) // nobody has the skill, or the window is short
			continue
		}
		short, found := m.Lacking()
		total := planning.Effort(0)
		for k, list := range found {
			total += short[k]
			require.Equal(t, short[k] > 0, len(list) > 0, "round %d team %d", round, k)
			sum := planning.Effort(0)
			for _, o := range list {
				require.Positive(t, o.Excess())
				sum += o.Excess()
				if len(o.People) > 1 {
					several++
				} else {
					alone++
				}
			}
			require.LessOrEqual(t, sum, short[k])
		}
		require.Equal(t, shortfall(m, p), int64(total), "round %d", round)
		if total > 0 {
			over++
		}
	}
	assert.Greater(t, over, rounds/10)
	assert.Less(t, over, rounds*9/10)
	assert.Greater(t, several, rounds/100)
	assert.Greater(t, alone, rounds/100)
}

// A certificate names the skill, the people and what they are asked for.
func ExampleModel_Overloads_skills() {
	p := launch()
	p.Resources[0].Skills = []planning.Skill{{Key: "design", Level: 2}}
	p.Resources[1].Skills = []planning.Skill{{Key: "design", Level: 3}}
	for _, key := range []planning.TaskKey{"copy", "design", "site"} {
		task := p.Task(key)
		task.Assignments, task.Needs = nil, []planning.Need{{Skill: "design", Level: 2}}
		task.Deadline = civil.MustDate(2026, time.March, 9).At(18, 0, time.UTC)
	}
	p.Task("site").Duration = worktime.Days(3)
	model, err := planning.Compile(p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range model.Overloads() {
		fmt.Println(o)
	}
	_, fits := model.Fits(planning.Booking{Skill: "design", Level: 2, From: civil.MustDate(2026, time.March, 10).In(time.UTC), To: civil.MustDate(2026, time.March, 12).In(time.UTC), Effort: planning.EffortOf(16*60, 1000)})
	fmt.Println("two days from the tenth:", fits)
	p.Resources = append(p.Resources, planning.Resource{Key: "eve", Name: "Eve", Skills: p.Resources[0].Skills})
	hired, err := planning.Compile(p)
	fmt.Println("with Eve:", len(hired.Overloads()), err)
	// Output:
	// design (Ana, Ben), weeks 10-11: forced 80 h, available 48 h, items copy design site
	// two days from the tenth: true
	// with Eve: 0 <nil>
}

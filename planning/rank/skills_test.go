package rank_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/rank"
)

func randomTeam(r *rand.Rand) (rank.Matrix, []rank.SkillNeed) {
	var m rank.Matrix
	for i := range 1 + r.IntN(5) {
		p := rank.Member{Key: planning.ResourceKey(fmt.Sprintf("p%d", i)), Levels: map[rank.SkillKey]int{}, Available: planning.Effort(r.IntN(12))}
		for s := range 3 {
			if r.IntN(3) > 0 {
				p.Levels[rank.SkillKey(fmt.Sprintf("s%d", s))] = r.IntN(5)
			}
		}
		m.People = append(m.People, p)
	}
	var needs []rank.SkillNeed
	for range 1 + r.IntN(4) {
		needs = append(needs, rank.SkillNeed{Skill: rank.SkillKey(fmt.Sprintf("s%d", r.IntN(4))), Level: 1 + r.IntN(4), Heads: r.IntN(4), Work: planning.Effort(r.IntN(10))})
	}
	return m, needs
}

// By Hall's theorem the work can be done exactly if no set of needs wants more
// than all who can do any of them have: here every set is tried.
func TestShortageAgainstAllSets(t *testing.T) {
	t.Parallel()
	short := 0
	for seed := range uint64(4000) {
		m, needs := randomTeam(rand.New(rand.NewPCG(seed, 8)))
		got := must(m.Coverage(needs)).Shortage
		worst := planning.Effort(0)
		for set := range 1 << len(needs) {
			wanted, has := planning.Effort(0), planning.Effort(0)
			for k, n := range needs {
				if set>>k&1 == 1 {
					wanted += n.Work
				}
			}
			for _, p := range m.People {
				for k, n := range needs {
					if set>>k&1 == 1 && p.Levels[n.Skill] >= n.Level {
						has += p.Available
						break
					}
				}
			}
			worst = max(worst, wanted-has)
		}
		if worst == 0 {
			require.Nil(t, got, "seed %d", seed)
			continue
		}
		short++
		require.NotNil(t, got, "seed %d", seed)
		require.Equal(t, worst, got.Wanted-got.Available, "seed %d: %s", seed, got)
	}
	require.Greater(t, short, 1000)
}

// cheapest tries every set of trainings: most gaps closed, then fewest levels.
func cheapest(m rank.Matrix, needs []rank.SkillNeed, perPerson int) (closed, levels int) {
	gap := make([]int, len(needs))
	for k, n := range needs {
		gap[k] = n.Heads
		for _, p := range m.People {
			if p.Levels[n.Skill] >= n.Level {
				gap[k]--
			}
		}
	}
	taken := make([]int, len(m.People))
	var walk func(at, done, cost int)
	walk = func(at, done, cost int) {
		if at == len(m.People)*len(needs) {
			if done > closed || done == closed && cost < levels {
				closed, levels = done, cost
			}
			return
		}
		walk(at+1, done, cost)
		i, k := at/len(needs), at%len(needs)
		if d := needs[k].Level - m.People[i].Levels[needs[k].Skill]; d > 0 && gap[k] > 0 && taken[i] < perPerson {
			gap[k]--
			taken[i]++
			walk(at+1, done+1, cost+d)
			gap[k]++
			taken[i]--
		}
	}
	levels = 1 << 30
	walk(0, 0, 0)
	return closed, levels
}

func TestTrainIsCheapest(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 9))
		m, needs := randomTeam(r)
		perPerson := 1 + r.IntN(2)
		closed, levels := cheapest(m, needs, perPerson)
		plan := must(m.Train(needs, perPerson))
		require.Len(t, plan.Trainings, closed, "seed %d", seed)
		require.Equal(t, levels, plan.Levels, "seed %d", seed)
		sum, each, open := 0, map[planning.ResourceKey]int{}, 0
		for _, x := range plan.Trainings {
			sum += x.Levels()
			each[x.Person]++
			require.LessOrEqual(t, each[x.Person], perPerson)
		}
		for _, n := range plan.Open {
			open += n.Heads
		}
		short := 0
		for _, row := range must(m.Coverage(needs)).Rows {
			short += row.Short
		}
		require.Equal(t, levels, sum)
		require.Equal(t, short, closed+open)
	}
}

func TestTrainingBecomesATask(t *testing.T) {
	t.Parallel()
	x := rank.Training{Person: "ana", Skill: "sql", From: 1, To: 4}
	assert.Equal(t, planning.Task{
		Key: "train/ana/sql/4", Name: "ana: sql from level 1 to 4", Phase: "Training", Duration: worktime.Hours(24),
		Assignments: []planning.Assignment{{Resource: "ana"}},
	}, x.Task(worktime.Hours(8)))
	assert.Equal(t, worktime.Days(6), x.Task(worktime.Days(2)).Duration)
	assert.Equal(t, worktime.ElapsedDays(3), x.Task(worktime.ElapsedDays(1)).Duration)
}

func TestSkillsRefuse(t *testing.T) {
	t.Parallel()
	need := rank.SkillNeed{Skill: "sql", Level: 1}
	for name, c := range map[string]struct {
		m    rank.Matrix
		need rank.SkillNeed
		code string
	}{
		"person twice": {rank.Matrix{People: []rank.Member{{Key: "a"}, {Key: "a"}}}, need, "rank.key.duplicate"},
		"level":        {rank.Matrix{People: []rank.Member{{Key: "a", Levels: map[rank.SkillKey]int{"x": -1}}}}, need, "rank.skill.range"},
		"time":         {rank.Matrix{People: []rank.Member{{Key: "a", Available: -1}}}, need, "rank.skill.range"},
		"no level":     {rank.Matrix{}, rank.SkillNeed{Skill: "sql"}, "rank.skill.range"},
		"size":         {rank.Matrix{People: make([]rank.Member, 2001)}, need, "rank.skill.size"},
	} {
		for _, err := range []error{second(c.m.Coverage([]rank.SkillNeed{c.need})), second(c.m.Train([]rank.SkillNeed{c.need}, 1))} {
			var list finding.List
			require.ErrorAs(t, err, &list, name)
			assert.True(t, list.Has(c.code), name)
		}
	}
	m := rank.Matrix{People: []rank.Member{{Key: "a", Levels: map[rank.SkillKey]int{"x": 2}, Available: 5}}}
	var again rank.Matrix
	require.NoError(t, json.Unmarshal(must(json.Marshal(m)), &again))
	assert.Equal(t, m, again)
}

func second[T any](_ T, err error) error { return err }

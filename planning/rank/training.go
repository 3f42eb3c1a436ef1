package rank

import (
	"fmt"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// Training is a person to be brought to the level that a need asks for.
type Training struct {
	Person planning.ResourceKey
	Skill  SkillKey
	From   int // the person's level now
	To     int // the level asked for
}

// Levels returns the distance.
func (t Training) Levels() int { return t.To - t.From }

// Task returns the training as a task that occupies the person for a length per
// level, in the phase "Training". Its key is "train/person/skill/level".
func (t Training) Task(perLevel worktime.Length) planning.Task {
	n := perLevel.Amount() * int64(t.Levels())
	length := worktime.Work(worktime.Minutes(n))
	switch perLevel.Kind() {
	case worktime.KindDays:
		length = worktime.Days(n)
	case worktime.KindElapsed:
		length = worktime.Elapsed(n)
	case worktime.KindWork:
	}
	return planning.Task{
		Key:         planning.TaskKey(fmt.Sprintf("train/%s/%s/%d", t.Person, t.Skill, t.To)),
		Name:        fmt.Sprintf("%s: %s from level %d to %d", t.Person, t.Skill, t.From, t.To),
		Phase:       "Training",
		Duration:    length,
		Assignments: []planning.Assignment{{Resource: t.Person}},
	}
}

// TrainingPlan is who should learn what to close the gaps in heads.
type TrainingPlan struct {
	Trainings []Training  // in the order of the needs, then of the people
	Levels    int         // total distance, the least there is
	Open      []SkillNeed // what training cannot close; Heads is what is still missing
}

// Train closes as many gaps in heads as people can, with the least total
// distance in levels: an assignment problem, solved exactly as a flow of least
// cost (after H. W. Kuhn, The Hungarian method for the assignment problem,
// 1955). Nobody takes more than perPerson trainings, at least 1. Needs stand by
// themselves: two needs for one skill at different levels are two trainings. The
// error is that of Coverage.
func (m Matrix) Train(needs []SkillNeed, perPerson int) (*TrainingPlan, error) {
	if err := m.check(needs); err != nil {
		return nil, err
	}
	source, sink := int32(0), int32(1)
	person := func(i int) int32 { return int32(2 + i) }
	need := func(k int) int32 { return int32(2 + len(m.People) + k) }
	f := newFlow(2 + len(m.People) + len(needs))
	for i := range m.People {
		f.edge(source, person(i), int64(max(1, perPerson)), 0)
	}
	type pair struct {
		edge int32
		who  int
	}
	edges, short, gates := make([][]pair, len(needs)), make([]int, len(needs)), make([]int32, len(needs))
	for k, n := range needs {
		short[k] = n.Heads
		for i, p := range m.People {
			if now := p.Levels[n.Skill]; now >= n.Level {
				short[k]--
			} else {
				edges[k] = append(edges[k], pair{f.edge(person(i), need(k), 1, int64(n.Level-now)), i})
			}
		}
		gates[k] = f.edge(need(k), sink, int64(max(0, short[k])), 0)
	}
	_, cost := f.run(source, sink)
	out := &TrainingPlan{Levels: int(cost)}
	for k, n := range needs {
		for _, e := range edges[k] {
			if f.left[e.edge] == 0 {
				p := m.People[e.who]
				out.Trainings = append(out.Trainings, Training{Person: p.Key, Skill: n.Skill, From: p.Levels[n.Skill], To: n.Level})
			}
		}
		if open := f.left[gates[k]]; open > 0 {
			n.Heads = int(open)
			out.Open = append(out.Open, n)
		}
	}
	return out, nil
}

// Tasks returns the plan's trainings as tasks; see Training.Task.
func (p *TrainingPlan) Tasks(perLevel worktime.Length) []planning.Task {
	out := make([]planning.Task, len(p.Trainings))
	for i, t := range p.Trainings {
		out[i] = t.Task(perLevel)
	}
	return out
}

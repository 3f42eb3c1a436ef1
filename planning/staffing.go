package planning

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/planning/internal/flow"
)

// job is work that any of some people may do within a window.
type job struct {
	window
	group  int32 // in whose hands it is, by skill; -1: somebody's by name
	person int32 // by name
}

// teams returns the resources in sets that must be looked at together, because a
// group spans them. Sets are ordered by their first resource.
func (m *Model) teams(groups []group) [][]int32 {
	leader := make([]int32, len(m.capacity))
	for i := range leader {
		leader[i] = int32(i)
	}
	find := func(i int32) int32 {
		for leader[i] != i {
			leader[i] = leader[leader[i]]
			i = leader[i]
		}
		return i
	}
	for _, g := range groups {
		for _, r := range g.people {
			a, b := find(g.people[0]), find(r)
			leader[max(a, b)] = min(a, b)
		}
	}
	at := make([]int, len(leader))
	var out [][]int32
	for i := range leader {
		top := find(int32(i))
		if int(top) == i {
			at[i] = len(out)
			out = append(out, nil)
		}
		out[at[top]] = append(out[at[top]], int32(i))
	}
	return out
}

// jobs returns the firm work of each team: what its people are booked for by name
// and, as long as it is open who does it, what tasks need of them by skill.
func (m *Model) jobs(teams [][]int32, windows []window, books *rows[booking], open bool) [][]job {
	of := make([]int, len(m.capacity))
	for k, team := range teams {
		for _, r := range team {
			of[r] = k
		}
	}
	out := make([][]job, len(teams))
	for i := range m.plan.Tasks {
		w := windows[i]
		if w.work <= 0 || m.plan.Tasks[i].Tentative {
			continue
		}
		for _, b := range books.of(int32(i)) {
			j := job{w, -1, b.resource}
			j.work *= b.units
			out[of[b.resource]] = append(out[of[b.resource]], j)
		}
		if !open {
			continue
		}
		for _, n := range m.needs.of(int32(i)) {
			j, people := job{w, n.group, -1}, m.groups[n.group].people
			j.work *= n.units * int64(n.heads)
			out[of[people[0]]] = append(out[of[people[0]]], j)
		}
	}
	return out
}

// staffing is the question whether a team can do its jobs, as a flow from jobs to
// the time of people. People of whom the same is asked are one class; the time of
// a class is a tree over the slices between the ends of windows, so that a job
// needs few edges however long its window.
type staffing struct {
	m       *Model
	groups  []group
	team    []int32
	jobs    []job
	edges   []int64 // instants between slices
	class   []int32 // by position in team
	byGroup [][]int32
	time    [][]int64 // of each class in each slice
	lacking int64     // what cannot be done

	net       flow.Network
	tree      [][]int32 // nodes of each class: the root is 1, leaves begin at size
	size      int
	jobNode   []int32
	sink, top int32
	cut       []bool // nodes on the side of what is too much
}

func (m *Model) staffing(groups []group, team []int32, jobs []job) *staffing {
	s := &staffing{m: m, groups: groups, team: team, jobs: jobs}
	if len(jobs) == 0 {
		return s
	}
	for _, j := range jobs {
		s.edges = append(s.edges, j.from, j.to)
	}
	slices.Sort(s.edges)
	s.edges = slices.Compact(s.edges)
	s.classify()
	count := len(s.edges) - 1
	for k, r := range team {
		before := int64(0)
		for i := range count {
			until := m.deployable(r, m.offered(r, m.resCal[r], s.edges[0], s.edges[i+1]))
			s.time[s.class[k]][i] += until - before
			before = until
		}
	}
	s.build(count)
	asked := int64(0)
	for _, j := range jobs {
		asked += j.work
	}
	s.lacking = asked - s.net.Max(s.top, s.sink)
	s.cut = s.net.Cut()
	return s
}

// classify numbers the classes of the team's people: those who are booked by name
// each are one, the others by the groups they are in.
func (s *staffing) classify() {
	used, named := map[int32]bool{}, map[int32]bool{}
	for _, j := range s.jobs {
		if j.group < 0 {
			named[j.person] = true
		} else {
			used[j.group] = true
		}
	}
	list := slices.Sorted(maps.Keys(used))
	known := map[string]int32{}
	s.class = make([]int32, len(s.team))
	s.byGroup = make([][]int32, len(s.groups))
	var sign []byte
	for k, r := range s.team {
		sign = sign[:0]
		for _, g := range list {
			if _, in := slices.BinarySearch(s.groups[g].people, r); in {
				sign = fmt.Append(sign, g, " ")
			}
		}
		if named[r] {
			sign = fmt.Append(sign, "only ", r)
		}
		c, ok := known[string(sign)]
		if !ok {
			c = int32(len(known))
			known[string(sign)] = c
		}
		s.class[k] = c
		for _, g := range list {
			if _, in := slices.BinarySearch(s.groups[g].people, r); in && !slices.Contains(s.byGroup[g], c) {
				s.byGroup[g] = append(s.byGroup[g], c)
			}
		}
	}
	s.time = make([][]int64, len(known))
	for c := range s.time {
		s.time[c] = make([]int64, len(s.edges)-1)
	}
}

// classes returns who may do a job.
func (s *staffing) classes(j job) []int32 {
	if j.group >= 0 {
		return s.byGroup[j.group]
	}
	return []int32{s.class[slices.Index(s.team, j.person)]}
}

func (s *staffing) build(count int) {
	for s.size = 1; s.size < count; {
		s.size *= 2
	}
	s.top, s.sink = s.net.Node(), s.net.Node()
	s.tree = make([][]int32, len(s.time))
	for c, time := range s.time {
		nodes := make([]int32, s.size+count)
		for k := 1; k < len(nodes); k++ {
			if k < s.size && k<<s.below(k) >= s.size+count {
				continue // nothing under it
			}
			nodes[k] = s.net.Node()
			if k > 1 {
				s.net.Edge(nodes[k/2], nodes[k], flow.Unlimited)
			}
			if k >= s.size {
				s.net.Edge(nodes[k], s.sink, time[k-s.size])
			}
		}
		s.tree[c] = nodes
	}
	for _, j := range s.jobs {
		node := s.net.Node()
		s.jobNode = append(s.jobNode, node)
		s.net.Edge(s.top, node, j.work)
		for _, c := range s.classes(j) {
			low, high := s.slices(j)
			for low, high = low+s.size, high+s.size; low < high; low, high = low/2, high/2 {
				if low%2 == 1 {
					s.net.Edge(node, s.tree[c][low], flow.Unlimited)
					low++
				}
				if high%2 == 1 {
					high--
					s.net.Edge(node, s.tree[c][high], flow.Unlimited)
				}
			}
		}
	}
}

// below returns how many levels lie under a node of the tree.
func (s *staffing) below(k int) int {
	n := 0
	for ; k < s.size; k *= 2 {
		n++
	}
	return n
}

// slices returns the slices of a job's window, [low, high).
func (s *staffing) slices(j job) (low, high int) {
	low, _ = slices.BinarySearch(s.edges, j.from)
	high, _ = slices.BinarySearch(s.edges, j.to)
	return low, high
}

// overloads returns what the cut proves: jobs that need more time than everyone
// who may do them has while they may be done. Jobs that share nobody's time are
// told apart.
func (s *staffing) overloads() []Overload {
	if s.lacking == 0 {
		return nil
	}
	var in []int // jobs in the cut
	for j, node := range s.jobNode {
		if s.cut[node] {
			in = append(in, j)
		}
	}
	var out []Overload
	for len(in) > 0 {
		part, taken := []int{in[0]}, s.needed(nil, s.jobs[in[0]])
		for grown := true; grown; {
			grown = false
			in = slices.DeleteFunc(in, func(j int) bool {
				if slices.Contains(part, j) {
					return true
				}
				if !s.touches(taken, s.jobs[j]) {
					return false
				}
				part, taken, grown = append(part, j), s.needed(taken, s.jobs[j]), true
				return true
			})
		}
		slices.Sort(part)
		out = append(out, s.overload(part, taken))
	}
	return out
}

// needed adds the time in which a job may be done: by class, slice.
func (s *staffing) needed(taken [][]bool, j job) [][]bool {
	if taken == nil {
		taken = make([][]bool, len(s.time))
	}
	low, high := s.slices(j)
	for _, c := range s.classes(j) {
		if taken[c] == nil {
			taken[c] = make([]bool, len(s.edges)-1)
		}
		for i := low; i < high; i++ {
			taken[c][i] = true
		}
	}
	return taken
}

func (s *staffing) touches(taken [][]bool, j job) bool {
	low, high := s.slices(j)
	for _, c := range s.classes(j) {
		if taken[c] != nil && slices.Contains(taken[c][low:high], true) {
			return true
		}
	}
	return false
}

func (s *staffing) overload(part []int, taken [][]bool) Overload {
	m, o := s.m, Overload{}
	from, to := s.jobs[part[0]].from, s.jobs[part[0]].to
	for _, k := range part {
		j := s.jobs[k]
		from, to = min(from, j.from), max(to, j.to)
		o.Forced += Effort(j.work)
		if j.task < 0 {
			o.asked = true
		} else if key := m.key(j.task); !slices.Contains(o.Tasks, key) {
			o.Tasks = append(o.Tasks, key)
		}
		if j.group >= 0 && !slices.Contains(o.Skills, s.groups[j.group].skill) {
			o.Skills = append(o.Skills, s.groups[j.group].skill)
		}
	}
	for c, row := range taken {
		for i, yes := range row {
			if yes {
				o.Available += Effort(s.time[c][i])
			}
		}
	}
	var names []string
	first := int32(-1)
	for k, r := range s.team {
		if taken[s.class[k]] != nil {
			if first < 0 {
				first = r
			}
			o.People, names = append(o.People, m.resource(r)), append(names, m.called(r))
		}
	}
	o.Name = strings.Join(names, ", ")
	if len(names) == 1 {
		o.Resource = o.People[0]
	}
	if len(o.Skills) > 0 {
		o.Name = strings.Join(o.Skills, ", ") + " (" + o.Name + ")"
	}
	cal := m.resCal[first]
	o.From, o.To = timeAt(from, cal), timeAt(to, cal)
	o.Days = civil.Days(civil.DateOf(o.From), civil.DateOf(timeAt(max(from, to-1), cal)))
	return o
}

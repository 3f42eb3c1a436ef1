package planning

// Lacking returns by how much each team falls short, by flow, whether it is one
// person or several; and the overloads of each.
func (m *Model) Lacking() (short []Effort, found [][]Overload) {
	windows, teams := m.floatWindows(m.CriticalPath().t), m.teams(m.groups)
	all := m.Overloads()
	for k, jobs := range m.jobs(teams, windows, &m.books, true) {
		short = append(short, Effort(m.staffing(m.groups, teams[k], jobs).lacking))
		var mine []Overload
		for _, o := range all {
			if _, in := m.resourceOf(o.People[0]); in {
				r, _ := m.resourceOf(o.People[0])
				for _, t := range teams[k] {
					if t == r {
						mine = append(mine, o)
					}
				}
			}
		}
		found = append(found, mine)
	}
	return short, found
}

// Lateness returns the weighted lateness that the search made small.
func (s *Schedule) Lateness() (late int64) {
	for i := range int32(len(s.c.cal)) {
		late += s.m.lateness(s.c.t, s.c.cal[i], i)
	}
	return late
}

// OffAxis returns the model with its dates reckoned step by step on calendars.
func (m *Model) OffAxis() (*Model, bool) {
	off := *m
	off.axis = false
	return &off, m.axis
}

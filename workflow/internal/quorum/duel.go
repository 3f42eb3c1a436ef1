package quorum

// outlasts decides with the flow, first for everybody, then, if exclusions play
// a part, for each requester and choice of contributors.
func (v *prover) outlasts(t int, rivals set) bool {
	d := v.newDuel(t, rivals)
	if v.survives(d.t, v.k+d.flow()) {
		return true
	}
	if !d.t.counting() {
		return false
	}
	return d.everyRequester()
}

// duel is a stage and its rivals, with the people who can vote in any of them by
// kind. Bit 0 of a mask is the stage itself, bit 1+i its ith rival.
type duel struct {
	v       *prover
	t       *tally
	rivals  []*tally
	kinds   []kind
	sizes   []int // electorates, parallel to the bits
	barAsk  set   // bits of stages that exclude the requester
	barAuth set   // ... and contributors
	took    [][]int
	seen    []bool
	via     []int
	queue   []int
}

type kind struct {
	mask  set
	asks  bool // a requester is among them
	pool  bool // they may turn out to be contributors
	count int
}

func (v *prover) newDuel(t int, rivals set) *duel {
	d := &duel{v: v, t: &v.tallies[t]}
	stages := append([]int32{int32(t)}, rivals.list()...)
	var touched []int32
	d.sizes = make([]int, len(stages))
	if v.scratch == nil {
		v.scratch = make([]set, v.p.People)
	}
	for i, s := range stages {
		u := &v.tallies[s]
		if i > 0 {
			d.rivals = append(d.rivals, u)
		}
		if u.byAsker > 0 {
			d.barAsk.add(i)
		}
		if u.byAuthors > 0 {
			d.barAuth.add(i)
		}
		d.sizes[i] = u.electors
		for _, q := range u.Electors {
			if v.scratch[q].empty() {
				touched = append(touched, q)
			}
			v.scratch[q].add(i)
		}
	}
	index := map[kind]int{}
	for _, q := range touched {
		k := kind{mask: v.scratch[q]}
		k.asks = k.mask.meets(&d.barAsk) && contains(v.p.Requesters, q)
		k.pool = k.mask.meets(&d.barAuth) && contains(v.p.Contributors, q)
		v.scratch[q] = set{}
		i, ok := index[k]
		if !ok {
			i = len(d.kinds)
			index[k] = i
			d.kinds = append(d.kinds, k)
		}
		d.kinds[i].count++
	}
	return d
}

// everyRequester tries whoever may submit.
func (d *duel) everyRequester() bool {
	asking := 0
	for i := range d.kinds {
		if !d.kinds[i].asks {
			continue
		}
		asking++
		out := d.kinds[i]
		out.count, out.mask = 1, out.mask.less(&d.barAsk)
		d.kinds[i].count--
		d.resize(i, &d.barAsk, -1)
		d.kinds = append(d.kinds, out)
		ok := d.everyAuthor(0, d.v.p.MaxContributors)
		d.kinds = d.kinds[:len(d.kinds)-1]
		d.resize(i, &d.barAsk, 1)
		d.kinds[i].count++
		if !ok {
			return false
		}
	}
	if !d.v.p.AnyRequester && asking > 0 && d.allBarred() {
		return true // every requester is one of those tried
	}
	return d.everyAuthor(0, d.v.p.MaxContributors)
}

// allBarred reports whether each possible requester is excluded somewhere here.
func (d *duel) allBarred() bool {
	for _, q := range d.v.p.Requesters {
		here := d.barAsk.has(0) && contains(d.t.Electors, q)
		for i := 0; i < len(d.rivals) && !here; i++ {
			here = d.barAsk.has(i+1) && contains(d.rivals[i].Electors, q)
		}
		if !here {
			return false
		}
	}
	return true
}

func (d *duel) resize(i int, barred *set, by int) {
	m := d.kinds[i].mask.and(barred)
	for s := m.next(0); s >= 0; s = m.next(s + 1) {
		d.sizes[s] += by
	}
}

// everyAuthor tries every choice of at most c contributors, by kind, from kind i
// on. Fewer contributors may be worse: each choice on the way is tested.
func (d *duel) everyAuthor(i, c int) bool {
	for ; i < len(d.kinds) && (c == 0 || !d.kinds[i].pool || d.kinds[i].count == 0); i++ {
	}
	if i == len(d.kinds) {
		return d.lasts()
	}
	if !d.everyAuthor(i+1, c) {
		return false
	}
	out := d.kinds[i]
	out.count, out.mask, out.pool = 0, out.mask.less(&d.barAuth), false
	at := len(d.kinds)
	d.kinds = append(d.kinds, out)
	moved, ok := 0, true
	for moved < c && d.kinds[i].count > 0 && ok {
		moved++
		d.kinds[i].count--
		d.kinds[at].count++
		d.resize(i, &d.barAuth, -1)
		ok = d.everyAuthor(i+1, c-moved)
	}
	d.resize(i, &d.barAuth, moved)
	d.kinds[i].count += moved
	d.kinds = d.kinds[:at]
	return ok
}

func (d *duel) lasts() bool {
	work := len(d.kinds)
	for _, u := range d.rivals {
		work += u.burn
	}
	if d.v.duels -= 1 + work*len(d.rivals)*len(d.kinds)/64; d.v.duels < 0 {
		return false
	}
	n := d.sizes[0]
	return n-d.v.k-d.flow() >= d.v.need(&d.t.Rule, n)
}

// flow returns how many electors of t its rivals can burn at most, by augmenting
// paths over kinds of people.
func (d *duel) flow() int {
	room := make([]int, len(d.rivals))
	for i, u := range d.rivals {
		room[i] = u.burn
		if u.counting() {
			room[i] = d.v.need(&u.Rule, d.sizes[i+1])
		}
		if d.v.fault == faultClosing {
			room[i]--
		}
	}
	d.took = d.took[:0]
	total := 0
	for i := range d.kinds {
		d.took = append(d.took, make([]int, len(d.rivals)))
		if !d.kinds[i].mask.has(0) {
			continue
		}
		for range d.kinds[i].count {
			if !d.augment(i, room) {
				break
			}
			total++
		}
	}
	return total
}

// augment sends one person of a kind to a rival, moving others if need be.
func (d *duel) augment(from int, room []int) bool {
	n := len(d.rivals)
	d.seen = append(d.seen[:0], make([]bool, n)...)
	d.via = append(d.via[:0], make([]int, 2*n)...) // by rival: the kind that came, and the rival it leaves
	d.queue = d.queue[:0]
	visit := func(k, left int) {
		for u := range n {
			if !d.seen[u] && d.kinds[k].mask.has(u+1) {
				d.seen[u] = true
				d.via[2*u], d.via[2*u+1] = k, left
				d.queue = append(d.queue, u)
			}
		}
	}
	visit(from, -1)
	for at := 0; at < len(d.queue); at++ {
		u := d.queue[at]
		if room[u] > 0 {
			room[u]--
			for u >= 0 {
				k, left := d.via[2*u], d.via[2*u+1]
				d.took[k][u]++
				if left >= 0 {
					d.took[k][left]--
				}
				u = left
			}
			return true
		}
		for k := range d.took {
			if d.took[k][u] > 0 {
				visit(k, u)
			}
		}
	}
	return false
}

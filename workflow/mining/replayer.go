package mining

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
)

// replayer is a log made ready for a definition.
type replayer struct {
	log     *Log
	m       Mapping
	flow    *flow
	labels  []int32 // by event
	names   []string
	actions []action // by label
	mapped  []bool
	offered []string // mapped activities, in order
	offers  []action
}

func (l *Log) replayer(def workflow.Definition, m Mapping) (*replayer, error) {
	f, err := flowOf(def.Flow)
	if err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	r := &replayer{log: l, m: m, flow: f}
	meaning := make(map[string]action)
	for _, name := range sortedKeys(m.Steps) {
		s := m.Steps[name]
		a := action{kind: s.Kind, stage: -1}
		if s.Stage != "" {
			i, ok := f.index[s.Stage]
			if !ok {
				return nil, fmt.Errorf("activity %.80q: the definition has no stage %.40q: %w", name, s.Stage, ErrMapping)
			}
			a.stage = i
		}
		meaning[name] = a
	}
	for i, name := range m.After {
		meaning[name] = action{after: i}
	}
	for _, name := range sortedKeys(meaning) {
		if meaning[name].kind != Ignored {
			r.offered, r.offers = append(r.offered, name), append(r.offers, meaning[name])
		}
	}
	if err := r.label(); err != nil {
		return nil, err
	}
	for _, name := range r.names {
		a, ok := meaning[name]
		if !ok && m.Others {
			a, ok = action{kind: Ignored}, true
		}
		r.actions, r.mapped = append(r.actions, a), append(r.mapped, ok)
	}
	return r, nil
}

// label names the events: by activity, or by activity and attribute.
func (r *replayer) label() error {
	l := r.log
	if r.m.Attribute == "" {
		r.labels, r.names = l.activity, l.activities
		return nil
	}
	at := slices.IndexFunc(l.events, func(c column) bool { return c.name == r.m.Attribute })
	if at < 0 {
		return fmt.Errorf("attribute %.80q: the log does not keep it: %w", r.m.Attribute, ErrMapping)
	}
	col := &l.events[at]
	var d dictionary
	r.labels = make([]int32, len(l.activity))
	for i, a := range l.activity {
		name := l.activities[a]
		if v := col.codes[i]; v >= 0 {
			name += " " + col.values[v]
		}
		r.labels[i] = d.code(name)
	}
	r.names = d.names
	return nil
}

// process returns what case c is replayed on.
func (r *replayer) process(c int) *process {
	return &process{flow: r.flow, after: len(r.m.After), arms: r.flow.decide(r.facts(c))}
}

// facts returns what the log tells about a case.
func (r *replayer) facts(c int) *facts {
	if len(r.m.Facts) == 0 {
		return nil
	}
	k := &facts{attributes: make(map[string]string)}
	for _, name := range sortedKeys(r.m.Facts) {
		v, ok := r.value(r.m.Facts[name], c)
		if !ok {
			continue
		}
		if name == string(workflow.FacetAmount) {
			amount, err := money.Parse(v)
			k.amount, k.hasAmount = amount, err == nil
			continue
		}
		k.attributes[name] = v
	}
	return k
}

func (r *replayer) value(name string, c int) (string, bool) {
	l := r.log
	if of, ok := strings.CutPrefix(name, casePrefix); ok {
		return lookup(l.cases, of, c)
	}
	for i := l.starts[c+1] - 1; i >= l.starts[c]; i-- {
		if v, ok := lookup(l.events, name, int(i)); ok {
			return v, true
		}
	}
	return "", false
}

func (r *replayer) replay(c int) (Replayed, error) {
	p := r.process(c)
	at, next := []position{{}}, []position(nil)
	for i, label := range r.labels[r.log.starts[c]:r.log.starts[c+1]] {
		next = next[:0]
		if r.mapped[label] {
			next = p.advance(at, r.actions[label], next)
		}
		if len(next) > maxPositions {
			return Replayed{}, fmt.Errorf("case %.80q, event %d: it may stand in more than %d places: %w", r.log.ids[c], i, maxPositions, ErrMapping)
		}
		if len(next) == 0 {
			res := Replayed{At: i, Activity: r.names[label]}
			for k, name := range r.offered {
				if len(p.advance(at, r.offers[k], nil)) > 0 {
					res.Allowed = append(res.Allowed, name)
				}
			}
			return res, nil
		}
		at, next = next, at
	}
	var best Ending
	for i := range at {
		best = max(best, p.ending(&at[i]))
	}
	return Replayed{Ending: best}, nil
}

// advance appends the positions to which an action leads from any of some, each
// once.
func (p *process) advance(from []position, a action, out []position) []position {
	var room [8]position
	for _, at := range from {
		for _, to := range p.step(at, a, room[:0]) {
			if !slices.Contains(out, to) {
				out = append(out, to)
			}
		}
		if len(out) > maxPositions {
			break
		}
	}
	return out
}

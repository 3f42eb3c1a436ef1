package planning

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
)

// The negative control of Verify: each kind of damage to a good schedule is
// named.
func TestVerifySeesDamage(t *testing.T) {
	t.Parallel()
	start := civil.MustDate(2026, time.March, 2)
	m, err := Compile(Plan{
		Start:     start,
		Calendars: map[string]worktime.Spec{"office": worktime.MonFri("", "09:00-17:00")},
		Resources: []Resource{{Key: "ana"}},
		Tasks: []Task{
			{Key: "a", Duration: worktime.Hours(4), Assignments: []Assignment{{Resource: "ana"}}},
			{Key: "b", Duration: worktime.Hours(4), Assignments: []Assignment{{Resource: "ana"}}},
			{Key: "c", Duration: worktime.Days(1), Constraint: Constraint{SNET, start.At(13, 0, time.UTC)}},
			{Key: "d", Duration: worktime.Hours(1), Started: start.At(10, 0, time.UTC)},
		},
		Links: []Link{{From: "b", To: "c"}},
	})
	require.NoError(t, err)
	s, err := m.Schedule(t.Context(), Search{})
	require.NoError(t, err)
	require.NoError(t, m.Verify(s))
	for code, damage := range map[string]func(t *times){
		"planning.verify.capacity":   func(t *times) { t.es[0], t.ef[0] = t.es[1], t.ef[1] },
		"planning.verify.duration":   func(t *times) { t.ef[0]-- },
		"planning.verify.working":    func(t *times) { t.es[1] -= 60 },
		"planning.verify.constraint": func(t *times) { t.es[2], t.ef[2] = t.es[1], t.es[1]+480 },
		"planning.verify.link":       func(t *times) { t.es[1], t.ef[1] = t.es[2], t.es[2]+240 },
		"planning.verify.actual":     func(t *times) { t.es[3]++ },
	} {
		broken := *s
		broken.c = new(*s.c)
		broken.c.t = &times{es: slices.Clone(s.c.t.es), ef: slices.Clone(s.c.t.ef), why: s.c.t.why}
		damage(broken.c.t)
		var found finding.List
		require.ErrorAs(t, m.Verify(&broken), &found, code)
		assert.True(t, found.Has(code), "%s: %s", code, found)
	}
}

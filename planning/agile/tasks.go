package agile

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// SprintTask returns a sprint as a task of a plan: its working days, not before
// its first day, begun on that day if asOf has come to it, finished if it is
// closed. The key is "sprint/key", the phase is "Sprints". Errors match
// ErrSprint.
func (b *Backlog) SprintTask(key SprintKey, cal *worktime.Calendar, asOf civil.Date) (planning.Task, error) {
	s, err := b.sprint(key)
	if err != nil {
		return planning.Task{}, err
	}
	if cal == nil || s.days.Len() > maxSprint || cal.WorkingDays(s.days) == 0 {
		return planning.Task{}, &SprintError{key, "no working day"}
	}
	first := cal.NextDay(s.days.First())
	t := planning.Task{
		Key: planning.TaskKey("sprint/" + string(key)), Name: s.goal, Phase: "Sprints",
		Duration:   worktime.Days(int64(cal.WorkingDays(s.days))),
		Constraint: planning.Constraint{Kind: planning.SNET, At: cal.DayStart(first)},
		Deadline:   cal.DayEnd(s.days.Last()),
	}
	if !asOf.Before(first) {
		t.Started = cal.DayStart(first)
	}
	if !s.closed.IsZero() && !s.closed.Before(first) {
		t.Started, t.Finished = cal.DayStart(first), cal.DayEnd(cal.PrevDay(s.closed))
	}
	return t, nil
}

// EpicTask returns an epic, or an item with its parts, as a task of a plan, so
// that work without a schedule rolls up beside work that has one. It began when
// the first of its items did (or was done) and is finished when all are done;
// until then it takes the length, such as the working days up to a percentile of
// a forecast. The key is "epic/key", the phase is "Backlog". It is false if there
// is no such key, or if no calendar is given.
func (b *Backlog) EpicTask(key ItemKey, length worktime.Length, cal *worktime.Calendar) (planning.Task, bool) {
	it := b.get(key)
	if it == nil || cal == nil {
		return planning.Task{}, false
	}
	t := planning.Task{Key: planning.TaskKey("epic/" + string(key)), Name: it.Title, Phase: "Backlog", Duration: length}
	cards := []Card{}
	for _, leaf := range b.leaves(key) {
		cards = append(cards, Card{Started: leaf.Started, Done: leaf.Finished})
	}
	stamp(&t, cards, cal)
	for _, whole := range b.items {
		// Work may have begun before the item was split.
		if whole.State != SplitUp || whole.Started.IsZero() || !b.under(whole, key) {
			continue
		}
		if at := cal.DayStart(whole.Started); t.Started.IsZero() || at.Before(t.Started) {
			t.Started = at
		}
	}
	return t, true
}

// Card is an item of a board, such as a Kanban board, with the days on which it
// was started and done; the zero Date is not yet.
type Card struct {
	Key     ItemKey    `json:"key"`
	Title   string     `json:"title,omitempty"`
	Started civil.Date `json:"started,omitzero"`
	Done    civil.Date `json:"done,omitzero"`
}

// CardTasks returns the cards of a board as tasks of a plan, each of the given
// length while it is not done. Keys are "card/key", the phase is "Board".
func CardTasks(cards []Card, length worktime.Length, cal *worktime.Calendar) []planning.Task {
	out := make([]planning.Task, len(cards))
	for i, c := range cards {
		out[i] = planning.Task{Key: planning.TaskKey("card/" + string(c.Key)), Name: c.Title, Phase: "Board", Duration: length}
		if cal != nil {
			stamp(&out[i], cards[i:i+1], cal)
		}
	}
	return out
}

// stamp gives a task the actual dates of some cards: the earliest start, and the
// latest finish if all are done.
func stamp(t *planning.Task, cards []Card, cal *worktime.Calendar) {
	var first, last civil.Date
	all := len(cards) > 0
	for _, c := range cards {
		begun := c.Started
		if begun.IsZero() || !c.Done.IsZero() && c.Done.Before(begun) {
			begun = c.Done
		}
		if !begun.IsZero() && (first.IsZero() || begun.Before(first)) {
			first = begun
		}
		all = all && !c.Done.IsZero()
		if c.Done.After(last) {
			last = c.Done
		}
	}
	if !first.IsZero() {
		t.Started = cal.DayStart(first)
	}
	if all {
		t.Finished = cal.DayEnd(last)
	}
}

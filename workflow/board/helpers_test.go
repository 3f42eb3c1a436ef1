package board_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/workflow/board"
)

func task(id string) ident.Ref { return ident.Ref{Kind: "task", ID: id} }

// monday is 2 March 2026, 10:00 in Berlin.
func monday() time.Time { return time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC) }

func berlin(t testing.TB) *worktime.Calendar {
	t.Helper()
	cal, err := worktime.Compile(worktime.MonFri("Europe/Berlin", "09:00-17:00"),
		civil.Days(civil.MustDate(2026, 1, 1), civil.MustDate(2026, 12, 31)))
	require.NoError(t, err)
	return cal
}

func content() board.Definition {
	return board.Definition{
		Key: "content", Name: "Content", Expedite: 1, PerPerson: 2, People: map[ident.Person]int{"ana": 1},
		Columns: []board.Column{
			{Key: "ideas"},
			{Key: "ready", Limit: 6},
			{Key: "draft", Kind: board.Active, Limit: 3, Lanes: map[board.LaneKey]int{"emea": 2}},
			{Key: "waiting"},
			{Key: "review", Kind: board.Active, Limit: 2},
			{Key: "live", Kind: board.Done},
		},
		Lanes: []board.Lane{{Key: "fast", Expedite: true}, {Key: "emea", Limit: 4}, {Key: "apac"}},
	}
}

func compile(t testing.TB, d board.Definition) *board.Board {
	t.Helper()
	b, err := board.Compile(d)
	require.NoError(t, err)
	return b
}

// play is one board with its history.
type play struct {
	t     testing.TB
	b     *board.Board
	now   time.Time
	state board.State
	trail []board.Event
}

func start(t testing.TB) *play {
	t.Helper()
	return &play{t: t, b: compile(t, content()), now: monday()}
}

func (p *play) do(c board.Command) error {
	p.t.Helper()
	state, events, err := p.b.Do(p.state, c, board.Env{Now: p.now, By: "mia"})
	if err != nil {
		require.Equal(p.t, p.state, state)
		require.Empty(p.t, events)
		return err
	}
	p.state, p.trail = state, append(p.trail, events...)
	return nil
}

func (p *play) ok(commands ...board.Command) {
	p.t.Helper()
	for _, c := range commands {
		require.NoError(p.t, p.do(c))
	}
}

func (p *play) wait(d time.Duration) *play {
	p.now = p.now.Add(d)
	return p
}

func (p *play) history() *board.History {
	p.t.Helper()
	h, err := p.b.History(p.trail)
	require.NoError(p.t, err)
	return h
}

// random turns bytes into commands, three bytes each, and plays them.
func (p *play) random(data []byte, check func(board.Command, error)) {
	columns := []board.ColumnKey{"", "ideas", "ready", "draft", "waiting", "review", "live", "nowhere"}
	lanes := []board.LaneKey{"", "fast", "emea", "apac", "nowhere"}
	people := []ident.Person{"", "ana", "ben", "cem"}
	for ; len(data) >= 3; data = data[3:] {
		x, y := int(data[1]), int(data[2])
		item := task(fmt.Sprint(x % 12))
		var c board.Command
		switch data[0] % 10 {
		case 0, 1:
			c = board.Add{
				Item: item, Column: columns[y%4], Lane: lanes[y/4%5], Class: board.Class(y / 20 % 4), Person: people[y/80],
				Due: civil.MustDate(2026, 3, 1+x%28), Priority: x % 3,
			}
		case 2, 3:
			c = board.Move{Item: item, To: columns[y%8], Lane: lanes[y/8%5]}
		case 4, 5:
			c = board.Pull{To: columns[y%8], Lane: lanes[y/8%5], Person: people[y/40%4]}
		case 6:
			c = board.Block{Item: item, Reason: []string{"legal", "assets", ""}[y%3]}
		case 7:
			c = board.Unblock{Item: item}
		case 8:
			c = board.Assign{Item: item, Person: people[y%4]}
		default:
			if y%2 == 0 {
				c = board.Finish{Item: item}
			} else {
				c = board.Cancel{Item: item, Reason: "dropped"}
			}
		}
		p.now = p.now.Add(time.Duration(x*y) * 7 * time.Second)
		check(c, p.do(c))
	}
}

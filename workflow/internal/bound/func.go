package bound

import (
	"errors"
	"sort"
)

// ErrBound is the kind of every error of this package.
var ErrBound = errors.New("no bound on the time to a decision")

// Error says why there is no bound. It matches ErrBound.
type Error struct{ Reason string }

// Error returns one line.
func (e *Error) Error() string { return "time to decision: " + e.Reason }

// Unwrap returns ErrBound.
func (e *Error) Unwrap() error { return ErrBound }

// Window holds the starts examined, both included.
type Window struct{ From, To int64 }

// Func says by when a part of a process is decided that has started at an instant
// or earlier in its window. It is immutable. The zero Func has no window.
type Func struct {
	window Window
	pieces []piece
}

// piece is a Func from an instant until the next piece begins.
type piece struct {
	at     int64
	value  int64
	rising bool // by a minute each minute, else not at all
}

func (p piece) on(t int64) int64 {
	if p.rising {
		return p.value + t - p.at
	}
	return p.value
}

// Limits of a Func.
const (
	maxPieces = 1 << 20
	maxWindow = 100 * year // from the first start to the last, and from it to the last decision
	year      = 366 * 24 * 60
	maxAt     = 4_000_000_000 // about the year 9575: calendars end in 9999
)

// Identity returns the Func of nothing to decide. The error, an *Error, is that
// the window is empty, longer than 100 years or too far from now.
func Identity(w Window) (Func, error) {
	if w.From < -maxAt || w.To > maxAt || w.To < w.From || w.To-w.From > maxWindow {
		return Func{}, &Error{"the window is empty or too large"}
	}
	return Func{w, []piece{{w.From, w.From, true}}}, nil
}

// Window returns the starts examined.
func (f Func) Window() Window { return f.window }

// Pieces returns how many pieces the Func has.
func (f Func) Pieces() int { return len(f.pieces) }

// At returns by when all is decided that has started at t or earlier in the
// window. Outside the window it is the answer for the nearest start in it.
func (f Func) At(t int64) int64 {
	if len(f.pieces) == 0 {
		return t
	}
	t = min(max(t, f.window.From), f.window.To)
	return f.pieces[f.find(t)].on(t)
}

// find returns the piece of an instant of the window.
func (f Func) find(t int64) int {
	return sort.Search(len(f.pieces), func(i int) bool { return f.pieces[i].at > t }) - 1
}

// end returns the last instant of a piece.
func (f Func) end(i int) int64 {
	if i+1 < len(f.pieces) {
		return f.pieces[i+1].at - 1
	}
	return f.window.To
}

// last returns the latest value.
func (f Func) last() int64 {
	out := f.window.From
	for i, p := range f.pieces {
		out = max(out, p.on(f.end(i)))
	}
	return out
}

// Worst returns the start after which a decision takes longest, the earliest if
// there are several, and how many minutes by the clock it takes. It is where a
// piece begins, for inside none the time to go rises.
func (f Func) Worst() (start, minutes int64) {
	start = f.window.From
	for _, p := range f.pieces {
		if d := p.value - p.at; d > minutes {
			start, minutes = p.at, d
		}
	}
	return start, minutes
}

// add appends a piece, or lets the last one go on if it says the same.
func add(pieces []piece, p piece) []piece {
	if n := len(pieces); n > 0 {
		last := pieces[n-1]
		if last.rising == p.rising && last.on(p.at) == p.value {
			return pieces
		}
	}
	return append(pieces, p)
}

func (f Func) checked() (Func, error) {
	if len(f.pieces) > maxPieces {
		return Func{}, &Error{"too many pieces"}
	}
	return f, nil
}

// after returns g of f; f may be any Func whose values are in the window of g.
func (f Func) after(g Func) Func {
	out := Func{f.window, make([]piece, 0, len(f.pieces)+len(g.pieces)/4)}
	for i, p := range f.pieces {
		j := g.find(p.value)
		out.pieces = add(out.pieces, piece{p.at, g.pieces[j].on(p.value), p.rising && g.pieces[j].rising})
		if !p.rising {
			continue
		}
		high := p.on(f.end(i))
		for j++; j < len(g.pieces) && g.pieces[j].at <= high; j++ {
			q := g.pieces[j]
			out.pieces = add(out.pieces, piece{p.at + q.at - p.value, q.value, q.rising})
		}
	}
	return out
}

// rising returns the least Func that never falls and is nowhere below f.
func (f Func) rising() Func {
	out := Func{f.window, make([]piece, 0, len(f.pieces))}
	top := f.window.From
	for i, p := range f.pieces {
		high := p.on(f.end(i))
		switch {
		case p.value >= top:
			out.pieces = add(out.pieces, p)
		case high <= top:
			out.pieces = add(out.pieces, piece{p.at, top, false})
		default:
			out.pieces = add(out.pieces, piece{p.at, top, false})
			out.pieces = add(out.pieces, piece{p.at + top - p.value, top, true})
		}
		top = max(top, high)
	}
	return out
}

// Max returns the later of two decisions: both branches must end, or either
// alternative may be taken. The error, an *Error, is that the windows differ, or
// more than a million pieces.
func Max(f, g Func) (Func, error) {
	if f.window != g.window || len(f.pieces) == 0 || len(g.pieces) == 0 {
		return Func{}, &Error{"branches differ in their windows"}
	}
	out := Func{f.window, make([]piece, 0, len(f.pieces)+len(g.pieces))}
	i, j := 0, 0
	for t := f.window.From; ; {
		p, q := f.pieces[i], g.pieces[j]
		end := min(f.end(i), g.end(j))
		out.pieces = later(out.pieces, p, q, t, end)
		if end == f.window.To {
			return out.checked()
		}
		if f.end(i) == end {
			i++
		}
		if g.end(j) == end {
			j++
		}
		t = end + 1
	}
}

// later appends the later of two pieces from t to end.
func later(pieces []piece, p, q piece, t, end int64) []piece {
	a, b := p.on(t), q.on(t)
	if a < b || a == b && q.rising {
		p, q, a, b = q, p, b, a
	}
	pieces = add(pieces, piece{t, a, p.rising})
	if q.rising && !p.rising && q.on(end) > a {
		pieces = add(pieces, piece{t + a - b, a, true})
	}
	return pieces
}

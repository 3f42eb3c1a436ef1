package budgettest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// Counts are what a run came across.
type Counts map[string]int

// Run gives so many commands to books of random charts. The error says what did
// not hold, and how to come there again.
func Run(seed uint64, commands int) (Counts, error) {
	r := rand.New(rand.NewPCG(seed, 6)) //nolint:gosec // repeatable on purpose
	counts := Counts{}
	for n := 0; n < commands; {
		s, err := begin(r, counts)
		if err != nil {
			return counts, fmt.Errorf("seed %d: %w", seed, err)
		}
		for range 50 + r.IntN(400) {
			n++
			if err := s.step(); err != nil {
				return counts, fmt.Errorf("seed %d, book %d, entry %d: %w", seed, counts["books"], s.book.Entries(), err)
			}
		}
		if err := s.finish(); err != nil {
			return counts, fmt.Errorf("seed %d, book %d: %w", seed, counts["books"], err)
		}
	}
	counts["commands"] += commands
	return counts, nil
}

// session is one book and what is known of it beside.
type session struct {
	*rand.Rand
	chart   *budget.Chart
	book    *budget.Book
	keys    []budget.NodeKey
	parents map[budget.NodeKey]budget.NodeKey
	made    map[string]int
	there   map[string][]string // documents by kind
	now     time.Time
	model   model
	open    fiscal.Key // the first period open before the command
	cuts    []remembered
	counts  Counts
}

// remembered is a balance as it was known at a moment.
type remembered struct {
	cut  budget.Cut
	node budget.NodeKey
	want budget.Balance
}

func begin(r *rand.Rand, counts Counts) (*session, error) {
	c, err := budget.Compile(structure(r))
	if err != nil {
		return nil, err
	}
	counts["books"]++
	s := &session{Rand: r, chart: c, book: budget.New(c), parents: map[budget.NodeKey]budget.NodeKey{}, made: map[string]int{}, there: map[string][]string{}, counts: counts, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, n := range c.Nodes() {
		s.keys = append(s.keys, n.Key)
		s.parents[n.Key] = n.Parent
	}
	s.model = newModel(s)
	if r.IntN(5) > 0 {
		return s, s.do(budget.SetRate{Kind: budget.BudgetRate, Currency: money.USD, On: c.Horizon().First(), Units: "0.9"})
	}
	return s, nil
}

var known = []error{budget.ErrLimit, budget.ErrUnknown, budget.ErrKeyReused, budget.ErrState, budget.ErrAmount, budget.ErrRate}

func (s *session) step() error {
	s.now = s.now.Add(time.Duration(s.Int64N(int64(8 * time.Hour))))
	switch s.IntN(40) {
	case 0, 1:
		return s.batch()
	case 2:
		return s.trial()
	}
	c := s.command()
	if err := s.do(c); err != nil {
		return fmt.Errorf("%#v: %w", c, err)
	}
	return nil
}

// do carries out a command and checks what must hold after it.
func (s *session) do(c budget.Command) error {
	before, lines := s.book.Entries(), s.book.Len()
	s.open, _ = s.book.FirstOpen()
	role := ""
	_, reopens := c.(budget.ReopenPeriod)
	if s.IntN(10) == 0 || reopens && s.IntN(2) == 0 {
		role = "controller"
	}
	res := s.book.ApplyAs(role, s.now, c)[0]
	if !res.Changed && (s.book.Entries() != before || s.book.Len() != lines) {
		return errors.New("it changed nothing and left an entry or a line")
	}
	if res.Err != nil && !slices.ContainsFunc(known, func(kind error) bool { return errors.Is(res.Err, kind) }) {
		return fmt.Errorf("an error of no kind: %w", res.Err)
	}
	switch {
	case res.Err != nil:
		s.counts["refused"]++
	case !res.Changed:
		s.counts["unchanged"]++
	default:
		s.counts[fmt.Sprintf("%T", c)[len("budget."):]]++
		if kind, ref := placed(c); kind != "" {
			s.there[kind] = append(s.there[kind], ref)
		}
	}
	if err := s.model.take(s.book, lines); err != nil {
		return err
	}
	if res.Changed {
		if err := s.decided(c, res); err != nil {
			return err
		}
		again := s.book.ApplyAs(role, s.now, c)[0]
		if _, rated := c.(budget.Release); again.Changed && !rated {
			return errors.New("the same again changed something")
		}
		if again.Err != nil {
			return fmt.Errorf("the same again: %w", again.Err)
		}
	}
	if err := s.compare(c); err != nil {
		return err
	}
	if s.IntN(40) == 0 {
		node := pick(s.Rand, s.keys)
		bal, _ := s.book.Balance(node, s.chart.Horizon().First(), budget.Total)
		s.cuts = append(s.cuts, remembered{budget.Cut{Known: s.now}, node, bal})
		s.now = s.now.Add(time.Nanosecond)
	}
	return nil
}

// batch gives some commands that are kept or dropped together.
func (s *session) batch() error {
	entries, lines := s.book.Entries(), s.book.Len()
	s.open, _ = s.book.FirstOpen()
	var list []budget.Command
	for range 2 + s.IntN(6) {
		list = append(list, s.command())
	}
	before := s.balances()
	results, err := s.book.ApplyAll(s.now, list...)
	if err != nil {
		s.counts["batches refused"]++
		if s.book.Entries() != entries || s.book.Len() != lines || results != nil || !reflect.DeepEqual(before, s.balances()) {
			return fmt.Errorf("a refused batch of %#v left something: %w", list, err)
		}
		for _, c := range list { // nothing of it is remembered
			trial := s.book.Apply(s.now, c)[0]
			if _, rate := c.(budget.SetRate); !rate && errors.Is(trial.Err, budget.ErrKeyReused) { // other references are new
				return fmt.Errorf("%#v of a refused batch: %w", c, trial.Err)
			}
			if trial.Changed {
				s.counts["single"]++
			}
		}
	} else {
		s.counts["batches"]++
	}
	if err := s.model.take(s.book, lines); err != nil {
		return err
	}
	return s.compare(nil)
}

// trial gives some commands on trial, takes them back, and gives them once more: it
// must come to the same.
func (s *session) trial() error {
	s.counts["trials"]++
	lines := s.book.Len()
	s.open, _ = s.book.FirstOpen()
	var list []budget.Command
	for range 1 + s.IntN(8) {
		list = append(list, s.command())
	}
	before, cut := s.everything(), s.IntN(len(list))
	give := func() (results []budget.Result, outer, inner *budget.Trial) {
		outer = s.book.Try()
		results = s.book.Apply(s.now, list[:cut]...)
		inner = s.book.Try()
		return append(results, s.book.Apply(s.now, list[cut:]...)...), outer, inner
	}
	tried, outer, inner := give()
	var shown []string
	for _, r := range tried {
		shown = append(shown, fmt.Sprint(r.Changed, r.Findings, r.Err, r.Lines()))
	}
	if s.IntN(2) == 0 {
		inner.Keep() // it is still a part of the outer one
	}
	outer.Undo()
	inner.Undo()
	if after := s.everything(); !reflect.DeepEqual(before, after) {
		return fmt.Errorf("%#v on trial left something:\n%v\n%v", list, before, after)
	}
	again, outer, inner := give()
	outer.Keep()
	if s.IntN(2) == 0 {
		inner.Undo()
		again = append(again[:cut], s.book.Apply(s.now, list[cut:]...)...)
	}
	inner.Keep()
	for i, r := range again {
		if got := fmt.Sprint(r.Changed, r.Findings, r.Err, r.Lines()); got != shown[i] {
			return fmt.Errorf("%#v came to %s, on trial to %s", list[i], got, shown[i])
		}
	}
	if err := s.model.take(s.book, lines); err != nil {
		return err
	}
	return s.compare(nil)
}

// everything is all that a book tells of itself.
func (s *session) everything() []any {
	out := []any{s.balances(), s.book.Journal(0), s.book.LinesFrom(0), slices.Collect(s.book.Orders())}
	for _, p := range s.chart.Periods() {
		state, role, _ := s.book.PeriodState(p)
		out = append(out, state, role)
	}
	return out
}

func (s *session) balances() []budget.Balance {
	var out []budget.Balance
	for _, k := range s.keys {
		for _, w := range []budget.Window{budget.Total, budget.Year, budget.Period} {
			bal, _ := s.book.Balance(k, s.chart.Horizon().First(), w)
			out = append(out, bal)
		}
	}
	return out
}

// finish rebuilds the book from its journal in three ways and checks the chain.
func (s *session) finish() error {
	entries := s.book.Journal(0)
	text, err := json.Marshal(entries)
	if err != nil {
		return err
	}
	var read []budget.Entry
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	if err := s.rebuild("json", read); err != nil {
		return err
	}
	for _, r := range s.cuts {
		if got, _ := s.book.At(r.cut).Balance(r.node, s.chart.Horizon().First(), budget.Total); got != r.want {
			return fmt.Errorf("%s as known at %v: %+v, it was %+v", r.node, r.cut.Known, got, r.want)
		}
	}
	if err := s.figures(); err != nil {
		return err
	}
	return s.trail(entries)
}

// figures stores the balances alone and reads them back.
func (s *session) figures() error {
	data, err := s.book.Figures().MarshalBinary()
	if err != nil {
		return err
	}
	f, err := s.chart.ReadFigures(data)
	if err != nil {
		return err
	}
	for _, key := range s.keys {
		for _, p := range s.chart.Periods() {
			days, _ := s.chart.Calendar().Bounds(p)
			for _, w := range []budget.Window{budget.Total, budget.Year, budget.YTD, budget.Period} {
				want, _ := s.book.Balance(key, days.First(), w)
				if got, _ := f.Balance(key, days.First(), w); got != want {
					return fmt.Errorf("figures of %s: %+v, want %+v", key, got, want)
				}
			}
		}
	}
	return nil
}

func (s *session) rebuild(how string, entries []budget.Entry) error {
	again := budget.New(s.chart)
	for len(entries) > 0 {
		n := min(1+s.IntN(200), len(entries))
		if err := again.Replay(entries[:n]...); err != nil {
			return fmt.Errorf("%s: %w", how, err)
		}
		entries = entries[n:]
	}
	return s.equal(how, again)
}

// equal compares a rebuilt book with the book.
func (s *session) equal(how string, again *budget.Book) error {
	if again.Len() != s.book.Len() {
		return fmt.Errorf("%s: %d lines, want %d", how, again.Len(), s.book.Len())
	}
	for _, key := range s.keys {
		for _, p := range s.chart.Periods() {
			days, _ := s.chart.Calendar().Bounds(p)
			for _, w := range []budget.Window{budget.Total, budget.YTD, budget.Period} {
				want, _ := s.book.Balance(key, days.First(), w)
				if got, _ := again.Balance(key, days.First(), w); got != want {
					return fmt.Errorf("%s: %s is %+v, want %+v", how, key, got, want)
				}
			}
		}
	}
	return nil
}

// trail seals, packs, erases and verifies.
func (s *session) trail(entries []budget.Entry) error {
	var head budget.Hash
	var whole []budget.Sealed
	var back []budget.Entry
	loaded := budget.New(s.chart)
	loaded.Grow(s.IntN(100))
	for len(entries) > 0 {
		n := min(1+s.IntN(100), len(entries))
		run := budget.SealAll(head, entries[:n], func() budget.Salt { return budget.Salt{byte(len(whole)), 3} })
		p, err := budget.Pack(run)
		if err != nil {
			return err
		}
		if s.IntN(2) == 0 {
			p.Personal = nil // erased
		}
		read, err := p.Trail(head)
		if err != nil {
			return err
		}
		plain, last, err := budget.Unpack(p)
		if err != nil {
			return err
		}
		if head = run[n-1].Link.Hash; last != head {
			return errors.New("a run has another last hash")
		}
		if at, err := loaded.Load(p); err != nil || at != head {
			return fmt.Errorf("load: %w", err)
		}
		if _, err := loaded.Load(p); err == nil {
			return errors.New("a run was loaded twice")
		}
		back, whole, entries = append(back, plain...), append(whole, read...), entries[n:]
	}
	if err := budget.Verify(budget.Hash{}, whole, head); err != nil {
		return err
	}
	if len(whole) > 0 {
		at := s.IntN(len(whole))
		whole[at].Entry.At = whole[at].Entry.At.Add(1)
		if err := budget.Verify(budget.Hash{}, whole, head); !errors.Is(err, budget.ErrBroken) {
			return fmt.Errorf("a changed entry: %w", err)
		}
	}
	if err := s.equal("loaded", loaded); err != nil {
		return err
	}
	for i, e := range loaded.Journal(0) {
		if e != back[i] {
			return fmt.Errorf("entry %d was loaded as %+v, it is %+v", i+1, e, back[i])
		}
	}
	return s.rebuild("packed", back)
}

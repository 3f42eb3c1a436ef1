package durable

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/storetest"
)

// The book of the proof: a company, two teams and four lines, each with a limit that
// writers come up against: what is spent above the lines makes the upper ones bind.
var (
	bookNodes  = []budget.NodeKey{"company", "company/a", "company/b", "a/tv", "a/web", "b/tv", "b/web"}
	bookAbove  = []int{-1, 0, 0, 1, 1, 2, 2}
	bookLimits = []int64{12_00, 6_50, 5_50, 3_50, 3_00, 3_00, 2_50}
	bookDay    = civil.MustDate(2026, 1, 12)
	january    = fiscal.Key{Year: 2026, Number: 1}
)

const (
	bookName  = "2026"
	firstLine = 3 // in bookNodes
)

func eur(minor int64) money.Money { return money.Minor(minor, money.EUR) }

func bookConfig() (ledger.Config, error) {
	s := budget.Structure{Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: civil.YearOf(bookDay)}
	for i, key := range bookNodes {
		n := budget.Node{Key: key}
		if i > 0 {
			n.Parent = bookNodes[bookAbove[i]]
		}
		s.Nodes = append(s.Nodes, n)
	}
	chart, err := budget.Compile(s)
	return ledger.Config{Tenant: tenant, Name: bookName, Chart: chart, NewID: uuid.NewRandom}, err
}

// BookReport says what writers of a book went through.
type BookReport struct {
	History BookHistory `json:"-"`
	Refused int         // decisions
	Again   int         // calls that were repeated after a fault
	Crashes int         // of processes
	Lines   int
}

// Book lets many writers post to one book at once, through one ledger each process,
// while stores refuse, lose answers, lag and processes crash; it checks that what
// is stored adds up to what was answered, that the chain is whole, and that no
// decision ever went past a limit. Each store is that of a process; all hold the
// same data, and no book yet.
func Book(ctx context.Context, stores []store.Store, writers, ops int, seed uint64) (r BookReport, err error) {
	c, err := bookConfig()
	if err != nil {
		return r, err
	}
	if err := openBook(ctx, stores[0], c); err != nil {
		return r, err
	}
	procs := make([]*process, len(stores))
	for i, s := range stores {
		procs[i] = &process{config: c, store: s, rng: rand.New(rand.NewPCG(seed, uint64(1000+i)))}
	}
	start := time.Now()
	all := make([]*writer, writers)
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range all {
		w := &writer{id: i, process: procs[i%len(procs)], rng: rand.New(rand.NewPCG(seed, uint64(i))), start: start}
		all[i] = w
		wg.Go(func() { errs[i] = w.work(ctx, ops) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return r, err
	}
	var want [7]int64
	for _, w := range all {
		r.History = append(r.History, w.history...)
		r.Refused, r.Again = r.Refused+w.refused, r.Again+w.again
		for n, used := range w.used {
			want[n] += used
		}
	}
	for _, p := range procs {
		r.Crashes += p.crashes
	}
	r.Lines, err = judgeBook(ctx, stores[0], c, want)
	return r, err
}

func openBook(ctx context.Context, s store.Store, c ledger.Config) error {
	l, err := ledger.Open(ctx, s, c)
	if err != nil {
		return err
	}
	call := ledger.Call{Actor: "ivo", At: moment, All: true}
	for i, key := range bookNodes {
		call.Commands = append(call.Commands, budget.SetLimit{Node: key, Period: january, Amount: eur(bookLimits[i])})
	}
	_, err = l.Post(ctx, call)
	return err
}

// judgeBook reads the book from the store and holds it against what was answered.
func judgeBook(ctx context.Context, s store.Store, c ledger.Config, want [7]int64) (lines int, err error) {
	if _, err := ledger.Verify(ctx, s, c.Tenant, c.Name, budget.Hash{}); err != nil {
		return 0, err
	}
	b, err := ledger.Load(ctx, s, c)
	if err != nil {
		return 0, err
	}
	var used [7]int64
	for l := range b.Lines() {
		if l.Measure == budget.Limit {
			continue
		}
		for n := nodeOf(l.Node); n >= 0; n = bookAbove[n] {
			used[n] += l.Amount.Minor()
			if l.Kind == "reserve" && used[n] > bookLimits[n] {
				return 0, fmt.Errorf("durable: line %d took %s to %d, past its limit of %d", l.Seq, bookNodes[n], used[n], bookLimits[n])
			}
		}
	}
	for n, key := range bookNodes {
		bal, _ := b.Balance(key, bookDay, budget.Period)
		if held := bal.Held().Minor(); held != want[n] || used[n] != want[n] {
			return 0, fmt.Errorf("durable: %s holds %d, its lines add up to %d, answers to %d", key, held, used[n], want[n])
		}
	}
	return b.Len(), nil
}

func nodeOf(key budget.NodeKey) int {
	for i, k := range bookNodes {
		if k == key {
			return i
		}
	}
	return -1
}

// process is a program with a ledger, which may crash and start again.
type process struct {
	config  ledger.Config
	store   store.Store
	mu      sync.Mutex
	rng     *rand.Rand
	broken  *faulty
	ledger  *ledger.Ledger
	crashes int
}

// open returns the process' ledger; a new one after a crash.
func (p *process) open(ctx context.Context) (*ledger.Ledger, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.ledger == nil || p.broken.crashed() {
		if p.ledger != nil {
			p.crashes++
		}
		p.broken = newFaulty(p.store, p.rng.Uint64())
		l, err := ledger.Open(ctx, p.broken, p.config)
		if err != nil && !transient(err) {
			return nil, err
		}
		if p.ledger = l; err != nil {
			p.ledger = nil
		}
	}
	return p.ledger, nil
}

// transient reports whether the same call may be repeated.
func transient(err error) bool {
	for _, kind := range []error{store.ErrUnknownOutcome, store.ErrConflict, storetest.ErrInjected, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// writer posts to a book and notes what it was told.
type writer struct {
	id       int
	process  *process
	rng      *rand.Rand
	start    time.Time
	history  BookHistory
	held     []bookCall // reservations that stand
	spent    int64      // under the writer's own key
	records  int
	used     [7]int64
	refused  int
	again    int
	reserved int
}

// work makes so many calls.
func (w *writer) work(ctx context.Context, ops int) error {
	for range ops {
		c := w.next()
		from := time.Since(w.start)
		a, err := w.do(ctx, c)
		if err != nil {
			return fmt.Errorf("durable: writer %d: %+v: %w", w.id, c, err)
		}
		w.history = append(w.history, operation(w.id, c, a, from, time.Since(w.start)))
		w.note(c, a)
	}
	return nil
}

// next chooses a call.
func (w *writer) next() bookCall {
	node := firstLine + w.rng.IntN(len(bookNodes)-firstLine)
	switch k := w.rng.IntN(20); {
	case k < 9:
		w.reserved++
		return bookCall{kind: reserve, node: node, amount: 1 + w.rng.Int64N(60), ref: fmt.Sprint("R", w.id, "-", w.reserved)}
	case k < 14 && len(w.held) > 0:
		i := w.rng.IntN(len(w.held))
		c := w.held[i]
		w.held = append(w.held[:i], w.held[i+1:]...)
		c.kind, c.amount = release, -c.amount
		return c
	case k < 16:
		w.records++
		amount := int64(w.records%7 + 1) // another one than before
		c := bookCall{kind: spend, node: w.id % len(bookNodes), amount: amount - w.spent, total: amount, ref: fmt.Sprint("K", w.id), lines: 2}
		if w.records == 1 {
			c.lines = 1
		}
		w.spent = amount
		return c
	}
	return bookCall{kind: look}
}

// note keeps what an answer means to the writer.
func (w *writer) note(c bookCall, a bookAnswer) {
	switch {
	case a.refused:
		w.refused++
		return
	case c.kind == reserve:
		w.held = append(w.held, c)
	}
	for n := c.node; c.kind != look && n >= 0; n = bookAbove[n] {
		w.used[n] += c.amount
	}
}

// do makes a call until it is answered.
func (w *writer) do(ctx context.Context, c bookCall) (bookAnswer, error) {
	for {
		l, err := w.process.open(ctx)
		if err != nil {
			return bookAnswer{}, err
		}
		once, cancel := ctx, func() {}
		if w.rng.IntN(20) == 0 { // impatient
			once, cancel = context.WithTimeout(ctx, time.Duration(w.rng.IntN(2000))*time.Microsecond)
		}
		a, err := c.send(once, l)
		cancel()
		if err == nil || !transient(err) || ctx.Err() != nil {
			return a, err
		}
		w.again++
	}
}

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/budget"
	stored "github.com/go-marops/marops/budget/ledger"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/store/sqlitestore"
)

func budgetDuels() []duel {
	return []duel{postDuel(), durableDuel(100, 1), durableDuel(1000, 1), durableDuel(100, 8)}
}

// The chart of all: five levels, each with a limit, and sixty-four lines.
const depth, leaves = 5, 64

var postDay = civil.MustDate(2026, 1, 5)

func tallChart() (*budget.Chart, []budget.Command, error) {
	s := budget.Structure{Currency: money.EUR, Calendar: fiscal.Gregorian(time.January), Horizon: civil.YearOf(postDay)}
	var limits []budget.Command
	add := func(key, parent string, amount int64) {
		s.Nodes = append(s.Nodes, budget.Node{Key: budget.NodeKey(key), Parent: budget.NodeKey(parent)})
		limits = append(limits, budget.SetLimit{Node: budget.NodeKey(key), Period: fiscal.Key{Year: 2026, Number: 1}, Amount: money.Minor(amount, money.EUR)})
	}
	add("company", "", 1<<50)
	for i := range 4 {
		team := fmt.Sprint("t", i)
		add(team, "company", 1<<48)
		for j := range 4 {
			programme := fmt.Sprint(team, "/p", j)
			add(programme, team, 1<<46)
			for k := range 4 {
				campaign := fmt.Sprint(programme, "/c", k)
				add(campaign, programme, 1<<44)
				add("line"+strconv.Itoa(16*i+4*j+k), campaign, 1<<44)
			}
		}
	}
	c, err := budget.Compile(s)
	return c, limits, err
}

func spend(i int) budget.Record {
	return budget.Record{Key: "ads/google/7/" + strconv.Itoa(i), Node: budget.NodeKey("line" + strconv.Itoa(i%leaves)), Service: postDay, Amount: money.Minor(int64(i%50), money.EUR)}
}

// decimalLedger is what the book is for this purpose, on decimals and maps: facts
// that are idempotent by their key, checked and added up through five levels in the
// period, the year and in all.
type decimalLedger struct {
	parent map[string]string
	rows   map[string]*[3]decimalRow
	keys   map[string]int
	lines  []decimalLine
}

type decimalRow struct{ limit, actual, held decimal.Decimal }

type decimalLine struct {
	node   string
	on     civil.Date
	amount decimal.Decimal
}

func newDecimalLedger() *decimalLedger {
	c, limits, err := tallChart()
	if err != nil {
		panic(err) // a constant chart
	}
	l := &decimalLedger{parent: map[string]string{}, rows: map[string]*[3]decimalRow{}, keys: map[string]int{}}
	for _, n := range c.Nodes() {
		l.parent[string(n.Key)], l.rows[string(n.Key)] = string(n.Parent), new([3]decimalRow)
	}
	for _, c := range limits {
		s := c.(budget.SetLimit) //nolint:forcetypeassert // tallChart makes no others
		for i := range l.rows[string(s.Node)] {
			l.rows[string(s.Node)][i].limit = decimal.New(s.Amount.Minor(), -2)
		}
	}
	return l
}

func (l *decimalLedger) post(key, node string, on civil.Date, amount decimal.Decimal) (over bool) {
	if at, ok := l.keys[key]; ok && l.lines[at].amount.Equal(amount) {
		return false
	}
	for n := node; n != ""; n = l.parent[n] {
		rows := l.rows[n]
		for i := range rows {
			rows[i].actual, rows[i].held = rows[i].actual.Add(amount), rows[i].held.Add(amount)
		}
		over = over || rows[2].held.GreaterThan(rows[2].limit)
	}
	l.keys[key] = len(l.lines)
	l.lines = append(l.lines, decimalLine{node, on, amount})
	return over
}

// postDuel posts into an empty ledger, a thousand facts a call.
func postDuel() duel {
	var commands []budget.Command
	ours := func(n int) *budget.Book {
		c, limits, err := tallChart()
		if err != nil {
			panic(err) // a constant chart
		}
		b := budget.New(c)
		b.Apply(time.Unix(0, 0), limits...)
		for at := 0; at < n; at += 1000 {
			b.Apply(time.Unix(1, 0), commands[at:min(at+1000, n)]...)
		}
		return b
	}
	theirs := func(n int) *decimalLedger {
		l := newDecimalLedger()
		for i := range n {
			r := commands[i].(budget.Record) //nolint:forcetypeassert // spend makes no others
			l.post(r.Key, string(r.Node), r.Service, decimal.New(r.Amount.Minor(), -2))
		}
		return l
	}
	const n = 200_000
	return duel{
		name: "budget/post", peer: "the same ledger on maps and " + shopspring, n: n,
		check: func() error {
			for i := range n {
				commands = append(commands, spend(i))
			}
			b, l := ours(n), theirs(n)
			for node, rows := range l.rows {
				bal, _ := b.Balance(budget.NodeKey(node), postDay, budget.Total)
				if want := rows[2].actual.String(); bal.Actual.Decimal().String() != want {
					return fmt.Errorf("%s: %v and %s", node, bal.Actual, want)
				}
			}
			return nil
		},
		ours:   func(n int) { ours(n) },
		theirs: func(n int) { theirs(n) },
	}
}

// recorder keeps the batches that go through it.
type recorder struct {
	store.Store
	batches []store.Batch
}

func (r *recorder) Commit(ctx context.Context, b store.Batch) (store.Receipt, error) {
	r.batches = append(r.batches, b)
	return r.Store.Commit(ctx, b)
}

// durableDuel posts to a book on SQLite, each facts a call and commit, callers at
// once, against a loop that writes rows of the same make with the bare driver, one
// commit a call: it decides nothing, seals nothing and remembers nothing.
func durableDuel(each, callers int) duel {
	ctx := context.Background()
	var dir string
	var s *sqlitestore.Store
	var l *stored.Ledger
	var raw *rawLoop
	var patterns []store.Batch
	posted, written := 0, uint64(0)
	var commands []budget.Command // made beforehand: they are the caller's
	post := func(calls int) error {
		work := make(chan int)
		errs := make([]error, callers)
		var wg sync.WaitGroup
		for w := range callers {
			wg.Go(func() {
				for first := range work {
					if _, err := l.Post(ctx, stored.Call{Actor: "ann", At: time.Unix(1, 0), Commands: commands[first : first+each]}); err != nil {
						errs[w] = err
					}
				}
			})
		}
		for range calls {
			for len(commands) < posted+each {
				commands = append(commands, spend(len(commands)))
			}
			work <- posted
			posted += each
		}
		close(work)
		wg.Wait()
		return errors.Join(errs...)
	}
	write := func(calls int) error {
		for range calls {
			b := patterns[written%uint64(len(patterns))]
			written++
			if err := raw.appendEvent(ctx, b, written); err != nil {
				return err
			}
		}
		return nil
	}
	must := func(err error) {
		if err != nil {
			panic(err) // the check has passed
		}
	}
	open := func(s store.Store) (*stored.Ledger, error) {
		c, limits, err := tallChart()
		if err != nil {
			return nil, err
		}
		l, err := stored.Open(ctx, s, stored.Config{Tenant: "acme", Name: "2026", Chart: c, NewID: uuid.NewV7})
		if err != nil {
			return nil, err
		}
		_, err = l.Post(ctx, stored.Call{Actor: "ann", At: time.Unix(1, 0), Commands: limits})
		return l, err
	}
	n := max(20_000/each, 50)
	const runs = 24 // at the usual number of pairs, with those that warm and count
	return duel{
		name: fmt.Sprintf("budget/durable-%d-by-%d", each, callers), peer: "the same rows by the bare driver, FULL", n: n * each,
		check: func() (err error) {
			if dir, err = os.MkdirTemp("", "bench"); err != nil {
				return err
			}
			if s, err = sqlitestore.Open(ctx, filepath.Join(dir, "ours.db"), nil); err != nil {
				return err
			}
			for i := range (n*runs + 64) * each {
				commands = append(commands, spend(i))
			}
			r := &recorder{Store: s}
			if l, err = open(r); err != nil {
				return err
			}
			r.batches = nil
			if err = post(64); err != nil {
				return err
			}
			patterns = r.batches
			if callers > 1 { // several calls shared a commit: take those apart
				patterns = apart(patterns)
			}
			if raw, err = openRaw(ctx, filepath.Join(dir, "theirs.db")); err != nil {
				return err
			}
			if err = write(64); err != nil {
				return err
			}
			return sameEvents(ctx, filepath.Join(dir, "theirs.db"), patterns)
		},
		ours:   func(n int) { must(post(n / each)) },
		theirs: func(n int) { must(write(n / each)) },
		done:   func() error { return errors.Join(s.Close(), raw.db.Close(), os.RemoveAll(dir)) },
	}
}

// apart makes a batch of each event.
func apart(in []store.Batch) []store.Batch {
	var out []store.Batch
	for _, b := range in {
		for _, e := range b.Changes[0].Events {
			one := b
			one.Changes = []store.Change{b.Changes[0]}
			one.Changes[0].Events = []store.Event{e}
			out = append(out, one)
		}
	}
	return out
}

// appendEvent writes what a store writes for a batch that appends an event to a
// record, as its n-th version.
func (r *rawLoop) appendEvent(ctx context.Context, b store.Batch, n uint64) error {
	c, e := b.Changes[0], b.Changes[0].Events[0]
	b.Command = uuid.UUID{}
	binary.BigEndian.PutUint64(b.Command[:], n)
	e.ID = ident.Derive(b.Command, 1)
	steps := []error{r.exec(ctx, "BEGIN IMMEDIATE")}
	if n == 1 {
		steps = append(steps, r.exec(ctx, "INSERT INTO marops_records (tenant, kind, id, version, last, as_of, schema, state, entries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"acme", c.Ref.Kind, c.Ref.ID, n, n, 0, 0, []byte{}, []byte{}))
	} else {
		steps = append(steps, r.exec(ctx, "UPDATE marops_records SET version = ?, last = ? WHERE tenant = ? AND kind = ? AND id = ? AND version = ?", n, n, "acme", c.Ref.Kind, c.Ref.ID, n-1))
	}
	return errors.Join(append(steps, r.finish(ctx, b, e, n))...)
}

// sameEvents reads the events that the loop wrote by way of the store.
func sameEvents(ctx context.Context, path string, want []store.Batch) error {
	s, err := sqlitestore.Open(ctx, path, nil)
	if err != nil {
		return err
	}
	n := 0
	for e, err := range s.History(ctx, "acme", want[0].Changes[0].Ref, 0) {
		if err != nil {
			return errors.Join(err, s.Close())
		}
		if w := want[n].Changes[0].Events[0]; string(e.Data) != string(w.Data) || e.Type != w.Type || e.Actor != w.Actor {
			return errors.Join(fmt.Errorf("event %d differs", n), s.Close())
		}
		n++
	}
	if n != len(want) {
		return errors.Join(fmt.Errorf("%d events, want %d", n, len(want)), s.Close())
	}
	return s.Close()
}

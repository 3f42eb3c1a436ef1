package marops_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops"
	"github.com/go-marops/marops/budget"
	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/store"
	"github.com/go-marops/marops/workflow"
)

var (
	january = fiscal.Key{Year: 2026, Number: 1}
	tenth   = civil.MustDate(2026, 1, 10)
)

func eur(minor int64) money.Money { return money.Minor(minor, money.EUR) }

// world is a workspace with a clock that tests set.
type world struct {
	*marops.Workspace
	now time.Time
	ids int
}

func open(t testing.TB, s store.Store, authorize marops.Authorizer) *world {
	w := &world{now: time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)}
	require := require.New(t)
	year := civil.YearOf(tenth)
	chart, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "launch"}, {Key: "outdoor", Parent: "launch"}}})
	require.NoError(err)
	staff := workflow.Staff{Roles: map[workflow.Role][]ident.Person{"finance": {"ivo", "ida"}, "lead": {"ada"}}}
	finance := workflow.Stage{
		Key: "finance", Role: "finance", Rule: workflow.N(1), Exclude: []workflow.Exclusion{workflow.Requester}, Due: worktime.Days(2), Escalate: "lead",
	}
	process, err := workflow.Compile(workflow.Definition{Key: "spend", Name: "Spend", Managers: "lead", Flow: finance}, &staff, 0)
	require.NoError(err)
	gated, err := workflow.Compile(workflow.Definition{Key: "spend", Name: "Spend", Managers: "lead", Flow: workflow.Seq{finance, workflow.Gate{Key: "release"}}}, &staff, 0)
	require.NoError(err)
	calendar, err := worktime.Compile(worktime.MonFri("", "09:00-17:00"), year)
	require.NoError(err)
	w.Workspace, err = marops.Open(marops.Config{
		Store: s, Now: func() time.Time { return w.now }, Authorize: authorize, Staff: staff, Calendar: calendar,
		NewID: func() (uuid.UUID, error) {
			w.ids++
			return uuid.MustParse(fmt.Sprintf("01990000-0000-7000-8000-%012d", w.ids)), nil
		},
		Processes: map[string]*workflow.Process{"spend": process, "spend with a gate": gated}, Charts: map[string]*budget.Chart{"2026": chart},
	})
	require.NoError(err)
	return w
}

func request(ref string, amount money.Money) (workflow.Submit, *marops.Hold) {
	return workflow.Submit{Subject: ident.Ref{Kind: "request", ID: ref}, Amount: amount, Facets: map[workflow.Facet]workflow.Digest{"offer": "v1"}},
		&marops.Hold{Book: "2026", Reserve: budget.Reserve{Ref: ref, Node: "outdoor", Date: tenth, Amount: amount}}
}

func (w *world) balance(t testing.TB) budget.Balance {
	t.Helper()
	b, err := w.As("acme", "ada").Book(t.Context(), "2026")
	require.NoError(t, err)
	bal, ok := b.Balance("outdoor", tenth, budget.Total)
	require.True(t, ok)
	return bal
}

func TestApprovalTurnsReservationIntoOrderInOneCommit(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	ctx := t.Context()
	ben, ivo := w.As("acme", "ben"), w.As("acme", "ivo")
	_, err := ivo.PostAll(ctx, "2026", budget.SetLimit{Node: "launch", Period: january, Amount: eur(80_000_00)}, budget.SetLimit{Node: "outdoor", Period: january, Amount: eur(70_000_00)})
	require.NoError(t, err)

	s, hold := request("R1", eur(50_000_00))
	state, err := ben.Submit(ctx, "spend", s, hold)
	require.NoError(t, err)
	assert.Equal(t, workflow.StatusActive, state.Status)
	assert.Equal(t, eur(50_000_00), w.balance(t).Reserved)

	s2, hold2 := request("R2", eur(50_000_00))
	_, err = ben.Submit(ctx, "spend", s2, hold2)
	limit, ok := errors.AsType[*budget.LimitError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, budget.NodeKey("outdoor"), limit.Node)
	assert.Equal(t, eur(20_000_00), limit.Headroom)
	assert.Equal(t, eur(50_000_00), w.balance(t).Reserved, "nothing was submitted, nothing reserved")

	_, err = ben.Vote(ctx, state.Instance, workflow.Vote{Stage: "finance", Version: 1, Verdict: workflow.Approve})
	require.ErrorIs(t, err, workflow.ErrDenied, "the requester does not vote")
	state, err = ivo.Vote(ctx, state.Instance, workflow.Vote{Stage: "finance", Version: 1, Verdict: workflow.Approve})
	require.NoError(t, err)
	assert.Equal(t, workflow.StatusApproved, state.Status)
	bal := w.balance(t)
	assert.Equal(t, []money.Money{eur(0), eur(50_000_00)}, []money.Money{bal.Reserved, bal.OpenCommitment})

	var kinds []string
	for e, err := range ben.Trail(ctx, state.Instance) {
		require.NoError(t, err)
		kinds = append(kinds, e.Event.Type())
	}
	require.NoError(t, ben.VerifyTrail(ctx, state.Instance))
	assert.Contains(t, kinds, "vote.cast")
	assert.Equal(t, "concluded", kinds[len(kinds)-1])
}

// Everything that people do about an approval goes by way of a desk, and what they
// write is kept apart from the chain.
func TestPeopleAroundAnApproval(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	ctx := t.Context()
	ada, ben, ivo, zoe := w.As("acme", "ada"), w.As("acme", "ben"), w.As("acme", "ivo"), w.As("acme", "zoe")
	_, err := ada.PostAll(ctx, "2026", budget.SetLimit{Node: "launch", Period: january, Amount: eur(80_000_00)}, budget.SetLimit{Node: "outdoor", Period: january, Amount: eur(70_000_00)})
	require.NoError(t, err)
	s, hold := request("R1", eur(50_000_00))
	state, err := ben.Submit(ctx, "spend", s, hold)
	require.NoError(t, err)
	id := state.Instance

	_, err = ben.Migrate(ctx, id, "nowhere", workflow.Migrate{})
	require.ErrorIs(t, err, marops.ErrUnknown)
	_, err = ben.Migrate(ctx, id, "spend with a gate", workflow.Migrate{Reason: "conditions count from now on"})
	require.NoError(t, err)
	_, err = ben.Assign(ctx, id, workflow.Assign{Stage: "finance", Add: []ident.Person{"yan"}})
	require.ErrorIs(t, err, workflow.ErrDenied)
	state, err = ada.Assign(ctx, id, workflow.Assign{Stage: "finance", Add: []ident.Person{"yan"}, Remove: []ident.Person{"ida"}, Reason: "on leave"})
	require.NoError(t, err)
	assert.Equal(t, []ident.Person{"ivo", "yan"}, state.Stages[0].Electors())
	state, err = ben.Escalate(ctx, id, "finance", "the slot closes today")
	require.NoError(t, err)
	assert.Equal(t, []ident.Person{"ada"}, state.Stages[0].Escalated)
	_, err = ivo.Delegate(ctx, id, "zoe", w.now.AddDate(0, 0, 3))
	require.NoError(t, err)
	state, err = zoe.Vote(ctx, id, workflow.Vote{Stage: "finance", OnBehalfOf: "ivo", Version: 1, Verdict: workflow.ApproveWithChanges, Comment: "in two rates"})
	require.NoError(t, err)
	assert.Equal(t, workflow.StatusActive, state.Status, "the gate waits for the condition")
	state, err = ivo.Comment(ctx, id, workflow.Comment{Version: 1, Text: "which account?", Severity: workflow.Blocking})
	require.NoError(t, err)
	require.Len(t, state.Conditions(), 2)
	for _, c := range state.Conditions() {
		state, err = ben.Resolve(ctx, id, c.ID)
		require.NoError(t, err)
	}
	assert.Equal(t, workflow.StatusApproved, state.Status)
	assert.Equal(t, eur(50_000_00), w.balance(t).OpenCommitment)

	require.NoError(t, ben.VerifyTrail(ctx, id))
	written := 0
	for e, err := range ben.Trail(ctx, id) {
		require.NoError(t, err)
		if e.Event.Text() != "" {
			written++
			require.NotZero(t, e.Link.Salt)
		}
	}
	assert.Equal(t, 5, written)

	s, hold = request("R2", eur(1_00))
	state, err = ben.Submit(ctx, "spend", s, hold)
	require.NoError(t, err)
	state, err = ben.Recall(ctx, state.Instance, "not yet")
	require.NoError(t, err)
	assert.Equal(t, workflow.StatusDraft, state.Status)
}

func TestRejectionAndWithdrawalReleaseTheMoney(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	ctx := t.Context()
	for i, end := range []func(uuid.UUID) (workflow.State, error){
		func(id uuid.UUID) (workflow.State, error) {
			_, err := w.As("acme", "ivo").Vote(ctx, id, workflow.Vote{Stage: "finance", Version: 1, Verdict: workflow.Reject, Comment: "no"})
			require.NoError(t, err)
			return w.As("acme", "ida").Vote(ctx, id, workflow.Vote{Stage: "finance", Version: 1, Verdict: workflow.Reject, Comment: "no"})
		},
		func(id uuid.UUID) (workflow.State, error) { return w.As("acme", "ben").Withdraw(ctx, id, "not needed") },
	} {
		s, hold := request(fmt.Sprint("R", i), eur(100))
		state, err := w.As("acme", "ben").Submit(ctx, "spend", s, hold)
		require.NoError(t, err)
		assert.Equal(t, eur(100), w.balance(t).Reserved)
		_, err = end(state.Instance)
		require.NoError(t, err)
		assert.Equal(t, eur(0), w.balance(t).Reserved)
	}
}

func TestARepeatedCommandIsAppliedOnce(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	ctx := t.Context()
	key := uuid.MustParse("01990000-0000-7000-8000-00000000abcd")
	s, hold := request("R1", eur(100))
	first, err := w.As("acme", "ben").Command(key).Submit(ctx, "spend", s, hold)
	require.NoError(t, err)
	second, err := w.As("acme", "ben").Command(key).Submit(ctx, "spend", s, hold)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Equal(t, eur(100), w.balance(t).Reserved)
	other, otherHold := request("R9", eur(900))
	_, err = w.As("acme", "ben").Command(key).Submit(ctx, "spend", other, otherHold)
	require.ErrorIs(t, err, store.ErrCommandReused)
	_, err = w.As("other", "ben").Approval(ctx, first.Instance)
	require.ErrorIs(t, err, store.ErrNotFound, "another tenant sees nothing")
}

func TestTickEscalatesOnceAfterTheDeadline(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	ctx := t.Context()
	s, hold := request("R1", eur(100))
	state, err := w.As("acme", "ben").Submit(ctx, "spend", s, hold)
	require.NoError(t, err)
	moved, err := w.Tick(ctx, "acme")
	require.NoError(t, err)
	assert.Zero(t, moved)
	w.now = time.Date(2026, 1, 14, 17, 30, 0, 0, time.UTC) // two working days later
	for _, want := range []int{1, 0} {
		moved, err = w.Tick(ctx, "acme")
		require.NoError(t, err)
		assert.Equal(t, want, moved)
	}
	state, err = w.As("acme", "ben").Approval(ctx, state.Instance)
	require.NoError(t, err)
	stage, _ := state.Stage("finance")
	assert.Equal(t, []ident.Person{"ada"}, stage.Escalated)
	assert.Equal(t, workflow.StatusActive, state.Status, "silence approves nothing")
}

type deny struct{}

func (deny) Authorize(_ context.Context, _ ident.Tenant, who ident.Person, action string, _ ident.Ref) error {
	if who == "mallory" {
		return fmt.Errorf("no rule for %s", action)
	}
	return nil
}

func TestTheAuthorizerIsAsked(t *testing.T) {
	w := open(t, store.NewMemory(), deny{})
	s, hold := request("R1", eur(100))
	_, err := w.As("acme", "mallory").Submit(t.Context(), "spend", s, hold)
	require.ErrorIs(t, err, marops.ErrDenied)
	_, err = w.As("acme", "mallory").Post(t.Context(), "2026", budget.SetLimit{})
	require.ErrorIs(t, err, marops.ErrDenied)
	assert.Equal(t, eur(0), w.balance(t).Reserved)
}

func TestADeskOverAnotherStoreReadsAndWritesThere(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	ctx := t.Context()
	desk := w.As("acme", "ben")
	other := desk.In(store.NewMemory())
	s, hold := request("R1", eur(100))
	state, err := other.Submit(ctx, "spend", s, hold)
	require.NoError(t, err)

	got, err := other.Approval(ctx, state.Instance)
	require.NoError(t, err)
	assert.Equal(t, state, got)
	_, err = desk.Approval(ctx, state.Instance)
	require.ErrorIs(t, err, store.ErrNotFound)
	assert.Equal(t, eur(0), w.balance(t).Reserved)
}

func TestTreesAreStoredOnceAndChecked(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	desk := w.As("acme", "ada")
	tree := campaign.Tree{Start: tenth, Nodes: []campaign.Node{{ID: uuid.MustParse("01990000-0000-7000-8000-000000000001"), Key: "launch", Level: campaign.Campaign, Name: "Launch"}}}
	for _, want := range []bool{true, false} {
		changed, err := desk.SaveTree(t.Context(), "spring", tree)
		require.NoError(t, err)
		assert.Equal(t, want, changed)
	}
	back, err := desk.Tree(t.Context(), "spring")
	require.NoError(t, err)
	assert.Equal(t, "Launch", back.Nodes[0].Name)
	_, err = desk.SaveTree(t.Context(), "bad", campaign.Tree{Nodes: []campaign.Node{{Name: "no id"}}})
	require.Error(t, err)
	_, err = desk.Tree(t.Context(), "bad")
	require.ErrorIs(t, err, store.ErrNotFound)
}

func TestWhatIsNotKnown(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	desk := w.As("acme", "ada")
	_, err := desk.Post(t.Context(), "1999", budget.SetLimit{})
	require.ErrorIs(t, err, marops.ErrUnknown)
	_, err = desk.Submit(t.Context(), "nope", workflow.Submit{}, nil)
	require.ErrorIs(t, err, marops.ErrUnknown)
	_, err = desk.Vote(t.Context(), uuid.New(), workflow.Vote{})
	require.ErrorIs(t, err, store.ErrNotFound)
	for _, c := range []marops.Config{{}, {Store: store.NewMemory()}, {Store: store.NewMemory(), Now: time.Now}} {
		_, err := marops.Open(c)
		require.ErrorIs(t, err, marops.ErrConfig)
	}
}

// Concurrent writers to one book must not overspend it: each request fits alone,
// only some fit together.
func TestConcurrentRequestsNeverOverspend(t *testing.T) {
	w := open(t, store.NewMemory(), nil)
	ctx := t.Context()
	_, err := w.As("acme", "ivo").PostAll(ctx, "2026", budget.SetLimit{Node: "outdoor", Period: january, Amount: eur(500)})
	require.NoError(t, err)
	results := make(chan error)
	const writers = 12
	for i := range writers {
		desk := w.As("acme", ident.Person(fmt.Sprint("p", i))).Command(uuid.MustParse(fmt.Sprintf("01990000-0000-7000-8000-0000000001%02d", i)))
		go func() {
			s, hold := request(fmt.Sprint("R", i), eur(100))
			_, err := desk.Submit(ctx, "spend", s, hold)
			results <- err
		}()
	}
	var errs []error
	for range writers {
		errs = append(errs, <-results)
	}
	refused := len(slices.DeleteFunc(errs, func(err error) bool { return !errors.Is(err, budget.ErrLimit) }))
	bal := w.balance(t)
	assert.Equal(t, eur(500), bal.Reserved)
	assert.GreaterOrEqual(t, refused, 1)
	assert.Equal(t, eur(0), bal.Available)
}

// forged returns other bytes for one event of a book.
type forged struct {
	store.Store
	version uint64
}

func (f forged) History(ctx context.Context, t ident.Tenant, ref ident.Ref, after uint64) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		for e, err := range f.Store.History(ctx, t, ref, after) {
			if e.Version == f.version {
				e.Data = append([]byte{}, e.Data...)
				e.Data[len(e.Data)/2] ^= 1
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// A book is sealed: what was changed in the store shows, and so does what is missing
// at its end, if the head was kept.
func TestVerifyBook(t *testing.T) {
	memory := store.NewMemory()
	w := open(t, memory, nil)
	ctx := t.Context()
	ivo := w.As("acme", "ivo")
	_, err := ivo.VerifyBook(ctx, "2026", budget.Hash{})
	require.NoError(t, err)
	var commands []budget.Command
	for i := range 1500 { // more than one run holds
		commands = append(commands, budget.Record{Key: fmt.Sprint("k", i), Node: "outdoor", Service: tenth, Amount: eur(int64(i + 1)), Memo: "seen by Ivo"})
	}
	_, err = ivo.PostAll(ctx, "2026", commands...)
	require.NoError(t, err)
	before, err := ivo.VerifyBook(ctx, "2026", budget.Hash{})
	require.NoError(t, err)
	_, err = ivo.PostAll(ctx, "2026", budget.SetLimit{Node: "launch", Period: january, Amount: eur(80_000_00)})
	require.NoError(t, err)
	head, err := ivo.VerifyBook(ctx, "2026", budget.Hash{})
	require.NoError(t, err)
	require.NotEqual(t, before, head)
	_, err = ivo.VerifyBook(ctx, "2026", head)
	require.NoError(t, err)
	_, err = ivo.VerifyBook(ctx, "2026", before)
	require.ErrorIs(t, err, budget.ErrBroken)
	assert.Equal(t, eur(1500*1501/2), w.balance(t).Actual)
	for version := range uint64(3) {
		_, err = open(t, forged{memory, version + 1}, nil).As("acme", "ivo").VerifyBook(ctx, "2026", budget.Hash{})
		require.Error(t, err)
		require.True(t, errors.Is(err, budget.ErrBroken) || errors.Is(err, budget.ErrForm), "%v", err)
	}
}

// What the desk keeps in memory is the book as it stands, also for those who came by
// another way; reports open the figures alone.
func TestBooksInMemory(t *testing.T) {
	memory := store.NewMemory()
	w, other := open(t, memory, nil), open(t, memory, nil)
	ctx := t.Context()
	ivo := w.As("acme", "ivo")
	_, err := ivo.Post(ctx, "2026", budget.SetLimit{Node: "launch", Period: january, Amount: eur(100)}, budget.SetLimit{Node: "outdoor", Period: january, Amount: eur(100)})
	require.NoError(t, err)
	require.NoError(t, ivo.SnapshotBook(ctx, "2026"))
	reserve := budget.Reserve{Ref: "R", Node: "outdoor", Date: tenth, Amount: eur(60)}
	other.ids = 1000
	results, err := other.As("acme", "ida").Post(ctx, "2026", reserve)
	require.NoError(t, err)
	require.NoError(t, results[0].Err)
	reserve.Ref = "R2"
	results, err = ivo.Post(ctx, "2026", reserve)
	require.NoError(t, err)
	require.ErrorIs(t, results[0].Err, budget.ErrLimit, "ida was faster")
	require.NoError(t, ivo.ViewBook(ctx, "2026", func(b *budget.Book) error {
		bal, _ := b.Balance("outdoor", tenth, budget.Total)
		assert.Equal(t, eur(40), bal.Available)
		return nil
	}))
	figures, err := ivo.Figures(ctx, "2026")
	require.NoError(t, err)
	bal, _ := figures.Balance("outdoor", tenth, budget.Total)
	assert.Equal(t, eur(100), bal.Available, "as they were")
	_, err = ivo.Figures(ctx, "2027")
	require.ErrorIs(t, err, marops.ErrUnknown)

	_, err = ivo.Post(ctx, "2026", budget.SoftClosePeriod{Period: january, Role: "finance"})
	require.NoError(t, err)
	reserve.Amount = eur(1)
	results, err = ivo.Post(ctx, "2026", reserve)
	require.NoError(t, err)
	require.ErrorIs(t, results[0].Err, budget.ErrState)
	results, err = ivo.Role("finance").Post(ctx, "2026", reserve)
	require.NoError(t, err)
	require.NoError(t, results[0].Err)
	_, err = w.As("acme", "ada").Role("finance").Post(ctx, "2026", reserve)
	require.ErrorIs(t, err, marops.ErrDenied)
}

// More books than are kept in memory: each is read again when it is its turn.
func TestBooksBeyondTheMemory(t *testing.T) {
	year := civil.YearOf(tenth)
	chart, err := budget.Compile(budget.Structure{Currency: money.EUR, Horizon: year, Nodes: []budget.Node{{Key: "n"}}})
	require.NoError(t, err)
	w, err := marops.Open(marops.Config{
		Store: store.NewMemory(), Now: time.Now, NewID: uuid.NewV7, OpenBooks: 2, Charts: map[string]*budget.Chart{"a": chart, "b": chart, "c": chart},
	})
	require.NoError(t, err)
	desk := w.As("acme", "ivo")
	for round := range 3 {
		for _, name := range []string{"a", "b", "c"} {
			_, err := desk.Post(t.Context(), name, budget.Record{Key: fmt.Sprint(round), Node: "n", Service: tenth, Amount: eur(7)})
			require.NoError(t, err)
			require.NoError(t, desk.ViewBook(t.Context(), name, func(b *budget.Book) error {
				assert.Equal(t, round+1, b.Len())
				return nil
			}))
		}
	}
}

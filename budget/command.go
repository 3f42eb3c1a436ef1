package budget

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// Command is one of the structs below. A command with a Ref is idempotent: the
// same Ref and content again changes nothing, also if it was reversed since, and the
// same Ref with other content is ErrKeyReused. Each kind of command has references of
// its own. Dates name the day that matters to the budget; the
// Book derives the fiscal period.
//
// Decisions are refused where a Control blocks: Reserve, Order, Amend, Transfer,
// CarryForward and SetLimit. The others state facts or end something, and are
// only refused for what they say, never for lack of money.
type Command interface{ command() }

// SetLimit sets the limit of a node in one period, whatever transfers and carry-
// forwards made of it before. The limits of children may not exceed their parent's, if
// it has one. Cutting it below what is used is a decision that the node's controls may
// refuse; a first limit below that leaves a finding, and is zero in all other periods
// until they are set.
type SetLimit struct {
	Node   NodeKey     `json:"node"`
	Period fiscal.Key  `json:"period"`
	Amount money.Money `json:"amount"`
}

// SetPlan sets what is planned at a node itself in one period. Plans add up the
// tree: those of children come on top.
type SetPlan struct {
	Node   NodeKey     `json:"node"`
	Period fiscal.Key  `json:"period"`
	Amount money.Money `json:"amount"`
}

// SetForecast sets what a node itself is expected to spend in a period beyond what
// is ordered, accrued and spent. Forecasts add up the tree.
type SetForecast struct {
	Node   NodeKey     `json:"node"`
	Period fiscal.Key  `json:"period"`
	Amount money.Money `json:"amount"`
}

// Reserve holds money for a request until it is decided.
type Reserve struct {
	Ref    string      `json:"ref"`
	Node   NodeKey     `json:"node"`
	Date   civil.Date  `json:"date"`
	Amount money.Money `json:"amount"` // positive
	Tags   Tags        `json:"tags,omitzero"`
	Memo   string      `json:"memo,omitempty"`
}

// Release gives a reservation back: the request was withdrawn or refused. One that
// was ordered is ErrState.
type Release struct {
	Request string     `json:"request"`       // Ref of the Reserve
	Date    civil.Date `json:"date,omitzero"` // zero = that of the Reserve, as if it had never been
}

// Order commits money to a vendor. With a Request, it takes the place of that
// reservation, whatever the difference in amount. A Blanket order commits money
// that later orders, whose Under names it, call off: what they commit it no longer
// does, and what they release returns to it.
type Order struct {
	Ref       string      `json:"ref"`
	Request   string      `json:"request,omitempty"` // Ref of the Reserve it fulfils
	Under     string      `json:"under,omitempty"`   // Ref of the blanket Order it calls off; then no Request
	Blanket   bool        `json:"blanket,omitempty"`
	Node      NodeKey     `json:"node"`
	Date      civil.Date  `json:"date"`
	Amount    money.Money `json:"amount"`             // positive
	Units     int64       `json:"units,omitempty"`    // ordered, if it is for a number of things
	Match     Match       `json:"match,omitempty"`    // what its invoices are compared with
	Tolerance Tolerance   `json:"tolerance,omitzero"` // of that comparison
	Tags      Tags        `json:"tags,omitzero"`
	Memo      string      `json:"memo,omitempty"`
}

// Amend changes what an order commits in total, not below what was consumed or
// called off. What its invoices exceeded it by is covered first. More is committed in
// the order's own period, which must be open.
type Amend struct {
	Ref    string      `json:"ref"`
	Order  string      `json:"order"`
	Date   civil.Date  `json:"date"`
	Amount money.Money `json:"amount"`          // the new total, positive
	Units  int64       `json:"units,omitempty"` // the new total, if the order has them; 0 = as it was
	Memo   string      `json:"memo,omitempty"`
}

// CloseOrder releases what is still open on an order. An order that called off a
// blanket one gives it back there.
type CloseOrder struct {
	Order string     `json:"order"`
	Date  civil.Date `json:"date"`
}

// Receive records that goods or services of an order arrived. It moves no money:
// invoices of an order with Match ThreeWay are compared with it.
type Receive struct {
	Ref    string      `json:"ref"`
	Order  string      `json:"order"`
	Date   civil.Date  `json:"date"`
	Amount money.Money `json:"amount"`          // what arrived, at the order's prices; positive
	Units  int64       `json:"units,omitempty"` // if the order has them
}

// Accrue records that something was delivered and not yet invoiced, mostly on an
// order, which it relieves. Closing its period reverses it on the first day of the
// next.
type Accrue struct {
	Ref    string      `json:"ref"`
	Order  string      `json:"order,omitempty"`
	Node   NodeKey     `json:"node,omitempty"` // without an order
	Date   civil.Date  `json:"date"`
	Amount money.Money `json:"amount"` // positive
	Memo   string      `json:"memo,omitempty"`
}

// Invoice is a vendor's invoice. On an order it relieves the open commitment; the
// excess, or an invoice without an order, is new spend. What it costs is Amount
// and Tax; recoverable tax costs nothing. A credit note is negative: it names no
// order, and the invoice it Credits if it is for one. It gives back no commitment,
// and its headroom is that of its own date; its order counts as invoiced so much less.
type Invoice struct {
	Ref         string      `json:"ref"`
	Order       string      `json:"order,omitempty"`
	Credits     string      `json:"credits,omitempty"` // Ref of an Invoice
	Node        NodeKey     `json:"node,omitempty"`    // without an order
	Date        civil.Date  `json:"date"`
	Service     civil.Date  `json:"service,omitzero"` // zero = Date
	Amount      money.Money `json:"amount"`           // net
	Tax         money.Money `json:"tax,omitzero"`     // that cannot be recovered
	Recoverable money.Money `json:"recoverable,omitzero"`
	Units       int64       `json:"units,omitempty"` // if the order has them
	Tags        Tags        `json:"tags,omitzero"`   // an order's come before
	Memo        string      `json:"memo,omitempty"`
}

// Record states a fact of spend under a key of its own, such as one account,
// campaign and day of an ad platform. Recording the key again with another
// amount reverses the old line and posts a new one; with the same content it
// changes nothing.
type Record struct {
	Key         string      `json:"key"`
	Node        NodeKey     `json:"node"`
	Service     civil.Date  `json:"service"`
	Amount      money.Money `json:"amount"`
	Transaction money.Money `json:"transaction,omitzero"` // the amount before conversion, if it was converted
	Rate        string      `json:"rate,omitempty"`       // how it was converted
	Tags        Tags        `json:"tags,omitzero"`
	Memo        string      `json:"memo,omitempty"`
}

// Reverse takes back an invoice, a recorded fact or an accrual: line by line, so
// that both together are nothing. What an invoice or accrual relieved returns to
// its order, unless that is closed.
type Reverse struct {
	Ref      string     `json:"ref"`
	Document Document   `json:"document"`
	Of       string     `json:"of"` // its Ref or Key
	Date     civil.Date `json:"date"`
	Memo     string     `json:"memo,omitempty"`
}

// Transfer asks to move limit between nodes within one period, at most what there is.
// The source gives it up at once; the target gets it when the transfer is settled.
type Transfer struct {
	Ref    string      `json:"ref"`
	From   NodeKey     `json:"from"`
	To     NodeKey     `json:"to"`
	Period fiscal.Key  `json:"period"`
	Amount money.Money `json:"amount"` // positive
	Memo   string      `json:"memo,omitempty"`
}

// Settle approves or rejects a transfer. One whose period was closed meanwhile, or
// that would leave children with more than their parent, can only be rejected.
type Settle struct {
	Transfer string `json:"transfer"` // Ref of the Transfer
	Approve  bool   `json:"approve"`
}

// CarryForward moves what is left of a node's limit in one period to a later one:
// limit less reserved, open commitment, accrued and actual. With Orders, what is open
// on orders that stand at the node itself moves, too, and the limit for it: at the
// end of a year, so that their invoices find it in the next. The limits of its
// ancestors move with it. Children are carried before their parent, which may not
// keep less than they have, and all before the period is closed.
type CarryForward struct {
	Ref       string     `json:"ref"`
	Node      NodeKey    `json:"node"`
	From      fiscal.Key `json:"from"`
	To        fiscal.Key `json:"to"`
	Overspend bool       `json:"overspend,omitempty"` // carry what is missing, too
	Orders    bool       `json:"orders,omitempty"`    // carry what is open on orders, too
}

// SetRate gives a rate of exchange, in units of the book's currency for one of
// Currency. A budget rate holds from its day on until the next one; control uses
// it, and it is frozen: another for the same day is refused. A spot rate is the
// actual one of its day and up to fx.DefaultMaxGap days after; another for the same
// day takes its place for what is posted from then on.
//
// A decision in a currency without a budget rate is refused with ErrRate. A fact
// takes the spot rate in its place, and leaves a finding; without either it is
// refused, too. A fact without a spot rate counts at the budget rate, with no
// variance and a finding.
type SetRate struct {
	Kind     RateKind       `json:"kind"`
	Currency money.Currency `json:"currency"`
	On       civil.Date     `json:"on"`
	Units    string         `json:"units"` // plain digits: "0.9230"; at most 12 behind leading zeros, 14 after the point
	Source   string         `json:"source,omitempty"`
}

// Revalue restates what is open on an order of another currency at the spot rate
// of a day. Nothing else ever translates an amount again.
type Revalue struct {
	Ref   string     `json:"ref"`
	Order string     `json:"order"`
	Date  civil.Date `json:"date"`
}

// SoftClosePeriod leaves a period open to one role alone, which may also end that. Facts of others post in
// the first period that is open to them, and their decisions are refused.
type SoftClosePeriod struct {
	Period fiscal.Key `json:"period"`
	Role   string     `json:"role"`
}

// ReopenPeriod opens a soft-closed period to all.
type ReopenPeriod struct {
	Period fiscal.Key `json:"period"`
}

// ClosePeriod closes the first period that is not closed. Its accruals are
// reversed on the first day of the next. Later facts for it post in the first open
// period.
type ClosePeriod struct {
	Period fiscal.Key `json:"period"`
}

func (SetLimit) command()        {}
func (SetPlan) command()         {}
func (SetForecast) command()     {}
func (SetRate) command()         {}
func (Reserve) command()         {}
func (Release) command()         {}
func (Order) command()           {}
func (Amend) command()           {}
func (CloseOrder) command()      {}
func (Receive) command()         {}
func (Accrue) command()          {}
func (Invoice) command()         {}
func (Record) command()          {}
func (Reverse) command()         {}
func (Transfer) command()        {}
func (Settle) command()          {}
func (CarryForward) command()    {}
func (Revalue) command()         {}
func (SoftClosePeriod) command() {}
func (ReopenPeriod) command()    {}
func (ClosePeriod) command()     {}

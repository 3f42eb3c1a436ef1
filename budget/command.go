package budget

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/money"
)

// Command is one of the structs below. A command with a Ref is idempotent: the
// same Ref and content again changes nothing, and the same Ref with other
// content is ErrKeyReused. Dates name the day that matters to the budget; the
// Book derives the fiscal period.
type Command interface{ kind() string }

// SetLimit sets the limit of a node in one period. The limits of children may
// not exceed their parent's, if it has one. Setting it below what is used is a
// decision that the node's controls may refuse.
type SetLimit struct {
	Node   NodeKey     `json:"node"`
	Period fiscal.Key  `json:"period"`
	Amount money.Money `json:"amount"`
}

// SetPlan sets the planned spend of a node in one period. Plans add up the tree.
type SetPlan struct {
	Node   NodeKey     `json:"node"`
	Period fiscal.Key  `json:"period"`
	Amount money.Money `json:"amount"`
}

// SetForecast sets what a node is expected to spend in a period beyond what is
// reserved, ordered, accrued and spent. Forecasts add up the tree.
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
	Memo   string      `json:"memo,omitempty"`
}

// Release gives a reservation back: the request was withdrawn or refused.
type Release struct {
	Request string `json:"request"` // Ref of the Reserve
}

// Order commits money to a vendor. With a Request, it takes the place of that
// reservation, whatever the difference in amount.
type Order struct {
	Ref     string      `json:"ref"`
	Request string      `json:"request,omitempty"` // Ref of the Reserve it fulfils
	Node    NodeKey     `json:"node"`
	Date    civil.Date  `json:"date"`
	Amount  money.Money `json:"amount"` // positive
	Vendor  string      `json:"vendor,omitempty"`
	Memo    string      `json:"memo,omitempty"`
}

// CloseOrder releases what is still open on an order.
type CloseOrder struct {
	Order string     `json:"order"`
	Date  civil.Date `json:"date"`
}

// Accrue records that an order was partly delivered and not yet invoiced. It
// relieves the order. Closing its period reverses it on the first day of the
// next.
type Accrue struct {
	Ref    string      `json:"ref"`
	Order  string      `json:"order"`
	Date   civil.Date  `json:"date"`
	Amount money.Money `json:"amount"` // positive
}

// Invoice is a vendor's invoice. On an order it relieves the open commitment;
// the excess, or an invoice without an order, is new spend. Amount is net plus
// non-recoverable tax; a credit note is negative and needs no order.
type Invoice struct {
	Ref     string      `json:"ref"`
	Order   string      `json:"order,omitempty"`
	Node    NodeKey     `json:"node,omitempty"` // without an order
	Date    civil.Date  `json:"date"`
	Service civil.Date  `json:"service,omitzero"` // zero = Date
	Amount  money.Money `json:"amount"`
	Memo    string      `json:"memo,omitempty"`
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
	Memo        string      `json:"memo,omitempty"`
}

// Transfer asks to move limit between nodes within one period. The source gives
// it up at once; the target gets it when the transfer is settled.
type Transfer struct {
	Ref    string      `json:"ref"`
	From   NodeKey     `json:"from"`
	To     NodeKey     `json:"to"`
	Period fiscal.Key  `json:"period"`
	Amount money.Money `json:"amount"` // positive
}

// Settle approves or rejects a transfer.
type Settle struct {
	Transfer string `json:"transfer"` // Ref of the Transfer
	Approve  bool   `json:"approve"`
}

// ClosePeriod closes the first open period. Its accruals are reversed on the
// first day of the next. Later facts for it post in the first open period.
type ClosePeriod struct {
	Period fiscal.Key `json:"period"`
}

func (SetLimit) kind() string    { return "set-limit" }
func (SetPlan) kind() string     { return "set-plan" }
func (SetForecast) kind() string { return "set-forecast" }
func (Reserve) kind() string     { return "reserve" }
func (Release) kind() string     { return "release" }
func (Order) kind() string       { return "order" }
func (CloseOrder) kind() string  { return "close-order" }
func (Accrue) kind() string      { return "accrue" }
func (Invoice) kind() string     { return "invoice" }
func (Record) kind() string      { return "record" }
func (Transfer) kind() string    { return "transfer" }
func (Settle) kind() string      { return "settle" }
func (ClosePeriod) kind() string { return "close-period" }

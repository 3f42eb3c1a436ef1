package budget

import (
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Document names what a Reverse takes back.
type Document uint8

// The documents.
const (
	InvoiceDocument Document = iota
	RecordDocument
	AccrualDocument
)

var documentNames = [...]string{"invoice", "record", "accrual"}

// String returns the lower-case name.
func (d Document) String() string { return name(documentNames[:], int(d)) }

// MarshalText writes the name.
func (d Document) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the name.
func (d *Document) UnmarshalText(text []byte) error { return parse(d, documentNames[:], text) }

// What the book remembers of documents. Entry is the number of the one that made
// it, line the index of its line.
type (
	request struct {
		entry, line   int32
		done, ordered bool
	}
	order struct {
		entry                       int32
		node, period                int32
		tags                        int32
		under                       int32 // blanket order; -1 = none
		date                        civil.Date
		currency                    money.Currency
		ordered, consumed, released int64 // of the transaction currency; what is left is open
		openTxn, open               int64 // of the transaction and of the book currency
		received                    int64 // of the transaction currency
		invoiced                    int64
		units                       int64 // ordered; 0 = it has none
		unitsReceived               int64
		unitsInvoiced               int64
		excess                      int64 // of invoices over what they relieved, in the order's currency
		blanket, closed             bool
		accruals                    []int32 // not all of them open
		invoices                    []int32
		lastMoved                   civil.Date
	}
	accrual struct {
		entry, order int32 // order -1 = none
		period       int32 // of posting
		line         int32 // index of its Accrued line
		amount       int64 // of that, in its own currency
		relieved     int64
		relievedTxn  int64
		reversed     bool
	}
	invoice struct {
		entry, order          int32 // order -1 = none
		first, last           int32 // its lines of Actual and FXVariance
		relieved, relievedTxn int64
		excess                int64 // over what it relieved, in the order's currency
		credited              int64
		creditedBook          int64 // of what stands as Actual
		reversed              bool
	}
	recorded struct {
		entry       int32
		first, last int32
		reversed    bool
	}
	act struct{ entry int32 } // a command with a reference and nothing to remember
)

func (o *order) add(open, openTxn int64) { o.open, o.openTxn = o.open+open, o.openTxn+openTxn }

// act checks the reference of a command that is remembered as done, no more.
func (b *Book) act(what, key string) error {
	if err := ref(what, key); err != nil {
		return err
	}
	if at := b.acts.find(what + "\x00" + key); at >= 0 {
		return b.again(what, key, b.acts.items[at].entry)
	}
	return nil
}

// did remembers it.
func (b *Book) did(what, key string) { b.acts.add(what+"\x00"+key, act{entry: b.entry()}) }

func (b *Book) reserve(c *Reserve) error {
	if err := ref("request", c.Ref); err != nil {
		return err
	}
	if at := b.requests.find(c.Ref); at >= 0 {
		return b.again("request", c.Ref, b.requests.items[at].entry)
	}
	n, p, in, err := b.asks("request", c.Ref, c.Node, c.Date, c.Amount, Requests)
	if err != nil {
		return err
	}
	l := posting{doc: b.entry(), node: n, measure: Reserved, posted: c.Date, period: p, service: c.Date, amount: in.amount, tags: b.tagsOf(c.Tags, n)}
	b.requests.add(c.Ref, request{entry: b.entry(), line: int32(len(b.lines))}) //nolint:gosec // see post
	return b.postIn(l, in.foreign)
}

// postIn posts a line with what it has of another currency.
func (b *Book) postIn(l posting, f foreign) error {
	if f != (foreign{}) {
		l.foreign = b.abroad(f)
	}
	return b.post(l)
}

func (b *Book) release(c Release) error {
	at := b.requests.find(c.Request)
	if at < 0 {
		return fmt.Errorf("request %.255q: %w", c.Request, ErrUnknown)
	}
	if r := &b.requests.items[at]; r.ordered {
		return fmt.Errorf("request %s: %w: it was ordered", c.Request, ErrState)
	} else if r.done {
		return errUnchanged
	}
	date := c.Date
	if date.IsZero() {
		date = b.lines[b.requests.items[at].line].posted
	}
	if _, err := b.on(date); err != nil {
		return fmt.Errorf("request %s: %w", c.Request, err)
	}
	return b.unreserve(at, date)
}

// unreserve takes a reservation back where it stands.
func (b *Book) unreserve(at int32, posted civil.Date) error {
	r := b.requests.edit(at)
	r.done = true
	l := b.lines[r.line]
	return b.mirror(l, int(r.line)+1, posted, l.period)
}

func (b *Book) order(c *Order) error {
	if err := ref("order", c.Ref); err != nil {
		return err
	}
	if at := b.orders.find(c.Ref); at >= 0 {
		return b.again("order", c.Ref, b.orders.items[at].entry)
	}
	if c.Match > ThreeWay || !c.Tolerance.valid(c.Amount.Currency()) || c.Units < 0 || c.Units >= maxGross || c.Blanket && c.Under != "" || c.Request != "" && c.Under != "" {
		return fmt.Errorf("order %s: %w: its match, tolerance, units or blanket order", c.Ref, ErrState)
	}
	n, p, in, err := b.asks("order", c.Ref, c.Node, c.Date, c.Amount, Orders)
	if err != nil {
		return err
	}
	under := int32(-1)
	if c.Request != "" {
		switch at := b.requests.find(c.Request); {
		case at < 0:
			return fmt.Errorf("request %.255q: %w", c.Request, ErrUnknown)
		case b.requests.items[at].done:
			return fmt.Errorf("request %s: %w: it was released or ordered", c.Request, ErrState)
		default:
			b.requests.edit(at).ordered = true
			err = b.unreserve(at, c.Date)
		}
	}
	if c.Under != "" {
		under, err = b.callOff(c)
	}
	if err != nil {
		return err
	}
	o := order{
		entry: b.entry(), node: n, period: p, tags: b.tagsOf(c.Tags, n), under: under, date: c.Date, currency: c.Amount.Currency(),
		ordered: c.Amount.Minor(), openTxn: c.Amount.Minor(), open: in.amount, units: c.Units, blanket: c.Blanket, lastMoved: c.Date,
	}
	b.orders.add(c.Ref, o)
	l := posting{doc: b.entry(), node: n, measure: OpenCommitment, posted: c.Date, period: p, service: c.Date, amount: in.amount, tags: o.tags}
	return b.postIn(l, in.foreign)
}

// callOff takes what an order commits out of its blanket order.
func (b *Book) callOff(c *Order) (int32, error) {
	at, o, err := b.findOrder(c.Under)
	if err != nil {
		return 0, err
	}
	switch {
	case !o.blanket || o.closed:
		return 0, fmt.Errorf("order %s: %w: it is closed or no blanket order", c.Under, ErrState)
	case o.currency != c.Amount.Currency() || c.Amount.Minor() > o.openTxn:
		return 0, fmt.Errorf("order %s: %v %w: %v is left of blanket order %s", c.Ref, c.Amount, ErrAmount, money.Minor(o.openTxn, o.currency), c.Under)
	}
	return at, b.consume(at, part(o, c.Amount.Minor()), c.Amount.Minor(), b.entry(), c.Date)
}

func (b *Book) findOrder(key string) (int32, *order, error) {
	at := b.orders.find(key)
	if at < 0 {
		return 0, nil, fmt.Errorf("order %.255q: %w", key, ErrUnknown)
	}
	return at, &b.orders.items[at], nil
}

func (b *Book) amend(c *Amend) error {
	if err := b.act("amendment", c.Ref); err != nil {
		return err
	}
	at, o, err := b.findOrder(c.Order)
	if err != nil {
		return err
	}
	used := o.ordered - o.openTxn
	switch {
	case o.closed:
		return fmt.Errorf("order %s: %w: it is closed", c.Order, ErrState)
	case c.Units < 0 || c.Units >= maxGross || c.Units > 0 && o.units == 0:
		return fmt.Errorf("amendment %s: %w: order %s has no units, or they are none", c.Ref, ErrState, c.Order)
	case c.Amount.Currency() != o.currency || c.Amount.Sign() <= 0 || c.Amount.Minor() < used || c.Amount.Minor() >= maxGross:
		return fmt.Errorf("amendment %s: %v %w: %v of order %s is consumed", c.Ref, c.Amount, ErrAmount, money.Minor(used, o.currency), c.Order)
	}
	if _, err := b.openOn(c.Date); err != nil {
		return err
	}
	b.now.decision = Orders
	change := c.Amount.Minor() - o.ordered
	if change > 0 { // more is committed where the order stands
		if err := b.open(int(o.period)); err != nil {
			return fmt.Errorf("amendment %s: %w", c.Ref, err)
		}
	}
	b.did("amendment", c.Ref)
	if c.Units > 0 {
		b.orders.edit(at).units = c.Units
	}
	if change == 0 {
		return nil
	}
	amount := -part(o, -change)
	if change > 0 {
		in, err := b.convert("amendment", c.Ref, money.Minor(change, o.currency), c.Date)
		if err != nil {
			return err
		}
		amount = in.amount
	}
	b.orders.edit(at).ordered += change
	if under := o.under; under >= 0 { // a blanket order's money moves with it
		blanket := &b.orders.items[under]
		if change > blanket.openTxn || blanket.closed && change > 0 {
			return fmt.Errorf("amendment %s: %v %w: %v is left of its blanket order", c.Ref, c.Amount, ErrAmount, money.Minor(blanket.openTxn, o.currency))
		}
		moved := amount
		if change > 0 {
			moved = part(blanket, change)
		}
		if err := b.consume(under, moved, change, b.entry(), c.Date); err != nil {
			return err
		}
	}
	if err := b.relieve(at, -amount, -change, b.entry(), c.Date); err != nil {
		return err
	}
	return b.cover(at, c.Date)
}

func (b *Book) closeOrder(c CloseOrder) error {
	at, o, err := b.findOrder(c.Order)
	if err != nil {
		return err
	}
	if o.closed {
		return errUnchanged
	}
	amount, txn, under, doc := o.open, o.openTxn, o.under, o.entry
	date := c.Date
	if date.IsZero() {
		date = o.date
	}
	if _, err := b.on(date); err != nil {
		return fmt.Errorf("order %s: %w", c.Order, err)
	}
	if err := b.relieve(at, amount, txn, doc, date); err != nil {
		return err
	}
	o = b.orders.edit(at)
	o.closed = true
	o.released += txn
	if under >= 0 && !b.orders.items[under].closed && txn > 0 {
		return b.consume(under, -amount, -txn, doc, date)
	}
	return nil
}

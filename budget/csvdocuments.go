package budget

import (
	"io"
	"strconv"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

// ReadOrders reads purchase orders from a CSV file with the columns order, node,
// date and amount. These may be there, too, and any of their cells may be empty:
//
//	currency                                          a code; empty = the book's
//	units                                             a whole number
//	match                                             order, two-way or three-way; empty = order
//	request                                           the request that the order fulfils
//	under                                             the blanket order that it calls off; then no request
//	blanket                                           yes or no; empty = no
//	channel, category, region, cost centre, vendor    its tags
//	memo
//
// Name is used in errors.
func ReadOrders(r io.Reader, name string, chart *Chart) ([]Command, error) {
	rows, err := table.Read(r, name, []string{"order"}, "order", "node", "date", "amount")
	if err != nil {
		return nil, err
	}
	var orders []Command
	for _, row := range rows {
		c := chart.currencyCell(row)
		o := Order{
			Ref: row.Name("order"), Request: row.Text("request"), Under: row.Text("under"), Blanket: blanketCell(row),
			Node: chart.nodeCell(row), Date: chart.dateCell(row), Amount: row.Amount("amount", c), Units: unitsCell(row), Tags: tagCells(row), Memo: row.Text("memo"),
		}
		if o.Amount.Sign() <= 0 {
			row.Fail("amount", "%s is not positive", row.Text("amount"))
		}
		if match := row.Text("match"); match != "" {
			if err := o.Match.UnmarshalText([]byte(match)); err != nil {
				row.Fail("match", "%v", err)
			}
		}
		switch {
		case o.Under != "" && o.Request != "":
			row.Fail("under", "order %q calls off %q, so it fulfils no request", o.Ref, o.Under)
		case o.Under != "" && o.Blanket:
			row.Fail("blanket", "order %q calls off %q, so it is no blanket order", o.Ref, o.Under)
		}
		if orders = append(orders, o); row.Err() != nil {
			return nil, row.Err()
		}
	}
	return orders, nil
}

// ReadInvoices reads invoices from a CSV file with the columns invoice, order, node,
// date, service and amount. Either the order, which must be among the given ones, or
// the node is filled in; a node beside an order must be that order's. An empty
// service is the date, and it may lie outside the horizon. These columns may be
// there, too, and any of their cells may be empty:
//
//	currency                                          a code; empty = the book's
//	tax, recoverable                                  amounts in that currency
//	units                                             a whole number
//	credits                                           the invoice that it is a credit note for; then no order, and the node may be left out
//	channel, category, region, cost centre, vendor    its tags
//	memo
//
// Name is used in errors.
func ReadInvoices(r io.Reader, name string, chart *Chart, orders []Command) ([]Command, error) {
	rows, err := table.Read(r, name, []string{"invoice"}, "invoice", "order", "node", "date", "service", "amount")
	if err != nil {
		return nil, err
	}
	known := make(map[string]NodeKey, len(orders))
	for _, c := range orders {
		if o, ok := c.(Order); ok {
			known[o.Ref] = o.Node
		}
	}
	var invoices []Command
	for _, row := range rows {
		c := chart.currencyCell(row)
		in := Invoice{
			Ref: row.Name("invoice"), Order: row.Text("order"), Credits: row.Text("credits"), Date: chart.dateCell(row),
			Amount: row.Amount("amount", c), Tax: amountCell(row, "tax", c), Recoverable: amountCell(row, "recoverable", c),
			Units: unitsCell(row), Tags: tagCells(row), Memo: row.Text("memo"),
		}
		if row.Text("service") != "" {
			in.Service = row.Date("service")
		}
		chart.invoiceNode(row, &in, known)
		if invoices = append(invoices, in); row.Err() != nil {
			return nil, row.Err()
		}
	}
	return invoices, nil
}

// invoiceNode says where an invoice stands, and checks what its row says of that.
func (c *Chart) invoiceNode(row *table.Row, in *Invoice, orders map[string]NodeKey) {
	switch node := NodeKey(row.Text("node")); {
	case in.Order != "":
		of, ok := orders[in.Order]
		switch {
		case !ok:
			row.Fail("order", "%q is not among the orders", in.Order)
		case node != "" && node != of:
			row.Fail("node", "%q is not the node of order %q: it is on %q", node, in.Order, of)
		case in.Credits != "":
			row.Fail("credits", "a credit note names no order")
		}
	case in.Credits == "" || node != "":
		in.Node = c.nodeCell(row)
	}
}

// dateCell reads a day within the horizon.
func (c *Chart) dateCell(row *table.Row) civil.Date {
	day := row.Date("date")
	if row.Err() == nil && c.days.on(day) < 0 {
		row.Fail("date", "%v is outside the budget's horizon %v", day, c.Horizon())
	}
	return day
}

func (c *Chart) nodeCell(row *table.Row) NodeKey {
	key := NodeKey(row.Text("node"))
	if _, ok := c.index[key]; !ok {
		row.Fail("node", "%q is not in the budget", key)
	}
	return key
}

// currencyCell reads a currency that may be left out.
func (c *Chart) currencyCell(row *table.Row) money.Currency {
	code := row.Text("currency")
	if code == "" {
		return c.Currency()
	}
	currency, err := money.ParseCurrency(code)
	if err != nil {
		row.Fail("currency", "%v", err)
	}
	return currency
}

// amountCell reads an amount that may be left out.
func amountCell(row *table.Row, column string, c money.Currency) money.Money {
	if row.Text(column) == "" {
		return money.Money{}
	}
	return row.Amount(column, c)
}

// unitsCell reads a number of things that may be left out.
func unitsCell(row *table.Row) int64 {
	text := row.Text("units")
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n >= maxGross {
		row.Fail("units", "%.40q is not a number of things", text)
	}
	return n
}

func blanketCell(row *table.Row) bool {
	switch text := row.Text("blanket"); text {
	case "yes":
		return true
	case "", "no":
	default:
		row.Fail("blanket", "%.40q: want yes or no", text)
	}
	return false
}

func tagCells(row *table.Row) Tags {
	return Tags{
		Channel: row.Text(dimensionNames[Channel]), Category: row.Text(dimensionNames[Category]), Region: row.Text(dimensionNames[Region]),
		CostCentre: row.Text(dimensionNames[CostCentre]), Vendor: row.Text(dimensionNames[Vendor]),
	}
}

package budget

import (
	"io"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/fiscal"
	"github.com/go-marops/marops/internal/table"
	"github.com/go-marops/marops/money"
)

// ErrFile is the kind of every error about the content of a file that this
// package reads; it names file, row and column.
var ErrFile = table.ErrTable

// ReadPlan reads a budget from a CSV file with the columns node, parent, name,
// period and limit: one row per node and fiscal period, a parent before its
// children. It returns the nodes and the limits. Name is used in errors.
func ReadPlan(r io.Reader, name string, c money.Currency) (nodes []Node, limits []Command, err error) {
	rows, err := table.Read(r, name, []string{"node", "period"}, "node", "parent", "name", "period", "limit")
	if err != nil {
		return nil, nil, err
	}
	known := map[string]bool{}
	left := make(map[place]money.Money)
	for _, row := range rows {
		key := row.Name("node")
		if !known[key] {
			if parent := row.Text("parent"); parent != "" && !known[parent] {
				row.Fail("parent", "%q is not a node of the rows before", parent)
			}
			known[key] = true
			nodes = append(nodes, Node{Key: NodeKey(key), Parent: NodeKey(row.Text("parent")), Name: row.Text("name")})
		}
		period, err := fiscal.ParseKey(row.Text("period"))
		if err != nil {
			row.Fail("period", "%v", err)
		}
		limit := SetLimit{Node: NodeKey(key), Period: period, Amount: row.Amount("limit", c)}
		if limit.Amount.Sign() < 0 {
			row.Fail("limit", "%v is negative", limit.Amount)
		}
		limits = append(limits, limit)
		allocate(row, left, limit, row.Text("parent"))
		if row.Err() != nil {
			return nil, nil, row.Err()
		}
	}
	return nodes, limits, nil
}

// place is a node in a period.
type place struct {
	node   string
	period fiscal.Key
}

// allocate takes a limit out of what its parent has left in the period.
func allocate(row *table.Row, left map[place]money.Money, limit SetLimit, parent string) {
	left[place{string(limit.Node), limit.Period}] = limit.Amount
	above := place{parent, limit.Period}
	rest, limited := left[above]
	if !limited {
		return
	}
	rest, err := rest.Sub(limit.Amount)
	if err != nil || rest.Sign() < 0 {
		row.Fail("limit", "%v is more than %q has left for its nodes in %v", limit.Amount, parent, limit.Period)
	}
	left[above] = rest
}

// ReadOrders reads purchase orders from a CSV file with the columns order, node,
// date, amount, vendor and memo. Name is used in errors.
func ReadOrders(r io.Reader, name string, chart *Chart) ([]Command, error) {
	rows, err := table.Read(r, name, []string{"order"}, "order", "node", "date", "amount", "vendor", "memo")
	if err != nil {
		return nil, err
	}
	var orders []Command
	for _, row := range rows {
		o := Order{
			Ref: row.Name("order"), Node: chart.nodeCell(row), Date: chart.dayCell(row, "date"), Amount: row.Amount("amount", chart.Currency()), Tags: Tags{Vendor: row.Text("vendor")}, Memo: row.Text("memo"),
		}
		orders = append(orders, o)
		if o.Amount.Sign() <= 0 {
			row.Fail("amount", "%s is not positive", row.Text("amount"))
		}
		if row.Err() != nil {
			return nil, row.Err()
		}
	}
	return orders, nil
}

// ReadInvoices reads invoices from a CSV file with the columns invoice, order,
// node, date, service and amount: either the order, which must be among the
// given ones, or the node is filled in. Name is used in errors.
func ReadInvoices(r io.Reader, name string, chart *Chart, orders []Command) ([]Command, error) {
	rows, err := table.Read(r, name, []string{"invoice"}, "invoice", "order", "node", "date", "service", "amount")
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool, len(orders))
	for _, c := range orders {
		if o, ok := c.(Order); ok {
			known[o.Ref] = true
		}
	}
	var invoices []Command
	for _, row := range rows {
		in := Invoice{Ref: row.Name("invoice"), Date: chart.dayCell(row, "date"), Service: chart.dayCell(row, "service"), Amount: row.Amount("amount", chart.Currency())}
		if row.Text("order") == "" {
			in.Node = chart.nodeCell(row)
		} else if in.Order = row.Text("order"); !known[in.Order] {
			row.Fail("order", "%q is not among the orders", in.Order)
		}
		if invoices = append(invoices, in); row.Err() != nil {
			return nil, row.Err()
		}
	}
	return invoices, nil
}

// dayCell reads a day within the horizon.
func (c *Chart) dayCell(row *table.Row, column string) civil.Date {
	day := row.Date(column)
	if row.Err() == nil && c.period(c.structure.Calendar.PeriodOf(day)) < 0 {
		row.Fail(column, "%v is outside the budget's horizon %v", day, c.structure.Horizon)
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

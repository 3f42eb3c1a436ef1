package budget

import (
	"io"
	"slices"

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
	var keys []string
	for _, row := range rows {
		key := row.Name("node")
		if !slices.Contains(keys, key) {
			if parent := row.Text("parent"); parent != "" && !slices.Contains(keys, parent) {
				row.Fail("parent", "%q is not a node of the rows before", parent)
			}
			keys = append(keys, key)
			nodes = append(nodes, Node{Key: NodeKey(key), Parent: NodeKey(row.Text("parent")), Name: row.Text("name")})
		}
		period, err := fiscal.ParseKey(row.Text("period"))
		if err != nil {
			row.Fail("period", "%v", err)
		}
		limits = append(limits, SetLimit{Node: NodeKey(key), Period: period, Amount: row.Amount("limit", c)})
		if row.Err() != nil {
			return nil, nil, row.Err()
		}
	}
	return nodes, limits, nil
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
		orders = append(orders, Order{
			Ref: row.Name("order"), Node: chart.nodeCell(row), Date: row.Date("date"), Amount: row.Amount("amount", chart.Currency()), Vendor: row.Text("vendor"), Memo: row.Text("memo"),
		})
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
	var known []string
	for _, c := range orders {
		if o, ok := c.(Order); ok {
			known = append(known, o.Ref)
		}
	}
	var invoices []Command
	for _, row := range rows {
		in := Invoice{Ref: row.Name("invoice"), Date: row.Date("date"), Service: row.Date("service"), Amount: row.Amount("amount", chart.Currency())}
		if row.Text("order") == "" {
			in.Node = chart.nodeCell(row)
		} else if in.Order = row.Text("order"); !slices.Contains(known, in.Order) {
			row.Fail("order", "%q is not among the orders", in.Order)
		}
		if invoices = append(invoices, in); row.Err() != nil {
			return nil, row.Err()
		}
	}
	return invoices, nil
}

func (c *Chart) nodeCell(row *table.Row) NodeKey {
	key := NodeKey(row.Text("node"))
	if _, ok := c.index[key]; !ok {
		row.Fail("node", "%q is not in the budget", key)
	}
	return key
}

package fx

import (
	"fmt"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Book holds at most one table of every kind, so that what is booked, averaged and
// planned asks one value. It is immutable and safe for concurrent use.
type Book struct {
	tables [len(kindNames)]*Table
}

// NewBook returns a book of tables of different kinds; two of one kind give
// ErrSyntax.
func NewBook(tables ...*Table) (*Book, error) {
	b := new(Book)
	for _, t := range tables {
		if b.tables[t.kind] != nil {
			return nil, fmt.Errorf("book: two tables of kind %v: %w", t.kind, ErrSyntax)
		}
		b.tables[t.kind] = t
	}
	return b, nil
}

// Table returns the table of a kind, or an error matching ErrNoRate.
func (b *Book) Table(kind Kind) (*Table, error) {
	if int(kind) >= len(b.tables) || b.tables[kind] == nil {
		return nil, fmt.Errorf("book: %w of kind %v", ErrNoRate, kind)
	}
	return b.tables[kind], nil
}

// Convert is Table.Convert with the table of a kind.
func (b *Book) Convert(kind Kind, m money.Money, to money.Currency, on civil.Date, mode money.Rounding) (money.Money, Conversion, error) {
	t, err := b.Table(kind)
	if err != nil {
		return money.Money{}, Conversion{}, err
	}
	return t.Convert(m, to, on, mode)
}

// ConvertPrice is Table.ConvertPrice with the table of a kind.
func (b *Book) ConvertPrice(kind Kind, p money.Price, to money.Currency, on civil.Date, mode money.Rounding) (money.Price, Conversion, error) {
	t, err := b.Table(kind)
	if err != nil {
		return money.Price{}, Conversion{}, err
	}
	return t.ConvertPrice(p, to, on, mode)
}

package budget

import (
	"fmt"
	"unicode/utf8"

	"github.com/go-marops/marops/money"
)

// maxText bounds what a person writes in a command, so that every command can be
// stored.
const maxText = 16 << 10

// sound refuses what could not be stored and come back the same: texts that are not
// UTF-8 or too long, amounts beyond what a book holds, and amounts without a currency.
func sound(c Command) error {
	switch c := c.(type) {
	case Record:
		return sure(c.Key, [2]money.Money{c.Amount, c.Transaction}, &c.Tags, c.Memo, c.Rate)
	case Reserve:
		return sure(c.Ref, [2]money.Money{c.Amount}, &c.Tags, c.Memo)
	case Order:
		return sure(c.Ref, [2]money.Money{c.Amount, c.Tolerance.Absolute}, &c.Tags, c.Memo)
	case Amend:
		return sure(c.Ref, [2]money.Money{c.Amount}, nil, c.Memo)
	case Receive:
		return sure(c.Ref, [2]money.Money{c.Amount}, nil)
	case Accrue:
		return sure(c.Ref, [2]money.Money{c.Amount}, nil, c.Memo)
	case Invoice:
		if err := sure(c.Ref, [2]money.Money{c.Recoverable}, nil); err != nil {
			return err
		}
		return sure(c.Ref, [2]money.Money{c.Amount, c.Tax}, &c.Tags, c.Memo)
	case Reverse:
		return sure(c.Ref, [2]money.Money{}, nil, c.Memo)
	case Transfer:
		return sure(c.Ref, [2]money.Money{c.Amount}, nil, c.Memo)
	case CarryForward:
		return sure(c.Ref, [2]money.Money{}, nil)
	case Revalue:
		return sure(c.Ref, [2]money.Money{}, nil)
	case SetRate:
		if c.Currency.Name() == "" {
			return fmt.Errorf("rate of currency %d: %w: it is none", c.Currency, ErrAmount)
		}
		return sure(c.Currency.Code(), [2]money.Money{}, nil, c.Source, c.Units)
	case SoftClosePeriod:
		return sure("role", [2]money.Money{}, nil, c.Role)
	default: // what names what is there already
		return nil
	}
}

func sure(ref string, amounts [2]money.Money, tags *Tags, texts ...string) error {
	for _, m := range amounts {
		if m == (money.Money{}) {
			continue
		}
		if m.Currency() == 0 || m.Currency().Name() == "" || m.Minor() >= maxGross || m.Minor() <= -maxGross {
			return fmt.Errorf("%.255q: %v %w: want a currency and less than 2^62 minor units", ref, m, ErrAmount)
		}
	}
	if !utf8.ValidString(ref) {
		return fmt.Errorf("%.255q: %w: a reference is UTF-8", ref, ErrUnknown)
	}
	for _, s := range texts {
		if len(s) > maxText || !utf8.ValidString(s) {
			return fmt.Errorf("%.255q: text %.40q: %w: want UTF-8 of at most %d bytes", ref, s, ErrState, maxText)
		}
	}
	if tags == nil || *tags == (Tags{}) {
		return nil
	}
	for d := range Dimension(len(dimensionNames)) {
		if s := tags.Of(d); len(s) > maxRef || !utf8.ValidString(s) {
			return fmt.Errorf("%.255q: %v %.40q: %w: want UTF-8 of at most %d bytes", ref, d, s, ErrState, maxRef)
		}
	}
	return nil
}

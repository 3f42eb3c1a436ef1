package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/internal/enum"
	"github.com/go-marops/marops/money"
)

// The kinds of error of this package, beside the finding.List of Compile.
var (
	ErrSyntax  = errors.New("invalid document") // JSON that is not what it should be
	ErrInvalid = errors.New("is not valid")     // a value or an event against its schema
	ErrUnknown = errors.New("is not known")     // a kind of event, a field
	ErrDepth   = errors.New("cascade too deep") // an event caused by too many rules in a row
)

// Type is the type of a field or parameter. The zero value is TypeText.
type Type uint8

// The types.
const (
	TypeText Type = iota
	TypeNumber
	TypeAmount
	TypeDate
	TypeFlag
	TypeSet // of texts
)

var typeNames = [...]string{"text", "number", "amount", "date", "flag", "set"}

// String returns the name used in JSON.
func (t Type) String() string { return enum.Name(typeNames[:], t) }

// MarshalText writes the name.
func (t Type) MarshalText() ([]byte, error) { return enum.Marshal(typeNames[:], t, ErrInvalid) }

// UnmarshalText reads the name. Errors match ErrInvalid.
func (t *Type) UnmarshalText(text []byte) error {
	return enum.Unmarshal(typeNames[:], text, t, ErrInvalid)
}

// Value is a typed fact. The zero Value is missing.
type Value struct {
	set   bool // the value is there
	typ   Type
	flag  bool
	day   civil.Date
	money money.Money
	num   decimal.Decimal
	text  string
	items []string // sorted, each once
}

// Text returns a text.
func Text(s string) Value { return Value{set: true, typ: TypeText, text: s} }

// Number returns an exact decimal number of at most 40 digits, before and after
// the point; Evaluate refuses others.
func Number(d decimal.Decimal) Value { return Value{set: true, typ: TypeNumber, num: d} }

// Int returns a whole number.
func Int(n int64) Value { return Number(decimal.NewFromInt(n)) }

// Amount returns an amount of money.
func Amount(m money.Money) Value { return Value{set: true, typ: TypeAmount, money: m} }

// Date returns a day.
func Date(d civil.Date) Value { return Value{set: true, typ: TypeDate, day: d} }

// Flag returns a yes or no.
func Flag(b bool) Value { return Value{set: true, typ: TypeFlag, flag: b} }

// Texts returns a set of texts.
func Texts(items ...string) Value {
	sorted := slices.Compact(slices.Sorted(slices.Values(items)))
	return Value{set: true, typ: TypeSet, items: sorted}
}

// IsMissing reports whether there is no value.
func (v Value) IsMissing() bool { return !v.set }

// Type returns the type of a value that is not missing.
func (v Value) Type() Type { return v.typ }

// String returns the value as literals in rules are written: "1250.00 EUR",
// "2026-03-02", "true"; the items of a set joined by ", "; "missing" for none.
func (v Value) String() string {
	if !v.set {
		return "missing"
	}
	switch v.typ {
	case TypeNumber:
		if !bounded(v.num) {
			return "number out of range"
		}
		return v.num.String()
	case TypeAmount:
		return v.money.String()
	case TypeDate:
		return v.day.String()
	case TypeFlag:
		return strconv.FormatBool(v.flag)
	case TypeSet:
		return strings.Join(v.items, ", ")
	default:
		return v.text
	}
}

// compare orders two values of one type that are both there. Amounts are of one
// currency: Compile and Evaluate see to it.
func (v *Value) compare(o *Value) int {
	switch v.typ {
	case TypeNumber:
		return v.num.Cmp(o.num)
	case TypeAmount:
		return money.Compare(v.money, o.money)
	case TypeDate:
		return v.day.Compare(o.day)
	case TypeFlag:
		switch {
		case v.flag == o.flag:
			return 0
		case o.flag:
			return -1
		}
		return 1
	case TypeSet:
		return slices.Compare(v.items, o.items)
	default:
		return strings.Compare(v.text, o.text)
	}
}

// equal reports whether both are missing or have the same value.
func (v *Value) equal(o *Value) bool {
	return v.set == o.set && (!v.set || v.compare(o) == 0)
}

// has reports whether a set holds an item.
func (v *Value) has(item string) bool {
	_, found := slices.BinarySearch(v.items, item)
	return found
}

// maxDigits bounds numbers, so that comparing them is cheap.
const maxDigits = 40

func bounded(d decimal.Decimal) bool {
	return d.Exponent() <= maxDigits && d.Exponent() >= -maxDigits && d.Coefficient().BitLen() <= 4*maxDigits
}

// check holds a value against the field or parameter it is for.
func (v *Value) check(typ Type, currency money.Currency) error {
	switch {
	case !v.set:
		return nil
	case v.typ != typ:
		return fmt.Errorf("a %v in place of a %v %w", v.typ, typ, ErrInvalid)
	case typ == TypeNumber && !bounded(v.num):
		return fmt.Errorf("number of more than %d digits %w", maxDigits, ErrInvalid)
	case typ == TypeAmount && v.money.Currency() != currency:
		return fmt.Errorf("%v in place of %v %w", v.money, currency, ErrInvalid)
	case typ == TypeDate && v.day.IsZero():
		return fmt.Errorf("no date %w: leave the field out", ErrInvalid)
	}
	return nil
}

// literal reads a value of a type as it is written in rules.
func literal(text string, typ Type, currency money.Currency) (Value, error) {
	var v Value
	var err error
	switch typ {
	case TypeText:
		if !utf8.ValidString(text) {
			err = errors.New("not UTF-8")
		}
		v = Text(text)
	case TypeNumber:
		var d decimal.Decimal
		if len(text) > 2*maxDigits+2 {
			return v, fmt.Errorf("%.40q: too long: it %w", text, ErrInvalid)
		}
		d, err = decimal.NewFromString(text)
		v = Number(d)
	case TypeAmount:
		var m money.Money
		m, err = money.Parse(text)
		v = Amount(m)
	case TypeDate:
		var d civil.Date
		d, err = civil.Parse(text)
		v = Date(d)
	case TypeFlag:
		if text != "true" && text != "false" {
			err = errors.New("want true or false")
		}
		v = Flag(text == "true")
	default:
		err = fmt.Errorf("a %v has no literal", typ)
	}
	if err != nil {
		return Value{}, fmt.Errorf("%.40q as %v: %w: it %w", text, typ, err, ErrInvalid)
	}
	return v, v.check(typ, currency)
}

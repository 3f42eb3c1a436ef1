package kpi

import (
	"math/big"

	"github.com/go-marops/marops/internal/thousands"
	"github.com/go-marops/marops/money"
)

// State says what kind of answer a Value is. Only Exact values hold a number.
type State uint8

// The states.
const (
	Missing   State = iota // no row, or no row with a value
	Exact                  // a number, possibly zero
	Undefined              // 0/0, or built on something undefined
	Infinite               // a number divided by zero
)

var stateNames = [...]string{"missing", "exact", "undefined", "infinite"}

// String returns the lower-case name.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "unknown"
}

// Value is the answer for one metric and one group: a rational with a unit, or
// the reason why there is none.
type Value struct {
	state       State
	rat         *big.Rat // of Exact
	unit        Unit
	provisional bool
}

// State says whether there is a number.
func (v Value) State() State { return v.state }

// Unit returns the unit.
func (v Value) Unit() Unit { return v.unit }

// Provisional reports whether rows behind the value are younger than their
// measure's Matures, so that it may still change.
func (v Value) Provisional() bool { return v.provisional }

// Rat returns the exact number; ok is false unless the state is Exact.
func (v Value) Rat() (x *big.Rat, ok bool) {
	if v.state != Exact {
		return nil, false
	}
	return new(big.Rat).Set(v.rat), true
}

// Float returns the nearest float64, for plots and statistics; ok is false
// unless the state is Exact.
func (v Value) Float() (f float64, ok bool) {
	if v.state != Exact {
		return 0, false
	}
	f, _ = v.rat.Float64()
	return f, true
}

// Money returns the amount rounded to the minor unit in the named mode, if the
// unit is a currency and the state Exact; ok is false otherwise or when the
// amount does not fit.
func (v Value) Money(mode money.Rounding) (m money.Money, ok bool) {
	c, isMoney := v.unit.Money()
	if !isMoney || v.state != Exact {
		return money.Money{}, false
	}
	n, ok := v.scaled(c.Digits(), mode)
	return money.Minor(n, c), ok
}

// scaled returns the number times 10^digits, rounded.
func (v Value) scaled(digits int, mode money.Rounding) (int64, bool) {
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	return money.RoundRat(new(big.Rat).Mul(v.rat, new(big.Rat).SetInt(ten)), mode)
}

// Decimal returns the number with the given decimals, rounded half to even;
// the state's name if there is none.
func (v Value) Decimal(places int) string {
	if v.state != Exact {
		return v.state.String()
	}
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(places, 0))), nil)
	n := roundBig(new(big.Rat).Mul(v.rat, new(big.Rat).SetInt(ten)))
	return new(big.Rat).SetFrac(n, ten).FloatString(max(places, 0))
}

// roundBig rounds half to even without a bound on the size.
func roundBig(x *big.Rat) *big.Int {
	q, rem := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	half := rem.Abs(rem).Lsh(rem, 1).Cmp(x.Denom())
	if half > 0 || half == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(int64(x.Sign())))
	}
	return q
}

// Number returns the number for people, without its unit: amounts with the
// currency's digits, whole numbers as such, everything else with four decimals,
// and thousands marks; the state's name if there is none.
func (v Value) Number() string {
	if v.state != Exact {
		return v.state.String()
	}
	places := 4
	if c, ok := v.unit.currency(); ok {
		places = c.Digits()
	} else if v.rat.IsInt() {
		places = 0
	}
	return thousands.Group(v.Decimal(places))
}

// String returns Number and the unit. A provisional value ends in "~".
func (v Value) String() string {
	if v.state != Exact {
		return v.state.String()
	}
	s := v.Number()
	if !v.unit.IsPlain() {
		s += " " + v.unit.String()
	}
	if v.provisional {
		s += " ~"
	}
	return s
}

func number(x *big.Rat, unit Unit) Value { return Value{state: Exact, rat: x, unit: unit} }

// combine applies an operator under the rules of the states: a missing operand
// makes the result missing, and whatever is built on an undefined or infinite
// one is undefined.
func combine(op byte, a, b Value, unit Unit) Value {
	v := Value{unit: unit, provisional: a.provisional || b.provisional}
	switch {
	case a.state == Missing || b.state == Missing:
		return v
	case a.state != Exact || b.state != Exact:
		v.state = Undefined
		return v
	}
	v.state, v.rat = Exact, new(big.Rat)
	switch op {
	case '+':
		v.rat.Add(a.rat, b.rat)
	case '-':
		v.rat.Sub(a.rat, b.rat)
	case '*':
		v.rat.Mul(a.rat, b.rat)
	case '/':
		if b.rat.Sign() != 0 {
			v.rat.Quo(a.rat, b.rat)
			break
		}
		v.rat, v.state = nil, Infinite
		if a.rat.Sign() == 0 {
			v.state = Undefined
		}
	}
	return v
}

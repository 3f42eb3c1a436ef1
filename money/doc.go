// Package money holds exact amounts of money.
//
//	net := money.Minor(119_900, money.EUR)              // 1,199.00 EUR
//	fee, _ := net.MulRat(3, 100, money.HalfEven)        // 3 % = 35.97 EUR
//	var total money.Sum
//	fmt.Println(total.Add(net).Add(fee).Total())        // 1234.97 EUR <nil>
//	parts, _ := net.Allocate(1, 1, 1)                   // 399.67 399.67 399.66
//
// # Design
//
// A [Money] is an int64 of minor units and a currency: 16 bytes, comparable,
// usable as a map key. Overflow and mixed currencies are errors, never silent.
// A [Sum] keeps 128 bits and the first error, so chains read well. A [Price]
// holds millionths of the major unit, for what is quoted finer than a cent. A
// [Rate] is a factor and its rounding, declared once: a tax, a rate of exchange.
//
// Minor units are those of ISO 4217, not the display digits of CLDR. Nothing
// here is a float64. Every rounding names its mode, and every split adds up to
// what was split. decimal.Decimal appears at the edge alone, with its digits
// and exponent bounded before any arithmetic.
//
// # Text
//
// String and Parse, Amount and ParseAmount speak one plain form that knows no
// place: "1234.50 EUR". JSON and SQL use it too. Text as people write it goes
// through a [Style], named by [StyleOf]: Format writes it, [ParseLocal] reads it
// strictly.
//
// # Columns
//
// Where millions of amounts share a currency, []int64 of minor units takes 8 bytes
// each: [Minors] and [FromMinors] convert, [SumMinor] and [Rate.OfMinor] compute. For
// amounts as they are, there are [Sum.AddAll] and [Rate.OfAll].
package money

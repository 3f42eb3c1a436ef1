// Package fx converts money with dated rates and says which rate it used.
//
//	rates, err := fx.ReadECB(file, "ecb.csv")             // the ECB's own history file
//	usd, how, err := rates.Convert(money.Minor(10_000, money.EUR), money.USD, date, money.HalfEven)
//	fmt.Println(usd, how)                                 // 108.34 USD EUR→USD 1.0834 of 2026-01-09 (ECB)
//
// Rates are exact decimals. A pair that is not quoted goes through the base
// currency in one exact fraction and is rounded once; a pair quoted the other way
// round is divided by, unless [Table.Direct] refuses that. A day without a spot
// rate takes the last one published before it, at most [Table.MaxGap] days old: the
// ECB publishes none on weekends and holidays.
//
// A table has one [Kind] of rates: spot, average or budget. [Table.Average] and
// [Table.Freeze] derive the others from spot rates, [ReadCSV] reads a company's own,
// and a [Book] holds one table of each. Amounts of currencies that were replaced,
// and of new ones before their day, are converted at the fixed ratio; see
// [Redenominations].
package fx

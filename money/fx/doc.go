// Package fx converts money with dated reference rates and says which rate it
// used.
//
//	rates, err := fx.ReadECB(file, "ecb.csv")             // the ECB's own history file
//	usd, how, err := rates.Convert(money.Minor(10_000, money.EUR), money.USD, date, money.HalfEven)
//	fmt.Println(usd, how)                                 // 108.34 USD EUR→USD 1.0834 of 2026-01-09
//
// Rates are exact decimals against one base currency. A pair without the base
// goes through it in one exact fraction and is rounded once. A day without a
// rate takes the last published one before it, at most [Table.MaxGap] days old:
// the ECB publishes none on weekends and holidays.
package fx

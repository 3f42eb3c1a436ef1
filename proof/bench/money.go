package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/money"
)

const shopspring = "shopspring/decimal v1.6.0"

func moneyDuels() []duel {
	return []duel{
		sumDuel("money/sum-column", asRead, false), sumDuel("money/sum-column-sorted", byCampaign, false),
		sumDuel("money/sum-amounts", asRead, true), sumDuel("money/sum-amounts-sorted", byCampaign, true),
		addDuel(), rateDuel("money/rate-rat", func(m money.Money, _ decimal.Decimal) (money.Money, error) {
			return m.MulRat(10_834, 10_000, money.HalfEven)
		}),
		rateDuel("money/rate-decimal", func(m money.Money, rate decimal.Decimal) (money.Money, error) {
			return m.MulDecimal(rate, money.HalfEven)
		}),
		parseDuel(),
	}
}

// ledger holds one set of amounts in the three forms an application may keep.
type ledger struct {
	column   []int64
	amounts  []money.Money
	decimals []decimal.Decimal
}

// A million invoices as a file holds them: number, day, campaign, amount. Decimals
// are made row by row among the strings of the row, as reading such a file does.
// Memory then holds them in the order of the file; an application that sorts its
// rows, here by campaign, visits them in another order, which costs a decimal much
// and an amount nothing, for a decimal is a pointer.
var (
	asRead     = sync.OnceValue(func() ledger { return take(invoices()) })
	byCampaign = sync.OnceValue(func() ledger {
		rows := invoices()
		slices.SortStableFunc(rows, func(a, b invoice) int { return cmp.Compare(a.campaign, b.campaign) })
		return take(rows)
	})
)

type invoice struct {
	number, day, campaign string
	amount                decimal.Decimal
}

func invoices() []invoice {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([]invoice, 1_000_000)
	for i := range rows {
		text := fmt.Sprintf("inv-%d,2026-01-%02d,campaign %d,%s", i, i%28+1, r.IntN(500), money.Minor(r.Int64N(100_000_000), money.EUR).Amount())
		cells := strings.Split(text, ",")
		rows[i] = invoice{strings.Clone(cells[0]), strings.Clone(cells[1]), strings.Clone(cells[2]), decimal.RequireFromString(cells[3])}
	}
	return rows
}

func take(rows []invoice) ledger {
	l := ledger{make([]int64, len(rows)), make([]money.Money, len(rows)), make([]decimal.Decimal, len(rows))}
	for i, row := range rows {
		l.column[i] = row.amount.CoefficientInt64()
		l.amounts[i], l.decimals[i] = money.Minor(l.column[i], money.EUR), row.amount
	}
	return l
}

func sumDuel(name string, of func() ledger, amounts bool) duel {
	ours := func() (money.Money, error) {
		if amounts {
			var sum money.Sum
			return sum.AddAll(of().amounts).Total()
		}
		n, ok := money.SumMinor(of().column)
		if !ok {
			return money.Money{}, money.ErrOverflow
		}
		return money.Minor(n, money.EUR), nil
	}
	theirs := func() decimal.Decimal {
		list := of().decimals
		return decimal.Sum(list[0], list[1:]...)
	}
	return duel{
		name: name, peer: shopspring, n: 1_000_000,
		check: func() error {
			got, err := ours()
			if want := theirs(); err != nil || !got.Decimal().Equal(want) {
				return fmt.Errorf("%v and %v: %w", got, want, err)
			}
			return nil
		},
		ours:   func(int) { sinkMoney, _ = ours() },
		theirs: func(int) { sinkDecimal = theirs() },
	}
}

// A few amounts that stay in the cache, so that the operation is measured and not
// the memory.
const few = 1_000

func someAmounts() ([]money.Money, []decimal.Decimal) {
	r := rand.New(rand.NewPCG(5, 6))
	amounts, decimals := make([]money.Money, few), make([]decimal.Decimal, few)
	for i := range amounts {
		amounts[i] = money.Minor(r.Int64N(100_000_000), money.EUR)
		decimals[i] = decimal.RequireFromString(amounts[i].Amount())
	}
	return amounts, decimals
}

// addDuel keeps a running balance.
func addDuel() duel {
	amounts, decimals := someAmounts()
	ours := func() (balance money.Money, err error) {
		for _, m := range amounts {
			if balance, err = balance.Add(m); err != nil {
				return money.Money{}, err
			}
		}
		return balance, nil
	}
	theirs := func() (balance decimal.Decimal) {
		for _, d := range decimals {
			balance = balance.Add(d)
		}
		return balance
	}
	return duel{
		name: "money/add", peer: shopspring, n: 1_000_000,
		check: func() error {
			got, err := ours()
			if want := theirs(); err != nil || !got.Decimal().Equal(want) {
				return fmt.Errorf("%v and %v: %w", got, want, err)
			}
			return nil
		},
		ours: func(n int) {
			for range n / few {
				sinkMoney, _ = ours()
			}
		},
		theirs: func(n int) {
			for range n / few {
				sinkDecimal = theirs()
			}
		},
	}
}

// rateDuel multiplies amounts by 1.0834 and rounds half to even to the cent.
func rateDuel(name string, ours func(money.Money, decimal.Decimal) (money.Money, error)) duel {
	amounts, decimals := someAmounts()
	rate := decimal.RequireFromString("1.0834")
	theirs := func(d decimal.Decimal) decimal.Decimal { return d.Mul(rate).RoundBank(2) }
	return duel{
		name: name, peer: shopspring, n: 100_000,
		check: func() error {
			for i, m := range amounts {
				got, err := ours(m, rate)
				if want := theirs(decimals[i]); err != nil || !got.Decimal().Equal(want) {
					return fmt.Errorf("%v: %v and %v: %w", m, got, want, err)
				}
			}
			return nil
		},
		ours: func(n int) {
			out := make([]money.Money, few)
			for range n / few {
				for i, m := range amounts {
					out[i], _ = ours(m, rate)
				}
			}
		},
		theirs: func(n int) {
			out := make([]decimal.Decimal, few)
			for range n / few {
				for i, d := range decimals {
					out[i] = theirs(d)
				}
			}
		},
	}
}

// parseDuel reads amounts such as "734521.09".
func parseDuel() duel {
	amounts, _ := someAmounts()
	texts := make([]string, few)
	for i, m := range amounts {
		texts[i] = m.Amount()
	}
	return duel{
		name: "money/parse", peer: shopspring, n: 100_000,
		check: func() error {
			for _, text := range texts {
				got, err := money.ParseAmount(text, money.EUR)
				if want := decimal.RequireFromString(text); err != nil || !got.Decimal().Equal(want) {
					return fmt.Errorf("%s: %v and %v: %w", text, got, want, err)
				}
			}
			return nil
		},
		ours: func(n int) {
			out := make([]money.Money, few)
			for range n / few {
				for i, text := range texts {
					out[i], _ = money.ParseAmount(text, money.EUR)
				}
			}
		},
		theirs: func(n int) {
			out := make([]decimal.Decimal, few)
			for range n / few {
				for i, text := range texts {
					out[i], _ = decimal.NewFromString(text)
				}
			}
		},
	}
}

// The results must go somewhere, or the compiler removes the work.
var (
	sinkMoney   money.Money     //nolint:unused // written
	sinkDecimal decimal.Decimal //nolint:unused // written
)

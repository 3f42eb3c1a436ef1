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
		addDuel(),
		columnRateDuel(),
		rateDuel("money/rate-amounts", func(out, amounts []money.Money, rate decimal.Decimal) error {
			r, err := money.RateOf(rate, money.HalfEven)
			if err == nil {
				_, err = r.OfAll(out[:0], amounts)
			}
			return err
		}),
		rateDuel("money/rate-one-by-one", func(out, amounts []money.Money, rate decimal.Decimal) error {
			r, err := money.RateOf(rate, money.HalfEven)
			for i := 0; i < len(amounts) && err == nil; i++ {
				out[i], err = r.Of(amounts[i])
			}
			return err
		}),
		// Without a Rate: every amount with a fraction or a decimal of its own.
		rateDuel("money/rate-rat", func(out, amounts []money.Money, _ decimal.Decimal) (err error) {
			for i := 0; i < len(amounts) && err == nil; i++ {
				out[i], err = amounts[i].MulRat(10_834, 10_000, money.HalfEven)
			}
			return err
		}),
		rateDuel("money/rate-decimal", func(out, amounts []money.Money, rate decimal.Decimal) (err error) {
			for i := 0; i < len(amounts) && err == nil; i++ {
				out[i], err = amounts[i].MulDecimal(rate, money.HalfEven)
			}
			return err
		}),
		parseDuel(),
	}
}

// A run sums the million a few times, and as often before the clock starts, on both
// sides: the garbage collection before every run leaves the caches with the heap of
// the decimals, and it takes a column several passes to get back into them.
const million, passes = 1_000_000, 10

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
	rows := make([]invoice, million)
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
		name: name, peer: shopspring, n: passes * million, warm: passes * million,
		check: func() error {
			got, err := ours()
			if want := theirs(); err != nil || !got.Decimal().Equal(want) {
				return fmt.Errorf("%v and %v: %w", got, want, err)
			}
			return nil
		},
		ours: func(n int) {
			for range n / million {
				sinkMoney, _ = ours()
			}
		},
		theirs: func(n int) {
			for range n / million {
				sinkDecimal = theirs()
			}
		},
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
	ours := func() (money.Money, error) {
		var balance money.Money
		for _, m := range amounts {
			next, err := balance.Add(m)
			if err != nil {
				return money.Money{}, err
			}
			balance = next
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
func rateDuel(name string, ours func(out, amounts []money.Money, rate decimal.Decimal) error) duel {
	amounts, decimals := someAmounts()
	rate := decimal.RequireFromString("1.0834")
	gross, theirGross := make([]money.Money, few), make([]decimal.Decimal, few)
	theirs := func() {
		for i, d := range decimals {
			theirGross[i] = d.Mul(rate).RoundBank(2)
		}
	}
	return duel{
		name: name, peer: shopspring, n: 100_000,
		check: func() error {
			theirs()
			if err := ours(gross, amounts, rate); err != nil {
				return err
			}
			for i := range gross {
				if !gross[i].Decimal().Equal(theirGross[i]) {
					return fmt.Errorf("%v: %v and %v", amounts[i], gross[i], theirGross[i])
				}
			}
			return nil
		},
		ours: func(n int) {
			for range n / few {
				_ = ours(gross, amounts, rate)
			}
		},
		theirs: func(n int) {
			for range n / few {
				theirs()
			}
		},
	}
}

// columnRateDuel is rateDuel for a column of minor units.
func columnRateDuel() duel {
	amounts, _ := someAmounts()
	column, _, _ := money.Minors(amounts)
	out := make([]int64, 0, few)
	rate := money.NewRate(10_834, 10_000, money.HalfEven)
	d := rateDuel("money/rate-column", func(gross, _ []money.Money, _ decimal.Decimal) error {
		minors, err := rate.OfMinor(out, column)
		copy(gross, money.FromMinors(minors, money.EUR))
		return err
	})
	d.ours = func(n int) {
		for range n / few {
			_, _ = rate.OfMinor(out, column)
		}
	}
	return d
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

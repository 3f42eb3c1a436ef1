package fx

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// Redenomination is a change of currency at a ratio fixed by law.
type Redenomination struct {
	Old, New money.Currency
	On       civil.Date      // the first day of New
	Units    decimal.Decimal // of Old for one of New, exactly
}

// String returns "10000 ROL = 1 RON since 2005-07-01".
func (r Redenomination) String() string {
	return fmt.Sprintf("%v %v = 1 %v since %v", r.Units, r.Old, r.New, r.On)
}

// Redenominations returns the changes that conversions know, by rising date: those
// to the euro at the irrevocable rates of Council Regulation (EC) No 2866/98 as
// amended up to Bulgaria, and redenominations as the amendments of ISO 4217 and the
// issuing banks published them.
//
// From the day on, an amount of the old currency is one of the new at the ratio,
// whatever rates a table still has for it. Before the day, and while no rate of the
// new one is in force yet, an amount of the new is one of the old, except in euro,
// which took the place of many. Two currencies the euro replaced are converted
// through it without rounding on the way, as article 4 of Regulation (EC) No 1103/97
// allows.
func Redenominations() []Redenomination { return slices.Clone(redenominations) }

var redenominations = []Redenomination{
	change(money.MXP, money.MXN, 1993, 1, 1, 1_000, 0),
	change(money.PLZ, money.PLN, 1995, 1, 1, 10_000, 0),
	change(money.RUR, money.RUB, 1998, 1, 1, 1_000, 0),
	change(money.ATS, money.EUR, 1999, 1, 1, 13_7603, 4),
	change(money.BEF, money.EUR, 1999, 1, 1, 40_3399, 4),
	change(money.DEM, money.EUR, 1999, 1, 1, 1_95583, 5),
	change(money.ESP, money.EUR, 1999, 1, 1, 166_386, 3),
	change(money.FIM, money.EUR, 1999, 1, 1, 5_94573, 5),
	change(money.FRF, money.EUR, 1999, 1, 1, 6_55957, 5),
	change(money.IEP, money.EUR, 1999, 1, 1, 787564, 6),
	change(money.ITL, money.EUR, 1999, 1, 1, 1936_27, 2),
	change(money.LUF, money.EUR, 1999, 1, 1, 40_3399, 4),
	change(money.NLG, money.EUR, 1999, 1, 1, 2_20371, 5),
	change(money.PTE, money.EUR, 1999, 1, 1, 200_482, 3),
	change(money.BGL, money.BGN, 1999, 7, 5, 1_000, 0),
	change(money.BYB, money.BYR, 2000, 1, 1, 1_000, 0),
	change(money.GRD, money.EUR, 2001, 1, 1, 340_750, 3),
	change(money.SRG, money.SRD, 2004, 1, 1, 1_000, 0),
	change(money.TRL, money.TRY, 2005, 1, 1, 1_000_000, 0),
	change(money.ROL, money.RON, 2005, 7, 1, 10_000, 0),
	change(money.AZM, money.AZN, 2006, 1, 1, 5_000, 0),
	change(money.MZM, money.MZN, 2006, 7, 1, 1_000, 0),
	change(money.SIT, money.EUR, 2007, 1, 1, 239_640, 3),
	change(money.GHC, money.GHS, 2007, 7, 1, 10_000, 0),
	change(money.CYP, money.EUR, 2008, 1, 1, 585274, 6),
	change(money.MTL, money.EUR, 2008, 1, 1, 429300, 6),
	change(money.VEB, money.VEF, 2008, 1, 1, 1_000, 0),
	change(money.SKK, money.EUR, 2009, 1, 1, 30_1260, 4),
	change(money.TMM, money.TMT, 2009, 1, 1, 5_000, 0),
	change(money.EEK, money.EUR, 2011, 1, 1, 15_6466, 4),
	change(money.ZMK, money.ZMW, 2013, 1, 1, 1_000, 0),
	change(money.LVL, money.EUR, 2014, 1, 1, 702804, 6),
	change(money.LTL, money.EUR, 2015, 1, 1, 3_45280, 5),
	change(money.BYR, money.BYN, 2016, 7, 1, 10_000, 0),
	change(money.MRO, money.MRU, 2018, 1, 1, 10, 0),
	change(money.STD, money.STN, 2018, 1, 1, 1_000, 0),
	change(money.VEF, money.VES, 2018, 8, 20, 100_000, 0),
	change(money.SLL, money.SLE, 2022, 7, 1, 1_000, 0),
	change(money.HRK, money.EUR, 2023, 1, 1, 7_53450, 5),
	change(money.ANG, money.XCG, 2025, 3, 31, 1, 0),
	change(money.BGN, money.EUR, 2026, 1, 1, 1_95583, 5),
}

// renamed has the currencies with another name, after or before.
var renamed = func() map[money.Currency]bool {
	set := make(map[money.Currency]bool)
	for _, r := range redenominations {
		set[r.Old] = true
		set[r.New] = r.New != money.EUR
	}
	return set
}()

// change takes the ratio as its digits and how many of them are decimals.
func change(old, now money.Currency, year int, month time.Month, day int, units int64, decimals int32) Redenomination {
	return Redenomination{old, now, civil.MustDate(year, month, day), decimal.New(units, -decimals)}
}

// alias is a name under which a currency may be quoted: one of it is numer/denom
// of now.
type alias struct {
	now          money.Currency
	numer, denom decimal.Decimal
	steps        []Redenomination
}

// aliases returns the names under which a currency may be quoted on a day: the one
// it has by law first, then those it had before.
func aliases(c money.Currency, on civil.Date) []alias {
	names := []alias{{now: c, numer: one, denom: one}}
	if !renamed[c] {
		return names
	}
	for _, r := range redenominations {
		if last := names[len(names)-1]; r.Old == last.now && !on.Before(r.On) {
			names = append(names, alias{r.New, last.numer, last.denom.Mul(r.Units), append(slices.Clip(last.steps), r)})
		}
	}
	slices.Reverse(names)
	for _, r := range slices.Backward(redenominations) {
		if last := names[len(names)-1]; r.New == last.now && r.New != money.EUR {
			names = append(names, alias{r.Old, last.numer.Mul(r.Units), last.denom, append(slices.Clip(last.steps), r)})
		}
	}
	return names
}

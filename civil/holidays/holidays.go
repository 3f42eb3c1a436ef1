package holidays

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
)

// The kinds of error.
var (
	ErrRegion = errors.New("unknown region")
	ErrYear   = errors.New("year without known holidays")
)

// Region describes a set of holidays.
type Region struct {
	Code        string // ISO 3166-1 or 3166-2: "FR", "DE-BY"
	Name        string // in English
	Source      string // the law, or the official list of days
	First, Last int    // the years for which the set holds
}

// Regions returns what In knows, by code.
func Regions() []Region {
	out := make([]Region, len(sets))
	for i, s := range sets {
		out[i] = s.Region
	}
	return out
}

// In returns the holidays of a region that fall in a period, in order, each on
// one day without work. Holidays that share a day are one Exception with both
// names; one that the law moves from a weekend is named "… (observed)".
//
// An error matches ErrRegion, or ErrYear if the period has a day in a year for
// which the region's holidays are not known; see Regions.
func In(region string, days civil.Period) ([]worktime.Exception, error) {
	i, ok := slices.BinarySearchFunc(sets, region, func(s set, code string) int { return cmp.Compare(s.Code, code) })
	if !ok {
		return nil, fmt.Errorf("holidays of %.20q: %w", region, ErrRegion)
	}
	if days.IsEmpty() {
		return nil, nil
	}
	s := sets[i]
	for _, year := range [...]int{days.First().Year(), days.Last().Year()} {
		if year < s.First || year > s.Last {
			return nil, fmt.Errorf("holidays of %s in %d: known from %d to %d: %w", s.Code, year, s.First, s.Last, ErrYear)
		}
	}
	var all []holiday
	// A holiday may be observed in the year before its own.
	for year := days.First().Year(); year <= days.Last().Year()+1; year++ {
		all = append(all, s.year(year)...)
	}
	slices.SortStableFunc(all, func(a, b holiday) int { return a.day.Compare(b.day) })
	var out []worktime.Exception
	for _, h := range all {
		if n := len(out); n > 0 && out[n-1].Days.Contains(h.day) {
			out[n-1].Name += " / " + h.name
		} else if days.Contains(h.day) {
			out = append(out, worktime.Exception{Days: civil.Days(h.day, h.day), Name: h.name})
		}
	}
	return out, nil
}

type holiday struct {
	day  civil.Date
	name string
}

// set is the holidays of a region by rule.
type set struct {
	Region
	weekend weekend
	rules   []rule
}

// year returns the holidays of a year on the days on which they are observed.
func (s set) year(year int) []holiday {
	var out []holiday
	for _, r := range s.rules {
		if day, ok := r.in(year); ok {
			out = append(out, holiday{day, r.name})
		}
	}
	s.weekend.observe(out)
	return out
}

package holidays

import (
	"cmp"
	"slices"
	"time"
)

// sets holds every region by code.
var sets = sorted(german(), nordic(), europe(), english())

func sorted(lists ...[]set) []set {
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b set) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

func region(code, name string, first int, source string) Region {
	return Region{Code: code, Name: name, Source: source, First: first, Last: 2035}
}

func nordic() []set {
	midsummer := floats("Midsummer Day", time.Saturday, time.June, 20)
	allSaints := floats("All Saints' Day", time.Saturday, time.October, 31)
	return []set{
		{Region: region("DK", "Denmark", 2010, "Folkekirkens helligdage; lov nr. 214 of 7 March 2023 on Store Bededag"), rules: []rule{
			newYear, maundy, goodFriday, easterSunday, easterMonday, easter("Great Prayer Day", 26).until(2023),
			ascension, whitSunday, whitMonday, christmas, boxing,
		}},
		{Region: region("FI", "Finland", 2010, "Kirkkolaki on church holidays; laki vapunpäivän and laki itsenäisyyspäivän viettämisestä"), rules: []rule{
			newYear, epiphany, goodFriday, easterSunday, easterMonday, labour, ascension, whitSunday, midsummer, allSaints,
			on("Independence Day", time.December, 6), christmas, stStephen,
		}},
		{Region: region("NO", "Norway", 2010, "Lov om helligdager og helligdagsfred (1995) §2; lov om 1 og 17 mai (1947)"), rules: []rule{
			newYear, maundy, goodFriday, easterSunday, easterMonday, labour, on("Constitution Day", time.May, 17),
			ascension, whitSunday, whitMonday, christmas, boxing,
		}},
		{Region: region("SE", "Sweden", 2010, "Lag (1989:253) om allmänna helgdagar"), rules: []rule{
			newYear, epiphany, goodFriday, easterSunday, easterMonday, labour, ascension, on("National Day", time.June, 6), whitSunday,
			midsummer, allSaints, christmas, boxing,
		}},
	}
}

func europe() []set {
	return []set{
		{Region: region("AT", "Austria", 2010, "Arbeitsruhegesetz §7"), rules: []rule{
			newYear, epiphany, easterMonday, labour, ascension, whitMonday, corpus, assumption,
			on("National Day", time.October, 26), allSaints, conception, christmas, stStephen,
		}},
		{Region: region("BE", "Belgium", 2010, "Royal decree of 18 April 1974 on public holidays, art. 1"), rules: []rule{
			newYear, easterMonday, labour, ascension, whitMonday, on("National Day", time.July, 21), assumption, allSaints,
			on("Armistice Day", time.November, 11), christmas,
		}},
		{Region: region("FR", "France", 2010, "Code du travail, art. L3133-1"), rules: []rule{
			newYear, easterMonday, labour, on("Victory Day", time.May, 8), ascension, whitMonday, on("National Day", time.July, 14),
			assumption, allSaints, on("Armistice Day", time.November, 11), christmas,
		}},
		{Region: region("IT", "Italy", 2012, "Legge 260/1949, 54/1977, 336/2000 and 151/2025"), rules: []rule{
			newYear, epiphany, easterMonday, on("Liberation Day", time.April, 25), labour, on("Republic Day", time.June, 2), assumption,
			on("St Francis' Day", time.October, 4).since(2026), allSaints, conception, christmas, stStephen,
		}},
		{Region: region("LU", "Luxembourg", 2010, "Code du travail, art. L.232-2"), rules: []rule{
			newYear, easterMonday, labour, on("Europe Day", time.May, 9).since(2019), ascension, whitMonday,
			on("National Day", time.June, 23), assumption, allSaints, christmas, stStephen,
		}},
		// The law names the days that count for terms; contracts say who works,
		// on 5 May most of all.
		{Region: region("NL", "Netherlands", 2014, "Algemene termijnenwet, art. 3"), rules: []rule{
			newYear, easterMonday, on("King's Day", time.April, 27).ifSunday(-1), on("Liberation Day", time.May, 5), ascension, whitMonday, christmas, boxing,
		}},
		{Region: region("PL", "Poland", 2011, "Ustawa z dnia 18 stycznia 1951 r. o dniach wolnych od pracy, art. 1"), rules: []rule{
			newYear, epiphany, easterSunday, easterMonday, labour, on("Constitution Day", time.May, 3), whitSunday, corpus, assumption, allSaints,
			on("Independence Day", time.November, 11), on("Centenary of Independence", time.November, 12).only(2018),
			on("Christmas Eve", time.December, 24).since(2025), christmas, boxing,
		}},
		{Region: region("PT", "Portugal", 2016, "Código do Trabalho, art. 234"), rules: []rule{ // four were suspended until 2015
			newYear, goodFriday, easterSunday, on("Freedom Day", time.April, 25), labour, corpus, on("Portugal Day", time.June, 10), assumption,
			on("Republic Day", time.October, 5), allSaints, on("Restoration of Independence", time.December, 1), conception, christmas,
		}},
	}
}

func english() []set {
	britain := func(code, name string) set {
		return set{Region: region(code, name, 2012, "Banking and Financial Dealings Act 1971 and royal proclamations; list at www.gov.uk/bank-holidays"), weekend: forward, rules: []rule{
			newYear, goodFriday, easterMonday,
			nth("Early May Bank Holiday", 1, time.Monday, time.May).except(2020), on("Early May Bank Holiday (VE Day)", time.May, 8).only(2020),
			on("Coronation of King Charles III", time.May, 8).only(2023),
			lastMonday("Spring Bank Holiday", time.May).except(2022).since(2013),
			on("Spring Bank Holiday", time.June, 4).only(2012), on("Diamond Jubilee", time.June, 5).only(2012),
			on("Spring Bank Holiday", time.June, 2).only(2022), on("Platinum Jubilee", time.June, 3).only(2022),
			lastMonday("Summer Bank Holiday", time.August),
			on("State Funeral of Queen Elizabeth II", time.September, 19).only(2022),
			christmas, on("Boxing Day", time.December, 26),
		}}
	}
	return []set{
		britain("GB-ENG", "England"),
		britain("GB-WLS", "Wales"),
		{Region: region("IE", "Ireland", 2010, "Organisation of Working Time Act 1997, Second Schedule"), rules: []rule{
			newYear,
			// The first Monday in February, but 1 February if it is a Friday.
			nth("St Brigid's Day", 1, time.Monday, time.February).since(2023).except(2030), on("St Brigid's Day", time.February, 1).only(2030),
			on("St Patrick's Day", time.March, 17), on("Day of Remembrance and Recognition", time.March, 18).only(2022), easterMonday,
			nth("May Day", 1, time.Monday, time.May), nth("June Holiday", 1, time.Monday, time.June),
			nth("August Holiday", 1, time.Monday, time.August), lastMonday("October Holiday", time.October), christmas, stStephen,
		}},
		{Region: region("US", "United States, federal holidays", 2000, "5 U.S.C. 6103 and Executive Order 11582; list at www.opm.gov"), weekend: nearest, rules: []rule{
			newYear, nth("Birthday of Martin Luther King, Jr.", 3, time.Monday, time.January), nth("Washington's Birthday", 3, time.Monday, time.February),
			lastMonday("Memorial Day", time.May), on("Juneteenth National Independence Day", time.June, 19).since(2021),
			on("Independence Day", time.July, 4), nth("Labor Day", 1, time.Monday, time.September), nth("Columbus Day", 2, time.Monday, time.October),
			on("Veterans Day", time.November, 11), nth("Thanksgiving Day", 4, time.Thursday, time.November), christmas,
		}},
	}
}

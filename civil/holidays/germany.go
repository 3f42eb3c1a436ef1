package holidays

import (
	"slices"
	"time"
)

// Holidays that many sets share.
var (
	newYear      = on("New Year's Day", time.January, 1)
	epiphany     = on("Epiphany", time.January, 6)
	maundy       = easter("Maundy Thursday", -3)
	goodFriday   = easter("Good Friday", -2)
	easterSunday = easter("Easter Sunday", 0)
	easterMonday = easter("Easter Monday", 1)
	labour       = on("Labour Day", time.May, 1)
	ascension    = easter("Ascension Day", 39)
	whitSunday   = easter("Whit Sunday", 49)
	whitMonday   = easter("Whit Monday", 50)
	corpus       = easter("Corpus Christi", 60)
	assumption   = on("Assumption Day", time.August, 15)
	allSaints    = on("All Saints' Day", time.November, 1)
	conception   = on("Immaculate Conception", time.December, 8)
	christmas    = on("Christmas Day", time.December, 25)
	boxing       = on("Second Day of Christmas", time.December, 26)
	stStephen    = on("St Stephen's Day", time.December, 26)
)

// germany returns a set of Germany or of a Land: the holidays of all Länder and
// its own. Only the day of German unity is federal law.
func germany(code, name, source string, own ...rule) set {
	rules := []rule{
		newYear, goodFriday, easterMonday, labour, ascension, whitMonday,
		on("German Unity Day", time.October, 3), christmas, boxing,
	}
	reformation := on("Reformation Day", time.October, 31)
	if !slices.ContainsFunc(own, func(r rule) bool { return r.name == reformation.name }) {
		own = append(own, reformation.only(2017)) // 500 years, in all Länder
	}
	return set{Region: Region{Code: code, Name: name, Source: source, First: 2010, Last: 2035}, rules: append(rules, own...)}
}

func german() []set {
	reformation := on("Reformation Day", time.October, 31)
	// The four northern Länder took it up for good in 2018, after 2017.
	north := reformation.since(2017)
	women := on("International Women's Day", time.March, 8)
	return []set{
		germany("DE", "Germany, holidays of all Länder", "Einigungsvertrag Art. 2 Abs. 2 and the holiday laws of the sixteen Länder"),
		germany("DE-BB", "Brandenburg", "Feiertagsgesetz FTG §2", easterSunday, whitSunday, reformation),
		germany("DE-BE", "Berlin", "Gesetz über die Sonn- und Feiertage §1", women.since(2019),
			on("Liberation Day", time.May, 8).only(2020), on("Liberation Day", time.May, 8).only(2025), on("Uprising of 1953", time.June, 17).only(2028)),
		germany("DE-BW", "Baden-Württemberg", "Feiertagsgesetz FTG §1", epiphany, corpus, allSaints),
		germany("DE-BY", "Bavaria", "Feiertagsgesetz FTG Art. 1", epiphany, corpus, allSaints),
		germany("DE-HB", "Bremen", "Gesetz über die Sonn- und Feiertage §2", north),
		germany("DE-HE", "Hesse", "Hessisches Feiertagsgesetz §1", corpus),
		germany("DE-HH", "Hamburg", "Feiertagsgesetz §1", north),
		germany("DE-MV", "Mecklenburg-Vorpommern", "Feiertagsgesetz FTG M-V §2", women.since(2023), reformation),
		germany("DE-NI", "Lower Saxony", "Niedersächsisches Feiertagsgesetz §2", north),
		germany("DE-NW", "North Rhine-Westphalia", "Feiertagsgesetz NW §2", corpus, allSaints),
		germany("DE-RP", "Rhineland-Palatinate", "Feiertagsgesetz LFtG §2", corpus, allSaints),
		germany("DE-SH", "Schleswig-Holstein", "Gesetz über Sonn- und Feiertage SFTG §2", north),
		germany("DE-SL", "Saarland", "Feiertagsgesetz SFG §2", corpus, assumption, allSaints),
		germany("DE-SN", "Saxony", "Sächsisches Sonn- und Feiertagsgesetz §1", reformation,
			floats("Day of Repentance and Prayer", time.Wednesday, time.November, 16)),
		germany("DE-ST", "Saxony-Anhalt", "Feiertagsgesetz FeiertG LSA §2", epiphany, reformation),
		germany("DE-TH", "Thuringia", "Thüringer Feiertagsgesetz §2", on("World Children's Day", time.September, 20).since(2019), reformation),
	}
}

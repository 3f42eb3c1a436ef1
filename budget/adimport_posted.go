package budget

import (
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/money"
)

// adPrefix begins the keys of ad records, adRounding ends those of rounding lines.
const (
	adPrefix   = "ads/"
	adRounding = "/rounding"
)

// adKey is the key of an ad record, in parts: "ads/google/123/x/2026-03-01",
// "…/2026-03-01/segment" or "…/2026-03/EUR/rounding".
type adKey struct {
	account  string         // "ads/google/123"
	campaign string         // "ads/google/123/x"
	month    string         // "ads/google/123/x/2026-03"
	date     string         // "ads/google/123/x/2026-03-01"; "" of a rounding line
	day      civil.Date     // of a rounding line the first of the month
	currency money.Currency // of a rounding line
}

const (
	monthLen    = len("2026-03")
	dayLen      = len("2026-03-01")
	roundingLen = monthLen + len("/EUR") + len(adRounding)
)

// cutAdKey takes a key apart. Names in it have no "/", which is escaped.
func cutAdKey(key string) (k adKey, ok bool) {
	if !strings.HasPrefix(key, adPrefix) {
		return k, false
	}
	at := len(adPrefix)
	for range 2 { // platform, account
		n := strings.IndexByte(key[at:], '/')
		if n < 0 {
			return k, false
		}
		at += n + 1
	}
	k.account = key[:at-1]
	n := strings.IndexByte(key[at:], '/')
	if n < 0 {
		return k, false
	}
	at += n + 1
	k.campaign = key[:at-1]
	rest := key[at:]
	var err error
	if len(rest) == roundingLen && strings.HasSuffix(rest, adRounding) && rest[monthLen] == '/' {
		k.month = key[:at+monthLen]
		if k.currency, err = money.ParseCurrency(rest[monthLen+1 : roundingLen-len(adRounding)]); err != nil {
			return k, false
		}
		k.day, err = civil.Parse(rest[:monthLen] + "-01")
		return k, err == nil
	}
	if len(rest) < dayLen || len(rest) > dayLen && rest[dayLen] != '/' {
		return k, false
	}
	k.month, k.date = key[:at+monthLen], key[:at+dayLen]
	k.day, err = civil.Parse(rest[:dayLen])
	return k, err == nil
}

// account takes up a day of the reports.
func (w *adWork) account(k adKey) {
	a := w.accounts[k.account]
	if a == nil {
		one := civil.Days(k.day, k.day)
		if a = (&adAccount{one, one}); !w.im.Complete.IsEmpty() {
			a.months = w.im.Complete
		}
		w.accounts[k.account] = a
	}
	a.reported = including(a.reported, k.day)
	a.months = including(a.months, k.day)
}

func including(p civil.Period, d civil.Date) civil.Period {
	first, last := p.First(), p.Last()
	if d.Before(first) {
		first = d
	}
	if d.After(last) {
		last = d
	}
	return civil.Days(first, last)
}

// posted takes up what the book has of the accounts and months in question. Keys
// are gone through, not asked for: those that left have names that nobody knows.
func (w *adWork) posted(b *Book) {
	for _, a := range w.accounts {
		a.months = civil.Days(civil.MonthOf(a.months.First()).First(), civil.MonthOf(a.months.Last()).Last())
	}
	for i, key := range b.records.keys {
		k, ok := cutAdKey(key)
		if !ok {
			continue
		}
		if a := w.accounts[k.account]; a == nil || !a.months.Contains(k.day) {
			continue
		}
		doc := &b.records.items[i]
		r, ok := b.command(doc.entry).(Record)
		if !ok || k.date == "" && r.Amount.Currency() != k.currency {
			continue
		}
		l := w.lines[key]
		if l == nil {
			l = &adLine{key: k}
			w.lines[key] = l
		}
		l.was, l.reversed = &r, doc.reversed
	}
}

// exactMark stands between the rate of exchange and the amount before rounding.
const exactMark = " = "

// withExact returns the Rate of a record: how its amount was converted, and what it
// was before rounding unless that is the same.
func withExact(how string, exact money.Price, amount money.Money) string {
	if whole, err := money.PriceOf(amount); err == nil && whole == exact {
		return how
	}
	if how != "" {
		how += exactMark
	}
	return how + exact.String()
}

// exactOf returns what a posted amount was before it was rounded. A Rate that says
// something else is no such amount, and the amount was whole.
func exactOf(r *Record) (money.Price, error) {
	text := r.Rate
	if at := strings.LastIndex(text, exactMark); at >= 0 {
		text = text[at+len(exactMark):]
	}
	var p money.Price
	if p.UnmarshalText([]byte(text)) == nil && p.Round(money.HalfEven) == r.Amount {
		return p, nil
	}
	return money.PriceOf(r.Amount)
}

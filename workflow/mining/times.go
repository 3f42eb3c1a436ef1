package mining

import (
	"strings"
	"time"
)

// parseMillis reads an ISO 8601 time to milliseconds since 1970 UTC, finer
// digits cut off. Date and time may be parted by a space. A time without an
// offset is one of zone.
func parseMillis(b []byte, zone *time.Location) (ms int64, ok bool) {
	if ms, ok = fastMillis(b); ok {
		return ms, true
	}
	s := strings.Replace(strings.TrimSpace(string(b)), " ", "T", 1)
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		if at, err = time.ParseInLocation("2006-01-02T15:04:05.999999999", s, zone); err != nil {
			return 0, false
		}
	}
	return inRange(at.UnixMilli())
}

func inRange(ms int64) (int64, bool) { return ms, ms >= minMilli && ms <= maxMilli }

// fastMillis reads what nearly all logs hold: 2011-10-01T00:38:44.546+02:00,
// the fraction and the colon of the offset left out or not, or Z.
func fastMillis(b []byte) (int64, bool) {
	if len(b) < len("2011-10-01T00:38:44Z") || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	year, month, day := 100*two(b[0:])+two(b[2:]), two(b[5:]), two(b[8:])
	hour, minute, second := two(b[11:]), two(b[14:]), two(b[17:])
	if year < 1 || month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(year, month) ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || two(b[0:]) < 0 || two(b[2:]) < 0 {
		return 0, false
	}
	rest, milli := b[19:], int64(0)
	if rest[0] == '.' {
		n := 1
		for ; n < len(rest) && n <= 9 && rest[n]-'0' <= 9; n++ {
			if n <= 3 {
				milli = 10*milli + int64(rest[n]-'0')
			}
		}
		if n == 1 {
			return 0, false
		}
		for k := n; k <= 3; k++ {
			milli *= 10
		}
		rest = rest[n:]
	}
	offset := int64(0)
	switch {
	case len(rest) == 1 && rest[0] == 'Z':
	case len(rest) == 6 && rest[3] == ':' && (rest[0] == '+' || rest[0] == '-'):
		h, m := two(rest[1:]), two(rest[4:])
		if h < 0 || h > 23 || m < 0 || m > 59 {
			return 0, false
		}
		offset = int64(60*h + m)
		if rest[0] == '-' {
			offset = -offset
		}
	default:
		return 0, false
	}
	seconds := days(year, month, day)*86400 + int64(3600*hour+60*minute+second) - 60*offset
	return inRange(1000*seconds + milli)
}

// two reads two digits; something below zero if they are none.
func two(b []byte) int {
	hi, lo := b[0]-'0', b[1]-'0'
	if hi > 9 || lo > 9 {
		return -10_000
	}
	return 10*int(hi) + int(lo)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	default:
		return 31
	}
}

// days returns the days from 1970-01-01 in the proleptic Gregorian calendar
// (H. Hinnant, chrono-Compatible Low-Level Date Algorithms, 2013).
func days(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400 // the year is not negative
	yearOfEra := year - 400*era
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	return int64(146_097*era+365*yearOfEra+yearOfEra/4-yearOfEra/100+dayOfYear) - 719_468
}

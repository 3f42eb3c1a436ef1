// Package ical writes plans as iCalendar files (RFC 5545), for the calendars
// that people already look at.
//
//	cal := ical.FromTree("Aurora launch", tree, path, now)
//	cal.Events = append(cal.Events, ical.Event{
//		UID: "freeze@example.com", Stamp: now, Summary: "Content freeze",
//		Days: civil.Days(first, last), // both included; the file has the exclusive end that the format wants
//	})
//	err := ical.Write(file, cal)
//
// Text is escaped, lines end in CRLF and fold at 75 octets between runes. Times
// in an IANA zone carry its TZID, and the file holds the zone's rules for the
// years it needs; other times are in UTC. The same calendar gives the same
// bytes.
package ical

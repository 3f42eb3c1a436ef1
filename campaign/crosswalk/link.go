package crosswalk

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-marops/marops/campaign"
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
)

// ErrFile is the kind of every error about the content of a file of links.
var ErrFile = errors.New("invalid crosswalk")

// Link says which node an external id belongs to, and when. An open end is the
// zero Date.
type Link struct {
	System     string           `json:"system"`     // "google"; an adspend.Platform for ad platforms
	ExternalID string           `json:"externalId"` // the id, or the name where there is no id
	Node       campaign.NodeKey `json:"node"`
	Channel    string           `json:"channel,omitempty"`
	From       civil.Date       `json:"from,omitzero"` // first day; zero = since ever
	To         civil.Date       `json:"to,omitzero"`   // last day; zero = for ever
}

// Target is where a Link leads.
type Target struct {
	Node    campaign.NodeKey
	Channel string
}

const (
	maxLinks = 1_000_000
	maxText  = 255 // bytes of a name or id
)

func (l Link) first() civil.Date {
	if l.From.IsZero() {
		return civil.MinDate()
	}
	return l.From
}

func (l Link) last() civil.Date {
	if l.To.IsZero() {
		return civil.MaxDate()
	}
	return l.To
}

func (l Link) days() string { return l.From.String() + ".." + l.To.String() }

// problem returns what is wrong with a link by itself: the CSV column and why.
func (l Link) problem() (column, reason string) {
	for _, f := range [...]struct {
		column, value string
		required      bool
	}{
		{"system", l.System, true},
		{"external_id", l.ExternalID, true},
		{"node", string(l.Node), true},
		{"channel", l.Channel, false},
	} {
		switch {
		case f.required && f.value == "":
			return f.column, "it is empty"
		case len(f.value) > maxText:
			return f.column, "it is longer than 255 bytes"
		case !utf8.ValidString(f.value) || strings.ContainsFunc(f.value, func(r rune) bool { return r < ' ' || r == 0x7f }):
			return f.column, "it is not plain UTF-8 text"
		}
	}
	if l.last().Before(l.first()) {
		return "to", "the last day " + l.To.String() + " is before the first " + l.From.String()
	}
	return "", ""
}

// key is what a link is looked up by.
type key struct{ system, id string }

// Map is a compiled set of links: immutable and safe for concurrent use.
type Map struct {
	links map[key][]Link // by first day
	n     int
}

// Compile checks links and returns them ready for lookups. The error is a
// finding.List with one of these codes per problem: crosswalk.size for more than
// a million links, crosswalk.link.invalid for an empty, overlong or unprintable
// field or a last day before the first, crosswalk.link.overlap for two links of
// one external id that share a day.
func Compile(links []Link) (*Map, error) {
	var found finding.List
	if len(links) > maxLinks {
		found.Errorf("crosswalk.size", "crosswalk", "split it", "%d links, at most %d", len(links), maxLinks)
		return nil, found.Err()
	}
	m := &Map{make(map[key][]Link), len(links)}
	var order []key
	for i, l := range links {
		if column, reason := l.problem(); reason != "" {
			found.Errorf("crosswalk.link.invalid", "link/"+printable(l.System)+"/"+printable(l.ExternalID), "mend it", "link %d, %s: %s", i+1, column, reason)
			continue
		}
		k := key{l.System, l.ExternalID}
		if _, ok := m.links[k]; !ok {
			order = append(order, k)
		}
		m.links[k] = append(m.links[k], l)
	}
	for _, k := range order {
		list := m.links[k]
		slices.SortStableFunc(list, func(a, b Link) int { return cmp.Or(a.first().Compare(b.first()), a.last().Compare(b.last())) })
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			if !b.first().After(a.last()) {
				found.Errorf("crosswalk.link.overlap", "link/"+k.system+"/"+k.id, "end one before the other begins",
					"%s is %s, %s is %s", a.Node, a.days(), b.Node, b.days())
			}
		}
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func printable(s string) string {
	return strings.ToValidUTF8(s[:min(len(s), 60)], "\uFFFD")
}

// Len returns the number of links.
func (m *Map) Len() int { return m.n }

// Lookup returns where an external id leads on a day, and whether it leads
// anywhere. The zero Date matches only a link without either end.
func (m *Map) Lookup(system, externalID string, on civil.Date) (Target, bool) {
	list := m.links[key{system, externalID}]
	if on.IsZero() {
		if len(list) == 1 && list[0].From.IsZero() && list[0].To.IsZero() {
			return Target{list[0].Node, list[0].Channel}, true
		}
		return Target{}, false
	}
	// The last link that begins on or before the day is the only candidate.
	i, exact := slices.BinarySearchFunc(list, on, func(l Link, d civil.Date) int { return l.first().Compare(d) })
	if !exact {
		i--
	}
	if i < 0 || on.After(list[i].last()) {
		return Target{}, false
	}
	return Target{list[i].Node, list[i].Channel}, true
}

package report

import (
	"fmt"
	"net/url"
	"strings"
)

// id takes an ID for a block.
func (c *compiler) id(where, id string) {
	if id == "" {
		return
	}
	if !isID(id) {
		c.found.Errorf("report.id.invalid", where, "use letters, digits, '-', '_' and '.'", "the ID %q", id)
		return
	}
	if other, ok := c.ids[id]; ok {
		c.found.Errorf("report.id.duplicate", where, "give each block its own ID", "the ID %q is also that of %s", id, other)
		return
	}
	c.ids[id] = where
}

// isID accepts letters, digits and a few marks, so that an ID needs no escaping
// anywhere.
func isID(s string) bool {
	if len(s) > 200 {
		return false
	}
	for i := range len(s) {
		ch := s[i]
		if (ch|0x20 < 'a' || ch|0x20 > 'z') && (ch < '0' || ch > '9') && ch != '-' && ch != '_' && ch != '.' {
			return false
		}
	}
	return true
}

// slug makes an ID from a text.
func (c *compiler) slug(text string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	base := strings.Trim(b.String(), "-")
	if base == "" {
		base = "section"
	}
	id := base
	for n := 2; c.ids[id] != ""; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	c.ids[id] = "heading"
	return id
}

// link checks an address and remembers those that lead into the document.
func (c *compiler) link(link, where string) {
	if link == "" {
		return
	}
	if id, ok := strings.CutPrefix(link, "#"); ok {
		c.links = append(c.links, placedLink{where, id})
		return
	}
	if !isSafeLink(link) {
		c.found.Errorf("report.link.unsafe", where, "use #id, a relative path, http, https or mailto", "the link %q", link)
	}
}

// isSafeLink accepts what cannot run anything. A link with control characters is
// refused, since browsers drop some of them before they look for the scheme.
func isSafeLink(link string) bool {
	for _, r := range link {
		if r <= ' ' || r == 0x7F || r == '\\' || r == 0xFFFD {
			return false
		}
	}
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return true
	case "":
		return u.Host == "" // "//host" would leave the site unseen
	default:
		return false
	}
}

package tracking

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// ErrUTM is the kind of every error about a URL or its UTM parameters.
var ErrUTM = errors.New("invalid tracked URL")

// UTM is the campaign parameters of a URL.
type UTM struct {
	Source          string // utm_source
	Medium          string // utm_medium
	Campaign        string // utm_campaign
	ID              string // utm_id
	Term            string // utm_term
	Content         string // utm_content
	SourcePlatform  string // utm_source_platform
	CreativeFormat  string // utm_creative_format
	MarketingTactic string // utm_marketing_tactic
}

type field struct {
	key   string
	value *string
}

func (u *UTM) fields() []field {
	return []field{
		{"utm_source", &u.Source},
		{"utm_medium", &u.Medium},
		{"utm_campaign", &u.Campaign},
		{"utm_id", &u.ID},
		{"utm_term", &u.Term},
		{"utm_content", &u.Content},
		{"utm_source_platform", &u.SourcePlatform},
		{"utm_creative_format", &u.CreativeFormat},
		{"utm_marketing_tactic", &u.MarketingTactic},
	}
}

// Visit returns what Classify looks at.
func (u UTM) Visit() Visit { return Visit{u.Source, u.Medium, u.Campaign} }

// maxURL is the longest URL that is read, in bytes.
const maxURL = 8 << 10

// ParseUTM reads the parameters of a URL. Names are case-sensitive, as analytics
// treats them; values are kept as they are. A URL that cannot be read, one of
// more than 8 KiB, a value that is not UTF-8 and a parameter with two values are
// errors that match ErrUTM.
func ParseUTM(raw string) (UTM, error) {
	var u UTM
	refuse := func(format string, args ...any) (UTM, error) {
		return UTM{}, fmt.Errorf("%s: %w: %s", clip(raw), ErrUTM, fmt.Sprintf(format, args...))
	}
	query, err := parse(raw)
	if err != nil {
		return refuse("%v", err)
	}
	for _, f := range u.fields() {
		for i, value := range query[f.key] {
			if i > 0 && value != *f.value {
				return refuse("%s is both %q and %q", f.key, clip(*f.value), clip(value))
			}
			if !utf8.ValidString(value) {
				return refuse("%s is not UTF-8", f.key)
			}
			*f.value = value
		}
	}
	return u, nil
}

func parse(raw string) (url.Values, error) {
	if len(raw) > maxURL {
		return nil, fmt.Errorf("longer than %d bytes", maxURL)
	}
	at, err := url.Parse(raw)
	if err != nil {
		return nil, unwrap(err)
	}
	query, err := url.ParseQuery(at.RawQuery)
	if err != nil {
		return nil, err
	}
	return query, nil
}

// unwrap drops the URL from an error of package url, for ours names it already.
func unwrap(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// Build returns the base URL with the parameters that are set, after whatever
// other parameters it has; its own UTM parameters are replaced. The base must
// be an http or https URL with a host, Source must be set and values must be
// UTF-8; errors match ErrUTM.
func (u UTM) Build(base string) (string, error) {
	refuse := func(reason any) (string, error) { return "", fmt.Errorf("%s: %w: %v", clip(base), ErrUTM, reason) }
	at, err := url.Parse(base)
	switch {
	case len(base) > maxURL:
		return refuse("longer than 8 KiB")
	case err != nil:
		return refuse(unwrap(err))
	case at.Scheme != "http" && at.Scheme != "https" || at.Host == "":
		return refuse("want http or https and a host")
	case u.Source == "":
		return refuse("utm_source is empty")
	}
	if _, err := url.ParseQuery(at.RawQuery); err != nil {
		return refuse(err)
	}
	fields := u.fields()
	own := map[string]bool{}
	for _, f := range fields {
		own[f.key] = true
	}
	var parts []string
	for part := range strings.SplitSeq(at.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if key, err := url.QueryUnescape(name); part == "" || err == nil && own[key] {
			continue
		}
		parts = append(parts, part)
	}
	for _, f := range fields {
		if !utf8.ValidString(*f.value) {
			return refuse(f.key + " is not UTF-8")
		}
		if *f.value != "" {
			parts = append(parts, f.key+"="+url.QueryEscape(*f.value))
		}
	}
	at.RawQuery, at.ForceQuery = strings.Join(parts, "&"), false
	return at.String(), nil
}

// clip keeps foreign text in messages short.
func clip(s string) string {
	const most = 120
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

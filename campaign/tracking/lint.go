package tracking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-marops/marops/finding"
)

// Lint checks tracked URLs, each by itself and against the others, and returns
// what is wrong, worst first. Codes:
//
//	tracking.utm.invalid     a URL or parameter that ParseUTM refuses (Error)
//	tracking.utm.missing     no utm_source (Error), no utm_medium or utm_campaign (Warning)
//	tracking.utm.key         a name in other than lower case, which analytics ignores (Error)
//	tracking.utm.case        a capital letter in source, medium or campaign (Warning)
//	tracking.utm.space       a space in or around a value of source or medium (Warning)
//	tracking.utm.unassigned  source and medium that no rule of the set knows (Warning)
//	tracking.utm.drift       one value spelt in several cases over the URLs (Warning)
func (r *Rules) Lint(urls ...string) finding.List {
	var found finding.List
	spellings := map[string]map[string]bool{} // key and folded value -> spellings
	for _, raw := range urls {
		subject := "url/" + clip(raw)
		lintKeys(&found, subject, raw)
		u, err := ParseUTM(raw)
		if err != nil {
			found.Errorf("tracking.utm.invalid", subject, "mend the URL", "%v", err)
			continue
		}
		r.values(&found, subject, u)
		for _, f := range u.fields()[:3] {
			if *f.value == "" {
				continue
			}
			folded := f.key + "\x00" + strings.ToLower(*f.value)
			if spellings[folded] == nil {
				spellings[folded] = map[string]bool{}
			}
			spellings[folded][*f.value] = true
		}
	}
	for folded, values := range spellings {
		if len(values) < 2 {
			continue
		}
		key, value, _ := strings.Cut(folded, "\x00")
		var list []string
		for v := range values {
			list = append(list, fmt.Sprintf("%q", clip(v)))
		}
		slices.Sort(list)
		found.Warnf("tracking.utm.drift", key+"/"+clip(value), "agree on one spelling, lower case", "spelt %s", strings.Join(list, ", "))
	}
	found.Sort()
	return found
}

func lintKeys(found *finding.List, subject, raw string) {
	query, err := parse(raw)
	if err != nil {
		return // ParseUTM reports it
	}
	var u UTM
	for key := range query {
		lower := strings.ToLower(key)
		if lower == key {
			continue
		}
		for _, f := range u.fields() {
			if f.key == lower {
				found.Errorf("tracking.utm.key", subject, "write "+lower, "%q is not %s", clip(key), lower)
			}
		}
	}
}

func (r *Rules) values(found *finding.List, subject string, u UTM) {
	for i, f := range u.fields()[:3] {
		switch v := *f.value; {
		case v == "" && i == 0:
			found.Errorf("tracking.utm.missing", subject, "add "+f.key, "%s is missing", f.key)
		case v == "":
			found.Warnf("tracking.utm.missing", subject, "add "+f.key, "%s is missing", f.key)
		default:
			if v != strings.ToLower(v) {
				found.Warnf("tracking.utm.case", subject, "write "+clip(strings.ToLower(v)), "%s is %q", f.key, clip(v))
			}
			if i < 2 && strings.ContainsAny(v, " \t\r\n") {
				found.Warnf("tracking.utm.space", subject, "write words with hyphens", "%s is %q", f.key, clip(v))
			}
		}
	}
	if u.Source == "" && u.Medium == "" {
		return // missing says enough
	}
	if channel, _ := r.Classify(u.Visit()); channel == Unassigned {
		lower := u.Visit()
		lower.Source, lower.Medium, lower.Campaign = strings.ToLower(lower.Source), strings.ToLower(lower.Medium), strings.ToLower(lower.Campaign)
		fix, evidence := "use a source and medium of the rules", fmt.Sprintf("source %q, medium %q is Unassigned", clip(u.Source), clip(u.Medium))
		if other, _ := r.Classify(lower); other != Unassigned {
			fix = "write it in lower case"
			evidence += fmt.Sprintf("; source %q, medium %q would be %s", clip(lower.Source), clip(lower.Medium), other)
		}
		found.Warnf("tracking.utm.unassigned", subject, fix, "%s", evidence)
	}
}

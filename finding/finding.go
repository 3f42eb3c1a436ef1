package finding

import (
	"cmp"
	"encoding"
	"fmt"
	"slices"
	"strings"
)

// Severity says how much a finding matters. The zero value is Info.
type Severity uint8

// The severities, from least to most. Only Error makes List.Err an error.
const (
	Info Severity = iota
	Warning
	Error
)

var names = [...]string{Info: "info", Warning: "warning", Error: "error"}

// String returns "info", "warning" or "error".
func (s Severity) String() string {
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) {
	if int(s) >= len(names) {
		return nil, fmt.Errorf("severity %d: unknown", uint8(s))
	}
	return []byte(names[s]), nil
}

// UnmarshalText reads the name.
func (s *Severity) UnmarshalText(text []byte) error {
	i := slices.Index(names[:], string(text))
	if i < 0 {
		return fmt.Errorf("severity %q: want info, warning or error", text)
	}
	*s = Severity(i)
	return nil
}

var _ encoding.TextMarshaler = Severity(0)

// Finding is one observation with a stable code.
type Finding struct {
	Code     string   `json:"code"`               // stable, dotted: "budget.limit.exceeded"
	Severity Severity `json:"severity"`           //
	Subject  string   `json:"subject"`            // what it is about: "node/emea", "team.csv:7"
	Evidence []string `json:"evidence,omitempty"` // the facts that show it, most telling first
	Fix      string   `json:"fix,omitempty"`      // one action that would mend it
}

// String returns one line: severity, subject, evidence, code and fix.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Subject)
	b.WriteString(": ")
	if len(f.Evidence) > 0 {
		b.WriteString(strings.Join(f.Evidence, "; "))
	} else {
		b.WriteString(f.Code)
	}
	if f.Fix != "" {
		b.WriteString(" (fix: ")
		b.WriteString(f.Fix)
		b.WriteString(")")
	}
	return b.String()
}

// List is a set of findings. The zero List is empty and ready to use.
//
// A List is an error type so that errors.AsType can recover it, but an empty
// List stored in an error is not nil: return Err(), never the List itself.
type List []Finding

// Error joins all findings, one per line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Err returns l as an error if any finding in it is an Error, else nil.
func (l List) Err() error {
	if l.Worst() < Error || len(l) == 0 {
		return nil
	}
	return l
}

// Worst returns the highest severity in l; Info when l is empty.
func (l List) Worst() Severity {
	worst := Info
	for _, f := range l {
		worst = max(worst, f.Severity)
	}
	return worst
}

// Add appends findings.
func (l *List) Add(f ...Finding) { *l = append(*l, f...) }

// Errorf appends an Error. Fix may be empty.
func (l *List) Errorf(code, subject, fix, evidence string, args ...any) {
	l.add(Error, code, subject, fix, evidence, args)
}

// Warnf appends a Warning. Fix may be empty.
func (l *List) Warnf(code, subject, fix, evidence string, args ...any) {
	l.add(Warning, code, subject, fix, evidence, args)
}

// Infof appends an Info. Fix may be empty.
func (l *List) Infof(code, subject, fix, evidence string, args ...any) {
	l.add(Info, code, subject, fix, evidence, args)
}

func (l *List) add(s Severity, code, subject, fix, evidence string, args []any) {
	l.Add(Finding{Code: code, Severity: s, Subject: subject, Fix: fix, Evidence: []string{fmt.Sprintf(evidence, args...)}})
}

// Sort orders by falling severity, then code, subject and evidence: the order
// in which people should read, and the same one on every run.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Subject, b.Subject),
			slices.Compare(a.Evidence, b.Evidence),
		)
	})
}

// Has reports whether any finding carries the code.
func (l List) Has(code string) bool {
	return slices.ContainsFunc(l, func(f Finding) bool { return f.Code == code })
}

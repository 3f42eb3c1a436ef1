package workflow

import (
	"fmt"
	"strings"
	"time"
)

// Explain returns, line by line, why a stage stands where it does: its status,
// then each vote, then who is silent. It returns nil for a stage that is not
// known.
func (s State) Explain(key StageKey) []string {
	st, ok := s.Stage(key)
	if !ok {
		return nil
	}
	lines := []string{st.headline()}
	for _, b := range st.Ballots {
		line := fmt.Sprintf("%s: %s", b.Seat, words(b.Verdict.String()))
		if b.By != b.Seat {
			line += fmt.Sprintf(", cast by %s", b.By)
		}
		line += fmt.Sprintf(", on version %d", b.Version)
		if b.Comment != "" {
			line += fmt.Sprintf(": %q", b.Comment)
		}
		lines = append(lines, line)
	}
	if silent := st.Silent(); len(silent) > 0 && st.Status.live() {
		lines = append(lines, "waits for "+describe(silent))
	}
	return lines
}

// headline says where the stage stands, in one line.
func (s StageState) headline() string {
	parts := []string{fmt.Sprintf("%s: %s", s.Key, words(s.Status.String()))}
	if s.Reason != "" {
		parts = append(parts, s.Reason)
	} else if s.Status.live() {
		parts = append(parts, s.Quota.progress(s.seats(nil)))
	}
	if s.Status.live() && !s.Due.IsZero() {
		due := "due " + s.Due.Format(time.RFC3339)
		if s.Overdue {
			due += ", no response from " + describe(s.Silent())
		}
		parts = append(parts, due)
	}
	return strings.Join(parts, "; ")
}

// Why returns, line by line, why the instance stands where it does: its status,
// then what each stage on the route contributes, in the order of the
// definition, then the conditions left.
func (s State) Why() []string {
	head := words(s.Status.String())
	if s.Version > 0 {
		head += fmt.Sprintf(", version %d", s.Version)
	}
	if s.Reason != "" {
		head += ": " + s.Reason
	}
	lines := []string{head}
	for _, st := range s.Stages {
		if st.Status != StageSkipped {
			lines = append(lines, st.headline())
		}
	}
	for _, c := range s.Conditions() {
		at := string(c.Stage)
		if at == "" {
			at = "the subject"
		}
		lines = append(lines, fmt.Sprintf("condition of %s in %s: %q", c.By, at, c.Text))
	}
	return lines
}

func words(name string) string { return strings.ReplaceAll(name, "_", " ") }

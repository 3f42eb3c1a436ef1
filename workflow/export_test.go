package workflow

import "github.com/go-marops/marops/ident"

// Outcome evaluates a rule for electors and what each of them said, without an
// instance around it.
func Outcome(rule Rule, electors []ident.Person, staff *Staff) func(votes []Verdict) StageStatus {
	q := rule.quota(electors, staff)
	seats := make([]seat, len(electors))
	for i, p := range electors {
		seats[i] = q.seat(p)
		seats[i].open = true
	}
	return func(votes []Verdict) StageStatus {
		for i, v := range votes {
			seats[i].verdict = v
		}
		return q.outcome(seats)
	}
}

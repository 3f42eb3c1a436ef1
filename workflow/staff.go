package workflow

import (
	"slices"
	"time"

	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
)

// Staff is a snapshot of who may do what: the host's directory at one moment.
// The engine never changes it.
type Staff struct {
	Roles       map[Role][]ident.Person `json:"roles"`
	Delegations []Delegation            `json:"delegations,omitempty"`
}

// Delegation lets one person vote on behalf of another from Since until just
// before Until. It is passed on, up to MaxHops times: if Ben stands in for Ann and
// Cem for Ben, Cem stands in for Ann. Ann keeps her vote.
type Delegation struct {
	From  ident.Person `json:"from"` // whose vote it is
	To    ident.Person `json:"to"`   // who casts it
	Since time.Time    `json:"since"`
	Until time.Time    `json:"until"`
}

// Members returns the people of a role in order, each once; none for a role
// that is not known or for no staff.
func (s *Staff) Members(r Role) []ident.Person {
	if s == nil {
		return nil
	}
	return people(s.Roles[r])
}

// asked returns the people of a stage's role and of its rule's groups, in order.
func (s *Staff) asked(stage Stage) []ident.Person {
	list := s.Members(stage.Role)
	groups, _ := rolesOf(stage.Rule)
	for _, role := range groups {
		list = append(list, s.Members(role)...)
	}
	return people(list)
}

// has reports whether the role is known.
func (s *Staff) has(r Role) bool {
	_, ok := s.Roles[r]
	return ok
}

// check reports people and delegations that cannot be.
func (s *Staff) check(found *finding.List) {
	for _, role := range sortedKeys(s.Roles) {
		for _, p := range s.Roles[role] {
			if err := p.Check(); err != nil {
				found.Errorf("workflow.staff.person", "role/"+string(role), "name the person by the directory's key", "%v", err)
			}
		}
	}
	for _, d := range s.Delegations {
		subject := "delegation/" + string(d.From)
		if d.From == d.To || d.From == "" || d.To == "" {
			found.Errorf("workflow.staff.delegation", subject, "name two people", "from %q to %q", d.From, d.To)
		}
		if s.circle(d) {
			c := string(d.From) + " to " + string(d.To)
			found.Warnf("workflow.staff.circle", subject, "end one of the delegations", "from %s, and back again: nobody gains a vote by it", c)
		}
		if !d.Since.Before(d.Until) {
			found.Errorf("workflow.staff.delegation", subject, "let it end after it begins", "from %v until %v", d.Since, d.Until)
		}
	}
}

// circle reports whether a delegation comes back to where it began, while it lasts.
func (s *Staff) circle(d Delegation) bool {
	seen, reached := []ident.Person{d.To}, []ident.Person{d.To}
	for range MaxHops {
		var next []ident.Person
		for _, g := range s.Delegations {
			if !slices.Contains(reached, g.From) || !g.Since.Before(d.Until) || !d.Since.Before(g.Until) || slices.Contains(seen, g.To) {
				continue
			}
			if g.To == d.From {
				return true
			}
			seen, next = append(seen, g.To), append(next, g.To)
		}
		reached = next
	}
	return false
}

// people returns a sorted copy without duplicates, nil if empty.
func people(list []ident.Person) []ident.Person {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

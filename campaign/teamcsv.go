package campaign

import (
	"io"
	"maps"
	"slices"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/internal/table"
)

// ReadTeam reads people from a CSV file with the columns person, name, role,
// calendar, percent (of full time, 1 to 100) and absent (a period as
// first..last, or nothing). Calendars must be among the given ones. It returns
// the team and who has which role. Errors name file, row and column.
func ReadTeam(r io.Reader, file string, calendars map[string]worktime.Spec, standard string) (team Team, roles map[string][]ident.Person, err error) {
	rows, err := table.Read(r, file, []string{"person"}, "person", "name", "role", "calendar", "percent", "absent")
	if err != nil {
		return Team{}, nil, err
	}
	team = Team{Calendars: maps.Clone(calendars), Calendar: standard}
	roles = make(map[string][]ident.Person)
	known := slices.Sorted(maps.Keys(calendars))
	for _, row := range rows {
		m := Member{Person: ident.Person(row.Name("person")), Name: row.Name("name"), Calendar: row.Name("calendar", known...), Units: 10 * row.Number("percent", 1, 100)}
		if err := m.Person.Check(); err != nil {
			row.Fail("person", "%v", err)
		}
		if absent := row.Period("absent"); !absent.IsEmpty() {
			m.Absences = []civil.Period{absent}
		}
		role := row.Name("role")
		if row.Err() != nil {
			return Team{}, nil, row.Err()
		}
		roles[role] = append(roles[role], m.Person)
		team.People = append(team.People, m)
	}
	return team, roles, nil
}

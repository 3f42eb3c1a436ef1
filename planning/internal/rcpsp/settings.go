package rcpsp

import "math"

// settings are the numbers of a search. All follow from the size of the project
// and the count of schedules by the formulas of settingsFor.
type settings struct {
	islands  int   // independent searches that exchange their best
	each     int   // schedules of an island
	pop      int   // schedules in either population
	parallel int   // eighths of the samples that the parallel scheme makes
	exponent int   // of the random choice among eligible activities
	knapsack int   // fillings of a decision time to choose from
	mutate   int32 // children per thousand whose keys are shaken
	shaken   int   // activities that are shaken
	improve  int32 // passes per thousand in which activities may change their modes,
	tried    int32 // and activities per thousand that try to
	effort   int   // rounds of the lower bound
	migrate  int   // generations between two exchanges of islands
	restart  int   // passes without gain until the populations are made anew; 0: never
	spread   int32 // and how far apart their makespans may be then, in thousandths
}

// settingsFor returns the settings of a search of so many schedules over
// activities that take time.
func settingsFor(activities, schedules int) settings {
	n, b := float64(max(1, activities)+2), float64(max(1, schedules)) // two for the ends that published sizes count
	s := settings{islands: min(8, max(1, schedules/300_000)), effort: min(2000, schedules/1500), migrate: 8, improve: 300, tried: 200}
	s.each = schedules / s.islands
	b /= float64(s.islands)
	s.pop = max(4, int(math.Round(22*math.Pow(b/1000, 0.65)*math.Pow(n/120, -0.3))))
	s.pop = min(s.pop, 2000, max(4, 1<<22/int(n))) // memory, and the search for duplicates
	s.parallel = min(6, max(2, int(math.Round(n/20))))
	s.exponent = min(4, max(2, int(n/30)))
	s.knapsack = min(8, max(1, int(n/15)))
	s.mutate = int32(1000 * min(0.5, max(0.1, 0.1+float64(0.1*math.Log2(b/(16*n))))))
	s.shaken = 1 + int(n/40)
	if b > 5*math.Pow(n, 1.5) {
		s.restart, s.spread = 60*s.pop, 8
		if n < 48 {
			s.restart, s.spread = 20*s.pop, 1000
		}
	}
	return s
}

// SchedulesFor returns how many schedules take about so many milliseconds of one
// core. It is a formula of the size, not a measurement: in a second 176.5 million
// over n^1.5, of n activities that take time and two ends; a fifth of that where
// they have several modes. That is 131,000 for 120 activities, which take most of a
// second, and 361,000 for 60, of which many projects need only a part.
func (m *Model) SchedulesFor(milliseconds int) int {
	perSecond := 176_500_000.0
	if m.multi {
		perSecond /= 5
	}
	n := float64(m.working() + 2)
	schedules := perSecond / (n * math.Sqrt(n)) * float64(max(0, milliseconds)) / 1000
	return int(max(1, min(schedules, 1<<30)))
}

package planning_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// Site must be up on the ninth: who helps, and what does it cost?
func ExampleCompare() {
	plan := paid()
	plan.Task("copy").Deadline = civil.MustDate(2026, time.March, 9).At(18, 0, time.UTC)
	plan.Task("site").Deadline = civil.MustDate(2026, time.March, 9).At(18, 0, time.UTC)
	plan.Task("site").Duration = worktime.Days(4)
	hire, cut := plan.Clone(), plan.Clone()
	hire.Resources = append(hire.Resources, planning.Resource{Key: "eve", Rates: hire.Resource("ben").Rates})
	hire.Task("site").Assignments[0].Resource = "eve"
	cut.Task("site").Duration = worktime.Days(1)
	options := []planning.Option{{Name: "as it is", Plan: plan}, {Name: "hire Eve", Plan: hire}, {Name: "smaller site", Plan: cut}}
	for _, c := range planning.Compare(context.Background(), planning.Search{Schedules: 50}, options...) {
		fmt.Printf("%-12s lacks %-4s late %-4s finish %s cost %s\n", c.Name, c.Lacking, worktime.Work(c.Late), c.Finish.Format(clock), c.Cost)
	}
	// Output:
	// as it is     lacks 24 h late 24h  finish Thu 12 Mar 18:00 cost 6544.00 EUR
	// hire Eve     lacks 0 h  late 0m   finish Thu 12 Mar 18:00 cost 5952.00 EUR
	// smaller site lacks 0 h  late 0m   finish Thu 12 Mar 18:00 cost 4624.00 EUR
}

func TestCompareTellsWhatFails(t *testing.T) {
	t.Parallel()
	bad := launch()
	bad.Tasks[0].Key = ""
	got := planning.Compare(t.Context(), planning.Search{}, planning.Option{Name: "bad", Plan: bad}, planning.Option{Name: "good", Plan: launch()})
	require.ErrorContains(t, got[0].Err, "give it a key")
	require.NoError(t, got[1].Err)
	assert.True(t, got[1].Cost.IsZero())
}

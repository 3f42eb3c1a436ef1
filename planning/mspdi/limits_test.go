package mspdi_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/mspdi"
)

// Files that are small and say much are refused, and quickly.
func TestHeavyFiles(t *testing.T) {
	t.Parallel()
	base := layer{week: [7]int{0, 8, 8, 8, 8, 8, 0}}
	for i := range 20_000 {
		d := civil.Days(day(2*i), day(2*i))
		base.exceptions = append(base.exceptions, said{d, i % 3})
	}
	var many strings.Builder
	many.WriteString(base.xml(1, -1))
	for uid := range 2000 {
		fmt.Fprintf(&many, "<Calendar><UID>%d</UID><Name>x</Name><BaseCalendarUID>1</BaseCalendarUID></Calendar>", uid+2)
	}
	chain := strings.Builder{} // each over all of the one before
	for uid := range 10 {
		base.exceptions = base.exceptions[:1500]
		chain.WriteString(base.xml(uid+1, uid))
	}
	for name, c := range map[string]struct{ doc, want string }{
		"calendars with the holidays of another": {document("<CalendarUID>1</CalendarUID>", many.String(), "", "", ""), "exceptions and weeks in all"},
		"a chain of calendars":                   {document("<CalendarUID>1</CalendarUID>", chain.String(), "", "", ""), ""},
		"a deep outline": {document("", "", func() string {
			var b strings.Builder
			for i := range 50_000 {
				fmt.Fprintf(&b, "<Task><UID>%d</UID><OutlineLevel>%d</OutlineLevel><Summary>1</Summary></Task>", i+1, i+1)
			}
			return b.String()
		}(), "", ""), ""},
		"everyday breaks for centuries": {document("", "", "<Task><UID>1</UID><Duration>PT8H0M0S</Duration></Task>", "", "<Assignment><TaskUID>1</TaskUID><ResourceUID>-65535</ResourceUID>"+func() string {
			var b strings.Builder
			for i := range 3000 {
				fmt.Fprintf(&b, "<TimephasedData><Type>1</Type><Start>%04d-01-01T00:00:00</Start><Finish>%04d-01-02T00:00:00</Finish><Value>PT8H0M0S</Value></TimephasedData>", 1000+3*i, 1000+3*i)
			}
			return b.String()
		}()+"</Assignment>"), ""},
	} {
		begin := time.Now()
		_, err := mspdi.Read(strings.NewReader(c.doc))
		t.Log(name, time.Since(begin))
		assert.Less(t, time.Since(begin), 2*time.Minute, name) // a second or two; forty under the race detector on a busy machine
		if c.want == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, c.want, name)
		}
	}
}

// Errors are reported however many warnings there are before them.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	var tasks strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&tasks, "<Task><UID>%d</UID><Manual>1</Manual></Task>", i+1)
	}
	p := parse(t, document("", "", tasks.String(), "", ""))
	assert.Len(t, p.Findings, 1000)
	_, err := mspdi.Read(strings.NewReader(document("", "", tasks.String()+"<Task><UID>1</UID></Task>", "", "")))
	require.ErrorContains(t, err, "UID 1 is given twice")
}

// What is measured without a start date, or by a calendar that is none, is no reason to
// panic.
func TestNothingToMeasureWith(t *testing.T) {
	t.Parallel()
	const task = "<Task><UID>1</UID><Duration>PT8H0M0S</Duration><ActualStart>2026-03-02T08:00:00</ActualStart><RemainingDuration>PT4H0M0S</RemainingDuration><Stop>2026-03-02T12:00:00</Stop><Resume>2026-03-09T08:00:00</Resume></Task>"
	_, err := mspdi.Read(strings.NewReader(`<Project xmlns="http://schemas.microsoft.com/project"><StatusDate>2026-03-09T08:00:00</StatusDate><Tasks>` + task + "</Tasks></Project>"))
	require.ErrorContains(t, err, "no start date")
	const overlap = "<Calendar><UID>1</UID><Name>x</Name><WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime><WorkingTime><FromTime>11:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays></Calendar>"
	p := parse(t, document("<CalendarUID>1</CalendarUID>", overlap, task, "", ""))
	_, err = planning.Compile(p.Plan())
	require.ErrorContains(t, err, "overlaps")
	p = parse(t, document("<ScheduleFromStart>0</ScheduleFromStart><FinishDate>2026-03-16T12:00:00</FinishDate><CalendarUID>1</CalendarUID>", overlap, task, "", ""))
	assert.Equal(t, civil.MustDate(2026, time.March, 16), p.Plan().Finish)
}

// large is a plan of many tasks in phases, with links and people.
func large(n int) planning.Plan {
	r := rand.New(rand.NewPCG(5, 6))
	p := planning.Plan{Start: day(60), Calendars: map[string]worktime.Spec{"Standard": worktime.MonFri("", "08:00-12:00", "13:00-17:00")}, Calendar: "Standard"}
	for i := range 50 {
		p.Resources = append(p.Resources, planning.Resource{Key: planning.ResourceKey(fmt.Sprint(i + 1)), Units: 1000})
	}
	for i := range n {
		if i%20 == 0 {
			p.Phases = append(p.Phases, planning.Phase{Key: fmt.Sprintf("phase-%d", n+1+i), Name: "phase"})
		}
		p.Tasks = append(p.Tasks, planning.Task{
			Key: planning.TaskKey(fmt.Sprint(i + 1)), Phase: p.Phases[len(p.Phases)-1].Key, Duration: worktime.Work(worktime.Minutes(30 * (1 + r.IntN(40)))),
			Assignments: []planning.Assignment{{Resource: p.Resources[r.IntN(50)].Key, Units: 500}},
		})
		for range min(i, 2) {
			p.Links = append(p.Links, planning.Link{From: planning.TaskKey(fmt.Sprint(i - r.IntN(min(i, 40)))), To: planning.TaskKey(fmt.Sprint(i + 1))})
		}
	}
	return p
}

func BenchmarkRead(b *testing.B) {
	var out bytes.Buffer
	require.NoError(b, mspdi.Write(&out, "large", compile(b, large(5000))))
	b.SetBytes(int64(out.Len()))
	for b.Loop() {
		if _, err := mspdi.Read(bytes.NewReader(out.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	m := compile(b, large(5000))
	for b.Loop() {
		if err := mspdi.Write(&bytes.Buffer{}, "large", m); err != nil {
			b.Fatal(err)
		}
	}
}

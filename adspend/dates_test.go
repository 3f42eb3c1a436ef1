package adspend

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/civil"
)

func TestDates(t *testing.T) {
	t.Parallel()
	march := civil.MustDate(2026, 3, 4)
	for _, c := range []struct {
		layouts []string
		text    string
		want    civil.Date
		err     string
	}{
		{nil, "2026-03-04", march, ""},
		{nil, "2026-03-04 00:00:00", march, ""},
		{nil, "2026-03-04T00:00:00", march, ""},
		{nil, "2026/03/04", march, ""},
		{nil, "20260304", march, ""},
		{nil, "4.3.2026", march, ""},
		{nil, "04.03.2026", march, ""},
		{nil, "Mar 4, 2026", march, ""},
		{nil, "March 4, 2026", march, ""},
		{nil, "4 mar 2026", march, ""},
		{nil, "4 March 2026", march, ""},
		{nil, "May 4, 2026", civil.MustDate(2026, 5, 4), ""},
		{nil, "03/04/2026", march, `"03/04/2026" could have the day or the month first; name the layout, D/M/YYYY or M/D/YYYY`},
		{nil, "13/04/2026", march, "could have the day or the month first"},
		{nil, "3-4-2026", march, "could have the day or the month first"},
		{nil, "2026-03-04 12:00:00", march, "want YYYY-MM-DD or "},
		{nil, "2026-02-30", march, "date 2026-02-30: invalid date"},
		{nil, "3/4/26", march, "want "},
		{nil, "", march, "want "},
		{nil, "46085", march, "want "}, // a serial number of a spreadsheet
		{[]string{"M/D/YYYY"}, "3/4/2026", march, ""},
		{[]string{"D/M/YYYY"}, "4/3/2026", march, ""},
		{[]string{"D/M/YYYY"}, "3/14/2026", march, "as D/M/YYYY, date 2026-14-03: invalid date"},
		{[]string{"D/M/YYYY", "M/D/YYYY"}, "14/3/2026", civil.MustDate(2026, 3, 14), ""},
		{[]string{"D/M/YYYY", "M/D/YYYY"}, "3/3/2026", civil.MustDate(2026, 3, 3), ""},
		{[]string{"D/M/YYYY", "M/D/YYYY"}, "3/4/2026", march, `"3/4/2026" is 2026-04-03 as D/M/YYYY and 2026-03-04 as M/D/YYYY`},
		{[]string{"YYYY-MM-DD hh:mm:ss"}, "2026-03-04 23:59:59", march, ""},
		{[]string{"YYYY-MM-DD hh:mm:ss"}, "2026-03-04 24:00:00", march, "want YYYY-MM-DD hh:mm:ss"},
		{[]string{"MM/DD/YYYY"}, "3/4/2026", march, "name the layout"},
		{[]string{"YYYY-MM-DD"}, "0000-01-01", march, "invalid date"},
		{[]string{"YYYY-MM-DD"}, "2026-03-04x", march, "want YYYY-MM-DD"},
		{[]string{"YYYY-MM-DD"}, "2026-03-0٤", march, "want YYYY-MM-DD"},
	} {
		ds, err := compileDates(c.layouts)
		require.NoError(t, err)
		got, err := ds.parse(c.text)
		if c.err != "" {
			require.ErrorContains(t, err, c.err, c.text)
			continue
		}
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, got, c.text)
	}
	for _, bad := range []string{"", "YYYY", "YY-MM-DD", "YYYY-MM", "YYYY-MM-DD-DD", "YYYY-M-MM-D", strings.Repeat("-", 40) + "YYYYMMDD"} {
		_, err := compileDates([]string{bad})
		require.ErrorIs(t, err, errLayout, bad)
	}
}

// Every layout that is taken unnamed reads what it writes, and only one way.
func TestClearDatesAreClear(t *testing.T) {
	t.Parallel()
	ds, err := compileDates(nil)
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(3, 4))
	goLayouts := strings.NewReplacer("YYYY", "2006", "MMMM", "January", "MMM", "Jan", "MM", "01", "M", "1", "DD", "02", "D", "2")
	for range 5000 {
		day := civil.MustDate(1970, 1, 1).AddDays(rng.IntN(40_000))
		layout := clearDates[rng.IntN(len(clearDates))]
		text := day.In(time.UTC).Format(goLayouts.Replace(layout))
		got, err := ds.parse(text)
		require.NoError(t, err, text)
		require.Equal(t, day, got, text)
	}
}

func FuzzDates(f *testing.F) {
	f.Add("D/M/YYYY", "4/3/2026")
	f.Add("YYYY-MM-DD hh:mm:ss", "2026-03-04 23:59:59")
	f.Add("MMMM D, YYYY", "March 4, 2026")
	f.Fuzz(func(t *testing.T, layout, text string) {
		ds, err := compileDates([]string{layout, "YYYY-MM-DD"})
		if err != nil {
			return
		}
		if d, err := ds.parse(text); err == nil && d.IsZero() {
			t.Fatalf("%q as %q is no day", text, layout)
		} else if err != nil && len(err.Error()) > 300 {
			t.Fatalf("%q as %q: the error is too long to read", text, layout)
		}
	})
}

package adspend_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-marops/marops/adspend"
)

// benchExport has 100 campaigns on 300 days, in two devices each.
func benchExport() string {
	var b strings.Builder
	b.WriteString("Report\nMarch\nDay,Campaign,Campaign ID,Currency code,Device,Impr.,Clicks,Cost,Conversions\n")
	for day := range 300 {
		for c := range 100 {
			for _, device := range []string{"Mobile", "Computers"} {
				fmt.Fprintf(&b, "2026-%02d-%02d,campaign %d,%d,EUR,%s,\"%d,345\",%d,\"1,234.%02d\",4.50\n", 1+day/28, 1+day%28, c, 1000+c, device, 1+c, day, c)
			}
		}
	}
	return b.String()
}

func BenchmarkGoogle(b *testing.B) {
	text := benchExport()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		report, err := adspend.Google(strings.NewReader(text), "x", nil)
		if err != nil || len(report.Rows) != 60_000 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/60_000, "ns/row")
}

func BenchmarkDays(b *testing.B) {
	report, err := adspend.Google(strings.NewReader(benchExport()), "x", nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if days, err := report.Days(); err != nil || len(days) != 30_000 {
			b.Fatal(err)
		}
	}
}

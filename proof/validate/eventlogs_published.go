package main

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/go-marops/marops/workflow/mining"
)

// publishedTables are the tables that the cleaners of the travel logs published:
// rejections and approvals by role, resubmissions of claims that were paid, and
// times between final approval, request and payment.
func publishedTables(expected string) *set {
	domestic, international := logFolder+"/logs/bpic2020-domestic.xes.gz", logFolder+"/logs/bpic2020-international.xes.gz"
	return &set{
		area: "workflow", name: "published/bpic2020", files: []string{domestic, international, expected},
		control: control{expected, `"MISSING": 89`, `"MISSING": 88`},
		run: func(c *check, data fs.FS) error {
			var want struct {
				DomesticRejections         map[string]int `json:"domestic_rejections"`
				InternationalRejections    map[string]int `json:"international_rejections"`
				DomesticApprovals          map[string]int `json:"domestic_approvals"`
				InternationalApprovals     map[string]int `json:"international_approvals"`
				DomesticResubmissions      map[string]int `json:"domestic_resubmissions"`
				InternationalResubmissions map[string]int `json:"international_resubmissions"`
				Approve                    pairTimes      `json:"approve_to_request"`
				Request                    pairTimes      `json:"request_to_handled"`
				Never                      map[string]int `json:"never_final_approved"`
				Published                  map[string]map[string]int
			}
			if err := readJSON(data, expected, &want); err != nil {
				return err
			}
			got := make(map[string]map[string]int)
			never := make(map[string]int)
			var home *mining.Log
			for name, file := range map[string]string{"domestic": domestic, "international": international} {
				log, err := readLog(data, file, "org:role")
				if err != nil {
					return err
				}
				got[name+"_rejections"], got[name+"_approvals"], got[name+"_resubmissions"], never[name] = travelTables(log)
				if name == "domestic" {
					home = log
				}
			}
			for _, table := range []struct {
				name string
				want map[string]int
			}{
				{"domestic_rejections", want.DomesticRejections},
				{"international_rejections", want.InternationalRejections},
				{"domestic_approvals", want.DomesticApprovals},
				{"international_approvals", want.InternationalApprovals},
				{"domestic_resubmissions", want.DomesticResubmissions},
				{"international_resubmissions", want.InternationalResubmissions},
			} {
				c.equal(strings.ReplaceAll(table.name, "_", " "), table.want, got[table.name])
				c.equal(strings.ReplaceAll(table.name, "_", " ")+" as published", want.Published[table.name], got[table.name])
			}
			c.equal("never finally approved", want.Never, never)
			want.Approve.compare(c, "final approval to request", home.Between("Declaration FINAL_APPROVED by SUPERVISOR", "Request Payment"))
			want.Request.compare(c, "request to payment", home.Between("Request Payment", "Payment Handled"))
			return nil
		},
	}
}

// travelTables counts rejections and approvals by role and submissions of paid
// claims, four and more as four. Of a rejected claim the employee's own rejection
// counts only if it is the first since it was submitted.
func travelTables(log *mining.Log) (rejections, approvals, submissions map[string]int, never int) {
	rejections, approvals, submissions = map[string]int{}, map[string]int{}, map[string]int{}
	for c := range log.All() {
		rejected, submitted, paid, final := false, 0, false, false
		for e := range c.Events() {
			role := e.Attributes["org:role"]
			switch {
			case strings.Contains(e.Activity, "Declaration REJECTED"):
				if !rejected || !strings.Contains(role, "EMPLOYEE") {
					rejections[role]++
				}
				rejected = true
			case strings.Contains(e.Activity, "Declaration SUBMITTED"):
				rejected = false
			case strings.Contains(e.Activity, "Declaration") && strings.Contains(e.Activity, "APPROVED"):
				approvals[role]++
			}
			if e.Activity == "Declaration SUBMITTED by EMPLOYEE" {
				submitted++
			}
			paid = paid || e.Activity == "Payment Handled"
			final = final || strings.Contains(e.Activity, "FINAL_APPROVED")
		}
		if paid && submitted > 0 {
			submissions[strconv.Itoa(min(submitted, 4))]++
		}
		if !final {
			never++
		}
	}
	return rejections, approvals, submissions, never
}

// pairTimes are the expected times from one activity to another.
type pairTimes struct {
	Pairs   int
	Median  *int64 `json:"exact_median_ms"` // the upper one of an even number
	MedianH *int64 `json:"median_h_floor"`
	MaxH    *int64 `json:"max_h_floor"`
	MaxDays *int64 `json:"max_days_floor"`
	Over48  int    `json:"gt48h_exact"`
	Over49  int    `json:"gt48_floor_hours"` // in whole hours more than 48
}

func (w pairTimes) compare(c *check, name string, got mining.Durations) {
	const hour = 3_600_000
	all := got.All()
	var t tally
	t.compare("pairs", w.Pairs, got.N)
	t.compare("over 48 h", w.Over48, got.Over(48*hour))
	t.compare("49 h and more", w.Over49, got.Over(49*hour-1))
	for _, f := range []struct {
		name string
		want *int64
		got  int64
	}{
		{"median", w.Median, all[len(all)/2]},
		{"median hours", w.MedianH, all[len(all)/2] / hour},
		{"longest hours", w.MaxH, got.Max / hour},
		{"longest days", w.MaxDays, got.Max / (24 * hour)},
	} {
		if f.want != nil {
			t.compare(f.name, fmt.Sprint(*f.want), fmt.Sprint(f.got))
		}
	}
	c.tally(name, t)
}

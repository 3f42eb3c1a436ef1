package rank_test

import (
	"fmt"
	"time"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/rank"
)

func ExampleWSJF() {
	ranking, err := rank.WSJF([]rank.WSJFItem{
		{Key: "crm clean-up", BusinessValue: rank.Int(8), TimeCriticality: rank.Int(3), RiskReduction: rank.Int(8), JobSize: rank.Int(13)},
		{Key: "webinar", BusinessValue: rank.Int(8), TimeCriticality: rank.Int(5), RiskReduction: rank.Int(3), JobSize: rank.Int(5)},
		{Key: "rebrand", BusinessValue: rank.Int(20), TimeCriticality: rank.Int(1), RiskReduction: rank.Int(2)},
		{Key: "consent banner", BusinessValue: rank.Int(1), TimeCriticality: rank.Int(20), RiskReduction: rank.Int(13), JobSize: rank.Int(8)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range ranking.Ranked {
		fmt.Println(r)
	}
	for _, a := range ranking.Apart {
		fmt.Println("apart:", a.Key, "-", a.Reason)
	}
	first := ranking.Sensitivity()[0]
	fmt.Printf("%s and %s swap beyond %s\n", first.Above, first.Below, first.Changes[0])
	// Output:
	// 1. consent banner 4.25 = (1 + 20 + 13) / 8
	// 2. webinar 3.20 = (8 + 5 + 3) / 5
	// 3. crm clean-up 1.46 = (8 + 3 + 8) / 13
	// apart: rebrand - no value for job size
	// consent banner and webinar swap beyond webinar: job size 5 -> 3.76
}

func ExampleRICE() {
	ranking, _ := rank.RICE([]rank.RICEItem{
		{Key: "newsletter", Reach: rank.Int(5000), Impact: rank.Percent(25), Confidence: rank.Percent(100), Effort: rank.Int(1)},
		{Key: "referral", Reach: rank.Int(2000), Impact: rank.Int(2), Confidence: rank.Percent(80), Effort: rank.Int(3)},
	})
	for _, r := range ranking.Ranked {
		fmt.Println(r)
	}
	// Output:
	// 1. newsletter 1250.00 = 5000 x 0.25 x 1 / 1
	// 2. referral 1066.67 = 2000 x 2 x 0.8 / 3
}

func ExampleWeighted() {
	criteria := []rank.Criterion{
		{Key: "reach", Weight: rank.Int(3)},
		{Key: "fit", Weight: rank.Int(2)},
		{Key: "cost", Weight: rank.Int(1), Better: rank.Lower},
	}
	ranking, err := rank.Weighted(criteria, []rank.WeightedItem{
		{Key: "fair", Values: map[string]rank.Number{"reach": rank.Int(900), "fit": rank.Int(4), "cost": rank.Int(40000)}},
		{Key: "podcast", Values: map[string]rank.Number{"reach": rank.Int(500), "fit": rank.Int(5), "cost": rank.Int(8000)}},
		{Key: "print", Values: map[string]rank.Number{"reach": rank.Int(700), "fit": rank.Int(2), "cost": rank.Int(15000)}},
	}, rank.MinMax)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range ranking.Ranked {
		fmt.Println(r)
	}
	for _, c := range ranking.Sensitivity()[0].Changes {
		fmt.Println("swaps beyond", c)
	}
	// Output:
	// 1. fair 0.72 = reach 0.50 + fit 0.22 + cost 0.00
	// 2. podcast 0.50 = reach 0.00 + fit 0.33 + cost 0.17
	// 3. print 0.38 = reach 0.25 + fit 0.00 + cost 0.13
	// swaps beyond weight: reach 3 -> 1.67
	// swaps beyond weight: cost 1 -> 2.33
	// swaps beyond weight: fit 2 -> 6.00
}

func ExampleMoSCoW() {
	buckets, _ := rank.MoSCoW([]rank.MoSCoWItem{
		{Key: "landing page", Priority: rank.Must, Effort: rank.Int(8)},
		{Key: "consent", Priority: rank.Must, Effort: rank.Int(5)},
		{Key: "video", Priority: rank.Should, Effort: rank.Int(5)},
		{Key: "stickers", Priority: rank.Could, Effort: rank.Int(2)},
		{Key: "app", Priority: rank.Wont, Effort: rank.Int(40)},
	}, nil)
	fmt.Println(buckets.Of(rank.Must).Items, buckets.Of(rank.Must).Effort.Fixed(0))
	for _, f := range buckets.Findings {
		fmt.Println(f.Code, "|", f.Evidence[0], "|", f.Fix)
	}
	// Output:
	// [landing page consent] 13
	// rank.moscow.must | must is 13.0 of 20.0 (65.0 %), at most 60 % | move effort of at least 1.0 from must to should
	// rank.moscow.could | could is 2.0 of 20.0 (10.0 %), at least 20 % | make could greater by 2.0
}

func ExampleSelect() {
	portfolio := rank.Portfolio{
		Limits: []rank.Limit{{Key: "budget", Capacity: 100_000}, {Key: "design Q1", Capacity: 300}},
		Items: []rank.Candidate{
			{Key: "fair", Value: 60, Uses: []rank.Use{{Limit: "budget", Amount: 55_000}, {Limit: "design Q1", Amount: 120}}},
			{Key: "webinars", Value: 40, Uses: []rank.Use{{Limit: "budget", Amount: 15_000}, {Limit: "design Q1", Amount: 80}}},
			{Key: "crm", Value: 5, Uses: []rank.Use{{Limit: "budget", Amount: 20_000}}},
			{Key: "nurture", Value: 45, Uses: []rank.Use{{Limit: "budget", Amount: 10_000}, {Limit: "design Q1", Amount: 60}}},
			{Key: "rebrand", Value: 70, Uses: []rank.Use{{Limit: "budget", Amount: 40_000}, {Limit: "design Q1", Amount: 260}}},
		},
		Needs: []rank.Need{{Item: "nurture", Needs: "crm"}},
	}
	choice, err := rank.Select(portfolio, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(choice.Items, choice.Value, "proven", choice.Proven)
	for _, l := range choice.Limits {
		fmt.Printf("%s: %d of %d, keeps out %v\n", l.Limit, l.Used, l.Capacity, l.Blocks)
	}
	for _, l := range choice.Left {
		fmt.Println(l)
	}
	// Output:
	// [fair webinars crm nurture] 150 proven true
	// budget: 100000 of 100000, keeps out [rebrand]
	// design Q1: 260 of 300, keeps out [rebrand]
	// rebrand: budget has 0 left of the 40000 it uses; design Q1 has 40 left of the 260 it uses
}

func ExampleRoadmap_Conflicts() {
	day := func(m time.Month, d int) civil.Date { return civil.MustDate(2027, m, d) }
	roadmap := rank.Roadmap{
		Periods:  []civil.Period{civil.QuarterOf(day(1, 1)), civil.QuarterOf(day(4, 1)), civil.QuarterOf(day(7, 1))},
		Supplies: []rank.Supply{{Limit: "design h", Amounts: []int64{300, 300, 200}}},
		Initiatives: []rank.Initiative{
			{Key: "cms", Days: civil.Days(day(1, 1), day(3, 31)), Demands: []rank.Demand{{Limit: "design h", Amount: 180}}},
			{Key: "site", Days: civil.Days(day(3, 1), day(6, 30)), Needs: []rank.ItemKey{"cms"}, Demands: []rank.Demand{{Limit: "design h", Amount: 120}}},
			{Key: "fair", Days: civil.Days(day(2, 1), day(3, 31)), Demands: []rank.Demand{{Limit: "design h", Amount: 150}}},
		},
	}
	conflicts, err := roadmap.Conflicts()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range conflicts {
		f := c.Finding()
		fmt.Println(f.Subject, "|", f.Evidence, "|", f.Fix)
	}
	// Output:
	// limit/design h | [2027-01-01..2027-03-31: 360 wanted, 300 there, 60 over items cms, fair, site] | move fair to 2027-05-02..2027-06-29
	// initiative/site | [needs cms, which goes on in 2027-03-01..2027-03-31] | move site to 2027-04-01..2027-07-31
}

func ExampleMatrix_Train() {
	matrix := rank.Matrix{People: []rank.Member{
		{Key: "ana", Levels: map[rank.SkillKey]int{"sql": 3, "seo": 2}},
		{Key: "ben", Levels: map[rank.SkillKey]int{"sql": 1, "seo": 2}},
		{Key: "cem", Levels: map[rank.SkillKey]int{"seo": 3}},
	}}
	needs := []rank.SkillNeed{{Skill: "sql", Level: 3, Heads: 2}, {Skill: "seo", Level: 3, Heads: 2}}
	coverage, err := matrix.Coverage(needs)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range coverage.Findings {
		fmt.Println(f.Code, f.Subject, f.Evidence[0])
	}
	plan, _ := matrix.Train(needs, 1)
	for _, task := range plan.Tasks(worktime.Days(5)) {
		fmt.Println(task.Name, task.Duration)
	}
	// Output:
	// rank.skill.gap skill/sql/3 1 can (ana), 2 needed
	// rank.skill.single skill/sql/3 only ana can
	// rank.skill.gap skill/seo/3 1 can (cem), 2 needed
	// rank.skill.single skill/seo/3 only cem can
	// ben: sql from level 1 to 3 10d
	// ana: seo from level 2 to 3 5d
}

func ExampleMatrix_Coverage() {
	hours := func(n int) planning.Effort { return planning.EffortOf(worktime.Minutes(60*n), 1000) }
	matrix := rank.Matrix{People: []rank.Member{
		{Key: "ana", Levels: map[rank.SkillKey]int{"design": 3, "video": 1}, Available: hours(80)},
		{Key: "ben", Levels: map[rank.SkillKey]int{"video": 2}, Available: hours(80)},
	}}
	coverage, _ := matrix.Coverage([]rank.SkillNeed{
		{Skill: "design", Level: 2, Work: hours(60)},
		{Skill: "video", Level: 1, Work: hours(120)},
	})
	fmt.Println(coverage.Shortage)
	// Output:
	// design 2, video 1: 180 h wanted, 160 h of ana, ben
}

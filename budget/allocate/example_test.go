package allocate_test

import (
	"context"
	"fmt"

	"github.com/go-marops/marops/budget/allocate"
	"github.com/go-marops/marops/money"
)

// three channels: two that saturate, and one that works only from some spend on.
func three() allocate.Plan {
	return allocate.Plan{Currency: money.EUR, Channels: []allocate.Channel{
		{Key: "search", Curve: allocate.Curve{Kind: allocate.Log, Coef: 50_000, Scale: 10_000}, Current: eur(20_000)},
		{Key: "social", Curve: allocate.Curve{Kind: allocate.Log, Coef: 40_000, Scale: 20_000}, Max: eur(25_000), Current: eur(20_000)},
		{Key: "tv", Curve: allocate.Curve{Kind: allocate.Hill, Coef: 90_000, Half: 60_000, Slope: 3}, Current: eur(20_000)},
	}}
}

func ExampleModel_Best() {
	model, err := allocate.Compile(three())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, budget := range []int{60_000, 150_000} {
		best, err := model.Best(context.Background(), eur(budget), nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		c := best.Certificate
		fmt.Printf("%s: response %.2f, today's %.2f, at most %.2f, proven %v\n", best.Total.Grouped(), best.Response, best.Today.Response, c.UpperBound, c.Proven)
		for _, l := range best.Lines {
			fmt.Printf("  %-6s %14s  %s\n", l.Channel, l.Spend.Grouped(), l.Why)
		}
		for _, b := range c.Binding {
			fmt.Printf("  binds: %s of %s, one more would bring %.3f\n", b.Bound, b.Limit.Grouped(), b.Shadow)
		}
	}
	// Output:
	// 60,000.00 EUR: response 108197.78, today's 85870.79, at most 108197.78, proven true
	//   search  40,000.00 EUR  the next unit brings 1, as it does elsewhere
	//   social  20,000.00 EUR  the next unit brings 1, as it does elsewhere
	//   tv           0.00 EUR  nothing: at best, at 60,000.00 EUR, it brings 0.75 a unit; elsewhere the next unit brings 1
	//   binds: budget of 60,000.00 EUR, one more would bring 1.000
	// 150,000.00 EUR: response 181559.47, today's 85870.79, at most 181559.47, proven true
	//   search  50,774.57 EUR  the next unit brings 0.8227, as it does elsewhere
	//   social  25,000.00 EUR  at its maximum of 25,000.00 EUR: the next unit would bring 0.8889 here and brings 0.8227 elsewhere
	//   tv      74,225.43 EUR  the next unit brings 0.8227, as it does elsewhere
	//   binds: budget of 150,000.00 EUR, one more would bring 0.823
	//   binds: channel social max of 25,000.00 EUR, one more would bring 0.066
}

func ExampleModel_Cheapest() {
	plan := three()
	plan.Groups = []allocate.Group{{Key: "all", Channels: []allocate.ChannelKey{"search", "social", "tv"}, Max: eur(200_000)}}
	model, err := allocate.Compile(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	cheap, err := model.Cheapest(context.Background(), 150_000, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s bring %.2f; less than %s never do\n", cheap.Total.Grouped(), cheap.Response, cheap.LowerBound.Grouped())
	_, err = model.Cheapest(context.Background(), 1e6, nil)
	fmt.Println(err)
	// Output:
	// 116,741.76 EUR bring 150000.00; less than 116,741.76 EUR never do
	// target of 1e+06: the 200,000.00 EUR that may be spent bring at most 214431
}

// A month of weekly spend with a bound on the first week, of which part is felt later.
func ExampleModel_Best_periods() {
	plan := allocate.Plan{
		Currency: money.EUR,
		Channels: []allocate.Channel{
			{Key: "radio", Curve: allocate.Curve{Kind: allocate.Hill, Coef: 9_000, Half: 5_000, Slope: 0.8}, Adstock: allocate.Adstock{Decay: allocate.Geometric, Theta: 0.5}},
			{Key: "web", Curve: allocate.Curve{Kind: allocate.Log, Coef: 2_000, Scale: 1_000}},
		},
		Periods: []allocate.Period{{Name: "W1", Max: eur(4_000)}, {Name: "W2"}, {Name: "W3"}, {Name: "W4"}},
	}
	model, err := allocate.Compile(plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	best, err := model.Best(context.Background(), eur(30_000), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range best.Lines {
		fmt.Println(l.Channel, plan.Periods[l.Period].Name, l.Spend.Grouped())
	}
	fmt.Printf("%.2f of at most %.2f\n", best.Response, best.Certificate.UpperBound)
	// Output:
	// radio W1 2,597.11 EUR
	// radio W2 7,889.73 EUR
	// radio W3 4,594.14 EUR
	// radio W4 277.05 EUR
	// web W1 1,402.89 EUR
	// web W2 4,413.03 EUR
	// web W3 4,413.03 EUR
	// web W4 4,413.02 EUR
	// 30834.72 of at most 30834.72
}

func ExampleFit() {
	spend := []float64{0, 100, 200, 300, 500, 800, 1000, 1500, 2000, 3000}
	response := make([]float64, len(spend))
	truth := allocate.Curve{Kind: allocate.Hill, Coef: 5000, Half: 700, Slope: 1.5}
	for i, x := range spend {
		response[i] = 250 + truth.At(x)
	}
	f, err := allocate.Fit(allocate.Hill, spend, response, &allocate.FitOptions{Base: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("coef %.3f half %.3f slope %.4f base %.3f, R2 %.6f of %d periods\n", f.Curve.Coef, f.Curve.Half, f.Curve.Slope, f.Base, f.R2, f.N)
	// Output:
	// coef 5000.000 half 700.000 slope 1.5000 base 250.000, R2 1.000000 of 10 periods
}

func ExampleContribution() {
	tv := allocate.Curve{Kind: allocate.Hill, Coef: 1000, Half: 400, Slope: 2}
	adstock := allocate.Adstock{Decay: allocate.Geometric, Theta: 0.5}
	spend := []float64{800, 0, 0, 400}
	fmt.Println(adstock.Apply(spend))
	fmt.Printf("%.1f\n", allocate.Contribution(tv, adstock, spend, 0, len(spend)))
	// Output:
	// [800 400 200 500]
	// 2109.8
}

func ExampleCompile_problems() {
	plan := three()
	plan.Channels[0].Min, plan.Channels[0].Max = eur(30_000), eur(20_000)
	plan.Channels[2].Curve.Slope = 0
	_, err := allocate.Compile(plan)
	fmt.Println(err)
	// Output:
	// channel/search: no spend keeps its bounds: min 30000.00 EUR, max 20000.00 EUR, minimum if used 0, step 0 (fix: lower the minimum or raise the maximum)
	// channel/tv: slope of 0: want 0.05 to 50: invalid response curve
}

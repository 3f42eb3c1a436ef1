// Package allocate divides money among channels so that it brings the most, and
// proves how good the division is.
//
//	plan := allocate.Plan{Currency: money.EUR, Channels: []allocate.Channel{
//		{Key: "search", Curve: allocate.Curve{Kind: allocate.Log, Coef: 50_000, Scale: 10_000}},
//		{Key: "tv", Curve: allocate.Curve{Kind: allocate.Hill, Coef: 90_000, Half: 40_000, Slope: 2}, Max: limit},
//	}}
//	model, err := allocate.Compile(plan)           // every problem at once, a finding.List
//	best, err := model.Best(ctx, budget, nil)      // the best response for a budget
//	cheap, err := model.Cheapest(ctx, 80_000, nil) // the least spend for a response
//	fmt.Println(best.Response, best.Certificate.UpperBound, best.Lines[0].Why)
//
// # Response
//
// A Curve tells the response to the spend of a period: Hill (an S if its slope is
// more than 1), Log, Power or Piecewise. An Adstock carries part of the spend over
// into later periods. Contribution evaluates both over a series; Fit finds a curve,
// and how much is carried over, from data, and tells how well it fits. Responses have
// whatever unit the curves have: sales, leads, revenue.
//
// # Bounds
//
// A channel has a Min and a Max, is Fixed, takes nothing or at least MinIfUsed, or
// multiples of a Step. A Group bounds some channels together; groups may nest but not
// cross. Periods bound all channels in one period. Bounds that cannot be kept are an
// error that names them.
//
// # Certificate
//
// An Allocation comes with a Certificate: no allocation within the bounds brings more
// than UpperBound. Concave curves are solved by equal marginal return; where curves
// are S-shaped or steps and minima if used leave gaps, branch and bound on concave
// envelopes closes the gap, to 1e-9 unless Options say otherwise. Where spend is felt
// in later periods, concave problems are solved to the same gap by an interior-point
// method, and others as far as MaxNodes allow: Gap tells how far that is, and Proven
// whether it is enough. The bound holds for rounded arithmetic: every term of it is
// raised by more than rounding can have cost, a relative 2^-42.
//
// Amounts are whole minor units and keep every bound exactly; what rounding to them
// costs is told as RoundingLoss. The answer is never worse than today's spend, if
// that keeps the bounds and the budget.
//
// # Reading an answer
//
// Each Line says what decides its spend: Reason, and Why in words with the numbers,
// its marginal and its average return. Certificate.Binding lists the bounds that hold
// the response down, with what loosening each by one major unit would bring;
// Certificate.Lambda is that of the budget.
//
// Curves are models, so responses are float64; the same plan gives the same answer to
// the last bit on the same kind of machine. Money is never a float64 outside of them.
package allocate

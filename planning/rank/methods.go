package rank

import "math/big"

// WSJFItem is an item with the inputs of WSJF: relative numbers, all on one
// scale of the team's choice (often Fibonacci numbers).
type WSJFItem struct {
	Key             ItemKey `json:"key"`
	BusinessValue   Number  `json:"businessValue"`
	TimeCriticality Number  `json:"timeCriticality"`
	RiskReduction   Number  `json:"riskReduction"` // or opportunity enablement
	JobSize         Number  `json:"jobSize"`       // above 0
}

// WSJF ranks by weighted shortest job first: cost of delay (business value plus
// time criticality plus risk reduction) over job size (D. Leffingwell, Agile
// Software Requirements, 2011; the rule is D. G. Reinertsen's, The Principles of
// Product Development Flow, 2009, after W. E. Smith, Various optimizers for
// single-stage production, 1956). The error is a finding.List about keys, with
// rank.key.invalid and rank.key.duplicate.
func WSJF(items []WSJFItem) (*Ranking, error) {
	rows := make([]row, len(items))
	for i, it := range items {
		rows[i] = row{it.Key, []Number{it.BusinessValue, it.TimeCriticality, it.RiskReduction, it.JobSize}}
	}
	return formula{
		method:  "WSJF",
		inputs:  []string{"business value", "time criticality", "risk reduction", "job size"},
		divisor: 3, share: -1,
		eval: func(x []*big.Rat) *big.Rat {
			delay := new(big.Rat).Add(x[0], x[1])
			return delay.Quo(delay.Add(delay, x[2]), x[3])
		},
		how: func(n []Number) string { return "(" + terms(" + ", n[:3]...) + ") / " + n[3].String() },
	}.rank(rows)
}

// RICEItem is an item with the inputs of RICE.
type RICEItem struct {
	Key        ItemKey `json:"key"`
	Reach      Number  `json:"reach"`      // people or events per period, the same period for all
	Impact     Number  `json:"impact"`     // per person, often 0.25 to 3
	Confidence Number  `json:"confidence"` // 0 to 1: Percent(80)
	Effort     Number  `json:"effort"`     // person-months or any unit, the same for all; above 0
}

// RICE ranks by reach times impact times confidence over effort (S. McBride,
// RICE: simple prioritization for product managers, Intercom, 2016). The error
// is that of WSJF.
func RICE(items []RICEItem) (*Ranking, error) {
	rows := make([]row, len(items))
	for i, it := range items {
		rows[i] = row{it.Key, []Number{it.Reach, it.Impact, it.Confidence, it.Effort}}
	}
	return formula{
		method:  "RICE",
		inputs:  []string{"reach", "impact", "confidence", "effort"},
		divisor: 3, share: 2,
		eval: func(x []*big.Rat) *big.Rat {
			p := new(big.Rat).Mul(x[0], x[1])
			return p.Quo(p.Mul(p, x[2]), x[3])
		},
		how: func(n []Number) string { return terms(" x ", n[:3]...) + " / " + n[3].String() },
	}.rank(rows)
}

// ICEItem is an item with the inputs of ICE, each on one scale, often 1 to 10.
type ICEItem struct {
	Key        ItemKey `json:"key"`
	Impact     Number  `json:"impact"`
	Confidence Number  `json:"confidence"`
	Ease       Number  `json:"ease"`
}

// ICE ranks by impact times confidence times ease (S. Ellis and M. Brown,
// Hacking Growth, 2017; some teams take the mean instead, which Weighted with
// equal weights gives). The error is that of WSJF.
func ICE(items []ICEItem) (*Ranking, error) {
	rows := make([]row, len(items))
	for i, it := range items {
		rows[i] = row{it.Key, []Number{it.Impact, it.Confidence, it.Ease}}
	}
	return formula{
		method:  "ICE",
		inputs:  []string{"impact", "confidence", "ease"},
		divisor: -1, share: -1,
		eval: func(x []*big.Rat) *big.Rat {
			p := new(big.Rat).Mul(x[0], x[1])
			return p.Mul(p, x[2])
		},
		how: func(n []Number) string { return terms(" x ", n...) },
	}.rank(rows)
}

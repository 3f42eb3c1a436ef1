package budget

import (
	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/money"
)

// adFindings is what an import has to tell, campaign by campaign.
type adFindings struct{ missing, unlinked, reversed adNotes }

func (f *adFindings) tell(to *finding.List) {
	for _, n := range f.missing {
		to.Warnf("budget.ads.missing", n.campaign, "if the reports have all there is, import them with Complete", "%d days are posted that the reports have no more, the first %v with %v", n.days, n.first, n.amount)
	}
	for _, n := range f.unlinked {
		to.Warnf("budget.ads.unlinked", n.campaign, "map the campaign to a node, if it is of the budget", "%d days are posted whose rows match no node any more, the first %v with %v; they become zero", n.days, n.first, n.amount)
	}
	for _, n := range f.reversed {
		to.Warnf("budget.ads.reversed", n.campaign, "if they are right after all, record them under another key", "%d days were reversed and stay so, the first %v with %v", n.days, n.first, n.amount)
	}
}

// adNote is what a person should know of a campaign.
type adNote struct {
	campaign string
	days     int // with a record; segments of a day count once
	first    civil.Date
	last     civil.Date
	amount   money.Money // of the first record
}

type adNotes []adNote

// add counts a line; they come by key.
func (n *adNotes) add(l *adLine) {
	if k := len(*n) - 1; k >= 0 && (*n)[k].campaign == l.key.campaign {
		if (*n)[k].last != l.key.day {
			(*n)[k].last = l.key.day
			(*n)[k].days++
		}
		return
	}
	*n = append(*n, adNote{l.key.campaign, 1, l.key.day, l.key.day, l.was.Amount})
}

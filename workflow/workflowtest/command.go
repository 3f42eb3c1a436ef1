package workflowtest

import (
	"time"

	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
)

var verdicts = []workflow.Verdict{
	workflow.Approve, workflow.Approve, workflow.Approve, workflow.Approve, workflow.Approve, workflow.ApproveWithChanges,
	workflow.RequestChanges, workflow.Reject, workflow.Abstain, workflow.NotRelevant,
}

// command returns something that somebody might do now, rightly or not.
func (in *instance) command() workflow.Command {
	stage, by := workflow.StageKey("nowhere"), pick(in.Rand, everyone)
	if open := in.state.Open(); len(open) > 0 {
		st := pick(in.Rand, open)
		stage = st.Key
		if electors := st.Electors(); len(electors) > 0 && in.IntN(4) > 0 {
			by = pick(in.Rand, electors)
		}
	}
	switch n := in.IntN(60); {
	case n < 36:
		return in.vote(stage, by)
	case n < 42:
		return in.revise()
	case n == 42 && in.IntN(3) == 0:
		return workflow.Recall{By: pick(in.Rand, []ident.Person{"mia", by}), Reason: "not yet"}
	case n == 43 && in.IntN(20) == 0:
		return workflow.Withdraw{By: "mia", Reason: "cancelled"}
	case n < 47:
		return workflow.Comment{By: by, Stage: stage, Version: max(1, in.state.Version-in.IntN(2)), Text: "look", Anchor: "p1", Severity: workflow.Severity(in.IntN(2))}
	case n < 50:
		c := workflow.Resolve{By: pick(in.Rand, []ident.Person{"mia", by})}
		if len(in.state.Remarks) > 0 {
			c.Remark = pick(in.Rand, in.state.Remarks).ID
		}
		return c
	case n < 52:
		c := workflow.Assign{By: pick(in.Rand, []ident.Person{"max", "max", by}), Stage: stage, Reason: "on leave"}
		if in.IntN(3) > 0 {
			c.Add = []ident.Person{pick(in.Rand, everyone)}
		}
		if in.IntN(2) == 0 {
			c.Remove = []ident.Person{by}
		}
		return c
	case n < 54:
		return workflow.Delegate{By: by, To: pick(in.Rand, everyone), Until: in.env.Now.Add(time.Duration(in.IntN(200)) * time.Hour)}
	case n == 54:
		return workflow.Escalate{By: pick(in.Rand, []ident.Person{"mia", by}), Stage: stage}
	default:
		if due, ok := in.state.Due(); ok && in.IntN(2) == 0 && due.After(in.env.Now) {
			in.env.Now = due
		}
		return workflow.Tick{}
	}
}

func (in *instance) vote(stage workflow.StageKey, by ident.Person) workflow.Vote {
	v := workflow.Vote{Stage: stage, By: by, Version: in.state.Version, Verdict: pick(in.Rand, verdicts), Comment: "shorten it"}
	if in.IntN(4) == 0 {
		v.OnBehalfOf = pick(in.Rand, everyone)
	}
	if in.IntN(20) == 0 {
		v.Version--
	}
	return v
}

func (in *instance) revise() workflow.Revise {
	c := workflow.Revise{By: pick(in.Rand, append([]ident.Person{"mia", "mia"}, in.state.Contributors...)), Version: in.state.Version}
	switch in.IntN(4) {
	case 0:
		c.Amount = money.Minor(in.Int64N(1000_00), money.EUR)
	case 1:
		c.Attributes = map[string]string{"channel": pick(in.Rand, []string{"email", "tv"})}
	default:
		c.Facets = map[workflow.Facet]workflow.Digest{pick(in.Rand, facets): pick(in.Rand, []workflow.Digest{"1", "2", "3", ""})}
	}
	if in.IntN(8) == 0 {
		c.Contributors = []ident.Person{pick(in.Rand, everyone)}
	}
	return c
}

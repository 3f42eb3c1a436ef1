package mspdi

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

// unsaid finds what a plan says and the format cannot.
func (w *writer) unsaid() {
	p := &w.plan
	if !p.Start.IsZero() && !p.Finish.IsZero() {
		w.errorf("mspdi.plan.start", "plan", "drop one of them, or give tasks a date to start from", "starts %s and is scheduled from its finish %s", p.Start, p.Finish)
	}
	for i := range p.Tasks {
		w.unsaidTask(&p.Tasks[i])
	}
	for i := range p.Links {
		w.unsaidLink(i)
	}
	for i := range p.Resources {
		w.unsaidResource(&p.Resources[i])
	}
}

func (w *writer) unsaidTask(t *planning.Task) {
	subject := "task/" + string(t.Key)
	if !t.Effort.IsZero() {
		w.errorf("mspdi.task.effort", subject, "give the duration that follows from it", "effort %s", t.Effort)
	}
	if t.Estimate != (planning.Estimate{}) {
		w.errorf("mspdi.task.estimate", subject, "leave the duration alone", "estimate %d, %d, %d %s", t.Estimate.Min, t.Estimate.Likely, t.Estimate.Max, t.Estimate.Shape)
	}
	if len(t.Modes) > 0 {
		w.errorf("mspdi.task.mode", subject, "choose one", "%d more modes", len(t.Modes))
	}
	if len(t.Needs) > 0 {
		w.errorf("mspdi.task.need", subject, "assign people", "%d needs, the first for %.40q", len(t.Needs), t.Needs[0].Skill)
	}
	if t.Weight > 1 {
		w.errorf("mspdi.task.weight", subject, "leave it at 1", "weight %d", t.Weight)
	}
	if t.Tentative {
		w.errorf("mspdi.task.tentative", subject, "promise it, or leave it out", "it is tentative")
	}
	if r := t.Remaining; !r.IsZero() && (r.Kind() == worktime.KindElapsed) != (t.Duration.Kind() == worktime.KindElapsed) {
		w.errorf("mspdi.task.remaining", subject, "give both in working time or both by the clock", "%s remain of %s", r, t.Duration)
	}
}

func (w *writer) unsaidLink(i int) {
	l := &w.plan.Links[i]
	subject := fmt.Sprintf("link/%s->%s", l.From, l.To)
	from, isTask := w.index[l.From]
	switch {
	case l.Lag.Kind() == worktime.KindDays, l.Percent != 0 && isTask && w.plan.Tasks[from].Duration.Kind() == worktime.KindDays:
		w.errorf("mspdi.link.days", subject, "give the lag in working hours", "links[%d]: lag %s, %d %%", i, l.Lag, l.Percent)
	case l.Percent != 0 && !isTask:
		w.errorf("mspdi.link.percent", subject, "give the lag as a time", "links[%d]: %d %% of the tasks of a phase", i, l.Percent)
	}
	own := ""
	if to, ok := w.index[l.To]; ok && len(w.plan.Tasks[to].Pauses) == 0 { // pauses stop a lag that names no calendar
		own = cmp.Or(w.plan.Tasks[to].Calendar, w.plan.Calendar)
	}
	if l.Calendar != "" && l.Calendar != own {
		w.errorf("mspdi.link.calendar", subject, "let the lag run in the successor's calendar", "links[%d]: the lag runs in %.40q", i, l.Calendar)
	}
}

func (w *writer) unsaidResource(r *planning.Resource) {
	subject := "resource/" + string(r.Key)
	if r.Kind == planning.Stock {
		var users []string
		for i := range w.plan.Tasks {
			for _, a := range w.plan.Tasks[i].Assignments {
				if a.Resource == r.Key && len(users) < 5 {
					users = append(users, string(w.plan.Tasks[i].Key))
				}
			}
		}
		w.errorf("mspdi.resource.stock", subject, "leave the stock out", "it is used up, by the tasks %s", strings.Join(users, ", "))
	}
	if len(r.Skills) > 0 {
		w.errorf("mspdi.resource.skill", subject, "leave skills out", "%d skills, the first %.40q", len(r.Skills), r.Skills[0].Key)
	}
	if r.Reserved != 0 {
		w.errorf("mspdi.resource.reserved", subject, "lower the units instead", "%d thousandths are reserved", r.Reserved)
	}
	for _, c := range r.Changes {
		if c.From.Before(noStart()) || c.From.After(noEnd()) {
			w.errorf("mspdi.resource.change", subject, "change units from 1984 to 2049", "units change on %s", c.From)
		}
	}
	for _, rate := range r.Rates {
		code, early := rate.Hour.Currency().Code(), !rate.From.IsZero() && !rate.From.After(noStart())
		switch {
		case early || rate.From.After(noEnd()):
			w.errorf("mspdi.resource.rate", subject, "give the first rate no day, and others one from 1984 to 2049", "a rate from %s on", rate.From)
		case rate.Hour.Minor() != 0 && code == "", code != "" && code != w.out.CurrencyCode:
			w.errorf("mspdi.resource.rate", subject, "give all rates in one currency", "a rate of %s, where others are in %q", rate.Hour, w.out.CurrencyCode)
		}
	}
}

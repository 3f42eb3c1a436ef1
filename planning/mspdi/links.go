package mspdi

import (
	"fmt"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/planning"
)

var linkTypes = [4]planning.LinkType{planning.FF, planning.FS, planning.SF, planning.SS}

func (c *reader) links() {
	for i := range c.in.Tasks {
		if c.positions[i] < 0 {
			continue
		}
		for k := range c.in.Tasks[i].Links {
			c.link(c.positions[i], &c.in.Tasks[i].Links[k])
		}
	}
}

func (c *reader) link(to int, l *xmlLink) {
	subject := fmt.Sprintf("link/%d->%d", l.PredecessorUID, c.p.Tasks[to].UID)
	from, ok := c.task[l.PredecessorUID]
	if ok && from < 0 {
		return // inactive
	}
	if !ok || bool(l.CrossProject) {
		c.bad("mspdi.link.unknown", subject, "link tasks of one file", "the predecessor is not in the file")
		return
	}
	out := planning.Link{From: c.key(from), To: c.key(to)}
	if l.Type != nil && (*l.Type < 0 || *l.Type >= len(linkTypes)) {
		c.bad("mspdi.value", subject, "use a link type from 0 to 3", "link type %d", *l.Type)
		return
	}
	if l.Type != nil {
		out.Type = linkTypes[*l.Type]
	}
	a, b := &c.p.Tasks[from], &c.p.Tasks[to]
	fromStart, toFinish := out.Type == planning.SS || out.Type == planning.SF, out.Type == planning.FF || out.Type == planning.SF
	switch {
	case a.Summary && a.OutlineLevel <= 0 || b.Summary && b.OutlineLevel <= 0:
		c.bad("mspdi.link.summary", subject, "link the tasks of the project", "a summary at level 0, which is the project itself, has no links")
		return
	case a.Summary && fromStart || b.Summary && toFinish:
		c.bad("mspdi.link.summary", subject, "link from the finish and to the start of a summary", "%s: a summary has no start or finish of its own that could be held", out.Type)
		return
	case a.Summary && from <= to && to < c.end[from] || b.Summary && to <= from && from < c.end[to]:
		c.bad("mspdi.link.summary", subject, "link from outside the summary", "one of the two is in the other")
		return
	}
	c.lag(&out, l, a, subject)
	c.p.Links = append(c.p.Links, out)
}

// lag reads tenths of a minute or, of the formats in percent, whole percent of the
// predecessor's duration.
func (c *reader) lag(out *planning.Link, l *xmlLink, from *Task, subject string) {
	elapsed, percent := formatOf(l.LagFormat)
	switch {
	case !percent:
		const most = 1e12 // tenths of a minute, beyond what planning accepts
		out.Lag = length(tenths(min(max(l.LinkLag, -most), most)), elapsed)
	case l.LinkLag == 0:
	case l.LinkLag < -maxPercent || l.LinkLag > maxPercent:
		c.bad("mspdi.link.percent", subject, "give a lag of at most 10,000 percent", "lag %d %%", l.LinkLag)
	case from.Summary:
		c.bad("mspdi.link.percent", subject, "give the lag as a time", "%d %% of a summary, which has no duration of its own", l.LinkLag)
	case elapsed && from.Duration.Kind() != worktime.KindElapsed:
		out.Lag = worktime.Elapsed(over(from.Duration.Amount()*l.LinkLag, 100))
		c.warn("mspdi.link.elapsed", subject, "give the lag as a time", "%d elapsed %% of %s are read as %s", l.LinkLag, from.Duration, out.Lag)
	default:
		out.Percent = int(l.LinkLag)
	}
}

// key returns what a link names a task by, a summary as a phase.
func (c *reader) key(i int) planning.TaskKey {
	if t := &c.p.Tasks[i]; !t.Summary {
		return t.Key
	}
	return planning.TaskKey(phaseKey(c.p.Tasks[i].UID))
}

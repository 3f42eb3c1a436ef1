package journey

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
)

// The caps on what this package takes.
const (
	MaxSteps = 1000     // of a journey
	MaxRules = 20       // caps, and quiet hours
	MaxText  = 64 << 10 // bytes of a name or reason
)

// Program is a compiled Definition. It is immutable and safe for concurrent use.
type Program struct {
	def      Definition
	hash     Hash
	index    map[StepKey]int
	heard    map[EventKey]bool // the events that matter
	working  bool              // a wait needs a calendar
	longest  time.Duration     // of the caps
	findings finding.List
}

// Compile checks a Definition and returns the Program, or all problems as a
// finding.List with these codes:
//
//	journey.key               no usable key, or one twice
//	journey.text              text that is not UTF-8 or too long
//	journey.steps             no step, or too many
//	journey.step.form         not exactly one of wait, branch, send, split, goal and exit
//	journey.step.next         a step that leads nowhere, or on from an end
//	journey.step.unreachable  a step that no lead comes to
//	journey.step.endless      a step from which no end can be reached
//	journey.loop              steps that go round without a wait, as a path
//	journey.loop.waiting      steps that a lead can go round with waits, as a path (info)
//	journey.split             percents below 1, or that do not sum to 100
//	journey.wait              a wait for nothing, a negative one, one beyond ten years, a time that is none
//	journey.cond              a condition that says nothing or nests too deep
//	journey.reentry           a negative gap or number, or a gap that is not elapsed time
//	journey.cap               less than one send, or a time that is not elapsed or beyond ten years
//	journey.quiet             hours that are none, or that leave no time at all
func Compile(d Definition) (*Program, error) {
	p := &Program{def: clone(d), index: map[StepKey]int{}, heard: map[EventKey]bool{}}
	c := &compiler{p, &p.findings}
	c.key("journey", string(d.Key))
	c.text("journey", d.Name)
	if n := len(d.Steps); n == 0 || n > MaxSteps {
		c.found.Errorf("journey.steps", "steps", "use at least one", "%d steps, at most %d", n, MaxSteps)
	}
	for i, s := range p.def.Steps {
		c.key(fmt.Sprintf("steps[%d]", i), string(s.Key))
		if _, twice := p.index[s.Key]; twice {
			c.found.Errorf("journey.key", "step/"+string(s.Key), "rename one", "two steps have this key")
		}
		p.index[s.Key] = i
	}
	for i := range p.def.Steps {
		c.step(&p.def.Steps[i])
	}
	for _, events := range [][]EventKey{d.GoalOn, d.ExitOn} {
		for _, e := range events {
			c.key("event", string(e))
			p.heard[e] = true
		}
	}
	if d.Entry != nil {
		c.cond("entry", d.Entry, 0, true)
	}
	c.limits()
	if c.found.Err() == nil {
		c.paths()
	}
	c.found.Sort()
	if err := c.found.Err(); err != nil {
		return nil, err
	}
	text, err := p.def.Canonical()
	if err != nil {
		return nil, err
	}
	p.hash = sha256.Sum256(text)
	return p, nil
}

// Findings returns what Compile noticed and let pass.
func (p *Program) Findings() finding.List { return slices.Clone(p.findings) }

// Definition returns a copy of the definition.
func (p *Program) Definition() Definition { return clone(p.def) }

// Hash returns the identity of the definition.
func (p *Program) Hash() Hash { return p.hash }

type compiler struct {
	*Program
	found *finding.List
}

func (c *compiler) key(what, key string) {
	switch {
	case key == "":
		c.found.Errorf("journey.key", what, "give it a key", "no key")
	case len(key) > ident.MaxLength || !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl):
		c.found.Errorf("journey.key", what, "use a short text", "%.40q is no key", key)
	}
}

func (c *compiler) text(what, text string) {
	if len(text) > MaxText || !utf8.ValidString(text) {
		c.found.Errorf("journey.text", what, "use a shorter text in UTF-8", "%d bytes", len(text))
	}
}

func (c *compiler) step(s *Step) {
	subject := "step/" + string(s.Key)
	given := 0
	for _, is := range []bool{s.Wait != nil, len(s.Branch) > 0, s.Send != "", len(s.Split) > 0, s.Goal != "", s.Exit != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		c.found.Errorf("journey.step.form", subject, "give exactly one of wait, branch, send, split, goal and exit", "%d are given", given)
		return
	}
	c.text(subject, string(s.Send)+s.Goal+s.Exit)
	next := func(to StepKey) {
		if _, known := c.index[to]; !known {
			c.found.Errorf("journey.step.next", subject, "name a step", "there is no step %.40q", to)
		}
	}
	switch ends := s.Goal != "" || s.Exit != "" || len(s.Split) > 0; {
	case !ends:
		next(s.Next)
	case s.Next != "":
		c.found.Errorf("journey.step.next", subject, "remove next", "it does not lead on to %.40q", s.Next)
	}
	sum := 0
	for _, a := range s.Split {
		next(a.Next)
		if a.Percent < 1 || a.Percent > 100 {
			c.found.Errorf("journey.split", subject, "use 1 to 100", "an arm has %d %%", a.Percent)
			return
		}
		sum += a.Percent
	}
	if len(s.Split) > 0 && sum != 100 {
		c.found.Errorf("journey.split", subject, "make the arms 100 %", "they sum to %d %%", sum)
	}
	for i := range s.Branch {
		next(s.Branch[i].Next)
		c.cond(fmt.Sprintf("%s.branch[%d]", subject, i), &s.Branch[i].If, 0, false)
	}
	if s.Wait != nil {
		c.wait(subject, s.Wait, next)
	}
}

func (c *compiler) wait(subject string, w *Wait, next func(StepKey)) {
	switch {
	case w.For.Amount() < 0, w.For.IsZero() && w.Until == nil, w.For.Kind() == worktime.KindElapsed && w.For.Amount() > maxWindow:
		c.found.Errorf("journey.wait", subject, "say how long, at most ten years, or until when", "for %v", w.For)
	case w.For.Kind() != worktime.KindElapsed && !w.For.IsZero():
		c.working = true
	}
	if u := w.Until; u != nil && (!validDays(u.Days) || u.At < 0 || u.At >= 24*60) {
		c.found.Errorf("journey.wait", subject, "use days of the week and a time before 24:00", "until %v %v", u.Days, u.At)
	}
	switch {
	case w.Event != "":
		c.key(subject, string(w.Event))
		c.heard[w.Event] = true
		next(w.Then)
	case w.Then != "":
		c.found.Errorf("journey.wait", subject, "name the event", "then without an event")
	}
}

func validDays(days []Weekday) bool {
	return !slices.ContainsFunc(days, func(d Weekday) bool { return int(d) >= len(dayNames) })
}

func (c *compiler) cond(path string, cond *Cond, depth int, entry bool) {
	if depth > maxNesting {
		c.found.Errorf("journey.cond", path, "nest less", "more than %d levels", maxNesting)
		return
	}
	given := 0
	for _, is := range []bool{len(cond.All) > 0, len(cond.Any) > 0, cond.Not != nil, cond.Attribute != "", cond.ScoreAtLeast != nil, cond.Happened != ""} {
		if is {
			given++
		}
	}
	switch {
	case given != 1:
		c.found.Errorf("journey.cond", path, "give exactly one of all, any, not, attribute, score_at_least and happened", "%d are given", given)
		return
	case (cond.Attribute != "") != (len(cond.In) > 0):
		c.found.Errorf("journey.cond", path, "give an attribute and its values", "one without the other")
	case entry && cond.Happened != "":
		c.found.Errorf("journey.cond", path, "use attributes and the score", "nothing has happened since entry before it")
	case cond.Happened != "":
		c.key(path, string(cond.Happened))
		c.heard[cond.Happened] = true
	}
	for _, v := range slices.Concat(cond.In, []string{cond.Attribute}) {
		c.text(path, v)
	}
	for i := range cond.All {
		c.cond(fmt.Sprintf("%s.all[%d]", path, i), &cond.All[i], depth+1, entry)
	}
	for i := range cond.Any {
		c.cond(fmt.Sprintf("%s.any[%d]", path, i), &cond.Any[i], depth+1, entry)
	}
	if cond.Not != nil {
		c.cond(path+".not", cond.Not, depth+1, entry)
	}
}

// maxWindow is ten years in minutes.
const maxWindow = 3653 * 24 * 60

func (c *compiler) limits() {
	elapsed := func(l worktime.Length) bool {
		return l.IsZero() || l.Kind() == worktime.KindElapsed && l.Amount() > 0 && l.Amount() <= maxWindow
	}
	if r := c.def.Reentry; r != nil && (!elapsed(r.Gap) || r.Max < 0) {
		c.found.Errorf("journey.reentry", "reentry", "use elapsed time, and 0 for any number", "gap %v, max %d", r.Gap, r.Max)
	}
	if len(c.def.Caps) > MaxRules || len(c.def.Quiet) > MaxRules {
		c.found.Errorf("journey.cap", "caps", "use fewer", "%d caps and %d quiet hours, at most %d of each", len(c.def.Caps), len(c.def.Quiet), MaxRules)
		return
	}
	for i, k := range c.def.Caps {
		if k.Max < 1 || k.Within.IsZero() || !elapsed(k.Within) {
			c.found.Errorf("journey.cap", fmt.Sprintf("caps[%d]", i), "allow at least one send in an elapsed time", "%d within %v", k.Max, k.Within)
			continue
		}
		c.longest = max(c.longest, span(k.Within))
	}
	const week = 7 * 24 * 60
	var quiet [week]bool // by the minute, from Monday
	for i, q := range c.def.Quiet {
		if q.From < 0 || q.From >= 24*60 || q.To < 0 || q.To > 24*60 || !validDays(q.Days) {
			c.found.Errorf("journey.quiet", fmt.Sprintf("quiet[%d]", i), "use times of day", "%v from %v to %v", q.Days, q.From, q.To)
			continue
		}
		for day := range Weekday(7) {
			if len(q.Days) > 0 && !slices.Contains(q.Days, day) {
				continue
			}
			for m := range q.minutes() {
				quiet[(int(day)*24*60+int(q.From)+m)%week] = true
			}
		}
	}
	if len(c.def.Quiet) > 0 && !slices.Contains(quiet[:], false) {
		c.found.Errorf("journey.quiet", "quiet", "leave some time", "every hour of the week is quiet")
	}
}

// minutes returns how long the quiet hours last.
func (q Quiet) minutes() int {
	if q.To > q.From {
		return int(q.To - q.From)
	}
	return int(q.To-q.From) + 24*60
}

// span returns an elapsed length of at most ten years.
func span(l worktime.Length) time.Duration { return time.Duration(l.Amount()) * time.Minute }

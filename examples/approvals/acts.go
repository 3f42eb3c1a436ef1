package main

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/finding"
	"github.com/go-marops/marops/ident"
	"github.com/go-marops/marops/money"
	"github.com/go-marops/marops/workflow"
	"github.com/go-marops/marops/workflow/mining"
)

// theLog asks the event log where work waits.
func (s *story) theLog() error {
	s.act("What the log says")
	first, last := s.log.Span()
	s.say("%d cases with %d events, %s to %s", s.log.Cases(), s.log.Events(), s.date(first), s.date(last))
	log := s.log.WorkingTime(s.office)
	whole := log.CaseDurations()
	s.say("half of them took more than %s, one in ten more than %s", s.span(whole.Median()), s.span(whole.Quantile(0.9)))
	rates := &mining.Rates{Waiting: money.Minor(12_00, money.EUR), Working: money.Minor(85_00, money.EUR)}
	var err error
	if s.waits, err = log.Bottlenecks(rates); err != nil {
		return err
	}
	for i, b := range s.waits {
		if b.Waiting.N > 0 && i < 3 {
			s.say("%s: waited for %d times, %s on average, worked on for %s; in all %s", b.Activity, b.Waiting.N, s.span(b.Waiting.Mean()), s.span(b.Working.Mean()), b.Cost.Grouped())
		}
	}
	if again := s.decisions().Rework(); again.Cases > 0 {
		s.say("%d cases did something again, most often %s", again.Cases, again.Activities[0].Activity)
	}
	return nil
}

// decisions is the log of what was completed.
func (s *story) decisions() *mining.Log {
	return s.log.WhereEvent(func(e mining.Event) bool { return e.Lifecycle != "start" })
}

// theReplay asks what the log would have been if two checks went on at once.
func (s *story) theReplay() error {
	s.act("What reviewing in parallel would have changed")
	decisions := s.decisions()
	kept, err := decisions.Conform(s.serial, s.mapping)
	if err != nil {
		return err
	}
	allowed, all := kept.Fit()
	s.say("%d of %d cases kept to the process as it is written down", allowed, all)
	for _, d := range kept.Deviations {
		s.say("%d did not: %s after %s, where %s was to come", len(d.Cases), d.Activity, d.Before, strings.Join(d.Allowed, " or "))
	}
	if s.answer, err = decisions.WorkingTime(s.office).WhatIf(s.serial, s.parallel, s.mapping, &mining.Assume{Seed: 1}); err != nil {
		return err
	}
	a := s.answer
	s.say("a review would take %s in place of %s on average", s.span(a.After.Mean()), s.span(a.Before.Mean()))
	s.say("that is %s less, between %s and %s with 95 %% confidence", s.span(-float64(a.Mean.Estimate)), s.span(-float64(a.Mean.High)), s.span(-float64(a.Mean.Low)))
	s.say("%d cases would be faster and %d slower. What that takes for granted:", a.Faster, a.Slower)
	for _, text := range a.Assumptions {
		s.say("%s", text)
	}
	return nil
}

// theProof compiles the new process against the people there are.
func (s *story) theProof() error {
	s.act("What is proven of the new process before anybody uses it")
	small := s.staff
	small.Roles = maps.Clone(s.staff.Roles)
	small.Roles["brand"] = []ident.Person{"bea", "eva"}
	_, err := workflow.Compile(s.parallel, &small, 1)
	if list, ok := errors.AsType[finding.List](err); ok {
		s.say("with two people for the brand: %s", list[0].Evidence[0])
	}
	if s.process, err = workflow.Compile(s.parallel, &s.staff, 1); err != nil {
		return err
	}
	proof := s.process.Proof()
	facts := make([]string, len(proof.HeadCounts))
	for i, h := range proof.HeadCounts {
		facts[i] = h.String()
	}
	s.say("with the staff of today: %s with %d away, whoever submits", proof.Assurance, proof.Absences)
	if len(facts) > 0 {
		s.say("that holds for any staff with %s", strings.Join(facts, ", "))
	}
	for _, f := range s.process.Findings() {
		s.say("%s", f.Evidence[0])
	}
	spring := civil.Days(civil.MustDate(2026, 3, 1), civil.MustDate(2026, 4, 30))
	worst, err := s.process.Longest(workflow.Env{Calendar: s.office}, spring)
	if err != nil {
		return err
	}
	s.say("a version is decided within %s at the latest; the worst start is %s, for it ends on %s", s.span(float64(worst.Working)*60_000), s.moment(worst.Start), s.moment(worst.Decided))
	return nil
}

// theDay runs one review under a clock that is wound by hand.
func (s *story) theDay() error {
	s.act("One review, live")
	now := time.Date(2026, time.March, 31, 9, 30, 0, 0, s.office.Location())
	var head workflow.Hash
	do := func(at time.Duration, c workflow.Command, what string) error {
		now = now.Add(at)
		env := workflow.Env{Now: now, Staff: &s.staff, Calendar: s.office}
		events, err := s.process.Step(&s.state, c, env, nil)
		if err != nil {
			s.say("%s  %s: refused, %v", s.moment(now), what, err)
			return nil
		}
		for _, e := range events {
			link := workflow.Seal(head, e, salt(e.Seq))
			s.trail, head = append(s.trail, workflow.Sealed{Event: e, Link: link}), link.Hash
		}
		s.say("%s  %s%s", s.moment(now), what, told(events))
		return nil
	}
	vote := func(stage workflow.StageKey, by ident.Person, v workflow.Verdict, comment string) workflow.Vote {
		return workflow.Vote{Stage: stage, By: by, Version: s.state.Version, Verdict: v, Comment: comment}
	}
	facets := map[workflow.Facet]workflow.Digest{"copy": "c1", "visual": "v1", "claim": "q1"}
	submit := workflow.Submit{Instance: uuid.MustParse("0198c0de-0000-7000-8000-00000000a001"), Subject: ident.Ref{Kind: "ad", ID: "spring"}, Requester: "mia", Facets: facets}
	for _, step := range []struct {
		after time.Duration
		c     func() workflow.Command
		what  string
	}{
		{0, func() workflow.Command { return submit }, "Mia submits the spring ad"},
		{8 * time.Hour, func() workflow.Command { return workflow.Tick{} }, "the clock goes on"},
		{17 * time.Hour, func() workflow.Command { return workflow.Tick{} }, "nobody has looked"},
		{time.Hour, func() workflow.Command { return vote("copy", "hana", workflow.Approve, "") }, "Hana approves the copy"},
		{time.Hour, func() workflow.Command { return workflow.Delegate{By: "lea", To: "lars", Until: now.AddDate(0, 0, 7)} }, "Lea goes on leave, Lars stands in"},
		{time.Hour, func() workflow.Command {
			v := vote("legal", "lars", workflow.Approve, "")
			v.OnBehalfOf = "lea"
			return v
		}, "Lars approves the claim for Lea"},
		{time.Hour, func() workflow.Command { return vote("brand", "bea", workflow.Approve, "") }, "Bea approves the visual"},
		{time.Hour, func() workflow.Command {
			return workflow.Revise{By: "mia", Version: 1, Facets: map[workflow.Facet]workflow.Digest{"claim": "q2"}}
		}, "Mia changes the claim"},
		{time.Minute, func() workflow.Command {
			return workflow.Vote{Stage: "legal", By: "leo", Version: 1, Verdict: workflow.Approve}
		}, "Leo approves what he has open"},
		{time.Minute, func() workflow.Command { return vote("legal", "leo", workflow.Approve, "") }, "Leo approves the new one"},
		{time.Minute, func() workflow.Command { return vote("brand", "ben", workflow.Approve, "") }, "Ben approves the visual"},
	} {
		if err := do(step.after, step.c(), step.what); err != nil {
			return err
		}
	}
	if err := workflow.Verify(s.trail, head); err != nil {
		return err
	}
	changed := append([]workflow.Sealed{}, s.trail...)
	changed[4].Event.By = "mia"
	s.say("the trail of %d events is whole; with one changed: %v", len(s.trail), workflow.Verify(changed, head))
	return nil
}

// salt is not random here, so that the story is the same each time.
func salt(seq uint64) workflow.Salt { return workflow.Salt{byte(seq), 's', 'a', 'l', 't'} }

// told says what else a command led to.
func told(events []workflow.Event) string {
	var parts []string
	for _, e := range events {
		switch f := e.Fact.(type) {
		case workflow.Opened:
			parts = append(parts, fmt.Sprintf("%s waits for %s", f.Stage, names(f.Eligible)))
		case workflow.Reminded:
			parts = append(parts, names(f.To)+" are reminded")
		case workflow.NoResponse:
			parts = append(parts, fmt.Sprintf("%s is overdue", f.Stage))
		case workflow.Escalated:
			parts = append(parts, names(f.To)+" is asked, too")
		case workflow.VoteVoided:
			parts = append(parts, fmt.Sprintf("%s's vote in %s falls", f.Seat, f.Stage))
		case workflow.Decided:
			parts = append(parts, fmt.Sprintf("%s is %v", f.Stage, f.Status))
		case workflow.Concluded:
			parts = append(parts, "and with it all")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func names(list []ident.Person) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = string(p)
	}
	return strings.Join(texts, ", ")
}

func (s *story) date(t time.Time) string { return t.In(s.office.Location()).Format("2 Jan 2006") }
func (s *story) moment(t time.Time) string {
	return t.In(s.office.Location()).Format("Mon 2 Jan 15:04")
}

// span tells milliseconds of working time in days of eight hours.
func (s *story) span(ms float64) string {
	minutes := worktime.Minutes(ms/60_000 + 0.5)
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 480:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
	return fmt.Sprintf("%d.%d days", minutes/480, minutes%480*10/480)
}

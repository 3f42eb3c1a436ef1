// Package taskjuggler writes plans as TaskJuggler projects, so that they can be
// scheduled and reported by tj3 (TaskJuggler 3.7, https://taskjuggler.org), and
// reads back the dates that it finds.
//
//	if err := taskjuggler.Write(file, plan); err != nil {
//		return err // a finding.List: what TaskJuggler has no words for
//	}
//	// tj3 plan.tjp writes plan.csv
//	rows, err := taskjuggler.ReadReport(report, plan)
//
// # What a plan becomes
//
// Calendars become working hours and shifts, with a run of shifts where their
// exceptions or versions change the hours; days off of the plan's calendar
// become leaves. Durations become effort of the people assigned, without people
// length, and elapsed ones duration. Finish-to-start and start-to-start links
// become depends with gaplength or gapduration. Start dates become start, of a
// task with predecessors a hidden milestone; dates that something should not be
// later than become maxstart and maxend, of which tj3 warns. What has started is
// written with its dates, and links into it, which no longer hold it, are left
// out. Phases become tasks around tasks. Priorities are moved into 1 to 1000.
//
// A resource becomes as many equal parts as its units and bookings need: one
// person if all of it is booked every time, two if a task takes half. Efforts
// and loads in TaskJuggler count parts, not people.
//
// # What differs
//
// TaskJuggler stops a task while another has its people; package planning does
// not. Therefore schedules under load differ, but the dates of a plan without
// contention are the same, to be compared in working time: TaskJuggler lets a
// task start in the evening on which work has ended, package planning in the
// morning after. Where a link would carry that difference on, it is refused.
//
// What does not move an early date is left out: the late-date rule (tj3 computes
// no late dates), estimates, weights, rates, skills, reserved time, and that a
// task is tentative. Names lose what TaskJuggler would read as something else.
package taskjuggler

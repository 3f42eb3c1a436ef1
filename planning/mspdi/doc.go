// Package mspdi reads and writes plans as Microsoft Project XML (MSPDI, the
// namespace http://schemas.microsoft.com/project), the interchange format of
// Microsoft Project, GanttProject, ProjectLibre and others.
//
//	project, err := mspdi.Read(file)
//	if err != nil {
//		return err
//	}
//	model, err := planning.Compile(project.Plan())
//	if err != nil {
//		return err
//	}
//	for f := range model.CriticalPath().Critical() {
//		fmt.Println(f.Task, f.EarlyStart, f.EarlyFinish)
//	}
//	err = mspdi.Write(out, "launch", model)
//
// # What is kept
//
// A plan that was read and is written is read as the same plan again: tasks with
// their phases, links, constraints, deadlines, priorities, what has started and
// what remains of it, and splits of whole days; people with their units, rates and
// calendars, whose weeks and exceptions change over the years. What a file says and
// a Plan cannot is in Project.Findings; what a plan says and the format cannot is an
// error of Write.
//
// # Times
//
// Dates in the format are local without a zone; they are read as UTC. Link lags
// and slacks are stored in tenths of a minute, lags in percent as whole percent of
// the predecessor's duration, durations as working time. Summary tasks are not tasks
// of the plan but the phases of those below them.
package mspdi

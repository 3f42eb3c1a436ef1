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
// Dates in the format are local without a zone; they are read as UTC. Summary
// tasks are not tasks of the plan but the phases of those below them. Link lags
// and slacks are stored in tenths of a minute, durations as working time.
package mspdi

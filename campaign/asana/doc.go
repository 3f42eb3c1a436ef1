// Package asana reads and writes the CSV export of Asana tasks.
//
//	export, err := asana.Read(file, "asana.csv")
//	if err != nil {
//		return err // asana.csv: row 12, column Due Date: "3/10/26": invalid date
//	}
//	tasks, err := export.Tasks(node.ID, calendar, nil)
//	tree.Tasks = append(tree.Tasks, tasks...)
//	err = asana.Write(out, export) // what was read, unchanged
//
// The sixteen columns of every export must be there under their English names;
// others are custom fields, kept by position. Four of those are understood:
// "Estimated days", "Role", "Actual start" and "Actual finish". Sections become
// phases. Due dates include their day. Nothing is imported unless everything is
// understood.
package asana

// Package finding describes what is wrong, where, on what evidence, and the one
// thing that would mend it. Checks return findings instead of bare errors, so a
// host can list, filter, translate and count them.
//
//	var found finding.List
//	found.Errorf("planning.cycle", "task/legal", "remove one of these links", "legal -> copy -> legal")
//	if err := found.Err(); err != nil {
//		return err // prints every problem; errors.AsType[finding.List](err) gets them back
//	}
package finding

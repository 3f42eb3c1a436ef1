// Package workflowtest puts package workflow through random approvals: definitions of all
// blocks and rules, people who vote in the right and in the wrong place, at the
// right and at the wrong time. It checks what must hold whatever happens, from the
// events alone, and is shared by the tests and the long proof.
package workflowtest

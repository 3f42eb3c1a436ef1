// Package budgettest puts package budget through random commands: requests,
// orders, invoices in two currencies, transfers, restated facts, closed periods,
// in the right and in the wrong order. It checks what must hold whatever happens
// against a model that knows lines alone, and is shared by the tests and the long
// proof.
package budgettest

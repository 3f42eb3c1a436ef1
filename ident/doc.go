// Package ident holds the few names that every other package shares: who asks
// ([Person]), for whom ([Tenant]) and about what ([Ref]).
//
//	ref := ident.Ref{Kind: "campaign", ID: "0198c0de-0000-7000-8000-000000000001"}
//	fmt.Println(ref)                       // campaign/0198c0de-…
//	child := ident.Derive(command, 1)      // the same command always derives the same id
//
// Identity itself stays with the host: a Person is whatever key the host's
// own directory uses, and marops never looks behind it.
package ident

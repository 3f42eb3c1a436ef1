// Package workflow runs approvals: definitions as data, proven before they are
// used, and every decision a replayable fact.
//
//	def, err := workflow.ParseDefinition(approvalJSON)      // or a workflow.Definition in Go
//	process, err := workflow.Compile(def, staff, 1)         // proves routes and quorums, one absence tolerated
//	env := workflow.Env{Now: now, Staff: staff, Calendar: berlin}
//	state, events, err := process.Do(workflow.State{}, workflow.Submit{
//		Instance: id, Subject: ident.Ref{Kind: "campaign", ID: "spring"}, Requester: "mia",
//		Facets: map[workflow.Facet]workflow.Digest{"copy": "sha256:…"}, Amount: money.Minor(8_000_00, money.EUR)}, env)
//	state, events, err = process.Do(state, workflow.Vote{
//		Stage: "copy", By: "ana", Version: 1, Verdict: workflow.Approve}, env) // store events and state together
//	fmt.Println(strings.Join(state.Why(), "\n"))
//	at, ok := state.Due()                                   // when to send workflow.Tick{}
//
// A flow is built of [Seq], [Par], [Choice] and [Stage], so it cannot deadlock
// by construction. [Compile] proves the rest: every subject takes exactly one
// route, and every stage can reach its number of approvals whoever submits. What
// is not proven (no staff given, stages whose voters exclude each other, further
// contributors) is in [Process.Findings].
//
// [Process.Decide] and [Process.Apply] are pure. Events hold what was resolved
// when they happened (who was asked, how many approvals it takes, when it is
// due), so that replay needs no directory and no calendar, and an instance is
// bound to the hash of its definition.
//
// # Votes and versions
//
// A subject is a set of facets, each with a digest. A vote is on one version and
// covers its stage's facets. [Revise] makes a new version: votes that cover a
// changed facet fall, with everything after them in a Seq, and the others stand.
// An attribute is a facet of its own name. An approval of the amount covers up to
// the amount it saw.
//
// # Failing closed
//
// What is not approved never passes. A deadline that is missed is a
// [NoResponse], never an approval. A stage without enough people is stuck and
// says so. Who is excluded stays so when they vote for somebody else, and no
// human counts twice in a stage. As soon as a stage can no longer be approved,
// it is decided: rejected if anyone rejected it, else back for changes if anyone
// asked for them, else stuck.
package workflow

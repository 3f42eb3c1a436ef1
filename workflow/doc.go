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
// A flow is built of Seq, Par, Choice, Loop, Gate and Stage, so it cannot deadlock by
// construction. Compile proves the rest: every subject takes exactly one route, and
// every quorum can be reached whoever submits, whoever contributes and with so many
// people absent, under separation of duties. A refuted definition is an error that
// names the people who show it; Process.Proof says what holds, and Process.Holds
// whether it still does when staff change. Process.Longest is the worst time to a
// decision, composed on calendars.
//
// Process.Decide and Process.Apply are pure. Events hold what was resolved when
// they happened (who was asked, what it takes, when it is due), so that replay needs
// no directory and no calendar, and an instance is bound to the hash of its
// definition until it is told to Migrate. Seal chains events by hash, Verify names
// the first that was touched, and what people wrote can be erased without breaking
// the chain. Replay tells the state at any past instant.
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
// What is not approved never passes. A deadline that is missed is a [NoResponse],
// never an approval; only where a stage's definition says so, and never in legal and
// budget stages, is silence consent when it expires. A stage without enough people
// is stuck and says so. Who is excluded stays so when they vote for somebody else, and no
// human counts twice in a stage. As soon as a stage can no longer be approved,
// it is decided: rejected if anyone rejected it, else back for changes if anyone
// asked for them, else stuck.
package workflow

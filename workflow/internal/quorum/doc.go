// Package quorum proves that the quorums of an approval process can be reached
// whoever submits, whoever has contributed, and whoever is absent.
//
//	proof, err := quorum.Prove(&quorum.Problem{
//		People:       6,
//		Stages:       []quorum.Stage{legal, finance},
//		Separate:     []quorum.Separation{{A: 0, B: 1}}, // nobody votes in both
//		AnyRequester: true,
//		Absences:     1,
//	}, quorum.DefaultNodes)
//	// proof.Verdict: Safe, Satisfiable, Refuted (proof.Counter says how) or Undecided
//
// People and stages are dense numbers; package workflow translates names.
//
// # What is proved
//
// The electorate of a stage is its electors less the requester and the
// contributors it excludes, and is fixed before anybody is absent: absences do
// not lower what All or Percent asks for. A plan names for every stage of a
// scenario who approves it: electors who are present, enough of them for the
// rule, and no one in two stages that are separate. A problem is
//
//   - satisfiable if there is a plan for every requester, every choice of
//     contributors and every set of absences within the limits;
//   - safe if moreover no order of votes, whoever casts them, reaches a state in
//     which some stage can never be decided, absences coming at any time.
//
// Deciding satisfiability is NP-hard in general (Q. Wang and N. Li,
// Satisfiability and resiliency in workflow authorization systems, ACM TISSEC
// 13(4), 2010) and harder with absences (P. W. L. Fong, Results in workflow
// resiliency, 2018). In practice most stages fall to counting heads and the rest
// to a search over kinds of people, in the manner of pattern backtracking (D.
// Karapetyan, A. Gagarin and G. Gutin, arXiv 1412.7834), whose states are open
// demands and never persons.
package quorum

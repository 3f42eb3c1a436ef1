package quorum

// fault switches on a mistake. Tests seed each of them to show that the oracle
// would see it; elsewhere there is none.
type fault uint8

const (
	faultNone         fault = iota
	faultSlack              // heads are counted one too many
	faultCeil               // shares are rounded down
	faultPeelUse            // peeling forgets what neighbours use up
	faultPeelAbsent         // peeling forgets absences
	faultRequester          // requesters are forgotten when heads are counted
	faultContributors       // contributors are forgotten when heads are counted
	faultDominance          // dominance is used while contributors may still come
	faultTies               // people of equal use dominate each other
	faultPrice              // a witness is thought to survive one loss more
	faultAbsentees          // absences lower the number of electors
	faultDenominator        // contributors do not lower it
	faultEverywhere         // the requester is barred from every stage
	faultSingle             // single counting lets a person count in each group
	faultFloor              // the floor is forgotten
	faultSeparation         // one person may vote in separate stages
	faultFilter             // the requester is not an absence more
	faultSiblings           // a branch left is thought to be excluded for good
	faultMemo               // dead ends are remembered without their place
	faultOrder              // a stage fears those that come after it
	faultClosing            // the vote that closes a stage burns nobody
	faultPrefix             // contributors are always as many as can be
	faultFill               // a minimal filling by weight is that of the heaviest
	faults
)

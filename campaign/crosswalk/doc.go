// Package crosswalk links what other systems call a campaign to a node of the
// tree and a channel, over time, and says how much of the money it matched.
//
//	links, err := crosswalk.ReadCSV(file, "links.csv") // system,external_id,node,channel,from,to
//	m, err := crosswalk.Compile(links)
//	target, ok := m.Lookup("google", "1234567890", day)
//	match := m.NewMatch()
//	for _, row := range report.Rows {
//		match.Add("google", row.CampaignID, row.Day, row.Spend)
//	}
//	share, err := match.Share() // 98250.00 EUR of 98600.00 EUR = 99.6 %
//	match.Unmatched()           // the ids that nobody has linked, largest amount first
//
// External ids are compared byte by byte. What does not match stays visible: it
// is never dropped and never guessed.
package crosswalk

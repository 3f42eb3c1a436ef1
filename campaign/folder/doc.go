// Package folder reads a launch from a folder of files: who works, what is to be
// done, how it is approved, what it may cost, what the ad platforms report and
// which leads came.
//
//	launch, err := folder.Read(os.DirFS("launch"), folder.Options{
//		Launch: moment, LaunchTask: "Launch", GateTask: "Go or no-go meeting",
//		Calendars: offices, Home: "berlin", Currency: money.EUR, Fiscal: fiscal.NRF(), Horizon: year, Metrics: registry,
//	})
//	if err != nil {
//		return err // team.csv: row 3, column percent: "x" is not a number from 1 to 100
//	}
//	model, err := planning.Compile(launch.Tree.Plan(launch.Team))
//
// # Files
//
//	calendar.csv    calendar, date, name: holidays
//	team.csv        person, name, role, calendar, percent, absent
//	tasks.csv       an Asana export, see package asana
//	approval.json   a workflow.Definition
//	budget.csv      node, parent, name, period, limit
//	orders.csv      order, node, date, amount, and what else budget.ReadOrders takes
//	invoices.csv    invoice, order, node, date, service, amount, and what else budget.ReadInvoices takes
//	fx.csv          the ECB's history file: Date, USD, …
//	crosswalk.csv   system, external_id, node, channel, from, to
//	google.csv, meta.csv, linkedin.csv   exports by day, see package adspend
//	leads.csv       lead, created, utm_source, utm_medium, utm_campaign, market, stage, won, revenue
//	goals.csv       name, metric, direction, target, tolerance
//
// All of them must be there. They are read in an order in which each can be
// checked against those before it, and nothing is returned unless everything is
// understood. People are keyed by the e-mail addresses of the task export.
package folder

package budget

func (c *SetLimit) fields(f *fielder) { f.node(&c.Node); f.period(&c.Period); f.money(&c.Amount) }

func (c *SetPlan) fields(f *fielder) { f.node(&c.Node); f.period(&c.Period); f.money(&c.Amount) }

func (c *SetForecast) fields(f *fielder) { f.node(&c.Node); f.period(&c.Period); f.money(&c.Amount) }

func (c *SetRate) fields(f *fielder) {
	f.byte((*uint8)(&c.Kind))
	f.currency(&c.Currency)
	f.date(&c.On)
	f.text(&c.Units)
	f.word(&c.Source)
}

func (c *Reserve) fields(f *fielder) {
	f.text(&c.Ref)
	f.node(&c.Node)
	f.date(&c.Date)
	f.money(&c.Amount)
	f.tags(&c.Tags)
	f.wrote(&c.Memo)
}

func (c *Release) fields(f *fielder) { f.text(&c.Request); f.date(&c.Date) }

func (c *Order) fields(f *fielder) {
	f.text(&c.Ref)
	f.text(&c.Request)
	f.text(&c.Under)
	f.bool(&c.Blanket)
	f.node(&c.Node)
	f.date(&c.Date)
	f.money(&c.Amount)
	f.int(&c.Units)
	f.byte((*uint8)(&c.Match))
	f.int(&c.Tolerance.Percent)
	f.money(&c.Tolerance.Absolute)
	f.tags(&c.Tags)
	f.wrote(&c.Memo)
}

func (c *Amend) fields(f *fielder) {
	f.text(&c.Ref)
	f.text(&c.Order)
	f.date(&c.Date)
	f.money(&c.Amount)
	f.int(&c.Units)
	f.wrote(&c.Memo)
}

func (c *CloseOrder) fields(f *fielder) { f.text(&c.Order); f.date(&c.Date) }

func (c *Receive) fields(f *fielder) {
	f.text(&c.Ref)
	f.text(&c.Order)
	f.date(&c.Date)
	f.money(&c.Amount)
	f.int(&c.Units)
}

func (c *Accrue) fields(f *fielder) {
	f.text(&c.Ref)
	f.text(&c.Order)
	f.node(&c.Node)
	f.date(&c.Date)
	f.money(&c.Amount)
	f.wrote(&c.Memo)
}

func (c *Invoice) fields(f *fielder) {
	f.text(&c.Ref)
	f.text(&c.Order)
	f.text(&c.Credits)
	f.node(&c.Node)
	f.date(&c.Date)
	f.date(&c.Service)
	f.money(&c.Amount)
	f.money(&c.Tax)
	f.money(&c.Recoverable)
	f.int(&c.Units)
	f.tags(&c.Tags)
	f.wrote(&c.Memo)
}

func (c *Record) fields(f *fielder) {
	f.text(&c.Key)
	f.node(&c.Node)
	f.date(&c.Service)
	f.money(&c.Amount)
	f.money(&c.Transaction)
	f.word(&c.Rate)
	f.tags(&c.Tags)
	f.wrote(&c.Memo)
}

func (c *Reverse) fields(f *fielder) {
	f.text(&c.Ref)
	f.byte((*uint8)(&c.Document))
	f.text(&c.Of)
	f.date(&c.Date)
	f.wrote(&c.Memo)
}

func (c *Transfer) fields(f *fielder) {
	f.text(&c.Ref)
	f.node(&c.From)
	f.node(&c.To)
	f.period(&c.Period)
	f.money(&c.Amount)
	f.wrote(&c.Memo)
}

func (c *Settle) fields(f *fielder) { f.text(&c.Transfer); f.bool(&c.Approve) }

func (c *CarryForward) fields(f *fielder) {
	f.text(&c.Ref)
	f.node(&c.Node)
	f.period(&c.From)
	f.period(&c.To)
	f.bool(&c.Overspend)
	f.bool(&c.Orders)
}

func (c *Revalue) fields(f *fielder)         { f.text(&c.Ref); f.text(&c.Order); f.date(&c.Date) }
func (c *SoftClosePeriod) fields(f *fielder) { f.period(&c.Period); f.word(&c.Role) }
func (c *ReopenPeriod) fields(f *fielder)    { f.period(&c.Period) }
func (c *ClosePeriod) fields(f *fielder)     { f.period(&c.Period) }

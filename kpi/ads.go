package kpi

import (
	"fmt"
	"path"

	"github.com/go-marops/marops/adspend"
	"github.com/go-marops/marops/money"
)

// adColumns are the columns of a table filled by Ads.
func adColumns(c money.Currency) []Column {
	return []Column{
		Text("platform"), Text("account"), Text("campaign"), Text("campaign_id"), Text("segment"), Date("day"),
		{Name: "spend", kind: NumberKind, scale: 6, cur: c},
		Decimal("impressions", 6), Decimal("clicks", 6), Decimal("conversions", 6),
	}
}

// Ads appends an ad platform's export to a table with the columns platform,
// account, campaign, campaign_id, segment, day, spend, impressions, clicks and
// conversions. Spend is exact to the millionth, in the export's currency or
// the one named by In. A nil o means no options.
func (d *Data) Ads(table, file string, read adspend.Reader, o *adspend.Options) *Data {
	if d.err != nil {
		return d
	}
	if err := d.readAds(table, file, read, o); err != nil {
		d.err = err
	}
	return d
}

func (d *Data) readAds(name, file string, read adspend.Reader, o *adspend.Options) error {
	label := path.Base(file)
	f, err := d.files.Open(file)
	if err != nil {
		return fmt.Errorf("%s: %w", label, cause(err))
	}
	defer f.Close()
	report, err := read(f, label, o)
	if err != nil {
		return err
	}
	return d.AddAds(name, report).Err()
}

// AddAds appends a report that was read before, under the rules of Ads.
func (d *Data) AddAds(table string, report *adspend.Report) *Data {
	if d.err != nil || len(report.Rows) == 0 {
		return d
	}
	currency := d.base
	if currency == 0 {
		currency = report.Rows[0].Spend.Currency()
	}
	t, err := d.open(table, adColumns(currency))
	if err != nil {
		d.err = err
		return d
	}
	column := func(name string) *column { return t.columns[name] }
	platform, account, campaign, id, segment := column("platform"), column("account"), column("campaign"), column("campaign_id"), column("segment")
	day, spend := column("day"), column("spend")
	impressions, clicks, conversions := column("impressions"), column("clicks"), column("conversions")
	for i := range report.Rows {
		row := &report.Rows[i]
		platform.addText(string(report.Platform))
		account.addText(row.Account)
		campaign.addText(row.Campaign)
		id.addText(row.CampaignID)
		segment.addText(row.Segment)
		day.addDate(row.Day)
		if !row.HasSpend {
			spend.addNull()
		} else {
			micros, err := d.convert(row, currency)
			if err != nil {
				d.err = cellError(report.File, row.Line, "spend", err.Error())
				return d
			}
			spend.addInt(micros)
		}
		impressions.addQuantity(row.Impressions)
		clicks.addQuantity(row.Clicks)
		conversions.addQuantity(row.Conversions)
		t.rows++
	}
	return d
}

func (c *column) addQuantity(q adspend.Quantity) {
	if q.Known() {
		c.addInt(q.Micros())
	} else {
		c.addNull()
	}
}

// convert returns the row's spend in millionths of the table's currency.
func (d *Data) convert(row *adspend.Row, to money.Currency) (int64, error) {
	from := row.Spend.Currency()
	if from == to {
		return row.Spend.Micros(), nil
	}
	if d.rates == nil {
		return 0, fmt.Errorf("amount is in %v, the table in %v; use In to convert", from, to)
	}
	price, _, err := d.rates.ConvertPrice(row.Spend, to, row.Day, money.HalfEven)
	return price.Micros(), err
}

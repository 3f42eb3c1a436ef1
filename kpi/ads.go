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
	for _, row := range report.Rows {
		for column, value := range map[string]string{
			"platform": string(report.Platform), "account": row.Account, "campaign": row.Campaign, "campaign_id": row.CampaignID, "segment": row.Segment,
		} {
			t.columns[column].addText(value)
		}
		t.columns["day"].addDate(row.Day)
		if !row.HasSpend {
			t.columns["spend"].addNull()
		} else {
			micros, err := d.convert(&row, currency)
			if err != nil {
				d.err = cellError(report.File, row.Line, "spend", err.Error())
				return d
			}
			t.columns["spend"].addInt(micros)
		}
		for column, q := range map[string]adspend.Quantity{"impressions": row.Impressions, "clicks": row.Clicks, "conversions": row.Conversions} {
			if q.Known() {
				t.columns[column].addInt(q.Micros())
			} else {
				t.columns[column].addNull()
			}
		}
		t.rows++
	}
	return d
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

package adspend

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/go-marops/marops/internal/strictjson"
	"github.com/go-marops/marops/money"
)

// ErrMapping is the kind of error of a file that is no mapping.
var ErrMapping = errors.New("invalid mapping")

// Mapping says how to read a delimited export. It is plain data, in Go or in
// JSON; Compile checks it. The built-in readers are mappings, too: MappingOf
// returns them as a start for an export in another language.
type Mapping struct {
	Platform Platform `json:"platform"`
	Columns  Columns  `json:"columns"`
	Unit     Unit     `json:"unit,omitzero"` // of the spend column

	// Currency is that of every row. Without it, the currency comes from
	// Columns.Currency, from the header of the spend column, or from Options.
	Currency money.Currency `json:"currency,omitzero"`
	// Account is the id of the account of an export that has no such column.
	Account string `json:"account,omitempty"`
	// Dates are layouts of days, such as "D/M/YYYY": YYYY, MMMM, MMM (English
	// names), MM, M, DD, D, hh, mm, ss, all else as it stands. Without any, every
	// layout is taken that can mean one day only.
	Dates   []string `json:"dates,omitempty"`
	Numbers Numbers  `json:"numbers,omitzero"`
	// Missing are cells that say there is no number, beside the empty one, "-",
	// "--" and "—".
	Missing []string `json:"missing,omitempty"`
	// Totals are what the first cell of a printed total begins with, beside the
	// word for it in the languages of the built-in readers. A row that has a day is
	// never a total.
	Totals []string `json:"totals,omitempty"`
	// SummaryFirst takes a first row without a campaign as a printed total, as Meta
	// has it; without it such a row is refused.
	SummaryFirst bool   `json:"summary_first,omitempty"`
	Skip         []Skip `json:"skip,omitempty"` // rows to leave out
	// Repeats takes several rows of one day, account, campaign and segment, to be
	// added up; without it the second one is refused.
	Repeats   bool     `json:"repeats,omitempty"`
	Delimiter string   `json:"delimiter,omitempty"` // "," "\t" ";" or "|"; empty: the one that fits the header
	Encoding  Encoding `json:"encoding,omitempty"`
	// Unverified marks a mapping made from documentation alone, with no export at
	// hand. Its reports say so in a finding.
	Unverified bool `json:"unverified,omitempty"`
}

// Columns are the headers of the columns that are read, exactly as an export
// spells them. Several names of one are alternatives, of which an export may have
// one, but for Day. A header may serve several of them: the account that is the campaign.
type Columns struct {
	// Day may have several names in one export: the first that is there counts.
	Day Names `json:"day"`
	// DayEnd is the last day of a row that begins on the last name of Day, and must
	// be the same day. With another name of Day it does not matter.
	DayEnd     Names `json:"day_end,omitempty"`
	Account    Names `json:"account,omitempty"`
	AccountID  Names `json:"account_id,omitempty"`
	Campaign   Names `json:"campaign,omitempty"`    // of its name; an export must have it if it is named here
	CampaignID Names `json:"campaign_id,omitempty"` // an export must have it if no Campaign is named
	Currency   Names `json:"currency,omitempty"`
	// Spend may carry the currency: "Amount spent ({currency})" fits "Amount spent
	// (EUR)".
	Spend       Names `json:"spend"`
	Impressions Names `json:"impressions,omitempty"`
	Clicks      Names `json:"clicks,omitempty"`
	Conversions Names `json:"conversions,omitempty"`
	// Segments are all the columns by which rows are finer than a campaign and a
	// day: ad set, device, network. Days adds them up. Those an export has not are
	// passed over.
	Segments Names `json:"segments,omitempty"`
}

// Names are headers; in JSON one may stand without a list.
type Names []string

// MarshalJSON writes one name as a string and several as a list.
func (n Names) MarshalJSON() ([]byte, error) {
	if len(n) == 1 {
		return json.Marshal(n[0])
	}
	return json.Marshal([]string(n))
}

// UnmarshalJSON reads a string or a list of strings.
func (n *Names) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(n))
	}
	var one string
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	*n = Names{one}
	return nil
}

// Unit is what spend is counted in.
type Unit uint8

// The units of spend.
const (
	Decimal Unit = iota // "12.34" units of the currency
	Minor               // "1234" minor units: cents
	Micros              // "12340000" millionths of the currency's unit
)

// String returns "decimal", "minor" or "micros".
func (u Unit) String() string {
	switch u {
	case Minor:
		return "minor"
	case Micros:
		return "micros"
	case Decimal:
	default:
		return fmt.Sprintf("unit %d", uint8(u))
	}
	return "decimal"
}

// MarshalText writes the name.
func (u Unit) MarshalText() ([]byte, error) {
	if u > Micros {
		return nil, fmt.Errorf("%v: %w", u, ErrMapping)
	}
	return []byte(u.String()), nil
}

// UnmarshalText reads the name.
func (u *Unit) UnmarshalText(text []byte) error {
	for v := Decimal; v <= Micros; v++ {
		if v.String() == string(text) {
			*u = v
			return nil
		}
	}
	return fmt.Errorf("unit %.20q: want decimal, minor or micros", text)
}

// Skip is a rule for rows to leave out: those whose cell is one of Is, or begins
// with one of Starts. Without a column it looks at the first cell.
type Skip struct {
	Column string   `json:"column,omitempty"`
	Is     []string `json:"is,omitempty"`
	Starts []string `json:"starts,omitempty"`
}

// maxMapping is far more than a mapping needs.
const maxMapping = 1 << 20

// ReadMapping reads a mapping from JSON, strictly: unknown and repeated names are
// refused. Name is used in errors, which match ErrMapping or are the reader's
// own. What it reads is not yet checked; Compile does that.
func ReadMapping(r io.Reader, name string) (Mapping, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxMapping+1))
	if err != nil {
		return Mapping{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxMapping {
		return Mapping{}, fmt.Errorf("%s: %w: larger than %d bytes", name, ErrMapping, maxMapping)
	}
	var m Mapping
	if err := strictjson.Unmarshal(data, &m); err != nil {
		return Mapping{}, fmt.Errorf("%s: %w: %w", name, ErrMapping, err)
	}
	return m, nil
}

package mining

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-marops/marops/internal/table"
)

// Columns names the columns of a CSV log.
type Columns struct {
	Case, Activity, Time string
	Resource             string // "" = none
	Lifecycle            string // "" = none
	Layout               string // of Time, as package time has it; "" = ISO 8601
	Comma                byte   // between the columns; 0 = a comma
}

// XESColumns are the names that tools use when they write XES as CSV.
var XESColumns = Columns{Case: "case:concept:name", Activity: "concept:name", Time: "time:timestamp", Resource: "org:resource"}

// CSV reads an event log from a UTF-8 file with a header, plain or gzipped, one
// event a row, in any order. Reader.Attributes names further columns to keep; of
// those with the prefix "case:" the last value of a case that is not empty stands.
// An empty resource is a resource named "", other empty cells are nothing. Name is
// used in errors, which match ErrLog and say row and column as a
// *finding.CellError, or are the stream's own.
func (r Reader) CSV(in io.Reader, name string, c Columns) (*Log, error) {
	r = r.orDefaults()
	stream, err := unpack(in, name, r.MaxBytes)
	if err != nil {
		return nil, err
	}
	if c.Comma == 0 {
		c.Comma = ','
	}
	rows := csv.NewReader(table.Guard(stream, c.Comma))
	rows.Comma = rune(c.Comma)
	rows.ReuseRecord = true
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, rowError(name, 1, "", "file is empty")
	}
	if err != nil {
		return nil, csvError(name, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	raw := newRaw(r.Attributes)
	t := &csvLog{Reader: r, Columns: c, raw: raw}
	if missing := t.find(header); missing != "" {
		return nil, rowError(name, 1, missing, "is missing")
	}
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return raw.seal(), nil
		}
		if err != nil {
			return nil, csvError(name, err)
		}
		if column, reason := t.row(record); reason != "" {
			line, _ := rows.FieldPos(0)
			return nil, rowError(name, line, column, reason)
		}
	}
}

type csvLog struct {
	Reader
	Columns
	raw           *raw
	at            [5]int // case, activity, time, resource, lifecycle; -1 = none
	events, cases []int  // columns of the attributes
}

// find places the columns and returns the name of one that is not there.
func (t *csvLog) find(header []string) (missing string) {
	for i, column := range [...]string{t.Case, t.Activity, t.Time, t.Resource, t.Lifecycle} {
		t.at[i] = slices.Index(header, column)
		if t.at[i] < 0 && (i < 3 || column != "") {
			return fmt.Sprintf("%.80q", column)
		}
		if i >= 3 && column == "" {
			t.at[i] = -1
		}
	}
	for i := range t.raw.events {
		t.events = append(t.events, slices.Index(header, t.raw.events[i].name))
		if t.events[i] < 0 {
			return fmt.Sprintf("%.80q", t.raw.events[i].name)
		}
	}
	for i := range t.raw.cases {
		t.cases = append(t.cases, slices.Index(header, casePrefix+t.raw.cases[i].name))
		if t.cases[i] < 0 {
			return fmt.Sprintf("%.80q", casePrefix+t.raw.cases[i].name)
		}
	}
	return ""
}

// row adds one event, or says what is wrong with it.
func (t *csvLog) row(record []string) (column, reason string) {
	raw := t.raw
	if len(raw.at) >= t.MaxEvents {
		return "", t.tooMany()
	}
	at, ok := t.time(record[t.at[2]])
	if !ok {
		return t.Time, fmt.Sprintf("%.40q is not a time", record[t.at[2]])
	}
	code := func(d *dictionary, column int) int32 {
		if !utf8.ValidString(record[column]) {
			reason = "is not valid UTF-8"
			return -1
		}
		if known, ok := d.codes[record[column]]; ok {
			return known
		}
		return d.code(strings.Clone(record[column])) // the record is used again
	}
	c, activity := code(&raw.ids, t.at[0]), code(&raw.activities, t.at[1])
	resource, lifecycle := int32(-1), int32(-1)
	if t.at[3] >= 0 {
		resource = code(&raw.resources, t.at[3])
	}
	if t.at[4] >= 0 && record[t.at[4]] != "" {
		lifecycle = code(&raw.transitions, t.at[4])
	}
	if reason != "" {
		return "", reason
	}
	raw.add(c, activity, resource, lifecycle, at)
	for i, column := range t.events {
		if record[column] != "" {
			raw.events[i].set(len(raw.at)-1, code(&raw.events[i].dict, column))
		}
	}
	for i, column := range t.cases {
		if record[column] != "" {
			raw.cases[i].set(int(c), code(&raw.cases[i].dict, column))
		}
	}
	return "", reason
}

func (t *csvLog) time(s string) (int64, bool) {
	if t.Layout == "" {
		return parseMillis([]byte(s), t.Zone)
	}
	at, err := time.ParseInLocation(t.Layout, s, t.Zone)
	if err != nil {
		return 0, false
	}
	return inRange(at.UnixMilli())
}

func csvError(name string, err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return rowError(name, e.Line, "", e.Err.Error())
	}
	return fmt.Errorf("%s: %w", name, err)
}

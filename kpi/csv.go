package kpi

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/civil"
	rowtable "github.com/go-marops/marops/internal/table"
)

// maxCSV is the largest file that CSV takes into memory, unpacked.
const maxCSV = 512 << 20

// CSV appends a comma-separated UTF-8 file with a header row to a table. Columns
// may stand in any order; others in the file are ignored. A file whose name
// ends in ".gz" is unpacked. An empty cell of a number or date is missing.
func (d *Data) CSV(table, file string, cols ...Column) *Data {
	if d.err != nil {
		return d
	}
	if err := d.readCSV(table, file, cols); err != nil {
		d.err = err
	}
	return d
}

func (d *Data) readCSV(name, file string, cols []Column) error {
	body, err := d.load(file)
	if err != nil {
		return err
	}
	label := path.Base(file)
	if len(cols) == 0 {
		return fmt.Errorf("table %s: no column is declared: %w", name, ErrData)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return cellError(label, 1, cols[0].header(), "file is empty")
	}
	if line, column := rowtable.BadByte(body, ','); line > 0 {
		return cellError(label, line, strconv.Itoa(column), "is not valid UTF-8")
	}
	rows := csv.NewReader(rowtable.Guard(bytes.NewReader(body), ','))
	rows.ReuseRecord = true
	header, err := rows.Read()
	if err != nil {
		return csvError(label, err)
	}
	at := make([]int, len(cols))
	for i, c := range cols {
		at[i] = slices.Index(header, c.header())
		if at[i] < 0 {
			return cellError(label, 1, c.header(), "column is missing")
		}
		if slices.Contains(header[at[i]+1:], c.header()) {
			return cellError(label, 1, c.header(), "column stands twice")
		}
	}
	t, err := d.open(name, cols)
	if err != nil {
		return err
	}
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return csvError(label, err)
		}
		row, _ := rows.FieldPos(0)
		for i, c := range cols {
			if err := t.columns[c.Name].addCell(&c, record[at[i]], row); err != nil {
				return cellError(label, row, c.header(), err.Error())
			}
		}
		t.rows++
	}
}

func (d *Data) load(file string) ([]byte, error) {
	f, err := d.files.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(file), cause(err))
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(file, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(file), err)
		}
	}
	body, err := io.ReadAll(io.LimitReader(r, maxCSV+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(file), err)
	}
	if len(body) > maxCSV {
		return nil, fmt.Errorf("%s: larger than %d MiB: %w", path.Base(file), maxCSV>>20, ErrData)
	}
	return bytes.TrimPrefix(body, []byte("\ufeff")), nil
}

// cause drops the path from a file system error, which the caller names itself.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

func csvError(label string, err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return cellError(label, e.Line, fmt.Sprint(e.Column), e.Err.Error())
	}
	return fmt.Errorf("%s: %w", label, err)
}

func (c *column) addCell(def *Column, cell string, row int) error {
	if def.unique {
		if first, ok := c.seen[cell]; ok {
			return fmt.Errorf("%q stands in row %d already", cell, first)
		}
		c.seen[strings.Clone(cell)] = row
	}
	switch {
	case def.kind == TextKind && cell == "" && def.required:
		return errors.New("is empty")
	case def.kind == TextKind:
		if len(def.oneOf) > 0 && !slices.Contains(def.oneOf, cell) {
			return fmt.Errorf("%q is not one of %s", cell, strings.Join(def.oneOf, ", "))
		}
		if code, ok := c.codes[cell]; ok {
			c.Codes = append(c.Codes, code)
		} else {
			c.addText(strings.Clone(cell))
		}
	case cell == "" && def.required:
		return errors.New("is empty")
	case cell == "":
		c.addNull()
	case def.kind == DateKind:
		day, err := civil.Parse(cell)
		if err != nil {
			return err
		}
		c.addDate(day)
	default:
		n, err := parseNumber(cell, def.scale)
		if err != nil {
			return err
		}
		c.addInt(n)
	}
	return nil
}

// parseNumber reads a plain decimal as an integer scaled by 10^scale.
func parseNumber(s string, scale int) (int64, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" && fraction == "" || point && fraction == "" || len(s) > 40 {
		return 0, fmt.Errorf("%.40q is not a number", s)
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > scale {
		return 0, fmt.Errorf("%q has more than %d decimals", s, scale)
	}
	var n int64
	for i := range len(whole) + scale {
		d := byte(0)
		switch {
		case i < len(whole):
			d = whole[i] - '0'
		case i-len(whole) < len(fraction):
			d = fraction[i-len(whole)] - '0'
		}
		if d > 9 {
			return 0, fmt.Errorf("%q is not a number", s)
		}
		if n > (math.MaxInt64-int64(d))/10 {
			return 0, fmt.Errorf("%q is out of range", s)
		}
		n = n*10 + int64(d)
	}
	if negative {
		n = -n
	}
	return n, nil
}

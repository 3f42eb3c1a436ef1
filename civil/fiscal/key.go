package fiscal

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
)

// ErrKey is the kind of every error about text that is not a Key.
var ErrKey = errors.New("invalid fiscal period")

// Key names a period of a fiscal year. The zero Key is "no period".
type Key struct {
	Year   int // 0 to 9999
	Number int // from 1 to 12, or 13 in a calendar of thirteen periods
}

// IsZero reports whether the key is "no period".
func (k Key) IsZero() bool { return k == Key{} }

// Compare orders by year, then by number.
func (k Key) Compare(other Key) int {
	return cmp.Or(cmp.Compare(k.Year, other.Year), cmp.Compare(k.Number, other.Number))
}

// String returns FY2026-P03; "" for the zero Key.
func (k Key) String() string {
	if k.IsZero() {
		return ""
	}
	return fmt.Sprintf("FY%04d-P%02d", k.Year, k.Number)
}

// ParseKey reads what String writes: four digits of year, two of number, 01 or
// above. Errors match ErrKey. Whether a calendar has the period is
// Calendar.Bounds' business.
func ParseKey(s string) (Key, error) {
	if len(s) != len("FY2026-P03") || s[:2] != "FY" || s[6:8] != "-P" {
		return Key{}, fmt.Errorf("period %.40q: want FYyyyy-Pnn: %w", s, ErrKey)
	}
	year, ok1 := digits(s[2:6])
	number, ok2 := digits(s[8:])
	if !ok1 || !ok2 || number == 0 {
		return Key{}, fmt.Errorf("period %.40q: want FYyyyy-Pnn: %w", s, ErrKey)
	}
	return Key{year, number}, nil
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// MarshalText writes what String returns. A key that ParseKey would refuse is
// an error matching ErrKey.
func (k Key) MarshalText() ([]byte, error) {
	if !k.IsZero() && (k.Year < 0 || k.Year > 9999 || k.Number < 1 || k.Number > 99) {
		return nil, fmt.Errorf("period %d of %d: out of range: %w", k.Number, k.Year, ErrKey)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads what ParseKey reads; empty text is the zero Key.
func (k *Key) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*k = Key{}
		return nil
	}
	parsed, err := ParseKey(string(text))
	if err != nil {
		return err
	}
	*k = parsed
	return nil
}

// Value stores the key as text, NULL for the zero Key. A key that ParseKey would
// refuse is an error matching ErrKey.
func (k Key) Value() (driver.Value, error) {
	text, err := k.MarshalText()
	if err != nil || k.IsZero() {
		return nil, err
	}
	return string(text), nil
}

// Scan reads a key column: text, bytes or NULL.
func (k *Key) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*k = Key{}
		return nil
	case string:
		return k.UnmarshalText([]byte(v))
	case []byte:
		return k.UnmarshalText(v)
	}
	return fmt.Errorf("period from %T: %w", src, ErrKey)
}

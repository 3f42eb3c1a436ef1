package report

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Minor returns the exact decimal of an amount in minor units: Minor(-5, 2) is
// -0.05. Decimals outside 0 to 18 count as 0.
func Minor(amount int64, decimals int) json.Number {
	s := strconv.FormatInt(amount, 10)
	if decimals <= 0 || decimals > 18 {
		return json.Number(s)
	}
	sign, digits := "", s
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		sign, digits = "-", rest
	}
	if len(digits) <= decimals {
		digits = strings.Repeat("0", decimals+1-len(digits)) + digits
	}
	point := len(digits) - decimals
	return json.Number(sign + digits[:point] + "." + digits[point:])
}

// plainValue returns the text of a machine value, and whether it is a number or
// a bool, which needs no protection in a CSV file.
func plainValue(v any) (text string, bare bool, err error) {
	switch v := v.(type) {
	case nil:
		return "", false, nil
	case bool:
		return strconv.FormatBool(v), true, nil
	case json.Number:
		if !isNumber(string(v)) {
			return "", false, fmt.Errorf("%q is not a JSON number", string(v))
		}
		return string(v), true, nil
	case encoding.TextMarshaler:
		if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
			return "", false, nil
		}
		b, err := v.MarshalText()
		return string(b), false, err
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(r.Int(), 10), true, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(r.Uint(), 10), true, nil
	default:
		return "", false, fmt.Errorf("a %T has no exact text", v)
	}
}

// isNumber reports whether s is a number of JSON (RFC 8259 §6) of at most 100
// bytes.
func isNumber(s string) bool {
	if s == "" || len(s) > 100 || s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return false
	}
	return json.Valid([]byte(s))
}

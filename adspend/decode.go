package adspend

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-marops/marops/internal/table"
)

// MaxBytes is the largest export that is read: about a million rows.
const MaxBytes = 128 << 20

var errEncoding = errors.New("is neither UTF-8 nor UTF-16 with a byte order mark")

// text reads all of r and returns it as UTF-8 without a byte order mark.
func text(r io.Reader, name string) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(body) > MaxBytes {
		return nil, cellError(name, 1, "1", fmt.Sprintf("file is larger than %d MiB", MaxBytes>>20))
	}
	decoded, at, err := decode(body)
	if err != nil {
		return nil, cellError(name, at.line, strconv.Itoa(at.column), "file "+err.Error())
	}
	return decoded, nil
}

// decode returns UTF-8, or the place where the encoding breaks.
func decode(b []byte) (out []byte, at place, err error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return decode16(b[2:], func(p []byte) uint16 { return uint16(p[0]) | uint16(p[1])<<8 })
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return decode16(b[2:], func(p []byte) uint16 { return uint16(p[1]) | uint16(p[0])<<8 })
	}
	if i := bytes.IndexByte(b, 0); i >= 0 || !utf8.Valid(b) {
		line, column := table.BadByte(bytes.ReplaceAll(b, []byte{0}, []byte{0xff}), ',')
		return nil, place{line, column}, errEncoding
	}
	return b, place{}, nil
}

// place is a line and a column, both from 1.
type place struct{ line, column int }

func decode16(b []byte, unit func([]byte) uint16) (out []byte, at place, err error) {
	at = place{1, 1}
	out = make([]byte, 0, len(b)/2+len(b)/8)
	for i := 0; i < len(b); i += 2 {
		if i+1 == len(b) {
			return nil, at, errors.New("ends inside a UTF-16 character")
		}
		r := rune(unit(b[i:]))
		if utf16.IsSurrogate(r) {
			if i+3 < len(b) {
				r = utf16.DecodeRune(r, rune(unit(b[i+2:])))
			}
			if i+3 >= len(b) || r == utf8.RuneError {
				return nil, at, errors.New("has half a UTF-16 surrogate pair")
			}
			i += 2
		}
		switch r {
		case '\n':
			at = place{at.line + 1, 1}
		case '\t': // these exports are separated by tabs
			at.column++
		case 0:
			return nil, at, errors.New("has a NUL character")
		}
		out = utf8.AppendRune(out, r)
	}
	return out, place{}, nil
}

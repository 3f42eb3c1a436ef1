package adspend

import (
	"bufio"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxBytes is the largest export that is read: about a million rows.
const MaxBytes = 128 << 20

// fault is what is wrong with the text of a file, not with reading it.
type fault string

func (f fault) Error() string { return string(f) }

const (
	errEncoding  fault = "is neither UTF-8 nor UTF-16 with a byte order mark"
	errHalfUnit  fault = "ends inside a UTF-16 character"
	errSurrogate fault = "has half a UTF-16 surrogate pair"
	errNUL       fault = "has a NUL character"
	errUnmapped  fault = "has a byte that windows-1252 does not define"
	errLarge     fault = "is larger than 128 MiB"
)

// Encoding names how an export's text is stored, where the export does not say
// so itself.
type Encoding string

// The encodings. The zero value takes UTF-8, and UTF-16 with a byte order mark;
// a mark always wins over what is named.
const (
	UTF8        Encoding = ""
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
)

// badText is where the text of a file breaks.
type badText struct {
	line       int
	separators [3]int // commas, tabs and semicolons before it on its line
	err        error
}

func (e *badText) Error() string { return "file " + e.err.Error() }

func (e *badText) Unwrap() error { return e.err }

// column is the 1-based column, counted in the delimiter if it is known.
func (e *badText) column(comma rune) int {
	for i, c := range delimiters[:len(e.separators)] {
		if c == comma {
			return e.separators[i] + 1
		}
	}
	return max(e.separators[0], e.separators[1], e.separators[2]) + 1
}

// decoder reads an export as UTF-8 without a byte order mark, a piece at a time,
// so that a hostile file costs no more memory than a piece.
type decoder struct {
	in     *bufio.Reader
	next   func() (rune, error)
	ascii  bool // what is below 0x80 stands as it is
	left   int  // bytes of the file that may still come
	at     badText
	err    error
	spare  [utf8.UTFMax]byte // what the last Read had no room for
	spared int
}

func newDecoder(r io.Reader, e Encoding) *decoder {
	d := &decoder{in: bufio.NewReaderSize(r, 32<<10), left: MaxBytes, at: badText{line: 1}}
	mark, err := d.in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		d.err = err
	}
	skip := 0
	switch {
	case len(mark) == 3 && string(mark) == "\xef\xbb\xbf":
		e, skip = UTF8, 3
	case len(mark) >= 2 && string(mark[:2]) == "\xff\xfe":
		e, skip = UTF16LE, 2
	case len(mark) >= 2 && string(mark[:2]) == "\xfe\xff":
		e, skip = UTF16BE, 2
	}
	_, _ = d.in.Discard(skip) // they were just seen
	switch e {
	case UTF16LE:
		d.next = func() (rune, error) { return d.wide(0) }
	case UTF16BE:
		d.next = func() (rune, error) { return d.wide(1) }
	case Windows1252:
		d.next, d.ascii = d.western, true
	default:
		d.next, d.ascii = d.narrow, true
	}
	return d
}

// Read implements io.Reader. Its errors are *badText or the file's own.
func (d *decoder) Read(p []byte) (int, error) {
	n := copy(p, d.spare[:d.spared])
	d.spared = copy(d.spare[:], d.spare[n:d.spared])
	for d.spared == 0 && d.err == nil && n < len(p) {
		if d.ascii {
			if n += d.plain(p[n:]); n == len(p) {
				break
			}
		}
		r, err := d.next()
		if err != nil {
			d.err = d.place(err)
			break
		}
		d.count(r)
		if len(p)-n >= utf8.UTFMax {
			n += utf8.EncodeRune(p[n:], r)
			continue
		}
		d.spared = utf8.EncodeRune(d.spare[:], r)
		fits := copy(p[n:], d.spare[:d.spared])
		d.spared = copy(d.spare[:], d.spare[fits:d.spared])
		n += fits
	}
	if n > 0 || len(p) == 0 {
		return n, nil
	}
	return 0, d.err
}

// plain copies letters that need no decoding, as far as they are at hand.
func (d *decoder) plain(p []byte) int {
	buffered, _ := d.in.Peek(min(d.in.Buffered(), d.left, len(p)))
	n := 0
	for n < len(buffered) && buffered[n]-1 < 0x7f {
		p[n] = buffered[n]
		d.count(rune(buffered[n]))
		n++
	}
	_, _ = d.in.Discard(n) // they were just seen
	d.left -= n
	return n
}

// place says where a fault of the text is, and leaves errors of the file alone.
func (d *decoder) place(err error) error {
	if _, ok := errors.AsType[fault](err); !ok {
		return err
	}
	bad := d.at
	bad.err = err
	return &bad
}

func (d *decoder) count(r rune) {
	switch r {
	case '\n':
		d.at.line++
		d.at.separators = [3]int{}
	case ',':
		d.at.separators[0]++
	case '\t':
		d.at.separators[1]++
	case ';':
		d.at.separators[2]++
	}
}

func (d *decoder) spend(n int) error {
	if d.left -= n; d.left < 0 {
		return errLarge
	}
	return nil
}

func (d *decoder) narrow() (rune, error) {
	r, size, err := d.in.ReadRune()
	if err != nil {
		return 0, err
	}
	if r == utf8.RuneError && size == 1 || r == 0 { // UTF-16 without a mark is full of NULs
		return 0, errEncoding
	}
	return r, d.spend(size)
}

func (d *decoder) western() (rune, error) {
	b, err := d.in.ReadByte()
	if err != nil {
		return 0, err
	}
	r := rune(b)
	if b == 0 {
		return 0, errNUL
	}
	if b >= 0x80 && b < 0xa0 {
		if r = windows1252[b-0x80]; r == 0 {
			return 0, errUnmapped
		}
	}
	return r, d.spend(1)
}

// windows1252 are the characters 0x80 to 0x9f of the code page; the rest is that
// of Unicode (unicode.org, Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT).
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// wide reads a character of UTF-16; low is which byte of a unit counts less.
func (d *decoder) wide(low int) (rune, error) {
	r, err := d.unit(low)
	if err == nil && r == 0 {
		err = errNUL
	}
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	second, err := d.unit(low)
	if errors.Is(err, io.EOF) {
		return 0, errSurrogate
	}
	if err != nil {
		return 0, err
	}
	if r = utf16.DecodeRune(r, second); r == utf8.RuneError {
		return 0, errSurrogate
	}
	return r, nil
}

// unit reads two bytes, of which the one at low counts less.
func (d *decoder) unit(low int) (rune, error) {
	var b [2]byte
	switch n, err := io.ReadFull(d.in, b[:]); {
	case n == 1 && errors.Is(err, io.ErrUnexpectedEOF):
		return 0, errHalfUnit
	case err != nil:
		return 0, err
	}
	return rune(b[low]) | rune(b[1-low])<<8, d.spend(2)
}

package adspend

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func encode(text string, e Encoding, mark bool) []byte {
	var out []byte
	if mark {
		text = "\ufeff" + text
	}
	switch e {
	case UTF16LE, UTF16BE:
		for _, u := range utf16.Encode([]rune(text)) {
			if e == UTF16LE {
				out = append(out, byte(u), byte(u>>8))
			} else {
				out = append(out, byte(u>>8), byte(u))
			}
		}
	case Windows1252:
		for _, r := range text {
			if at := strings.IndexRune(string(windows1252[:]), r); at >= 0 {
				r = rune(0x80 + len([]rune(string(windows1252[:])[:at])))
			}
			out = append(out, byte(r))
		}
	default:
		out = []byte(text)
	}
	return out
}

func TestDecoder(t *testing.T) {
	t.Parallel()
	const plain = "Käse, 5 €; 'x'\tß\n“ja”\r\n"
	for name, c := range map[string]struct {
		body []byte
		e    Encoding
		want string
	}{
		"utf-8":             {encode(plain, UTF8, false), UTF8, plain},
		"utf-8 mark":        {encode(plain, UTF8, true), UTF8, plain},
		"utf-16le mark":     {encode(plain+"😀", UTF16LE, true), UTF8, plain + "😀"},
		"utf-16be mark":     {encode(plain+"😀", UTF16BE, true), UTF8, plain + "😀"},
		"utf-16le named":    {encode(plain, UTF16LE, false), UTF16LE, plain},
		"utf-16be named":    {encode(plain, UTF16BE, false), UTF16BE, plain},
		"windows-1252":      {encode(plain, Windows1252, false), Windows1252, plain},
		"mark beats name":   {encode(plain, UTF8, true), Windows1252, plain},
		"empty":             {nil, UTF8, ""},
		"mark alone":        {[]byte("\xff\xfe"), UTF8, ""},
		"two letters":       {[]byte("ab"), UTF8, "ab"},
		"one unit":          {[]byte("a\x00"), UTF16LE, "a"},
		"second mark stays": {encode("\ufeffa", UTF8, true), UTF8, "\ufeffa"},
	} {
		for _, r := range []io.Reader{bytes.NewReader(c.body), iotest.OneByteReader(bytes.NewReader(c.body)), iotest.DataErrReader(bytes.NewReader(c.body))} {
			got, err := io.ReadAll(newDecoder(r, c.e))
			require.NoError(t, err, name)
			assert.Equal(t, c.want, string(got), name)
			got, err = io.ReadAll(iotest.OneByteReader(newDecoder(bytes.NewReader(c.body), c.e)))
			require.NoError(t, err, name)
			assert.Equal(t, c.want, string(got), name)
		}
	}
}

func TestDecoderSaysWhereTextBreaks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body         string
		e            Encoding
		err          error
		line, column int // column by commas
	}{
		"latin in utf-8":     {"a,b\nc,d,\xe4", UTF8, errEncoding, 2, 3},
		"utf-16 unmarked":    {"a\x00,\x00", UTF8, errEncoding, 1, 1},
		"NUL":                {"a,b\x00", Windows1252, errNUL, 1, 2},
		"NUL in utf-16":      {"\xff\xfea\x00\n\x00\x00\x00", UTF8, errNUL, 2, 1},
		"odd":                {"\xff\xfea\x00\n\x00b", UTF8, errHalfUnit, 2, 1},
		"half a pair":        {"\xff\xfe,\x00\x3d\xd8", UTF8, errSurrogate, 1, 2},
		"pair turned round":  {"\xfe\xff\xdc\x00\xd8\x3d", UTF8, errSurrogate, 1, 1},
		"pair with a letter": {"\xff\xfe\x3d\xd8a\x00", UTF8, errSurrogate, 1, 1},
		"undefined":          {"\n\n,\x81", Windows1252, errUnmapped, 3, 2},
	} {
		_, err := io.ReadAll(newDecoder(strings.NewReader(c.body), c.e))
		bad, ok := errors.AsType[*badText](err)
		require.True(t, ok, "%s: %v", name, err)
		require.ErrorIs(t, err, c.err, name)
		assert.Equal(t, [2]int{c.line, c.column}, [2]int{bad.line, bad.column(',')}, name)
	}
	d := newDecoder(strings.NewReader("a,b\nc,d,e"), UTF8)
	d.left = 6
	got, err := io.ReadAll(d)
	require.ErrorIs(t, err, errLarge)
	assert.Equal(t, "a,b\nc,", string(got))
	for _, text := range []string{"", "a", "abcdef"} {
		_, err = io.ReadAll(newDecoder(io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrClosedPipe)), UTF8))
		require.ErrorIs(t, err, io.ErrClosedPipe)
	}
}

// Any text comes back from any encoding that has its letters.
func TestDecoderReadsWhatWasEncoded(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 1))
	letters := []rune("abc,;\t\n\"€ßŸ 01\u00a0")
	for range 500 {
		text := make([]rune, rng.IntN(40))
		for i := range text {
			text[i] = letters[rng.IntN(len(letters))]
		}
		for _, e := range []Encoding{UTF8, UTF16LE, UTF16BE, Windows1252} {
			got, err := io.ReadAll(iotest.HalfReader(newDecoder(bytes.NewReader(encode(string(text), e, false)), e)))
			require.NoError(t, err)
			require.Equal(t, string(text), string(got), string(e))
		}
	}
}

package table

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGuard(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int // of the error; 0 for none
	}{
		"empty":             {"", 0},
		"plain":             {"a,b\nc,d\n", 0},
		"largest row":       {strings.Repeat("a", maxRowBytes-1) + "\nb\n", 0},
		"row too long":      {"a\n" + strings.Repeat("b", maxRowBytes+1), 2},
		"quote not closed":  {"a\nb\n\"" + strings.Repeat("c\n", maxRowBytes/2), 3},
		"quoted line ends":  {"\"" + strings.Repeat("a\n", 1000) + "\"\n" + strings.Repeat("b", maxRowBytes+1), 1002},
		"most columns":      {strings.Repeat(",", maxColumns-1) + "\n", 0},
		"too many columns":  {"a\n" + strings.Repeat(",", maxColumns) + "\n", 2},
		"commas in quotes":  {"\"" + strings.Repeat(",", maxColumns) + "\",b\n", 0},
		"many rows":         {strings.Repeat(strings.Repeat("a", 100)+",\n", 20_000), 0},
		"columns, unclosed": {strings.Repeat(",", maxColumns+1), 1},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.text), iotest.HalfReader(strings.NewReader(c.text))} {
			_, err := io.ReadAll(Guard(r, ','))
			if c.line == 0 {
				require.NoError(t, err, name)
				continue
			}
			parse, ok := errors.AsType[*csv.ParseError](err)
			require.True(t, ok, "%s: %v", name, err)
			assert.Equal(t, c.line, parse.Line, name)
		}
	}
}

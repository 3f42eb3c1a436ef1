package label_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/internal/label"
)

func TestLabels(t *testing.T) {
	t.Parallel()
	const hostile = "a\x00\u202e\u2028\n\"\\]; <b>"
	require.Equal(t, "aU+0000U+202EU+2028U+000A\"\\]; <b>", label.Visible(hostile))
	require.Equal(t, "aU+0000U+202EU+2028U+000A#34;#92;#93;#59; #60;b#62;", label.Mermaid(hostile))
	require.Equal(t, `"aU+0000U+202EU+2028U+000A\"\\]; <b>\nä"`, label.DOT(hostile, "ä"))
}

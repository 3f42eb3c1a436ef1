package golden

import "testing"

func TestFirstDifference(t *testing.T) {
	for _, c := range []struct {
		a, b string
		line int
		inB  string
	}{
		{"a\nb\n", "a\nb\n", 0, ""},
		{"a\nb\n", "a\nc\n", 2, "c"},
		{"a", "a\n", 2, ""},
		{"a\nb", "a", 2, "(end)"},
		{"", "x", 1, "x"},
	} {
		line, _, inB := firstDifference([]byte(c.a), []byte(c.b))
		if line != c.line || inB != c.inB {
			t.Errorf("firstDifference(%q, %q) = %d, %q; want %d, %q", c.a, c.b, line, inB, c.line, c.inB)
		}
	}
}

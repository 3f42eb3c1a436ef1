// Package golden compares test output with files under testdata. Run the tests
// of a package with -update to write the files anew, then read the difference
// before keeping it.
package golden

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Equal fails the test if got differs from testdata/name, and shows the first
// line that does. With -update it writes the file.
func Equal(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s: no golden file; run the tests with -update to write it", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(want, got) {
		return
	}
	line, wantLine, gotLine := firstDifference(want, got)
	t.Errorf("%s:%d differs\nwant %s\ngot  %s", path, line, wantLine, gotLine)
}

// firstDifference returns the 1-based number and both versions of the first
// line in which a and b differ. A missing line is "(end)".
func firstDifference(a, b []byte) (line int, inA, inB string) {
	left, right := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range max(len(left), len(right)) {
		inA, inB = "(end)", "(end)"
		if i < len(left) {
			inA = string(left[i])
		}
		if i < len(right) {
			inB = string(right[i])
		}
		if inA != inB {
			return i + 1, inA, inB
		}
	}
	return 0, "", ""
}

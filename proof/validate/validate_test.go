package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reference returns the directory of reference data, or skips.
func reference(t *testing.T) fs.FS {
	t.Helper()
	dir := os.Getenv("MAROPS_DATA")
	if dir == "" {
		t.Skip("MAROPS_DATA is not set")
	}
	return os.DirFS(dir)
}

// altered is a file system in which one file reads otherwise.
type altered struct {
	fs.FS
	file string
	body []byte
}

func (a altered) Open(name string) (fs.File, error) {
	if name != a.file {
		return a.FS.Open(name)
	}
	return fstest.MapFS{name: {Data: a.body}}.Open(name)
}

// unpacked reads a file, gunzipped if it is packed.
func unpacked(t *testing.T, data fs.FS, file string) []byte {
	t.Helper()
	if strings.HasSuffix(file, ".gz") {
		body, err := unzip(data, file)
		require.NoError(t, err)
		return body
	}
	body, err := fs.ReadFile(data, file)
	require.NoError(t, err)
	return body
}

// packed is the inverse of unpacked.
func packed(t *testing.T, file string, body []byte) []byte {
	t.Helper()
	if !strings.HasSuffix(file, ".gz") {
		return body
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(body)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return out.Bytes()
}

// Every set must be right, and must notice when one figure is not.
func TestEverySetHoldsAndItsNegativeControlMisses(t *testing.T) {
	data := reference(t)
	sets, err := discover(data)
	require.NoError(t, err)
	require.Greater(t, len(sets), 10)
	for _, s := range sets {
		t.Run(s.area+"/"+s.name, func(t *testing.T) {
			t.Parallel()
			rows, err := s.check(data, scope{})
			require.NoError(t, err)
			require.NotEmpty(t, rows)
			for _, r := range rows {
				assert.Equal(t, ok, r.Verdict, "%s: want %s, got %s", r.Figure, r.Expected, r.Got)
			}
			body := unpacked(t, data, s.control.file)
			require.Contains(t, s.files, s.control.file)
			at := bytes.LastIndex(body, []byte(s.control.old))
			if strings.HasSuffix(s.control.file, ".json") {
				at = bytes.Index(body, []byte(s.control.old))
			}
			require.GreaterOrEqual(t, at, 0, "%s does not contain %q", s.control.file, s.control.old)
			changed := append(append(append([]byte{}, body[:at]...), s.control.new...), body[at+len(s.control.old):]...)
			rows, err = s.check(altered{data, s.control.file, packed(t, s.control.file, changed)}, scope{})
			require.NoError(t, err)
			missed := 0
			for _, r := range rows {
				if r.Verdict == miss {
					missed++
				}
			}
			assert.Positive(t, missed, "the altered figure went unnoticed")
		})
	}
}

func TestEveryFileIsReadOrListedAsUnsupported(t *testing.T) {
	data := reference(t)
	sets, err := discover(data)
	require.NoError(t, err)
	rows, err := unsupportedRows(data, sets, "")
	require.NoError(t, err)
	for _, r := range rows {
		assert.NotEqual(t, "unknown", r.Area, "%s is neither read nor listed", r.Expected)
	}
}

func TestMissingDataAreAbsentAndUnknownDataNamed(t *testing.T) {
	rows, err := validate(fstest.MapFS{"planning/new/thing.txt": {}}, "", io.Discard, scope{})
	require.NoError(t, err)
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.Verdict]++
	}
	assert.Equal(t, 1, counts[unsupported])
	assert.Greater(t, counts[absent], 5)
	assert.Zero(t, counts[ok]+counts[miss])
}

func TestExitOnMiss(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(dir+"/budget/calendar", 0o750))
	body := `{"years":[{"fy":2026,"start":"2026-02-01","end":"2027-01-30","weeks":53,"periodStarts":["2026-02-01"]}]}`
	require.NoError(t, os.WriteFile(dir+"/budget/calendar/nrf454.json", []byte(body), 0o600))
	var out bytes.Buffer
	require.ErrorIs(t, run(&out, dir, "civil/", false, scope{}), errMiss)
	assert.Contains(t, out.String(), "miss")
	require.Error(t, run(&out, "", "", false, scope{}))
	require.Error(t, run(&out, dir+"/gone", "", false, scope{}))
}

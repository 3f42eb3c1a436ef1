package sqlstore

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/store"
)

func TestEntriesRoundTrip(t *testing.T) {
	for _, want := range [][]store.Entry{
		nil,
		{{Index: "a"}},
		{{Index: "a", Key: []byte{0}}, {Index: "a", Key: make([]byte, store.MaxKey)}, {Index: "ü", Key: []byte("\xff")}},
	} {
		got, err := parseEntries(packEntries(want))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, damaged := range []string{"\x05a", "\x01a", "\x01a\x02b", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\xff"} {
		_, err := parseEntries([]byte(damaged))
		require.ErrorIs(t, err, errEntries, "%q", damaged)
	}
}

func FuzzParseEntries(f *testing.F) {
	f.Add([]byte{})
	f.Add(packEntries([]store.Entry{{Index: "a", Key: []byte("k")}, {Index: "b"}}))
	f.Add([]byte("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := parseEntries(b)
		if err != nil {
			return
		}
		again, err := parseEntries(packEntries(entries))
		if err != nil {
			t.Fatal(err)
		}
		assert.Equal(t, entries, again)
	})
}

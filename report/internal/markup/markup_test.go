package markup_test

import (
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-marops/marops/report/internal/markup"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"plain":                      "plain",
		`<script>alert("x")`:         "&lt;script&gt;alert(&#34;x&#34;)",
		"a ]]> b & 'c'":              "a ]]&gt; b &amp; &#39;c&#39;",
		"line\nend\ttab\x00\x1b\x7f": "line end tab",
		"\xff\xfe":                   "\uFFFD\uFFFD",
		"\uFFFE\uFFFFx\u0085":        "x",
		"שלום 日本 🎉":                  "שלום 日本 🎉",
	} {
		assert.Equal(t, want, markup.Escape(in), "%q", in)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("<b>&amp;\x00\xff]]>")
	f.Fuzz(func(t *testing.T, s string) {
		var back struct {
			A string `xml:"a,attr"`
			B string `xml:",chardata"`
		}
		e := markup.Escape(s)
		require.NoError(t, xml.Unmarshal([]byte(`<r a="`+e+`">`+e+`</r>`), &back), "%q", s)
		assert.Equal(t, markup.Clean(s), back.A)
		assert.Equal(t, markup.Clean(s), back.B)
	})
}

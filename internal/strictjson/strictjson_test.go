package strictjson

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type doc struct {
	Name string         `json:"name"`
	List []doc          `json:"list"`
	Free map[string]any `json:"free"`
}

func TestUnmarshal(t *testing.T) {
	var d doc
	require.NoError(t, Unmarshal([]byte(`{"name":"a","list":[{"name":"b"},{"name":"c"}],"free":{"x":{"x":1}}}`), &d))
	assert.Equal(t, "c", d.List[1].Name)
	for text, want := range map[string]string{
		``:                        "EOF",
		`{"name":"a","name":"b"}`: `byte 18: "name" is given twice`,
		`{"name":"a","NAME":"b"}`: `"NAME" is given twice`,
		`{"free":{"x":1,"x":2}}`:  `"x" is given twice`,
		`{"other":"a"}`:           `unknown field "other"`,
		`{}{}`:                    "more than one value",
		`{} x`:                    "more than one value",
		"{\"name\":\"\xff\"}":     "is not valid UTF-8",
		`{"list":` + strings.Repeat("[", MaxDepth+1): "nested deeper than 32",
		`{"name":1}`: "cannot unmarshal number",
		`]`:          "invalid character",
	} {
		require.ErrorContains(t, Unmarshal([]byte(text), new(doc)), want, "%s", text)
	}
}

// FuzzUnmarshal: what is taken, encoding/json takes, too, with the same outcome.
func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"name":"a","list":[{}],"free":{"a":[1,null]}}`))
	f.Add([]byte(`{"a":1,"A":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, plain doc
		if Unmarshal(data, &strict) != nil {
			return
		}
		if err := json.Unmarshal(data, &plain); err != nil || !reflect.DeepEqual(strict, plain) {
			t.Fatalf("%q: %+v, and by encoding/json %+v, %v", data, strict, plain, err)
		}
	})
}

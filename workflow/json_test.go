package workflow_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func approvalJSON(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/approval.json")
	require.NoError(t, err)
	return data
}

func TestDefinitionJSON(t *testing.T) {
	d, err := workflow.ParseDefinition(approvalJSON(t))
	require.NoError(t, err)
	canonical, err := d.Canonical()
	require.NoError(t, err)
	again, err := workflow.ParseDefinition(canonical)
	require.NoError(t, err)
	bytes, err := again.Canonical()
	require.NoError(t, err)
	require.Equal(t, string(canonical), string(bytes))

	hash, err := d.Hash()
	require.NoError(t, err)
	golden.Equal(t, "approval.canonical.json", canonical)
	// sha256sum testdata/approval.canonical.json; it may never change, or
	// instances in flight lose their definition.
	require.Equal(t, "dee340463ebda3e5416287b6bb27f7b6748ae1cfaf350f08bc160d10edc492b4", hash.String())

	var viaStd workflow.Definition
	std, err := json.MarshalIndent(d, "", "  ")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(std, &viaStd))
	hash2, err := viaStd.Hash()
	require.NoError(t, err)
	require.Equal(t, hash, hash2)

	d.Name += "!"
	hash2, err = d.Hash()
	require.NoError(t, err)
	require.NotEqual(t, hash, hash2)
}

func TestDefinitionJSONNamesThePath(t *testing.T) {
	for text, want := range map[string]string{
		``:                         "document: the document ends too early",
		`[]`:                       "document: want an object",
		`{"key": "a"} {}`:          "document: something follows the document",
		`{"key": "a", "kye": "b"}`: "kye: unknown key",
		`{"key": "a", "key": "b"}`: "key: the key stands here twice",
		`{"flow": [{"stage": "a"}, {"par": [{"stage": "b", "due": "2 days"}]}]}`: `flow[1].par[0].due: length "2 days": want a whole number and m, h, d, em, eh or ed: invalid length`,
		`{"flow": [{"stage": "a", "rule": 1.5}]}`:                                `flow[0].rule: want "all", "any", a whole number`,
		`{"flow": [{"stage": "a", "rule": 1e999999}]}`:                           `flow[0].rule: want "all", "any", a whole number`,
		`{"flow": [{"stage": "a", "stage": "b"}]}`:                               "flow[0].stage: the key stands here twice",
		`{"flow": {"par": [], "stage": "x"}}`:                                    "flow.stage: unknown key in a par",
		`{"flow": {"role": "x"}}`:                                                "flow: want a block: an array, or an object with par, choice, loop, gate or stage",
		`{"flow": {"choice": [{"when": {"amount": "> 1e999999 EUR"}}]}}`:         "flow.choice[0].when.amount: ",
		`{"flow": {"choice": [{"when": {"amount": "about 5.00 EUR"}}]}}`:         `flow.choice[0].when.amount: comparison "about"`,
		`{"flow": {"choice": [{"when": {"has": "a", "not": {}}}]}}`:              "flow.choice[0].when: want a condition",
		`{"flow": {"choice": [{"when": {"closure": "a"}}]}}`:                     "flow.choice[0].when.closure: unknown condition",
		`{"flow": {"par": [], "on_reject": "maybe"}}`:                            "flow.on_reject: ",
		"{\"key\": \"\xff\"}":                                                    "document: not UTF-8",
		`{"flow": ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`:  "nested deeper than 128",
		`{"key": "` + strings.Repeat("x", 1<<20) + `"}`:                          "document: 1048587 bytes, at most 1048576 are read",
	} {
		_, err := workflow.ParseDefinition([]byte(text))
		require.ErrorIs(t, err, workflow.ErrSyntax, "%.80s", text)
		assert.ErrorContains(t, err, want, "%.80s", text)
		_, ok := errors.AsType[*workflow.SyntaxError](err)
		assert.True(t, ok)
	}
}

func TestEventJSON(t *testing.T) {
	r := eventful(t)
	kinds := map[string]bool{}
	for _, e := range r.trail {
		kinds[e.Type()] = true
		data, err := json.Marshal(e)
		require.NoError(t, err)
		var back workflow.Event
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, e, back, "%s", data)
	}
	require.Len(t, kinds, 16, "%v", kinds) // all but stuck and resumed, which other tests see

	for text, kind := range map[string]error{
		`{"type": "exploded", "data": {}}`:                         workflow.ErrUnknown,
		`{"type": "withdrawn", "data": {"reasons": "x"}}`:          workflow.ErrSyntax,
		`{"type": "withdrawn", "data": {"reason":"","reason":""}}`: workflow.ErrSyntax,
		`{"type": "withdrawn"}`:                                    workflow.ErrSyntax,
		`{"type": "withdrawn", "data": null}`:                      workflow.ErrSyntax,
		`null`:                                                     workflow.ErrSyntax,
	} {
		require.ErrorIs(t, new(workflow.Event).UnmarshalJSON([]byte(text)), kind, text)
	}
	_, err := json.Marshal(workflow.Event{})
	require.ErrorIs(t, err, workflow.ErrInvalid)
}

// eventful runs an instance through nearly every kind of event.
func eventful(t testing.TB) *run {
	t.Helper()
	r := start(t, launch(), launchStaff(), launchSubmit(eur(1)))
	require.NoError(t, r.vote("copy", "eva", workflow.Reject))
	require.NoError(t, r.vote("copy", "eva", workflow.RequestChanges))
	require.NoError(t, r.vote("copy", "emil", workflow.RequestChanges))
	r.ok(workflow.Revise{By: "mia", Version: 1, Amount: eur(9_000_00)})
	r.approve("visual", "dora")
	r.approve("copy", "eva", "emil")
	r.env.Now = r.env.Now.AddDate(0, 0, 1)
	r.ok(workflow.Tick{})
	r.env.Now = r.env.Now.AddDate(0, 0, 1)
	r.ok(workflow.Tick{})
	r.ok(workflow.Recall{By: "mia", Reason: "<wait>"})
	r.ok(workflow.Withdraw{By: "mia"})
	return r
}

func TestStateJSON(t *testing.T) {
	r := eventful(t)
	for i := range len(r.trail) + 1 {
		state, err := r.p.Apply(workflow.State{}, r.trail[:i]...)
		require.NoError(t, err)
		data, err := json.Marshal(state)
		require.NoError(t, err)
		var back workflow.State
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, state, back)
	}
	require.ErrorIs(t, new(workflow.State).UnmarshalJSON([]byte(`{"sequence": 1}`)), workflow.ErrSyntax)
}

func FuzzDefinitionJSON(f *testing.F) {
	f.Add(approvalJSON(f))
	f.Add([]byte(`{"key":"a","flow":[{"stage":"s","role":"r","rule":2}]}`))
	f.Add([]byte(`{"key":"a","flow":{"choice":[{"when":{"not":{"amount":"< 1.00 EUR"}},"then":[]}],"else":{"stage":"s","role":"r","rule":"all"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := workflow.ParseDefinition(data)
		if err != nil {
			require.ErrorIs(t, err, workflow.ErrSyntax)
			return
		}
		p, compileErr := workflow.Compile(d, nil, 0)
		canonical, err := d.Canonical()
		if err != nil {
			require.ErrorIs(t, err, workflow.ErrInvalid)
			require.Error(t, compileErr)
			return
		}
		if len(canonical) > workflow.MaxBytes {
			return
		}
		again, err := workflow.ParseDefinition(canonical)
		require.NoError(t, err)
		bytes, err := again.Canonical()
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(bytes))
		if compileErr == nil {
			hash, err := again.Hash()
			require.NoError(t, err)
			require.Equal(t, p.Hash(), hash)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	r := approved(f, eur(8_000_00))
	for n := range r.trail {
		s, err := r.p.Apply(workflow.State{}, r.trail[:n+1]...)
		require.NoError(f, err)
		data, err := r.p.Pack(nil, s)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := r.p.Unpack(data)
		if err != nil {
			require.True(t, errors.Is(err, workflow.ErrInvalid) || errors.Is(err, workflow.ErrDefinition))
			return
		}
		again, err := r.p.Pack(nil, s)
		require.NoError(t, err)
		require.Equal(t, data, again)
		_, _ = r.p.Decide(s, workflow.Tick{}, r.env)
	})
}

func FuzzEventJSON(f *testing.F) {
	r := eventful(f)
	for _, e := range r.trail {
		data, err := json.Marshal(e)
		require.NoError(f, err)
		f.Add(data)
	}
	mid, err := r.p.Apply(workflow.State{}, r.trail[:6]...)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		var e workflow.Event
		if err := e.UnmarshalJSON(data); err != nil {
			return
		}
		out, err := json.Marshal(e)
		if err == nil {
			var back workflow.Event
			require.NoError(t, back.UnmarshalJSON(out))
			require.Equal(t, e.Type(), back.Type())
		}
		for _, s := range []workflow.State{{}, mid} {
			e.Seq = s.Seq + 1
			if s.Seq > 0 {
				e.Instance = s.Instance
			}
			next, err := r.p.Apply(s, e)
			if err != nil {
				require.Equal(t, s, next)
				continue
			}
			_, _, _ = r.p.Do(next, workflow.Tick{}, r.env) // must not panic
			_ = next.Why()
		}
	})
}

package workflow_test

import (
	"bytes"
	"testing"

	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

func TestMermaid(t *testing.T) {
	d, err := workflow.ParseDefinition(approvalJSON(t))
	require.NoError(t, err)
	p, err := workflow.Compile(d, nil, 0)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, p.Mermaid(&b))
	golden.Equal(t, "approval.mmd", b.Bytes())

	r := eventful(t)
	b.Reset()
	require.NoError(t, r.p.MermaidState(&b, r.state))
	golden.Equal(t, "launch-state.mmd", b.Bytes())
	require.ErrorIs(t, p.MermaidState(&b, r.state), workflow.ErrDefinition)
}

func TestMermaidEscapes(t *testing.T) {
	s := one("s", "r")
	s.Name = `"]; click s0 "javascript:x" <b>#;`
	p, err := workflow.Compile(define(s), nil, 0)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, p.Mermaid(&b))
	require.Contains(t, b.String(), `s0["#34;#93;#59; click s0 #34;javascript:x#34; #60;b#62;#35;#59;<br/>any r"]`)
}

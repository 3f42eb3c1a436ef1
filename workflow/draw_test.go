package workflow_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/internal/golden"
	"github.com/go-marops/marops/workflow"
	"github.com/stretchr/testify/require"
)

// campaign is a definition with a block of every kind.
func campaign() workflow.Definition {
	return workflow.Definition{
		Key: "campaign", Name: "Campaign release", Requesters: "marketing", Facets: []workflow.Facet{"copy", "claim", "visual"},
		Flow: workflow.Seq{
			workflow.Loop{Times: 2, Body: workflow.Seq{
				workflow.Stage{Key: "studio", Role: "studio", Rule: workflow.Any{}, Due: worktime.Days(2), Remind: worktime.Days(1)},
				workflow.Stage{Key: "brand", Role: "brand", Rule: workflow.Share{Num: 2, Den: 3}, Exclude: []workflow.Exclusion{workflow.Requester}},
			}},
			workflow.Par{OnReject: workflow.Finish, Branches: []workflow.Block{
				workflow.Stage{Key: "legal", Role: "lawyers", Rule: workflow.N(2), Class: workflow.Legal, Due: worktime.Days(3), Escalate: "heads", Expire: worktime.Days(5)},
				workflow.Choice{
					Cases: []workflow.Case{{When: workflow.Has{Facet: "claim"}, Then: workflow.Stage{Key: "science", Name: "Science & claims", Role: "scientists", Rule: workflow.Veto{Rule: workflow.Any{}, By: "scientists"}}}},
					Else:  workflow.Seq{},
				},
			}},
			workflow.Choice{Cases: []workflow.Case{
				{When: amount(workflow.AtLeast, 5_000_00), Then: workflow.Stage{Key: "cfo", Name: "CFO", Role: "cfo", Rule: workflow.Any{}, Class: workflow.Budget}},
				{When: amount(workflow.Below, 5_000_00), Then: workflow.Stage{Key: "control", Role: "controllers", Rule: workflow.PerGroup{Groups: map[workflow.Role]int{"media": 1, "print": 1}}}},
			}},
			workflow.Gate{Key: "release"},
		},
	}
}

func TestDrawings(t *testing.T) {
	p, err := workflow.Compile(campaign(), nil, 0)
	require.NoError(t, err)
	for name, draw := range map[string]func(io.Writer) error{"campaign.mmd": p.Mermaid, "campaign.dot": p.DOT, "campaign.bpmn": p.BPMN} {
		var b, again bytes.Buffer
		require.NoError(t, draw(&b))
		require.NoError(t, draw(&again))
		require.Equal(t, b.String(), again.String())
		golden.Equal(t, name, b.Bytes())
		require.Error(t, draw(full{}))
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// bpmnDoc is what the test reads of BPMN.
type bpmnDoc struct {
	Process struct {
		Elements []struct {
			XMLName xml.Name
			ID      string `xml:"id,attr"`
			Name    string `xml:"name,attr"`
			Source  string `xml:"sourceRef,attr"`
			Target  string `xml:"targetRef,attr"`
		} `xml:",any"`
	} `xml:"process"`
	Shapes []struct {
		Element string `xml:"bpmnElement,attr"`
		Bounds  struct {
			X      int `xml:"x,attr"`
			Y      int `xml:"y,attr"`
			Width  int `xml:"width,attr"`
			Height int `xml:"height,attr"`
		} `xml:"Bounds"`
	} `xml:"BPMNDiagram>BPMNPlane>BPMNShape"`
	Edges []struct {
		Element string `xml:"bpmnElement,attr"`
	} `xml:"BPMNDiagram>BPMNPlane>BPMNEdge"`
}

// Every element is drawn once, every flow has its ends, and nothing covers anything
// else.
func TestBPMNIsWhole(t *testing.T) {
	d := campaign()
	d.Name = "a <b> & \"c\" \x00 \u202e ]]>"
	d.Name = strings.ReplaceAll(d.Name, "\x00", "")
	p, err := workflow.Compile(d, nil, 0)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, p.BPMN(&b))
	require.NotContains(t, b.String(), "\u202e")
	var doc bpmnDoc
	require.NoError(t, xml.Unmarshal(b.Bytes(), &doc))
	nodes, flows, in, out := map[string]string{}, map[string]bool{}, map[string]int{}, map[string]int{}
	for _, e := range doc.Process.Elements {
		switch e.XMLName.Local {
		case "documentation":
		case "sequenceFlow":
			flows[e.ID] = true
			out[e.Source]++
			in[e.Target]++
		default:
			require.Empty(t, nodes[e.ID])
			nodes[e.ID] = e.XMLName.Local
		}
	}
	require.Len(t, doc.Shapes, len(nodes))
	require.Len(t, doc.Edges, len(flows))
	for id, kind := range nodes {
		require.Equal(t, kind == "startEvent", in[id] == 0, id)
		require.Equal(t, kind == "endEvent", out[id] == 0, id)
		if kind == "userTask" {
			require.Equal(t, 1, in[id], id)
			require.Equal(t, 1, out[id], id)
		}
		delete(in, id)
		delete(out, id)
	}
	require.Empty(t, in)
	require.Empty(t, out)
	for i, a := range doc.Shapes {
		require.NotEmpty(t, nodes[a.Element])
		for _, b := range doc.Shapes[:i] {
			apart := a.Bounds.X >= b.Bounds.X+b.Bounds.Width || b.Bounds.X >= a.Bounds.X+a.Bounds.Width || a.Bounds.Y >= b.Bounds.Y+b.Bounds.Height || b.Bounds.Y >= a.Bounds.Y+a.Bounds.Height
			require.True(t, apart, "%s covers %s", a.Element, b.Element)
		}
	}
}

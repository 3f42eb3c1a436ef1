package workflow

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// BPMN writes the process as BPMN 2.0 XML (OMG, 2011) with its diagram, byte for
// byte the same each time: stages as user tasks, a Par between parallel gateways, a
// Choice between exclusive ones, a Loop with a way back, a Gate as a conditional
// event. The diagram shows the way to the approval; that any stage may reject or
// ask for changes is in the documentation of the process.
func (p *Process) BPMN(w io.Writer) error {
	d := &bpmn{p: p}
	start := d.add("startEvent", "start", cmp.Or(p.def.Name, string(p.def.Key)), eventSize, eventSize)
	body := d.block(p.root)
	end := d.add("endEvent", "done", "approved", eventSize, eventSize)
	row := d.row([]box{start, body, end})
	d.shift(row, margin, margin)
	_, err := io.WriteString(w, d.String())
	return err
}

// Sizes in points.
const (
	eventSize, gatewaySize  = 36, 50
	taskWidth, taskHeight   = 160, 90
	gapX, gapY, margin      = 50, 40, 60
	labelWidth, labelHeight = 120, 28
)

// box is a part of the diagram: where it is entered and left, and its extent. The
// way through it runs along its middle line.
type box struct {
	first, last   int // nodes
	from, to      int // nodes [from, to) belong to it
	fromEdge      int // likewise flows
	toEdge        int
	width, height int
	in            string // name of the flow that leads in
}

type bpmn struct {
	p     *Process
	nodes []bpmnNode
	flows []bpmnFlow
	pars  int
}

type bpmnNode struct {
	kind, id, name      string
	doc                 []string
	x, y, width, height int
}

type bpmnFlow struct {
	from, to  int
	name      string
	condition bool
	back      int // how far below the middle line the way back runs; 0 = straight on
}

// add makes a node, its own middle line at half its height.
func (d *bpmn) add(kind, id, name string, width, height int) box {
	at, flows := len(d.nodes), len(d.flows)
	d.nodes = append(d.nodes, bpmnNode{kind: kind, id: id, name: name, width: width, height: height})
	return box{at, at, at, at + 1, flows, flows, width, height, ""}
}

func (d *bpmn) flow(from, to int, name string, condition bool) {
	d.flows = append(d.flows, bpmnFlow{from: from, to: to, name: name, condition: condition})
}

func (d *bpmn) shift(b box, x, y int) {
	for i := b.from; i < b.to; i++ {
		d.nodes[i].x += x
		d.nodes[i].y += y
	}
}

// row puts boxes one behind the other on one middle line.
func (d *bpmn) row(list []box) box {
	out := list[0]
	for _, b := range list[1:] {
		out.height = max(out.height, b.height)
	}
	x := 0
	for i, b := range list {
		d.shift(b, x, (out.height-b.height)/2)
		x += b.width + gapX
		if i > 0 {
			d.flow(list[i-1].last, b.first, b.in, b.in != "")
		}
	}
	end := list[len(list)-1]
	out.width, out.last, out.to, out.toEdge = x-gapX, end.last, end.to, len(d.flows)
	return out
}

func (d *bpmn) block(n node) box {
	switch n.kind {
	case stageNode:
		s := d.p.stages[n.at]
		b := d.add("userTask", fmt.Sprintf("s%d", n.at), s.label(), taskWidth, taskHeight)
		d.nodes[b.first].doc = s.lines()[1:]
		return b
	case gateNode:
		return d.add("intermediateCatchEvent", fmt.Sprintf("g%d", n.at), string(d.p.gates[n.at]), eventSize, eventSize)
	case choiceNode:
		ch := d.p.choices[n.at]
		split := d.add("exclusiveGateway", fmt.Sprintf("c%d", n.at), "", gatewaySize, gatewaySize)
		return d.branches(n, split, "exclusiveGateway", fmt.Sprintf("c%dend", n.at), ch.label)
	case loopNode:
		id := fmt.Sprintf("l%d", n.at)
		start := d.add("exclusiveGateway", id, "", gatewaySize, gatewaySize)
		body := d.block(n.kids[0])
		end := d.add("exclusiveGateway", id+"again", "changes requested?", gatewaySize, gatewaySize)
		row := d.row([]box{start, body, end})
		row.height += 2 * gapY // room for the way back below, and as much above, for the middle line
		d.shift(row, 0, gapY)
		d.flows = append(d.flows, bpmnFlow{end.first, start.first, fmt.Sprintf("at most %d times", d.p.loops[n.at].times), true, row.height/2 - gapY/2})
		row.toEdge = len(d.flows)
		return row
	case seqNode:
		if len(n.kids) == 0 { // nothing to approve on this route
			b := d.add("", "", "", 0, gapY)
			return b
		}
		list := make([]box, len(n.kids))
		for i, kid := range n.kids {
			list[i] = d.block(kid)
		}
		return d.row(list)
	default:
		id := fmt.Sprintf("p%d", d.pars)
		d.pars++
		split := d.add("parallelGateway", id, "", gatewaySize, gatewaySize)
		return d.branches(n, split, "parallelGateway", id+"end", func(int) string { return "" })
	}
}

// branches puts the parts of a block one below the other, between two gateways.
func (d *bpmn) branches(n node, split box, kind, joinID string, label func(int) string) box {
	out := split
	kids := make([]box, len(n.kids))
	width, height := 0, -gapY
	for i, kid := range n.kids {
		kids[i] = d.block(kid)
		width, height = max(width, kids[i].width), height+kids[i].height+gapY
	}
	join := d.add(kind, joinID, "", gatewaySize, gatewaySize)
	room := gapX
	if label(0) != "" {
		room = labelWidth + 2*gapX
	}
	height = max(height, gatewaySize)
	y := 0
	for i, b := range kids {
		d.shift(b, gatewaySize+room+(width-b.width)/2, y)
		y += b.height + gapY
		if d.nodes[b.first].kind == "" { // an empty arm leads straight to the end
			d.flow(split.first, join.first, label(i), label(i) != "")
			d.flows[len(d.flows)-1].back = -1 - b.first // by way of its place
			continue
		}
		d.flow(split.first, b.first, label(i), label(i) != "")
		d.flow(b.last, join.first, "", false)
	}
	d.shift(split, 0, (height-gatewaySize)/2)
	d.shift(join, gatewaySize+room+width+gapX, (height-gatewaySize)/2)
	out.width, out.height, out.last, out.to, out.toEdge = 2*gatewaySize+room+gapX+width, height, join.last, join.to, len(d.flows)
	return out
}

// String writes the document.
func (d *bpmn) String() string {
	var b strings.Builder
	p := d.p
	b.WriteString(xml.Header)
	b.WriteString(`<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="https://github.com/go-marops/marops/workflow" exporter="marops">` + "\n")
	fmt.Fprintf(&b, "  <process id=\"process\" name=\"%s\" isExecutable=\"false\">\n", xmlText(cmp.Or(p.def.Name, string(p.def.Key))))
	fmt.Fprintf(&b, "    <documentation>%s</documentation>\n", xmlText("Definition "+p.hash.String()+". A stage that rejects, or asks for changes outside of a loop, ends the process without approval."))
	for i := range d.nodes {
		d.element(&b, i)
	}
	for i, f := range d.flows {
		fmt.Fprintf(&b, "    <sequenceFlow id=\"f%d\" sourceRef=\"%s\" targetRef=\"%s\"", i, d.nodes[f.from].id, d.nodes[f.to].id)
		if f.name != "" {
			fmt.Fprintf(&b, " name=\"%s\"", xmlText(f.name))
		}
		if !f.condition || f.name == "else" {
			b.WriteString("/>\n")
			continue
		}
		fmt.Fprintf(&b, "><conditionExpression xsi:type=\"tFormalExpression\">%s</conditionExpression></sequenceFlow>\n", xmlText(f.name))
	}
	b.WriteString("  </process>\n  <bpmndi:BPMNDiagram id=\"diagram\"><bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"process\">\n")
	for _, n := range d.nodes {
		if n.kind == "" {
			continue
		}
		fmt.Fprintf(&b, "    <bpmndi:BPMNShape id=\"%s_shape\" bpmnElement=\"%s\"><dc:Bounds x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", n.id, n.id, n.x, n.y, n.width, n.height)
		if n.kind != "userTask" && n.name != "" {
			y := n.y + n.height + 4
			if n.kind == "exclusiveGateway" { // a flow leaves below
				y = n.y - labelHeight - 4
			}
			fmt.Fprintf(&b, "<bpmndi:BPMNLabel><dc:Bounds x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></bpmndi:BPMNLabel>", n.x+n.width/2-labelWidth/2, y, labelWidth, labelHeight)
		}
		b.WriteString("</bpmndi:BPMNShape>\n")
	}
	for i, f := range d.flows {
		d.line(&b, i, f)
	}
	b.WriteString("  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n</definitions>\n")
	return b.String()
}

func (d *bpmn) element(b *strings.Builder, i int) {
	n := d.nodes[i]
	if n.kind == "" {
		return
	}
	fmt.Fprintf(b, "    <%s id=\"%s\"", n.kind, n.id)
	if n.name != "" {
		fmt.Fprintf(b, " name=\"%s\"", xmlText(n.name))
	}
	for k, f := range d.flows {
		if f.from == i && f.name == "else" {
			fmt.Fprintf(b, " default=\"f%d\"", k)
		}
	}
	b.WriteString(">")
	if len(n.doc) > 0 {
		fmt.Fprintf(b, "<documentation>%s</documentation>", xmlText(strings.Join(n.doc, "; ")))
	}
	for k, f := range d.flows {
		if f.to == i {
			fmt.Fprintf(b, "<incoming>f%d</incoming>", k)
		}
	}
	for k, f := range d.flows {
		if f.from == i {
			fmt.Fprintf(b, "<outgoing>f%d</outgoing>", k)
		}
	}
	if n.kind == "intermediateCatchEvent" {
		b.WriteString("<conditionalEventDefinition><condition xsi:type=\"tFormalExpression\">all conditions are resolved</condition></conditionalEventDefinition>")
	}
	fmt.Fprintf(b, "</%s>\n", n.kind)
}

// line draws a flow: straight on, in steps, below on the way back, or by way of the
// place of an empty arm.
func (d *bpmn) line(b *strings.Builder, i int, f bpmnFlow) {
	from, to := d.nodes[f.from], d.nodes[f.to]
	fy, ty := from.y+from.height/2, to.y+to.height/2
	var points [][2]int
	label := [2]int{from.x + from.width + 6, fy}
	// edge is where a line at height y leaves a node that is not on that height.
	edge := func(n bpmnNode, y int) int {
		if y < n.y {
			return n.y
		}
		return n.y + n.height
	}
	fx, tx := from.x+from.width/2, to.x+to.width/2
	switch {
	case f.back > 0:
		low := fy + f.back
		points = [][2]int{{fx, from.y + from.height}, {fx, low}, {tx, low}, {tx, to.y + to.height}}
		label = [2]int{(from.x + to.x) / 2, low + labelHeight + 4}
	case f.back < 0:
		y := d.nodes[-1-f.back].y + gapY/2
		points = [][2]int{{fx, edge(from, y)}, {fx, y}, {tx, y}, {tx, edge(to, y)}}
		label[1] = y
		if y >= from.y && y <= from.y+from.height {
			points = [][2]int{{from.x + from.width, fy}, {to.x, ty}}
		}
	case fy == ty:
		points = [][2]int{{from.x + from.width, fy}, {to.x, ty}}
	case strings.HasSuffix(from.kind, "Gateway"):
		points = [][2]int{{fx, edge(from, ty)}, {fx, ty}, {to.x, ty}}
		label[1] = ty
	default:
		points = [][2]int{{from.x + from.width, fy}, {tx, fy}, {tx, edge(to, fy)}}
	}
	fmt.Fprintf(b, "    <bpmndi:BPMNEdge id=\"f%d_edge\" bpmnElement=\"f%d\">", i, i)
	for _, pt := range points {
		fmt.Fprintf(b, "<di:waypoint x=\"%d\" y=\"%d\"/>", pt[0], pt[1])
	}
	if f.name != "" {
		fmt.Fprintf(b, "<bpmndi:BPMNLabel><dc:Bounds x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></bpmndi:BPMNLabel>", label[0], label[1]-labelHeight, labelWidth+gapX, labelHeight)
	}
	b.WriteString("</bpmndi:BPMNEdge>\n")
}

// xmlText escapes a text; what XML cannot hold, and what turns the direction of
// writing, is left out.
func xmlText(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}

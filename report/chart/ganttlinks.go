package chart

// links draws the dependencies below the bars, the critical ones last.
func (g *gantt) links() {
	byKey := make(map[string]int, len(g.data.Tasks))
	for i, t := range g.data.Tasks {
		if t.Key != "" {
			byKey[t.Key] = i
		}
	}
	for _, critical := range []bool{false, true} {
		for _, l := range g.data.Links {
			from, to := g.boxes[byKey[l.From]], g.boxes[byKey[l.To]]
			if l.Critical != critical || !from.ok || !to.ok || l.From == l.To {
				continue
			}
			tip := g.data.Tasks[byKey[l.From]].Label + " → " + g.data.Tasks[byKey[l.To]].Label
			g.elbow(l, from, to, tip)
		}
	}
}

// elbow draws one link in right angles. A successor that begins after its
// predecessor's end is entered from above or below, as people expect of a
// waterfall of bars; every other pair is entered from its side.
func (g *gantt) elbow(l GanttLink, from, to box, tip string) {
	const out px = 60
	y1, y2 := from.y+from.h/2, to.y+to.h/2
	x1, x2 := from.x+from.w, to.x
	down := y2 >= y1
	class, tipClass := "link", "tip"
	if l.Critical {
		class, tipClass = "linkc", "tipc"
	}
	lane := to.y - 50 // the gap between rows, on the side of the predecessor
	if !down {
		lane = to.y + to.h + 50
	}
	switch l.Kind {
	case FinishStart:
		enter := x2 + out
		if to.stone {
			enter = x2 + to.w/2
		}
		if enter >= x1+20 && y1 != y2 {
			edge := to.y
			if !down {
				edge = to.y + to.h
			}
			g.path(class, tip, "M", x1, y1, "H", enter, "V", edge)
			g.arrow(tipClass, enter, edge, 0, down)
			return
		}
		g.path(class, tip, "M", x1, y1, "H", x1+out, "V", lane, "H", x2-out, "V", y2, "H", x2)
		g.arrow(tipClass, x2, y2, 1, down)
	case StartStart:
		g.path(class, tip, "M", from.x, y1, "H", min(from.x, x2)-out, "V", y2, "H", x2)
		g.arrow(tipClass, x2, y2, 1, down)
	case FinishFinish:
		right := to.x + to.w
		g.path(class, tip, "M", x1, y1, "H", max(x1, right)+out, "V", y2, "H", right)
		g.arrow(tipClass, right, y2, -1, down)
	case StartFinish:
		right := to.x + to.w
		g.path(class, tip, "M", from.x, y1, "H", from.x-out, "V", lane, "H", right+out, "V", y2, "H", right)
		g.arrow(tipClass, right, y2, -1, down)
	}
}

// arrow draws a head whose point is at x, y: towards the right (1), the left
// (-1), or (0) down or up.
func (g *gantt) arrow(class string, x, y, side px, down bool) {
	const long, half px = 55, 32
	switch {
	case side != 0:
		g.path(class, "", "M", x, y, "L", x-side*long, y-half, x-side*long, y+half, "Z")
	case down:
		g.path(class, "", "M", x, y, "L", x-half, y-long, x+half, y-long, "Z")
	default:
		g.path(class, "", "M", x, y, "L", x-half, y+long, x+half, y+long, "Z")
	}
}
